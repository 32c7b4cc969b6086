//! The regular expressions that patterns may hold between `%`.
//!
//! [They](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html#regex-expressions) are
//! few: letters, digits, `:_#=@/;,-` and spaces, `. ^ $ | ? * + {m,n} [a-z] [^a-z] \d \s \w \xhh`, and no groups. So an
//! expression is a list of branches, a branch a list of nodes, and a text is read once, with all nodes at the same time.

use std::iter::Peekable;
use std::str::Chars;

/// The most repetitions that a count may ask for; AWS names no limit, so this is one of memory.
const MOST: u32 = 255;

const SYMBOLS: &str = ":_#=@/;,- ";

/// A regular expression, which is sought anywhere in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Regex {
    text: String,
    branches: Vec<Vec<Node>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Start,
    End,
    One(Set),
    /// One or none.
    Maybe(Set),
    /// Any number, also none.
    Many(Set),
}

/// A set of characters.
#[derive(Clone, Debug, Default, PartialEq)]
struct Set {
    negated: bool,
    ranges: Vec<(char, char)>,
    /// Sets within the brackets, like `\D`.
    sets: Vec<Set>,
}

impl Regex {
    /// Reads what stands between two `%`.
    ///
    /// # Errors
    /// When AWS documents no such expression; the error says why, and at which character, from 0.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut reader = Reader {
            all: text.chars().count(),
            rest: text.chars().peekable(),
        };
        let mut branches = vec![Vec::new()];
        while let Some(letter) = reader.rest.peek().copied() {
            let at = reader.at();
            if letter == '|' {
                reader.rest.next();
                branches.push(Vec::new());
                continue;
            }
            let nodes = reader.nodes().map_err(|why| (at, why))?;
            // There is a branch from the beginning.
            if let Some(branch) = branches.last_mut() {
                branch.extend(nodes);
            }
        }
        if branches.iter().any(Vec::is_empty) {
            return Err((0, "an alternative is empty".to_owned()));
        }
        Ok(Self {
            text: text.to_owned(),
            branches,
        })
    }

    /// As it was written, without the `%`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a text has a part that it fits.
    pub fn is_found_in(&self, text: &str) -> bool {
        self.branches.iter().any(|branch| is_found(branch, text))
    }
}

fn is_found(branch: &[Node], text: &str) -> bool {
    let mut letters = text.chars().peekable();
    let mut states = vec![false; branch.len() + 1];
    let mut first = true;
    loop {
        // A match may begin at any place.
        states[0] = true;
        skip(branch, &mut states, first, letters.peek().is_none());
        if states[branch.len()] {
            return true;
        }
        let Some(letter) = letters.next() else {
            return false;
        };
        states = step(branch, &states, letter);
        first = false;
    }
}

/// Goes on to whatever needs no character.
fn skip(branch: &[Node], states: &mut [bool], first: bool, last: bool) {
    for (at, node) in branch.iter().enumerate() {
        let free = match node {
            Node::Start => first,
            Node::End => last,
            Node::Maybe(_) | Node::Many(_) => true,
            Node::One(_) => false,
        };
        states[at + 1] |= states[at] && free;
    }
}

fn step(branch: &[Node], states: &[bool], letter: char) -> Vec<bool> {
    let mut next = vec![false; states.len()];
    for (at, node) in branch.iter().enumerate().filter(|(at, _)| states[*at]) {
        match node {
            Node::One(set) | Node::Maybe(set) => next[at + 1] |= set.has(letter),
            Node::Many(set) => next[at] |= set.has(letter),
            Node::Start | Node::End => {}
        }
    }
    next
}

impl Set {
    fn of(ranges: &[(char, char)]) -> Self {
        Self {
            ranges: ranges.to_vec(),
            ..Self::default()
        }
    }

    fn one(letter: char) -> Self {
        Self::of(&[(letter, letter)])
    }

    fn not(self) -> Self {
        Self {
            negated: !self.negated,
            ..self
        }
    }

    fn has(&self, letter: char) -> bool {
        let in_range = |(from, to): &(char, char)| (*from..=*to).contains(&letter);
        let within = self.ranges.iter().any(in_range) || self.sets.iter().any(|s| s.has(letter));
        within != self.negated
    }
}

struct Reader<'t> {
    all: usize,
    rest: Peekable<Chars<'t>>,
}

impl Reader<'_> {
    fn at(&self) -> usize {
        self.all - self.rest.clone().count()
    }

    /// One thing, as often as the sign behind it says.
    fn nodes(&mut self) -> Result<Vec<Node>, String> {
        let set = match self.rest.next() {
            Some('^') => return Ok(vec![Node::Start]),
            Some('$') => return Ok(vec![Node::End]),
            Some('.') => Set::default().not(),
            Some('[') => self.brackets()?,
            Some('\\') => self.escape()?,
            Some(letter @ ('?' | '*' | '+' | '{')) => {
                return Err(format!("{letter} has nothing to repeat"));
            }
            Some(letter @ (']' | '}')) => {
                return Err(format!("{letter} closes nothing; \\{letter} stands for it"));
            }
            Some(letter) => Set::one(supported(letter)?),
            None => return Ok(Vec::new()),
        };
        let repeated = match self.rest.peek() {
            Some('?') => vec![Node::Maybe(set)],
            Some('*') => vec![Node::Many(set)],
            Some('+') => vec![Node::One(set.clone()), Node::Many(set)],
            Some('{') => return self.counted(set),
            _ => return Ok(vec![Node::One(set)]),
        };
        self.rest.next();
        Ok(repeated)
    }

    /// `{m}`, `{m,}`, `{,n}` or `{m,n}`.
    fn counted(&mut self, set: Set) -> Result<Vec<Node>, String> {
        self.rest.next();
        let mut inner = String::new();
        loop {
            match self.rest.next() {
                Some('}') => break,
                Some(letter) => inner.push(letter),
                None => return Err("{ is not closed".to_owned()),
            }
        }
        let wrong = || format!("{{{inner}}} is no count: it is written {{m,n}}, up to {MOST}");
        let count = |text: &str, absent: u32| match text.trim() {
            "" => Some(absent),
            digits => digits.parse().ok().filter(|count| *count <= MOST),
        };
        let (least, most) = match inner.split_once(',') {
            Some((least, most)) if most.trim().is_empty() => (count(least, 0), None),
            Some((least, most)) => (count(least, 0), Some(count(most, 0).ok_or_else(wrong)?)),
            None if inner.trim().is_empty() => return Err(wrong()),
            None => (count(&inner, 0), Some(count(&inner, 0).ok_or_else(wrong)?)),
        };
        let least = least.ok_or_else(wrong)?;
        let mut nodes = vec![Node::One(set.clone()); least as usize];
        match most {
            Some(most) if most < least || most == 0 => return Err(wrong()),
            Some(most) => nodes.extend(vec![Node::Maybe(set); (most - least) as usize]),
            None => nodes.push(Node::Many(set)),
        }
        Ok(nodes)
    }

    /// What stands between `[` and `]`.
    fn brackets(&mut self) -> Result<Set, String> {
        let negated = self.rest.next_if_eq(&'^').is_some();
        let mut set = Set {
            negated,
            ..Set::default()
        };
        loop {
            let from = match self.rest.next() {
                None => return Err("[ is not closed".to_owned()),
                Some(']') if set.ranges.is_empty() && set.sets.is_empty() => {
                    return Err("[] holds nothing; \\] stands for a bracket".to_owned());
                }
                Some(']') => return Ok(set),
                Some('\\') => {
                    set.sets.push(self.escape()?);
                    continue;
                }
                Some(letter) => self.supported_in_brackets(letter)?,
            };
            let mut ahead = self.rest.clone();
            let to = match (ahead.next(), ahead.next()) {
                (Some('-'), Some(to)) if to != ']' && to != '\\' => {
                    self.rest = ahead;
                    self.supported_in_brackets(to)?
                }
                _ => from,
            };
            if to < from {
                return Err(format!("{from}-{to} runs backwards"));
            }
            set.ranges.push((from, to));
        }
    }

    fn supported_in_brackets(&self, letter: char) -> Result<char, String> {
        match letter {
            '^' | '$' | '?' | '{' | '}' | '|' | '*' | '+' | '.' => Ok(letter),
            '[' => Err("\\[ stands for a bracket within brackets".to_owned()),
            _ => supported(letter),
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Result<Set, String> {
        const DIGITS: &[(char, char)] = &[('0', '9')];
        const SPACES: &[(char, char)] = &[(' ', ' '), ('\t', '\r')];
        const WORDS: &[(char, char)] = &[('a', 'z'), ('A', 'Z'), ('_', '_'), ('0', '9')];
        Ok(match self.rest.next() {
            None => return Err("\\ has nothing behind it".to_owned()),
            Some('d') => Set::of(DIGITS),
            Some('D') => Set::of(DIGITS).not(),
            Some('s') => Set::of(SPACES),
            Some('S') => Set::of(SPACES).not(),
            Some('w') => Set::of(WORDS),
            Some('W') => Set::of(WORDS).not(),
            Some('t') => Set::one('\t'),
            Some('n') => Set::one('\n'),
            Some('x') => {
                let hex: String = self.rest.by_ref().take(2).collect();
                let code = u8::from_str_radix(&hex, 16).ok().filter(u8::is_ascii);
                let code = code.filter(|_| hex.len() == 2 && !hex.starts_with('+'));
                Set::one(char::from(code.ok_or("\\x takes two digits, up to 7F")?))
            }
            Some(letter) if letter.is_ascii_punctuation() => Set::one(letter),
            Some(letter) => return Err(format!("\\{letter} is unknown")),
        })
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
            ("a\\", 1, "\\ has nothing behind it"),
        ] {
            let wrong = Regex::parse(regex).expect_err(regex);
            assert_eq!(wrong, (at, why.to_owned()), "{regex}");
        }
    }
}
