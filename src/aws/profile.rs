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
/// When the profile does not exist, or its region is empty and no other is given, or the files cannot be read.
pub async fn configured_region(connection: &Connection) -> Result<Option<String>> {
    let profiles = load(connection).await?;
    let from_environment = ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|region| !region.is_empty()));
    if from_environment.is_some() {
        return Ok(from_environment);
    }
    match profiles.get("region").map(str::trim) {
        Some("") if connection.region.is_none() => {
            let name = profiles.selected_profile();
            Err(Error::usage(format!("the region of the profile {name} is empty"))
                .hint("write one behind `region =` in the AWS configuration file, or take the line out"))
        }
        region => Ok(region
            .filter(|region| !region.is_empty())
            .map(str::to_owned)),
    }
}

/// The names of all profiles, in a sentence.
pub(super) fn known(profiles: &ProfileSet) -> String {
    let mut known: Vec<&str> = profiles.profiles().collect();
    known.sort_unstable();
    format!("there are: {}", known.join(", "))
}

/// The profiles, with the one chosen by `--profile` or `AWS_PROFILE` selected.
pub(super) async fn load(connection: &Connection) -> Result<ProfileSet> {
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
            let error = Error::usage(format!(
                "there is no profile {name} in the AWS configuration files"
            ));
            Err(if profiles.is_empty() {
                error.hint("the files define no profile; AWS_CONFIG_FILE names another file")
            } else {
                error.hint(known(&profiles))
            })
        }
        _ => Ok(profiles),
    }
}
