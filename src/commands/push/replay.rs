//! `ctadmin push replay`: what Firehose could not deliver is sent to the collector again.
//!
//! The collector is checked before the first event, and the run takes the lease of the bucket. Ctrl-C lets the requests
//! under way finish; what was acknowledged until then is marked, and the same command sends the rest.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::watch;

use super::failed::each;
use super::source::Source;
use super::target::{Target, rules};
use crate::cli;
use crate::commands::apply::ask;
use crate::commands::interrupt::{Interrupt, UNCHANGED};
use crate::error::{Error, Exit, Result};
use crate::hec::wrap::Rules;
use crate::printer::{Printer, Reading};
use crate::pull::download::Downloads;
use crate::replay::lease::{LENGTH, Lost};
use crate::replay::object::{Ended, Replay};
use crate::replay::{Backlog, Lease, Patience, locked};
use crate::settings::PushReplay;
use crate::view::replay::{self as view, Report};
use crate::words::{counted, wrapped};

/// How long Firehose waits at least for an acknowledgment.
const ACK_TIMEOUT: Duration = Duration::from_secs(180);

/// The state of Splunk and of the bucket when the user stops a run early.
const UNSENT: &str = "nothing was sent";

/// What a run works with.
struct Context<'a> {
    source: &'a Source,
    settings: &'a PushReplay,
    interrupt: &'a Interrupt,
    printer: &'a Printer,
    /// How log events are wrapped for the event endpoint, if that is the stream's.
    rules: Option<Rules>,
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
    let mut context = Context {
        source: &source,
        settings: &settings,
        interrupt: &interrupt,
        printer,
        rules: None,
    };
    if settings.apply.dry_run {
        let listing = context.list(&found);
        return interrupt.or(UNCHANGED, listing).await?;
    }
    if found.objects.is_empty() {
        return context.report(&Report::default(), Exit::Done);
    }
    context.rules = interrupt.or(UNSENT, rules(&source, printer)).await??;
    let target = Target::find(&source, &settings);
    let target = interrupt.or(UNSENT, target).await??;
    if !context.agreed(&found, &target).await? {
        printer.say("declined, nothing was sent");
        return Ok(Exit::Failed);
    }
    interrupt.or(UNSENT, target.check()).await??;
    let (done, exit) = context.alone(&found.region, &target).await?;
    context.report(&done, exit)
}

impl Context<'_> {
    /// A dry run: each object with what it holds.
    async fn list(&self, found: &Backlog) -> Result<Exit> {
        let (source, printer) = (self.source, self.printer);
        let mut objects = Vec::new();
        let mut failed = false;
        each(source, found, None, printer, |object, held| {
            failed |= !held.errors.is_empty();
            objects.push((object.clone(), held.failures.total()));
        })
        .await;
        match self.settings.events.json {
            true => printer.json(&view::list_json(&source.bucket, &objects))?,
            false => printer.result(&view::list(&source.name(), &objects, printer.width()))?,
        }
        Ok(if failed { Exit::Failed } else { Exit::Done })
    }

    /// Whether the user agrees, now or by an option.
    async fn agreed(&self, found: &Backlog, target: &Target) -> Result<bool> {
        if self.settings.apply.yes > 0 {
            return Ok(true);
        }
        let size = (found.objects.len(), found.size());
        let question = view::question(size, &self.source.name(), &target.endpoint);
        let width = self.printer.message_width();
        self.printer.ask_about(&wrapped(view::WARNING, 0, width));
        let agreed = self
            .interrupt
            .or(UNCHANGED, ask(wrapped(&question, 0, width)))
            .await;
        // The terminal shows ^C behind the question.
        agreed.inspect_err(|_| self.printer.say(""))
    }

    /// Sends all that failed, while no other run does; what became of it.
    async fn alone(&self, region: &str, target: &Target) -> Result<(Report, Exit)> {
        let marks = self.source.session.marks(region, &self.source.bucket);
        let length = self.settings.lease.unwrap_or(LENGTH);
        let printer = self.printer;
        let waiting = || printer.say("waiting for another replay of this bucket to end");
        let taking = Lease::take(marks, length, waiting);
        let lease = self.interrupt.or(UNSENT, taking).await??;
        // Another run may have replayed some of it until now.
        let listing = self.interrupt.or(UNSENT, backlog(self.source));
        let found = tokio::select! {
            found = listing => found.and_then(|found| found),
            lost = lease.keep() => Err(error_of(lost)),
        };
        let sent = match found {
            Ok(found) => Ok(self.replay(&found, target, &lease).await),
            Err(error) => Err(error),
        };
        if let Err(error) = lease.end().await {
            // Others wait a moment longer.
            tracing::info!(%error, "the lease was not ended");
        }
        sent
    }

    /// Sends all objects, several at once; what became of them.
    async fn replay(&self, found: &Backlog, target: &Target, lease: &Lease) -> (Report, Exit) {
        let Self {
            source, settings, ..
        } = self;
        let (stop, _) = watch::channel(false);
        let replay = Replay::new(
            found,
            &source.bucket,
            Downloads::new(source.session.reader(), &found.region),
            source.session.marks(&found.region, &source.bucket),
            self.manner(),
            stop,
        );
        let announcement = self.interrupt.announce(
            *self.printer,
            "interrupted; waiting for the requests under way (Ctrl-C again stops at once)",
        );
        let objects = found.objects.iter();
        let run = Run {
            queue: Mutex::new(objects.map(|object| object.key.as_str()).collect()),
            report: Mutex::new(Report {
                endpoint: target.endpoint.to_string(),
                objects: found.objects.len(),
                left: found.objects.len(),
                ..Report::default()
            }),
            shown: Mutex::new(self.printer.reading()),
            printer: self.printer,
        };
        locked(&run.shown).show(&locked(&run.report).progress());
        let workers = settings.jobs.min(found.objects.len());
        let workers = (0..workers).map(|_| run.work(&replay, target));
        let lost = watched(join_all(workers), &replay, lease, self.interrupt).await;
        announcement.abort();
        drop(run.shown);
        let report = locked(&run.report).clone();
        for error in replay.fatal().into_iter().chain(lost) {
            self.printer.error(&error);
        }
        let exit = match report.left {
            0 => Exit::Done,
            _ if self.interrupt.happened() => Exit::Interrupted,
            _ => Exit::Failed,
        };
        (report, exit)
    }

    /// How events are wrapped, and how long to wait.
    fn manner(&self) -> (Option<Rules>, Patience) {
        let splunk = self.source.splunk.as_ref();
        let of_stream = splunk.and_then(|splunk| u64::try_from(splunk.ack_timeout?).ok());
        let of_stream = of_stream.map_or(ACK_TIMEOUT, Duration::from_secs);
        let patience = Patience {
            acknowledgment: self.settings.ack_timeout.unwrap_or(of_stream),
            retry: self.settings.retry,
        };
        (self.rules.clone(), patience)
    }

    /// Prints what became of the objects.
    fn report(&self, done: &Report, exit: Exit) -> Result<Exit> {
        let printer = self.printer;
        if self.settings.events.json {
            printer.json(&view::json(done, &self.source.bucket))?;
        } else if done.objects > 0 {
            printer.result(&view::text(done, printer.width()))?;
        } else {
            printer.say(&format!("nothing to replay in {}", self.source.name()));
        }
        if done.unconfirmed > 0 {
            let count = usize::try_from(done.unconfirmed).unwrap_or(usize::MAX);
            let events = counted(count, "event");
            printer.say(&format!(
                "sent and not acknowledged: {events}, which may be in Splunk all the same; the next run sends them again"
            ));
        }
        match exit {
            Exit::Interrupted => Err(Error::interrupted("the same command sends the rest")),
            exit => Ok(exit),
        }
    }
}

async fn backlog(source: &Source) -> Result<Backlog> {
    let reader = source.session.reader();
    let (region, bucket) = (&source.region, &source.bucket);
    Ok(Backlog::read(&reader, region, bucket, &source.prefixes, false).await?)
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
