//! Arguments of the commands that create, show and delete the stack athena.

use clap::Args;

use crate::cli::shared::{CreateArgs, DeleteArgs, ShowArgs, account_id, tag};

#[derive(Args, Debug)]
#[command(
    about = "Create or update what Athena queries log files with: database, tables, work group, named queries, result bucket",
    next_help_heading = "What to create"
)]
pub struct CreateAthena {
    /// Prefix of the log files' keys before AWSLogs/ [default: the current one, that of the trails if new]
    #[arg(long, value_name = "PREFIX")]
    pub key_prefix: Option<String>,
    /// Create a table of the log files of an organization's trail, too, without ID of this account's organization
    #[arg(long, value_name = "ID", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub organization: Option<String>,
    /// Account whose log files the table has, the organization's where there is one (repeatable); of more than 50, each
    /// query names its own [default: the current ones; if new, this account, of an organization any]
    #[arg(long = "account", value_name = "ID", value_parser = account_id)]
    pub accounts: Vec<String>,
    /// How much a query may scan, in GB, at least 0.01 [default: the current limit, 100 if new]
    #[arg(long, value_name = "GB", value_parser = scan_limit)]
    pub scan_limit_gb: Option<i64>,
    /// Days that results are kept [default: the current ones, 30 if new]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..))]
    pub result_days: Option<i32>,
    /// KMS key to encrypt results with [default: the current encryption, SSE-S3 if new]
    #[arg(long, value_name = "ARN")]
    pub kms_key_id: Option<String>,
    /// Tag for the work group, and for the result bucket if it is new (repeatable)
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub tags: Vec<(String, String)>,
    #[command(flatten)]
    pub common: CreateArgs,
}

#[derive(Args, Debug)]
#[command(
    about = "Show what Athena queries log files with: database, tables, work group, named queries"
)]
pub struct ShowAthena {
    #[command(flatten)]
    pub common: ShowArgs,
}

#[derive(Args, Debug)]
#[command(
    about = "Delete what Athena queries log files with; keep log files, results, and what others added"
)]
pub struct DeleteAthena {
    #[command(flatten)]
    pub common: DeleteArgs,
}

/// Gigabytes with at most three decimals, as bytes.
fn scan_limit(text: &str) -> Result<i64, String> {
    let wrong =
        || "a scan limit is a number of GB from 0.01, with at most three decimals".to_owned();
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_split = text.contains('.') != decimals.is_empty();
    if whole.is_empty()
        || !is_number(whole)
        || !is_number(decimals)
        || !is_split
        || decimals.len() > 3
    {
        return Err(wrong());
    }
    let megabytes: i64 = format!("{whole}{decimals:0<3}")
        .parse()
        .map_err(|_| wrong())?;
    let bytes = megabytes.checked_mul(1_000_000).ok_or_else(wrong)?;
    match bytes >= crate::resource::work_group::LEAST_SCAN_LIMIT {
        true => Ok(bytes),
        false => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_gigabytes() {
        for (text, bytes) in [
            ("0.01", Some(10_000_000)),
            ("1", Some(1_000_000_000)),
            ("2.5", Some(2_500_000_000)),
            ("0.009", None),
            ("0.0101", None),
            ("1.", None),
            (".5", None),
            ("-1", None),
            ("1e3", None),
            ("9999999999999999", None),
        ] {
            assert_eq!(scan_limit(text).ok(), bytes, "{text}");
        }
    }
}
