//! The trails: whether they log, and what they report of their deliveries. An error that a broken bucket or topic
//! explains is not a failure of its own.

use std::collections::BTreeSet;

use super::check::{Check, Outcome, cause};
use super::findings::Findings;
use crate::resource::{selectors, trail};
use crate::stack::trail::publishing::is_open;
use crate::stack::trail::region::RegionState;
use crate::time::ago;
use crate::words::few;

const TRAILS: &str = "trails";

/// A trail that has delivered nothing for so long is not merely quiet, in seconds.
const TOO_LONG: u64 = 24 * 3_600;

/// Whether all regions of the account were checked.
pub fn regions(findings: &Findings) -> Check {
    let count = findings.looks.len();
    match &findings.regions_denied {
        None => Check::pass("regions", format!("{count} checked")),
        Some(error) => Check::unknown(
            "regions",
            match error.missing_action() {
                Some(_) => format!("checked the {count} that every account has"),
                None => format!("checked the {count} that every account has: {error}"),
            },
            "allow account:ListRegions, or name the regions with --regions",
        ),
    }
}

/// Whether the trails log.
pub fn logging(findings: &Findings) -> Check {
    const NAME: &str = TRAILS;
    let (logging, stopped): (Vec<_>, Vec<_>) = findings
        .trails()
        .partition(|(_, trail)| trail.status.logging);
    if !stopped.is_empty() {
        let regions = few(stopped.iter().map(|(region, _)| *region));
        return Check::fail(
            NAME,
            format!("logging is stopped in {regions}"),
            "`ctadmin create` starts it",
        );
    }
    if let Some(error) = findings.unread(|look| &look.trails) {
        return Check::not_read(NAME, error);
    }
    if logging.is_empty() {
        return Check::fail(
            NAME,
            "the scheme has no trail",
            "`ctadmin create` creates it",
        );
    }
    let multi = logging
        .iter()
        .any(|(_, trail)| trail.description.multi_region);
    let left_out = findings.looks.keys();
    let left_out = left_out.filter(|region| !logging.iter().any(|(other, _)| other == region));
    let left_out: Vec<&str> = left_out.map(String::as_str).collect();
    match (multi, left_out.as_slice()) {
        (true, _) => Check::pass(NAME, "the multi-region trail logs"),
        (false, []) => Check::pass(NAME, format!("{} log, one in each region", logging.len())),
        (false, without) => Check::fail(
            NAME,
            format!("{} log; none in {}", logging.len(), few(without)),
            "`ctadmin create` creates the others; --regions or --exclude-regions leaves regions out",
        ),
    }
}

/// Whether the trails record management events, reads and writes.
pub fn events(findings: &Findings) -> Check {
    const NAME: &str = "management events";
    let mut without = Vec::new();
    let mut left_out = BTreeSet::new();
    for (region, found) in &findings.selectors {
        match found {
            Ok(Some(selectors)) => match selectors::left_out(selectors) {
                Some(services) => left_out.extend(services),
                None => without.push(region.as_str()),
            },
            Ok(None) => {}
            Err(error) => return Check::not_read(NAME, error),
        }
    }
    if !without.is_empty() {
        return Check::fail(
            NAME,
            format!(
                "no selector records all reads and writes in {}",
                few(without)
            ),
            "the trail's event selectors exclude them: `ctadmin create` adds one that covers them",
        );
    }
    if findings.selectors.is_empty() {
        return match findings.unread(|look| &look.trails) {
            Some(error) => Check::not_read(NAME, error),
            None => Check::blocked(NAME, TRAILS, ""),
        };
    }
    match left_out.is_empty() {
        true => Check::pass(NAME, "all are logged"),
        false => {
            let services = Vec::from_iter(left_out).join(", ");
            Check::pass(NAME, format!("all are logged, except those of {services}"))
        }
    }
}

/// Whether all trails write to the bucket that readers read.
pub fn bucket(findings: &Findings) -> Check {
    const NAME: &str = "trails' bucket";
    let elsewhere = findings
        .trails()
        .filter(|(_, trail)| trail.description.bucket != findings.bucket);
    let elsewhere: Vec<(&str, &str)> = elsewhere
        .map(|(region, trail)| (region, trail.description.bucket.as_str()))
        .collect();
    match elsewhere.as_slice() {
        [(_, bucket), ..] => Check::fail(
            NAME,
            format!(
                "it is {bucket} in {}",
                few(elsewhere.iter().map(|(region, _)| *region))
            ),
            "`ctadmin create` fixes it; -b NAME names the bucket",
        ),
        [] if findings.trails().next().is_some() => {
            Check::pass(NAME, format!("all write to {}", findings.bucket))
        }
        [] => match findings.unread(|look| &look.trails) {
            Some(error) => Check::not_read(NAME, error),
            None => Check::blocked(NAME, TRAILS, ""),
        },
    }
}

/// What S3 accepted. `stopped` is the check of the trails if none logs, `bucket` are the checks of the bucket.
pub fn delivered(findings: &Findings, stopped: Option<&Check>, bucket: &[&Check]) -> Check {
    let shut =
        findings.lacks_bucket() || bucket.iter().any(|check| is_failed(check, "bucket policy"));
    let reports = Reports {
        service: "S3",
        last: |trail| trail.status.delivered,
        error: |trail| trail.status.delivery_error.as_deref(),
        before: stopped.and_then(|trails| cause(&[trails])),
        blocker: cause(bucket),
        explained: Box::new(move |_, found| {
            let trail = found.trail.as_ref();
            shut || trail.is_some_and(|trail| trail.description.bucket != findings.bucket)
        }),
    };
    latest(findings, "delivery", &reports)
}

/// What SNS accepted. `before` are checks without which nothing is published, `topics` are the checks of the topics.
pub fn notified(findings: &Findings, before: &[&Check], topics: &[&Check]) -> Check {
    let reports = Reports {
        service: "SNS",
        last: |trail| trail.status.notified,
        error: |trail| trail.status.notification_error.as_deref(),
        before: cause(before),
        blocker: cause(topics),
        explained: Box::new(|region, found| {
            let look = findings.looks.get(region);
            let unread = look.is_some_and(|look| look.topic.is_err());
            !unread && !is_open(&findings.scheme, region, found)
        }),
    };
    latest(findings, "notification", &reports)
}

/// What trails report of their deliveries to a service.
struct Reports<'a> {
    service: &'static str,
    /// When it last accepted something.
    last: fn(&trail::TrailState) -> Option<i64>,
    /// Why it did not.
    error: fn(&trail::TrailState) -> Option<&str>,
    /// The failure for which trails send nothing at all.
    before: Option<&'static str>,
    /// The failure that explains why nothing arrives from some regions.
    blocker: Option<&'static str>,
    /// Whether it explains that of this region.
    explained: Explained<'a>,
}

type Explained<'a> = Box<dyn Fn(&str, &RegionState) -> bool + 'a>;

impl Reports<'_> {
    /// The failure that explains why nothing arrives from any region.
    fn cause(&self, findings: &Findings) -> Option<&'static str> {
        let mut regions = findings.survey.regions.iter();
        let all =
            regions.all(|(region, found)| found.trail.is_none() || (self.explained)(region, found));
        self.before.or(self.blocker.filter(|_| all))
    }
}

fn latest(findings: &Findings, name: &'static str, reports: &Reports<'_>) -> Check {
    if let Some(check) = refused(findings, name, reports) {
        return check;
    }
    if findings.trails().next().is_none() {
        return match findings.unread(|look| &look.trails) {
            Some(error) => Check::not_read(name, error),
            None => Check::blocked(name, TRAILS, ""),
        };
    }
    let times = || {
        let trails = findings.trails();
        trails.map(|(region, trail)| (region, (reports.last)(trail)))
    };
    let cause = reports.cause(findings);
    let Some(newest) = times().filter_map(|(_, time)| time).max() else {
        return match cause {
            Some(cause) => Check::blocked(name, cause, "never yet"),
            None => Check::unknown(
                name,
                "never yet",
                "wait: the first log arrives 5 to 15 minutes after logging starts",
            ),
        };
    };
    let since = u64::try_from(findings.now - newest).unwrap_or(0);
    let never = times().filter(|(_, time)| time.is_none());
    let never: Vec<&str> = never.map(|(region, _)| region).collect();
    let mut detail = format!("last {}", ago(since));
    if !never.is_empty() {
        detail.push_str(&format!("; never yet in {}", few(never)));
    }
    match (since > TOO_LONG, cause) {
        (false, _) => Check::pass(name, detail),
        (true, Some(cause)) => Check::blocked(name, cause, &detail),
        (true, None) => {
            let advice = "an account is hardly idle for so long: check trails and policies";
            Check::fail(name, detail, advice)
        }
    }
}

/// What the service refuses: a failure where no check before this one explains it.
fn refused(findings: &Findings, name: &'static str, reports: &Reports<'_>) -> Option<Check> {
    let regions = findings.survey.regions.iter();
    let refused = regions.filter_map(|(region, found)| {
        let error = (reports.error)(found.trail.as_ref()?)?;
        Some((region.as_str(), found, error))
    });
    let (explained, own): (Vec<_>, Vec<_>) = refused.partition(|(region, found, _)| {
        reports.blocker.is_some() && (reports.explained)(region, found)
    });
    let service = reports.service;
    if let [(region, _, error), ..] = own.as_slice() {
        let regions = few(own.iter().map(|(region, ..)| *region));
        let detail = format!("{service} answers {error} to the trail in {region}");
        let advice = format!(
            "check the policies of what {service} refuses, and of their keys, in {regions}"
        );
        return Some(Check::fail(name, detail, advice));
    }
    let ((region, _, error), cause) = (explained.first()?, reports.blocker?);
    let seen = format!("{service} answers {error} to the trail in {region}");
    Some(Check::blocked(name, cause, &seen))
}

fn is_failed(check: &Check, name: &str) -> bool {
    check.check == name && check.outcome == Outcome::Fail
}
