//! Checks of the stack's resources, as `show push` sees them.

use super::super::check::{Link, Problem, Verdict, cause, depends_on, fail, pass, unknown};
use super::findings::Findings;
use crate::words::counted;

pub const STREAM: Link<Findings> = Link("delivery stream", stream);

const CREATE: &str = "create push";

/// The stream exists, is active, and is what `create push` creates.
fn stream(findings: &Findings) -> Verdict {
    let Some(part) = findings.of_kinds(&["delivery-stream"]).next() else {
        return match &findings.unread {
            Some(region) => unknown(
                format!("the region {region} could not be read"),
                "give the stream's region with --region",
            ),
            None if findings.is_other => fail(
                "no role says which log group is delivered",
                "create it with `ctadmin create push` and --source-log-group",
            ),
            None => fail(
                "no trail, no queue and no role says in which region the stream is",
                "give --region, or create it with `ctadmin create push --multi-region`",
            ),
        };
    };
    if let Some((status, _)) = &findings.stream
        && status != "ACTIVE"
    {
        return match status.as_str() {
            "CREATING" => unknown("its status is CREATING", "try again in some minutes"),
            _ => fail(
                format!("its status is {status}"),
                "`ctadmin create push` fixes it",
            ),
        };
    }
    part.whole(CREATE)?;
    all_whole(findings, &["log-stream"])?;
    pass(format!("{} is ACTIVE", part.name))
}

/// The records of CloudWatch Logs are unpacked, by a function if one is used.
pub fn transformation(findings: &Findings) -> Verdict {
    if let Some(cause) = cause(findings, &[STREAM]) {
        return Err(depends_on(cause, ""));
    }
    let stream = findings.stream.as_ref();
    let splunk = stream.and_then(|(_, splunk)| splunk.as_ref());
    if splunk.is_none_or(|splunk| splunk.function.is_none()) {
        return pass("the delivery stream unpacks the records");
    }
    all_whole(findings, &["lambda-function"])?;
    let mut functions = findings.of_kinds(&["lambda-function"]);
    let name = functions.next().map_or("", |part| &part.name);
    pass(format!("the function {name} unpacks the records"))
}

/// The alarms exist.
pub fn alarms(findings: &Findings) -> Verdict {
    all_whole(findings, &["alarm"])?;
    pass(counted(findings.of_kinds(&["alarm"]).count(), "alarm"))
}

/// Firehose, CloudWatch Logs and CloudTrail may do what they do.
pub fn roles(findings: &Findings) -> Verdict {
    all_whole(findings, &["role"])?;
    pass(counted(findings.of_kinds(&["role"]).count(), "role"))
}

/// What cannot be delivered is kept.
pub fn bucket(findings: &Findings) -> Verdict {
    all_whole(findings, &["bucket"])?;
    let mut buckets = findings.of_kinds(&["bucket"]);
    pass(buckets.next().map_or("", |part| &part.name))
}

/// CloudWatch Logs sends to the stream.
pub fn filter(findings: &Findings) -> Verdict {
    all_whole(findings, &["subscription-filters", "subscription-filter"])?;
    let mut filters = findings.of_kinds(&["subscription-filter"]);
    match filters.next() {
        Some(part) => pass(&part.name),
        None => Err(depends_on(STREAM.0, "")),
    }
}

/// The trail logs, and sends to the group; or the group of another delivery exists.
pub fn trail(findings: &Findings) -> Verdict {
    match &findings.source {
        Some((group, true)) => return pass(format!("the log group {group} is delivered")),
        Some((group, false)) => {
            let advice = "create the log group, or delete the delivery with `ctadmin delete push`";
            return fail(format!("the log group {group} is missing"), advice);
        }
        None => {}
    }
    if let Some(region) = &findings.unread {
        return unknown(
            format!("the trails of {region} could not be read"),
            "use credentials that are allowed what `ctadmin iam-policy doctor push` prints",
        );
    }
    if let Some(warning) = findings.warnings.first() {
        return fail(
            warning,
            "`ctadmin show push` shows the trail's delivery; `ctadmin create push` fixes it",
        );
    }
    all_whole(findings, &["log-group", "trail-logs"])?;
    match findings.of_kinds(&["trail-logs"]).next() {
        Some(part) => pass(format!("{} delivers to the log group", part.name)),
        None => Err(depends_on(STREAM.0, "")),
    }
}

/// Whether all resources of these kinds are as they should be.
fn all_whole(findings: &Findings, kinds: &[&str]) -> Result<(), Problem> {
    let mut parts = findings.of_kinds(kinds).peekable();
    if parts.peek().is_none() {
        let cause = cause(findings, &[STREAM]);
        return Err(depends_on(cause.unwrap_or(STREAM.0), ""));
    }
    // What could not be read may hide what seems to be missing.
    let unread = findings
        .of_kinds(kinds)
        .find_map(|part| part.state.as_ref().err());
    if let Some(error) = unread {
        return Err(error.into());
    }
    parts.try_for_each(|part| match (&findings.stream, &part.state) {
        // The list of a group's filters, which is read where there is no filter.
        (_, Ok(None)) if part.is_any(&["subscription-filters"]) => Ok(()),
        // Without its stream, the stack was not created.
        (None, Ok(None)) => Err(depends_on(STREAM.0, &format!("{part} is missing"))),
        _ => part.whole(CREATE),
    })
}
