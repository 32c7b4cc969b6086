//! Sending: the one place that changes an account, one step at a time.
//!
//! For each service, [`send!`] takes a call apart, every field of it, and hands it to the SDK, which sends it again a
//! handful of times when it is throttled, lost, or answered 5xx. Around that is what all calls share: retries as long as
//! an error may [pass](passing), and no error where the work is already done.

mod access_key;
mod cloudtrail;
mod cloudwatch;
mod iam;
mod logs;
mod s3;
mod settled;
mod sns;
mod sqs;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use access_key::Maker;

use super::Reader;
use super::clients::Clients;
use super::error::Request;
use crate::call::Call;
use crate::call::iam::{CreateAccessKey, Iam};
use crate::call::passing::{self, Sent};
use crate::error::CallError;
use crate::key_file::KeyFile;
use crate::plan::apply::Execute;
use crate::plan::{Outcome, Step};

/// The pauses between tries, on the average; the last one repeats.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(5),
];

/// How long to pause after the `tries`-th try (from 0): from half of what [`PAUSES`] says to one and a half times that.
///
/// Calls that were refused because they came together would else come together again.
fn pause(tries: usize) -> Duration {
    PAUSES[tries.min(PAUSES.len() - 1)].mul_f64(0.5 + fastrand::f64())
}

/// Given the list of a service's operations, writes what sends them: each parameter goes to the setter of its name.
macro_rules! send {
    (
        $(#[$about:meta])* $service:ident, $case:ident;
        operations { $($(#[$doc:meta])* $operation:ident {
            $($(#[$of:meta])* $field:ident $(as $spelled:literal)?: $type:ty,)*
        })* }
        structures { $($structures:tt)* }
    ) => {
        pub(super) async fn send(
            clients: &$crate::aws::clients::Clients,
            request: &$crate::aws::error::Request<'_>,
            call: $service,
        ) -> Result<(), $crate::error::CallError> {
            let unsendable = |error| request.unsendable(error);
            pastey::paste! {
                let client = clients.[<$service:lower>](request.region);
                match call {
                    $($service::$operation($operation { $($field),* }) => {
                        let call = client.[<$operation:snake>]()
                            $(.[<set_ $field>](
                                $crate::aws::convert::ToSdk::to_sdk($field).map_err(unsendable)?
                            ))*;
                        request.done(call.send().await)
                    })*
                }
            }
        }

        $crate::aws::convert::to_sdk! { $case; $($structures)* }
    };
}
use send;

/// Carries out steps.
#[derive(Clone, Debug)]
pub struct Sender {
    clients: Arc<Clients>,
    stop: watch::Receiver<bool>,
    keys: Option<Arc<KeyFile>>,
}

impl Sender {
    pub(super) fn new(
        clients: Arc<Clients>,
        stop: watch::Receiver<bool>,
        keys: Option<Arc<KeyFile>>,
    ) -> Self {
        Self {
            clients,
            stop,
            keys,
        }
    }

    async fn send(&self, step: &Step) -> Result<(), CallError> {
        let request = Request {
            service: step.call.service(),
            operation: step.call.operation(),
            region: &step.region,
            resource: &step.name,
        };
        let call = match step.call.clone() {
            // Takes several requests, each with a permit of its own.
            Call::Iam(Iam::CreateAccessKey(call)) => {
                return self.make_access_key(&request, step, &call).await;
            }
            call => call,
        };
        let _permit = self.clients.permit(&request).await;
        match call {
            Call::CloudTrail(call) => cloudtrail::send(&self.clients, &request, call).await,
            Call::CloudWatch(call) => cloudwatch::send(&self.clients, &request, call).await,
            Call::Logs(call) => logs::send(&self.clients, &request, call).await,
            Call::Iam(call) => iam::send(&self.clients, &request, call).await,
            Call::S3(call) => s3::send(&self.clients, &request, call).await,
            Call::Sns(call) => sns::send(&self.clients, &request, call).await,
            Call::Sqs(call) => sqs::send(&self.clients, &request, call).await,
        }
    }

    async fn make_access_key(
        &self,
        request: &Request<'_>,
        step: &Step,
        call: &CreateAccessKey,
    ) -> Result<(), CallError> {
        let CreateAccessKey { user_name } = call;
        let (keys, secret) = self.keys.as_deref().zip(step.secret.as_ref()).expect(
            "a stack says where an access key goes, and the file is open before it is asked for",
        );
        let maker = Maker {
            clients: &self.clients,
            reader: &Reader::new(self.clients.clone()),
            keys,
            request,
            secret,
            user: user_name,
        };
        maker.make().await
    }

    /// Sleeps before another try; false when the user stopped the run meanwhile.
    async fn sleep(&self, pause: Duration) -> bool {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = tokio::time::sleep(pause) => true,
            _ = stop.wait_for(|stop| *stop) => false,
        }
    }
}

impl Execute for Sender {
    async fn execute(&self, step: &Step, before: &[&Step]) -> Outcome {
        let request = sent(step);
        let before: Vec<Sent<'_>> = before.iter().map(|step| sent(step)).collect();
        let reader = Reader::new(self.clients.clone());
        let first = Instant::now();
        for tries in 0.. {
            let Err(error) = self.send(step).await else {
                break;
            };
            if settled::is_settled(&reader, step, &error).await {
                break;
            }
            let code = error.code().unwrap_or_default();
            let patience = passing::patience(code, request, &before);
            let pause = pause(tries);
            let in_time = first.elapsed() + pause <= patience;
            if !in_time {
                return Outcome::Failed(error);
            }
            if !self.sleep(pause).await {
                return Outcome::Left;
            }
            tracing::info!(%error, "trying again");
        }
        Outcome::Done
    }
}

/// A step, as far as the rules of [`passing`] look at it.
fn sent(step: &Step) -> Sent<'_> {
    Sent {
        service: step.call.service(),
        operation: step.call.operation(),
        region: &step.region,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_differ_and_keep_their_average() {
        for (tries, wanted) in [(0, 0.5), (4, 5.0), (40, 5.0)] {
            let pauses: Vec<f64> = (0..1000).map(|_| pause(tries).as_secs_f64()).collect();
            let (least, most) = (0.5 * wanted, 1.5 * wanted);
            assert!(
                pauses.iter().all(|pause| (least..=most).contains(pause)),
                "{pauses:?}"
            );
            // A thousand of them are off by 1 % of the average at a standard deviation.
            let average = pauses.iter().sum::<f64>() / 1000.0;
            assert!((average / wanted - 1.0).abs() < 0.08, "{average}");
            let below = pauses.iter().filter(|pause| **pause < wanted).count();
            assert!((300..700).contains(&below), "{below} of 1000");
        }
    }
}
