//! Encryption, versioning, expiry, locks and access logs: each is an option, and changes nothing when it is not given.

use serde_json::{Value, json};

use super::{THREE, queue_url, standing, topic_arn};
use crate::script;
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
fn the_script_does_what_the_tool_does() {
    let ((_one, by_tool), (_two, by_script)) = script::twins();
    let create = all(&by_tool);
    assert_eq!(create, all(&by_script));
    Ctadmin::on(&by_tool, &format!("{create} --yes")).exits(0);
    let printed = Ctadmin::on(&by_script, &format!("{create} -n"))
        .exits(0)
        .stdout;
    script::run(&by_script, &printed);
    assert_eq!(built(&by_script), built(&by_tool));
    assert_eq!(planned(&by_script, &create)["steps"], json!([]));

    let longer = format!(
        "{THREE} --lifecycle-days 400 --queue-encryption sse --topic-kms-key-id {}",
        key(&by_tool, "us-east-1", "mrk-5678")
    );
    for account in [&by_tool, &by_script] {
        put_rules(account, &rules_of_others(), "varies_by_storage_class");
    }
    Ctadmin::on(&by_tool, &format!("{longer} --yes")).exits(0);
    let printed = Ctadmin::on(&by_script, &format!("{longer} -n"))
        .exits(0)
        .stdout;
    script::run(&by_script, &printed);
    assert_eq!(built(&by_script), built(&by_tool));
    assert_eq!(planned(&by_script, &longer)["steps"], json!([]));
}

/// All that an account holds, but for access logs, whose names tell the time.
fn built(account: &Account) -> Value {
    let mut snapshot = script::snapshot(account);
    snapshot["s3"][format!("{}-access", account.id())]["objects"].take();
    snapshot
}

fn rules_of_others() -> Value {
    json!([
        {"ID": "sizes", "Status": "Enabled", "Filter": {"And": {"Prefix": "it's/", "ObjectSizeGreaterThan": 5,
            "Tags": [{"Key": "class", "Value": "temporary"}, {"Key": "team", "Value": ""}]}},
            "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}, {"Days": 90, "StorageClass": "GLACIER"}]},
        {"ID": "date", "Status": "Disabled", "Filter": {"ObjectSizeLessThan": 9},
            "Expiration": {"Date": "2030-01-31T00:00:00Z"}},
        {"ID": "noncurrent", "Status": "Enabled", "Filter": {},
            "NoncurrentVersionTransitions": [{"NoncurrentDays": 5, "StorageClass": "GLACIER", "NewerNoncurrentVersions": 2}],
            "NoncurrentVersionExpiration": {"NoncurrentDays": 60, "NewerNoncurrentVersions": 4}},
        {"ID": "markers", "Status": "Enabled", "Filter": {"Tag": {"Key": "a", "Value": "b"}},
            "Expiration": {"ExpiredObjectDeleteMarker": true}},
    ])
}

fn put_rules(account: &Account, rules: &Value, least: &str) {
    let params = json!({"Bucket": bucket(account), "LifecycleConfiguration": {"Rules": rules},
        "TransitionDefaultMinimumObjectSize": least});
    account.seed("s3", "PutBucketLifecycleConfiguration", "us-west-2", params);
}

fn ids(account: &Account) -> Vec<String> {
    let found = of_bucket(account);
    let rules = found["lifecycle"]["rules"]
        .as_array()
        .expect("rules")
        .iter();
    rules
        .map(|rule| rule["ID"].as_str().expect("an id").to_owned())
        .collect()
}

#[test]
fn lifecycle_rules_of_others_stay_as_they_are() {
    let account = standing();
    put_rules(&account, &rules_of_others(), "varies_by_storage_class");
    let before = of_bucket(&account)["lifecycle"].clone();
    let plan = carried_out(&account, &format!("{THREE} --lifecycle-days 90"));
    assert_eq!(
        operations(&plan),
        ["PutBucketLifecycleConfiguration us-west-2"]
    );
    let after = of_bucket(&account)["lifecycle"].clone();
    assert_eq!(after["least"], "varies_by_storage_class");
    let (before, after) = (&before["rules"], &after["rules"]);
    for at in 0..4 {
        // Moments are written in one way or another.
        let plain = |rule: &Value| rule.to_string().replace("00:00.000Z", "00:00Z");
        assert_eq!(plain(&after[at]), plain(&before[at]));
    }
    carried_out(&account, &format!("{THREE} --lifecycle-days 120"));
    let own = format!("{}-cloudtrail-expire", account.id());
    assert_eq!(
        ids(&account),
        ["sizes", "date", "noncurrent", "markers", &own]
    );
}

#[test]
fn rules_of_the_older_form_are_joined_in_their_form_or_refused() {
    let account = standing();
    let older = |prefix: &str| json!([{"ID": "old", "Prefix": prefix, "Status": "Enabled", "Expiration": {"Days": 9}}]);
    put_rules(&account, &older("tmp/"), "all_storage_classes_128K");
    let create = format!("{THREE} --lifecycle-days 90");
    carried_out(&account, &create);
    assert_eq!(
        ids(&account),
        [
            "old".to_owned(),
            format!("{}-cloudtrail-expire", account.id())
        ]
    );
    put_rules(&account, &older("AWSLogs/"), "all_storage_classes_128K");
    refused(&account, &create, 1, &["the lifecycle rule old", "Filter"]);
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
fn a_topic_gets_policy_and_key_in_one_run() {
    let account = standing();
    let topic = topic_arn(&account, "eu-west-1");
    let statement = json!({"Effect": "Allow", "Principal": {"AWS": account.id()}, "Action": "SNS:Publish", "Resource": topic});
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    account.seed(
        "sns",
        "SetTopicAttributes",
        "eu-west-1",
        json!({"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": policy}),
    );
    let key = key(&account, "eu-west-1", "1234");
    let plan = carried_out(
        &account,
        &format!("{THREE} --topic-kms-key-id eu-west-1={key}"),
    );
    assert_eq!(operations(&plan), ["SetTopicAttributes eu-west-1"; 2]);
    assert!(notes(&plan).contains("no key is given"), "{}", notes(&plan));
}

#[test]
fn a_lock_that_was_interrupted_is_finished() {
    let account = support::account();
    seed_bucket(&account, "us-west-2", &bucket(&account), true);
    let plan = carried_out(&account, &format!("{THREE} --object-lock 7"));
    assert!(operations(&plan).contains(&"PutObjectLockConfiguration us-west-2".to_owned()));
    assert_eq!(of_bucket(&account)["object_lock"]["days"], 7);
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
fn what_cannot_work_is_refused_by_the_arguments() {
    let account = support::account();
    let here = key(&account, "us-west-2", "1234");
    for (options, words) in [
        (
            "--queue-encryption alias/aws/sqs".to_owned(),
            "SNS cannot use",
        ),
        (
            format!(
                "--queue-encryption arn:aws:kms:us-west-2:{}:alias/aws/sqs",
                account.id()
            ),
            "SNS cannot use",
        ),
        (
            "--topic-kms-key-id alias/aws/sns".to_owned(),
            "CloudTrail cannot use",
        ),
        (
            format!("--topic-kms-key-id {here}"),
            "there are topics in eu-west-1",
        ),
        (
            format!("--topic-kms-key-id eu-west-1={here}"),
            "is not in eu-west-1",
        ),
        (
            format!(
                "--topic-kms-key-id sa-east-1={}",
                here.replace("us-west-2", "sa-east-1")
            ),
            "names sa-east-1, where there is no topic",
        ),
        (
            "--queue-encryption sse --no-queue".to_owned(),
            "cannot be used with",
        ),
        (
            "--versioning --bucket-owner 111122223333".to_owned(),
            "cannot be used with",
        ),
        (
            "--lifecycle-days 9 --policy-only".to_owned(),
            "cannot be used with",
        ),
        (
            "--object-lock-mode compliance".to_owned(),
            "--object-lock <DAYS>",
        ),
        (
            format!("--access-log-bucket {}", bucket(&account)),
            "would log its own logs",
        ),
    ] {
        refused(&account, &format!("{THREE} {options}"), 2, &[words]);
    }
    let multi = format!("create --region us-west-2 --multi-region --topic-kms-key-id {here}");
    assert!(!operations(&planned(&account, &multi)).is_empty());
}

#[test]
fn what_aws_would_not_do_is_refused_before_anything_changes() {
    let account = standing();
    let id = account.id().to_owned();
    seed_bucket(&account, "eu-west-1", &format!("{id}-far"), false);
    seed_bucket(&account, "us-west-2", &format!("{id}-locked"), true);
    seed_bucket(&account, "us-west-2", &format!("{id}-kms"), false);
    let rules =
        json!({"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]});
    account.seed(
        "s3",
        "PutBucketEncryption",
        "us-west-2",
        json!({"Bucket": format!("{id}-kms"), "ServerSideEncryptionConfiguration": rules}),
    );
    seed_bucket(
        &account.sibling(),
        "us-west-2",
        &format!("{id}-theirs"),
        false,
    );
    for (options, words) in [
        ("--object-lock 30".to_owned(), "exists without Object Lock"),
        (
            format!("--access-log-bucket {id}-none"),
            "there is no such bucket",
        ),
        (
            format!("--access-log-bucket {id}-theirs"),
            "belongs to another account",
        ),
        (
            format!("--access-log-bucket {id}-far"),
            "it is in eu-west-1",
        ),
        (
            format!("--access-log-bucket {id}-locked"),
            "it has Object Lock",
        ),
        (
            format!("--access-log-bucket {id}-kms"),
            "its default encryption is aws:kms",
        ),
        (
            format!("--queue-encryption {}", key(&account, "eu-west-1", "1234")),
            "the key of the queue",
        ),
    ] {
        refused(&account, &format!("{THREE} {options}"), 1, &[words]);
    }
}

#[test]
fn a_retention_that_exists_is_not_changed() {
    let account = support::account();
    carried_out(&account, &format!("{THREE} --object-lock 30"));
    assert_eq!(
        planned(&account, &format!("{THREE} --object-lock 30"))["steps"],
        json!([])
    );
    refused(
        &account,
        &format!("{THREE} --object-lock 7"),
        1,
        &["30 days (GOVERNANCE)", "7 days"],
    );
    let compliance = format!("{THREE} --object-lock 30 --object-lock-mode compliance");
    refused(&account, &compliance, 1, &["30 days (COMPLIANCE)"]);
}

#[test]
fn a_lock_that_nobody_can_lift_is_asked_about_twice() {
    let account = support::account();
    let create = format!("{THREE} --object-lock 30 --object-lock-mode compliance");
    refused(
        &account,
        &create,
        2,
        &["not even the root user", "--yes twice"],
    );
    Ctadmin::on(&account, &format!("{create} -yy")).exits(0);
    assert_eq!(of_bucket(&account)["object_lock"]["mode"], "COMPLIANCE");
    // There is nothing left to ask about.
    Ctadmin::on(&account, &format!("{create} --yes")).exits(0);
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

#[test]
fn an_encrypted_queue_gets_notices_if_its_key_lets_sns() {
    let account = support::account();
    let made = account.seed("kms", "CreateKey", "us-west-2", json!({}));
    let arn = made["KeyMetadata"]["Arn"]
        .as_str()
        .expect("an ARN")
        .to_owned();
    let plan = carried_out(&account, &format!("{THREE} --queue-encryption {arn}"));
    let count = || {
        let attributes = account.seed("sqs", "GetQueueAttributes", "us-west-2",
            json!({"QueueUrl": queue_url(&account), "AttributeNames": ["ApproximateNumberOfMessages"]}));
        attributes["Attributes"]["ApproximateNumberOfMessages"].clone()
    };
    let publish = || {
        account.seed(
            "sns",
            "Publish",
            "eu-west-1",
            json!({"TopicArn": topic_arn(&account, "eu-west-1"), "Message": "{}"}),
        )
    };
    publish();
    assert_eq!(count(), "0", "the key lets nobody in yet");
    let note = plan["notes"]
        .as_array()
        .expect("notes")
        .iter()
        .filter_map(Value::as_str);
    let note = note.filter(|note| note.contains("AllowTopicsToSendToQueue"));
    let text = note
        .map(|note| note[note.find('[').expect("a list")..].to_owned())
        .next();
    let statements: Value = serde_json::from_str(&text.expect("a note")).expect("JSON");
    let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    account.seed(
        "kms",
        "PutKeyPolicy",
        "us-west-2",
        json!({"KeyId": arn, "PolicyName": "default", "Policy": policy}),
    );
    publish();
    assert_eq!(count(), "1", "the statement of the note is enough");
}
