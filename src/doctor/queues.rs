//! The queue: who may send to it, how many messages wait in it, and what its readers failed on.

use super::check::{Check, FIXES, REMOVE, remedy};
use super::findings::Findings;
use crate::region::Region;
use crate::resource::queue::QueueState;
use crate::stack::trail::statements::topics_send;
use crate::time::ago;
use crate::words::counted;

/// A message that waits so long is not read, in seconds.
const TOO_LONG: u64 = 24 * 3_600;

/// The checks of the queue and of its dead-letter queue.
pub fn all(findings: &Findings) -> Vec<Check> {
    const NAME: &str = "queue";
    let name = &findings.scheme.queue;
    let queue = match findings.home_region().map(|look| &look.queue) {
        Some(Ok(Some(queue))) => queue,
        other => {
            let check = match other {
                Some(Err(error)) => Check::not_read(NAME, error),
                _ => Check::fail(
                    NAME,
                    format!("there is no queue {name}"),
                    "`ctadmin create` creates it",
                ),
            };
            let behind = BEHIND_QUEUE.map(|check| Check::blocked(check, NAME, ""));
            return std::iter::once(check).chain(behind).collect();
        }
    };
    let home = findings.home.as_deref().unwrap_or_default();
    let redrive = redrive(findings, queue);
    let dead_letter_queue = dead_letter_queue(findings, &redrive);
    vec![
        Check::pass(NAME, format!("{name} in {home}")),
        policy(findings, queue),
        encryption(queue),
        depth(findings, queue),
        redrive,
        dead_letter_queue,
    ]
}

/// What nothing can be reports about without a queue.
const BEHIND_QUEUE: [&str; 5] = [POLICY, ENCRYPTION, DEPTH, REDRIVE, DEAD_LETTER_QUEUE];

const POLICY: &str = "queue policy";
const ENCRYPTION: &str = "queue encryption";
const DEPTH: &str = "queue depth";
const REDRIVE: &str = "redrive";
const DEAD_LETTER_QUEUE: &str = "dead-letter queue";

/// Whether the topics may send.
fn policy(findings: &Findings, queue: &QueueState) -> Check {
    let home = findings.home.as_deref().unwrap_or_default();
    let regions: Vec<Region> = findings.survey.scope.account.enabled.clone();
    let regions = match findings.regions_denied {
        // Without the regions it is not known which principals the policy must name.
        Some(_) => Vec::new(),
        None => regions,
    };
    let denying = queue
        .policy
        .as_ref()
        .and_then(|policy| policy.denying("sqs:SendMessage"));
    if let Some(sid) = denying {
        return Check::fail(POLICY, format!("{sid} denies sqs:SendMessage"), REMOVE);
    }
    let wanted = topics_send(&findings.scheme, home, &regions, queue.policy.as_ref());
    let lacks = queue
        .policy
        .as_ref()
        .is_none_or(|policy| !policy.means(&wanted));
    match lacks {
        true => Check::fail(POLICY, "does not allow the topics to send messages", FIXES),
        false => Check::pass(POLICY, "allows the topics to send"),
    }
}

/// SNS cannot use the key of `alias/aws/sqs`, so messages vanish:
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html>
fn encryption(queue: &QueueState) -> Check {
    match queue.attributes.get("KmsMasterKeyId").map(String::as_str) {
        Some(key) if key.ends_with("alias/aws/sqs") => Check::fail(
            ENCRYPTION,
            "alias/aws/sqs, which SNS cannot use",
            "use SSE-SQS (SqsManagedSseEnabled), or a key whose policy allows sns.amazonaws.com",
        ),
        Some(key) if !key.is_empty() => Check::unknown(
            ENCRYPTION,
            format!("the key {key}"),
            "its policy must allow each service that the queue's policy allows (sns.amazonaws.com and others) kms:GenerateDataKey* and kms:Decrypt",
        ),
        _ => Check::pass(ENCRYPTION, "allows SNS to deliver"),
    }
}

/// How many messages wait, and how long.
fn depth(findings: &Findings, queue: &QueueState) -> Check {
    let count = |name| queue.count(name).unwrap_or_default();
    let waiting = count("ApproximateNumberOfMessages");
    let in_flight = count("ApproximateNumberOfMessagesNotVisible");
    let messages = usize::try_from(waiting).unwrap_or(usize::MAX);
    let detail = format!("{}, {in_flight} in flight", counted(messages, "message"));
    let why = match &findings.age {
        _ if waiting + in_flight == 0 => return Check::pass(DEPTH, detail),
        Ok(Some(age)) if *age > TOO_LONG => {
            return Check::fail(
                DEPTH,
                format!("{detail}, the oldest {}", ago(*age)),
                "no consumer reads the queue: check the reader's input; messages are lost after their retention",
            );
        }
        Ok(Some(age)) => return Check::pass(DEPTH, format!("{detail}, the oldest {}", ago(*age))),
        Ok(None) => {
            "CloudWatch has no datapoint of its age yet: try again in some minutes".to_owned()
        }
        Err(error) if error.is_denied() => remedy(error),
        Err(error) => error.to_string(),
    };
    Check::unknown(DEPTH, format!("{detail}, the oldest of unknown age"), why)
}

/// Whether the queue has a dead-letter queue, and that exists.
fn redrive(findings: &Findings, queue: &QueueState) -> Check {
    let Some(redrive) = queue.redrive() else {
        return Check::fail(
            REDRIVE,
            "the queue has no dead-letter queue, which Splunk's add-on requires by default",
            "`ctadmin create` creates one, or set using_dlq = 0",
        );
    };
    let count = redrive.max_receive_count;
    match &findings.dead_letters {
        Some((name, Ok(Some(_)))) => Check::pass(
            REDRIVE,
            format!("to {name} after {count} failed receives (maxReceiveCount)"),
        ),
        Some((_, Err(error))) => Check::not_read(REDRIVE, error),
        _ => Check::fail(
            REDRIVE,
            format!("the dead-letter queue {} is missing", redrive.queue_arn),
            "`ctadmin create` creates it, if it is the scheme's",
        ),
    }
}

/// Whether the dead-letter queue is empty.
fn dead_letter_queue(findings: &Findings, redrive: &Check) -> Check {
    let (name, found) = match &findings.dead_letters {
        Some((name, Ok(Some(found)))) => (name, found),
        Some((_, Err(error))) => return Check::not_read(DEAD_LETTER_QUEUE, error),
        _ => return Check::blocked(DEAD_LETTER_QUEUE, redrive.check, ""),
    };
    match found.messages() {
        0 => Check::pass(DEAD_LETTER_QUEUE, format!("{name} is empty")),
        messages => Check::fail(
            DEAD_LETTER_QUEUE,
            format!("{name} holds about {messages}"),
            "`ctadmin events --dlq` shows them; the reader failed to process each of them repeatedly",
        ),
    }
}
