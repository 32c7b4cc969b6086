//! Stanzas: a header in brackets, perhaps a line of comment, and a line `key = value` for each setting.
//!
//! A value is one line that does not end in a backslash, which would draw in the next one
//! (<https://docs.splunk.com/Documentation/Splunk/latest/Admin/Configurationfilestructure>).

use std::fmt;

use serde_json::{Map, Value, json};

use crate::error::{Error, Result};

/// A stanza. It may hold credentials, so it has no `Debug`; [`fmt::Display`] is the text for the file.
#[derive(Clone, PartialEq, Eq)]
pub struct Stanza {
    header: String,
    comment: Option<&'static str>,
    settings: Vec<(String, String)>,
}

impl Stanza {
    /// A stanza with these settings.
    pub fn new<'a>(
        header: &str,
        settings: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self> {
        if header.trim().is_empty() || header.contains(|c: char| c.is_control() || "[]".contains(c))
        {
            let message = format!("bad stanza header {header:?}");
            return Err(Error::usage(message).hint("it is one line without brackets inside"));
        }
        let mut stanza = Self {
            header: header.trim().to_owned(),
            comment: None,
            settings: Vec::new(),
        };
        for (key, value) in settings {
            stanza.set(key, value)?;
        }
        Ok(stanza)
    }

    /// Gives a key this value: in its place if it is there, else behind the others. The value may be empty.
    /// Errors do not show it: it may be secret.
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        check_key(key)?;
        check_value(key, value)?;
        let value = value.trim().to_owned();
        match self.settings.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => *known = value,
            None => self.settings.push((key.to_owned(), value)),
        }
        Ok(())
    }

    /// The same stanza with a line of comment below its header.
    pub fn with_comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }

    /// `{"stanza": …, "settings": {…}}`, in order.
    pub fn to_json(&self) -> Value {
        let pairs = self.settings.iter().cloned();
        let settings: Map<String, Value> = pairs.map(|(key, value)| (key, value.into())).collect();
        json!({ "stanza": self.header, "settings": settings })
    }
}

fn check_key(key: &str) -> Result<()> {
    let odd = |c: char| c.is_control() || c.is_whitespace() || c == '=';
    if key.is_empty() || key.starts_with(['[', '#', ';']) || key.contains(odd) {
        return Err(Error::usage(format!("bad key {key:?}")).hint("a setting is written key=value"));
    }
    Ok(())
}

fn check_value(key: &str, value: &str) -> Result<()> {
    let wrong = |why: &str| Err(Error::usage(format!("bad value of {key}: {why}")));
    if value.trim().contains(char::is_control) {
        return wrong("it must be one line of printable characters");
    }
    if value.trim().ends_with('\\') {
        return wrong("it must not end in a backslash, which would join the next line to it");
    }
    Ok(())
}

impl fmt::Display for Stanza {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "[{}]", self.header)?;
        if let Some(comment) = self.comment {
            writeln!(f, "# {comment}")?;
        }
        for (key, value) in &self.settings {
            writeln!(f, "{}", format!("{key} = {value}").trim_end())?;
        }
        Ok(())
    }
}

/// A file of stanzas, with an empty line between them.
pub fn text(stanzas: &[Stanza]) -> String {
    let texts: Vec<String> = stanzas.iter().map(Stanza::to_string).collect();
    texts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_forge_a_line() {
        for header in ["", " ", "a]\n[b", "a]", "a\rb"] {
            assert!(Stanza::new(header, []).is_err(), "{header:?}");
        }
        for key in ["", "a b", "a=b", "a\nb", "[a", "#a", ";a"] {
            assert!(Stanza::new("a", [(key, "1")]).is_err(), "{key:?}");
        }
        for value in ["a\nb", "a\rb", "a\0b", "a\\", "a\\ "] {
            let refusal = Stanza::new("a", [("key", value)]).err();
            let message = refusal.expect("a refusal").message;
            assert!(message.starts_with("bad value of key: it must"));
        }
    }
}
