//! Arguments of `doctor`.

use clap::Args;

use super::shared::ScopeArgs;

#[derive(Args, Debug)]
pub struct Doctor {
    /// Profile of the reader, to check that it can read the queue and the logs [default: the caller]
    #[arg(long = "as", value_name = "PROFILE")]
    pub reader: Option<String>,
    /// Print only failed checks and the totals
    #[arg(long)]
    pub only_failures: bool,
    #[command(flatten)]
    pub scope: ScopeArgs,
}
