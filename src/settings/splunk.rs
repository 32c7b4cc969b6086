//! The options of the splunk stack.

use std::path::Path;

use super::trail::tags;
use super::{Change, Settings, check};
use crate::cli;
use crate::error::{Error, Result};
use crate::key_file::{self, FileState, Journal};
use crate::stack::splunk::{BILLING, EC2, Identity, Keys, Options, Trust};

pub fn create(global: &cli::Global, args: cli::CreateSplunk) -> Result<Change<Options>> {
    Change::create(global, args.common, |settings, _| {
        if let Some(bucket) = &args.billing_bucket {
            check::bucket(bucket)?;
        }
        let identity = identity(args.identity, args.trust)?;
        let with_users = identity.is_user() || args.billing_bucket.is_some() || args.ec2;
        if args.access_key.is_some() && !with_users {
            return Err(Error::usage("a role has no access keys")
                .hint("leave out --access-key: the trusted account assumes the role"));
        }
        Ok(Options {
            billing_bucket: args.billing_bucket,
            ec2: args.ec2,
            tags: tags(args.tags)?,
            keys: args.access_key.as_deref().map(keys).transpose()?,
            ..options(settings, identity)
        })
    })
}

pub fn delete(global: &cli::Global, args: cli::DeleteSplunk) -> Result<Change<Options>> {
    Change::delete(global, args.common, |settings| {
        Ok(options(settings, identity(args.identity, None)?))
    })
}

pub fn show(global: &cli::Global, args: cli::ShowSplunk) -> Result<(Settings, Options)> {
    let settings = Settings::new(global, args.common.scope)?;
    let options = options(&settings, identity(args.identity, None)?);
    Ok((settings, options))
}

pub fn identity(args: cli::IdentityArgs, trust: Option<Trust>) -> Result<Identity> {
    let cli::IdentityArgs { user, role } = args;
    check::iam_name(role.as_ref().unwrap_or(&user))?;
    // IAM does not tell names apart by case.
    let taken = [BILLING, EC2]
        .into_iter()
        .find(|name| user.eq_ignore_ascii_case(name));
    if let Some(name) = taken {
        return Err(Error::usage(format!(
            "the user name {name} is reserved for another purpose"
        ))
        .hint("give another name with --user"));
    }
    Ok(match role {
        Some(name) => Identity::Role { name, trust },
        None => Identity::User(user),
    })
}

fn options(settings: &Settings, identity: Identity) -> Options {
    Options {
        trail: settings.trail(),
        ..Options::of(identity)
    }
}

/// Checks the file for the keys before any request.
fn keys(path: &Path) -> Result<Keys> {
    let journal = match key_file::look(path)? {
        FileState::Taken => return Err(key_file::taken(path)),
        FileState::Missing => Journal::default(),
        FileState::Unfinished(journal) => journal,
    };
    let file = path.to_str().ok_or_else(|| {
        Error::usage(format!(
            "the file name {} is not valid UTF-8",
            path.display()
        ))
    })?;
    Ok(Keys {
        file: file.to_owned(),
        journal,
    })
}
