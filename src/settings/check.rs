//! Which names AWS accepts, checked before any request.

use crate::call::Source;
use crate::error::{Error, Result};
use crate::hec::Endpoint;
use crate::region::is_region_name;

/// The longest region name to expect, e.g. `ap-southeast-1`, with room to spare.
const LONGEST_REGION: usize = 20;

/// A region is written like `eu-west-1`.
pub(super) fn region(name: &str) -> Result<()> {
    if is_region_name(name) {
        return Ok(());
    }
    Err(Error::usage(format!("unknown region {name}")).hint("the format is like eu-west-1"))
}

/// What names begin with: it must suit trails (3–128 of `[A-Za-z0-9._-]`, no two of `._-` adjacent, an
/// alphanumeric first) and topics (`[A-Za-z0-9_-]`).
pub(super) fn prefix(prefix: &str) -> Result<()> {
    let wrong = |why: &str| Err(invalid("prefix", prefix, why));
    let joins = |b: &u8| !b.is_ascii_alphanumeric();
    if !prefix.bytes().filter(joins).all(|b| b"-_".contains(&b)) {
        return wrong("names of trails and topics can contain letters, digits, - and _");
    }
    if !starts_and_ends(prefix, |b| b.is_ascii_alphanumeric()) {
        return wrong("it must begin and end with a letter or a digit");
    }
    let mut pairs = prefix.as_bytes().windows(2);
    if pairs.any(|pair| pair.iter().all(joins)) {
        return wrong("CloudTrail does not allow two adjacent - or _");
    }
    let longest = 128 - "-cloudtrail-".len() - LONGEST_REGION;
    if prefix.len() > longest {
        return wrong(&format!("it can have at most {longest} characters"));
    }
    Ok(())
}

/// How no bucket's name can begin or end. Names that end with -an are for buckets in an account's own namespace, and
/// such a bucket may exist.
const RESERVED_STARTS: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_ENDS: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
pub(super) fn bucket(name: &str) -> Result<()> {
    let wrong = |why: &str| Err(invalid("bucket name", name, why));
    if !(3..=63).contains(&name.len()) {
        return wrong("it must have 3 to 63 characters");
    }
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    if !name.bytes().all(|b| plain(b) || b".-".contains(&b)) {
        return wrong("it can contain lowercase letters, digits, dots and hyphens");
    }
    if !starts_and_ends(name, plain) {
        return wrong("it must begin and end with a letter or a digit");
    }
    if name.contains("..") || name.contains(".-") || name.contains("-.") {
        return wrong("a dot must be between letters or digits");
    }
    if name.parse::<std::net::Ipv4Addr>().is_ok() {
        return wrong("it must not be formatted as an IP address");
    }
    let reserved = RESERVED_STARTS
        .iter()
        .find(|start| name.starts_with(*start))
        .or_else(|| RESERVED_ENDS.iter().find(|end| name.ends_with(*end)));
    match reserved {
        Some(reserved) => wrong(&format!("{reserved} is reserved")),
        None => Ok(()),
    }
}

/// A name of 1 to `longest` ASCII letters, digits and these other characters.
fn name(what: &str, name: &str, longest: usize, others: &str) -> Result<()> {
    let why = if !(1..=longest).contains(&name.len()) {
        format!("it must have 1 to {longest} characters")
    } else if !name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || others.contains(c))
    {
        format!("it can contain letters, digits and {others}")
    } else {
        return Ok(());
    };
    Err(invalid(what, name, &why))
}

fn invalid(what: &str, name: &str, why: &str) -> Error {
    Error::usage(format!("invalid {what} {name:?}: {why}"))
}

/// 1–80 of `[A-Za-z0-9_-]`, with room for the `-dlq` of its dead-letter queue. A standard topic cannot deliver to a FIFO
/// queue.
pub(super) fn queue(queue: &str) -> Result<()> {
    const WHAT: &str = "queue name";
    if queue.ends_with(".fifo") {
        let why = "a standard topic cannot deliver to a FIFO queue";
        return Err(invalid(WHAT, queue, why));
    }
    name(WHAT, queue, 80 - "-dlq".len(), "-_")
}

/// 1–64 of `[a-zA-Z0-9_.-]`:
/// <https://docs.aws.amazon.com/firehose/latest/APIReference/API_DescribeDeliveryStream.html>
pub(super) fn stream(stream: &str) -> Result<()> {
    name("delivery stream name", stream, 64, "_.-")
}

/// 1–64 of `[A-Za-z0-9+=,.@_-]`:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub(super) fn iam_name(iam_name: &str) -> Result<()> {
    name("user or role name", iam_name, 64, "+=,.@_-")
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
pub(super) fn retention(days: i32) -> Result<()> {
    const POSSIBLE: [i32; 22] = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
        2922, 3288, 3653,
    ];
    if POSSIBLE.contains(&days) {
        return Ok(());
    }
    let possible = POSSIBLE.map(|days| days.to_string()).join(", ");
    Err(Error::usage(format!("invalid retention of {days} days"))
        .hint(format!("CloudWatch Logs supports {possible}")))
}

/// 1–512 of `[A-Za-z0-9_/.#-]`, not beginning with `aws/`.
pub(super) fn log_group(group: &str) -> Result<()> {
    const WHAT: &str = "log group name";
    if group.starts_with("aws/") {
        return Err(invalid(
            WHAT,
            group,
            "names that begin with aws/ are reserved",
        ));
    }
    name(WHAT, group, 512, "_/.#-")
}

/// The ARN of a standard topic: a FIFO topic cannot send email.
pub(super) fn topic(option: &str, arn: &str) -> Result<()> {
    let parts: Vec<&str> = arn.split(':').collect();
    let is_topic = matches!(parts.as_slice(), ["arn", partition, "sns", region, account, name]
        if partition.starts_with("aws")
            && is_region_name(region)
            && account.len() == 12
            && !name.is_empty()
            && !name.ends_with(".fifo"));
    if is_topic {
        return Ok(());
    }
    Err(Error::usage(format!(
        "{option} is not the ARN of a standard topic: {arn}"
    ))
    .hint("the format is arn:aws:sns:REGION:ACCOUNT:NAME"))
}

/// Addresses, each once.
pub(super) fn emails(addresses: &[String]) -> Result<()> {
    for (at, address) in addresses.iter().enumerate() {
        email(address)?;
        if addresses[..at].contains(address) {
            return Err(Error::usage(format!("--email {address} is given twice")));
        }
    }
    Ok(())
}

/// Something before and after an @; SNS checks the rest.
fn email(address: &str) -> Result<()> {
    let odd = |c: char| c.is_whitespace() || c.is_control();
    let whole = match address.split_once('@') {
        Some((name, host)) => !name.is_empty() && !host.is_empty() && !host.contains('@'),
        None => false,
    };
    if whole && !address.contains(odd) && address.len() <= 320 {
        return Ok(());
    }
    Err(Error::usage(format!(
        "--email is not an email address: {address}"
    )))
}

/// What GuardDuty takes as the email address of a member:
/// <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_AccountDetail.html>.
pub(super) fn member_email(address: &str) -> Result<()> {
    let forbidden = |c: char| !c.is_ascii_graphic() || "\"'()<>[]:,\\|%&@".contains(c);
    let is_edge = |c: char| c == '.' || c == '-';
    let in_domain = |c: char| c.is_ascii_alphanumeric() || is_edge(c);
    let whole = address.split_once('@').is_some_and(|(name, domain)| {
        let name_is = !name.is_empty() && !name.starts_with('.') && !name.contains(forbidden);
        let domain_is = domain.contains('.') && domain.chars().all(in_domain);
        name_is && domain_is && !domain.starts_with(is_edge) && !domain.ends_with(is_edge)
    });
    if whole && (6..=64).contains(&address.len()) {
        return Ok(());
    }
    let message = format!("--member-email is not an address that GuardDuty takes: {address}");
    Err(Error::usage(message)
        .hint("6 to 64 ASCII characters, NAME@DOMAIN with a dot in the domain"))
}

/// At most 200 characters; CloudTrail appends the slash.
pub(super) fn key_prefix(prefix: &str) -> Result<()> {
    const WHAT: &str = "key prefix";
    if prefix.starts_with('/') || prefix.ends_with('/') {
        return Err(invalid(
            WHAT,
            prefix,
            "it must not begin or end with a slash",
        ));
    }
    name(WHAT, prefix, 200, "!-_.'()/")
}

/// A key ARN: CloudTrail never returns an alias, so one would look like drift in every run.
pub(super) fn kms_key(option: &str, arn: &str) -> Result<()> {
    let parts: Vec<&str> = arn.split(':').collect();
    let is_key = matches!(parts.as_slice(), ["arn", partition, "kms", region, account, key]
        if partition.starts_with("aws")
            && !region.is_empty()
            && account.len() == 12
            && key.strip_prefix("key/").is_some_and(|id| !id.is_empty()));
    if is_key {
        return Ok(());
    }
    Err(Error::usage(format!("{option} is not the ARN of a KMS key: {arn}"))
        .hint("the format is arn:aws:kms:REGION:ACCOUNT:key/ID; `aws kms describe-key` prints the ARN of an alias's key"))
}

/// `https://<host>:<port>`, as Firehose takes it: without a path, which it appends.
pub(super) fn collector(endpoint: &str) -> Result<()> {
    if Endpoint::parse(endpoint).is_some() {
        return Ok(());
    }
    Err(Error::usage(format!(
        "--hec-endpoint is not the address of an HTTP Event Collector: {endpoint}"
    ))
    .hint("the format is https://HOST:PORT, without a path; HTTPS is mandatory")
    .hint("the port is 8088 unless it was changed; 443 of a load balancer, and in Splunk Cloud"))
}

/// The ARN of a secret, which ends in six random characters.
pub(super) fn secret(arn: &str) -> Result<()> {
    let parts: Vec<&str> = arn.split(':').collect();
    let is_secret = matches!(parts.as_slice(), ["arn", partition, "secretsmanager", region, account, "secret", name]
        if partition.starts_with("aws")
            && is_region_name(region)
            && account.len() == 12
            && !name.is_empty());
    if is_secret {
        return Ok(());
    }
    Err(
        Error::usage(format!("--hec-secret is not the ARN of a secret: {arn}"))
            .hint("the format is arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-RANDOM"),
    )
}

/// The ARN of a domain of OpenSearch Service.
pub(super) fn domain(arn: &str) -> Result<()> {
    let parts: Vec<&str> = arn.split(':').collect();
    let is_domain = matches!(parts.as_slice(), ["arn", partition, "es", region, account, name]
        if partition.starts_with("aws")
            && is_region_name(region)
            && account.len() == 12
            && name.strip_prefix("domain/").is_some_and(|name| !name.is_empty() && !name.contains('/')));
    if is_domain {
        return Ok(());
    }
    let error = Error::usage(format!(
        "--opensearch-domain is not the ARN of a domain: {arn}"
    ));
    Err(error.hint("the format is arn:aws:es:REGION:ACCOUNT:domain/NAME"))
}

/// A token without white space; Splunk creates GUIDs, but takes others.
pub(super) fn token(source: &Source, token: &str) -> Result<()> {
    let is_plain = |c: char| c.is_ascii_graphic();
    if token.chars().all(is_plain) && token.len() <= 2_048 {
        return Ok(());
    }
    Err(Error::usage(format!(
        "{source} does not hold a token: it has white space, or characters that are not ASCII"
    )))
}

fn starts_and_ends(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    let ends = [text.bytes().next(), text.bytes().next_back()];
    ends.iter().all(|end| end.is_some_and(&allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_suit_trails_and_topics() {
        for good in ["a", "123456789012", "my-lab_2"] {
            assert!(prefix(good).is_ok(), "{good}");
        }
        let long = "a".repeat(97);
        for bad in ["", "-a", "a-", "a--b", "a-_b", "a.b", "a b", "ä", &long] {
            assert!(prefix(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn bucket_names_follow_the_rules_of_s3() {
        for good in ["abc", "a.b.c", "123456789012-cloudtrail"] {
            assert!(bucket(good).is_ok(), "{good}");
        }
        let long = "a".repeat(64);
        for bad in [
            "ab",
            "Abc",
            "a_b",
            "-abc",
            "abc-",
            "a..b",
            "a.-b",
            "10.0.0.1",
            "xn--abc",
            &long,
            "sthree-a",
            "a-s3alias",
            "a.mrap",
            "a--x-s3",
            "a--table-s3",
        ] {
            assert!(bucket(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn queues_are_standard_queues() {
        assert!(queue("123456789012-cloudtrail").is_ok());
        for bad in ["", "a.fifo", "a b", "a.b"] {
            assert!(queue(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_are_named_by_arn() {
        assert!(kms_key("--key", "arn:aws:kms:eu-west-1:123456789012:key/1234abcd").is_ok());
        for bad in [
            "alias/a",
            "1234abcd",
            "arn:aws:kms:eu-west-1:123456789012:alias/a",
            "arn:aws:kms:eu-west-1:1:key/a",
        ] {
            assert!(kms_key("--key", bad).is_err(), "{bad}");
        }
    }
}
