//! Events as lines: when, where, who, what, from where, and what went wrong.
//!
//! A program gets the full fields with tabs between them. A terminal gets columns as wide as what they hold, as far as
//! the events so far tell. Times, names of events and addresses are never cut: where a line has no room for the
//! address, that goes to a line of its own, as errors always do. Of who it was, the role gives way before the session.

use std::borrow::Cow;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::error::{is_bidirectional, tame};
use crate::events::event::{Event, short};
use crate::words::wrapped;

const FAILED: Style = AnsiColor::Red.on_default();
const NOTHING: &str = "-";

/// What stands between columns.
const GAP: &str = "  ";

/// To so many columns who it was may be cut.
const LEAST_WHO: usize = 10;

/// An address of IPv4 at its longest: where columns must give way, so much is left for it.
const USUAL_FROM: usize = 15;

/// On a terminal that is narrower, further lines are hardly indented.
const NARROW: usize = 50;

/// Writes events as lines.
#[derive(Clone, Debug)]
pub struct Lines {
    columns: Option<Columns>,
}

/// The columns of a terminal, by the widest that was seen in each.
#[derive(Clone, Debug)]
struct Columns {
    terminal: usize,
    time: usize,
    region: usize,
    who: usize,
    what: usize,
    from: usize,
}

/// An event as it is shown on a terminal.
#[derive(Clone, Debug)]
pub struct Row {
    time: String,
    region: String,
    who: String,
    what: String,
    from: String,
    error: Option<String>,
}

impl Lines {
    /// For a terminal of this width, or for a program.
    pub fn new(terminal: Option<usize>) -> Self {
        Self {
            columns: terminal.map(Columns::new),
        }
    }

    /// Whether they go to a terminal.
    pub fn are_columns(&self) -> bool {
        self.columns.is_some()
    }

    /// An event, without the end of the line; on a terminal these are several lines where one has no room.
    pub fn line(&mut self, event: &Event<'_>) -> String {
        match &mut self.columns {
            None => full(event),
            Some(columns) => {
                let row = Row::of(event);
                columns.see(&row);
                columns.show(&row)
            }
        }
    }

    /// The same for several events of a terminal, whose columns are as wide as all of them need.
    pub fn rows(&mut self, rows: &[Row]) -> Vec<String> {
        let Some(columns) = &mut self.columns else {
            return Vec::new();
        };
        rows.iter().for_each(|row| columns.see(row));
        rows.iter().map(|row| columns.show(row)).collect()
    }

    /// What stands above the columns of a terminal.
    pub fn header(&self) -> Option<String> {
        Some(self.columns.as_ref()?.show(&Row::header()))
    }
}

/// A record of JSON as a terminal may see it: what would steer it, or change the order of what it shows, is escaped.
pub fn visible(record: &str) -> Cow<'_, str> {
    // A tab may stand between the parts of a record, but not within a text.
    let harmless = |c: char| c == '\t' || (!c.is_control() && !is_bidirectional(c));
    if record.chars().all(harmless) {
        return record.into();
    }
    let mut shown = String::with_capacity(record.len());
    for c in record.chars() {
        match harmless(c) {
            true => shown.push(c),
            false => {
                let _ = write!(shown, "\\u{:04x}", u32::from(c));
            }
        }
    }
    shown.into()
}

/// A record on one line: its own text, without the white space between its parts if it was written on several.
pub fn one_line(record: &str) -> Cow<'_, str> {
    // JSON allows no line break within a text.
    if !record.contains(['\n', '\r']) {
        return record.into();
    }
    let (mut in_text, mut escaped) = (false, false);
    let kept = record.chars().filter(|&letter| {
        if in_text {
            in_text = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            return true;
        }
        in_text = letter == '"';
        !matches!(letter, ' ' | '\t' | '\n' | '\r')
    });
    kept.collect::<String>().into()
}

fn full(event: &Event<'_>) -> String {
    let who = event.identity.who();
    let fields = [
        event.time.as_deref(),
        event.region.as_deref(),
        who.as_deref(),
        Some(&what(event)),
        event.from.as_deref(),
    ]
    .map(|field| tame(field.unwrap_or(NOTHING)));
    let error = tame(&error(event).unwrap_or(NOTHING.into()));
    let error = match event.failed() {
        true => format!("{FAILED}{error}{FAILED:#}"),
        false => error,
    };
    format!("{}\t{error}", fields.join("\t"))
}

/// `iam:CreateUser`.
fn what(event: &Event<'_>) -> String {
    let what = match (event.service(), event.name.as_deref()) {
        (Some(service), Some(name)) => format!("{service}:{name}"),
        (service, name) => name.or(service).unwrap_or(NOTHING).to_owned(),
    };
    match &event.insight {
        Some(insight) => format!("{what} ({insight})"),
        None => what,
    }
}

/// The error's code and words.
fn error<'e>(event: &'e Event<'_>) -> Option<Cow<'e, str>> {
    match (event.error_code.as_deref(), event.error_message.as_deref()) {
        (Some(code), Some(words)) => Some(format!("{code}: {words}").into()),
        (code, words) => code.or(words).map(Cow::from),
    }
}

impl Row {
    /// How an event is shown.
    pub fn of(event: &Event<'_>) -> Self {
        let who = event.identity.who();
        let shown = |field: Option<&str>| tame(field.unwrap_or(NOTHING));
        Self {
            time: time(event),
            region: shown(event.region.as_deref()),
            who: shown(who.as_deref().map(short)),
            what: tame(&what(event)),
            from: shown(event.from.as_deref().map(short)),
            error: error(event).map(|error| tame(&error)),
        }
    }

    /// The names of the columns.
    fn header() -> Self {
        Self {
            time: "TIME (UTC)".to_owned(),
            region: "REGION".to_owned(),
            who: "WHO".to_owned(),
            what: "EVENT".to_owned(),
            from: "FROM".to_owned(),
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

impl Columns {
    fn new(terminal: usize) -> Self {
        let mut columns = Self {
            terminal,
            time: "2026-01-31 12:00:00".len(),
            region: 0,
            who: 0,
            what: 0,
            from: 0,
        };
        columns.see(&Row::header());
        columns
    }

    /// Makes room for this one.
    fn see(&mut self, row: &Row) {
        for (width, cell) in [
            (&mut self.time, &row.time),
            (&mut self.region, &row.region),
            (&mut self.who, &row.who),
            (&mut self.what, &row.what),
            (&mut self.from, &row.from),
        ] {
            *width = (*width).max(cell.width());
        }
    }

    /// How wide who and what are: as they need, if there is room.
    fn shared(&self) -> (usize, usize) {
        let gaps = 4 * GAP.len();
        let room = self.terminal.saturating_sub(self.time + self.region + gaps);
        let who = room.saturating_sub(self.what + self.from);
        if who >= LEAST_WHO.min(self.who) {
            return (who.min(self.who), self.what);
        }
        // Some lines have no room for the address: the others may as well have a little more.
        let who = self.who.min(LEAST_WHO);
        let what = room.saturating_sub(who + self.from.min(USUAL_FROM));
        (who, what.min(self.what))
    }

    fn show(&self, row: &Row) -> String {
        let (who, what) = self.shared();
        let indent = match self.terminal {
            ..NARROW => GAP.len(),
            _ => self.time + GAP.len(),
        };
        let before = [
            fit(&row.time, self.time),
            fit(&row.region, self.region),
            fit(&shortened(&row.who, who), who),
            String::new(),
        ]
        .join(GAP);
        let aligned = format!("{before}{}{GAP}{}", fit(&row.what, what), row.from);
        let close = format!("{before}{}{GAP}{}", row.what, row.from);
        let fits = |line: &&String| line.trim_end().width() <= self.terminal;
        let mut shown = match [&aligned, &close].into_iter().find(fits) {
            Some(line) => line.trim_end().to_owned(),
            None => {
                let blanks = " ".repeat(indent);
                format!("{before}{}\n{blanks}{}", row.what, row.from)
            }
        };
        if let Some(error) = &row.error {
            let lines = wrapped(error, indent, Some(self.terminal));
            let blanks = " ".repeat(indent);
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

/// Who it was, in this width: of a session the role is cut first, since the session tells the person.
fn shortened(who: &str, width: usize) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use serde_json::value::RawValue;

    fn records() -> Vec<Box<RawValue>> {
        let event = |name: &str, user: &str, from: &str| {
            json!({"eventTime": "2026-01-31T12:00:00Z", "awsRegion": "eu-west-1", "eventSource": "iam.amazonaws.com",
                "eventName": name, "sourceIPAddress": from, "userIdentity": {"type": "IAMUser", "userName": user}})
        };
        let mut denied = event("CreateUser", "bob\u{1b}[2J\tx", "203.0.113.7");
        denied["errorCode"] = json!("AccessDenied");
        denied["errorMessage"] =
            json!("User: arn:aws:iam::123456789012:user/bob is not authorized");
        let mut far = event(
            "ListServerCertificatesOfAllSorts",
            "somebody-with-a-long-name",
            "2001:db8:85a3::8a2e:370:7334",
        );
        far["awsRegion"] = json!("ap-southeast-2");
        let records = [
            event("GetUser", "alice", "cloudtrail.amazonaws.com"),
            denied,
            far,
            json!({}),
        ];
        let raw = |json: serde_json::Value| RawValue::from_string(json.to_string()).expect("JSON");
        records.into_iter().map(raw).collect()
    }

    fn shown(terminal: Option<usize>) -> String {
        let records = records();
        let mut lines = Lines::new(terminal);
        let shown: Vec<String> = match lines.are_columns() {
            false => {
                let records = records.iter();
                records
                    .map(|record| lines.line(&Event::of(record)))
                    .collect()
            }
            true => {
                let rows: Vec<Row> = records
                    .iter()
                    .map(|record| Row::of(&Event::of(record)))
                    .collect();
                let rows = lines.rows(&rows);
                lines.header().into_iter().chain(rows).collect()
            }
        };
        anstream::adapter::strip_str(&(shown.join("\n") + "\n")).to_string()
    }

    #[test]
    fn programs_get_full_fields_with_tabs_between_them() {
        let shown = shown(None);
        assert!(
            shown.lines().all(|line| line.split('\t').count() == 6),
            "{shown}"
        );
        insta::assert_snapshot!(shown.replace('\t', " | "), @r"
        2026-01-31T12:00:00Z | eu-west-1 | alice | iam:GetUser | cloudtrail.amazonaws.com | -
        2026-01-31T12:00:00Z | eu-west-1 | bob [2J x | iam:CreateUser | 203.0.113.7 | AccessDenied: User: arn:aws:iam::123456789012:user/bob is not authorized
        2026-01-31T12:00:00Z | ap-southeast-2 | somebody-with-a-long-name | iam:ListServerCertificatesOfAllSorts | 2001:db8:85a3::8a2e:370:7334 | -
        - | - | - | - | - | -
        ");
    }

    #[test]
    fn terminals_get_columns() {
        insta::assert_snapshot!(shown(Some(80)), @r"
        TIME (UTC)           REGION          WHO         EVENT           FROM
        2026-01-31 12:00:00  eu-west-1       alice       iam:GetUser     cloudtrail
        2026-01-31 12:00:00  eu-west-1       bob [2J x   iam:CreateUser  203.0.113.7
                             AccessDenied: User: arn:aws:iam::123456789012:user/bob is
                             not authorized
        2026-01-31 12:00:00  ap-southeast-2  somebody-…  iam:ListServerCertificatesOfAllSorts
                             2001:db8:85a3::8a2e:370:7334
        -                    -               -           -               -
        ");
        insta::assert_snapshot!(shown(Some(160)), @r"
        TIME (UTC)           REGION          WHO                        EVENT                                 FROM
        2026-01-31 12:00:00  eu-west-1       alice                      iam:GetUser                           cloudtrail
        2026-01-31 12:00:00  eu-west-1       bob [2J x                  iam:CreateUser                        203.0.113.7
                             AccessDenied: User: arn:aws:iam::123456789012:user/bob is not authorized
        2026-01-31 12:00:00  ap-southeast-2  somebody-with-a-long-name  iam:ListServerCertificatesOfAllSorts  2001:db8:85a3::8a2e:370:7334
        -                    -               -                          -                                     -
        ");
    }

    #[test]
    fn nothing_that_matters_is_cut_however_narrow_the_terminal() {
        for width in 0..200 {
            let shown = shown(Some(width));
            for whole in [
                "2026-01-31 12:00:00",
                "iam:ListServerCertificatesOfAllSorts",
                "2001:db8:85a3::8a2e:370:7334",
                "ap-southeast-2",
            ] {
                assert!(shown.contains(whole), "{width}: {whole}: {shown}");
            }
            let errors = shown.replace('\n', " ");
            let words: Vec<&str> = errors.split_whitespace().collect();
            let words = words.join(" ");
            assert!(words.contains(
                "AccessDenied: User: arn:aws:iam::123456789012:user/bob is not authorized"
            ));
        }
    }

    #[test]
    fn lines_keep_within_the_terminal_where_that_is_possible() {
        for width in 90..200 {
            for line in shown(Some(width)).lines() {
                assert!(line.width() <= width, "{width}: {line}");
                assert_eq!(line, line.trim_end());
            }
        }
    }

    #[test]
    fn columns_only_grow() {
        let records = records();
        let mut lines = Lines::new(Some(200));
        let first = lines.line(&Event::of(&records[0]));
        lines.line(&Event::of(&records[2]));
        let again = lines.line(&Event::of(&records[0]));
        assert!(again.len() > first.len(), "{first}\n{again}");
    }

    #[test]
    fn the_session_is_cut_last() {
        for (who, width, cell) in [
            ("alice", 5, "alice"),
            ("mallory", 5, "mall…"),
            ("Administrators/alice", 14, "Adminis…/alice"),
            ("Administrators/alice", 8, "A…/alice"),
            ("Administrators/alice", 6, "Admin…"),
            ("川上弘", 5, "川上…"),
            ("bob", 0, ""),
        ] {
            assert_eq!(shortened(who, width), cell, "{who} {width}");
        }
    }

    #[test]
    fn terminals_see_what_json_would_do_to_them() {
        assert!(matches!(visible("{\"a\":\"é川\"}"), Cow::Borrowed(_)));
        assert_eq!(visible("\"\u{202e}\u{9b}2J\""), r#""\u202e\u009b2J""#);
    }

    #[test]
    fn only_errors_are_coloured() {
        let mut lines = Lines::new(None);
        let records = records();
        let lines = records.iter().map(|record| lines.line(&Event::of(record)));
        let coloured: Vec<bool> = lines.map(|line| line.contains("\u{1b}[31m")).collect();
        assert_eq!(coloured, [false, true, false, false]);
    }

    #[test]
    fn records_keep_their_text_and_get_one_line() {
        let short = r#"{"a": 1.50, "b":"x y"}"#;
        assert!(matches!(one_line(short), Cow::Borrowed(text) if text == short));
        let long =
            "{\r\n  \"a b\": 1.50E+2,\n\t\"c\": \"\\\" d \\\\\", \"e\": [ true, \"\\n\" ]\n}";
        assert_eq!(
            one_line(long),
            r#"{"a b":1.50E+2,"c":"\" d \\","e":[true,"\n"]}"#
        );
    }
}
