//! The reader: whether it can read, with credentials of its own, what it is told of.

use super::check::{Check, cause};
use super::look::Looked;
use crate::error::CallError;
use crate::time::{ago, since};

/// Without a log for so long something is wrong, in seconds.
const TOO_LONG: u64 = 24 * 3_600;

/// The checks of the reader.
///
/// `before` are the checks of what brings logs: trails, if none logs, and deliveries.
pub fn all(looked: &Looked, before: &[&Check]) -> Vec<Check> {
    let queue = queue(looked);
    let newest = newest(looked, before);
    let last_event = last_event(looked, before, &newest);
    vec![queue, newest, one_region(looked), last_event]
}

fn who(looked: &Looked) -> String {
    match &looked.reader.profile {
        Some(profile) => format!("the profile {profile}"),
        None => "the caller".to_owned(),
    }
}

const READER_AND_QUEUE: &str = "reader and queue";

const READER_AND_LOGS: &str = "reader and logs";

/// Whether the reader may look at the queue. Nothing is received.
fn queue(looked: &Looked) -> Check {
    const NAME: &str = READER_AND_QUEUE;
    let who = who(looked);
    match &looked.reader.queue {
        Ok(true) => Check::pass(NAME, format!("{who} can look at it")),
        Ok(false) if looked.lacks_queue() => Check::behind(NAME, "queue", ""),
        Ok(false) => Check::fail(
            NAME,
            format!("{who} finds no queue {}", looked.scheme.queue),
            "it looks in another account: check its credentials",
        ),
        Err(error) if error.is_denied() => Check::fail(
            NAME,
            format!("{who} is denied: {error}"),
            "`ctadmin create splunk` gives the reader its policy",
        ),
        Err(error) => Check::untold(NAME, error),
    }
}

/// Whether the reader may read the newest log.
fn newest(looked: &Looked, before: &[&Check]) -> Check {
    const NAME: &str = READER_AND_LOGS;
    if looked.lacks_bucket() {
        return Check::behind(NAME, "bucket", "");
    }
    let who = who(looked);
    match &looked.reader.newest {
        Ok(None) => match cause(before) {
            Some(cause) => Check::behind(NAME, cause, "there is no log yet"),
            None => Check::unknown(
                NAME,
                format!("the bucket {} holds no log yet", looked.bucket),
                "wait: the first one comes 5 to 15 minutes after a trail began to log",
            ),
        },
        Ok(Some(newest)) => match &newest.event {
            Ok(_) => Check::pass(NAME, format!("{who} can read the newest one")),
            Err(why) => Check::fail(
                NAME,
                format!("{}: {why}", newest.entry.key),
                "who wrote it? CloudTrail's own logs can be read",
            ),
        },
        // Without its policy the reader can do neither.
        Err(error) if error.is_denied() && is_denied(&looked.reader.queue) => Check::behind(
            NAME,
            READER_AND_QUEUE,
            &format!("{who} is denied this, too"),
        ),
        Err(error) if error.is_denied() => Check::fail(
            NAME,
            format!("{who} is denied: {error}"),
            "`ctadmin create splunk` gives the reader its policy; the policy of a key, and that of another account's bucket, must allow it, too",
        ),
        Err(error) => Check::untold(NAME, error),
    }
}

/// The add-on's SQS-based input asks S3 in the region of the queue:
/// <https://splunk.github.io/splunk-add-on-for-amazon-web-services/SQS-basedS3/>
fn one_region(looked: &Looked) -> Check {
    const NAME: &str = "one region";
    if looked.lacks_queue() {
        return Check::behind(NAME, "queue", "");
    }
    if looked.lacks_bucket() {
        return Check::behind(NAME, "bucket", "");
    }
    match (&looked.home, &looked.bucket_region) {
        (Some(home), Some(bucket)) if home == bucket => {
            Check::pass(NAME, format!("queue and bucket are in {home}"))
        }
        (Some(home), Some(bucket)) => Check::fail(
            NAME,
            format!("the queue is in {home}, the bucket in {bucket}"),
            "Splunk's SQS-based S3 input wants both in one region: choose a bucket in the queue's",
        ),
        _ => Check::unknown(
            NAME,
            "where queue and bucket are is not known",
            "see the checks above",
        ),
    }
}

/// How far behind the reader would be if it read at once.
fn last_event(looked: &Looked, before: &[&Check], newest: &Check) -> Check {
    const NAME: &str = "last event";
    if let Some(cause) = cause(&[newest]) {
        return Check::behind(NAME, cause, "");
    }
    let newest = match &looked.reader.newest {
        Ok(Some(newest)) => newest,
        Ok(None) => return Check::unknown(NAME, "there is no log yet", "wait for the first one"),
        Err(error) => return Check::untold(NAME, error),
    };
    let written = u64::try_from(looked.now - newest.entry.written).unwrap_or(0);
    let event = newest.event.as_ref().ok().and_then(Option::as_ref);
    let happened = match event {
        Some(time) => match since(time, looked.now) {
            Some(seconds) => format!("its newest event happened {}", ago(seconds)),
            None => format!("its newest event is of {time}"),
        },
        None => "it holds no event".to_owned(),
    };
    let detail = format!("the newest log came {}; {happened}", ago(written));
    match (written > TOO_LONG, cause(before)) {
        (false, _) => Check::pass(NAME, detail),
        (true, Some(cause)) => Check::behind(NAME, cause, &detail),
        (true, None) => Check::fail(
            NAME,
            detail,
            "nothing is delivered any more: see the checks of trails and policies",
        ),
    }
}

fn is_denied<T>(answer: &Result<T, CallError>) -> bool {
    answer.as_ref().is_err_and(CallError::is_denied)
}
