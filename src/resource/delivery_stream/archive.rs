//! Delivery streams that read the records of CloudWatch Logs from a data stream, and archive them in S3.
//!
//! They decompress the records, and end each with a newline: a line of an object is what CloudWatch Logs sent, with
//! account, log group, and many events. Extracting the messages would drop the account and the group.
//! <https://docs.aws.amazon.com/firehose/latest/dev/writing-with-cloudwatch-logs-decompression.html>

use serde_json::json;

use super::calls::{based_on, logging, processor, reading};
use super::delivers::{self, Delivers, LATER};
use super::{DeliveryStreamState, KIND, LOG_STREAMS, read, removal};
use crate::aws::Reader;
use crate::aws::read::DeliveryStream as Description;
use crate::call::Tag;
use crate::call::firehose::{
    BufferingHints, CreateDeliveryStream, ExtendedS3DestinationConfiguration,
    ExtendedS3DestinationUpdate, Firehose, ProcessingConfiguration, UpdateDestination,
};
use crate::error::{CallError, Result};
use crate::resource::{Change, Fact, Id, Removal, Resource};

/// The processors: decompression, and a newline behind each record.
const PROCESSORS: [&str; 2] = ["Decompression", "AppendDelimiterToRecord"];

/// Seconds and MiB that a stream buffers: AWS's defaults, which make objects of a useful size.
///
/// <https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html>
const BUFFER: (i32, i32) = (300, 5);

/// A delivery stream from a data stream to a bucket.
#[derive(Clone, Debug)]
pub struct ArchiveStream {
    /// The stream's name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its ARN.
    pub arn: String,
    /// ARN of the data stream.
    pub source_arn: String,
    /// ARN of the role that Firehose works as.
    pub role_arn: String,
    /// ARN of the bucket.
    pub bucket_arn: String,
    /// The log group of delivery errors.
    pub log_group: String,
    /// Whether a stream that cannot be updated is replaced.
    pub replace: bool,
    /// Tags it must have, among others.
    pub tags: Vec<Tag>,
}

impl Resource for ArchiveStream {
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
        delivers::check(self, observed)
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
        if let Some((source, _)) = &description.reads {
            facts.push(("source", json!(source)));
        }
        if let Some(found) = &description.archive {
            facts.push(("bucket", json!(found.bucket)));
        }
        let failure = description.failure.as_ref();
        facts.extend(failure.map(|why| ("failure", json!(why))));
        facts
    }
}

impl Delivers for ArchiveStream {
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
        false
    }

    fn replacement(&self) -> &'static str {
        LATER
    }

    fn obstacle(&self, found: &Description) -> Option<String> {
        let source = (self.source_arn.clone(), self.role_arn.clone());
        let Some(archive) = &found.archive else {
            return Some("it does not deliver to S3".to_owned());
        };
        if found.reads.as_ref() != Some(&source) {
            Some("it does not read the data stream by the role".to_owned())
        } else if archive.processors.first().map(String::as_str) != Some(PROCESSORS[0]) {
            Some("it does not decompress the records".to_owned())
        } else {
            None
        }
    }

    fn differences(&self, found: &Description) -> Vec<&'static str> {
        let Some(found) = &found.archive else {
            return Vec::new();
        };
        let [prefix, error_output_prefix] = prefixes();
        let log = Some((self.log_group.clone(), LOG_STREAMS[0].to_owned()));
        let parts = [
            ("role differs", found.role == self.role_arn),
            ("bucket differs", found.bucket == self.bucket_arn),
            (
                "prefixes differ",
                found.prefixes == (Some(prefix), Some(error_output_prefix)),
            ),
            ("records are not lines", found.processors == PROCESSORS),
            ("objects are not compressed", found.compression == "GZIP"),
            ("errors are not logged", found.log == log),
        ];
        let differing = parts.into_iter().filter(|(_, is_same)| !is_same);
        differing.map(|(words, _)| words).collect()
    }

    fn create(&self, _: Option<&DeliveryStreamState>) -> CreateDeliveryStream {
        let [prefix, error_output_prefix] = prefixes();
        CreateDeliveryStream {
            delivery_stream_name: self.name.clone(),
            delivery_stream_type: "KinesisStreamAsSource".to_owned(),
            kinesis_stream_source_configuration: Some(reading(&self.source_arn, &self.role_arn)),
            extended_s3_destination_configuration: Some(ExtendedS3DestinationConfiguration {
                role_arn: self.role_arn.clone(),
                bucket_arn: self.bucket_arn.clone(),
                prefix: Some(prefix),
                error_output_prefix: Some(error_output_prefix),
                buffering_hints: Some(BufferingHints {
                    interval_in_seconds: Some(BUFFER.0),
                    size_in_mbs: Some(BUFFER.1),
                }),
                compression_format: Some("GZIP".to_owned()),
                cloud_watch_logging_options: Some(logging(&self.log_group, LOG_STREAMS[0])),
                processing_configuration: Some(processing()),
            }),
            tags: self.tags.clone(),
            ..CreateDeliveryStream::default()
        }
    }

    /// All that can differ. Firehose keeps what is not sent.
    fn update(&self, found: &Description) -> Option<Firehose> {
        let [prefix, error_output_prefix] = prefixes();
        let archive = found.archive.as_ref()?;
        // One page says that defaults replace what is not sent.
        let buffering_hints = Some(BufferingHints {
            interval_in_seconds: archive.buffer_seconds,
            size_in_mbs: archive.buffer_mib,
        });
        Some(Firehose::UpdateDestination(UpdateDestination {
            extended_s3_destination_update: Some(ExtendedS3DestinationUpdate {
                role_arn: Some(self.role_arn.clone()),
                bucket_arn: Some(self.bucket_arn.clone()),
                prefix: Some(prefix),
                error_output_prefix: Some(error_output_prefix),
                buffering_hints,
                compression_format: Some("GZIP".to_owned()),
                cloud_watch_logging_options: Some(logging(&self.log_group, LOG_STREAMS[0])),
                processing_configuration: Some(processing()),
            }),
            ..based_on(&self.name, found)
        }))
    }
}

fn processing() -> ProcessingConfiguration {
    ProcessingConfiguration {
        enabled: Some(true),
        processors: vec![
            processor(PROCESSORS[0], &[("CompressionFormat", "GZIP")]),
            processor(PROCESSORS[1], &[]),
        ],
    }
}

/// What the keys of objects begin with, and those of failed records: one folder a day, by the time of arrival.
///
/// <https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html>
fn prefixes() -> [String; 2] {
    [
        "logs/!{timestamp:yyyy/MM/dd}/".to_owned(),
        "failed/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/".to_owned(),
    ]
}
