//! What calls of Firehose do to the account in memory.

use ctadmin::aws::read::{Archive, DeliveryStream, Hidden, Search, Splunk};
use ctadmin::call::Text;
use ctadmin::call::firehose::{
    AmazonopensearchserviceDestinationConfiguration, AmazonopensearchserviceDestinationUpdate,
    CloudWatchLoggingOptions, ExtendedS3DestinationConfiguration, ExtendedS3DestinationUpdate,
    Firehose, ProcessingConfiguration, SplunkDestinationConfiguration, SplunkDestinationUpdate,
};
use ctadmin::resource::delivery_stream::DeliveryStreamState;

use super::memory::{Memory, Place};

/// What the source of the token holds in these tests.
pub const TOKEN: &str = "11111111-2222-3333-4444-555555555555";

impl Memory {
    pub(super) fn apply_firehose(&mut self, call: &Firehose, at: Place) {
        match call {
            Firehose::CreateDeliveryStream(call) => {
                let splunk = call.splunk_destination_configuration.clone().map(created);
                let description = DeliveryStream {
                    status: "ACTIVE".to_owned(),
                    source: call.delivery_stream_type.clone(),
                    version: "1".to_owned(),
                    is_encrypted: call
                        .delivery_stream_encryption_configuration_input
                        .is_some(),
                    destination: "destinationId-000000000001".to_owned(),
                    splunk,
                    archive: call
                        .extended_s3_destination_configuration
                        .clone()
                        .map(archive),
                    reads: call
                        .kinesis_stream_source_configuration
                        .clone()
                        .map(|it| (it.kinesis_stream_arn, it.role_arn)),
                    search: call
                        .amazonopensearchservice_destination_configuration
                        .clone()
                        .map(search),
                    failure: None,
                };
                let tags = call.tags.clone();
                let state = DeliveryStreamState { description, tags };
                let old = self.streams.insert(at, state);
                assert!(old.is_none(), "the name is in use");
            }
            Firehose::UpdateDestination(call) => {
                let stream = &mut self.streams.get_mut(&at).expect("it exists").description;
                assert_eq!(stream.version, call.current_delivery_stream_version_id);
                assert_eq!(stream.destination, call.destination_id);
                if let Some(update) = call.splunk_destination_update.clone() {
                    update_splunk(stream.splunk.as_mut().expect("Splunk"), update);
                }
                if let Some(update) = call.extended_s3_destination_update.clone() {
                    stream.archive = Some(updated_archive(update));
                }
                if let Some(update) = call.amazonopensearchservice_destination_update.clone() {
                    stream.search = Some(updated_search(update));
                }
                stream.version.push('1');
            }
            Firehose::StartDeliveryStreamEncryption(_) => {
                let stream = self.streams.get_mut(&at).expect("the stream exists");
                stream.description.is_encrypted = true;
            }
            Firehose::TagDeliveryStream(call) => {
                let stream = self.streams.get_mut(&at).expect("the stream exists");
                stream.tags.extend(call.tags.clone());
            }
            Firehose::DeleteDeliveryStream(_) => drop(self.streams.remove(&at)),
        }
    }
}

fn archive(call: ExtendedS3DestinationConfiguration) -> Archive {
    let buffering = call.buffering_hints.unwrap_or_default();
    let processing = call.processing_configuration.unwrap_or_default();
    Archive {
        role: call.role_arn,
        bucket: call.bucket_arn,
        prefixes: (call.prefix, call.error_output_prefix),
        buffer_seconds: buffering.interval_in_seconds,
        buffer_mib: buffering.size_in_mbs,
        compression: call.compression_format.unwrap_or_default(),
        processors: processing
            .processors
            .into_iter()
            .map(|it| it.r#type)
            .collect(),
        log: logged(call.cloud_watch_logging_options),
    }
}

/// What an update of all parts leaves.
fn updated_archive(call: ExtendedS3DestinationUpdate) -> Archive {
    archive(ExtendedS3DestinationConfiguration {
        role_arn: call.role_arn.unwrap_or_default(),
        bucket_arn: call.bucket_arn.unwrap_or_default(),
        prefix: call.prefix,
        error_output_prefix: call.error_output_prefix,
        buffering_hints: call.buffering_hints,
        compression_format: call.compression_format,
        cloud_watch_logging_options: call.cloud_watch_logging_options,
        processing_configuration: call.processing_configuration,
    })
}

fn search(call: AmazonopensearchserviceDestinationConfiguration) -> Search {
    let buffering = call.buffering_hints.unwrap_or_default();
    let backup = call.s3_configuration.unwrap_or_default();
    Search {
        role: call.role_arn,
        domain: call.domain_arn.unwrap_or_default(),
        index: call.index_name,
        rotation: call.index_rotation_period.unwrap_or_default(),
        buffer_seconds: buffering.interval_in_seconds,
        buffer_mib: buffering.size_in_mbs,
        bucket: backup.bucket_arn,
        prefixes: (backup.prefix, backup.error_output_prefix),
        log: logged(call.cloud_watch_logging_options),
        backup_log: logged(backup.cloud_watch_logging_options),
    }
}

/// What an update of all parts leaves.
fn updated_search(call: AmazonopensearchserviceDestinationUpdate) -> Search {
    let buffering = call.buffering_hints.unwrap_or_default();
    let backup = call.s3_update.unwrap_or_default();
    Search {
        role: call.role_arn.unwrap_or_default(),
        domain: call.domain_arn.unwrap_or_default(),
        index: call.index_name.unwrap_or_default(),
        rotation: call.index_rotation_period.unwrap_or_default(),
        buffer_seconds: buffering.interval_in_seconds,
        buffer_mib: buffering.size_in_mbs,
        bucket: backup.bucket_arn.unwrap_or_default(),
        prefixes: (backup.prefix, backup.error_output_prefix),
        log: logged(call.cloud_watch_logging_options),
        backup_log: logged(backup.cloud_watch_logging_options),
    }
}

fn created(call: SplunkDestinationConfiguration) -> Splunk {
    let backup = call.s3_configuration.unwrap_or_default();
    let buffering = call.buffering_hints.unwrap_or_default();
    let processing = call.processing_configuration.unwrap_or_default();
    let secret = call.secrets_manager_configuration.unwrap_or_default();
    Splunk {
        endpoint: call.hec_endpoint,
        endpoint_type: call.hec_endpoint_type,
        token: call.hec_token.map(|token| shown(&token)),
        secret: secret.secret_arn,
        secret_role: secret.role_arn,
        ack_timeout: call.hec_acknowledgment_timeout_in_seconds,
        retry: call.retry_options.and_then(|it| it.duration_in_seconds),
        buffer_seconds: buffering.interval_in_seconds,
        buffer_mib: buffering.size_in_mbs,
        backup: call.s3_backup_mode,
        role: backup.role_arn,
        bucket: backup.bucket_arn,
        prefixes: (backup.prefix, backup.error_output_prefix),
        function: lambda_arn(&processing),
        processors: processing
            .processors
            .into_iter()
            .map(|it| it.r#type)
            .collect(),
        log: logged(call.cloud_watch_logging_options),
        backup_log: logged(backup.cloud_watch_logging_options),
    }
}

fn update_splunk(splunk: &mut Splunk, call: SplunkDestinationUpdate) {
    fn set<T>(place: &mut T, value: Option<T>) {
        if let Some(value) = value {
            *place = value;
        }
    }
    set(&mut splunk.endpoint, call.hec_endpoint);
    let token = call.hec_token.map(|token| Some(shown(&token)));
    set(&mut splunk.token, token);
    if let Some(secret) = call.secrets_manager_configuration {
        let is_used = secret.enabled == Some(true);
        splunk.secret = secret.secret_arn.filter(|_| is_used);
        splunk.secret_role = secret.role_arn.filter(|_| is_used);
    }
    let timeout = call.hec_acknowledgment_timeout_in_seconds;
    set(&mut splunk.ack_timeout, timeout.map(Some));
    let retry = call.retry_options.map(|it| it.duration_in_seconds);
    set(&mut splunk.retry, retry);
    if let Some(buffering) = call.buffering_hints {
        splunk.buffer_seconds = buffering.interval_in_seconds;
        splunk.buffer_mib = buffering.size_in_mbs;
    }
    set(&mut splunk.endpoint_type, call.hec_endpoint_type);
    if let Some(processing) = call.processing_configuration {
        splunk.function = lambda_arn(&processing);
        let types = processing.processors.into_iter().map(|it| it.r#type);
        splunk.processors = types.collect();
    }
    set(&mut splunk.backup, call.s3_backup_mode.map(Some));
    if let Some(backup) = call.s3_update {
        set(&mut splunk.role, backup.role_arn);
        set(&mut splunk.bucket, backup.bucket_arn);
        splunk.prefixes = (backup.prefix, backup.error_output_prefix);
        splunk.backup_log = logged(backup.cloud_watch_logging_options);
    }
    let log = call.cloud_watch_logging_options;
    set(&mut splunk.log, log.map(|log| logged(Some(log))));
}

fn shown(token: &Text) -> Hidden {
    assert!(matches!(token, Text::Secret(_)), "a token is in no plan");
    Hidden(TOKEN.to_owned())
}

fn lambda_arn(processing: &ProcessingConfiguration) -> Option<String> {
    let mut parameters = processing.processors.iter().flat_map(|it| &it.parameters);
    let arn = parameters.find(|it| it.parameter_name == "LambdaArn");
    arn.map(|it| it.parameter_value.clone())
}

fn logged(options: Option<CloudWatchLoggingOptions>) -> Option<(String, String)> {
    let options = options?;
    options.log_group_name.zip(options.log_stream_name)
}
