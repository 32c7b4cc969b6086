//! The values of a file, as the words that an option takes.

use std::any::TypeId;
use std::path::Path;

use clap::{Arg, ArgAction, ValueHint};
use toml::Value;

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    /// Nothing: it is given or not.
    Flag,
    /// One text.
    Text,
    /// The path of a file; a relative one begins at the folder of the configuration file.
    Path,
    /// A whole number.
    Number,
    /// Several texts.
    List,
    /// Several texts KEY=VALUE.
    Pairs,
}

impl Shape {
    /// What this option takes.
    pub(super) fn of(arg: &Arg) -> Self {
        let name = arg.get_value_names().and_then(<[_]>::first);
        let parsed = arg.get_value_parser().type_id();
        let numbers = [
            TypeId::of::<u16>(),
            TypeId::of::<u32>(),
            TypeId::of::<u64>(),
            TypeId::of::<i32>(),
            TypeId::of::<i64>(),
        ];
        match arg.get_action() {
            ArgAction::SetTrue => Self::Flag,
            ArgAction::Append if name.is_some_and(|name| name.contains('=')) => Self::Pairs,
            ArgAction::Append => Self::List,
            _ if numbers.iter().any(|number| parsed == *number) => Self::Number,
            _ if arg.get_value_hint() == ValueHint::AnyPath => Self::Path,
            _ => Self::Text,
        }
    }

    /// What to write, for people.
    pub(super) fn described(self) -> &'static str {
        match self {
            Self::Flag => "true or false",
            Self::Text | Self::Path => "a string",
            Self::Number => "a whole number",
            Self::List => "a string or a list of strings",
            Self::Pairs => "a table, or a list of strings KEY=VALUE",
        }
    }

    /// The option's values, one for each time that it is given; `None` for a value of another type.
    pub(super) fn values(self, value: &Value, file: &Path) -> Option<Vec<String>> {
        match (self, value) {
            (Self::Flag, Value::Boolean(given)) => {
                Some(given.then(String::new).into_iter().collect())
            }
            (Self::Path, Value::String(path)) => {
                let folder = file.parent().unwrap_or(Path::new(""));
                Some(vec![folder.join(path).display().to_string()])
            }
            (Self::Text | Self::List | Self::Pairs, Value::String(text)) => {
                Some(vec![text.clone()])
            }
            (Self::Number, Value::Integer(number)) => Some(vec![number.to_string()]),
            (Self::List | Self::Pairs, Value::Array(items)) => items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect(),
            (Self::Pairs, Value::Table(pairs)) => {
                let pairs = pairs.iter().map(|(key, value)| match value {
                    Value::String(text) => Some(format!("{key}={text}")),
                    Value::Integer(number) => Some(format!("{key}={number}")),
                    _ => None,
                });
                pairs.collect()
            }
            _ => None,
        }
    }
}
