//! Delivery streams of Amazon Data Firehose that take the records of CloudWatch Logs, unpack them, and deliver the
//! events to Splunk's HTTP Event Collector.
//!
//! <https://docs.aws.amazon.com/firehose/latest/dev/writing-with-cloudwatch-logs.html>. A Lambda function unpacks, or the
//! stream itself. A function can be added to any stream; unpacking by the stream itself can be added to an existing one
//! only by a detour (<https://docs.aws.amazon.com/firehose/latest/dev/enabling-decompression-existing-stream-console.html>),
//! so a stream without it is replaced.

pub mod archive;
mod calls;
mod delivers;
mod replacement;
pub mod search;

pub use calls::LOG_STREAMS;
use calls::deletion;
use delivers::{Delivers, LATER};

use std::time::Duration;

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, if_wanted, lacking};
use crate::aws::Reader;
use crate::aws::read::{DeliveryStream as Description, Hidden, Splunk};
use crate::call::firehose::{
    CreateDeliveryStream, DeliveryStreamEncryptionConfigurationInput, Firehose,
    StartDeliveryStreamEncryption, TagDeliveryStream,
};
use crate::call::passing::{MINUTES, NONE, Wait, Write::Anywhere, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Source, Tag};
use crate::error::{CallError, Result};

/// Delivery streams.
pub static KIND: Kind = Kind {
    reads: &["DescribeDeliveryStream"],
    tag_reads: &["ListTagsForDeliveryStream"],
    changes: &[
        "CreateDeliveryStream",
        "UpdateDestination",
        "StartDeliveryStreamEncryption",
        "TagDeliveryStream",
        "DeleteDeliveryStream",
    ],
    removals: &["DeleteDeliveryStream"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("delivery-stream", "firehose")
};

/// How long Firehose may take to create or delete a stream.
const LONG: Duration = Duration::from_secs(1_800);

/// Firehose answers `InvalidArgumentException` as long as it cannot assume a new role, and `ResourceInUseException` as
/// long as a stream is being created or deleted.
#[rustfmt::skip]
const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["CreateDeliveryStream", "UpdateDestination"], &["InvalidArgumentException"],
        after(MINUTES, NONE, &[Anywhere("iam:CreateRole"), Anywhere("iam:UpdateAssumeRolePolicy"),
            Anywhere("iam:PutRolePolicy")])),
    Rule::of(&["CreateDeliveryStream"], &["ResourceInUseException"],
        after(LONG, MINUTES, &[Here("firehose:DeleteDeliveryStream")])),
    Rule::of(&["UpdateDestination", "StartDeliveryStreamEncryption", "TagDeliveryStream", "DeleteDeliveryStream"],
        &["ResourceInUseException"],
        always(LONG)),
];

#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["DeleteDeliveryStream"], &["ResourceNotFoundException"], Proof::Done),
    Rule::of(&["CreateDeliveryStream"], &["ResourceInUseException"], Proof::IfFound),
];

/// The processors that unpack what CloudWatch Logs sends.
const PROCESSORS: [&str; 2] = ["Decompression", "CloudWatchLogProcessing"];

/// The version of a function that Firehose invokes, as the end of the ARN.
pub const LATEST: &str = ":$LATEST";

/// A delivery stream. What is not set here stays as observed.
#[derive(Clone, Debug)]
pub struct DeliveryStream {
    /// The stream's name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its ARN.
    pub arn: String,
    /// ARN of the data stream that it reads; nothing if CloudWatch Logs sends to the stream itself.
    pub source_arn: Option<String>,
    /// `https://<host>:<port>`.
    pub endpoint: Option<String>,
    /// `Raw` or `Event`.
    pub endpoint_type: String,
    /// ARN of the Lambda function that unpacks, with [`LATEST`]; nothing if the stream itself does.
    pub function_arn: Option<String>,
    /// The collector's token.
    pub token: Option<Token>,
    /// How it delivers.
    pub tuning: Tuning,
    /// ARN of the role that Firehose works as.
    pub role_arn: String,
    /// ARN of the backup bucket.
    pub bucket_arn: String,
    /// The log group of delivery errors.
    pub log_group: String,
    /// Whether a stream that cannot be updated is replaced.
    pub replace: bool,
    /// Tags it must have, among others.
    pub tags: Vec<Tag>,
}

/// Where the collector's token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// In AWS Secrets Manager, under this ARN; Firehose reads it.
    Secret(String),
    /// In the stream; it is read from here when the stream is created or updated.
    Given(Source, Hidden),
}

/// How a stream delivers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tuning {
    /// Seconds to wait for an acknowledgment, 180–600.
    pub ack_timeout: Option<i32>,
    /// Seconds to retry, 0–7200.
    pub retry: Option<i32>,
    /// Seconds to buffer, 0–60.
    pub buffer_seconds: Option<i32>,
    /// MiB to buffer, 1–5.
    pub buffer_mib: Option<i32>,
    /// Whether all events are backed up, or only those that failed.
    pub backs_up_all: Option<bool>,
}

/// A delivery stream as it exists.
#[derive(Clone, Debug, Default)]
pub struct DeliveryStreamState {
    /// How AWS describes it.
    pub description: Description,
    /// Its tags, when they were read.
    pub tags: Vec<Tag>,
}

impl Resource for DeliveryStream {
    type Observed = DeliveryStreamState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    fn passed_role(&self) -> Option<(String, &'static str)> {
        Some((self.role_arn.clone(), "firehose.amazonaws.com"))
    }

    async fn read(&self, reader: &Reader) -> Result<Option<DeliveryStreamState>, CallError> {
        read(reader, self.id(), &self.tags).await
    }

    fn is_own(&self, observed: &DeliveryStreamState) -> bool {
        delivers::is_own(self, &observed.description)
    }

    fn refusal(&self, observed: Option<&DeliveryStreamState>) -> Result<()> {
        delivers::check(self, observed)?;
        match delivers::is_created(self, observed) {
            true => self.check_creation(observed),
            false => Ok(()),
        }
    }

    fn changes(&self, observed: Option<&DeliveryStreamState>) -> Vec<Change> {
        delivers::changes(self, observed)
    }

    fn removal(&self, observed: &DeliveryStreamState) -> Removal {
        removal(&self.name, observed)
    }

    fn facts(&self, observed: &DeliveryStreamState) -> Vec<Fact> {
        let description = &observed.description;
        let mut facts = vec![("status", json!(description.status))];
        if let Some(splunk) = &description.splunk {
            let token = match (&splunk.secret, &splunk.token) {
                (Some(arn), _) => json!(arn),
                (None, Some(_)) => json!("in the stream"),
                (None, None) => json!(null),
            };
            let function = splunk.function.as_deref();
            let function = function.map(|arn| arn.trim_end_matches(LATEST));
            facts.extend([
                ("endpoint", json!(splunk.endpoint)),
                ("endpoint_type", json!(splunk.endpoint_type)),
                ("function", json!(function)),
                ("token", token),
                ("backup", json!(splunk.backup)),
                ("bucket", json!(splunk.bucket)),
            ]);
        }
        facts.extend(
            description
                .failure
                .as_ref()
                .map(|why| ("failure", json!(why))),
        );
        facts
    }
}

impl Delivers for DeliveryStream {
    fn name(&self) -> &str {
        &self.name
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }

    fn is_replaced(&self) -> bool {
        self.replace
    }

    fn encrypts(&self) -> bool {
        self.source_arn.is_none()
    }

    fn replacement(&self) -> &'static str {
        match self.source_arn {
            None => {
                "deletes it, with what it has not delivered, and creates it again; CloudWatch Logs retries for up to 24 hours what it cannot send meanwhile"
            }
            Some(_) => LATER,
        }
    }

    fn obstacle(&self, found: &Description) -> Option<String> {
        self.obstacle_to_update(found)
    }

    fn create(&self, old: Option<&DeliveryStreamState>) -> CreateDeliveryStream {
        self.replacing(old).creation()
    }

    fn update(&self, found: &Description) -> Option<Firehose> {
        Some(self.update_of(found, found.splunk.as_ref()?))
    }

    fn differences(&self, found: &Description) -> Vec<&'static str> {
        let Some(found) = &found.splunk else {
            return Vec::new();
        };
        let tuning = &self.tuning;
        let is = |wanted: Option<i32>, found: Option<i32>| wanted.is_none() || wanted == found;
        let backs_up_all = found.backup.as_deref() == Some("AllEvents");
        let parts = [
            (
                "endpoint differs",
                self.endpoint
                    .iter()
                    .all(|wanted| same_endpoint(wanted, &found.endpoint)),
            ),
            (
                "endpoint type differs",
                found.endpoint_type == self.endpoint_type,
            ),
            (
                "function does not transform the records",
                self.is_processed(found),
            ),
            ("token differs", self.has_token(found)),
            (
                "acknowledgment timeout differs",
                is(tuning.ack_timeout, found.ack_timeout),
            ),
            ("retry duration differs", is(tuning.retry, found.retry)),
            (
                "buffering differs",
                is(tuning.buffer_seconds, found.buffer_seconds)
                    && is(tuning.buffer_mib, found.buffer_mib),
            ),
            (
                "failed events only are backed up",
                tuning.backs_up_all != Some(true) || backs_up_all,
            ),
            ("role differs", found.role == self.role_arn),
            ("backup differs", self.has_backup(found)),
            ("errors are not logged", self.is_logged(found)),
        ];
        let differing = parts.into_iter().filter(|(_, is_same)| !is_same);
        differing.map(|(words, _)| words).collect()
    }
}

impl DeliveryStream {
    /// Whether the stream uses the token. One that AWS masks may be it.
    fn has_token(&self, found: &Splunk) -> bool {
        match &self.token {
            None => true,
            Some(Token::Secret(arn)) => {
                found.secret.as_ref() == Some(arn)
                    && found.secret_role.as_ref() == Some(&self.role_arn)
            }
            Some(Token::Given(_, token)) => {
                let shown = found.token.as_ref();
                found.secret.is_none()
                    && shown.is_some_and(|shown| shown == token || shown.0.contains('*'))
            }
        }
    }
}

/// Reads a stream, and its tags if some are wanted.
async fn read(
    reader: &Reader,
    id: Id<'_>,
    wanted: &[Tag],
) -> Result<Option<DeliveryStreamState>, CallError> {
    let tags = reader.delivery_stream_tags(id.region, id.name);
    let (description, tags) = tokio::try_join!(
        reader.delivery_stream(id.region, id.name),
        if_wanted(!wanted.is_empty(), tags)
    )?;
    Ok(description.map(|description| DeliveryStreamState { description, tags }))
}

/// The encryption of records that wait in a stream, after the changes before it: Firehose takes one change of a stream at
/// a time.
fn encrypting(name: &str, found: &Description, before: usize) -> Option<Change> {
    let call = Firehose::StartDeliveryStreamEncryption(StartDeliveryStreamEncryption {
        delivery_stream_name: name.to_owned(),
        delivery_stream_encryption_configuration_input: Some(encryption()),
    });
    let change = Change::new(call, "waiting records are not encrypted");
    let change = change.ungated().after(before.checked_sub(1));
    (!found.is_encrypted).then_some(change)
}

/// The tags that a stream lacks.
fn tagging(name: &str, wanted: &[Tag], found: &[Tag]) -> Option<Change> {
    let (tags, reason) = lacking(wanted, found)?;
    let call = Firehose::TagDeliveryStream(TagDeliveryStream {
        delivery_stream_name: name.to_owned(),
        tags,
    });
    Some(Change::new(call, reason).aside())
}

/// What deletes a stream.
fn removal(name: &str, observed: &DeliveryStreamState) -> Removal {
    match observed.description.status.as_str() {
        "DELETING" => Removal::default(),
        _ => Removal::by(deletion(name)),
    }
}

/// A stream that Firehose failed to create or delete never delivers.
fn is_useless(status: &str) -> bool {
    matches!(status, "CREATING_FAILED" | "DELETING_FAILED" | "DELETING")
}

/// The same but for the port of HTTPS.
fn same_endpoint(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        text.trim_end_matches('/')
            .trim_end_matches(":443")
            .to_owned()
    };
    plain(one) == plain(other)
}

fn encryption() -> DeliveryStreamEncryptionConfigurationInput {
    DeliveryStreamEncryptionConfigurationInput {
        key_type: "AWS_OWNED_CMK".to_owned(),
    }
}
