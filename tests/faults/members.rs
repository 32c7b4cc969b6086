//! A central account that every account may send to: accounts of these tests are copied, and each has an id of its own.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::REGIONS;
use crate::support::{Account, Ctadmin, on_each_server};

/// The account, on each server.
pub const CENTRAL_ACCOUNT: &str = "999999999999";

/// Creates the account where it does not exist yet.
pub fn let_all_send() {
    static CREATED: LazyLock<()> = LazyLock::new(|| {
        on_each_server(CENTRAL_ACCOUNT).iter().for_each(create);
    });
    LazyLock::force(&CREATED);
}

fn create(central: &Account) {
    let enabled = REGIONS.map(|region| (region.to_owned(), "ENABLED_BY_DEFAULT".into()));
    central.settings(json!({ "regions": Map::from_iter(enabled) }));
    let create = "create central --members 111111111111 --region us-west-2 --yes";
    Ctadmin::on(central, create).exits(0);
    let base = format!("{CENTRAL_ACCOUNT}-central");
    let allow = |to: Value, action: Value, resource: Value| {
        let statement = json!({ "Effect": "Allow", "Principal": to, "Action": action });
        let mut policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
        if !resource.is_null() {
            policy["Statement"][0]["Resource"] = resource;
        }
        policy.to_string()
    };
    let cloudtrail = json!({ "Service": "cloudtrail.amazonaws.com" });
    let bucket = format!("{base}-trails");
    let arn = format!("arn:aws:s3:::{bucket}");
    let objects = json!([arn, format!("{arn}/*")]);
    let policy = allow(
        cloudtrail,
        json!(["s3:GetBucketAcl", "s3:PutObject"]),
        objects,
    );
    let params = json!({ "Bucket": bucket, "Policy": policy });
    central.seed("s3", "PutBucketPolicy", "us-west-2", params);
    let logs = json!({ "Service": "logs.amazonaws.com" });
    let params = json!({
        "RoleName": format!("{base}-logs-to-kinesis"),
        "PolicyDocument": allow(logs, json!("sts:AssumeRole"), Value::Null),
    });
    central.seed("iam", "UpdateAssumeRolePolicy", "us-east-1", params);
    for region in REGIONS {
        let arn = format!("arn:aws:logs:{region}:{CENTRAL_ACCOUNT}:destination:{base}");
        let policy = allow(json!("*"), json!("logs:PutSubscriptionFilter"), json!(arn));
        let params = json!({ "destinationName": base, "accessPolicy": policy });
        central.seed("logs", "PutDestinationPolicy", region, params);
    }
}
