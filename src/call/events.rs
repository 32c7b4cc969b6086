//! Requests to Amazon EventBridge: <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html>.
//! Rules are those of the account's default event bus, where the events of AWS services arrive.

use super::Tag;
use super::definition::define;

macro_rules! events {
    ($each:ident) => {
        $each! {
            /// A change of a rule of EventBridge or its targets.
            Events: Call, events, "PascalCase";
            operations {
                /// Creates a rule, or replaces all of the one of this name but its targets and tags.
                PutRule {
                    /// 1–64 of `[.\-_A-Za-z0-9]`.
                    name: String,
                    /// Which events it takes, as JSON.
                    event_pattern: String,
                    /// `ENABLED` or `DISABLED`.
                    state: String,
                    /// Only a new rule gets them.
                    tags: Vec<Tag>,
                }
                /// Adds targets to a rule, or replaces those of these ids.
                PutTargets {
                    rule: String,
                    /// At most ten; a rule has at most five.
                    targets: Vec<Target>,
                } -> { FailedEntries[0].ErrorCode, FailedEntries[0].ErrorMessage }
                RemoveTargets {
                    rule: String,
                    /// The ids of at most ten targets.
                    ids: Vec<String>,
                } -> { FailedEntries[0].ErrorCode, FailedEntries[0].ErrorMessage }
                /// Deletes a rule, which has no targets any more.
                DeleteRule {
                    name: String,
                }
                TagResource {
                    resource_arn as "ResourceARN": String,
                    tags: Vec<Tag>,
                }
            }
            structures {
                /// Where a rule sends the events that it takes.
                Target {
                    /// Unique in its rule, 1–64 of `[.\-_A-Za-z0-9]`.
                    id: String,
                    /// ARN of a log group, without `:*`, or of something else that takes events.
                    arn: String,
                }
            }
        }
    };
}
pub(crate) use events;

events!(define);
