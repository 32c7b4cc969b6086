//! Queues that were deleted a moment ago: SQS may answer for them as if they still existed.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use crate::support::scenario::{operations, planned};
use crate::support::{self, Account, Ctadmin};

const THREE: &str = "--regions us-west-2,us-east-1,eu-west-1";
const SUSPICION: &str = "may have been deleted a moment ago";

/// An account in which the scheme was deleted a moment ago, and whose queues still answer every other time.
fn haunted() -> Account {
    let account = support::account();
    Ctadmin::on(
        &account,
        &format!("create --yes --region us-west-2 {THREE}"),
    )
    .exits(0);
    account.settings(json!({ "queue_ghost": 600 }));
    Ctadmin::on(&account, &format!("delete --yes {THREE}")).exits(0);
    account.forget_requests();
    account
}

/// Runs `create`, and lets the ghosts go as soon as it suspects them. Returns the rest of stderr.
fn create_and_exorcise(account: &Account, arguments: &str) -> String {
    let mut command = Ctadmin::on(account, &format!("create {arguments} {THREE}"))
        .env("CTADMIN_QUEUE_WATCH", "30s")
        .into_command();
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut stderr = BufReader::new(child.stderr.take().expect("stderr is piped"));
    let mut line = String::new();
    while !line.contains(SUSPICION) {
        line.clear();
        let read = stderr.read_line(&mut line).expect("stderr is text");
        assert!(read > 0, "create ended without a suspicion");
    }
    account.settings(json!({ "queue_ghost": 0 }));
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).expect("stderr is text");
    let status = child.wait().expect("our child");
    assert!(status.success(), "{rest}");
    rest
}

#[test]
fn are_watched_before_the_home_is_refused_or_anything_is_made() {
    let account = haunted();
    let id = account.id();
    create_and_exorcise(&account, "--yes --region eu-west-1");
    let queues = account.snapshot()["sqs"].clone();
    for name in ["cloudtrail", "cloudtrail-dlq"] {
        let arn = format!("arn:aws:sqs:eu-west-1:{id}:{id}-{name}");
        assert!(queues[&arn].is_object(), "{arn} is missing in {queues}");
    }
    assert_eq!(
        planned(&account, &format!("create {THREE}"))["steps"],
        json!([])
    );
}

#[test]
fn end_while_a_dry_run_watches_them() {
    let account = haunted();
    create_and_exorcise(&account, "-n --region us-west-2");
    assert_eq!(account.changes(), Vec::<String>::new());
    let plan = planned(&account, &format!("create --region us-west-2 {THREE}"));
    let made = operations(&plan);
    let queues = made.iter().filter(|made| *made == "CreateQueue us-west-2");
    assert_eq!(queues.count(), 2, "{made:?}");
}

#[test]
fn keep_their_name_from_the_script_only_for_a_while() {
    let account = support::account();
    let one = "--region us-west-2 --regions us-west-2";
    Ctadmin::on(&account, &format!("create --yes {one}")).exits(0);
    Ctadmin::on(&account, "delete --yes --regions us-west-2").exits(0);
    account.settings(json!({ "queue_delete_block": 600 }));
    let script = Ctadmin::on(&account, &format!("create -n {one}"))
        .exits(0)
        .stdout;
    account.forget_requests();
    let refused = || {
        let requests = account.requests().into_iter();
        let mut errors = requests.filter_map(|request| request.error);
        errors.any(|error| error.contains("QueueDeletedRecently"))
    };
    std::thread::scope(|scope| {
        let running = scope.spawn(|| crate::script::ran(&account, &script));
        while !refused() && !running.is_finished() {
            std::thread::sleep(Duration::from_millis(50));
        }
        account.settings(json!({ "queue_delete_block": 0 }));
        let ran = running.join().expect("the script ends");
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    });
    assert!(refused(), "the name was blocked");
    assert_eq!(
        planned(&account, &format!("create {one}"))["steps"],
        json!([])
    );
}

#[test]
fn can_be_deleted_again() {
    let account = haunted();
    let delete = format!("delete --yes {THREE}");
    for _ in 0..2 {
        Ctadmin::on(&account, &delete).exits(0);
    }
}

#[test]
fn are_not_taken_for_queues_that_lost_their_topics() {
    let account = support::account_of_all_regions();
    let id = account.id();
    Ctadmin::on(
        &account,
        &format!("create --yes --region us-west-2 {THREE}"),
    )
    .exits(0);
    for region in ["us-west-2", "us-east-1", "eu-west-1"] {
        let topic = format!("arn:aws:sns:{region}:{id}:{id}-cloudtrail-{region}");
        account.seed("sns", "DeleteTopic", region, json!({ "TopicArn": topic }));
    }
    account.forget_requests();
    let create = format!("create --yes {THREE}");
    Ctadmin::on(&account, &create).exits(0).says(SUSPICION);
    let changes = account.changes().join(" ");
    assert!(!changes.contains("sqs:"), "{changes}");

    account.forget_requests();
    let again = Ctadmin::on(&account, &create).exits(0);
    assert!(!again.stderr.contains(SUSPICION), "{}", again.stderr);
    let asked = account.requests().into_iter();
    let asked = asked.filter(|request| request.operation == "GetQueueAttributes");
    assert_eq!(
        asked.count(),
        2 * 17,
        "each queue is asked for once, in each region"
    );
}

#[test]
fn are_watched_for_a_duration() {
    let account = support::account();
    for wrong in ["60", "soon", "2h"] {
        Ctadmin::on(&account, "create -n --region us-west-2")
            .env("CTADMIN_QUEUE_WATCH", wrong)
            .exits(2)
            .says("CTADMIN_QUEUE_WATCH");
    }
}
