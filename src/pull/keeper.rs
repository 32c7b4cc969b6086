//! Whoever looks after the messages of a run: keeps them hidden, deletes them, gives them back.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use super::counts::Counts;
use super::held::Held;
use super::press::Kept;
use super::worn::Worn;
use crate::aws::consume::{Consumer, Message, Refusal};
use crate::error::{CallError, Error};
use crate::printer::Printer;
use crate::words::counted;

/// How long messages are hidden at a time. If this process is killed, they show again after that.
const HIDDEN: Duration = Duration::from_secs(600);

/// How much of that is left at least while the process lives.
const RESERVE: Duration = Duration::from_secs(400);

/// Looks after the messages of a run. Its parts are borrowed for moments only, never while something is awaited.
pub struct Keeper<'r> {
    consumer: Consumer,
    printer: &'r Printer,
    guard: Guard,
    /// Nothing where messages may be received as often as one likes.
    worn: RefCell<Option<Worn>>,
    held: RefCell<Held>,
    counts: Cell<Counts>,
    wrong: Cell<bool>,
    exhausted: Cell<bool>,
}

/// What a run does with a message that has one receive left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// A look: it is not printed, and the run ends.
    Look,
    /// It is deleted if it can be; once one is kept, the run ends.
    Choose,
    /// It is deleted if it can be; the run goes on.
    Consume,
}

/// Messages as they come from the queue.
#[derive(Debug, Default)]
pub struct Received {
    /// To be printed.
    pub fresh: Vec<Message>,
    /// Not to be received ever again by a look.
    pub last: Vec<Message>,
    /// How many they were, those included that had come before.
    pub count: usize,
}

impl<'r> Keeper<'r> {
    /// For the messages that come from there.
    pub fn new(consumer: Consumer, guard: Guard, worn: Option<Worn>, printer: &'r Printer) -> Self {
        Self {
            consumer,
            printer,
            guard,
            worn: RefCell::new(worn),
            held: RefCell::default(),
            counts: Cell::default(),
            wrong: Cell::new(false),
            exhausted: Cell::new(false),
        }
    }

    /// Takes messages out of the queue, at most so many.
    ///
    /// The future must not be dropped, see [`Consumer::receive`].
    pub async fn receive(&self, most: usize, wait: Duration) -> Result<Received, CallError> {
        let messages = self.consumer.receive(most, wait, HIDDEN).await?;
        let (mut held, mut worn) = (self.held.borrow_mut(), self.worn.borrow_mut());
        let mut received = Received {
            count: messages.len(),
            ..Received::default()
        };
        for message in messages {
            let new = held.take(&message, HIDDEN);
            self.count(|counts| counts.received += usize::from(new));
            let looks = self.guard == Guard::Look;
            let known = held.message(&message.id).zip(worn.as_mut());
            if looks && known.is_some_and(|(message, worn)| worn.notes(message)) {
                received.last.push(message);
            } else if new {
                if let Some(worn) = worn.as_ref().filter(|_| looks) {
                    self.count(|counts| counts.looked_at(worn.looks_left(message.receives)));
                }
                received.fresh.push(message);
            } else if worn
                .as_ref()
                .is_some_and(|worn| worn.is_last(message.receives))
            {
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
    pub fn keep(&self, id: &str, why: Kept) {
        self.count(|counts| counts.keep(why));
        if why.is_lasting() {
            self.held.borrow_mut().is_stuck(id);
        }
        let (held, mut worn) = (self.held.borrow(), self.worn.borrow_mut());
        let known = held.message(id).zip(worn.as_mut());
        if known.is_some_and(|(message, worn)| worn.notes(message)) {
            drop((held, worn));
            self.remember();
            if self.guard == Guard::Choose {
                self.exhausted.set(true);
            }
        }
    }

    /// How many messages were received and not deleted.
    pub fn left(&self) -> usize {
        self.held.borrow().messages().count()
    }

    /// How long the first of the messages has been held.
    pub fn longest(&self) -> Duration {
        self.held.borrow().longest()
    }

    /// Counts what messages turned out to be.
    pub fn count(&self, one: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.get();
        one(&mut counts);
        self.counts.set(counts);
    }

    /// What became of the messages so far.
    pub fn counts(&self) -> Counts {
        self.counts.get()
    }

    /// Whether something went wrong that was told, and that did not end the run.
    pub fn is_wrong(&self) -> bool {
        self.wrong.get()
    }

    /// Gives back at once what must not be received again, and remembers it.
    pub async fn leave_alone(&self, last: &[Message]) {
        if last.is_empty() {
            return;
        }
        self.count(|counts| counts.left_alone += last.len());
        self.remember();
        let ids = last.iter().map(|message| message.id.as_str());
        let receipts = self.held.borrow().receipts_of(ids);
        self.let_go(&receipts).await;
    }

    /// Writes down for the runs to come which messages must not be received again.
    fn remember(&self) {
        let worn = self.worn.borrow();
        let Some(Err(error)) = worn.as_ref().map(Worn::save) else {
            return;
        };
        // Once is enough.
        if self.wrong.replace(true) {
            return;
        }
        let message = format!("what was found cannot be remembered for the next run: {error}");
        let error = Error::failed(message);
        self.printer
            .error(&error.hint("do not look again before the queue was emptied"));
    }

    /// Deletes messages for good.
    pub async fn delete(&self, ids: Vec<String>) {
        // By the receipt of the last time that it was received: older ones may not be good any more.
        let receipt = |id: &str| self.held.borrow().receipts_of([id]).pop();
        let known = ids.into_iter().filter_map(|id| Some((receipt(&id)?, id)));
        let known: Vec<(String, String)> = known.collect();
        let receipts: Vec<String> = known.iter().map(|(receipt, _)| receipt.clone()).collect();
        let refused = self.consumer.delete(&receipts).await;
        self.complain("deleting what was printed", &refused);
        let mut forgotten = false;
        for (receipt, id) in known {
            if !refused.iter().any(|refusal| refusal.receipt == receipt) {
                self.held.borrow_mut().forget(&id);
                self.count(|counts| counts.deleted += 1);
                forgotten |= self
                    .worn
                    .borrow_mut()
                    .as_mut()
                    .is_some_and(|worn| worn.forget_one(&id));
            }
        }
        if forgotten {
            self.remember();
        }
    }

    /// Hides for longer what would show again soon.
    pub async fn prolong(&self) {
        let due = self.held.borrow().due(RESERVE);
        let refused = self.consumer.hide(&due, HIDDEN).await;
        for refusal in &refused {
            tracing::info!(error = %refusal.error, "a message shows again before the run ends");
        }
        self.held.borrow_mut().prolonged(&due, HIDDEN, &refused);
    }

    /// Gives back all that is still held.
    pub async fn give_back(&self) {
        if self.guard != Guard::Look {
            self.note_all();
        }
        let receipts = self.held.borrow().receipts();
        let refused = self.let_go(&receipts).await;
        self.count(|counts| counts.returned += receipts.len() - refused);
    }

    /// Remembers every message that the run leaves in the queue with one receive left.
    fn note_all(&self) {
        let (held, mut worn) = (self.held.borrow(), self.worn.borrow_mut());
        let Some(worn_out) = worn.as_mut() else {
            return;
        };
        let messages = held.messages();
        let count = messages.filter(|message| worn_out.notes(*message)).count();
        self.count(|counts| counts.worn_out = count);
        drop((held, worn));
        if count > 0 {
            self.remember();
        }
    }

    /// Gives these back; how many SQS did not take.
    async fn let_go(&self, receipts: &[String]) -> usize {
        let refused = self.consumer.hide(receipts, Duration::ZERO).await;
        // Whatever shows again already, or is gone, needs no giving back.
        let refused: Vec<Refusal> = refused
            .into_iter()
            .filter(|refusal| !refusal.is_stale())
            .collect();
        self.complain(
            "giving messages back, which show again by themselves within 10 minutes",
            &refused,
        );
        self.held.borrow_mut().given_back(receipts);
        refused.len()
    }

    fn complain(&self, doing: &str, refused: &[Refusal]) {
        if let Some(first) = refused.first() {
            self.wrong.set(true);
            let count = counted(refused.len(), "message");
            let error = Error::from(first.error.clone());
            self.printer.error(&Error {
                message: format!("{doing}: {count}: {}", error.message),
                ..error
            });
        }
    }
}
