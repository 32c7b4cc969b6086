//! The dry run of `create central` and `delete central` as a script for the AWS CLI.

use serde_json::{Value, json};

use super::{CENTRAL, in_two_regions};
use crate::script::snapshot;
use crate::support::scenario::planned;
use crate::support::{Account, AwsCli, Ctadmin, twins};

/// All but the objects of the archive, which holds the test messages of the destinations.
fn state(account: &Account) -> Value {
    let mut state = snapshot(account);
    for bucket in state["s3"].as_object_mut().expect("buckets").values_mut() {
        bucket["objects"] = json!([]);
    }
    // How far GuardDuty has come depends on how often it was asked.
    let text = state.to_string();
    let text = text.replace("EmailVerificationInProgress", "Invited");
    serde_json::from_str(&text).expect("still JSON")
}

#[test]
fn the_script_makes_what_the_tool_makes() {
    let cli = AwsCli::version_1();
    let (by_tool, by_script) = twins();
    for account in [&by_tool, &by_script] {
        in_two_regions(account);
    }
    let both = |arguments: &str| {
        Ctadmin::on(&by_tool, &format!("{arguments} --yes")).exits(0);
        let script = cli.script(&by_script, arguments);
        cli.run(&by_script, &script);
        assert_eq!(state(&by_script), state(&by_tool), "{arguments}");
    };
    let archive = "--archive-days 30 --archive-class deep-archive --object-lock 7";
    let invite = "--member-email 111111111111=m@example.com";
    both(&format!("{CENTRAL} --tag team=sec {archive} {invite}"));
    assert_eq!(planned(&by_script, "create central")["steps"], json!([]));
    both(
        "create central --members 111111111111,222222222222 --shards 2 --retention-hours 48 --tag a=b --archive-days 60 --guardduty-features S3_DATA_EVENTS --member-email 222222222222=n@example.com",
    );
    let secret = "arn:aws:secretsmanager:us-west-2:111122223333:secret:hec-AbCdEf";
    let splunk = "--splunk --hec-endpoint https://hec.example.com:443";
    both(&format!(
        "create central --opensearch {splunk} --hec-secret {secret}"
    ));
    // A script does one step after the other, so that it waits once.
    let script = cli.script(&by_script, "delete central --drain 1");
    assert_eq!(script.matches("\nsleep 1\n").count(), 1);
    both("delete central --drain 1");
}
