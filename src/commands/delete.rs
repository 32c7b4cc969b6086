//! `ctadmin delete`: deletes a stack.

use super::change;
use crate::cli;
use crate::error::{Exit, Result};
use crate::printer::Printer;
use crate::settings::alerts::ChangeAlerts;
use crate::settings::splunk::ChangeSplunk;
use crate::settings::{Apply, Settings};
use crate::stack::{alerts, splunk, trail};

/// Runs the verb.
pub async fn run(global: &cli::Global, stack: cli::Delete, printer: &Printer) -> Result<Exit> {
    match stack {
        cli::Delete::Trail(args) => {
            let settings = Settings::new(global, args.scheme, args.walk)?;
            let how = Apply::new(&args.apply)?;
            let ended = change::run(&trail::delete::Delete, &settings, &how, printer).await?;
            Ok(ended.exit())
        }
        cli::Delete::Alerts(args) => {
            let with_logs = args.with_logs;
            let ChangeAlerts {
                settings,
                apply,
                options,
            } = ChangeAlerts::delete(global, args)?;
            let planner = alerts::delete::Delete { options, with_logs };
            Ok(change::run(&planner, &settings, &apply, printer)
                .await?
                .exit())
        }
        cli::Delete::Splunk(args) => {
            let ChangeSplunk {
                settings,
                apply,
                options,
            } = ChangeSplunk::delete(global, args)?;
            let planner = splunk::delete::Delete { options };
            Ok(change::run(&planner, &settings, &apply, printer)
                .await?
                .exit())
        }
    }
}
