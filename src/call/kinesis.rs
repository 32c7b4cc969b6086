//! Requests to Amazon Kinesis Data Streams:
//! <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html>.

use std::collections::BTreeMap;

use super::definition::define;

macro_rules! kinesis {
    ($each:ident) => {
        $each! {
            /// A change of a data stream. Each but the first and the last takes a stream whose status is `ACTIVE`.
            Kinesis: Call, kinesis, "PascalCase";
            operations {
                /// Creates a stream that keeps records for 24 hours. It takes no records before its status is `ACTIVE`.
                CreateStream {
                    /// 1–128 of `[a-zA-Z0-9_.-]`.
                    stream_name: String,
                    /// For the mode `PROVISIONED` only.
                    shard_count: Option<i32>,
                    stream_mode_details: Option<StreamModeDetails>,
                    tags: BTreeMap<String, String>,
                }
                IncreaseStreamRetentionPeriod {
                    stream_name: String,
                    /// 24–8760.
                    retention_period_hours: i32,
                }
                /// Deletes the records that are older than the new period.
                DecreaseStreamRetentionPeriod {
                    stream_name: String,
                    /// 24–8760.
                    retention_period_hours: i32,
                }
                /// Encrypts the records that arrive from now on.
                StartStreamEncryption {
                    stream_name: String,
                    /// `KMS`.
                    encryption_type: String,
                    /// `alias/aws/kinesis`, or ARN of a key.
                    key_id: String,
                }
                /// At most twice in 24 hours.
                UpdateStreamMode {
                    stream_arn as "StreamARN": String,
                    stream_mode_details: StreamModeDetails,
                }
                /// At most ten times in 24 hours, and at most to the double or the half.
                UpdateShardCount {
                    stream_name: String,
                    target_shard_count: i32,
                    /// `UNIFORM_SCALING`.
                    scaling_type: String,
                }
                AddTagsToStream {
                    stream_name: String,
                    tags: BTreeMap<String, String>,
                }
                /// Deletes a stream with its records.
                DeleteStream {
                    stream_name: String,
                }
            }
            structures {
                StreamModeDetails {
                    /// `ON_DEMAND` or `PROVISIONED`.
                    stream_mode: String,
                }
            }
        }
    };
}
pub(crate) use kinesis;

kinesis!(define);

macro_rules! kinesis_read {
    ($each:ident) => {
        $each! {
            /// A read of a data stream.
            KinesisRead: Read, kinesis, "PascalCase";
            operations {
                DescribeStreamSummary {
                    stream_name: String,
                } -> { StreamDescriptionSummary.StreamStatus }
            }
            structures {}
        }
    };
}
pub(crate) use kinesis_read;

kinesis_read!(define);
