//! What is known of regions and partitions without asking AWS.
//!
//! Regions enabled by default: <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html>.

/// The regions that every account of the standard partition has enabled, and cannot disable.
pub const ENABLED_BY_DEFAULT: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Regions of the standard partition that an account must opt in to.
const OPT_IN: [&str; 17] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
];

/// Regions of the other partitions.
const ELSEWHERE: [&str; 5] = [
    "cn-north-1",
    "cn-northwest-1",
    "eusc-de-east-1",
    "us-gov-east-1",
    "us-gov-west-1",
];

/// Whether an account has to opt in to a region, which decides the principal that SNS delivers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptIn {
    /// Enabled in every account.
    No,
    /// Enabled by the account's own choice.
    Yes,
    /// Nobody said.
    Unknown,
}

/// A region of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// E.g. `eu-west-1`.
    pub name: String,
    /// Whether it had to be opted in to.
    pub opt_in: OptIn,
}

impl Region {
    /// A region by its name alone, with what this file knows of it.
    pub fn named(name: &str) -> Self {
        let opt_in = if ENABLED_BY_DEFAULT.contains(&name) || ELSEWHERE.contains(&name) {
            OptIn::No
        } else if OPT_IN.contains(&name) {
            OptIn::Yes
        } else {
            OptIn::Unknown
        };
        Self {
            name: name.to_owned(),
            opt_in,
        }
    }
}

/// Whether a region of this name was known when this tool was made.
pub fn is_known(name: &str) -> bool {
    [&ENABLED_BY_DEFAULT[..], &OPT_IN, &ELSEWHERE]
        .iter()
        .any(|regions| regions.contains(&name))
}

/// The regions that every account of a partition has, as far as they are known.
pub fn by_default(partition: &str) -> impl Iterator<Item = &'static str> {
    let known = ENABLED_BY_DEFAULT.into_iter().chain(ELSEWHERE);
    known.filter(move |region| partition_of(region) == partition)
}

/// Whether a partition is known to have an endpoint of AWS Account Management, which lists an account's regions: the
/// standard one and China have, GovCloud and the European sovereign cloud do not (`endpoints.json` of botocore 1.43.11).
pub fn lists_regions(partition: &str) -> bool {
    matches!(partition, "aws" | "aws-cn")
}

/// Whether a name is written as regions are, like `eu-west-1`.
pub fn is_region_name(name: &str) -> bool {
    let is = |part: &str, allowed: fn(&u8) -> bool| {
        !part.is_empty() && part.as_bytes().iter().all(allowed)
    };
    let parts: Vec<&str> = name.split('-').collect();
    let Some((number, words)) = parts.split_last() else {
        return false;
    };
    words.len() >= 2
        && words.iter().all(|word| is(word, u8::is_ascii_lowercase))
        && is(number, u8::is_ascii_digit)
}

/// The partition that a region belongs to, by its name.
pub fn partition_of(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("eusc") => "aws-eusc",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// What the names of AWS endpoints end in.
pub fn dns_suffix(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "amazonaws.com.cn",
        "aws-eusc" => "amazonaws.eu",
        _ => "amazonaws.com",
    }
}

/// The region where a partition keeps its global services (IAM, STS, …).
///
/// It is asked for what is the same everywhere, and it is the only region where a trail of one region gets the
/// events of those services, since 22 November 2021:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events>
pub fn global_region(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        "aws-eusc" => "eusc-de-east-1",
        _ => "us-east-1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_follow_from_names() {
        let partitions =
            ["us-east-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"].map(partition_of);
        assert_eq!(partitions, ["aws", "aws-us-gov", "aws-cn", "aws-eusc"]);
    }

    #[test]
    fn a_region_nobody_knows_has_no_status() {
        assert_eq!(Region::named("us-moon-1").opt_in, OptIn::Unknown);
        assert_eq!(Region::named("ap-east-1").opt_in, OptIn::Yes);
        assert_eq!(Region::named("eu-west-1").opt_in, OptIn::No);
    }

    #[test]
    fn regions_are_recognised_by_their_shape() {
        for good in "eu-west-1 us-gov-west-1 eusc-de-east-1 ap-southeast-10".split(' ') {
            assert!(is_region_name(good), "{good}");
        }
        for bad in ",all,eu-west,eu-west-1a,EU-WEST-1,eu--1,-1,us-east-1;ls".split(',') {
            assert!(!is_region_name(bad), "{bad}");
        }
    }
}
