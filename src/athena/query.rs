//! The questions, as SQL that always bounds the day: no query reads more folders than it must.
//!
//! All begin with the same part, which names what is counted of an event ([`event`]), so that no two of them count
//! differently. Times are compared as CloudTrail writes them; the day of a folder is that on which a file was
//! written, which may be a day later.

use super::event::{self, DENIED, ERROR, IS_FAILED_SIGN_IN, IS_SIGN_IN, MFA, SERVICE, USER};
use crate::alerts::Catalogue;
use crate::alerts::pattern::literal;
use crate::time;

/// The most rows of a table.
const ROWS: usize = 1_000;

/// How many seconds after an event its file may have been written.
const LATE: i64 = 24 * 60 * 60;

/// Which time is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// So many days before today, and today as far as it has come.
    Days(u32),
    /// From one second to another, which is not part of it; seconds since 1970.
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
    /// Only events with one of these values in a column of the common part: `region`, `user_name`, `service`, `action`,
    /// `address`, `error`.
    pub filters: Vec<(&'static str, Vec<String>)>,
}

/// A question.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// What it is called.
    pub name: &'static str,
    /// What it says, and its columns.
    pub description: &'static str,
    write: fn(&Scan) -> String,
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

/// The questions, in the order of a report.
pub static QUESTIONS: [Question; 14] = [
    Question {
        name: "totals",
        description: "One row: events, errors, denied, first_event, last_event, sign_ins, failed_sign_ins, sign_ins_without_mfa (successful ones), root_sign_ins",
        write: totals,
    },
    Question {
        name: "timeline",
        description: "Events by hour: hour, events, errors",
        write: timeline,
    },
    Question {
        name: "users",
        description: "Users with most events: name (user, role/session, service), events, errors, first_event, last_event",
        write: |scan| top(scan, "user_name"),
    },
    Question {
        name: "services",
        description: "Services with most events: name, events, errors, first_event, last_event",
        write: |scan| top(scan, "service"),
    },
    Question {
        name: "actions",
        description: "Actions with most events: name (service:EventName), events, errors, first_event, last_event",
        write: |scan| top(scan, "action"),
    },
    Question {
        name: "regions",
        description: "Regions with most events: name, events, errors, first_event, last_event",
        write: |scan| top(scan, "region"),
    },
    Question {
        name: "addresses",
        description: "Source addresses with most events: name, events, errors, first_event, last_event",
        write: |scan| top(scan, "address"),
    },
    Question {
        name: "errors",
        description: "Error codes with most events: name, events, errors, first_event, last_event",
        write: |scan| top(scan, "error"),
    },
    Question {
        name: "tables",
        description: "All of these rankings in one scan: dimension (user_name, service, action, region, address, error), name, events, errors, first_event, last_event, distinct_names",
        write: tables,
    },
    Question {
        name: "failures",
        description: "Errors and denials: user_name, action, error, is_denied, events, first_event, last_event, distinct_rows",
        write: failures,
    },
    Question {
        name: "sign-ins",
        description: "Sign-ins to the console: user_name, address, is_failed, mfa (NULL if unknown), is_root, events, first_event, last_event, distinct_rows",
        write: sign_ins,
    },
    Question {
        name: "changes",
        description: "Events that an alert of the catalogue is about, such as changes of trails, IAM, network and keys: alert, user_name, action, region, events, first_event, last_event, alert_events, alert_rows",
        write: changes,
    },
    Question {
        name: "new",
        description: "What the equally long period before did not have: dimension (user_name, region, address, action), name, events, first_event, distinct_names",
        write: new,
    },
    Question {
        name: "newest",
        description: "The newest events: event_time, region, user_name, service, event_name, address, error, account, id",
        write: newest,
    },
];

/// What is counted of a group of events.
const COUNTS: &str = "count(*) AS events, count(error) AS errors, min(event_time) AS first_event, max(event_time) AS last_event";

impl Period {
    /// The first time as CloudTrail writes it, and the first folder; `back` periods earlier.
    fn start(self, back: u32) -> (String, String) {
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
            conditions.push(format!("eventtime < {until}"));
        }
        conditions
    }
}

impl Scan {
    /// The common part: the events, with a name for all that is counted.
    fn events(&self, back: u32) -> String {
        self.events_with(back, "", "", None)
    }

    /// The same with further columns, of a further table, under a further condition.
    fn events_with(
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
        conditions.extend(condition);
        let conditions = conditions.join("\n    AND ");
        let table = &self.table;
        let all = format!(
            "  SELECT
    eventtime AS event_time,
    coalesce(nullif(awsregion, ''), '(none)') AS region,
    {USER} AS user_name,
    {SERVICE} AS service,
    {SERVICE} || ':' || coalesce(nullif(eventname, ''), '(none)') AS action,
    coalesce(nullif(eventname, ''), '(none)') AS event_name,
    coalesce(nullif(sourceipaddress, ''), '(none)') AS address,
    {ERROR} AS error,
    {DENIED} AS is_denied,
    recipientaccountid AS account_id,
    eventid AS id,
    {IS_SIGN_IN} AS is_sign_in,
    coalesce({IS_FAILED_SIGN_IN}, false) AS is_failed,
    CASE {MFA} WHEN 'Yes' THEN true WHEN 'No' THEN false END AS mfa,
    coalesce(useridentity.type = 'Root', false) AS is_root{columns}
  FROM {table}{tables}
  WHERE {conditions}"
        );
        if self.filters.is_empty() {
            return format!("WITH events AS (\n{all}\n)");
        }
        let filters = self.filters.iter();
        let filters = filters.map(|(column, values)| format!("{column} IN ({})", list(values)));
        let filters = filters.collect::<Vec<_>>().join(" AND ");
        format!(
            "WITH all_events AS (\n{all}\n),\nevents AS (SELECT * FROM all_events WHERE {filters})"
        )
    }
}

fn list(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| literal(value)).collect();
    values.join(", ")
}

fn totals(scan: &Scan) -> String {
    let events = scan.events(0);
    format!(
        "{events}
SELECT count(*) AS events, count(error) AS errors, count(CASE WHEN is_denied THEN 1 END) AS denied,
  min(event_time) AS first_event, max(event_time) AS last_event,
  count(CASE WHEN is_sign_in THEN 1 END) AS sign_ins,
  count(CASE WHEN is_sign_in AND is_failed THEN 1 END) AS failed_sign_ins,
  count(CASE WHEN is_sign_in AND NOT is_failed AND mfa = false THEN 1 END) AS sign_ins_without_mfa,
  count(CASE WHEN is_sign_in AND is_root THEN 1 END) AS root_sign_ins
FROM events"
    )
}

fn timeline(scan: &Scan) -> String {
    let events = scan.events(0);
    format!(
        "{events}
SELECT substr(event_time, 1, 13) || ':00:00Z' AS hour, count(*) AS events, count(error) AS errors
FROM events
GROUP BY 1
ORDER BY 1"
    )
}

fn top(scan: &Scan, dimension: &str) -> String {
    let events = scan.events(0);
    format!(
        "{events}
SELECT {dimension} AS name, {COUNTS}
FROM events
WHERE {dimension} IS NOT NULL
GROUP BY 1
ORDER BY events DESC, name
LIMIT {ROWS}"
    )
}

/// A join with the names of some dimensions, and the value of the one that is meant.
fn dimensions(names: &[&str]) -> (String, String) {
    let rows: Vec<String> = names.iter().map(|name| format!("('{name}')")).collect();
    let join = format!(
        "CROSS JOIN (VALUES {}) AS dimensions (dimension)",
        rows.join(", ")
    );
    let cases = names
        .iter()
        .map(|name| format!(" WHEN '{name}' THEN {name}"));
    let value = format!("CASE dimension{} END", cases.collect::<String>());
    (join, value)
}

fn tables(scan: &Scan) -> String {
    let events = scan.events(0);
    let names = [
        "user_name",
        "service",
        "action",
        "region",
        "address",
        "error",
    ];
    let (join, value) = dimensions(&names);
    format!(
        "{events},
named AS (SELECT *, {value} AS name FROM events {join}),
counted AS (
  SELECT dimension, name, {COUNTS}
  FROM named
  WHERE name IS NOT NULL
  GROUP BY dimension, name
),
ranked AS (
  SELECT *, count(*) OVER (PARTITION BY dimension) AS distinct_names,
    row_number() OVER (PARTITION BY dimension ORDER BY events DESC, name) AS rank
  FROM counted
)
SELECT dimension, name, events, errors, first_event, last_event, distinct_names
FROM ranked
WHERE rank <= {ROWS}
ORDER BY dimension, rank"
    )
}

/// Groups of events by these columns, most first, with the number of groups.
fn groups(events: &str, condition: &str, columns: &str) -> String {
    format!(
        "{events},
counted AS (
  SELECT {columns}, count(*) AS events, min(event_time) AS first_event, max(event_time) AS last_event
  FROM events
  WHERE {condition}
  GROUP BY {columns}
)
SELECT *, count(*) OVER () AS distinct_rows
FROM counted
ORDER BY events DESC, {columns}
LIMIT {ROWS}"
    )
}

fn failures(scan: &Scan) -> String {
    let columns = "user_name, action, error, is_denied";
    groups(&scan.events(0), "error IS NOT NULL", columns)
}

fn sign_ins(scan: &Scan) -> String {
    let columns = "user_name, address, is_failed, mfa, is_root";
    groups(&scan.events(0), "is_sign_in", columns)
}

/// An event counts for each alert whose pattern it fits.
fn changes(scan: &Scan) -> String {
    let alerts = Catalogue::built_in().alerts.into_iter();
    let alerts = alerts.filter_map(|alert| {
        let condition = alert.pattern.to_sql(&event::column)?;
        Some((alert.name, condition))
    });
    let (names, cases): (Vec<String>, Vec<String>) = alerts
        .map(|(name, condition)| {
            let name = literal(&name);
            let case = format!("\n      WHEN {name} THEN {condition}");
            (format!("({name})"), case)
        })
        .unzip();
    let join = format!(
        "\n  CROSS JOIN (VALUES {}) AS alerts (alert)",
        names.join(", ")
    );
    let condition = format!("CASE alert{}\n    END", cases.concat());
    let events = scan.events_with(0, ",\n    alert", &join, Some(condition));
    format!(
        "{events},
counted AS (
  SELECT alert, user_name, action, region, count(*) AS events, min(event_time) AS first_event, max(event_time) AS last_event
  FROM events
  GROUP BY alert, user_name, action, region
),
ranked AS (
  SELECT *, sum(events) OVER (PARTITION BY alert) AS alert_events, count(*) OVER (PARTITION BY alert) AS alert_rows,
    row_number() OVER (PARTITION BY alert ORDER BY events DESC, user_name, action, region) AS rank
  FROM counted
)
SELECT alert, user_name, action, region, events, first_event, last_event, alert_events, alert_rows
FROM ranked
WHERE rank <= {ROWS}
ORDER BY alert, rank"
    )
}

fn new(scan: &Scan) -> String {
    let events = scan.events(1);
    let (since, _) = scan.period.start(0);
    let (join, value) = dimensions(&["user_name", "region", "address", "action"]);
    format!(
        "{events},
named AS (SELECT event_time, dimension, {value} AS name FROM events {join}),
counted AS (
  SELECT dimension, name, count(*) AS events, min(event_time) AS first_event
  FROM named
  GROUP BY dimension, name
),
ranked AS (
  SELECT *, count(*) OVER (PARTITION BY dimension) AS distinct_names,
    row_number() OVER (PARTITION BY dimension ORDER BY events DESC, name) AS rank
  FROM counted
  WHERE first_event >= {since}
)
SELECT dimension, name, events, first_event, distinct_names
FROM ranked
WHERE rank <= {ROWS}
ORDER BY dimension, rank"
    )
}

fn newest(scan: &Scan) -> String {
    let events = scan.events(0);
    format!(
        "{events}
SELECT event_time, region, user_name, service, event_name, address, error, account_id AS account, id
FROM events
ORDER BY event_time DESC, id
LIMIT {ROWS}"
    )
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
                "eventtime < '2026-02-01T00:00:00Z'"
            ]
        );
        assert_eq!(period.conditions(1)[0], "day >= '2026/01/30'");
        assert_eq!(
            Period::Days(7).conditions(1)[0],
            "day >= date_format(current_date - interval '14' day, '%Y/%m/%d')"
        );
        let scan = Scan {
            accounts: vec!["111111111111".to_owned()],
            filters: vec![("region", vec!["it's".to_owned()])],
            ..scan(Period::Days(1))
        };
        let sql = scan.events(0);
        assert!(sql.contains("AND account IN ('111111111111')"), "{sql}");
        assert!(sql.ends_with("WHERE region IN ('it''s'))"), "{sql}");
    }
}
