//! The trails: whether they log, and what they say of their deliveries.

use std::collections::BTreeSet;

use super::check::Check;
use super::look::Looked;
use crate::resource::{selectors, trail};
use crate::time::ago;
use crate::words::few;

/// A trail that has delivered nothing for so long is not merely quiet, in seconds.
const TOO_LONG: u64 = 24 * 3_600;

/// Whether all of the account was looked at.
pub fn regions(looked: &Looked) -> Check {
    let count = looked.looks.len();
    match &looked.regions_denied {
        None => Check::pass("regions", format!("{count} looked at")),
        Some(error) => Check::unknown(
            "regions",
            match error.missing_action() {
                Some(_) => format!("looked at the {count} that every account has"),
                None => format!("looked at the {count} that every account has: {error}"),
            },
            "allow account:ListRegions, or name the regions with --regions",
        ),
    }
}

/// Whether the trails log.
pub fn logging(looked: &Looked) -> Check {
    const NAME: &str = "trails";
    let (logging, stopped): (Vec<_>, Vec<_>) =
        looked.trails().partition(|(_, trail)| trail.status.logging);
    if !stopped.is_empty() {
        let regions = few(stopped.iter().map(|(region, _)| *region));
        return Check::fail(
            NAME,
            format!("logging is stopped in {regions}"),
            "`ctadmin create` starts it",
        );
    }
    if let Some(error) = looked.unread(|look| &look.trails) {
        return Check::untold(NAME, error);
    }
    if logging.is_empty() {
        return Check::fail(NAME, "the scheme has no trail", "`ctadmin create` makes it");
    }
    let multi = logging
        .iter()
        .any(|(_, trail)| trail.description.multi_region);
    let left_out = looked.looks.keys();
    let left_out = left_out.filter(|region| !logging.iter().any(|(other, _)| other == region));
    let left_out: Vec<&str> = left_out.map(String::as_str).collect();
    match (multi, left_out.as_slice()) {
        (true, _) => Check::pass(NAME, "the multi-region trail logs"),
        (false, []) => Check::pass(NAME, format!("{} log, one in each region", logging.len())),
        (false, without) => Check::fail(
            NAME,
            format!("{} log; none in {}", logging.len(), few(without)),
            "`ctadmin create` makes the others; --regions or --exclude-regions leaves out what is not meant",
        ),
    }
}

/// Whether the trails take what people do to the account, reads and writes.
pub fn events(looked: &Looked) -> Check {
    const NAME: &str = "management events";
    let mut without = Vec::new();
    let mut left_out = BTreeSet::new();
    for (region, found) in &looked.selectors {
        match found {
            Ok(Some(selectors)) => match selectors::left_out(selectors) {
                Some(services) => left_out.extend(services),
                None => without.push(region.as_str()),
            },
            Ok(None) => {}
            Err(error) => return Check::untold(NAME, error),
        }
    }
    if !without.is_empty() {
        return Check::fail(
            NAME,
            format!("no selector takes all reads and writes in {}", few(without)),
            "the trail's event selectors leave them out: `aws cloudtrail put-event-selectors` adds one that takes them",
        );
    }
    if looked.selectors.is_empty() {
        return match looked.unread(|look| &look.trails) {
            Some(error) => Check::untold(NAME, error),
            None => Check::fail(NAME, "there is no trail", "`ctadmin create` makes it"),
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
pub fn bucket(looked: &Looked) -> Check {
    const NAME: &str = "trails' bucket";
    let elsewhere = looked
        .trails()
        .filter(|(_, trail)| trail.description.bucket != looked.bucket);
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
            "`ctadmin create` mends it; -b NAME says which bucket is meant",
        ),
        [] if looked.trails().next().is_some() => {
            Check::pass(NAME, format!("all write to {}", looked.bucket))
        }
        [] => match looked.unread(|look| &look.trails) {
            Some(error) => Check::untold(NAME, error),
            None => Check::fail(NAME, "there is no trail", "`ctadmin create` makes it"),
        },
    }
}

/// What S3 says.
pub fn delivered(looked: &Looked) -> Check {
    told(looked, "delivery", "S3", |trail| {
        (trail.status.delivered, trail.status.delivery_error.as_ref())
    })
}

/// What SNS says.
pub fn notified(looked: &Looked) -> Check {
    told(looked, "notification", "SNS", |trail| {
        (
            trail.status.notified,
            trail.status.notification_error.as_ref(),
        )
    })
}

fn told<'a>(
    looked: &'a Looked,
    name: &'static str,
    service: &str,
    of: impl Fn(&'a trail::Found) -> (Option<i64>, Option<&'a String>),
) -> Check {
    let trails = || looked.trails().map(|(region, trail)| (region, of(trail)));
    let complaint = trails().find_map(|(region, (_, error))| Some((region, error?)));
    if let Some((region, error)) = complaint {
        let failing = trails().filter(|(_, (_, error))| error.is_some());
        let regions = few(failing.map(|(region, _)| region));
        return Check::fail(
            name,
            format!("{service} says {error} to the trail in {region}"),
            format!("see the checks of policies below; it concerns {regions}"),
        );
    }
    if trails().next().is_none() {
        return match looked.unread(|look| &look.trails) {
            Some(error) => Check::untold(name, error),
            None => Check::fail(name, "there is no trail", "`ctadmin create` makes it"),
        };
    }
    let Some(newest) = trails().filter_map(|(_, (time, _))| time).max() else {
        return Check::unknown(
            name,
            "never yet",
            "wait: the first log comes 5 to 15 minutes after a trail began to log",
        );
    };
    let since = u64::try_from(looked.now - newest).unwrap_or(0);
    let never = trails().filter(|(_, (time, _))| time.is_none());
    let never: Vec<&str> = never.map(|(region, _)| region).collect();
    let mut detail = format!("last {}", ago(since));
    if !never.is_empty() {
        detail.push_str(&format!("; never yet in {}", few(never)));
    }
    if since > TOO_LONG {
        let advice = "an account is hardly quiet for so long: check trails and policies";
        return Check::fail(name, detail, advice);
    }
    Check::pass(name, detail)
}
