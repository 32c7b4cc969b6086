//! The alarms of a stack that reads the log group: they are in its region, and notify the topic of the stack `alerts`.

use super::LogDelivery;
use crate::error::Result;
use crate::stack::Purpose;
use crate::stack::alarms::AlarmPlace;
use crate::stack::graph::{Graph, Node};

impl LogDelivery<'_> {
    /// The region of the alarms.
    pub fn alarm_place(&self) -> AlarmPlace<'_> {
        AlarmPlace {
            scheme: self.scheme,
            observed: self.observed,
            region: &self.region,
            tags: &self.options.tags,
        }
    }

    /// The ARN of an alarm.
    pub fn alarm_arn(&self, alarm: &str) -> String {
        self.alarm_place().alarm_arn(alarm)
    }

    /// Adds what deletion of alarms depends on, to be read.
    pub fn read_composite_alarms(&self, graph: &mut Graph) {
        if self.purpose == Purpose::Delete {
            graph.add(Node::read(self.alarm_place().composite_alarms()));
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

    /// Checks that a topic that an option names exists, and is in the region of the alarms.
    ///
    /// # Errors
    /// With what is wrong, and what the default is.
    pub fn check_topic(&self, arn: &Option<String>, default: &str) -> Result<()> {
        self.check_region("topic", arn.as_deref())?;
        self.alarm_place().check_topic(arn, default)
    }
}
