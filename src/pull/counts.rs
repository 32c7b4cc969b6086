//! What became of a queue's messages, in numbers and in words.

use super::printing::KeepReason;
use crate::words::counted;

/// What to say when SQS gives no more messages because so many are in flight already:
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>.
pub const IN_FLIGHT: &str =
    "SQS allows 120,000 in-flight messages per queue: there may be more messages than were read";

/// From here on that is likely; other consumers may have received a few.
const NEARLY_ALL: usize = 119_000;

/// How many messages were what.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Received in this run.
    pub received: usize,
    /// CloudTrail's validation messages, which check that it may publish.
    pub validations: usize,
    /// Notifications of digest files only.
    pub digests: usize,
    /// Messages that are not CloudTrail notifications.
    pub foreign: usize,
    /// Deleted.
    pub deleted: usize,
    /// Returned to the queue when the run ended.
    pub returned: usize,
    /// Returned to the queue at once, because they can be received only once more.
    pub returned_at_once: usize,
    /// Peeked at, and can be peeked at once more.
    pub one_peek_left: usize,
    /// Peeked at for the last time.
    pub no_peek_left: usize,
    /// Kept by `--consume`, because a filter left out an event.
    pub filtered: usize,
    /// Kept by `--consume`, because the limit was reached.
    pub beyond_limit: usize,
    /// Kept by `--consume`, because a log could not be read.
    pub unreadable: usize,
    /// Kept by `--consume`, with one receive left or none.
    pub last_receive: usize,
}

impl Counts {
    /// Counts a message that `--consume` keeps.
    pub fn keep(&mut self, why: KeepReason) {
        match why {
            KeepReason::Limit => self.beyond_limit += 1,
            KeepReason::Filter => self.filtered += 1,
            KeepReason::Unreadable => self.unreadable += 1,
            KeepReason::Foreign => self.foreign += 1,
        }
    }

    /// How many messages `--consume` has kept.
    pub fn kept(&self) -> usize {
        self.beyond_limit + self.filtered + self.unreadable + self.foreign
    }

    /// Counts a message that was peeked at and can be peeked at so often again.
    pub fn peeked_at(&mut self, peeks_left: u32) {
        match peeks_left {
            0 => self.no_peek_left += 1,
            1 => self.one_peek_left += 1,
            _ => {}
        }
    }

    /// What to say where messages approach their last receive; the refusal that follows `returned_at_once` says more.
    fn warning(&self) -> Option<String> {
        if self.last_receive > 0 {
            let messages = counted(self.last_receive, "message");
            return Some(format!(
                "kept {messages} with one receive left: a further run that might keep them needs --last-receive"
            ));
        }
        let (left, count) = match (self.returned_at_once, self.no_peek_left, self.one_peek_left) {
            (0, 0, 0) | (1.., _, _) => return None,
            (0, 0, count) => ("can be peeked at once more", count),
            (0, count, _) => ("cannot be peeked at again", count),
        };
        let messages = counted(count, "message");
        Some(format!(
            "{messages} {left}, to leave one receive to the consumer; --consume reads and deletes messages"
        ))
    }

    /// What to say at the end, a line each.
    pub fn words(&self, queue: &str) -> Vec<String> {
        let foreign = match self.foreign {
            1 => "skipped 1 message that is not a CloudTrail notification".to_owned(),
            count => format!("skipped {count} messages that are not CloudTrail notifications"),
        };
        let checks = counted(self.validations, "validation message");
        let digests = counted(self.digests, "notification");
        let deleted = counted(self.deleted, "message");
        let filtered = counted(self.filtered, "message");
        let beyond_limit = counted(self.beyond_limit, "message");
        let unreadable = counted(self.unreadable, "message");
        let returned = counted(self.returned, "message");
        let words = [
            (self.validations, format!("skipped {checks} of CloudTrail")),
            (
                self.digests,
                format!("skipped {digests} of digest files, which hold no events"),
            ),
            (self.foreign, foreign),
            (self.deleted, format!("deleted {deleted}")),
            (
                self.filtered,
                format!("kept {filtered}: a filter left out events"),
            ),
            (
                self.beyond_limit,
                format!("kept {beyond_limit}: --limit was reached before all events were printed"),
            ),
            (
                self.unreadable,
                format!("kept {unreadable}: a log could not be read"),
            ),
            (
                self.returned,
                format!("returned {returned} to the queue {queue}"),
            ),
        ];
        let happened = words.into_iter().filter(|(count, _)| *count > 0);
        let full = (self.returned >= NEARLY_ALL).then(|| IN_FLIGHT.to_owned());
        let words = happened.map(|(_, words)| words);
        words.chain(full).chain(self.warning()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_happen_is_not_reported() {
        assert!(Counts::default().words("q").is_empty());
        let some = Counts {
            received: 5,
            validations: 1,
            digests: 2,
            foreign: 1,
            deleted: 1,
            returned: 3,
            ..Counts::default()
        };
        assert_eq!(
            some.words("q"),
            [
                "skipped 1 validation message of CloudTrail",
                "skipped 2 notifications of digest files, which hold no events",
                "skipped 1 message that is not a CloudTrail notification",
                "deleted 1 message",
                "returned 3 messages to the queue q",
            ]
        );
    }

    #[test]
    fn what_is_kept_is_reported_with_the_reason() {
        let mut counts = Counts::default();
        [
            KeepReason::Filter,
            KeepReason::Filter,
            KeepReason::Limit,
            KeepReason::Unreadable,
        ]
        .into_iter()
        .for_each(|why| counts.keep(why));
        assert_eq!(counts.kept(), 4);
        let words = counts.words("q");
        let kept: Vec<&str> = words
            .iter()
            .filter_map(|words| words.split(':').next())
            .collect();
        assert_eq!(
            kept,
            ["kept 2 messages", "kept 1 message", "kept 1 message"]
        );
    }

    #[test]
    fn the_last_receive_is_announced_once() {
        let words = |returned_at_once, peeks: &[u32]| {
            let mut counts = Counts {
                returned_at_once,
                ..Counts::default()
            };
            peeks.iter().for_each(|left| counts.peeked_at(*left));
            counts.words("q")
        };
        assert!(words(0, &[2, 3]).is_empty());
        assert_eq!(
            words(0, &[2, 1, 1]),
            [
                "2 messages can be peeked at once more, to leave one receive to the consumer; --consume reads and deletes messages"
            ]
        );
        assert_eq!(
            words(0, &[2, 1, 0]),
            [
                "1 message cannot be peeked at again, to leave one receive to the consumer; --consume reads and deletes messages"
            ]
        );
        assert!(words(1, &[1, 0]).is_empty());
    }
}
