//! The messages that a run keeps hidden from other consumers.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use super::receive_limit::MessageState;
use crate::aws::consume::{Message, Refusal};

/// The messages that a run has received and not deleted.
#[derive(Debug, Default)]
pub struct InFlight {
    by_id: HashMap<String, Entry>,
    /// When the first of all was received.
    first: Option<Instant>,
}

#[derive(Debug)]
struct Entry {
    /// Nothing once SQS does not take it any more: then the message is visible, or gone.
    receipt: Option<String>,
    until: Instant,
    /// How often it was received, as far as SQS said.
    receives: u32,
    /// When it was sent, in seconds since 1970.
    sent: Option<u64>,
    /// Whether `--consume` keeps it for what it is.
    stuck: bool,
}

impl Entry {
    fn state<'h>(&self, id: &'h str) -> MessageState<'h> {
        MessageState {
            id,
            receives: self.receives,
            sent: self.sent,
            stuck: self.stuck,
        }
    }
}

impl InFlight {
    /// Notes that a message was received, and is hidden for so long; whether that is the first time in this run.
    pub fn take(&mut self, message: &Message, hidden: Duration) -> bool {
        let now = Instant::now();
        let entry = Entry {
            receipt: Some(message.receipt.clone()),
            until: now + hidden,
            receives: message.receives,
            sent: message.sent,
            stuck: self.by_id.get(&message.id).is_some_and(|entry| entry.stuck),
        };
        self.first.get_or_insert(now);
        self.by_id.insert(message.id.clone(), entry).is_none()
    }

    /// Notes that `--consume` keeps a message for what it is.
    pub fn mark_stuck(&mut self, id: &str) {
        if let Some(entry) = self.by_id.get_mut(id) {
            entry.stuck = true;
        }
    }

    /// A message that was received and not deleted.
    pub fn message<'h>(&'h self, id: &'h str) -> Option<MessageState<'h>> {
        self.by_id.get(id).map(|entry| entry.state(id))
    }

    /// All messages that were received and not deleted.
    pub fn messages(&self) -> impl Iterator<Item = MessageState<'_>> {
        self.by_id.iter().map(|(id, entry)| entry.state(id))
    }

    /// The receipts of these messages.
    pub fn receipts_of<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let receipts = ids
            .into_iter()
            .filter_map(|id| self.by_id.get(id)?.receipt.clone());
        receipts.collect()
    }

    /// The receipts of all messages that are hidden.
    pub fn receipts(&self) -> Vec<String> {
        self.by_id
            .values()
            .filter_map(|entry| entry.receipt.clone())
            .collect()
    }

    /// The receipts of those that would be visible again before `time` has passed.
    pub fn expiring(&self, time: Duration) -> Vec<String> {
        let soon = Instant::now() + time;
        let expiring = self.by_id.values().filter(|entry| entry.until < soon);
        expiring.filter_map(|entry| entry.receipt.clone()).collect()
    }

    /// How long ago the first message was received.
    pub fn longest(&self) -> Duration {
        self.first.map(|first| first.elapsed()).unwrap_or_default()
    }

    /// Notes that these are hidden for so long from now on, but for those that were refused.
    pub fn extended(&mut self, receipts: &[String], hidden: Duration, refused: &[Refusal]) {
        let receipts: HashSet<&str> = receipts.iter().map(String::as_str).collect();
        let refused = refused
            .iter()
            .map(|refusal| (refusal.receipt.as_str(), refusal));
        let refused: HashMap<&str, &Refusal> = refused.collect();
        for entry in self.by_id.values_mut() {
            let Some(receipt) = entry
                .receipt
                .as_deref()
                .filter(|receipt| receipts.contains(receipt))
            else {
                continue;
            };
            match refused.get(receipt) {
                Some(refusal) if refusal.is_stale() => entry.receipt = None,
                Some(_) => {}
                None => entry.until = Instant::now() + hidden,
            }
        }
    }

    /// Notes that a message is deleted.
    pub fn forget(&mut self, id: &str) {
        self.by_id.remove(id);
    }

    /// Notes that these were returned to the queue: they are known, but no longer hidden.
    pub fn returned(&mut self, receipts: &[String]) {
        let receipts: HashSet<&str> = receipts.iter().map(String::as_str).collect();
        for entry in self.by_id.values_mut() {
            entry
                .receipt
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
        let mut in_flight = InFlight::default();
        assert!(in_flight.take(&message("a", "1"), MINUTE));
        assert!(!in_flight.take(&message("a", "2"), MINUTE));
        assert_eq!(in_flight.receipts_of(["a", "b"]), ["2"]);
        in_flight.forget("a");
        assert!(in_flight.take(&message("a", "3"), MINUTE));
    }

    #[test]
    fn what_was_returned_or_lost_is_known_but_not_in_flight() {
        let mut in_flight = InFlight::default();
        for id in ["a", "b", "c", "d"] {
            in_flight.take(&message(id, id), MINUTE);
        }
        in_flight.returned(&["a".into()]);
        let all = in_flight.receipts();
        let refused = [
            refusal("b", "ReceiptHandleIsInvalid"),
            refusal("c", "InternalError"),
        ];
        in_flight.extended(&all, 10 * MINUTE, &refused);
        let mut left = in_flight.receipts();
        left.sort();
        assert_eq!(left, ["c", "d"]);
        assert_eq!(in_flight.expiring(5 * MINUTE), ["c"]);
        assert!(!in_flight.take(&message("a", "again"), MINUTE));
    }
}
