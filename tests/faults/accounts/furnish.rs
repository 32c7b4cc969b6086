//! Furnishes an account as a [`Start`] says. What is intact is what an uninterrupted run has left.

use serde_json::{Value, json};

use super::super::CREATE;
use super::start::{Bucket, DeadLetters, HOME, Ours, Policy, Queue, REGIONS, Start, Topic, Trail};
use crate::support::{Account, Seed};

/// How many statements of other people there are to choose from.
pub const FOREIGN: usize = 5;

/// A call to make, with a region that may be made up.
type Call = (&'static str, &'static str, String, Value);

/// Makes the resources. Trails cannot be made without their bucket and topic, so what is to be missing goes last.
pub fn furnish(account: &Account, start: &Start) {
    let furnisher = Furnisher::new(account);
    let mut calls = furnisher.buckets(start);
    calls.extend(furnisher.queues(start));
    for (region, topic) in REGIONS.iter().zip(&start.topics) {
        calls.extend(furnisher.topics(start, region, topic.as_ref()));
    }
    for (region, trail) in REGIONS.iter().zip(&start.trails) {
        if let Some(trail) = trail {
            let multi_region = start.multi_region && *region == HOME;
            let key = furnisher.key(start);
            calls.extend(furnisher.trail(region, trail, multi_region, key));
        }
    }
    calls.extend(furnisher.neighbours(start));
    calls.extend(furnisher.removals(start));
    account.seeds(
        calls
            .iter()
            .map(|(service, operation, region, params)| Seed {
                service,
                operation,
                region,
                params: params.clone(),
            }),
    );
}

struct Furnisher {
    id: String,
    /// What an undisturbed run leaves in this account.
    intact: Value,
}

impl Furnisher {
    fn new(account: &Account) -> Self {
        let intact = CREATE.end.to_string().replace("ACCOUNT", account.id());
        Self {
            id: account.id().to_owned(),
            intact: serde_json::from_str(&intact).expect("still JSON"),
        }
    }

    fn base(&self) -> String {
        format!("{}-cloudtrail", self.id)
    }

    fn other_bucket(&self) -> String {
        format!("logs-{}", self.id)
    }

    fn topic_arn(&self, region: &str) -> String {
        format!("arn:aws:sns:{region}:{}:{}-{region}", self.id, self.base())
    }

    fn buckets(&self, start: &Start) -> Vec<Call> {
        let stand_in = Bucket {
            region: HOME,
            policy: None,
            blocked: None,
            lived_in: false,
        };
        let mut calls = self.bucket(&self.base(), start.bucket.as_ref().unwrap_or(&stand_in));
        calls.extend(self.bucket(&self.other_bucket(), &start.other_bucket));
        calls.extend(self.bucket(&format!("{}2", self.base()), &start.other_bucket));
        calls
    }

    fn bucket(&self, name: &str, bucket: &Bucket) -> Vec<Call> {
        let mut create = json!({ "Bucket": name });
        if bucket.region != "us-east-1" {
            create["CreateBucketConfiguration"] = json!({ "LocationConstraint": bucket.region });
        }
        let mut calls = vec![("CreateBucket", create)];
        if let Some(policy) = &bucket.policy {
            let intact = &self.intact["s3"][self.base()]["policy"];
            let text = self.policy(
                policy,
                intact,
                &format!("arn:aws:s3:::{name}"),
                "s3:GetObject",
            );
            let text = text.replace(
                &format!("arn:aws:s3:::{}", self.base()),
                &format!("arn:aws:s3:::{name}"),
            );
            calls.push(("PutBucketPolicy", json!({ "Bucket": name, "Policy": text })));
        }
        if let Some(all) = bucket.blocked {
            let switches = json!({ "BlockPublicAcls": true, "IgnorePublicAcls": all,
                "BlockPublicPolicy": true, "RestrictPublicBuckets": all });
            let block = json!({ "Bucket": name, "PublicAccessBlockConfiguration": switches });
            calls.push(("PutPublicAccessBlock", block));
        }
        if bucket.lived_in {
            let tags = json!({ "TagSet": [{ "Key": "owner", "Value": "somebody" }] });
            let aes = json!({ "Rules": [{ "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } }] });
            calls.extend([
                (
                    "PutBucketTagging",
                    json!({ "Bucket": name, "Tagging": tags }),
                ),
                (
                    "PutBucketVersioning",
                    json!({ "Bucket": name, "VersioningConfiguration": { "Status": "Enabled" } }),
                ),
                (
                    "PutBucketEncryption",
                    json!({ "Bucket": name, "ServerSideEncryptionConfiguration": aes }),
                ),
                (
                    "PutObject",
                    json!({ "Bucket": name, "Key": "AWSLogs/kept" }),
                ),
            ]);
        }
        let region = bucket.region;
        let calls = calls.into_iter();
        calls
            .map(|(operation, params)| ("s3", operation, region.to_owned(), params))
            .collect()
    }

    fn queues(&self, start: &Start) -> Vec<Call> {
        let neighbour = json!({ "QueueName": format!("{}2", self.base()) });
        let mut calls = vec![("sqs", "CreateQueue", HOME.to_owned(), neighbour)];
        if let Some(queue) = &start.queue {
            if matches!(queue.dead_letters, DeadLetters::Unused | DeadLetters::Own) {
                let own = json!({ "QueueName": format!("{}-dlq", self.base()) });
                calls.push(("sqs", "CreateQueue", HOME.to_owned(), own));
            }
            calls.push(self.queue(queue));
        }
        calls
    }

    fn queue(&self, queue: &Queue) -> Call {
        let name = self.base();
        let arn = format!("arn:aws:sqs:{HOME}:{}:{name}", self.id);
        let mut attributes = json!({ "VisibilityTimeout": queue.visibility.to_string() });
        if let Some(policy) = &queue.policy {
            let intact = &self.intact["sqs"][&arn]["attributes"]["Policy"];
            attributes["Policy"] = self.policy(policy, intact, &arn, "sqs:SendMessage").into();
        }
        let dead_letters = match queue.dead_letters {
            DeadLetters::Own => Some((format!("{arn}-dlq"), 5)),
            DeadLetters::Other => Some((format!("{arn}2"), 17)),
            DeadLetters::Nowhere | DeadLetters::Unused => None,
        };
        if let Some((target, count)) = dead_letters {
            let redrive = json!({ "deadLetterTargetArn": target, "maxReceiveCount": count });
            attributes["RedrivePolicy"] = redrive.to_string().into();
        }
        let tags = match queue.tagged {
            true => json!({ "owner": "somebody" }),
            false => json!({}),
        };
        let create = json!({ "QueueName": name, "Attributes": attributes, "tags": tags });
        ("sqs", "CreateQueue", HOME.to_owned(), create)
    }

    fn topics(&self, start: &Start, region: &str, topic: Option<&Topic>) -> Vec<Call> {
        let name = format!("{}-{region}", self.base());
        let arn = self.topic_arn(region);
        let mut create = json!({ "Name": name });
        if let Some(policy) = topic.and_then(|topic| topic.policy.as_ref()) {
            let intact = &self.intact["sns"][&arn]["attributes"]["Policy"];
            let text = self.policy(policy, intact, &arn, "SNS:Publish");
            create["Attributes"] = json!({ "Policy": text, "DisplayName": "theirs" });
        }
        if topic.is_some_and(|topic| topic.tagged) {
            create["Tags"] = json!([{ "Key": "owner", "Value": "somebody" }]);
        }
        let neighbour = json!({ "Name": format!("{name}-backup") });
        let mut calls = vec![("CreateTopic", create), ("CreateTopic", neighbour)];
        let queue = format!("arn:aws:sqs:{HOME}:{}:{}", self.id, self.base());
        let subscribe = |protocol: &str, endpoint: &str| {
            let params = json!({ "TopicArn": arn, "Protocol": protocol, "Endpoint": endpoint });
            ("Subscribe", params)
        };
        if topic.is_some_and(|topic| topic.subscribed) && start.queue.is_some() {
            calls.push(subscribe("sqs", &queue));
        }
        if topic.is_some_and(|topic| topic.others_subscribed) {
            calls.push(subscribe("sqs", &format!("{queue}2")));
            calls.push(subscribe("email", "somebody@example.com"));
        }
        let calls = calls.into_iter();
        calls
            .map(|(operation, params)| ("sns", operation, region.to_owned(), params))
            .collect()
    }

    /// A key for trails: in the region of the bucket, whichever of the two a trail writes to in the end.
    fn key(&self, start: &Start) -> Option<String> {
        let region = start.bucket.as_ref().map_or(HOME, |bucket| bucket.region);
        let same = region == start.other_bucket.region;
        same.then(|| format!("arn:aws:kms:{region}:{}:key/1", self.id))
    }

    fn trail(
        &self,
        region: &str,
        trail: &Trail,
        multi_region: bool,
        key: Option<String>,
    ) -> Vec<Call> {
        let name = format!("{}-{region}", self.base());
        let mut create = json!({
            "Name": name,
            "S3BucketName": if trail.other_bucket { self.other_bucket() } else { self.base() },
            "IncludeGlobalServiceEvents": trail.global_events || multi_region,
            "IsMultiRegionTrail": multi_region,
            "EnableLogFileValidation": trail.validation,
        });
        if let Some(ours) = trail.topic {
            create["SnsTopicName"] = if ours {
                name.clone()
            } else {
                format!("{name}-backup")
            }
            .into();
        }
        if let Some(prefix) = trail.key_prefix {
            create["S3KeyPrefix"] = prefix.into();
        }
        let account = &self.id;
        if trail.lived_in {
            if let Some(key) = key {
                create["KmsKeyId"] = key.into();
            }
            let group = format!("arn:aws:logs:{region}:{account}:log-group:trail:*");
            create["CloudWatchLogsLogGroupArn"] = group.into();
            create["CloudWatchLogsRoleArn"] = format!("arn:aws:iam::{account}:role/trail").into();
            create["TagsList"] = json!([{ "Key": "owner", "Value": "somebody" }]);
        }
        let mut calls = vec![("CreateTrail", create)];
        if trail.lived_in {
            let selector = json!({ "ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": [],
                "ExcludeManagementEventSources": ["kms.amazonaws.com"] });
            let selectors = json!({ "TrailName": name, "EventSelectors": [selector] });
            calls.push(("PutEventSelectors", selectors));
        }
        if trail.logging {
            calls.push(("StartLogging", json!({ "Name": name })));
        }
        in_cloudtrail(region, calls)
    }

    fn neighbours(&self, start: &Start) -> Vec<Call> {
        let mut calls = Vec::new();
        for region in &start.neighbours {
            let name = format!("{}-{region}-backup", self.base());
            let create =
                json!({ "Name": name, "S3BucketName": self.other_bucket(), "SnsTopicName": name });
            calls.extend(in_cloudtrail(region, vec![("CreateTrail", create)]));
        }
        if start.foreign_multi_region {
            let create = json!({ "Name": format!("{}2-us-east-1", self.base()), "S3BucketName": self.other_bucket(),
                "IsMultiRegionTrail": true, "IncludeGlobalServiceEvents": true });
            calls.extend(in_cloudtrail("us-east-1", vec![("CreateTrail", create)]));
        }
        calls
    }

    fn removals(&self, start: &Start) -> Vec<Call> {
        let mut calls = Vec::new();
        if start.bucket.is_none() {
            let delete = json!({ "Bucket": self.base() });
            calls.push(("s3", "DeleteBucket", HOME.to_owned(), delete));
        }
        for (region, topic) in REGIONS.iter().zip(&start.topics) {
            if topic.is_none() {
                let delete = json!({ "TopicArn": self.topic_arn(region) });
                calls.push(("sns", "DeleteTopic", (*region).to_owned(), delete));
            }
        }
        calls
    }

    /// The text of a policy of the resource `arn`, of which other people are allowed `action`.
    fn policy(&self, policy: &Policy, intact: &Value, arn: &str, action: &str) -> String {
        let intact = intact["Statement"].as_array().expect("an intact policy");
        let mut ours = intact.clone();
        match policy.ours {
            Ours::Intact => {}
            Ours::Rewritten => ours.iter_mut().for_each(rewrite),
            Ours::Unlimited => ours.iter_mut().for_each(unlimit),
            Ours::Fewer => drop(ours.pop()),
            Ours::Missing => ours.clear(),
        }
        let foreign = foreign_statements(&self.id, arn, action);
        let mut theirs: Vec<Value> = policy
            .foreign
            .iter()
            .map(|&at| foreign[at].clone())
            .collect();
        if ours.is_empty() && theirs.is_empty() {
            // A policy without statements is none.
            theirs.push(foreign[0].clone());
        }
        let statements = match policy.foreign_first {
            true => [theirs, ours].concat(),
            false => [ours, theirs].concat(),
        };
        let document = json!({ "Version": "2008-10-17", "Id": "theirs", "Statement": statements });
        match policy.pretty {
            true => format!("{document:#}"),
            false => document.to_string(),
        }
    }
}

fn in_cloudtrail(region: &str, calls: Vec<(&'static str, Value)>) -> Vec<Call> {
    let calls = calls.into_iter();
    calls
        .map(|(operation, params)| ("cloudtrail", operation, region.to_owned(), params))
        .collect()
}

/// Statements of other people: with and without Sid, with Sids that are nearly ours, in all sorts of writing.
pub fn foreign_statements(account: &str, arn: &str, action: &str) -> [Value; FOREIGN] {
    [
        json!({ "Sid": "Theirs", "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
            "Action": action, "Resource": arn }),
        json!({ "Resource": [arn], "Action": [action], "Principal": { "AWS": ["444455556666"] }, "Effect": "Deny",
            "Condition": { "Bool": { "aws:SecureTransport": false } } }),
        // As the console and AWS's own pages have them.
        json!({ "Sid": "AWSCloudTrailWrite20150319", "Effect": "Allow", "Action": action, "Resource": arn,
            "Principal": { "Service": "cloudtrail.amazonaws.com" },
            "Condition": { "StringEquals": { "AWS:SourceArn": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/t" } } }),
        // Of a scheme whose prefix only begins like ours.
        json!({ "Sid": format!("CloudTrailTopicsSend{account}2"), "Effect": "Allow", "Action": action,
            "Resource": arn, "Principal": { "Service": "sns.amazonaws.com" },
            "Condition": { "ArnLike": { "aws:SourceArn": "arn:aws:sns:*:111122223333:*" } } }),
        json!({ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": action,
            "Resource": arn, "Condition": { "DateGreaterThan": { "aws:CurrentTime": "2020-01-01T00:00:00Z" } } }),
    ]
}

/// The same in other words: scalars as lists, another order, another case where case does not matter.
fn rewrite(statement: &mut Value) {
    let elements = statement.as_object_mut().expect("a statement");
    for name in ["Action", "Resource"] {
        if !elements[name].is_array() {
            elements[name] = json!([elements[name]]);
        }
    }
    let condition = elements["Condition"].to_string();
    let condition = condition.replace("aws:SourceArn", "AWS:SourceArn");
    elements["Condition"] = serde_json::from_str(&condition).expect("still JSON");
    let reversed: Vec<_> = elements.clone().into_iter().rev().collect();
    *elements = reversed.into_iter().collect();
}

/// As people do when they look for a mistake: the same for everybody.
fn unlimit(statement: &mut Value) {
    // "Deny everything to everybody" would not only be wider, but lock everybody out.
    if statement["Effect"] == "Allow" {
        let elements = statement.as_object_mut().expect("a statement");
        elements.remove("Condition");
    }
}
