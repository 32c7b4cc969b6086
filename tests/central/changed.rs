//! A delivery stream that others changed is updated, or replaced on request.

use serde_json::{Value, json};

use super::{HOME, account};
use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{Account, Ctadmin};

const STREAM: &str = "lab-central-to-s3";

fn description(account: &Account) -> Value {
    let params = json!({ "DeliveryStreamName": STREAM });
    let answer = account.seed("firehose", "DescribeDeliveryStream", HOME, params);
    answer["DeliveryStreamDescription"].clone()
}

/// Changes the delivery stream as anybody could.
fn change(account: &Account, update: &Value) {
    let found = description(account);
    let params = json!({
        "DeliveryStreamName": STREAM,
        "CurrentDeliveryStreamVersionId": found["VersionId"],
        "DestinationId": found["Destinations"][0]["DestinationId"],
        "ExtendedS3DestinationUpdate": update,
    });
    account.seed("firehose", "UpdateDestination", HOME, params);
}

#[test]
fn a_delivery_stream_that_others_changed_is_fixed_or_replaced() {
    let account = account();
    let create = "create central --prefix lab";
    let new =
        format!("{create} --members 111111111111 --region {HOME} --log-retention-days 7 --yes");
    Ctadmin::on(&account, &new).exits(0);
    let group = "/aws/kinesisfirehose/lab-central-to-s3";
    let groups = json!({ "logGroupNamePrefix": group });
    let groups = account.seed("logs", "DescribeLogGroups", HOME, groups);
    assert_eq!(groups["logGroups"][0]["retentionInDays"], 7, "{groups:#}");

    change(&account, &json!({ "Prefix": "elsewhere/" }));
    let plan = carried_out(&account, create);
    assert_eq!(operations(&plan), [format!("UpdateDestination {HOME}")]);
    let found = &description(&account)["Destinations"][0]["ExtendedS3DestinationDescription"];
    assert_eq!(found["Prefix"], "logs/!{timestamp:yyyy/MM/dd}/");

    let plain = json!({ "ProcessingConfiguration": { "Enabled": false } });
    change(&account, &plain);
    Ctadmin::on(&account, &format!("{create} --yes"))
        .exits(1)
        .says("cannot be updated: it does not decompress the records")
        .says("--replace");
    let replace = Ctadmin::on(&account, &format!("{create} --replace --yes -o json")).exits(0);
    let calls = ["DeleteDeliveryStream", "CreateDeliveryStream"];
    let calls = calls.map(|call| format!("{call} {HOME}"));
    assert_eq!(operations(&replace.json()), calls);
    assert_eq!(planned(&account, create)["steps"], json!([]));
    let found = &description(&account)["Destinations"][0]["ExtendedS3DestinationDescription"];
    let processors = &found["ProcessingConfiguration"]["Processors"];
    assert_eq!(processors[0]["Type"], "Decompression", "{found:#}");
}
