//! Encryption, versioning, expiry, locks and access logs: each is an option, and changes nothing when it is not given.

mod encryption;
mod lifecycle;
mod lock;
mod refusals;
mod script;

use serde_json::{Value, json};

use super::{THREE, queue_url, standing, topic_arn};
use crate::support::scenario::{carried_out, operations, planned, shown};
use crate::support::{self, Account, Ctadmin, Fault};

/// The actions that a policy made before there were these options does not allow.
const NEW_ACTIONS: [&str; 9] = [
    "cloudtrail:GetEventSelectors",
    "s3:GetBucketVersioning",
    "s3:PutBucketVersioning",
    "s3:GetLifecycleConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:GetBucketObjectLockConfiguration",
    "s3:PutBucketObjectLockConfiguration",
    "s3:GetBucketLogging",
    "s3:PutBucketLogging",
];

fn bucket(account: &Account) -> String {
    format!("{}-cloudtrail", account.id())
}

fn key(account: &Account, region: &str, id: &str) -> String {
    format!("arn:aws:kms:{region}:{}:key/{id}", account.id())
}

fn seed_bucket(account: &Account, region: &str, name: &str, lock: bool) {
    let mut params = json!({"Bucket": name});
    if region != "us-east-1" {
        params["CreateBucketConfiguration"] = json!({"LocationConstraint": region});
    }
    if lock {
        params["ObjectLockEnabledForBucket"] = json!(true);
    }
    account.seed("s3", "CreateBucket", region, params);
}

/// A bucket that takes the access logs of the account's bucket.
fn access_log_bucket(account: &Account) -> String {
    let name = format!("{}-access", account.id());
    seed_bucket(account, "us-west-2", &name, false);
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Sid": "Logs", "Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject", "Resource": format!("arn:aws:s3:::{name}/{}/*", bucket(account)),
    }]});
    account.seed(
        "s3",
        "PutBucketPolicy",
        "us-west-2",
        json!({"Bucket": name, "Policy": policy.to_string()}),
    );
    name
}

/// All options at once; what they need must be there.
fn all(account: &Account) -> String {
    let multi = key(account, "us-east-1", "mrk-1234");
    let own = key(account, "eu-west-1", "5678");
    format!(
        "{THREE} --queue-encryption {} --topic-kms-key-id {multi} --topic-kms-key-id eu-west-1={own} --versioning \
         --lifecycle-days 365 --object-lock 30 --access-log-bucket {}",
        key(account, "us-west-2", "9abc"),
        access_log_bucket(account),
    )
}

fn of_bucket(account: &Account) -> Value {
    account.snapshot()["s3"][bucket(account)].clone()
}

fn queue(account: &Account, name: &str) -> Value {
    let id = account.id();
    account.snapshot()["sqs"][format!("arn:aws:sqs:us-west-2:{id}:{id}-{name}")]["attributes"]
        .clone()
}

fn notes(plan: &Value) -> String {
    plan["notes"].to_string()
}

#[test]
fn a_fresh_stack_with_all_options_is_made_at_once() {
    let account = support::account();
    let plan = carried_out(&account, &all(&account));
    let made = operations(&plan);
    assert!(
        !made.contains(&"PutBucketVersioning us-west-2".to_owned()),
        "Object Lock enables versioning: {made:?}"
    );
    for principal in [
        "logging.s3.amazonaws.com",
        "sns.amazonaws.com",
        "cloudtrail.amazonaws.com",
        "s3:BypassGovernanceRetention",
        "not before their lock ends",
    ] {
        assert!(
            notes(&plan).contains(principal),
            "{principal}: {}",
            notes(&plan)
        );
    }
    let id = account.id();
    let found = of_bucket(&account);
    assert_eq!(found["versioning"], "Enabled");
    let retention = json!({"mode": "GOVERNANCE", "days": 30, "years": null});
    assert_eq!(found["object_lock"], retention);
    let target = json!({"TargetBucket": format!("{id}-access"), "TargetPrefix": format!("{id}-cloudtrail/")});
    assert_eq!(found["logging"], target);
    let rule = &found["lifecycle"]["rules"][0];
    assert_eq!(rule["ID"], format!("{id}-cloudtrail-expire"));
    assert_eq!(rule["Filter"]["Prefix"], format!("AWSLogs/{id}/CloudTrail"));
    assert_eq!(rule["Expiration"]["Days"], "365");
    assert_eq!(rule["NoncurrentVersionExpiration"]["NoncurrentDays"], "365");
    for name in ["cloudtrail", "cloudtrail-dlq"] {
        let attributes = queue(&account, name);
        assert_eq!(
            attributes["KmsMasterKeyId"],
            key(&account, "us-west-2", "9abc")
        );
    }
    let topics = &account.snapshot()["sns"];
    for (region, expected) in [
        ("us-west-2", key(&account, "us-west-2", "mrk-1234")),
        ("us-east-1", key(&account, "us-east-1", "mrk-1234")),
        ("eu-west-1", key(&account, "eu-west-1", "5678")),
    ] {
        let topic = &topics[topic_arn(&account, region)];
        assert!(topic.to_string().contains(&expected), "{region}: {topic}");
    }
    let again = planned(&account, THREE);
    assert_eq!(
        again["steps"],
        json!([]),
        "an option not given changes nothing"
    );
}

#[test]
fn each_option_changes_an_existing_stack_alone() {
    let account = standing();
    let target = access_log_bucket(&account);
    let key = key(&account, "us-west-2", "1234");
    for (options, expected) in [
        (
            "--versioning".to_owned(),
            vec!["PutBucketVersioning us-west-2"],
        ),
        (
            "--lifecycle-days 30".to_owned(),
            vec!["PutBucketLifecycleConfiguration us-west-2"],
        ),
        (
            format!("--access-log-bucket {target}"),
            vec!["PutBucketLogging us-west-2"],
        ),
        (
            format!("--queue-encryption {key}"),
            vec!["SetQueueAttributes us-west-2"; 2],
        ),
        (
            "--queue-encryption sse".to_owned(),
            vec!["SetQueueAttributes us-west-2"; 2],
        ),
        (
            format!("--topic-kms-key-id us-west-2={key}"),
            vec!["SetTopicAttributes us-west-2"],
        ),
    ] {
        let plan = carried_out(&account, &format!("{THREE} {options}"));
        assert_eq!(operations(&plan), expected, "{options}");
        let replaced = notes(&plan).contains(&format!("stay encrypted with {key}: keep it"));
        assert_eq!(replaced, options.ends_with("sse"), "{}", notes(&plan));
    }
    let attributes = queue(&account, "cloudtrail");
    assert_eq!(
        attributes["SqsManagedSseEnabled"]
            .as_str()
            .map(str::to_lowercase)
            .as_deref(),
        Some("true")
    );
    assert_eq!(planned(&account, THREE)["steps"], json!([]));
}

#[test]
fn a_policy_of_before_still_does_without_the_options() {
    let account = support::account();
    account.settings(json!({"denied_operations": NEW_ACTIONS}));
    Ctadmin::on(&account, &format!("{THREE} --yes")).exits(0);
    let plan = planned(&account, THREE);
    assert_eq!(plan["steps"], json!([]));
    assert_eq!(plan["unread"], json!([]));
    let notes = plan["notes"].as_array().expect("notes").iter();
    let lacking = notes.filter(|note| note.to_string().contains("cloudtrail:GetEventSelectors"));
    assert_eq!(lacking.count(), 1, "{plan:#}");
    let shown = shown(&account, "show");
    assert_eq!(shown["bucket"]["settings"]["versioning"], Value::Null);
    for region in shown["regions"].as_array().expect("regions") {
        assert_eq!(region["error"], Value::Null);
        assert_eq!(region["trail"]["excluded_sources"], Value::Null);
    }
    let text = Ctadmin::on(&account, "show").exits(0).stdout;
    assert!(text.contains("selectors unknown in"), "{text}");
    refused(
        &account,
        &format!("{THREE} --include-all-sources"),
        1,
        &["cloudtrail:GetEventSelectors"],
    );
    refused(
        &account,
        &format!("{THREE} --versioning"),
        1,
        &["s3:GetBucketVersioning"],
    );
}

#[test]
fn selectors_are_not_unknown_for_any_other_reason_than_a_denial() {
    let account = support::account();
    Ctadmin::on(&account, &format!("{THREE} --yes")).exits(0);
    let failing = Fault::internal_error().operation("GetEventSelectors");
    account.faults([failing.region("eu-west-1").forever()]);
    let shown = Ctadmin::on(&account, "show -o json").exits(1).json();
    let regions = shown["regions"].as_array().expect("regions").iter();
    let unread = regions.filter(|region| region["error"].is_string());
    let unread: Vec<&Value> = unread.map(|region| &region["region"]).collect();
    assert_eq!(unread, ["eu-west-1"]);
}

#[track_caller]
fn refused(account: &Account, arguments: &str, code: i32, words: &[&str]) {
    account.forget_requests();
    let ran = Ctadmin::on(account, &format!("{arguments} --yes")).exits(code);
    for words in words {
        ran.says(words);
    }
    assert_eq!(
        account.changes(),
        Vec::<String>::new(),
        "nothing was changed"
    );
}

#[test]
fn show_tells_the_settings() {
    let account = support::account();
    Ctadmin::on(&account, &format!("{} --yes", all(&account))).exits(0);
    let shown = shown(&account, "show");
    let settings = &shown["bucket"]["settings"];
    assert_eq!(settings["versioning"], "Enabled");
    assert_eq!(settings["expiration_days"], 365);
    assert_eq!(
        settings["default_retention"],
        json!({"Mode": "GOVERNANCE", "Days": 30})
    );
    assert_eq!(
        settings["access_logs_to"]["TargetBucket"],
        format!("{}-access", account.id())
    );
    assert_eq!(shown["bucket"]["drift"], json!([]));
    let key = key(&account, "us-west-2", "9abc");
    assert_eq!(shown["queue"]["encryption"], key);
    assert_eq!(shown["queue"]["drift"], json!([]));
    let text = Ctadmin::on(&account, "show").exits(0).stdout;
    for words in [
        "versioned, logs expire after 365 d, locked for 30 days (GOVERNANCE), access logs to",
        "sse     queue key 9abc, dlq key 9abc, topics key 5678 in eu-west-1, topics key mrk-1234 in",
    ] {
        assert!(text.contains(words), "{words:?} is not in\n{text}");
    }
}
