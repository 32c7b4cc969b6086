//! `ctadmin push replay`: what Firehose could not deliver is sent to the collector again.
//!
//! The collector is checked before the first event, and the run takes the lease of the bucket. Ctrl-C lets the requests
//! under way finish; what was acknowledged until then is marked, and the same command sends the rest.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::watch;

use super::failed::each;
use super::source::Source;
use crate::aws::read::Hidden;
use crate::cli;
use crate::commands::apply::ask;
use crate::commands::interrupt::{Interrupt, UNCHANGED};
use crate::error::{Error, Exit, Result};
use crate::hec::{Collector, Endpoint, Trust};
use crate::printer::{Printer, Reading};
use crate::pull::download::Downloads;
use crate::replay::lease::{LENGTH, Lost};
use crate::replay::object::{Ended, Replay};
use crate::replay::{Backlog, Lease, Patience, Way};
use crate::settings::PushReplay;
use crate::view::replay::{self as view, Report};
use crate::words::counted;

/// How long Firehose waits at least for an acknowledgment.
const ACK_TIMEOUT: Duration = Duration::from_secs(180);

/// Which collector, and how it is sent to.
struct Target {
    endpoint: Endpoint,
    trust: Trust,
    token: Option<Hidden>,
}

impl Target {
    /// A client of its own for whatever is sent at the same time.
    fn collector(&self) -> Collector {
        let (endpoint, trust) = (self.endpoint.clone(), self.trust.clone());
        Collector::new(endpoint, trust, self.token.clone())
    }
}

pub async fn run(global: &cli::Global, args: cli::PushReplay, printer: &Printer) -> Result<Exit> {
    let settings = PushReplay::new(global, args)?;
    let interrupt = Interrupt::listen();
    let looking = printer.busy("looking for failed events");
    let finding = async {
        let source = Source::find(&settings.events).await?;
        let backlog = backlog(&source).await?;
        Ok::<_, Error>((source, backlog))
    };
    let (source, found) = interrupt.or(UNCHANGED, finding).await??;
    drop(looking);
    if settings.apply.dry_run {
        let listing = list(&source, &found, &settings, printer);
        return interrupt.or(UNCHANGED, listing).await?;
    }
    if found.objects.is_empty() {
        return report(&Report::default(), &source, &settings, printer, Exit::Done);
    }
    let target = Target {
        endpoint: endpoint(&source, &settings)?,
        trust: Trust::read()?,
        token: settings.token.clone(),
    };
    let size = (found.objects.len(), found.size());
    let question = view::question(size, &source.name(), &target.endpoint);
    if settings.apply.yes == 0 {
        printer.ask_about(view::WARNING);
        let agreed = interrupt.or(UNCHANGED, ask(question)).await;
        // The terminal shows ^C behind the question.
        if !agreed.inspect_err(|_| printer.say(""))? {
            printer.say("declined, nothing was sent");
            return Ok(Exit::Failed);
        }
    }
    let checking = check(&target);
    interrupt.or("nothing was sent", checking).await??;
    let marks = source.session.marks(&found.region, &source.bucket);
    let waiting = || printer.say("waiting for another replay of this bucket to end");
    let length = settings.lease.unwrap_or(LENGTH);
    let taking = Lease::take(marks, length, waiting);
    let lease = interrupt.or("nothing was sent", taking).await??;
    // Another run may have replayed some of it until now.
    let listing = interrupt.or("nothing was sent", backlog(&source));
    let found = tokio::select! {
        found = listing => found.and_then(|found| found),
        lost = lease.keep() => Err(error_of(lost)),
    };
    let sent = match found {
        Ok(found) => {
            replay(
                &source, &found, &settings, &target, &lease, &interrupt, printer,
            )
            .await
        }
        Err(error) => Err(error),
    };
    if let Err(error) = lease.end().await {
        // Others wait a moment longer.
        tracing::info!(%error, "the lease was not ended");
    }
    let (done, exit) = sent?;
    report(&done, &source, &settings, printer, exit)
}

async fn backlog(source: &Source) -> Result<Backlog> {
    let reader = source.session.reader();
    let (region, bucket) = (&source.region, &source.bucket);
    Ok(Backlog::read(&reader, region, bucket, &source.prefixes, false).await?)
}

/// A dry run: each object with what it holds.
async fn list(
    source: &Source,
    found: &Backlog,
    settings: &PushReplay,
    printer: &Printer,
) -> Result<Exit> {
    let mut objects = Vec::new();
    let mut failed = false;
    each(source, found, None, printer, |object, held| {
        failed |= !held.errors.is_empty();
        objects.push((object.clone(), held.failures.total()));
    })
    .await;
    match settings.events.json {
        true => printer.json(&view::list_json(&source.bucket, &objects))?,
        false => printer.result(&view::list(&source.name(), &objects, printer.width()))?,
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// The collector that is named, else that of the stream.
fn endpoint(source: &Source, settings: &PushReplay) -> Result<Endpoint> {
    if let Some(endpoint) = &settings.endpoint {
        return Ok(endpoint.clone());
    }
    let text = source
        .splunk
        .as_ref()
        .map(|splunk| splunk.endpoint.as_str());
    let text = text.unwrap_or_default();
    Endpoint::parse(text).ok_or_else(|| {
        Error::failed(format!(
            "the delivery stream's endpoint cannot be used: {text:?}"
        ))
        .hint("give another with --hec-endpoint https://HOST:PORT")
    })
}

/// Whether the collector takes the token and acknowledges; nothing is written there.
async fn check(target: &Target) -> Result<()> {
    let mut collector = target.collector();
    let asked = collector.acks(&[0]).await;
    asked
        .map(drop)
        .map_err(|fault| fault.about(&target.endpoint))
}

/// Sends all objects, several at once; what became of them.
async fn replay(
    source: &Source,
    found: &Backlog,
    settings: &PushReplay,
    target: &Target,
    lease: &Lease,
    interrupt: &Interrupt,
    printer: &Printer,
) -> Result<(Report, Exit)> {
    let splunk = source.splunk.as_ref();
    let way = match splunk.map(|splunk| splunk.endpoint_type.as_str()) {
        Some("Event") => Way::Event,
        _ => Way::Raw,
    };
    let of_stream = splunk.and_then(|splunk| u64::try_from(splunk.ack_timeout?).ok());
    let of_stream = of_stream.map_or(ACK_TIMEOUT, Duration::from_secs);
    let patience = Patience {
        acknowledgment: settings.ack_timeout.unwrap_or(of_stream),
        retry: settings.retry,
    };
    let (stop, _) = watch::channel(false);
    let replay = Replay::new(
        found,
        &source.bucket,
        Downloads::new(source.session.reader(), &found.region),
        source.session.marks(&found.region, &source.bucket),
        (way, patience),
        stop,
    );
    let announcement = interrupt.announce(
        *printer,
        "interrupted; waiting for the requests under way (Ctrl-C again stops at once)",
    );
    let run = Run {
        queue: Mutex::new(
            found
                .objects
                .iter()
                .map(|object| object.key.as_str())
                .collect(),
        ),
        report: Mutex::new(Report {
            endpoint: target.endpoint.to_string(),
            objects: found.objects.len(),
            left: found.objects.len(),
            ..Report::default()
        }),
        shown: Mutex::new(printer.reading()),
        printer,
    };
    locked(&run.shown).show(&locked(&run.report).progress());
    let workers = (0..settings.jobs.min(found.objects.len())).map(|_| run.work(&replay, target));
    let lost = watched(join_all(workers), &replay, lease, interrupt).await;
    announcement.abort();
    drop(run.shown);
    let report = run
        .report
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let mut failed = report.left > 0;
    for error in replay.fatal().into_iter().chain(lost) {
        failed = true;
        printer.error(&error);
    }
    let exit = match (interrupt.happened(), failed) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Failed,
        (false, false) => Exit::Done,
    };
    Ok((report, exit))
}

/// Waits for the work, which ends early when the user or the loss of the lease stops it; why the lease was lost.
async fn watched(
    work: impl Future,
    replay: &Replay<'_>,
    lease: &Lease,
    interrupt: &Interrupt,
) -> Option<Error> {
    let mut happened = interrupt.watch();
    let stopped = async {
        let pressed = happened.wait_for(|happened| *happened).await.is_ok();
        replay.stop.send_replace(pressed);
        std::future::pending::<()>().await;
    };
    tokio::pin!(work);
    let lost = tokio::select! {
        biased;
        _ = &mut work => return None,
        lost = lease.keep() => lost,
        () = stopped => return None,
    };
    replay.stop.send_replace(true);
    work.await;
    Some(error_of(lost))
}

fn error_of(lost: Lost) -> Error {
    match lost {
        Lost::Taken => Error::failed("another replay has taken over this bucket, because this one did not renew its lease in time")
            .hint("run the command again when the other has ended"),
        Lost::Unrenewed(error) => error.into(),
    }
}

/// What the workers share.
struct Run<'r> {
    queue: Mutex<VecDeque<&'r str>>,
    report: Mutex<Report>,
    shown: Mutex<Reading>,
    printer: &'r Printer,
}

impl Run<'_> {
    /// Takes one object after the other, until none is left or the run is stopped.
    async fn work(&self, replay: &Replay<'_>, target: &Target) {
        let mut collector = target.collector();
        while !replay.is_stopped() {
            let key = locked(&self.queue).pop_front();
            let Some(key) = key else {
                return;
            };
            let ended = replay.object(key, &mut collector).await;
            self.ended(key, ended);
        }
    }

    fn ended(&self, key: &str, ended: Ended) {
        let mut report = locked(&self.report);
        let mut shown = locked(&self.shown);
        shown.aside(|| {
            ended
                .errors
                .iter()
                .for_each(|error| self.printer.error(error))
        });
        report.records += ended.records;
        report.events += ended.events;
        report.unconfirmed += ended.unconfirmed;
        report.done += usize::from(ended.is_done);
        report.left -= usize::from(ended.is_done);
        let why = ended.errors.into_iter().next();
        report
            .errors
            .extend(why.map(|error| (key.to_owned(), error.message)));
        shown.show(&report.progress());
    }
}

fn locked<T>(value: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Prints what became of the objects.
fn report(
    done: &Report,
    source: &Source,
    settings: &PushReplay,
    printer: &Printer,
    exit: Exit,
) -> Result<Exit> {
    if settings.events.json {
        printer.json(&view::json(done, &source.bucket))?;
    } else if done.objects > 0 {
        printer.result(&view::text(done))?;
    } else {
        printer.say(&format!("nothing to replay in {}", source.name()));
    }
    if done.unconfirmed > 0 {
        let events = counted(
            usize::try_from(done.unconfirmed).unwrap_or(usize::MAX),
            "event",
        );
        printer.say(&format!(
            "{events} may be in Splunk although the collector did not acknowledge them: the next run sends them again"
        ));
    }
    if exit == Exit::Interrupted {
        return Err(Error::interrupted("the same command sends the rest"));
    }
    Ok(exit)
}
