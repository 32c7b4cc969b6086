//! What `show` prints for people of each stack: what exists, then where it differs from what `create` would leave.

pub mod alerts;
mod bucket_settings;
pub mod splunk;
pub mod trail;
