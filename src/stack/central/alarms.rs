//! The alarms of the stack: records are read late, delivered late, not delivered, or cannot be processed.
//!
//! AWS recommends an alarm on data freshness above 15 minutes
//! (<https://docs.aws.amazon.com/firehose/latest/dev/firehose-cloudwatch-metrics-best-practices.html>). It counts from
//! Firehose on, so the age of what Firehose reads has the same limit; AWS recommends one below half of the retention
//! (<https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html>). Firehose retries what it cannot
//! write, but not what it cannot decompress: one such record raises the alarm
//! (<https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html>). Without records there are
//! no values, which is no failure.

use super::context::Context;
use crate::aws::read::Subscription;
use crate::error::{Error, Result};
use crate::resource::alarm::Alarms;
use crate::resource::topic::Topic;
use crate::stack::Purpose;
use crate::stack::alarms::{
    AlarmPlace, Condition, Watching, note_of_topic, note_of_unconfirmed, notified, summary,
};
use crate::stack::function::log_group_name;
use crate::stack::graph::{Graph, Intent, Node};
use crate::stack::log_delivery::firehose_log_group;
use crate::stack::push;

/// A condition on the delivery stream that lasts a quarter of an hour.
const DELIVERY: Condition = Condition {
    end: "",
    description: "",
    namespace: "AWS/Firehose",
    dimension: "DeliveryStreamName",
    metric: "",
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    threshold: 0.0,
    periods: 3,
};

/// The conditions on the data stream and on the delivery stream to the archive.
const CONDITIONS: [Condition; 4] = [
    Condition {
        end: "behind",
        description: "A reader of the data stream is late",
        namespace: "AWS/Kinesis",
        dimension: "StreamName",
        metric: "GetRecords.IteratorAgeMilliseconds",
        threshold: 900_000.0,
        ..DELIVERY
    },
    Condition {
        end: "late",
        description: "Records wait too long for their delivery to the archive",
        metric: "DeliveryToS3.DataFreshness",
        threshold: 900.0,
        ..DELIVERY
    },
    Condition {
        end: "failing",
        description: "Firehose cannot write to the archive",
        metric: "DeliveryToS3.Success",
        statistic: "Average",
        comparison: "LessThanThreshold",
        threshold: 1.0,
        ..DELIVERY
    },
    Condition {
        end: "unprocessed",
        description: "Firehose cannot decompress records, and writes them below failed/",
        metric: "OutputDecompressedRecords.Failed",
        statistic: "Sum",
        periods: 1,
        ..DELIVERY
    },
];

/// The conditions on the delivery stream to Splunk.
const TO_SPLUNK: [Condition; 2] = [
    Condition {
        end: "to-splunk-failing",
        ..push::alarms::CONDITIONS[0]
    },
    Condition {
        end: "to-splunk-late",
        ..push::alarms::CONDITIONS[1]
    },
];

/// The conditions on what delivers to OpenSearch Service: the function, the delivery stream, and the queue.
const TO_OPENSEARCH: [Condition; 4] = [
    Condition {
        end: "to-opensearch-behind",
        description: "The function is late to read the records of the data stream",
        namespace: "AWS/Lambda",
        dimension: "FunctionName",
        metric: "IteratorAge",
        threshold: 900_000.0,
        ..DELIVERY
    },
    Condition {
        end: "to-opensearch-late",
        description: "Documents wait too long for their delivery to OpenSearch Service",
        metric: "DeliveryToAmazonOpenSearchService.DataFreshness",
        threshold: 900.0,
        ..DELIVERY
    },
    Condition {
        end: "to-opensearch-failing",
        description: "OpenSearch Service does not take the documents that Firehose delivers",
        metric: "DeliveryToAmazonOpenSearchService.Success",
        statistic: "Average",
        comparison: "LessThanThreshold",
        threshold: 1.0,
        ..DELIVERY
    },
    Condition {
        end: "to-opensearch-lost",
        description: "The function could not take records, which the queue names",
        namespace: "AWS/SQS",
        dimension: "QueueName",
        metric: "ApproximateNumberOfMessagesVisible",
        periods: 1,
        ..DELIVERY
    },
];

impl Context<'_> {
    fn alarm_place(&self) -> AlarmPlace<'_> {
        AlarmPlace {
            scheme: self.scheme,
            observed: self.observed,
            region: &self.home,
            tags: &self.options.tags,
        }
    }

    /// The alarms of the stack, as they are listed.
    fn alarm_list(&self) -> Alarms {
        let prefix = format!("{}-", self.scheme.central());
        let names = CONDITIONS.iter().chain(&TO_SPLUNK).chain(&TO_OPENSEARCH);
        let names = names.map(|condition| format!("{prefix}{}", condition.end));
        Alarms {
            only: Some(names.collect()),
            ..self.alarm_place().alarms(prefix)
        }
    }

    /// The alarms, each as it exists.
    fn alarms(&self) -> Vec<Watching<'_>> {
        let is_deleted = self.purpose == Purpose::Delete;
        let to_splunk = TO_SPLUNK.iter().filter(|_| is_deleted || self.has_splunk());
        let to_opensearch = TO_OPENSEARCH.iter();
        let to_opensearch = to_opensearch.filter(|_| is_deleted || self.has_search());
        let to_archive = CONDITIONS
            .iter()
            .map(|it| (it, self.delivery_stream().name));
        let to_splunk = to_splunk.map(|it| (it, self.splunk_name()));
        let to_opensearch = to_opensearch.map(|it| (it, self.search_name()));
        let all = to_archive.chain(to_splunk).chain(to_opensearch);
        let conditions = all.map(|(condition, stream)| {
            let watched = match condition.namespace {
                "AWS/Kinesis" => self.stream().name,
                "AWS/Lambda" => self.search_function_name(),
                "AWS/SQS" => self.failed_queue().name,
                _ => stream,
            };
            (condition, watched)
        });
        self.alarm_place().watching(&self.alarm_list(), conditions)
    }

    /// The log group that says more than an alarm on this.
    fn log_group_on(&self, watched: &str) -> String {
        let of_stream = [self.splunk_name(), self.search_name()];
        if of_stream.iter().any(|name| name == watched) {
            return firehose_log_group(watched);
        }
        let of_function = [self.search_function_name(), self.failed_queue().name];
        match of_function.iter().any(|name| name == watched) {
            true => log_group_name(&self.search_function_name()),
            false => self.log_group().name,
        }
    }

    /// The own topic.
    fn topic(&self) -> Topic {
        let name = format!("{}-alarms", self.scheme.central());
        self.alarm_place().topic(name)
    }

    /// The subscriptions to it.
    pub fn subscriptions(&self) -> &[Subscription] {
        let topic = self.observed.of(&self.topic());
        topic.map_or(&[], |topic| &topic.subscriptions)
    }

    /// The topic that the alarms notify: the one named, else the own one if an address is named, else what they notify
    /// already, else the own one if it exists.
    fn alarm_topic(&self) -> Option<String> {
        let own = self.topic();
        let exists = self.observed.of(&own).is_some();
        let named = self.options.alarm_topic.clone();
        let emails = !self.options.emails.is_empty();
        let named = named.or(emails.then(|| own.arn.clone()));
        let kept = named.or_else(|| notified(&self.alarms()));
        kept.or(exists.then_some(own.arn))
    }

    /// Adds the alarms, their topic, and who is notified.
    pub fn add_alarms(&self, graph: &mut Graph, intent: Intent) {
        let place = self.alarm_place();
        graph.add(Node::read(self.alarm_list()));
        let own = self.topic();
        let exists = self.observed.of(&own).is_some();
        let is_wanted = exists || !self.options.emails.is_empty();
        let topic = match is_wanted || self.purpose == Purpose::Delete {
            true => Node::new(own.clone(), intent),
            false => Node::read(own.clone()),
        };
        let topic = graph.add(topic);
        if let Some(named) = place.named_topic(&self.options.alarm_topic) {
            graph.add(Node::read(named));
        }
        if self.purpose == Purpose::Delete {
            graph.add(Node::read(place.composite_alarms()));
        }
        for address in &self.options.emails {
            let email = place.email(&own.name, address);
            let mut found = self.subscriptions().iter();
            let found = found.find(|found| email.endpoint.is_of(found));
            graph.add(Node::given(email, intent, found.cloned()).needs([topic]));
        }
        let notifies = self.alarm_topic();
        for one in self.alarms() {
            let group = self.log_group_on(&one.watched);
            let alarm = place.alarm(&one, &notifies, &group);
            graph.add(Node::given(alarm, intent, one.found.cloned()).needs([topic]));
        }
    }

    /// Checks the topic that is named before it is used, and that no composite alarm uses what is deleted.
    pub fn check_alarms(&self) -> Result<()> {
        let place = self.alarm_place();
        if self.purpose == Purpose::Delete {
            let alarms = self.alarms();
            let existing = alarms.iter().filter(|alarm| alarm.found.is_some());
            let names: Vec<&str> = existing.map(|alarm| alarm.name.as_str()).collect();
            return place.check_unused(&names);
        }
        let named = &self.options.alarm_topic;
        let region = named.as_deref().and_then(|arn| arn.split(':').nth(3));
        if let Some(other) = region.filter(|region| *region != self.home) {
            let home = &self.home;
            let message = format!("the topic is in {other}, but the alarms are in {home}");
            return Err(Error::failed(message).hint(format!("name a topic in {home}")));
        }
        let default = "without --alarm-topic, --email ADDRESS creates a topic";
        place.check_topic(named, default)
    }

    /// What the user should know of the alarms before agreeing to a plan.
    pub fn notes_of_alarms(&self) -> Vec<String> {
        let options = self.options;
        let mut notes = Vec::from_iter(note_of_unconfirmed(&options.emails, self.subscriptions()));
        match (&options.alarm_topic, self.alarm_topic()) {
            (Some(arn), _) => notes.push(note_of_topic(arn)),
            (None, Some(_)) => {}
            (None, None) => notes.push(
                "the alarms notify no topic: --alarm-topic ARN names one, --email ADDRESS creates one"
                    .to_owned(),
            ),
        }
        notes
    }

    /// The alarms in words.
    pub fn summary_of_alarms(&self) -> String {
        summary(self.alarms().len(), self.alarm_topic())
    }
}
