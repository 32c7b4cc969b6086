//! What all questions begin with: the part of a table that is read, and names for what is counted of an event.
//!
//! It is the same for all of them, so that no two count differently, and it always bounds the day: no query reads more
//! folders than it must. Times are compared as CloudTrail writes them; the day of a folder is that on which a file was
//! written, which may be a day later.

use super::event::{
    ACCOUNT, DENIED, ERROR, IS_FAILED_SIGN_IN, IS_SIGN_IN, MFA, SERVICE, WHO, short,
};
use super::questions::QUESTIONS;
use crate::alerts::pattern::literal;
use crate::time;

/// How many seconds after an event its file may have been written.
const LATE: i64 = 24 * 60 * 60;

/// Which time is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// So many days before today, and today as far as it has come.
    Days(u32),
    /// From one second up to another; seconds since 1970.
    Between(i64, i64),
}

/// What is asked about: the part of a table that is read.
#[derive(Clone, Debug)]
pub struct Scan {
    /// The table, `database.table`.
    pub table: String,
    /// The time.
    pub period: Period,
    /// These accounts; all when there are none.
    pub accounts: Vec<String>,
    /// Conditions that events must satisfy, in SQL over the columns of the table: see [`filters`](super::filters).
    pub filters: Vec<String>,
    /// How many of the newest events are listed.
    pub newest: usize,
}

/// A question.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// What it is called.
    pub name: &'static str,
    /// What it says, and its columns.
    pub description: &'static str,
    pub(super) write: fn(&Scan) -> String,
}

impl Question {
    /// The SQL.
    pub fn sql(&self, scan: &Scan) -> String {
        (self.write)(scan)
    }

    /// The question of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        QUESTIONS.iter().find(|question| question.name == name)
    }
}

impl Period {
    /// The first time as CloudTrail writes it, and the first folder; `back` periods earlier.
    pub(super) fn start(self, back: u32) -> (String, String) {
        match self {
            Self::Days(days) => {
                let days = days.saturating_mul(back + 1);
                let of = |format: &str| {
                    format!("date_format(current_date - interval '{days}' day, '{format}')")
                };
                (of("%Y-%m-%d"), of("%Y/%m/%d"))
            }
            Self::Between(since, until) => {
                let length = until.saturating_sub(since);
                let since = since.saturating_sub(length.saturating_mul(i64::from(back)));
                (literal(&time::rfc3339(since)), literal(&time::day(since)))
            }
        }
    }

    /// The conditions.
    fn conditions(self, back: u32) -> Vec<String> {
        let (since, first) = self.start(back);
        let mut conditions = vec![format!("day >= {first}"), format!("eventtime >= {since}")];
        if let Self::Between(_, until) = self {
            let last = literal(&time::day(until.saturating_add(LATE)));
            let until = literal(&time::rfc3339(until));
            conditions.push(format!("day <= {last}"));
            conditions.push(format!("eventtime <= {until}"));
        }
        conditions
    }
}

impl Scan {
    /// The common part: the events, with a name for all that is counted.
    pub(super) fn events(&self, back: u32) -> String {
        self.events_with(back, "", "", None)
    }

    /// The same with further columns, of a further table, under a further condition.
    pub(super) fn events_with(
        &self,
        back: u32,
        columns: &str,
        tables: &str,
        condition: Option<String>,
    ) -> String {
        let mut conditions = self.period.conditions(back);
        if !self.accounts.is_empty() {
            conditions.push(format!("account IN ({})", list(&self.accounts)));
        }
        conditions.extend(self.filters.iter().cloned());
        conditions.extend(condition);
        let conditions = conditions.join("\n    AND ");
        let table = &self.table;
        let user = short(WHO);
        format!(
            "WITH events AS (
  SELECT
    eventtime AS event_time,
    coalesce(nullif(awsregion, ''), '(none)') AS region,
    {user} AS user_name,
    {SERVICE} AS service,
    {SERVICE} || ':' || coalesce(nullif(eventname, ''), '(none)') AS action,
    coalesce(nullif(eventname, ''), '(none)') AS event_name,
    coalesce(nullif(sourceipaddress, ''), '(none)') AS address,
    {ERROR} AS error,
    {DENIED} AS is_denied,
    {ACCOUNT} AS account_id,
    coalesce(nullif(eventid, ''), '(none)') AS id,
    {IS_SIGN_IN} AS is_sign_in,
    {IS_FAILED_SIGN_IN} AS is_failed,
    {MFA} AS mfa,
    coalesce(useridentity.type = 'Root', false) AS is_root{columns}
  FROM {table}{tables}
  WHERE {conditions}
)"
        )
    }
}

/// Values in SQL, with commas between them.
fn list(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| literal(value)).collect();
    values.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(period: Period) -> Scan {
        Scan {
            table: "d.t".to_owned(),
            period,
            accounts: Vec::new(),
            filters: Vec::new(),
            newest: 10,
        }
    }

    #[test]
    fn every_question_bounds_days_and_fits_a_named_query() {
        for question in &QUESTIONS {
            for period in [Period::Days(7), Period::Between(0, 3600)] {
                let sql = question.sql(&scan(period));
                assert!(sql.contains("WHERE day >= "), "{}", question.name);
                assert!(sql.len() < 262_144, "{}", question.name);
                assert!(question.description.len() <= 900, "{}", question.name);
            }
        }
        assert!(Question::named("new").is_some());
        assert!(Question::named("old").is_none());
    }

    #[test]
    fn periods_accounts_and_filters_are_conditions() {
        let period = Period::Between(1_769_817_600, 1_769_904_000);
        assert_eq!(
            period.conditions(0),
            [
                "day >= '2026/01/31'",
                "eventtime >= '2026-01-31T00:00:00Z'",
                "day <= '2026/02/02'",
                "eventtime <= '2026-02-01T00:00:00Z'"
            ]
        );
        assert_eq!(period.conditions(1)[0], "day >= '2026/01/30'");
        assert_eq!(
            Period::Days(7).conditions(1)[0],
            "day >= date_format(current_date - interval '14' day, '%Y/%m/%d')"
        );
        let scan = Scan {
            accounts: vec!["111111111111".to_owned()],
            filters: vec!["awsregion = 'x'".to_owned()],
            ..scan(Period::Days(1))
        };
        let sql = scan.events(0);
        assert!(sql.contains("AND account IN ('111111111111')"), "{sql}");
        assert!(sql.ends_with("AND awsregion = 'x'\n)"), "{sql}");
    }
}
