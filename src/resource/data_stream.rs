//! Data streams of Amazon Kinesis.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, chained, if_wanted, lacking_pairs, pairs};
use crate::aws::Reader;
use crate::aws::read::DataStream as Description;
use crate::call::kinesis::{
    AddTagsToStream, CreateStream, DecreaseStreamRetentionPeriod, DeleteStream,
    DescribeStreamSummary, IncreaseStreamRetentionPeriod, Kinesis, KinesisRead,
    StartStreamEncryption, StreamModeDetails, UpdateShardCount, UpdateStreamMode,
};
use crate::call::passing::{MINUTES, NONE, Wait, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Tag};
use crate::error::{CallError, Error, Result};
use crate::plan::Ready;

/// Data streams.
pub static KIND: Kind = Kind {
    reads: &["DescribeStreamSummary"],
    tag_reads: &["ListTagsForStream"],
    changes: &[
        "CreateStream",
        "IncreaseStreamRetentionPeriod",
        "DecreaseStreamRetentionPeriod",
        "StartStreamEncryption",
        "UpdateStreamMode",
        "UpdateShardCount",
        "AddTagsToStream",
    ],
    removals: &["DeleteStream"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("data-stream", "kinesis")
};

/// How long a stream may take to become active.
const LONG: Duration = Duration::from_secs(600);

/// The same when its number of shards changes.
const RESHARDING: Duration = Duration::from_secs(3_600);

/// Kinesis takes one change of a stream at a time, and creates and deletes five streams of an account at a time.
#[rustfmt::skip]
const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["CreateStream"], &["ResourceInUseException"],
        after(MINUTES, MINUTES, &[Here("kinesis:DeleteStream")])),
    Rule::of(&["IncreaseStreamRetentionPeriod", "DecreaseStreamRetentionPeriod", "StartStreamEncryption",
        "UpdateStreamMode", "UpdateShardCount", "AddTagsToStream", "DeleteStream"], &["ResourceInUseException"],
        always(LONG)),
    Rule::of(&["IncreaseStreamRetentionPeriod", "StartStreamEncryption"], &["ResourceNotFoundException"],
        after(MINUTES, NONE, &[Here("kinesis:CreateStream")])),
    Rule::of(&["CreateStream", "DeleteStream"], &["LimitExceededException"],
        always(MINUTES)),
];

#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["DeleteStream"], &["ResourceNotFoundException"], Proof::Done),
    Rule::of(&["CreateStream"], &["ResourceInUseException"], Proof::IfFound),
];

/// How many hours a stream keeps records unless it is told otherwise.
///
/// <https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html>
const AWS_DEFAULT_HOURS: i32 = 24;

/// The key of an account that AWS manages for Kinesis: using it takes no permission.
const AWS_KEY: &str = "alias/aws/kinesis";

/// A data stream. What is not set here stays as observed.
#[derive(Clone, Debug)]
pub struct DataStream {
    /// The stream's name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its ARN.
    pub arn: String,
    /// How many shards it has; a new stream without a number scales on demand.
    pub shards: Option<i32>,
    /// How many hours it keeps records.
    pub retention_hours: Option<i32>,
    /// The same of a new stream.
    pub new_retention_hours: i32,
    /// Tags it must have, among others.
    pub tags: Vec<Tag>,
}

/// A data stream as it exists.
#[derive(Clone, Debug, Default)]
pub struct DataStreamState {
    /// How AWS describes it.
    pub description: Description,
    /// Its tags, when they were read.
    pub tags: BTreeMap<String, String>,
}

impl Resource for DataStream {
    type Observed = DataStreamState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    /// IAM lists keys of AWS KMS as required for `StartStreamEncryption`, whatever the key.
    ///
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisdatastreams.html>
    fn arns(&self) -> Vec<String> {
        let parts: Vec<&str> = self.arn.splitn(6, ':').collect();
        let keys = match parts.as_slice() {
            [arn, partition, _, region, account, _] => {
                Some(format!("{arn}:{partition}:kms:{region}:{account}:key/*"))
            }
            _ => None,
        };
        std::iter::once(self.arn.clone()).chain(keys).collect()
    }

    async fn read(&self, reader: &Reader) -> Result<Option<DataStreamState>, CallError> {
        let tags = reader.data_stream_tags(&self.region, &self.name);
        let (description, tags) = tokio::try_join!(
            reader.data_stream(&self.region, &self.name),
            if_wanted(!self.tags.is_empty(), tags)
        )?;
        Ok(description.map(|description| DataStreamState { description, tags }))
    }

    /// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html>
    fn refusal(&self, observed: Option<&DataStreamState>) -> Result<()> {
        let found = observed.map(|found| &found.description);
        let found = found.filter(|found| has_shards(found));
        let (Some(found), Some(wanted)) = (found, self.shards) else {
            return Ok(());
        };
        let (least, most) = ((found.shards + 1) / 2, found.shards * 2);
        if (least..=most).contains(&wanted) {
            return Ok(());
        }
        let message = format!(
            "the data stream {} cannot have {wanted} shards: it has {}, and Kinesis takes {least} to {most} in one step",
            self.name, found.shards
        );
        let hint = format!("give --shards {least} to {most}, then run it again");
        Err(Error::failed(message).hint(hint))
    }

    fn is_own(&self, observed: &DataStreamState) -> bool {
        observed.description.status != "DELETING"
    }

    fn changes(&self, observed: Option<&DataStreamState>) -> Vec<Change> {
        let found = observed.filter(|found| found.description.status != "DELETING");
        let Some(DataStreamState { description, tags }) = found else {
            let creation = self.change(self.create(), "data stream is missing".to_owned());
            let settings = self.settings(&Description {
                retention_hours: AWS_DEFAULT_HOURS,
                ..Description::default()
            });
            return chained(std::iter::once(creation).chain(settings).collect());
        };
        let mut changes = self.capacity(description);
        changes.extend(self.settings(description));
        let mut changes = chained(changes);
        if let Some((tags, reason)) = lacking_pairs(&self.tags, tags) {
            let call = Kinesis::AddTagsToStream(AddTagsToStream {
                stream_name: self.name.clone(),
                tags,
            });
            changes.push(Change::new(call, reason).aside());
        }
        changes
    }

    fn removal(&self, observed: &DataStreamState) -> Removal {
        match observed.description.status.as_str() {
            "DELETING" => Removal::default(),
            _ => Removal::by(Kinesis::DeleteStream(DeleteStream {
                stream_name: self.name.clone(),
            })),
        }
    }

    fn facts(&self, observed: &DataStreamState) -> Vec<Fact> {
        let description = &observed.description;
        vec![
            ("status", json!(description.status)),
            ("mode", json!(description.mode)),
            ("shards", json!(description.shards)),
            ("retention_hours", json!(description.retention_hours)),
            ("key", json!(description.key)),
        ]
    }
}

impl DataStream {
    fn create(&self) -> Kinesis {
        let mode = self.shards.map_or("ON_DEMAND", |_| "PROVISIONED");
        Kinesis::CreateStream(CreateStream {
            stream_name: self.name.clone(),
            shard_count: self.shards,
            stream_mode_details: Some(mode_details(mode)),
            tags: pairs(&self.tags),
        })
    }

    /// What gives it the number of shards that an option states.
    fn capacity(&self, found: &Description) -> Vec<Change> {
        let Some(shards) = self.shards.filter(|_| has_shards(found)) else {
            return Vec::new();
        };
        let mut changes = Vec::new();
        if found.mode != "PROVISIONED" {
            let call = Kinesis::UpdateStreamMode(UpdateStreamMode {
                stream_arn: self.arn.clone(),
                stream_mode_details: mode_details("PROVISIONED"),
            });
            changes.push(self.change(call, format!("mode is {}", found.mode)));
        }
        if found.shards != shards {
            let call = Kinesis::UpdateShardCount(UpdateShardCount {
                stream_name: self.name.clone(),
                target_shard_count: shards,
                scaling_type: "UNIFORM_SCALING".to_owned(),
            });
            let change = self.change(call, format!("{} shards", found.shards));
            changes.push(taking(RESHARDING, change));
        }
        changes
    }

    /// What sets retention and encryption, which a stream cannot be created with.
    fn settings(&self, found: &Description) -> Vec<Change> {
        let mut changes = Vec::new();
        // Encryption comes last: without it, an interrupted run left what AWS sets.
        let is_new = found.retention_hours == AWS_DEFAULT_HOURS && found.key.is_none();
        let default = is_new.then_some(self.new_retention_hours);
        let wanted = self.retention_hours.or(default);
        if let Some(retention_period_hours) = wanted.filter(|hours| *hours != found.retention_hours)
        {
            let stream_name = self.name.clone();
            let call = match retention_period_hours > found.retention_hours {
                true => Kinesis::IncreaseStreamRetentionPeriod(IncreaseStreamRetentionPeriod {
                    stream_name,
                    retention_period_hours,
                }),
                false => Kinesis::DecreaseStreamRetentionPeriod(DecreaseStreamRetentionPeriod {
                    stream_name,
                    retention_period_hours,
                }),
            };
            let reason = format!("records are kept for {} hours", found.retention_hours);
            changes.push(self.change(call, reason));
        }
        if found.key.is_none() {
            let call = Kinesis::StartStreamEncryption(StartStreamEncryption {
                stream_name: self.name.clone(),
                encryption_type: "KMS".to_owned(),
                key_id: AWS_KEY.to_owned(),
            });
            changes.push(self.change(call, "records are not encrypted".to_owned()));
        }
        changes
    }

    /// A change, after which the stream must become active again.
    fn change(&self, call: Kinesis, reason: String) -> Change {
        let ready = Ready {
            read: KinesisRead::DescribeStreamSummary(DescribeStreamSummary {
                stream_name: self.name.clone(),
            })
            .into(),
            state: "StreamDescriptionSummary.StreamStatus",
            ready: &["ACTIVE"],
            failed: &["DELETING"],
            reason: None,
            before: None,
            progress: "status {StreamDescriptionSummary.StreamStatus}",
            done: "status ACTIVE".to_owned(),
            shown_within: MINUTES,
            within: LONG,
        };
        Change {
            ready: Some(ready),
            ..Change::new(call, reason)
        }
    }
}

/// Whether the stream has the shards that are described. One that is being created shows none yet.
fn has_shards(found: &Description) -> bool {
    matches!(found.status.as_str(), "ACTIVE" | "UPDATING")
}

/// The same change, which may take so long.
fn taking(within: Duration, change: Change) -> Change {
    Change {
        ready: change.ready.map(|ready| Ready { within, ..ready }),
        ..change
    }
}

fn mode_details(mode: &str) -> StreamModeDetails {
    StreamModeDetails {
        stream_mode: mode.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> DataStream {
        DataStream {
            name: "p-central".to_owned(),
            region: "us-west-2".to_owned(),
            arn: "arn:aws:kinesis:us-west-2:123456789012:stream/p-central".to_owned(),
            shards: None,
            retention_hours: None,
            new_retention_hours: 168,
            tags: Vec::new(),
        }
    }

    fn found() -> Description {
        Description {
            status: "ACTIVE".to_owned(),
            mode: "ON_DEMAND".to_owned(),
            shards: 4,
            retention_hours: 168,
            key: Some(AWS_KEY.to_owned()),
        }
    }

    fn listed(wanted: &DataStream, found: Option<Description>) -> String {
        let state = found.map(|description| DataStreamState {
            description,
            ..DataStreamState::default()
        });
        let changes = wanted.changes(state.as_ref()).into_iter();
        let lines = changes.map(|change| {
            let params = serde_json::Value::Object(change.call.params());
            format!("{}: {} {params}", change.call.operation(), change.reason)
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_new_stream_scales_on_demand_keeps_records_and_encrypts_them() {
        insta::assert_snapshot!(listed(&wanted(), None), @r#"
        CreateStream: data stream is missing {"StreamName":"p-central","StreamModeDetails":{"StreamMode":"ON_DEMAND"}}
        IncreaseStreamRetentionPeriod: records are kept for 24 hours {"StreamName":"p-central","RetentionPeriodHours":168}
        StartStreamEncryption: records are not encrypted {"StreamName":"p-central","EncryptionType":"KMS","KeyId":"alias/aws/kinesis"}
        "#);
    }

    #[test]
    fn one_with_aws_defaults_gets_what_is_missing() {
        assert_eq!(listed(&wanted(), Some(found())), "");
        let new = Description {
            retention_hours: 24,
            key: None,
            ..found()
        };
        insta::assert_snapshot!(listed(&wanted(), Some(new)), @r#"
        IncreaseStreamRetentionPeriod: records are kept for 24 hours {"StreamName":"p-central","RetentionPeriodHours":168}
        StartStreamEncryption: records are not encrypted {"StreamName":"p-central","EncryptionType":"KMS","KeyId":"alias/aws/kinesis"}
        "#);
    }

    /// As an interrupted run leaves it.
    #[test]
    fn one_that_is_being_created_has_the_shards_that_it_was_asked_for() {
        let options = DataStream {
            shards: Some(2),
            ..wanted()
        };
        for status in ["CREATING", "DELETING"] {
            let state = DataStreamState {
                description: Description {
                    status: status.to_owned(),
                    shards: 0,
                    ..found()
                },
                ..DataStreamState::default()
            };
            options.refusal(Some(&state)).expect("no refusal");
            let changes = options.changes(Some(&state)).into_iter();
            let mut changes = changes.map(|change| change.call.operation());
            assert!(!changes.any(|operation| operation.starts_with("Update")));
        }
    }

    #[test]
    fn an_option_changes_retention_and_capacity() {
        let options = DataStream {
            shards: Some(2),
            retention_hours: Some(48),
            ..wanted()
        };
        insta::assert_snapshot!(listed(&options, Some(found())), @r#"
        UpdateStreamMode: mode is ON_DEMAND {"StreamARN":"arn:aws:kinesis:us-west-2:123456789012:stream/p-central","StreamModeDetails":{"StreamMode":"PROVISIONED"}}
        UpdateShardCount: 4 shards {"StreamName":"p-central","TargetShardCount":2,"ScalingType":"UNIFORM_SCALING"}
        DecreaseStreamRetentionPeriod: records are kept for 168 hours {"StreamName":"p-central","RetentionPeriodHours":48}
        "#);
    }
}
