//! The regular expressions that patterns may have between `%`.
//!
//! [CloudWatch knows few](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html#regex-expressions):
//! letters, digits, `:_#=@/;,-` and spaces, `. ^ $ | ? * + {m,n} [a-z] [^a-z] \d \s \w \xhh`, and no groups. What it
//! refuses is refused here; what it accepts is rewritten, with every character as its code, for `regex-lite` to match.

use std::fmt::Write;
use std::str::Chars;

/// The most repetitions that a count may ask for; AWS names no limit, so this is one of memory.
const MOST: u32 = 255;

const SYMBOLS: &str = ":_#=@/;,- ";

/// A regular expression that matches anywhere in a text.
#[derive(Clone, Debug)]
pub struct Regex {
    text: String,
    compiled: regex_lite::Regex,
}

impl Regex {
    /// Reads what is written between two `%`.
    ///
    /// # Errors
    /// When AWS documents no such expression; the error says why, and at which byte.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut reader = Reader {
            rest: text.chars(),
            // A dot matches line breaks, too.
            translated: "(?s)".to_owned(),
        };
        let mut branch_is_empty = true;
        loop {
            let rest = reader.rest.as_str();
            match rest.chars().next() {
                None | Some('|') if branch_is_empty => {
                    return Err((0, "an alternative is empty".to_owned()));
                }
                None => break,
                Some('|') => {
                    reader.takes('|');
                    reader.translated.push('|');
                    branch_is_empty = true;
                }
                Some(_) => {
                    let at = text.len() - rest.len();
                    reader.repeated_atom().map_err(|why| (at, why))?;
                    branch_is_empty = false;
                }
            }
        }
        let compiled = regex_lite::Regex::new(&reader.translated)
            .map_err(|error| (0, format!("the expression cannot be compiled: {error}")))?;
        Ok(Self {
            text: text.to_owned(),
            compiled,
        })
    }

    /// As it was written, without the `%`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether any part of a text matches.
    pub fn is_found_in(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }
}

struct Reader<'t> {
    rest: Chars<'t>,
    /// What was read so far, in the syntax of `regex-lite`.
    translated: String,
}

impl Reader<'_> {
    /// Translates a character, class or anchor, and how often it is repeated.
    fn repeated_atom(&mut self) -> Result<(), String> {
        match self.rest.next() {
            Some(anchor @ ('^' | '$')) => {
                self.translated.push(anchor);
                return Ok(());
            }
            Some('.') => self.translated.push('.'),
            Some('[') => self.brackets()?,
            Some('\\') => self.escape()?,
            Some(letter @ ('?' | '*' | '+' | '{')) => {
                return Err(format!("{letter} has nothing to repeat"));
            }
            Some(letter @ (']' | '}')) => {
                return Err(format!("{letter} closes nothing; \\{letter} stands for it"));
            }
            Some(letter) => self.literal(supported(letter)?),
            None => {}
        }
        if self.takes('{') {
            return self.count();
        }
        let sign = "?*+".chars().find(|sign| self.takes(*sign));
        self.translated.extend(sign);
        Ok(())
    }

    /// Takes this character if it comes next.
    fn takes(&mut self, letter: char) -> bool {
        let is_next = self.rest.as_str().starts_with(letter);
        is_next && self.rest.next().is_some()
    }

    /// Translates a character as its code: none has a meaning of its own then.
    fn literal(&mut self, letter: char) {
        let _ = write!(self.translated, "\\x{{{:x}}}", u32::from(letter));
    }

    /// Translates `m}`, `m,}`, `,n}` or `m,n}`, which follows a `{`.
    fn count(&mut self) -> Result<(), String> {
        let (inner, rest) = self
            .rest
            .as_str()
            .split_once('}')
            .ok_or("{ is not closed")?;
        self.rest = rest.chars();
        let number = |text: &str| match text.trim() {
            "" => Some(None),
            digits => digits.parse().ok().filter(|n: &u32| *n <= MOST).map(Some),
        };
        let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
        let count = match number(least).zip(number(most)) {
            Some((least, None)) if inner.contains(',') => format!("{{{},}}", least.unwrap_or(0)),
            Some((least, Some(most))) if most >= least.unwrap_or(0).max(1) => {
                format!("{{{},{most}}}", least.unwrap_or(0))
            }
            _ => {
                let why = format!("{{{inner}}} is no count: it is written {{m,n}}, up to {MOST}");
                return Err(why);
            }
        };
        self.translated.push_str(&count);
        Ok(())
    }

    /// Translates what follows a `[`, up to its `]`.
    fn brackets(&mut self) -> Result<(), String> {
        self.translated.push('[');
        if self.takes('^') {
            self.translated.push('^');
        }
        if self.takes(']') {
            return Err("[] holds nothing; \\] stands for a bracket".to_owned());
        }
        loop {
            let from = match self.rest.next() {
                None => return Err("[ is not closed".to_owned()),
                Some(']') => break,
                Some('\\') => {
                    self.escape()?;
                    continue;
                }
                Some(letter) => supported_in_brackets(letter)?,
            };
            self.literal(from);
            let mut ahead = self.rest.clone();
            if let (Some('-'), Some(to)) = (ahead.next(), ahead.next())
                && !matches!(to, ']' | '\\')
            {
                self.rest = ahead;
                if supported_in_brackets(to)? < from {
                    return Err(format!("{from}-{to} runs backwards"));
                }
                self.translated.push('-');
                self.literal(to);
            }
        }
        self.translated.push(']');
        Ok(())
    }

    /// Translates what is written behind a backslash.
    fn escape(&mut self) -> Result<(), String> {
        match self.rest.next() {
            None => return Err("\\ has nothing after it".to_owned()),
            Some(class @ ('d' | 'D' | 's' | 'S' | 'w' | 'W')) => {
                self.translated.extend(['\\', class]);
            }
            Some('t') => self.literal('\t'),
            Some('n') => self.literal('\n'),
            Some('x') => {
                let hex: String = self.rest.by_ref().take(2).collect();
                let code = u8::from_str_radix(&hex, 16).ok().filter(u8::is_ascii);
                let code = code.filter(|_| hex.len() == 2 && !hex.starts_with('+'));
                self.literal(char::from(code.ok_or("\\x takes two digits, up to 7F")?));
            }
            Some(letter) if letter.is_ascii_punctuation() => self.literal(letter),
            Some(letter) => return Err(format!("\\{letter} is unknown")),
        }
        Ok(())
    }
}

fn supported_in_brackets(letter: char) -> Result<char, String> {
    match letter {
        '^' | '$' | '?' | '{' | '}' | '|' | '*' | '+' | '.' => Ok(letter),
        '[' => Err("\\[ stands for a bracket within brackets".to_owned()),
        _ => supported(letter),
    }
}

/// AWS refuses all others.
fn supported(letter: char) -> Result<char, String> {
    match letter {
        _ if letter.is_ascii_alphanumeric() || SYMBOLS.contains(letter) => Ok(letter),
        '(' | ')' => Err(format!(
            "groups are not supported; \\x{:02X} stands for {letter}",
            u32::from(letter)
        )),
        _ if letter.is_ascii() => Err(format!(
            "{letter:?} is not supported; \\x{:02X} stands for it",
            u32::from(letter)
        )),
        _ => Err(format!("{letter:?} is not supported, only ASCII is")),
    }
}

#[cfg(test)]
mod tests {
    use super::Regex;
    use crate::alerts::tests::cases;

    #[test]
    fn the_examples_of_the_documentation_do_what_it_says() {
        for (regex, yes, no) in [
            ("^[hc]at", &["hat", "cats"][..], &["a hat", "bat"][..]),
            ("[hc]at$", &["hat", "a cat"], &["cats"]),
            ("colou?r", &["color", "colour"], &["colouur"]),
            ("[abcx-z]", &["b", "y"], &["d", "w"]),
            ("^a{3,5}$", &["aaa", "aaaaa"], &["aa", "aaaaaa"]),
            ("^a{2}$", &["aa"], &["a", "aaa"]),
            ("^a{2,}$", &["aa", "aaaa"], &["a"]),
            ("^a{,2}$", &["", "aa"], &["aaa"]),
            (
                "^start|^init|^shut down",
                &["start", "shut down"],
                &["skip init"],
            ),
            ("abcc|ab[^c]$", &["abcc ...", "aba"], &["aac", "abc"]),
            (r"\[.\]", &["[a]", "[ ]", "[]]"], &["[]", "a"]),
            (r"10\.10\.0\.1", &["10.10.0.1"], &["10010,051"]),
            ("10.10.0.1", &["10.10.0.1", "10010,051"], &["1010"]),
            ("ab*c", &["ac", "abc", "abbbc"], &["adc"]),
            ("ab[0-9]*", &["ab", "ab0", "ab129"], &["a1"]),
            ("ab+c", &["abc", "abbc"], &["ac"]),
            (".at", &["hat", "4at", "#at", " at"], &["at"]),
            (r"^\d\D$", &["1a"], &["a1", "11"]),
            (r"^\s\S$", &[" a", "\t1"], &["a ", "  "]),
            (r"^\w\W$", &["_-", "a."], &["-_"]),
            (r"\x3A", &["a:b"], &["a"]),
            (r"\x28", &["("], &[")"]),
            ("AUTHORIZED", &["UNAUTHORIZED REQUEST"], &["authorized"]),
            (r"^[\d.]+$", &["1.2"], &["1a"]),
        ] {
            let read = Regex::parse(regex).expect(regex);
            let texts = yes.iter().map(|text| (text, true));
            for (text, expected) in texts.chain(no.iter().map(|text| (text, false))) {
                assert_eq!(read.is_found_in(text), expected, "{regex} {text}");
            }
        }
    }

    #[test]
    fn what_is_not_documented_is_refused() {
        let table = r"
            something! => 9: '!' is not supported; \x21 stands for it
            a(b) => 1: groups are not supported; \x28 stands for (
            ä => 0: 'ä' is not supported, only ASCII is
            => 0: an alternative is empty
            a| => 0: an alternative is empty
            *a => 0: * has nothing to repeat
            a** => 2: * has nothing to repeat
            ^+ => 1: + has nothing to repeat
            ab{2 => 1: { is not closed
            a{3,2} => 0: {3,2} is no count: it is written {m,n}, up to 255
            a{999} => 0: {999} is no count: it is written {m,n}, up to 255
            a{} => 0: {} is no count: it is written {m,n}, up to 255
            a} => 1: } closes nothing; \} stands for it
            [a => 0: [ is not closed
            [] => 0: [] holds nothing; \] stands for a bracket
            [z-a] => 0: z-a runs backwards
            \q => 0: \q is unknown
            \x2 => 0: \x takes two digits, up to 7F
            \xff => 0: \x takes two digits, up to 7F
            a\ => 1: \ has nothing after it
        ";
        for (regex, expected) in cases(table) {
            let (at, why) = Regex::parse(regex).expect_err(regex);
            assert_eq!(format!("{at}: {why}"), expected, "{regex}");
        }
    }
}
