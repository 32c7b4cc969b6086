//! Text from outside, as HTML that shows just this text.

use std::fmt::Write;

use crate::error::is_bidirectional;

/// A text as the content of an element, or of an attribute between quotation marks, made [visible].
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A text whose control characters, and those that change the order of what is shown, can be seen: `\u001b`, `\u202e`.
/// Line breaks and tabs become spaces.
pub fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => visible.push(' '),
            c if is_hidden(c) => {
                let _ = write!(visible, "\\u{:04x}", u32::from(c));
            }
            c => visible.push(c),
        }
    }
    visible
}

/// Characters that nobody sees, though they make a name another one; and those that no XML parser takes.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || is_bidirectional(c)
        || matches!(
            c,
            '\u{200b}'
                ..='\u{200d}'
                    | '\u{2028}'
                    | '\u{2029}'
                    | '\u{2060}'
                    | '\u{feff}'
                    | '\u{fffe}'
                    | '\u{ffff}'
        )
}
