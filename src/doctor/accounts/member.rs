//! Checks of a member: what sends its logs, and whether CloudWatch Logs could forward them. What arrives, only the
//! central account can see.

use futures::future::join_all;

use super::super::Subject;
use super::super::check::{Check, Link, Verdict, fail, pass, unknown};
use super::super::metrics::no_data;
use super::super::parts::Part;
use super::{parts, whole};
use crate::aws::Reader;
use crate::aws::read::StatisticOf;
use crate::error::{CallResult, Result};
use crate::stack::engine::{self, Stack, Surveyed};
use crate::stack::member::Options;
use crate::stack::{Account, Purpose, Scheme};
use crate::words::counted;

const CREATE: &str = "create member --central ID";

/// What CloudWatch Logs did with the events of subscription filters in the last hour.
#[derive(Clone, Copy, Debug, Default)]
struct Forwarded {
    events: f64,
    errors: f64,
    throttled: f64,
}

/// The metrics of a filter.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html>
const METRICS: [&str; 3] = ["ForwardedLogEvents", "DeliveryErrors", "DeliveryThrottling"];

/// Everything that was found.
pub struct Findings {
    scheme: Scheme,
    home: Option<String>,
    parts: Vec<Part>,
    /// What is wrong with the trail.
    warnings: Vec<String>,
    /// Why not all is known.
    unread: Option<String>,
    /// Of each filter that exists.
    forwarded: Vec<(String, CallResult<Option<Forwarded>>)>,
}

impl Findings {
    /// Reads everything.
    ///
    /// # Errors
    /// When options and account contradict each other.
    pub async fn read(reader: &Reader, account: &Account, options: &Options) -> Result<Self> {
        let surveying = engine::survey_leniently(options, account, Purpose::Show, reader, &|_| ());
        let Surveyed { known, observed } = surveying.await;
        let outline = options.outline(account, Purpose::Show, Some(&known), &observed)?;
        let parts = parts(&outline, &observed);
        let filters = parts
            .iter()
            .filter(|part| part.is_any(&["subscription-filter"]));
        let filters = filters.filter(|part| matches!(part.state, Ok(Some(_))));
        let forwarded = filters.map(async |part| {
            let forwarded = forwarded(reader, &part.region, &part.name).await;
            (part.name.clone(), forwarded)
        });
        let forwarded = join_all(forwarded).await;
        Ok(Self {
            scheme: account.scheme.clone(),
            home: outline.home_region,
            unread: outline.unread.first().map(|unread| unread.region.clone()),
            warnings: outline.warnings,
            parts,
            forwarded,
        })
    }

    /// What the check-up is about.
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            scheme: &self.scheme,
            home: self.home.as_deref(),
        }
    }
}

/// What CloudWatch says of a filter; nothing where it has no datapoint. Which dimensions the metrics have beside the
/// filter's name depends on the destination.
async fn forwarded(reader: &Reader, region: &str, filter: &str) -> CallResult<Option<Forwarded>> {
    let lists = METRICS.map(|name| {
        let named = ("FilterName", filter);
        reader.dimensions(region, ("AWS/Logs", name), named)
    });
    let lists = join_all(lists).await;
    let mut queried = Vec::new();
    let mut metrics = Vec::new();
    for (at, list) in lists.into_iter().enumerate() {
        for dimensions in list? {
            queried.push(at);
            metrics.push(StatisticOf {
                namespace: "AWS/Logs",
                name: METRICS[at],
                dimensions,
                statistic: "Sum",
            });
        }
    }
    if metrics.is_empty() {
        return Ok(None);
    }
    let values = reader.last_hour(region, filter, &metrics).await?;
    let mut sums = [0.0; METRICS.len()];
    for (at, values) in queried.into_iter().zip(&values) {
        sums[at] += values.iter().sum::<f64>();
    }
    let [events, errors, throttled] = sums;
    let has_data = values.iter().any(|values| !values.is_empty());
    Ok(has_data.then_some(Forwarded {
        events,
        errors,
        throttled,
    }))
}

const CHECKS: [Link<Findings>; 6] = [
    Link("trail", trail),
    Link("log groups", |it| {
        whole(&it.parts, &["log-group", "trail-logs"], "resource", CREATE)
    }),
    Link("roles", |it| whole(&it.parts, &["role"], "role", CREATE)),
    Link("flow logs", flow_logs),
    Link("subscription filters", |it| {
        whole(
            &it.parts,
            &["subscription-filter"],
            "subscription filter",
            CREATE,
        )
    }),
    Link("forwarding", forwarding),
];

/// All checks, in the order in which events pass.
pub fn checks(findings: &Findings) -> Vec<Check> {
    CHECKS
        .iter()
        .map(|link| Check::of(findings, link))
        .collect()
}

/// The trail logs, and CloudWatch Logs takes its events.
fn trail(findings: &Findings) -> Verdict {
    if let Some(region) = &findings.unread {
        return unknown(
            format!("the trails of {region} could not be read"),
            "use credentials that are allowed what `ctadmin iam-policy doctor member` prints",
        );
    }
    match (findings.warnings.first(), &findings.home) {
        (Some(warning), _) => fail(warning, "`ctadmin create member --central ID` fixes it"),
        (None, Some(home)) => pass(format!("no error, in {home}")),
        (None, None) => unknown(
            "nothing says in which region the trail is",
            "give --region, or create it with `ctadmin create member --central ID`",
        ),
    }
}

/// Each VPC has a flow log; an account may have no VPC, or log none.
fn flow_logs(findings: &Findings) -> Verdict {
    match findings.parts.iter().any(|part| part.is_any(&["flow-log"])) {
        true => whole(&findings.parts, &["flow-log"], "flow log", CREATE),
        false => pass("none of the stack"),
    }
}

/// CloudWatch Logs forwards events, without errors.
fn forwarding(findings: &Findings) -> Verdict {
    let mut total = Forwarded::default();
    let mut has_data = false;
    for (filter, forwarded) in &findings.forwarded {
        let Some(found) = forwarded.as_ref()? else {
            continue;
        };
        has_data = true;
        total.events += found.events;
        if found.errors > 0.0 {
            return fail(
                format!(
                    "{filter}: {:.0} events could not be forwarded in the last hour",
                    found.errors
                ),
                "run `ctadmin create member --central ID`, and `ctadmin doctor central` in the central account",
            );
        }
        if found.throttled > 0.0 {
            return fail(
                format!(
                    "{filter}: {:.0} events were throttled in the last hour",
                    found.throttled
                ),
                "the data stream of the central account needs more capacity: see `ctadmin create central --shards`; CloudWatch Logs tries again for 24 hours",
            );
        }
    }
    match has_data {
        false => no_data(),
        true => pass(format!(
            "{:.0} events in the last hour by {}",
            total.events,
            counted(findings.forwarded.len(), "subscription filter")
        )),
    }
}
