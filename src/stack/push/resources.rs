//! The resources that should exist, given what is observed.
//!
//! The rule behind every line: an option that was not given never changes what exists.

use std::collections::BTreeSet;

use super::DAYS;
use super::context::Context;
use crate::call::logs::PutSubscriptionFilter;
use crate::policy::{Principal as To, Statement};
use crate::resource::bucket::{Bucket, BucketState};
use crate::resource::bucket_settings::Settings;
use crate::resource::delivery_stream::{DeliveryStream, LATEST, LOG_STREAMS, Token};
use crate::resource::expiry::Expiry;
use crate::resource::known;
use crate::resource::log_group::LogGroup;
use crate::resource::log_stream::LogStream;
use crate::resource::principal::Principal;
use crate::resource::secret::Secret;
use crate::resource::subscription_filter::SubscriptionFilter;
use crate::stack::log_delivery::{
    LogDelivery, firehose_log_group, firehose_writes, sender, service_role,
};

impl<'a> Context<'a> {
    /// The name of the delivery stream and of the subscription filter.
    pub fn name(&self) -> String {
        let source = self.delivery.source().map_or("splunk", String::as_str);
        format!("{}-{source}", self.delivery.scheme.base())
    }

    /// The name of what belongs to this delivery alone.
    pub fn part(&self, part: &str) -> String {
        let source = self.delivery.source().map(|name| format!("-{name}"));
        let base = self.delivery.scheme.base();
        format!("{base}-{part}{}", source.unwrap_or_default())
    }

    /// ARN of the delivery stream.
    pub fn stream_arn(&self) -> String {
        let resource = format!("deliverystream/{}", self.name());
        let region = &self.delivery.region;
        self.delivery.scheme.arn("firehose", region, &resource)
    }

    /// The delivery stream.
    pub fn stream(&self) -> DeliveryStream {
        let is_by_lambda = self.is_by_lambda();
        DeliveryStream {
            bucket_arn: self.delivery.scheme.bucket_arn(&self.bucket_name()),
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
            source_arn: None,
            endpoint: options.endpoint.clone(),
            endpoint_type: String::new(),
            function_arn: None,
            token: options.token.clone(),
            tuning: options.tuning.clone(),
            role_arn: self.firehose_role_by(&[]).arn,
            bucket_arn: String::new(),
            log_group: self.log_group_name(),
            replace: options.replace,
            tags: self.delivery.options.tags.clone(),
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

    /// The name of the scheme's own backup bucket, which all deliveries in a region share.
    pub fn own_bucket_name(&self) -> String {
        let [first, regional] = self.own_bucket_names();
        let found = self.bucket_state_of(&first);
        let elsewhere = found.is_some_and(|found| found.region != self.delivery.region);
        if elsewhere { regional } else { first }
    }

    /// The names that it can have: the second one where the first one is that of a bucket in another region.
    fn own_bucket_names(&self) -> [String; 2] {
        let name = format!("{}-firehose", self.delivery.scheme.base());
        let regional = format!("{name}-{}", self.delivery.region);
        [name, regional]
    }

    fn bucket_state_of(&self, name: &str) -> Option<&'a BucketState> {
        self.delivery.observed.of(&self.bucket_of(name, DAYS))
    }

    /// The backup bucket. Only the scheme's own is created and changed.
    pub fn bucket(&self) -> Bucket {
        let name = self.bucket_name();
        let found = self.bucket_state_of(&name);
        let days = self.options.backup_days;
        let days = days.or_else(|| days_of(&self.expiry(DAYS), found?));
        self.bucket_of(&name, days.unwrap_or(DAYS))
    }

    /// The scheme's bucket in any region, which decides on the name of the one in this region.
    pub fn first_bucket(&self) -> Bucket {
        let [first, _] = self.own_bucket_names();
        self.bucket_of(&first, DAYS)
    }

    /// The scheme's bucket in this region, where the first one is in another.
    pub fn regional_bucket(&self) -> Bucket {
        let [_, regional] = self.own_bucket_names();
        self.bucket_of(&regional, DAYS)
    }

    fn bucket_of(&self, name: &str, days: i32) -> Bucket {
        let scheme = self.delivery.scheme;
        let arn = scheme.bucket_arn(name);
        let insecure = Statement::deny(
            scheme.sid("DenyInsecureTransport"),
            ["s3:*"],
            [arn.clone(), format!("{arn}/*")],
        );
        let insecure = insecure.to(To::everyone());
        Bucket {
            name: name.to_owned(),
            region: self.delivery.region.clone(),
            arn,
            owner: scheme.account.clone(),
            statements: vec![insecure.when("Bool", "aws:SecureTransport", ["false"])],
            block_public_access: true,
            tags: self.delivery.options.tags.clone(),
            settings: Settings {
                expiry: Some(self.expiry(days)),
                ..Settings::default()
            },
        }
    }

    /// When the objects of the backup bucket expire.
    fn expiry(&self, days: i32) -> Expiry {
        let [id, _] = self.own_bucket_names();
        Expiry {
            id,
            prefixes: BTreeSet::from([String::new()]),
            days,
            class: None,
        }
    }

    /// Whether the backup bucket is another than the scheme's own.
    pub fn is_others_bucket(&self) -> bool {
        !self.own_bucket_names().contains(&self.bucket_name())
    }

    fn log_group_name(&self) -> String {
        firehose_log_group(&self.name())
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
            arn: self.delivery.scheme.arn("logs", &region, &resource),
            name,
            region,
            new_retention_in_days: DAYS,
            in_use: false,
            retention_in_days: self.options.log_retention_in_days,
            kms_key_id: None,
            tags: self.delivery.options.tags.clone(),
            kept: None,
        }
    }

    /// The streams of that group, which Firehose does not create.
    pub fn log_streams(&self) -> [LogStream; 2] {
        LOG_STREAMS.map(|stream| LogStream::of(&self.own_log_group(), stream))
    }

    /// The role that Firehose works as. It may do what AWS's page lists, with the secret and the function that are used.
    ///
    /// <https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-splunk>
    pub(crate) fn firehose_role(&self) -> Principal {
        let bucket = self.delivery.scheme.bucket_arn(&self.bucket_name());
        let writes = firehose_writes("WriteBackup", bucket, &self.own_log_group().arn);
        let mut statements = writes.to_vec();
        if self.is_by_lambda() {
            statements.push(invokes(&self.function_arn()));
        }
        statements.extend(self.secret().map(reads_token));
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

    /// The secret that an option names, if it is one of this account: of another account's, a caller seldom may know.
    pub fn named_secret(&self) -> Option<Secret> {
        let Some(Token::Secret(arn)) = &self.options.token else {
            return None;
        };
        let secret = Some(Secret::of(arn));
        secret.filter(|secret| secret.account() == self.delivery.scheme.account)
    }

    /// AWS's page has no condition in this trust policy.
    fn firehose_role_by(&self, statements: &[Statement]) -> Principal {
        let trust = ("FirehoseDelivers", "firehose.amazonaws.com");
        let role = service_role(
            self.delivery.scheme,
            self.part("firehose"),
            trust,
            Vec::new(),
        );
        self.with(role, statements)
    }

    /// The role that CloudWatch Logs sends as, for log groups of this account and region; it remembers a source.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>
    pub(crate) fn logs_role(&self) -> Principal {
        let LogDelivery { scheme, region, .. } = &self.delivery;
        let mut groups = vec![scheme.arn("logs", region, "*")];
        groups.extend(self.delivery.source().map(|_| self.delivery.group_arn()));
        let sends = ["firehose:PutRecord"];
        let statements = [Statement::allow("Send", sends, [self.stream_arn()])];
        let role = sender(scheme, self.delivery.source(), groups);
        self.with(role, &statements)
    }

    pub(crate) fn with(&self, role: Principal, statements: &[Statement]) -> Principal {
        Principal {
            statements: statements.to_vec(),
            tags: self.delivery.options.tags.clone(),
            ..role
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

/// What lets Firehose invoke a function. A stream can name it without its version.
pub(crate) fn invokes(function: &str) -> Statement {
    let invokes = ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"];
    let names = [format!("{function}{LATEST}"), function.to_owned()];
    Statement::allow("Transform", invokes, names)
}

/// What lets Firehose read the token in a secret.
pub(crate) fn reads_token(secret: String) -> Statement {
    Statement::allow("ReadToken", ["secretsmanager:GetSecretValue"], [secret])
}

/// After how many days the objects of a bucket expire by a rule of ours, if there is one.
fn days_of(expiry: &Expiry, bucket: &BucketState) -> Option<i32> {
    let mut rules = known(&bucket.settings.lifecycle)?.rules.iter();
    let own = rules.find(|rule| expiry.is_own(rule))?;
    own.expiration.as_ref()?.days
}
