//! Where in an event a comparison looks: `$.userIdentity.type`, `$.users[0].id`, `$.['cluster.name']`.

use std::fmt;

use serde_json::Value;

/// A way from the root of an event to one of its places, or to several when it has a wildcard.
#[derive(Clone, Debug)]
pub(super) struct Selector(pub Vec<Segment>);

/// One step of a way.
#[derive(Clone, Debug)]
pub(super) enum Segment {
    /// `.name`, or `.['any name']`.
    Field(String),
    /// `.*`
    AnyField,
    /// `[7]`
    Element(usize),
    /// `[*]`
    AnyElement,
}

impl Selector {
    /// The values that it leads to.
    pub fn select<'e>(&self, event: &'e Value) -> Vec<&'e Value> {
        self.0.iter().fold(vec![event], |found, segment| {
            let found = found.into_iter();
            found.flat_map(|value| segment.step(value)).collect()
        })
    }

    /// How many wildcards it has.
    pub fn wildcards(&self) -> usize {
        let wild = |segment: &&Segment| matches!(segment, Segment::AnyField | Segment::AnyElement);
        self.0.iter().filter(wild).count()
    }
}

impl Segment {
    fn step<'e>(&self, value: &'e Value) -> Vec<&'e Value> {
        match (self, value) {
            (Self::Field(name), Value::Object(fields)) => fields.get(name).into_iter().collect(),
            (Self::AnyField, Value::Object(fields)) => fields.values().collect(),
            (Self::Element(number), Value::Array(list)) => list.get(*number).into_iter().collect(),
            (Self::AnyElement, Value::Array(list)) => list.iter().collect(),
            _ => Vec::new(),
        }
    }
}

/// Whether a name needs no brackets and quotes.
pub(super) fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for segment in &self.0 {
            match segment {
                Segment::Field(name) if name.chars().all(is_plain) => write!(f, ".{name}")?,
                Segment::Field(name) => write!(f, ".['{name}']")?,
                Segment::AnyField => f.write_str(".*")?,
                Segment::Element(number) => write!(f, "[{number}]")?,
                Segment::AnyElement => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}
