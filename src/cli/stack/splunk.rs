//! Arguments of the commands that create, show and delete the splunk stack.

use std::path::PathBuf;

use clap::Args;

use crate::cli::shared::{CreateArgs, DeleteArgs, ShowArgs, account_id, tag};
use crate::stack::splunk::Trust;

#[derive(Args, Debug)]
#[command(
    about = "Create or update the IAM users or the role that Splunk reads logs with, and access keys",
    next_help_heading = "What to create"
)]
pub struct CreateSplunk {
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// With --role: account that can assume the role, e.g. 123456789012,external-id=secret
    #[arg(long, value_name = "ACCOUNT[,external-id=X]", value_parser = trust, requires = "role", conflicts_with = "user")]
    pub trust: Option<Trust>,
    /// Create an access key for each user, and write it to this new AWS credentials file
    #[arg(long, value_name = "FILE")]
    pub access_key: Option<PathBuf>,
    /// Also create the user billing-splunkapp, which can read the billing reports in this bucket
    #[arg(long, value_name = "BUCKET")]
    pub billing_bucket: Option<String>,
    /// Also create the user ec2-splunkapp, which can describe EC2 resources
    #[arg(long)]
    pub ec2: bool,
    /// Tag for users and role (repeatable)
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub tags: Vec<(String, String)>,
    #[command(flatten)]
    pub common: CreateArgs,
}

#[derive(Args, Debug)]
#[command(
    about = "Show the IAM users and the role that Splunk reads logs with, and their access keys"
)]
pub struct ShowSplunk {
    #[command(flatten)]
    pub identity: IdentityArgs,
    #[command(flatten)]
    pub common: ShowArgs,
}

#[derive(Args, Debug)]
#[command(
    about = "Delete the IAM users or the role that Splunk reads logs with, and their access keys"
)]
pub struct DeleteSplunk {
    #[command(flatten)]
    pub identity: IdentityArgs,
    #[command(flatten)]
    pub common: DeleteArgs,
}

/// The user or role that Splunk reads with.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Naming")]
pub struct IdentityArgs {
    /// IAM user that Splunk reads logs with
    #[arg(long, value_name = "NAME", default_value = "cloudtrail-splunkapp")]
    pub user: String,
    /// IAM role that Splunk reads logs with, instead of a user
    #[arg(long, value_name = "NAME", conflicts_with = "user")]
    pub role: Option<String>,
}

fn trust(text: &str) -> Result<Trust, String> {
    let (account, external_id) = match text.split_once(',') {
        None => (text, None),
        Some((account, rest)) => match rest.strip_prefix("external-id=") {
            Some(id) => (account, Some(id)),
            None => return Err("after the account, only ,external-id=X is allowed".to_owned()),
        },
    };
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@:/-".contains(&b);
    let fits = |id: &str| (2..=1_224).contains(&id.len()) && id.bytes().all(allowed);
    if external_id.is_some_and(|id| !fits(id)) {
        return Err("an external ID has 2 to 1224 letters, digits and _+=,.@:/-".to_owned());
    }
    Ok(Trust {
        account: account_id(account)?,
        external_id: external_id.map(str::to_owned),
    })
}
