//! The command line as a first, lenient parse sees it: its command, its stack, and what it gives.
//!
//! Which options are possible, and which of a configuration file apply, depends on command and stack. Errors
//! are reported by the second, strict parse.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory, Id};

use super::{Cli, PolicyCommand, Stack};

/// A command line after the first parse.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The command and what follows it, e.g. `splunk inputs`.
    pub command: Vec<String>,
    /// The stack that it is about.
    pub stack: Option<Stack>,
    /// The ids of the arguments that it gives.
    given: Vec<String>,
    /// The regions that it names.
    pub regions: Vec<String>,
    /// The configuration file that it names.
    pub config: Option<PathBuf>,
}

impl Line {
    /// The words of a command line, the program's name first.
    pub fn new(words: &[OsString]) -> Self {
        // --help behind a command must not end this parse before the stack is found.
        let help = Arg::new("help").short('h').long("help").global(true);
        let help = help.action(ArgAction::SetTrue);
        let with_help = |command: Command| command.disable_help_flag(true).arg(&help);
        let lenient = Cli::command()
            .ignore_errors(true)
            .mut_subcommands(with_help);
        let matches = lenient.try_get_matches_from(words);
        matches.map_or_else(|_| Self::default(), |matches| Self::of(&matches))
    }

    fn of(matches: &ArgMatches) -> Self {
        let mut line = Self::default();
        let mut level = Some(matches);
        let mut last = matches;
        while let Some(matches) = level {
            let given = matches.ids().map(Id::as_str);
            let given =
                given.filter(|id| matches.value_source(id) == Some(ValueSource::CommandLine));
            line.given.extend(given.map(str::to_owned));
            last = matches;
            level = matches.subcommand().map(|(name, below)| {
                line.command.push(name.to_owned());
                below
            });
        }
        let stack = last.try_get_one("stack").ok().flatten().copied();
        // The policies for these commands are not about a stack, as the commands are not.
        let policy = last.try_get_one("command").ok().flatten();
        let has_stack = policy.is_none_or(PolicyCommand::has_stack);
        let name = line.command.first().filter(|_| has_stack);
        let name = name.map(String::as_str);
        line.stack = stack.or(name.and_then(|name| Stack::default().in_command(name)));
        line.config = last.try_get_one("config").ok().flatten().cloned();
        if line.gives("regions") {
            let regions = last.try_get_many::<String>("regions").ok().flatten();
            line.regions = regions.into_iter().flatten().cloned().collect();
        }
        line
    }

    /// Whether the line gives the argument with this id.
    pub fn gives(&self, id: &str) -> bool {
        self.given.iter().any(|given| given == id)
    }
}
