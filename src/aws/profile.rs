//! The AWS configuration and credentials files, read by the SDK's own parser and without any network.

#![allow(
    deprecated,
    reason = "aws-config offers its parser only under this alias of its argument's type"
)]

use aws_config::profile::profile_file::{ProfileFileKind, ProfileFiles};
use aws_config::profile::{self, ProfileFileLoadError, ProfileSet};
use aws_types::os_shim_internal::{Env, Fs};

use super::Connection;
use crate::error::{Error, Result};

/// The region that environment and profile agree on when `--region` is not given: `AWS_REGION`, else
/// `AWS_DEFAULT_REGION`, else the profile's. An empty one in the profile is an error if it would be used.
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
        let why = reason(&error);
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

/// The access key of one profile. It has no `Debug`, so that no message can show it.
pub struct ProfileKey {
    /// The profile's name.
    pub profile: String,
    /// `aws_access_key_id`.
    pub key_id: Option<String>,
    /// `aws_secret_access_key`.
    pub secret: Option<String>,
    /// Whether there is an `aws_session_token`: such a key expires.
    pub is_temporary: bool,
}

/// The access keys in the text of a credentials file, or of a configuration file, by the names of their profiles. An
/// error names the line, never its content.
pub async fn keys_in(text: &str) -> Result<Vec<ProfileKey>, String> {
    let files = ProfileFiles::builder()
        .with_contents(ProfileFileKind::Config, text)
        .with_contents(ProfileFileKind::Credentials, text)
        .build();
    let profiles = profile::load(&Fs::real(), &Env::from_slice(&[]), &files, None).await;
    let profiles = profiles.map_err(|error| {
        let why = reason(&error);
        // The parser names a file here, and this is a text.
        let (_, line) = why.split_once(" on line ").unwrap_or(("", &why));
        format!("line {}", line.replace(":\n  ", ": "))
    })?;
    let mut names: Vec<&str> = profiles.profiles().collect();
    names.sort_unstable();
    let found = names
        .into_iter()
        .filter_map(|name| profiles.get_profile(name));
    let keys = found.map(|profile| ProfileKey {
        profile: profile.name().to_owned(),
        key_id: profile.get("aws_access_key_id").map(str::to_owned),
        secret: profile.get("aws_secret_access_key").map(str::to_owned),
        is_temporary: profile.get("aws_session_token").is_some(),
    });
    Ok(keys.collect())
}

fn reason(error: &ProfileFileLoadError) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}
