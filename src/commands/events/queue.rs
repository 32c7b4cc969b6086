//! The queue, read so that nobody loses a message by it.
//!
//! Two things go on at once. One receives messages and hands their logs to the press, until the queue gives nothing
//! more; the other prolongs the hiding of what was received, and deletes what was printed if it is to be consumed.
//! However it ends, every message that is left was received once, and is given back at the end: not before, else it
//! would be received again. A look never takes a message's last receive, see [`Worn`].

use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

use super::ended;
use super::standing::Standing;
use crate::aws::Session;
use crate::aws::consume::{BATCH, Message};
use crate::commands::interrupt::Interrupt;
use crate::error::{CallError, Cause, Error, Exit, Result, tame};
use crate::events::notice::Notice;
use crate::printer::Printer;
use crate::pull::counts::IN_FLIGHT;
use crate::pull::download::Downloads;
use crate::pull::keeper::Keeper;
use crate::pull::press::{Log, Outcome, Press, Printed};
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
    let worn = worn(queue, how)?;
    let most = worn.as_ref().map_or(0, Worn::max_receives);
    let run = Run {
        keeper: Keeper::new(session.consumer(&queue.region, &queue.url), printer),
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
    let (fed, ()) = tokio::join!(run.feed(work, worn), run.keep(printed));
    let outcome = match interrupt.happened() {
        // It may be stuck in a pager that nobody scrolls.
        true => tokio::time::timeout(GRACE, ended(end))
            .await
            .unwrap_or(Ok(Outcome::default())),
        false => ended(end).await,
    };
    run.keeper.give_back().await;
    telling.abort();
    let counts = run.keeper.counts();
    for words in counts.words(&queue.name) {
        printer.say(&words);
    }
    if how.dead_letters && counts.foreign > 0 {
        printer.suggest(&purge(queue));
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
        count => return Err(refusal(queue, most, count)),
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// What must not be looked at again; nothing where messages may be received as often as one likes.
fn worn(queue: &Standing, how: &FromQueue) -> Result<Option<Worn>> {
    let Some(redrive) = queue.found.redrive().filter(|_| !how.consume) else {
        return Ok(None);
    };
    let retention = queue.found.count("MessageRetentionPeriod");
    let mut worn = Worn::of_queue(&queue.url, redrive.max_receive_count, retention);
    if queue.found.messages() == 0 {
        worn.forget();
    }
    let most = worn.max_receives();
    if worn.allows_no_look() {
        let message = format!(
            "the queue {} is not looked at: its maxReceiveCount of {most} leaves no receive for a look",
            queue.name
        );
        return Err(Error::failed(message).hint(INSTEAD));
    }
    match worn.count() {
        0 => Ok(Some(worn)),
        count => Err(refusal(queue, most, count)),
    }
}

const INSTEAD: &str =
    "--consume reads the messages and deletes them, --from reads the logs in the bucket";

/// The queue holds messages that a further look would send to the dead letters, sooner or later.
fn refusal(queue: &Standing, most: u32, count: usize) -> Error {
    let left = match count {
        1 => "1 message has".to_owned(),
        _ => format!("{count} messages have"),
    };
    let message = format!(
        "the queue {} is not looked at any further: {left} one receive of {most} left, for the consumer",
        queue.name
    );
    Error::failed(message)
        .hint(INSTEAD)
        .hint("looking is possible again once the queue was emptied")
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
    async fn feed(&self, work: mpsc::Sender<Log>, mut worn: Option<Worn>) -> Result<()> {
        let wait = if self.how.follow { FOLLOWING } else { PATIENCE };
        // The first look takes one message: if that is worn, the others are likely to be.
        let mut most = if worn.is_some() { 1 } else { BATCH };
        while !*self.stop.borrow() && !work.is_closed() && !self.is_too_long() {
            let received = match self.keeper.receive(most, wait, worn.as_mut()).await {
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
            self.keeper.leave_alone(&received.last, worn.as_ref()).await;
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

    /// Whether SQS is about to show again what must not be received again.
    fn is_too_long(&self) -> bool {
        let too_long = !self.how.consume && self.keeper.longest() > LONGEST;
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
            Notice::Digests => keeper.count(|counts| counts.digests += 1),
            Notice::Foreign => {
                keeper.count(|counts| counts.foreign += 1);
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
                    let whole = batch.drain(..).filter(|printed| printed.whole && self.how.consume);
                    self.keeper.delete(whole.map(|printed| printed.id).collect()).await;
                }
                _ = rounds.tick() => self.keeper.prolong().await,
                () = &mut stuck => return,
            }
        }
    }
}
