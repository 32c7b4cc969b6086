//! What every scenario checks, whatever it is about: the calls made are the steps planned, a dry run afterwards changes
//! nothing and finds nothing left to do, and the generated IAM policy allows all that was asked of AWS.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex};

use serde_json::{Value, json};

use super::{Account, Ctadmin};

/// Runs a verb for real, and checks the promises on the way. `arguments` begin with the verb, and with the stack if it
/// is not the trail stack. Returns the plan.
#[track_caller]
pub fn carried_out(account: &Account, arguments: &str) -> Value {
    carried_out_before(account, arguments, arguments)
}

/// As [`carried_out`], for arguments that cannot be given twice: `next` are those that must find nothing left to do.
#[track_caller]
pub fn carried_out_before(account: &Account, arguments: &str, next: &str) -> Value {
    account.forget_requests();
    let run = Ctadmin::on(account, &format!("{arguments} --yes -o json")).exits(0);
    let plan = run.json();
    assert_eq!(
        sent(account),
        steps(&plan),
        "the calls made are the steps planned"
    );
    assert_allowed(account, arguments);
    let left = planned(account, next);
    assert_eq!(left["steps"], json!([]), "nothing is left to do");
    plan
}

/// The plan as JSON; the dry run that prints it must not change anything.
#[track_caller]
pub fn planned(account: &Account, arguments: &str) -> Value {
    account.forget_requests();
    let plan = Ctadmin::on(account, &format!("{arguments} --dry-run -o json"))
        .exits(0)
        .json();
    assert_eq!(
        account.changes(),
        Vec::<String>::new(),
        "a dry run changes nothing"
    );
    assert_allowed(account, arguments);
    plan
}

/// What `show` shows, as JSON; looking changes nothing.
#[track_caller]
pub fn shown(account: &Account, arguments: &str) -> Value {
    account.forget_requests();
    let picture = Ctadmin::on(account, &format!("{arguments} -o json"))
        .exits(0)
        .json();
    assert_eq!(
        account.changes(),
        Vec::<String>::new(),
        "looking changes nothing"
    );
    assert_allowed(account, arguments);
    picture
}

/// Every request so far is among the actions that `ctadmin iam-policy` lists for the command.
#[track_caller]
fn assert_allowed(account: &Account, arguments: &str) {
    let command = iam_policy(arguments);
    let allowed = actions(account, &command);
    for request in account.requests() {
        for action in ctadmin::call::permission::actions(&request.service, &request.operation) {
            assert!(allowed.contains(&action), "{command} lacks {action}");
        }
    }
}

/// The command that prints the policy that allows another: with its stack, user, role and bucket of access logs.
fn iam_policy(arguments: &str) -> String {
    let words: Vec<&str> = arguments.split_whitespace().collect();
    let mut command = vec!["iam-policy", words[0]];
    command.extend(words.get(1).filter(|word| !word.starts_with('-')));
    for (at, word) in words.iter().enumerate() {
        if matches!(
            *word,
            "--user" | "--role" | "--access-log-bucket" | "--hec-secret"
        ) {
            command.extend(&words[at..=at + 1]);
        }
        if matches!(*word, "--splunk" | "--opensearch") {
            command.push(word);
        }
    }
    command.join(" ")
}

/// The actions in the policy that a command prints. They are the same in every account, so each command runs once.
fn actions(account: &Account, command: &str) -> Arc<BTreeSet<String>> {
    static KNOWN: LazyLock<Mutex<HashMap<String, Arc<BTreeSet<String>>>>> =
        LazyLock::new(Mutex::default);
    if let Some(actions) = KNOWN.lock().expect("a lookup does not panic").get(command) {
        return actions.clone();
    }
    let command_line = format!("{command} --account-id {}", account.id());
    let policy = Ctadmin::on(account, &command_line).exits(0).json();
    let statements = policy["Statement"].as_array().expect("statements");
    let actions = statements
        .iter()
        .flat_map(|statement| match &statement["Action"] {
            Value::Array(actions) => actions.iter().collect(),
            action => vec![action],
        });
    let actions: Arc<BTreeSet<String>> = Arc::new(actions.map(|it| text(it).to_owned()).collect());
    let mut known = KNOWN.lock().expect("an insertion does not panic");
    known.insert(command.to_owned(), actions.clone());
    actions
}

/// The operations of a plan, in order.
pub fn operations(plan: &Value) -> Vec<String> {
    let steps = plan["steps"].as_array().expect("a plan has steps");
    let told = |step: &Value| format!("{} {}", text(&step["operation"]), text(&step["region"]));
    steps.iter().map(told).collect()
}

/// The steps of a plan as the calls they are, sorted.
fn steps(plan: &Value) -> Vec<String> {
    let steps = plan["steps"].as_array().expect("a plan has steps");
    let mut calls: Vec<String> = steps
        .iter()
        .map(|step| {
            call(
                &step["service"],
                &step["operation"],
                &step["region"],
                &step["params"],
            )
        })
        .collect();
    calls.sort();
    calls
}

/// The requests that changed the account, as calls, sorted.
fn sent(account: &Account) -> Vec<String> {
    let requests = account
        .requests()
        .into_iter()
        .filter(|request| request.mutating);
    let mut calls: Vec<String> = requests
        .map(|request| {
            call(
                &request.service.into(),
                &request.operation.into(),
                &request.region.into(),
                &request.params,
            )
        })
        .collect();
    calls.sort();
    calls
}

fn call(service: &Value, operation: &Value, region: &Value, params: &Value) -> String {
    let mut params = params.clone();
    params.sort_all_objects();
    format!(
        "{} {} {} {params}",
        text(service),
        text(operation),
        text(region)
    )
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// An alarm as PutMetricAlarm takes it.
pub fn put_alarm(name: &str, alarm: &Value) -> Value {
    let mut settings = json!({"AlarmName": name});
    for member in [
        "AlarmDescription",
        "ActionsEnabled",
        "AlarmActions",
        "OKActions",
        "MetricName",
        "Namespace",
        "Dimensions",
        "Statistic",
        "Period",
        "EvaluationPeriods",
        "DatapointsToAlarm",
        "Threshold",
        "ComparisonOperator",
        "TreatMissingData",
    ] {
        settings[member] = alarm[member].clone();
    }
    settings
}
