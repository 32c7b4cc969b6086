//! Arguments of `doctor`.

use clap::Args;

use super::shared::{RegionArgs, SchemeArgs};

/// Arguments of `doctor`.
#[derive(Args, Debug)]
pub struct Doctor {
    /// Also try to read as this profile of the AWS configuration files, the reader's [default: the caller]
    #[arg(long = "as", value_name = "PROFILE")]
    pub reader: Option<String>,
    /// Print only the checks that failed, and the totals of all
    #[arg(long)]
    pub only_failures: bool,
    /// Which resources.
    #[command(flatten)]
    pub scheme: SchemeArgs,
    /// Which regions.
    #[command(flatten)]
    pub regions: RegionArgs,
}
