//! The reader: whether it can read, with its own credentials, the queue and the logs.

use super::check::{Check, cause};
use super::findings::Findings;
use crate::error::CallError;
use crate::time::{ago, since};

/// Without a log for so long something is wrong, in seconds.
const TOO_LONG: u64 = 24 * 3_600;

/// The checks of the reader.
///
/// `before` are the checks of what brings logs: trails, if none logs, and deliveries.
pub fn all(findings: &Findings, before: &[&Check]) -> Vec<Check> {
    let queue = queue(findings);
    let newest = newest(findings, before);
    let last_event = last_event(findings, before, &newest);
    vec![queue, newest, one_region(findings), last_event]
}

fn who(findings: &Findings) -> String {
    match &findings.reader.profile {
        Some(profile) => format!("the profile {profile}"),
        None => "the caller".to_owned(),
    }
}

const READER_AND_QUEUE: &str = "reader and queue";

const READER_AND_LOGS: &str = "reader and logs";

/// Whether the reader may read the queue's attributes. Nothing is received.
fn queue(findings: &Findings) -> Check {
    const NAME: &str = READER_AND_QUEUE;
    let who = who(findings);
    match &findings.reader.queue {
        Ok(true) => Check::pass(NAME, format!("{who} can read its attributes")),
        Ok(false) if findings.lacks_queue() => Check::blocked(NAME, "queue", ""),
        Ok(false) => Check::fail(
            NAME,
            format!("{who} finds no queue {}", findings.scheme.queue),
            "its credentials belong to another account: check them",
        ),
        Err(error) if error.is_denied() => Check::fail(
            NAME,
            format!("{who} is denied: {error}"),
            "`ctadmin create splunk` attaches the reader's policy",
        ),
        Err(error) => Check::not_read(NAME, error),
    }
}

/// Whether the reader may read the newest log.
fn newest(findings: &Findings, before: &[&Check]) -> Check {
    const NAME: &str = READER_AND_LOGS;
    if findings.lacks_bucket() {
        return Check::blocked(NAME, "bucket", "");
    }
    let who = who(findings);
    match &findings.reader.newest {
        Ok(None) => match cause(before) {
            Some(cause) => Check::blocked(NAME, cause, "there is no log yet"),
            None => Check::unknown(
                NAME,
                format!("the bucket {} holds no log yet", findings.bucket),
                "wait: the first log arrives 5 to 15 minutes after logging starts",
            ),
        },
        Ok(Some(newest)) => match &newest.event {
            Ok(_) => Check::pass(NAME, format!("{who} can read the newest one")),
            Err(why) => Check::fail(
                NAME,
                format!("{}: {why}", newest.entry.key),
                "it is not a log as CloudTrail writes it: find out what wrote the object",
            ),
        },
        // Without its policy the reader can do neither.
        Err(error) if error.is_denied() && is_denied(&findings.reader.queue) => Check::blocked(
            NAME,
            READER_AND_QUEUE,
            &format!("{who} is denied this, too"),
        ),
        Err(error) if error.is_denied() => Check::fail(
            NAME,
            format!("{who} is denied: {error}"),
            "`ctadmin create splunk` attaches the reader's policy; the policy of a key, and that of another account's bucket, must allow it, too",
        ),
        Err(error) => Check::not_read(NAME, error),
    }
}

/// The add-on's SQS-based input asks S3 in the region of the queue:
/// <https://splunk.github.io/splunk-add-on-for-amazon-web-services/SQS-basedS3/>
fn one_region(findings: &Findings) -> Check {
    const NAME: &str = "one region";
    if findings.lacks_queue() {
        return Check::blocked(NAME, "queue", "");
    }
    if findings.lacks_bucket() {
        return Check::blocked(NAME, "bucket", "");
    }
    match (&findings.home, &findings.bucket_region) {
        (Some(home), Some(bucket)) if home == bucket => {
            Check::pass(NAME, format!("queue and bucket are in {home}"))
        }
        (Some(home), Some(bucket)) => Check::fail(
            NAME,
            format!("the queue is in {home}, the bucket in {bucket}"),
            "Splunk's SQS-based S3 input needs both in one region: choose a bucket in the queue's",
        ),
        _ => Check::unknown(
            NAME,
            "where queue and bucket are is not known",
            "see the checks above",
        ),
    }
}

/// How far behind the reader would be if it read at once.
fn last_event(findings: &Findings, before: &[&Check], newest: &Check) -> Check {
    const NAME: &str = "last event";
    if let Some(cause) = cause(&[newest]) {
        return Check::blocked(NAME, cause, "");
    }
    let newest = match &findings.reader.newest {
        Ok(Some(newest)) => newest,
        Ok(None) => return Check::unknown(NAME, "there is no log yet", "wait for the first one"),
        Err(error) => return Check::not_read(NAME, error),
    };
    let written = u64::try_from(findings.now - newest.entry.written).unwrap_or(0);
    let event = newest.event.as_ref().ok().and_then(Option::as_ref);
    let happened = match event {
        Some(time) => match since(time, findings.now) {
            Some(seconds) => format!("its newest event happened {}", ago(seconds)),
            None => format!("its newest event is of {time}"),
        },
        None => "it holds no event".to_owned(),
    };
    let detail = format!("the newest log arrived {}; {happened}", ago(written));
    match (written > TOO_LONG, cause(before)) {
        (false, _) => Check::pass(NAME, detail),
        (true, Some(cause)) => Check::blocked(NAME, cause, &detail),
        (true, None) => Check::fail(
            NAME,
            detail,
            "logs are no longer delivered: see the checks of trails and policies",
        ),
    }
}

fn is_denied<T>(answer: &Result<T, CallError>) -> bool {
    answer.as_ref().is_err_and(CallError::is_denied)
}
