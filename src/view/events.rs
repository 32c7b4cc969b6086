//! Events as lines: when, where, who, what, from where, and what went wrong.
//!
//! A program gets the full fields with tabs between them. A terminal gets columns that grow with what they have shown
//! so far; what is longer than its column ends in `…`, so that nobody takes it for the whole.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

use crate::error::tame;
use crate::events::event::{Event, short};

const FAILED: Style = AnsiColor::Red.on_default();
const NOTHING: &str = "-";
const GAP: &str = "  ";

/// An address of IPv4 at its longest, and one of IPv6.
const SHORT_ADDRESS: usize = 15;
const LONG_ADDRESS: usize = 39;

/// Below this width the year has to go.
const ROOM_FOR_THE_YEAR: usize = 110;
const ROOM_FOR_LONG_ADDRESSES: usize = 150;

/// Writes events as lines.
#[derive(Clone, Debug)]
pub struct Lines {
    columns: Option<Columns>,
}

/// The columns of a terminal, by the widths that they have grown to.
#[derive(Clone, Debug)]
struct Columns {
    terminal: usize,
    time: usize,
    region: usize,
    who: usize,
    what: usize,
    from: usize,
}

impl Lines {
    /// For a terminal of this width, or for a program.
    pub fn new(terminal: Option<usize>) -> Self {
        let columns = terminal.map(|terminal| Columns {
            terminal,
            time: 0,
            region: 9,
            who: 8,
            what: 16,
            from: 12,
        });
        Self { columns }
    }

    /// An event as a line, without its end.
    pub fn line(&mut self, event: &Event<'_>) -> String {
        match &mut self.columns {
            None => full(event),
            Some(columns) => columns.line(event),
        }
    }
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

impl Columns {
    fn line(&mut self, event: &Event<'_>) -> String {
        let who = event.identity.who();
        let cells = [
            self.time(event.time.as_deref().unwrap_or(NOTHING)),
            tame(event.region.as_deref().unwrap_or(NOTHING)),
            tame(short(who.as_deref().unwrap_or(NOTHING))),
            tame(&what(event)),
            tame(short(event.from.as_deref().unwrap_or(NOTHING))),
        ];
        self.grow(&cells);
        let widths = [self.time, self.region, self.who, self.what, self.from];
        let cells = cells.iter().zip(widths);
        let cells: Vec<String> = cells.map(|(cell, width)| fit(cell, width)).collect();
        let line = cells.join(GAP);
        match error(event) {
            Some(error) => {
                let error = self.error(&tame(&error), event.error_code.as_deref());
                format!("{line}{GAP}{FAILED}{error}{FAILED:#}")
            }
            None => line.trim_end().to_owned(),
        }
    }

    /// Without the year and the zone, which is always UTC, where they take room from the rest.
    fn time(&self, time: &str) -> String {
        let shape = time.len() == 20 && time.ends_with('Z') && time.as_bytes()[10] == b'T';
        match time.get(5..19) {
            Some(day) if shape && self.terminal < ROOM_FOR_THE_YEAR => tame(&day.replace('T', " ")),
            _ => tame(time),
        }
    }

    /// Lets the columns take what these cells need, as far as there is room; `what` gets what the others leave.
    fn grow(&mut self, cells: &[String; 5]) {
        let [time, region, who, what, from] = cells.each_ref().map(|cell| cell.chars().count());
        let address = match self.terminal {
            ..ROOM_FOR_LONG_ADDRESSES => SHORT_ADDRESS,
            _ => LONG_ADDRESS,
        };
        self.time = self.time.max(time.min(20));
        self.region = self.region.max(region.min(14));
        self.who = self.who.max(who.min(self.terminal / 6));
        self.from = self.from.max(from.min(address));
        let others = self.time + self.region + self.who + self.from + 4 * GAP.len();
        let room = self.terminal.saturating_sub(others).max(12);
        self.what = self.what.max(what).min(room);
    }

    /// The code is always told in full; of the words, what still goes on the line.
    fn error(&self, error: &str, code: Option<&str>) -> String {
        let before = self.time + self.region + self.who + self.what + self.from + 5 * GAP.len();
        let room = self.terminal.saturating_sub(before);
        let code = code.map_or(0, |code| code.chars().count());
        let shortest = if code == 0 { 24 } else { code + 1 };
        cut(error, room.max(shortest))
    }
}

/// A cell of just this width.
fn fit(cell: &str, width: usize) -> String {
    format!("{:width$}", cut(cell, width))
}

fn cut(cell: &str, width: usize) -> String {
    match cell.char_indices().nth(width) {
        None => cell.to_owned(),
        Some(_) => cell
            .chars()
            .take(width.saturating_sub(1))
            .chain(['…'])
            .collect(),
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
        let mut lines = Lines::new(terminal);
        let lines = records()
            .iter()
            .map(|record| lines.line(&Event::of(record)) + "\n")
            .collect::<String>();
        anstream::adapter::strip_str(&lines).to_string()
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
        let narrow = shown(Some(80));
        let fits = |line: &str| line.chars().count() <= 80 || line.contains("AccessDenied");
        assert!(narrow.lines().all(fits), "{narrow}");
        insta::assert_snapshot!(narrow, @r"
        01-31 12:00:00  eu-west-1  alice     iam:GetUser       cloudtrail
        01-31 12:00:00  eu-west-1  bob [2J x  iam:CreateUser    203.0.113.7   AccessDenied…
        01-31 12:00:00  ap-southeast-2  somebody-wit…  iam:ListServerC…  2001:db8:85a3:…
        -               -               -              -                 -
        ");
        insta::assert_snapshot!(shown(Some(160)), @r"
        2026-01-31T12:00:00Z  eu-west-1  alice     iam:GetUser       cloudtrail
        2026-01-31T12:00:00Z  eu-west-1  bob [2J x  iam:CreateUser    203.0.113.7   AccessDenied: User: arn:aws:iam::123456789012:user/bob is not authorized
        2026-01-31T12:00:00Z  ap-southeast-2  somebody-with-a-long-name  iam:ListServerCertificatesOfAllSorts  2001:db8:85a3::8a2e:370:7334
        -                     -               -                          -                                     -
        ");
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

    #[test]
    fn no_terminal_is_too_narrow() {
        for width in [0, 1, 20] {
            assert_eq!(shown(Some(width)).lines().count(), 4);
        }
    }
}
