//! Text from outside, as HTML that shows just this text.

use std::fmt::Write;

use crate::error::is_bidirectional;

/// A text as the content of an element, or of an attribute between quotation marks. Control characters, and those that
/// change the order of what is shown, become visible: `\u001b`, `\u202e`. Line breaks and tabs become spaces.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            c if c.is_control() || is_invisible(c) => {
                let _ = write!(escaped, "\\u{:04x}", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// Characters that nobody sees, though they make a name another one; and those that no XML parser takes.
fn is_invisible(c: char) -> bool {
    is_bidirectional(c)
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
