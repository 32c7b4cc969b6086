//! What `create` and `delete` have in common, whatever the stack: read, plan, then print or apply.

use super::interrupt::{Interrupt, UNCHANGED};
use super::{account, apply};
use crate::aws::Session;
use crate::error::{Error, Exit, Kind, Result};
use crate::printer::Printer;
use crate::settings::{Apply, Change, Settings};
use crate::stack::Purpose;
use crate::stack::engine::{Run, Stack, Surveyed};
use crate::view;

/// A change that was carried out, and what it was based on.
pub struct Carried<Survey> {
    pub session: Session,
    /// What was found in it before.
    pub survey: Survey,
    /// The home region, if the change needed one.
    pub home: Option<String>,
    pub interrupt: Interrupt,
}

/// Changes a stack, where nothing follows the change.
pub async fn stack<S: Stack>(
    change: Change<S>,
    purpose: Purpose,
    printer: &Printer,
) -> Result<Exit> {
    let Change {
        settings,
        apply,
        options,
    } = change;
    let planner = Run::new(options, purpose);
    let (exit, _) = run(&planner, &settings, &apply, printer).await?;
    Ok(exit)
}

/// Looks at the account, plans, and prints the plan or carries it out. If it was carried out, what it was based on is
/// returned as well.
pub async fn run<S: Stack>(
    planner: &Run<S>,
    settings: &Settings,
    how: &Apply,
    printer: &Printer,
) -> Result<(Exit, Option<Carried<Surveyed<S::Known>>>)> {
    if let Some(id) = &how.offline {
        let account = account::offline(settings, id).await?;
        // Without an account to read, every failure is a usage or configuration error.
        let planned = planner.plan(&account, &planner.nothing(&account));
        let planned = planned.map_err(|error| Error {
            kind: Kind::Usage,
            ..error
        })?;
        let exit = apply::print(&planned.plan, &account.scheme, settings, how, printer)?;
        return Ok((exit, None));
    }
    let interrupt = Interrupt::listen();
    let reading = printer.busy("reading the account");
    let (session, account) = interrupt
        .or(UNCHANGED, account::connect(settings))
        .await??;
    let reader = session.reader().counting(reading.tally());
    let say = |text: &str| reading.say(printer, text);
    let looking = async { planner.look(&reader, &account, &say).await };
    let survey = interrupt.or(UNCHANGED, looking).await?;
    drop(reading);
    let planned = planner.plan(&account, &survey)?;
    let plan = &planned.plan;
    if how.dry_run {
        let exit = apply::print(plan, &account.scheme, settings, how, printer)?;
        return Ok((exit, None));
    }
    let home = plan.home_region.clone();
    let after = planner.after(&account, &survey, plan);
    let after = after.filter(|_| !plan.is_empty() && !settings.json);
    let exit = apply::carry_out(planned, &session, settings, how, &interrupt, printer).await?;
    if let (Some(after), Exit::Done) = (after, exit) {
        let options = settings.in_each_run();
        let after = view::after::after(&after, &options, printer.message_width());
        printer.say(&format!("\n{after}"));
    }
    let carried = Carried {
        session,
        survey,
        home,
        interrupt,
    };
    Ok((exit, Some(carried)))
}
