//! `--wait`: polls until every trail has delivered a log file after the run began.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures::future::join_all;

use super::interrupt::Interrupt;
use crate::aws::Reader;
use crate::error::{Error, Exit, Result};
use crate::printer::Printer;
use crate::stack::Scheme;
use crate::stack::trail::Options;
use crate::stack::trail::survey::Survey;
use crate::stack::trail::wish::Wish;

/// CloudTrail delivers about every five minutes; asking four times a minute is often enough.
const INTERVAL: Duration = Duration::from_secs(15);

/// The trails that should deliver, as region and name.
pub fn trails(
    scheme: &Scheme,
    options: &Options,
    survey: &Survey,
    home: Option<&str>,
) -> Vec<(String, String)> {
    let wish = Wish::new(scheme, options, survey, home.map(str::to_owned));
    let regions = wish.map(|wish| wish.regions).unwrap_or_default();
    regions
        .into_iter()
        .map(|(region, wish)| (region, wish.trail.name))
        .collect()
}

/// Waits for a delivery of each trail since `started`, at most for `limit`.
pub async fn for_deliveries(
    reader: &Reader,
    mut waiting: Vec<(String, String)>,
    started: SystemTime,
    limit: Duration,
    interrupt: &Interrupt,
    printer: &Printer,
) -> Result<Exit> {
    let since = started
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let since = i64::try_from(since).unwrap_or(i64::MAX);
    let deadline = Instant::now() + limit;
    let mut complaints = Vec::new();
    loop {
        let statuses = waiting
            .iter()
            .map(|(region, name)| reader.trail_status(region, name));
        let statuses = interrupt.or(join_all(statuses)).await?;
        let mut still = Vec::new();
        complaints.clear();
        for ((region, name), status) in waiting.into_iter().zip(statuses) {
            let status = status?.unwrap_or_default();
            if status.delivered.is_some_and(|at| at >= since) {
                printer.say(&format!("delivered {name} in {region}"));
                continue;
            }
            let errors = [
                ("delivery", status.delivery_error),
                ("notification", status.notification_error),
            ];
            for (what, error) in errors {
                complaints
                    .extend(error.map(|error| format!("{name} in {region}: {what} error {error}")));
            }
            still.push((region, name));
        }
        waiting = still;
        if waiting.is_empty() {
            return Ok(Exit::Done);
        }
        if Instant::now() + INTERVAL > deadline {
            break;
        }
        printer.say(&format!("waiting for {} trails to deliver", waiting.len()));
        interrupt.or(tokio::time::sleep(INTERVAL)).await?;
    }
    let names: Vec<&str> = waiting.iter().map(|(_, name)| name.as_str()).collect();
    let limit = humantime::format_duration(limit);
    let mut error = Error::failed(format!(
        "no log file was delivered within {limit} by {}",
        names.join(", ")
    ));
    for complaint in complaints {
        error = error.hint(complaint);
    }
    Err(error)
}
