//! `ctadmin iam-policy COMMAND` is enough for the command: callers who may do nothing else.

use serde_json::{Map, Value, json};

use crate::support::{self, Account, Ctadmin, Seed, base64, zipped};

/// A user who may do what the policy for a verb says, and a run as this user.
pub fn bound(account: &Account, policy: &str, user: &str, arguments: &str) -> Ctadmin {
    let policy = format!("iam-policy {policy} --account-id {}", account.id());
    let document = Ctadmin::alone(&policy).exits(0).stdout;
    let seed = |operation, params| Seed {
        service: "iam",
        operation,
        region: "us-east-1",
        params,
    };
    let arn = format!("arn:aws:iam::{}:policy/{user}", account.id());
    account.seeds([
        seed("CreateUser", json!({"UserName": user})),
        seed(
            "CreatePolicy",
            json!({"PolicyName": user, "PolicyDocument": document}),
        ),
        seed(
            "AttachUserPolicy",
            json!({"UserName": user, "PolicyArn": arn}),
        ),
    ]);
    let params = json!({"UserName": user});
    let key = account.seed("iam", "CreateAccessKey", "us-east-1", params);
    let part = |name: &str| key["AccessKey"][name].as_str().expect("a key").to_owned();
    Ctadmin::on(account, arguments)
        .env("AWS_ACCESS_KEY_ID", &part("AccessKeyId"))
        .env("AWS_SECRET_ACCESS_KEY", &part("SecretAccessKey"))
}

fn account() -> Account {
    let account = support::account();
    let regions = ["us-west-2", "us-east-1", "eu-west-1"];
    let regions = regions.map(|region| (region.to_owned(), "ENABLED_BY_DEFAULT".into()));
    account.settings(json!({ "regions": Map::from_iter(regions) }));
    account
}

#[test]
fn trails_are_made_shown_and_deleted() {
    let account = account();
    let create = "create --yes -r us-west-2 --tag team=security";
    bound(&account, "create", "maker", create).exits(0);
    bound(
        &account,
        "create",
        "pruner",
        "create --yes --multi-region --prune",
    )
    .exits(0);
    bound(&account, "show", "viewer", "show").exits(0);
    bound(&account, "delete", "deleter", "delete --yes").exits(0);
    assert_eq!(account.snapshot()["sqs"], json!({}));
}

#[test]
fn alerts_are_made_shown_and_deleted() {
    let account = account();
    let create = "create alerts --multi-region -r us-west-2 --only root-usage --tag team=security";
    let create = format!("{create} --email somebody@example.com --yes");
    bound(&account, "create alerts", "maker", &create).exits(0);
    bound(&account, "create alerts", "again", "create alerts --yes").exits(0);
    bound(&account, "show alerts", "viewer", "show alerts").exits(0);
    let delete = "delete alerts --with-logs --yes";
    bound(&account, "delete alerts", "deleter", delete).exits(0);
    let left = account.snapshot();
    assert_eq!(left["logs"], json!({}));
    assert_eq!(left["iam"]["roles"], json!({}));
}

#[test]
fn pushes_are_created_shown_and_deleted() {
    let account = account();
    let create = |secret: &str| {
        let secret = format!("arn:aws:secretsmanager:{secret}:111122223333:secret:hec-AbCdEf");
        format!(
            "--hec-endpoint https://hec.example.com:443 --hec-secret {secret} --tag team=security"
        )
    };
    let run = |command: &str, user: &str, options: &str| {
        let arguments = format!("{command} {options}");
        bound(&account, command, user, &arguments).exits(0);
    };
    let options = create("us-west-2");
    run(
        "create push",
        "maker",
        &format!("{options} --multi-region -r us-west-2 --yes"),
    );
    let group = json!({"logGroupName": "/vpc/flow"});
    account.seed("logs", "CreateLogGroup", "us-east-1", group);
    let flow = "create push --name flow --source-log-group /vpc/flow";
    let options = create("us-east-1");
    run(
        flow,
        "flow-maker",
        &format!("{options} --source-region us-east-1 --yes"),
    );
    run("show push", "viewer", "");
    run("show push --name flow", "flow-viewer", "");
    run("delete push --name flow", "flow-deleter", "--yes");
    run("delete push", "deleter", "--yes");
    let left = account.snapshot();
    assert_eq!(left["firehose"], json!({}));
    assert_eq!(left["iam"]["roles"], json!({}));
}

#[test]
fn the_way_is_checked_and_events_are_consumed() {
    let account = account();
    Ctadmin::on(&account, "create --yes -r us-west-2").exits(0);
    let id = account.id();
    let records = r#"{"Records":[{"eventTime":"2031-05-06T07:08:09Z","eventName":"StopLogging"}]}"#;
    let key = format!("AWSLogs/{id}/CloudTrail/eu-west-1/2031/05/06/log.json.gz");
    let bucket = format!("{id}-cloudtrail");
    let log = json!({"Bucket": bucket, "Key": key, "Body": {"base64": base64(&zipped(records))}});
    account.seed("s3", "PutObject", "us-west-2", log);
    let notice = json!({"s3Bucket": bucket, "s3ObjectKey": [key]}).to_string();
    let topic = format!("arn:aws:sns:eu-west-1:{id}:{id}-cloudtrail-eu-west-1");
    let message = json!({"TopicArn": topic, "Message": notice});
    account.seed("sns", "Publish", "eu-west-1", message);

    let doctor = bound(&account, "doctor", "doctor", "doctor -o json")
        .run()
        .json();
    let checks = doctor["checks"].as_array().expect("checks").iter();
    let denied = checks.filter(|check| {
        let detail = check["detail"].as_str().expect("a detail");
        detail.contains("may not") || detail.contains("denied")
    });
    assert_eq!(denied.collect::<Vec<&Value>>(), Vec::<&Value>::new());

    let from = format!("events --from s3://{bucket}/AWSLogs/");
    let letter = json!({"QueueUrl": format!("{}/{id}/{id}-cloudtrail-dlq", account.endpoint()), "MessageBody": "x"});
    account.seed("sqs", "SendMessage", "us-west-2", letter);
    let redrive = bound(&account, "events", "redriver", "events --dlq --redrive -y").exits(1);
    redrive.says("CouldNotDetermineMessageSource");
    let counted = format!("activity --from s3://{bucket}/AWSLogs/ --since 2015-01-01");
    for arguments in [
        "events",
        &from,
        "activity",
        &counted,
        "events --dlq",
        "events --consume",
    ] {
        let reader = arguments.replace(|letter: char| !letter.is_ascii_alphanumeric(), "");
        let ran = bound(&account, "events", &reader, arguments).exits(0);
        let told = ran.stdout.contains("StopLogging");
        assert_eq!(
            told,
            !arguments.contains("--dlq"),
            "{arguments}: {}",
            ran.stdout
        );
    }
}

#[test]
fn what_a_key_encrypts_is_read_with_the_key_only() {
    let account = account();
    Ctadmin::on(&account, "create --yes -r us-west-2").exits(0);
    let id = account.id();
    let bucket = format!("{id}-cloudtrail");
    let key = format!("arn:aws:kms:us-west-2:{id}:key/11111111-2222-3333-4444-555555555555");
    let records = r#"{"Records":[{"eventTime":"2031-05-06T07:08:09Z","eventName":"StopLogging"}]}"#;
    let name = format!("AWSLogs/{id}/CloudTrail/eu-west-1/2031/05/06/log.json.gz");
    let log = json!({"Bucket": bucket, "Key": name, "Body": {"base64": base64(&zipped(records))},
        "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key});
    account.seed("s3", "PutObject", "us-west-2", log);
    let notice = json!({"s3Bucket": bucket, "s3ObjectKey": [name]}).to_string();
    let topic = format!("arn:aws:sns:eu-west-1:{id}:{id}-cloudtrail-eu-west-1");
    account.seed(
        "sns",
        "Publish",
        "eu-west-1",
        json!({"TopicArn": topic, "Message": notice}),
    );
    let queue = format!("{}/{id}/{bucket}", account.endpoint());
    let encrypted = json!({"QueueUrl": queue, "Attributes": {"KmsMasterKeyId": key}});
    account.seed("sqs", "SetQueueAttributes", "us-west-2", encrypted);

    bound(&account, "events", "keyless", "events").exits(1);
    let with_key = format!("events --kms-key-id {key}");
    let ran = bound(&account, &with_key, "keyed", "events").exits(0);
    assert!(ran.stdout.contains("StopLogging"), "{}", ran.stdout);
    let letter = json!({"QueueUrl": format!("{queue}-dlq"), "MessageBody": "x"});
    account.seed("sqs", "SendMessage", "us-west-2", letter);
    let redrive = "events --dlq --redrive -y";
    let denied = bound(&account, "events", "keyless-mover", redrive).exits(1);
    denied.says("not authorized to perform: kms:Decrypt");
    let moved = bound(&account, &with_key, "mover", redrive).exits(1);
    moved.says("CouldNotDetermineMessageSource");
    for (options, user, outcome) in [("", "look", "fail"), (" --kms-key-id ", "see", "pass")] {
        let key = if options.is_empty() { "" } else { &key };
        let policy = format!("doctor{options}{key}");
        let doctor = bound(&account, &policy, user, "doctor -o json")
            .run()
            .json();
        let mut checks = doctor["checks"].as_array().expect("checks").iter();
        let logs = checks.find(|check| check["check"] == "reader and logs");
        assert_eq!(logs.expect("a check")["outcome"], outcome, "{doctor:#}");
    }
    for verb in ["create", "show splunk", "delete"] {
        let policy = format!("iam-policy {verb} --account-id {id} --kms-key-id {key}");
        Ctadmin::alone(&policy)
            .exits(2)
            .says("cannot be used with create, show and delete");
    }
    let alias = format!("iam-policy events --account-id {id} --kms-key-id alias/logs");
    Ctadmin::alone(&alias).exits(2);
}

#[test]
fn the_size_of_a_policy_is_said() {
    let ran = Ctadmin::alone("iam-policy create alerts --account-id 123456789012").exits(0);
    let size = ran.stdout.chars().filter(|c| !c.is_whitespace()).count();
    ran.says(&format!(
        "{size} characters without white space: fits a managed policy"
    ));
}

#[test]
fn what_is_about_no_stack_takes_none() {
    for verb in ["events push", "events alerts", "doctor alerts"] {
        let policy = format!("iam-policy {verb} --account-id 123456789012");
        Ctadmin::alone(&policy)
            .exits(2)
            .says("only create, show, delete and doctor take a stack, doctor only push");
    }
}
