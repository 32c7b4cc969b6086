//! What becomes of the stack athena.

use serde_json::{Value, json};

use super::{Choice, Damage, Parts, another, gone};

const DATABASE: &str = "cloudtrail_ACCOUNT";
const TABLE: &str = "account_events";
const GROUP: &str = "ACCOUNT-cloudtrail-athena";

/// All parts; the queries are those of the work group.
pub fn parts(whole: &Value) -> Parts {
    Parts {
        damages: vec![
            ("results", results()),
            ("table", table(whole)),
            ("group", group()),
        ],
        choices: choices(whole),
    }
}

fn results() -> Vec<Damage> {
    let name = json!({"Bucket": GROUP});
    vec![
        another("s3", "DeletePublicAccessBlock", name.clone()),
        another("s3", "DeleteBucketLifecycle", name.clone()),
        another("s3", "DeleteBucketPolicy", name),
    ]
}

/// The table as it was given, with something else in it.
fn given(whole: &Value, change: impl FnOnce(&mut Value)) -> Value {
    let mut input = whole["glue"]["us-west-2"][DATABASE]["tables"][TABLE].clone();
    change(&mut input);
    json!({"DatabaseName": DATABASE, "TableInput": input})
}

fn table(whole: &Value) -> Vec<Damage> {
    let name = json!({"DatabaseName": DATABASE, "Name": TABLE});
    let off = given(whole, |input| {
        input["Parameters"]["projection.enabled"] = "false".into();
    });
    let short = given(whole, |input| {
        input["StorageDescriptor"]["Columns"] = json!([]);
    });
    vec![
        gone([("glue", "DeleteTable", name)]),
        gone([("glue", "DeleteDatabase", json!({"Name": DATABASE}))]),
        gone([("glue", "UpdateTable", off)]),
        gone([("glue", "UpdateTable", short)]),
    ]
}

fn group() -> Vec<Damage> {
    let name = json!({"WorkGroup": GROUP, "RecursiveDeleteOption": true});
    let open = json!({"WorkGroup": GROUP, "ConfigurationUpdates": {"EnforceWorkGroupConfiguration": false}});
    let off = json!({"WorkGroup": GROUP, "State": "DISABLED"});
    let results = json!({"RemoveOutputLocation": true, "RemoveEncryptionConfiguration": true});
    let results = json!({"WorkGroup": GROUP, "ConfigurationUpdates": {"ResultConfigurationUpdates": results}});
    vec![
        gone([("athena", "DeleteWorkGroup", name)]),
        another("athena", "UpdateWorkGroup", open),
        another("athena", "UpdateWorkGroup", off),
        another("athena", "UpdateWorkGroup", results),
    ]
}

fn choices(whole: &Value) -> Vec<Choice> {
    let limit = json!({"WorkGroup": GROUP, "ConfigurationUpdates": {"BytesScannedCutoffPerQuery": 20_000_000}});
    let query = json!({"WorkGroup": GROUP, "Name": "theirs", "Database": DATABASE, "QueryString": "SELECT 1"});
    let tagged = json!({"ResourceARN": format!("arn:aws:athena:us-west-2:ACCOUNT:workgroup/{GROUP}"),
        "Tags": [{"Key": "theirs", "Value": "1"}]});
    let comment = given(whole, |input| {
        input["Parameters"]["comment"] = "theirs".into();
        input["Description"] = "theirs".into();
    });
    vec![
        ("group", vec![("athena", "UpdateWorkGroup", limit)]),
        ("group", vec![("athena", "CreateNamedQuery", query)]),
        ("group", vec![("athena", "TagResource", tagged)]),
        ("table", vec![("glue", "UpdateTable", comment)]),
    ]
}
