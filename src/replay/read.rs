//! Reading the records of an object, but for those that were acknowledged before.

use std::io::{self, BufReader};
use std::ops::ControlFlow;

use tokio::task::JoinHandle;

use super::acknowledged::Acknowledged;
use super::backlog::{self, Backlog};
use crate::aws::Marks;
use crate::error::{Error, Result};
use crate::events::log::Broken;
use crate::events::notice::Place;
use crate::hec::failed::{Failed, records};
use crate::hec::payload::Payload;
use crate::pull::download::Downloads;
use crate::reading::faults::cannot_read;

/// How many records of an object that cannot be read are named.
const NAMED: usize = 3;

/// A thread that reads: its result, and what it could not read.
pub type Reading<T> = JoinHandle<(T, Vec<Error>)>;

/// Which records of an object were acknowledged before.
///
/// # Errors
/// When that cannot be read: then nothing is known of the object.
pub async fn known(marks: &Marks, backlog: &Backlog, key: &str) -> Result<Acknowledged> {
    if !backlog.is_part(key) {
        return Ok(Acknowledged::default());
    }
    let mark = backlog::part(key);
    let Some(found) = marks.get(&mark).await? else {
        return Ok(Acknowledged::default());
    };
    serde_json::from_slice(&found.body).map_err(|error| {
        Error::failed(format!("the mark {mark} is damaged: {error}"))
            .hint("delete it to send the whole object again, which may duplicate events")
    })
}

/// Hands over each record that was not acknowledged before, with its number, in a thread of its own.
pub fn read<T: Default + Send + 'static>(
    downloads: &Downloads,
    place: Place,
    known: Acknowledged,
    mut each: impl FnMut(&mut T, u64, &Failed, Payload) -> ControlFlow<()> + Send + 'static,
) -> Reading<T> {
    let log = downloads.begin(place, None);
    tokio::task::spawn_blocking(move || {
        let mut result = T::default();
        let mut errors = Vec::new();
        let mut unreadable = 0;
        let opened = log.body.and_then(|body| records(BufReader::new(body)));
        let opened = opened.map_err(|error| {
            errors.push(cannot_read(&log.name, &Broken::from(error), 0));
        });
        for (number, record) in (0..).zip(opened.into_iter().flatten()) {
            if known.contains(number) {
                continue;
            }
            let read = record.and_then(|mut record| {
                let data = Payload::of(std::mem::take(&mut record.raw_data));
                let data = data.map_err(|why| {
                    let why = format!("record {}: {why}", number + 1);
                    io::Error::new(io::ErrorKind::InvalidData, why)
                })?;
                Ok((record, data))
            });
            match read {
                Ok((record, data)) => {
                    if each(&mut result, number, &record, data).is_break() {
                        break;
                    }
                }
                Err(error) => {
                    unreadable += 1;
                    if unreadable <= NAMED {
                        errors.push(cannot_read(&log.name, &Broken::from(error), 0));
                    }
                }
            }
        }
        if unreadable > NAMED {
            let why = format!("reading {}: {unreadable} such records in all", log.name);
            errors.push(Error::failed(why));
        }
        (result, errors)
    })
}

/// The result of a thread that reads.
pub async fn ended<T: Default>(reading: Reading<T>) -> (T, Vec<Error>) {
    reading.await.unwrap_or_else(|_| {
        let why = "reading ended unexpectedly; this is a bug in ctadmin";
        (T::default(), vec![Error::failed(why)])
    })
}
