//! Delivery streams that put records, each a document, into a domain of Amazon OpenSearch Service.
//!
//! Firehose takes one document a record, under the name of an index that ends with the day of arrival.
//! <https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html#create-destination-opensearch>

use serde_json::json;

use super::calls::{based_on, logging};
use super::delivers::{self, Delivers};
use super::{DeliveryStreamState, KIND, LOG_STREAMS, encryption, read, removal};
use crate::aws::Reader;
use crate::aws::read::DeliveryStream as Description;
use crate::call::Tag;
use crate::call::firehose::{
    AmazonopensearchserviceBufferingHints, AmazonopensearchserviceDestinationConfiguration,
    AmazonopensearchserviceDestinationUpdate, AmazonopensearchserviceRetryOptions,
    CreateDeliveryStream, Firehose, S3DestinationConfiguration, S3DestinationUpdate,
    UpdateDestination,
};
use crate::error::{CallError, Result};
use crate::resource::{Change, Fact, Id, Removal, Resource};

/// Seconds and MB that a new stream buffers: events are found within a minute.
const BUFFER: (i32, i32) = (60, 5);

/// Seconds that a new stream retries, before documents go to the bucket.
const RETRY: i32 = 3_600;

/// A name of an index for each day.
const ROTATION: &str = "OneDay";

/// A delivery stream to a domain.
#[derive(Clone, Debug)]
pub struct SearchStream {
    /// The stream's name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its ARN.
    pub arn: String,
    /// ARN of the role that Firehose works as.
    pub role_arn: String,
    /// ARN of the domain.
    pub domain_arn: String,
    /// What the names of indexes begin with.
    pub index: String,
    /// ARN of the bucket for documents that the domain does not take.
    pub bucket_arn: String,
    /// The log group of delivery errors.
    pub log_group: String,
    /// Whether a stream that cannot be updated is replaced.
    pub replace: bool,
    /// Tags it must have, among others.
    pub tags: Vec<Tag>,
}

impl Resource for SearchStream {
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
        if let Some(found) = &description.search {
            facts.extend([
                ("domain", json!(found.domain)),
                ("index", json!(found.index)),
                ("bucket", json!(found.bucket)),
            ]);
        }
        let failure = description.failure.as_ref();
        facts.extend(failure.map(|why| ("failure", json!(why))));
        facts
    }
}

impl Delivers for SearchStream {
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
        true
    }

    fn replacement(&self) -> &'static str {
        "deletes it, with what it has not delivered, and creates it again"
    }

    fn obstacle(&self, found: &Description) -> Option<String> {
        let is_other = found.search.is_none();
        is_other.then(|| "it does not deliver to OpenSearch Service".to_owned())
    }

    fn differences(&self, found: &Description) -> Vec<&'static str> {
        let Some(found) = &found.search else {
            return Vec::new();
        };
        let log = |at: usize| Some((self.log_group.clone(), LOG_STREAMS[at].to_owned()));
        let prefixes = self.prefixes().map(Some);
        let parts = [
            ("role differs", found.role == self.role_arn),
            ("domain differs", found.domain == self.domain_arn),
            (
                "index differs",
                found.index == self.index && found.rotation == ROTATION,
            ),
            (
                "bucket differs",
                found.bucket == self.bucket_arn && found.prefixes == prefixes.into(),
            ),
            (
                "errors are not logged",
                found.log == log(0) && found.backup_log == log(1),
            ),
        ];
        let differing = parts.into_iter().filter(|(_, is_same)| !is_same);
        differing.map(|(words, _)| words).collect()
    }

    fn create(&self, _: Option<&DeliveryStreamState>) -> CreateDeliveryStream {
        let [prefix, error_output_prefix] = self.prefixes();
        CreateDeliveryStream {
            delivery_stream_name: self.name.clone(),
            delivery_stream_type: "DirectPut".to_owned(),
            delivery_stream_encryption_configuration_input: Some(encryption()),
            amazonopensearchservice_destination_configuration: Some(
                AmazonopensearchserviceDestinationConfiguration {
                    role_arn: self.role_arn.clone(),
                    domain_arn: Some(self.domain_arn.clone()),
                    index_name: self.index.clone(),
                    index_rotation_period: Some(ROTATION.to_owned()),
                    buffering_hints: Some(AmazonopensearchserviceBufferingHints {
                        interval_in_seconds: Some(BUFFER.0),
                        size_in_mbs: Some(BUFFER.1),
                    }),
                    retry_options: Some(AmazonopensearchserviceRetryOptions {
                        duration_in_seconds: Some(RETRY),
                    }),
                    s3_backup_mode: Some("FailedDocumentsOnly".to_owned()),
                    s3_configuration: Some(S3DestinationConfiguration {
                        role_arn: self.role_arn.clone(),
                        bucket_arn: self.bucket_arn.clone(),
                        prefix: Some(prefix),
                        error_output_prefix: Some(error_output_prefix),
                        compression_format: Some("GZIP".to_owned()),
                        cloud_watch_logging_options: Some(logging(&self.log_group, LOG_STREAMS[1])),
                    }),
                    cloud_watch_logging_options: Some(logging(&self.log_group, LOG_STREAMS[0])),
                },
            ),
            tags: self.tags.clone(),
            ..CreateDeliveryStream::default()
        }
    }

    /// All that can differ. Firehose keeps what is not sent.
    fn update(&self, found: &Description) -> Option<Firehose> {
        let [prefix, error_output_prefix] = self.prefixes();
        // One page says that defaults replace what is not sent.
        let search = found.search.as_ref()?;
        let buffering_hints = Some(AmazonopensearchserviceBufferingHints {
            interval_in_seconds: search.buffer_seconds,
            size_in_mbs: search.buffer_mib,
        });
        let update = AmazonopensearchserviceDestinationUpdate {
            role_arn: Some(self.role_arn.clone()),
            domain_arn: Some(self.domain_arn.clone()),
            index_name: Some(self.index.clone()),
            index_rotation_period: Some(ROTATION.to_owned()),
            buffering_hints,
            s3_update: Some(S3DestinationUpdate {
                role_arn: Some(self.role_arn.clone()),
                bucket_arn: Some(self.bucket_arn.clone()),
                prefix: Some(prefix),
                error_output_prefix: Some(error_output_prefix),
                compression_format: Some("GZIP".to_owned()),
                cloud_watch_logging_options: Some(logging(&self.log_group, LOG_STREAMS[1])),
            }),
            cloud_watch_logging_options: Some(logging(&self.log_group, LOG_STREAMS[0])),
        };
        Some(Firehose::UpdateDestination(UpdateDestination {
            amazonopensearchservice_destination_update: Some(update),
            ..based_on(&self.name, found)
        }))
    }
}

impl SearchStream {
    /// What the keys of objects begin with, and those of documents that the domain did not take.
    ///
    /// <https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html>
    fn prefixes(&self) -> [String; 2] {
        let name = &self.name;
        let failed = "failed/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/";
        [format!("{name}/all/"), format!("{name}/{failed}")]
    }
}
