//! The regular expressions that patterns may have between `%`.
//!
//! [CloudWatch knows few](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html#regex-expressions):
//! letters, digits, `:_#=@/;,-` and spaces, `. ^ $ | ? * + {m,n} [a-z] [^a-z] \d \s \w \xhh`, and no groups. What it
//! refuses is refused here; what it accepts is rewritten, with every character as its code, for `regex-lite` to match.

use std::fmt::Write;
use std::iter::Peekable;
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

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Regex {
    /// Reads what is written between two `%`.
    ///
    /// # Errors
    /// When AWS documents no such expression; the error says why, and at which character, from 0.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut reader = Reader {
            all: text.chars().count(),
            rest: text.chars().peekable(),
            // A dot matches line breaks, too.
            translated: "(?s)".to_owned(),
        };
        let mut branch_is_empty = true;
        while let Some(letter) = reader.rest.peek().copied() {
            if letter != '|' {
                let at = reader.at();
                reader.repeated_atom().map_err(|why| (at, why))?;
                branch_is_empty = false;
                continue;
            }
            if branch_is_empty {
                break;
            }
            reader.rest.next();
            reader.translated.push('|');
            branch_is_empty = true;
        }
        if branch_is_empty {
            return Err((0, "an alternative is empty".to_owned()));
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
    all: usize,
    rest: Peekable<Chars<'t>>,
    /// What was read so far, in the syntax of `regex-lite`.
    translated: String,
}

impl Reader<'_> {
    fn at(&self) -> usize {
        self.all - self.rest.clone().count()
    }

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
        if self.rest.next_if_eq(&'{').is_some() {
            return self.count();
        }
        let sign = self.rest.next_if(|letter| "?*+".contains(*letter));
        self.translated.extend(sign);
        Ok(())
    }

    /// Translates a character as its code: none has a meaning of its own then.
    fn literal(&mut self, letter: char) {
        let _ = write!(self.translated, "\\x{{{:x}}}", u32::from(letter));
    }

    /// `{m}`, `{m,}`, `{,n}` or `{m,n}`.
    fn count(&mut self) -> Result<(), String> {
        let mut inner = String::new();
        loop {
            match self.rest.next() {
                Some('}') => break,
                Some(letter) => inner.push(letter),
                None => return Err("{ is not closed".to_owned()),
            }
        }
        let wrong = || format!("{{{inner}}} is no count: it is written {{m,n}}, up to {MOST}");
        let number = |text: &str| {
            let number = text.trim().parse().ok();
            number
                .filter(|number: &u32| *number <= MOST)
                .ok_or_else(wrong)
        };
        let (least, most) = inner.split_once(',').unwrap_or((&inner, &inner));
        let (no_least, no_most) = (least.trim().is_empty(), most.trim().is_empty());
        if no_least && !inner.contains(',') {
            return Err(wrong());
        }
        let least = if no_least { 0 } else { number(least)? };
        self.translated.push_str(&if no_most {
            format!("{{{least},}}")
        } else {
            let most = number(most)?;
            if most < least || most == 0 {
                return Err(wrong());
            }
            format!("{{{least},{most}}}")
        });
        Ok(())
    }

    /// Translates what is written between `[` and `]`.
    fn brackets(&mut self) -> Result<(), String> {
        self.translated.push('[');
        self.translated.extend(self.rest.next_if_eq(&'^'));
        let mut is_empty = true;
        loop {
            let from = match self.rest.next() {
                None => return Err("[ is not closed".to_owned()),
                Some(']') if is_empty => {
                    return Err("[] holds nothing; \\] stands for a bracket".to_owned());
                }
                Some(']') => {
                    self.translated.push(']');
                    return Ok(());
                }
                Some('\\') => {
                    self.escape()?;
                    is_empty = false;
                    continue;
                }
                Some(letter) => supported_in_brackets(letter)?,
            };
            is_empty = false;
            self.literal(from);
            let mut ahead = self.rest.clone();
            if let (Some('-'), Some(to)) = (ahead.next(), ahead.next())
                && to != ']'
                && to != '\\'
            {
                self.rest = ahead;
                if supported_in_brackets(to)? < from {
                    return Err(format!("{from}-{to} runs backwards"));
                }
                self.translated.push('-');
                self.literal(to);
            }
        }
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

    fn found(regex: &str, text: &str) -> bool {
        let read = Regex::parse(regex).unwrap_or_else(|wrong| panic!("{regex}: {wrong:?}"));
        read.is_found_in(text)
    }

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
                "^starting|^initializing|^shutting down",
                &["starting ...", "shutting down"],
                &["skipping initializing ..."],
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
            for text in yes {
                assert!(found(regex, text), "{regex} {text}");
            }
            for text in no {
                assert!(!found(regex, text), "{regex} {text}");
            }
        }
    }

    #[test]
    fn what_is_not_documented_is_refused() {
        for (regex, at, why) in [
            ("something!", 9, r"'!' is not supported; \x21 stands for it"),
            ("a(b)", 1, r"groups are not supported; \x28 stands for ("),
            ("ä", 0, "'ä' is not supported, only ASCII is"),
            ("", 0, "an alternative is empty"),
            ("a|", 0, "an alternative is empty"),
            ("*a", 0, "* has nothing to repeat"),
            ("a**", 2, "* has nothing to repeat"),
            ("^+", 1, "+ has nothing to repeat"),
            ("ab{2", 1, "{ is not closed"),
            (
                "a{3,2}",
                0,
                "{3,2} is no count: it is written {m,n}, up to 255",
            ),
            (
                "a{999}",
                0,
                "{999} is no count: it is written {m,n}, up to 255",
            ),
            ("a}", 1, r"} closes nothing; \} stands for it"),
            ("[a", 0, "[ is not closed"),
            ("[]", 0, r"[] holds nothing; \] stands for a bracket"),
            ("[z-a]", 0, "z-a runs backwards"),
            (r"\q", 0, r"\q is unknown"),
            (r"\x2", 0, r"\x takes two digits, up to 7F"),
            (r"\xff", 0, r"\x takes two digits, up to 7F"),
            ("a\\", 1, "\\ has nothing after it"),
        ] {
            let wrong = Regex::parse(regex).expect_err(regex);
            assert_eq!(wrong, (at, why.to_owned()), "{regex}");
        }
    }
}
