//! The resources that should exist, given what is observed.
//!
//! The rule behind every line: an option that was not given never changes what exists.

use std::collections::BTreeSet;

use super::context::{Context, role_trusting};
use crate::policy::Statement;
use crate::resource::bucket::Bucket;
use crate::resource::bucket_settings::Settings;
use crate::resource::data_stream::DataStream;
use crate::resource::delivery_stream::LOG_STREAMS;
use crate::resource::delivery_stream::archive::ArchiveStream;
use crate::resource::destination::Destination;
use crate::resource::expiry::Expiry;
use crate::resource::known;
use crate::resource::log_group::LogGroup;
use crate::resource::log_stream::LogStream;
use crate::resource::principal::Principal;
use crate::stack::log_delivery::{firehose_log_group, firehose_writes, service_role};
use crate::stack::trail::statements::tls_only;

/// How many hours a new data stream keeps records: enough to fix what archives them.
const RETENTION_HOURS: i32 = 168;

/// How many days a new log group keeps events.
const LOG_DAYS: i32 = 30;

impl Context<'_> {
    /// The ARN of a resource in the home region.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        self.scheme.arn(service, &self.home, resource)
    }

    /// The bucket that records are archived in.
    pub fn archive(&self) -> Bucket {
        let mut bucket = self.bucket(format!("{}-logs", self.scheme.central()), Vec::new());
        bucket.settings.retention = self.options.object_lock.clone();
        let Some(days) = self.options.archive_days else {
            return bucket;
        };
        let mut cold = Expiry {
            id: format!("{}-archive", self.scheme.central()),
            prefixes: BTreeSet::from(["logs/".to_owned()]),
            days,
            class: Some("GLACIER".to_owned()),
        };
        let found = self.observed.of(&bucket);
        let found = found.and_then(|found| known(&found.settings.lifecycle));
        let found = found.and_then(|found| cold.class_of(&found.rules));
        cold.class = self.options.archive_class.clone().or(found).or(cold.class);
        bucket.settings.expiry = Some(cold);
        bucket
    }

    /// The bucket of the members' trails.
    pub fn trails(&self) -> Bucket {
        let name = format!("{}-trails", self.scheme.central());
        let bucket = self.scheme.bucket_arn(&name);
        let statements = self.senders().log(self.scheme, &bucket);
        self.bucket(name, statements)
    }

    fn bucket(&self, name: String, mut statements: Vec<Statement>) -> Bucket {
        statements.push(tls_only(self.scheme, &name));
        Bucket {
            region: self.home.clone(),
            arn: self.scheme.bucket_arn(&name),
            owner: self.scheme.account.clone(),
            statements,
            block_public_access: true,
            tags: self.options.tags.clone(),
            settings: Settings {
                versioning: true,
                ..Settings::default()
            },
            name,
        }
    }

    /// The data stream.
    pub fn stream(&self) -> DataStream {
        let name = self.scheme.central();
        DataStream {
            arn: self.arn("kinesis", &format!("stream/{name}")),
            name,
            region: self.home.clone(),
            shards: self.options.shards,
            retention_hours: self.options.retention_hours,
            new_retention_hours: RETENTION_HOURS,
            tags: self.options.tags.clone(),
        }
    }

    /// The role that CloudWatch Logs sends as.
    pub fn logs_role(&self) -> Principal {
        let send = Statement::allow("Send", ["kinesis:PutRecord"], [self.stream().arn]);
        self.with(role_trusting(self.scheme, &self.senders()), vec![send])
    }

    /// The role that Firehose works as: what AWS's page lists.
    ///
    /// <https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3>
    pub fn firehose_role(&self) -> Principal {
        let name = format!("{}-firehose", self.scheme.central());
        let trust = ("FirehoseDelivers", "firehose.amazonaws.com");
        let role = service_role(self.scheme, name, trust, Vec::new());
        let mut statements = vec![self.reads_stream()];
        let (bucket, group) = (self.archive().arn, self.log_group().arn);
        statements.extend(firehose_writes("WriteArchive", bucket, &group));
        self.with(role, statements)
    }

    /// What Firehose may do to the data stream.
    pub fn reads_stream(&self) -> Statement {
        let reads = [
            "kinesis:DescribeStream",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
        ];
        Statement::allow("ReadStream", reads, [self.stream().arn])
    }

    pub fn with(&self, role: Principal, statements: Vec<Statement>) -> Principal {
        Principal {
            statements,
            tags: self.options.tags.clone(),
            ..role
        }
    }

    fn delivery_stream_name(&self) -> String {
        format!("{}-to-s3", self.scheme.central())
    }

    /// The delivery stream to the archive.
    pub fn delivery_stream(&self) -> ArchiveStream {
        let name = self.delivery_stream_name();
        ArchiveStream {
            arn: self.arn("firehose", &format!("deliverystream/{name}")),
            log_group: self.log_group().name,
            name,
            region: self.home.clone(),
            source_arn: self.stream().arn,
            role_arn: self.firehose_role().arn,
            bucket_arn: self.archive().arn,
            replace: self.options.replace,
            tags: self.options.tags.clone(),
        }
    }

    /// The log group where Firehose says what it cannot write to the archive.
    pub fn log_group(&self) -> LogGroup {
        self.log_group_of(firehose_log_group(&self.delivery_stream_name()))
    }

    /// The stream of that group, which Firehose does not create.
    pub fn log_stream(&self) -> LogStream {
        LogStream::of(&self.log_group(), LOG_STREAMS[0])
    }

    /// A log group of what delivers.
    pub fn log_group_of(&self, name: String) -> LogGroup {
        LogGroup {
            arn: self.arn("logs", &format!("log-group:{name}")),
            name,
            region: self.home.clone(),
            new_retention_in_days: LOG_DAYS,
            in_use: false,
            retention_in_days: self.options.log_retention_in_days,
            kms_key_id: None,
            tags: self.options.tags.clone(),
            kept: None,
        }
    }

    /// The destination of a region.
    pub fn destination(&self, region: &str) -> Destination {
        let name = self.scheme.central();
        let arn = self
            .scheme
            .arn("logs", region, &format!("destination:{name}"));
        let statement = self.senders().subscribe(self.scheme, &arn);
        Destination {
            name,
            region: region.to_owned(),
            arn,
            target_arn: self.stream().arn,
            role_arn: self.logs_role().arn,
            statement,
            tags: self.options.tags.clone(),
        }
    }
}
