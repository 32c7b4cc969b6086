//! The users that Splunk reads as: what they may do, and how they are fixed.

use serde_json::{Map, Value, json};

use super::{READER, USERS, account, identity, policy, resources, standing, standing_with};
use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{Account, Ctadmin};

const CREATE: &str = "create splunk";

/// What the reader's policy says of one thing, after `create splunk` in an account with this trail stack.
#[track_caller]
fn reads(trail: &str, sid: &str) -> Option<Vec<String>> {
    reads_in(&standing_with(trail), sid)
}

#[track_caller]
fn reads_in(account: &Account, sid: &str) -> Option<Vec<String>> {
    carried_out(account, CREATE);
    resources(&policy(account, "users", READER), sid)
}

fn some<const N: usize>(arns: [&str; N]) -> Option<Vec<String>> {
    Some(arns.map(str::to_owned).to_vec())
}

#[test]
fn a_reader_may_do_what_splunk_needs_and_no_more() {
    let account = standing();
    let plan = carried_out(&account, CREATE);
    let made = ["CreateUser us-east-1", "PutUserPolicy us-east-1"];
    assert_eq!(operations(&plan), made);
    let notes = plan["notes"].to_string();
    assert!(notes.contains("no access key is created"), "{notes}");
    let reader = identity(&account, "users", READER);
    let scheme = format!("{}-cloudtrail", account.id());
    assert_eq!(reader["tags"], json!({"ctadmin:scheme": scheme}));
    assert_eq!(reader["policies"].as_object().map(Map::len), Some(1));
    assert_eq!(reader["attached"], json!([]));
    assert_eq!(reader["groups"], json!([]));
    assert_eq!(reader["access_keys"], json!([]), "nobody asked for a key");
    let policy = policy(&account, "users", READER);
    insta::assert_snapshot!(format!("{policy:#}"), @r#"
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "ReadQueues",
          "Effect": "Allow",
          "Action": [
            "sqs:GetQueueUrl",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:ChangeMessageVisibility"
          ],
          "Resource": [
            "arn:aws:sqs:us-west-2:ACCOUNT:ACCOUNT-cloudtrail",
            "arn:aws:sqs:us-west-2:ACCOUNT:ACCOUNT-cloudtrail-dlq"
          ]
        },
        {
          "Sid": "ListBucket",
          "Effect": "Allow",
          "Action": [
            "s3:GetBucketLocation",
            "s3:ListBucket"
          ],
          "Resource": "arn:aws:s3:::ACCOUNT-cloudtrail"
        },
        {
          "Sid": "ReadLogs",
          "Effect": "Allow",
          "Action": [
            "s3:GetObject",
            "s3:GetObjectVersion"
          ],
          "Resource": "arn:aws:s3:::ACCOUNT-cloudtrail/AWSLogs/*"
        },
        {
          "Sid": "LookAtTrails",
          "Effect": "Allow",
          "Action": [
            "cloudtrail:GetTrail",
            "cloudtrail:GetTrailStatus"
          ],
          "Resource": "arn:aws:cloudtrail:*:ACCOUNT:trail/ACCOUNT-cloudtrail-*"
        },
        {
          "Sid": "LookAround",
          "Effect": "Allow",
          "Action": [
            "cloudtrail:DescribeTrails",
            "cloudtrail:ListTrails",
            "cloudtrail:LookupEvents",
            "sqs:ListQueues"
          ],
          "Resource": "*"
        }
      ]
    }
    "#);
}

#[test]
fn billing_reports_and_ec2_are_read_by_users_of_their_own() {
    let account = standing();
    carried_out(
        &account,
        "create splunk --billing-bucket my-reports --ec2 --tag team=sec",
    );
    for user in USERS {
        let tags = &identity(&account, "users", user)["tags"];
        assert_eq!(tags["team"], "sec", "{user}");
    }
    let billing = policy(&account, "users", "billing-splunkapp");
    insta::assert_snapshot!(billing, @r#"{"Version":"2012-10-17","Statement":[{"Sid":"ListBucket","Effect":"Allow","Action":["s3:GetBucketLocation","s3:ListBucket"],"Resource":"arn:aws:s3:::my-reports"},{"Sid":"ReadObjects","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-reports/*"}]}"#);
    let ec2 = policy(&account, "users", "ec2-splunkapp");
    let statements = ec2["Statement"].as_array().expect("statements");
    assert_eq!(statements.len(), 1);
    assert_eq!(statements[0]["Effect"], "Allow");
    let actions = statements[0]["Action"].as_array().expect("many");
    let action = |action: &Value| action.as_str().expect("a text").to_owned();
    let actions: Vec<String> = actions.iter().map(action).collect();
    insta::assert_snapshot!(actions.join(" "), @"ec2:DescribeAddresses ec2:DescribeAvailabilityZones ec2:DescribeImages ec2:DescribeInstanceStatus ec2:DescribeInstances ec2:DescribeKeyPairs ec2:DescribeNetworkAcls ec2:DescribeRegions ec2:DescribeReservedInstances ec2:DescribeSecurityGroups ec2:DescribeSnapshots ec2:DescribeSubnets ec2:DescribeTags ec2:DescribeVolumes ec2:DescribeVpcs");
}

#[test]
fn the_number_of_regions_does_not_matter_to_a_reader() {
    let policies = ["--regions us-west-2", "", "--multi-region"].map(|trail| {
        let account = standing_with(trail);
        carried_out(&account, CREATE);
        policy(&account, "users", READER)
    });
    assert_eq!(policies[1], policies[0]);
    assert_eq!(policies[2], policies[0]);
}

#[test]
fn logs_are_read_under_every_prefix_in_use() {
    let deep = "arn:aws:s3:::ACCOUNT-cloudtrail/deep/er/AWSLogs/*";
    assert_eq!(reads("--key-prefix deep/er", "ReadLogs"), some([deep]));
    let account = standing_with("");
    let deeper = "create --yes --region us-west-2 --regions eu-west-1 --key-prefix deep/er";
    Ctadmin::on(&account, deeper).exits(0);
    let bare = "arn:aws:s3:::ACCOUNT-cloudtrail/AWSLogs/*";
    assert_eq!(reads_in(&account, "ReadLogs"), some([bare, deep]));
}

#[test]
fn logs_are_read_from_the_bucket_in_use() {
    let bucket = "--regions us-west-2 --bucket other-people-s-logs-of-mine";
    assert_eq!(
        reads(bucket, "ReadLogs"),
        some(["arn:aws:s3:::other-people-s-logs-of-mine/AWSLogs/*"])
    );
}

#[test]
fn a_queue_of_another_name_is_read_when_it_is_named() {
    let account = standing_with("--regions us-west-2 --queue events");
    Ctadmin::on(&account, "create splunk -n")
        .exits(1)
        .says("-cloudtrail is missing");
    carried_out(&account, "create splunk --queue events");
    assert_eq!(
        resources(&policy(&account, "users", READER), "ReadQueues"),
        some([
            "arn:aws:sqs:us-west-2:ACCOUNT:events",
            "arn:aws:sqs:us-west-2:ACCOUNT:events-dlq"
        ])
    );
}

#[test]
fn decrypting_is_allowed_only_with_keys_in_use() {
    assert_eq!(reads("--regions us-west-2", "Decrypt"), None);
    let key = "arn:aws:kms:us-west-2:ACCOUNT:key/11111111-2222-3333-4444-555555555555";
    let account = account();
    let of_account = key.replace("ACCOUNT", account.id());
    let create = "create --yes --region us-west-2 --regions us-west-2 --kms-key-id";
    Ctadmin::on(&account, create).arg(&of_account).exits(0);
    let plan = carried_out(&account, CREATE);
    let notes = plan["notes"].to_string();
    let told = format!("key policies are not changed: {of_account}");
    assert!(notes.contains(&told), "{notes}");
    let policy = policy(&account, "users", READER);
    assert_eq!(resources(&policy, "Decrypt"), some([key]));
    let decrypt = &policy["Statement"][5];
    assert_eq!(decrypt["Action"], "kms:Decrypt");
    let through = &decrypt["Condition"]["StringEquals"]["kms:ViaService"];
    let services = ["s3.us-west-2.amazonaws.com", "sqs.us-west-2.amazonaws.com"];
    assert_eq!(*through, json!(services));
}

#[test]
fn dead_letters_are_read_from_wherever_they_go() {
    let own = "arn:aws:sqs:us-west-2:ACCOUNT:ACCOUNT-cloudtrail";
    assert_eq!(
        reads("--regions us-west-2 --no-dlq", "ReadQueues"),
        some([own])
    );
    let account = account();
    let id = account.id();
    let theirs = format!("arn:aws:sqs:us-west-2:{id}:theirs");
    let redrive = json!({"deadLetterTargetArn": theirs, "maxReceiveCount": 3}).to_string();
    account.seed(
        "sqs",
        "CreateQueue",
        "us-west-2",
        json!({"QueueName": "theirs"}),
    );
    let queue =
        json!({"QueueName": format!("{id}-cloudtrail"), "Attributes": {"RedrivePolicy": redrive}});
    account.seed("sqs", "CreateQueue", "us-west-2", queue);
    Ctadmin::on(
        &account,
        "create --yes --region us-west-2 --regions us-west-2",
    )
    .exits(0);
    let theirs = "arn:aws:sqs:us-west-2:ACCOUNT:theirs";
    assert_eq!(reads_in(&account, "ReadQueues"), some([own, theirs]));
}

#[test]
fn drift_is_mended_by_one_call() {
    let account = standing();
    carried_out(&account, CREATE);
    let intact = identity(&account, "users", READER);
    let name = format!("{}-cloudtrail", account.id());
    let mut more = intact["policies"][&name].clone();
    let everything = json!({"Sid": "More", "Effect": "Allow", "Action": "*", "Resource": "*"});
    let statements = more["Statement"].as_array_mut().expect("statements");
    statements.push(everything);
    let mut less = more.clone();
    less["Statement"]
        .as_array_mut()
        .expect("statements")
        .drain(2..);
    for drifted in [more, less] {
        let policy =
            json!({"UserName": READER, "PolicyName": name, "PolicyDocument": drifted.to_string()});
        account.seed("iam", "PutUserPolicy", "us-east-1", policy);
        let plan = carried_out(&account, CREATE);
        assert_eq!(operations(&plan), ["PutUserPolicy us-east-1"]);
        assert_eq!(identity(&account, "users", READER), intact);
    }
    let policy = json!({"UserName": READER, "PolicyName": name});
    account.seed("iam", "DeleteUserPolicy", "us-east-1", policy);
    let plan = carried_out(&account, CREATE);
    assert_eq!(operations(&plan), ["PutUserPolicy us-east-1"]);
    let plan = carried_out(&account, "create splunk --tag team=sec");
    assert_eq!(operations(&plan), ["TagUser us-east-1"]);
}

#[test]
fn a_trail_stack_that_has_changed_is_followed() {
    let account = standing();
    carried_out(&account, CREATE);
    let deep = "create --yes --region us-west-2 --regions us-west-2 --key-prefix deep";
    Ctadmin::on(&account, deep).exits(0);
    let plan = carried_out(&account, CREATE);
    assert_eq!(operations(&plan), ["PutUserPolicy us-east-1"]);
    assert_eq!(
        plan["steps"][0]["reason"],
        "inline policy differs from what it should be"
    );
}

#[test]
fn an_option_not_given_changes_nothing() {
    let account = standing();
    carried_out(
        &account,
        "create splunk --billing-bucket my-reports --ec2 --tag team=sec",
    );
    for user in &USERS[1..] {
        let policy =
            json!({"UserName": user, "PolicyName": format!("{}-cloudtrail", account.id())});
        account.seed("iam", "DeleteUserPolicy", "us-east-1", policy);
    }
    let before = account.raw_snapshot();
    let others = "create splunk --user another";
    for create in [CREATE, "create splunk --user cloudtrail-splunkapp"] {
        assert_eq!(planned(&account, create)["steps"], json!([]), "{create}");
    }
    let plan = carried_out(&account, others);
    assert_eq!(
        operations(&plan).len(),
        2,
        "the other user is all that is made"
    );
    let mut after = account.raw_snapshot();
    let users = after["iam"]["users"].as_object_mut().expect("users");
    users.remove("another");
    assert_eq!(after, before);
}

#[test]
fn another_billing_bucket_takes_the_place_of_the_first() {
    let account = standing();
    carried_out(&account, "create splunk --billing-bucket my-reports");
    let plan = carried_out(&account, "create splunk --billing-bucket new-reports");
    assert_eq!(operations(&plan), ["PutUserPolicy us-east-1"]);
    let policy = policy(&account, "users", "billing-splunkapp");
    assert_eq!(
        resources(&policy, "ListBucket"),
        some(["arn:aws:s3:::new-reports"])
    );
}

#[test]
fn an_offline_plan_is_the_plan_of_a_fresh_trail_stack() {
    let account = standing();
    let create = "create splunk --billing-bucket my-reports --ec2";
    let online = planned(&account, create);
    let offline = format!("{create} -o json --offline --region us-west-2 --account-id");
    let offline = Ctadmin::alone(&offline).arg(account.id()).exits(0).json();
    assert_eq!(offline["steps"], online["steps"]);
    assert_eq!(offline["home_region"], online["home_region"]);
}

#[test]
fn without_a_trail_stack_there_is_nothing_to_read() {
    let account = account();
    let ran = Ctadmin::on(&account, "create splunk --yes").exits(1);
    ran.says(&format!("the queue {}-cloudtrail is missing", account.id()))
        .says("hint: `ctadmin create` creates it");
    assert_eq!(account.changes(), Vec::<String>::new());
}

#[test]
fn a_region_that_cannot_be_read_takes_nothing_from_a_reader() {
    let account = standing();
    let deep = "create --yes --region us-west-2 --regions eu-west-1 --key-prefix deep";
    Ctadmin::on(&account, deep).exits(0);
    carried_out(&account, CREATE);
    let before = account.raw_snapshot();
    account.settings(json!({"denied_regions": ["eu-west-1"]}));
    let walks = [
        ("", 1),
        ("--regions us-west-2", 0),
        ("--exclude-regions eu-west-1", 0),
    ];
    for (walk, code) in walks {
        Ctadmin::on(&account, &format!("{CREATE} {walk} --yes")).exits(code);
        assert_eq!(account.raw_snapshot(), before, "{walk}");
        let shown = Ctadmin::on(&account, &format!("show splunk {walk} -o json")).exits(code);
        let drift = &shown.json()["resources"][0]["drift"];
        assert_eq!(*drift, json!([]), "{walk}");
    }
    Ctadmin::on(&account, CREATE)
        .arg("--dry-run")
        .exits(1)
        .says("in eu-west-1")
        .says("hint: --exclude-regions leaves a region out");
}

#[test]
fn a_policy_that_iam_would_not_take_is_refused_before_anything_changes() {
    let account = account();
    let regions = [
        "us-west-2",
        "us-east-1",
        "us-east-2",
        "eu-west-1",
        "eu-west-2",
    ];
    let enabled = regions.map(|region| (region.to_owned(), "ENABLED_BY_DEFAULT".into()));
    account.settings(json!({ "regions": Map::from_iter(enabled) }));
    for (region, letter) in regions.into_iter().zip(["a", "b", "c", "d", "e"]) {
        let (bucket, prefix) = ("l".repeat(63), letter.repeat(200));
        let create = format!("create --yes --region us-west-2 --regions {region}");
        let create = format!("{create} --bucket {bucket} --key-prefix {prefix}");
        Ctadmin::on(&account, &create).exits(0);
    }
    account.forget_requests();
    let ran = Ctadmin::on(&account, "create splunk --yes --ec2").exits(1);
    ran.says("the policy of cloudtrail-splunkapp would have")
        .says("characters; the limit is 2048")
        .says("hint: use shorter names");
    assert_eq!(account.changes(), Vec::<String>::new());
    carried_out(&account, "create splunk --role wide --trust 210987654321");
}

#[test]
fn the_names_of_the_other_users_are_taken() {
    for wrong in [
        "create splunk -n --user ec2-splunkapp --ec2",
        "create splunk -n --user billing-splunkapp --billing-bucket my-reports",
        "create splunk -n --user EC2-splunkapp",
        "show splunk --user ec2-splunkapp",
        "delete splunk -n --user ec2-splunkapp",
    ] {
        let ran = Ctadmin::alone(wrong).exits(2);
        ran.says("is reserved for another purpose")
            .says("hint: give another name");
    }
}
