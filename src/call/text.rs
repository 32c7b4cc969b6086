//! Text whose value is not in the plan: AWS invents it while the plan is carried out, or it is a secret.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::definition::Parameter;

/// A text parameter, as a value or as a reference to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// The value.
    Known(String),
    /// An output of an earlier step.
    Output {
        /// The step's id.
        step: String,
        /// Which of its outputs, e.g. `TopicArn`.
        path: String,
    },
    /// A secret, which is read when the call is sent.
    Secret(Source),
}

/// Where a secret is read from. Line breaks at its end do not belong to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The file with this path.
    File(String),
    /// The environment variable with this name.
    Variable(String),
    /// The standard input.
    Stdin,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file {path}"),
            Self::Variable(name) => write!(f, "the environment variable {name}"),
            Self::Stdin => f.write_str("the standard input"),
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::Known(String::new())
    }
}

impl<T: Into<String>> From<T> for Text {
    fn from(text: T) -> Self {
        Self::Known(text.into())
    }
}

impl Text {
    /// An output of the step itself, for what it waits for.
    pub fn own(path: &str) -> Self {
        Self::Output {
            step: String::new(),
            path: path.to_owned(),
        }
    }

    /// The text as JSON. A reference is an object with one key that begins with `$`.
    pub fn reference(&self) -> Value {
        match self {
            Self::Known(text) => text.as_str().into(),
            Self::Output { step, path } => json!({ "$output": { "step": step, "path": path } }),
            Self::Secret(Source::File(path)) => json!({ "$secret": { "file": path } }),
            Self::Secret(Source::Variable(name)) => json!({ "$secret": { "variable": name } }),
            Self::Secret(Source::Stdin) => json!({ "$secret": { "stdin": true } }),
        }
    }
}

impl Parameter for Text {
    fn texts(&mut self) -> Vec<&mut Text> {
        vec![self]
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.reference().serialize(to)
    }
}
