//! Delivery to Amazon OpenSearch Service: a function that reads the data stream makes a document of each event, and a
//! delivery stream puts the documents into a domain.
//!
//! Firehose takes one document a record, and CloudWatch Logs packs many events into one: so the function splits them. A
//! queue says which records it could not take; the archive has them all.

use std::collections::{BTreeMap, BTreeSet};

use super::context::{Context, is_name};
use crate::policy::Statement;
use crate::resource::delivery_stream::search::SearchStream;
use crate::resource::delivery_stream::{DeliveryStreamState, LOG_STREAMS};
use crate::resource::event_source_mapping::EventSourceMapping;
use crate::resource::log_group::LogGroup;
use crate::resource::log_stream::LogStream;
use crate::resource::principal::Principal;
use crate::resource::queue::Queue;
use crate::stack::function::{Function, Program, log_group_name, role};
use crate::stack::graph::{At, Graph, Intent, Node};
use crate::stack::log_delivery::{firehose_log_group, firehose_writes, service_role};
use crate::stack::trail::desired::queue_called;
use crate::stack::{Purpose, Scheme};

/// What is asked of the delivery to OpenSearch Service.
#[derive(Clone, Debug, Default)]
pub struct ToOpenSearch {
    /// ARN of a domain of others, when it was named; it is not changed.
    pub domain: Option<String>,
    /// The version of a new domain, when an option states it.
    pub version: Option<String>,
    /// The type of the domain's data nodes, when an option states it.
    pub instance_type: Option<String>,
    /// How many data nodes it has, when an option states it.
    pub instance_count: Option<i32>,
    /// GiB of the volume of each, when an option states it.
    pub volume_gib: Option<i32>,
    /// ARNs of who may search it, when they were named: all of them.
    pub readers: Option<BTreeSet<String>>,
}

/// The code that makes the documents.
const CONSUMER: &str = include_str!("consumer.py");

/// An index template for the documents, as JSON; `BASE` stands for what the names of indexes begin with.
pub const INDEX_TEMPLATE: &str = include_str!("index_template.json");

/// Searches for OpenSearch Dashboards, as NDJSON, with `BASE` as well.
pub const SAVED_SEARCHES: &str = include_str!("saved_searches.ndjson");

/// The variable that names the delivery stream.
const DELIVERY_STREAM: &str = "DELIVERY_STREAM";

/// The name of the delivery stream to OpenSearch Service.
fn search_name(scheme: &Scheme) -> String {
    format!("{}-to-opensearch", scheme.central())
}

/// The role that Firehose works as, by its name alone, to be read.
pub(super) fn firehose_role(scheme: &Scheme) -> Principal {
    let name = format!("{}-firehose", search_name(scheme));
    let trust = ("FirehoseDelivers", "firehose.amazonaws.com");
    service_role(scheme, name, trust, Vec::new())
}

impl<'a> Context<'a> {
    /// The name of the delivery stream to OpenSearch Service.
    pub fn search_name(&self) -> String {
        search_name(self.scheme)
    }

    /// The name of the function.
    pub fn search_function_name(&self) -> String {
        format!("{}-consumer", self.search_name())
    }

    /// That delivery stream as it exists.
    pub fn search_state(&self) -> Option<&'a DeliveryStreamState> {
        // Its name is all that finds it.
        let stream = self.search_stream_to(String::new());
        let found = self.observed.of(&stream)?;
        (found.description.status != "DELETING").then_some(found)
    }

    /// Whether the stack delivers to OpenSearch Service: an option says so, or it does already, or a run that was
    /// interrupted has begun with it.
    pub fn has_search(&self) -> bool {
        let is_used = self.search_state().is_some() || self.has_own_domain();
        let role = firehose_role(self.scheme);
        let is_shown = self.purpose == Purpose::Show && self.observed.of(&role).is_some();
        self.options.opensearch.is_some() || is_used || is_shown
    }

    pub fn asked_search(&self) -> ToOpenSearch {
        self.options.opensearch.clone().unwrap_or_default()
    }

    fn search_log_group(&self) -> LogGroup {
        self.log_group_of(firehose_log_group(&self.search_name()))
    }

    /// The delivery stream to the domain.
    fn search_stream(&self) -> SearchStream {
        self.search_stream_to(self.domain_arn())
    }

    fn search_stream_to(&self, domain_arn: String) -> SearchStream {
        let name = self.search_name();
        SearchStream {
            arn: self.arn("firehose", &format!("deliverystream/{name}")),
            log_group: firehose_log_group(&name),
            region: self.home.clone(),
            role_arn: firehose_role(self.scheme).arn,
            domain_arn,
            index: self.scheme.central(),
            bucket_arn: self.archive().arn,
            replace: self.options.replace,
            tags: self.options.tags.clone(),
            name,
        }
    }

    /// The role that Firehose works as, with what AWS's page lists.
    ///
    /// <https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-es>
    fn search_firehose_role(&self) -> Principal {
        let (domain, index) = (self.domain_arn(), self.scheme.central());
        let all = format!("{domain}/*");
        let describes = [
            "es:DescribeDomain",
            "es:DescribeDomains",
            "es:DescribeDomainConfig",
            "es:ESHttpPost",
            "es:ESHttpPut",
        ];
        let looked_at = [
            "_all/_settings",
            "_cluster/stats",
            &format!("{index}*/_mapping/*"),
            "_nodes",
            "_nodes/stats",
            "_nodes/*/stats",
            "_stats",
            &format!("{index}*/_stats"),
            "",
        ]
        .map(|path| format!("{domain}/{path}"));
        let (bucket, group) = (self.archive().arn, self.search_log_group().arn);
        let mut statements = firehose_writes("WriteBackup", bucket, &group).to_vec();
        statements.extend([
            Statement::allow("WriteDocuments", describes, [domain, all]),
            Statement::allow("LookAtDomain", ["es:ESHttpGet"], looked_at),
        ]);
        self.with(firehose_role(self.scheme), statements)
    }

    /// The queue that says which records the function could not take.
    pub fn failed_queue(&self) -> Queue {
        let name = format!("{}-failed", self.search_name());
        let fourteen_days = ("MessageRetentionPeriod".to_owned(), "1209600".to_owned());
        Queue {
            attributes: BTreeMap::from([fourteen_days]),
            tags: self.options.tags.clone(),
            ..queue_called(self.scheme, &self.home, &name)
        }
    }

    /// The function that makes a document of each event, and puts it into the delivery stream.
    ///
    /// <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html>
    fn search_function(&self) -> Function {
        let name = self.search_function_name();
        let log_group = self.log_group_of(log_group_name(&name));
        let reads = [
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
        ];
        let statements = vec![
            Statement::allow("ReadStream", reads, [self.stream().arn]),
            Statement::allow("ListStreams", ["kinesis:ListStreams"], ["*"]),
            Statement::allow(
                "PutDocuments",
                ["firehose:PutRecordBatch"],
                [self.search_stream().arn],
            ),
            Statement::allow(
                "TellFailures",
                ["sqs:SendMessage"],
                [self.failed_queue().arn],
            ),
        ];
        let role = role(self.scheme, &name, "LambdaConsumes", &log_group, statements);
        let function = |variables| {
            let program = Program {
                description: "Makes documents of the events in the data stream",
                code: CONSUMER,
                timeout: 180,
                memory: 1_024,
                variables,
                concurrency: None,
            };
            Function::new(self.scheme, program, role.clone(), log_group.clone())
        };
        // Variables of others stay, also where it is created again.
        let found = self.observed.of(&function(BTreeMap::new()).function);
        let mut variables = found.map_or(BTreeMap::new(), |found| found.variables.clone());
        variables.insert(DELIVERY_STREAM.to_owned(), self.search_name());
        function(variables)
    }

    /// What lets the function read the data stream.
    pub fn mapping(&self) -> EventSourceMapping {
        let function = self.search_function().function;
        EventSourceMapping {
            function: function.name,
            region: self.home.clone(),
            arn: self.arn("lambda", "event-source-mapping:*"),
            source_arn: self.stream().arn,
            queue_arn: self.failed_queue().arn,
        }
    }

    /// Adds what delivers to OpenSearch Service, given the data stream and the archive; when it is deleted, before `last`.
    /// Returns the event source mapping, if it is kept.
    pub fn fill_search(
        &self,
        graph: &mut Graph,
        intent: Intent,
        [stream, archive]: [At; 2],
        last: Option<At>,
    ) -> Option<At> {
        if !is_name(&self.search_function_name()) {
            return None;
        }
        let role = self.search_firehose_role();
        let is_wanted = self.purpose == Purpose::Delete || self.has_search();
        // Once the role is found, all else is read together, so that it need not be after the delivery stream is found.
        if !is_wanted && self.observed.of(&role).is_none() {
            graph.add(Node::read(role));
            graph.add(Node::read(self.search_stream()));
            return None;
        }
        let intent = match is_wanted {
            true => intent,
            false => Intent::Read,
        };
        let group = graph.add(Node::new(self.search_log_group(), intent));
        let logs = LOG_STREAMS.map(|name| LogStream::of(&self.search_log_group(), name));
        let logs = logs.map(|log| graph.add(Node::new(log, intent).needs([group])));
        let role = graph.add(Node::new(role, intent).needs(last));
        let domain = self.domain().map(|domain| {
            let domain = match self.is_own_domain() || self.purpose == Purpose::Delete {
                true => Node::new(domain, intent),
                false => Node::read(domain),
            };
            graph.add(domain.needs([role]))
        });
        let delivery = Node::new(self.search_stream(), intent);
        let delivery = delivery.needs(logs).needs([archive, role]).needs(domain);
        let delivery = graph.add(delivery);
        let queue = graph.add(Node::new(self.failed_queue(), intent));
        let function = self.search_function();
        let function = match self.purpose {
            Purpose::Delete => function.delete(graph, last),
            Purpose::Create | Purpose::Show => {
                let is_locked = function.is_locked(self.purpose, self.observed);
                function.keep(graph, intent, is_locked)
            }
        };
        let mapping = self.reader(self.mapping(), intent);
        let mapping = graph.add(mapping.needs([stream, function, queue, delivery]));
        Some(mapping).filter(|_| is_wanted)
    }

    /// Where documents go, in words.
    pub fn summary_of_search(&self) -> Option<String> {
        let arn = self.has_search().then(|| self.domain_arn())?;
        let name = arn.rsplit('/').next().unwrap_or_default();
        Some(format!("{} to the domain {name}", self.search_name()))
    }
}
