//! An option that was given changes what exists; one that was not given never does.

use std::process::Stdio;

use serde_json::{Value, json};

use super::{
    GROUP, ROOT, SIGN_IN, TWO, alarm, group, names, reasons, seed, standing, standing_with, state,
    trail, trailed,
};
use crate::support::scenario::{carried_out, operations, planned, put_alarm};
use crate::support::{Account, Ctadmin, Fault};

/// What the filter of an alert counts.
#[track_caller]
fn pattern(account: &Account, filter: &str) -> String {
    let pattern = &group(account, GROUP)["metric_filters"][filter]["pattern"];
    pattern.as_str().expect("a pattern").to_owned()
}

#[track_caller]
fn assert_kept(account: &Account, again: &str) {
    let before = account.snapshot();
    assert_eq!(planned(account, again)["steps"], json!([]), "{again}");
    Ctadmin::on(account, &format!("{again} --yes")).exits(0);
    assert_eq!(account.snapshot(), before);
}

#[test]
fn only_some_alerts_or_all_except_some() {
    let account = trailed();
    carried_out(&account, TWO);
    let filters = group(&account, GROUP)["metric_filters"].clone();
    assert_eq!(names(&filters), [SIGN_IN, ROOT]);
    carried_out(
        &account,
        "create alerts --except ec2-instance-changes,vpc-changes",
    );
    let filters = group(&account, GROUP)["metric_filters"].clone();
    assert_eq!(names(&filters).len(), 14);
    assert!(!names(&filters).contains(&"ACCOUNT-cloudtrail-vpc-changes"));
}

#[test]
fn alerts_that_are_not_asked_for_stay() {
    let account = standing();
    carried_out(&account, "create alerts --only vpc-changes");
    let filters = group(&account, GROUP)["metric_filters"].clone();
    assert_eq!(
        names(&filters),
        [SIGN_IN, ROOT, "ACCOUNT-cloudtrail-vpc-changes"]
    );
    let dashboard = &state(&account)["cloudwatch"]["dashboards"]["ACCOUNT-cloudtrail"]["body"];
    let widgets = dashboard["widgets"].as_array().expect("widgets");
    assert_eq!(widgets.len(), 1 + 3, "a graph for each that stands");
    assert_kept(&account, TWO);
}

#[test]
fn a_run_ends_with_the_alarms_that_exist_whatever_it_was_asked_for() {
    let account = standing();
    for (arguments, alarms) in [
        ("--email b@example.com", "2 alarms"),
        ("--only vpc-changes", "3 alarms"),
    ] {
        Ctadmin::on(&account, &format!("create alerts --yes {arguments}"))
            .exits(0)
            .says(&format!("alarms  {alarms}, each with a metric filter"));
    }
}

#[test]
fn what_exists_is_the_choice_where_no_option_names_one() {
    let account = standing();
    let plan = carried_out(&account, "create alerts --email a@example.com");
    assert_eq!(operations(&plan), ["Subscribe us-west-2"]);
    let notes = plan["notes"].to_string();
    let left_out =
        "14 alerts of the catalogue do not exist and are not created: unauthorized-api-calls, ";
    assert!(notes.contains(left_out), "{notes}");
    seed(
        &account,
        "cloudwatch",
        "DeleteAlarms",
        json!({"AlarmNames": [ROOT]}),
    );
    let filter = json!({"logGroupName": GROUP, "filterName": SIGN_IN});
    seed(&account, "logs", "DeleteMetricFilter", filter);
    let plan = carried_out(&account, "create alerts");
    let mut fixed = operations(&plan);
    fixed.sort();
    assert_eq!(
        fixed,
        ["PutMetricAlarm us-west-2", "PutMetricFilter us-west-2"]
    );
    let other = "create alerts --yes --threshold vpc-changes=3";
    let refused = Ctadmin::on(&account, other).exits(1);
    refused.says("`--only NAME` creates an alert that does not exist yet");
    carried_out(&account, "create alerts --all");
    let filters = group(&account, GROUP)["metric_filters"].clone();
    assert_eq!(names(&filters).len(), 16);
    assert_kept(&account, "create alerts");
}

#[test]
fn a_catalogue_of_ones_own_is_a_choice() {
    let account = standing();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("alerts.toml");
    let own = "[[alert]]\nname = \"mine\"\ntitle = \"Mine\"\npattern = '{ $.eventName = \"A\" }'\n";
    std::fs::write(&file, own).expect("written");
    let file = file.to_str().expect("UTF-8");
    carried_out(&account, &format!("create alerts --catalogue {file}"));
    let filters = group(&account, GROUP)["metric_filters"].clone();
    assert_eq!(names(&filters), [SIGN_IN, "ACCOUNT-cloudtrail-mine", ROOT]);
    assert_kept(&account, "create alerts");
    let mine = json!({"AlarmNames": [ROOT, SIGN_IN]});
    seed(&account, "cloudwatch", "DeleteAlarms", mine);
    for filter in [ROOT, SIGN_IN] {
        let filter = json!({"logGroupName": GROUP, "filterName": filter});
        seed(&account, "logs", "DeleteMetricFilter", filter);
    }
    let nothing = json!({"DashboardName": GROUP, "DashboardBody": "{\"widgets\":[]}"});
    seed(&account, "cloudwatch", "PutDashboard", nothing);
    carried_out(&account, "create alerts");
    let filters = group(&account, GROUP)["metric_filters"].clone();
    assert_eq!(
        names(&filters),
        ["ACCOUNT-cloudtrail-mine"],
        "an alert of another catalogue is a choice"
    );
}

#[test]
fn a_first_run_that_was_stopped_is_completed() {
    // The changes of the trail's side come first in the plan; filters and alarms are those after the dashboard.
    for done in [3, 8, 14] {
        let account = trailed();
        account.faults([Fault::hang().mutation(done)]);
        // Beside the change that hangs, others would go on.
        let mut run = Ctadmin::on(&account, "create alerts --yes --jobs 1").into_command();
        let run = run.stdout(Stdio::null()).stderr(Stdio::null());
        let mut run = run.spawn().expect("the binary starts");
        let hung = account.hung();
        run.kill().expect("the run waits for an answer");
        run.wait().expect("the run is our child");
        assert!(hung, "the change lands");
        account.release();
        account.faults([]);
        let filters = group(&account, GROUP)["metric_filters"].clone();
        assert!(filters.as_object().is_none_or(|filters| filters.len() < 16));
        carried_out(&account, "create alerts");
        let filters = group(&account, GROUP)["metric_filters"].clone();
        assert_eq!(names(&filters).len(), 16, "stopped at change {done}");
    }
}

#[test]
fn a_threshold_and_a_period_are_set_and_stay() {
    let account = standing();
    let plan = carried_out(
        &account,
        &format!("{TWO} --threshold console-signin-failures=5 --period root-usage=60"),
    );
    assert_eq!(
        reasons(&plan, "alarm"),
        ["period differs", "threshold differs"]
    );
    assert_eq!(alarm(&account, SIGN_IN)["Threshold"], 5.0);
    assert_eq!(alarm(&account, ROOT)["Period"], 60);
    assert_kept(&account, TWO);
    carried_out(
        &account,
        &format!("{TWO} --threshold console-signin-failures=3"),
    );
    assert_eq!(alarm(&account, SIGN_IN)["Threshold"], 3.0);
    assert_eq!(alarm(&account, ROOT)["Period"], 60);
}

#[test]
fn the_wide_pattern_is_set_and_stays() {
    let account = trailed();
    let policies = "create alerts --only iam-policy-changes";
    let filter = "ACCOUNT-cloudtrail-iam-policy-changes";
    carried_out(&account, policies);
    assert!(!pattern(&account, filter).contains("CreateUser"));
    let plan = carried_out(&account, &format!("{policies} --set wide"));
    assert_eq!(operations(&plan), ["PutMetricFilter us-west-2"]);
    assert!(pattern(&account, filter).contains("CreateUser"));
    assert_kept(&account, policies);
}

#[test]
fn a_catalogue_of_ones_own_adds_and_overrides() {
    let account = trailed();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("alerts.toml");
    let own = r#"
[[alert]]
name = "root-usage"
title = "Somebody is root"
threshold = 2
[[alert]]
name = "key-made"
title = "An access key was made"
period = 120
pattern = '{ $.eventName = "CreateAccessKey" }'
"#;
    std::fs::write(&file, own).expect("written");
    let file = file.to_str().expect("UTF-8");
    let create = format!("create alerts --only root-usage,key-made --catalogue {file}");
    carried_out(&account, &create);
    let made = "ACCOUNT-cloudtrail-key-made";
    assert_eq!(
        pattern(&account, made),
        r#"{ $.eventName = "CreateAccessKey" }"#
    );
    assert_eq!(alarm(&account, made)["Period"], 120);
    let root = alarm(&account, ROOT);
    assert_eq!(root["Threshold"], 2.0);
    let description = root["AlarmDescription"].as_str().expect("a description");
    assert!(description.starts_with("Somebody is root"), "{description}");
    std::fs::write(folder.path().join("alerts.toml"), own.replace("= 2", "= 4")).expect("written");
    carried_out(&account, &create);
    assert_eq!(alarm(&account, ROOT)["Threshold"], 4.0, "said by the file");
}

#[test]
fn an_alert_of_a_former_catalogue_stays() {
    let account = trailed();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("alerts.toml");
    let own = "[[alert]]\nname = \"mine\"\ntitle = \"Mine\"\npattern = '{ $.eventName = \"A\" }'\n";
    std::fs::write(&file, own).expect("written");
    let file = file.to_str().expect("UTF-8");
    carried_out(
        &account,
        &format!("create alerts --only root-usage,mine --catalogue {file}"),
    );
    let (filters, mine) = (group(&account, GROUP), "ACCOUNT-cloudtrail-mine");
    let before = (
        filters["metric_filters"][mine].clone(),
        alarm(&account, mine),
    );
    carried_out(&account, TWO);
    let filters = group(&account, GROUP);
    let after = (
        filters["metric_filters"][mine].clone(),
        alarm(&account, mine),
    );
    assert_eq!(after, before);
}

#[test]
fn retention_is_set_and_stays() {
    let account = standing_with("--retention-days 30");
    assert_eq!(group(&account, GROUP)["retention"], 30);
    assert_kept(&account, TWO);
    let plan = carried_out(&account, &format!("{TWO} --retention-days 731"));
    assert_eq!(operations(&plan), ["PutRetentionPolicy us-west-2"]);
    assert_eq!(group(&account, GROUP)["retention"], 731);
    let group_name = json!({"logGroupName": GROUP});
    seed(&account, "logs", "DeleteRetentionPolicy", group_name);
    assert_kept(&account, TWO);
}

#[test]
fn a_key_encrypts_the_group_from_its_creation_or_later() {
    let of =
        |account: &Account, key: &str| format!("arn:aws:kms:us-west-2:{}:key/{key}", account.id());
    let account = trailed();
    carried_out(
        &account,
        &format!("{TWO} --kms-key-id {}", of(&account, "first")),
    );
    assert_eq!(
        group(&account, GROUP)["kms_key"],
        "arn:aws:kms:us-west-2:ACCOUNT:key/first"
    );
    assert_kept(&account, TWO);
    let second = format!("{TWO} --kms-key-id {}", of(&account, "second"));
    let plan = carried_out(&account, &second);
    assert_eq!(operations(&plan), ["AssociateKmsKey us-west-2"]);
    assert_eq!(
        group(&account, GROUP)["kms_key"],
        "arn:aws:kms:us-west-2:ACCOUNT:key/second"
    );
    let account = standing();
    assert_eq!(group(&account, GROUP)["kms_key"], Value::Null);
    carried_out(
        &account,
        &format!("{TWO} --kms-key-id {}", of(&account, "later")),
    );
    assert_eq!(
        group(&account, GROUP)["kms_key"],
        "arn:aws:kms:us-west-2:ACCOUNT:key/later"
    );
}

#[test]
fn what_the_key_policy_must_say_is_noted() {
    let account = trailed();
    let id = account.id();
    let key = format!("arn:aws:kms:us-west-2:{id}:key/k");
    let plan = planned(&account, &format!("{TWO} --kms-key-id {key}"));
    let notes = plan["notes"].to_string();
    assert!(notes.contains("logs.us-west-2.amazonaws.com"), "{notes}");
    let group = format!("arn:aws:logs:us-west-2:{id}:log-group:{id}-cloudtrail");
    assert!(notes.contains(&group), "{notes}");
    let plan = planned(&account, TWO);
    let notes = plan["notes"].to_string();
    assert!(!notes.contains("key"), "{notes}");
}

#[test]
fn tags_are_added_and_stay() {
    let account = standing_with("--tag team=sec");
    assert_kept(&account, TWO);
    carried_out(&account, &format!("{TWO} --tag cost=1"));
    let both = json!({"team": "sec", "cost": "1"});
    let state = state(&account);
    assert_eq!(group(&account, GROUP)["tags"], both);
    assert_eq!(alarm(&account, ROOT)["Tags"], both);
    assert_eq!(alarm(&account, SIGN_IN)["Tags"], both);
    let topic = &state["sns"]["arn:aws:sns:us-west-2:ACCOUNT:ACCOUNT-cloudtrail-alerts"];
    assert_eq!(topic["tags"], both);
    let role = &state["iam"]["roles"]["ACCOUNT-cloudtrail-logs"]["tags"];
    assert_eq!((&role["team"], &role["cost"]), (&json!("sec"), &json!("1")));
    assert_kept(&account, TWO);
}

#[test]
fn addresses_are_added_and_a_confirmed_one_is_asked_no_more() {
    let account = standing_with("--email a@example.com");
    assert_kept(&account, TWO);
    let plan = carried_out(&account, &format!("{TWO} --email b@example.com"));
    assert_eq!(operations(&plan), ["Subscribe us-west-2"]);
    let topic = "arn:aws:sns:us-west-2:ACCOUNT:ACCOUNT-cloudtrail-alerts";
    let subscriptions = state(&account)["sns"][topic]["subscriptions"].clone();
    assert_eq!(subscriptions[0]["endpoint"], "a@example.com");
    assert_eq!(subscriptions[1]["endpoint"], "b@example.com");
    let waits = "a@example.com must confirm";
    let again = format!("{TWO} --email a@example.com");
    let notes = planned(&account, &again)["notes"].to_string();
    assert!(notes.contains(waits), "{notes}");
    account.confirm(&topic.replace("ACCOUNT", account.id()), "a@example.com");
    let plan = planned(&account, &again);
    assert_eq!(plan["steps"], json!([]));
    let notes = plan["notes"].to_string();
    assert!(!notes.contains("must confirm"), "{notes}");
}

#[test]
fn who_is_told_by_an_alarm_besides_stays() {
    let account = standing();
    let root = alarm(&account, ROOT);
    let pager = "arn:aws:sns:us-west-2:ACCOUNT:pager";
    let mut settings = put_alarm(ROOT, &root);
    settings["AlarmActions"] = json!([pager, root["AlarmActions"][0]]);
    seed(&account, "cloudwatch", "PutMetricAlarm", settings.clone());
    assert_kept(&account, TWO);
    settings["AlarmActions"] = json!([pager]);
    seed(&account, "cloudwatch", "PutMetricAlarm", settings);
    let plan = carried_out(&account, TWO);
    assert_eq!(reasons(&plan, "alarm"), ["alarm does not notify the topic"]);
    let actions = json!([pager, root["AlarmActions"][0]]);
    assert_eq!(alarm(&account, ROOT)["AlarmActions"], actions);
    assert_eq!(trail(&account)["IsMultiRegionTrail"], true);
}

#[test]
fn a_set_concerns_the_alerts_that_have_it_only() {
    let account = trailed();
    let only = "create alerts --only unauthorized-api-calls,iam-policy-changes";
    carried_out(&account, &format!("{only} --set no-config-probes"));
    let plan = carried_out(&account, &format!("{only} --set wide"));
    let written = plan["steps"].as_array().expect("steps").iter();
    let written: Vec<&Value> = written.map(|step| &step["params"]["filterName"]).collect();
    assert_eq!(written.len(), 1);
    assert!(
        written[0]
            .as_str()
            .is_some_and(|name| name.ends_with("iam-policy-changes"))
    );
    let plan = carried_out(&account, &format!("{only} --set plain"));
    assert_eq!(reasons(&plan, "metric-filter").len(), 2);
}
