//! Requests to Amazon Athena: <https://docs.aws.amazon.com/athena/latest/APIReference/API_Operations.html>.

use super::Tag;
use super::definition::define;

macro_rules! athena {
    ($each:ident) => {
        $each! {
            /// A change of a work group or a named query.
            Athena: Call, athena, "PascalCase";
            operations {
                CreateWorkGroup {
                    /// 1–128 of `[a-zA-Z0-9._-]`.
                    name: String,
                    configuration: WorkGroupConfiguration,
                    description: String,
                    tags: Vec<Tag>,
                }
                /// Changes what is given of a work group.
                UpdateWorkGroup {
                    work_group: String,
                    configuration_updates: Option<WorkGroupConfigurationUpdates>,
                    /// `ENABLED` or `DISABLED`.
                    state: Option<String>,
                }
                /// Deletes a work group; one with named queries or a history only where the option says so.
                DeleteWorkGroup {
                    work_group: String,
                    recursive_delete_option: bool,
                }
                TagResource {
                    resource_arn as "ResourceARN": String,
                    tags: Vec<Tag>,
                }
                /// Saves a query; two in a work group may have the same name.
                CreateNamedQuery {
                    name: String,
                    description: String,
                    database: String,
                    /// At most 262,144 bytes.
                    query_string: String,
                    work_group: String,
                }
                /// Changes a query; its database and its work group stay.
                UpdateNamedQuery {
                    named_query_id: String,
                    name: String,
                    description: String,
                    query_string: String,
                }
                DeleteNamedQuery {
                    named_query_id: String,
                }
            }
            structures {
                WorkGroupConfiguration {
                    result_configuration: ResultConfiguration,
                    /// Whether these settings override those of clients.
                    enforce_work_group_configuration: bool,
                    /// How many bytes a query may scan, at least 10,000,000.
                    bytes_scanned_cutoff_per_query: i64,
                }
                ResultConfiguration {
                    output_location: String,
                    encryption_configuration: EncryptionConfiguration,
                    expected_bucket_owner: String,
                }
                EncryptionConfiguration {
                    /// `SSE_S3` or `SSE_KMS`.
                    encryption_option: String,
                    kms_key: Option<String>,
                }
                WorkGroupConfigurationUpdates {
                    enforce_work_group_configuration: Option<bool>,
                    result_configuration_updates: Option<ResultConfigurationUpdates>,
                    managed_query_results_configuration_updates: Option<ManagedQueryResultsConfigurationUpdates>,
                    bytes_scanned_cutoff_per_query: Option<i64>,
                }
                /// Whether Athena keeps results itself: then they have no other location.
                ManagedQueryResultsConfigurationUpdates {
                    enabled: bool,
                }
                ResultConfigurationUpdates {
                    output_location: Option<String>,
                    encryption_configuration: Option<EncryptionConfiguration>,
                    expected_bucket_owner: Option<String>,
                }
            }
        }
    };
}
pub(crate) use athena;

athena!(define);
