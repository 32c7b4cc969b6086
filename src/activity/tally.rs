//! Counting facts, with a memory that has a limit.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::cells::{Cells, FILTERS};
use super::changes::Changes;
use super::facts::{Fact, Facts, SignIn, Text};
use super::names::{Names, OTHER, Renumbered};
use super::table::Table;
use super::timeline::Timeline;

/// How many names a dimension has at most, and keys a table.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub names: usize,
    pub keys: usize,
    /// How many of the newest events are kept.
    pub newest: usize,
}

impl Limits {
    pub const NAMES: usize = 50_000;
    pub const KEYS: usize = 20_000;
}

/// How many names of a filter keep their own combinations when these become too many.
const SPARED: usize = 1000;

/// Dimensions whose names are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Dimension {
    Region,
    User,
    Service,
    /// The empty name is success.
    Error,
    /// Service and event name.
    Action,
    Address,
}

/// Of all dimensions, how many there are.
const DIMENSIONS: usize = 6;

/// Numbers of an event's names.
type Numbers = [u32; DIMENSIONS];

/// One of the newest events.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Newest {
    pub time: Option<u64>,
    pub id: String,
    pub texts: [String; 7],
}

#[derive(Debug)]
pub struct Tally {
    limits: Limits,
    /// Events of an earlier time, in seconds since 1970, only make names known.
    begins: Option<u64>,
    pub(super) events: u64,
    pub(super) errors: u64,
    pub(super) denied: u64,
    /// Events of the time before.
    pub(super) before: u64,
    pub(super) first: Option<u64>,
    pub(super) last: Option<u64>,
    pub(super) timeline: Timeline,
    pub(super) names: [Names; DIMENSIONS],
    /// By user, action, error, and whether it was denied.
    pub(super) failures: Table<(u32, u32, u32, bool)>,
    /// By user and address.
    pub(super) sign_ins: Table<(u32, u32, SignIn)>,
    pub(super) changes: Changes,
    /// By user, action and region, for each alert.
    pub(super) changed: Vec<Table<(u32, u32, u32)>>,
    /// The alerts of an action, by its number.
    alerts: HashMap<u32, Vec<usize>>,
    pub(super) cells: Option<Cells>,
    newest: BinaryHeap<Reverse<Newest>>,
}

impl Tally {
    /// Counts events from a time on, in seconds since 1970; `in_cells` if the combinations are wanted.
    pub fn new(limits: Limits, begins: Option<u64>, in_cells: bool) -> Self {
        let changes = Changes::new();
        let alerts = changes.titles().count();
        Self {
            limits,
            begins,
            events: 0,
            errors: 0,
            denied: 0,
            before: 0,
            first: None,
            last: None,
            timeline: Timeline::new(),
            names: std::array::from_fn(|_| Names::new(limits.names)),
            failures: Table::new(limits.keys),
            sign_ins: Table::new(limits.keys),
            changes,
            changed: vec![Table::new(limits.keys); alerts],
            alerts: HashMap::new(),
            cells: in_cells.then(Cells::new),
            newest: BinaryHeap::new(),
        }
    }

    pub fn add(&mut self, facts: &Facts) {
        for fact in facts.iter() {
            self.add_one(facts, fact);
        }
    }

    fn add_one(&mut self, facts: &Facts, fact: &Fact) {
        let error = facts.text(fact, Text::Error);
        let (time, failed) = (fact.time, !error.is_empty());
        let is_before = self
            .begins
            .is_some_and(|begins| time.is_some_and(|time| time < begins));
        let numbers = self.numbers(facts, fact);
        for (names, number) in self.names.iter_mut().zip(numbers) {
            names.count(number, time, failed, is_before);
        }
        if is_before {
            self.before += 1;
            return;
        }
        self.events += 1;
        self.errors += u64::from(failed);
        self.denied += u64::from(fact.denied);
        self.first = self.first.into_iter().chain(time).min();
        self.last = self.last.max(time);
        self.add_to_tables(facts, fact, numbers, failed);
        self.add_to_newest(facts, fact);
        let bucket = time.map(|time| self.timeline.add(time, failed));
        self.add_to_cells(numbers, bucket);
    }

    /// The numbers of an event's names.
    fn numbers(&mut self, facts: &Facts, fact: &Fact) -> Numbers {
        let text = |text| facts.text(fact, text);
        let action = format!("{}:{}", text(Text::Service), text(Text::Name));
        let names = [
            text(Text::Region),
            text(Text::User),
            text(Text::Service),
            text(Text::Error),
            &action,
            text(Text::Address),
        ];
        let mut numbers = [OTHER; DIMENSIONS];
        for (at, name) in names.into_iter().enumerate() {
            let (number, renumbered) = self.names[at].number(name);
            numbers[at] = number;
            if let Some(renumbered) = renumbered {
                self.renumber(at, &renumbered);
            }
        }
        numbers
    }

    /// The names of a dimension have other numbers now.
    fn renumber(&mut self, dimension: usize, renumbered: &Renumbered) {
        let new = |old: u32| renumbered.get(old as usize).copied().unwrap_or(OTHER);
        let if_is = |is: Dimension, old: u32| match is as usize == dimension {
            true => new(old),
            false => old,
        };
        self.failures.rename(|(user, action, error, denied)| {
            (
                if_is(Dimension::User, user),
                if_is(Dimension::Action, action),
                if_is(Dimension::Error, error),
                denied,
            )
        });
        self.sign_ins.rename(|(user, address, sign_in)| {
            (
                if_is(Dimension::User, user),
                if_is(Dimension::Address, address),
                sign_in,
            )
        });
        for changed in &mut self.changed {
            changed.rename(|(user, action, region)| {
                (
                    if_is(Dimension::User, user),
                    if_is(Dimension::Action, action),
                    if_is(Dimension::Region, region),
                )
            });
        }
        self.alerts.clear();
        if let Some(cells) = &mut self.cells {
            match dimension {
                filter if filter < FILTERS.len() => cells.rename_filter(filter, new),
                action if action == Dimension::Action as usize => cells.rename_further(1, new),
                _ => cells.rename_further(2, new),
            }
        }
    }

    fn add_to_tables(&mut self, facts: &Facts, fact: &Fact, numbers: Numbers, failed: bool) {
        let [region, user, _, error, action, address] = numbers;
        if failed {
            self.failures
                .add((user, action, error, fact.denied), fact.time, failed);
        }
        if let Some(sign_in) = fact.sign_in {
            self.sign_ins
                .add((user, address, sign_in), fact.time, failed);
        }
        // What failed has changed nothing.
        if failed {
            return;
        }
        let alerts = self.alerts.entry(action).or_insert_with(|| {
            let source = format!("{}.amazonaws.com", facts.text(fact, Text::Service));
            self.changes.of(&source, facts.text(fact, Text::Name))
        });
        for alert in alerts {
            self.changed[*alert].add((user, action, region), fact.time, failed);
        }
    }

    fn add_to_newest(&mut self, facts: &Facts, fact: &Fact) {
        if self.newest.len() >= self.limits.newest {
            let oldest = self.newest.peek().and_then(|Reverse(oldest)| oldest.time);
            if self.limits.newest == 0 || fact.time <= oldest {
                return;
            }
            self.newest.pop();
        }
        let text = |text| facts.text(fact, text).to_owned();
        let texts = [
            Text::Region,
            Text::User,
            Text::Service,
            Text::Name,
            Text::Address,
            Text::Error,
            Text::Account,
        ];
        self.newest.push(Reverse(Newest {
            time: fact.time,
            id: text(Text::Id),
            texts: texts.map(text),
        }));
    }

    fn add_to_cells(&mut self, numbers: Numbers, bucket: Option<(u64, u64)>) {
        let Some(cells) = &mut self.cells else {
            return;
        };
        let [region, user, service, error, action, address] = numbers;
        if let Some((_, longer @ 2..)) = bucket {
            cells.rename_further(0, |bucket| (u64::from(bucket) / longer) as u32);
        }
        let bucket = bucket.map(|(bucket, _)| bucket as u32);
        cells.add(
            [region, user, service, error],
            [bucket, Some(action), Some(address)],
        );
        if cells.are_too_many() {
            for (place, names) in self.names.iter().take(FILTERS.len()).enumerate() {
                let spared = names.ranked().into_iter().take(SPARED);
                let spared: HashSet<u32> = spared.map(|(number, _)| number).collect();
                cells.rename_filter(place, |number| match spared.contains(&number) {
                    true => number,
                    false => OTHER,
                });
            }
        }
    }

    pub(super) fn names(&self, dimension: Dimension) -> &Names {
        &self.names[dimension as usize]
    }

    /// About how many events there were before a time: all of the buckets that end up to it.
    pub(super) fn timeline_before(&self, time: u64) -> u64 {
        let seconds = self.timeline.seconds;
        let first = self.timeline.first().unwrap_or_default();
        let buckets = self.timeline.counts().into_iter().zip(first..);
        let before = buckets.filter(|(_, bucket)| (bucket + 1) * seconds <= time);
        before.map(|((events, _), _)| events).sum()
    }

    /// The newest events, the newest first.
    pub(super) fn newest(&self) -> Vec<Newest> {
        let mut newest: Vec<_> = self
            .newest
            .iter()
            .map(|Reverse(event)| event.clone())
            .collect();
        newest.sort_by(|a, b| b.cmp(a));
        newest
    }
}
