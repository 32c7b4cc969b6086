//! Whatever goes wrong during `create` or `delete`, the next run, if not this one, ends where an uninterrupted run ends.
//!
//! The tests strike each operation of a fresh three-region `create`, and of the `delete` after it, once with each fault;
//! so they do with the users of the Splunk stack, with its role, with the alerts, the push stack, the central stack, a
//! member of one, and the stack athena.
//! Which operations there are is read from the dry run. Faults that pass by themselves strike all operations in one run;
//! the others end a run, so each operation gets one. What access keys make of it is a subject of its own, for they are
//! not simply sent again.

mod accounts;
mod damage;
mod denied;
mod interrupted;
mod killed;
mod limits;
mod lost;
mod members;
mod property;
mod together;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{LazyLock, Mutex};
use std::thread;

use serde_json::{Map, Value, json};

use crate::support::scenario::planned;
use crate::support::{self, Account, Ctadmin, Fault, Record, Seed};

/// All that the accounts have enabled.
const REGIONS: [&str; 3] = ["us-west-2", "us-east-1", "eu-west-1"];
/// Runs mostly wait, so that there may be more of them than cores.
const WORKERS: usize = 4;

/// A verb as it runs undisturbed.
struct Course {
    arguments: &'static str,
    /// What is run before, so that the verb has something to do.
    before: &'static [&'static str],
    /// Its dry run, and how many steps that has.
    plan: Value,
    steps: usize,
    /// The operations of its steps.
    changes: BTreeSet<Operation>,
    /// The operations that it reads with.
    reads: BTreeSet<Operation>,
    /// What the account then holds.
    end: Value,
}

const TRAIL: &str = "create --region us-west-2";
/// Users and role read whatever there is, in however many regions.
const ONE_REGION: &str = "create --region us-west-2 --regions us-west-2";
const USERS: &str = "create splunk --billing-bucket my-reports --ec2";
const MULTI_REGION: &str = "create --region us-west-2 --multi-region";
/// One alert stands for all: they are alike.
const ALERTS: &str = "create alerts --only root-usage --email somebody@example.com";
const PUSH: &str = "create push --transform lambda --hec-endpoint https://hec.example.com:443 --hec-secret arn:aws:secretsmanager:us-west-2:111122223333:secret:hec-AbCdEf";
const CENTRAL: &str = "create central --members 210987654321 --region us-west-2 --opensearch";
const MEMBER: &str = "create member --central 999999999999 --region us-west-2";
const INVITED: &str = "create central --member-email 210987654321=member@example.com";
const ATHENA: &str = "create athena --organization=o-a1b2c3d4e5 --account 210987654321";
const ROLE: &str = "create splunk --role reader --trust 210987654321";

static CREATE: LazyLock<Course> = LazyLock::new(|| Course::run(TRAIL, &[]));
static DELETE: LazyLock<Course> = LazyLock::new(|| Course::run("delete", &[TRAIL]));
static CREATE_USERS: LazyLock<Course> = LazyLock::new(|| Course::run(USERS, &[ONE_REGION]));
static DELETE_USERS: LazyLock<Course> =
    LazyLock::new(|| Course::run("delete splunk", &[ONE_REGION, USERS]));
static CREATE_ROLE: LazyLock<Course> = LazyLock::new(|| Course::run(ROLE, &[ONE_REGION]));
static DELETE_ROLE: LazyLock<Course> =
    LazyLock::new(|| Course::run("delete splunk --role reader", &[ONE_REGION, ROLE]));
static CREATE_ALERTS: LazyLock<Course> = LazyLock::new(|| Course::run(ALERTS, &[MULTI_REGION]));
static DELETE_ALERTS: LazyLock<Course> =
    LazyLock::new(|| Course::run("delete alerts", &[MULTI_REGION, ALERTS]));
static CREATE_PUSH: LazyLock<Course> = LazyLock::new(|| Course::run(PUSH, &[MULTI_REGION]));
static DELETE_PUSH: LazyLock<Course> =
    LazyLock::new(|| Course::run("delete push", &[MULTI_REGION, PUSH]));

static CREATE_ATHENA: LazyLock<Course> = LazyLock::new(|| Course::run(ATHENA, &[MULTI_REGION]));
static DELETE_ATHENA: LazyLock<Course> =
    LazyLock::new(|| Course::run("delete athena", &[MULTI_REGION, ATHENA]));

static CREATE_CENTRAL: LazyLock<Course> = LazyLock::new(|| Course::run(CENTRAL, &[]));
static CREATE_INVITED: LazyLock<Course> = LazyLock::new(|| Course::run(INVITED, &[CENTRAL]));
/// What it needs of the detectors, the same run creates.
static CREATE_CENTRAL_INVITED: LazyLock<Course> = LazyLock::new(|| {
    Course::run(
        "create central --members 210987654321 --member-email 210987654321=member@example.com --region us-west-2",
        &[],
    )
});
static DELETE_CENTRAL: LazyLock<Course> =
    LazyLock::new(|| Course::run("delete central --drain 0", &[CENTRAL, INVITED]));

static CREATE_MEMBER: LazyLock<Course> = LazyLock::new(|| {
    members::let_all_send();
    Course::run(MEMBER, &[])
});
static DELETE_MEMBER: LazyLock<Course> = LazyLock::new(|| {
    members::let_all_send();
    Course::run("delete member", &[MEMBER])
});

impl Course {
    /// Both verbs of all stacks.
    fn all() -> [&'static Course; 17] {
        [
            &CREATE,
            &DELETE,
            &CREATE_USERS,
            &DELETE_USERS,
            &CREATE_ROLE,
            &DELETE_ROLE,
            &CREATE_ALERTS,
            &DELETE_ALERTS,
            &CREATE_PUSH,
            &DELETE_PUSH,
            &CREATE_ATHENA,
            &DELETE_ATHENA,
            &CREATE_CENTRAL,
            &CREATE_INVITED,
            &DELETE_CENTRAL,
            &CREATE_MEMBER,
            &DELETE_MEMBER,
        ]
    }

    fn run(arguments: &'static str, before: &'static [&'static str]) -> Self {
        let course = Self {
            arguments,
            before,
            plan: Value::Null,
            steps: 0,
            changes: BTreeSet::new(),
            reads: BTreeSet::new(),
            end: Value::Null,
        };
        let account = course.start();
        let plan = planned(&account, arguments);
        let steps = plan["steps"].as_array().expect("a plan has steps");
        assert!(!steps.is_empty(), "there is something to strike");
        account.forget_requests();
        course.ctadmin(&account).exits(0);
        let requests = account.requests();
        let (changes, reads): (Vec<_>, Vec<_>) = requests.iter().partition(|it| it.mutating);
        assert_eq!(changes.len(), steps.len(), "each step is one change");
        let again = format!("{arguments} --dry-run --detailed-exitcode");
        Ctadmin::on(&account, &again).exits(0);
        Self {
            plan: without_account(&account, &plan),
            steps: steps.len(),
            changes: changes.into_iter().map(Operation::of).collect(),
            reads: reads.into_iter().map(Operation::of).collect(),
            end: state(&account),
            ..course
        }
    }

    /// The dry run in an account in which everything is still to do.
    fn plan(&self, account: &Account) -> Value {
        let text = self.plan.to_string();
        // Keys, flow logs, detectors and named queries have ids that AWS invents.
        let invented = [
            "DeleteAccessKey",
            "DeleteResource",
            "DeleteEventSourceMapping",
            "DeleteNamedQuery",
            "DetectorId",
        ];
        if invented.iter().any(|word| text.contains(word)) {
            let plan = planned(account, self.arguments);
            account.forget_requests();
            return plan;
        }
        let text = text.replace("http://ENDPOINT", account.endpoint());
        serde_json::from_str(&text.replace("ACCOUNT", account.id())).expect("still JSON")
    }

    /// The verb and each operation that changes something.
    fn each_change(&self) -> impl Iterator<Item = (&Self, &Operation)> {
        self.changes.iter().map(move |operation| (self, operation))
    }

    /// An account in which the verb has everything still to do.
    fn start(&self) -> Account {
        let account = account_after(self.before);
        if self.arguments.starts_with("delete") {
            give_keys(&account);
        }
        account.forget_requests();
        account.faults([]);
        account
    }

    /// An account in which an uninterrupted run has ended.
    fn ended(&self) -> Account {
        let runs = [self.before, &[self.arguments]].concat();
        let account = account_after(&runs);
        account.forget_requests();
        account.faults([]);
        account
    }

    /// The run of the verb, without being asked for confirmation.
    fn ctadmin(&self, account: &Account) -> Ctadmin {
        Ctadmin::on(account, &format!("{} --yes", self.arguments))
    }

    /// The account is as after an undisturbed run, so that another run finds nothing to do.
    #[track_caller]
    fn has_ended(&self, account: &Account) {
        assert_eq!(state(account), self.end, "the state of an undisturbed run");
    }

    /// The next run ends like an undisturbed one.
    #[track_caller]
    fn ends_with_the_next_run(&self, account: &Account) {
        account.faults([]);
        self.ctadmin(account).exits(0);
        self.has_ended(account);
    }
}

/// The service and the name of an operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Operation(String, String);

impl Operation {
    fn of(request: &Record) -> Self {
        Self(request.service.clone(), request.operation.clone())
    }

    /// A fault that strikes the first request of it.
    fn struck_by(&self, fault: Fault) -> Fault {
        fault.service(&self.0).operation(&self.1)
    }
}

impl Debug for Course {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.arguments)
    }
}

/// A fresh account with three regions.
fn account() -> Account {
    account_after(&[])
}

/// As [`account`], after these runs.
fn account_after(runs: &[&str]) -> Account {
    let enabled = REGIONS.map(|region| (region.to_owned(), "ENABLED_BY_DEFAULT".into()));
    let settings = json!({
        "regions": Map::from_iter(enabled),
        "vpcs": { "us-east-1": ["vpc-1"] },
    });
    support::account_after(&settings, runs)
}

/// Gives each user of an account a key.
fn give_keys(account: &Account) {
    let snapshot = account.snapshot();
    let users = snapshot["iam"]["users"].as_object().expect("users");
    account.seeds(users.keys().map(|user| Seed {
        service: "iam",
        operation: "CreateAccessKey",
        region: "us-east-1",
        params: json!({ "UserName": user }),
    }));
}

/// All that an account holds, without what tells it from another account. The archive of the central stack holds test
/// messages, one for each time that a destination was put.
#[track_caller]
fn state(account: &Account) -> Value {
    let mut state = without_account(account, &account.snapshot());
    if let Some(archive) = state["s3"].get_mut("ACCOUNT-central-logs") {
        archive["objects"] = Value::Null;
    }
    // How far GuardDuty has come depends on how often it was asked.
    let text = state.to_string();
    state = serde_json::from_str(&text.replace("EmailVerificationInProgress", "Invited"))
        .expect("still JSON");
    state
}

fn without_account(account: &Account, value: &Value) -> Value {
    let text = value
        .to_string()
        .replace(account.endpoint(), "http://ENDPOINT");
    serde_json::from_str(&text.replace(account.id(), "ACCOUNT")).expect("still JSON")
}

/// Checks all cases, some at a time. A failing one keeps no other from being checked.
#[track_caller]
pub fn each<T: Debug + Send>(cases: impl IntoIterator<Item = T>, check: impl Fn(&T) + Sync) {
    let cases: Vec<T> = cases.into_iter().collect();
    let number = cases.len();
    let cases = Mutex::new(cases.into_iter());
    let failed = Mutex::new(Vec::new());
    let work = || {
        loop {
            let case = cases.lock().expect("checks run outside the lock").next();
            let Some(case) = case else { break };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(&case))) {
                let why = match panic.downcast_ref::<String>() {
                    Some(why) => why.clone(),
                    None => (*panic.downcast_ref::<&str>().unwrap_or(&"no words")).to_owned(),
                };
                let mut failed = failed.lock().expect("pushing does not panic");
                failed.push(format!("{case:?}: {why}"));
            }
        }
    };
    thread::scope(|scope| (0..WORKERS).for_each(|_| drop(scope.spawn(work))));
    let failed = failed.into_inner().expect("pushing does not panic");
    assert!(
        failed.is_empty(),
        "{} of {number} cases failed:\n\n{}",
        failed.len(),
        failed.join("\n\n")
    );
}
