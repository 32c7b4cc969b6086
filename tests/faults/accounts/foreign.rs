//! What of an account belongs to others: all but the scheme's resources, and of those all that the scheme does not
//! keep right.

use serde_json::{Map, Value, json};

use super::start::{HOME, REGIONS};
use crate::support::Account;

/// What `create` keeps right in a trail.
const MENDED: [&str; 6] = [
    "S3BucketName",
    "SnsTopicARN",
    "IncludeGlobalServiceEvents",
    "LogFileValidationEnabled",
    "IsLogging",
    "IsMultiRegionTrail",
];

/// Leaves other people's part of a resource.
type KeepTheirs = fn(&Foreign, &mut Value);

/// Other people's part of an account that uses a certain bucket.
pub struct Foreign {
    id: String,
    bucket: String,
    /// What the account held to begin with.
    before: Value,
}

impl Foreign {
    /// `before` is the raw snapshot of what the account held to begin with.
    pub fn new(account: &Account, bucket: &str, before: &Value) -> Self {
        Self {
            id: account.id().to_owned(),
            bucket: bucket.to_owned(),
            before: before.clone(),
        }
    }

    /// Other people's part of a raw snapshot.
    pub fn of(&self, snapshot: &Value) -> Value {
        let mut snapshot = snapshot.clone();
        for (pointer, keep_theirs) in self.own_resources() {
            if self.before.pointer(&pointer).is_none() {
                take_out(&mut snapshot, &pointer);
            } else if let Some(resource) = snapshot.pointer_mut(&pointer) {
                keep_theirs(self, resource);
            }
        }
        snapshot
    }

    /// Where the scheme's resources are in a snapshot, and what leaves other people's part of one.
    fn own_resources(&self) -> Vec<(String, KeepTheirs)> {
        let id = &self.id;
        let base = format!("{id}-cloudtrail");
        let mut own: Vec<(String, KeepTheirs)> = vec![
            (format!("/s3/{}", self.bucket), Self::of_bucket),
            (format!("/sqs/{}", self.queue()), Self::of_queue),
            (format!("/sqs/{}-dlq", self.queue()), |_, _| {}),
        ];
        for region in REGIONS {
            let name = format!("{base}-{region}");
            own.push((
                format!("/sns/arn:aws:sns:{region}:{id}:{name}"),
                Self::of_topic,
            ));
            own.push((format!("/cloudtrail/{region}/{name}"), |_, trail| {
                remove(trail, &MENDED);
            }));
        }
        own
    }

    fn queue(&self) -> String {
        format!("arn:aws:sqs:{HOME}:{0}:{0}-cloudtrail", self.id)
    }

    fn of_bucket(&self, bucket: &mut Value) {
        self.of_policy(&mut bucket["policy"]);
        remove(bucket, &["public_access_block"]);
        // CloudTrail writes an empty object when a trail is made.
        let own = format!("AWSLogs/{}/CloudTrail/", self.id);
        let is_own = |object: &Value| {
            object["key"]
                .as_str()
                .is_some_and(|key| key.ends_with(&own))
        };
        let objects = bucket["objects"].as_array_mut().expect("a list");
        objects.retain(|object| !is_own(object));
    }

    fn of_queue(&self, queue: &mut Value) {
        self.of_policy(&mut queue["attributes"]["Policy"]);
        let redrive = queue["attributes"]["RedrivePolicy"].as_str();
        if redrive.is_none_or(|redrive| redrive.contains("-cloudtrail-dlq")) {
            queue["attributes"]["RedrivePolicy"] = Value::Null;
        }
    }

    fn of_topic(&self, topic: &mut Value) {
        self.of_policy(&mut topic["attributes"]["Policy"]);
        let subscriptions = topic["subscriptions"].as_array_mut().expect("a list");
        subscriptions.retain(|subscription| subscription["endpoint"] != *self.queue());
    }

    /// The texts of other people's statements, in order, and what stands beside them; null if there is nothing.
    fn of_policy(&self, policy: &mut Value) {
        let Some(text) = policy.as_str() else { return };
        let mut document: Map<String, Value> = serde_json::from_str(text).expect("a policy");
        let statements = document["Statement"].as_array().expect("statements");
        let is_own = |statement: &&Value| {
            let sid = statement["Sid"].as_str();
            sid.is_some_and(|sid| sid.ends_with(&self.id))
        };
        let theirs = statements.iter().filter(|statement| !is_own(statement));
        let theirs: Vec<String> = theirs.map(Value::to_string).collect();
        let bare = theirs.is_empty() && document.get("Id").is_none();
        document.insert("Statement".to_owned(), json!(theirs));
        *policy = if bare {
            Value::Null
        } else {
            Value::Object(document)
        };
    }
}

/// Takes a resource out of a snapshot, and the region with it if it held nothing else.
fn take_out(snapshot: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer has a slash");
    if let Some(Value::Object(resources)) = snapshot.pointer_mut(parent) {
        resources.remove(name);
        if resources.is_empty() && parent.matches('/').count() > 1 {
            take_out(snapshot, parent);
        }
    }
}

fn remove(resource: &mut Value, names: &[&str]) {
    let fields = resource.as_object_mut().expect("a resource has fields");
    for name in names {
        fields.remove(*name);
    }
}
