//! Checks of what was delivered: by CloudWatch's metrics, and by what is in the backup bucket.

use super::super::check::{Problem, Verdict, cause, depends_on, fail, pass, unknown};
use super::super::metrics::{STALE, no_data};
use super::findings::Findings;
use super::stack::STREAM;
use crate::aws::read::StreamMetrics;
use crate::hec::failed::explanation;
use crate::time::ago;
use crate::words::{counted, start, thousands};

/// A failure longer ago than this, in seconds, says nothing about the delivery now.
const RECENT: u64 = 86_400;

const LONGEST_MESSAGE: usize = 200;

fn metrics(findings: &Findings) -> Result<StreamMetrics, Problem> {
    match &findings.metrics {
        Some(metrics) => metrics.as_ref().copied().map_err(Problem::from),
        None => Err(without_stream(findings)),
    }
}

/// Nothing is known of a stream that was not found.
fn without_stream(findings: &Findings) -> Problem {
    let cause = cause(findings, &[STREAM]);
    depends_on(cause.unwrap_or(STREAM.0), "")
}

/// Records were indexed.
pub fn success(findings: &Findings) -> Verdict {
    match metrics(findings)?.success {
        None => no_data(),
        Some(sum) if sum > 0.0 => pass("records were indexed in the last hour"),
        Some(_) => fail(
            "no record was indexed in the last hour",
            "the check of failed records says why",
        ),
    }
}

/// No record waits for long.
pub fn freshness(findings: &Findings) -> Verdict {
    match metrics(findings)?.freshness {
        None => no_data(),
        Some(age) if age <= STALE => pass(format!("the oldest record waits for {age:.0} s")),
        Some(age) => fail(
            format!("the oldest record waits for {age:.0} s"),
            "check the collector: Firehose keeps records for 24 hours at most",
        ),
    }
}

/// The stream takes all that CloudWatch Logs sends.
pub fn throttling(findings: &Findings) -> Verdict {
    match metrics(findings)?.throttled {
        None => no_data(),
        Some(count) if count > 0.0 => fail(
            format!("{count:.0} records were throttled in the last hour"),
            "request a higher quota for the delivery stream in the Service Quotas console",
        ),
        Some(_) => pass("no record was throttled in the last hour"),
    }
}

/// Nothing went to the backup bucket of late.
pub fn failures(findings: &Findings) -> Verdict {
    let failures = match &findings.failures {
        Some(failures) => failures.as_ref()?,
        None if findings.stream.is_some() => {
            return unknown(
                "the stream does not say where failed records go",
                "`ctadmin create push` sets the prefix of failed records",
            );
        }
        None => return Err(without_stream(findings)),
    };
    let Some((entry, record)) = &failures.newest else {
        return pass("none in the backup bucket");
    };
    let count = match failures.is_more {
        true => format!("over {} objects", thousands(failures.count as u64)),
        false => counted(failures.count, "object"),
    };
    let age = u64::try_from(findings.now - entry.written).unwrap_or(0);
    let count = format!("{count}, the newest {}", ago(age));
    let (detail, advice) = match record {
        Err(why) => (
            format!("{count}; {} cannot be read: {why}", entry.key),
            "read the object in the backup bucket",
        ),
        Ok(record) => {
            let said = explanation(&record.error_code);
            let message = start(record.error_message.trim_end_matches('.'), LONGEST_MESSAGE);
            let detail = format!("{count}: {}: {message}; {}", record.error_code, said.reason);
            (detail, said.advice)
        }
    };
    match age < RECENT {
        true => fail(detail, advice),
        false => pass(detail),
    }
}
