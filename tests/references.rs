//! Plans whose calls take outputs of earlier steps and secrets: the script of such a plan, run with the AWS CLI, and the
//! run do the same.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use ctadmin::aws::{Connection, Session};
use ctadmin::call::sns::{CreateTopic, Subscribe};
use ctadmin::call::{Source, Text};
use ctadmin::plan::apply::{Observe, Progress, apply};
use ctadmin::plan::{Origin, Outcome, Plan, Step};
use ctadmin::resource::{subscription, topic};
use ctadmin::stack::engine::Reread;
use ctadmin::stack::graph::Graph;
use ctadmin::view::script::{Surroundings, script};
use tokio::sync::watch;

use crate::script::{ran, run, snapshot};
use crate::support::{Account, Fault, twins};

const SECRET: &str = "hunter2@example.com";

/// Where the process that carries out the plan finds the secret.
const FILE: &str = "CTADMIN_TEST_SECRET_FILE";

/// A topic, and somebody who is subscribed to it: its ARN is taken from the answer, the address from a file.
fn plan(account: &str, file: &Path) -> Plan {
    let region = "us-west-2";
    let call = CreateTopic {
        name: "topic".into(),
        ..CreateTopic::default()
    };
    let topic = Step::new(
        &topic::KIND,
        account,
        region,
        "topic",
        call,
        "topic is missing",
    );
    let call = Subscribe {
        topic_arn: topic.output("TopicArn"),
        protocol: "email".into(),
        endpoint: Text::Secret(Source::File(file.display().to_string())),
    };
    let subscription = Step::new(
        &subscription::KIND,
        account,
        region,
        "topic",
        call,
        "not subscribed",
    );
    let subscription = subscription.after([&topic.id]);
    let plan = Plan {
        command: "create".into(),
        account: account.into(),
        partition: "aws".into(),
        home_region: Some(region.into()),
        regions: vec![region.into()],
        steps: vec![topic, subscription],
        notes: Vec::new(),
        unread: Vec::new(),
    };
    plan.checked().expect("a plan")
}

struct Unobserved;

impl Observe for Unobserved {
    fn started(&self, _: &Step) {}
    fn progressed(&self, _: Progress) {}
    fn finished(&self, _: &Step, _: &Outcome) {}
}

/// Carries out the plan, in a process that has the credentials and the endpoint in its environment.
#[tokio::test]
async fn carry_out() {
    let Some(file) = std::env::var_os(FILE) else {
        return;
    };
    let connection = Connection {
        profile: None,
        region: None,
        endpoint_url: None,
        jobs: 4,
    };
    let session = Session::open(&connection, "us-west-2").await;
    let (_stop, stopped) = watch::channel(false);
    let recheck = Reread::new(Graph::new("123456789012"), &[]);
    let sender = session
        .expect("a session")
        .sender(stopped.clone(), None, Arc::new(recheck));
    let report = apply(
        plan("123456789012", Path::new(&file)),
        &sender,
        &Unobserved,
        stopped,
    )
    .await;
    let outcomes = format!("{:?}", report.outcomes);
    assert!(!outcomes.contains(SECRET), "{outcomes}");
    assert_eq!(report.counts().done, 2, "{outcomes}");
}

fn carried_out(account: &Account, file: &Path) -> bool {
    let mut command = Command::new(std::env::current_exe().expect("the tests"));
    account.apply_env(&mut command);
    command.args(["references::carry_out", "--exact"]);
    let ran = command.env(FILE, file).output().expect("the tests start");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(
        said.contains("1 passed") || said.contains("1 failed"),
        "{said}"
    );
    ran.status.success()
}

#[test]
fn outputs_and_secrets_are_the_same_in_the_script_and_in_the_run() {
    let (by_run, by_script) = twins();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("it's a secret");
    std::fs::write(&file, format!("{SECRET}\n")).expect("written");
    let script = script(
        &plan(by_script.id(), &file),
        &Origin::default(),
        Surroundings::default(),
        None,
    );
    assert!(!script.contains(SECRET), "{script}");

    // Sent again, it has the same values.
    for account in [&by_run, &by_script] {
        account.faults([Fault::throttle().operation("Subscribe")]);
    }
    assert!(carried_out(&by_run, &file));
    run(&by_script, &script);
    assert_eq!(snapshot(&by_script), snapshot(&by_run));
    assert!(snapshot(&by_run).to_string().contains(SECRET));

    by_script.faults([Fault::deny().operation("Subscribe")]);
    let refused = ran(&by_script, &script);
    assert_ne!(refused.code, 0);
    refused.says("not authorized to perform: sns:Subscribe");
    assert!(!refused.stderr.contains(SECRET), "{}", refused.stderr);

    std::fs::remove_file(&file).expect("it was there");
    assert_ne!(ran(&by_script, &script).code, 0);
    assert!(!carried_out(&by_run, &file));
}
