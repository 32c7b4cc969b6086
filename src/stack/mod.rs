//! Stacks: named sets of resources, composed of the kinds in [`resource`](crate::resource).
//!
//! A stack says which resources should exist, as a [`graph`]; the [`engine`] reads them, and derives plans, drift and
//! permissions. Everything but the reading is pure.

mod account;
pub mod alerts;
pub mod any;
pub mod engine;
pub mod graph;
pub mod observed;
pub mod permissions;
pub mod picture;
mod planner;
mod purpose;
mod refusals;
mod scheme;
pub mod splunk;
pub mod trail;

pub use account::Account;
pub use planner::{After, Planned, Planner, Say};
pub use purpose::Purpose;
pub use scheme::Scheme;

/// The key of the tag that says which scheme made a thing that does not bear the scheme's name.
pub const OWNER_TAG: &str = "ctadmin:scheme";
