//! Tracks the messages of a run: keeps them hidden, deletes them, returns them to the queue.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use super::counts::Counts;
use super::in_flight::InFlight;
use super::printing::KeepReason;
use super::receive_limit::ReceiveLimit;
use crate::aws::consume::{Consumer, Message, Refusal};
use crate::error::{CallError, Error};
use crate::printer::Printer;
use crate::words::counted;

/// How long messages are hidden at a time. If this process is killed, they are visible again after that.
const HIDDEN: Duration = Duration::from_secs(600);

/// How much of that is left at least while the process lives.
const RESERVE: Duration = Duration::from_secs(400);

/// The messages of a run. Its parts are borrowed for moments only, never while something is awaited.
pub struct Tracker<'r> {
    consumer: Consumer,
    printer: &'r Printer,
    mode: Mode,
    limit: RefCell<ReceiveLimit>,
    in_flight: RefCell<InFlight>,
    counts: Cell<Counts>,
    failed: Cell<bool>,
    exhausted: Cell<bool>,
}

/// What a run does with a message that has one receive left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is not printed, and the run ends.
    Peek,
    /// It is deleted if it can be; once one is kept, the run ends.
    ConsumeSome,
    /// It is deleted if it can be; the run goes on.
    Consume,
}

/// Messages as they come from the queue.
#[derive(Debug, Default)]
pub struct Received {
    /// To be printed.
    pub fresh: Vec<Message>,
    /// Never to be peeked at again.
    pub last: Vec<Message>,
    /// How many they were, those included that had come before.
    pub count: usize,
}

impl<'r> Tracker<'r> {
    pub fn new(consumer: Consumer, mode: Mode, limit: ReceiveLimit, printer: &'r Printer) -> Self {
        Self {
            consumer,
            printer,
            mode,
            limit: RefCell::new(limit),
            in_flight: RefCell::default(),
            counts: Cell::default(),
            failed: Cell::new(false),
            exhausted: Cell::new(false),
        }
    }

    /// Takes messages out of the queue, at most so many.
    ///
    /// The future must not be dropped, see [`Consumer::receive`].
    pub async fn receive(&self, most: usize, wait: Duration) -> Result<Received, CallError> {
        let messages = self.consumer.receive(most, wait, HIDDEN).await?;
        let (mut in_flight, mut limit) = (self.in_flight.borrow_mut(), self.limit.borrow_mut());
        let mut received = Received {
            count: messages.len(),
            ..Received::default()
        };
        for message in messages {
            let new = in_flight.take(&message, HIDDEN);
            self.count(|counts| counts.received += usize::from(new));
            let peeks = self.mode == Mode::Peek;
            let held = in_flight.get(&message.id).filter(|_| peeks);
            if held.is_some_and(|held| limit.records_last(&message.id, held)) {
                received.last.push(message);
            } else if new {
                if peeks {
                    self.count(|counts| counts.peeked_at(limit.peeks_left(message.receives)));
                }
                received.fresh.push(message);
            } else if limit.is_last(message.receives) {
                // It was kept, and SQS does not hide it any longer.
                self.exhausted.set(true);
            }
            // The rest was hidden for too short a time, and was handed over before.
        }
        Ok(received)
    }

    /// Whether receiving more would cost a message that the run keeps its last receive.
    pub fn is_exhausted(&self) -> bool {
        self.exhausted.get()
    }

    /// Counts a message that stays in the queue although the run consumes, and remembers it if it has one receive left.
    pub fn keep(&self, id: &str, why: KeepReason) {
        self.count(|counts| counts.keep(why));
        if why.is_lasting() {
            self.in_flight.borrow_mut().mark_stuck(id);
        }
        let (in_flight, mut limit) = (self.in_flight.borrow(), self.limit.borrow_mut());
        let held = in_flight.get(id);
        if held.is_some_and(|held| limit.records_last(id, held)) {
            drop((in_flight, limit));
            self.remember();
            if self.mode == Mode::ConsumeSome {
                self.exhausted.set(true);
            }
        }
    }

    /// How many messages were received and not deleted.
    pub fn left(&self) -> usize {
        self.in_flight.borrow().messages().len()
    }

    /// How long ago the first of the messages was received.
    pub fn longest(&self) -> Duration {
        self.in_flight.borrow().longest()
    }

    /// Counts what messages turned out to be.
    pub fn count(&self, one: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.get();
        one(&mut counts);
        self.counts.set(counts);
    }

    pub fn counts(&self) -> Counts {
        self.counts.get()
    }

    /// Whether something failed that was reported, and that did not end the run.
    pub fn has_failed(&self) -> bool {
        self.failed.get()
    }

    /// Returns to the queue at once what must not be received again, and remembers it.
    pub async fn return_at_once(&self, last: &[Message]) {
        if last.is_empty() {
            return;
        }
        self.count(|counts| counts.returned_at_once += last.len());
        self.remember();
        let receipts: Vec<_> = last.iter().map(|one| one.receipt.clone()).collect();
        self.make_visible(&receipts).await;
    }

    /// Writes down for the runs to come which messages must not be received again.
    fn remember(&self) {
        let Err(error) = self.limit.borrow().save() else {
            return;
        };
        // Once is enough.
        if self.failed.replace(true) {
            return;
        }
        let message = format!(
            "the messages with one receive left cannot be remembered for the next run: {error}"
        );
        let error = Error::failed(message);
        self.printer
            .error(&error.hint("do not peek again before the queue is empty"));
    }

    pub async fn delete(&self, ids: Vec<String>) {
        // By the receipt of the last time that it was received: older ones may not be good any more.
        let receipt = |id: &str| self.in_flight.borrow().receipt(id);
        let known = ids.into_iter().filter_map(|id| Some((receipt(&id)?, id)));
        let (receipts, ids): (Vec<String>, Vec<String>) = known.unzip();
        let refused = self.consumer.delete(&receipts).await;
        self.report("deleting what was printed", &refused);
        let mut forgotten = false;
        for (receipt, id) in receipts.iter().zip(&ids) {
            if !refused.iter().any(|refusal| refusal.receipt == *receipt) {
                self.in_flight.borrow_mut().forget(id);
                self.count(|counts| counts.deleted += 1);
                forgotten |= self.limit.borrow_mut().remove(id);
            }
        }
        if forgotten {
            self.remember();
        }
    }

    /// Hides for longer what would be visible again soon.
    pub async fn extend_visibility(&self) {
        let expiring = self.in_flight.borrow().expiring(RESERVE);
        let refused = self.consumer.hide(&expiring, HIDDEN).await;
        for refusal in &refused {
            tracing::info!(error = %refusal.error, "a message is visible again before the run ends");
        }
        self.in_flight
            .borrow_mut()
            .extended(&expiring, HIDDEN, &refused);
    }

    /// Returns all that is still in flight to the queue.
    pub async fn return_all(&self) {
        if self.mode != Mode::Peek {
            self.record_all();
        }
        let receipts = self.in_flight.borrow().receipts();
        let refused = self.make_visible(&receipts).await;
        self.count(|counts| counts.returned += receipts.len() - refused);
    }

    /// Remembers every message that the run leaves in the queue with one receive left.
    fn record_all(&self) {
        let (in_flight, mut limit) = (self.in_flight.borrow(), self.limit.borrow_mut());
        let mut count = 0;
        for (id, held) in in_flight.messages() {
            count += usize::from(limit.records_last(id, held));
        }
        self.count(|counts| counts.last_receive = count);
        drop(limit);
        if count > 0 {
            self.remember();
        }
    }

    /// Makes these visible again; how many SQS refused.
    async fn make_visible(&self, receipts: &[String]) -> usize {
        let refused = self.consumer.hide(receipts, Duration::ZERO).await;
        // What is visible already, or gone, need not be returned.
        let refused: Vec<Refusal> = refused
            .into_iter()
            .filter(|refusal| !refusal.is_stale())
            .collect();
        self.report(
            "returning messages, which are visible again within 10 minutes anyway",
            &refused,
        );
        self.in_flight.borrow_mut().returned(receipts);
        refused.len()
    }

    fn report(&self, doing: &str, refused: &[Refusal]) {
        if let Some(first) = refused.first() {
            self.failed.set(true);
            let count = counted(refused.len(), "message");
            let error = Error::from(first.error.clone());
            self.printer.error(&Error {
                message: format!("{doing}: {count}: {}", error.message),
                ..error
            });
        }
    }
}
