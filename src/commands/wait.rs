//! `--wait`: polls until every trail has delivered a log file since the account was looked at.

use std::time::{Duration, Instant};

use futures::future::join_all;

use super::interrupt::Interrupt;
use crate::aws::Reader;
use crate::aws::read::TrailStatus;
use crate::error::{CallError, Error, Exit, Result};
use crate::printer::Printer;
use crate::stack::trail::Options;
use crate::stack::trail::desired::Desired;
use crate::stack::trail::survey::Survey;
use crate::words::counted;

/// CloudTrail delivers about every five minutes; asking four times a minute is often enough.
const INTERVAL: Duration = Duration::from_secs(15);

/// A trail that should deliver.
#[derive(Clone, Debug)]
pub struct Awaited {
    region: String,
    name: String,
    /// When it had last delivered before the run, by AWS's clock.
    before: Option<i64>,
}

/// The trails that should deliver.
pub fn trails(options: &Options, survey: &Survey, home: Option<String>) -> Vec<Awaited> {
    let desired = Desired::new(options, survey, home);
    let regions = desired.map(|desired| desired.regions).unwrap_or_default();
    let awaited = regions.into_iter().map(|(region, desired)| Awaited {
        before: survey
            .trail(&region)
            .and_then(|trail| trail.status.delivered),
        name: desired.trail.name,
        region,
    });
    awaited.collect()
}

/// Waits for a delivery of each trail, at most for `limit`.
pub async fn for_deliveries(
    reader: &Reader,
    mut waiting: Vec<Awaited>,
    limit: Duration,
    interrupt: &Interrupt,
    printer: &Printer,
) -> Result<Exit> {
    let deadline = Instant::now() + limit;
    let applied = "while waiting for deliveries; all changes were applied";
    loop {
        let statuses = waiting
            .iter()
            .map(|trail| reader.trail_status(&trail.region, &trail.name));
        let statuses = interrupt.or(applied, join_all(statuses)).await?;
        let mut complaints = Vec::new();
        let mut still = Vec::new();
        for (trail, status) in waiting.into_iter().zip(statuses) {
            if has_delivered(&trail, &status) {
                printer.say(&format!("delivered {} in {}", trail.name, trail.region));
            } else {
                complaints.extend(complaints_of(&trail, &status));
                still.push(trail);
            }
        }
        waiting = still;
        let left = deadline.saturating_duration_since(Instant::now());
        if waiting.is_empty() {
            return Ok(Exit::Done);
        }
        if left.is_zero() {
            return Err(timed_out(&waiting, limit, complaints));
        }
        let trails = counted(waiting.len(), "trail");
        printer.say(&format!("waiting for {trails} to deliver"));
        let pause = tokio::time::sleep(INTERVAL.min(left));
        interrupt.or(applied, pause).await?;
    }
}

type Answer = Result<Option<TrailStatus>, CallError>;

fn has_delivered(trail: &Awaited, status: &Answer) -> bool {
    let status = status.as_ref().ok().and_then(Option::as_ref);
    status.and_then(|status| status.delivered) > trail.before
}

/// The errors that S3, SNS or CloudTrail itself report for a trail.
fn complaints_of(trail: &Awaited, status: &Answer) -> Vec<String> {
    let Awaited { region, name, .. } = trail;
    let status = match status {
        Ok(status) => status.clone().unwrap_or_default(),
        Err(error) => return vec![error.to_string()],
    };
    let errors = [
        ("delivery", status.delivery_error),
        ("notification", status.notification_error),
    ];
    let reported = errors.into_iter().filter_map(|(what, error)| {
        let error = error?;
        Some(format!("{name} in {region}: {what} error {error}"))
    });
    reported.collect()
}

fn timed_out(waiting: &[Awaited], limit: Duration, complaints: Vec<String>) -> Error {
    let names: Vec<&str> = waiting.iter().map(|trail| trail.name.as_str()).collect();
    let limit = humantime::format_duration(limit);
    let message = format!(
        "no log file was delivered within {limit} by {}",
        names.join(", ")
    );
    Error::failed(message).hints(complaints)
}
