//! Single fields of a JSON object, picked out of its text: nothing else is unpacked, and no type is wrong.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A text of a record; borrowed unless it had escapes.
pub(super) type Text<'a> = Option<Cow<'a, str>>;

/// A text as it reads; any other value as its JSON; nothing for null and the empty text.
pub(super) fn text(value: Option<&RawValue>) -> Text<'_> {
    #[derive(Deserialize)]
    struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

    let json = value?.get();
    let text = match serde_json::from_str(json) {
        Ok(Borrowed(text)) => text,
        // A text with half a surrogate pair is shown as it is written.
        Err(_) => json.trim_matches('"').into(),
    };
    (!text.is_empty() && json != "null").then_some(text)
}

/// The values of an object's fields; a field that is there twice counts by its last value.
pub(super) fn fields<'a, const N: usize>(
    object: &'a RawValue,
    names: [&str; N],
) -> [Option<&'a RawValue>; N] {
    let mut found = [None; N];
    let mut json = serde_json::Deserializer::from_str(object.get());
    let wanted = Wanted {
        names: &names,
        found: &mut found,
    };
    // What is no object has no fields.
    let _ = json.deserialize_map(wanted);
    found
}

/// Whether this is an object that has any of these fields; it is read up to the first of them.
pub(super) fn has_any(object: &RawValue, names: &[&str]) -> bool {
    let mut found = false;
    let mut json = serde_json::Deserializer::from_str(object.get());
    // Reading ends with an error where a field was found.
    let _ = json.deserialize_map(Any {
        names,
        found: &mut found,
    });
    found
}

struct Any<'n> {
    names: &'n [&'n str],
    found: &'n mut bool,
}

impl<'a> Visitor<'a> for Any<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(place) = fields.next_key_seed(Place(self.names))? {
            if place.is_some() {
                *self.found = true;
                return Err(serde::de::Error::custom("found"));
            }
            fields.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

struct Wanted<'n, 'a> {
    names: &'n [&'n str],
    found: &'n mut [Option<&'a RawValue>],
}

impl<'a> Visitor<'a> for Wanted<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(place) = fields.next_key_seed(Place(self.names))? {
            match place.and_then(|place| self.found.get_mut(place)) {
                Some(found) => *found = Some(fields.next_value()?),
                None => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Reads a name as its place among those wanted.
struct Place<'n>(&'n [&'n str]);

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Place<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|wanted| *wanted == name))
    }
}
