//! What people and programs see: plans, reports and pictures as text, script and JSON.
//!
//! Pure: data goes in, strings come out.

pub mod after;
pub mod alerts;
mod bucket_settings;
pub mod checkup;
pub mod events;
pub mod json;
pub mod picture;
pub mod readers;
pub mod report;
pub mod script;
pub mod summary;
mod table;
pub mod watch;
