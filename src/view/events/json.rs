//! Records of events as JSON, as the user gets them: their own text, on one line, harmless for a terminal.

use std::borrow::Cow;

use crate::error::is_bidirectional;

/// A record of JSON as a terminal may see it: what would steer it, or change the order of what it shows, is escaped.
pub fn visible(record: &str) -> Cow<'_, str> {
    // A tab may separate the parts of a record, but not be part of a text.
    let harmless = |c: char| c == '\t' || (!c.is_control() && !is_bidirectional(c));
    if record.chars().all(harmless) {
        return record.into();
    }
    let shown = record.chars().map(|c| match harmless(c) {
        true => c.to_string(),
        false => format!("\\u{:04x}", u32::from(c)),
    });
    shown.collect::<String>().into()
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
