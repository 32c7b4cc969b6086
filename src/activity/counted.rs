//! The report of what a tally has counted.

use super::facts::SignIn;
use super::names::{Name, Names};
use super::report::{
    Asked, Change, ChangeRow, FailureRow, List, NameRow, New, NewNames, NewRow, NewestRow,
    Previous, Report, SignInRow, SignIns, Timeline,
};
use super::table::{Count, Table};
use super::tally::{Dimension, Newest, Tally};
use crate::time::rfc3339;

/// How many rows of a list are reported.
const ROWS: usize = 1000;

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
            timeline: Timeline::of(&tally.timeline),
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
        .compared()
    }
}

pub(super) fn at(time: u64) -> String {
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
    pub(super) fn of(timeline: &super::timeline::Timeline) -> Self {
        let (events, errors) = timeline.counts().into_iter().unzip();
        let seconds = timeline.seconds;
        Self {
            start: timeline.first().map(|first| at(first * seconds)),
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

fn ranked<K: Copy + Eq + Ord + std::hash::Hash, R: Ranked>(
    table: &Table<K>,
    row: impl Fn(K, Count) -> R,
) -> List<R> {
    let all = table.ranked().into_iter();
    let mut rows: Vec<R> = all.map(|(key, count)| row(key, count)).collect();
    by_events(&mut rows);
    rows.truncate(ROWS);
    List {
        distinct: table.distinct(),
        approximate: table.is_approximate(),
        rows,
    }
}

/// Sorts rows, those with most events first; among equals by what they say, whatever was read first.
pub(super) fn by_events<R: Ranked>(rows: &mut [R]) {
    rows.sort_by(|a, b| (b.events(), a.key()).cmp(&(a.events(), b.key())));
}

/// What rows are sorted by.
pub(super) trait Ranked {
    fn events(&self) -> u64;
    fn key(&self) -> ([&str; 3], [Option<bool>; 3]);
}

impl Ranked for FailureRow {
    fn events(&self) -> u64 {
        self.events
    }

    fn key(&self) -> ([&str; 3], [Option<bool>; 3]) {
        let texts = [&*self.user, &*self.action, &*self.error];
        (texts, [Some(self.denied), None, None])
    }
}

impl Ranked for SignInRow {
    fn events(&self) -> u64 {
        self.events
    }

    fn key(&self) -> ([&str; 3], [Option<bool>; 3]) {
        let flags = [Some(self.failed), self.mfa, Some(self.root)];
        ([&*self.user, &*self.address, ""], flags)
    }
}

impl Ranked for ChangeRow {
    fn events(&self) -> u64 {
        self.events
    }

    fn key(&self) -> ([&str; 3], [Option<bool>; 3]) {
        ([&*self.user, &*self.action, &*self.region], [None; 3])
    }
}

fn failures(tally: &Tally) -> List<FailureRow> {
    let name = |dimension, number| tally.names(dimension).name(number).to_owned();
    ranked(&tally.failures, |(user, action, error, denied), count| {
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
    let count = |which: &dyn Fn(&SignIn) -> bool| {
        let some = all.iter().filter(|((_, _, sign_in), _)| which(sign_in));
        some.map(|(_, count)| count.events).sum()
    };
    SignIns {
        events: count(&|_| true),
        failed: count(&|sign_in| sign_in.failed),
        without_mfa: count(&|sign_in| !sign_in.failed && sign_in.mfa == Some(false)),
        root: count(&|sign_in| sign_in.root),
        list: ranked(&tally.sign_ins, |(user, address, sign_in), count| {
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
        list: ranked(table, |(user, action, region), count| ChangeRow {
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
