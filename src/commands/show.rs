//! `ctadmin show`: what exists, and where it differs from the scheme.

use super::account;
use super::interrupt::{Interrupt, UNCHANGED};
use crate::cli;
use crate::error::{Exit, Result};
use crate::plan::Unread;
use crate::printer::Printer;
use crate::resource::bucket_settings::Parts;
use crate::resource::trail::Details;
use crate::settings::{self, Settings};
use crate::stack::Purpose;
use crate::stack::engine::{self, Stack};
use crate::stack::picture::Picture;
use crate::stack::trail::show;
use crate::stack::trail::survey::{BucketScope, Scope, Survey};
use crate::time;
use crate::view::{self, after::in_this_run};

pub async fn run(global: &cli::Global, stack: cli::Show, printer: &Printer) -> Result<Exit> {
    match stack {
        cli::Show::Trail(args) => show_trail(global, args, printer).await,
        cli::Show::Splunk(args) => {
            let detailed = args.common.drift.detailed_exitcode;
            show_stack(settings::splunk::show(global, args)?, detailed, printer).await
        }
        cli::Show::Alerts(args) => {
            let detailed = args.common.drift.detailed_exitcode;
            show_stack(settings::alerts::show(global, args)?, detailed, printer).await
        }
    }
}

/// Shows a stack by its graph.
async fn show_stack<S: Stack>(
    (settings, stack): (Settings, S),
    detailed: bool,
    printer: &Printer,
) -> Result<Exit> {
    let interrupt = Interrupt::listen();
    let reading = printer.busy("reading the account");
    let connecting = account::connect(&settings);
    let (session, account) = interrupt.or(UNCHANGED, connecting).await??;
    let reader = session.reader().counting(reading.tally());
    let say = |text: &str| reading.say(printer, text);
    let looking = engine::survey(&stack, &account, Purpose::Show, &reader, &say);
    let surveyed = interrupt.or(UNCHANGED, looking).await?;
    drop(reading);
    let outline = engine::outline(&stack, &account, Purpose::Show, &surveyed)?;
    let unread = outline.unread.clone();
    let picture = Picture::new::<S>(&account, outline, &surveyed.observed);
    if settings.json {
        printer.json(&picture)?;
    } else {
        let (now, width) = (time::now(), printer.width());
        let text = view::show::stack::text(&picture, now, width);
        printer.result(&in_this_run(&text, &settings.in_each_run()))?;
    }
    let has_drift = detailed && picture.has_drift();
    Ok(report_unread(printer, &unread).or_drift(has_drift))
}

async fn show_trail(global: &cli::Global, args: cli::ShowArgs, printer: &Printer) -> Result<Exit> {
    let detailed = args.drift.detailed_exitcode;
    let (settings, options) = settings::trail::show(global, args)?;
    let interrupt = Interrupt::listen();
    let reading = printer.busy("reading the account");
    let (session, account) = interrupt
        .or(UNCHANGED, account::connect(&settings))
        .await??;
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
    let survey = interrupt.or(UNCHANGED, Survey::of(&reader, scope)).await?;
    drop(reading);
    let picture = show::picture(&options, &survey);
    if settings.json {
        printer.json(&picture)?;
    } else {
        let text = view::show::trail::text(&picture, time::now(), printer.width());
        printer.result(&in_this_run(&text, &settings.in_each_run()))?;
    }
    let exit = report_unread(printer, &survey.unread_walked());
    Ok(match &survey.bucket {
        Some((_, Err(_))) => Exit::Failed,
        _ => exit.or_drift(detailed && picture.has_drift()),
    })
}

/// Reports the regions that could not be read; what is shown is incomplete then.
fn report_unread(printer: &Printer, unread: &[Unread]) -> Exit {
    printer.unread(unread);
    match unread {
        [] => Exit::Done,
        _ => Exit::Failed,
    }
}
