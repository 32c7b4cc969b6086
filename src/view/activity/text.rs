//! The report as text: totals, a sparkline, and a table for each question.

use std::fmt::Write;

use super::fitted::fitted;
use crate::activity::report::{
    Change, List, NameRow, New, NewNames, Previous, Report, SignIns, Timeline,
};
use crate::error::tame;
use crate::time;
use crate::words::{counted, thousands, wrapped};

/// How wide a sparkline and a line of text is where nobody says.
const USUAL: usize = 80;

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// How many days have a line of their own, at most.
const DAYS: usize = 31;

/// Above the hours of a day.
const HOURS: &str = "0     6     12    18";

/// How many eighths of a cell a bar of the sparkline has.
const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// What happened; of each list so many rows. On a terminal of this width the tables fit in.
pub fn text(report: &Report, top: usize, width: Option<usize>) -> String {
    let view = View { top, width };
    let mut parts = vec![summary(report, width)];
    if report.events > 0 {
        parts.push(view.timeline(&report.timeline));
        parts.push(view.names("USER", &report.users));
        parts.push(view.names("SERVICE", &report.services));
        parts.push(view.names("ACTION", &report.actions));
        parts.push(view.names("REGION", &report.regions));
        parts.push(view.names("SOURCE ADDRESS", &report.addresses));
        parts.push(view.failures(report));
        parts.push(view.sign_ins(&report.sign_ins));
        parts.push(view.changes(&report.changes));
        parts.extend(match &report.new {
            Some(new) => Some(view.what_is_new(report, new)),
            None => report.previous.as_ref().map(not_known),
        });
    }
    parts.join("\n\n")
}

fn summary(report: &Report, width: Option<usize>) -> String {
    let mut text = format!("{} events", thousands(report.events));
    if let (Some(first), Some(last)) = (&report.first, &report.last) {
        let _ = write!(text, " from {} to {} UTC", short(first), short(last));
    }
    let share = match report.events {
        0 => String::new(),
        all => format!(" ({:.1}%)", 100.0 * report.errors as f64 / all as f64),
    };
    let _ = write!(
        text,
        "\n{} failed{share}, {} of them denied",
        thousands(report.errors),
        thousands(report.denied)
    );
    if let Some(asked) = asked(report) {
        let _ = write!(text, "\n{}", wrapped(&asked, 0, width));
    }
    if report.unreadable > 0 {
        let logs = counted(
            usize::try_from(report.unreadable).unwrap_or(usize::MAX),
            "log",
        );
        let _ = write!(text, "\nincomplete: {logs} could not be read to the end");
    }
    text
}

/// What was asked for, if that was not everything.
fn asked(report: &Report) -> Option<String> {
    let time = |word: &str, time: &Option<String>| {
        let time = time.as_deref().map(short);
        time.map(|time| format!("{word} {time}"))
    };
    let filters = report.filters.iter().map(|filter| tame(filter));
    let asked = time("since", &report.since)
        .into_iter()
        .chain(time("until", &report.until))
        .chain(filters);
    let asked = asked.collect::<Vec<_>>().join(", ");
    (!asked.is_empty()).then(|| format!("of events {asked}"))
}

fn not_known(previous: &Previous) -> String {
    let (since, until) = (short(&previous.since), short(&previous.until));
    format!("new: not known, as there are no events from {since} to {until}")
}

/// `2026-01-31 12:00:00`.
fn short(time: &str) -> String {
    tame(&time.trim_end_matches('Z').replacen('T', " ", 1))
}

/// `2026-01-31 12:00`, or a dash: seconds would take the room of names.
fn minute(time: &Option<String>) -> String {
    let whole = time.as_deref().map_or("-".to_owned(), short);
    whole.chars().take("2026-01-31 12:00".len()).collect()
}

/// A bar for each number; whatever is there has one.
fn bars(numbers: &[u64], most: u64) -> String {
    let bar = |number: &u64| match number {
        0 => BARS[0],
        number => BARS[(number * 8).div_ceil(most.max(1)).min(8) as usize],
    };
    numbers.iter().map(bar).collect()
}

/// The days of events per hour, from this hour on, in seconds since 1970.
fn days(first: u64, events: &[u64]) -> String {
    let most = events.iter().copied().max().unwrap_or_default();
    let missing = (first % DAY / HOUR) as usize;
    let hours: Vec<u64> = std::iter::repeat_n(0, missing)
        .chain(events.iter().copied())
        .collect();
    let sums: Vec<[u64; 1]> = hours.chunks(24).map(|day| [day.iter().sum()]).collect();
    let sums = right(["EVENTS"], sums.into_iter());
    let rows = hours.chunks(24).zip(&sums.rows).zip(0..);
    let rows = rows.map(|((hours, [sum]), day)| {
        let date = time::rfc3339((first - first % DAY + day * DAY) as i64);
        let date = date.chars().take("2026-01-31".len()).collect();
        [date, sum.clone(), bars(hours, most)]
    });
    let text = fitted(["DAY (UTC)", &sums.header[0], HOURS], 3, rows, None);
    format!("{text}\nevents per hour, {} at most", thousands(most))
}

struct View {
    top: usize,
    width: Option<usize>,
}

impl View {
    /// A bar for each hour, in one line if there is room, or else a line for each day; a bar for several hours where
    /// even the days are too many.
    fn timeline(&self, timeline: &Timeline) -> String {
        let Some(start) = &timeline.start else {
            return "no event has a time".to_owned();
        };
        let columns = self.width.unwrap_or(USUAL).max(1);
        let buckets = timeline.events.len();
        if let Some(first) = time::seconds(start)
            && timeline.seconds == HOUR
            && buckets > columns
            && buckets <= DAYS * 24
        {
            return days(first, &timeline.events);
        }
        let together = buckets.div_ceil(columns).max(1);
        let sums = timeline.events.chunks(together);
        let sums: Vec<u64> = sums.map(|some| some.iter().sum()).collect();
        let most = sums.iter().copied().max().unwrap_or_default();
        let seconds = timeline.seconds * together as u64;
        let length = match (seconds / HOUR, seconds / DAY) {
            (1, _) => "hour".to_owned(),
            (hours, days) if hours == days * 24 => counted(days as usize, "day"),
            (hours, _) => format!("{hours} hours"),
        };
        format!(
            "{}\nevents per {length} from {}, {} at most",
            bars(&sums, most).trim_end(),
            short(start),
            thousands(most)
        )
    }

    fn names(&self, title: &str, list: &List<NameRow>) -> String {
        let numbers = list
            .rows
            .iter()
            .take(self.top)
            .map(|row| [row.events, row.errors]);
        let numbers = right(["EVENTS", "FAILED"], numbers);
        let rows = list
            .rows
            .iter()
            .zip(&numbers.rows)
            .map(|(row, [events, errors])| [events.clone(), errors.clone(), tame(&row.name)]);
        let [events, errors] = &numbers.header;
        let text = fitted([events, errors, title], 2, rows, self.width);
        self.with_rest(text, list.rows.len(), list.distinct, list.approximate)
    }

    /// Below a table: how many rows there are beside.
    fn with_rest(&self, text: String, rows: usize, distinct: u64, approximate: bool) -> String {
        let more = distinct.saturating_sub(rows.min(self.top) as u64);
        let about = if approximate { "about " } else { "" };
        match more {
            0 => text,
            more => format!("{text}\nand {about}{} more", thousands(more)),
        }
    }

    fn failures(&self, report: &Report) -> String {
        let list = &report.failures;
        if list.rows.is_empty() {
            return "no call failed".to_owned();
        }
        let numbers = list.rows.iter().take(self.top).map(|row| [row.events]);
        let numbers = right(["FAILED"], numbers);
        let rows = list.rows.iter().zip(&numbers.rows).map(|(row, [events])| {
            let denied = if row.denied { "denied" } else { "" };
            [
                events.clone(),
                denied.to_owned(),
                tame(&row.user),
                tame(&row.action),
                tame(&row.error),
            ]
        });
        let header = [&numbers.header[0], "", "USER", "ACTION", "ERROR"];
        let text = fitted(header, 2, rows, self.width);
        self.with_rest(text, list.rows.len(), list.distinct, list.approximate)
    }

    fn sign_ins(&self, sign_ins: &SignIns) -> String {
        if sign_ins.events == 0 {
            return "no sign-ins to the console".to_owned();
        }
        let [failed, without, root] =
            [sign_ins.failed, sign_ins.without_mfa, sign_ins.root].map(thousands);
        let all = thousands(sign_ins.events);
        let text = format!(
            "{all} sign-ins to the console: {failed} failed, {without} without MFA, {root} by root"
        );
        let list = &sign_ins.list;
        let numbers = list.rows.iter().take(self.top).map(|row| [row.events]);
        let numbers = right(["SIGN-INS"], numbers);
        let rows = list.rows.iter().zip(&numbers.rows).map(|(row, [events])| {
            let outcome = if row.failed { "failed" } else { "succeeded" };
            let mfa = match row.mfa {
                Some(true) => "yes",
                Some(false) => "no",
                None => "-",
            };
            [
                events.clone(),
                outcome.to_owned(),
                mfa.to_owned(),
                tame(&row.user),
                tame(&row.address),
            ]
        });
        let header = [&numbers.header[0], "RESULT", "MFA", "USER", "ADDRESS"];
        let text = format!("{text}\n{}", fitted(header, 3, rows, self.width));
        self.with_rest(text, list.rows.len(), list.distinct, list.approximate)
    }

    fn changes(&self, changes: &[Change]) -> String {
        if changes.is_empty() {
            return "no changes that the alert catalogue names".to_owned();
        }
        let parts = changes.iter().map(|change| {
            let title = format!("{} ({})", change.title, thousands(change.events));
            let list = &change.list;
            let numbers = list.rows.iter().take(self.top).map(|row| [row.events]);
            let numbers = right(["CHANGES"], numbers);
            let rows = list.rows.iter().zip(&numbers.rows).map(|(row, [events])| {
                [
                    events.clone(),
                    minute(&row.last),
                    tame(&row.region),
                    tame(&row.action),
                    tame(&row.user),
                ]
            });
            let header = [&numbers.header[0], "LAST (UTC)", "REGION", "ACTION", "USER"];
            let text = format!("{title}\n{}", fitted(header, 2, rows, self.width));
            self.with_rest(text, list.rows.len(), list.distinct, list.approximate)
        });
        parts.collect::<Vec<_>>().join("\n\n")
    }

    fn what_is_new(&self, report: &Report, new: &New) -> String {
        let compared = report.previous.as_ref().map_or(String::new(), |previous| {
            let (since, until) = (short(&previous.since), short(&previous.until));
            format!(", compared with {since} to {until}")
        });
        let lists = [
            ("USER", &new.users),
            ("REGION", &new.regions),
            ("SOURCE ADDRESS", &new.addresses),
            ("ACTION", &new.actions),
        ];
        let lists = lists.into_iter().filter(|(_, list)| list.distinct > 0);
        let tables: Vec<_> = lists
            .map(|(title, list)| self.new_names(title, list))
            .collect();
        match tables.is_empty() {
            true => format!("nothing new{compared}"),
            false => format!("new{compared}\n{}", tables.join("\n\n")),
        }
    }

    fn new_names(&self, title: &str, list: &NewNames) -> String {
        let numbers = list.rows.iter().take(self.top).map(|row| [row.events]);
        let numbers = right(["EVENTS"], numbers);
        let rows = list
            .rows
            .iter()
            .zip(&numbers.rows)
            .map(|(row, [events])| [events.clone(), minute(&row.first), tame(&row.name)]);
        let title = format!("NEW {title}");
        let header = [&numbers.header[0], "FIRST (UTC)", &title];
        let text = fitted(header, 2, rows, self.width);
        self.with_rest(text, list.rows.len(), list.distinct, false)
    }
}

/// Columns of numbers, and their titles.
struct Numbers<const N: usize> {
    header: [String; N],
    rows: Vec<[String; N]>,
}

/// Numbers as they are read, to the right of their columns.
fn right<const N: usize>(titles: [&str; N], rows: impl Iterator<Item = [u64; N]>) -> Numbers<N> {
    let rows: Vec<[String; N]> = rows.map(|row| row.map(thousands)).collect();
    let mut widths = titles.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.len().max(*width);
        }
    }
    let aligned =
        |cells: [&str; N]| std::array::from_fn(|at| format!("{:>1$}", cells[at], widths[at]));
    Numbers {
        header: aligned(titles),
        rows: rows
            .iter()
            .map(|row| aligned(std::array::from_fn(|at| row[at].as_str())))
            .collect(),
    }
}
