//! The stacks on the command line: `ctadmin create|show|delete [STACK] [OPTIONS]`, in any order.
//!
//! Which options there are depends on a positional argument, which clap does not support: its subcommands must come
//! before their options. So a command exists in two forms, both derived from the structs of the stacks' options:
//!
//! - with the options of all stacks ([`whole`]): a first, lenient parse ([`Line`](super::line::Line)) finds STACK with
//!   it wherever it is, and shells complete with it;
//! - with the options of one stack ([`Stack::command_line`]): the second, strict parse uses it, with that stack's help,
//!   conflicts and usage.
//!
//! A new stack is a file with its structs, a variant of [`Stack`], and one of [`ByStack`].

pub(super) mod alerts;
pub(super) mod athena;
pub(super) mod central;
pub(super) mod hardening;
pub(super) mod member;
pub(super) mod push;
pub(super) mod splunk;
pub(super) mod trail;

use std::fmt;

use clap::{
    Arg, ArgMatches, Args, Command, CommandFactory, FromArgMatches, ValueEnum, value_parser,
};

use super::Cli;
use super::shared::{DeleteArgs, ShowArgs};
use alerts::{CreateAlerts, DeleteAlerts, ShowAlerts};
use athena::{CreateAthena, DeleteAthena, ShowAthena};
use central::{CreateCentral, DeleteCentral, ShowCentral};
use member::{CreateMember, DeleteMember, ShowMember};
use push::{CreatePush, DeletePush, ShowPush};
use splunk::{CreateSplunk, DeleteSplunk, ShowSplunk};
use trail::CreateTrail;

/// A named set of resources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Stack {
    /// Trails, topics, bucket and queue
    #[default]
    Trail,
    /// IAM users or a role that Splunk reads logs with
    Splunk,
    /// Log group, metric filters, alarms, topic and dashboard
    Alerts,
    /// Delivery of the trail's events to Splunk's HTTP Event Collector
    Push,
    /// Logging account of many: destinations, data stream, archive, bucket for trails
    Central,
    /// Account that sends its logs to a central one: trail, log group, subscription filter
    Member,
    /// Database, tables, work group and named queries for Athena
    Athena,
}

/// The arguments of a command, by stack.
#[derive(Debug)]
pub enum ByStack<T, S, A, P, C, M, Q> {
    Trail(T),
    Splunk(S),
    Alerts(A),
    Push(P),
    Central(C),
    Member(M),
    Athena(Q),
}

pub type Create = ByStack<
    CreateTrail,
    CreateSplunk,
    Box<CreateAlerts>,
    Box<CreatePush>,
    CreateCentral,
    CreateMember,
    CreateAthena,
>;
pub type Show =
    ByStack<ShowArgs, ShowSplunk, ShowAlerts, ShowPush, ShowCentral, ShowMember, ShowAthena>;
pub type Delete = ByStack<
    DeleteArgs,
    DeleteSplunk,
    DeleteAlerts,
    DeletePush,
    DeleteCentral,
    DeleteMember,
    DeleteAthena,
>;

impl<T: Args, S: Args, A: Args, P: Args, C: Args, M: Args, Q: Args> ByStack<T, S, A, P, C, M, Q> {
    fn options(stack: Stack) -> Command {
        let none = Command::default();
        match stack {
            Stack::Trail => T::augment_args(none),
            Stack::Splunk => S::augment_args(none),
            Stack::Alerts => A::augment_args(none),
            Stack::Push => P::augment_args(none),
            Stack::Central => C::augment_args(none),
            Stack::Member => M::augment_args(none),
            Stack::Athena => Q::augment_args(none),
        }
    }
}

impl<T: Args, S: Args, A: Args, P: Args, C: Args, M: Args, Q: Args> FromArgMatches
    for ByStack<T, S, A, P, C, M, Q>
{
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        match matches.get_one("stack").copied().unwrap_or_default() {
            Stack::Trail => T::from_arg_matches(matches).map(Self::Trail),
            Stack::Splunk => S::from_arg_matches(matches).map(Self::Splunk),
            Stack::Alerts => A::from_arg_matches(matches).map(Self::Alerts),
            Stack::Push => P::from_arg_matches(matches).map(Self::Push),
            Stack::Central => C::from_arg_matches(matches).map(Self::Central),
            Stack::Member => M::from_arg_matches(matches).map(Self::Member),
            Stack::Athena => Q::from_arg_matches(matches).map(Self::Athena),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<T: Args, S: Args, A: Args, P: Args, C: Args, M: Args, Q: Args> Args
    for ByStack<T, S, A, P, C, M, Q>
{
    fn augment_args(command: Command) -> Command {
        whole(command, Self::options)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// The options that a command has for a stack.
type Options = fn(Stack) -> Command;

/// The commands that take a stack, in the order of the help.
const COMMANDS: [(&str, Options); 3] = [
    ("create", Create::options),
    ("show", Show::options),
    ("delete", Delete::options),
];

/// A command with the options of all stacks, each once.
fn whole(command: Command, options: Options) -> Command {
    let all = Stack::value_variants().iter().map(|stack| options(*stack));
    all.fold(command.arg(positional()), |command, options| {
        let known: Vec<_> = command.get_arguments().map(Arg::get_id).cloned().collect();
        let new = options.get_arguments();
        let new: Vec<_> = new.filter(|arg| !known.contains(arg.get_id())).collect();
        command.args(new)
    })
}

fn positional() -> Arg {
    Arg::new("stack")
        .value_name("STACK")
        .help_heading(None::<&str>)
        .help("The stack, listed below")
        .value_parser(value_parser!(Stack))
        .default_value("trail")
        .hide_possible_values(true)
}

impl Stack {
    /// The whole command line, on which the commands that take a stack have the options of this one.
    pub(in crate::cli) fn command_line(self) -> Command {
        Cli::command().mut_subcommands(|whole| {
            let name = whole.get_name();
            match COMMANDS.iter().position(|(command, _)| *command == name) {
                Some(at) => self.command(at, &whole),
                None => whole,
            }
        })
    }

    fn command(self, at: usize, whole: &Command) -> Command {
        let (name, options) = COMMANDS[at];
        let command = options(self).name(name).display_order(at);
        if self == Self::default() {
            return command
                .about(whole.get_about().cloned().unwrap_or_default())
                .arg(positional())
                .override_usage(format!("ctadmin {name} [STACK] [OPTIONS]"))
                .after_help(list(name));
        }
        command
            .arg(positional().hide(true))
            .override_usage(format!("ctadmin {name} {self} [OPTIONS]"))
    }

    /// The stack that a command is about, if it is about one: this one, where the command line names it, or the one that
    /// the command is called like.
    pub(in crate::cli) fn in_command(self, name: &str) -> Option<Self> {
        let names = COMMANDS.iter().any(|(command, _)| *command == name) || name == "iam-policy";
        names.then_some(self).or(Self::from_str(name, false).ok())
    }

    /// The stacks for which a command has an option, written `--long` or `-s`.
    pub(in crate::cli) fn having(command: &str, option: &str) -> Vec<Self> {
        let has = |arg: &Arg| {
            let long = arg.get_long().map(|long| format!("--{long}"));
            let short = arg.get_short().map(|short| format!("-{short}"));
            [long, short].iter().flatten().any(|name| name == option)
        };
        let options = COMMANDS.iter().find(|(name, _)| *name == command);
        let options = options.map(|(_, options)| options);
        let stacks = Self::value_variants().iter().copied();
        stacks
            .filter(|stack| options.is_some_and(|of| of(*stack).get_arguments().any(has)))
            .collect()
    }
}

/// The stacks with what they consist of.
fn list(command: &str) -> String {
    let values = Stack::value_variants().iter();
    let values = values.filter_map(ValueEnum::to_possible_value);
    let lines = values.map(|value| {
        let help = value.get_help().cloned().unwrap_or_default();
        format!("  {:<8}{help}\n", value.get_name())
    });
    format!(
        "Stacks:\n{}\n`ctadmin {command} <STACK> --help` lists the options of a stack.",
        lines.collect::<String>()
    )
}

/// The manual's pages: of every command, and of those that take a stack one for each.
pub(super) fn pages() -> Vec<Command> {
    let mut line = Stack::default().command_line();
    line.build();
    let mut pages = Vec::new();
    let mut left = vec![line];
    while let Some(command) = left.pop() {
        let below = command.get_subcommands();
        let below = below.filter(|command| command.get_name() != "help");
        left.extend(below.cloned().collect::<Vec<_>>().into_iter().rev());
        let name = command.get_name().to_owned();
        pages.push(command);
        if COMMANDS.iter().any(|(command, _)| *command == name) {
            let others = Stack::value_variants().iter().skip(1);
            pages.extend(others.filter_map(|stack| {
                let mut line = stack.command_line();
                line.build();
                let page = line.find_subcommand(&name)?.clone();
                Some(page.display_name(format!("ctadmin-{name}-{stack}")))
            }));
        }
    }
    pages
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

#[cfg(test)]
mod tests {
    use clap::ArgAction;

    use super::*;

    /// Else the first parse could take a value for the stack, or the stack for a value.
    #[test]
    fn an_option_takes_a_value_for_all_stacks_or_for_none() {
        for (name, options) in COMMANDS {
            let whole = whole(Command::new(name), options);
            for stack in Stack::value_variants() {
                for arg in options(*stack).get_arguments() {
                    let same = whole.get_arguments().find(|a| a.get_id() == arg.get_id());
                    let same = same.expect("the whole has all options");
                    let shape = |arg: &Arg| {
                        let value = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
                        (arg.get_long().map(str::to_owned), arg.get_short(), value)
                    };
                    assert_eq!(shape(arg), shape(same), "{name} {stack}");
                }
            }
        }
    }
}
