//! What the user should know before agreeing to a plan.

use super::context::Context;
use crate::aws::read::SecretState;
use crate::resource::delivery_stream::Token;
use crate::stack::alarms::note_of_topic;
use crate::stack::log_delivery::LogContext;

/// The notes of `create push`.
pub fn of_create(context: &Context<'_>) -> Vec<String> {
    let options = context.options;
    let mut notes = context.delivery.notes_of_create();
    let secret = context.named_secret();
    let secret = secret.and_then(|secret| context.delivery.observed.of(&secret));
    notes.extend(of_token(options.token.as_ref(), secret));
    if context.is_others_bucket() {
        let bucket = context.bucket().name;
        notes.push(format!("the backup bucket {bucket} is not changed"));
    }
    if options.tuning.backs_up_all == Some(true) {
        notes.push(
            "a stream that backs up all events cannot go back to failed ones only".to_owned(),
        );
    }
    match (&options.alarm_topic, context.alarm_topic()) {
        (Some(arn), _) => notes.push(note_of_topic(arn)),
        (None, Some(_)) => {}
        (None, None) => notes.push(
            "the alarms notify no topic: --alarm-topic ARN names one, `ctadmin create alerts` creates one"
                .to_owned(),
        ),
    }
    if context.stream_state().is_none() {
        notes.push(
            "CloudWatch Logs bills ingestion, and Firehose each record in steps of 5 KB: https://aws.amazon.com/firehose/pricing/ and https://aws.amazon.com/cloudwatch/pricing/"
                .to_owned(),
        );
    }
    notes.extend(of_function(context));
    notes.extend(context.delivery.problems());
    notes
}

/// What the user should know of a token, given what is known of its secret.
pub fn of_token(token: Option<&Token>, secret: Option<&SecretState>) -> Vec<String> {
    let mut notes = Vec::new();
    if matches!(token, Some(Token::Given(..))) {
        let why = "the token is stored in the delivery stream, where firehose:DescribeDeliveryStream shows it";
        notes.push(format!(
            "{why}; --hec-secret ARN keeps it in AWS Secrets Manager"
        ));
    }
    if secret == Some(&SecretState::Denied) {
        notes.push(
            "whether the secret exists is not known: the caller may not call secretsmanager:DescribeSecret"
                .to_owned(),
        );
    }
    notes
}

fn of_function(context: &Context<'_>) -> Vec<String> {
    let (wanted, name) = (context.stream(), context.function_name());
    let is_used = wanted.function_arn.is_some();
    let mut notes = Vec::new();
    match (is_used, context.function_state()) {
        (true, None) => notes.push(format!(
            "Lambda bills the invocations of {name}: https://aws.amazon.com/lambda/pricing/"
        )),
        (false, Some(_)) => notes.push(format!(
            "the function {name} is not used any more: `aws lambda delete-function --region {} --function-name {name}` deletes it",
            context.delivery.region
        )),
        (true, Some(_)) | (false, None) => {}
    }
    let changes = context.splunk().is_some_and(|found| {
        found.endpoint_type != wanted.endpoint_type || found.processors != ["Lambda"]
    });
    if is_used && changes {
        notes.push(
            "events on their way while the stream changes can arrive in the wrong form, or go to the backup bucket"
                .to_owned(),
        );
    }
    notes
}

/// The notes of `delete push`.
pub fn of_delete(context: &Context<'_>) -> Vec<String> {
    let users = context.other_users();
    let mut notes = context.delivery.notes_of_delete(&users);
    if context.bucket_state().is_some() {
        let bucket = context.bucket().name;
        notes.push(format!(
            "the backup bucket {bucket} is kept, with its objects"
        ));
    }
    if context.stream_state().is_some() {
        notes.push("what the delivery stream has not delivered yet is lost".to_owned());
    }
    notes
}
