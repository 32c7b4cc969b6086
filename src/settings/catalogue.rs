//! What `alerts` needs: the selected alerts, and the source of events.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use super::{listed, text};
use crate::alerts::{Catalogue, Choice};
use crate::cli::{self, ListFormat};
use crate::error::{Error, Result};

#[derive(Clone, Debug)]
pub struct AlertsList {
    pub catalogue: Catalogue,
    pub format: ListFormat,
}

#[derive(Clone, Debug)]
pub struct AlertsTest {
    pub catalogue: Catalogue,
    /// Where the events are; `-` is stdin.
    pub files: Vec<PathBuf>,
    pub json: bool,
    /// Also print the alerts that do not fire.
    pub all: bool,
}

impl AlertsList {
    pub fn new(global: &cli::Global, args: cli::AlertsList) -> Result<Self> {
        let format = match (global.output, args.format) {
            (cli::Output::Text | cli::Output::Html, format) => format,
            (cli::Output::Json, ListFormat::Toml) => {
                let message = "--format toml cannot be used with --output json";
                return Err(Error::usage(message));
            }
            (cli::Output::Json, _) => ListFormat::Json,
        };
        Ok(Self {
            catalogue: catalogue(args.choice)?,
            format,
        })
    }
}

impl AlertsTest {
    pub fn new(global: &cli::Global, args: cli::AlertsTest) -> Result<Self> {
        let mut files = args.files;
        files.extend(args.events);
        if files.is_empty() {
            if std::io::stdin().is_terminal() {
                return Err(Error::usage("there are no events to test")
                    .hint("give a file with events, or pipe them in"));
            }
            files.push("-".into());
        }
        Ok(Self {
            catalogue: catalogue(args.choice)?,
            files,
            json: global.output == cli::Output::Json,
            all: args.all,
        })
    }
}

/// The selected alerts: of those built in and those of the catalogue file.
fn catalogue(args: cli::AlertChoice) -> Result<Catalogue> {
    let (known, choice) = choice(args)?;
    known.chosen(&choice)
}

pub fn choice(args: cli::AlertChoice) -> Result<(Catalogue, Choice)> {
    let choice = Choice {
        all: false,
        only: listed(args.only),
        except: listed(args.except),
        sets: listed(args.sets),
        thresholds: args.thresholds,
        periods: args.periods,
    };
    Ok((known(args.catalogue.as_deref())?, choice))
}

/// The alerts that are built in, and those of a catalogue file.
pub fn known(file: Option<&Path>) -> Result<Catalogue> {
    let mut catalogue = Catalogue::built_in();
    if let Some(path) = file {
        catalogue.add(&path.display().to_string(), &text(path)?)?;
    }
    Ok(catalogue)
}
