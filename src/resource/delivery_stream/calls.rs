//! What creates and updates a delivery stream.

use super::{DeliveryStream, LATEST, LONG, PROCESSORS, Token, encryption};
use crate::aws::read::{DeliveryStream as Description, Splunk};
use crate::call::Text;
use crate::call::firehose::{
    CloudWatchLoggingOptions, CreateDeliveryStream, DeleteDeliveryStream, DescribeDeliveryStream,
    Firehose, FirehoseRead, KinesisStreamSourceConfiguration, ProcessingConfiguration, Processor,
    ProcessorParameter, S3DestinationConfiguration, S3DestinationUpdate,
    SecretsManagerConfiguration, SplunkBufferingHints, SplunkDestinationConfiguration,
    SplunkDestinationUpdate, SplunkRetryOptions, UpdateDestination,
};
use crate::call::passing::MINUTES;
use crate::plan::Ready;
use crate::resource::Change;

/// Seconds that Firehose waits for an acknowledgment of a new stream's records.
const ACK_TIMEOUT: i32 = 180;
/// Seconds that a new stream retries, before the records go to the backup bucket.
const RETRY: i32 = 3_600;
/// Seconds and MiB that a new stream buffers: the least that Firehose takes.
const BUFFER: (i32, i32) = (0, 1);

/// The log streams that Firehose logs to: errors of the destination, and of the backup.
pub const LOG_STREAMS: [&str; 2] = ["DestinationDelivery", "BackupDelivery"];

impl DeliveryStream {
    /// The creation.
    pub(super) fn creation(&self) -> CreateDeliveryStream {
        let tuning = &self.tuning;
        let (hec_token, secrets) = self.secret(None);
        let [prefix, error_output_prefix] = self.prefixes();
        let source = self
            .source_arn
            .as_deref()
            .map(|arn| reading(arn, &self.role_arn));
        CreateDeliveryStream {
            delivery_stream_name: self.name.clone(),
            delivery_stream_type: match source {
                None => "DirectPut".to_owned(),
                Some(_) => "KinesisStreamAsSource".to_owned(),
            },
            delivery_stream_encryption_configuration_input: match source {
                None => Some(encryption()),
                Some(_) => None,
            },
            kinesis_stream_source_configuration: source,
            splunk_destination_configuration: Some(SplunkDestinationConfiguration {
                hec_endpoint: self.endpoint.clone().unwrap_or_default(),
                hec_endpoint_type: self.endpoint_type.clone(),
                hec_token,
                hec_acknowledgment_timeout_in_seconds: tuning.ack_timeout.or(Some(ACK_TIMEOUT)),
                retry_options: Some(SplunkRetryOptions {
                    duration_in_seconds: tuning.retry.or(Some(RETRY)),
                }),
                buffering_hints: Some(self.buffering(None)),
                s3_backup_mode: Some(self.backup_mode().to_owned()),
                s3_configuration: Some(S3DestinationConfiguration {
                    role_arn: self.role_arn.clone(),
                    bucket_arn: self.bucket_arn.clone(),
                    prefix: Some(prefix),
                    error_output_prefix: Some(error_output_prefix),
                    compression_format: Some("GZIP".to_owned()),
                    cloud_watch_logging_options: Some(self.logging(1)),
                }),
                processing_configuration: Some(self.processing()),
                cloud_watch_logging_options: Some(self.logging(0)),
                secrets_manager_configuration: secrets,
            }),
            tags: self.tags.clone(),
            ..CreateDeliveryStream::default()
        }
    }

    /// The update of what differs. Firehose keeps what is not sent.
    pub(super) fn update_of(&self, found: &Description, splunk: &Splunk) -> Firehose {
        let tuning = &self.tuning;
        let (hec_token, secrets) = match self.has_token(splunk) {
            true => (None, None),
            false => self.secret(Some(splunk)),
        };
        let backup =
            !(self.has_backup(splunk) && self.is_logged(splunk) && splunk.role == self.role_arn);
        let [prefix, error_output_prefix] = self.prefixes();
        let retry = tuning.retry.map(|seconds| SplunkRetryOptions {
            duration_in_seconds: Some(seconds),
        });
        let backs_up_all = tuning.backs_up_all == Some(true);
        let other_type = splunk.endpoint_type != self.endpoint_type;
        let other_processing = !self.is_processed(splunk);
        Firehose::UpdateDestination(UpdateDestination {
            splunk_destination_update: Some(SplunkDestinationUpdate {
                hec_endpoint: self.endpoint.clone(),
                hec_endpoint_type: other_type.then(|| self.endpoint_type.clone()),
                hec_token,
                hec_acknowledgment_timeout_in_seconds: tuning.ack_timeout,
                retry_options: retry,
                // One page says that defaults replace what is not sent.
                buffering_hints: Some(self.buffering(Some(splunk))),
                s3_backup_mode: backs_up_all.then(|| self.backup_mode().to_owned()),
                s3_update: backup.then(|| S3DestinationUpdate {
                    role_arn: Some(self.role_arn.clone()),
                    bucket_arn: Some(self.bucket_arn.clone()),
                    prefix: Some(prefix),
                    error_output_prefix: Some(error_output_prefix),
                    compression_format: None,
                    cloud_watch_logging_options: Some(self.logging(1)),
                }),
                processing_configuration: other_processing.then(|| self.processing()),
                cloud_watch_logging_options: (!self.is_logged(splunk)).then(|| self.logging(0)),
                secrets_manager_configuration: secrets,
            }),
            ..based_on(&self.name, found)
        })
    }

    /// The token, and the secret that holds it: one of them is used.
    fn secret(
        &self,
        found: Option<&Splunk>,
    ) -> (Option<Text>, Option<SecretsManagerConfiguration>) {
        match &self.token {
            None => (None, None),
            Some(Token::Given(source, _)) => {
                let used = found.is_some_and(|found| found.secret.is_some());
                let unused = used.then(|| SecretsManagerConfiguration {
                    enabled: Some(false),
                    ..SecretsManagerConfiguration::default()
                });
                (Some(Text::Secret(source.clone())), unused)
            }
            Some(Token::Secret(arn)) => {
                let used = SecretsManagerConfiguration {
                    secret_arn: Some(arn.clone()),
                    role_arn: Some(self.role_arn.clone()),
                    enabled: Some(true),
                };
                (None, Some(used))
            }
        }
    }

    /// Both hints, which Firehose takes only together.
    fn buffering(&self, found: Option<&Splunk>) -> SplunkBufferingHints {
        let seconds = found.and_then(|found| found.buffer_seconds);
        let mib = found.and_then(|found| found.buffer_mib);
        SplunkBufferingHints {
            interval_in_seconds: self.tuning.buffer_seconds.or(seconds).or(Some(BUFFER.0)),
            size_in_mbs: self.tuning.buffer_mib.or(mib).or(Some(BUFFER.1)),
        }
    }

    fn backup_mode(&self) -> &'static str {
        match self.tuning.backs_up_all {
            Some(true) => "AllEvents",
            Some(false) | None => "FailedEventsOnly",
        }
    }

    /// What the keys of all objects begin with, and those of failed records: AWS would choose others.
    ///
    /// <https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html>
    fn prefixes(&self) -> [String; 2] {
        let name = &self.name;
        let failed = "failed/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/";
        [format!("{name}/all/"), format!("{name}/{failed}")]
    }

    pub(super) fn has_backup(&self, found: &Splunk) -> bool {
        let [prefix, error_output_prefix] = self.prefixes();
        let prefixes = (Some(prefix), Some(error_output_prefix));
        found.bucket == self.bucket_arn && found.prefixes == prefixes
    }

    pub(super) fn is_logged(&self, found: &Splunk) -> bool {
        let logs = [&found.log, &found.backup_log].into_iter();
        logs.zip(LOG_STREAMS).all(|(log, stream)| {
            let log = log.as_ref();
            log.is_some_and(|(group, name)| *group == self.log_group && name == stream)
        })
    }

    /// Whether the function transforms the records, if one is to. That the stream itself unpacks them is no matter of an
    /// update.
    pub(super) fn is_processed(&self, found: &Splunk) -> bool {
        let plain = |arn: &str| arn.trim_end_matches(LATEST).to_owned();
        self.function_arn.as_ref().is_none_or(|arn| {
            let is_same = found.function.as_deref().map(plain) == Some(plain(arn));
            is_same && found.processors == ["Lambda"]
        })
    }

    /// A function, or what the stream has built in: decompression comes first, and extraction is mandatory for Splunk.
    /// The function gets as many records at a time, and waits as long for them, as AWS advises for Splunk.
    ///
    /// <https://docs.aws.amazon.com/firehose/latest/dev/Message_extraction.html>,
    /// <https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html>
    fn processing(&self) -> ProcessingConfiguration {
        let processors = match &self.function_arn {
            Some(arn) => vec![processor(
                "Lambda",
                &[
                    ("LambdaArn", arn),
                    ("BufferSizeInMBs", "0.25"),
                    ("BufferIntervalInSeconds", "60"),
                ],
            )],
            None => vec![
                processor(PROCESSORS[0], &[("CompressionFormat", "GZIP")]),
                processor(PROCESSORS[1], &[("DataMessageExtraction", "true")]),
            ],
        };
        ProcessingConfiguration {
            enabled: Some(true),
            processors,
        }
    }

    fn logging(&self, stream: usize) -> CloudWatchLoggingOptions {
        logging(&self.log_group, LOG_STREAMS[stream])
    }
}

/// The creation of a stream, which is awaited.
pub(super) fn creation(call: CreateDeliveryStream, reason: impl Into<String>) -> Change {
    let ready = Ready {
        read: FirehoseRead::DescribeDeliveryStream(DescribeDeliveryStream {
            delivery_stream_name: call.delivery_stream_name.clone(),
        })
        .into(),
        state: "DeliveryStreamDescription.DeliveryStreamStatus",
        ready: &["ACTIVE"],
        failed: &["CREATING_FAILED"],
        code: None,
        reason: Some("DeliveryStreamDescription.FailureDescription.Details"),
        before: None,
        progress: "status {DeliveryStreamDescription.DeliveryStreamStatus}",
        done: "status ACTIVE".to_owned(),
        shown_within: MINUTES,
        within: LONG,
    };
    Change {
        ready: Some(ready),
        ..Change::new(Firehose::CreateDeliveryStream(call), reason)
    }
}

/// An update of this version of a stream.
pub(super) fn based_on(name: &str, found: &Description) -> UpdateDestination {
    UpdateDestination {
        delivery_stream_name: name.to_owned(),
        current_delivery_stream_version_id: found.version.clone(),
        destination_id: found.destination.clone(),
        ..UpdateDestination::default()
    }
}

pub(super) fn deletion(name: &str) -> Firehose {
    Firehose::DeleteDeliveryStream(DeleteDeliveryStream {
        delivery_stream_name: name.to_owned(),
    })
}

/// What is delivered is read from this data stream, as this role.
pub(super) fn reading(stream_arn: &str, role_arn: &str) -> KinesisStreamSourceConfiguration {
    KinesisStreamSourceConfiguration {
        kinesis_stream_arn: stream_arn.to_owned(),
        role_arn: role_arn.to_owned(),
    }
}

/// Errors go to this log stream of a log group.
pub(super) fn logging(group: &str, stream: &str) -> CloudWatchLoggingOptions {
    CloudWatchLoggingOptions {
        enabled: Some(true),
        log_group_name: Some(group.to_owned()),
        log_stream_name: Some(stream.to_owned()),
    }
}

pub(super) fn processor(r#type: &str, parameters: &[(&str, &str)]) -> Processor {
    let parameter = |(name, value): &(&str, &str)| ProcessorParameter {
        parameter_name: (*name).to_owned(),
        parameter_value: (*value).to_owned(),
    };
    Processor {
        r#type: r#type.to_owned(),
        parameters: parameters.iter().map(parameter).collect(),
    }
}
