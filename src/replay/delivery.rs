//! One request until it is acknowledged: sent, asked about, and sent again where the collector is busy or does not answer.
//!
//! The retry duration starts with the first failure, as Firehose's does, and waiting for an acknowledgment does not count
//! as one until its time is over: <https://docs.aws.amazon.com/firehose/latest/dev/retry.html>.

use std::time::{Duration, Instant};

use hyper::body::Bytes;
use tokio::sync::watch;

use super::batch::{Batch, Way};
use crate::error::Error;
use crate::hec::{Code, Collector, Fault, Metadata};

/// The pauses between questions for an acknowledgment; Splunk's advice is one each 10 s.
const FIRST_QUESTION: Duration = Duration::from_millis(100);
const LAST_QUESTION: Duration = Duration::from_secs(5);

/// The pauses before data are sent again.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LAST_PAUSE: Duration = Duration::from_secs(30);

/// How long a stopped run waits for the answers and acknowledgments that are under way.
const GRACE: Duration = Duration::from_secs(3);

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For an acknowledgment.
    pub acknowledgment: Duration,
    /// For a failure to pass.
    pub retry: Duration,
}

/// What became of a batch.
#[derive(Debug)]
pub(super) enum Sent {
    /// It was acknowledged.
    Acknowledged,
    /// The collector does not take these data.
    Refused(Error),
    /// It was tried for as long as it may be.
    GivenUp(Error),
    /// The collector takes no data of this run.
    Fatal(Error),
    /// The run was stopped.
    Stopped,
}

/// Why an attempt failed.
enum Trouble {
    Fault(Fault),
    /// The token has acknowledgment off.
    NoAcknowledgment,
    /// The time for it is over.
    Late,
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Sends a batch until it is acknowledged or cannot be. The second value says whether the collector may have it although
/// nothing confirms that.
pub(super) async fn deliver(
    collector: &mut Collector,
    batch: &Batch,
    patience: &Patience,
    mut stop: watch::Receiver<bool>,
) -> (Sent, bool) {
    let mut may_be_there = false;
    let mut failing: Option<Instant> = None;
    let mut pause = FIRST_PAUSE;
    loop {
        let attempt = attempt(collector, batch, patience.acknowledgment, &mut may_be_there);
        let trouble = tokio::select! {
            biased;
            tried = attempt => match tried {
                Ok(()) => return (Sent::Acknowledged, false),
                Err(trouble) => trouble,
            },
            () = grace(stop.clone()) => return (Sent::Stopped, may_be_there),
        };
        let error = said(&trouble, collector, patience);
        match &trouble {
            Trouble::Fault(fault) if is_about_data(fault, batch.way) => {
                // The collector takes the events before the one that it refuses.
                let may_be_there = may_be_there || (batch.way == Way::Event && batch.events > 0);
                return (Sent::Refused(error), may_be_there);
            }
            Trouble::Fault(fault) if fault.may_pass() => {}
            Trouble::Late => {}
            _ => return (Sent::Fatal(error), may_be_there),
        }
        let since = *failing.get_or_insert_with(Instant::now);
        if since.elapsed() + pause > patience.retry {
            return (Sent::GivenUp(error), may_be_there);
        }
        tracing::info!("sending again in {} ms: {error}", pause.as_millis());
        tokio::select! {
            () = tokio::time::sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0)) => {}
            _ = stop.wait_for(|stop| *stop) => return (Sent::Stopped, may_be_there),
        }
        pause = (2 * pause).min(LAST_PAUSE);
    }
}

/// Ends a moment after the run was stopped.
async fn grace(mut stop: watch::Receiver<bool>) {
    // Without a sender nothing can stop the run any more.
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(GRACE).await;
}

/// Sends a batch once, and waits for its acknowledgment.
async fn attempt(
    collector: &mut Collector,
    batch: &Batch,
    within: Duration,
    may_be_there: &mut bool,
) -> Result<(), Trouble> {
    let data = Bytes::from(batch.data.clone());
    // Until the answer says that it is not.
    let before = std::mem::replace(may_be_there, true);
    let answer = match batch.way {
        Way::Raw => collector.raw(&Metadata::default(), data, false).await,
        Way::Event => collector.event(data, false).await,
    };
    let number = answer.inspect_err(|fault| *may_be_there = before || fault.may_have_arrived())?;
    let number = number.ok_or(Trouble::NoAcknowledgment)?;
    let first = Instant::now();
    let mut pause = FIRST_QUESTION;
    loop {
        match collector.acks(&[number]).await {
            Ok(acks) if acks.get(&number) == Some(&true) => return Ok(()),
            Ok(_) => {}
            // The data may be indexed all the same.
            Err(fault) if fault.may_pass() => {}
            Err(fault) => return Err(fault.into()),
        }
        let left = within.saturating_sub(first.elapsed());
        if left.is_zero() {
            return Err(Trouble::Late);
        }
        tokio::time::sleep(pause.min(left)).await;
        pause = pause.mul_f64(1.5).min(LAST_QUESTION);
    }
}

/// Whether other data may be accepted: no data, bad data, an event that is missing or blank, bad fields; too much. The index
/// of lines is that of the token, and that of an event can be its own.
fn is_about_data(fault: &Fault, way: Way) -> bool {
    let is_code = fault.code().is_some_and(|code| match code {
        Code::INCORRECT_INDEX => way == Way::Event,
        Code(other) => matches!(other, 5 | 6 | 12 | 13 | 15),
    });
    is_code
        || match fault {
            Fault::Refused(refusal) => refusal.status == 413,
            Fault::Odd(status) => *status == 413,
            _ => false,
        }
}

fn said(trouble: &Trouble, collector: &Collector, patience: &Patience) -> Error {
    let endpoint = collector.endpoint();
    match trouble {
        Trouble::Fault(fault) => fault.about(endpoint),
        Trouble::NoAcknowledgment => Error::failed(format!(
            "{endpoint}: the answer has no ackId: the token has acknowledgment off"
        ))
        .hint("set useACK = 1 in the token's stanza"),
        Trouble::Late => Error::failed(format!(
            "{endpoint}: no acknowledgment within {} s",
            patience.acknowledgment.as_secs()
        ))
        .hint("check the indexers' queues, and that a load balancer in front has sticky sessions"),
    }
}
