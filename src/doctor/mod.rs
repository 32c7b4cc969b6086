//! A check-up of the way that events take from the trails to their reader.
//!
//! [`look`] reads what there is, each part by itself, so that what one part hides does not hide the others; the
//! checks are pure. Nothing is received from the queue.

mod check;
mod delivery;
pub mod look;
mod path;
mod queues;
mod reader;

pub use check::{Check, Outcome};
pub use look::Looked;

/// All checks, in the order in which events come by.
pub fn checks(looked: &Looked) -> Vec<Check> {
    let mut checks = vec![
        delivery::regions(looked),
        delivery::logging(looked),
        delivery::events(looked),
        delivery::bucket(looked),
        delivery::delivered(looked),
        delivery::notified(looked),
        path::bucket(looked),
        path::bucket_policy(looked),
        path::topic_policies(looked),
        path::topic_encryption(looked),
        path::subscriptions(looked),
        path::filter_policies(looked),
    ];
    checks.extend(queues::all(looked));
    checks.extend(reader::all(looked));
    checks
}
