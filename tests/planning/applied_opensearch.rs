//! What calls of OpenSearch Service do to the account in memory.

use ctadmin::aws::read::Domain;
use ctadmin::call::opensearch::{DomainEndpointOptions, OpenSearch};
use ctadmin::resource::domain::DomainState;

use super::applied::{add_tags, policy};
use super::memory::{Memory, Place};

impl Memory {
    pub(super) fn apply_opensearch(&mut self, call: &OpenSearch, at: Place) {
        match call {
            OpenSearch::CreateDomain(call) => {
                let call = call.clone();
                let cluster = call.cluster_config.unwrap_or_default();
                let volumes = call.ebs_options.unwrap_or_default();
                let mut description = Domain {
                    status: "Active".to_owned(),
                    endpoint: Some("search.example.com".to_owned()),
                    version: call.engine_version,
                    instance_type: cluster.instance_type.unwrap_or_default(),
                    instance_count: cluster.instance_count.unwrap_or_default(),
                    volume_gib: volumes.volume_size,
                    is_encrypted: call.encryption_at_rest_options.is_some(),
                    encrypts_between_nodes: call.node_to_node_encryption_options.is_some(),
                    policy: call.access_policies.clone(),
                    ..Domain::default()
                };
                set_endpoint(&mut description, call.domain_endpoint_options);
                let state = DomainState {
                    policy: policy(&call.access_policies),
                    tags: call.tag_list,
                    description,
                };
                let old = self.domains.insert(at, state);
                assert!(old.is_none(), "the name is in use");
            }
            OpenSearch::UpdateDomainConfig(call) => {
                let call = call.clone();
                let domain = self.domains.get_mut(&at).expect("the domain exists");
                let description = &mut domain.description;
                assert_eq!(description.status, "Active", "it takes no change");
                if let Some(cluster) = call.cluster_config {
                    let old = description.instance_type.clone();
                    description.instance_type = cluster.instance_type.unwrap_or(old);
                    let old = description.instance_count;
                    description.instance_count = cluster.instance_count.unwrap_or(old);
                }
                if let Some(volumes) = call.ebs_options {
                    description.volume_gib = volumes.volume_size;
                }
                if call.domain_endpoint_options.is_some() {
                    set_endpoint(description, call.domain_endpoint_options);
                }
                if let Some(text) = call.access_policies {
                    domain.policy = policy(&text);
                }
            }
            OpenSearch::AddTags(call) => {
                let domain = self.domains.get_mut(&at).expect("the domain exists");
                add_tags(&mut domain.tags, &call.tag_list);
                // The step waits for it.
                domain.description.status = "Active".to_owned();
            }
            OpenSearch::DeleteDomain(_) => drop(self.domains.remove(&at)),
        }
    }
}

fn set_endpoint(domain: &mut Domain, options: Option<DomainEndpointOptions>) {
    let options = options.unwrap_or_default();
    domain.enforces_https = options.enforce_https == Some(true);
    domain.tls_policy = options.tls_security_policy.unwrap_or_default();
}
