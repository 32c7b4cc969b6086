//! `--consume`: what was printed is deleted, and nothing else.

use serde_json::json;

use super::{Pull, line, record};
use crate::support::Fault;

#[test]
fn what_was_printed_is_deleted() {
    let pull = Pull::new();
    pull.publish("CloudTrail validation message.");
    for name in ["CreateUser", "DeleteUser"] {
        pull.deliver(name);
    }
    let ran = pull.events("--consume").exits(0);
    assert_eq!(ran.stdout, ["CreateUser", "DeleteUser"].map(line).concat());
    ran.says("deleted 3 messages\n");
    assert_eq!(pull.visible(), 0);
    assert_eq!(pull.events("--consume").exits(0).stdout, "");
}

#[test]
fn what_could_not_be_printed_stays() {
    let pull = Pull::new();
    pull.deliver("CreateUser");
    pull.log("b", &[record("DeleteUser")]);
    pull.publish(&pull.notice(&["b", "missing"]));
    pull.publish("somebody else's");
    let ran = pull.events("--consume").exits(1);
    assert_eq!(ran.stdout, ["CreateUser", "DeleteUser"].map(line).concat());
    ran.says("NoSuchKey")
        .says("deleted 1 message\n")
        .says("returned 2 messages to the queue");
    assert_eq!(pull.visible(), 2);
}

#[test]
fn what_a_filter_or_the_limit_held_back_stays() {
    let pull = Pull::new();
    pull.log("two", &[record("CreateUser"), record("DeleteUser")]);
    pull.publish(&pull.notice(&["two"]));
    pull.deliver("DeleteUser");
    pull.deliver("DeleteRole");
    let ran = pull
        .events("--consume --filter event=Delete* --limit 2")
        .exits(0);
    assert_eq!(ran.stdout, line("DeleteUser").repeat(2));
    assert_eq!(pull.visible(), 2, "the limit came at the end of a log");
    pull.events("--consume --filter event=Delete*")
        .exits(0)
        .says("deleted 1 message");
    assert_eq!(pull.visible(), 1);
}

#[test]
fn a_refused_deletion_is_told() {
    let pull = Pull::new();
    pull.deliver("CreateUser");
    pull.account
        .faults([Fault::deny().operation("DeleteMessageBatch").forever()]);
    let ran = pull.events("--consume").exits(1);
    assert_eq!(ran.stdout, line("CreateUser"));
    ran.says("deleting what was printed: 1 message: sqs DeleteMessageBatch")
        .says("hint: the caller needs sqs:DeleteMessage");
    assert_eq!(pull.visible(), 1);
}

#[test]
fn a_lost_answer_does_no_harm() {
    let pull = Pull::new();
    pull.deliver("CreateUser");
    let lost = ["DeleteMessageBatch", "GetObject", "GetQueueAttributes"];
    pull.account
        .faults(lost.map(|operation| Fault::cut_after().operation(operation)));
    assert_eq!(pull.events("--consume").exits(0).stdout, line("CreateUser"));
    assert_eq!(pull.visible(), 0);
}

#[test]
fn consuming_is_possible_whatever_the_receives_left() {
    let pull = Pull::made_with("--no-dlq");
    let url = pull.dead_letters("letters", 1);
    pull.deliver("CreateUser");
    assert_eq!(pull.events("--consume").exits(0).stdout, line("CreateUser"));
    assert_eq!((pull.visible(), pull.messages(&url)), (0, (0, 0)));
    assert_eq!(pull.sqs("ReceiveMessage", json!({})), json!({}));
}

/// Five notices, each of a log with two events.
fn five_notices() -> Pull {
    let pull = Pull::new();
    for number in 0..5 {
        let name = format!("Event{number}");
        pull.log(&name, &[record(&name), record("DeleteUser")]);
        pull.publish(&pull.notice(&[&name]));
    }
    pull
}

/// Runs this six times; afterwards all messages must be in the queue, and a consumer must get them.
#[track_caller]
fn six_runs_keep(pull: &Pull, arguments: &str, codes: [i32; 6], count: usize) {
    let url = format!("{}-dlq", pull.queue_url());
    for code in codes {
        pull.events(arguments).exits(code);
    }
    let kept = u64::try_from(count).expect("a few");
    assert_eq!((pull.visible(), pull.messages(&url)), (kept, (0, 0)));
    assert_eq!(pull.received(), count, "the consumer gets them all");
    assert_eq!(pull.messages(&url), (0, 0));
}

#[test]
fn what_a_filter_holds_back_never_becomes_a_dead_letter() {
    let pull = five_notices();
    let filter = "--consume --filter user=nobody";
    pull.events(filter).exits(0).says("kept 5 messages: ");
    six_runs_keep(&pull, filter, [0, 0, 0, 1, 1, 1], 5);
    pull.account.forget_requests();
    let ran = pull.events(filter).exits(1);
    ran.says("1 of 5 receives left").says("--last-receive");
    pull.events("").exits(1);
    assert_eq!(pull.requests("ReceiveMessage"), 0);
}

#[test]
fn what_the_limit_leaves_never_becomes_a_dead_letter() {
    let pull = five_notices();
    let limit = "--consume --limit 1";
    pull.events(limit).exits(0).says("--limit was reached");
    six_runs_keep(&pull, limit, [0, 0, 0, 1, 1, 1], 5);
}

#[test]
fn a_limit_that_ends_with_a_log_deletes_its_message() {
    let pull = five_notices();
    let ran = pull.events("--consume --limit 2").exits(0);
    assert_eq!(ran.stdout.lines().count(), 2);
    ran.says("deleted 1 message\n");
    assert_eq!(pull.visible(), 4);
}

#[test]
fn unreadable_logs_never_become_dead_letters() {
    let pull = Pull::new();
    pull.publish(&pull.notice(&["missing"]));
    pull.log("odd", &["7".to_owned(), record("CreateUser")]);
    pull.publish(&pull.notice(&["odd"]));
    pull.deliver("DeleteUser");
    let ran = pull.events("--consume").exits(1);
    ran.says("kept 2 messages: a log could not be read")
        .says("deleted 1 message\n");
    six_runs_keep(&pull, "--consume", [1; 6], 2);
}

#[test]
fn a_last_receive_is_taken_where_that_is_asked_for() {
    let pull = Pull::new();
    for name in ["missing", "odd"] {
        pull.publish(&pull.notice(&[name]));
    }
    for _ in 0..4 {
        pull.events("--consume").exits(1);
    }
    // The logs have come to be readable, but nobody can know that.
    for name in ["missing", "odd"] {
        pull.log(name, &[record(name)]);
    }
    pull.events("--consume").exits(1);
    let ran = pull.events("--consume --last-receive").exits(0);
    assert_eq!(ran.stdout, ["missing", "odd"].map(line).concat());
    assert_eq!(pull.visible(), 0);
}

#[test]
fn messages_that_are_no_notices_never_become_dead_letters() {
    let pull = Pull::new();
    pull.sqs("SendMessage", json!({"MessageBody": "somebody else's"}));
    six_runs_keep(&pull, "--consume", [0, 0, 0, 0, 1, 1], 1);
}

#[test]
fn what_a_filter_held_back_can_be_consumed_without_it() {
    let pull = five_notices();
    for code in [0, 0, 0, 0, 1] {
        pull.events("--consume --filter user=nobody").exits(code);
    }
    let ran = pull.events("--consume").exits(0);
    assert_eq!(ran.stdout.lines().count(), 10);
    // Nothing is left that must not be received, so looking is possible at once.
    pull.deliver("CreateRole");
    assert_eq!(pull.events("").exits(0).stdout, line("CreateRole"));
}

#[test]
fn a_count_that_leaves_no_receive_allows_no_choice() {
    let pull = Pull::made_with("--no-dlq");
    pull.dead_letters("letters", 1);
    pull.deliver("CreateUser");
    pull.account.forget_requests();
    pull.events("--consume --limit 1")
        .exits(1)
        .says("its maxReceiveCount of 1 leaves no receive");
    assert_eq!(pull.requests("ReceiveMessage"), 0);
}
