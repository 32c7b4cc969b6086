//! The options of the central stack.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::hardening::retention;
use super::trail::tags;
use super::{Change, Settings, check, push};
use crate::cli;
use crate::error::{Error, Result};
use crate::stack::central::{Options, OrganizationId, ToOpenSearch, ToSplunk};

pub fn create(global: &cli::Global, args: cli::CreateCentral) -> Result<Change<Options>> {
    Change::create(global, args.common, |settings, _| {
        args.log_retention_days.map_or(Ok(()), check::retention)?;
        if let Some(arn) = &args.alarm_topic {
            check::topic("--alarm-topic", arn)?;
        }
        check::emails(&args.emails)?;
        let mode = args.object_lock_mode;
        Ok(Options {
            archive_days: args.archive_days,
            archive_class: args.archive_class.map(storage_class),
            object_lock: args.object_lock.map(|days| retention(days, mode)),
            alarm_topic: args.alarm_topic,
            emails: args.emails,
            members: args.members.map(BTreeSet::from_iter),
            organization: args.organization.map(organization).transpose()?,
            shards: args.shards,
            retention_hours: args.retention_hours,
            log_retention_in_days: args.log_retention_days,
            opensearch: opensearch(settings, args.opensearch)?,
            splunk: splunk(
                settings,
                args.splunk,
                args.collector,
                &args.tuning,
                args.lambda_concurrency,
            )?,
            replace: args.replace,
            no_guardduty: args.no_guardduty,
            guardduty_features: args.guardduty_features.map(features),
            member_emails: member_emails(args.member_emails)?,
            tags: tags(args.tags)?,
            ..options(settings)?
        })
    })
}

/// The delivery to OpenSearch Service, if it is asked for.
fn opensearch(settings: &Settings, args: cli::OpenSearchArgs) -> Result<Option<ToOpenSearch>> {
    if args.opensearch {
        role_of(settings, "to-opensearch-consumer")?;
    }
    if let Some(arn) = &args.opensearch_domain {
        check::domain(arn)?;
    }
    let readers = BTreeSet::from_iter(args.opensearch_readers);
    let asked = ToOpenSearch {
        domain: args.opensearch_domain,
        version: args.opensearch_version,
        instance_type: args.instance_type,
        instance_count: args.instance_count,
        volume_gib: args.volume_size,
        readers: Some(readers).filter(|readers| !readers.is_empty()),
    };
    Ok(args.opensearch.then_some(asked))
}

/// The delivery to Splunk, if it is asked for.
fn splunk(
    settings: &Settings,
    is_asked: bool,
    collector: cli::CollectorArgs,
    tuning: &cli::TuningArgs,
    concurrency: Option<i32>,
) -> Result<Option<ToSplunk>> {
    let tuning = push::tuning(tuning);
    if is_asked {
        role_of(settings, "to-splunk-transform")?;
        let (endpoint, token) = push::collector(collector)?;
        return Ok(Some(ToSplunk {
            endpoint,
            token,
            tuning,
            concurrency,
        }));
    }
    let named = [
        (collector.hec_endpoint.is_some(), "--hec-endpoint"),
        (collector.hec_secret.is_some(), "--hec-secret"),
        (collector.hec_token_file.is_some(), "--hec-token-file"),
        (tuning.ack_timeout.is_some(), "--ack-timeout"),
        (tuning.retry.is_some(), "--retry"),
        (tuning.buffer_seconds.is_some(), "--buffer-seconds"),
        (tuning.buffer_mib.is_some(), "--buffer-mib"),
    ];
    let given = named.into_iter().find(|(is_given, _)| *is_given);
    given.map_or(Ok(None), |(_, option)| {
        let error = Error::usage(format!("{option} is for the delivery to Splunk"));
        Err(error.hint("add --splunk"))
    })
}

/// An ID as AWS forms it: <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html>.
pub fn organization(id: String) -> Result<OrganizationId> {
    if id.is_empty() {
        return Ok(OrganizationId::Own);
    }
    let is_id = |rest: &str| {
        (10..=32).contains(&rest.len())
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    match id.strip_prefix("o-").is_some_and(is_id) {
        true => Ok(OrganizationId::Known(id)),
        false => {
            let error = Error::usage(format!("invalid organization {id:?}"));
            Err(error.hint("an ID is o- and 10 to 32 lowercase letters or digits"))
        }
    }
}

fn storage_class(class: cli::ArchiveClass) -> String {
    let class = match class {
        cli::ArchiveClass::Glacier => "GLACIER",
        cli::ArchiveClass::DeepArchive => "DEEP_ARCHIVE",
    };
    class.to_owned()
}

/// Each address once, as GuardDuty takes it.
fn member_emails(named: Vec<(String, String)>) -> Result<BTreeMap<String, String>> {
    let mut addresses = BTreeMap::new();
    for (account, address) in named {
        check::member_email(&address)?;
        if addresses.insert(account.clone(), address).is_some() {
            let message = format!("--member-email names {account} twice");
            return Err(Error::usage(message));
        }
    }
    Ok(addresses)
}

/// The features as GuardDuty spells them.
fn features(named: Vec<String>) -> BTreeSet<String> {
    let names = named.into_iter().map(|name| name.to_ascii_uppercase());
    names.filter(|name| name != "NONE").collect()
}

pub fn delete(global: &cli::Global, args: cli::DeleteCentral) -> Result<Change<Options>> {
    Change::delete(global, args.common, |settings| {
        let drain = Duration::from_secs(args.drain.into());
        Ok(Options {
            drain: Some(drain).filter(|drain| !drain.is_zero()),
            ..options(settings)?
        })
    })
}

pub fn show(global: &cli::Global, args: cli::ShowCentral) -> Result<(Settings, Options)> {
    doctor(global, args.common.scope)
}

pub fn doctor(global: &cli::Global, scope: cli::ScopeArgs) -> Result<(Settings, Options)> {
    let settings = Settings::new(global, scope)?;
    let options = options(&settings)?;
    Ok((settings, options))
}

fn options(settings: &Settings) -> Result<Options> {
    if let Some(prefix) = &settings.names.prefix {
        names(prefix)?;
    }
    Ok(Options {
        home: settings.connection.region.clone(),
        ..Options::default()
    })
}

/// Checks that the names that begin with a prefix are names.
///
/// # Errors
/// When one would be too long.
pub fn names(prefix: &str) -> Result<()> {
    let shorter = |error: crate::error::Error| error.hint("give a shorter --prefix");
    check::bucket(&format!("{prefix}-central-trails")).map_err(shorter)?;
    check::iam_name(&format!("{prefix}-central-logs-to-kinesis")).map_err(shorter)?;
    Ok(())
}

/// Checks the longest name of what an option adds.
fn role_of(settings: &Settings, end: &str) -> Result<()> {
    let Some(prefix) = &settings.names.prefix else {
        return Ok(());
    };
    let name = check::iam_name(&format!("{prefix}-central-{end}"));
    name.map_err(|error| error.hint("give a shorter --prefix"))
}
