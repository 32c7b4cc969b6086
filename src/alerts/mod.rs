//! Alerts: which events must not happen unnoticed, and how CloudWatch is told to look for them.
//!
//! Pure. The [`Catalogue`] is data, in `catalogue.toml`; each [`Alert`] has a [`pattern`] in CloudWatch's own language,
//! which is read and held against events here, so that an alert can be tried before AWS is asked for it.

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
