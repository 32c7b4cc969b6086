//! What the options of `create member` leave out, change and refuse, in plans for an account that nobody looks at.

use serde_json::Value;

use crate::support::{Ctadmin, Ran};

const CENTRAL: &str = "222222222222";

fn plan(options: &str) -> Ctadmin {
    Ctadmin::alone(&format!(
        "create member --central {CENTRAL} --offline --account-id 111111111111 --region us-west-2 -o json {options}"
    ))
}

/// The services that a plan's steps go to, each once, in order.
fn services(options: &str) -> Vec<String> {
    let planned = plan(options).exits(0).json();
    let steps = planned["steps"].as_array().expect("a plan has steps");
    let services = steps.iter().map(|step| step["service"].as_str());
    let mut services: Vec<String> = services
        .map(|it| it.expect("a service").to_owned())
        .collect();
    services.sort();
    services.dedup();
    services
}

#[track_caller]
fn refused(options: &str, words: &str) -> Ran {
    let ran = plan(options).exits(2);
    ran.says(words);
    ran
}

#[test]
fn what_is_not_wanted_is_left_out() {
    let all = ["cloudtrail", "guardduty", "iam", "logs", "sns", "sqs"];
    assert_eq!(services(""), all);
    assert_eq!(services("--no-vpc-flow"), all);
    assert_eq!(services("--no-guardduty --no-trail"), ["iam"]);
    assert_eq!(services("--no-trail"), ["guardduty", "iam"]);
}

#[test]
fn the_prefix_of_the_central_stack_is_in_what_the_member_names() {
    let planned = plan("--central-prefix acme").exits(0).json();
    let steps = planned["steps"].as_array().expect("a plan has steps");
    let param = |operation: &str, name: &str| -> Value {
        let step = steps.iter().find(|step| step["operation"] == operation);
        step.expect("the step is there")["params"][name].clone()
    };
    assert_eq!(param("CreateTrail", "S3BucketName"), "acme-central-trails");
    let destination = format!("arn:aws:logs:us-west-2:{CENTRAL}:destination:acme-central");
    assert_eq!(
        param("PutSubscriptionFilter", "destinationArn"),
        destination
    );
}

#[test]
fn what_contradicts_itself_is_refused() {
    refused("--central-prefix Acme", "invalid bucket name")
        .says("hint: --central-prefix is that of the central stack");
    refused("-b mine", "--bucket cannot be used with create member")
        .says("the central bucket, 222222222222-central-trails");
    refused("--log-retention-days 31", "invalid retention of 31 days");
    refused("--no-vpc-flow --traffic all", "cannot be used with");
    refused("--no-trail --retention-days 30", "cannot be used with");
    let own = "create member --central 111111111111 --offline --account-id 111111111111 --region us-west-2";
    let own = Ctadmin::alone(own).exits(2);
    own.says("--central names this account, which cannot be a member of itself");
    let short = "create member --central 22222222222 --offline --account-id 111111111111 --region us-west-2";
    Ctadmin::alone(short)
        .exits(2)
        .says("an account ID has 12 digits");
}
