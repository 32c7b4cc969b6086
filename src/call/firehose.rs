//! Requests to Amazon Data Firehose:
//! <https://docs.aws.amazon.com/firehose/latest/APIReference/API_Operations.html>.

use super::definition::define;
use super::{Tag, Text};

macro_rules! firehose {
    ($each:ident) => {
        $each! {
            /// A change of a delivery stream.
            Firehose: Call, firehose, "PascalCase";
            operations {
                /// Creates a stream. It takes no records before its status is `ACTIVE`.
                CreateDeliveryStream {
                    /// 1–64 of `[a-zA-Z0-9_.-]`.
                    delivery_stream_name: String,
                    /// `DirectPut`: producers send to the stream itself. `KinesisStreamAsSource`: it reads a data stream.
                    delivery_stream_type: String,
                    kinesis_stream_source_configuration: Option<KinesisStreamSourceConfiguration>,
                    delivery_stream_encryption_configuration_input:
                        Option<DeliveryStreamEncryptionConfigurationInput>,
                    splunk_destination_configuration: Option<SplunkDestinationConfiguration>,
                    extended_s3_destination_configuration as "ExtendedS3DestinationConfiguration":
                        Option<ExtendedS3DestinationConfiguration>,
                    amazonopensearchservice_destination_configuration:
                        Option<AmazonopensearchserviceDestinationConfiguration>,
                    tags: Vec<Tag>,
                }
                /// Changes what is set here, and keeps the rest.
                UpdateDestination {
                    delivery_stream_name: String,
                    /// The version of the stream that the update is based on.
                    current_delivery_stream_version_id: String,
                    destination_id: String,
                    splunk_destination_update: Option<SplunkDestinationUpdate>,
                    extended_s3_destination_update as "ExtendedS3DestinationUpdate": Option<ExtendedS3DestinationUpdate>,
                    amazonopensearchservice_destination_update: Option<AmazonopensearchserviceDestinationUpdate>,
                }
                /// Encrypts the records that wait in a stream of the type `DirectPut`.
                StartDeliveryStreamEncryption {
                    delivery_stream_name: String,
                    delivery_stream_encryption_configuration_input:
                        Option<DeliveryStreamEncryptionConfigurationInput>,
                }
                TagDeliveryStream {
                    delivery_stream_name: String,
                    tags: Vec<Tag>,
                }
                /// Deletes a stream, and the records that it has not delivered yet.
                DeleteDeliveryStream {
                    delivery_stream_name: String,
                }
            }
            structures {
                DeliveryStreamEncryptionConfigurationInput {
                    /// `AWS_OWNED_CMK` or `CUSTOMER_MANAGED_CMK`.
                    key_type: String,
                }
                SplunkDestinationConfiguration {
                    /// `https://<host>:<port>`, without a path.
                    hec_endpoint as "HECEndpoint": String,
                    /// `Raw` or `Event`.
                    hec_endpoint_type as "HECEndpointType": String,
                    hec_token as "HECToken": Option<Text>,
                    /// 180–600 seconds.
                    hec_acknowledgment_timeout_in_seconds as "HECAcknowledgmentTimeoutInSeconds": Option<i32>,
                    retry_options: Option<SplunkRetryOptions>,
                    buffering_hints: Option<SplunkBufferingHints>,
                    /// `FailedEventsOnly` or `AllEvents`.
                    s3_backup_mode: Option<String>,
                    s3_configuration: Option<S3DestinationConfiguration>,
                    processing_configuration: Option<ProcessingConfiguration>,
                    cloud_watch_logging_options: Option<CloudWatchLoggingOptions>,
                    secrets_manager_configuration: Option<SecretsManagerConfiguration>,
                }
                SplunkDestinationUpdate {
                    hec_endpoint as "HECEndpoint": Option<String>,
                    hec_endpoint_type as "HECEndpointType": Option<String>,
                    hec_token as "HECToken": Option<Text>,
                    hec_acknowledgment_timeout_in_seconds as "HECAcknowledgmentTimeoutInSeconds": Option<i32>,
                    retry_options: Option<SplunkRetryOptions>,
                    buffering_hints: Option<SplunkBufferingHints>,
                    s3_backup_mode: Option<String>,
                    s3_update: Option<S3DestinationUpdate>,
                    processing_configuration: Option<ProcessingConfiguration>,
                    cloud_watch_logging_options: Option<CloudWatchLoggingOptions>,
                    secrets_manager_configuration: Option<SecretsManagerConfiguration>,
                }
                AmazonopensearchserviceDestinationConfiguration {
                    role_arn as "RoleARN": String,
                    domain_arn as "DomainARN": Option<String>,
                    /// What the names of indexes begin with.
                    index_name: String,
                    /// `OneDay`: the name of an index ends with the date.
                    index_rotation_period: Option<String>,
                    buffering_hints: Option<AmazonopensearchserviceBufferingHints>,
                    retry_options: Option<AmazonopensearchserviceRetryOptions>,
                    /// `FailedDocumentsOnly` or `AllDocuments`. It cannot be changed.
                    s3_backup_mode: Option<String>,
                    s3_configuration: Option<S3DestinationConfiguration>,
                    cloud_watch_logging_options: Option<CloudWatchLoggingOptions>,
                }
                AmazonopensearchserviceDestinationUpdate {
                    role_arn as "RoleARN": Option<String>,
                    domain_arn as "DomainARN": Option<String>,
                    index_name: Option<String>,
                    index_rotation_period: Option<String>,
                    buffering_hints: Option<AmazonopensearchserviceBufferingHints>,
                    s3_update: Option<S3DestinationUpdate>,
                    cloud_watch_logging_options: Option<CloudWatchLoggingOptions>,
                }
                AmazonopensearchserviceBufferingHints {
                    /// 0–900 seconds.
                    interval_in_seconds: Option<i32>,
                    /// 1–100 MB.
                    size_in_mbs as "SizeInMBs": Option<i32>,
                }
                AmazonopensearchserviceRetryOptions {
                    /// 0–7200 seconds.
                    duration_in_seconds: Option<i32>,
                }
                SplunkRetryOptions {
                    /// 0–7200 seconds.
                    duration_in_seconds: Option<i32>,
                }
                SplunkBufferingHints {
                    /// 0–60 seconds.
                    interval_in_seconds: Option<i32>,
                    /// 1–5 MiB.
                    size_in_mbs as "SizeInMBs": Option<i32>,
                }
                KinesisStreamSourceConfiguration {
                    kinesis_stream_arn as "KinesisStreamARN": String,
                    role_arn as "RoleARN": String,
                }
                ExtendedS3DestinationConfiguration {
                    role_arn as "RoleARN": String,
                    bucket_arn as "BucketARN": String,
                    prefix: Option<String>,
                    error_output_prefix: Option<String>,
                    buffering_hints: Option<BufferingHints>,
                    compression_format: Option<String>,
                    cloud_watch_logging_options: Option<CloudWatchLoggingOptions>,
                    processing_configuration: Option<ProcessingConfiguration>,
                }
                ExtendedS3DestinationUpdate {
                    role_arn as "RoleARN": Option<String>,
                    bucket_arn as "BucketARN": Option<String>,
                    prefix: Option<String>,
                    error_output_prefix: Option<String>,
                    buffering_hints: Option<BufferingHints>,
                    compression_format: Option<String>,
                    cloud_watch_logging_options: Option<CloudWatchLoggingOptions>,
                    processing_configuration: Option<ProcessingConfiguration>,
                }
                BufferingHints {
                    /// 0–900 seconds.
                    interval_in_seconds: Option<i32>,
                    /// 1–128 MiB.
                    size_in_mbs as "SizeInMBs": Option<i32>,
                }
                S3DestinationConfiguration {
                    role_arn as "RoleARN": String,
                    bucket_arn as "BucketARN": String,
                    prefix: Option<String>,
                    error_output_prefix: Option<String>,
                    compression_format: Option<String>,
                    cloud_watch_logging_options: Option<CloudWatchLoggingOptions>,
                }
                S3DestinationUpdate {
                    role_arn as "RoleARN": Option<String>,
                    bucket_arn as "BucketARN": Option<String>,
                    prefix: Option<String>,
                    error_output_prefix: Option<String>,
                    compression_format: Option<String>,
                    cloud_watch_logging_options: Option<CloudWatchLoggingOptions>,
                }
                CloudWatchLoggingOptions {
                    enabled: Option<bool>,
                    log_group_name: Option<String>,
                    log_stream_name: Option<String>,
                }
                ProcessingConfiguration {
                    enabled: Option<bool>,
                    /// In the order in which they work.
                    processors: Vec<Processor>,
                }
                Processor {
                    r#type: String,
                    parameters: Vec<ProcessorParameter>,
                }
                ProcessorParameter {
                    parameter_name: String,
                    parameter_value: String,
                }
                SecretsManagerConfiguration {
                    secret_arn as "SecretARN": Option<String>,
                    role_arn as "RoleARN": Option<String>,
                    enabled: Option<bool>,
                }
            }
        }
    };
}
pub(crate) use firehose;

firehose!(define);

macro_rules! firehose_read {
    ($each:ident) => {
        $each! {
            /// A read of a delivery stream.
            FirehoseRead: Read, firehose, "PascalCase";
            operations {
                DescribeDeliveryStream {
                    delivery_stream_name: String,
                } -> {
                    DeliveryStreamDescription.DeliveryStreamStatus,
                    DeliveryStreamDescription.FailureDescription.Details
                }
            }
            structures {}
        }
    };
}
pub(crate) use firehose_read;

firehose_read!(define);
