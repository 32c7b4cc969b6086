//! Stacks: named sets of resources, composed of the kinds in [`resource`](crate::resource).
//!
//! A stack says what it wants, reads what is there, and composes the steps of its kinds into one plan. Everything
//! but the reading is pure.

mod account;
pub mod alerts;
pub mod permissions;
mod planner;
mod refusals;
mod scheme;
pub mod splunk;
pub mod trail;

pub use account::Account;
pub use planner::{After, Planner, Say};
pub use scheme::Scheme;

/// The key of the tag that says which scheme made a thing that does not bear the scheme's name.
pub const OWNER_TAG: &str = "ctadmin:scheme";
