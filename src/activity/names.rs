//! Names of one dimension (users, regions, …), numbered as they come, with a count each.
//!
//! No more names than a limit have a number. Once there are too many, the half with fewer events loses it; all of them are
//! `OTHER` from then on, and so is everything that was counted under their numbers. A name that comes again is a
//! new one.

use std::collections::HashMap;
use std::sync::Arc;

use super::sketch::Sketch;
use super::table::Count;

/// The number of all names that have none.
pub(super) const OTHER: u32 = u32::MAX;

#[derive(Debug)]
pub(super) struct Names {
    numbers: HashMap<Arc<str>, u32>,
    names: Vec<Name>,
    limit: usize,
    /// All names there ever were, once some have lost their numbers.
    all: Option<Sketch>,
}

#[derive(Clone, Debug)]
pub(super) struct Name {
    pub name: Arc<str>,
    /// In the period that is reported.
    pub count: Count,
    /// When it was seen first, in that period or before.
    pub known_since: Option<u64>,
}

/// By old numbers, the new ones.
pub(super) type Renumbered = Vec<u32>;

impl Names {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            numbers: HashMap::new(),
            names: Vec::new(),
            limit: limit.max(2),
            all: None,
        }
    }

    /// The number of a name, and whether the numbers of other names have changed for that.
    pub(super) fn number(&mut self, name: &str) -> (u32, Option<Renumbered>) {
        if let Some(number) = self.numbers.get(name) {
            return (*number, None);
        }
        let renumbered = (self.names.len() >= self.limit).then(|| self.forget());
        if let Some(all) = &mut self.all {
            all.add(name);
        }
        let name: Arc<str> = name.into();
        let number = self.names.len() as u32;
        self.numbers.insert(name.clone(), number);
        self.names.push(Name {
            name,
            count: Count::NONE,
            known_since: None,
        });
        (number, renumbered)
    }

    /// Counts an event under a number; one of the time before only makes the name known.
    pub(super) fn count(&mut self, number: u32, time: Option<u64>, failed: bool, is_before: bool) {
        let Some(name) = self.names.get_mut(number as usize) else {
            return;
        };
        name.known_since = name.known_since.into_iter().chain(time).min();
        if !is_before {
            name.count.add(time, failed);
        }
    }

    fn forget(&mut self) -> Renumbered {
        let all = self.all.get_or_insert_default();
        self.names.iter().for_each(|name| all.add(&*name.name));
        let kept = self.ranked();
        let mut renumbered = vec![OTHER; self.names.len()];
        let mut names = Vec::with_capacity(self.limit);
        self.numbers.clear();
        for (old, name) in kept.into_iter().take(self.limit / 2) {
            let new = names.len() as u32;
            renumbered[old as usize] = new;
            self.numbers.insert(name.name.clone(), new);
            names.push(name.clone());
        }
        self.names = names;
        renumbered
    }

    pub(super) fn name(&self, number: u32) -> &str {
        let name = self.names.get(number as usize);
        name.map_or("(others)", |name| &name.name)
    }

    /// Numbers and names, those with most events first; among equals by name.
    pub(super) fn ranked(&self) -> Vec<(u32, Name)> {
        let mut ranked: Vec<_> = (0..).zip(self.names.iter().cloned()).collect();
        ranked.sort_by(|(_, a), (_, b)| (b.count.events, &a.name).cmp(&(a.count.events, &b.name)));
        ranked
    }

    /// How many names had an event in the period that is reported.
    pub(super) fn distinct(&self) -> u64 {
        let here = self.names.iter().filter(|name| name.count.events > 0);
        match &self.all {
            None => here.count() as u64,
            Some(all) => all.count(),
        }
    }

    /// Whether some have lost their numbers.
    pub(super) fn is_approximate(&self) -> bool {
        self.all.is_some()
    }
}
