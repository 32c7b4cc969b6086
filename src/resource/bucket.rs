//! S3 buckets.

use super::bucket_settings::{self, Parts, Settings};
use super::{Operations, parse_policy};
use crate::aws::Reader;
use crate::aws::read::{BucketHead, PublicAccess};
use crate::call::Tag;
use crate::call::s3::{
    CreateBucket, CreateBucketConfiguration, PublicAccessBlockConfiguration, PutBucketPolicy,
    PutBucketTagging, PutPublicAccessBlock, S3, Tagging,
};
use crate::error::CallError;
use crate::plan::{Step, chained};
use crate::policy::{Policy, Statement, merged};

/// What reading and making buckets takes. No bucket is ever deleted: it may hold audit logs.
pub const OPERATIONS: Operations = Operations {
    service: "s3",
    reads: &["HeadBucket", "GetBucketPolicy", "GetPublicAccessBlock"],
    tag_reads: &[],
    changes: &[
        "CreateBucket",
        "PutBucketPolicy",
        "PutPublicAccessBlock",
        "PutBucketTagging",
    ],
    removals: &[],
};

/// The largest policy a bucket can have, in bytes.
pub const POLICY_LIMIT: usize = 20 * 1_024;

const KIND: &str = "bucket";

/// A bucket as it should be.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// The bucket's name.
    pub name: String,
    /// Where a new bucket goes.
    pub region: String,
    /// The account that must own it.
    pub owner: String,
    /// Our statements in its policy.
    pub statements: Vec<Statement>,
    /// Whether all public access must be blocked; `false` is left as found.
    pub block_public_access: bool,
    /// Tags of a new bucket; a bucket that was found keeps its own.
    pub tags: Vec<Tag>,
    /// What it does with its objects, as far as that is asked for.
    pub settings: Settings,
}

/// What there is under a bucket's name.
#[derive(Clone, Debug, Default)]
pub enum Found {
    /// Nothing.
    #[default]
    Missing,
    /// A bucket of this account.
    Owned(State),
    /// A bucket of somebody else, or one that does not let the caller in.
    Forbidden,
}

/// A bucket as it is.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The bucket's region.
    pub region: String,
    /// Its policy.
    pub policy: Option<Policy>,
    /// Its switches against public access, where they were ever set.
    pub public_access_block: Option<PublicAccess>,
    /// What it does with its objects, as far as it was read.
    pub settings: bucket_settings::Found,
}

/// What there is under this name. `region` is where it is looked for first, `parts` the settings to read as well.
///
/// # Errors
/// When AWS refuses, does not answer, or answers with a policy that is none.
pub async fn read(
    reader: &Reader,
    region: &str,
    name: &str,
    owner: &str,
    parts: Parts,
) -> Result<Found, CallError> {
    let look = async |region: &str| {
        tokio::join!(
            reader.bucket(region, name, owner),
            reader.bucket_policy(region, name, owner),
            reader.public_access_block(region, name, owner),
            bucket_settings::read(reader, region, name, owner, parts),
        )
    };
    let mut region = region.to_owned();
    let (mut head, mut policy, mut public_access_block, mut settings) = look(&region).await;
    if let Ok(BucketHead::Elsewhere(elsewhere)) = head {
        (head, policy, public_access_block, settings) = look(&elsewhere).await;
        region = elsewhere;
    }
    match head? {
        BucketHead::Missing => Ok(Found::Missing),
        BucketHead::Forbidden => Ok(Found::Forbidden),
        BucketHead::Owned | BucketHead::Elsewhere(_) => Ok(Found::Owned(State {
            policy: parse_policy(policy?.as_deref(), "s3", "GetBucketPolicy", &region, name)?,
            public_access_block: public_access_block?,
            settings,
            region,
        })),
    }
}

/// The policy of a bucket alone.
///
/// # Errors
/// When AWS refuses, does not answer, or answers with a policy that is none.
pub async fn read_policy(
    reader: &Reader,
    region: &str,
    name: &str,
    owner: &str,
) -> Result<Option<Policy>, CallError> {
    let text = reader.bucket_policy(region, name, owner).await?;
    parse_policy(text.as_deref(), "s3", "GetBucketPolicy", region, name)
}

impl Bucket {
    /// The steps that make the bucket as it should be. Policy, public access and tags follow one another, since S3 may
    /// answer OperationAborted to two changes of one bucket at a time; the policy, for which others wait, comes first.
    /// The settings wait for the policy only, so that one that is denied keeps none of the others back.
    pub fn changes(&self, found: Option<&State>) -> Vec<Step> {
        let mut steps = Vec::new();
        if found.is_none() {
            steps.push(self.create());
        }
        let policy = found.and_then(|found| found.policy.as_ref());
        if let Some(policy) = merged(policy, &self.statements) {
            let reason = match found {
                None => "a new bucket has no policy".to_owned(),
                Some(state) => self.lacking(state),
            };
            let call = S3::PutBucketPolicy(PutBucketPolicy {
                bucket: self.name.clone(),
                policy: policy.to_text(),
                expected_bucket_owner: self.owner.clone(),
            });
            steps.push(self.step(found, call, &reason));
        }
        let blocked = found.and_then(|found| found.public_access_block);
        if self.block_public_access && blocked != Some(PublicAccessBlockConfiguration::ALL) {
            let call = S3::PutPublicAccessBlock(PutPublicAccessBlock {
                bucket: self.name.clone(),
                public_access_block_configuration: PublicAccessBlockConfiguration::ALL,
                expected_bucket_owner: self.owner.clone(),
            });
            steps.push(self.step(found, call, "public access not blocked"));
        }
        if found.is_none() && !self.tags.is_empty() {
            let call = S3::PutBucketTagging(PutBucketTagging {
                bucket: self.name.clone(),
                tagging: Tagging {
                    tag_set: self.tags.clone(),
                },
                expected_bucket_owner: self.owner.clone(),
            });
            steps.push(self.step(found, call, "a new bucket has no tags"));
        }
        let mut steps = chained(steps);
        let is_first =
            |step: &&Step| matches!(step.call.operation(), "CreateBucket" | "PutBucketPolicy");
        let first = steps.iter().rfind(is_first).map(|step| step.id.clone());
        let settings = found.map(|found| &found.settings);
        let settings = self.settings.changes(&self.name, &self.owner, settings);
        let settings = settings
            .into_iter()
            .map(|(call, reason)| self.step(found, call, &reason).after(&first));
        steps.extend(settings);
        steps
    }

    fn create(&self) -> Step {
        // us-east-1 is the one region that must not be named.
        let location = (self.region != "us-east-1").then(|| CreateBucketConfiguration {
            location_constraint: self.region.clone(),
        });
        let call = S3::CreateBucket(CreateBucket {
            bucket: self.name.clone(),
            create_bucket_configuration: location,
            object_lock_enabled_for_bucket: self.settings.retention.as_ref().map(|_| true),
        });
        self.step(None, call, "bucket is missing")
    }

    fn lacking(&self, state: &State) -> String {
        let all: Vec<&str> = self.statements.iter().map(Statement::sid).collect();
        let lacking = state
            .policy
            .as_ref()
            .map_or(all, |policy| policy.lacks(&self.statements));
        format!("bucket policy lacks {}", lacking.join(", "))
    }

    fn step(&self, found: Option<&State>, call: S3, reason: &str) -> Step {
        let region = found.map_or(&self.region, |found| &found.region);
        Step::new(KIND, &self.name, region, call, reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(region: &str) -> Bucket {
        Bucket {
            name: "logs".into(),
            region: region.into(),
            owner: "123456789012".into(),
            statements: vec![Statement::allow(
                "Ours",
                ["s3:GetBucketAcl"],
                ["arn:aws:s3:::logs"],
            )],
            block_public_access: true,
            tags: Vec::new(),
            settings: Settings::default(),
        }
    }

    fn told(steps: &[Step]) -> Vec<String> {
        let told = steps.iter().map(|step| {
            let params = serde_json::Value::Object(step.call.params());
            format!("{} {} {params}", step.region, step.call.operation())
        });
        told.collect()
    }

    #[test]
    fn us_east_1_is_not_named_as_a_location() {
        insta::assert_snapshot!(told(&wanted("us-east-1").changes(None))[0], @r#"us-east-1 CreateBucket {"Bucket":"logs"}"#);
        insta::assert_snapshot!(told(&wanted("eu-west-1").changes(None))[0], @r#"eu-west-1 CreateBucket {"Bucket":"logs","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}"#);
    }

    #[test]
    fn a_found_bucket_is_changed_where_it_stands() {
        let found = State {
            region: "eu-central-1".into(),
            ..State::default()
        };
        insta::assert_snapshot!(told(&wanted("eu-west-1").changes(Some(&found))).join("\n"), @r#"
        eu-central-1 PutBucketPolicy {"Bucket":"logs","Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Ours\",\"Effect\":\"Allow\",\"Action\":\"s3:GetBucketAcl\",\"Resource\":\"arn:aws:s3:::logs\"}]}","ExpectedBucketOwner":"123456789012"}
        eu-central-1 PutPublicAccessBlock {"Bucket":"logs","PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true},"ExpectedBucketOwner":"123456789012"}
        "#);
    }
}
