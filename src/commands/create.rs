//! `ctadmin create`: makes or mends trails, topics, bucket and queue.

use super::account::Account;
use super::interrupt::{Interrupt, UNCHANGED};
use super::{account, apply, wait};
use crate::cli;
use crate::error::{Error, Exit, Kind, Result};
use crate::plan::Plan;
use crate::printer::Printer;
use crate::settings::Create;
use crate::stack::trail::survey::{BucketScope, Scope, Survey};
use crate::stack::trail::{self, Options};

/// Runs the verb.
pub async fn run(global: &cli::Global, args: cli::Create, printer: &Printer) -> Result<Exit> {
    let Create {
        settings,
        apply: how,
        options,
        wait,
        offline,
    } = Create::new(global, args)?;
    if let Some(id) = offline {
        let account = account::imagine(&settings, &id).await?;
        let plan = offline_plan(&account, options)?;
        return apply::print(&plan, &account.scheme, &settings, how, printer);
    }
    let interrupt = Interrupt::listen();
    let reading = printer.busy("reading the account");
    let (session, account) = interrupt.or(UNCHANGED, account::meet(&settings)).await??;
    let options = Options {
        configured_region: account.configured_region.clone(),
        ..options
    };
    let scope = scope(&account, &options);
    let survey = interrupt
        .or(
            UNCHANGED,
            Survey::of(&session.reader(), &account.scheme, scope),
        )
        .await?;
    drop(reading);
    let plan = trail::create::plan(&account.scheme, &options, &survey)?;
    if how.dry_run {
        return apply::print(&plan, &account.scheme, &settings, how, printer);
    }
    let home = plan.home_region.clone();
    let exit = apply::carry_out(plan, &session, &settings, how, &interrupt, printer).await?;
    match (wait, exit) {
        (Some(limit), Exit::Done) => {
            let trails = wait::trails(&account.scheme, &options, &survey, home.as_deref());
            wait::for_deliveries(&session.reader(), trails, limit, &interrupt, printer).await
        }
        _ => Ok(exit),
    }
}

fn offline_plan(account: &Account, options: Options) -> Result<Plan> {
    let options = Options {
        configured_region: account.configured_region.clone(),
        ..options
    };
    let survey = Survey::of_empty_account(scope(account, &options));
    // Without an account to look at, whatever is wrong is wrong by the arguments alone.
    trail::create::plan(&account.scheme, &options, &survey).map_err(|error| Error {
        kind: Kind::Usage,
        ..error
    })
}

fn scope(account: &Account, options: &Options) -> Scope {
    let bucket = match &options.bucket {
        _ if options.foreign_owner(&account.scheme).is_some() => BucketScope::Nothing,
        Some(name) => BucketScope::Named(name.clone()),
        None => BucketScope::InUse,
    };
    let home = options.home.as_ref().or(options.configured_region.as_ref());
    Scope {
        home: home.cloned(),
        with_tags: !options.tags.is_empty(),
        ..account.scope(bucket)
    }
}
