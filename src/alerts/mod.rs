//! Alerts: which events must not happen unnoticed, and the patterns by which CloudWatch finds them.
//!
//! Pure. The [`Catalogue`] is data, in `catalogue.toml`; each [`Alert`] has a [`pattern`] in CloudWatch's own language,
//! which is parsed and matched against events here, so that an alert can be tested before it is created.

mod alert;
mod catalogue;
mod file;
pub mod pattern;
mod tally;
#[cfg(test)]
mod tests;

pub use alert::{Alert, PLAIN, Severity};
pub use catalogue::{Catalogue, Choice};
pub use tally::{Count, Tally};
