//! What is wrong with a log: records that are no events, an end that comes too early; each as an error that names the
//! log.

use std::path::Path;

use serde_json::value::RawValue;

use crate::error::{CallError, Error, about_file};
use crate::events::any::Damage;
use crate::events::event;
use crate::events::log::Broken;
use crate::words::counted;

/// How many records of a log that are no events are named.
const NAMED: usize = 10;

/// What is known of a log while it is read.
#[derive(Debug, Default)]
pub struct Progress {
    name: String,
    /// How many records there were.
    seen: u64,
    /// How many of them were no events.
    bad: usize,
}

/// What was found in a log.
pub enum Found<'r> {
    Event(&'r RawValue),
    /// A message of a log group that is no event of CloudTrail.
    OtherMessage,
    /// No event; what to say of it, unless others of the log were named already.
    Bad(Option<Error>),
}

impl Progress {
    pub fn of(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// So many events were seen.
    pub fn pass(&mut self, events: u64) {
        self.seen += events;
    }

    pub fn judge<'r>(&mut self, found: Result<&'r RawValue, Damage>) -> Found<'r> {
        if let Err(Damage {
            why: Broken::OtherMessage,
            ..
        }) = found
        {
            return Found::OtherMessage;
        }
        self.seen += 1;
        let damage = match found {
            Ok(record) if event::is_record(record) => return Found::Event(record),
            Ok(_) => Damage {
                why: Broken::NoEvent,
                line: None,
            },
            Err(damage) => damage,
        };
        self.bad += 1;
        Found::Bad((self.bad <= NAMED).then(|| {
            let (name, why) = (&self.name, damage.at(self.seen));
            Error::failed(format!("reading {name}: {why}"))
        }))
    }

    /// What to say of a log once it has ended; and whether all of it could be read.
    pub fn end(self, end: Result<(), Broken>) -> (Vec<Error>, bool) {
        let is_whole = end.is_ok() && self.bad == 0;
        let unnamed = self.bad.saturating_sub(NAMED);
        let more = (unnamed > 0).then(|| {
            let records = counted(unnamed, "more record");
            Error::failed(format!("reading {}: {records} of this sort", self.name))
        });
        let broken = end.err();
        let broken = broken.map(|broken| cannot_read(&self.name, &broken, self.seen));
        (more.into_iter().chain(broken).collect(), is_whole)
    }
}

/// Why a log was not read to its end, after so many records.
pub fn cannot_read(name: &str, broken: &Broken, seen: u64) -> Error {
    if let Broken::Io(error) = broken {
        let inner = error.get_ref();
        if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<CallError>()) {
            return error.clone().into();
        }
    }
    let place = match seen {
        0 => String::new(),
        1 => ", after 1 record".to_owned(),
        _ => format!(", after {seen} records"),
    };
    let hint = match broken {
        Broken::Io(error) => about_file(Path::new(name), error),
        _ => None,
    };
    Error::failed(format!("reading {name}: {broken}{place}")).hints(hint)
}
