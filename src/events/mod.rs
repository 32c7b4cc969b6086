//! CloudTrail's events, from the notice in a queue to the fields that a line shows.
//!
//! Pure and synchronous: [`notice`] recognizes what a message is, [`log`] streams the records of a log file, [`any`]
//! takes events in other shapes, too, [`archive`] knows what Firehose writes, [`event`] and [`identity`] pick out the fields that lines show, [`filter`]
//! chooses, [`wildcard`] matches, [`days`] says where in a bucket the events of a time can be. Nothing here asks AWS,
//! and nothing fails because of an unknown field.

pub mod any;
pub mod archive;
pub mod batch;
pub mod buffer;
pub mod days;
pub mod event;
pub mod fields;
pub mod filter;
pub mod identity;
pub mod log;
mod network;
pub mod notice;
mod values;
pub mod wildcard;
