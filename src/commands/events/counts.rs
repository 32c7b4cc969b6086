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
}

impl Counts {
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
        happened.map(|(_, words)| words).chain(full).collect()
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
            left_alone: 0,
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
}
