//! Delivery streams of Amazon Data Firehose.

use std::fmt;

use aws_sdk_firehose::types::{
    AmazonopensearchserviceDestinationDescription, CloudWatchLoggingOptions,
    DeliveryStreamDescription, DeliveryStreamEncryptionStatus, ExtendedS3DestinationDescription,
    ProcessingConfiguration, Processor, ProcessorParameterName, SplunkDestinationDescription,
};

use super::Reader;
use crate::aws::error::Request;
use crate::call::Tag;
use crate::error::CallResult;

const MISSING: [&str; 1] = ["ResourceNotFoundException"];

/// A delivery stream as AWS describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeliveryStream {
    /// `CREATING`, `CREATING_FAILED`, `ACTIVE`, `DELETING` or `DELETING_FAILED`.
    pub status: String,
    /// Why it could not be created.
    pub failure: Option<String>,
    /// `DirectPut`, or where it reads its records from.
    pub source: String,
    /// Its version, which an update names.
    pub version: String,
    /// Whether waiting records are encrypted, or soon will be.
    pub is_encrypted: bool,
    /// The id of its destination, which an update names.
    pub destination: String,
    /// ARN of the data stream that it reads, and of the role that it reads as, if it reads one.
    pub reads: Option<(String, String)>,
    /// Where it delivers to, if that is Splunk.
    pub splunk: Option<Splunk>,
    /// Where it delivers to, if that is S3.
    pub archive: Option<Archive>,
    /// Where it delivers to, if that is OpenSearch Service.
    pub search: Option<Search>,
}

/// How a stream delivers to OpenSearch Service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Search {
    /// ARN of the role that Firehose works as.
    pub role: String,
    /// ARN of the domain.
    pub domain: String,
    /// What the names of indexes begin with.
    pub index: String,
    /// What they end with, e.g. `OneDay`.
    pub rotation: String,
    /// Seconds that Firehose buffers.
    pub buffer_seconds: Option<i32>,
    /// MB that Firehose buffers.
    pub buffer_mib: Option<i32>,
    /// ARN of the bucket for what fails.
    pub bucket: String,
    /// What keys of objects begin with, and those of what failed.
    pub prefixes: (Option<String>, Option<String>),
    /// The log group and the log stream of errors, where they are logged.
    pub log: Option<(String, String)>,
    /// The same of the bucket.
    pub backup_log: Option<(String, String)>,
}

/// How a stream delivers to S3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Archive {
    /// ARN of the role that Firehose works as.
    pub role: String,
    /// ARN of the bucket.
    pub bucket: String,
    /// What keys of objects begin with, and those of what failed.
    pub prefixes: (Option<String>, Option<String>),
    /// Seconds that Firehose buffers.
    pub buffer_seconds: Option<i32>,
    /// MiB that Firehose buffers.
    pub buffer_mib: Option<i32>,
    /// How objects are compressed, or `UNCOMPRESSED`.
    pub compression: String,
    /// The types of the processors, in their order, if they are enabled.
    pub processors: Vec<String>,
    /// The log group and the log stream of errors, where they are logged.
    pub log: Option<(String, String)>,
}

/// How a stream delivers to Splunk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Splunk {
    /// `https://<host>:<port>`.
    pub endpoint: String,
    /// `Raw` or `Event`.
    pub endpoint_type: String,
    /// The token, clear or masked, if AWS shows one.
    pub token: Option<Hidden>,
    /// ARN of the secret that holds the token, where it is used.
    pub secret: Option<String>,
    /// ARN of the role that reads the secret.
    pub secret_role: Option<String>,
    /// Seconds that Firehose waits for an acknowledgment.
    pub ack_timeout: Option<i32>,
    /// Seconds that Firehose retries.
    pub retry: Option<i32>,
    /// Seconds that Firehose buffers.
    pub buffer_seconds: Option<i32>,
    /// MiB that Firehose buffers.
    pub buffer_mib: Option<i32>,
    /// `FailedEventsOnly` or `AllEvents`.
    pub backup: Option<String>,
    /// ARN of the role that Firehose works as.
    pub role: String,
    /// ARN of the backup bucket.
    pub bucket: String,
    /// What keys of objects begin with, and those of what failed.
    pub prefixes: (Option<String>, Option<String>),
    /// The types of the processors, in their order, if they are enabled.
    pub processors: Vec<String>,
    /// ARN of the Lambda function that transforms records, where one does.
    pub function: Option<String>,
    /// The log group and the log stream of errors of the destination, where they are logged.
    pub log: Option<(String, String)>,
    /// The same of the backup.
    pub backup_log: Option<(String, String)>,
}

/// A value that may be secret: compared, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

impl Reader {
    /// A delivery stream; `None` where there is none of this name.
    pub async fn delivery_stream(
        &self,
        region: &str,
        name: &str,
    ) -> CallResult<Option<DeliveryStream>> {
        let request = Request::new("firehose", "DescribeDeliveryStream", region, name);
        let describe = self.clients.firehose(region).describe_delivery_stream();
        let describe = describe.delivery_stream_name(name).send();
        let answer = self.find(request, describe, &MISSING).await?;
        Ok(answer
            .and_then(|answer| answer.delivery_stream_description)
            .map(described))
    }

    /// The tags of a delivery stream, which has at most 50.
    pub async fn delivery_stream_tags(&self, region: &str, name: &str) -> CallResult<Vec<Tag>> {
        let request = Request::new("firehose", "ListTagsForDeliveryStream", region, name);
        let list = self
            .clients
            .firehose(region)
            .list_tags_for_delivery_stream();
        let list = list.delivery_stream_name(name).limit(50).send();
        let answer = self.find(request, list, &MISSING).await?;
        let tags = answer
            .map_or_else(Vec::new, |answer| answer.tags)
            .into_iter();
        Ok(tags
            .map(|tag| Tag {
                key: tag.key,
                value: tag.value.unwrap_or_default(),
            })
            .collect())
    }
}

fn described(stream: DeliveryStreamDescription) -> DeliveryStream {
    use DeliveryStreamEncryptionStatus::{Enabled, Enabling};
    let encryption = stream.delivery_stream_encryption_configuration;
    let encryption = encryption.and_then(|encryption| encryption.status);
    let failure = stream.failure_description;
    let destination = stream.destinations.into_iter().next();
    DeliveryStream {
        status: stream.delivery_stream_status.as_str().to_owned(),
        failure: failure.map(|failure| failure.details),
        source: stream.delivery_stream_type.as_str().to_owned(),
        version: stream.version_id,
        is_encrypted: matches!(encryption, Some(Enabled | Enabling)),
        destination: destination
            .as_ref()
            .map_or_else(String::new, |destination| {
                destination.destination_id.clone()
            }),
        reads: stream
            .source
            .and_then(|source| source.kinesis_stream_source_description)
            .and_then(|source| source.kinesis_stream_arn.zip(source.role_arn)),
        archive: destination
            .as_ref()
            .and_then(|destination| destination.extended_s3_destination_description.clone())
            .map(archive),
        search: destination
            .as_ref()
            .and_then(|it| it.amazonopensearchservice_destination_description.clone())
            .map(search),
        splunk: destination
            .and_then(|destination| destination.splunk_destination_description)
            .map(splunk),
    }
}

fn archive(found: ExtendedS3DestinationDescription) -> Archive {
    let buffering = found.buffering_hints;
    Archive {
        role: found.role_arn,
        bucket: found.bucket_arn,
        prefixes: (found.prefix, found.error_output_prefix),
        buffer_seconds: buffering
            .as_ref()
            .and_then(|hints| hints.interval_in_seconds),
        buffer_mib: buffering.as_ref().and_then(|hints| hints.size_in_mbs),
        compression: found.compression_format.as_str().to_owned(),
        processors: types(&enabled(found.processing_configuration)),
        log: logged(found.cloud_watch_logging_options),
    }
}

fn search(found: AmazonopensearchserviceDestinationDescription) -> Search {
    let buffering = found.buffering_hints;
    let backup = found.s3_destination_description;
    let text = |text: Option<String>| text.unwrap_or_default();
    Search {
        role: text(found.role_arn),
        domain: text(found.domain_arn),
        index: text(found.index_name),
        rotation: found
            .index_rotation_period
            .map_or_else(String::new, |it| it.as_str().to_owned()),
        buffer_seconds: buffering
            .as_ref()
            .and_then(|hints| hints.interval_in_seconds),
        buffer_mib: buffering.as_ref().and_then(|hints| hints.size_in_mbs),
        bucket: text(backup.as_ref().map(|to| to.bucket_arn.clone())),
        prefixes: backup.as_ref().map_or((None, None), |to| {
            (to.prefix.clone(), to.error_output_prefix.clone())
        }),
        log: logged(found.cloud_watch_logging_options),
        backup_log: logged(backup.and_then(|to| to.cloud_watch_logging_options)),
    }
}

/// The processors, if they are enabled.
fn enabled(processing: Option<ProcessingConfiguration>) -> Vec<Processor> {
    let processing = processing.filter(|processing| processing.enabled == Some(true));
    let processors = processing.and_then(|processing| processing.processors);
    processors.unwrap_or_default()
}

fn types(processors: &[Processor]) -> Vec<String> {
    let types = processors.iter();
    types
        .map(|processor| processor.r#type.as_str().to_owned())
        .collect()
}

fn splunk(found: SplunkDestinationDescription) -> Splunk {
    let secret = found.secrets_manager_configuration;
    let secret = secret.filter(|secret| secret.enabled);
    let (secret_arn, secret_role) =
        secret.map_or((None, None), |secret| (secret.secret_arn, secret.role_arn));
    let buffering = found.buffering_hints;
    let processors = enabled(found.processing_configuration);
    let backup = found.s3_destination_description;
    let text = |text: Option<String>| text.unwrap_or_default();
    Splunk {
        endpoint: text(found.hec_endpoint),
        endpoint_type: found
            .hec_endpoint_type
            .map_or_else(String::new, |kind| kind.as_str().to_owned()),
        token: found
            .hec_token
            .filter(|token| !token.is_empty())
            .map(Hidden),
        secret: secret_arn,
        secret_role,
        ack_timeout: found.hec_acknowledgment_timeout_in_seconds,
        retry: found
            .retry_options
            .and_then(|retry| retry.duration_in_seconds),
        buffer_seconds: buffering
            .as_ref()
            .and_then(|hints| hints.interval_in_seconds),
        buffer_mib: buffering.as_ref().and_then(|hints| hints.size_in_mbs),
        backup: found.s3_backup_mode.map(|mode| mode.as_str().to_owned()),
        role: backup
            .as_ref()
            .map_or_else(String::new, |to| to.role_arn.clone()),
        bucket: backup
            .as_ref()
            .map_or_else(String::new, |to| to.bucket_arn.clone()),
        prefixes: backup.as_ref().map_or((None, None), |to| {
            (to.prefix.clone(), to.error_output_prefix.clone())
        }),
        function: lambda_arn(&processors),
        processors: types(&processors),
        log: logged(found.cloud_watch_logging_options),
        backup_log: logged(backup.and_then(|to| to.cloud_watch_logging_options)),
    }
}

fn lambda_arn(processors: &[Processor]) -> Option<String> {
    let parameters = processors.iter().flat_map(Processor::parameters);
    let mut arns = parameters.filter(|it| it.parameter_name == ProcessorParameterName::LambdaArn);
    Some(arns.next()?.parameter_value.clone())
}

fn logged(options: Option<CloudWatchLoggingOptions>) -> Option<(String, String)> {
    let options = options.filter(|options| options.enabled == Some(true))?;
    options.log_group_name.zip(options.log_stream_name)
}
