//! How many events there were of each combination of region, user, service and error, and of each of these together
//! with a time, an action or an address: what a page needs to filter all its tables.
//!
//! Combinations are counted under the numbers of their names. Those with a fourth dimension are counted whole as long as they
//! are few; else only by pairs.

use std::collections::HashMap;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::names::OTHER;

/// The dimensions by which a page filters.
pub(super) const FILTERS: [&str; 4] = ["region", "user", "service", "error"];

/// What else there are tables of.
pub(super) const FURTHER: [&str; 3] = ["time", "action", "address"];

/// How many names of a dimension a page knows; all others are one.
pub(super) const KNOWN: usize = 50;

/// How many combinations are counted, at most.
const MOST: usize = 500_000;

/// How many combinations with a further dimension go into a page.
const MOST_SHOWN: usize = 120_000;

/// Numbers of the filters' names.
pub(super) type Filters = [u32; 4];

#[derive(Debug)]
pub(super) struct Cells {
    whole: FxHashMap<Filters, u32>,
    further: [Further; 3],
}

/// Combinations with one of the further dimensions.
#[derive(Debug)]
enum Further {
    Whole(FxHashMap<(Filters, u32), u32>),
    /// By the place of a filter, its name and the further name.
    Pairs(FxHashMap<(u8, u32, u32), u32>),
}

/// Counts of combinations as a page reads them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Layer {
    pub dimensions: Vec<&'static str>,
    /// The combinations, each as one number, in ascending order: each less the one before.
    pub keys: Vec<u64>,
    pub counts: Vec<u64>,
}

impl Cells {
    pub(super) fn new() -> Self {
        let further = || Further::Whole(FxHashMap::default());
        Self {
            whole: FxHashMap::default(),
            further: [further(), further(), further()],
        }
    }

    /// Counts an event; of a further dimension that it does not have, there is no number.
    pub(super) fn add(&mut self, filters: Filters, further: [Option<u32>; 3]) {
        *self.whole.entry(filters).or_default() += 1;
        for (cells, number) in self.further.iter_mut().zip(further) {
            if let Some(number) = number {
                cells.add(filters, number, 1);
            }
        }
    }

    /// How many combinations of the filters there are; the names that matter least must lose their numbers if these are
    /// too many.
    pub(super) fn are_too_many(&self) -> bool {
        self.whole.len() >= MOST
    }

    /// The names of a filter were numbered anew.
    pub(super) fn rename_filter(&mut self, place: usize, rename: impl Fn(u32) -> u32) {
        let renamed = |mut filters: Filters| {
            filters[place] = rename(filters[place]);
            filters
        };
        self.whole = renamed_keys(&mut self.whole, renamed);
        for further in &mut self.further {
            match further {
                Further::Whole(cells) => {
                    *cells = renamed_keys(cells, |(filters, number)| (renamed(filters), number));
                }
                Further::Pairs(cells) => {
                    *cells =
                        renamed_keys(cells, |(of, name, number)| match usize::from(of) == place {
                            true => (of, rename(name), number),
                            false => (of, name, number),
                        });
                }
            }
        }
    }

    /// The same for a further dimension.
    pub(super) fn rename_further(&mut self, place: usize, rename: impl Fn(u32) -> u32) {
        match &mut self.further[place] {
            Further::Whole(cells) => {
                *cells = renamed_keys(cells, |(filters, number)| (filters, rename(number)));
            }
            Further::Pairs(cells) => {
                *cells = renamed_keys(cells, |(of, name, number)| (of, name, rename(number)));
            }
        }
    }

    /// All counts, for a page; `places` gives the place of each number in the page's list of names, by dimension, and
    /// `lengths` how many places a dimension has.
    pub(super) fn layers(
        &self,
        places: &HashMap<&'static str, HashMap<u32, u64>>,
        lengths: &HashMap<&'static str, u64>,
    ) -> Vec<Layer> {
        let place = |dimension: &'static str, number: u32| {
            // Behind the last name is the place of all others.
            let other = lengths[dimension] - 1;
            places[dimension].get(&number).copied().unwrap_or(other)
        };
        let layer = |dimensions: &[&'static str],
                     cells: &mut dyn Iterator<Item = (Vec<u32>, u32)>| {
            let mut counts = FxHashMap::<u64, u64>::default();
            for (numbers, count) in cells {
                let key = dimensions
                    .iter()
                    .zip(numbers)
                    .fold(0, |key, (dimension, number)| {
                        key * lengths[dimension] + place(dimension, number)
                    });
                *counts.entry(key).or_default() += u64::from(count);
            }
            Layer::of(dimensions, counts)
        };
        let mut whole = self
            .whole
            .iter()
            .map(|(filters, count)| (filters.to_vec(), *count));
        let mut layers = vec![layer(&FILTERS, &mut whole)];
        for (further, name) in self.further.iter().zip(FURTHER) {
            for (at, filter) in FILTERS.into_iter().enumerate() {
                layers.push(layer(&[filter, name], &mut further.pairs(at)));
            }
            if let Further::Whole(cells) = further {
                let all = [FILTERS[0], FILTERS[1], FILTERS[2], FILTERS[3], name];
                let mut cells = cells.iter().map(|((filters, number), count)| {
                    ([&filters[..], &[*number]].concat(), *count)
                });
                let whole = layer(&all, &mut cells);
                if whole.counts.len() <= MOST_SHOWN {
                    layers.push(whole);
                }
            }
        }
        layers
    }
}

impl Further {
    fn add(&mut self, filters: Filters, number: u32, count: u32) {
        match self {
            Self::Whole(cells) => {
                *cells.entry((filters, number)).or_default() += count;
                if cells.len() >= MOST {
                    self.split();
                }
            }
            Self::Pairs(cells) => {
                for (place, name) in (0..).zip(filters) {
                    // Among too many, a new one is counted with the others.
                    let key = (place, name, number);
                    let key = match cells.len() < MOST || cells.contains_key(&key) {
                        true => key,
                        false => (place, OTHER, OTHER),
                    };
                    *cells.entry(key).or_default() += count;
                }
            }
        }
    }

    /// From now on only pairs are counted.
    fn split(&mut self) {
        let Self::Whole(cells) = std::mem::replace(self, Self::Pairs(FxHashMap::default())) else {
            return;
        };
        for ((filters, number), count) in cells {
            self.add(filters, number, count);
        }
    }

    /// Each pair with a filter and the number of events; a pair may come several times.
    fn pairs(&self, at: usize) -> Box<dyn Iterator<Item = (Vec<u32>, u32)> + '_> {
        match self {
            Self::Whole(cells) => Box::new(
                cells
                    .iter()
                    .map(move |((filters, number), count)| (vec![filters[at], *number], *count)),
            ),
            Self::Pairs(cells) => Box::new(
                cells
                    .iter()
                    .filter(move |((place, ..), _)| usize::from(*place) == at)
                    .map(|((_, name, number), count)| (vec![*name, *number], *count)),
            ),
        }
    }
}

impl Layer {
    /// About how long it is as JSON, in bytes.
    pub fn length(&self) -> usize {
        let digits = |number: &u64| number.checked_ilog10().unwrap_or(0) as usize + 2;
        self.keys.iter().chain(&self.counts).map(digits).sum()
    }

    pub(super) fn of(dimensions: &[&'static str], counts: FxHashMap<u64, u64>) -> Self {
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_unstable();
        let before = std::iter::once(0).chain(counts.iter().map(|(key, _)| *key));
        Self {
            dimensions: dimensions.to_vec(),
            keys: counts
                .iter()
                .zip(before)
                .map(|((key, _), before)| key - before)
                .collect(),
            counts: counts.iter().map(|(_, count)| *count).collect(),
        }
    }
}

fn renamed_keys<K: Copy + Eq + std::hash::Hash>(
    counts: &mut FxHashMap<K, u32>,
    rename: impl Fn(K) -> K,
) -> FxHashMap<K, u32> {
    let mut renamed = FxHashMap::default();
    for (key, count) in std::mem::take(counts) {
        *renamed.entry(rename(key)).or_default() += count;
    }
    renamed
}
