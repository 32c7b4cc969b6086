//! The reader: whether it can read, with credentials of its own, what it is told of.

use super::check::Check;
use super::look::Looked;
use crate::time::{ago, since};

/// Without a log for so long something is wrong, in seconds.
const TOO_LONG: u64 = 24 * 3_600;

/// The checks of the reader.
pub fn all(looked: &Looked) -> Vec<Check> {
    vec![
        queue(looked),
        newest(looked),
        one_region(looked),
        last_event(looked),
    ]
}

fn who(looked: &Looked) -> String {
    match &looked.reader.profile {
        Some(profile) => format!("the profile {profile}"),
        None => "the caller".to_owned(),
    }
}

/// A check of what is not there.
fn without(check: &'static str, what: &str) -> Check {
    let detail = format!("there is no {what}");
    Check::unknown(check, detail, "`ctadmin create` makes it")
}

/// Whether the reader may look at the queue. Nothing is received.
fn queue(looked: &Looked) -> Check {
    const NAME: &str = "reader and queue";
    let who = who(looked);
    match &looked.reader.queue {
        Ok(true) => Check::pass(NAME, format!("{who} can look at it")),
        Ok(false) => Check::fail(
            NAME,
            format!("{who} finds no queue {}", looked.scheme.queue),
            "`ctadmin create` makes it",
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
fn newest(looked: &Looked) -> Check {
    const NAME: &str = "reader and logs";
    if looked.lacks_bucket() {
        return without(NAME, "bucket");
    }
    let who = who(looked);
    match &looked.reader.newest {
        Ok(None) => Check::unknown(
            NAME,
            format!("the bucket {} holds no log yet", looked.bucket),
            "wait: the first one comes 5 to 15 minutes after a trail began to log",
        ),
        Ok(Some(newest)) => match &newest.event {
            Ok(_) => Check::pass(NAME, format!("{who} can read the newest one")),
            Err(why) => Check::fail(
                NAME,
                format!("{}: {why}", newest.entry.key),
                "who wrote it? CloudTrail's own logs can be read",
            ),
        },
        Err(error) if error.is_denied() => Check::fail(
            NAME,
            format!("{who} is denied: {error}"),
            "`ctadmin create splunk` gives the reader its policy; the policy of a key, and that of another account's bucket, must let it in, too",
        ),
        Err(error) => Check::untold(NAME, error),
    }
}

/// The add-on's SQS-based input asks S3 in the region of the queue:
/// <https://splunk.github.io/splunk-add-on-for-amazon-web-services/SQS-basedS3/>
fn one_region(looked: &Looked) -> Check {
    const NAME: &str = "one region";
    if looked.lacks_queue() {
        return without(NAME, "queue");
    }
    if looked.lacks_bucket() {
        return without(NAME, "bucket");
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
fn last_event(looked: &Looked) -> Check {
    const NAME: &str = "last event";
    if looked.lacks_bucket() {
        return without(NAME, "bucket");
    }
    let newest = match &looked.reader.newest {
        Ok(Some(newest)) => newest,
        Ok(None) => {
            return Check::unknown(NAME, "there is no log yet", "wait for the first one");
        }
        Err(error) => return Check::untold(NAME, error),
    };
    if newest.event.is_err() {
        return Check::unknown(
            NAME,
            "the newest log cannot be read",
            "see the checks above",
        );
    }
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
    match written > TOO_LONG {
        true => Check::fail(
            NAME,
            detail,
            "nothing is delivered any more: see the checks of trails and policies",
        ),
        false => Check::pass(NAME, detail),
    }
}
