//! The addresses that Firehose connects to Splunk from, for the firewalls in front of a collector.
//!
//! <https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-splunk-vpc>, as copies of it had it on
//! 2026-11-22.
//! AWS lists no address of IPv6, and none in regions that are not here.

const RANGES: [(&str, &str); 38] = [
    ("af-south-1", "13.244.165.128/26"),
    ("ap-east-1", "18.162.221.64/26"),
    ("ap-east-2", "43.212.53.192/26"),
    ("ap-northeast-1", "13.230.21.0/27, 13.230.21.32/27"),
    ("ap-northeast-2", "13.209.71.0/26"),
    ("ap-northeast-3", "13.208.217.0/26"),
    ("ap-south-1", "13.232.67.64/26"),
    ("ap-south-2", "18.60.192.192/26"),
    ("ap-southeast-1", "13.229.187.128/26"),
    ("ap-southeast-2", "13.211.12.0/26"),
    ("ap-southeast-3", "108.136.221.128/26"),
    ("ap-southeast-4", "16.50.161.192/26"),
    ("ap-southeast-5", "43.216.44.192/26"),
    ("ap-southeast-6", "3.102.119.128/26"),
    ("ap-southeast-7", "43.208.112.128/26"),
    ("ca-central-1", "35.183.92.64/26"),
    ("ca-west-1", "40.176.98.128/26"),
    ("cn-north-1", "52.81.151.64/26"),
    ("cn-northwest-1", "161.189.23.128/26"),
    (
        "eu-central-1",
        "18.194.95.192/27, 18.194.95.224/27, 18.195.48.0/27",
    ),
    ("eu-central-2", "16.62.183.64/26"),
    ("eu-north-1", "13.53.191.0/26"),
    ("eu-south-1", "15.161.135.192/26"),
    ("eu-south-2", "18.100.194.0/26"),
    (
        "eu-west-1",
        "34.241.197.32/27, 34.241.197.64/27, 34.241.197.96/27",
    ),
    ("eu-west-2", "18.130.91.0/26"),
    ("eu-west-3", "35.180.112.0/26"),
    ("il-central-1", "51.16.102.64/26"),
    ("me-central-1", "3.28.159.64/26"),
    ("me-south-1", "15.185.91.64/26"),
    ("mx-central-1", "78.12.207.64/26"),
    ("sa-east-1", "18.228.1.192/26"),
    (
        "us-east-1",
        "34.238.188.128/26, 34.238.188.192/26, 34.238.195.0/26",
    ),
    (
        "us-east-2",
        "18.216.68.160/27, 18.216.170.64/27, 18.216.170.96/27",
    ),
    ("us-gov-east-1", "18.253.138.192/26"),
    ("us-gov-west-1", "52.61.204.192/26"),
    ("us-west-1", "13.57.180.0/26"),
    (
        "us-west-2",
        "34.216.24.32/27, 34.216.24.192/27, 34.216.24.224/27",
    ),
];

/// The ranges of a region, separated by commas; nothing for a region that AWS does not list.
pub fn of_region(region: &str) -> Option<&'static str> {
    let mut ranges = RANGES.iter();
    ranges.find_map(|(name, ranges)| (*name == region).then_some(*ranges))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn each_range_is_a_network_of_ipv4_and_belongs_to_one_region() {
        let mut all: Vec<&str> = Vec::new();
        for (region, ranges) in RANGES {
            assert!(crate::region::is_known(region), "{region}");
            for range in ranges.split(", ") {
                let (address, bits) = range.split_once('/').expect("a length");
                let address = u32::from(address.parse::<Ipv4Addr>().expect("an address"));
                let bits: u32 = bits.parse().expect("a number");
                assert!((26..=27).contains(&bits) && address << bits == 0, "{range}");
                all.push(range);
            }
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
