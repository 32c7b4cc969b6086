//! The options of the stack of a member of a central account.

use super::{Change, Settings, check, log_delivery};
use crate::cli;
use crate::error::{Error, Result};
use crate::stack::log_delivery::Options as Delivery;
use crate::stack::member::{Central, Flow, Options, Trail};

pub fn create(global: &cli::Global, args: cli::CreateMember) -> Result<Change<Options>> {
    Change::create(global, args.common, |settings, apply| {
        let central = central(args.central, args.central_prefix)?;
        if settings.names.bucket.is_some() {
            let error = Error::usage("--bucket cannot be used with create member");
            let bucket = central.bucket();
            return Err(error.hint(format!(
                "the trail delivers to the central bucket, {bucket}"
            )));
        }
        args.log_retention_days.map_or(Ok(()), check::retention)?;
        let below = cli::WithTrailArgs {
            multi_region: true,
            tags: args.tags,
        };
        let mut delivery = log_delivery::created(settings, apply, args.logs, below)?;
        delivery.trail.bucket = Some(central.bucket());
        delivery.trail.bucket_owner = Some(central.account.clone());
        delivery.trail.has_central_bucket = true;
        let flow = Flow {
            traffic: args.traffic.map(|traffic| traffic.to_string()),
            retention_in_days: args.log_retention_days,
        };
        let all = options(settings, Some(central), delivery)?;
        Ok(Options {
            trail: all.trail.filter(|_| !args.no_trail),
            flow: Some(flow).filter(|_| !args.no_vpc_flow),
            has_guardduty: !args.no_guardduty,
            ..all
        })
    })
}

pub fn delete(global: &cli::Global, args: cli::DeleteMember) -> Result<Change<Options>> {
    Change::delete(global, args.common, |settings| {
        let delivery = log_delivery::deleted(settings, args.logs)?;
        options(settings, None, delivery)
    })
}

pub fn show(global: &cli::Global, args: cli::ShowMember) -> Result<(Settings, Options)> {
    named(global, args.common.scope, args.logs.log_group)
}

pub fn doctor(global: &cli::Global, scope: cli::ScopeArgs) -> Result<(Settings, Options)> {
    named(global, scope, None)
}

/// What only reads.
fn named(
    global: &cli::Global,
    scope: cli::ScopeArgs,
    log_group: Option<String>,
) -> Result<(Settings, Options)> {
    let settings = Settings::new(global, scope)?;
    let delivery = log_delivery::shown(&settings, log_group)?;
    let options = options(&settings, None, delivery)?;
    Ok((settings, options))
}

/// The central stack of an account, whose names begin with its ID unless a prefix is given.
pub fn central(account: String, prefix: Option<String>) -> Result<Central> {
    let prefix = prefix.unwrap_or_else(|| account.clone());
    check::prefix(&prefix)?;
    let central = Central { account, prefix };
    check::bucket(&central.bucket())
        .map_err(|error| error.hint("--central-prefix is that of the central stack"))?;
    Ok(central)
}

fn options(settings: &Settings, central: Option<Central>, delivery: Delivery) -> Result<Options> {
    if let Some(prefix) = &settings.names.prefix {
        check::iam_name(&format!("{prefix}-logs-to-central"))
            .map_err(|error| error.hint("give a shorter --prefix"))?;
    }
    Ok(Options {
        tags: delivery.tags.clone(),
        with_logs: delivery.with_logs,
        trail: Some(Trail {
            central: central.clone(),
            delivery,
        }),
        flow: Some(Flow::default()),
        has_guardduty: true,
        central,
    })
}
