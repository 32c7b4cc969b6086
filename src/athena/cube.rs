//! A further question, for a page that filters its tables: how many events have which combination of names.
//!
//! It needs the names first, those with most events; all others are one. So it is not among the named queries. A row is
//! a combination: the places of its names in the lists, and NULL for a dimension that it does not have.

use super::query::Scan;
use crate::alerts::pattern::literal;

/// The dimensions, in the order of the columns, which are followed by the number of events. `hour` has no names.
pub const DIMENSIONS: [&str; 7] = [
    "region",
    "user_name",
    "service",
    "error",
    "hour",
    "action",
    "address",
];

/// How many of them a page filters by; it has all combinations of these, and of each of these with each of the others.
pub const FILTERS: usize = 4;

/// The SQL, for these names of all dimensions but `hour`. An event without an error has the empty name.
pub fn sql(scan: &Scan, names: &[(&str, Vec<String>)]) -> String {
    let events = scan.events(0);
    let columns = DIMENSIONS.map(|dimension| {
        let names = names.iter().find(|(name, _)| *name == dimension);
        match names {
            Some((_, names)) => format!("{} AS {dimension}", place(dimension, names)),
            None => format!("substr(event_time, 1, 13) AS {dimension}"),
        }
    });
    let (filters, others) = DIMENSIONS.split_at(FILTERS);
    let mut sets = vec![format!("({})", filters.join(", "))];
    sets.extend(others.iter().flat_map(|other| {
        filters
            .iter()
            .map(move |filter| format!("({filter}, {other})"))
    }));
    format!(
        "{events},
placed AS (
  SELECT {}
  FROM events
)
SELECT {}, count(*) AS events
FROM placed
GROUP BY GROUPING SETS ({})",
        columns.join(",\n    "),
        DIMENSIONS.join(", "),
        sets.join(", ")
    )
}

/// The place of a name in a list, or the one behind its end.
fn place(dimension: &str, names: &[String]) -> String {
    let other = names.len();
    if names.is_empty() {
        return other.to_string();
    }
    let cases = names.iter().enumerate();
    let cases = cases.map(|(place, name)| format!(" WHEN {} THEN {place}", literal(name)));
    let cases: String = cases.collect();
    format!("CASE coalesce({dimension}, ''){cases} ELSE {other} END")
}
