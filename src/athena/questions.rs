//! The questions, each with the SQL behind the common part ([`Scan`]).
//!
//! They are those of the activity report: a question is a table of it, or its totals.

use super::event;
use super::query::{Question, Scan};
use crate::alerts::pattern::literal;
use crate::alerts::{Alert, Catalogue};

/// The most rows of a table.
const ROWS: usize = 1_000;

/// The question for the values of a column with most events; `$names` says what these are.
macro_rules! ranking {
    ($name:literal, $title:literal, $names:literal, $column:literal) => {
        Question {
            name: $name,
            description: concat!(
                $title,
                " with most events: ",
                $names,
                ", events, errors, first_event, last_event"
            ),
            write: |scan| top(scan, $column),
        }
    };
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
    ranking!(
        "users",
        "Users",
        "name (user, role/session, service)",
        "user_name"
    ),
    ranking!("services", "Services", "name", "service"),
    ranking!("actions", "Actions", "name (service:EventName)", "action"),
    ranking!("regions", "Regions", "name", "region"),
    ranking!("addresses", "Source addresses", "name", "address"),
    ranking!("errors", "Error codes", "name", "error"),
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
        description: "Changes, such as those of trails, IAM, network and keys, as the alerts of the catalogue name them: alert, user_name, action, region, events, first_event, last_event, alert_events, alert_rows",
        write: changes,
    },
    Question {
        name: "new",
        description: "What the equally long period before did not have: dimension (user_name, region, address, action), name, events, first_event, distinct_names; and in one row of the dimension previous, how many events that period had",
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

/// A join with the names of some dimensions, and the value of the one that is meant: of most, it is the column of this
/// name.
fn dimensions(names: &[(&str, &str)]) -> (String, String) {
    let rows = names.iter().map(|(name, _)| format!("('{name}')"));
    let rows = rows.collect::<Vec<_>>().join(", ");
    let join = format!("CROSS JOIN (VALUES {rows}) AS dimensions (dimension)");
    let cases = names.iter();
    let cases = cases.map(|(name, value)| format!(" WHEN '{name}' THEN {value}"));
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
    ]
    .map(|name| (name, name));
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

/// The alerts of the catalogue that are about changes: what they ask for are the event's name and source alone.
fn alerts_of_changes() -> Catalogue {
    let mut catalogue = Catalogue::built_in();
    let is_of_changes = |alert: &Alert| alert.pattern.asks_only_for(&["eventName", "eventSource"]);
    catalogue.alerts.retain(is_of_changes);
    catalogue
}

/// An event counts for each alert whose pattern it fits; what failed has changed nothing.
fn changes(scan: &Scan) -> String {
    let alerts = alerts_of_changes().alerts.into_iter();
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
  WHERE error IS NULL
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

/// The events of the period before are counted in a row of their own, so that no other query must read them again.
fn new(scan: &Scan) -> String {
    let events = scan.events(1);
    let (since, _) = scan.period.start(0);
    let before = format!("CASE WHEN event_time < {since} THEN 'events' END");
    let names = ["user_name", "region", "address", "action"].map(|name| (name, name));
    let (join, value) = dimensions(&[&names[..], &[("previous", &before)]].concat());
    format!(
        "{events},
named AS (SELECT event_time, dimension, {value} AS name FROM events {join}),
counted AS (
  SELECT dimension, name, count(*) AS events, min(event_time) AS first_event
  FROM named
  WHERE name IS NOT NULL
  GROUP BY dimension, name
),
ranked AS (
  SELECT *, count(*) OVER (PARTITION BY dimension) AS distinct_names,
    row_number() OVER (PARTITION BY dimension ORDER BY events DESC, name) AS rank
  FROM counted
  WHERE first_event >= {since} OR dimension = 'previous'
)
SELECT dimension, name, events, first_event, distinct_names
FROM ranked
WHERE rank <= {ROWS}
ORDER BY dimension, rank"
    )
}

fn newest(scan: &Scan) -> String {
    let events = scan.events(0);
    let most = scan.newest;
    format!(
        "{events}
SELECT event_time, region, user_name, service, event_name, address, error, account_id AS account, id
FROM events
ORDER BY event_time DESC, id DESC
LIMIT {most}"
    )
}
