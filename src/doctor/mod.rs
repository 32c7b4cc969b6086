//! Checks of the way that events take from the trails to their reader.
//!
//! [`findings`] reads what there is, each part by itself, so that what one part hides does not hide the others; the
//! checks are pure. Nothing is received from the queue.
//!
//! One broken cause is one failure: along the chain trails → bucket → topics → queue → reader, a check that cannot pass
//! because of an earlier failure is unknown, and names the check that it depends on.

mod check;
mod delivery;
pub mod findings;
mod path;
mod queues;
mod reader;
mod topics;

use serde::Serialize;

pub use check::{Check, Outcome};
pub use findings::Findings;

/// All checks, in the order in which events pass.
pub fn checks(findings: &Findings) -> Vec<Check> {
    let trails = delivery::logging(findings);
    let in_use = delivery::bucket(findings);
    let bucket = path::bucket(findings);
    let bucket_policy = path::bucket_policy(findings);
    let topics = topics::exist(findings);
    let topic_policies = topics::policies(findings);
    let topic_encryption = topics::encryption(findings);
    // A trail that is stopped explains nothing while others log.
    let stopped = Some(&trails).filter(|_| !findings.logs());
    let delivered = delivery::delivered(findings, stopped, &[&in_use, &bucket, &bucket_policy]);
    let sending = Vec::from_iter(stopped.into_iter().chain([&delivered]));
    let notified = delivery::notified(
        findings,
        &sending,
        &[&topics, &topic_policies, &topic_encryption],
    );
    let readers = reader::all(findings, &sending);
    let mut checks = vec![
        delivery::regions(findings),
        trails,
        delivery::events(findings),
        in_use,
        delivered,
        notified,
        bucket,
        bucket_policy,
        topics,
        topic_policies,
        topic_encryption,
        path::subscriptions(findings),
        path::filter_policies(findings),
    ];
    checks.extend(queues::all(findings));
    checks.extend(readers);
    checks
}

/// How many checks passed, failed, and could not be found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// All is well.
    pub pass: usize,
    /// Events do not pass here, or will soon be lost.
    pub fail: usize,
    /// It could not be found out.
    pub unknown: usize,
}

impl Totals {
    /// Counts these checks.
    pub fn of(checks: &[Check]) -> Self {
        let mut totals = Self::default();
        for check in checks {
            match check.outcome {
                Outcome::Pass => totals.pass += 1,
                Outcome::Fail => totals.fail += 1,
                Outcome::Unknown => totals.unknown += 1,
            }
        }
        totals
    }
}
