//! The options of the push stack.

use super::{Change, Settings, check, log_delivery};
use crate::aws::read::Hidden;
use crate::aws::read_secret;
use crate::call::Source;
use crate::cli;
use crate::doctor::push::Asked;
use crate::error::{Error, Result};
use crate::hec::Endpoint;
use crate::resource::delivery_stream::{Token, Tuning};
use crate::stack::log_delivery::{LogSource, Options as Delivery};
use crate::stack::push::{Options, Transform};

/// The variable that may hold the token.
const VARIABLE: &str = "CTADMIN_HEC_TOKEN";

pub fn create(global: &cli::Global, args: cli::CreatePush) -> Result<Change<Options>> {
    Change::create(global, args.common, |settings, apply| {
        let backup = args.backup;
        let days = backup.log_retention_days;
        days.map_or(Ok(()), check::retention)?;
        let (endpoint, token) = collector(args.collector)?;
        if let Some(arn) = &args.alarm_topic {
            check::topic("--alarm-topic", arn)?;
        }
        let pattern = args.filter_pattern;
        if pattern
            .as_ref()
            .is_some_and(|text| text.chars().count() > 1_024)
        {
            return Err(Error::usage("--filter-pattern has over 1,024 characters"));
        }
        let source = source(args.source)?;
        let (logs, below) = (&args.logs, &args.below);
        let is_changed = logs.retention_days.is_some() || logs.kms_key_id.is_some();
        let is_created = below.multi_region || apply.offline.is_some();
        if source.is_some() && (is_changed || is_created) {
            let message = "--name delivers a log group that exists and is not changed";
            return Err(Error::usage(message)
                .hint("omit --multi-region, --retention-days, --kms-key-id and --offline"));
        }
        let delivery = log_delivery::created(settings, apply, args.logs, args.below)?;
        let (transform, endpoint_type) = transform(&args.transform)?;
        Ok(Options {
            transform,
            endpoint_type,
            concurrency: args.transform.lambda_concurrency,
            endpoint,
            token,
            tuning: Tuning {
                backs_up_all: backup.backup.map(|backup| backup == cli::Backup::All),
                ..tuning(&args.tuning)
            },
            backup_days: backup.backup_days,
            log_retention_in_days: backup.log_retention_days,
            filter_pattern: pattern,
            alarm_topic: args.alarm_topic,
            replace: args.replace,
            ..options(settings, delivery, source, backup.backup_bucket)?
        })
    })
}

/// The collector's endpoint, and its token.
pub(super) fn collector(args: cli::CollectorArgs) -> Result<(Option<String>, Option<Token>)> {
    if let Some(endpoint) = &args.hec_endpoint {
        check::collector(endpoint)?;
    }
    let token = token(args.hec_secret, args.hec_token_file)?;
    Ok((args.hec_endpoint, token))
}

pub(super) fn tuning(args: &cli::TuningArgs) -> Tuning {
    Tuning {
        ack_timeout: args.ack_timeout,
        retry: args.retry,
        buffer_seconds: args.buffer_seconds,
        buffer_mib: args.buffer_mib,
        backs_up_all: None,
    }
}

/// What unpacks, and for which endpoint.
fn transform(args: &cli::TransformArgs) -> Result<(Option<Transform>, Option<String>)> {
    let endpoint_type = args.endpoint_type;
    let is_by_lambda = args.transform == Some(cli::Transform::Lambda);
    if endpoint_type == Some(cli::EndpointType::Event) && !is_by_lambda {
        let why = "a Lambda function writes the events of this endpoint";
        let error = Error::usage(format!("--endpoint-type event: {why}"));
        return Err(error.hint("add --transform lambda"));
    }
    let transform = args.transform.map(|by| match by {
        cli::Transform::Lambda => Transform::Lambda,
        cli::Transform::BuiltIn => Transform::BuiltIn,
    });
    Ok((transform, endpoint_type.map(|it| it.name().to_owned())))
}

pub fn delete(global: &cli::Global, args: cli::DeletePush) -> Result<Change<Options>> {
    Change::delete(global, args.common, |settings| {
        let source = source(args.source)?;
        if source.is_some() && args.logs.with_logs {
            let message = "--name delivers a log group of others, which is not deleted";
            return Err(Error::usage(message).hint("omit --with-logs"));
        }
        let delivery = log_delivery::deleted(settings, args.logs)?;
        options(settings, delivery, source, args.backup_bucket)
    })
}

pub fn show(global: &cli::Global, args: cli::ShowPush) -> Result<(Settings, Options)> {
    let settings = Settings::new(global, args.common.scope)?;
    let delivery = log_delivery::shown(&settings, args.logs.log_group)?;
    let source = source(args.source)?;
    let options = options(&settings, delivery, source, args.backup_bucket)?;
    Ok((settings, options))
}

/// What `doctor push` checks.
pub fn doctor(global: &cli::Global, args: cli::Doctor) -> Result<(Settings, Options, Asked)> {
    let settings = Settings::new(global, args.scope)?;
    let delivery = log_delivery::shown(&settings, None)?;
    let push = args.push;
    let options = options(&settings, delivery, source_named(push.name)?, None)?;
    if let Some(endpoint) = &push.hec_endpoint {
        check::collector(endpoint)?;
    }
    let asked = Asked {
        // It is checked in place of the stream's, which need not be the same.
        endpoint: push.hec_endpoint.as_deref().and_then(Endpoint::parse),
        token: match token(None, push.hec_token_file)? {
            Some(Token::Given(source, token)) => Some((source, token)),
            Some(Token::Secret(_)) | None => None,
        },
        sends_probe: push.send_probe,
    };
    Ok((settings, options, asked))
}

fn options(
    settings: &Settings,
    delivery: Delivery,
    source: Option<LogSource>,
    bucket: Option<String>,
) -> Result<Options> {
    bucket.as_deref().map_or(Ok(()), check::bucket)?;
    // The names of an unknown prefix are those of an account's id.
    let prefix = settings.names.prefix.clone();
    let base = format!("{}-cloudtrail", prefix.unwrap_or_else(|| "0".repeat(12)));
    let end = source.iter().map(|source| format!("-{}", source.name));
    let end = end.collect::<String>();
    let names = [
        check::iam_name(&format!("{base}-logs-to-firehose{end}")),
        check::bucket(&format!("{base}-firehose")),
    ];
    for name in names {
        name.map_err(|error| error.hint("give a shorter --prefix or --name"))?;
    }
    Ok(Options {
        delivery: Delivery { source, ..delivery },
        backup_bucket: bucket,
        ..Options::default()
    })
}

/// The delivery of this name, from a log group of others.
pub(super) fn source_named(name: Option<String>) -> Result<Option<LogSource>> {
    source(cli::SourceArgs {
        name,
        source_log_group: None,
        source_region: None,
    })
}

/// The log group of others that is read, if one is.
pub fn source(args: cli::SourceArgs) -> Result<Option<LogSource>> {
    let Some(name) = args.name else {
        return Ok(None);
    };
    args.source_log_group
        .as_deref()
        .map_or(Ok(()), check::log_group)?;
    args.source_region
        .as_deref()
        .map_or(Ok(()), check::region)?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
    if name.is_empty() || !name.bytes().all(plain) {
        let error = Error::usage(format!("invalid --name {name}"));
        return Err(error.hint("it can contain letters, digits, - and _"));
    }
    if name == "splunk" {
        let error = Error::usage("splunk is the name of the delivery from the trail's log group");
        return Err(error.hint("choose another --name"));
    }
    Ok(Some(LogSource {
        name,
        group: args.source_log_group,
        region: args.source_region,
    }))
}

/// A token in AWS Secrets Manager.
pub fn secret(arn: &str) -> Result<Token> {
    check::secret(arn)?;
    Ok(Token::Secret(arn.to_owned()))
}

/// Where the token is. A given one is read now, to be compared with the one in use, and again when it is sent.
pub(super) fn token(secret: Option<String>, file: Option<String>) -> Result<Option<Token>> {
    if let Some(arn) = secret {
        return self::secret(&arn).map(Some);
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
