//! S3 buckets.

use super::bucket_settings::{Parts, Settings, SettingsState};
use super::{Change, Id, Resource, bucket_settings, chained, parse_policy};
use crate::aws::Reader;
use crate::aws::read::{BucketAt, BucketHead, PublicAccess};
use crate::call::passing::{MINUTES, NONE, SHORT, Wait, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::s3::{
    CreateBucket, CreateBucketConfiguration, PublicAccessBlockConfiguration, PutBucketPolicy,
    PutBucketTagging, PutPublicAccessBlock, S3, Tagging,
};
use crate::call::settled::Proof;
use crate::call::{Kind, Tag};
use crate::error::{CallError, Result};
use crate::policy::{Policy, Statement, merged};

/// Buckets. None is ever deleted: it may hold audit logs.
pub static KIND: Kind = Kind {
    reads: &["HeadBucket", "GetBucketPolicy", "GetPublicAccessBlock"],
    changes: &[
        "CreateBucket",
        "PutBucketPolicy",
        "PutPublicAccessBlock",
        "PutBucketTagging",
    ],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("bucket", "s3")
};

#[rustfmt::skip]
const PASSING: &[Rule<Wait>] = &[
    Rule::of(&[], &["OperationAborted"],
        always(SHORT)),
    Rule::of(&[], &["NoSuchBucket"],
        after(MINUTES, NONE, &[Here("s3:CreateBucket")])),
];

#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["CreateBucket"], &["BucketAlreadyOwnedByYou"], Proof::Done),
    // An organization may forbid the request although a new bucket blocks public access by itself.
    Rule::of(&["PutPublicAccessBlock"], &["AccessDenied"], Proof::IfFound),
];

/// The largest policy a bucket can have, in bytes.
const POLICY_LIMIT: usize = 20 * 1_024;

/// A bucket.
#[derive(Clone, Debug, Default)]
pub struct Bucket {
    /// The bucket's name.
    pub name: String,
    /// Its region, or that of a new one.
    pub region: String,
    /// Its ARN.
    pub arn: String,
    /// The account that must own it.
    pub owner: String,
    /// Our statements in its policy.
    pub statements: Vec<Statement>,
    /// Whether all public access must be blocked; `false` leaves it as observed.
    pub block_public_access: bool,
    /// Tags of a new bucket; one that exists keeps its own.
    pub tags: Vec<Tag>,
    /// What it does with its objects, as far as options state it.
    pub settings: Settings,
}

/// What exists under a bucket's name.
#[derive(Clone, Debug)]
pub enum Lookup<T = BucketState> {
    /// Nothing.
    Missing,
    /// A bucket of this account.
    Owned(T),
    /// A bucket of another account, or one that denies access to the caller.
    Forbidden,
}

/// A bucket as it exists.
#[derive(Clone, Debug, Default)]
pub struct BucketState {
    /// The bucket's region.
    pub region: String,
    /// Its policy.
    pub policy: Option<Policy>,
    /// How it blocks public access, where that was ever set.
    pub public_access_block: Option<PublicAccess>,
    /// What it does with its objects, as far as it was read.
    pub settings: SettingsState,
}

/// What exists under this name, looked for in this region first. `parts` are the settings to read as well.
pub async fn read(
    reader: &Reader,
    bucket: BucketAt<'_>,
    parts: Parts,
) -> Result<Lookup, CallError> {
    let look = async |bucket: BucketAt<'_>| {
        let (head, policy, public_access_block, settings) = tokio::join!(
            reader.bucket(bucket),
            reader.bucket_policy(bucket),
            reader.public_access_block(bucket),
            bucket_settings::read(reader, bucket, parts),
        );
        let state = || {
            Ok(BucketState {
                policy: parsed(bucket, policy?)?,
                public_access_block: public_access_block?,
                settings,
                region: bucket.region.to_owned(),
            })
        };
        (head, state())
    };
    look_up(bucket, look).await
}

/// Looks for a bucket, and if it is in another region, there: the only one that answers all of it.
pub(super) async fn look_up<T>(
    bucket: BucketAt<'_>,
    look: impl AsyncFn(BucketAt<'_>) -> (Result<BucketHead, CallError>, Result<T, CallError>),
) -> Result<Lookup<T>, CallError> {
    let (mut head, mut state) = look(bucket).await;
    if let Ok(BucketHead::Elsewhere(elsewhere)) = head {
        (head, state) = look(bucket.or_in(&elsewhere)).await;
    }
    Ok(match head? {
        BucketHead::Missing => Lookup::Missing,
        BucketHead::Forbidden => Lookup::Forbidden,
        BucketHead::Owned | BucketHead::Elsewhere(_) => Lookup::Owned(state?),
    })
}

/// The policy of a bucket alone.
pub async fn read_policy(
    reader: &Reader,
    bucket: BucketAt<'_>,
) -> Result<Option<Policy>, CallError> {
    parsed(bucket, reader.bucket_policy(bucket).await?)
}

fn parsed(bucket: BucketAt<'_>, policy: Option<String>) -> Result<Option<Policy>, CallError> {
    let BucketAt { region, name, .. } = bucket;
    parse_policy(policy.as_deref(), "s3", "GetBucketPolicy", region, name)
}

impl Resource for Bucket {
    type Observed = BucketState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<BucketState>, CallError> {
        let bucket = BucketAt::new(&self.region, &self.name, &self.owner);
        let found = read(reader, bucket, self.settings.parts()).await?;
        Ok(match found {
            Lookup::Owned(state) => Some(state),
            Lookup::Missing | Lookup::Forbidden => None,
        })
    }

    fn refusal(&self, observed: Option<&BucketState>) -> Result<()> {
        self.merged(observed).map_or(Ok(()), |policy| {
            super::fits("bucket", &self.name, &policy, POLICY_LIMIT, usize::MAX)
        })
    }

    /// Policy, public access and tags follow one another, since S3 may answer OperationAborted to two changes of one
    /// bucket at a time; the policy, for which others wait, comes first. The settings wait for the policy only, so that
    /// one that is denied keeps none of the others back.
    fn changes(&self, observed: Option<&BucketState>) -> Vec<Change> {
        let mut changes = Vec::new();
        if observed.is_none() {
            changes.push(self.create());
        }
        if let Some(policy) = self.merged(observed) {
            let reason = match observed {
                None => "attach the bucket policy".to_owned(),
                Some(observed) => self.lacking(observed),
            };
            let call = S3::PutBucketPolicy(PutBucketPolicy {
                bucket: self.name.clone(),
                policy: policy.to_text(),
                expected_bucket_owner: self.owner.clone(),
            });
            changes.push(Change::new(call, reason));
        }
        let first = changes.len().checked_sub(1);
        let blocked = observed.and_then(|observed| observed.public_access_block);
        if self.block_public_access && blocked != Some(PublicAccessBlockConfiguration::ALL) {
            let call = S3::PutPublicAccessBlock(PutPublicAccessBlock {
                bucket: self.name.clone(),
                public_access_block_configuration: PublicAccessBlockConfiguration::ALL,
                expected_bucket_owner: self.owner.clone(),
            });
            changes.push(Change::new(call, "public access is not blocked").ungated());
        }
        if observed.is_none() && !self.tags.is_empty() {
            let call = S3::PutBucketTagging(PutBucketTagging {
                bucket: self.name.clone(),
                tagging: Tagging {
                    tag_set: self.tags.clone(),
                },
                expected_bucket_owner: self.owner.clone(),
            });
            changes.push(Change::new(call, "tag the bucket").ungated());
        }
        let mut changes = chained(changes);
        let settings = self.change_settings(observed.map(|observed| &observed.settings));
        changes.extend(settings.map(|change| change.ungated().after(first)));
        changes
    }
}

impl Bucket {
    /// Its policy with our statements, where it lacks any.
    fn merged(&self, observed: Option<&BucketState>) -> Option<Policy> {
        let policy = observed.and_then(|observed| observed.policy.as_ref());
        merged(policy, &self.statements)
    }

    fn create(&self) -> Change {
        // us-east-1 is the one region that must not be named.
        let location = (self.region != "us-east-1").then(|| CreateBucketConfiguration {
            location_constraint: self.region.clone(),
        });
        let call = S3::CreateBucket(CreateBucket {
            bucket: self.name.clone(),
            create_bucket_configuration: location,
            object_lock_enabled_for_bucket: self.settings.retention.as_ref().map(|_| true),
        });
        Change::new(call, "bucket is missing")
    }

    fn lacking(&self, state: &BucketState) -> String {
        let all = || self.statements.iter().map(Statement::sid).collect();
        let policy = state.policy.as_ref();
        let lacking: Vec<&str> = policy.map_or_else(all, |policy| policy.lacks(&self.statements));
        format!("bucket policy lacks {}", lacking.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn us_east_1_is_not_named_as_a_location() {
        let create = |region: &str| {
            let bucket = Bucket {
                name: "logs".into(),
                region: region.into(),
                ..Bucket::default()
            };
            serde_json::Value::Object(bucket.create().call.params())
        };
        insta::assert_snapshot!(create("us-east-1"), @r#"{"Bucket":"logs"}"#);
        insta::assert_snapshot!(create("eu-west-1"), @r#"{"Bucket":"logs","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}"#);
    }
}
