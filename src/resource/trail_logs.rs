//! What a trail sends to a log group: where to, as which role, and which events.
//!
//! The trail itself is the trail stack's. Both of its log settings are set together, and removed together:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html>.

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, chained, selectors, trail};
use crate::aws::Reader;
use crate::aws::read::{Selectors, TrailDescription};
use crate::call::Kind;
use crate::call::cloudtrail::{CloudTrail, UpdateTrail};
use crate::error::{CallError, Result};
use crate::time::rfc3339;

/// What a trail sends to a log group.
pub static KIND: Kind = Kind {
    reads: &["GetEventSelectors"],
    changes: &["UpdateTrail", "PutEventSelectors"],
    removals: &["UpdateTrail"],
    passing: trail::PASSING,
    settled: trail::SETTLED,
    ..Kind::new("trail-logs", "cloudtrail")
};

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
    /// Whether the trail must send all management events; not where its event selectors are set elsewhere.
    pub selects: bool,
    /// The trail as it was found.
    pub found: Option<TrailDescription>,
    /// When its events last arrived in the log group, in seconds since 1970.
    pub delivered: Option<i64>,
}

/// A trail, and its event selectors where they matter.
#[derive(Clone, Debug)]
pub struct TrailLogsState {
    /// The trail.
    pub trail: TrailDescription,
    /// Its event selectors.
    pub selectors: Option<Selectors>,
}

impl Resource for TrailLogs {
    type Observed = TrailLogsState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.trail)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    fn passed_role(&self) -> Option<(String, &'static str)> {
        Some((self.role_arn.clone(), "cloudtrail.amazonaws.com"))
    }

    async fn read(&self, reader: &Reader) -> Result<Option<TrailLogsState>, CallError> {
        let Some(trail) = self.found.clone() else {
            return Ok(None);
        };
        let selectors = reader.selectors(&self.region, &self.trail).await?;
        Ok(Some(TrailLogsState { trail, selectors }))
    }

    fn refusal(&self, observed: Option<&TrailLogsState>) -> Result<()> {
        match self.wanted_selectors(observed) {
            Some(wanted) => selectors::fit(&self.trail, &self.region, &wanted),
            None => Ok(()),
        }
    }

    /// A trail that does not exist yet sends all management events.
    fn changes(&self, observed: Option<&TrailLogsState>) -> Vec<Change> {
        let mut changes = Vec::new();
        let trail = observed.map(|observed| &observed.trail);
        let group = trail.and_then(|trail| trail.log_group_arn.as_ref());
        let role = trail.and_then(|trail| trail.log_role_arn.as_ref());
        if group != Some(&self.group_arn) || role != Some(&self.role_arn) {
            let reason = match group {
                None => "trail sends to no log group".to_owned(),
                Some(arn) if *arn == self.group_arn => "trail sends as another role".to_owned(),
                Some(arn) => format!("trail sends to {arn}"),
            };
            let (group, role) = (self.group_arn.clone(), self.role_arn.clone());
            changes.push(Change::new(update(&self.trail, group, role), reason));
        }
        if let Some(selectors) = self.wanted_selectors(observed) {
            let call = selectors::put(&self.trail, selectors);
            changes.push(Change::new(
                call,
                "no selector covers all management events",
            ));
        }
        chained(changes)
    }

    fn removal(&self, observed: &TrailLogsState) -> Removal {
        match observed.trail.log_role_arn.as_ref() == Some(&self.role_arn) {
            true => Removal::by(update(&self.trail, String::new(), String::new())),
            false => Removal::default(),
        }
    }

    fn facts(&self, observed: &TrailLogsState) -> Vec<Fact> {
        let trail = &observed.trail;
        vec![
            ("log_group", json!(trail.log_group_arn)),
            ("role", json!(trail.log_role_arn)),
            ("last_delivery", json!(self.delivered.map(rfc3339))),
        ]
    }
}

impl TrailLogs {
    fn wanted_selectors(&self, observed: Option<&TrailLogsState>) -> Option<Selectors> {
        let selectors = observed?.selectors.as_ref().filter(|_| self.selects);
        selectors::with_management_events(selectors?)
    }
}

fn update(trail: &str, group_arn: String, role_arn: String) -> CloudTrail {
    CloudTrail::UpdateTrail(UpdateTrail {
        name: trail.to_owned(),
        cloud_watch_logs_log_group_arn: Some(group_arn),
        cloud_watch_logs_role_arn: Some(role_arn),
        ..UpdateTrail::default()
    })
}
