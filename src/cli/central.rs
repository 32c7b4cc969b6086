//! Arguments of `central`: what is computed for the central stack.

use clap::{Args, Subcommand};

/// What to compute for the central stack.
#[derive(Debug, Subcommand)]
pub enum Central {
    /// Compute how many shards the data stream needs, for `create central --shards` (sends no requests to AWS)
    Shards(Shards),
    /// Print the index template of `create central --opensearch`, or searches for OpenSearch Dashboards (sends no
    /// requests to AWS)
    OpensearchTemplate(OpensearchTemplate),
}

#[derive(Args, Debug)]
#[command(after_help = PUT)]
pub struct OpensearchTemplate {
    /// Prefix of the central stack's names: the account ID, unless `create central` had another
    #[arg(long, value_name = "PREFIX")]
    pub prefix: String,
    /// Print saved searches for OpenSearch Dashboards instead, as NDJSON
    #[arg(long)]
    pub saved_searches: bool,
}

const PUT: &str = "\
Put the template into the domain before events arrive: PUT https://ENDPOINT/_index_template/PREFIX-central. Import the \
searches in OpenSearch Dashboards: Management, Saved objects, Import.";

#[derive(Args, Debug)]
#[command(after_help = SHARD)]
pub struct Shards {
    /// MB that arrive per second, as CloudWatch Logs sends them: compressed
    #[arg(long, value_name = "NUMBER", value_parser = kilobytes)]
    pub mb_per_second: u64,
    /// Records that arrive per second
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(..=1_000_000_000))]
    pub records_per_second: u64,
    /// How many consumers read all records, the delivery stream to the archive among them
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=20))]
    pub consumers: u64,
}

const SHARD: &str = "\
A shard takes 1 MB and 1,000 records per second, and all its consumers together read 2 MB and 2,000 records per second. \
Data that arrive unevenly need more shards: give the numbers of the busiest seconds.";

/// The most MB per second.
const MOST: u64 = 1_000_000;

/// A decimal number of MB in kB, rounded up.
fn kilobytes(text: &str) -> Result<u64, String> {
    let wrong = || format!("a number of MB up to {MOST}, such as 2.5");
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(rest) {
        return Err(wrong());
    }
    let thousandths = format!("{rest:0<3}");
    let (kept, cut) = thousandths.split_at(3);
    let whole: u64 = whole.parse().map_err(|_| wrong())?;
    let kept: u64 = kept.parse().map_err(|_| wrong())?;
    let up = u64::from(cut.bytes().any(|digit| digit != b'0'));
    let all = whole
        .checked_mul(1_000)
        .and_then(|all| all.checked_add(kept + up));
    all.filter(|all| *all <= MOST * 1_000).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::kilobytes;

    #[test]
    fn megabytes_are_rounded_up_to_kilobytes() {
        for (text, expected) in [
            ("0", 0),
            ("2.5", 2_500),
            ("0.0001", 1),
            ("1.0010", 1_001),
            ("1000000", 1_000_000_000),
        ] {
            assert_eq!(kilobytes(text), Ok(expected), "{text}");
        }
        for wrong in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "1e3",
            "1,5",
            "1000000.001",
            "99999999999999999999",
            "NaN",
            "١",
        ] {
            assert!(kilobytes(wrong).is_err(), "{wrong}");
        }
    }
}
