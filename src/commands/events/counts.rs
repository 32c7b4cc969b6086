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
        let mut words = Vec::new();
        let mut say = |count: usize, line: String| {
            if count > 0 {
                words.push(line);
            }
        };
        let checks = counted(self.validations, "validation message");
        say(self.validations, format!("skipped {checks} of CloudTrail"));
        let notices = counted(self.digests, "notice");
        say(
            self.digests,
            format!("skipped {notices} of digests, which hold no events"),
        );
        let foreign = match self.foreign {
            1 => "skipped 1 message that is no notice of CloudTrail".to_owned(),
            count => format!("skipped {count} messages that are no notices of CloudTrail"),
        };
        say(self.foreign, foreign);
        say(
            self.deleted,
            format!("deleted {}", counted(self.deleted, "message")),
        );
        let back = counted(self.returned, "message");
        say(
            self.returned,
            format!("gave {back} back to the queue {queue}"),
        );
        if self.returned >= NEARLY_ALL {
            words.push(IN_FLIGHT.to_owned());
        }
        if self.received == 0 {
            words.push(format!("the queue {queue} holds no messages to receive"));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_happen_is_not_told() {
        assert_eq!(
            Counts::default().words("q"),
            ["the queue q holds no messages to receive"]
        );
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
