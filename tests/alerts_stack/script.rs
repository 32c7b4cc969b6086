//! The dry run of `create alerts` and `delete alerts` as a script for the AWS CLI, and without an account.

use serde_json::{Map, json};

use super::{BOTH, TWO, account, group, seed, state};
use crate::script::{run, snapshot};
use crate::support::scenario::{operations, planned};
use crate::support::{self, Account, AwsCli, Ctadmin, twins};

/// The script of a verb.
#[track_caller]
fn script(account: &Account, arguments: &str) -> String {
    Ctadmin::on(account, &format!("{arguments} -n"))
        .exits(0)
        .stdout
}

#[test]
fn the_script_makes_the_very_alerts_that_the_tool_makes() {
    makes_the_very_alerts(AwsCli::version_1(), true);
}

#[test]
fn version_2_makes_them_too() {
    if let Some(cli) = AwsCli::version_2() {
        makes_the_very_alerts(cli, false);
    }
}

/// Scripts are run again with one version: what makes that harmless is bash's part, not the CLI's.
fn makes_the_very_alerts(cli: &AwsCli, again: bool) {
    let (by_tool, by_script) = twins();
    for account in [&by_tool, &by_script] {
        let regions = ["us-west-2", "us-east-1"];
        let regions = regions.map(|region| (region.to_owned(), "ENABLED_BY_DEFAULT".into()));
        account.settings(json!({ "regions": Map::from_iter(regions) }));
    }
    let both = |arguments: &str| {
        Ctadmin::on(&by_tool, &format!("{arguments} --yes")).exits(0);
        let script = cli.script(&by_script, arguments);
        cli.run(&by_script, &script);
        assert_eq!(snapshot(&by_script), snapshot(&by_tool), "{arguments}");
        script
    };
    let key = format!("arn:aws:kms:us-west-2:{}:key/k", by_tool.id());
    let only = "--only root-usage,iam-policy-changes";
    let create =
        format!("{BOTH} {only} --email it's@example.com --tag team=sec --kms-key-id {key}");
    let script = both(&create);
    if again {
        cli.run(&by_script, &script);
        assert_eq!(snapshot(&by_script), snapshot(&by_tool), "a second time");
    }
    assert_eq!(planned(&by_script, &create)["steps"], json!([]));
    for account in [&by_tool, &by_script] {
        let selectors = json!([{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": true, "DataResources": [],
            "ExcludeManagementEventSources": []}]);
        let params =
            json!({"TrailName": "ACCOUNT-cloudtrail-us-west-2", "EventSelectors": selectors});
        seed(account, "cloudtrail", "PutEventSelectors", params);
        let alarm = json!({"AlarmNames": ["ACCOUNT-cloudtrail-root-usage"]});
        seed(account, "cloudwatch", "DeleteAlarms", alarm);
    }
    let change = "--tag cost=1 --retention-days 30 --set wide --threshold root-usage=2";
    both(&format!("create alerts {only} {change}"));
    for delete in ["delete alerts", "delete alerts --with-logs"] {
        let script = both(delete);
        if again {
            cli.run(&by_script, &script);
            assert_eq!(snapshot(&by_script), snapshot(&by_tool), "a second time");
        }
    }
}

#[test]
fn the_script_waits_until_a_role_is_seen() {
    let account = support::account();
    let regions = Map::from_iter([("us-west-2".to_owned(), "ENABLED_BY_DEFAULT".into())]);
    account.settings(json!({ "regions": regions, "role_delay": 4 }));
    let create = format!("{BOTH} --only root-usage");
    run(&account, &script(&account, &create));
    assert_eq!(planned(&account, &create)["steps"], json!([]));
}

#[test]
fn an_offline_plan_is_the_plan_of_an_empty_account() {
    let account = account();
    let create = TWO.replace("create alerts", BOTH);
    let options = format!("{create} --regions us-west-2,us-east-1,eu-west-1 --email a@example.com");
    let online = planned(&account, &options);
    let command = format!(
        "{options} --offline -o json --account-id {} --endpoint-url {}",
        account.id(),
        account.endpoint()
    );
    let offline = Ctadmin::alone(&command).exits(0).json();
    assert_eq!(operations(&offline), operations(&online));
    assert_eq!(offline["steps"], online["steps"]);
    assert_eq!(state(&account)["logs"], json!({}));
    assert!(group(&account, "any").is_null());
}
