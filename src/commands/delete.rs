//! `ctadmin delete`: deletes a stack.

use super::change::stack as delete;
use crate::cli;
use crate::error::{Exit, Result};
use crate::printer::Printer;
use crate::settings;
use crate::stack::Purpose::Delete;

pub async fn run(global: &cli::Global, stack: cli::Delete, printer: &Printer) -> Result<Exit> {
    match stack {
        cli::Delete::Trail(args) => {
            delete(settings::trail::delete(global, args)?, Delete, printer).await
        }
        cli::Delete::Alerts(args) => {
            delete(settings::alerts::delete(global, args)?, Delete, printer).await
        }
        cli::Delete::Push(args) => {
            delete(settings::push::delete(global, args)?, Delete, printer).await
        }
        cli::Delete::Athena(args) => {
            delete(settings::athena::delete(global, args)?, Delete, printer).await
        }
        cli::Delete::Central(args) => {
            delete(settings::central::delete(global, args)?, Delete, printer).await
        }
        cli::Delete::Member(args) => {
            delete(settings::member::delete(global, args)?, Delete, printer).await
        }
        cli::Delete::Splunk(args) => {
            delete(settings::splunk::delete(global, args)?, Delete, printer).await
        }
    }
}
