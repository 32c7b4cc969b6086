//! Counts by key, of no more keys than a limit.
//!
//! Once there are too many, the half with fewer events is forgotten; what is left stays exact for every key that was there
//! from its first event on. How many keys there were is estimated from then on.

use std::hash::Hash;

use rustc_hash::FxHashMap;

use super::sketch::Sketch;

/// How often something was there, and when, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    pub events: u64,
    /// How many of the events failed.
    pub errors: u64,
    /// The earliest and the latest; nothing if no event had a time.
    pub first: Option<u64>,
    pub last: Option<u64>,
}

impl Count {
    pub(super) const NONE: Self = Self {
        events: 0,
        errors: 0,
        first: None,
        last: None,
    };

    pub(super) fn add(&mut self, time: Option<u64>, failed: bool) {
        self.merge(Self {
            events: 1,
            errors: u64::from(failed),
            first: time,
            last: time,
        });
    }

    fn merge(&mut self, other: Self) {
        self.events += other.events;
        self.errors += other.errors;
        let earlier = self.first.into_iter().chain(other.first);
        (self.first, self.last) = (earlier.min(), self.last.max(other.last));
    }
}

#[derive(Clone, Debug)]
pub(super) struct Table<K> {
    counts: FxHashMap<K, Count>,
    limit: usize,
    /// All keys there ever were, once some were forgotten.
    all: Option<Sketch>,
    /// Keys have become the same.
    is_merged: bool,
}

impl<K: Copy + Eq + Hash + Ord> Table<K> {
    /// A table of so many keys at most.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            counts: FxHashMap::default(),
            limit: limit.max(2),
            all: None,
            is_merged: false,
        }
    }

    pub(super) fn add(&mut self, key: K, time: Option<u64>, failed: bool) {
        if let Some(count) = self.counts.get_mut(&key) {
            return count.add(time, failed);
        }
        if self.counts.len() >= self.limit {
            self.forget();
        }
        if let Some(all) = &mut self.all {
            all.add(key);
        }
        let mut count = Count::NONE;
        count.add(time, failed);
        self.counts.insert(key, count);
    }

    /// Forgets the half with fewer events.
    fn forget(&mut self) {
        let all = self.all.get_or_insert_default();
        self.counts.keys().for_each(|key| all.add(key));
        let ranked = self.ranked();
        let few = ranked.into_iter().skip(self.limit / 2);
        for (key, _) in few {
            self.counts.remove(&key);
        }
    }

    /// The same with other keys; the counts of what has the same key afterwards are added.
    pub(super) fn rename(&mut self, rename: impl Fn(K) -> K) {
        let counts = std::mem::take(&mut self.counts);
        self.is_merged = true;
        for (key, count) in counts {
            let into = self.counts.entry(rename(key)).or_insert(Count::NONE);
            into.merge(count);
        }
    }

    /// The keys with their counts, those with most events first.
    pub(super) fn ranked(&self) -> Vec<(K, Count)> {
        let mut ranked: Vec<_> = self
            .counts
            .iter()
            .map(|(key, count)| (*key, *count))
            .collect();
        ranked.sort_unstable_by_key(|(key, count)| (std::cmp::Reverse(count.events), *key));
        ranked
    }

    /// How many keys there were.
    pub(super) fn distinct(&self) -> u64 {
        match &self.all {
            None => self.counts.len() as u64,
            Some(all) => all.count(),
        }
    }

    /// Whether some were forgotten, or counted as one.
    pub(super) fn is_approximate(&self) -> bool {
        self.all.is_some() || self.is_merged
    }

    /// The number of all events whose keys are not forgotten.
    pub(super) fn events(&self) -> u64 {
        self.counts.values().map(|count| count.events).sum()
    }
}
