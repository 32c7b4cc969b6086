//! Counts of all combinations of the chief dimensions, by which a page filters its tables.

use std::collections::HashMap;

use serde::Serialize;

use super::cells::{FURTHER, KNOWN, Layer};
use super::tally::{Dimension, Tally};

/// Counts of combinations, by which a page filters.
#[derive(Clone, Debug, Serialize)]
pub struct Facets {
    /// The names of each dimension; one place behind the last stands for all others.
    pub values: HashMap<&'static str, Vec<String>>,
    pub layers: Vec<Layer>,
}

impl Facets {
    /// Leaves no more layers than have room in about so many bytes; the first one always.
    pub fn shorten(&mut self, bytes: usize) {
        let mut left = bytes;
        let mut is_first = true;
        // Pairs are small, and come first.
        self.layers
            .sort_by_key(|layer| layer.dimensions.len() != 4 && layer.dimensions.len() > 2);
        self.layers.retain(|layer| {
            let length = layer.length();
            let fits = std::mem::replace(&mut is_first, false) || length <= left;
            left = left.saturating_sub(if fits { length } else { 0 });
            fits
        });
    }

    /// Nothing if combinations were not counted.
    pub fn of(tally: &Tally) -> Option<Self> {
        let cells = tally.cells.as_ref()?;
        let (mut values, mut places, mut lengths) =
            (HashMap::new(), HashMap::new(), HashMap::new());
        let named = [
            ("region", Dimension::Region),
            ("user", Dimension::User),
            ("service", Dimension::Service),
            ("error", Dimension::Error),
            ("action", Dimension::Action),
            ("address", Dimension::Address),
        ];
        for (name, dimension) in named {
            let ranked = tally.names(dimension).ranked();
            let mut known: Vec<_> = ranked
                .iter()
                .filter(|(_, name)| name.count.events > 0)
                .collect();
            // Success is not one of the errors, and has the first place.
            if let Some(success) = known.iter().position(|(_, name)| name.name.is_empty()) {
                let success = known.remove(success);
                known.insert(0, success);
            }
            known.truncate(KNOWN + usize::from(name == "error"));
            let known_places = known
                .iter()
                .zip(0..)
                .map(|((number, _), place)| (*number, place));
            places.insert(name, known_places.collect::<HashMap<u32, u64>>());
            lengths.insert(name, known.len() as u64 + 1);
            values.insert(
                name,
                known
                    .iter()
                    .map(|(_, name)| name.name.to_string())
                    .collect(),
            );
        }
        let first = tally.timeline.first().unwrap_or_default();
        let buckets = tally.timeline.counts().len() as u64;
        let time = (0..buckets).map(|place| ((first + place) as u32, place));
        places.insert(FURTHER[0], time.collect());
        lengths.insert(FURTHER[0], buckets.max(1));
        Some(Self {
            layers: cells.layers(&places, &lengths),
            values,
        })
    }
}
