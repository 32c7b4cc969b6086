//! Looking never sends an event to the dead letters.

use serde_json::{Value, json};

use super::{HOME, Pull, line};

impl Pull {
    /// Gives the queue another queue for its dead letters; returns that one's URL.
    pub(super) fn dead_letters(&self, name: &str, max_receives: u32) -> String {
        let made = self
            .account
            .seed("sqs", "CreateQueue", HOME, json!({"QueueName": name}));
        let url = made["QueueUrl"].as_str().expect("a URL").to_owned();
        let arn = format!("arn:aws:sqs:{HOME}:{}:{name}", self.account.id());
        let redrive =
            json!({"deadLetterTargetArn": arn, "maxReceiveCount": max_receives.to_string()});
        self.sqs(
            "SetQueueAttributes",
            json!({"Attributes": {"RedrivePolicy": redrive.to_string()}}),
        );
        url
    }

    /// What a consumer of the queue gets now.
    pub(super) fn received(&self) -> usize {
        let received = self.sqs(
            "ReceiveMessage",
            json!({"MaxNumberOfMessages": 10, "VisibilityTimeout": 0}),
        );
        received["Messages"].as_array().map_or(0, Vec::len)
    }
}

#[test]
fn looking_again_and_again_leaves_a_receive_to_the_consumer() {
    let pull = Pull::new();
    let url = format!("{}-dlq", pull.queue_url());
    for name in ["CreateUser", "DeleteUser"] {
        pull.deliver(name);
    }
    pull.publish("CloudTrail validation message.");
    let both = ["CreateUser", "DeleteUser"].map(line).concat();
    // The fifth receive is the last; the fourth finds that out.
    for warning in [
        "",
        "can be peeked at once more",
        "cannot be peeked at again",
    ] {
        let ran = pull.events("").exits(0);
        assert_eq!(ran.stdout, both);
        let warned = ran.stderr.lines().filter(|line| line.contains("peek"));
        let expected = format!(
            "3 messages {warning}, to leave one receive to the consumer; `ctadmin events --consume` reads and deletes messages"
        );
        let expected = (!warning.is_empty()).then_some(expected.as_str());
        assert_eq!(warned.collect::<Vec<_>>(), Vec::from_iter(expected));
    }
    let ran = pull.events("").exits(1);
    assert_eq!(ran.stdout, "");
    assert!(!ran.stderr.contains("be peeked at"), "{}", ran.stderr);
    ran.says("1 message has 1 of 5 receives left, which is reserved for the consumer")
        .says("hint: `ctadmin events --consume` reads the messages and deletes them, --from reads the logs in the bucket")
        .says("hint: peeking is possible again once the queue is empty");
    pull.account.forget_requests();
    for arguments in ["", "--follow", "-o json"] {
        let ran = pull.events(arguments).exits(1);
        ran.says("the queue").says("is not read any further");
    }
    assert_eq!(pull.requests("ReceiveMessage"), 0);
    assert_eq!((pull.visible(), pull.messages(&url)), (3, (0, 0)));
    assert_eq!(pull.received(), 3, "the consumer gets them all");
    assert_eq!(pull.messages(&url), (0, 0));
}

#[test]
fn an_emptied_queue_is_looked_at_again() {
    let pull = Pull::new();
    pull.deliver("CreateUser");
    for code in [0, 0, 0, 1, 1] {
        pull.events("").exits(code);
    }
    assert_eq!(pull.events("--consume").exits(0).stdout, line("CreateUser"));
    pull.deliver("DeleteUser");
    assert_eq!(pull.events("").exits(0).stdout, line("DeleteUser"));
    assert_eq!(pull.events("--consume").exits(0).stdout, line("DeleteUser"));
    pull.events("").exits(0).says("holds no messages");
    pull.deliver("DeleteRole");
    assert_eq!(pull.events("").exits(0).stdout, line("DeleteRole"));
}

#[test]
fn a_message_on_its_last_receive_is_not_printed_and_the_rest_not_received() {
    let pull = Pull::new();
    for number in 0..12 {
        pull.deliver(&format!("Event{number}"));
    }
    let one = json!({"MaxNumberOfMessages": 1, "VisibilityTimeout": 0});
    let first = || pull.sqs("ReceiveMessage", one.clone())["Messages"][0]["Body"].clone();
    let bodies: Vec<Value> = (0..3).map(|_| first()).collect();
    assert!(
        bodies.iter().all(|body| *body == bodies[0]),
        "the first comes first"
    );
    pull.account.forget_requests();
    let ran = pull.events("").exits(1);
    assert_eq!(
        (ran.stdout.as_str(), pull.requests("ReceiveMessage")),
        ("", 1)
    );
    assert_eq!(pull.visible(), 12);
}

#[test]
fn too_small_a_count_allows_no_look() {
    for most in [1, 2] {
        let pull = Pull::made_with("--no-dlq");
        pull.dead_letters("letters", most);
        pull.deliver("CreateUser");
        pull.account.forget_requests();
        let ran = pull.events("").exits(1);
        ran.says(&format!(
            "its maxReceiveCount of {most} leaves no receive for the consumer"
        ))
        .says("--consume");
        assert_eq!(pull.requests("ReceiveMessage"), 0);
    }
}

#[test]
fn without_dead_letters_looking_is_free() {
    let pull = Pull::made_with("--no-dlq");
    pull.deliver("CreateUser");
    for _ in 0..7 {
        let ran = pull.events("").exits(0);
        assert_eq!(ran.stdout, line("CreateUser"));
        assert!(!ran.stderr.contains("be peeked at"), "{}", ran.stderr);
    }
    pull.events("--dlq")
        .exits(1)
        .says("has no dead-letter queue")
        .says("`ctadmin create` creates one");
}

#[test]
fn dead_letters_can_be_looked_at_themselves() {
    let pull = Pull::new();
    pull.deliver("CreateUser");
    for _ in 0..6 {
        pull.received();
    }
    let url = format!("{}-dlq", pull.queue_url());
    assert_eq!(pull.messages(&url), (1, 0));
    for _ in 0..7 {
        let ran = pull.events("--dlq").exits(0);
        assert_eq!(ran.stdout, line("CreateUser"));
        ran.says(&format!(
            "to the queue {}-cloudtrail-dlq",
            pull.account.id()
        ));
    }
    pull.events("--dlq --consume").exits(0);
    assert_eq!(pull.messages(&url), (0, 0));
    let other = pull.dead_letters("letters", 9);
    assert_ne!(other, url);
    pull.sqs(
        "SendMessage",
        json!({"QueueUrl": other, "MessageBody": pull.notice(&["CreateUser"])}),
    );
    assert_eq!(pull.events("--dlq").exits(0).stdout, line("CreateUser"));
}

#[test]
fn dead_letters_that_are_no_notices_are_shown_and_stay() {
    let pull = Pull::new();
    let url = format!("{}-dlq", pull.queue_url());
    let long = format!("so \u{1b}[31mred\nerror: forged {}", "x".repeat(300));
    let send = |body: &str| pull.sqs("SendMessage", json!({"QueueUrl": url, "MessageBody": body}));
    let sent = ["short and dead", &long].map(|body| send(body)["MessageId"].clone());
    pull.deliver("CreateUser");
    send(&pull.notice(&["CreateUser"]));
    let [first, second] = sent.map(|id| id.as_str().expect("an id").to_owned());
    for arguments in ["--dlq", "--dlq --consume"] {
        let ran = pull.events(arguments).exits(0);
        assert_eq!(ran.stdout, line("CreateUser"), "{arguments}");
        let shown = format!("so  [31mred error: forged {}", "x".repeat(174));
        ran.says(&format!("message {first}: short and dead\n"))
            .says(&format!("message {second}: {shown}…\n"))
            .says("skipped 2 messages that are not CloudTrail notifications\n")
            .says(&format!(
                "hint: `aws sqs purge-queue --queue-url {url} --region {HOME}` deletes all messages"
            ));
    }
    assert_eq!(pull.messages(&url), (2, 0), "only the notice was deleted");
    let quiet = pull.events("--dlq -q").exits(0);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

#[test]
fn messages_that_are_no_notices_are_only_counted_while_they_live() {
    let pull = Pull::new();
    pull.sqs("SendMessage", json!({"MessageBody": "alive"}));
    let ran = pull.events("").exits(0);
    ran.says("skipped 1 message that is not a CloudTrail notification\n");
    assert!(!ran.stderr.contains("alive"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("purge"), "{}", ran.stderr);
}
