//! The options of the push stack.

use super::trail::tags;
use super::{Change, Settings, check};
use crate::aws::read::Hidden;
use crate::aws::read_secret;
use crate::call::Source;
use crate::cli;
use crate::error::{Error, Result};
use crate::resource::delivery_stream::{Token, Tuning};
use crate::stack::push::Options;
use crate::stack::{log_delivery, trail};

/// The variable that may hold the token.
const VARIABLE: &str = "CTADMIN_HEC_TOKEN";

pub fn create(global: &cli::Global, args: cli::CreatePush) -> Result<Change<Options>> {
    Change::create(global, args.common, |settings, apply| {
        let (logs, backup, tuning) = (args.logs, args.backup, args.tuning);
        for days in [logs.retention_days, backup.log_retention_days] {
            days.map_or(Ok(()), check::retention)?;
        }
        if let Some(arn) = &logs.kms_key_id {
            check::kms_key("--kms-key-id", arn)?;
        }
        if let Some(endpoint) = &args.hec_endpoint {
            check::collector(endpoint)?;
        }
        let pattern = args.filter_pattern;
        if pattern
            .as_ref()
            .is_some_and(|text| text.chars().count() > 1_024)
        {
            return Err(Error::usage("--filter-pattern has over 1,024 characters"));
        }
        if apply.offline.is_some() && !args.multi_region {
            return Err(Error::usage(
                "an empty account has no trail whose events could be delivered",
            )
            .hint("add --multi-region to plan the trail as well"));
        }
        let options = options(settings, logs.log_group, backup.backup_bucket)?;
        Ok(Options {
            delivery: log_delivery::Options {
                with_trail: args.multi_region,
                retention_in_days: logs.retention_days,
                kms_key_id: logs.kms_key_id,
                tags: tags(args.tags)?,
                ..options.delivery
            },
            endpoint: args.hec_endpoint,
            token: token(args.hec_secret, args.hec_token_file)?,
            tuning: Tuning {
                ack_timeout: tuning.ack_timeout,
                retry: tuning.retry,
                buffer_seconds: tuning.buffer_seconds,
                buffer_mib: tuning.buffer_mib,
                backs_up_all: backup.backup.map(|backup| backup == cli::Backup::All),
            },
            backup_days: backup.backup_days,
            log_retention_in_days: backup.log_retention_days,
            filter_pattern: pattern,
            replace: args.replace,
            ..options
        })
    })
}

pub fn delete(global: &cli::Global, args: cli::DeletePush) -> Result<Change<Options>> {
    Change::delete(global, args.common, |settings| {
        let mut options = options(settings, args.log_group, args.backup_bucket)?;
        options.delivery.with_logs = args.with_logs;
        Ok(options)
    })
}

pub fn show(global: &cli::Global, args: cli::ShowPush) -> Result<(Settings, Options)> {
    let settings = Settings::new(global, args.common.scope)?;
    let options = options(&settings, args.log_group, args.backup_bucket)?;
    Ok((settings, options))
}

fn options(settings: &Settings, group: Option<String>, bucket: Option<String>) -> Result<Options> {
    let log_group = super::alerts::log_group(group)?;
    bucket.as_deref().map_or(Ok(()), check::bucket)?;
    if let Some(prefix) = &settings.names.prefix {
        let base = format!("{prefix}-cloudtrail");
        let names = [
            check::iam_name(&format!("{base}-logs-to-firehose")),
            check::bucket(&format!("{base}-firehose")),
        ];
        for name in names {
            name.map_err(|error| error.hint("give a shorter --prefix"))?;
        }
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
        backup_bucket: bucket,
        ..Options::default()
    })
}

/// Where the token is. A given one is read now, to be compared with the one in use, and again when it is sent.
pub(super) fn token(secret: Option<String>, file: Option<String>) -> Result<Option<Token>> {
    if let Some(arn) = secret {
        check::secret(&arn)?;
        return Ok(Some(Token::Secret(arn)));
    }
    let source = match file {
        Some(path) => Source::File(path),
        None if std::env::var_os(VARIABLE).is_some_and(|value| !value.is_empty()) => {
            Source::Variable(VARIABLE.to_owned())
        }
        None => return Ok(None),
    };
    let value = read_secret(&source).map_err(|why| {
        Error::usage(why).hint("it must hold the token of the HTTP Event Collector")
    })?;
    check::token(&source, &value)?;
    Ok(Some(Token::Given(source, Hidden(value))))
}
