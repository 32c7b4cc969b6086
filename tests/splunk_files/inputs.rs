//! `ctadmin splunk inputs`: what makes Splunk poll the queue.

use insta::assert_snapshot;
use serde_json::json;

use super::OFFLINE;
use crate::support::{self, Ctadmin, Fault};

#[test]
fn inputs_offline_follow_the_naming_scheme() {
    let inputs = |format: &str| {
        Ctadmin::alone(&format!("{OFFLINE} {format}"))
            .exits(0)
            .stdout
    };
    assert_snapshot!(inputs("sqs-s3"), @"
    [aws_sqs_based_s3://123456789012-cloudtrail]
    aws_account = cloudtrail-splunkapp
    using_dlq = 1
    sqs_queue_url = https://sqs.eu-west-1.amazonaws.com/123456789012/123456789012-cloudtrail
    sqs_queue_region = eu-west-1
    sqs_batch_size = 10
    s3_file_decoder = CloudTrail
    sourcetype = aws:cloudtrail
    interval = 300
    index = main
    ");
    assert_eq!(
        inputs("sqs-s3"),
        Ctadmin::alone(OFFLINE.trim_end_matches(" --format"))
            .exits(0)
            .stdout,
        "it is the default"
    );
    assert_snapshot!(inputs("cloudtrail --prefix mylab"), @"
    [aws_cloudtrail://mylab-cloudtrail]
    # blacklist counts only where exclude_describe_events is 1, and then leaves out the events that match it
    aws_account = cloudtrail-splunkapp
    aws_region = eu-west-1
    sqs_queue = mylab-cloudtrail
    exclude_describe_events = 0
    remove_files_when_done = 0
    blacklist = ^(?:Describe|List|Get)
    sourcetype = aws:cloudtrail
    interval = 30
    index = main
    ");
    assert_snapshot!(inputs("legacy --set script_iterations=relaunch --set disabled=0"), @"
    [aws-cloudtrail://123456789012-cloudtrail]
    exclude_describe_events = 0
    index = aws-cloudtrail
    interval = 30
    remove_files_when_done = 0
    key_id = <access-key-id>
    secret_key = <secret-access-key>
    sqs_queue = 123456789012-cloudtrail
    sqs_queue_region = eu-west-1
    sourcetype = aws-cloudtrail
    script_iterations = relaunch
    disabled = 0
    ");
    let given = "--name trail --index audit --aws-account prod --aws-iam-role reader";
    let set = "--set interval=60 --set disabled=0 --set index=audit2";
    assert_snapshot!(inputs(&format!("sqs-s3 {given} {set}")), @"
    [aws_sqs_based_s3://trail]
    aws_account = prod
    aws_iam_role = reader
    using_dlq = 1
    sqs_queue_url = https://sqs.eu-west-1.amazonaws.com/123456789012/123456789012-cloudtrail
    sqs_queue_region = eu-west-1
    sqs_batch_size = 10
    s3_file_decoder = CloudTrail
    sourcetype = aws:cloudtrail
    interval = 60
    index = audit2
    disabled = 0
    ");
    let china = OFFLINE.replace("eu-west-1", "cn-north-1");
    let china = Ctadmin::alone(&format!("{china} sqs-s3")).exits(0).stdout;
    assert!(china.contains("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/"));
}

#[test]
fn inputs_as_json_are_the_same_settings() {
    let json = format!("{OFFLINE} sqs-s3 -o json --name trail --aws-iam-role reader");
    let json = Ctadmin::alone(&json).exits(0).json();
    assert_eq!(json["stanza"], "aws_sqs_based_s3://trail");
    assert_eq!(json["settings"]["aws_iam_role"], "reader");
    let keys: Vec<&String> = json["settings"]
        .as_object()
        .expect("settings")
        .keys()
        .collect();
    assert_eq!(keys[..3], ["aws_account", "aws_iam_role", "using_dlq"]);
}

#[test]
fn inputs_tell_the_queue_that_stands_in_the_account() {
    let account = support::account();
    let id = account.id();
    Ctadmin::on(&account, "splunk inputs")
        .exits(1)
        .says(&format!("error: the queue {id}-cloudtrail was not found"))
        .says("hint: `ctadmin create` creates it");
    Ctadmin::on(&account, "create --yes --region us-west-2").exits(0);
    account.forget_requests();
    let text = Ctadmin::on(&account, "splunk inputs").exits(0).stdout;
    assert_eq!(account.changes(), Vec::<String>::new());
    let url = format!("{}/{id}/{id}-cloudtrail", account.endpoint());
    assert!(text.starts_with(&format!("[aws_sqs_based_s3://{id}-cloudtrail]\n")));
    assert!(text.contains(&format!(
        "\nusing_dlq = 1\nsqs_queue_url = {url}\nsqs_queue_region = us-west-2\n"
    )));
    account.seed(
        "sqs",
        "SetQueueAttributes",
        "us-west-2",
        json!({"QueueUrl": url, "Attributes": {"RedrivePolicy": ""}}),
    );
    let text = Ctadmin::on(&account, "splunk inputs").exits(0).stdout;
    assert!(
        text.contains("\nusing_dlq = 0\n"),
        "no dead letters:\n{text}"
    );
    Ctadmin::on(&account, "splunk inputs --region eu-west-1")
        .exits(1)
        .says("is in us-west-2, not in eu-west-1");
    account.faults([Fault::deny().operation("GetQueueAttributes").forever()]);
    Ctadmin::on(&account, "splunk inputs")
        .exits(1)
        .says("the caller needs sqs:GetQueueAttributes");
}

#[test]
fn the_readers_key_tells_inputs_enough_where_the_region_is_known() {
    let account = support::account();
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key.ini");
    let key = key.to_str().expect("a path in text");
    Ctadmin::on(&account, "create --yes --region us-west-2").exits(0);
    let made = Ctadmin::on(&account, "create splunk --yes --access-key").arg(key);
    made.exits(0);
    let whole = Ctadmin::on(&account, "splunk inputs").exits(0).stdout;
    let reader = |arguments: &str, region: &str| {
        Ctadmin::on(
            &account,
            &format!("splunk inputs --profile default {arguments}"),
        )
        .env("AWS_SHARED_CREDENTIALS_FILE", key)
        .env("AWS_REGION", region)
    };
    let seen = [
        reader("--region us-west-2", "eu-west-1"),
        reader("", "us-west-2"),
    ];
    for seen in seen {
        assert_eq!(seen.exits(0).stdout, whole);
    }
    let lost = reader("", "eu-west-1").exits(1);
    lost.says("in eu-west-1, the configured region, and the caller may not list other regions")
        .says("hint: name the region of the queue with --region");
}

#[test]
fn what_is_wrong_by_the_arguments_alone_exits_2() {
    for (arguments, why) in [
        ("--set interval", "the format is KEY=VALUE"),
        ("--set =60", "bad key \"\""),
        ("--set a=1 --set a=2", "the setting a is given twice"),
        (
            "--set a=b\\",
            "bad value of a: it must not end in a backslash",
        ),
        ("--name a]", "bad stanza header \"aws_sqs_based_s3://a]\""),
        ("--name a --stanza b", "cannot be used with"),
        (
            "--aws-iam-role a --format cloudtrail",
            "--aws-iam-role has no place in the format cloudtrail",
        ),
        (
            "--aws-account a --format legacy",
            "--aws-account has no place in the format legacy",
        ),
        ("--stanza a", "--stanza has no place in the format sqs-s3"),
        ("--credentials-profile a", "--credentials"),
        ("--queue a.fifo", "invalid queue name \"a.fifo\""),
        ("--offline", "--account-id"),
        ("--offline --account-id 123456789012", "no home region"),
    ] {
        Ctadmin::alone(&format!("splunk inputs {arguments}"))
            .exits(2)
            .says(why);
    }
    Ctadmin::alone("splunk").exits(2).says("Usage:");
    Ctadmin::alone("splunk aws-conf --regions mars")
        .exits(2)
        .says("unknown region mars");
    Ctadmin::alone("splunk aws-conf --billing-bucket Bills")
        .exits(2)
        .says("invalid bucket name \"Bills\"");
}
