//! The options of the alerts stack.

use super::{Change, Settings, catalogue, check, log_delivery};
use crate::alerts::{Catalogue, Choice};
use crate::cli;
use crate::error::Result;
use crate::stack::alerts::{Options, Wanted};
use crate::stack::log_delivery::Options as Delivery;

pub fn create(global: &cli::Global, args: cli::CreateAlerts) -> Result<Change<Options>> {
    Change::create(global, args.common, |settings, apply| {
        if let Some(arn) = &args.topic_arn {
            check::topic("--topic-arn", arn)?;
        }
        check::emails(&args.emails)?;
        let delivery = log_delivery::created(settings, apply, args.logs, args.below)?;
        let (known, choice) = catalogue::choice(args.catalogue)?;
        let choice = Choice {
            all: args.all,
            ..choice
        };
        Ok(Options {
            emails: args.emails,
            topic_arn: args.topic_arn,
            ..options(settings, delivery, Wanted::new(known, choice)?)?
        })
    })
}

pub fn delete(global: &cli::Global, args: cli::DeleteAlerts) -> Result<Change<Options>> {
    Change::delete(global, args.common, |settings| {
        let wanted = Wanted::new(Catalogue::built_in(), Choice::default())?;
        let delivery = log_delivery::deleted(settings, args.logs)?;
        options(settings, delivery, wanted)
    })
}

pub fn show(global: &cli::Global, args: cli::ShowAlerts) -> Result<(Settings, Options)> {
    let settings = Settings::new(global, args.common.scope)?;
    let known = catalogue::known(args.catalogue.as_deref())?;
    let wanted = Wanted::new(known, Choice::default())?;
    let delivery = log_delivery::shown(&settings, args.logs.log_group)?;
    let options = options(&settings, delivery, wanted)?;
    Ok((settings, options))
}

fn options(settings: &Settings, delivery: Delivery, catalogue: Wanted) -> Result<Options> {
    if let Some(prefix) = &settings.names.prefix {
        catalogue
            .chosen
            .check_names(&format!("{prefix}-cloudtrail"))?;
    }
    Ok(Options {
        delivery,
        catalogue,
        ..Options::default()
    })
}
