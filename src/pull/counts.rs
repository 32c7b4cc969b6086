//! What became of a queue's messages, in numbers and in words.

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
}

impl Counts {
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
