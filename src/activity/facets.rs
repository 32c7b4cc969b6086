//! Counts of all combinations of the chief dimensions, by which a page filters its tables.

use std::collections::{BTreeMap, HashMap};

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::answered::Answers;
use super::cells::{FILTERS, FURTHER, KNOWN, Layer};
use super::report::Report;
use super::tally::{Dimension, Tally};
use crate::athena::cube;
use crate::time;

/// Counts of combinations, by which a page filters.
#[derive(Clone, Debug, Serialize)]
pub struct Facets {
    /// The names of each dimension; one place behind the last stands for all others.
    pub values: BTreeMap<&'static str, Vec<String>>,
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
            (BTreeMap::new(), HashMap::new(), HashMap::new());
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

/// The dimensions of the answers, as a page names them.
const PAGE: [&str; cube::DIMENSIONS.len()] = [
    "region", "user", "service", "error", "time", "action", "address",
];

/// The names that Athena is to count combinations of, by dimension.
pub fn asked_names(answers: &Answers, report: &Report) -> Vec<(&'static str, Vec<String>)> {
    let rows = answers.get("tables").map_or(&[][..], Vec::as_slice);
    let with_names = cube::DIMENSIONS.into_iter().filter(|name| *name != "hour");
    let names = with_names.map(|dimension| {
        let of = |row: &&Vec<Option<String>>| row.first() == Some(&Some(dimension.to_owned()));
        let names = rows.iter().filter(of);
        let names = names.filter_map(|row| row.get(1)?.clone());
        (dimension, known(dimension, report, names))
    });
    names.collect()
}

/// The names that a page knows; success has the first place among errors.
fn known(dimension: &str, report: &Report, names: impl Iterator<Item = String>) -> Vec<String> {
    let is_error = dimension == "error";
    let success = (is_error && report.events > report.errors).then(String::new);
    let names = success.into_iter().chain(names);
    names.take(KNOWN + usize::from(is_error)).collect()
}

/// The names that a page knows, by dimension.
fn known_of(report: &Report) -> BTreeMap<&'static str, Vec<String>> {
    let lists = [
        ("region", &report.regions),
        ("user", &report.users),
        ("service", &report.services),
        ("error", &report.error_codes),
        ("action", &report.actions),
        ("address", &report.addresses),
    ];
    let values = lists.map(|(name, list)| {
        let names = list.rows.iter().map(|row| row.name.clone());
        (name, known(name, report, names))
    });
    BTreeMap::from(values)
}

impl Facets {
    /// Of the rows that [`cube`] was answered.
    pub fn answered(report: &Report, rows: &[Vec<Option<String>>]) -> Self {
        let values = known_of(report);
        let timeline = &report.timeline;
        let start = timeline.start.as_deref().and_then(time::seconds);
        let start = start.unwrap_or_default();
        let place = |column: usize, text: &str| match PAGE[column] {
            "time" => {
                let time = time::seconds(&format!("{text}:00:00Z"))?;
                Some(time.checked_sub(start)? / timeline.seconds)
            }
            _ => text.parse::<u64>().ok(),
        };
        let radix = |column: usize| match values.get(PAGE[column]) {
            Some(values) => values.len() as u64 + 1,
            None => timeline.events.len().max(1) as u64,
        };
        let mut layers = HashMap::<Vec<usize>, FxHashMap<u64, u64>>::new();
        for row in rows {
            let Some((Some(events), places)) = row.split_last() else {
                continue;
            };
            let places = places.iter().enumerate().take(PAGE.len());
            let places = places.filter_map(|(column, text)| Some((column, text.as_deref()?)));
            let mut columns = Vec::new();
            let key = places.into_iter().try_fold(0, |key, (column, text)| {
                columns.push(column);
                Some(key * radix(column) + place(column, text)?)
            });
            if let (Some(key), Ok(events)) = (key, events.parse::<u64>()) {
                *layers.entry(columns).or_default().entry(key).or_default() += events;
            }
        }
        let mut layer = |columns: Vec<usize>| {
            let names: Vec<&'static str> = columns.iter().map(|column| PAGE[*column]).collect();
            Layer::of(&names, layers.remove(&columns).unwrap_or_default())
        };
        let filters = FILTERS.len();
        let mut all = vec![layer((0..filters).collect())];
        for further in filters..PAGE.len() {
            all.extend((0..filters).map(|filter| layer(vec![filter, further])));
        }
        Self {
            values,
            layers: all,
        }
    }
}
