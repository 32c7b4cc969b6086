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
    pub received: usize,
    /// CloudTrail's validation messages, which check that it may publish.
    pub validations: usize,
    /// Notifications of digest files only.
    pub digests: usize,
    /// Not CloudTrail notifications.
    pub foreign: usize,
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
            "{messages} {left}, to leave one receive to the consumer; `ctadmin events --consume` reads and deletes messages"
        ))
    }

    /// What to say at the end, a line each.
    pub fn words(&self, queue: &str) -> Vec<String> {
        let line = |before: &str, count: usize, noun: &str, behind: &str| {
            (count > 0).then(|| format!("{before} {}{behind}", counted(count, noun)))
        };
        let kept = |count, why: &str| line("kept", count, "message", why);
        let foreign = match self.foreign {
            1 => " that is not a CloudTrail notification",
            _ => " that are not CloudTrail notifications",
        };
        let to_queue = format!(" to the queue {queue}");
        let words = [
            line(
                "skipped",
                self.validations,
                "validation message",
                " of CloudTrail",
            ),
            line(
                "skipped",
                self.digests,
                "notification",
                " of digest files, which hold no events",
            ),
            line("skipped", self.foreign, "message", foreign),
            line("deleted", self.deleted, "message", ""),
            kept(self.filtered, ": a filter left out events"),
            kept(
                self.beyond_limit,
                ": --limit was reached before all events were printed",
            ),
            kept(self.unreadable, ": a log could not be read"),
            line("returned", self.returned, "message", &to_queue),
            (self.returned >= NEARLY_ALL).then(|| IN_FLIGHT.to_owned()),
            self.warning(),
        ];
        words.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_receive_is_announced_once() {
        let ending = ", to leave one receive to the consumer; `ctadmin events --consume` reads and deletes messages";
        for (returned_at_once, peeks_left, words) in [
            (0, [2, 3, 4], ""),
            (0, [2, 1, 1], "2 messages can be peeked at once more"),
            (0, [2, 1, 0], "1 message cannot be peeked at again"),
            (1, [1, 1, 0], ""),
        ] {
            let mut counts = Counts {
                returned_at_once,
                ..Counts::default()
            };
            for left in peeks_left {
                counts.peeked_at(left);
            }
            let said = counts.words("q").concat();
            assert_eq!(said.strip_suffix(ending).unwrap_or(&said), words);
        }
    }
}
