//! Single fields of a JSON object, picked out of its text: nothing else is unpacked, and no type is wrong.

use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A text of a record; borrowed unless it had escapes.
pub(super) type Text<'a> = Option<Cow<'a, str>>;

#[derive(Deserialize)]
struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

/// How many fields a record has.
const USUAL: usize = 24;

/// The fields of an object, up to where it is damaged; what is no object has none.
#[derive(Debug, Default)]
pub struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    pub fn of(object: &'a RawValue) -> Self {
        let mut fields = Vec::with_capacity(USUAL);
        each_field(object, |name, value| {
            fields.push((name, value));
            ControlFlow::Continue(())
        });
        Self(fields)
    }

    /// Whether there is any of these fields.
    pub(super) fn have_any(&self, names: &[&str]) -> bool {
        self.0.iter().any(|(name, _)| names.contains(&&**name))
    }

    /// The value of a field; one that is there twice counts by its last value.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        let mut fields = self.0.iter().rev();
        fields
            .find(|(field, _)| field == name)
            .map(|(_, value)| *value)
    }

    /// The fields of the object that is the value of a field.
    pub fn inner(&self, name: &str) -> Self {
        self.get(name).map(Fields::of).unwrap_or_default()
    }

    /// A text as it reads; any other value as its JSON; nothing for null and the empty text.
    pub fn text(&self, name: &str) -> Text<'a> {
        let json = self.get(name)?.get();
        let quoted = json.strip_prefix('"');
        let text = match quoted.and_then(|text| text.strip_suffix('"')) {
            None => json.into(),
            Some(text) if !text.contains('\\') => text.into(),
            // A text with half a surrogate pair is shown as it is written.
            Some(text) => serde_json::from_str(json).map_or(text.into(), Cow::Owned),
        };
        (!text.is_empty() && json != "null").then_some(text)
    }
}

/// The fields of an object that is not damaged.
impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        let mut fields = Vec::with_capacity(USUAL);
        json.deserialize_map(EachField(|name, value| {
            fields.push((name, value));
            ControlFlow::Continue(())
        }))?;
        Ok(Self(fields))
    }
}

/// Whether this is an object that has any of these fields; it is read up to the first of them.
pub(super) fn has_any(object: &RawValue, names: &[&str]) -> bool {
    let mut found = false;
    each_field(object, |name, _| {
        found = names.contains(&&*name);
        match found {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    found
}

/// Hands each field of an object to `each`, until it has seen enough or the object is damaged.
fn each_field<'a, F>(object: &'a RawValue, each: F)
where
    F: FnMut(Cow<'a, str>, &'a RawValue) -> ControlFlow<()>,
{
    let mut json = serde_json::Deserializer::from_str(object.get());
    // What is no object has no fields, and where enough was seen reading ends with an error.
    let _ = json.deserialize_map(EachField(each));
}

struct EachField<F>(F);

impl<'a, F: FnMut(Cow<'a, str>, &'a RawValue) -> ControlFlow<()>> Visitor<'a> for EachField<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut fields: A) -> Result<(), A::Error> {
        while let Some((Borrowed(name), value)) = fields.next_entry()? {
            if (self.0)(name, value).is_break() {
                return Err(A::Error::custom("enough"));
            }
        }
        Ok(())
    }
}
