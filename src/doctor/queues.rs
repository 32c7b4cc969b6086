//! The queue: who may send to it, how many messages wait in it, and what its readers failed on.

use super::check::{
    CREATES, FIXES, Link, Problem, REMOVE, Verdict, depends_on, fail, pass, remedy, unknown,
};
use super::findings::Findings;
use crate::error::CallError;
use crate::resource::queue::QueueState;
use crate::resource::queue_encryption::key;
use crate::stack::trail::statements::topics_send;
use crate::time::ago;
use crate::words::counted;

pub const QUEUE: Link = Link("queue", exists);
pub const REDRIVE: Link = Link("redrive", redrive);

/// A message that waits so long is not read, in seconds.
const TOO_LONG: u64 = 24 * 3_600;

fn exists(findings: &Findings) -> Verdict {
    let name = &findings.scheme.queue;
    let look = findings.home_region().map(|look| look.queue.as_ref());
    match look.transpose()?.and_then(Option::as_ref) {
        Some(_) => pass(format!("{name} in {}", findings.home_name())),
        None => fail(format!("there is no queue {name}"), CREATES),
    }
}

/// The queue, without which no other check of it can be made.
fn queue(findings: &Findings) -> Result<&QueueState, Problem> {
    let queue = findings.home_region().map(|look| &look.queue);
    match queue {
        Some(Ok(Some(queue))) => Ok(queue),
        _ => Err(depends_on(QUEUE.0, "")),
    }
}

/// Whether the topics may send.
pub fn policy(findings: &Findings) -> Verdict {
    let policy = queue(findings)?.policy.as_ref();
    if let Some(sid) = policy.and_then(|policy| policy.denying("sqs:SendMessage")) {
        return fail(format!("{sid} denies sqs:SendMessage"), REMOVE);
    }
    let regions = match findings.regions_denied {
        // Without the regions it is not known which principals the policy must name.
        Some(_) => &[],
        None => findings.survey.scope.account.enabled.as_slice(),
    };
    let wanted = topics_send(&findings.scheme, findings.home_name(), regions, policy);
    match policy.is_some_and(|policy| policy.means(&wanted)) {
        true => pass("allows the topics to send"),
        false => fail("does not allow the topics to send messages", FIXES),
    }
}

/// SNS cannot use the key of `alias/aws/sqs`, so messages vanish:
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html>
pub fn encryption(findings: &Findings) -> Verdict {
    match key(&queue(findings)?.attributes) {
        Some(key) if key.ends_with("alias/aws/sqs") => fail(
            "alias/aws/sqs, which SNS cannot use",
            "use SSE-SQS (SqsManagedSseEnabled), or a key whose policy allows sns.amazonaws.com",
        ),
        Some(key) => unknown(
            format!("the key {key}"),
            "its policy must allow each service that the queue's policy allows (sns.amazonaws.com and others) kms:GenerateDataKey* and kms:Decrypt",
        ),
        None => pass("allows SNS to deliver"),
    }
}

/// How many messages wait, and how long.
pub fn depth(findings: &Findings) -> Verdict {
    let queue = queue(findings)?;
    let count = |name| queue.count(name).unwrap_or_default();
    let waiting = count("ApproximateNumberOfMessages");
    let in_flight = count("ApproximateNumberOfMessagesNotVisible");
    let messages = usize::try_from(waiting).unwrap_or(usize::MAX);
    let detail = format!("{}, {in_flight} in flight", counted(messages, "message"));
    let why = match &findings.age {
        _ if waiting + in_flight == 0 => return pass(detail),
        Ok(Some(age)) => {
            let detail = format!("{detail}, the oldest {}", ago(*age));
            return match *age > TOO_LONG {
                true => fail(
                    detail,
                    "no consumer reads the queue: check the reader's input; messages are lost after their retention",
                ),
                false => pass(detail),
            };
        }
        Ok(None) => {
            "CloudWatch has no datapoint of its age yet: try again in some minutes".to_owned()
        }
        Err(error) if error.is_denied() => remedy(error),
        Err(error) => error.to_string(),
    };
    unknown(format!("{detail}, the oldest of unknown age"), why)
}

/// Whether the queue has a dead-letter queue, and that exists.
fn redrive(findings: &Findings) -> Verdict {
    let Some(redrive) = queue(findings)?.redrive() else {
        return fail(
            "the queue has no dead-letter queue, which Splunk's add-on requires by default",
            "`ctadmin create` creates one, or set using_dlq = 0",
        );
    };
    let count = redrive.max_receive_count;
    match dead_letters(findings)? {
        Some((name, _)) => pass(format!(
            "to {name} after {count} failed receives (maxReceiveCount)"
        )),
        None => fail(
            format!("the dead-letter queue {} is missing", redrive.queue_arn),
            "`ctadmin create` creates it, if it is the scheme's",
        ),
    }
}

/// Whether the dead-letter queue is empty.
pub fn dead_letter_queue(findings: &Findings) -> Verdict {
    queue(findings)?;
    let (name, messages) = match dead_letters(findings)? {
        Some((name, found)) => (name, found.messages()),
        None => return Err(depends_on(REDRIVE.0, "")),
    };
    match messages {
        0 => pass(format!("{name} is empty")),
        messages => fail(
            format!("{name} holds about {messages}"),
            "`ctadmin events --dlq` shows them; the reader failed to process each of them repeatedly",
        ),
    }
}

/// The name of the dead-letter queue, and what there is under it, if anything.
fn dead_letters(findings: &Findings) -> Result<Option<(&str, &QueueState)>, &CallError> {
    let Some((name, found)) = &findings.dead_letters else {
        return Ok(None);
    };
    let found = found.as_ref()?.as_ref();
    Ok(found.map(|found| (name.as_str(), found)))
}
