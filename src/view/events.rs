//! Events as lines: when, where, who, what, from where, and what went wrong.
//!
//! A program gets the full fields with tabs between them. A terminal gets columns that its width decides, so that all
//! lines align and none is wider; what is longer than its column ends in `…`, so that nobody takes it for the whole.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::error::tame;
use crate::events::event::{Event, short};

const FAILED: Style = AnsiColor::Red.on_default();
const NOTHING: &str = "-";

/// The longest name of a region: `ap-southeast-2`.
const REGION: usize = 14;

/// From this width on there is room for the year, and for two blanks between columns.
const WIDE: usize = 110;

/// Writes events as lines.
#[derive(Clone, Debug)]
pub struct Lines {
    columns: Option<Columns>,
}

/// The columns of a terminal, by their widths.
#[derive(Clone, Debug)]
struct Columns {
    terminal: usize,
    gap: &'static str,
    time: usize,
    who: usize,
    what: usize,
    from: usize,
}

impl Lines {
    /// For a terminal of this width, or for a program.
    pub fn new(terminal: Option<usize>) -> Self {
        Self {
            columns: terminal.map(Columns::new),
        }
    }

    /// An event as a line, without its end.
    pub fn line(&self, event: &Event<'_>) -> String {
        match &self.columns {
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
    /// Shares a terminal's width: times and regions go in whole, who, what, from where and the error get a sixth, two
    /// fifths, a quarter and the rest of what is left, as long as they can need that much.
    fn new(terminal: usize) -> Self {
        let (gap, time) = match terminal {
            ..WIDE => (" ", "01-31 12:00:00".len()),
            _ => ("  ", "2026-01-31T12:00:00Z".len()),
        };
        let rest = terminal.saturating_sub(time + REGION + 5 * gap.len());
        Self {
            terminal,
            gap,
            time,
            who: (rest / 6).clamp(8, 24),
            what: (rest * 2 / 5).clamp(12, 40),
            // An address of IPv6 at its longest.
            from: (rest / 4).clamp(8, 39),
        }
    }

    fn line(&self, event: &Event<'_>) -> String {
        let who = event.identity.who();
        let cells = [
            (self.time(event), self.time),
            (tame(event.region.as_deref().unwrap_or(NOTHING)), REGION),
            (tame(short(who.as_deref().unwrap_or(NOTHING))), self.who),
            (tame(&what(event)), self.what),
            (
                tame(short(event.from.as_deref().unwrap_or(NOTHING))),
                self.from,
            ),
        ];
        let cells = cells.map(|(cell, width)| fit(&cell, width));
        let line = cut(cells.join(self.gap).trim_end(), self.terminal);
        let before = self.time + REGION + self.who + self.what + self.from + 5 * self.gap.len();
        match (error(event), self.terminal.saturating_sub(before)) {
            (None, _) | (_, 0) => line,
            (Some(error), room) => {
                let error = cut(&tame(&error), room);
                format!("{}{FAILED}{error}{FAILED:#}", fit(&line, before))
            }
        }
    }

    /// When, without the year and the zone, which is always UTC, where they take room from the rest.
    fn time(&self, event: &Event<'_>) -> String {
        let time = event.time.as_deref().unwrap_or(NOTHING);
        let shape = time.len() == 20 && time.ends_with('Z') && time.as_bytes()[10] == b'T';
        match time.get(5..19) {
            Some(day) if shape && self.terminal < WIDE => tame(&day.replace('T', " ")),
            _ => tame(time),
        }
    }
}

/// A cell of just this width.
fn fit(cell: &str, width: usize) -> String {
    let cell = cut(cell, width);
    let blanks = width.saturating_sub(cell.width());
    cell + &" ".repeat(blanks)
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
        let lines = Lines::new(terminal);
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
        insta::assert_snapshot!(shown(Some(80)), @r"
        01-31 12:00:00 eu-west-1      alice    iam:GetUser        cloudtrail
        01-31 12:00:00 eu-west-1      bob [2J… iam:CreateUser     203.0.113.7 AccessDen…
        01-31 12:00:00 ap-southeast-2 somebod… iam:ListServerCer… 2001:db8:8…
        -              -              -        -                  -
        ");
        insta::assert_snapshot!(shown(Some(160)), @r"
        2026-01-31T12:00:00Z  eu-west-1       alice                iam:GetUser                               cloudtrail
        2026-01-31T12:00:00Z  eu-west-1       bob [2J x            iam:CreateUser                            203.0.113.7                    AccessDenied: User: arn:aws…
        2026-01-31T12:00:00Z  ap-southeast-2  somebody-with-a-lo…  iam:ListServerCertificatesOfAllSorts      2001:db8:85a3::8a2e:370:7334
        -                     -               -                    -                                         -
        ");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in 0..200 {
            for line in shown(Some(width)).lines() {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn a_cell_has_its_width_on_the_screen() {
        for (text, width, cell) in [
            ("bob", 5, "bob  "),
            ("alice", 5, "alice"),
            ("mallory", 5, "mall…"),
            ("川上", 5, "川上 "),
            ("川上弘", 5, "川上…"),
            ("川上弘", 4, "川… "),
            ("bob", 1, "…"),
            ("bob", 0, ""),
        ] {
            assert_eq!(fit(text, width), cell, "{text} {width}");
        }
    }

    #[test]
    fn only_errors_are_coloured() {
        let lines = Lines::new(None);
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
