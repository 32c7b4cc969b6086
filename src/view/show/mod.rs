//! What `show` prints for people of each stack: what exists, then where it differs from what `create` would leave.

mod bucket_settings;
pub mod html;
pub mod stack;
pub mod trail;
