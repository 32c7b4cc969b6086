//! The trails: whether they log, and what they report of their deliveries. An error that a broken bucket or topic
//! explains is not a failure of its own.

use std::collections::BTreeSet;

use super::check::{
    CREATES, Link, Outcome, Problem, Verdict, cause, depends_on, fail, pass, unknown,
};
use super::findings::{Findings, regions_of};
use super::{path, topics};
use crate::resource::{selectors, trail};
use crate::stack::trail::publishing::is_open;
use crate::stack::trail::region::RegionState;
use crate::time::ago;
use crate::words::few;

pub const TRAILS: Link = Link("trails", logging);
pub const TRAILS_BUCKET: Link = Link("trails' bucket", bucket);
pub const DELIVERY: Link = Link("delivery", delivered);

/// A trail that has delivered nothing for so long is not merely quiet, in seconds.
const TOO_LONG: u64 = 24 * 3_600;

/// Whether all regions of the account were checked.
pub fn regions(findings: &Findings) -> Verdict {
    let count = findings.looks.len();
    let Some(error) = &findings.regions_denied else {
        return pass(format!("{count} checked"));
    };
    let detail = format!("checked the {count} that every account has");
    let detail = match error.missing_action() {
        Some(_) => detail,
        None => format!("{detail}: {error}"),
    };
    let advice = "allow account:ListRegions, or name the regions with --regions";
    unknown(detail, advice)
}

/// Whether the trails log.
fn logging(findings: &Findings) -> Verdict {
    let trails = findings.trails();
    let (logging, stopped): (Vec<_>, Vec<_>) = trails.partition(|(_, trail)| trail.status.logging);
    if !stopped.is_empty() {
        let detail = format!("logging is stopped in {}", regions_of(&stopped));
        return fail(detail, "`ctadmin create` starts it");
    }
    findings.all_read(|look| &look.trails)?;
    let mut trails = logging.iter().map(|(_, trail)| &trail.description);
    if logging.is_empty() {
        return fail("the scheme has no trail", CREATES);
    }
    if trails.any(|trail| trail.multi_region) {
        return pass("the multi-region trail logs");
    }
    let regions = findings.looks.keys();
    let without = regions.filter(|region| !logging.iter().any(|(other, _)| other == region));
    let without: Vec<&String> = without.collect();
    let count = logging.len();
    match without.as_slice() {
        [] => pass(format!("{count} log, one in each region")),
        without => fail(
            format!("{count} log; none in {}", few(without)),
            "`ctadmin create` creates the others; --regions or --exclude-regions leaves regions out",
        ),
    }
}

/// What can be said of trails where there is none.
fn without_trail(findings: &Findings) -> Verdict {
    findings.all_read(|look| &look.trails)?;
    Err(depends_on(TRAILS.0, ""))
}

/// Whether the trails record management events, reads and writes.
pub fn events(findings: &Findings) -> Verdict {
    let mut without = Vec::new();
    let mut left_out = BTreeSet::new();
    for (region, found) in &findings.selectors {
        let Some(selectors) = found.as_ref()? else {
            continue;
        };
        match selectors::left_out(selectors) {
            Some(services) => left_out.extend(services),
            None => without.push(region),
        }
    }
    if !without.is_empty() {
        let regions = few(without);
        return fail(
            format!("no selector records all reads and writes in {regions}"),
            "the trail's event selectors exclude them: `ctadmin create` adds one that covers them",
        );
    }
    if findings.selectors.is_empty() {
        return without_trail(findings);
    }
    if left_out.is_empty() {
        return pass("all are logged");
    }
    let services = Vec::from_iter(left_out).join(", ");
    pass(format!("all are logged, except those of {services}"))
}

/// Whether all trails write to the bucket that readers read.
fn bucket(findings: &Findings) -> Verdict {
    let wanted = &findings.bucket;
    let trails = findings.trails();
    let elsewhere = trails.filter(|(_, trail)| trail.description.bucket != *wanted);
    let elsewhere: Vec<(&str, _)> = elsewhere.collect();
    match elsewhere.first() {
        Some((_, trail)) => {
            let (bucket, regions) = (&trail.description.bucket, regions_of(&elsewhere));
            let advice = "`ctadmin create` fixes it; -b NAME names the bucket";
            fail(format!("it is {bucket} in {regions}"), advice)
        }
        None if findings.trails().next().is_none() => without_trail(findings),
        None => pass(format!("all write to {wanted}")),
    }
}

/// What S3 accepted.
fn delivered(findings: &Findings) -> Verdict {
    let policy = path::bucket_policy(findings);
    let shut =
        findings.lacks_bucket() || policy.is_err_and(|problem| problem.outcome == Outcome::Fail);
    let reports = Reports {
        service: "S3",
        last: |trail| trail.status.delivered,
        error: |trail| trail.status.delivery_error.as_deref(),
        before: stopped(findings),
        blocker: cause(
            findings,
            &[TRAILS_BUCKET, path::BUCKET, path::BUCKET_POLICY],
        ),
        explained: Box::new(move |_, found| {
            let trail = found.trail.as_ref();
            shut || trail.is_some_and(|trail| trail.description.bucket != findings.bucket)
        }),
    };
    latest(findings, &reports)
}

/// What SNS accepted.
pub fn notified(findings: &Findings) -> Verdict {
    let reports = Reports {
        service: "SNS",
        last: |trail| trail.status.notified,
        error: |trail| trail.status.notification_error.as_deref(),
        before: nothing_is_sent(findings),
        blocker: cause(
            findings,
            &[topics::TOPICS, topics::POLICY, topics::ENCRYPTION],
        ),
        explained: Box::new(|region, found| {
            let look = findings.looks.get(region);
            let unread = look.is_some_and(|look| look.topic.is_err());
            !unread && !is_open(&findings.scheme, region, found)
        }),
    };
    latest(findings, &reports)
}

/// The failure for which no trail logs. A trail that is stopped explains nothing while others log.
fn stopped(findings: &Findings) -> Option<&'static str> {
    let mut trails = findings.trails();
    let logs = trails.any(|(_, trail)| trail.status.logging);
    cause(findings, Some(&TRAILS).filter(|_| !logs))
}

/// The failure for which there are no logs to notify of, or to read.
pub fn nothing_is_sent(findings: &Findings) -> Option<&'static str> {
    stopped(findings).or_else(|| cause(findings, &[DELIVERY]))
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

fn latest(findings: &Findings, reports: &Reports<'_>) -> Verdict {
    none_refused(findings, reports)?;
    let trails = findings.trails();
    let times = trails.map(|(region, trail)| (region, (reports.last)(trail)));
    let times: Vec<(&str, Option<i64>)> = times.collect();
    if times.is_empty() {
        return without_trail(findings);
    }
    let cause = reports.cause(findings);
    let Some(newest) = times.iter().filter_map(|(_, time)| *time).max() else {
        let advice = "wait: the first log arrives 5 to 15 minutes after logging starts";
        return match cause {
            Some(cause) => Err(depends_on(cause, "never yet")),
            None => unknown("never yet", advice),
        };
    };
    let since = u64::try_from(findings.now - newest).unwrap_or(0);
    let mut detail = format!("last {}", ago(since));
    let never: Vec<_> = times.iter().filter(|(_, time)| time.is_none()).collect();
    if !never.is_empty() {
        detail.push_str(&format!("; never yet in {}", regions_of(never)));
    }
    match (since > TOO_LONG, cause) {
        (false, _) => pass(detail),
        (true, Some(cause)) => Err(depends_on(cause, &detail)),
        (true, None) => {
            let advice = "an account is hardly idle for so long: check trails and policies";
            fail(detail, advice)
        }
    }
}

/// Nothing is refused by the service. It is a failure where no check before this one explains it.
fn none_refused(findings: &Findings, reports: &Reports<'_>) -> Result<(), Problem> {
    let regions = findings.survey.regions.iter();
    let refused = regions.filter_map(|(region, found)| {
        let error = (reports.error)(found.trail.as_ref()?)?;
        Some((region.as_str(), (found, error)))
    });
    let (explained, own): (Vec<_>, Vec<_>) = refused.partition(|(region, (found, _))| {
        reports.blocker.is_some() && (reports.explained)(region, found)
    });
    let service = reports.service;
    let answer = |(region, (_, error)): &(&str, (_, &str))| {
        format!("{service} answers {error} to the trail in {region}")
    };
    if let Some(first) = own.first() {
        let regions = regions_of(&own);
        let advice = format!(
            "check the policies of what {service} refuses, and of their keys, in {regions}"
        );
        return fail(answer(first), advice).map(drop);
    }
    match (explained.first(), reports.blocker) {
        (Some(first), Some(cause)) => Err(depends_on(cause, &answer(first))),
        _ => Ok(()),
    }
}
