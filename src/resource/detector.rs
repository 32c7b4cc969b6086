//! Detectors of Amazon GuardDuty: an account has one in a region at most, under an id that AWS invents.
//!
//! One that the scheme created has a tag that says so. Any other is used as it is, and never changed or deleted.
//! <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html>

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, lacking_pairs, pairs};
use crate::aws::read::Detector as DetectorState;
use crate::aws::{Outputs, Reader};
use crate::call::guardduty::{
    CreateDetector, DeleteDetector, DetectorFeatureConfiguration, TagResource, UpdateDetector,
};
use crate::call::passing::{MINUTE, NONE, Wait, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Tag, Text};
use crate::error::CallError;
use crate::plan::Step;

/// Detectors.
pub static KIND: Kind = Kind {
    reads: &["ListDetectors", "GetDetector"],
    changes: &["CreateDetector", "UpdateDetector", "TagResource"],
    removals: &["DeleteDetector"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("detector", "guardduty")
};

#[rustfmt::skip]
pub(super) const PASSING: &[Rule<Wait>] = &[
    Rule::of(&[], &["InternalServerErrorException"],
        always(MINUTE)),
    // A detector with members is not deleted, and GuardDuty takes a moment to see that it has none.
    Rule::of(&["DeleteDetector"], &["BadRequestException"],
        after(Duration::from_secs(120), NONE,
            &[Here("guardduty:DisassociateMembers"), Here("guardduty:DeleteMembers"),
                Here("guardduty:DisassociateFromAdministratorAccount")])),
];

/// GuardDuty has one code for all that it refuses.
#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["CreateDetector", "DeleteDetector"], &["BadRequestException"], Proof::IfFound),
];

/// The features that AWS bills extra, but the older `EKS_RUNTIME_MONITORING`.
///
/// <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DetectorFeatureConfiguration.html>
pub const FEATURES: [&str; 8] = [
    "AI_ANALYST",
    "AI_PROTECTION",
    "EBS_MALWARE_PROTECTION",
    "EKS_AUDIT_LOGS",
    "LAMBDA_NETWORK_LOGS",
    "RDS_LOGIN_EVENTS",
    "RUNTIME_MONITORING",
    "S3_DATA_EVENTS",
];

/// It includes the older one, and is off unless it is named; both in one request are refused.
const RUNTIME: &str = "RUNTIME_MONITORING";
const OLDER_RUNTIME: &str = "EKS_RUNTIME_MONITORING";

/// The output with the id.
const ID: &str = "DetectorId";

/// How often repeated findings are published; new ones are at once.
const FREQUENCY: &str = "FIFTEEN_MINUTES";

/// A detector.
#[derive(Clone, Debug)]
pub struct Detector {
    /// What it is called here: GuardDuty has no names.
    pub name: String,
    /// Its region.
    pub region: String,
    /// The ARNs that it may have, as a pattern.
    pub arn: String,
    /// Which of [`FEATURES`] are on; nothing leaves them as observed, and off if it is new.
    pub features: Option<BTreeSet<String>>,
    /// The tag that says who created it; only a new one gets it.
    pub owner: Tag,
    /// Tags it must have, among others.
    pub tags: Vec<Tag>,
}

impl Resource for Detector {
    type Observed = DetectorState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<DetectorState>, CallError> {
        reader.detector(&self.region, &self.name).await
    }

    fn is_own(&self, observed: &DetectorState) -> bool {
        observed.tags.get(&self.owner.key) == Some(&self.owner.value)
    }

    fn outputs(&self, observed: &DetectorState) -> Outputs {
        Outputs::from([(ID, observed.id.clone())])
    }

    fn changes(&self, observed: Option<&DetectorState>) -> Vec<Change> {
        let Some(found) = observed else {
            return vec![self.create()];
        };
        if !self.is_own(found) {
            return Vec::new();
        }
        let (is_off, is_slow) = (found.status == "DISABLED", found.frequency != FREQUENCY);
        let features = self.differing(found);
        let names: Vec<&str> = features.iter().map(|one| one.name.as_str()).collect();
        let parts = [
            is_off.then(|| "detector is suspended".to_owned()),
            is_slow.then(|| format!("findings are published every {}", found.frequency)),
            (!names.is_empty()).then(|| format!("features differ: {}", names.join(", "))),
        ];
        let reasons: Vec<String> = parts.into_iter().flatten().collect();
        let mut changes = Vec::new();
        if !reasons.is_empty() {
            let call = UpdateDetector {
                detector_id: found.id.clone(),
                enable: is_off.then_some(true),
                finding_publishing_frequency: is_slow.then(|| FREQUENCY.to_owned()),
                features,
            };
            changes.push(Change::new(call, reasons.join(", ")));
        }
        if let Some((tags, reason)) = lacking_pairs(&self.tags, &found.tags) {
            let resource_arn = self.arn.replace('*', &found.id);
            changes.push(Change::new(TagResource { resource_arn, tags }, reason).aside());
        }
        changes
    }

    fn removal(&self, observed: &DetectorState) -> Removal {
        match self.is_own(observed) {
            true => Removal::by(DeleteDetector {
                detector_id: observed.id.clone(),
            }),
            false => Removal {
                kept: Some("this scheme did not create it".to_owned()),
                ..Removal::default()
            },
        }
    }

    fn facts(&self, observed: &DetectorState) -> Vec<Fact> {
        let creator = match self.is_own(observed) {
            true => "ctadmin",
            false => "others",
        };
        let features = observed.features.iter();
        let features = features.filter(|name| FEATURES.contains(&name.as_str()));
        let features: BTreeSet<&String> = features.collect();
        vec![
            ("id", json!(observed.id)),
            ("status", json!(observed.status)),
            ("frequency", json!(observed.frequency)),
            ("features", json!(features)),
            ("created_by", json!(creator)),
        ]
    }
}

impl Detector {
    /// The id for later steps: the one that exists, or what the step that creates it returns.
    pub fn detector_id(&self, account: &str, observed: Option<&DetectorState>) -> Text {
        let create = || {
            let Change { call, reason, .. } = self.create();
            Step::new(&KIND, account, &self.region, &self.name, call, reason).output(ID)
        };
        observed.map_or_else(create, |found| found.id.as_str().into())
    }

    /// What is not named is on in a new detector.
    fn create(&self) -> Change {
        let none = BTreeSet::new();
        let wanted = self.features.as_ref().unwrap_or(&none);
        let features = FEATURES.map(|name| match wanted.contains(name) {
            false if name == RUNTIME => configured(OLDER_RUNTIME, false),
            is_on => configured(name, is_on),
        });
        let tags = std::iter::once(&self.owner).chain(&self.tags);
        let call = CreateDetector {
            enable: true,
            finding_publishing_frequency: FREQUENCY.to_owned(),
            features: features.to_vec(),
            tags: pairs(tags),
        };
        Change::new(call, "detector is missing")
    }

    /// The features that an option states otherwise.
    fn differing(&self, found: &DetectorState) -> Vec<DetectorFeatureConfiguration> {
        let wanted = self.features.iter();
        let wanted = wanted.flat_map(|wanted| {
            let features = FEATURES.iter();
            features.map(|name| (*name, wanted.contains(*name)))
        });
        let is_on = |name: &str| found.features.iter().any(|on| on == name);
        let differing = wanted.filter(|(name, wanted)| is_on(name) != *wanted);
        differing.map(|(name, on)| configured(name, on)).collect()
    }
}

fn configured(name: &str, is_on: bool) -> DetectorFeatureConfiguration {
    let status = if is_on { "ENABLED" } else { "DISABLED" };
    DetectorFeatureConfiguration {
        name: name.to_owned(),
        status: status.to_owned(),
    }
}
