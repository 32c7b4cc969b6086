//! Events per hour, or per a longer time where hours would be too many.

use std::collections::BTreeMap;

/// How many buckets there are at most.
const MOST: u64 = 1000;

const HOUR: u64 = 3600;

/// Events and errors by bucket.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    /// The length of a bucket in seconds: an hour, twice that, …
    pub seconds: u64,
    buckets: BTreeMap<u64, (u64, u64)>,
}

impl Timeline {
    pub(super) fn new() -> Self {
        Self {
            seconds: HOUR,
            buckets: BTreeMap::new(),
        }
    }

    /// Counts an event; its bucket, and how many times longer buckets have become for it.
    pub(super) fn add(&mut self, time: u64, failed: bool) -> (u64, u64) {
        self.add_all(time, 1, u64::from(failed))
    }

    /// The same of several events of the same hour, some of which failed.
    pub(super) fn add_all(&mut self, time: u64, events: u64, errors: u64) -> (u64, u64) {
        let before = self.seconds;
        loop {
            let bucket = time / self.seconds;
            let first = self
                .buckets
                .keys()
                .next()
                .map_or(bucket, |first| bucket.min(*first));
            let last = self
                .buckets
                .keys()
                .next_back()
                .map_or(bucket, |last| bucket.max(*last));
            if last - first < MOST {
                let (all, failed) = self.buckets.entry(bucket).or_default();
                *all += events;
                *failed += errors;
                return (bucket, self.seconds / before);
            }
            self.double();
        }
    }

    fn double(&mut self) {
        self.seconds *= 2;
        for (bucket, (events, errors)) in std::mem::take(&mut self.buckets) {
            let (all, failed) = self.buckets.entry(bucket / 2).or_default();
            *all += events;
            *failed += errors;
        }
    }

    /// The number of the first bucket.
    pub(super) fn first(&self) -> Option<u64> {
        self.buckets.keys().next().copied()
    }

    /// Events and errors of each bucket from the first to the last.
    pub(super) fn counts(&self) -> Vec<(u64, u64)> {
        let (Some(first), Some(last)) = (self.first(), self.buckets.keys().next_back()) else {
            return Vec::new();
        };
        let count = |bucket| self.buckets.get(&bucket).copied().unwrap_or_default();
        (first..=*last).map(count).collect()
    }
}
