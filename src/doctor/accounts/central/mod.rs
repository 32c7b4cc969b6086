//! Checks of the central account: the destinations, the data stream, its delivery to the archive, and the members' trails.

mod findings;

use super::super::check::{Check, Link, Verdict, depends_on, fail, pass, unknown};
use super::super::metrics::{STALE, no_data};
use super::whole;
use crate::words::{counted, few};

use findings::DAY;
pub use findings::Findings;

const CREATE: &str = "create central";

const STREAM: Link<Findings> = Link("data stream", |it| active(it, 0, "data-stream"));

/// Left out where nothing delivers there.
const SPLUNK: Link<Findings> = Link("delivery to Splunk", splunk);
const SEARCH: Link<Findings> = Link("delivery to OpenSearch", search);

const CHECKS: [Link<Findings>; 14] = [
    Link("destinations", |it| {
        whole(&it.parts, &["destination"], "destination", CREATE)
    }),
    Link("roles", |it| whole(&it.parts, &["role"], "role", CREATE)),
    STREAM,
    Link("delivery stream", |it| active(it, 1, "delivery-stream")),
    SPLUNK,
    SEARCH,
    Link("buckets", |it| {
        whole(&it.parts, &["bucket"], "bucket", CREATE)
    }),
    Link("alarms", |it| whole(&it.parts, &["alarm"], "alarm", CREATE)),
    Link("other resources", others),
    Link("incoming records", incoming),
    Link("freshness", freshness),
    Link("failed records", failures),
    Link("archive", archive),
    Link("trails of members", trails),
];

/// All checks, in the order in which records pass.
pub fn checks(findings: &Findings) -> Vec<Check> {
    let [_, _, splunk, search] = findings.status.each_ref().map(Option::is_some);
    let links = CHECKS.iter();
    let links = links.filter(|link| splunk || link.0 != SPLUNK.0);
    let links = links.filter(|link| search || link.0 != SEARCH.0);
    links.map(|link| Check::of(findings, link)).collect()
}

/// A stream is active, and as it should be.
fn active(findings: &Findings, at: usize, kind: &str) -> Verdict {
    match findings.status[at].as_deref() {
        Some("CREATING" | "UPDATING") => unknown(
            "its status says that it changes",
            "try again in some minutes",
        ),
        Some("ACTIVE") | None => {
            whole(&findings.parts, &[kind], "stream", CREATE)?;
            pass("ACTIVE")
        }
        Some(status) => fail(
            format!("its status is {status}"),
            "`ctadmin create central` fixes it",
        ),
    }
}

/// The delivery stream to Splunk is active, and delivers in time.
fn splunk(findings: &Findings) -> Verdict {
    active(findings, 2, "delivery-stream")?;
    match findings.metric(3)?.first() {
        None => no_data(),
        Some(age) if *age > STALE => fail(
            format!("the oldest record waits for {age:.0} s"),
            "check the collector; the log group of the delivery stream names the error",
        ),
        Some(age) => pass(format!("ACTIVE; the oldest record waits for {age:.0} s")),
    }
}

/// Domain, function and delivery stream are as they should be, and documents arrive in time.
fn search(findings: &Findings) -> Verdict {
    let kinds = ["domain", "event-source-mapping", "lambda-function"];
    whole(&findings.parts, &kinds, "resource", CREATE)?;
    active(findings, 3, "delivery-stream")?;
    let (age, lag) = (findings.metric(4)?.first(), findings.metric(5)?.first());
    let lag = lag.map(|milliseconds| milliseconds / 1000.0);
    match (age.copied(), lag) {
        (None, None) => no_data(),
        (_, Some(lag)) if lag > STALE => fail(
            format!("the function reads {lag:.0} s behind"),
            "the log group of the function names the error",
        ),
        (Some(age), _) if age > STALE => fail(
            format!("the oldest document waits for {age:.0} s"),
            "check the domain's health and free storage; the log group of the delivery stream names the error",
        ),
        (age, lag) => {
            let oldest = age.into_iter().chain(lag).fold(0.0, f64::max);
            pass(format!(
                "ACTIVE; the oldest document waits for {oldest:.0} s"
            ))
        }
    }
}

/// All else that the stack consists of.
fn others(findings: &Findings) -> Verdict {
    let known = [
        "destination",
        "role",
        "data-stream",
        "delivery-stream",
        "bucket",
        "alarm",
    ];
    let others = findings.parts.iter().filter(|part| !part.is_any(&known));
    let kinds: Vec<&str> = others.map(|part| part.kind.name).collect();
    whole(&findings.parts, &kinds, "resource", CREATE)
}

/// Members send.
fn incoming(findings: &Findings) -> Verdict {
    let values = findings.metric(2)?;
    match values.iter().sum::<f64>() {
        _ if values.is_empty() => no_data(),
        0.0 => unknown(
            "no record arrived in the last hour",
            "run `ctadmin doctor member` in the members",
        ),
        count => pass(format!("{count:.0} records in the last hour")),
    }
}

/// What arrives is read and delivered in time.
fn freshness(findings: &Findings) -> Verdict {
    let (lag, age) = (findings.metric(0)?.first(), findings.metric(1)?.first());
    let lag = lag.map(|milliseconds| milliseconds / 1000.0);
    match (lag, age.copied()) {
        (None, None) => no_data(),
        (Some(lag), _) if lag > STALE => fail(
            format!("a reader of the data stream is {lag:.0} s behind"),
            "more shards let it read faster: see `ctadmin create central --shards`; records are lost after the retention of the data stream",
        ),
        (_, Some(age)) if age > STALE => fail(
            format!("the oldest record waits for {age:.0} s"),
            "the check of failed records, and the log group of the delivery stream, say why",
        ),
        (lag, age) => {
            let oldest = lag.into_iter().chain(age).fold(0.0, f64::max);
            pass(format!("the oldest record waits for {oldest:.0} s"))
        }
    }
}

/// Nothing failed of late.
fn failures(findings: &Findings) -> Verdict {
    let (count, newest) = match &findings.failed {
        Some(found) => found.as_ref()?,
        None => return Err(depends_on(STREAM.0, "")),
    };
    let Some(newest) = newest else {
        return pass("none in the archive bucket");
    };
    let detail = format!(
        "{} below failed/, the newest {}",
        counted(*count, "object"),
        findings.ago(newest.written)
    );
    match findings.now - newest.written < DAY {
        true => fail(
            detail,
            format!(
                "read {} in the archive bucket: it names the error",
                newest.key
            ),
        ),
        false => pass(detail),
    }
}

/// Objects arrive.
fn archive(findings: &Findings) -> Verdict {
    match &findings.archived {
        None => Err(depends_on(STREAM.0, "")),
        Some(Err(error)) => Err(error.into()),
        Some(Ok(Some(newest))) => pass(format!("newest object {}", findings.ago(newest.written))),
        Some(Ok(None)) => unknown(
            "no object of today or yesterday",
            "wait for records: Firehose writes an object every 5 minutes or 5 MB",
        ),
    }
}

/// The trail of each member delivers.
fn trails(findings: &Findings) -> Verdict {
    let trails = findings.trails.as_ref()?;
    if trails.is_empty() {
        return Err(depends_on(STREAM.0, ""));
    }
    let mut silent = Vec::new();
    for (member, written) in trails {
        if written.as_ref()?.is_none() {
            silent.push(member);
        }
    }
    if !silent.is_empty() {
        return unknown(
            format!("no log file of today or yesterday from {}", few(&silent)),
            "run `ctadmin create member` there, then `ctadmin doctor member`",
        );
    }
    let oldest = trails.iter();
    let oldest = oldest.filter_map(|(_, written)| *written.as_ref().ok()?);
    let oldest = findings.ago(oldest.min().unwrap_or(findings.now));
    pass(format!(
        "{}, the newest log file of each at most {oldest}",
        counted(trails.len(), "member")
    ))
}
