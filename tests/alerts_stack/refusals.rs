//! What is refused, with words that help, before anything is changed.

use serde_json::{Value, json};

use super::{BOTH, ROOT, SIGN_IN, TWO, account, alarm, seed, standing, state, trailed};
use crate::support::scenario::{carried_out, put_alarm};
use crate::support::{Account, Ctadmin, Fault};

#[track_caller]
fn refused(account: &Account, arguments: &str, code: i32, words: &[&str]) {
    let before = state(account);
    account.forget_requests();
    let ran = Ctadmin::on(account, arguments).exits(code);
    for words in words {
        ran.says(words);
    }
    let sent = if code == 2 {
        account.requests().len()
    } else {
        account.changes().len()
    };
    assert_eq!(sent, 0, "nothing was sent");
    assert_eq!(state(account), before);
}

#[test]
fn alerts_without_a_multi_region_trail() {
    let words = [
        "the scheme has no multi-region trail, and the alerts stack receives only the events that it delivers",
        "`ctadmin create --multi-region` creates one; `ctadmin create alerts --multi-region` creates both",
    ];
    refused(
        &account(),
        "create alerts --yes --region us-west-2",
        1,
        &words,
    );
    refused(
        &account(),
        "create alerts --dry-run --region us-west-2",
        1,
        &words,
    );
    let regional = account();
    Ctadmin::on(&regional, "create --yes --region us-west-2").exits(0);
    refused(&regional, "create alerts --yes", 1, &words);
}

#[test]
fn a_region_where_the_trail_does_not_stand() {
    let words = [
        "hint: leave out --region, or give --region us-west-2",
        " in us-west-2, not in eu-west-1",
    ];
    for arguments in ["create alerts --yes", "show alerts", "delete alerts --yes"] {
        let elsewhere = format!("{arguments} --region eu-west-1");
        refused(&standing(), &elsewhere, 1, &words);
    }
}

#[test]
fn a_home_that_what_was_found_contradicts() {
    let account = standing();
    let trail = json!({"Name": "ACCOUNT-cloudtrail-us-west-2"});
    seed(&account, "cloudtrail", "DeleteTrail", trail);
    // The role would tell.
    let policy = json!({"RoleName": "ACCOUNT-cloudtrail-logs", "PolicyName": "ACCOUNT-cloudtrail"});
    seed(&account, "iam", "DeleteRolePolicy", policy);
    let queue = json!({"QueueName": format!("{}-cloudtrail", account.id())});
    account.seed("sqs", "CreateQueue", "eu-west-1", queue);
    let words = ["is in several regions: ", "choose one with --region"];
    for arguments in ["show alerts", "delete alerts --yes"] {
        refused(&account, arguments, 1, &words);
    }
    Ctadmin::on(&account, "delete alerts --yes --region us-west-2").exits(0);
    assert_eq!(alarm(&account, ROOT), Value::Null);
}

#[test]
fn a_trail_that_may_stand_where_nobody_may_look() {
    let account = account();
    account.settings(json!({"denied_regions": ["us-west-2"]}));
    let words = [
        "no multi-region trail",
        "or it is in us-west-2, which cannot be read",
    ];
    refused(
        &account,
        "create alerts --yes --region eu-west-1",
        1,
        &words,
    );
}

#[test]
fn a_topic_of_another_region() {
    let account = trailed();
    let topic = format!("arn:aws:sns:eu-west-1:{}:pager", account.id());
    let words = [
        "the topic is in eu-west-1",
        "in us-west-2",
        "name a topic in us-west-2",
    ];
    refused(
        &account,
        &format!("create alerts --yes --topic-arn {topic}"),
        1,
        &words,
    );
    refused(
        &account,
        &format!("{BOTH} --yes --topic-arn {topic}"),
        1,
        &words,
    );
}

#[test]
fn options_that_can_be_no_good() {
    let account = trailed();
    let topic = "arn:aws:sns:us-west-2:123456789012:pager";
    let fifo = format!("--topic-arn {topic}.fifo");
    let both = format!("--topic-arn {topic} --email a@example.com");
    let cases = [
        (
            "--email a@example.com --email a@example.com",
            "is given twice",
        ),
        ("--email nobody", "--email is not an email address: nobody"),
        ("--email @example.com", "--email is not an email address"),
        ("--email a@", "--email is not an email address"),
        ("--email a@b@c", "--email is not an email address"),
        ("--retention-days 8", "invalid retention of 8 days"),
        ("--retention-days 0", "invalid retention of 0 days"),
        ("--topic-arn pager", "is not the ARN of a standard topic"),
        (&fifo, "is not the ARN of a standard topic"),
        (&both, "cannot be used with"),
        ("--kms-key-id alias/mine", "is not the ARN of a KMS key"),
        ("--log-group a:b", "invalid log group name"),
        (
            "--log-group aws/trail",
            "names that begin with aws/ are reserved",
        ),
        ("--only unknown", "unknown"),
        ("--except unknown", "unknown"),
        ("--threshold unknown=1", "unknown"),
        ("--threshold root-usage=0", "threshold"),
        ("--period root-usage=45", "period"),
        ("--set unknown", "unknown"),
        (
            "--offline --account-id 123456789012 --region us-west-2",
            "an empty account has no trail whose events could be delivered",
        ),
    ];
    for (options, words) in cases {
        refused(
            &account,
            &format!("create alerts --dry-run {options}"),
            2,
            &[words],
        );
    }
}

#[test]
fn an_address_with_a_space() {
    let account = trailed();
    let ran = Ctadmin::on(&account, "create alerts --yes --email").arg("a b@example.com");
    ran.exits(2)
        .says("--email is not an email address: a b@example.com");
    assert_eq!(account.requests().len(), 0);
}

#[test]
fn what_cannot_be_read_is_not_guessed() {
    let account = standing();
    for read in [
        "DescribeMetricFilters",
        "DescribeLogGroups",
        "DescribeAlarms",
        "GetDashboard",
        "GetRole",
        "GetEventSelectors",
        "GetTopicAttributes",
    ] {
        for verb in ["create alerts", "delete alerts"] {
            // The trail stack below reads topics as well, and tells what it cannot read.
            account.faults([Fault::deny().operation(read).forever()]);
            let ran = Ctadmin::on(&account, &format!("{verb} --yes")).exits(1);
            assert!(ran.stderr.contains(read), "{verb}, {read}: {}", ran.stderr);
            assert_eq!(account.changes(), Vec::<String>::new(), "{verb}, {read}");
        }
    }
}

#[test]
fn a_key_that_the_service_may_not_use() {
    let account = trailed();
    let made = seed(&account, "kms", "CreateKey", json!({}));
    let arn = made["KeyMetadata"]["Arn"].as_str().expect("an ARN");
    let create = format!("create alerts --yes --only root-usage --kms-key-id {arn}");
    let ran = Ctadmin::on(&account, &create).exits(1);
    ran.says("logs CreateLogGroup")
        .says("is not allowed to be used with");
    assert_eq!(state(&account)["logs"], json!({}));
}

#[test]
fn a_log_group_that_alarms_cannot_look_into() {
    let account = trailed();
    seed(
        &account,
        "logs",
        "CreateLogGroup",
        json!({"logGroupName": "cheap"}),
    );
    account.settings(json!({"log_group_classes": {"cheap": "INFREQUENT_ACCESS"}}));
    let words = ["the log group cheap is of the class INFREQUENT_ACCESS"];
    refused(&account, "create alerts --yes --log-group cheap", 1, &words);
}

#[test]
fn a_log_group_of_others_that_is_missing() {
    let account = standing();
    let gone = json!({"logGroupName": "ACCOUNT-cloudtrail"});
    let theirs = json!({"logGroupName": "theirs"});
    seed(&account, "logs", "CreateLogGroup", theirs.clone());
    let sends = json!({"Name": "ACCOUNT-cloudtrail-us-west-2",
        "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-west-2:ACCOUNT:log-group:theirs:*",
        "CloudWatchLogsRoleArn": "arn:aws:iam::ACCOUNT:role/ACCOUNT-cloudtrail-logs"});
    seed(&account, "cloudtrail", "UpdateTrail", sends);
    seed(&account, "logs", "DeleteLogGroup", theirs);
    seed(&account, "logs", "DeleteLogGroup", gone);
    let words = ["the trail sends to the log group theirs, which is missing"];
    refused(&account, "create alerts --yes", 1, &words);
    carried_out(&account, "create alerts --log-group ours");
}

#[test]
fn another_log_group_while_filters_stand_in_the_first() {
    let account = standing();
    let words = [
        "which is read by the metric filter ",
        "-root-usage, not to other",
        "omit --log-group, or delete these first",
    ];
    refused(&account, "create alerts --yes --log-group other", 1, &words);
}

#[test]
fn a_sixth_event_selector() {
    let account = trailed();
    let writes = json!({"ReadWriteType": "WriteOnly", "IncludeManagementEvents": true, "DataResources": [],
        "ExcludeManagementEventSources": []});
    let selectors = json!({"TrailName": "ACCOUNT-cloudtrail-us-west-2",
        "EventSelectors": [writes, writes, writes, writes, writes]});
    seed(&account, "cloudtrail", "PutEventSelectors", selectors);
    let words = ["it would have 6 event selectors; the limit is 5"];
    refused(&account, "create alerts --yes", 1, &words);
}

#[test]
fn a_role_of_the_name_under_a_path() {
    let account = trailed();
    let trust = json!({"Version": "2012-10-17", "Statement": []}).to_string();
    let role = json!({"RoleName": "ACCOUNT-cloudtrail-logs", "Path": "/svc/", "AssumeRolePolicyDocument": trust});
    seed(&account, "iam", "CreateRole", role);
    let words = ["the role's name is used by arn:aws:iam::", ":role/svc/"];
    refused(&account, "create alerts --yes", 1, &words);
}

#[test]
fn a_topic_that_is_missing() {
    let account = trailed();
    let arn = format!("arn:aws:sns:us-west-2:{}:nope", account.id());
    let words = ["the topic arn:aws:sns:us-west-2:"];
    refused(
        &account,
        &format!("create alerts --yes --topic-arn {arn}"),
        1,
        &words,
    );
}

#[test]
fn a_key_of_another_region() {
    let account = trailed();
    let key = "11111111-2222-3333-4444-555555555555";
    let arn = format!("arn:aws:kms:eu-west-1:{}:key/{key}", account.id());
    let words = [
        "the key is in eu-west-1, but the trail, its log group and what reads it are in us-west-2",
    ];
    refused(
        &account,
        &format!("create alerts --yes --kms-key-id {arn}"),
        1,
        &words,
    );
}

#[test]
fn a_second_home() {
    let account = standing();
    Ctadmin::on(&account, "delete --yes").exits(0);
    let words = ["is in us-west-2, not in eu-west-1"];
    let elsewhere = "create alerts --yes --multi-region --region eu-west-1";
    refused(&account, elsewhere, 1, &words);
}

#[test]
fn an_alarm_that_has_five_actions_already() {
    let account = standing();
    let topics: Vec<String> = (1..=5)
        .map(|number| format!("arn:aws:sns:us-west-2:ACCOUNT:theirs-{number}"))
        .collect();
    let mut full = put_alarm(ROOT, &alarm(&account, ROOT));
    full["OKActions"] = json!(topics);
    seed(&account, "cloudwatch", "PutMetricAlarm", full);
    let words = [
        "-cloudtrail-root-usage has 5 actions for the state OK, which is the limit",
        "hint: remove one action of the alarm",
    ];
    refused(&account, &format!("{TWO} --yes"), 1, &words);
}

#[test]
fn an_alarm_that_a_composite_alarm_uses_is_not_deleted() {
    let account = standing();
    let rule =
        format!("ALARM(\"{ROOT}\") OR OK(arn:aws:cloudwatch:us-west-2:ACCOUNT:alarm:{SIGN_IN})");
    let composite = json!({"AlarmName": "theirs", "AlarmRule": rule});
    seed(&account, "cloudwatch", "PutCompositeAlarm", composite);
    let words = [
        "theirs uses ".to_owned(),
        format!("{}-cloudtrail-console-signin-failures, ", account.id()),
        "`aws cloudwatch put-composite-alarm --region us-west-2`".to_owned(),
    ];
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    refused(&account, "delete alerts --yes", 1, &words);
    let free = json!({"AlarmName": "theirs", "AlarmRule": "FALSE"});
    seed(&account, "cloudwatch", "PutCompositeAlarm", free);
    carried_out(&account, "delete alerts");
    assert_eq!(alarm(&account, ROOT), Value::Null);
}
