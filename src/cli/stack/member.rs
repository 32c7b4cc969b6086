//! Arguments of the commands that create, show and delete the stack of a member of a central account.

use std::fmt;

use clap::{Args, ValueEnum};

use crate::cli::shared::{
    CreateArgs, DeleteArgs, DeleteLogArgs, LogArgs, LogGroupArg, ShowArgs, account_id, tag,
};

#[derive(Args, Debug)]
#[command(
    about = "Create or update what sends an account's logs to a central account: trail, flow logs, log groups, subscription filters",
    next_help_heading = "What to create"
)]
pub struct CreateMember {
    /// Account with the central stack
    #[arg(long, value_name = "ID", value_parser = account_id)]
    pub central: String,
    /// Prefix of the central stack's names [default: that account's ID]
    #[arg(long, value_name = "PREFIX")]
    pub central_prefix: Option<String>,
    #[command(flatten)]
    pub logs: LogArgs,
    /// Leave the trail and its log group as they are
    #[arg(long, conflicts_with_all = ["log_group", "retention_days", "kms_key_id"])]
    pub no_trail: bool,
    /// Traffic that flow logs record [default: the current one, all if new]
    #[arg(long, value_name = "TRAFFIC", value_enum)]
    pub traffic: Option<Traffic>,
    /// Retention of the log groups of flow logs in days [default: the current one, 30 if new]
    #[arg(long, value_name = "DAYS")]
    pub log_retention_days: Option<i32>,
    /// Leave flow logs of VPCs as they are
    #[arg(long, conflicts_with_all = ["traffic", "log_retention_days"])]
    pub no_vpc_flow: bool,
    /// Do not use GuardDuty; what exists of it stays
    #[arg(long)]
    pub no_guardduty: bool,
    /// Tag for all resources that can be tagged (repeatable)
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub tags: Vec<(String, String)>,
    #[command(flatten)]
    pub common: CreateArgs,
}

/// The traffic that flow logs record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Traffic {
    /// Accepted and rejected traffic
    All,
    /// Accepted traffic
    Accept,
    /// Rejected traffic
    Reject,
}

impl fmt::Display for Traffic {
    /// As AWS spells it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "ALL",
            Self::Accept => "ACCEPT",
            Self::Reject => "REJECT",
        })
    }
}

#[derive(Args, Debug)]
#[command(about = "Show what sends an account's logs to a central account")]
pub struct ShowMember {
    #[command(flatten)]
    pub logs: LogGroupArg,
    #[command(flatten)]
    pub common: ShowArgs,
}

#[derive(Args, Debug)]
#[command(
    about = "Delete what sends an account's logs to a central account; keep the trail, and the trail's log group while it is in use"
)]
pub struct DeleteMember {
    #[command(flatten)]
    pub logs: DeleteLogArgs,
    #[command(flatten)]
    pub common: DeleteArgs,
}
