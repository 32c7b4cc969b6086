//! Domains of Amazon OpenSearch Service.
//!
//! A domain takes up to half an hour to be created, and refuses changes of its settings meanwhile. A run that finds it in
//! creation adds its tags, which a domain takes at any time, and waits as the run that created it would have done.

use std::time::Duration;

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, lacking, parse_policy};
use crate::aws::Reader;
use crate::aws::read::Domain as Description;
use crate::call::opensearch::{
    AddTags, ClusterConfig, CreateDomain, DeleteDomain, DescribeDomain, DomainEndpointOptions,
    EbsOptions, EncryptionAtRestOptions, NodeToNodeEncryptionOptions, OpenSearch, OpenSearchRead,
    UpdateDomainConfig, ZoneAwarenessConfig,
};
use crate::call::passing::{MINUTES, NONE, Wait, Write::Anywhere, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Tag};
use crate::error::{CallError, Error, Result};
use crate::plan::Ready;
use crate::policy::{Policy, Statement, merged};

/// Domains.
pub static KIND: Kind = Kind {
    reads: &["DescribeDomain", "ListTags"],
    changes: &["CreateDomain", "UpdateDomainConfig", "AddTags"],
    removals: &["DeleteDomain"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("domain", "opensearch")
};

/// The service answers `InvalidTypeException` as long as it does not know a role that the access policy names, and may
/// refuse tags as long as it creates the domain.
#[rustfmt::skip]
const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["AddTags"], &["ValidationException"],
        always(MINUTES)),
    Rule::of(&["CreateDomain", "UpdateDomainConfig"], &["InvalidTypeException"],
        after(MINUTES, NONE, &[Anywhere("iam:CreateRole")])),
];

#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["CreateDomain"], &["ResourceAlreadyExistsException"], Proof::IfFound),
    Rule::of(&["DeleteDomain"], &["ResourceNotFoundException"], Proof::Done),
];

/// How long the service may take to create a domain: it says up to half an hour, and sometimes takes longer.
const LONG: Duration = Duration::from_secs(7_200);

/// TLS 1.2 and 1.3 with perfect forward secrecy.
///
/// <https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DomainEndpointOptions.html>
const TLS_POLICY: &str = "Policy-Min-TLS-1-2-PFS-2023-10";

/// Those without it, which are replaced.
const OLD_TLS: [&str; 2] = ["Policy-Min-TLS-1-0-2019-07", "Policy-Min-TLS-1-2-2019-07"];

/// A new domain without options: three nodes in three Availability Zones, the fewest with which one may fail.
///
/// <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-multiaz.html>
const NEW: (&str, &str, i32, i32) = ("OpenSearch_2.19", "m6g.large.search", 3, 100);

/// How many tags a domain has at most.
const TAGS: usize = 10;

/// A domain. What is not set here stays as observed.
#[derive(Clone, Debug)]
pub struct Domain {
    /// The domain's name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its ARN.
    pub arn: String,
    /// The version of a new domain, when an option states it.
    pub version: Option<String>,
    /// The type of its data nodes, when an option states it.
    pub instance_type: Option<String>,
    /// How many data nodes it has, when an option states it.
    pub instance_count: Option<i32>,
    /// GiB of the volume of each, when an option states it.
    pub volume_gib: Option<i32>,
    /// Our statements in its access policy.
    pub statements: Vec<Statement>,
    /// The tag that says which stack created it.
    pub owner: Tag,
    /// Further tags it must have, among others.
    pub tags: Vec<Tag>,
}

/// A domain as it exists.
#[derive(Clone, Debug, Default)]
pub struct DomainState {
    /// How AWS describes it.
    pub description: Description,
    /// Its access policy.
    pub policy: Option<Policy>,
    /// Its tags.
    pub tags: Vec<Tag>,
}

impl DomainState {
    /// Whether it is being created.
    fn is_created(&self) -> bool {
        self.description.status == "Creating"
    }

    /// Whether it is being created or changed, and takes no change now.
    pub fn is_changing(&self) -> bool {
        self.description.status != "Active"
    }
}

impl Resource for Domain {
    type Observed = DomainState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<DomainState>, CallError> {
        let (region, name) = (&self.region, &self.name);
        let Some(description) = reader.domain(region, name).await? else {
            return Ok(None);
        };
        let tags = reader.domain_tags(region, &self.arn).await?;
        let policy = Some(description.policy.as_str());
        Ok(Some(DomainState {
            policy: parse_policy(policy, "opensearch", "DescribeDomain", region, name)?,
            description,
            tags,
        }))
    }

    fn is_own(&self, observed: &DomainState) -> bool {
        !observed.description.is_deleted && self.is_owned(observed)
    }

    fn refusal(&self, observed: Option<&DomainState>) -> Result<()> {
        if self.all_tags().len() > TAGS {
            let message = format!("a domain takes {TAGS} tags, one of them this stack's own");
            let hint = "give fewer --tag, or --opensearch-domain ARN";
            return Err(Error::usage(message).hint(hint));
        }
        let Some(observed) = observed else {
            return Ok(());
        };
        let (found, name) = (&observed.description, &self.name);
        if found.is_deleted {
            let message = format!("the domain {name} is being deleted");
            return Err(Error::failed(message).hint("run the command again in half an hour"));
        }
        if !self.is_owned(observed) {
            let message = format!(
                "the domain {name} is not this stack's: it lacks the tag {}",
                self.owner.key
            );
            let hint = format!(
                "--opensearch-domain {} uses it, and does not change it",
                self.arn
            );
            return Err(Error::failed(message).hint(hint));
        }
        let version = self.version.as_ref();
        if let Some(version) = version.filter(|version| **version != found.version) {
            let message = format!("the domain {name} has the version {}", found.version);
            let hint = format!(
                "`aws opensearch upgrade-domain --region {} --domain-name {name} --target-version {version}` upgrades it; then omit --opensearch-version",
                self.region
            );
            return Err(Error::failed(message).hint(hint));
        }
        if !found.is_encrypted || !found.encrypts_between_nodes {
            let message =
                format!("the domain {name} does not encrypt its data, or not between its nodes");
            return Err(Error::failed(message).hint("enable both, or delete the domain"));
        }
        Ok(())
    }

    fn changes(&self, observed: Option<&DomainState>) -> Vec<Change> {
        let Some(found) = observed else {
            return vec![self.awaited(self.create(), "domain is missing")];
        };
        if found.is_created() {
            let call = self.add_tags(self.all_tags());
            return vec![self.awaited(call, "domain is being created")];
        }
        let mut changes = Vec::from_iter(self.update(found));
        if let Some((tags, reason)) = lacking(&self.all_tags(), &found.tags) {
            changes.push(Change::new(self.add_tags(tags), reason).aside());
        }
        changes
    }

    fn removal(&self, observed: &DomainState) -> Removal {
        if !self.is_owned(observed) {
            return Removal {
                kept: Some(format!("it lacks the tag {}", self.owner.key)),
                ..Removal::default()
            };
        }
        match observed.description.is_deleted {
            true => Removal::default(),
            false => Removal::by(OpenSearch::DeleteDomain(DeleteDomain {
                domain_name: self.name.clone(),
            })),
        }
    }

    fn facts(&self, observed: &DomainState) -> Vec<Fact> {
        let found = &observed.description;
        vec![
            ("status", json!(found.status)),
            ("endpoint", json!(found.endpoint)),
            ("version", json!(found.version)),
            ("instance_type", json!(found.instance_type)),
            ("instance_count", json!(found.instance_count)),
            ("volume_gib", json!(found.volume_gib)),
        ]
    }
}

impl Domain {
    /// Whether the stack created it.
    pub fn is_owned(&self, observed: &DomainState) -> bool {
        observed.tags.contains(&self.owner)
    }

    fn all_tags(&self) -> Vec<Tag> {
        std::iter::once(&self.owner)
            .chain(&self.tags)
            .cloned()
            .collect()
    }

    fn create(&self) -> OpenSearch {
        let (version, instance_type, instance_count, volume_gib) = NEW;
        let instance_type = self
            .instance_type
            .clone()
            .unwrap_or(instance_type.to_owned());
        let instance_count = self.instance_count.unwrap_or(instance_count);
        OpenSearch::CreateDomain(CreateDomain {
            domain_name: self.name.clone(),
            engine_version: self.version.clone().unwrap_or(version.to_owned()),
            cluster_config: Some(cluster(Some(instance_type), instance_count)),
            ebs_options: Some(volumes(self.volume_gib.unwrap_or(volume_gib))),
            access_policies: Policy::new(&self.statements).to_text(),
            encryption_at_rest_options: Some(EncryptionAtRestOptions {
                enabled: Some(true),
            }),
            node_to_node_encryption_options: Some(NodeToNodeEncryptionOptions {
                enabled: Some(true),
            }),
            domain_endpoint_options: Some(endpoint()),
            tag_list: self.all_tags(),
        })
    }

    /// The update of what differs. A domain that is being changed takes none.
    fn update(&self, found: &DomainState) -> Option<Change> {
        let (policy, found) = (&found.policy, &found.description);
        if found.status != "Active" {
            return None;
        }
        let differs = |wanted: &Option<i32>, found: i32| wanted.is_some_and(|it| it != found);
        let kind = self.instance_type.as_ref();
        let other_nodes = differs(&self.instance_count, found.instance_count)
            || kind.is_some_and(|kind| *kind != found.instance_type);
        let other_volumes = differs(&self.volume_gib, found.volume_gib.unwrap_or_default());
        let insecure = !found.enforces_https || OLD_TLS.contains(&found.tls_policy.as_str());
        let policy = merged(policy.as_ref(), &self.statements);
        let parts = [
            (other_nodes, "instances differ"),
            (other_volumes, "volumes differ"),
            (policy.is_some(), "access policy differs"),
            (insecure, "TLS policy differs"),
        ];
        let reasons: Vec<&str> = parts.into_iter().filter(|it| it.0).map(|it| it.1).collect();
        let nodes = match self.instance_count {
            Some(count) => cluster(self.instance_type.clone(), count),
            None => ClusterConfig {
                instance_type: self.instance_type.clone(),
                ..ClusterConfig::default()
            },
        };
        let call = OpenSearch::UpdateDomainConfig(UpdateDomainConfig {
            domain_name: self.name.clone(),
            cluster_config: other_nodes.then_some(nodes),
            ebs_options: self.volume_gib.filter(|_| other_volumes).map(volumes),
            access_policies: policy.map(|policy| policy.to_text()),
            domain_endpoint_options: insecure.then(endpoint),
        });
        (!reasons.is_empty()).then(|| Change::new(call, reasons.join(", ")))
    }

    fn add_tags(&self, tag_list: Vec<Tag>) -> OpenSearch {
        OpenSearch::AddTags(AddTags {
            arn: self.arn.clone(),
            tag_list,
        })
    }

    /// A change that is done once the domain is active.
    fn awaited(&self, call: OpenSearch, reason: &str) -> Change {
        let ready = Ready {
            read: OpenSearchRead::DescribeDomain(DescribeDomain {
                domain_name: self.name.clone(),
            })
            .into(),
            state: "DomainStatus.Processing",
            ready: &["False"],
            failed: &[],
            code: None,
            reason: None,
            before: None,
            progress: "status {DomainStatus.DomainProcessingStatus}",
            done: "status Active".to_owned(),
            shown_within: MINUTES,
            within: LONG,
        };
        Change {
            ready: Some(ready),
            ..Change::new(call, reason)
        }
    }
}

/// Nodes of a type, in as many Availability Zones as their number allows.
///
/// <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-multiaz.html>
fn cluster(instance_type: Option<String>, count: i32) -> ClusterConfig {
    let zones = match count {
        ..=1 => None,
        2 => Some(2),
        3.. => Some(3),
    };
    ClusterConfig {
        instance_type,
        instance_count: Some(count),
        zone_awareness_enabled: Some(zones.is_some()),
        zone_awareness_config: zones.map(|zones| ZoneAwarenessConfig {
            availability_zone_count: Some(zones),
        }),
    }
}

fn volumes(gib: i32) -> EbsOptions {
    EbsOptions {
        ebs_enabled: Some(true),
        volume_type: Some("gp3".to_owned()),
        volume_size: Some(gib),
    }
}

fn endpoint() -> DomainEndpointOptions {
    DomainEndpointOptions {
        enforce_https: Some(true),
        tls_security_policy: Some(TLS_POLICY.to_owned()),
    }
}
