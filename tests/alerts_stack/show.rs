//! `ctadmin show alerts`: the chain from the trail to the mailbox; and the policies that allow the commands.

use serde_json::{Value, json};

use super::{GROUP, ROOT, TWO, account, seed, standing, standing_with, trailed};
use crate::support::scenario::{carried_out, shown};
use crate::support::{Account, Ctadmin};

/// What `show alerts` prints, with ACCOUNT for the account's id.
#[track_caller]
fn table(account: &Account) -> String {
    account.forget_requests();
    let shown = Ctadmin::on(account, "show alerts").exits(0).stdout;
    assert_eq!(
        account.changes(),
        Vec::<String>::new(),
        "looking changes nothing"
    );
    shown.replace(account.id(), "ACCOUNT")
}

/// The picture for programs, ACCOUNT standing for the account's id.
#[track_caller]
fn picture(account: &Account) -> Value {
    let text = shown(account, "show alerts").to_string();
    serde_json::from_str(&text.replace(account.id(), "ACCOUNT")).expect("still JSON")
}

/// The resources of a kind in the picture.
#[track_caller]
fn of_kind<'a>(picture: &'a Value, kind: &str) -> Vec<&'a Value> {
    let resources = picture["resources"].as_array().expect("resources");
    let same = resources.iter().filter(|resource| resource["kind"] == kind);
    same.collect()
}

#[test]
fn the_chain_from_the_trail_to_the_mailbox() {
    let account = standing_with("--email a@example.com");
    insta::assert_snapshot!(table(&account), @r#"
    account ACCOUNT, alerts of scheme ACCOUNT-cloudtrail, home us-west-2

    RESOURCE       NAME                     STATE
    log-group      ACCOUNT-cloudtrail  retention 365 days
    role           logs                     created by ctadmin
    trail-logs     us-west-2                log group ACCOUNT-cloudtrail, role ACCOUNT-cloudtrail-logs
    topic          alerts                   subscribers email a@example.com (pending)
    dashboard      ACCOUNT-cloudtrail  exists
    metric-filter  root-usage               exists
    alarm          root-usage               state INSUFFICIENT_DATA, threshold 1, period 300 s, actions enabled, notifies ACCOUNT-cloudtrail-alerts
    metric-filter  console-signin-failures  exists
    alarm          console-signin-failures  state INSUFFICIENT_DATA, threshold 3, period 300 s, actions enabled, notifies ACCOUNT-cloudtrail-alerts

    role    arn:aws:iam::ACCOUNT:role/ACCOUNT-cloudtrail-logs

    no drift
    "#);
}

#[test]
fn a_whole_catalogue_is_shown() {
    let account = trailed();
    carried_out(&account, "create alerts --email a@example.com");
    let table = table(&account);
    let alarms = table.lines();
    let alarms = alarms.filter(|line| line.starts_with("alarm ") && !line.contains("(all)"));
    assert_eq!(alarms.count(), 16, "{table}");
    assert!(table.contains("\nno drift"), "{table}");
    assert!(!table.contains("warning"), "{table}");
}

#[test]
fn the_picture_for_programs() {
    let account = standing_with("--email a@example.com");
    let picture = picture(&account);
    assert_eq!(picture["schema"], 2);
    assert_eq!(picture["home_region"], "us-west-2");
    let group = of_kind(&picture, "log-group")[0];
    assert_eq!(group["facts"]["retention_in_days"], 365);
    let topic = of_kind(&picture, "topic")[0];
    let subscriber = json!({"protocol": "email", "endpoint": "a@example.com", "pending": true});
    assert_eq!(topic["facts"]["subscribers"], json!([subscriber]));
    insta::assert_snapshot!(format!("{:#}", of_kind(&picture, "alarm")[0]), @r#"
    {
      "kind": "alarm",
      "name": "ACCOUNT-cloudtrail-root-usage",
      "region": "us-west-2",
      "exists": true,
      "is_wanted": true,
      "facts": {
        "state": "INSUFFICIENT_DATA",
        "threshold": 1.0,
        "period_seconds": 300,
        "actions_enabled": true,
        "notifies": [
          "arn:aws:sns:us-west-2:ACCOUNT:ACCOUNT-cloudtrail-alerts"
        ]
      },
      "drift": []
    }
    "#);
    assert_eq!(picture["warnings"], json!([]));
}

#[test]
fn a_confirmed_address_is_pending_no_more() {
    let account = standing_with("--email a@example.com");
    let arn = format!(
        "arn:aws:sns:us-west-2:{0}:{0}-cloudtrail-alerts",
        account.id()
    );
    assert!(table(&account).contains("a@example.com (pending)"));
    account.confirm(&arn, "a@example.com");
    assert!(!table(&account).contains("(pending)"));
    let picture = picture(&account);
    let topic = of_kind(&picture, "topic")[0];
    assert_eq!(topic["facts"]["subscribers"][0]["pending"], false);
}

#[test]
fn the_key_of_the_group_is_shown() {
    let account = trailed();
    let key = "11111111-2222-3333-4444-555555555555";
    let arn = format!("arn:aws:kms:us-west-2:{}:key/{key}", account.id());
    carried_out(&account, &format!("{TWO} --kms-key-id {arn}"));
    let state = format!("retention 365 days, kms key id {key}\n");
    assert!(table(&account).contains(&state));
}

#[test]
fn drift_is_shown_under_the_table() {
    let account = standing_with("--email a@example.com");
    seed(
        &account,
        "cloudwatch",
        "DeleteAlarms",
        json!({"AlarmNames": [ROOT]}),
    );
    let dashboard = json!({"DashboardNames": [GROUP]});
    seed(&account, "cloudwatch", "DeleteDashboards", dashboard);
    let picture = picture(&account);
    let missing = |kind: &str| of_kind(&picture, kind)[0]["drift"].clone();
    assert_eq!(missing("dashboard"), json!(["dashboard is missing"]));
    assert_eq!(missing("alarm"), json!(["alarm is missing"]));
    let shown = table(&account);
    let drift = "drift      ACCOUNT-cloudtrail-root-usage: alarm is missing\n";
    assert!(shown.contains(drift), "{shown}");
    assert!(
        shown.ends_with("`ctadmin create alerts` fixes it\n"),
        "{shown}"
    );
}

#[test]
fn an_alarm_in_the_state_alarm_is_no_drift() {
    let account = standing();
    let state = json!({"AlarmName": ROOT, "StateValue": "ALARM", "StateReason": "it was used"});
    seed(&account, "cloudwatch", "SetAlarmState", state);
    let picture = picture(&account);
    let alarm = of_kind(&picture, "alarm")[0];
    assert_eq!(alarm["facts"]["state"], "ALARM");
    assert_eq!(alarm["drift"], json!([]));
    carried_out(&account, TWO);
}

#[test]
fn where_no_resource_exists_the_command_that_creates_it_is_named() {
    for account in [account(), trailed()] {
        let shown = Ctadmin::on(&account, "show alerts --region us-west-2")
            .exits(0)
            .stdout;
        let line = "no resource of the alerts stack exists; `ctadmin create alerts` creates it\n";
        assert!(shown.contains(line), "{shown}");
    }
}

/// The actions in the policy that `iam-policy` prints, with what they are about.
#[track_caller]
fn allowed(verb: &str) -> Vec<(String, Value)> {
    let command = format!("iam-policy {verb} alerts --account-id 123456789012");
    let policy = Ctadmin::alone(&command).exits(0).json();
    let statements = policy["Statement"].as_array().expect("statements");
    let statements = statements.iter().flat_map(|statement| {
        let actions = match &statement["Action"] {
            Value::Array(actions) => actions.clone(),
            action => vec![action.clone()],
        };
        let resource = &statement["Resource"];
        actions.into_iter().map(|action| {
            let action = action.as_str().expect("an action");
            (action.to_owned(), resource.clone())
        })
    });
    statements.collect()
}

#[test]
fn whoever_creates_may_pass_the_role_and_no_other() {
    let create = allowed("create");
    let passes = create.iter().filter(|(action, _)| action == "iam:PassRole");
    let passes: Vec<&Value> = passes.map(|(_, resource)| resource).collect();
    let role = "arn:aws:iam::123456789012:role/123456789012-cloudtrail-logs";
    assert_eq!(passes, [role]);
    let command = "iam-policy create alerts --account-id 123456789012 --log-group custom";
    let policy = Ctadmin::alone(command).exits(0).stdout;
    assert!(
        policy.contains(r#""iam:PassedToService": "cloudtrail.amazonaws.com""#),
        "{policy}"
    );
    assert!(policy.contains("log-group:custom:*"), "{policy}");
    let ours = [
        "logs:Delete",
        "cloudwatch:Delete",
        "iam:Delete",
        "sns:Unsubscribe",
    ];
    let deletes = create
        .iter()
        .filter(|(action, _)| ours.iter().any(|ours| action.starts_with(ours)));
    assert_eq!(deletes.count(), 0);
}

#[test]
fn whoever_shows_may_only_read() {
    for (action, _) in allowed("show") {
        let (_, operation) = action.split_once(':').expect("service:Operation");
        let reads = ["Get", "List", "Describe"];
        let reads = reads.iter().any(|verb| operation.starts_with(verb));
        assert!(reads, "{action}");
    }
}

#[test]
fn whoever_deletes_alerts_may_not_touch_bucket_or_events_of_the_trail() {
    let delete = allowed("delete");
    let may = |wanted: &str| delete.iter().any(|(action, _)| action == wanted);
    for needed in [
        "cloudtrail:UpdateTrail",
        "cloudwatch:DeleteAlarms",
        "cloudwatch:DeleteDashboards",
        "iam:DeleteRole",
        "logs:DeleteLogGroup",
        "logs:DeleteMetricFilter",
        "sns:DeleteTopic",
    ] {
        assert!(may(needed), "{needed}");
    }
    for (action, _) in &delete {
        let trail_stack = action.starts_with("s3:") || action == "cloudtrail:DeleteTrail";
        assert!(!trail_stack && action != "iam:PassRole", "{action}");
    }
}

#[test]
fn a_region_that_cannot_be_read_matters_until_the_trail_is_found() {
    let account = standing();
    account.settings(json!({"denied_regions": ["eu-west-1"]}));
    Ctadmin::on(&account, "show alerts").exits(0);
    account.settings(json!({"denied_regions": ["us-west-2"]}));
    let shown = Ctadmin::on(&account, "show alerts --region us-east-1");
    shown.exits(1).says("us-west-2");
}
