//! How many regions have been read so far, for the progress display.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the regions that were read, and all that are to be read.
#[derive(Debug, Default)]
pub struct Tally {
    read: AtomicUsize,
    all: AtomicUsize,
}

impl Tally {
    /// Adds regions that are to be read.
    pub fn expect(&self, regions: usize) {
        self.all.fetch_add(regions, Ordering::Relaxed);
    }

    /// Counts a region that was read.
    pub fn add(&self) {
        self.read.fetch_add(1, Ordering::Relaxed);
    }

    /// How many regions were read, and how many are to be read in all.
    pub fn regions(&self) -> (usize, usize) {
        let count = |number: &AtomicUsize| number.load(Ordering::Relaxed);
        (count(&self.read), count(&self.all))
    }
}
