//! The options of the alerts stack.

use super::catalogue;
use super::trail::tags;
use super::{Change, Settings, check};
use crate::alerts::{Catalogue, Choice};
use crate::cli;
use crate::error::{Error, Result};
use crate::stack::alerts::{Options, Wanted};
use crate::stack::{log_delivery, trail};

pub fn create(global: &cli::Global, args: cli::CreateAlerts) -> Result<Change<Options>> {
    Change::create(global, args.common, |settings, apply| {
        args.retention_days.map_or(Ok(()), check::retention)?;
        if let Some(arn) = &args.kms_key_id {
            check::kms_key("--kms-key-id", arn)?;
        }
        if let Some(arn) = &args.topic_arn {
            check::topic(arn)?;
        }
        for (at, address) in args.emails.iter().enumerate() {
            check::email(address)?;
            if args.emails[..at].contains(address) {
                return Err(Error::usage(format!("--email {address} is given twice")));
            }
        }
        if apply.offline.is_some() && !args.multi_region {
            return Err(
                Error::usage("an empty account has no trail that the alerts could use")
                    .hint("add --multi-region to plan the trail as well"),
            );
        }
        let (known, choice) = catalogue::choice(args.catalogue)?;
        let choice = Choice {
            all: args.all,
            ..choice
        };
        let options = options(settings, args.log_group, Wanted::new(known, choice)?)?;
        Ok(Options {
            delivery: log_delivery::Options {
                with_trail: args.multi_region,
                retention_in_days: args.retention_days,
                kms_key_id: args.kms_key_id,
                tags: tags(args.tags)?,
                ..options.delivery
            },
            emails: args.emails,
            topic_arn: args.topic_arn,
            ..options
        })
    })
}

pub fn delete(global: &cli::Global, args: cli::DeleteAlerts) -> Result<Change<Options>> {
    Change::delete(global, args.common, |settings| {
        let wanted = Wanted::new(Catalogue::built_in(), Choice::default())?;
        let mut options = options(settings, args.log_group, wanted)?;
        options.delivery.with_logs = args.with_logs;
        Ok(options)
    })
}

pub fn show(global: &cli::Global, args: cli::ShowAlerts) -> Result<(Settings, Options)> {
    let settings = Settings::new(global, args.common.scope)?;
    let known = catalogue::known(args.catalogue.as_deref())?;
    let wanted = Wanted::new(known, Choice::default())?;
    let options = options(&settings, args.log_group, wanted)?;
    Ok((settings, options))
}

/// The name of a log group that was given, if one was.
pub fn log_group(name: Option<String>) -> Result<Option<String>> {
    name.as_deref().map_or(Ok(()), check::log_group)?;
    Ok(name)
}

fn options(settings: &Settings, group: Option<String>, catalogue: Wanted) -> Result<Options> {
    let log_group = log_group(group)?;
    if let Some(prefix) = &settings.names.prefix {
        let base = format!("{prefix}-cloudtrail");
        catalogue.chosen.check_names(&base)?;
        check::iam_name(&format!("{base}-logs"))
            .map_err(|error| error.hint("give a shorter --prefix"))?;
    }
    Ok(Options {
        delivery: log_delivery::Options {
            trail: trail::Options {
                queue_watch: super::trail::queue_watch()?,
                ..settings.trail()
            },
            log_group,
            ..log_delivery::Options::default()
        },
        catalogue,
        ..Options::default()
    })
}
