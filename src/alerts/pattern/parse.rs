//! Reads patterns. Errors point at the character that cannot be read.

use serde_json::Value;

use super::expression::{Comparison, Expression, Number, OPERATORS, Operand, Operator, Test};
use super::regex::Regex;
use super::selector::{Segment, Selector, is_plain};
use super::{LONGEST, Wrong};

/// How many wildcards the selectors of a pattern may have, and how many regular expressions there may be.
const MAX_WILDCARDS: usize = 3;
const MAX_REGEXES: usize = 2;

/// How deep parentheses may be nested. AWS names no limit; this one protects the stack.
const MAX_DEPTH: usize = 100;

/// What a pattern means.
pub fn expression(text: &str) -> Read<Expression> {
    let mut reader = Reader {
        text,
        rest: text,
        depth: 0,
        wildcards: 0,
        regexes: 0,
    };
    if let Some((at, _)) = text.char_indices().nth(LONGEST) {
        let length = text.chars().count();
        let why = format!("{length} characters are more than {LONGEST}");
        return reader.wrong_at(&text[at..], why);
    }
    if !reader.takes("{") {
        return reader.wrong("a pattern for JSON begins with {");
    }
    let expression = reader.any()?;
    if !reader.takes("}") {
        return reader.wrong("expected &&, || or the closing }");
    }
    reader.spaces();
    match reader.rest {
        "" => Ok(expression),
        _ => reader.wrong("nothing may follow the closing }"),
    }
}

struct Reader<'t> {
    text: &'t str,
    /// What is not read yet: the end of the text.
    rest: &'t str,
    depth: usize,
    wildcards: usize,
    regexes: usize,
}

type Read<T> = Result<T, Wrong>;

impl<'t> Reader<'t> {
    fn any(&mut self) -> Read<Expression> {
        self.joined("||", Self::all, Expression::Any)
    }

    fn all(&mut self) -> Read<Expression> {
        self.joined("&&", Self::part, Expression::All)
    }

    /// Parts with this sign between them; the only part as it is.
    fn joined(
        &mut self,
        sign: &str,
        part: fn(&mut Self) -> Read<Expression>,
        join: fn(Vec<Expression>) -> Expression,
    ) -> Read<Expression> {
        let first = part(self)?;
        if !self.takes_sign(sign)? {
            return Ok(first);
        }
        let mut parts = vec![first, part(self)?];
        while self.takes_sign(sign)? {
            parts.push(part(self)?);
        }
        Ok(join(parts))
    }

    fn part(&mut self) -> Read<Expression> {
        self.spaces();
        let opened = self.rest;
        match self.peek() {
            Some('$') => return self.comparison().map(Expression::Comparison),
            Some('(') => self.takes_next("("),
            Some('!') => return self.wrong("there is no ! for \"not\", only != and NOT EXISTS"),
            _ => return self.wrong("expected a selector like $.eventName, or ("),
        };
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let why = format!("parentheses are nested deeper than {MAX_DEPTH}");
            return self.wrong_at(opened, why);
        }
        let inner = self.any()?;
        self.depth -= 1;
        if self.takes(")") {
            return Ok(inner);
        }
        match self.peek() {
            None | Some('}') => self.wrong_at(opened, "this ( is not closed"),
            Some(_) => self.wrong("expected &&, || or )"),
        }
    }

    fn comparison(&mut self) -> Read<Comparison> {
        let selector = self.selector()?;
        self.spaces();
        let operator = OPERATORS.into_iter().find(|known| self.takes_next(known.0));
        let test = match operator {
            Some(operator) => {
                self.spaces();
                Test::Compare(operator, self.operand(operator)?)
            }
            None => self.worded()?,
        };
        Ok(Comparison { selector, test })
    }

    /// `IS NULL`, `NOT EXISTS` and the like.
    fn worded(&mut self) -> Read<Test> {
        let (at, word) = self.word();
        match word {
            "IS" => self.constant().map(Test::Is),
            "NOT" => match self.word() {
                (_, "EXISTS") => Ok(Test::NotExists),
                (at, _) => self.wrong_at(at, "expected EXISTS after NOT"),
            },
            "EXISTS" => {
                let why = "CloudWatch has no EXISTS; = * finds the strings and numbers that exist";
                self.wrong_at(at, why)
            }
            "" if self.peek() == Some('!') => self.wrong("expected = after !"),
            _ => self.wrong_at(at, "expected =, !=, <, <=, >, >=, IS or NOT EXISTS"),
        }
    }

    fn constant(&mut self) -> Read<Value> {
        let (at, word) = self.word();
        match word {
            "NULL" => Ok(Value::Null),
            "TRUE" => Ok(Value::Bool(true)),
            "FALSE" => Ok(Value::Bool(false)),
            "NOT" => self.wrong_at(at, "CloudWatch has no IS NOT"),
            _ => self.wrong_at(at, "expected NULL, TRUE or FALSE after IS"),
        }
    }

    fn selector(&mut self) -> Read<Selector> {
        let began = self.rest;
        self.takes_next("$");
        let mut segments = Vec::new();
        loop {
            if self.takes_next(".") {
                segments.push(self.field()?);
            } else if self.peek() != Some('[') {
                break;
            } else if segments.is_empty() {
                let why = "a dot is missing between $ and [: $.['a name'], $.name[0]";
                return self.wrong(why);
            } else {
                segments.push(self.element()?);
            }
        }
        if segments.is_empty() {
            return self.wrong("a selector goes on with a dot: $.name");
        }
        let selector = Selector(segments);
        self.wildcards += selector.wildcards();
        if selector.wildcards() > 1 {
            return self.wrong_at(began, "a selector may have one wildcard");
        }
        if self.wildcards > MAX_WILDCARDS {
            let why = format!("a pattern may have {MAX_WILDCARDS} selectors with wildcards");
            return self.wrong_at(began, why);
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
                return self.wrong("expected a name between the quotes");
            }
            return match self.takes_next("']") {
                true => Ok(Segment::Field(name.to_owned())),
                false => self.wrong("expected '] after the name"),
            };
        }
        let name = self.until(|letter| !is_plain(letter));
        match (name, self.peek()) {
            ("", Some('[')) => self.wrong("a name in brackets has single quotes: ['a name']"),
            ("", _) => self.wrong("expected a name: letters, digits, - and _, or ['any name']"),
            (_, Some('*')) => self.wrong("a wildcard stands for a whole name"),
            _ => Ok(Segment::Field(name.to_owned())),
        }
    }

    fn element(&mut self) -> Read<Segment> {
        self.takes_next("[");
        let at = self.rest;
        let segment = match self.until(|letter| letter == ']') {
            "*" => Some(Segment::AnyElement),
            digits if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                digits.parse().ok().map(Segment::Element)
            }
            _ => None,
        };
        match segment {
            Some(segment) if self.takes_next("]") => Ok(segment),
            _ => {
                let why = "expected [0], [1], … or [*]; a name is written .['name']";
                self.wrong_at(at, why)
            }
        }
    }

    fn operand(&mut self, Operator(symbol, _): Operator) -> Read<Operand> {
        let at = self.rest;
        let operand = match self.peek() {
            Some('"') => self.quoted()?,
            Some('%') => self.regex()?,
            Some('=') => return self.wrong("= is written once"),
            _ => self.bare()?,
        };
        match (symbol, &operand) {
            ("=" | "!=", _) | (_, Operand::Number(_)) => Ok(operand),
            _ => self.wrong_at(at, format!("{symbol} compares with a number only")),
        }
    }

    fn quoted(&mut self) -> Read<Operand> {
        let opened = self.rest;
        self.takes_next("\"");
        let escapes = [(r#"\""#, '"'), (r"\\", '\\'), (r"\", '\\')];
        let mut text = String::new();
        loop {
            text += self.until(|letter| letter == '"' || letter == '\\');
            if self.takes_next("\"") {
                return Ok(Operand::Text(text));
            }
            let escape = escapes.iter().find(|(sign, _)| self.takes_next(sign));
            match escape {
                Some((_, letter)) => text.push(*letter),
                None => return self.wrong_at(opened, "these double quotes are not closed"),
            }
        }
    }

    fn regex(&mut self) -> Read<Operand> {
        let opened = self.rest;
        self.takes_next("%");
        let began = self.rest;
        let text = self.until(|letter| letter == '%');
        if !self.takes_next("%") {
            return self.wrong_at(opened, "this % is not closed");
        }
        self.regexes += 1;
        if self.regexes > MAX_REGEXES {
            let why = format!("a pattern may have {MAX_REGEXES} regular expressions");
            return self.wrong_at(opened, why);
        }
        match Regex::parse(text) {
            Ok(regex) => Ok(Operand::Regex(regex)),
            Err((at, why)) => self.wrong_at(&began[at..], why),
        }
    }

    fn bare(&mut self) -> Read<Operand> {
        let at = self.rest;
        let text = self.until(|letter| !is_plain(letter) && !".*+".contains(letter));
        if text.is_empty() && matches!(self.peek(), None | Some(')' | '}' | ' ' | '&' | '|')) {
            return self.wrong("expected a text or a number");
        }
        // Only what may follow a bare text ends it.
        let ends = |letter: char| letter.is_whitespace() || ")}&|".contains(letter);
        let ended = self.peek().is_none_or(ends);
        match Number::parse(text) {
            Some(number) if ended => Ok(Operand::Number(number)),
            None if ended && text == "null" => {
                let why = "CloudWatch refuses null without double quotes; null is found by IS NULL";
                self.wrong_at(at, why)
            }
            None if ended && !text.contains('+') => Ok(Operand::Text(text.to_owned())),
            _ => self.wrong_at(at, "only letters, digits and _ - . * need no double quotes"),
        }
    }

    /// The next word behind spaces, and where it begins.
    fn word(&mut self) -> (&'t str, &'t str) {
        self.spaces();
        (self.rest, self.until(|letter| !is_plain(letter)))
    }

    fn until(&mut self, ends: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        text
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes this if it comes next, behind spaces.
    fn takes(&mut self, sign: &str) -> bool {
        self.spaces();
        self.takes_next(sign)
    }

    fn takes_next(&mut self, sign: &str) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Takes `&&` or `||`, which must not be halved.
    fn takes_sign(&mut self, sign: &str) -> Read<bool> {
        if self.takes(sign) {
            return Ok(true);
        }
        match self.peek() {
            Some(letter) if sign.starts_with(letter) => {
                self.wrong(format!("{letter} is written twice: {sign}"))
            }
            _ => Ok(false),
        }
    }

    fn wrong<T>(&self, why: impl Into<String>) -> Read<T> {
        self.wrong_at(self.rest, why)
    }

    /// The error at this end of the text.
    fn wrong_at<T>(&self, rest: &str, why: impl Into<String>) -> Read<T> {
        let before = &self.text[..self.text.len() - rest.len()];
        let line = before.rsplit('\n').next().unwrap_or_default();
        Err(Wrong {
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
            why: why.into(),
        })
    }
}
