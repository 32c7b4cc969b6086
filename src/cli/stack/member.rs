//! Arguments of the commands that create, show and delete the stack of a member of a central account.

use clap::Args;

use crate::cli::shared::{
    CreateArgs, DeleteArgs, DeleteLogArgs, LogArgs, LogGroupArg, ShowArgs, account_id, tag,
};

#[derive(Args, Debug)]
#[command(
    about = "Create or update what sends an account's logs to a central account: trail, log group, subscription filter",
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
    /// Tag for all resources that can be tagged (repeatable)
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub tags: Vec<(String, String)>,
    #[command(flatten)]
    pub common: CreateArgs,
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
    about = "Delete what sends an account's logs to a central account; keep the trail, and the log group while it is in use"
)]
pub struct DeleteMember {
    #[command(flatten)]
    pub logs: DeleteLogArgs,
    #[command(flatten)]
    pub common: DeleteArgs,
}
