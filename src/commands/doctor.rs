//! `ctadmin doctor`: whether events come all the way from the trails to their reader, and what to do where they do not.

use super::account;
use super::interrupt::{Interrupt, UNCHANGED};
use crate::aws::{Connection, Session};
use crate::cli;
use crate::doctor::{self, Findings, Outcome};
use crate::error::{Exit, Result};
use crate::printer::Printer;
use crate::settings::Settings;
use crate::view::after::in_this_run;
use crate::view::checkup;

pub async fn run(global: &cli::Global, args: cli::Doctor, printer: &Printer) -> Result<Exit> {
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
    let mut checks = doctor::checks(&looked);
    let options = settings.in_each_run();
    for advice in checks.iter_mut().filter_map(|check| check.advice.as_mut()) {
        *advice = in_this_run(advice, &options);
    }
    let only_failures = args.only_failures;
    if settings.json {
        printer.json(&checkup::json(&looked, &checks, only_failures))?;
    } else {
        let text = checkup::text(&looked, &checks, only_failures, printer.width());
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
