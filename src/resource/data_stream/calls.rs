//! What creates a data stream, and changes it: one change at a time, after which it must become active again.

use std::time::Duration;

use super::{DataStream, LONG};
use crate::aws::read::DataStream as Description;
use crate::call::kinesis::{
    CreateStream, DecreaseStreamRetentionPeriod, DescribeStreamSummary,
    IncreaseStreamRetentionPeriod, Kinesis, KinesisRead, StartStreamEncryption, StreamModeDetails,
    UpdateShardCount, UpdateStreamMode,
};
use crate::call::passing::MINUTES;
use crate::plan::Ready;
use crate::resource::{Change, pairs};

/// How many hours a stream keeps records unless it is told otherwise.
///
/// <https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html>
pub(super) const AWS_DEFAULT_HOURS: i32 = 24;

/// The key of an account that AWS manages for Kinesis: using it takes no permission.
pub(super) const AWS_KEY: &str = "alias/aws/kinesis";

/// How long a change of the number of shards may take.
const RESHARDING: Duration = Duration::from_secs(3_600);

impl DataStream {
    pub(super) fn create(&self) -> Kinesis {
        let mode = self.shards.map_or("ON_DEMAND", |_| "PROVISIONED");
        Kinesis::CreateStream(CreateStream {
            stream_name: self.name.clone(),
            shard_count: self.shards,
            stream_mode_details: Some(mode_details(mode)),
            tags: pairs(&self.tags),
        })
    }

    /// What gives it the number of shards that an option states.
    pub(super) fn capacity(&self, found: &Description) -> Vec<Change> {
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
    pub(super) fn settings(&self, found: &Description) -> Vec<Change> {
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
    pub(super) fn change(&self, call: Kinesis, reason: String) -> Change {
        let ready = Ready {
            read: KinesisRead::DescribeStreamSummary(DescribeStreamSummary {
                stream_name: self.name.clone(),
            })
            .into(),
            state: "StreamDescriptionSummary.StreamStatus",
            ready: &["ACTIVE"],
            failed: &["DELETING"],
            code: None,
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
pub(super) fn has_shards(found: &Description) -> bool {
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
