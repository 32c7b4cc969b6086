//! Reads patterns. Errors point at the character that cannot be read.

use super::expression::{Comparison, Constant, Expression, Number, Operand, Operator, Test};
use super::selector::{Segment, Selector, is_plain};
use super::{LONGEST, Regex, Wrong};

/// How many wildcards the selectors of a pattern may have, and how many regular expressions there may be.
const MAX_WILDCARDS: usize = 3;
const MAX_REGEXES: usize = 2;

/// How deep parentheses may be nested. AWS names no limit; this one protects the stack.
const MAX_DEPTH: usize = 100;

/// What a pattern means.
///
/// # Errors
/// When it is none.
pub fn expression(text: &str) -> Result<Expression, Wrong> {
    let letters: Vec<char> = text.chars().collect();
    let mut reader = Reader {
        letters: &letters,
        at: 0,
        depth: 0,
        wildcards: 0,
        regexes: 0,
    };
    if letters.len() > LONGEST {
        let why = format!("{} characters are more than {LONGEST}", letters.len());
        return Err(reader.wrong_at(LONGEST, why));
    }
    reader.spaces();
    if !reader.takes("{") {
        return Err(reader.wrong("a pattern for JSON begins with {"));
    }
    let expression = reader.any()?;
    if !reader.takes("}") {
        return Err(reader.wrong("expected &&, || or the closing }"));
    }
    reader.spaces();
    match reader.peek() {
        None => Ok(expression),
        Some(_) => Err(reader.wrong("nothing may follow the closing }")),
    }
}

struct Reader<'t> {
    letters: &'t [char],
    at: usize,
    depth: usize,
    wildcards: usize,
    regexes: usize,
}

type Read<T> = Result<T, Wrong>;

impl Reader<'_> {
    fn any(&mut self) -> Read<Expression> {
        let mut parts = vec![self.all()?];
        while self.takes_sign("||")? {
            parts.push(self.all()?);
        }
        Ok(joined(parts, Expression::Any))
    }

    fn all(&mut self) -> Read<Expression> {
        let mut parts = vec![self.part()?];
        while self.takes_sign("&&")? {
            parts.push(self.part()?);
        }
        Ok(joined(parts, Expression::All))
    }

    fn part(&mut self) -> Read<Expression> {
        self.spaces();
        match self.peek() {
            Some('(') => {
                let opened = self.at;
                self.at += 1;
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    let why = format!("parentheses are nested deeper than {MAX_DEPTH}");
                    return Err(self.wrong_at(opened, why));
                }
                let inner = self.any()?;
                if self.takes(")") {
                    self.depth -= 1;
                    return Ok(inner);
                }
                match self.peek() {
                    None | Some('}') => Err(self.wrong_at(opened, "this ( is not closed")),
                    Some(_) => Err(self.wrong("expected &&, || or )")),
                }
            }
            Some('$') => self.comparison().map(Expression::Comparison),
            Some('!') => Err(self.wrong("there is no ! for \"not\", only != and NOT EXISTS")),
            _ => Err(self.wrong("expected a selector like $.eventName, or (")),
        }
    }

    fn comparison(&mut self) -> Read<Comparison> {
        let selector = self.selector()?;
        self.spaces();
        let at = self.at;
        if let Some(operator) = self.operator() {
            self.spaces();
            let operand = self.operand(operator)?;
            let test = Test::Compare(operator, operand);
            return Ok(Comparison { selector, test });
        }
        let test = match self.word().as_str() {
            "IS" => {
                self.spaces();
                Test::Is(self.constant()?)
            }
            "NOT" => {
                self.spaces();
                let at = self.at;
                match self.word().as_str() {
                    "EXISTS" => Test::NotExists,
                    _ => return Err(self.wrong_at(at, "expected EXISTS after NOT")),
                }
            }
            "EXISTS" => {
                let why = "CloudWatch has no EXISTS; = * finds the strings and numbers that exist";
                return Err(self.wrong_at(at, why));
            }
            "" if self.peek() == Some('!') => return Err(self.wrong("expected = after !")),
            _ => {
                let why = "expected =, !=, <, <=, >, >=, IS or NOT EXISTS";
                return Err(self.wrong_at(at, why));
            }
        };
        Ok(Comparison { selector, test })
    }

    fn constant(&mut self) -> Read<Constant> {
        let at = self.at;
        match self.word().as_str() {
            "NULL" => Ok(Constant::Null),
            "TRUE" => Ok(Constant::True),
            "FALSE" => Ok(Constant::False),
            "NOT" => Err(self.wrong_at(at, "CloudWatch has no IS NOT")),
            _ => Err(self.wrong_at(at, "expected NULL, TRUE or FALSE after IS")),
        }
    }

    fn selector(&mut self) -> Read<Selector> {
        let began = self.at;
        // The dollar, which is there.
        self.at += 1;
        let mut segments = Vec::new();
        loop {
            let segment = match self.peek() {
                Some('.') => {
                    self.at += 1;
                    self.field()?
                }
                Some('[') if segments.is_empty() => {
                    return Err(
                        self.wrong("a dot is missing between $ and [: $.['a name'], $.name[0]")
                    );
                }
                Some('[') => self.element()?,
                _ => break,
            };
            segments.push(segment);
        }
        let selector = Selector(segments);
        self.wildcards += selector.wildcards();
        if selector.0.is_empty() {
            return Err(self.wrong("a selector goes on with a dot: $.name"));
        }
        if selector.wildcards() > 1 {
            return Err(self.wrong_at(began, "a selector may have one wildcard"));
        }
        if self.wildcards > MAX_WILDCARDS {
            let why = format!("a pattern may have {MAX_WILDCARDS} selectors with wildcards");
            return Err(self.wrong_at(began, why));
        }
        Ok(selector)
    }

    fn field(&mut self) -> Read<Segment> {
        if self.takes_next("*") {
            return Ok(Segment::AnyField);
        }
        if self.takes_next("['") {
            let name = self.until(|letter| letter == '\'');
            if name.is_empty() {
                return Err(self.wrong("expected a name between the quotes"));
            }
            return match self.takes_next("']") {
                true => Ok(Segment::Field(name)),
                false => Err(self.wrong("expected '] after the name")),
            };
        }
        let name = self.until(|letter| !is_plain(letter));
        match (name.as_str(), self.peek()) {
            ("", Some('[')) => Err(self.wrong("a name in brackets has single quotes: ['a name']")),
            ("", _) => {
                Err(self.wrong("expected a name: letters, digits, - and _, or ['any name']"))
            }
            (_, Some('*')) => Err(self.wrong("a wildcard stands for a whole name")),
            _ => Ok(Segment::Field(name)),
        }
    }

    fn element(&mut self) -> Read<Segment> {
        self.at += 1;
        let at = self.at;
        let inner = self.until(|letter| letter == ']');
        let segment = match inner.as_str() {
            "*" => Some(Segment::AnyElement),
            digits if digits.chars().all(|digit| digit.is_ascii_digit()) => {
                digits.parse().ok().map(Segment::Element)
            }
            _ => None,
        };
        match segment {
            Some(segment) if self.takes_next("]") => Ok(segment),
            _ => Err(self.wrong_at(
                at,
                "expected [0], [1], … or [*]; a name is written .['name']",
            )),
        }
    }

    fn operator(&mut self) -> Option<Operator> {
        use Operator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        // The longer ones first.
        let known = [NotEqual, LessOrEqual, GreaterOrEqual, Equal, Less, Greater];
        known
            .into_iter()
            .find(|operator| self.takes_next(operator.symbol()))
    }

    fn operand(&mut self, operator: Operator) -> Read<Operand> {
        let at = self.at;
        let operand = match self.peek() {
            Some('"') => self.quoted()?,
            Some('%') => self.regex()?,
            Some('=') => return Err(self.wrong("= is written once")),
            _ => self.bare()?,
        };
        if operator.is_for_numbers() && !matches!(operand, Operand::Number(_)) {
            let why = format!("{} compares with a number only", operator.symbol());
            return Err(self.wrong_at(at, why));
        }
        Ok(operand)
    }

    fn quoted(&mut self) -> Read<Operand> {
        let opened = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            match (self.peek(), self.letters.get(self.at + 1)) {
                (None, _) => {
                    return Err(self.wrong_at(opened, "these double quotes are not closed"));
                }
                (Some('"'), _) => {
                    self.at += 1;
                    return Ok(Operand::Text(text));
                }
                (Some('\\'), Some(next @ ('"' | '\\'))) => {
                    text.push(*next);
                    self.at += 2;
                }
                (Some(letter), _) => {
                    text.push(letter);
                    self.at += 1;
                }
            }
        }
    }

    fn regex(&mut self) -> Read<Operand> {
        let opened = self.at;
        self.at += 1;
        let text = self.until(|letter| letter == '%');
        if !self.takes_next("%") {
            return Err(self.wrong_at(opened, "this % is not closed"));
        }
        self.regexes += 1;
        if self.regexes > MAX_REGEXES {
            let why = format!("a pattern may have {MAX_REGEXES} regular expressions");
            return Err(self.wrong_at(opened, why));
        }
        let regex = Regex::parse(&text).map_err(|(at, why)| self.wrong_at(opened + 1 + at, why))?;
        Ok(Operand::Regex(regex))
    }

    fn bare(&mut self) -> Read<Operand> {
        let at = self.at;
        let text = self.until(|letter| !is_plain(letter) && !".*+".contains(letter));
        if text.is_empty() && matches!(self.peek(), None | Some(')' | '}' | ' ' | '&' | '|')) {
            return Err(self.wrong("expected a text or a number"));
        }
        // Only what may follow a bare text ends it.
        let ends = |letter: char| letter.is_whitespace() || ")}&|".contains(letter);
        let ended = self.peek().is_none_or(ends);
        match Number::parse(&text) {
            Some(number) if ended => return Ok(Operand::Number(number)),
            None if ended && text == "null" => {
                let why = "CloudWatch refuses null without double quotes; null is found by IS NULL";
                return Err(self.wrong_at(at, why));
            }
            None if ended && !text.contains('+') => {}
            _ => {
                let why = "only letters, digits and _ - . * need no double quotes";
                return Err(self.wrong_at(at, why));
            }
        }
        Ok(Operand::Text(text))
    }

    fn word(&mut self) -> String {
        self.until(|letter| !is_plain(letter))
    }

    fn until(&mut self, ends: impl Fn(char) -> bool) -> String {
        let rest = &self.letters[self.at..];
        let text: String = rest.iter().take_while(|letter| !ends(**letter)).collect();
        self.at += text.chars().count();
        text
    }

    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn spaces(&mut self) {
        self.until(|letter| !letter.is_whitespace());
    }

    /// Takes this if it comes next, behind spaces.
    fn takes(&mut self, sign: &str) -> bool {
        self.spaces();
        self.takes_next(sign)
    }

    fn takes_next(&mut self, sign: &str) -> bool {
        let rest = &self.letters[self.at..];
        let found = sign
            .chars()
            .zip(rest.iter().map(Some).chain(std::iter::repeat(None)))
            .all(|(wanted, letter)| letter == Some(&wanted));
        self.at += if found { sign.chars().count() } else { 0 };
        found
    }

    /// Takes `&&` or `||`, which must not be halved.
    fn takes_sign(&mut self, sign: &str) -> Read<bool> {
        if self.takes(sign) {
            return Ok(true);
        }
        match self.peek() {
            Some(letter) if sign.starts_with(letter) => {
                Err(self.wrong(format!("{letter} is written twice: {sign}")))
            }
            _ => Ok(false),
        }
    }

    fn wrong(&self, why: impl Into<String>) -> Wrong {
        self.wrong_at(self.at, why)
    }

    fn wrong_at(&self, at: usize, why: impl Into<String>) -> Wrong {
        let before = &self.letters[..at];
        let line = before.iter().rev().take_while(|letter| **letter != '\n');
        Wrong {
            line: before.iter().filter(|letter| **letter == '\n').count() + 1,
            column: line.count() + 1,
            why: why.into(),
        }
    }
}

/// The only part as it is, several joined.
fn joined(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            join(parts)
        }
    }
}
