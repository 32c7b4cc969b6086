//! What the verbs need to make, show and delete what Splunk reads with.

use std::path::Path;

use super::trail::tags;
use super::{Apply, Settings, check};
use crate::cli;
use crate::error::{Error, Result};
use crate::key_file::{self, Found, Journal};
use crate::stack::splunk::{BILLING, EC2, Identity, Keys, Options, Trust};
use crate::stack::trail;

/// What a verb needs that changes the Splunk stack.
#[derive(Clone, Debug)]
pub struct ChangeSplunk {
    /// What every verb needs.
    pub settings: Settings,
    /// How to apply the plan.
    pub apply: Apply,
    /// What is asked of the Splunk stack.
    pub options: Options,
}

impl ChangeSplunk {
    /// Resolves the arguments of `create splunk`.
    ///
    /// # Errors
    /// When something is wrong by the arguments alone.
    pub fn create(global: &cli::Global, args: cli::CreateSplunk) -> Result<Self> {
        let settings = Settings::new(global, args.scheme, args.walk)?;
        let apply = Apply::or_offline(&args.apply, &args.offline)?;
        if let Some(bucket) = &args.billing_bucket {
            check::bucket(bucket)?;
        }
        let trust = args.trust.map(|trust| Trust {
            account: trust.account,
            external_id: trust.external_id,
        });
        let identity = identity(args.identity, trust)?;
        let makes_users = identity.user().is_some() || args.billing_bucket.is_some() || args.ec2;
        if args.access_key.is_some() && !makes_users {
            return Err(Error::usage("a role has no access keys")
                .hint("leave out --access-key: whoever is trusted assumes the role"));
        }
        let keys = args.access_key.as_deref().map(keys).transpose()?;
        let options = Options {
            billing_bucket: args.billing_bucket,
            ec2: args.ec2,
            tags: tags(args.tags)?,
            keys,
            ..options(&settings, identity)
        };
        Ok(Self {
            settings,
            apply,
            options,
        })
    }

    /// Resolves the arguments of `delete splunk`.
    ///
    /// # Errors
    /// When something is wrong by the arguments alone.
    pub fn delete(global: &cli::Global, args: cli::DeleteSplunk) -> Result<Self> {
        let settings = Settings::new(global, args.scheme, args.walk)?;
        Ok(Self {
            apply: Apply::new(&args.apply)?,
            options: options(&settings, identity(args.identity, None)?),
            settings,
        })
    }
}

/// Resolves the arguments of `show splunk`.
///
/// # Errors
/// When something is wrong by the arguments alone.
pub fn show(global: &cli::Global, args: cli::ShowSplunk) -> Result<(Settings, Options)> {
    let settings = Settings::new(global, args.scheme, args.walk)?;
    let options = options(&settings, identity(args.identity, None)?);
    Ok((settings, options))
}

/// Whom Splunk reads as.
///
/// # Errors
/// When IAM would not take the name, or another user of the stack has it.
pub fn identity(args: cli::IdentityArgs, trust: Option<Trust>) -> Result<Identity> {
    let cli::IdentityArgs { user, role } = args;
    check::iam_name(role.as_ref().unwrap_or(&user))?;
    // IAM does not tell names apart by case.
    let taken = [BILLING, EC2]
        .into_iter()
        .find(|name| user.eq_ignore_ascii_case(name));
    if let Some(name) = taken {
        return Err(Error::usage(format!("the user {name} does not read logs"))
            .hint("name another one with --user"));
    }
    Ok(match role {
        Some(name) => Identity::Role { name, trust },
        None => Identity::User(user),
    })
}

fn options(settings: &Settings, identity: Identity) -> Options {
    Options {
        trail: trail::Options {
            home: settings.region.clone(),
            bucket: settings.names.bucket.clone(),
            ..trail::Options::default()
        },
        identity,
        billing_bucket: None,
        ec2: false,
        tags: Vec::new(),
        keys: None,
    }
}

/// Looks at the file that is to take the keys before anything else is done.
fn keys(path: &Path) -> Result<Keys> {
    let journal = match key_file::look(path)? {
        Found::Taken => return Err(key_file::taken(path)),
        Found::Missing => Journal::default(),
        Found::Unfinished(journal) => journal,
    };
    let file = path
        .to_str()
        .ok_or_else(|| Error::usage(format!("the name of {} is not text", path.display())))?;
    Ok(Keys {
        file: file.to_owned(),
        journal,
    })
}
