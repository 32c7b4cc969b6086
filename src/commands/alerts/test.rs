//! `ctadmin alerts test`: which alerts events would raise, and why.

use std::ops::ControlFlow;
use std::path::Path;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::alerts::pattern::Verdict;
use crate::alerts::{Catalogue, Tally};
use crate::cli;
use crate::commands::events::{open, skipped};
use crate::error::{Error, Exit, Result, about_file};
use crate::events::any::{self, Damage};
use crate::events::event::{self, Event};
use crate::events::log::Broken;
use crate::printer::{Printer, Results};
use crate::settings::AlertsTest;
use crate::time;
use crate::view::catalogue::{self, Judged};
use crate::view::events::Lines;
use crate::words::counted;

/// How many places of a file without an event are printed, each on a line.
const PRINTED_PLACES: usize = 10;

/// Runs the command.
pub fn run(global: &cli::Global, args: cli::AlertsTest, printer: &Printer) -> Result<Exit> {
    let AlertsTest {
        catalogue,
        files,
        json,
        all,
    } = AlertsTest::new(global, args)?;
    let mut test = Test {
        catalogue: &catalogue,
        tally: Tally::new(&catalogue),
        all,
        out: match json {
            true => Out::Json(Vec::new()),
            false => Out::Text {
                results: printer.results(false),
                lines: Lines::new(printer.width(), true),
                only: None,
            },
        },
        events: 0,
        fitting: 0,
        others: 0,
        failed: false,
        printer,
    };
    for file in &files {
        if test.file(file)?.is_break() {
            break;
        }
    }
    test.end()
}

/// What is known while events are held against the catalogue.
struct Test<'c> {
    catalogue: &'c Catalogue,
    tally: Tally<'c>,
    /// Also print what does not fire.
    all: bool,
    out: Out,
    events: u64,
    /// Events that fit any alert.
    fitting: u64,
    /// Messages of log groups that are no events.
    others: u64,
    /// Something could not be read.
    failed: bool,
    printer: &'c Printer,
}

enum Out {
    Json(Vec<Value>),
    Text {
        results: Results,
        lines: Lines,
        /// The first event with all its failures, in case that it is the only one, and nothing matches it.
        only: Option<String>,
    },
}

impl Test<'_> {
    /// Matches the events of a file with the catalogue; `Break` when the output is closed.
    fn file(&mut self, path: &Path) -> Result<ControlFlow<()>> {
        let name = match path.as_os_str() == "-" {
            true => "stdin".to_owned(),
            false => path.display().to_string(),
        };
        let (mut places, mut complaints, mut wrong) = (0, 0, Ok(()));
        let read = open(path).map_err(Broken::Io).and_then(|input| {
            any::events(input, |found| {
                if matches!(&found, Err(damage) if matches!(damage.why, Broken::OtherMessage)) {
                    self.others += 1;
                    return ControlFlow::Continue(());
                }
                places += 1;
                let done = match event_in(found, places) {
                    Ok((record, value)) => self.record(record, &value),
                    Err(why) => {
                        complaints += 1;
                        let error = Error::failed(format!("reading {name}: {why}"));
                        let printed = match complaints <= PRINTED_PLACES {
                            true => self.complain(error),
                            false => Ok(()),
                        };
                        printed.map(ControlFlow::Continue)
                    }
                };
                done.unwrap_or_else(|error| {
                    wrong = Err(error);
                    ControlFlow::Break(())
                })
            })
        });
        wrong?;
        if let Some(omitted) = complaints
            .checked_sub(PRINTED_PLACES)
            .filter(|omitted| *omitted > 0)
        {
            let places = counted(omitted, "more place");
            self.complain(Error::failed(format!(
                "reading {name}: {places} of this sort"
            )))?;
        }
        match read {
            Ok(flow) => {
                if places == 0 {
                    self.complain(Error::failed(format!("reading {name}: it holds no events")))?;
                }
                Ok(flow)
            }
            Err(broken) => {
                let place = match places {
                    0 => String::new(),
                    read => format!(", after event {read}"),
                };
                let hint = match &broken {
                    Broken::Io(error) => about_file(Path::new(&name), error),
                    _ => None,
                };
                let error = Error::failed(format!("reading {name}: {broken}{place}"));
                self.complain(error.hints(hint))?;
                Ok(ControlFlow::Continue(()))
            }
        }
    }

    /// Matches an event with the catalogue; `value` is the record.
    fn record(&mut self, record: &RawValue, value: &Value) -> Result<ControlFlow<()>> {
        self.events += 1;
        let event = Event::of(record);
        let time = event.time.as_deref().and_then(time::seconds);
        let judged: Judged<'_> = self.catalogue.judge(value).collect();
        let mut fits = false;
        for (alert, verdict) in &judged {
            if matches!(verdict, Verdict::Fits(_)) {
                self.tally.count(alert, time);
                fits = true;
            }
        }
        self.fitting += u64::from(fits);
        match &mut self.out {
            Out::Json(events) if fits || self.all => {
                events.push(catalogue::event_json(value, &judged, self.all));
            }
            Out::Json(_) => {}
            Out::Text { results, lines, .. } if fits || self.all => {
                return results.line(&catalogue::event(&lines.line(&event), &judged, self.all));
            }
            Out::Text { lines, only, .. } => {
                let explained = || catalogue::event(&lines.line(&event), &judged, true);
                *only = (self.events == 1).then(explained);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn end(self) -> Result<Exit> {
        if self.others > 0 {
            self.printer.say(&skipped(self.others));
        }
        let exit = match self.failed {
            true => Exit::Failed,
            false => Exit::Done,
        };
        match self.out {
            Out::Json(events) => {
                let json = catalogue::test_json(events, self.events, &self.tally);
                self.printer.json(&json)?;
            }
            Out::Text {
                mut results, only, ..
            } => {
                let only = only.filter(|_| self.events == 1);
                let summary = (self.events > 0).then(|| {
                    catalogue::summary(self.events, self.fitting, &self.tally, self.printer.width())
                });
                let all: Vec<String> = only.into_iter().chain(summary).collect();
                // Whether the output is closed does not matter at the end.
                if !all.is_empty() {
                    let _read = results.line(&all.join("\n"))?;
                }
                let _read = results.flush()?;
            }
        }
        Ok(exit)
    }

    /// Reports what could not be read, after what could.
    fn complain(&mut self, error: Error) -> Result<()> {
        if let Out::Text { results, .. } = &mut self.out {
            let _read_on = results.flush()?;
        }
        self.failed = true;
        self.printer.error(&error);
        Ok(())
    }
}

/// The event that was found at this place of a file, from 1, as text and as value, or why there is none.
fn event_in(found: Result<&RawValue, Damage>, place: u64) -> Result<(&RawValue, Value), String> {
    let record = found.map_err(|damage| damage.at(place))?;
    match serde_json::from_str(record.get()) {
        Ok(value) if event::is_record(record) => Ok((record, value)),
        Ok(_) => Err(format!("event {place}: {}", Broken::NoEvent)),
        Err(error) => Err(format!("event {place}: {error}")),
    }
}
