//! `ctadmin create`: creates or updates a stack.

use super::change::{self, Carried};
use super::wait;
use crate::cli;
use crate::error::{Exit, Result};
use crate::printer::Printer;
use crate::settings::{self, Change};
use crate::stack::Purpose;
use crate::stack::engine::Run;

pub async fn run(global: &cli::Global, stack: cli::Create, printer: &Printer) -> Result<Exit> {
    match stack {
        cli::Create::Trail(args) => create_trail(global, args, printer).await,
        cli::Create::Alerts(args) => {
            let change = settings::alerts::create(global, *args)?;
            change::stack(change, Purpose::Create, printer).await
        }
        cli::Create::Push(args) => {
            let change = settings::push::create(global, *args)?;
            change::stack(change, Purpose::Create, printer).await
        }
        cli::Create::Athena(args) => {
            let change = settings::athena::create(global, args)?;
            change::stack(change, Purpose::Create, printer).await
        }
        cli::Create::Central(args) => {
            let change = settings::central::create(global, args)?;
            change::stack(change, Purpose::Create, printer).await
        }
        cli::Create::Member(args) => {
            let change = settings::member::create(global, args)?;
            change::stack(change, Purpose::Create, printer).await
        }
        cli::Create::Splunk(args) => {
            let change = settings::splunk::create(global, args)?;
            change::stack(change, Purpose::Create, printer).await
        }
    }
}

async fn create_trail(
    global: &cli::Global,
    args: cli::CreateTrail,
    printer: &Printer,
) -> Result<Exit> {
    let wait = args.wait;
    let Change {
        settings,
        apply,
        options,
    } = settings::trail::create(global, args)?;
    let planner = Run::new(options, Purpose::Create);
    let (exit, carried) = change::run(&planner, &settings, &apply, printer).await?;
    let (Some(limit), Exit::Done, Some(carried)) = (wait, exit, carried) else {
        return Ok(exit);
    };
    let Carried {
        session,
        survey,
        home,
        interrupt,
    } = carried;
    let trails = wait::trails(&planner.stack, &survey.known, home);
    wait::for_deliveries(&session.reader(), trails, limit, &interrupt, printer).await
}
