//! Checks of the way that events take from the trails to their reader, and in [`push`] to Splunk, and
//! in [`accounts`] from members to a central account.
//!
//! [`findings`] reads what there is, each part by itself, so that what one part hides does not hide the others; the
//! checks are pure. Nothing is received from the queue.
//!
//! One broken cause is one failure: along the chain trails → bucket → topics → queue → reader, a check that cannot pass
//! because of an earlier failure is unknown, and names the check that it depends on.

pub mod accounts;
mod check;
mod delivery;
mod findings;
mod metrics;
mod parts;
mod path;
pub mod push;
mod queues;
mod reader;
mod topics;

use check::Link;
pub use check::{Check, Outcome};
pub use findings::Findings;

use crate::stack::Scheme;

/// What a check-up is about.
pub struct Subject<'a> {
    /// The names of the scheme, and the account.
    pub scheme: &'a Scheme,
    /// The home region, as far as it is known.
    pub home: Option<&'a str>,
}

/// All checks, in the order in which events pass.
const CHECKS: [Link; 23] = [
    Link("regions", delivery::regions),
    delivery::TRAILS,
    Link("management events", delivery::events),
    delivery::TRAILS_BUCKET,
    delivery::DELIVERY,
    Link("notification", delivery::notified),
    path::BUCKET,
    path::BUCKET_POLICY,
    topics::TOPICS,
    topics::POLICY,
    topics::ENCRYPTION,
    path::SUBSCRIPTION,
    Link("filter policy", path::filter_policies),
    queues::QUEUE,
    Link("queue policy", queues::policy),
    Link("queue encryption", queues::encryption),
    Link("queue depth", queues::depth),
    queues::REDRIVE,
    Link("dead-letter queue", queues::dead_letter_queue),
    reader::AND_QUEUE,
    reader::AND_LOGS,
    Link("one region", reader::one_region),
    Link("last event", reader::last_event),
];

/// Makes all checks.
pub fn checks(findings: &Findings) -> Vec<Check> {
    let checks = CHECKS.iter();
    checks.map(|link| Check::of(findings, link)).collect()
}
