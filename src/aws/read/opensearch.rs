//! Domains of Amazon OpenSearch Service.

use aws_sdk_opensearch::types::DomainStatus;

use super::Reader;
use crate::aws::error::Request;
use crate::call::Tag;
use crate::error::CallResult;

const MISSING: [&str; 1] = ["ResourceNotFoundException"];

/// A domain as AWS describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Domain {
    /// `Creating`, `Active`, `Modifying`, `Deleting`, …
    pub status: String,
    /// Whether it is being deleted.
    pub is_deleted: bool,
    /// The host that takes requests, once there is one.
    pub endpoint: Option<String>,
    /// For example `OpenSearch_2.19`.
    pub version: String,
    /// The type of its data nodes.
    pub instance_type: String,
    /// How many data nodes it has.
    pub instance_count: i32,
    /// GiB of the volume of each, where they have volumes.
    pub volume_gib: Option<i32>,
    /// Its access policy, as JSON.
    pub policy: String,
    /// Whether it refuses requests without TLS.
    pub enforces_https: bool,
    /// The TLS versions and ciphers that it takes.
    pub tls_policy: String,
    /// Whether its data is encrypted.
    pub is_encrypted: bool,
    /// Whether its nodes encrypt what they send each other.
    pub encrypts_between_nodes: bool,
}

impl Reader {
    /// A domain; `None` where there is none of this name.
    pub async fn domain(&self, region: &str, name: &str) -> CallResult<Option<Domain>> {
        let request = Request::new("opensearch", "DescribeDomain", region, name);
        let describe = self.clients.opensearch(region).describe_domain();
        let describe = describe.domain_name(name).send();
        let answer = self.find(request, describe, &MISSING).await?;
        Ok(answer
            .and_then(|answer| answer.domain_status)
            .map(described))
    }

    /// The tags of a domain, which has at most ten.
    pub async fn domain_tags(&self, region: &str, arn: &str) -> CallResult<Vec<Tag>> {
        let request = Request::new("opensearch", "ListTags", region, arn);
        let list = self.clients.opensearch(region).list_tags().arn(arn).send();
        let answer = self.find(request, list, &MISSING).await?;
        let tags = answer
            .and_then(|answer| answer.tag_list)
            .unwrap_or_default();
        let tags = tags.into_iter();
        Ok(tags
            .map(|tag| Tag {
                key: tag.key,
                value: tag.value,
            })
            .collect())
    }
}

fn described(found: DomainStatus) -> Domain {
    let cluster = found.cluster_config;
    let volume = found.ebs_options.filter(|it| it.ebs_enabled == Some(true));
    let endpoint = found.domain_endpoint_options;
    let tls_policy = endpoint
        .as_ref()
        .and_then(|it| it.tls_security_policy.as_ref());
    let instance_type = cluster.as_ref().and_then(|it| it.instance_type.as_ref());
    // Not every region tells the status.
    let is_processing = found.processing == Some(true);
    let status = match (found.domain_processing_status, &found.endpoint) {
        (Some(status), _) => status.as_str().to_owned(),
        (None, None) if is_processing => "Creating".to_owned(),
        (None, _) if is_processing => "Modifying".to_owned(),
        (None, _) => "Active".to_owned(),
    };
    let is_enabled = |enabled: Option<bool>| enabled == Some(true);
    Domain {
        status,
        is_deleted: is_enabled(found.deleted),
        endpoint: found.endpoint,
        version: found.engine_version.unwrap_or_default(),
        instance_type: instance_type.map_or_else(String::new, |it| it.as_str().to_owned()),
        instance_count: cluster.and_then(|it| it.instance_count).unwrap_or_default(),
        volume_gib: volume.and_then(|it| it.volume_size),
        policy: found.access_policies.unwrap_or_default(),
        enforces_https: is_enabled(endpoint.as_ref().and_then(|it| it.enforce_https)),
        tls_policy: tls_policy.map_or_else(String::new, |it| it.as_str().to_owned()),
        is_encrypted: is_enabled(found.encryption_at_rest_options.and_then(|it| it.enabled)),
        encrypts_between_nodes: is_enabled(
            found
                .node_to_node_encryption_options
                .and_then(|it| it.enabled),
        ),
    }
}
