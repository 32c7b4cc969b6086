//! `ctadmin push failed`: what Firehose could not deliver, by error code.
//!
//! Objects are read to their ends in threads, a few at a time, and of each only the sums are kept.

use std::ops::ControlFlow;

use futures::StreamExt;
use futures::stream;

use super::source::Source;
use crate::aws::Marks;
use crate::aws::read::Entry;
use crate::cli;
use crate::commands::interrupt::{Interrupt, UNCHANGED};
use crate::error::{Error, Exit, Result};
use crate::events::notice::Place;
use crate::hec::failures::Failures;
use crate::printer::Printer;
use crate::pull::download::Downloads;
use crate::replay::Backlog;
use crate::replay::read::{ended, known, read};
use crate::settings::PushFailed;
use crate::view::failed;

/// How many objects are read at once.
const AT_ONCE: usize = 8;

/// What an object holds.
#[derive(Debug, Default)]
pub struct Held {
    /// What failed.
    pub failures: Failures,
    /// What cannot be read.
    pub errors: Vec<Error>,
}

pub async fn run(global: &cli::Global, args: cli::PushFailed, printer: &Printer) -> Result<Exit> {
    let settings = PushFailed::new(global, args)?;
    let interrupt = Interrupt::listen();
    let looking = printer.busy("looking for failed events");
    let finding = async {
        let source = Source::find(&settings.events).await?;
        let (region, bucket) = (&source.region, &source.bucket);
        let reader = source.session.reader();
        let all = settings.all;
        let backlog = Backlog::read(&reader, region, bucket, &source.prefixes, all).await?;
        Ok::<_, Error>((source, backlog))
    };
    let (source, mut backlog) = interrupt.or(UNCHANGED, finding).await??;
    drop(looking);
    if let Some(since) = settings.since {
        // Firehose writes an object after the records in it have arrived.
        backlog.objects.retain(|object| object.written >= since);
    }
    let mut sum = Failures::default();
    let mut unreadable = 0;
    let reading = each(&source, &backlog, settings.since, printer, |_, held| {
        unreadable += usize::from(!held.errors.is_empty());
        sum.extend(held.failures);
    });
    interrupt.or(UNCHANGED, reading).await?;
    let found = failed::Found {
        place: source.name(),
        objects: backlog.objects.len(),
        replayed: backlog.replayed,
        unreadable,
        failures: sum,
    };
    if settings.events.json {
        printer.json(&failed::json(&found))?;
    } else {
        printer.result(&failed::text(&found, printer.width()))?;
    }
    Ok(match unreadable {
        0 => Exit::Done,
        _ => Exit::Failed,
    })
}

/// Reads each object of a backlog, in order, and hands over what it holds of what arrived since then and was not replayed;
/// what cannot be read is also printed.
pub async fn each(
    source: &Source,
    backlog: &Backlog,
    since: Option<i64>,
    printer: &Printer,
    mut take: impl FnMut(&Entry, Held),
) {
    let reader = source.session.reader();
    let downloads = Downloads::new(reader, &backlog.region);
    let marks = source.session.marks(&backlog.region, &source.bucket);
    let mut shown = printer.reading();
    let objects = backlog.objects.iter().enumerate();
    let reads = objects.map(|(at, object)| {
        let reading = held(source, backlog, &downloads, &marks, &object.key, since);
        async move { (at, object, reading.await) }
    });
    let mut reads = stream::iter(reads).buffered(AT_ONCE);
    while let Some((at, object, held)) = reads.next().await {
        shown.aside(|| held.errors.iter().for_each(|error| printer.error(error)));
        take(object, held);
        let all = backlog.objects.len();
        shown.show(&format!("read {} of {all} objects", at + 1));
    }
}

async fn held(
    source: &Source,
    backlog: &Backlog,
    downloads: &Downloads,
    marks: &Marks,
    key: &str,
    since: Option<i64>,
) -> Held {
    let known = match known(marks, backlog, key).await {
        Ok(known) => known,
        Err(error) => {
            return Held {
                errors: vec![error],
                ..Held::default()
            };
        }
    };
    let place = Place {
        bucket: source.bucket.clone(),
        key: key.to_owned(),
    };
    let reading = read(
        downloads,
        place,
        known,
        move |failures: &mut Failures, _, record, payload| {
            if since
                .is_none_or(|since| record.arrival_timestamp.is_none_or(|at| at >= 1000 * since))
            {
                failures.add(record, payload.events());
            }
            ControlFlow::Continue(())
        },
    );
    let (failures, errors) = ended(reading).await;
    Held { failures, errors }
}
