//! Arguments of the verbs that make, show and delete the Splunk stack.

use std::path::PathBuf;

use clap::Args;

use crate::cli::shared::{CreateArgs, DeleteArgs, ShowArgs, account_id, tag};

/// Arguments of `create splunk`.
#[derive(Args, Debug)]
#[command(
    about = "Create or update the identities that Splunk reads with, and access keys",
    next_help_heading = "What to make"
)]
pub struct CreateSplunk {
    /// Whom Splunk reads as.
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// With --role: who may assume it, e.g. 123456789012,external-id=secret
    #[arg(long, value_name = "ACCOUNT[,external-id=X]", value_parser = trust, requires = "role", conflicts_with = "user")]
    pub trust: Option<Trust>,
    /// Make an access key for each user, and write it to this new file, in the format of AWS credentials files
    #[arg(long, value_name = "FILE")]
    pub access_key: Option<PathBuf>,
    /// Also make the user billing-splunkapp, who may read this bucket with billing reports
    #[arg(long, value_name = "BUCKET")]
    pub billing_bucket: Option<String>,
    /// Also make the user ec2-splunkapp, who may describe EC2 resources
    #[arg(long)]
    pub ec2: bool,
    /// Tag users and role (repeatable)
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub tags: Vec<(String, String)>,
    /// What all stacks take.
    #[command(flatten)]
    pub common: CreateArgs,
}

/// Arguments of `show splunk`.
#[derive(Args, Debug)]
#[command(about = "Show the identities that Splunk reads with, and their keys")]
pub struct ShowSplunk {
    /// Whom Splunk reads as.
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// What all stacks take.
    #[command(flatten)]
    pub common: ShowArgs,
}

/// Arguments of `delete splunk`.
#[derive(Args, Debug)]
#[command(about = "Delete the identities that Splunk reads with, and their keys")]
pub struct DeleteSplunk {
    /// Whom Splunk reads as.
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// What all stacks take.
    #[command(flatten)]
    pub common: DeleteArgs,
}

/// Whom Splunk reads as.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Naming")]
pub struct IdentityArgs {
    /// The user that Splunk reads the logs as
    #[arg(long, value_name = "NAME", default_value = "cloudtrail-splunkapp")]
    pub user: String,
    /// A role that Splunk reads the logs as, instead of a user
    #[arg(long, value_name = "NAME", conflicts_with = "user")]
    pub role: Option<String>,
}

/// Who may assume a role.
#[derive(Clone, Debug)]
pub struct Trust {
    /// An account, 12 digits.
    pub account: String,
    /// What the account must say it comes with.
    pub external_id: Option<String>,
}

fn trust(text: &str) -> Result<Trust, String> {
    let (account, rest) = match text.split_once(',') {
        Some((account, rest)) => (account, Some(rest)),
        None => (text, None),
    };
    let external_id = match rest {
        Some(rest) => Some(
            rest.strip_prefix("external-id=")
                .ok_or("behind the account stands ,external-id=X")?,
        ),
        None => None,
    };
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    let fits = |id: &str| {
        (2..=1_224).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_+=,.@:/-".contains(&b))
    };
    if external_id.is_some_and(|id| !fits(id)) {
        return Err("an external id has 2 to 1224 letters, digits and _+=,.@:/-".to_owned());
    }
    Ok(Trust {
        account: account_id(account)?,
        external_id: external_id.map(str::to_owned),
    })
}
