//! What a trail sends to a log group: where to, as whom, and which events.
//!
//! The trail itself is the trail stack's. Both of its log settings go together, also when they go:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html>.

use super::{Operations, selectors};
use crate::aws::read::{Selectors, TrailDescription};
use crate::call::cloudtrail::{CloudTrail, UpdateTrail};
use crate::plan::Step;

/// What reading, setting and clearing it takes, beside reading the trail.
pub const OPERATIONS: Operations = Operations {
    service: "cloudtrail",
    reads: &["GetEventSelectors"],
    tag_reads: &[],
    changes: &["UpdateTrail", "PutEventSelectors"],
    removals: &["UpdateTrail"],
};

const KIND: &str = "trail-logs";

/// What a trail should send.
#[derive(Clone, Debug)]
pub struct TrailLogs {
    /// The trail's name.
    pub trail: String,
    /// The trail's home region.
    pub region: String,
    /// The trail's ARN.
    pub arn: String,
    /// ARN of the log group, ending in `:*`.
    pub group_arn: String,
    /// ARN of the role that CloudTrail writes as.
    pub role_arn: String,
}

impl TrailLogs {
    /// The steps that make the trail send management events, given the trail and its selectors; a trail that is yet
    /// to be made will send them.
    pub fn changes(&self, found: Option<(&TrailDescription, &Selectors)>) -> Vec<Step> {
        let mut steps = Vec::new();
        let sends = found.is_some_and(|(trail, _)| {
            trail.log_group_arn.as_ref() == Some(&self.group_arn)
                && trail.log_role_arn.as_ref() == Some(&self.role_arn)
        });
        if !sends {
            let before = found.and_then(|(trail, _)| trail.log_group_arn.as_deref());
            let reason = match before {
                None => "trail sends to no log group".to_owned(),
                Some(arn) if arn == self.group_arn => "trail sends as another role".to_owned(),
                Some(arn) => format!("trail sends to {arn}"),
            };
            let (group, role) = (self.group_arn.clone(), self.role_arn.clone());
            steps.push(self.step(update(&self.trail, group, role), &reason));
        }
        let selectors =
            found.and_then(|(_, selectors)| selectors::with_management_events(selectors));
        if let Some(selectors) = selectors {
            let call = selectors::put(&self.trail, selectors);
            steps.push(self.step(call, "no selector covers all management events"));
        }
        steps
    }

    fn step(&self, call: CloudTrail, reason: &str) -> Step {
        Step::new(KIND, &self.trail, &self.region, call, reason).at(&self.arn)
    }
}

/// The step that makes a trail send to no log group any more.
pub fn removal(trail: &str, region: &str, arn: &str, reason: &str) -> Vec<Step> {
    let call = update(trail, String::new(), String::new());
    vec![Step::new(KIND, trail, region, call, reason).at(arn)]
}

fn update(trail: &str, group_arn: String, role_arn: String) -> CloudTrail {
    CloudTrail::UpdateTrail(UpdateTrail {
        name: trail.to_owned(),
        cloud_watch_logs_log_group_arn: Some(group_arn),
        cloud_watch_logs_role_arn: Some(role_arn),
        ..UpdateTrail::default()
    })
}
