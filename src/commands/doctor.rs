//! `ctadmin doctor`: whether events come all the way from the trails to their reader or to Splunk, and what to do where
//! they do not.

use super::account;
use super::interrupt::{Interrupt, UNCHANGED};
use crate::aws::{Connection, Session};
use crate::cli::{self, Checked};
use crate::doctor::{self, Check, Findings, Outcome, Subject, accounts, push};
use crate::error::{Error, Exit, Result};
use crate::printer::Printer;
use crate::settings::{self, Settings};
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

/// The way from the destinations to the archive.
async fn check_central(global: &cli::Global, args: cli::Doctor, printer: &Printer) -> Result<Exit> {
    let only_failures = args.only_failures;
    let (settings, options) = settings::central::doctor(global, args.scope)?;
    let interrupt = Interrupt::listen();
    let reading = printer.busy("checking the way from the destinations to the archive");
    let meeting = account::connect_leniently(&settings);
    let (session, account, _) = interrupt.or(UNCHANGED, meeting).await??;
    let reader = session.reader().counting(reading.tally());
    let looking = accounts::central::Findings::read(&reader, &account, &options);
    let looked = interrupt.or(UNCHANGED, looking).await??;
    drop(reading);
    let (checks, options) = (accounts::central::checks(&looked), settings.in_each_run());
    report(
        &settings,
        &options,
        &looked.subject(),
        checks,
        only_failures,
        printer,
    )
}

/// The way from the log groups of a member.
async fn check_member(global: &cli::Global, args: cli::Doctor, printer: &Printer) -> Result<Exit> {
    let only_failures = args.only_failures;
    let (settings, options) = settings::member::doctor(global, args.scope)?;
    let interrupt = Interrupt::listen();
    let reading = printer.busy("checking the way to the central account");
    let meeting = account::connect_leniently(&settings);
    let (session, account, _) = interrupt.or(UNCHANGED, meeting).await??;
    let reader = session.reader().counting(reading.tally());
    let looking = accounts::member::Findings::read(&reader, &account, &options);
    let looked = interrupt.or(UNCHANGED, looking).await??;
    drop(reading);
    let (checks, options) = (accounts::member::checks(&looked), settings.in_each_run());
    report(
        &settings,
        &options,
        &looked.subject(),
        checks,
        only_failures,
        printer,
    )
}

/// The way to the queue and its reader.
async fn check_trail(global: &cli::Global, args: cli::Doctor, printer: &Printer) -> Result<Exit> {
    let settings = Settings::new(global, args.scope)?;
    let interrupt = Interrupt::listen();
    let reading = printer.busy("checking the way from the trails to the reader");
    let meeting = account::connect_leniently(&settings);
    let (session, account, denied) = interrupt.or(UNCHANGED, meeting).await??;
    let options = settings.trail();
    let caller = session.reader().counting(reading.tally());
    let reader = match &args.reader {
        Some(profile) => session_of(&settings.connection, profile).await?.reader(),
        None => caller.clone(),
    };
    let looking = Findings::read(&caller, &reader, args.reader, &account, &options, denied);
    let looked = interrupt.or(UNCHANGED, looking).await?;
    drop(reading);
    let checks = doctor::checks(&looked);
    report(
        &settings,
        &settings.in_each_run(),
        &looked.subject(),
        checks,
        args.only_failures,
        printer,
    )
}

/// The way to Splunk.
async fn check_push(global: &cli::Global, args: cli::Doctor, printer: &Printer) -> Result<Exit> {
    let only_failures = args.only_failures;
    let name = args.push.name.clone();
    let (settings, options, asked) = settings::push::doctor(global, args)?;
    let interrupt = Interrupt::listen();
    let reading = printer.busy("checking the way from the trail to Splunk");
    let meeting = account::connect_leniently(&settings);
    let (session, account, _) = interrupt.or(UNCHANGED, meeting).await??;
    let reader = session.reader().counting(reading.tally());
    let looking = push::Findings::read(&reader, &account, &options, asked);
    let looked = interrupt.or(UNCHANGED, looking).await??;
    drop(reading);
    let checks = push::checks(&looked);
    let mut options = settings.in_each_run();
    options.extend(
        name.into_iter()
            .flat_map(|name| ["--name".to_owned(), name]),
    );
    let subject = looked.subject();
    report(
        &settings,
        &options,
        &subject,
        checks,
        only_failures,
        printer,
    )
}

/// Prints the checks; a failed one is the command's failure.
fn report(
    settings: &Settings,
    options: &[String],
    subject: &Subject<'_>,
    mut checks: Vec<Check>,
    only_failures: bool,
    printer: &Printer,
) -> Result<Exit> {
    for advice in checks.iter_mut().filter_map(|check| check.advice.as_mut()) {
        *advice = in_this_run(advice, options);
    }
    if settings.json {
        printer.json(&checkup::json(subject, &checks, only_failures))?;
    } else {
        let text = checkup::text(subject, &checks, only_failures, printer.width());
        printer.result(&text)?;
    }
    let failed = checks.iter().any(|check| check.outcome == Outcome::Fail);
    Ok(if failed { Exit::Failed } else { Exit::Done })
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
