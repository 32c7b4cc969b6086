//! The options of the stack athena.

use std::collections::BTreeSet;

use super::central::organization;
use super::trail::tags;
use super::{Change, Settings, check};
use crate::cli;
use crate::error::Result;
use crate::stack::athena::Options;

pub fn create(global: &cli::Global, args: cli::CreateAthena) -> Result<Change<Options>> {
    Change::create(global, args.common, |settings, _| {
        if let Some(prefix) = args.key_prefix.as_ref().filter(|prefix| !prefix.is_empty()) {
            check::key_prefix(prefix)?;
        }
        if let Some(key) = &args.kms_key_id {
            check::kms_key("--kms-key-id", key)?;
        }
        let accounts = BTreeSet::from_iter(args.accounts);
        Ok(Options {
            key_prefix: args.key_prefix,
            organization: args.organization.map(organization).transpose()?,
            accounts: Some(accounts).filter(|accounts| !accounts.is_empty()),
            scan_limit: args.scan_limit_gb,
            kms_key: args.kms_key_id,
            result_days: args.result_days,
            tags: tags(args.tags)?,
            ..options(settings)?
        })
    })
}

pub fn delete(global: &cli::Global, args: cli::DeleteAthena) -> Result<Change<Options>> {
    Change::delete(global, args.common, options)
}

pub fn show(global: &cli::Global, args: cli::ShowAthena) -> Result<(Settings, Options)> {
    let settings = Settings::new(global, args.common.scope)?;
    let options = options(&settings)?;
    Ok((settings, options))
}

fn options(settings: &Settings) -> Result<Options> {
    if let Some(prefix) = &settings.names.prefix {
        check::bucket(&format!("{prefix}-cloudtrail-athena"))
            .map_err(|error| error.hint("give another --prefix"))?;
    }
    Ok(Options {
        trail: settings.trail(),
        ..Options::default()
    })
}
