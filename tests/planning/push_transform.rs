//! The push stack between its two transformations: a function instead of the built-in decompression, and the way back.

use ctadmin::call::Call;
use ctadmin::call::firehose::Firehose;
use ctadmin::resource::delivery_stream::Token;
use ctadmin::stack::push::{Options, Transform};
use insta::assert_snapshot;
use serde_json::json;

use super::alerts::with_trail;
use super::push::{push, secret, with_push};
use super::push_lambda::{by_lambda, event, planned, with_lambda};
use super::{HOME, create, created, listed};

#[test]
fn a_stream_that_unpacks_gets_the_function_by_an_update() {
    let mut memory = with_push();
    let notes = planned(&event(), &memory).notes;
    assert!(
        notes
            .iter()
            .any(|note| note.starts_with("events on their way"))
    );
    assert_snapshot!(create(&event(), &mut memory), @"
    1 PutRolePolicy global lab-cloudtrail-firehose: inline policy differs from what it should be
    2 CreateLogGroup us-west-2 /aws/lambda/lab-cloudtrail-transform: log group is missing
    3 PutRetentionPolicy us-west-2 /aws/lambda/lab-cloudtrail-transform: set the retention [after 2]
    4 CreateRole global lab-cloudtrail-transform: role is missing
    5 PutRolePolicy global lab-cloudtrail-transform: attach the inline policy [after 4]
    6 CreateFunction us-west-2 lab-cloudtrail-transform: function is missing [after 2, 4, 5]
    7 UpdateDestination us-west-2 lab-cloudtrail-splunk: endpoint type differs, function does not transform the records [after 1, 6]
    ");
    assert_eq!(created(&Options::default(), &memory), "");
}

#[test]
fn the_way_back_needs_a_new_stream() {
    let back = Options {
        transform: Some(Transform::BuiltIn),
        ..push()
    };
    let mut memory = with_lambda();
    assert_snapshot!(created(&back, &memory), @"
    the delivery stream lab-cloudtrail-splunk cannot be updated: it does not decompress and extract the messages of CloudWatch Logs
    --replace deletes it, with what it has not delivered, and creates it again; CloudWatch Logs retries for up to 24 hours what it cannot send meanwhile
    ");
    let replacing = Options {
        replace: true,
        ..back
    };
    let plan = planned(&replacing, &memory);
    assert!(
        plan.notes
            .iter()
            .any(|note| note.contains("lab-cloudtrail-transform is not used"))
    );
    assert_snapshot!(create(&replacing, &mut memory), @"
    1 PutRolePolicy global lab-cloudtrail-firehose: inline policy differs from what it should be
    2 DeleteDeliveryStream us-west-2 lab-cloudtrail-splunk: --replace: it does not decompress and extract the messages of CloudWatch Logs [after 1]
    3 CreateDeliveryStream us-west-2 lab-cloudtrail-splunk: replace it [after 2]
    ");
    assert_eq!(created(&Options::default(), &memory), "");
}

/// A run that was interrupted between deletion and creation of the stream.
#[test]
fn a_stream_that_is_replaced_keeps_its_function_and_endpoint() {
    let mut memory = with_trail();
    create(&event(), &mut memory);
    memory.streams.clear();
    let plan = planned(&push(), &memory);
    assert_snapshot!(listed(&Ok(plan.clone())), @"1 CreateDeliveryStream us-west-2 lab-cloudtrail-splunk: delivery stream is missing");
    let [step] = plan.steps.as_slice() else {
        panic!("one step");
    };
    let Call::Firehose(Firehose::CreateDeliveryStream(call)) = &step.call else {
        panic!("the stream is created");
    };
    let splunk = json!(call.splunk_destination_configuration);
    assert_eq!(splunk["HECEndpointType"], "Event");
    assert_eq!(
        splunk["ProcessingConfiguration"]["Processors"][0]["Type"],
        "Lambda"
    );
}

#[test]
fn another_function_stays_unless_the_option_is_given() {
    let mut memory = with_push();
    let splunk = memory.stream().splunk.as_mut().expect("Splunk");
    splunk.processors = vec!["Lambda".to_owned()];
    splunk.function = Some("arn:aws:lambda:us-west-2:123456789012:function:theirs".to_owned());
    let refusal = created(&push(), &memory);
    assert!(refusal.contains("cannot be updated"), "{refusal}");
    assert_snapshot!(create(&by_lambda(), &mut memory), @"
    1 PutRolePolicy global lab-cloudtrail-firehose: inline policy differs from what it should be
    2 CreateLogGroup us-west-2 /aws/lambda/lab-cloudtrail-transform: log group is missing
    3 PutRetentionPolicy us-west-2 /aws/lambda/lab-cloudtrail-transform: set the retention [after 2]
    4 CreateRole global lab-cloudtrail-transform: role is missing
    5 PutRolePolicy global lab-cloudtrail-transform: attach the inline policy [after 4]
    6 CreateFunction us-west-2 lab-cloudtrail-transform: function is missing [after 2, 4, 5]
    7 UpdateDestination us-west-2 lab-cloudtrail-splunk: function does not transform the records [after 1, 6]
    ");
}

#[test]
fn a_stream_that_is_replaced_keeps_what_no_option_states() {
    let options = Options {
        transform: Some(Transform::BuiltIn),
        replace: true,
        ..Options::default()
    };
    let mut memory = with_lambda();
    assert_snapshot!(created(&options, &memory), @"
    the delivery stream lab-cloudtrail-splunk is replaced, and its token cannot be taken over: it is stored in the stream itself
    give --hec-secret ARN, --hec-token-file FILE, or CTADMIN_HEC_TOKEN
    ");
    let splunk = memory.stream().splunk.as_mut().expect("Splunk");
    let Token::Secret(arn) = secret(HOME) else {
        panic!("a secret");
    };
    (splunk.secret, splunk.token) = (Some(arn), None);
    (splunk.ack_timeout, splunk.retry) = (Some(300), Some(60));
    splunk.backup = Some("AllEvents".to_owned());
    let plan = planned(&options, &memory);
    let mut steps = plan.steps.iter();
    let step = steps.find(|step| step.call.operation() == "CreateDeliveryStream");
    let params = step.expect("it is created").call.params();
    let splunk = &params["SplunkDestinationConfiguration"];
    let kept = [
        "HECEndpoint",
        "HECAcknowledgmentTimeoutInSeconds",
        "RetryOptions",
        "S3BackupMode",
        "SecretsManagerConfiguration",
    ];
    let kept = kept.map(|name| format!("{name} {}", splunk[name]));
    assert_snapshot!(kept.join("\n"), @r#"
    HECEndpoint "https://hec.example.com:443"
    HECAcknowledgmentTimeoutInSeconds 300
    RetryOptions {"DurationInSeconds":60}
    S3BackupMode "AllEvents"
    SecretsManagerConfiguration {"SecretARN":"arn:aws:secretsmanager:us-west-2:123456789012:secret:hec-AbCdEf","RoleARN":"arn:aws:iam::123456789012:role/lab-cloudtrail-firehose","Enabled":true}
    "#);
}
