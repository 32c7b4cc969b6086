//! The report: what was counted, as every view shows it and as `-o json` prints it.
//!
//! All times are RFC 3339 in UTC. Lists are sorted, the most events first. What an event does not have is `(none)`.

use serde::Serialize;

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

impl Report {
    /// The same; what is new is not known if there is nothing to compare with.
    pub(super) fn compared(self) -> Self {
        let mut previous = self.previous.iter();
        let is_known = previous.any(|previous| previous.events > 0);
        Self {
            new: self.new.filter(|_| is_known),
            ..self
        }
    }

    /// Leaves no more than so many rows in each list, and five times as many of the newest events.
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
        self.newest.truncate(5 * rows);
    }
}
