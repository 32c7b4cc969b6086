//! Generated CloudTrail logs, the same for the same seed: the shapes and sizes of real records, and names as unevenly
//! spread as real ones.

use std::io::{self, Write};

use fastrand::Rng;
use serde_json::{Value, json};

/// Seconds since 1970 at which the first event happens: 2026-01-05T00:00:00Z.
const START: u64 = 1_767_571_200;
/// Over how many seconds the events are spread: a week.
const SPAN: u64 = 7 * 86_400;

const REGIONS: [&str; 17] = [
    "us-east-1",
    "eu-west-1",
    "us-west-2",
    "eu-central-1",
    "us-east-2",
    "ap-southeast-1",
    "ap-northeast-1",
    "eu-west-2",
    "us-west-1",
    "ap-south-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-north-1",
    "eu-west-3",
    "sa-east-1",
    "ap-northeast-2",
    "ap-northeast-3",
];

/// A service, the calls that are made of it, and whether they only read.
const SERVICES: [(&str, &[(&str, bool)]); 12] = [
    (
        "sts",
        &[
            ("AssumeRole", true),
            ("GetCallerIdentity", true),
            ("AssumeRoleWithWebIdentity", true),
        ],
    ),
    (
        "ec2",
        &[
            ("DescribeInstances", true),
            ("DescribeVolumes", true),
            ("RunInstances", false),
            ("CreateTags", false),
            ("AuthorizeSecurityGroupIngress", false),
        ],
    ),
    (
        "kms",
        &[
            ("Decrypt", true),
            ("GenerateDataKey", true),
            ("DisableKey", false),
        ],
    ),
    (
        "s3",
        &[
            ("GetBucketAcl", true),
            ("ListBuckets", true),
            ("PutBucketPolicy", false),
            ("GetBucketLocation", true),
        ],
    ),
    (
        "logs",
        &[
            ("CreateLogStream", false),
            ("DescribeLogGroups", true),
            ("PutRetentionPolicy", false),
        ],
    ),
    (
        "iam",
        &[
            ("GetRole", true),
            ("ListRoles", true),
            ("CreateUser", false),
            ("AttachRolePolicy", false),
            ("CreateAccessKey", false),
        ],
    ),
    (
        "lambda",
        &[
            ("GetFunction20150331v2", true),
            ("UpdateFunctionCode20150331v2", false),
            ("Invoke", false),
        ],
    ),
    (
        "dynamodb",
        &[("DescribeTable", true), ("UpdateTable", false)],
    ),
    (
        "ssm",
        &[("UpdateInstanceInformation", false), ("GetParameter", true)],
    ),
    (
        "ecr",
        &[("BatchGetImage", true), ("GetAuthorizationToken", true)],
    ),
    (
        "cloudtrail",
        &[
            ("LookupEvents", true),
            ("StopLogging", false),
            ("DescribeTrails", true),
        ],
    ),
    ("signin", &[("ConsoleLogin", false)]),
];

const ERRORS: [(&str, &str); 4] = [
    (
        "AccessDenied",
        "User is not authorized to perform this action because no identity-based policy allows it",
    ),
    (
        "Client.UnauthorizedOperation",
        "You are not authorized to perform this operation.",
    ),
    ("NoSuchBucketPolicy", "The bucket policy does not exist"),
    ("ThrottlingException", "Rate exceeded"),
];

/// Writes one log of so many records, as CloudTrail writes it: no spaces, one line.
pub fn log(out: &mut impl Write, rng: &mut Rng, records: usize) -> io::Result<()> {
    out.write_all(b"{\"Records\":[")?;
    for number in 0..records {
        if number > 0 {
            out.write_all(b",")?;
        }
        let at = START + SPAN * number as u64 / records as u64;
        serde_json::to_writer(&mut *out, &record(rng, at))?;
    }
    out.write_all(b"]}")
}

/// One of `items`, the first ones most often.
fn often<'a, T>(rng: &mut Rng, items: &'a [T]) -> &'a T {
    let skewed = rng.f64().powi(3) * items.len() as f64;
    &items[(skewed as usize).min(items.len() - 1)]
}

/// A number below `end`, small ones most often.
fn seldom(rng: &mut Rng, end: u64) -> u64 {
    (rng.f64().powi(4) * end as f64) as u64
}

fn record(rng: &mut Rng, at: u64) -> Value {
    let &(service, calls) = often(rng, &SERVICES);
    let &(name, reads) = often(rng, calls);
    let region = *often(rng, &REGIONS);
    let number = seldom(rng, 400);
    let account = "123456789012";
    let role = format!("role-{:02}", number % 40);
    let session = format!("session-{number:03}");
    let address = format!("203.0.{}.{}", number % 7, seldom(rng, 250));
    let time = time(at);
    let mut record = json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": format!("AROAEXAMPLE{number:010}:{session}"),
            "arn": format!("arn:aws:sts::{account}:assumed-role/{role}/{session}"),
            "accountId": account,
            "accessKeyId": format!("ASIAEXAMPLE{:09}", rng.u32(..1_000_000)),
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": format!("AROAEXAMPLE{number:010}"),
                    "arn": format!("arn:aws:iam::{account}:role/{role}"),
                    "accountId": account,
                    "userName": role,
                },
                "attributes": {"creationDate": time, "mfaAuthenticated": "false"},
            },
        },
        "eventTime": time,
        "eventSource": format!("{service}.amazonaws.com"),
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": address,
        "userAgent": "aws-sdk-go-v2/1.30.3 ua/2.1 os/linux lang/go#1.22.5 md/GOARCH#amd64 md/GOOS#linux",
        "requestParameters": {
            "name": format!("resource-{}", rng.u32(..5_000)),
            "filterSet": {"items": [{"name": "tag:Owner", "valueSet": {"items": [{"value": format!("team \"{}\"", number % 9)}]}}]},
            "maxResults": 100 + rng.u32(..400),
            "policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}",
        },
        "responseElements": null,
        "requestID": id(rng),
        "eventID": id(rng),
        "readOnly": reads,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": account,
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": format!("{service}.{region}.amazonaws.com"),
        },
    });
    if rng.u32(..100) < 3 {
        let &(code, message) = often(rng, &ERRORS);
        record["errorCode"] = code.into();
        record["errorMessage"] = message.into();
    }
    record
}

fn id(rng: &mut Rng) -> String {
    let (a, b) = (rng.u64(..), rng.u64(..));
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xffff,
        b >> 48,
        b & 0xffff_ffff_ffff
    )
}

fn time(at: u64) -> String {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(at);
    humantime::format_rfc3339_seconds(time).to_string()
}
