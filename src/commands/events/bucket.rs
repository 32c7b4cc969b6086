//! `--from`: all logs below a prefix, in order of their keys.

use tokio::sync::mpsc;

use crate::aws::{Connection, Session, configured_region};
use crate::error::Result;
use crate::events::notice::{Place, Sort};
use crate::printer::Printer;
use crate::pull::download::Downloads;
use crate::pull::press::Log;
use crate::region::global_region;
use crate::words::counted;

/// Hands all logs below a prefix to the press.
pub async fn feed(
    connection: &Connection,
    region: Option<&str>,
    below: &Place,
    work: mpsc::Sender<Log>,
    printer: &Printer,
) -> Result<()> {
    let configured = configured_region(connection).await?;
    let near = region.or(configured.as_deref());
    let near = near.unwrap_or(global_region("aws"));
    let reader = Session::open(connection, near).await?.reader();
    let mut listing = reader.keys(near, &below.bucket, &below.key);
    let (mut logs, mut others) = (0_usize, 0);
    let mut downloads = None;
    while let Some(keys) = listing.page().await? {
        let downloads =
            downloads.get_or_insert_with(|| Downloads::new(reader.clone(), listing.region()));
        for key in keys {
            if !is_log(&key) {
                others += usize::from(!key.ends_with('/'));
                continue;
            }
            let Ok(room) = work.reserve().await else {
                return Ok(());
            };
            logs += 1;
            let bucket = below.bucket.clone();
            room.send(downloads.begin(Place { bucket, key }, None));
        }
    }
    if logs == 0 {
        printer.say(&format!("there is no log below {below}"));
    }
    if others > 0 {
        let others = counted(others, "object");
        printer.say(&format!("skipped {others} without events"));
    }
    Ok(())
}

/// Logs that somebody copied out of CloudTrail's folders are logs all the same.
fn is_log(key: &str) -> bool {
    let copied = !key.contains("AWSLogs/") && (key.ends_with(".json.gz") || key.ends_with(".json"));
    match Sort::of(key) {
        Sort::Log => true,
        Sort::Digest => false,
        Sort::Other => copied,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_told_by_their_keys() {
        for log in [
            "AWSLogs/1/CloudTrail/eu-west-1/a.json.gz",
            "a.json.gz",
            "copied/a.json",
        ] {
            assert!(is_log(log), "{log}");
        }
        for other in [
            "AWSLogs/1/CloudTrail-Digest/eu-west-1/a.json.gz",
            "AWSLogs/1/Config/eu-west-1/a.json.gz",
            "AWSLogs/1/",
            "a.txt",
        ] {
            assert!(!is_log(other), "{other}");
        }
    }
}
