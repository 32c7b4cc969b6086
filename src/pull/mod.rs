//! Pulling events out of a queue's logs so that nobody loses a message by it.
//!
//! [`keeper`] keeps the messages of a run hidden, deletes them and gives them back; it knows which are held, and by
//! [`worn`] which must not be received again. [`download`] makes objects of S3 readable, [`press`] reads logs and prints
//! their events, [`counts`] says what became of the messages. What is read, and from where, is for the command to say.

pub mod counts;
pub mod download;
mod held;
pub mod keeper;
pub mod press;
mod progress;
pub mod worn;
