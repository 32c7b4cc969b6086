//! The AWS configuration files, read without any network.

#![allow(
    deprecated,
    reason = "aws-config offers its parser only under this alias of its argument's type"
)]

use aws_config::profile::{self, ProfileSet, profile_file::ProfileFiles};
use aws_types::os_shim_internal::{Env, Fs};

use super::Connection;
use crate::error::{Error, Result};

/// The region that environment and profile agree on when `--region` is not given: `AWS_REGION`, else
/// `AWS_DEFAULT_REGION`, else the profile's.
///
/// # Errors
/// When the profile does not exist, or the files cannot be read.
pub async fn configured_region(connection: &Connection) -> Result<Option<String>> {
    let profiles = load(connection).await?;
    let from_environment = ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|region| !region.is_empty()));
    Ok(from_environment.or_else(|| profiles.get("region").map(str::to_owned)))
}

/// The profiles, with the one chosen by `--profile` or `AWS_PROFILE` selected.
async fn load(connection: &Connection) -> Result<ProfileSet> {
    let named = connection.profile.clone().or_else(|| {
        std::env::var("AWS_PROFILE")
            .ok()
            .filter(|name| !name.is_empty())
    });
    let profiles = profile::load(
        &Fs::real(),
        &Env::real(),
        &ProfileFiles::default(),
        named.clone().map(Into::into),
    )
    .await
    .map_err(|error| {
        let why = std::error::Error::source(&error)
            .map_or_else(|| error.to_string(), ToString::to_string);
        Error::usage(format!("the AWS configuration files cannot be read: {why}"))
    })?;
    match named {
        Some(name) if profiles.get_profile(&name).is_none() => {
            let mut known: Vec<&str> = profiles.profiles().collect();
            known.sort_unstable();
            let error = Error::usage(format!(
                "there is no profile {name} in the AWS configuration files"
            ));
            Err(if known.is_empty() {
                error.hint("the files define no profile; AWS_CONFIG_FILE names another file")
            } else {
                error.hint(format!("there are: {}", known.join(", ")))
            })
        }
        _ => Ok(profiles),
    }
}
