//! Where a profile takes its credentials from: from itself, or from the profile that its `source_profile` names, and so
//! on; and what to do when they yield none.
//!
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html>

use aws_config::profile::{Profile, ProfileSet};

use super::{Connection, profile};
use crate::error::{Error, Result, tame};

/// Refuses a profile that takes its credentials from one that does not exist.
pub(super) async fn check(connection: &Connection) -> Result<()> {
    if !is_used(connection) {
        return Ok(());
    }
    let profiles = profile::load(connection).await?;
    let chain = chain(&profiles);
    let Some((last, missing)) = chain.last().and_then(|last| Some((last, source(last)?))) else {
        return Ok(());
    };
    if profiles.get_profile(missing).is_some() {
        return Ok(());
    }
    let message = format!(
        "the profile {} takes its credentials from the profile {missing}, which does not exist",
        last.name()
    );
    Err(Error::usage(message).hint(format!(
        "correct source_profile in the AWS configuration files; {}",
        profile::known(&profiles)
    )))
}

/// What to do when the credentials of the chosen profile could not be loaded, as far as the profile shows it.
pub(super) async fn advice(connection: &Connection) -> Vec<String> {
    match profile::load(connection).await {
        Ok(profiles) if is_used(connection) => {
            chain(&profiles).into_iter().flat_map(remedies).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether credentials come from a profile: those of the environment win over it, unless `--profile` names it.
fn is_used(connection: &Connection) -> bool {
    let key = std::env::var_os("AWS_ACCESS_KEY_ID").filter(|key| !key.is_empty());
    connection.profile.is_some() || key.is_none()
}

/// The chosen profile, then the one that it takes its credentials from, and so on.
fn chain(profiles: &ProfileSet) -> Vec<&Profile> {
    let mut chain: Vec<&Profile> = Vec::new();
    let mut next = Some(profiles.selected_profile());
    while let Some(profile) = next.and_then(|name| profiles.get_profile(name)) {
        if chain.iter().any(|seen| seen.name() == profile.name()) {
            break;
        }
        chain.push(profile);
        next = source(profile);
    }
    chain
}

/// The profile whose credentials assume this one's role, unless they are its own.
fn source(profile: &Profile) -> Option<&str> {
    let source = profile
        .get("source_profile")
        .filter(|_| profile.get("role_arn").is_some());
    source.filter(|source| *source != profile.name())
}

/// What this profile needs before its credentials can be loaded.
fn remedies(profile: &Profile) -> Vec<String> {
    let name = tame(profile.name());
    let has = |key: &str| profile.get(key).is_some();
    if has("role_arn") && has("mfa_serial") {
        let export = format!("aws configure export-credentials --profile {name} --format");
        return vec![
            format!(
                "the profile {name} has mfa_serial, and ctadmin cannot ask for a code; the AWS CLI can"
            ),
            format!("`eval \"$({export} env)\"`, then leave out --profile"),
            format!("or another profile with `credential_process = {export} process`"),
        ];
    }
    let login = if has("sso_session") || has("sso_start_url") {
        "aws sso login"
    } else if has("login_session") {
        "aws login"
    } else {
        return Vec::new();
    };
    vec![format!("log in with `{login} --profile {name}`")]
}
