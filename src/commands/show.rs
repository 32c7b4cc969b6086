//! `ctadmin show`: what exists, and where it differs from the scheme.

use serde::Serialize;

use super::account;
use super::interrupt::{Interrupt, UNCHANGED};
use crate::cli;
use crate::error::{Exit, Result};
use crate::plan::Unread;
use crate::printer::Printer;
use crate::settings::{self, Settings};
use crate::stack::engine::{self, Stack, Surveyed};
use crate::stack::picture::Picture;
use crate::stack::{Account, Purpose, trail};
use crate::time;
use crate::view::{self, after::in_this_run};

pub async fn run(global: &cli::Global, stack: cli::Show, printer: &Printer) -> Result<Exit> {
    match stack {
        cli::Show::Trail(args) => {
            let detailed = args.drift.detailed_exitcode;
            show_trail(settings::trail::show(global, args)?, detailed, printer).await
        }
        cli::Show::Splunk(args) => {
            let detailed = args.common.drift.detailed_exitcode;
            show_stack(settings::splunk::show(global, args)?, detailed, printer).await
        }
        cli::Show::Push(args) => {
            let detailed = args.common.drift.detailed_exitcode;
            show_stack(settings::push::show(global, args)?, detailed, printer).await
        }
        cli::Show::Athena(args) => {
            let detailed = args.common.drift.detailed_exitcode;
            show_stack(settings::athena::show(global, args)?, detailed, printer).await
        }
        cli::Show::Central(args) => {
            let detailed = args.common.drift.detailed_exitcode;
            show_stack(settings::central::show(global, args)?, detailed, printer).await
        }
        cli::Show::Member(args) => {
            let detailed = args.common.drift.detailed_exitcode;
            show_stack(settings::member::show(global, args)?, detailed, printer).await
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
    let (account, surveyed) = read(&settings, &stack, printer).await?;
    let outline = engine::outline(&stack, &account, Purpose::Show, &surveyed)?;
    let unread = outline.unread.clone();
    let picture = Picture::new(&stack, &account, outline, &surveyed.observed);
    let view = (
        view::show::stack::text as Text<Picture>,
        view::show::html::of_stack as Html<Picture>,
    );
    print(&settings, &picture, view, printer)?;
    let has_drift = detailed && picture.has_drift();
    Ok(report_unread(printer, &unread).or_drift(has_drift))
}

/// Shows the trail stack: what its regions have, in a row each.
async fn show_trail(
    (settings, options): (Settings, trail::Options),
    detailed: bool,
    printer: &Printer,
) -> Result<Exit> {
    let (_, surveyed) = read(&settings, &options, printer).await?;
    let survey = surveyed.known;
    let picture = trail::show::picture(&options, &survey);
    let view = (
        view::show::trail::text as Text<_>,
        view::show::html::of_trail as Html<_>,
    );
    print(&settings, &picture, view, printer)?;
    let exit = report_unread(printer, &survey.unread_walked());
    Ok(match &survey.bucket {
        Some((_, Err(_))) => Exit::Failed,
        _ => exit.or_drift(detailed && picture.has_drift()),
    })
}

/// Reads what exists of a stack.
async fn read<S: Stack>(
    settings: &Settings,
    stack: &S,
    printer: &Printer,
) -> Result<(Account, Surveyed<S::Known>)> {
    let interrupt = Interrupt::listen();
    let reading = printer.busy("reading the account");
    let connecting = account::connect(settings);
    let (session, account) = interrupt.or(UNCHANGED, connecting).await??;
    let reader = session.reader().counting(reading.tally());
    let say = |text: &str| reading.say(printer, text);
    let looking = engine::survey(stack, &account, Purpose::Show, &reader, &say);
    let surveyed = interrupt.or(UNCHANGED, looking).await?;
    Ok((account, surveyed))
}

/// A picture as text, which depends on the time and on the width of the terminal.
type Text<P> = fn(&P, i64, Option<usize>) -> String;
/// A picture as a page, with the options that the commands it names take as well.
type Html<P> = fn(&P, &[String]) -> String;

/// Prints a picture as JSON, HTML or text.
fn print<P: Serialize>(
    settings: &Settings,
    picture: &P,
    (text, html): (Text<P>, Html<P>),
    printer: &Printer,
) -> Result<()> {
    let options = settings.in_each_run();
    if settings.json {
        return printer.json(picture);
    }
    if settings.html {
        return printer.result(&html(picture, &options));
    }
    let text = text(picture, time::now(), printer.width());
    printer.result(&in_this_run(&text, &options))
}

/// Reports the regions that could not be read; what is shown is incomplete then.
fn report_unread(printer: &Printer, unread: &[Unread]) -> Exit {
    printer.unread(unread);
    match unread {
        [] => Exit::Done,
        _ => Exit::Failed,
    }
}
