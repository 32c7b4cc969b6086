//! What people and programs see: plans, reports and pictures as text, script and JSON.
//!
//! Pure: data goes in, strings come out.

pub mod activity;
pub mod after;
pub mod catalogue;
pub mod checkup;
pub mod events;
pub mod failed;
pub mod json;
pub mod page;
pub mod replay;
pub mod report;
pub mod script;
pub mod shards;
pub(crate) mod show;
pub mod summary;
mod table;
