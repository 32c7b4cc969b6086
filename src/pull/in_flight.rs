//! The messages that a run keeps hidden from other consumers.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use crate::aws::consume::{Message, Refusal};

/// The messages that a run has received and not deleted.
#[derive(Debug, Default)]
pub struct InFlight {
    by_id: HashMap<String, Held>,
    /// When the first of all was received.
    first: Option<Instant>,
}

/// A message that was received and not deleted.
#[derive(Debug)]
pub struct Held {
    /// Nothing once SQS does not take it any more: then the message is visible, or gone.
    receipt: Option<String>,
    until: Instant,
    /// How often it was received, as far as SQS said.
    pub receives: u32,
    /// When it was sent, in seconds since 1970.
    pub sent: Option<u64>,
    /// Whether `--consume` keeps it for what it is.
    pub stuck: bool,
}

impl Held {
    fn is_one_of(&self, receipts: &HashSet<&str>) -> bool {
        let receipt = self.receipt.as_deref();
        receipt.is_some_and(|receipt| receipts.contains(receipt))
    }
}

impl InFlight {
    /// Notes that a message was received, and is hidden for so long; whether that is the first time in this run.
    pub fn take(&mut self, message: &Message, hidden: Duration) -> bool {
        let now = Instant::now();
        let held = Held {
            receipt: Some(message.receipt.clone()),
            until: now + hidden,
            receives: message.receives,
            sent: message.sent,
            stuck: self.get(&message.id).is_some_and(|held| held.stuck),
        };
        self.first.get_or_insert(now);
        self.by_id.insert(message.id.clone(), held).is_none()
    }

    /// Notes that `--consume` keeps a message for what it is.
    pub fn mark_stuck(&mut self, id: &str) {
        if let Some(held) = self.by_id.get_mut(id) {
            held.stuck = true;
        }
    }

    pub fn get(&self, id: &str) -> Option<&Held> {
        self.by_id.get(id)
    }

    pub fn messages(&self) -> impl ExactSizeIterator<Item = (&String, &Held)> {
        self.by_id.iter()
    }

    pub fn receipt(&self, id: &str) -> Option<String> {
        self.get(id)?.receipt.clone()
    }

    /// The receipts of all messages that are hidden.
    pub fn receipts(&self) -> Vec<String> {
        let held = self.by_id.values();
        held.filter_map(|held| held.receipt.clone()).collect()
    }

    /// The receipts of those that would be visible again before `time` has passed.
    pub fn expiring(&self, time: Duration) -> Vec<String> {
        let soon = Instant::now() + time;
        let expiring = self.by_id.values().filter(|held| held.until < soon);
        expiring.filter_map(|held| held.receipt.clone()).collect()
    }

    /// How long ago the first message was received.
    pub fn longest(&self) -> Duration {
        self.first.map(|first| first.elapsed()).unwrap_or_default()
    }

    /// Notes that these are hidden for so long from now on, but for those that were refused.
    pub fn extended(&mut self, receipts: &[String], hidden: Duration, refused: &[Refusal]) {
        let stale = refused.iter().filter(|refusal| refusal.is_stale());
        self.lose(&stale.map(|refusal| refusal.receipt.as_str()).collect());
        let refused: HashSet<&str> = refused.iter().map(|one| one.receipt.as_str()).collect();
        let receipts = receipts.iter().map(String::as_str);
        let extended = receipts.filter(|receipt| !refused.contains(receipt));
        let extended = extended.collect();
        let until = Instant::now() + hidden;
        let held = self.by_id.values_mut();
        held.filter(|held| held.is_one_of(&extended))
            .for_each(|held| held.until = until);
    }

    /// Notes that a message is deleted.
    pub fn forget(&mut self, id: &str) {
        self.by_id.remove(id);
    }

    /// Notes that these were returned to the queue: they are known, but no longer hidden.
    pub fn returned(&mut self, receipts: &[String]) {
        self.lose(&receipts.iter().map(String::as_str).collect());
    }

    fn lose(&mut self, receipts: &HashSet<&str>) {
        let held = self.by_id.values_mut();
        held.filter(|held| held.is_one_of(receipts))
            .for_each(|held| held.receipt = None);
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

    fn refusal((receipt, code): (&str, &str)) -> Refusal {
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
    fn a_message_is_known_by_its_last_receipt_until_it_is_deleted() {
        let mut in_flight = InFlight::default();
        assert!(in_flight.take(&message("a", "1"), MINUTE));
        assert!(!in_flight.take(&message("a", "2"), MINUTE));
        assert_eq!(in_flight.receipt("a").as_deref(), Some("2"));
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
        let codes = [("b", "ReceiptHandleIsInvalid"), ("c", "InternalError")];
        in_flight.extended(&all, 10 * MINUTE, &codes.map(refusal));
        let mut left = in_flight.receipts();
        left.sort();
        assert_eq!(left, ["c", "d"]);
        assert_eq!(in_flight.expiring(5 * MINUTE), ["c"]);
        assert!(!in_flight.take(&message("a", "again"), MINUTE));
    }
}
