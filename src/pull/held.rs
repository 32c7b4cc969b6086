//! The messages that a run keeps hidden from everybody else.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use super::worn::Received;
use crate::aws::consume::{Message, Refusal};

/// The messages that a run has received and not deleted.
#[derive(Debug, Default)]
pub struct Held {
    by_id: HashMap<String, Hold>,
    /// When the first of all was received.
    first: Option<Instant>,
}

#[derive(Debug)]
struct Hold {
    /// Nothing once SQS does not take it any more: then the message is visible, or gone.
    receipt: Option<String>,
    until: Instant,
    /// How often it was received, as far as SQS told.
    receives: u32,
    /// When it was sent, in seconds since 1970.
    sent: Option<u64>,
    /// Whether `--consume` keeps it for what it is.
    stuck: bool,
}

impl Hold {
    fn received<'h>(&self, id: &'h str) -> Received<'h> {
        Received {
            id,
            receives: self.receives,
            sent: self.sent,
            stuck: self.stuck,
        }
    }
}

impl Held {
    /// Notes that a message was received, and is hidden for so long; whether that is the first time in this run.
    pub fn take(&mut self, message: &Message, hidden: Duration) -> bool {
        let now = Instant::now();
        let hold = Hold {
            receipt: Some(message.receipt.clone()),
            until: now + hidden,
            receives: message.receives,
            sent: message.sent,
            stuck: self.by_id.get(&message.id).is_some_and(|hold| hold.stuck),
        };
        self.first.get_or_insert(now);
        self.by_id.insert(message.id.clone(), hold).is_none()
    }

    /// Notes that `--consume` keeps a message for what it is.
    pub fn is_stuck(&mut self, id: &str) {
        if let Some(hold) = self.by_id.get_mut(id) {
            hold.stuck = true;
        }
    }

    /// A message that was received and not deleted.
    pub fn message<'h>(&'h self, id: &'h str) -> Option<Received<'h>> {
        self.by_id.get(id).map(|hold| hold.received(id))
    }

    /// All messages that were received and not deleted.
    pub fn messages(&self) -> impl Iterator<Item = Received<'_>> {
        self.by_id.iter().map(|(id, hold)| hold.received(id))
    }

    /// The receipts of these messages.
    pub fn receipts_of<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let held = ids
            .into_iter()
            .filter_map(|id| self.by_id.get(id)?.receipt.clone());
        held.collect()
    }

    /// The receipts of all messages that are hidden.
    pub fn receipts(&self) -> Vec<String> {
        self.by_id
            .values()
            .filter_map(|hold| hold.receipt.clone())
            .collect()
    }

    /// The receipts of those that would show again before `time` has passed.
    pub fn due(&self, time: Duration) -> Vec<String> {
        let soon = Instant::now() + time;
        let due = self.by_id.values().filter(|hold| hold.until < soon);
        due.filter_map(|hold| hold.receipt.clone()).collect()
    }

    /// How long ago the first message was received.
    pub fn longest(&self) -> Duration {
        self.first.map(|first| first.elapsed()).unwrap_or_default()
    }

    /// Notes that these are hidden for so long from now on, but for those that were refused.
    pub fn prolonged(&mut self, receipts: &[String], hidden: Duration, refused: &[Refusal]) {
        let receipts: HashSet<&str> = receipts.iter().map(String::as_str).collect();
        let refused = refused
            .iter()
            .map(|refusal| (refusal.receipt.as_str(), refusal));
        let refused: HashMap<&str, &Refusal> = refused.collect();
        for hold in self.by_id.values_mut() {
            let Some(receipt) = hold
                .receipt
                .as_deref()
                .filter(|receipt| receipts.contains(receipt))
            else {
                continue;
            };
            match refused.get(receipt) {
                Some(refusal) if refusal.is_stale() => hold.receipt = None,
                Some(_) => {}
                None => hold.until = Instant::now() + hidden,
            }
        }
    }

    /// Notes that a message is deleted.
    pub fn forget(&mut self, id: &str) {
        self.by_id.remove(id);
    }

    /// Notes that these were given back: they are known, but no longer hidden.
    pub fn given_back(&mut self, receipts: &[String]) {
        let receipts: HashSet<&str> = receipts.iter().map(String::as_str).collect();
        for hold in self.by_id.values_mut() {
            hold.receipt
                .take_if(|receipt| receipts.contains(receipt.as_str()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{CallError, Cause};

    const MINUTE: Duration = Duration::from_secs(60);

    fn message(id: &str, receipt: &str) -> Message {
        Message {
            id: id.into(),
            receipt: receipt.into(),
            body: String::new(),
            receives: 1,
            sent: None,
        }
    }

    fn refusal(receipt: &str, code: &str) -> Refusal {
        Refusal {
            receipt: receipt.into(),
            error: CallError {
                service: "sqs",
                operation: "ChangeMessageVisibilityBatch".into(),
                region: "us-west-2".into(),
                resource: "queue".into(),
                cause: Cause::Code(code.into()),
                message: String::new(),
                request_id: None,
            },
        }
    }

    #[test]
    fn a_message_is_new_once_and_known_by_its_last_receipt() {
        let mut held = Held::default();
        assert!(held.take(&message("a", "1"), MINUTE));
        assert!(!held.take(&message("a", "2"), MINUTE));
        assert_eq!(held.receipts_of(["a", "b"]), ["2"]);
        held.forget("a");
        assert!(held.take(&message("a", "3"), MINUTE));
    }

    #[test]
    fn what_was_given_back_or_lost_is_known_but_not_held() {
        let mut held = Held::default();
        for id in ["a", "b", "c", "d"] {
            held.take(&message(id, id), MINUTE);
        }
        held.given_back(&["a".into()]);
        let all = held.receipts();
        let refused = [
            refusal("b", "ReceiptHandleIsInvalid"),
            refusal("c", "InternalError"),
        ];
        held.prolonged(&all, 10 * MINUTE, &refused);
        let mut left = held.receipts();
        left.sort();
        assert_eq!(left, ["c", "d"]);
        assert_eq!(held.due(5 * MINUTE), ["c"]);
        assert!(!held.take(&message("a", "again"), MINUTE));
    }
}
