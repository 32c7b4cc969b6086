//! Columns for a terminal, as wide as what they hold, as far as the events so far show.
//!
//! Times, names of events and addresses are never cut: where a line has no room for the address, that goes to a line of
//! its own, as errors always do. Of who it was, the role gives way before the session.

use std::fmt::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{FAILED, NOTHING, error, what};
use crate::error::tame;
use crate::events::event::{Event, short};
use crate::words::wrapped;

const GAP: &str = "  ";

/// Who it was may be cut to so many columns.
const LEAST_WHO: usize = 10;

/// An address of IPv4 at its longest: where columns must give way, so much is left for it.
const USUAL_FROM: usize = 15;

/// On a terminal that is narrower, further lines are hardly indented.
const NARROW: usize = 50;

const HEADER: [&str; 5] = ["TIME (UTC)", "REGION", "WHO", "EVENT", "FROM"];

/// How many events wait for others at most.
const ROWS: usize = 200;

/// An event as it is shown on a terminal.
#[derive(Clone, Debug)]
struct Row {
    /// As in the header.
    cells: [String; 5],
    error: Option<String>,
}

impl Row {
    fn of(event: &Event<'_>) -> Self {
        let who = event.identity.who();
        let shown = |field: Option<&str>| tame(field.unwrap_or(NOTHING));
        Self {
            cells: [
                time(event),
                shown(event.region.as_deref()),
                shown(who.as_deref().map(short)),
                tame(&what(event)),
                shown(event.from.as_deref().map(short)),
            ],
            error: error(event).map(|error| tame(&error)),
        }
    }

    fn header() -> Self {
        Self {
            cells: HEADER.map(str::to_owned),
            error: None,
        }
    }
}

/// When, in UTC as the header says.
fn time(event: &Event<'_>) -> String {
    let time = event.time.as_deref().unwrap_or(NOTHING);
    let shape = time.len() == 20 && time.ends_with('Z') && time.as_bytes()[10] == b'T';
    match time.get(..19) {
        Some(plain) if shape => tame(&plain.replace('T', " ")),
        _ => tame(time),
    }
}

/// The columns of a terminal, by the widest cell of each so far.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    terminal: usize,
    widths: [usize; 5],
    waiting: Vec<Row>,
    headed: bool,
}

impl Columns {
    pub(super) fn new(terminal: usize) -> Self {
        let mut widths = HEADER.map(str::len);
        widths[0] = "2026-01-31 12:00:00".len();
        Self {
            terminal,
            widths,
            waiting: Vec::new(),
            headed: false,
        }
    }

    pub(super) fn line(&mut self, event: &Event<'_>) -> String {
        let row = Row::of(event);
        self.widen(&row);
        self.show(&row)
    }

    pub(super) fn add(&mut self, event: &Event<'_>) -> Option<String> {
        self.waiting.push(Row::of(event));
        match self.waiting.len() {
            ..ROWS => None,
            _ => self.rest(),
        }
    }

    pub(super) fn rest(&mut self) -> Option<String> {
        let mut rows = std::mem::take(&mut self.waiting);
        if rows.is_empty() {
            return None;
        }
        rows.iter().for_each(|row| self.widen(row));
        if !std::mem::replace(&mut self.headed, true) {
            rows.insert(0, Row::header());
        }
        let shown: Vec<String> = rows.iter().map(|row| self.show(row)).collect();
        Some(shown.join("\n"))
    }

    fn widen(&mut self, row: &Row) {
        for (width, cell) in self.widths.iter_mut().zip(&row.cells) {
            *width = (*width).max(cell.width());
        }
    }

    /// How wide who and what are: as they need, if there is room.
    fn shared(&self) -> (usize, usize) {
        let [time, region, widest_who, widest_what, from] = self.widths;
        let gaps = 4 * GAP.len();
        let room = self.terminal.saturating_sub(time + region + gaps);
        let who = room.saturating_sub(widest_what + from);
        if who >= LEAST_WHO.min(widest_who) {
            return (who.min(widest_who), widest_what);
        }
        // Some lines have no room for the address: the others may as well have a little more.
        let who = widest_who.min(LEAST_WHO);
        let what = room.saturating_sub(who + from.min(USUAL_FROM));
        (who, what.min(widest_what))
    }

    fn show(&self, row: &Row) -> String {
        let (who_width, what_width) = self.shared();
        let [time_width, region_width, ..] = self.widths;
        let [time, region, who, what, from] = &row.cells;
        let indent = match self.terminal {
            ..NARROW => GAP.len(),
            _ => time_width + GAP.len(),
        };
        let before = [
            fit(time, time_width),
            fit(region, region_width),
            fit(&shortened(who, who_width), who_width),
            String::new(),
        ]
        .join(GAP);
        let aligned = format!("{before}{}{GAP}{from}", fit(what, what_width));
        let close = format!("{before}{what}{GAP}{from}");
        let fits = |line: &&String| line.trim_end().width() <= self.terminal;
        let blanks = " ".repeat(indent);
        let mut shown = match [&aligned, &close].into_iter().find(fits) {
            Some(line) => line.trim_end().to_owned(),
            None => format!("{before}{what}\n{blanks}{from}"),
        };
        if let Some(error) = &row.error {
            let lines = wrapped(error, indent, Some(self.terminal));
            let _ = write!(shown, "\n{blanks}{FAILED}{lines}{FAILED:#}");
        }
        shown
    }
}

/// A cell of this width at least.
fn fit(cell: &str, width: usize) -> String {
    let blanks = width.saturating_sub(cell.width());
    format!("{cell}{}", " ".repeat(blanks))
}

/// Who it was, in this width: of a session the role is cut first, since the session names the person.
pub(super) fn shortened(who: &str, width: usize) -> String {
    if who.width() <= width {
        return who.to_owned();
    }
    match who.rsplit_once('/') {
        Some((role, session)) if session.width() + 2 < width => {
            format!("{}/{session}", cut(role, width - session.width() - 1))
        }
        _ => cut(who, width),
    }
}

/// A text of this width at most. A letter may take two places on the screen, or none.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut taken = String::new();
    for letter in text.chars() {
        if taken.width() + letter.width().unwrap_or(0) + 1 > width {
            break;
        }
        taken.push(letter);
    }
    match width {
        0 => taken,
        _ => taken + "…",
    }
}
