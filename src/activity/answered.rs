//! The report of what the questions of [`athena`](crate::athena) were answered: the same as of a tally.

use std::collections::HashMap;

use super::changes::Changes;
use super::counted::{at, by_events};
use super::facts::{NONE, shortened};
use super::report::{
    Asked, Change, ChangeRow, FailureRow, List, NameRow, New, NewNames, NewRow, NewestRow,
    Previous, Report, SignInRow, SignIns, Timeline,
};
use super::timeline;
use crate::time;

/// The questions that a report needs.
pub const NEEDED: [&str; 8] = [
    "totals", "timeline", "tables", "failures", "sign-ins", "changes", "new", "newest",
];

/// The rows of each question's answer, by its name.
pub type Answers = HashMap<&'static str, Vec<Vec<Option<String>>>>;

/// What is wrong with an answer.
type Result<T> = std::result::Result<T, String>;

impl Report {
    /// What was answered.
    ///
    /// # Errors
    /// When an answer does not have the columns of its question.
    pub fn answered(answers: &Answers, asked: &Asked) -> Result<Self> {
        let of = |question: &'static str| Answer::new(question, answers);
        let totals = of("totals");
        let total = totals.rows().next();
        let total = total.ok_or("the answer to the question totals has no row")?;
        let tables = of("tables");
        let list = |dimension| names(&tables, dimension);
        let time = |time: Option<u64>| time.map(at);
        let new = of("new");
        let report = Self {
            sources: asked.sources.clone(),
            since: time(asked.since),
            until: time(asked.until),
            first: total.time(3),
            last: total.time(4),
            filters: asked.filters.clone(),
            previous: previous(&new, asked)?,
            events: total.number(0)?,
            errors: total.number(1)?,
            denied: total.number(2)?,
            unreadable: 0,
            timeline: timeline_of(&of("timeline"))?,
            regions: list("region")?,
            users: list("user_name")?,
            services: list("service")?,
            actions: list("action")?,
            addresses: list("address")?,
            error_codes: list("error")?,
            failures: failures(&of("failures"))?,
            sign_ins: SignIns {
                events: total.number(5)?,
                failed: total.number(6)?,
                without_mfa: total.number(7)?,
                root: total.number(8)?,
                list: sign_ins(&of("sign-ins"))?,
            },
            changes: changes(&of("changes"))?,
            new: Some(New {
                users: new_names(&new, "user_name")?,
                regions: new_names(&new, "region")?,
                addresses: new_names(&new, "address")?,
                actions: new_names(&new, "action")?,
            }),
            newest: of("newest").rows().map(newest).collect(),
        };
        Ok(report.compared())
    }
}

/// An answer, and to which question.
struct Answer<'a> {
    question: &'static str,
    rows: &'a [Vec<Option<String>>],
}

/// A row of an answer; columns are numbered from 0.
#[derive(Clone, Copy)]
struct Row<'a> {
    question: &'static str,
    columns: &'a [Option<String>],
}

impl<'a> Answer<'a> {
    fn new(question: &'static str, answers: &'a Answers) -> Self {
        let rows = answers.get(question);
        Self {
            question,
            rows: rows.map_or(&[], Vec::as_slice),
        }
    }

    fn rows(&self) -> impl Iterator<Item = Row<'a>> + use<'a> {
        let question = self.question;
        self.rows
            .iter()
            .map(move |columns| Row { question, columns })
    }

    /// The rows about a dimension.
    fn about(&self, dimension: &str) -> impl Iterator<Item = Row<'a>> {
        self.rows()
            .filter(move |row| row.text(0) == Some(dimension))
    }
}

impl<'a> Row<'a> {
    fn text(self, column: usize) -> Option<&'a str> {
        self.columns.get(column)?.as_deref()
    }

    /// A name, as long as names are in a report.
    fn name(self, column: usize) -> String {
        shortened(self.text(column).unwrap_or(NONE))
    }

    /// The name of an action, whose parts are as long as names are.
    fn action(self, column: usize) -> String {
        let name = self.text(column).unwrap_or(NONE);
        match name.split_once(':') {
            Some((service, name)) => format!("{}:{}", shortened(service), shortened(name)),
            None => shortened(name),
        }
    }

    fn number(self, column: usize) -> Result<u64> {
        let number = self.text(column).and_then(|text| text.parse().ok());
        let question = self.question;
        number.ok_or_else(|| {
            let column = column + 1;
            format!("column {column} of an answer to the question {question} is no number")
        })
    }

    fn flag(self, column: usize) -> Option<bool> {
        self.text(column)?.parse().ok()
    }

    fn time(self, column: usize) -> Option<String> {
        self.text(column).and_then(time::seconds).map(at)
    }
}

/// Rows, of which an answer says in a column how many there are in all.
fn list<'a, R>(
    rows: impl Iterator<Item = Row<'a>>,
    distinct: usize,
    row: impl Fn(Row<'a>) -> Result<R>,
) -> Result<List<R>> {
    let mut rows = rows.peekable();
    let first = rows.peek().copied();
    Ok(List {
        distinct: first.map_or(Ok(0), |first| first.number(distinct))?,
        approximate: false,
        rows: rows.map(row).collect::<Result<_>>()?,
    })
}

fn names(tables: &Answer<'_>, dimension: &str) -> Result<List<NameRow>> {
    list(tables.about(dimension), 6, |row| {
        Ok(NameRow {
            name: match dimension {
                "action" => row.action(1),
                _ => row.name(1),
            },
            events: row.number(2)?,
            errors: row.number(3)?,
            first: row.time(4),
            last: row.time(5),
        })
    })
}

fn timeline_of(answer: &Answer<'_>) -> Result<Timeline> {
    let mut timeline = timeline::Timeline::new();
    for row in answer.rows() {
        let (events, errors) = (row.number(1)?, row.number(2)?);
        if let Some(time) = row.text(0).and_then(time::seconds) {
            timeline.add_all(time, events, errors);
        }
    }
    Ok(Timeline::of(&timeline))
}

fn failures(answer: &Answer<'_>) -> Result<List<FailureRow>> {
    let mut list = list(answer.rows(), 7, |row| {
        Ok(FailureRow {
            user: row.name(0),
            action: row.action(1),
            error: row.name(2),
            denied: row.flag(3).unwrap_or_default(),
            events: row.number(4)?,
            first: row.time(5),
            last: row.time(6),
        })
    })?;
    by_events(&mut list.rows);
    Ok(list)
}

fn sign_ins(answer: &Answer<'_>) -> Result<List<SignInRow>> {
    let mut list = list(answer.rows(), 8, |row| {
        Ok(SignInRow {
            user: row.name(0),
            address: row.name(1),
            failed: row.flag(2).unwrap_or_default(),
            mfa: row.flag(3),
            root: row.flag(4).unwrap_or_default(),
            events: row.number(5)?,
            first: row.time(6),
            last: row.time(7),
        })
    })?;
    by_events(&mut list.rows);
    Ok(list)
}

fn changes(answer: &Answer<'_>) -> Result<Vec<Change>> {
    let alerts = Changes::new();
    let mut changes = Vec::new();
    for (alert, title) in alerts.titles() {
        let Some(first) = answer.about(alert).next() else {
            continue;
        };
        let mut list = list(answer.about(alert), 8, |row| {
            Ok(ChangeRow {
                user: row.name(1),
                action: row.action(2),
                region: row.name(3),
                events: row.number(4)?,
                first: row.time(5),
                last: row.time(6),
            })
        })?;
        by_events(&mut list.rows);
        changes.push(Change {
            alert: alert.to_owned(),
            title: title.to_owned(),
            events: first.number(7)?,
            list,
        });
    }
    Ok(changes)
}

fn previous(new: &Answer<'_>, asked: &Asked) -> Result<Option<Previous>> {
    let (Some(start), Some(end)) = (asked.compared_since, asked.since) else {
        return Ok(None);
    };
    let row = new.about("previous").next();
    Ok(Some(Previous {
        since: at(start),
        until: at(end),
        events: row.map_or(Ok(0), |row| row.number(2))?,
    }))
}

fn new_names(new: &Answer<'_>, dimension: &str) -> Result<NewNames> {
    let list = list(new.about(dimension), 4, |row| {
        Ok(NewRow {
            name: match dimension {
                "action" => row.action(1),
                _ => row.name(1),
            },
            events: row.number(2)?,
            first: row.time(3),
        })
    })?;
    Ok(NewNames {
        distinct: list.distinct,
        rows: list.rows,
    })
}

fn newest(row: Row<'_>) -> NewestRow {
    NewestRow {
        time: row.time(0),
        region: row.name(1),
        user: row.name(2),
        service: row.name(3),
        name: row.name(4),
        address: row.name(5),
        error: row.text(6).map(shortened),
        account: row.name(7),
        id: row.name(8),
    }
}
