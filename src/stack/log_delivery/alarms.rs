//! What the alarms of several stacks share: the topic that they notify, and the composite alarms that use them.

use super::LogDelivery;
use crate::aws::read::CompositeAlarm;
use crate::error::{Error, Result};
use crate::resource::alarm::{Alarms, CompositeAlarms};
use crate::resource::topic::TopicExists;
use crate::stack::Purpose;
use crate::stack::graph::{Graph, Node};

impl LogDelivery<'_> {
    /// The ARN of an alarm.
    pub fn alarm_arn(&self, alarm: &str) -> String {
        let resource = format!("alarm:{alarm}");
        self.scheme.arn("cloudwatch", &self.region, &resource)
    }

    /// The alarms whose names begin like this, those of others included.
    pub fn alarms(&self, prefix: String) -> Alarms {
        Alarms {
            only: None,
            region: self.region.clone(),
            arn_prefix: self.alarm_arn(""),
            tagged: !self.options.tags.is_empty(),
            prefix,
        }
    }

    /// The name of the scheme's topic, which the stack `alerts` creates.
    pub fn topic_name(&self) -> String {
        format!("{}-alerts", self.scheme.base())
    }

    /// The ARN of this topic.
    pub fn topic_arn(&self) -> String {
        self.scheme.arn("sns", &self.region, &self.topic_name())
    }

    /// A topic that an option names.
    pub(crate) fn named_topic(&self, arn: &Option<String>) -> Option<TopicExists> {
        let arn = arn.clone()?;
        let region = self.region.clone();
        Some(TopicExists { arn, region })
    }

    /// Checks that a topic that an option names exists, and is in the region of the alarms.
    ///
    /// # Errors
    /// With what is wrong, and what the default is.
    pub fn check_topic(&self, arn: &Option<String>, default: &str) -> Result<()> {
        self.check_region("topic", arn.as_deref())?;
        let missing = self.named_topic(arn);
        match missing.filter(|topic| self.observed.of(topic) == Some(&false)) {
            Some(topic) => {
                Err(Error::failed(format!("the topic {} is missing", topic.arn)).hint(default))
            }
            None => Ok(()),
        }
    }

    /// What a topic that an option names must allow.
    pub fn note_of_topic(arn: &str) -> String {
        format!(
            "the topic {arn} is not changed: its policy must allow cloudwatch.amazonaws.com to publish"
        )
    }

    /// Adds what deletion of alarms depends on, to be read.
    pub fn read_composite_alarms(&self, graph: &mut Graph) {
        if self.purpose == Purpose::Delete {
            graph.add(Node::read(self.composite_alarms()));
        }
    }

    /// The composite alarms of the region, those of others included.
    fn composite_alarms(&self) -> CompositeAlarms {
        CompositeAlarms {
            region: self.region.clone(),
        }
    }

    /// Checks that these alarms can be deleted: CloudWatch deletes none of the alarms of a request while a composite
    /// alarm uses one.
    ///
    /// # Errors
    /// With the composite alarms, and what they use.
    pub fn check_unused_alarms(&self, deleted: &[&str]) -> Result<()> {
        let uses = |composite: &CompositeAlarm| {
            let used = deleted.iter().copied();
            let used =
                used.filter(|name| composite.uses(name) || composite.uses(&self.alarm_arn(name)));
            let used: Vec<&str> = used.collect();
            (!used.is_empty()).then(|| format!("{} uses {}", composite.name, used.join(", ")))
        };
        let composites = self.observed.of(&self.composite_alarms());
        let composites = composites.into_iter().flatten();
        let used: Vec<String> = composites.filter_map(uses).collect();
        if used.is_empty() {
            return Ok(());
        }
        let message = format!(
            "CloudWatch deletes no alarm that a composite alarm uses: {}",
            used.join("; ")
        );
        Err(Error::failed(message).hint(format!(
            "remove them from its rule (`aws cloudwatch put-composite-alarm --region {}`), or delete the composite alarm first",
            self.region
        )))
    }
}
