//! The queue: who may send to it, how much waits in it, and what its readers failed on.

use super::check::{Check, to_be_told};
use super::look::Looked;
use crate::region::Region;
use crate::resource::queue::Found;
use crate::stack::trail::statements::topics_send;
use crate::time::ago;
use crate::words::counted;

/// What waits so long is read by nobody, in seconds.
const TOO_LONG: u64 = 24 * 3_600;

const FIXES: &str = "`ctadmin create` fixes it";

/// The checks of the queue and of its dead letters.
pub fn all(looked: &Looked) -> Vec<Check> {
    const NAME: &str = "queue";
    let name = &looked.scheme.queue;
    let queue = match looked.home_look().map(|look| &look.queue) {
        Some(Ok(Some(queue))) => queue,
        other => {
            let check = match other {
                Some(Err(error)) => Check::untold(NAME, error),
                _ => Check::fail(
                    NAME,
                    format!("there is no queue {name}"),
                    "`ctadmin create` creates it",
                ),
            };
            let behind = BEHIND_QUEUE.map(|check| Check::behind(check, NAME, ""));
            return std::iter::once(check).chain(behind).collect();
        }
    };
    let home = looked.home.as_deref().unwrap_or_default();
    let redrive = redrive(looked, queue);
    let dead_letters = dead_letters(looked, &redrive);
    vec![
        Check::pass(NAME, format!("{name} in {home}")),
        policy(looked, queue),
        encryption(queue),
        depth(looked, queue),
        redrive,
        dead_letters,
    ]
}

/// What nothing can be said about without a queue.
const BEHIND_QUEUE: [&str; 5] = [POLICY, ENCRYPTION, DEPTH, REDRIVE, DEAD_LETTERS];

const POLICY: &str = "queue policy";
const ENCRYPTION: &str = "queue encryption";
const DEPTH: &str = "queue depth";
const REDRIVE: &str = "redrive";
const DEAD_LETTERS: &str = "dead letters";

/// Whether the topics may send.
fn policy(looked: &Looked, queue: &Found) -> Check {
    let home = looked.home.as_deref().unwrap_or_default();
    let regions: Vec<Region> = looked.survey.scope.enabled.clone();
    let regions = match looked.regions_denied {
        // Whoever may not know the regions cannot know which principals the policy must name.
        Some(_) => Vec::new(),
        None => regions,
    };
    let denying = queue
        .policy
        .as_ref()
        .and_then(|policy| policy.denying("sqs:SendMessage"));
    if let Some(sid) = denying {
        return Check::fail(
            POLICY,
            format!("{sid} denies sqs:SendMessage"),
            "remove the statement, or give it a condition",
        );
    }
    let wanted = topics_send(&looked.scheme, home, &regions, queue.policy.as_ref());
    let lacks = queue
        .policy
        .as_ref()
        .is_none_or(|policy| !policy.means(&wanted));
    match lacks {
        true => Check::fail(POLICY, "does not let the topics send as it should", FIXES),
        false => Check::pass(POLICY, "lets the topics send"),
    }
}

/// SNS cannot use the key of `alias/aws/sqs`, so messages vanish:
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html>
fn encryption(queue: &Found) -> Check {
    match queue.attributes.get("KmsMasterKeyId").map(String::as_str) {
        Some(key) if key.ends_with("alias/aws/sqs") => Check::fail(
            ENCRYPTION,
            "alias/aws/sqs, with which SNS cannot deliver",
            "use SSE-SQS (SqsManagedSseEnabled), or a key whose policy lets sns.amazonaws.com in",
        ),
        Some(key) if !key.is_empty() => Check::unknown(
            ENCRYPTION,
            format!("the key {key}"),
            "its policy must allow each service that the queue's policy allows (sns.amazonaws.com and others) kms:GenerateDataKey* and kms:Decrypt",
        ),
        _ => Check::pass(ENCRYPTION, "lets SNS deliver"),
    }
}

/// How much waits, and how long.
fn depth(looked: &Looked, queue: &Found) -> Check {
    let count = |name| queue.count(name).unwrap_or_default();
    let waiting = count("ApproximateNumberOfMessages");
    let in_flight = count("ApproximateNumberOfMessagesNotVisible");
    let messages = usize::try_from(waiting).unwrap_or(usize::MAX);
    let detail = format!("{}, {in_flight} in flight", counted(messages, "message"));
    let why = match &looked.age {
        _ if waiting + in_flight == 0 => return Check::pass(DEPTH, detail),
        Ok(Some(age)) if *age > TOO_LONG => {
            return Check::fail(
                DEPTH,
                format!("{detail}, the oldest {}", ago(*age)),
                "nobody reads the queue: check the reader's input; messages are lost after their retention",
            );
        }
        Ok(Some(age)) => return Check::pass(DEPTH, format!("{detail}, the oldest {}", ago(*age))),
        Ok(None) => {
            "CloudWatch has no datapoint of its age yet: try again in some minutes".to_owned()
        }
        Err(error) if error.is_denied() => to_be_told(error),
        Err(error) => error.to_string(),
    };
    Check::unknown(DEPTH, format!("{detail}, the oldest of unknown age"), why)
}

/// Whether the queue says where dead letters go, and that is there.
fn redrive(looked: &Looked, queue: &Found) -> Check {
    let Some(redrive) = queue.redrive() else {
        return Check::fail(
            REDRIVE,
            "the queue has no dead letter queue; Splunk's add-on refuses such a queue unless told otherwise",
            "`ctadmin create` gives it one, or set using_dlq = 0",
        );
    };
    let count = redrive.max_receive_count;
    match &looked.dead_letters {
        Some((name, Ok(Some(_)))) => {
            Check::pass(REDRIVE, format!("to {name} after {count} receives"))
        }
        Some((_, Err(error))) => Check::untold(REDRIVE, error),
        _ => Check::fail(
            REDRIVE,
            format!(
                "dead letters go to {}, which is not there",
                redrive.queue_arn
            ),
            "`ctadmin create` creates it, if it is the scheme's",
        ),
    }
}

/// Whether readers failed on anything.
fn dead_letters(looked: &Looked, redrive: &Check) -> Check {
    let (name, found) = match &looked.dead_letters {
        Some((name, Ok(Some(found)))) => (name, found),
        Some((_, Err(error))) => return Check::untold(DEAD_LETTERS, error),
        _ => return Check::behind(DEAD_LETTERS, redrive.check, ""),
    };
    match found.messages() {
        0 => Check::pass(DEAD_LETTERS, format!("{name} is empty")),
        messages => Check::fail(
            DEAD_LETTERS,
            format!("{name} holds about {messages}"),
            "`ctadmin events --dlq` shows them; the reader failed on each of them again and again",
        ),
    }
}
