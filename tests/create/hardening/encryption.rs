//! Keys of topics and queues, and who may use them.

use serde_json::{Value, json};

use super::{THREE, key, notes, queue_url, standing, topic_arn};
use crate::support;
use crate::support::scenario::{carried_out, operations};

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
