//! Checks of the way from the trail to Splunk, from outside in: the collector, then the stream and what it needs, then
//! what CloudWatch and the backup bucket say of the delivery.

mod addresses;
mod collector;
mod delivery;
mod findings;
mod meeting;
mod stack;

use super::check::{Check, Link};
pub use findings::{Asked, Findings};

/// All checks, in the order in which Firehose meets what they are about.
const CHECKS: [Link<Findings>; 15] = [
    collector::ENDPOINT,
    collector::CERTIFICATE,
    collector::HEALTH,
    collector::TOKEN,
    stack::STREAM,
    Link("transformation", stack::transformation),
    Link("roles", stack::roles),
    Link("backup bucket", stack::bucket),
    Link("subscription filter", stack::filter),
    Link("trail", stack::trail),
    Link("alarms", stack::alarms),
    Link("delivery", delivery::success),
    Link("freshness", delivery::freshness),
    Link("throttling", delivery::throttling),
    Link("failed records", delivery::failures),
];

/// The check that sends an event.
const PROBE: Link<Findings> = Link("probe event", collector::probe);

/// The outcome of all checks; that of a probe event if one was to be sent.
pub fn checks(findings: &Findings) -> Vec<Check> {
    let checks = CHECKS.iter().map(|link| Check::of(findings, link));
    let mut checks: Vec<Check> = checks.collect();
    if findings.is_probed {
        checks.insert(4, Check::of(findings, &PROBE));
    }
    checks
}
