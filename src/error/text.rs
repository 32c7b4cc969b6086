//! Text from outside, made harmless for a terminal.

/// Text from outside on one line, without characters that would steer a terminal or forge a line of ours; those that
/// would change the order of what is shown are written as in JSON, e.g. `\u202e`.
pub fn tame(text: &str) -> String {
    let mut tamed = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_control() => tamed.push(' '),
            _ if is_bidirectional(c) => tamed.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => tamed.push(c),
        }
    }
    tamed
}

/// The characters that set the direction of text: <https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>.
pub fn is_bidirectional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_change_the_order_are_shown() {
        let all = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}";
        assert_eq!(
            tame(&format!("a{all}b")),
            r"a\u061c\u200e\u200f\u202a\u202e\u2066\u2069b"
        );
        assert_eq!(tame("\u{200d}\u{202f}é川\u{85}"), "\u{200d}\u{202f}é川 ");
    }
}
