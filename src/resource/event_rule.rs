//! Rules of Amazon EventBridge, each with one target of ours: a log group.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html>

use serde_json::{Value, json};

use super::{Change, Fact, Id, Removal, Resource, chained, if_wanted, lacking};
use crate::aws::Reader;
use crate::aws::read::EventRule as Description;
use crate::call::events::{DeleteRule, PutRule, PutTargets, RemoveTargets, TagResource, Target};
use crate::call::passing::{MINUTE, NONE, SHORT, Wait, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Tag};
use crate::error::CallError;

/// Rules.
pub static KIND: Kind = Kind {
    reads: &["DescribeRule", "ListTargetsByRule"],
    tag_reads: &["ListTagsForResource"],
    changes: &["PutRule", "PutTargets", "TagResource"],
    removals: &["RemoveTargets", "DeleteRule"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("event-rule", "events")
};

#[rustfmt::skip]
const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["PutTargets", "TagResource"], &["ResourceNotFoundException"],
        after(MINUTE, NONE, &[Here("events:PutRule")])),
    Rule::of(&[], &["ConcurrentModificationException", "InternalException"],
        always(SHORT)),
];

#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["RemoveTargets", "DeleteRule"], &["ResourceNotFoundException"], Proof::Done),
];

/// A rule.
#[derive(Clone, Debug)]
pub struct EventRule {
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its ARN.
    pub arn: String,
    /// Which events it takes.
    pub pattern: Value,
    /// Where it sends them; targets of others stay.
    pub target: Target,
    /// Tags it must have, among others.
    pub tags: Vec<Tag>,
}

/// A rule as it exists.
#[derive(Clone, Debug, Default)]
pub struct EventRuleState {
    /// How the service describes it.
    pub description: Description,
    /// Its targets.
    pub targets: Vec<Target>,
    /// Its tags, when they were read.
    pub tags: Vec<Tag>,
}

impl Resource for EventRule {
    type Observed = EventRuleState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<EventRuleState>, CallError> {
        let tags = reader.event_rule_tags(&self.region, &self.arn);
        let (description, targets, tags) = tokio::try_join!(
            reader.event_rule(&self.region, &self.name),
            reader.targets(&self.region, &self.name),
            if_wanted(!self.tags.is_empty(), tags),
        )?;
        Ok(description.map(|description| EventRuleState {
            description,
            targets,
            tags,
        }))
    }

    /// A rule without targets sends nothing, so that it need not wait for what the target needs.
    fn changes(&self, observed: Option<&EventRuleState>) -> Vec<Change> {
        let reason = match observed {
            None => "rule is missing".to_owned(),
            Some(found) => self.differences(&found.description).join(", "),
        };
        let mut changes = Vec::new();
        if !reason.is_empty() {
            let call = PutRule {
                name: self.name.clone(),
                event_pattern: self.pattern.to_string(),
                state: "ENABLED".to_owned(),
                tags: observed.map_or_else(|| self.tags.clone(), |_| Vec::new()),
            };
            changes.push(Change::new(call, reason).at_once());
        }
        let has_target = observed.is_some_and(|found| found.targets.contains(&self.target));
        if !has_target {
            let call = PutTargets {
                rule: self.name.clone(),
                targets: vec![self.target.clone()],
            };
            changes.push(Change::new(call, "events are not sent to the log group"));
        }
        let mut changes = chained(changes);
        let lacking = observed.and_then(|found| lacking(&self.tags, &found.tags));
        if let Some((tags, reason)) = lacking {
            let resource_arn = self.arn.clone();
            changes.push(Change::new(TagResource { resource_arn, tags }, reason).aside());
        }
        changes
    }

    /// A rule is deleted without targets only.
    fn removal(&self, observed: &EventRuleState) -> Removal {
        let ids = observed.targets.iter().map(|target| target.id.clone());
        let targets = RemoveTargets {
            rule: self.name.clone(),
            ids: ids.collect(),
        };
        let targets = (!targets.ids.is_empty()).then(|| Change::new(targets, ""));
        let name = self.name.clone();
        let delete = Change::new(DeleteRule { name }, "");
        Removal {
            changes: chained(targets.into_iter().chain([delete]).collect()),
            kept: None,
        }
    }

    fn facts(&self, observed: &EventRuleState) -> Vec<Fact> {
        let targets = observed.targets.iter().map(|target| &target.arn);
        let targets: Vec<&String> = targets.collect();
        vec![
            ("state", json!(observed.description.state)),
            ("targets", json!(targets)),
        ]
    }
}

impl EventRule {
    /// What differs, in words.
    fn differences(&self, old: &Description) -> Vec<&'static str> {
        let pattern = serde_json::from_str::<Value>(&old.pattern);
        let parts = [
            ("rule is disabled", old.state != "DISABLED"),
            (
                "event pattern differs",
                pattern.is_ok_and(|pattern| pattern == self.pattern),
            ),
        ];
        let differing = parts.into_iter().filter(|(_, same)| !same);
        differing.map(|(words, _)| words).collect()
    }
}
