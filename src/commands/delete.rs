//! `ctadmin delete`: deletes trails, topics and queue, and keeps the bucket.

use super::interrupt::{Interrupt, UNCHANGED};
use super::{account, apply};
use crate::cli;
use crate::error::{Exit, Result};
use crate::printer::Printer;
use crate::settings::{Apply, Settings};
use crate::stack::trail;
use crate::stack::trail::survey::{BucketScope, Survey};

/// Runs the verb.
pub async fn run(global: &cli::Global, args: cli::Delete, printer: &Printer) -> Result<Exit> {
    let settings = Settings::new(global, args.scheme, args.walk)?;
    let how = Apply::new(&args.apply, false)?;
    let interrupt = Interrupt::listen();
    let reading = printer.busy("reading the account");
    let (session, account) = interrupt.or(UNCHANGED, account::meet(&settings)).await??;
    let scope = account.scope(BucketScope::Nothing);
    let survey = interrupt
        .or(
            UNCHANGED,
            Survey::of(&session.reader(), &account.scheme, scope),
        )
        .await?;
    drop(reading);
    let plan = trail::delete::plan(&account.scheme, &survey);
    if how.dry_run {
        return apply::print(&plan, &account.scheme, &settings, how, printer);
    }
    apply::carry_out(plan, &session, &settings, how, &interrupt, printer).await
}
