//! Events of a made-up account: a week of people, pipelines and services, the same in each run.

use serde_json::{Value, json};

/// 2026-01-05T00:00:00Z, a Monday.
pub const START: u64 = 1_767_571_200;

const HOUR: u64 = 3600;
const ACCOUNT: &str = "123456789012";

/// Events of a week, oldest first.
pub fn week(count: usize) -> Vec<Value> {
    let mut chance = Chance(2026);
    let mut times: Vec<u64> = (0..count).map(|_| START + moment(&mut chance)).collect();
    times.sort_unstable();
    let numbered = times.into_iter().enumerate();
    numbered
        .map(|(number, time)| event(number, time, &mut chance))
        .collect()
}

/// A sequence of numbers without a pattern that is the same each time:
/// <https://en.wikipedia.org/wiki/Linear_congruential_generator>.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        let (factor, term) = (6_364_136_223_846_793_005, 1_442_695_040_888_963_407);
        self.0 = self.0.wrapping_mul(factor).wrapping_add(term);
        (self.0 >> 33) as usize % end
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// One of them, the first ones more often.
    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        let most = self.below(all.len()) + 1;
        all[self.below(most)]
    }
}

/// A second of the week: mostly by day, seldom on weekends.
fn moment(chance: &mut Chance) -> u64 {
    loop {
        let second = chance.below(7 * 24 * HOUR as usize) as u64;
        let (day, hour) = (second / (24 * HOUR), second / HOUR % 24);
        let is_busy = day < 5 && (8..18).contains(&hour);
        if is_busy || chance.one_in(4) {
            return second;
        }
    }
}

/// An event at a time, in seconds since 1970.
fn event(number: usize, time: u64, chance: &mut Chance) -> Value {
    let is_late = time > START + 96 * HOUR;
    let mut event = match chance.below(60) {
        0 => sign_in(chance),
        1 | 5 if is_late => intruder(chance),
        2..=4 => change(chance),
        _ => call(chance),
    };
    event["eventVersion"] = "1.11".into();
    event["eventTime"] = rfc3339(time).into();
    event["eventID"] = format!("00000000-0000-4000-8000-{number:012}").into();
    event["recipientAccountId"] = ACCOUNT.into();
    event
}

pub fn rfc3339(time: u64) -> String {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(time);
    humantime::format_rfc3339_seconds(time).to_string()
}

fn from(service: &str, action: &str, region: &str, who: Value, address: String) -> Value {
    json!({
        "eventSource": format!("{service}.amazonaws.com"),
        "eventName": action,
        "awsRegion": region,
        "userIdentity": who,
        "sourceIPAddress": address,
    })
}

fn user(name: &str) -> Value {
    json!({"type": "IAMUser", "userName": name, "accountId": ACCOUNT})
}

fn person(chance: &mut Chance) -> (Value, String) {
    let names = ["alice", "bob", "carol", "dave", "erin", "frank"];
    let name = chance.of(&names);
    let address = format!("198.51.100.{}", name.len() * 10 + chance.below(3));
    (user(name), address)
}

fn caller(chance: &mut Chance) -> (Value, String) {
    let session = |role: &str| {
        let arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}");
        json!({"type": "AssumedRole", "arn": arn, "accountId": ACCOUNT})
    };
    match chance.below(10) {
        0..4 => (session("deployment/pipeline"), "203.0.113.9".to_owned()),
        4 => (
            session("AWSServiceRoleForAutoScaling/AutoScaling"),
            "autoscaling.amazonaws.com".to_owned(),
        ),
        5 => {
            let service = json!({"type": "AWSService", "invokedBy": "config.amazonaws.com"});
            (service, "config.amazonaws.com".to_owned())
        }
        _ => person(chance),
    }
}

fn call(chance: &mut Chance) -> Value {
    let calls = [
        ("ec2", "DescribeInstances"),
        ("s3", "ListBuckets"),
        ("sts", "AssumeRole"),
        ("kms", "Decrypt"),
        ("ec2", "DescribeSecurityGroups"),
        ("iam", "ListRoles"),
        ("lambda", "ListFunctions20150331"),
        ("logs", "DescribeLogGroups"),
        ("cloudtrail", "DescribeTrails"),
        ("iam", "GetUser"),
    ];
    let (service, action) = chance.of(&calls);
    let (who, address) = caller(chance);
    let regions = ["eu-west-1", "us-east-1", "us-west-2", "ap-southeast-2"];
    let mut event = from(service, action, chance.of(&regions), who, address);
    let errors = [
        "AccessDenied",
        "ThrottlingException",
        "Client.UnauthorizedOperation",
        "NoSuchEntityException",
    ];
    if chance.one_in(12) {
        event["errorCode"] = chance.of(&errors).into();
        event["errorMessage"] = "The request failed.".into();
    }
    event
}

fn change(chance: &mut Chance) -> Value {
    let changes = [
        ("ec2", "AuthorizeSecurityGroupIngress"),
        ("iam", "AttachRolePolicy"),
        ("kms", "ScheduleKeyDeletion"),
        ("ec2", "CreateRoute"),
        ("s3", "PutBucketPolicy"),
    ];
    let (service, action) = chance.of(&changes);
    let (who, address) = person(chance);
    let mut event = from(service, action, "eu-west-1", who, address);
    if chance.one_in(5) {
        event["errorCode"] = "AccessDenied".into();
    }
    event
}

fn sign_in(chance: &mut Chance) -> Value {
    let (mut who, address) = person(chance);
    if chance.one_in(6) {
        who = json!({"type": "Root", "accountId": ACCOUNT});
    }
    let mut event = from("signin", "ConsoleLogin", "us-east-1", who, address);
    let mfa = if chance.one_in(3) { "No" } else { "Yes" };
    event["additionalEventData"] = json!({"MFAUsed": mfa});
    let failed = chance.one_in(4);
    if failed {
        event["errorMessage"] = "Failed authentication".into();
    }
    let answer = if failed { "Failure" } else { "Success" };
    event["responseElements"] = json!({"ConsoleLogin": answer});
    event
}

/// Somebody who was not there in the first half of the week.
fn intruder(chance: &mut Chance) -> Value {
    let actions = [
        ("cloudtrail", "StopLogging"),
        ("sts", "GetCallerIdentity"),
        ("iam", "CreateAccessKey"),
    ];
    let (service, action) = chance.of(&actions);
    let address = "192.0.2.66".to_owned();
    let mut event = from(service, action, "sa-east-1", user("mallory"), address);
    if chance.one_in(2) {
        event["errorCode"] = "AccessDenied".into();
    }
    event
}
