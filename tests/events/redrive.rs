//! `--dlq --redrive`: the dead letters go back to the queue that they came from.

use std::process::Stdio;

use serde_json::json;

use super::stopped::interrupt;
use super::{HOME, Pull};
use crate::script::ran;
use crate::support::{Ctadmin, Fault};

impl Pull {
    /// The URL of the queue that `create` makes for dead letters.
    fn dlq_url(&self) -> String {
        format!("{}-dlq", self.queue_url())
    }

    /// Two notices and a message that is none, dead of having been received too often.
    fn with_dead_letters() -> Self {
        let pull = Self::new();
        pull.kill_three();
        pull
    }

    fn kill_three(&self) {
        self.deliver("CreateUser");
        self.deliver("DeleteUser");
        self.sqs("SendMessage", json!({"MessageBody": "somebody else's"}));
        for _ in 0..6 {
            self.received();
        }
        assert_eq!(self.messages(&self.dlq_url()), (3, 0));
    }

    fn redrive(&self, arguments: &str) -> Ctadmin {
        self.events(&format!("--dlq --redrive {arguments}"))
    }
}

#[test]
fn dead_letters_go_back_to_the_queue() {
    let pull = Pull::with_dead_letters();
    pull.account.forget_requests();
    let plan = pull.redrive("-n -o json").exits(0).json();
    let steps = plan["steps"].as_array().expect("steps");
    assert_eq!(steps.len(), 1);
    let arn = format!(
        "arn:aws:sqs:{HOME}:{0}:{0}-cloudtrail-dlq",
        pull.account.id()
    );
    assert_eq!(steps[0]["operation"], "StartMessageMoveTask");
    assert_eq!(steps[0]["params"], json!({ "SourceArn": arn }));
    let script = pull.redrive("-n").exits(0).stdout;
    let command = format!("aws sqs start-message-move-task --region {HOME} --endpoint-url");
    assert!(script.contains(&command), "{script}");
    assert_eq!(pull.account.changes(), [""; 0]);

    let ran = pull.redrive("-y").exits(0);
    ran.says("messages moved to the queue");
    assert_eq!(
        pull.account.changes(),
        [format!("sqs:StartMessageMoveTask {HOME}")]
    );
    assert_eq!(
        (pull.visible(), pull.messages(&pull.dlq_url())),
        (3, (0, 0))
    );
    // They can be received as often as new ones.
    assert_eq!(pull.events("").exits(0).stdout.lines().count(), 2);

    pull.account.forget_requests();
    let again = pull.redrive("-y -o json").exits(0).json();
    assert_eq!(again["steps"], json!([]));
    assert_eq!(pull.account.changes(), [""; 0]);
}

#[test]
fn the_script_follows_the_task_to_its_end() {
    let pull = Pull::with_dead_letters();
    pull.account
        .settings(json!({"move_task_time": 1, "move_task_delay": 1}));
    let script = pull.redrive("-n").exits(0).stdout;
    let moved = ran(&pull.account, &script);
    assert_eq!(moved.code, 0, "{}", moved.stderr);
    moved.says("cloudtrail: about 3");
    assert_eq!(
        (pull.visible(), pull.messages(&pull.dlq_url())),
        (3, (0, 0))
    );

    let body = pull.notice(&["x"]);
    let letter = json!({"QueueUrl": pull.dlq_url(), "MessageBody": body});
    pull.sqs("SendMessage", letter);
    let script = pull.redrive("-n").exits(0).stdout;
    let failed = ran(&pull.account, &script);
    assert_ne!(failed.code, 0);
    failed.says("FAILED: CouldNotDetermineMessageSource");
}

#[test]
fn an_interrupt_ends_the_wait_but_not_the_task() {
    let pull = Pull::with_dead_letters();
    pull.account.settings(json!({"move_task_time": 2}));
    let mut command = pull.redrive("-y").into_command();
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let running = command.spawn().expect("the binary starts");
    while pull.requests("ListMessageMoveTasks") < 2 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(interrupt(running).0, Some(130));
    std::thread::sleep(std::time::Duration::from_secs(2));
    pull.redrive("-y").exits(0);
    assert_eq!(pull.visible(), 3);
}

#[test]
fn an_earlier_task_is_not_taken_for_the_one_that_was_started() {
    let pull = Pull::new();
    let body = pull.notice(&["x"]);
    let letter = json!({"QueueUrl": pull.dlq_url(), "MessageBody": body});
    pull.sqs("SendMessage", letter);
    pull.redrive("-y").exits(1).says("messages moved: 0 of 1");
    pull.sqs("PurgeQueue", json!({"QueueUrl": pull.dlq_url()}));
    pull.kill_three();
    pull.account.settings(json!({"move_task_delay": 1}));
    pull.redrive("-y")
        .exits(0)
        .says("messages moved to the queue");
}

#[test]
fn how_many_messages_were_moved_is_shown_on_a_terminal() {
    let pull = Pull::with_dead_letters();
    pull.account.settings(json!({"move_task_time": 1}));
    let ran = pull.redrive("-y").in_terminal(80).exits(0);
    let shown = &ran.stdout;
    assert!(shown.contains("messages moved: 0 of 3"), "{shown:?}");
    assert!(shown.contains("cloudtrail: about 3"), "{shown:?}");
    assert!(!shown.contains("0/0"), "{shown:?}");
}

#[test]
fn a_question_is_asked_first() {
    let pull = Pull::with_dead_letters();
    pull.redrive("")
        .exits(2)
        .says("there is no terminal to ask");
    assert_eq!(pull.messages(&pull.dlq_url()), (3, 0));
}

#[test]
fn dead_letters_of_other_queues_are_not_touched() {
    let pull = Pull::with_dead_letters();
    let arn = format!(
        "arn:aws:sqs:{HOME}:{0}:{0}-cloudtrail-dlq",
        pull.account.id()
    );
    let redrive = json!({"deadLetterTargetArn": arn, "maxReceiveCount": 3}).to_string();
    let other = json!({"QueueName": "other", "Attributes": {"RedrivePolicy": redrive}});
    pull.account.seed("sqs", "CreateQueue", HOME, other);
    pull.account.forget_requests();
    pull.redrive("-y")
        .exits(1)
        .says("dead-letter queue of other queues: other");
    pull.redrive("-n").exits(1);
    assert_eq!(pull.account.changes(), [""; 0]);
    assert_eq!(pull.messages(&pull.dlq_url()), (3, 0));
}

#[test]
fn a_message_that_came_from_nowhere_fails_the_task() {
    let pull = Pull::new();
    let body = pull.notice(&["x"]);
    pull.sqs(
        "SendMessage",
        json!({"QueueUrl": pull.dlq_url(), "MessageBody": body}),
    );
    pull.redrive("-y")
        .exits(1)
        .says("CouldNotDetermineMessageSource")
        .says("`ctadmin events --dlq`");
    assert_eq!(pull.messages(&pull.dlq_url()), (1, 0));
}

#[test]
fn a_lost_answer_and_a_task_that_runs_already_are_one_task() {
    let pull = Pull::with_dead_letters();
    pull.account.settings(json!({"move_task_time": 3}));
    pull.account
        .faults([Fault::cut_after().operation("StartMessageMoveTask")]);
    pull.redrive("-y").exits(0).says("cloudtrail: about 3");
    let pull = Pull::with_dead_letters();
    pull.account.settings(json!({"move_task_time": 3}));
    let mut first = pull.redrive("-y").into_command();
    first.stdout(Stdio::null()).stderr(Stdio::null());
    let mut first = first.spawn().expect("the binary starts");
    while pull.requests("StartMessageMoveTask") == 0 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    pull.account.forget_requests();
    pull.redrive("-y").exits(0).says("cloudtrail: about 3");
    first.wait().expect("our child");
    assert_eq!(pull.account.changes(), [""; 0]);
    assert_eq!(pull.visible(), 3);
}

#[test]
fn redriving_is_about_dead_letters_only() {
    for arguments in [
        "--redrive",
        "--dlq --redrive --consume",
        "--dlq -n",
        "-y file",
    ] {
        Ctadmin::alone(&format!("events {arguments}")).exits(2);
    }
    let pull = Pull::made_with("--no-dlq");
    pull.redrive("-y").exits(1).says("has no dead-letter queue");
}
