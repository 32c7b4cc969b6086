//! Pulling events out of a queue's logs without losing a message.
//!
//! [`tracker`] keeps the messages of a run hidden, deletes them and returns them to the queue; it knows which are in
//! flight, and by [`receive_limit`] which must not be received again. [`download`] makes objects of S3 readable,
//! [`printing`] reads logs and prints their events, [`counting`] counts them, [`counts`] says what became of the messages. What is read, and from
//! where, is for the command to say.

pub mod counting;
pub mod counts;
pub mod download;
mod in_flight;
pub mod printing;
mod progress;
pub mod receive_limit;
mod selection;
pub mod tracker;
