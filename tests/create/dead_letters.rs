//! The queue's dead letters: a queue for them, where the queue does not say otherwise.

use serde_json::{Value, json};

use super::{THREE, standing};
use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{self, Account, Ctadmin};

fn arn(account: &Account, name: &str) -> String {
    let id = account.id();
    format!("arn:aws:sqs:us-west-2:{id}:{id}-{name}")
}

fn redrive(account: &Account) -> Value {
    let queue = arn(account, "cloudtrail");
    account.snapshot()["sqs"][queue]["attributes"]["RedrivePolicy"].clone()
}

/// Makes the scheme's queue before the scheme, with these attributes.
fn queue(account: &Account, attributes: &Value) {
    let name = format!("{}-cloudtrail", account.id());
    let params = json!({"QueueName": name, "Attributes": attributes});
    account.seed("sqs", "CreateQueue", "us-west-2", params);
}

#[test]
fn a_message_goes_there_after_five_receives_in_vain() {
    let account = standing();
    let own = arn(&account, "cloudtrail-dlq");
    assert_eq!(
        redrive(&account),
        json!({"deadLetterTargetArn": own, "maxReceiveCount": 5})
    );
    let attributes = &account.snapshot()["sqs"][own]["attributes"];
    assert_eq!(attributes["MessageRetentionPeriod"], "1209600");
}

#[test]
fn a_queue_that_was_found_gets_nothing_else() {
    let account = support::account();
    queue(&account, &json!({"VisibilityTimeout": "77"}));
    let plan = carried_out(&account, THREE);
    let steps = plan["steps"].as_array().expect("steps").iter();
    let set: Vec<&Value> = steps
        .filter(|step| step["operation"] == "SetQueueAttributes")
        .collect();
    assert_eq!(set.len(), 1, "policy and redrive policy go together");
    let attributes = set[0]["params"]["Attributes"].as_object();
    let names: Vec<&String> = attributes.expect("attributes").keys().collect();
    assert_eq!(names, ["Policy", "RedrivePolicy"]);
}

#[test]
fn a_redrive_policy_that_was_found_stays() {
    let account = support::account();
    let other = format!("{}-other", account.id());
    account.seed(
        "sqs",
        "CreateQueue",
        "us-west-2",
        json!({"QueueName": other}),
    );
    let theirs = json!({"deadLetterTargetArn": arn(&account, "other"), "maxReceiveCount": 3});
    queue(&account, &json!({"RedrivePolicy": theirs.to_string()}));
    let plan = carried_out(&account, THREE);
    assert!(!operations(&plan).contains(&"CreateQueue us-west-2".to_owned()));
    assert_eq!(redrive(&account), theirs);
    let picture = Ctadmin::on(&account, "show -o json").exits(0).json();
    assert_eq!(picture["dead_letters"]["name"], other);
    assert_eq!(picture["dead_letters"]["messages"], 0);
    let plan = carried_out(&account, "delete");
    let deleted = operations(&plan);
    let queues = deleted
        .iter()
        .filter(|call| call.starts_with("DeleteQueue"));
    assert_eq!(queues.count(), 1, "{other} stays");
}

#[test]
fn a_lost_dead_letter_queue_is_made_again() {
    let account = standing();
    let id = account.id();
    let url = format!("{}/{id}/{id}-cloudtrail-dlq", account.endpoint());
    account.seed("sqs", "DeleteQueue", "us-west-2", json!({"QueueUrl": url}));
    Ctadmin::on(&account, "show").exits(0);
    let plan = carried_out(&account, THREE);
    assert_eq!(operations(&plan), ["CreateQueue us-west-2"]);
}

#[test]
fn none_is_made_where_none_is_wanted() {
    let account = support::account();
    carried_out(&account, &format!("{THREE} --no-dlq"));
    assert_eq!(redrive(&account), Value::Null);
    let plan = planned(&account, THREE);
    assert_eq!(
        operations(&plan),
        ["CreateQueue us-west-2", "SetQueueAttributes us-west-2"]
    );
    let account = standing();
    assert_eq!(
        planned(&account, &format!("{THREE} --no-dlq"))["steps"],
        json!([])
    );
}

#[test]
fn one_without_its_queue_is_deleted_too() {
    let account = standing();
    let id = account.id();
    let url = format!("{}/{id}/{id}-cloudtrail", account.endpoint());
    account.seed("sqs", "DeleteQueue", "us-west-2", json!({"QueueUrl": url}));
    let plan = carried_out(&account, "delete");
    assert!(operations(&plan).contains(&"DeleteQueue us-west-2".to_owned()));
    assert!(
        account.snapshot()["sqs"]
            .as_object()
            .is_none_or(serde_json::Map::is_empty)
    );
}
