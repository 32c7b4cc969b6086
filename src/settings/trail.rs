//! The options of the trail stack.

use std::time::Duration;

use super::hardening::hardened;
use super::{Change, Settings, check};
use crate::call::Tag;
use crate::cli;
use crate::error::{Error, Result};
use crate::stack::OWNER_TAG;
use crate::stack::trail::{Layout, Options};

pub fn create(global: &cli::Global, args: cli::CreateTrail) -> Result<Change<Options>> {
    Change::create(global, args.common, |settings, _| {
        if let Some(prefix) = &args.key_prefix {
            check::key_prefix(prefix)?;
        }
        if let Some(arn) = &args.kms_key_id {
            check::kms_key("--kms-key-id", arn)?;
        }
        let layout = match (args.multi_region, args.regional) {
            (true, _) => Some(Layout::MultiRegion),
            (_, true) => Some(Layout::Regional),
            _ => None,
        };
        let options = Options {
            layout,
            prune: args.prune,
            no_queue: args.no_queue,
            no_dlq: args.no_dlq,
            bucket_owner: args.bucket_owner,
            policy_only: args.policy_only,
            key_prefix: args.key_prefix,
            kms_key_id: args.kms_key_id,
            include_all_sources: args.include_all_sources,
            no_log_file_validation: args.no_log_file_validation,
            tags: tags(args.tags)?,
            queue_watch: queue_watch()?,
            ..settings.trail()
        };
        hardened(options, args.hardening)
    })
}

pub fn delete(global: &cli::Global, args: cli::DeleteArgs) -> Result<Change<Options>> {
    Change::delete(global, args, |settings| Ok(settings.trail()))
}

pub fn show(global: &cli::Global, args: cli::ShowArgs) -> Result<(Settings, Options)> {
    let settings = Settings::new(global, args.scope)?;
    let options = settings.trail();
    Ok((settings, options))
}

/// How long to watch a queue that might have been deleted.
pub(super) fn queue_watch() -> Result<Option<Duration>> {
    duration("CTADMIN_QUEUE_WATCH", "0s disables the watch")
}

/// The duration that a variable holds, if it is set.
pub(super) fn duration(name: &str, hint: &str) -> Result<Option<Duration>> {
    let Some(value) = std::env::var_os(name).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let parsed = value
        .to_str()
        .and_then(|text| humantime::parse_duration(text).ok());
    let limit = Duration::from_secs(3600);
    parsed
        .filter(|watch| *watch <= limit)
        .map(Some)
        .ok_or_else(|| {
            Error::usage(format!("{name} must be a duration of at most one hour"))
                .hint(format!("give a number with a unit, such as 90s; {hint}"))
        })
}

/// Tags, each key once.
pub(super) fn tags(pairs: Vec<(String, String)>) -> Result<Vec<Tag>> {
    let mut tags: Vec<Tag> = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        if key == OWNER_TAG {
            return Err(Error::usage(format!(
                "the tag {key} is reserved for ctadmin"
            )));
        }
        if tags.iter().any(|tag| tag.key == key) {
            return Err(Error::usage(format!("the tag {key} is given twice")));
        }
        tags.push(Tag { key, value });
    }
    if tags.len() > 50 {
        return Err(Error::usage("a resource can have at most 50 tags"));
    }
    tags.sort();
    Ok(tags)
}
