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
        .says("gave 2 messages back");
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
    assert_eq!(
        pull.visible(),
        3,
        "the log at which the limit was reached may have had more"
    );
    pull.events("--consume --filter event=Delete*")
        .exits(0)
        .says("deleted 2 messages");
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
