//! The reader: whether it can read, with its own credentials, the queue and the logs.

use super::check::{Link, Verdict, cause, depends_on, fail, pass, unknown};
use super::delivery::nothing_is_sent;
use super::findings::Findings;
use super::path::BUCKET;
use super::queues::QUEUE;
use crate::error::CallError;
use crate::time::{ago, since};

pub const AND_QUEUE: Link = Link("reader and queue", queue);
pub const AND_LOGS: Link = Link("reader and logs", newest);

/// Without a log for so long something is wrong, in seconds.
const TOO_LONG: u64 = 24 * 3_600;

fn who(findings: &Findings) -> String {
    match &findings.profile {
        Some(profile) => format!("the profile {profile}"),
        None => "the caller".to_owned(),
    }
}

/// Whether the reader may read the queue's attributes. Nothing is received.
fn queue(findings: &Findings) -> Verdict {
    let who = who(findings);
    match &findings.readable {
        Err(error) if error.is_denied() => fail(
            format!("{who} is denied: {error}"),
            "`ctadmin create splunk` attaches the reader's policy",
        ),
        Err(error) => Err(error.into()),
        Ok(true) => pass(format!("{who} can read its attributes")),
        Ok(false) if findings.lacks_queue() => Err(depends_on(QUEUE.0, "")),
        Ok(false) => fail(
            format!("{who} finds no queue {}", findings.scheme.queue),
            "its credentials belong to another account: check them",
        ),
    }
}

/// Whether the reader may read the newest log.
fn newest(findings: &Findings) -> Verdict {
    if findings.lacks_bucket() {
        return Err(depends_on(BUCKET.0, ""));
    }
    let who = who(findings);
    match &findings.newest {
        Ok(None) => match nothing_is_sent(findings) {
            Some(cause) => Err(depends_on(cause, "there is no log yet")),
            None => unknown(
                format!("the bucket {} holds no log yet", findings.bucket),
                "wait: the first log arrives 5 to 15 minutes after logging starts",
            ),
        },
        Ok(Some(newest)) => match &newest.event {
            Ok(_) => pass(format!("{who} can read the newest one")),
            Err(why) => fail(
                format!("{}: {why}", newest.entry.key),
                "it is not a log as CloudTrail writes it: find out what wrote the object",
            ),
        },
        // Without its policy the reader can do neither.
        Err(error) if error.is_denied() && is_denied(&findings.readable) => {
            let seen = format!("{who} is denied this, too");
            Err(depends_on(AND_QUEUE.0, &seen))
        }
        Err(error) if error.is_denied() => fail(
            format!("{who} is denied: {error}"),
            "`ctadmin create splunk` attaches the reader's policy; the policy of a key, and that of another account's bucket, must allow it, too",
        ),
        Err(error) => Err(error.into()),
    }
}

/// The add-on's SQS-based input asks S3 in the region of the queue:
/// <https://splunk.github.io/splunk-add-on-for-amazon-web-services/SQS-basedS3/>
pub fn one_region(findings: &Findings) -> Verdict {
    if findings.lacks_queue() {
        return Err(depends_on(QUEUE.0, ""));
    }
    if findings.lacks_bucket() {
        return Err(depends_on(BUCKET.0, ""));
    }
    match (&findings.home, &findings.bucket_region) {
        (Some(home), Some(bucket)) if home == bucket => {
            pass(format!("queue and bucket are in {home}"))
        }
        (Some(home), Some(bucket)) => fail(
            format!("the queue is in {home}, the bucket in {bucket}"),
            "Splunk's SQS-based S3 input needs both in one region: choose a bucket in the queue's",
        ),
        _ => unknown(
            "where queue and bucket are is not known",
            "see the checks above",
        ),
    }
}

/// How far behind the reader would be if it read at once.
pub fn last_event(findings: &Findings) -> Verdict {
    if let Some(cause) = cause(findings, &[AND_LOGS]) {
        return Err(depends_on(cause, ""));
    }
    let Some(newest) = findings.newest.as_ref()? else {
        return unknown("there is no log yet", "wait for the first one");
    };
    let written = u64::try_from(findings.now - newest.entry.written).unwrap_or(0);
    let happened = match &newest.event {
        Ok(Some(time)) => match since(time, findings.now) {
            Some(seconds) => format!("its newest event happened {}", ago(seconds)),
            None => format!("its newest event is of {time}"),
        },
        Ok(None) | Err(_) => "it holds no event".to_owned(),
    };
    let detail = format!("the newest log arrived {}; {happened}", ago(written));
    match (written > TOO_LONG, nothing_is_sent(findings)) {
        (false, _) => pass(detail),
        (true, Some(cause)) => Err(depends_on(cause, &detail)),
        (true, None) => fail(
            detail,
            "logs are no longer delivered: see the checks of trails and policies",
        ),
    }
}

fn is_denied<T>(answer: &Result<T, CallError>) -> bool {
    answer.as_ref().is_err_and(CallError::is_denied)
}
