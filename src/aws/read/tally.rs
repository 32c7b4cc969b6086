//! How far a walk through the regions has come, for those who wait for it.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the regions that were read, of all that are to be read.
#[derive(Debug, Default)]
pub struct Tally {
    read: AtomicUsize,
    all: AtomicUsize,
}

impl Tally {
    /// So many regions are about to be read.
    pub fn expect(&self, regions: usize) {
        self.all.fetch_add(regions, Ordering::Relaxed);
    }

    /// One more region was read.
    pub fn add(&self) {
        self.read.fetch_add(1, Ordering::Relaxed);
    }

    /// How many regions were read, of how many.
    pub fn regions(&self) -> (usize, usize) {
        let count = |number: &AtomicUsize| number.load(Ordering::Relaxed);
        (count(&self.read), count(&self.all))
    }
}
