//! What every scenario checks, whatever it is about: a dry run changes nothing, the calls made are the steps planned,
//! nothing is left to do, and the generated IAM policy allows all that was asked of AWS.

use serde_json::{Value, json};

use super::{Account, Ctadmin};

/// Runs a verb for real, and checks the three promises on the way. `arguments` begin with the verb. Returns the plan.
#[track_caller]
pub fn carried_out(account: &Account, arguments: &str) -> Value {
    let plan = planned(account, arguments);
    account.forget_requests();
    Ctadmin::on(account, &format!("{arguments} --yes")).exits(0);
    assert_eq!(
        sent(account),
        steps(&plan),
        "the calls made are the steps planned"
    );
    assert_allowed(account, arguments);
    let left = planned(account, arguments);
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

/// Every request so far is among the actions that `ctadmin iam-policy` lists for the verb.
#[track_caller]
fn assert_allowed(account: &Account, arguments: &str) {
    let verb = arguments.split_whitespace().next().unwrap_or_default();
    let arguments = format!("iam-policy {verb} --account-id {}", account.id());
    let policy = Ctadmin::on(account, &arguments).exits(0).json();
    let statements = policy["Statement"].as_array().expect("statements");
    let actions = statements
        .iter()
        .flat_map(|statement| match &statement["Action"] {
            Value::Array(actions) => actions.iter().collect(),
            action => vec![action],
        });
    let allowed: Vec<&str> = actions.map(text).collect();
    for request in account.requests() {
        for action in ctadmin::call::permission::actions(&request.service, &request.operation) {
            assert!(
                allowed.contains(&action.as_str()),
                "the policy for {verb} lacks {action}"
            );
        }
    }
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
