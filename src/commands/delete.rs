//! `ctadmin delete`: deletes a stack.

use super::change;
use crate::cli;
use crate::error::{Exit, Result};
use crate::printer::Printer;
use crate::settings::{self, Change};
use crate::stack::{alerts, splunk, trail};

/// Runs the verb.
pub async fn run(global: &cli::Global, stack: cli::Delete, printer: &Printer) -> Result<Exit> {
    match stack {
        cli::Delete::Trail(args) => {
            let Change {
                settings, apply, ..
            } = settings::trail::delete(global, args)?;
            let ended = change::run(&trail::delete::Delete, &settings, &apply, printer).await?;
            Ok(ended.exit())
        }
        cli::Delete::Alerts(args) => {
            let with_logs = args.with_logs;
            let Change {
                settings,
                apply,
                options,
            } = settings::alerts::delete(global, args)?;
            let planner = alerts::delete::Delete { options, with_logs };
            Ok(change::run(&planner, &settings, &apply, printer)
                .await?
                .exit())
        }
        cli::Delete::Splunk(args) => {
            let Change {
                settings,
                apply,
                options,
            } = settings::splunk::delete(global, args)?;
            let planner = splunk::delete::Delete { options };
            Ok(change::run(&planner, &settings, &apply, printer)
                .await?
                .exit())
        }
    }
}
