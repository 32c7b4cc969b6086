//! Work groups of Amazon Athena: where results go, and how much a query may scan.
//!
//! A work group that the scheme created says so in its description; one of others under its name is refused, and never
//! changed or deleted.
//! <https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html>

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, if_wanted, lacking};
use crate::aws::Reader;
use crate::aws::read::WorkGroup as Description;
use crate::call::athena::{
    CreateWorkGroup, DeleteWorkGroup, EncryptionConfiguration,
    ManagedQueryResultsConfigurationUpdates, ResultConfiguration, ResultConfigurationUpdates,
    TagResource, UpdateWorkGroup, WorkGroupConfiguration, WorkGroupConfigurationUpdates,
};
use crate::call::passing::{MINUTE, NONE, SHORT, Wait, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Tag};
use crate::error::{CallError, Error, Result};

/// Work groups.
pub static KIND: Kind = Kind {
    reads: &["GetWorkGroup"],
    tag_reads: &["ListTagsForResource"],
    changes: &["CreateWorkGroup", "UpdateWorkGroup", "TagResource"],
    removals: &["DeleteWorkGroup"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("work-group", "athena")
};

#[rustfmt::skip]
pub(super) const PASSING: &[Rule<Wait>] = &[
    // Athena has one code for all that it refuses, a work group that is not seen everywhere yet among it.
    Rule::of(&["CreateNamedQuery", "TagResource"], &["InvalidRequestException", "ResourceNotFoundException"],
        after(SHORT, NONE, &[Here("athena:CreateWorkGroup")])),
    Rule::of(&[], &["InternalServerException"],
        always(MINUTE)),
];

#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["CreateWorkGroup", "DeleteWorkGroup"], &["InvalidRequestException"], Proof::IfFound),
];

/// How many bytes a query may scan in a new work group: at 5 US-$ a TB half a dollar.
///
/// <https://aws.amazon.com/athena/pricing/>
pub const SCAN_LIMIT: i64 = 100_000_000_000;

/// The least limit that Athena takes.
pub const LEAST_SCAN_LIMIT: i64 = 10_000_000;

/// A work group.
#[derive(Clone, Debug)]
pub struct WorkGroup {
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its ARN.
    pub arn: String,
    /// What it is for, and who created it.
    pub description: String,
    /// Where results are written, `s3://…/`.
    pub output_location: String,
    /// The account that must own that bucket.
    pub bucket_owner: String,
    /// ARN of the key that encrypts results; nothing leaves the encryption as observed, and SSE-S3 if it is new.
    pub kms_key: Option<String>,
    /// How many bytes a query may scan; nothing leaves a limit as observed.
    pub scan_limit: Option<i64>,
    /// Tags it must have, among others.
    pub tags: Vec<Tag>,
    /// Why it is not deleted, if it is not.
    pub kept: Option<String>,
}

/// A work group as it exists.
#[derive(Clone, Debug, Default)]
pub struct WorkGroupState {
    /// How the service describes it.
    pub description: Description,
    /// Its tags, when they were read.
    pub tags: Vec<Tag>,
}

impl Resource for WorkGroup {
    type Observed = WorkGroupState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<WorkGroupState>, CallError> {
        let tags = reader.work_group_tags(&self.region, &self.arn);
        let (description, tags) = tokio::try_join!(
            reader.work_group(&self.region, &self.name),
            if_wanted(!self.tags.is_empty(), tags),
        )?;
        Ok(description.map(|description| WorkGroupState { description, tags }))
    }

    fn is_own(&self, observed: &WorkGroupState) -> bool {
        observed.description.description == self.description
    }

    fn refusal(&self, observed: Option<&WorkGroupState>) -> Result<()> {
        if observed.is_none_or(|observed| self.is_own(observed)) {
            return Ok(());
        }
        let message = format!(
            "the work group {} exists, and this scheme did not create it",
            self.name
        );
        let hint = format!(
            "delete it, give another --prefix, or set its description to {:?}",
            self.description
        );
        Err(Error::failed(message).hint(hint))
    }

    fn changes(&self, observed: Option<&WorkGroupState>) -> Vec<Change> {
        let Some(observed) = observed else {
            return vec![self.create()];
        };
        if !self.is_own(observed) {
            return Vec::new();
        }
        let WorkGroupState { description, tags } = observed;
        let mut changes = Vec::from_iter(self.update(description));
        if let Some((tags, reason)) = lacking(&self.tags, tags) {
            let resource_arn = self.arn.clone();
            changes.push(Change::new(TagResource { resource_arn, tags }, reason).aside());
        }
        changes
    }

    /// What else it contains goes with it: the history of queries, and the named queries of the stack.
    fn removal(&self, observed: &WorkGroupState) -> Removal {
        let others = (!self.is_own(observed)).then(|| "this scheme did not create it".to_owned());
        match others.or_else(|| self.kept.clone()) {
            None => Removal::by(DeleteWorkGroup {
                work_group: self.name.clone(),
                recursive_delete_option: true,
            }),
            kept => Removal {
                kept,
                ..Removal::default()
            },
        }
    }

    fn facts(&self, observed: &WorkGroupState) -> Vec<Fact> {
        let found = &observed.description;
        let encryption = found.encryption.as_ref();
        let creator = match self.is_own(observed) {
            true => "ctadmin",
            false => "others",
        };
        vec![
            ("state", json!(found.state)),
            ("enforces_settings", json!(found.is_enforced)),
            ("results", json!(found.output_location)),
            ("encryption", json!(encryption.map(|(option, _)| option))),
            ("scan_limit_bytes", json!(found.scan_limit)),
            ("created_by", json!(creator)),
        ]
    }
}

impl WorkGroup {
    fn create(&self) -> Change {
        let call = CreateWorkGroup {
            name: self.name.clone(),
            configuration: WorkGroupConfiguration {
                result_configuration: ResultConfiguration {
                    output_location: self.output_location.clone(),
                    encryption_configuration: self.encryption(),
                    expected_bucket_owner: self.bucket_owner.clone(),
                },
                enforce_work_group_configuration: true,
                bytes_scanned_cutoff_per_query: self.scan_limit.unwrap_or(SCAN_LIMIT),
            },
            description: self.description.clone(),
            tags: self.tags.clone(),
        };
        Change::new(call, "work group is missing")
    }

    fn encryption(&self) -> EncryptionConfiguration {
        let option = match self.kms_key {
            Some(_) => "SSE_KMS",
            None => "SSE_S3",
        };
        EncryptionConfiguration {
            encryption_option: option.to_owned(),
            kms_key: self.kms_key.clone(),
        }
    }

    /// What is wrong, in one call.
    fn update(&self, found: &Description) -> Option<Change> {
        let mut reasons = Vec::new();
        let mut reason = |is_wrong: bool, words: &str| {
            reasons.extend(is_wrong.then(|| words.to_owned()));
            is_wrong
        };
        let is_off = reason(found.state == "DISABLED", "work group is disabled");
        let is_open = reason(!found.is_enforced, "clients can override its settings");
        let is_kept = reason(found.keeps_results, "Athena keeps the results");
        let location = found.output_location.as_ref();
        let is_elsewhere = reason(
            location != Some(&self.output_location),
            "results are written elsewhere",
        );
        let is_unowned = reason(
            found.bucket_owner.as_ref() != Some(&self.bucket_owner),
            "the owner of the result bucket is not checked",
        );
        let wanted = self.encryption();
        let is_plain = match (&found.encryption, &self.kms_key) {
            (None, _) => reason(true, "results are not encrypted"),
            (Some(_), None) => false,
            (Some((option, key)), Some(_)) => {
                let is_same = *option == wanted.encryption_option && *key == wanted.kms_key;
                reason(!is_same, "results are encrypted otherwise")
            }
        };
        let limit = match (found.scan_limit, self.scan_limit) {
            (None, wanted) => Some(wanted.unwrap_or(SCAN_LIMIT)),
            (found, wanted) => wanted.filter(|_| found != wanted),
        };
        reason(limit.is_some(), "the scan limit differs");
        if reasons.is_empty() {
            return None;
        }
        let results = is_elsewhere || is_unowned || is_plain;
        let managed = is_kept.then_some(ManagedQueryResultsConfigurationUpdates { enabled: false });
        let updates = WorkGroupConfigurationUpdates {
            enforce_work_group_configuration: is_open.then_some(true),
            managed_query_results_configuration_updates: managed,
            result_configuration_updates: results.then(|| ResultConfigurationUpdates {
                output_location: is_elsewhere.then(|| self.output_location.clone()),
                encryption_configuration: is_plain.then_some(wanted),
                expected_bucket_owner: is_unowned.then(|| self.bucket_owner.clone()),
            }),
            bytes_scanned_cutoff_per_query: limit,
        };
        let has_updates = is_open || is_kept || results || limit.is_some();
        let call = UpdateWorkGroup {
            work_group: self.name.clone(),
            configuration_updates: has_updates.then_some(updates),
            state: is_off.then(|| "ENABLED".to_owned()),
        };
        Some(Change::new(call, reasons.join(", ")))
    }
}
