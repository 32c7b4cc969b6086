//! `ctadmin show`.

use serde_json::{Value, json};

use crate::support::{self, Account, Ctadmin};

fn picture(account: &Account) -> Value {
    account.forget_requests();
    let picture = Ctadmin::on(account, "show -o json").exits(0).json();
    assert_eq!(
        account.changes(),
        Vec::<String>::new(),
        "looking changes nothing"
    );
    picture
}

fn region<'a>(picture: &'a Value, name: &str) -> &'a Value {
    let regions = picture["regions"].as_array().expect("regions");
    regions
        .iter()
        .find(|region| region["region"] == name)
        .expect("the region is shown")
}

#[test]
fn an_intact_scheme_has_no_drift() {
    let account = support::account_of_all_regions();
    let id = account.id();
    Ctadmin::on(&account, "create --yes --region us-west-2").exits(0);
    let picture = picture(&account);
    assert_eq!(picture["account"], id);
    assert_eq!(picture["home_region"], "us-west-2");
    assert_eq!(picture["regions"].as_array().map(Vec::len), Some(17));
    for region in picture["regions"].as_array().expect("regions") {
        assert_eq!(region["drift"], json!([]), "{region}");
        assert_eq!(region["topic"]["policy_ok"], true, "{region}");
        assert!(region["subscription"].is_string(), "{region}");
        assert_eq!(region["covered_by"], Value::Null, "{region}");
        assert_eq!(region["trail"]["logging"], true, "{region}");
    }
    assert_eq!(picture["bucket"]["state"], "found");
    assert_eq!(picture["bucket"]["drift"], json!([]));
    assert_eq!(
        picture["queue"]["arn"],
        format!("arn:aws:sqs:us-west-2:{id}:{id}-cloudtrail")
    );
    assert_eq!(picture["queue"]["drift"], json!([]));
}

#[test]
fn drift_is_said_in_words() {
    let account = support::account_of_all_regions();
    let id = account.id();
    Ctadmin::on(&account, "create --yes --region us-west-2").exits(0);
    account.seed(
        "cloudtrail",
        "StopLogging",
        "eu-west-1",
        json!({"Name": format!("{id}-cloudtrail-eu-west-1")}),
    );
    account.seed(
        "cloudtrail",
        "DeleteTrail",
        "eu-west-2",
        json!({"Name": format!("{id}-cloudtrail-eu-west-2")}),
    );
    account.seed(
        "sns",
        "DeleteTopic",
        "eu-west-3",
        json!({"TopicArn": format!("arn:aws:sns:eu-west-3:{id}:{id}-cloudtrail-eu-west-3")}),
    );
    account.seed(
        "s3",
        "DeleteBucketPolicy",
        "us-west-2",
        json!({"Bucket": format!("{id}-cloudtrail")}),
    );
    let picture = picture(&account);
    assert_eq!(
        region(&picture, "eu-west-1")["drift"],
        json!(["logging is stopped"])
    );
    assert_eq!(
        region(&picture, "eu-west-2")["drift"],
        json!(["trail is missing"])
    );
    assert_eq!(region(&picture, "eu-west-2")["trail"], Value::Null);
    assert_eq!(
        region(&picture, "eu-west-3")["drift"],
        json!(["topic is missing"])
    );
    let bucket = picture["bucket"]["drift"].to_string();
    assert!(
        bucket.contains("bucket policy lacks AWSCloudTrailAclCheck20150319"),
        "{bucket}"
    );
}

#[test]
fn a_multi_region_trail_covers_the_other_regions() {
    let account = support::account();
    let id = account.id();
    Ctadmin::on(&account, "create --yes --multi-region --region us-west-2").exits(0);
    let picture = picture(&account);
    let covered = region(&picture, "eu-west-1");
    assert_eq!(covered["trail"], Value::Null);
    assert_eq!(
        covered["covered_by"],
        format!("arn:aws:cloudtrail:us-west-2:{id}:trail/{id}-cloudtrail-us-west-2")
    );
    assert_eq!(covered["drift"], json!([]));
    let home = region(&picture, "us-west-2");
    assert_eq!(
        (&home["trail"]["multi_region"], &home["covered_by"]),
        (&json!(true), &Value::Null)
    );
}

#[test]
fn a_person_sees_which_key_encrypts_log_files() {
    let account = support::account();
    let id = account.id();
    let ids = ["1", "2"].map(|digit| format!("{0}-2222-3333-4444-555555555555", digit.repeat(8)));
    let arns = ids
        .clone()
        .map(|key| format!("arn:aws:kms:us-west-2:{id}:key/{key}"));
    let kms = || {
        let shown = Ctadmin::on(&account, "show").exits(0).stdout;
        let lines = shown.lines().filter(|line| line.starts_with("kms"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(kms(), Vec::<String>::new(), "there is no trail");
    let create = "create --yes --region us-west-2 --regions us-west-2,eu-west-1 --kms-key-id";
    Ctadmin::on(&account, &format!("{create} {}", arns[0])).exits(0);
    assert_eq!(kms(), [format!("kms     key {}", ids[0])]);
    let other = json!({"Name": format!("{id}-cloudtrail-eu-west-1"), "KmsKeyId": arns[1]});
    account.seed("cloudtrail", "UpdateTrail", "eu-west-1", other);
    Ctadmin::on(&account, "create --yes --regions us-east-1").exits(0);
    assert_eq!(
        kms(),
        [
            "kms     no key in us-east-1: the bucket's own encryption applies".to_owned(),
            format!("kms     key {} in us-west-2", ids[0]),
            format!("kms     key {} in eu-west-1", ids[1]),
        ]
    );
}

#[test]
fn a_person_sees_a_table_that_fits_80_columns() {
    let account = support::account();
    let id = account.id();
    account.settings(json!({"delivery": {"eu-west-1": {"LatestDeliveryTime": 0, "LatestDeliveryError": "AccessDenied"}}}));
    Ctadmin::on(
        &account,
        "create --yes --region us-west-2 --regions us-west-2,us-east-1,eu-west-1",
    )
    .exits(0);
    account.seed(
        "cloudtrail",
        "StopLogging",
        "us-east-1",
        json!({"Name": format!("{id}-cloudtrail-us-east-1")}),
    );
    let queue = format!("{}/{id}/{id}-cloudtrail", account.endpoint());
    account.seed("sqs", "PurgeQueue", "us-west-2", json!({"QueueUrl": queue}));
    let shown = Ctadmin::on(&account, "show --regions us-west-2,us-east-1,eu-west-1")
        .exits(0)
        .stdout;
    assert!(
        shown.lines().all(|line| line.chars().count() <= 80),
        "{shown}"
    );
    insta::assert_snapshot!(shown.replace(id, "123456789012"), @r"
    account 123456789012, scheme 123456789012-cloudtrail, home us-west-2

    REGION     TRAIL  LOGS  GLOBAL  MULTI  BUCKET  TOPIC  QUEUE  DELIVERED
    eu-west-1  yes    yes   no      no     ok      ok     yes    failed
    us-east-1  yes    no    yes     no     ok      ok     yes    never
    us-west-2  yes    yes   yes     no     ok      ok     yes    never

    bucket  123456789012-cloudtrail in us-west-2: found
            not versioned, logs never expire, no Object Lock, no access logs
    kms     no key: the bucket's own encryption applies
    queue   123456789012-cloudtrail in us-west-2: 0 messages, 0 in flight
    dlq     123456789012-cloudtrail-dlq in us-west-2: 0 messages, 0 in flight
    sse     queue SSE-SQS, dlq SSE-SQS, topics none

    drift   us-east-1: logging is stopped
    `ctadmin create --regions us-west-2,us-east-1,eu-west-1` fixes it
    error   eu-west-1: delivery: AccessDenied
    ");
}

#[test]
fn the_exit_code_tells_drift_where_it_is_asked_for() {
    let account = support::account();
    let one = "--region us-west-2 --regions us-west-2";
    let exit = |stack: &str, code: i32| {
        let show = format!("show {stack} {one} --detailed-exitcode");
        Ctadmin::on(&account, &show).exits(code).stdout
    };
    for stack in ["", "splunk", "alerts"] {
        exit(stack, 3);
    }
    let create = |what: &str| Ctadmin::on(&account, &format!("create {what} -y {one}")).exits(0);
    let made = create("--multi-region");
    let id = account.id();
    for line in [
        &format!("bucket  {id}-cloudtrail in us-west-2"),
        &format!(
            "trails  {id}-cloudtrail-us-west-2 logs all regions; the first log files arrive in 5 to 15 minutes"
        ),
    ] {
        assert!(
            made.stderr.lines().any(|said| said == line),
            "{}",
            made.stderr
        );
    }
    assert!(
        made.stderr.contains("`ctadmin show --regions us-west-2`"),
        "{}",
        made.stderr
    );
    assert!(!create("").stderr.contains("next"), "nothing is new");
    create("splunk");
    let made = create("alerts --email a@example.com");
    let alarms = "alarms  16 alarms, each with a metric filter";
    assert!(made.stderr.contains(alarms), "{}", made.stderr);
    for stack in ["", "splunk", "alerts"] {
        let shown = exit(stack, 0);
        assert!(shown.lines().any(|line| line == "no drift"), "{shown}");
    }
    let quiet = format!("create splunk -q -y {one} --role reader --trust {id}");
    assert_eq!(Ctadmin::on(&account, &quiet).exits(0).stderr, "");
    let shown = Ctadmin::on(&account, &format!("show splunk --role reader {one}")).exits(0);
    let role = format!("\nrole    arn:aws:iam::{id}:role/reader\n");
    assert!(shown.stdout.contains(&role), "{}", shown.stdout);

    let trail = json!({"Name": format!("{id}-cloudtrail-us-west-2")});
    account.seed("cloudtrail", "StopLogging", "us-west-2", trail);
    let user =
        json!({"UserName": "cloudtrail-splunkapp", "PolicyName": format!("{id}-cloudtrail")});
    account.seed("iam", "DeleteUserPolicy", "us-east-1", user);
    let alarm = json!({"AlarmNames": [format!("{id}-cloudtrail-root-usage")]});
    account.seed("cloudwatch", "DeleteAlarms", "us-west-2", alarm);
    for stack in ["", "splunk", "alerts"] {
        let shown = exit(stack, 3);
        assert!(!shown.contains("no drift"), "{shown}");
        Ctadmin::on(&account, &format!("show {stack} {one}")).exits(0);
    }
    account.settings(json!({"denied_regions": ["us-west-2"]}));
    exit("", 1);
}

#[test]
fn an_account_without_the_scheme_is_shown_as_such() {
    let account = support::account();
    let shown = Ctadmin::on(&account, "show").exits(0).stdout;
    assert!(
        shown.contains("no resource of this scheme exists"),
        "{shown}"
    );
    let picture = picture(&account);
    assert_eq!(picture["queue"], Value::Null);
    assert_eq!(picture["bucket"]["state"], "missing");
    assert_eq!(
        region(&picture, "us-east-1")["drift"],
        json!(["trail is missing", "topic is missing"])
    );
}

#[test]
fn a_region_that_cannot_be_read_is_said_so() {
    let account = support::account_of_all_regions();
    account.settings(json!({"denied_regions": ["eu-west-1"]}));
    let ran = Ctadmin::on(&account, "show -o json").exits(1);
    let picture = ran.json();
    let error = region(&picture, "eu-west-1")["error"].to_string();
    assert!(error.contains("eu-west-1"), "{error}");
    assert_eq!(region(&picture, "eu-west-2")["error"], Value::Null);
}

#[test]
fn what_may_be_in_an_unread_region_is_not_said_to_be_missing() {
    let account = support::account();
    let one = "--regions us-west-2";
    Ctadmin::on(&account, &format!("create -y -r us-west-2 {one}")).exits(0);
    account.settings(json!({"denied_operations": ["cloudtrail:GetTrailStatus"]}));
    let shown = Ctadmin::on(&account, &format!("show {one}"))
        .exits(1)
        .stdout;
    assert!(!shown.contains("no resource of this scheme"), "{shown}");
    for label in ["queue", "dlq"] {
        let mut lines = shown.lines();
        let line = lines.find(|line| line.starts_with(label));
        let words = line.and_then(|line| line.split_whitespace().nth(1));
        assert_eq!(words, Some("unknown"), "{shown}");
    }
    let picture = Ctadmin::on(&account, "show -o json").exits(1).json();
    assert_eq!(picture["queue_unknown"], true);

    account.settings(json!({"denied_operations": [], "denied_regions": ["eu-west-1"]}));
    let picture = Ctadmin::on(&account, "show -o json").exits(1).json();
    assert_eq!(picture["queue_unknown"], false);
    assert!(picture["queue"].is_object(), "{picture:#}");
}

#[test]
fn it_is_told_how_long_messages_wait() {
    let account = support::account();
    Ctadmin::on(&account, "create -y -r us-west-2 --regions us-west-2").exits(0);
    let name = format!("{}-cloudtrail", account.id());
    for queue in [name.clone(), format!("{name}-dlq")] {
        let url = format!("{}/{}/{queue}", account.endpoint(), account.id());
        let message = json!({"QueueUrl": url, "MessageBody": "waits"});
        account.seed("sqs", "SendMessage", "us-west-2", message);
    }
    account.settings(json!({"queue_age": {format!("us-west-2/{name}-dlq"): 7200}}));
    let shown = Ctadmin::on(&account, "show").exits(0).stdout;
    let line = |start: &str| shown.lines().find(|line| line.starts_with(start));
    let dlq = line("dlq").expect("a line");
    assert!(
        dlq.ends_with("1 message, 0 in flight, the oldest 2 h ago"),
        "{dlq}"
    );
    let queue = line("queue").expect("a line");
    assert!(
        queue.ends_with("in flight, the oldest of unknown age"),
        "{queue}"
    );
    let picture = Ctadmin::on(&account, "show -o json").exits(0).json();
    assert_eq!(picture["dead_letters"]["oldest_message_seconds"], 7200);
    assert_eq!(picture["queue"]["oldest_message_seconds"], json!(null));
    account.settings(json!({"denied_operations": ["cloudwatch:GetMetricStatistics"]}));
    Ctadmin::on(&account, "show").exits(0);
}
