//! CloudTrail's events, from the notice in a queue to the fields that a line shows.
//!
//! Pure and synchronous: [`notice`] tells what a message is, [`log`] streams the records of a log file, [`any`] takes
//! events in other shapes, too, [`event`] picks out what people look for, [`filter`] chooses, [`days`]
//! says where in a bucket the events of a time can be. Nothing here asks AWS, and
//! nothing fails because of a field that it does not know.

pub mod any;
pub mod days;
pub mod event;
mod fields;
pub mod filter;
pub mod identity;
pub mod log;
mod network;
pub mod notice;
mod values;
pub mod wildcard;
