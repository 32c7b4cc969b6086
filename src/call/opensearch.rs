//! Requests to Amazon OpenSearch Service:
//! <https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_Operations.html>.

use super::Tag;
use super::definition::define;

macro_rules! opensearch {
    ($each:ident) => {
        $each! {
            /// A change of a domain.
            OpenSearch: Call, opensearch, "PascalCase";
            operations {
                /// Creates a domain, which takes up to half an hour.
                CreateDomain {
                    /// 3–28 lower case letters, digits and hyphens; the first is a letter.
                    domain_name: String,
                    /// For example `OpenSearch_2.19`.
                    engine_version: String,
                    cluster_config: Option<ClusterConfig>,
                    ebs_options as "EBSOptions": Option<EbsOptions>,
                    /// A policy as JSON.
                    access_policies: String,
                    encryption_at_rest_options: Option<EncryptionAtRestOptions>,
                    node_to_node_encryption_options: Option<NodeToNodeEncryptionOptions>,
                    domain_endpoint_options: Option<DomainEndpointOptions>,
                    tag_list: Vec<Tag>,
                }
                /// Changes what is set here, and keeps the rest.
                UpdateDomainConfig {
                    domain_name: String,
                    cluster_config: Option<ClusterConfig>,
                    ebs_options as "EBSOptions": Option<EbsOptions>,
                    access_policies: Option<String>,
                    domain_endpoint_options: Option<DomainEndpointOptions>,
                }
                AddTags {
                    /// The domain's ARN.
                    arn as "ARN": String,
                    tag_list: Vec<Tag>,
                }
                /// Deletes a domain, and all documents in it.
                DeleteDomain {
                    domain_name: String,
                }
            }
            structures {
                ClusterConfig {
                    instance_type: Option<String>,
                    instance_count: Option<i32>,
                    zone_awareness_enabled: Option<bool>,
                    zone_awareness_config: Option<ZoneAwarenessConfig>,
                }
                ZoneAwarenessConfig {
                    /// 2 or 3.
                    availability_zone_count: Option<i32>,
                }
                EbsOptions {
                    ebs_enabled as "EBSEnabled": Option<bool>,
                    volume_type: Option<String>,
                    /// GiB, of each instance.
                    volume_size: Option<i32>,
                }
                EncryptionAtRestOptions {
                    enabled: Option<bool>,
                }
                NodeToNodeEncryptionOptions {
                    enabled: Option<bool>,
                }
                DomainEndpointOptions {
                    enforce_https as "EnforceHTTPS": Option<bool>,
                    tls_security_policy as "TLSSecurityPolicy": Option<String>,
                }
            }
        }
    };
}
pub(crate) use opensearch;

opensearch!(define);

macro_rules! opensearch_read {
    ($each:ident) => {
        $each! {
            /// A read of a domain.
            OpenSearchRead: Read, opensearch, "PascalCase";
            operations {
                DescribeDomain {
                    domain_name: String,
                } -> { DomainStatus.Processing, DomainStatus.DomainProcessingStatus }
            }
            structures {}
        }
    };
}
pub(crate) use opensearch_read;

opensearch_read!(define);
