//! Which events of a batch are printed, and as what: the work of the threads that read logs.

use crate::events::batch::{Record, each_record, each_text};
use crate::events::buffer::Buffer;
use crate::events::event::{self, Event};
use crate::events::filter::Filter;
use crate::reading::conveyor::Work;
use crate::settings::Wanted;
use crate::view::events::{Lines, one_line};

/// The events that are wanted, as lines for a program.
#[derive(Clone, Debug)]
pub struct Selection {
    json: bool,
    filter: Filter,
    is_colored: bool,
}

/// What is printed of a batch.
#[derive(Debug, Default)]
pub struct Selected {
    /// Whole lines.
    pub lines: Buffer,
    /// How many events were read.
    pub read: u64,
    /// How many of them are in the lines.
    pub events: u64,
}

impl Selection {
    pub fn new(wanted: &Wanted, is_colored: bool) -> Self {
        Self {
            json: wanted.json,
            filter: wanted.filter.clone(),
            is_colored,
        }
    }
}

impl Work for Selection {
    type Done = Selected;

    fn work(&self, batch: &[u8]) -> (Selected, usize) {
        let mut selected = Selected {
            lines: Buffer::new(),
            ..Selected::default()
        };
        let taken = match self.json && self.filter.is_empty() {
            true => each_text(batch, |record| {
                let is_record = event::is_record(record);
                if is_record {
                    selected.add(Some(&one_line(record.get())));
                }
                is_record
            }),
            false => each_record(batch, |Record { text, fields }| {
                let is_record = event::has_fields_of_a_record(&fields);
                if is_record {
                    let event = Event::with(&fields);
                    match self.filter.admits(&event) {
                        false => selected.add(None),
                        true if self.json => selected.add(Some(&one_line(text))),
                        true => {
                            let line = Lines::new(None, self.is_colored).line(&event);
                            selected.add(Some(&line));
                        }
                    }
                }
                is_record
            }),
        };
        (selected, taken)
    }
}

impl Selected {
    /// Counts an event, and adds its line if it is wanted.
    fn add(&mut self, line: Option<&str>) {
        self.read += 1;
        if let Some(line) = line {
            self.events += 1;
            self.lines.extend_from_slice(line.as_bytes());
            self.lines.push(b'\n');
        }
    }
}
