//! Rules of Amazon EventBridge.

use super::Reader;
use crate::aws::error::Request;
use crate::call::Tag;
use crate::call::events::Target;
use crate::error::CallResult;

const MISSING: [&str; 1] = ["ResourceNotFoundException"];

/// A rule of the default event bus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventRule {
    /// Which events it takes, JSON.
    pub pattern: String,
    /// `ENABLED` or `DISABLED`.
    pub state: String,
}

impl Reader {
    /// The rule of this name, if there is one.
    pub async fn event_rule(&self, region: &str, name: &str) -> CallResult<Option<EventRule>> {
        let request = Request::new("events", "DescribeRule", region, name);
        let describe = self.clients.events(region).describe_rule().name(name);
        let answer = self.find(request, describe.send(), &MISSING).await?;
        Ok(answer.map(|found| EventRule {
            pattern: found.event_pattern.unwrap_or_default(),
            state: found
                .state
                .map_or_else(String::new, |state| state.as_str().to_owned()),
        }))
    }

    /// The targets of a rule, of which it has five at most; none for one that does not exist.
    pub async fn targets(&self, region: &str, rule: &str) -> CallResult<Vec<Target>> {
        let request = Request::new("events", "ListTargetsByRule", region, rule);
        let list = self.clients.events(region).list_targets_by_rule();
        let answer = self.find(request, list.rule(rule).send(), &MISSING).await?;
        let targets = answer.and_then(|answer| answer.targets).unwrap_or_default();
        let targets = targets.into_iter().map(|target| Target {
            id: target.id,
            arn: target.arn,
        });
        Ok(targets.collect())
    }

    /// The tags of a rule, by its ARN; none for one that does not exist.
    pub async fn event_rule_tags(&self, region: &str, arn: &str) -> CallResult<Vec<Tag>> {
        let request = Request::new("events", "ListTagsForResource", region, arn);
        let list = self.clients.events(region).list_tags_for_resource();
        let list = list.resource_arn(arn).send();
        let answer = self.find(request, list, &MISSING).await?;
        let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
        let tags = tags.into_iter().map(|tag| Tag {
            key: tag.key,
            value: tag.value,
        });
        Ok(tags.collect())
    }
}
