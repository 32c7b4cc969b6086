//! `ctadmin activity`: a report of what happened, from a queue's logs, a bucket's, or files.
//!
//! Events come as for [`events`](super::events), but are counted instead of printed; or Athena counts them, see
//! [`queried`].

use super::events::{bucket, feed_files, follow, lookup, queue};
use super::interrupt::{Interrupt, UNCHANGED};
use super::queried;
use crate::activity::facets::Facets;
use crate::activity::facts::Picking;
use crate::activity::report::Report;
use crate::activity::tally::{Limits, Tally};
use crate::cli::{self, Output};
use crate::error::{Error, Exit, Result};
use crate::printer::Printer;
use crate::pull::counting;
use crate::settings::{Activity, CountedBy, Source};
use crate::view;

pub async fn run(global: &cli::Global, args: cli::Activity, printer: &Printer) -> Result<Exit> {
    let settings = Activity::new(global, args)?;
    let interrupt = Interrupt::listen();
    let (exit, report, facets) = match &settings.source {
        CountedBy::Ctadmin(source) => counted(&settings, source, &interrupt, printer).await?,
        CountedBy::Athena(queried) => {
            let answered = queried::report(&settings, queried, &interrupt, printer).await?;
            (Exit::Done, answered.0, answered.1)
        }
    };
    match settings.output {
        Output::Json => printer.json(&report)?,
        Output::Text => {
            let text = view::activity::text(&report, settings.top, printer.width());
            printer.result(&text)?;
        }
        Output::Html => printer.result(&view::activity::html(report, facets))?,
    }
    Ok(exit)
}

/// Reads the events, and counts them.
async fn counted(
    settings: &Activity,
    source: &Source,
    interrupt: &Interrupt,
    printer: &Printer,
) -> Result<(Exit, Report, Option<Facets>)> {
    let Activity {
        connection, asked, ..
    } = settings;
    let region = settings.region.as_deref();
    let start = |jobs, shown| {
        let picking = Picking {
            filter: settings.filter.clone(),
        };
        let limits = Limits {
            names: Limits::NAMES,
            keys: Limits::KEYS,
            newest: settings.keep,
        };
        let tally = Tally::new(limits, asked.since, settings.output == Output::Html);
        counting::start(picking, tally, jobs, printer, shown, interrupt.watch())
    };
    let shown = printer.reading();
    let (exit, unreadable, tally) = match source {
        Source::Queue(from) => {
            let finding = printer.busy("looking for the queue");
            let found = lookup::find(connection, region, from);
            let (session, queue) = interrupt.or(UNCHANGED, found).await??;
            drop(finding);
            let (counting, tally) = start(1, None);
            let print = || counting;
            let exit = queue::read(&session, &queue, from, print, interrupt, printer).await?;
            (exit, 0, tally)
        }
        Source::Files(files) => {
            let (counting, tally) = start(settings.jobs, Some(shown.clone()));
            let feed = |work| feed_files(files.clone(), work);
            let outcome = follow(feed, counting, shown, interrupt, printer).await?;
            (outcome.exit(), outcome.failed, tally)
        }
        Source::Bucket { below, days, .. } => {
            let (counting, tally) = start(settings.jobs, Some(shown.clone()));
            let feed = |work| bucket::feed(connection, region, below, days, None, work);
            let outcome = follow(feed, counting, shown, interrupt, printer).await?;
            (outcome.exit(), outcome.failed, tally)
        }
        Source::Redrive { .. } => return Err(Error::usage("activity moves no messages")),
    };
    let tally = tally
        .await
        .map_err(|_| Error::failed("counting ended unexpectedly; this is a bug in ctadmin"))?;
    let report = Report::new(&tally, asked, unreadable as u64);
    Ok((exit, report, Facets::of(&tally)))
}
