//! The queue, read without losing a message.
//!
//! Two things go on at once. One receives messages and hands their logs to be printed, until the queue returns
//! nothing more; the other extends the visibility timeout of what was received, and deletes what was printed if it is to be consumed.
//! However it ends, every message that is left was received once, and is returned at the end: not before, else it
//! would be received again. Neither peeking nor a run that keeps messages takes a message's last receive, see
//! [`ReceiveLimit`].

use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

use super::lookup::LocatedQueue;
use super::{closing, ended};
use crate::aws::Session;
use crate::aws::consume::{BATCH, Message};
use crate::commands::interrupt::Interrupt;
use crate::error::{CallError, Cause, Error, Exit, Result, tame};
use crate::events::notice::Notice;
use crate::printer::Printer;
use crate::pull::counts::IN_FLIGHT;
use crate::pull::download::Downloads;
use crate::pull::printing::{KeepReason, Outcome, PrintedMessage, Printing};
use crate::pull::receive_limit::ReceiveLimit;
use crate::pull::tracker::{Mode, Tracker};
use crate::reading::feed::Log;
use crate::settings::FromQueue;
use crate::words::start;

/// How often to look whether the hiding has to be extended.
const ROUND: Duration = Duration::from_secs(60);

/// SQS hides a message for twelve hours in all, however often that is extended.
const LONGEST: Duration = Duration::from_secs(11 * 3600 + 1800);

/// How long to wait for a message before the queue counts as empty. Any wait at all asks all of SQS's servers.
const PATIENCE: Duration = Duration::from_secs(1);

/// The same while following. SQS could wait for 20 s, but Ctrl-C has to wait as long: a request that is given up may
/// have received messages that nothing would return to the queue.
const FOLLOWING: Duration = Duration::from_secs(5);

/// How long to wait for a network that went away while following.
const PAUSE: Duration = Duration::from_secs(10);

/// How long an interrupted run waits for printing that cannot write.
const GRACE: Duration = Duration::from_secs(2);

/// How much is shown of the body of a message that is not a notification, in characters.
const QUOTED: usize = 200;

pub async fn read(
    session: &Session,
    queue: &LocatedQueue,
    how: &FromQueue,
    print: impl FnOnce() -> Printing,
    interrupt: &Interrupt,
    printer: &Printer,
) -> Result<Exit> {
    let mode = mode(how);
    let limit = limit(queue, how, mode)?;
    let most = limit.max_receives();
    let consumer = session.consumer(&queue.region, &queue.url);
    // The first message is received alone: if it is on its last receive, the others are likely to be.
    let first = match queue.state.redrive() {
        Some(_) if mode != Mode::Consume => 1,
        _ => BATCH,
    };
    let run = Run {
        tracker: Tracker::new(consumer, mode, limit, printer),
        downloads: Downloads::new(session.reader(), &queue.region),
        how,
        printer,
        stop: interrupt.watch(),
    };
    let Printing { work, printed, end } = print();
    let announcement = interrupt.announce(
        *printer,
        "interrupted; returning the messages to the queue (Ctrl-C again stops at once)",
    );
    let (fed, ()) = tokio::join!(run.feed(work, first), run.track(printed));
    let outcome = match interrupt.happened() {
        // It may be stuck in a pager that is not scrolled.
        true => tokio::time::timeout(GRACE, ended(end))
            .await
            .unwrap_or(Ok(Outcome::default())),
        false => ended(end).await,
    };
    if how.consume && outcome.as_ref().is_ok_and(|outcome| outcome.enough) {
        // What was received ahead of the events that were wanted.
        let left = run.tracker.left();
        run.tracker
            .count(|counts| counts.beyond_limit += left.saturating_sub(counts.kept()));
    }
    run.tracker.return_all().await;
    announcement.abort();
    let counts = run.tracker.counts();
    for words in counts.words(&queue.name) {
        printer.say(&words);
    }
    if how.dead_letters && counts.foreign > 0 {
        printer.suggest(&purge(queue));
    }
    if let Ok(outcome) = &outcome
        && how.choosy
    {
        printer.say(&closing(outcome));
    }
    fed?;
    let failed = outcome?.failed > 0 || run.tracker.has_failed();
    match counts.returned_at_once {
        _ if interrupt.happened() => return Ok(Exit::Interrupted),
        0 if counts.received == 0 => {
            let name = &queue.name;
            printer.say(&format!("the queue {name} holds no messages to receive"));
        }
        0 => {}
        count => return Err(refusal(queue, mode, most, count)),
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// What the run may do with a message that has one receive left.
fn mode(how: &FromQueue) -> Mode {
    match (how.consume, how.choosy && !how.last_receive) {
        (false, _) => Mode::Peek,
        (true, true) => Mode::ConsumeSome,
        (true, false) => Mode::Consume,
    }
}

/// What must not be received again.
fn limit(queue: &LocatedQueue, how: &FromQueue, mode: Mode) -> Result<ReceiveLimit> {
    let most = queue.state.redrive().map(|to| to.max_receive_count);
    let retention = queue.state.count("MessageRetentionPeriod");
    let mut limit = ReceiveLimit::of_queue(&queue.url, most, retention);
    if queue.state.messages() == 0 {
        limit.forget();
    }
    let most = limit.max_receives();
    let none_left = match mode {
        Mode::Peek => limit.allows_no_peek(),
        Mode::ConsumeSome => most < 2,
        Mode::Consume => false,
    };
    if none_left {
        let message = format!(
            "the queue {} is not read: its maxReceiveCount of {most} leaves no receive for the consumer",
            queue.name
        );
        return Err(Error::failed(message).hint(instead(mode)));
    }
    let count = match mode {
        Mode::Consume if how.last_receive => 0,
        Mode::Consume => limit.stuck(),
        Mode::Peek | Mode::ConsumeSome => limit.count(),
    };
    match count {
        0 => Ok(limit),
        count => Err(refusal(queue, mode, most, count)),
    }
}

/// What to do instead of a run that was refused.
fn instead(mode: Mode) -> &'static str {
    match mode {
        Mode::Peek => {
            "`ctadmin events --consume` reads the messages and deletes them, --from reads the logs in the bucket"
        }
        Mode::ConsumeSome => {
            "--consume without --filter, --since, --until and --limit reads the messages and deletes them, \
             --from reads the logs in the bucket"
        }
        Mode::Consume => {
            "--consume would not delete them: their logs cannot be read, or they are not CloudTrail notifications"
        }
    }
}

/// The queue holds messages that further runs would move to the dead-letter queue.
fn refusal(queue: &LocatedQueue, mode: Mode, most: u32, count: usize) -> Error {
    let left = match count {
        1 => "1 message has".to_owned(),
        _ => format!("{count} messages have"),
    };
    let message = format!(
        "the queue {} is not read any further: {left} 1 of {most} receives left, which is reserved for the consumer",
        queue.name
    );
    let error = Error::failed(message).hint(instead(mode));
    match mode {
        Mode::Peek => error.hint("peeking is possible again once the queue is empty"),
        Mode::ConsumeSome | Mode::Consume => error.hint(
            "--last-receive uses the last receive: SQS then moves kept messages to the dead-letter queue",
        ),
    }
}

/// A message that is not a notification, on one line: its id and the start of its body.
fn quoted(message: &Message) -> String {
    let body = start(message.body.trim(), QUOTED);
    tame(&format!("message {}: {body}", message.id))
}

/// How to delete messages that are not notifications: nothing shows which of them may be deleted.
fn purge(queue: &LocatedQueue) -> String {
    let LocatedQueue { url, region, .. } = queue;
    format!(
        "`aws sqs purge-queue --queue-url {url} --region {region}` deletes all messages of the queue; \
         `ctadmin events --consume` reads the notifications among them before"
    )
}

struct Run<'r> {
    tracker: Tracker<'r>,
    downloads: Downloads,
    how: &'r FromQueue,
    printer: &'r Printer,
    stop: watch::Receiver<bool>,
}

impl Run<'_> {
    /// Receives messages until there are no more, and hands their logs to be printed.
    async fn feed(&self, work: mpsc::Sender<Log>, first: usize) -> Result<()> {
        let wait = if self.how.follow { FOLLOWING } else { PATIENCE };
        let mut most = first;
        while !*self.stop.borrow() && !work.is_closed() && !self.is_at_its_end() {
            let received = match self.tracker.receive(most, wait).await {
                Ok(received) => received,
                Err(error) if self.how.follow && error.cause == Cause::NoAnswer => {
                    self.pause_after(&error).await;
                    continue;
                }
                Err(error) if error.code().is_some_and(|code| code.ends_with("OverLimit")) => {
                    self.printer.say(IN_FLIGHT);
                    break;
                }
                Err(error) => return Err(error.into()),
            };
            if received.count == 0 && !self.how.follow {
                break;
            }
            if received.count > 0 {
                most = BATCH;
            }
            self.tracker.return_at_once(&received.last).await;
            for message in received.fresh {
                if self.hand_over(message, &work).await.is_none() {
                    return Ok(());
                }
            }
            if !received.last.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Whether a message is kept whose last receive must not be taken, or SQS is about to make visible what must not be
    /// received again.
    fn is_at_its_end(&self) -> bool {
        if self.tracker.is_exhausted() && !self.how.last_receive {
            return true;
        }
        let too_long = mode(self.how) != Mode::Consume && self.tracker.longest() > LONGEST;
        if too_long {
            self.printer
                .say("SQS hides messages for 12 hours at most: the run ends here");
        }
        too_long
    }

    /// Hands a message's logs to be printed; nothing if the run is to end.
    async fn hand_over(&self, message: Message, work: &mpsc::Sender<Log>) -> Option<()> {
        let notice = Notice::of(&message.body);
        tracing::debug!("message {} is {notice:?}", message.id);
        let tracker = &self.tracker;
        match notice {
            Notice::Logs(places) => {
                let count = places.len();
                for (at, place) in places.into_iter().enumerate() {
                    let ends = (at + 1 == count).then(|| message.id.clone());
                    let room = self.room(work).await?;
                    room.send(self.downloads.begin(place, ends));
                }
            }
            Notice::Validation | Notice::Digests => {
                tracker.count(|counts| match notice {
                    Notice::Digests => counts.digests += 1,
                    _ => counts.validations += 1,
                });
                if self.how.consume {
                    tracker.delete(vec![message.id]).await;
                }
            }
            Notice::Foreign => {
                match self.how.consume {
                    true => tracker.keep(&message.id, KeepReason::Foreign),
                    false => tracker.count(|counts| counts.foreign += 1),
                }
                if self.how.dead_letters {
                    self.printer.say(&quoted(&message));
                }
            }
        }
        Some(())
    }

    /// Waits until more can be printed; nothing if the run is to end.
    async fn room<'w>(&self, work: &'w mpsc::Sender<Log>) -> Option<mpsc::Permit<'w, Log>> {
        let mut stop = self.stop.clone();
        tokio::select! {
            room = work.reserve() => room.ok(),
            _ = stop.wait_for(|stop| *stop) => None,
        }
    }

    async fn pause_after(&self, error: &CallError) {
        self.printer.call_error(error);
        let mut stop = self.stop.clone();
        let _ = tokio::time::timeout(PAUSE, stop.wait_for(|stop| *stop)).await;
    }

    /// Keeps the messages hidden, and deletes what was printed, until printing has ended.
    async fn track(&self, mut printed: mpsc::Receiver<PrintedMessage>) {
        let mut rounds = tokio::time::interval_at((Instant::now() + ROUND).into(), ROUND);
        let mut stop = self.stop.clone();
        let stuck = async {
            if stop.wait_for(|stop| *stop).await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(GRACE).await;
        };
        tokio::pin!(stuck);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                count = printed.recv_many(&mut batch, BATCH) => {
                    if count == 0 {
                        return;
                    }
                    let mut whole = Vec::new();
                    for PrintedMessage { id, kept } in batch.drain(..).filter(|_| self.how.consume) {
                        match kept {
                            Some(why) => self.tracker.keep(&id, why),
                            None => whole.push(id),
                        }
                    }
                    self.tracker.delete(whole).await;
                }
                _ = rounds.tick() => self.tracker.extend_visibility().await,
                () = &mut stuck => return,
            }
        }
    }
}
