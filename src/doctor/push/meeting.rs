//! Asking the collector: whether it is healthy, whether it takes the token, and if so wanted, an event.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::aws::read::Hidden;
use crate::error::Result;
use crate::hec::{Collector, Endpoint, Fault, Metadata, Trust};

/// How long the acknowledgment of a probe event is waited for. Firehose waits for 180 seconds at least.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is asked for.
const PAUSE: Duration = Duration::from_secs(1);

/// The probe event, of a source type that no search of CloudTrail's events finds.
const PROBE: &str = "ctadmin doctor push: probe event";
const SOURCE: &str = "ctadmin";
const SOURCE_TYPE: &str = "ctadmin:probe";

/// How the collector answered.
pub struct Met {
    /// Its health; the kind of fault says how far the connection came.
    pub health: Result<(), Fault>,
    /// Whether it takes the token, and acknowledges; nothing if no token is known.
    pub token: Option<Result<(), Fault>>,
    /// How long the probe event took to be indexed, if it was in time.
    pub probe: Option<Result<Option<Duration>, Fault>>,
}

/// Asks the collector, if there is one.
///
/// # Errors
///
/// This machine trusts no authority.
pub async fn meet(
    endpoint: Option<Endpoint>,
    token: Option<Hidden>,
    sends_probe: bool,
) -> Result<Option<Met>> {
    let Some(endpoint) = endpoint else {
        return Ok(None);
    };
    let has_token = token.is_some();
    let mut collector = Collector::new(endpoint, Trust::read()?, token);
    let health = collector.health().await;
    let is_reached = !matches!(&health, Err(fault) if !fault.was_answered());
    let token = match has_token && is_reached {
        // A number that was never given is no error: the answer says whether token and channel are taken.
        true => Some(collector.acks(&[0]).await.map(|_| ())),
        false => None,
    };
    let probe = match sends_probe && matches!(token, Some(Ok(()))) {
        true => Some(probe(&mut collector).await),
        false => None,
    };
    Ok(Some(Met {
        health,
        token,
        probe,
    }))
}

/// Sends an event as Firehose does, to the Raw endpoint, and waits until it is indexed.
async fn probe(collector: &mut Collector) -> Result<Option<Duration>, Fault> {
    let metadata = Metadata {
        source: Some(SOURCE.to_owned()),
        sourcetype: Some(SOURCE_TYPE.to_owned()),
        ..Metadata::default()
    };
    let start = Instant::now();
    let sent = collector.raw(&metadata, PROBE.into(), false).await?;
    let Some(number) = sent else { return Ok(None) };
    while start.elapsed() < PATIENCE {
        if collector.acks(&[number]).await?.get(&number) == Some(&true) {
            return Ok(Some(start.elapsed()));
        }
        sleep(PAUSE).await;
    }
    Ok(None)
}
