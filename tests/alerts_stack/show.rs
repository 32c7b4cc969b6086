//! `ctadmin show alerts`: the chain from the trail to the mailbox; and the policies that allow the verbs.

use serde_json::{Value, json};

use super::{GROUP, ROOT, TWO, account, seed, standing, standing_with, trailed};
use crate::support::scenario::{carried_out, shown};
use crate::support::{Account, Ctadmin};

/// What `show alerts` prints, ACCOUNT standing for the account's id; no line is wider than a terminal.
#[track_caller]
fn table(account: &Account) -> String {
    account.forget_requests();
    let shown = Ctadmin::on(account, "show alerts").exits(0).stdout;
    assert_eq!(
        account.changes(),
        Vec::<String>::new(),
        "looking changes nothing"
    );
    assert!(
        shown.lines().all(|line| line.chars().count() <= 80),
        "{shown}"
    );
    shown.replace(account.id(), "ACCOUNT")
}

/// The picture for programs, ACCOUNT standing for the account's id.
#[track_caller]
fn picture(account: &Account) -> Value {
    let text = shown(account, "show alerts").to_string();
    serde_json::from_str(&text.replace(account.id(), "ACCOUNT")).expect("still JSON")
}

#[test]
fn the_chain_from_the_trail_to_the_mailbox() {
    let account = standing_with("--email a@example.com");
    insta::assert_snapshot!(table(&account), @r#"
    account ACCOUNT, alerts of scheme ACCOUNT-cloudtrail, home us-west-2

    ALERT                    FILTER  ALARM              FROM  IN
    root-usage               yes     insufficient data  1     300 s
    console-signin-failures  yes     insufficient data  3     300 s

    trail      ACCOUNT-cloudtrail-us-west-2
    log group  ACCOUNT-cloudtrail: kept 365 days
    topic      ACCOUNT-cloudtrail-alerts
               email: a@example.com (not yet confirmed)
    dashboard  yes

    no drift
    "#);
}

#[test]
fn a_whole_catalogue_fits_a_terminal() {
    let account = trailed();
    carried_out(&account, "create alerts --email a@example.com");
    let table = table(&account);
    let rows = table.lines().skip(3).take_while(|line| !line.is_empty());
    assert_eq!(rows.count(), 16, "{table}");
    assert!(table.contains("\nno drift"), "{table}");
    assert!(!table.contains("trouble"), "{table}");
}

#[test]
fn the_picture_for_programs() {
    let account = standing_with("--email a@example.com");
    let picture = picture(&account);
    insta::assert_snapshot!(format!("{picture:#}"), @r#"
    {
      "schema": 1,
      "account": "ACCOUNT",
      "partition": "aws",
      "prefix": "ACCOUNT",
      "home_region": "us-west-2",
      "trail": "arn:aws:cloudtrail:us-west-2:ACCOUNT:trail/ACCOUNT-cloudtrail-us-west-2",
      "logging": true,
      "last_delivery": null,
      "log_group": {
        "name": "ACCOUNT-cloudtrail",
        "retention_in_days": 365,
        "kms_key_id": null
      },
      "role": "arn:aws:iam::ACCOUNT:role/ACCOUNT-cloudtrail-logs",
      "topic": {
        "arn": "arn:aws:sns:us-west-2:ACCOUNT:ACCOUNT-cloudtrail-alerts",
        "subscribers": [
          {
            "protocol": "email",
            "endpoint": "a@example.com",
            "pending": true
          }
        ]
      },
      "others_told": [],
      "alerts": [
        {
          "name": "root-usage",
          "filter": true,
          "alarm": "INSUFFICIENT_DATA",
          "threshold": 1.0,
          "period": 300,
          "actions": true,
          "drift": []
        },
        {
          "name": "console-signin-failures",
          "filter": true,
          "alarm": "INSUFFICIENT_DATA",
          "threshold": 3.0,
          "period": 300,
          "actions": true,
          "drift": []
        }
      ],
      "dashboard": true,
      "drift": [],
      "troubles": []
    }
    "#);
}

#[test]
fn a_confirmed_address_is_pending_no_more() {
    let account = standing_with("--email a@example.com");
    let arn = format!(
        "arn:aws:sns:us-west-2:{0}:{0}-cloudtrail-alerts",
        account.id()
    );
    assert!(table(&account).contains("a@example.com (not yet confirmed)"));
    account.confirm(&arn, "a@example.com");
    assert!(!table(&account).contains("not yet confirmed"));
    let subscriber = &picture(&account)["topic"]["subscribers"][0];
    assert_eq!(subscriber["pending"], false);
}

#[test]
fn a_key_has_a_line_of_its_own() {
    let account = trailed();
    let key = "11111111-2222-3333-4444-555555555555";
    let arn = format!("arn:aws:kms:us-west-2:{}:key/{key}", account.id());
    carried_out(&account, &format!("{TWO} --kms-key-id {arn}"));
    let lines = format!("kept 365 days\n           key {key}\n");
    assert!(table(&account).contains(&lines));
}

#[test]
fn what_has_drifted_is_said_under_the_table() {
    let account = standing_with("--email a@example.com");
    seed(
        &account,
        "cloudwatch",
        "DeleteAlarms",
        json!({"AlarmNames": [ROOT]}),
    );
    let dashboard = json!({"DashboardNames": [GROUP]});
    seed(&account, "cloudwatch", "DeleteDashboards", dashboard);
    let shown = table(&account);
    assert!(shown.contains("dashboard  none\n"), "{shown}");
    assert!(
        shown.contains("drift      dashboard is missing\n"),
        "{shown}"
    );
    assert!(
        shown.contains("drift      root-usage: alarm is missing\n"),
        "{shown}"
    );
    assert!(
        shown.ends_with("`ctadmin create alerts` fixes it\n"),
        "{shown}"
    );
    let row = shown.lines().find(|line| line.starts_with("root-usage"));
    assert!(row.expect("a row").contains("missing"), "{shown}");
}

#[test]
fn an_alarm_that_is_going_off() {
    let account = standing();
    let state = json!({"AlarmName": ROOT, "StateValue": "ALARM", "StateReason": "it was used"});
    seed(&account, "cloudwatch", "SetAlarmState", state);
    let picture = picture(&account);
    assert_eq!(picture["alerts"][0]["name"], "root-usage");
    assert_eq!(picture["alerts"][0]["alarm"], "ALARM");
    assert_eq!(picture["drift"], json!([]), "that is no drift");
    carried_out(&account, TWO);
}

#[test]
fn where_nothing_stands_the_command_that_makes_it_is_told() {
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
