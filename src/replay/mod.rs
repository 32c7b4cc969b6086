//! Sending again what Firehose could not deliver.
//!
//! [`backlog`] says which objects there are and which are done. Of each object the records are [`read`], cut into
//! requests by [`batch`], and sent until the collector acknowledges them, see [`delivery`]; [`object`] ties these together. What
//! was acknowledged is kept in marks in the bucket, see [`acknowledged`], so that the next run does not send it again; the
//! failed objects themselves stay as they are. A [`lease`] keeps two runs from sending the same at the same time.

mod acknowledged;
pub mod backlog;
mod batch;
pub mod delivery;
pub mod lease;
pub mod object;
pub mod permissions;
pub mod read;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use backlog::Backlog;
pub use delivery::Patience;
pub use lease::Lease;

/// What a lock holds, also where a thread has panicked with it.
pub fn locked<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}
