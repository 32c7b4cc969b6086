//! `ctadmin show`: what exists, and where it differs from the scheme.

use super::account;
use super::interrupt::{Interrupt, UNCHANGED};
use crate::cli;
use crate::error::{Exit, Result};
use crate::plan::Unread;
use crate::printer::Printer;
use crate::resource::bucket_settings::Parts;
use crate::resource::trail::Details;
use crate::settings;
use crate::stack::alerts;
use crate::stack::splunk::{self, survey::Look};
use crate::stack::trail::show;
use crate::stack::trail::survey::{BucketScope, Scope, Survey};
use crate::time;
use crate::view::{self, after::in_this_run};

/// Runs the verb.
pub async fn run(global: &cli::Global, stack: cli::Show, printer: &Printer) -> Result<Exit> {
    match stack {
        cli::Show::Trail(args) => show_trail(global, args, printer).await,
        cli::Show::Splunk(args) => show_splunk(global, args, printer).await,
        cli::Show::Alerts(args) => show_alerts(global, args, printer).await,
    }
}

async fn show_splunk(
    global: &cli::Global,
    args: cli::ShowSplunk,
    printer: &Printer,
) -> Result<Exit> {
    let detailed = args.common.drift.detailed_exitcode;
    let (settings, options) = settings::splunk::show(global, args)?;
    let interrupt = Interrupt::listen();
    let reading = printer.busy("reading the account");
    let (session, account) = interrupt
        .or(UNCHANGED, account::connect(&settings))
        .await??;
    let look = Look {
        trail: true,
        all_users: true,
        last_used: true,
        sizes: false,
    };
    let reader = session.reader().counting(reading.tally());
    let looking = splunk::survey::Survey::of(&reader, &account, &options, look);
    let survey = interrupt.or(UNCHANGED, looking).await?;
    drop(reading);
    let picture = splunk::show::picture(&account, &options, &survey)?;
    if settings.json {
        printer.json(&picture)?;
    } else {
        let text = view::show::splunk::text(&picture, time::now(), printer.width());
        printer.result(&in_this_run(&text, &settings.in_each_run()))?;
    }
    let exit = told(printer, &survey.unread_walked());
    Ok(exit.or_drift(detailed && picture.has_drift()))
}

async fn show_alerts(
    global: &cli::Global,
    args: cli::ShowAlerts,
    printer: &Printer,
) -> Result<Exit> {
    let detailed = args.common.drift.detailed_exitcode;
    let (settings, options) = settings::alerts::show(global, args)?;
    let interrupt = Interrupt::listen();
    let reading = printer.busy("reading the account");
    let (session, account) = interrupt
        .or(UNCHANGED, account::connect(&settings))
        .await??;
    let reader = session.reader().counting(reading.tally());
    let looking = async {
        let scope = Scope::new(&account, BucketScope::Nothing);
        let trail = Survey::of(&reader, &account.scheme, scope);
        alerts::survey::Survey::around(
            &reader,
            &account,
            &options,
            alerts::survey::Purpose::Keep,
            trail,
        )
        .await
    };
    let survey = interrupt.or(UNCHANGED, looking).await?;
    drop(reading);
    let picture = alerts::show::picture(&account, &options, &survey)?;
    if settings.json {
        printer.json(&picture)?;
    } else {
        let text = view::show::alerts::text(&picture, printer.width());
        printer.result(&in_this_run(&text, &settings.in_each_run()))?;
    }
    // Once the trail is found, nothing of the stack can stand in other regions.
    let unread = match picture.trail {
        Some(_) => Vec::new(),
        None => survey.trail.unread_walked(),
    };
    Ok(told(printer, &unread).or_drift(detailed && picture.has_drift()))
}

async fn show_trail(global: &cli::Global, args: cli::ShowTrail, printer: &Printer) -> Result<Exit> {
    let detailed = args.common.drift.detailed_exitcode;
    let (settings, options) = settings::trail::show(global, args)?;
    let interrupt = Interrupt::listen();
    let reading = printer.busy("reading the account");
    let (session, account) = interrupt
        .or(UNCHANGED, account::connect(&settings))
        .await??;
    let options = options.in_account(&account);
    let bucket = options.bucket.clone();
    let bucket = bucket.map_or(BucketScope::InUse, BucketScope::Named);
    let scope = Scope {
        details: Details {
            selectors: true,
            ..Details::default()
        },
        with_backlog: true,
        bucket_parts: Parts::ALL,
        ..Scope::new(&account, bucket)
    };
    let reader = session.reader().counting(reading.tally());
    let survey = interrupt
        .or(UNCHANGED, Survey::of(&reader, &account.scheme, scope))
        .await?;
    drop(reading);
    let picture = show::picture(&account.scheme, &options, &survey);
    if settings.json {
        printer.json(&picture)?;
    } else {
        let text = view::show::trail::text(&picture, time::now(), printer.width());
        printer.result(&in_this_run(&text, &settings.in_each_run()))?;
    }
    let exit = told(printer, &survey.unread_walked());
    Ok(match &survey.bucket {
        Some((_, Err(_))) => Exit::Failed,
        _ => exit.or_drift(detailed && picture.has_drift()),
    })
}

/// Tells which regions could not be read; what is shown is not all then.
fn told(printer: &Printer, unread: &[Unread]) -> Exit {
    printer.unread(unread);
    match unread {
        [] => Exit::Done,
        _ => Exit::Failed,
    }
}
