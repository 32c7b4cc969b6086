//! The queue, read so that nobody loses a message by it.
//!
//! Two things go on at once. One receives messages and hands their logs to the press, until the queue gives nothing
//! more; the other prolongs the hiding of what was received, and deletes what was printed if it is to be consumed.
//! However it ends, every message that is left was received once, and is given back at the end: not before, else it
//! would be received again. Neither a look nor a run that keeps messages takes a message's last receive, see [`Worn`].

use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

use super::standing::Standing;
use super::{closing, ended};
use crate::aws::Session;
use crate::aws::consume::{BATCH, Message};
use crate::commands::interrupt::Interrupt;
use crate::error::{CallError, Cause, Error, Exit, Result, tame};
use crate::events::notice::Notice;
use crate::printer::Printer;
use crate::pull::counts::IN_FLIGHT;
use crate::pull::download::Downloads;
use crate::pull::keeper::{Guard, Keeper};
use crate::pull::press::{Kept, Log, Outcome, Press, Printed};
use crate::pull::worn::Worn;
use crate::settings::FromQueue;
use crate::words::start;

/// How often to look whether the hiding has to be prolonged.
const ROUND: Duration = Duration::from_secs(60);

/// SQS hides a message for twelve hours in all, however often that is prolonged.
const LONGEST: Duration = Duration::from_secs(11 * 3600 + 1800);

/// How long to wait for a message before the queue counts as empty. Any wait at all asks all of SQS's servers.
const PATIENCE: Duration = Duration::from_secs(1);

/// The same while following. SQS could wait for 20 s, but Ctrl-C has to wait as long: a request that is given up may
/// have received messages that nobody would give back.
const FOLLOWING: Duration = Duration::from_secs(5);

/// How long to wait for a network that went away while following.
const PAUSE: Duration = Duration::from_secs(10);

/// How long an interrupted run waits for a press that cannot write.
const GRACE: Duration = Duration::from_secs(2);

/// How much is shown of the body of a dead letter that is no notice, in characters.
const QUOTED: usize = 200;

/// Reads the queue.
pub async fn read(
    session: &Session,
    queue: &Standing,
    how: &FromQueue,
    press: impl FnOnce() -> Press,
    interrupt: &Interrupt,
    printer: &Printer,
) -> Result<Exit> {
    let guard = guard(how);
    let worn = worn(queue, how, guard)?;
    let most = worn.as_ref().map_or(0, Worn::max_receives);
    let consumer = session.consumer(&queue.region, &queue.url);
    // The first message is taken alone: if that is worn, the others are likely to be.
    let first = match worn {
        Some(_) if guard != Guard::Consume => 1,
        _ => BATCH,
    };
    let run = Run {
        keeper: Keeper::new(consumer, guard, worn, printer),
        downloads: Downloads::new(session.reader(), &queue.region),
        how,
        printer,
        stop: interrupt.watch(),
    };
    let Press { work, printed, end } = press();
    let telling = interrupt.tell(
        *printer,
        "interrupted; giving the messages back (Ctrl-C again stops at once)",
    );
    let (fed, ()) = tokio::join!(run.feed(work, first), run.keep(printed));
    let outcome = match interrupt.happened() {
        // It may be stuck in a pager that nobody scrolls.
        true => tokio::time::timeout(GRACE, ended(end))
            .await
            .unwrap_or(Ok(Outcome::default())),
        false => ended(end).await,
    };
    if how.consume && outcome.as_ref().is_ok_and(|outcome| outcome.enough) {
        // What was received ahead of the events that were wanted.
        let left = run.keeper.left();
        run.keeper
            .count(|counts| counts.beyond_limit += left.saturating_sub(counts.kept()));
    }
    run.keeper.give_back().await;
    telling.abort();
    let counts = run.keeper.counts();
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
    let failed = outcome?.failed > 0 || run.keeper.is_wrong();
    match counts.left_alone {
        _ if interrupt.happened() => return Ok(Exit::Interrupted),
        0 if counts.received == 0 => {
            let name = &queue.name;
            printer.say(&format!("the queue {name} holds no messages to receive"));
        }
        0 => {}
        count => return Err(refusal(queue, guard, most, count)),
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// What the run may do with a message that has one receive left.
fn guard(how: &FromQueue) -> Guard {
    match how {
        FromQueue { consume: false, .. } => Guard::Look,
        FromQueue {
            last_receive: true, ..
        } => Guard::Consume,
        FromQueue { choosy: true, .. } => Guard::Choose,
        _ => Guard::Consume,
    }
}

/// What must not be received again; nothing where messages may be received as often as one likes.
fn worn(queue: &Standing, how: &FromQueue, guard: Guard) -> Result<Option<Worn>> {
    let Some(redrive) = queue.found.redrive() else {
        return Ok(None);
    };
    let retention = queue.found.count("MessageRetentionPeriod");
    let mut worn = Worn::of_queue(&queue.url, redrive.max_receive_count, retention);
    if queue.found.messages() == 0 {
        worn.forget();
    }
    let most = worn.max_receives();
    let none_left = match guard {
        Guard::Look => worn.allows_no_look(),
        Guard::Choose => most < 2,
        Guard::Consume => false,
    };
    if none_left {
        let message = format!(
            "the queue {} is not read: its maxReceiveCount of {most} leaves no receive to the consumer",
            queue.name
        );
        return Err(Error::failed(message).hint(instead(guard)));
    }
    let count = match guard {
        Guard::Consume if how.last_receive => 0,
        Guard::Consume => worn.stuck(),
        Guard::Look | Guard::Choose => worn.count(),
    };
    match count {
        0 => Ok(Some(worn)),
        count => Err(refusal(queue, guard, most, count)),
    }
}

/// What to do instead of a run that was refused.
fn instead(guard: Guard) -> &'static str {
    match guard {
        Guard::Look => {
            "--consume reads the messages and deletes them, --from reads the logs in the bucket"
        }
        Guard::Choose => {
            "--consume without --filter, --since, --until and --limit reads the messages and deletes them, \
             --from reads the logs in the bucket"
        }
        Guard::Consume => {
            "--consume would keep them again: a log of theirs cannot be read, or they are no notices of CloudTrail"
        }
    }
}

/// The queue holds messages that a further run would send to the dead letters, sooner or later.
fn refusal(queue: &Standing, guard: Guard, most: u32, count: usize) -> Error {
    let left = match count {
        1 => "1 message has".to_owned(),
        _ => format!("{count} messages have"),
    };
    let message = format!(
        "the queue {} is not read any further: {left} one receive of {most} left, for the consumer",
        queue.name
    );
    let error = Error::failed(message).hint(instead(guard));
    match guard {
        Guard::Look => error.hint("looking is possible again once the queue was emptied"),
        Guard::Choose | Guard::Consume => error.hint(
            "--last-receive takes the last receive all the same: what is kept then becomes a dead letter",
        ),
    }
}

/// A message that is no notice, on one line: its id and the start of its body.
fn quoted(message: &Message) -> String {
    let body = start(message.body.trim(), QUOTED);
    tame(&format!("message {}: {body}", message.id))
}

/// How to get rid of dead letters that nobody understands: nothing tells which of them may be deleted.
fn purge(queue: &Standing) -> String {
    let Standing { url, region, .. } = queue;
    format!(
        "`aws sqs purge-queue --queue-url {url} --region {region}` deletes all messages of the queue; \
         --consume reads the notices among them before"
    )
}

struct Run<'r> {
    keeper: Keeper<'r>,
    downloads: Downloads,
    how: &'r FromQueue,
    printer: &'r Printer,
    stop: watch::Receiver<bool>,
}

impl Run<'_> {
    /// Receives messages until there are no more, and hands their logs to the press.
    async fn feed(&self, work: mpsc::Sender<Log>, first: usize) -> Result<()> {
        let wait = if self.how.follow { FOLLOWING } else { PATIENCE };
        let mut most = first;
        while !*self.stop.borrow() && !work.is_closed() && !self.is_at_its_end() {
            let received = match self.keeper.receive(most, wait).await {
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
            self.keeper.leave_alone(&received.last).await;
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

    /// Whether a message is kept whose last receive must not be taken, or SQS is about to show again what must not be
    /// received again.
    fn is_at_its_end(&self) -> bool {
        if self.keeper.is_exhausted() && !self.how.last_receive {
            return true;
        }
        let too_long = guard(self.how) != Guard::Consume && self.keeper.longest() > LONGEST;
        if too_long {
            self.printer
                .say("SQS hides messages for 12 hours at most: the run ends here");
        }
        too_long
    }

    /// Hands a message's logs to the press; nothing if the run is to end.
    async fn hand_over(&self, message: Message, work: &mpsc::Sender<Log>) -> Option<()> {
        let notice = Notice::of(&message.body);
        tracing::debug!("message {} is {notice:?}", message.id);
        let keeper = &self.keeper;
        match notice {
            Notice::Logs(mut places) => {
                let last = places.pop();
                for place in places {
                    let room = self.room(work).await?;
                    room.send(self.downloads.begin(place, None));
                }
                if let Some(place) = last {
                    let room = self.room(work).await?;
                    room.send(self.downloads.begin(place, Some(message.id)));
                }
            }
            Notice::Validation => {
                keeper.count(|counts| counts.validations += 1);
                if self.how.consume {
                    keeper.delete(vec![message.id]).await;
                }
            }
            Notice::Digests => {
                keeper.count(|counts| counts.digests += 1);
                if self.how.consume {
                    keeper.delete(vec![message.id]).await;
                }
            }
            Notice::Foreign => {
                match self.how.consume {
                    true => keeper.keep(&message.id, Kept::Foreign),
                    false => keeper.count(|counts| counts.foreign += 1),
                }
                if self.how.dead_letters {
                    self.printer.say(&quoted(&message));
                }
            }
        }
        Some(())
    }

    /// Waits until the press can take more; nothing if the run is to end.
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
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    /// Looks after the messages until the press has ended.
    async fn keep(&self, mut printed: mpsc::Receiver<Printed>) {
        let mut rounds = tokio::time::interval_at((Instant::now() + ROUND).into(), ROUND);
        let mut stop = self.stop.clone();
        let stuck = async {
            // Whoever could stop the run may be gone.
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
                    let printed = batch.drain(..).filter(|_| self.how.consume);
                    let (kept, whole): (Vec<_>, Vec<_>) =
                        printed.partition(|printed| printed.kept.is_some());
                    for Printed { id, kept } in kept {
                        kept.into_iter().for_each(|why| self.keeper.keep(&id, why));
                    }
                    self.keeper.delete(whole.into_iter().map(|printed| printed.id).collect()).await;
                }
                _ = rounds.tick() => self.keeper.prolong().await,
                () = &mut stuck => return,
            }
        }
    }
}
