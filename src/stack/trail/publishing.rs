//! Whether a region's trail can publish to its topic: determined once, so that `show` and `doctor` cannot disagree.

use super::region::RegionState;
use super::statements::trail_publishes;
use crate::resource::topic::{TopicState, is_key_of_sns};
use crate::resource::trail::TrailState;
use crate::stack::Scheme;

/// Whether the trail publishes to the scheme's topic of its region.
pub fn is_to_own_topic(scheme: &Scheme, region: &str, trail: &TrailState) -> bool {
    trail.description.topic_arn.as_ref() == Some(&scheme.topic_arn(region))
}

/// Whether the topic's policy allows the region's trail to publish, by any statement.
pub fn is_allowed(scheme: &Scheme, region: &str, topic: &TopicState) -> bool {
    let policy = topic.policy.as_ref();
    policy.is_some_and(|policy| policy.means(&trail_publishes(scheme, region)))
        && denied_by(topic).is_none()
}

/// The statement of the topic's policy that denies publishing, if one does.
pub fn denied_by(topic: &TopicState) -> Option<&str> {
    topic.policy.as_ref()?.denying("sns:Publish")
}

/// Whether nothing between the region's trail and its topic prevents a notification.
pub fn is_open(scheme: &Scheme, region: &str, found: &RegionState) -> bool {
    let (Some(trail), Some(topic)) = (&found.trail, &found.topic) else {
        return false;
    };
    is_to_own_topic(scheme, region, trail)
        && is_allowed(scheme, region, topic)
        && !is_key_of_sns(topic.kms_key_id.as_deref())
}
