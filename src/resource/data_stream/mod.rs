//! Data streams of Amazon Kinesis.

mod calls;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, chained, if_wanted, lacking_pairs};
use crate::aws::Reader;
use crate::aws::read::DataStream as Description;
use crate::call::kinesis::{AddTagsToStream, DeleteStream, Kinesis};
use crate::call::passing::{MINUTES, NONE, Wait, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Tag};
use crate::error::{CallError, Error, Result};
use calls::{AWS_DEFAULT_HOURS, has_shards};

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

#[cfg(test)]
mod tests {
    use super::calls::AWS_KEY;
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
