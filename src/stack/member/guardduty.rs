//! A member's side of GuardDuty: a detector in each region, and the invitation of the central account, accepted. So the
//! findings of this account come to the central one.
//!
//! A detector that exists is used as it is. AWS shows an invitation once it has verified the account's email address:
//! until then there is nothing to accept, and a later run accepts it.

use super::Options;
use crate::resource::Resource;
use crate::resource::detector::Detector;
use crate::resource::guardduty_invitation::GuardDutyInvitation;
use crate::stack::central::owner_of_detector;
use crate::stack::graph::{Graph, Intent, Node};
use crate::stack::observed::Observed;
use crate::stack::{Account, Purpose};

/// Adds what is kept or deleted in each region. Where the stack has created no detector, `show` misses none.
pub(super) fn fill(
    options: &Options,
    (account, purpose): (&Account, Purpose),
    observed: &Observed,
    graph: &mut Graph,
) {
    if !options.has_guardduty {
        return;
    }
    let regions = account.regions.iter();
    let detectors = regions.map(|region| detector(options, account, &region.name));
    let detectors: Vec<Detector> = detectors.collect();
    let exists = detectors.iter().any(|detector| is_own(detector, observed));
    let intent = match purpose {
        Purpose::Show if !exists => Intent::Read,
        purpose => purpose.intent(),
    };
    for detector in detectors {
        let is_read = observed.is_read(&detector);
        let invitation = invitation(options, account, &detector, observed);
        let detector = graph.add(Node::new(detector, intent));
        if is_read {
            graph.add(Node::new(invitation, intent).needs([detector]));
        }
    }
}

fn is_own(detector: &Detector, observed: &Observed) -> bool {
    let found = observed.of(detector);
    found.is_some_and(|found| detector.is_own(found))
}

/// The regions whose invitation is not there yet, while their detector has no administrator.
pub(super) fn uninvited<'a>(
    options: &Options,
    account: &'a Account,
    observed: &Observed,
) -> Vec<&'a str> {
    if !options.has_guardduty || options.central.is_none() {
        return Vec::new();
    }
    let regions = account.regions.iter().map(|region| region.name.as_str());
    let regions = regions.filter(|region| {
        let detector = detector(options, account, region);
        let invitation = invitation(options, account, &detector, observed);
        observed.of(&invitation).is_none()
    });
    regions.collect()
}

fn detector(options: &Options, account: &Account, region: &str) -> Detector {
    let scheme = &account.scheme;
    let name = format!("{}-member", scheme.prefix);
    Detector {
        region: region.to_owned(),
        arn: scheme.arn("guardduty", region, "detector/*"),
        features: None,
        owner: owner_of_detector(scheme, &name),
        name,
        tags: options.tags.clone(),
    }
}

/// The invitation of the central account that was named; else the relation that a detector of the stack has.
fn invitation(
    options: &Options,
    account: &Account,
    detector: &Detector,
    observed: &Observed,
) -> GuardDutyInvitation {
    let id = detector.detector_id(&account.scheme.account, observed.of(detector));
    let invitation = GuardDutyInvitation {
        name: detector.name.clone(),
        region: detector.region.clone(),
        detector: id,
        administrator: String::new(),
    };
    let named = options.central.as_ref();
    let named = named.map(|central| central.account.clone());
    let current = || {
        let found = observed.of(&invitation);
        let found = found.filter(|_| is_own(detector, observed));
        found?.administrator.clone()
    };
    GuardDutyInvitation {
        administrator: named.or_else(current).unwrap_or_default(),
        ..invitation
    }
}
