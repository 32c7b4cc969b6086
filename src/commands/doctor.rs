//! `ctadmin doctor`: whether events come all the way from the trails to their reader or to Splunk, and what to do where
//! they do not.

use super::account;
use super::interrupt::{Interrupt, UNCHANGED};
use crate::aws::{Connection, Reader, Session};
use crate::cli::{self, Checked};
use crate::doctor::accounts::{central, member};
use crate::doctor::{self, Check, Findings, Outcome, Subject, push};
use crate::error::{CallError, Error, Exit, Result};
use crate::printer::Printer;
use crate::settings::{self, Settings};
use crate::stack::Account;
use crate::view::after::in_this_run;
use crate::view::checkup;

pub async fn run(global: &cli::Global, args: cli::Doctor, printer: &Printer) -> Result<Exit> {
    let of_push = [
        ("--hec-endpoint", args.push.hec_endpoint.is_some()),
        ("--hec-token-file", args.push.hec_token_file.is_some()),
        ("--name", args.push.name.is_some()),
        ("--send-probe", args.push.send_probe),
    ];
    let given = of_push.iter().find(|(_, is_given)| *is_given);
    let stack = args.stack.name();
    if let Some((option, _)) = given.filter(|_| args.stack != Checked::Push) {
        let message = format!("{option} is not an option of the stack {stack}");
        return Err(Error::usage(message).hint("it is an option of `ctadmin doctor push`"));
    }
    if args.reader.is_some() && args.stack != Checked::Trail {
        let message = format!("--as is not an option of the stack {stack}");
        return Err(Error::usage(message).hint("it is an option of `ctadmin doctor`"));
    }
    match args.stack {
        Checked::Trail => check_trail(global, args, printer).await,
        Checked::Push => check_push(global, args, printer).await,
        Checked::Central => check_central(global, args, printer).await,
        Checked::Member => check_member(global, args, printer).await,
    }
}

/// The way to the queue and its reader.
async fn check_trail(global: &cli::Global, args: cli::Doctor, printer: &Printer) -> Result<Exit> {
    let settings = Settings::new(global, args.scope)?;
    let profile = args.reader;
    let way = "checking the way from the trails to the reader";
    let looked = look(&settings, way, printer, async |caller, account, denied| {
        let reader = match &profile {
            Some(profile) => session_of(&settings.connection, profile).await?.reader(),
            None => caller.clone(),
        };
        let options = settings.trail();
        let profile = profile.clone();
        Ok(Findings::read(caller, &reader, profile, account, &options, denied).await)
    });
    let looked = looked.await?;
    let report = Report {
        subject: looked.subject(),
        checks: doctor::checks(&looked),
        options: settings.in_each_run(),
        only_failures: args.only_failures,
    };
    report.print(&settings, printer)
}

/// The way to Splunk.
async fn check_push(global: &cli::Global, args: cli::Doctor, printer: &Printer) -> Result<Exit> {
    let only_failures = args.only_failures;
    let name = args.push.name.clone();
    let (settings, options, asked) = settings::push::doctor(global, args)?;
    let way = "checking the way from the trail to Splunk";
    let looked = look(&settings, way, printer, async |reader, account, _| {
        push::Findings::read(reader, account, &options, asked).await
    });
    let looked = looked.await?;
    let mut options = settings.in_each_run();
    options.extend(
        name.into_iter()
            .flat_map(|name| ["--name".to_owned(), name]),
    );
    let report = Report {
        subject: looked.subject(),
        checks: push::checks(&looked),
        options,
        only_failures,
    };
    report.print(&settings, printer)
}

/// The way from the destinations to the archive.
async fn check_central(global: &cli::Global, args: cli::Doctor, printer: &Printer) -> Result<Exit> {
    let (settings, options) = settings::central::doctor(global, args.scope)?;
    let way = "checking the way from the destinations to the archive";
    let looked = look(&settings, way, printer, async |reader, account, _| {
        central::Findings::read(reader, account, &options).await
    });
    let looked = looked.await?;
    let report = Report {
        subject: looked.subject(),
        checks: central::checks(&looked),
        options: settings.in_each_run(),
        only_failures: args.only_failures,
    };
    report.print(&settings, printer)
}

/// The way from the log groups of a member.
async fn check_member(global: &cli::Global, args: cli::Doctor, printer: &Printer) -> Result<Exit> {
    let (settings, options) = settings::member::doctor(global, args.scope)?;
    let way = "checking the way to the central account";
    let looked = look(&settings, way, printer, async |reader, account, _| {
        member::Findings::read(reader, account, &options).await
    });
    let looked = looked.await?;
    let report = Report {
        subject: looked.subject(),
        checks: member::checks(&looked),
        options: settings.in_each_run(),
        only_failures: args.only_failures,
    };
    report.print(&settings, printer)
}

/// Reads what the checks need, and shows meanwhile which `way` is checked. `read` gets the account, and why its regions
/// could not be listed.
async fn look<T>(
    settings: &Settings,
    way: &'static str,
    printer: &Printer,
    read: impl AsyncFnOnce(&Reader, &Account, Option<CallError>) -> Result<T>,
) -> Result<T> {
    let interrupt = Interrupt::listen();
    let reading = printer.busy(way);
    let meeting = account::connect_leniently(settings);
    let (session, account, denied) = interrupt.or(UNCHANGED, meeting).await??;
    let reader = session.reader().counting(reading.tally());
    let looking = read(&reader, &account, denied);
    interrupt.or(UNCHANGED, looking).await?
}

/// The checks that were made.
struct Report<'a> {
    subject: Subject<'a>,
    checks: Vec<Check>,
    /// The options that each command that is advised needs too.
    options: Vec<String>,
    only_failures: bool,
}

impl Report<'_> {
    /// Prints the checks; a failed one is the command's failure.
    fn print(mut self, settings: &Settings, printer: &Printer) -> Result<Exit> {
        for check in &mut self.checks {
            if let Some(advice) = &mut check.advice {
                *advice = in_this_run(advice, &self.options);
            }
        }
        let (subject, checks) = (&self.subject, &self.checks);
        if settings.json {
            printer.json(&checkup::json(subject, checks, self.only_failures))?;
        } else {
            let width = printer.width();
            printer.result(&checkup::text(subject, checks, self.only_failures, width))?;
        }
        let failed = checks.iter().any(|check| check.outcome == Outcome::Fail);
        Ok(if failed { Exit::Failed } else { Exit::Done })
    }
}

/// The reader's own way to AWS.
async fn session_of(connection: &Connection, profile: &str) -> Result<Session> {
    let connection = Connection {
        profile: Some(profile.to_owned()),
        ..connection.clone()
    };
    let region = crate::aws::configured_region(&connection).await?;
    Session::open(&connection, region.as_deref().unwrap_or("us-east-1")).await
}
