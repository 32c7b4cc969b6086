//! What became of a queue's messages, in numbers and in words.

use super::press::Kept;
use crate::words::counted;

/// What to say when SQS gives no more messages because so many are held already:
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>.
pub const IN_FLIGHT: &str =
    "SQS lets 120,000 messages of a queue be hidden at once: there may be more than were read";

/// From here on that is likely; others may hold a few.
const NEARLY_ALL: usize = 119_000;

/// How many messages were what.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Received in this run.
    pub received: usize,
    /// CloudTrail's checks that it may publish.
    pub validations: usize,
    /// Notices of digests only.
    pub digests: usize,
    /// No notices of CloudTrail.
    pub foreign: usize,
    /// Deleted.
    pub deleted: usize,
    /// Given back when the run ended.
    pub returned: usize,
    /// Given back at once, because they can be received only once more.
    pub left_alone: usize,
    /// Looked at, with a single further look left.
    pub one_look: usize,
    /// Looked at for the last time.
    pub no_look: usize,
    /// Kept by `--consume`, because a filter held back an event.
    pub filtered: usize,
    /// Kept by `--consume`, because the limit was reached.
    pub beyond_limit: usize,
    /// Kept by `--consume`, because a log could not be read.
    pub unreadable: usize,
    /// Kept by `--consume`, with one receive left or none.
    pub worn_out: usize,
}

impl Counts {
    /// Counts a message that `--consume` keeps.
    pub fn keep(&mut self, why: Kept) {
        match why {
            Kept::Limit => self.beyond_limit += 1,
            Kept::Filter => self.filtered += 1,
            Kept::Unreadable => self.unreadable += 1,
            Kept::Foreign => self.foreign += 1,
        }
    }

    /// How many messages `--consume` has kept.
    pub fn kept(&self) -> usize {
        self.beyond_limit + self.filtered + self.unreadable + self.foreign
    }

    /// Counts a message that was looked at and allows so many further looks.
    pub fn looked_at(&mut self, looks_left: u32) {
        match looks_left {
            0 => self.no_look += 1,
            1 => self.one_look += 1,
            _ => {}
        }
    }

    /// What to say where looks run out; the refusal that follows `left_alone` says more.
    fn warning(&self) -> Option<String> {
        if self.worn_out > 0 {
            let messages = counted(self.worn_out, "message");
            return Some(format!(
                "{messages} kept with one receive left: no further run that might keep them is possible, but with --last-receive"
            ));
        }
        let (left, count) = match (self.left_alone, self.no_look, self.one_look) {
            (0, 0, 0) | (1.., _, _) => return None,
            (0, 0, count) => ("one more look is left", count),
            (0, count, _) => ("no further look is left", count),
        };
        let messages = counted(count, "message");
        Some(format!("{left} at {messages}; --consume reads for good"))
    }

    /// What to say at the end, a line each.
    pub fn words(&self, queue: &str) -> Vec<String> {
        let foreign = match self.foreign {
            1 => "skipped 1 message that is no notice of CloudTrail".to_owned(),
            count => format!("skipped {count} messages that are no notices of CloudTrail"),
        };
        let checks = counted(self.validations, "validation message");
        let digests = counted(self.digests, "notice");
        let deleted = counted(self.deleted, "message");
        let filtered = counted(self.filtered, "message");
        let beyond_limit = counted(self.beyond_limit, "message");
        let unreadable = counted(self.unreadable, "message");
        let returned = counted(self.returned, "message");
        let words = [
            (self.validations, format!("skipped {checks} of CloudTrail")),
            (
                self.digests,
                format!("skipped {digests} of digests, which hold no events"),
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
                format!("gave {returned} back to the queue {queue}"),
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
    fn what_did_not_happen_is_not_told() {
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
                "skipped 2 notices of digests, which hold no events",
                "skipped 1 message that is no notice of CloudTrail",
                "deleted 1 message",
                "gave 3 messages back to the queue q",
            ]
        );
    }

    #[test]
    fn what_is_kept_is_told_with_the_reason() {
        let mut counts = Counts::default();
        [Kept::Filter, Kept::Filter, Kept::Limit, Kept::Unreadable]
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
    fn looks_that_run_out_are_told_once() {
        let told = |left_alone, looks: &[u32]| {
            let mut counts = Counts {
                left_alone,
                ..Counts::default()
            };
            looks.iter().for_each(|looks| counts.looked_at(*looks));
            counts.words("q")
        };
        assert!(told(0, &[2, 3]).is_empty());
        assert_eq!(
            told(0, &[2, 1, 1]),
            ["one more look is left at 2 messages; --consume reads for good"]
        );
        assert_eq!(
            told(0, &[2, 1, 0]),
            ["no further look is left at 1 message; --consume reads for good"]
        );
        assert!(told(1, &[1, 0]).is_empty());
    }
}
