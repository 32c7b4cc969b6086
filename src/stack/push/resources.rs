//! The resources that should exist, given what is observed.
//!
//! The rule behind every line: an option that was not given never changes what exists.

use std::collections::BTreeSet;

use super::DAYS;
use super::context::Context;
use crate::call::logs::PutSubscriptionFilter;
use crate::policy::{Principal as To, Statement};
use crate::region::global_region;
use crate::resource::bucket::{Bucket, BucketState};
use crate::resource::bucket_settings::Settings;
use crate::resource::delivery_stream::{DeliveryStream, LOG_STREAMS, Token};
use crate::resource::expiry::Expiry;
use crate::resource::known;
use crate::resource::log_group::LogGroup;
use crate::resource::log_stream::LogStream;
use crate::resource::principal::{Principal, Sort};
use crate::resource::subscription_filter::SubscriptionFilter;
use crate::stack::splunk::owner;

impl Context<'_> {
    /// The name of the delivery stream and of the subscription filter.
    pub fn name(&self) -> String {
        format!("{}-splunk", self.scheme.base())
    }

    /// The name of the bucket of the scheme, and of the role that Firehose works as.
    fn firehose_name(&self) -> String {
        format!("{}-firehose", self.scheme.base())
    }

    pub fn stream_arn(&self) -> String {
        let resource = format!("deliverystream/{}", self.name());
        let region = &self.delivery.region;
        self.scheme.arn("firehose", region, &resource)
    }

    /// The delivery stream.
    pub fn stream(&self) -> DeliveryStream {
        let is_by_lambda = self.is_by_lambda();
        DeliveryStream {
            bucket_arn: self.scheme.bucket_arn(&self.bucket_name()),
            endpoint_type: self.endpoint_type(),
            function_arn: is_by_lambda.then(|| self.latest_function()),
            ..self.stream_named()
        }
    }

    /// The delivery stream without what depends on what is found.
    pub fn stream_named(&self) -> DeliveryStream {
        let options = self.options;
        DeliveryStream {
            name: self.name(),
            region: self.delivery.region.clone(),
            arn: self.stream_arn(),
            endpoint: options.endpoint.clone(),
            endpoint_type: String::new(),
            function_arn: None,
            token: options.token.clone(),
            tuning: options.tuning.clone(),
            role_arn: self.firehose_role_by(&[]).arn,
            bucket_arn: String::new(),
            log_group: self.log_group_name(),
            replace: options.replace,
            tags: options.delivery.tags.clone(),
        }
    }

    /// The name of the bucket named, else of the one in use, else of the scheme's own.
    fn bucket_name(&self) -> String {
        let named = self.options.backup_bucket.clone();
        let in_use = || self.splunk()?.bucket.rsplit(':').next().map(str::to_owned);
        let in_use = || in_use().filter(|name| !name.is_empty());
        let name = named.or_else(in_use);
        name.unwrap_or_else(|| self.own_bucket_name())
    }

    /// The name of the scheme's own backup bucket.
    pub fn own_bucket_name(&self) -> String {
        self.firehose_name()
    }

    /// The backup bucket. Only the scheme's own is created and changed.
    pub fn bucket(&self) -> Bucket {
        let name = self.bucket_name();
        let arn = self.scheme.bucket_arn(&name);
        let objects = format!("{arn}/*");
        let insecure = Statement::deny(
            self.scheme.sid("DenyInsecureTransport"),
            ["s3:*"],
            [arn.clone(), objects],
        );
        let insecure = insecure.to(To::everyone());
        let insecure = insecure.when("Bool", "aws:SecureTransport", ["false"]);
        let bucket = |days| Bucket {
            name: name.clone(),
            region: self.delivery.region.clone(),
            arn: arn.clone(),
            owner: self.scheme.account.clone(),
            statements: vec![insecure.clone()],
            block_public_access: true,
            tags: self.options.delivery.tags.clone(),
            settings: Settings {
                expiry: Some(self.expiry(days)),
                ..Settings::default()
            },
        };
        let found = self.observed.of(&bucket(DAYS));
        let days = self.options.backup_days;
        let days = days.or_else(|| days_of(&self.expiry(DAYS), found?));
        bucket(days.unwrap_or(DAYS))
    }

    /// When the objects of the backup bucket expire.
    fn expiry(&self, days: i32) -> Expiry {
        Expiry {
            id: self.firehose_name(),
            prefixes: BTreeSet::from([String::new()]),
            days,
        }
    }

    /// Whether the backup bucket is another than the scheme's own.
    pub fn is_others_bucket(&self) -> bool {
        self.bucket_name() != self.own_bucket_name()
    }

    fn log_group_name(&self) -> String {
        format!("/aws/kinesisfirehose/{}", self.name())
    }

    /// The log group where Firehose says what it cannot deliver.
    pub fn own_log_group(&self) -> LogGroup {
        self.log_group(self.log_group_name())
    }

    /// A log group of what delivers.
    pub fn log_group(&self, name: String) -> LogGroup {
        let region = self.delivery.region.clone();
        let resource = format!("log-group:{name}");
        LogGroup {
            arn: self.scheme.arn("logs", &region, &resource),
            name,
            region,
            new_retention_in_days: DAYS,
            in_use: false,
            retention_in_days: self.options.log_retention_in_days,
            kms_key_id: None,
            tags: self.options.delivery.tags.clone(),
            kept: None,
        }
    }

    /// The streams of that group, which Firehose does not create.
    pub fn log_streams(&self) -> Vec<LogStream> {
        let group = self.log_group_name();
        let stream = |stream: &str| LogStream {
            name: format!("{group}/{stream}"),
            group: group.clone(),
            stream: stream.to_owned(),
            group_arn: self.own_log_group().arn,
            region: self.delivery.region.clone(),
        };
        LOG_STREAMS.map(stream).to_vec()
    }

    /// The role that Firehose works as. It may do what AWS's page lists, with the secret and the function that are used.
    ///
    /// <https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-splunk>
    pub fn firehose_role(&self) -> Principal {
        let bucket = self.scheme.bucket_arn(&self.bucket_name());
        let writes = [
            "s3:AbortMultipartUpload",
            "s3:GetBucketLocation",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:ListBucketMultipartUploads",
            "s3:PutObject",
        ];
        let streams = format!("{}:log-stream:*", self.own_log_group().arn);
        let mut statements = vec![
            Statement::allow("WriteBackup", writes, [format!("{bucket}/*"), bucket]),
            Statement::allow("WriteLogs", ["logs:PutLogEvents"], [streams]),
        ];
        if self.is_by_lambda() {
            let invokes = ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"];
            let function = [self.latest_function()];
            statements.push(Statement::allow("Transform", invokes, function));
        }
        statements.extend(self.secret().map(|arn| {
            let read = ["secretsmanager:GetSecretValue"];
            Statement::allow("ReadToken", read, [arn])
        }));
        self.firehose_role_by(&statements)
    }

    /// ARN of the secret that holds the token: the one given, else the one in use.
    fn secret(&self) -> Option<String> {
        match &self.options.token {
            Some(Token::Secret(arn)) => Some(arn.clone()),
            Some(Token::Given(..)) => None,
            None => self.splunk()?.secret.clone(),
        }
    }

    /// AWS's page has no condition in this trust policy.
    fn firehose_role_by(&self, statements: &[Statement]) -> Principal {
        let sid = self.scheme.sid("FirehoseDelivers");
        let service = "firehose.amazonaws.com";
        let trust = Statement::trust(sid.clone(), To::services([service]));
        self.role(self.firehose_name(), (sid, service, trust), statements)
    }

    /// The role that CloudWatch Logs sends as, for log groups of this account and region.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>
    pub fn logs_role(&self) -> Principal {
        let region = &self.delivery.region;
        let sid = self.scheme.sid("CloudWatchLogsSends");
        let service = "logs.amazonaws.com";
        let trust = Statement::trust(sid.clone(), To::services([service]));
        let groups = self.scheme.arn("logs", region, "*");
        let trust = trust.when("StringLike", "aws:SourceArn", [groups]);
        let sends = ["firehose:PutRecord"];
        let statements = [Statement::allow("Send", sends, [self.stream_arn()])];
        let name = format!("{}-logs-to-firehose", self.scheme.base());
        self.role(name, (sid, service, trust), &statements)
    }

    pub fn role(
        &self,
        name: String,
        (sid, service, trust): (String, &str, Statement),
        statements: &[Statement],
    ) -> Principal {
        let (partition, account) = (&self.scheme.partition, &self.scheme.account);
        Principal {
            sort: Sort::Role {
                trust: Some((service.to_owned(), trust)),
                sid,
            },
            arn: format!("arn:{partition}:iam::{account}:role/{name}"),
            name,
            region: global_region(partition).to_owned(),
            policy: self.scheme.base(),
            statements: statements.to_vec(),
            owner: owner(self.scheme),
            tags: self.options.delivery.tags.clone(),
            sized: false,
        }
    }

    /// The subscription filter of the trail's log group.
    pub fn filter(&self) -> SubscriptionFilter {
        let pattern = self
            .filter_state()
            .map(|filter| filter.filter_pattern.clone());
        let pattern = self.options.filter_pattern.clone().or(pattern);
        SubscriptionFilter {
            settings: PutSubscriptionFilter {
                log_group_name: self.delivery.group.clone(),
                filter_name: self.name(),
                filter_pattern: pattern.unwrap_or_default(),
                destination_arn: self.stream_arn(),
                role_arn: Some(self.logs_role().arn),
                distribution: None,
            },
            group_arn: self.delivery.group_arn(),
            region: self.delivery.region.clone(),
            service: "logs.amazonaws.com",
        }
    }
}

/// After how many days the objects of a bucket expire by a rule of ours, if there is one.
fn days_of(expiry: &Expiry, bucket: &BucketState) -> Option<i32> {
    let mut rules = known(&bucket.settings.lifecycle)?.rules.iter();
    let own = rules.find(|rule| expiry.is_own(rule))?;
    own.expiration.as_ref()?.days
}
