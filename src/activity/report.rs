//! The report: what was counted, as every view shows it and as `-o json` prints it.
//!
//! All times are RFC 3339 in UTC. Lists are sorted, the most events first. What an event does not have is `(none)`.

use std::collections::HashMap;

use serde::Serialize;

use super::cells::{FILTERS, FURTHER, KNOWN, Layer};
use super::names::{Name, Names};
use super::table::{Count, Table};
use super::tally::{Dimension, Newest, Tally};
use crate::time::rfc3339;

/// How many rows of a list are reported.
const ROWS: usize = 1000;

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Files or a place in a bucket, as they were named.
    pub sources: Vec<String>,
    /// In seconds since 1970.
    pub since: Option<u64>,
    pub until: Option<u64>,
    /// As they were typed.
    pub filters: Vec<String>,
    /// When the time begins that what is new is compared with.
    pub compared_since: Option<u64>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub sources: Vec<String>,
    pub since: Option<String>,
    pub until: Option<String>,
    /// The times of the earliest and the latest event.
    pub first: Option<String>,
    pub last: Option<String>,
    pub filters: Vec<String>,
    /// The time before, if what is new can be said.
    pub previous: Option<Previous>,
    pub events: u64,
    /// How many of them failed.
    pub errors: u64,
    /// How many of them were denied.
    pub denied: u64,
    /// How many logs could not be read to their end, or held what is no event.
    pub unreadable: u64,
    pub timeline: Timeline,
    pub regions: List<NameRow>,
    pub users: List<NameRow>,
    pub services: List<NameRow>,
    pub actions: List<NameRow>,
    pub addresses: List<NameRow>,
    pub error_codes: List<NameRow>,
    pub failures: List<FailureRow>,
    pub sign_ins: SignIns,
    pub changes: Vec<Change>,
    pub new: Option<New>,
    pub newest: Vec<NewestRow>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Previous {
    pub since: String,
    pub until: String,
    pub events: u64,
}

/// Events by time, in buckets of the same length.
#[derive(Clone, Debug, Serialize)]
pub struct Timeline {
    /// When the first bucket begins.
    pub start: Option<String>,
    /// The length of a bucket.
    pub seconds: u64,
    pub events: Vec<u64>,
    pub errors: Vec<u64>,
}

#[derive(Clone, Debug, Serialize)]
pub struct List<R> {
    /// How many rows there would be.
    pub distinct: u64,
    /// Whether there were too many to count them all: `distinct` is an estimate, and rows may have too few events.
    pub approximate: bool,
    pub rows: Vec<R>,
}

#[derive(Clone, Debug, Serialize)]
pub struct NameRow {
    pub name: String,
    pub events: u64,
    pub errors: u64,
    pub first: Option<String>,
    pub last: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct FailureRow {
    pub user: String,
    pub action: String,
    pub error: String,
    pub denied: bool,
    pub events: u64,
    pub first: Option<String>,
    pub last: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct SignIns {
    pub events: u64,
    pub failed: u64,
    /// Of those that succeeded, by users whose second factor AWS would know.
    pub without_mfa: u64,
    pub root: u64,
    #[serde(flatten)]
    pub list: List<SignInRow>,
}

#[derive(Clone, Debug, Serialize)]
pub struct SignInRow {
    pub user: String,
    pub address: String,
    pub failed: bool,
    pub mfa: Option<bool>,
    pub root: bool,
    pub events: u64,
    pub first: Option<String>,
    pub last: Option<String>,
}

/// What an alert of the catalogue names, and who did it.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    pub alert: String,
    pub title: String,
    pub events: u64,
    #[serde(flatten)]
    pub list: List<ChangeRow>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ChangeRow {
    pub user: String,
    pub action: String,
    pub region: String,
    pub events: u64,
    pub first: Option<String>,
    pub last: Option<String>,
}

/// Names that the time before did not have.
#[derive(Clone, Debug, Serialize)]
pub struct New {
    pub users: NewNames,
    pub regions: NewNames,
    pub addresses: NewNames,
    pub actions: NewNames,
}

#[derive(Clone, Debug, Serialize)]
pub struct NewNames {
    pub distinct: u64,
    pub rows: Vec<NewRow>,
}

#[derive(Clone, Debug, Serialize)]
pub struct NewRow {
    pub name: String,
    pub events: u64,
    pub first: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct NewestRow {
    pub time: Option<String>,
    pub region: String,
    pub user: String,
    pub service: String,
    pub name: String,
    pub address: String,
    pub error: Option<String>,
    pub account: String,
    pub id: String,
}

/// Counts of combinations, by which a page filters.
#[derive(Clone, Debug, Serialize)]
pub struct Facets {
    /// The names of each dimension; one place behind the last stands for all others.
    pub values: HashMap<&'static str, Vec<String>>,
    pub layers: Vec<Layer>,
}

impl Report {
    /// What was counted, of so many logs that could not be read.
    pub fn new(tally: &Tally, asked: &Asked, unreadable: u64) -> Self {
        let list = |dimension| List::of_names(tally.names(dimension));
        let time = |time: Option<u64>| time.map(at);
        Self {
            sources: asked.sources.clone(),
            since: time(asked.since),
            until: time(asked.until),
            first: time(tally.first),
            last: time(tally.last),
            filters: asked.filters.clone(),
            previous: previous(tally, asked),
            events: tally.events,
            errors: tally.errors,
            denied: tally.denied,
            unreadable,
            timeline: Timeline::of(tally),
            regions: list(Dimension::Region),
            users: list(Dimension::User),
            services: list(Dimension::Service),
            actions: list(Dimension::Action),
            addresses: list(Dimension::Address),
            error_codes: list(Dimension::Error),
            failures: failures(tally),
            sign_ins: sign_ins(tally),
            changes: changes(tally),
            new: compared(tally, asked).map(|(_, begins)| New::since(tally, begins)),
            newest: tally.newest().into_iter().map(NewestRow::of).collect(),
        }
    }
}

impl Report {
    /// Leaves no more than so many rows in each list.
    pub fn shorten(&mut self, rows: usize) {
        let names = [
            &mut self.regions,
            &mut self.users,
            &mut self.services,
            &mut self.actions,
            &mut self.addresses,
            &mut self.error_codes,
        ];
        names.into_iter().for_each(|list| list.rows.truncate(rows));
        self.failures.rows.truncate(rows);
        self.sign_ins.list.rows.truncate(rows);
        for change in &mut self.changes {
            change.list.rows.truncate(rows);
        }
        if let Some(new) = &mut self.new {
            let lists = [
                &mut new.users,
                &mut new.regions,
                &mut new.addresses,
                &mut new.actions,
            ];
            lists.into_iter().for_each(|list| list.rows.truncate(rows));
        }
        self.newest.truncate(rows.max(200));
    }
}

fn at(time: u64) -> String {
    rfc3339(i64::try_from(time).unwrap_or(i64::MAX))
}

/// The time that is compared with, from its start up to what follows: the one that was read for it, or else the first
/// half.
fn compared(tally: &Tally, asked: &Asked) -> Option<(u64, u64)> {
    if let (Some(start), Some(end)) = (asked.compared_since, asked.since) {
        return Some((start, end));
    }
    let (first, last) = (tally.first?, tally.last?);
    (last > first).then(|| (first, first + (last - first).div_ceil(2)))
}

fn previous(tally: &Tally, asked: &Asked) -> Option<Previous> {
    let (start, end) = compared(tally, asked)?;
    let events = match asked.compared_since {
        Some(_) => tally.before,
        None => tally.timeline_before(end),
    };
    Some(Previous {
        since: at(start),
        until: at(end),
        events,
    })
}

impl Timeline {
    fn of(tally: &Tally) -> Self {
        let (events, errors) = tally.timeline.counts().into_iter().unzip();
        let seconds = tally.timeline.seconds;
        Self {
            start: tally.timeline.first().map(|first| at(first * seconds)),
            seconds,
            events,
            errors,
        }
    }
}

impl List<NameRow> {
    fn of_names(names: &Names) -> Self {
        let ranked = names.ranked().into_iter();
        // The empty name is that of no error.
        let rows = ranked.filter(|(_, name)| name.count.events > 0 && !name.name.is_empty());
        let success = names
            .ranked()
            .iter()
            .any(|(_, name)| name.name.is_empty() && name.count.events > 0);
        Self {
            distinct: names.distinct().saturating_sub(u64::from(success)),
            approximate: names.is_approximate(),
            rows: rows
                .take(ROWS)
                .map(|(_, name)| NameRow::of(&name))
                .collect(),
        }
    }
}

impl NameRow {
    fn of(Name { name, count, .. }: &Name) -> Self {
        Self {
            name: name.to_string(),
            events: count.events,
            errors: count.errors,
            first: count.first.map(at),
            last: count.last.map(at),
        }
    }
}

impl<R> List<R> {
    fn of<K: Copy + Eq + Ord + std::hash::Hash>(
        table: &Table<K>,
        row: impl Fn(K, Count) -> R,
    ) -> Self {
        let ranked = table.ranked().into_iter().take(ROWS);
        Self {
            distinct: table.distinct(),
            approximate: table.is_approximate(),
            rows: ranked.map(|(key, count)| row(key, count)).collect(),
        }
    }
}

fn failures(tally: &Tally) -> List<FailureRow> {
    let name = |dimension, number| tally.names(dimension).name(number).to_owned();
    List::of(&tally.failures, |(user, action, error, denied), count| {
        FailureRow {
            user: name(Dimension::User, user),
            action: name(Dimension::Action, action),
            error: name(Dimension::Error, error),
            denied,
            events: count.events,
            first: count.first.map(at),
            last: count.last.map(at),
        }
    })
}

fn sign_ins(tally: &Tally) -> SignIns {
    let name = |dimension, number| tally.names(dimension).name(number).to_owned();
    let all = tally.sign_ins.ranked();
    let count = |which: &dyn Fn(&super::facts::SignIn) -> bool| {
        let some = all.iter().filter(|((_, _, sign_in), _)| which(sign_in));
        some.map(|(_, count)| count.events).sum()
    };
    SignIns {
        events: count(&|_| true),
        failed: count(&|sign_in| sign_in.failed),
        without_mfa: count(&|sign_in| !sign_in.failed && sign_in.mfa == Some(false)),
        root: count(&|sign_in| sign_in.root),
        list: List::of(&tally.sign_ins, |(user, address, sign_in), count| {
            SignInRow {
                user: name(Dimension::User, user),
                address: name(Dimension::Address, address),
                failed: sign_in.failed,
                mfa: sign_in.mfa,
                root: sign_in.root,
                events: count.events,
                first: count.first.map(at),
                last: count.last.map(at),
            }
        }),
    }
}

fn changes(tally: &Tally) -> Vec<Change> {
    let name = |dimension, number| tally.names(dimension).name(number).to_owned();
    let alerts = tally.changes.titles().zip(&tally.changed);
    let seen = alerts.filter(|(_, table)| table.events() > 0);
    seen.map(|((alert, title), table)| Change {
        alert: alert.to_owned(),
        title: title.to_owned(),
        events: table.events(),
        list: List::of(table, |(user, action, region), count| ChangeRow {
            user: name(Dimension::User, user),
            action: name(Dimension::Action, action),
            region: name(Dimension::Region, region),
            events: count.events,
            first: count.first.map(at),
            last: count.last.map(at),
        }),
    })
    .collect()
}

impl New {
    fn since(tally: &Tally, begins: u64) -> Self {
        let new = |dimension| NewNames::since(tally.names(dimension), begins);
        Self {
            users: new(Dimension::User),
            regions: new(Dimension::Region),
            addresses: new(Dimension::Address),
            actions: new(Dimension::Action),
        }
    }
}

impl NewNames {
    fn since(names: &Names, begins: u64) -> Self {
        let is_new = |name: &Name| name.known_since.is_some_and(|since| since >= begins);
        let ranked = names.ranked().into_iter().map(|(_, name)| name);
        let rows: Vec<_> = ranked
            .filter(|name| name.count.events > 0 && is_new(name))
            .collect();
        Self {
            distinct: rows.len() as u64,
            rows: rows.iter().take(ROWS).map(NewRow::of).collect(),
        }
    }
}

impl NewRow {
    fn of(name: &Name) -> Self {
        Self {
            name: name.name.to_string(),
            events: name.count.events,
            first: name.count.first.map(at),
        }
    }
}

impl NewestRow {
    fn of(event: Newest) -> Self {
        let [region, user, service, name, address, error, account] = event.texts;
        Self {
            time: event.time.map(at),
            region,
            user,
            service,
            name,
            address,
            error: Some(error).filter(|error| !error.is_empty()),
            account,
            id: event.id,
        }
    }
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
        debug_assert!(FILTERS.iter().all(|filter| places.contains_key(filter)));
        Some(Self {
            layers: cells.layers(&places, &lengths),
            values,
        })
    }
}
