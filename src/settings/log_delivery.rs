//! The options of the stacks that read the trail's log group.

use super::trail::tags;
use super::{Apply, Settings, check};
use crate::cli;
use crate::error::{Error, Result};
use crate::stack::log_delivery::Options;
use crate::stack::trail;

/// What `create` is asked for.
pub fn created(
    settings: &Settings,
    apply: &Apply,
    logs: cli::LogArgs,
    below: cli::WithTrailArgs,
) -> Result<Options> {
    logs.retention_days.map_or(Ok(()), check::retention)?;
    if let Some(arn) = &logs.kms_key_id {
        check::kms_key("--kms-key-id", arn)?;
    }
    if apply.offline.is_some() && !below.multi_region {
        return Err(
            Error::usage("an empty account has no trail whose events could be delivered")
                .hint("add --multi-region to plan the trail as well"),
        );
    }
    Ok(Options {
        with_trail: below.multi_region,
        retention_in_days: logs.retention_days,
        kms_key_id: logs.kms_key_id,
        tags: tags(below.tags)?,
        ..shown(settings, logs.log_group)?
    })
}

/// What `delete` is asked for.
pub fn deleted(settings: &Settings, logs: cli::DeleteLogArgs) -> Result<Options> {
    Ok(Options {
        with_logs: logs.with_logs,
        ..shown(settings, logs.named.log_group)?
    })
}

/// What `show` is asked for.
pub fn shown(settings: &Settings, log_group: Option<String>) -> Result<Options> {
    if let Some(prefix) = &settings.names.prefix {
        check::iam_name(&format!("{prefix}-cloudtrail-logs"))
            .map_err(|error| error.hint("give a shorter --prefix"))?;
    }
    Ok(Options {
        trail: trail::Options {
            queue_watch: super::trail::queue_watch()?,
            ..settings.trail()
        },
        log_group: self::log_group(log_group)?,
        ..Options::default()
    })
}

/// The name of a log group that was given, if one was.
pub fn log_group(name: Option<String>) -> Result<Option<String>> {
    name.as_deref().map_or(Ok(()), check::log_group)?;
    Ok(name)
}
