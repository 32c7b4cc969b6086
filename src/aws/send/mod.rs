//! Sending: the one place that changes an account, one step at a time.
//!
//! For each service, [`send!`](super::request) takes a call apart, every field of it, and hands it to the SDK, which
//! retries a few times when it is throttled, lost, or answered 5xx. Around that is what all calls share: retries as long
//! as the error may pass, by the rules of the resource's kind, and success where the work is already done.

mod access_key;
pub(super) mod secret;
mod services;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::future::LocalBoxFuture;
use tokio::sync::watch;

use access_key::NewKey;

use super::Reader;
use super::clients::Clients;
use super::error::Request;
use super::read::Waited;
use super::request::Outputs;
use crate::call::iam::{CreateAccessKey, Iam};
use crate::call::passing::Sent;
use crate::call::settled::Proof;
use crate::call::{Call, Text};
use crate::error::{CallError, CallResult};
use crate::key_file::KeyFile;
use crate::plan::apply::{Execute, Progress};
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
/// Calls that were throttled together would otherwise be sent together again.
fn pause(tries: usize) -> Duration {
    PAUSES[tries.min(PAUSES.len() - 1)].mul_f64(0.5 + fastrand::f64())
}

/// Finds out whether an error only says that the work of a step is done.
pub trait Recheck {
    /// The outputs of the step, if the resource is as the step makes it.
    fn outputs<'a>(
        &'a self,
        reader: &'a Reader,
        step: &'a Step,
    ) -> LocalBoxFuture<'a, Option<Outputs>>;
}

/// Carries out steps.
#[derive(Clone)]
pub struct Sender {
    pub(super) clients: Arc<Clients>,
    pub(super) recheck: Arc<dyn Recheck>,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) keys: Option<Arc<KeyFile>>,
    /// The outputs of the steps that are done, by their ids.
    pub(super) outputs: Arc<Mutex<HashMap<String, Outputs>>>,
}

impl Sender {
    /// Sends the call of a step, with values in the place of references, and keeps its outputs.
    async fn send(&self, step: &Step) -> CallResult<()> {
        let request = request_of(step);
        let mut call = step.call.clone();
        let resolved = self.resolve(call.texts());
        let secrets = resolved.map_err(|why| request.refused("UnresolvedParameter", &why))?;
        let sent = match &call {
            // Takes several requests, each with a permit of its own.
            Call::Iam(Iam::CreateAccessKey(CreateAccessKey { user_name })) => {
                self.create_access_key(&request, step, user_name).await
            }
            _ => services::send(&self.clients, &request, call).await,
        };
        let outputs = sent.map_err(|error| secret::without(&secrets, error))?;
        if let Some((code, message)) = Call::refused_part(&outputs) {
            return Err(request.refused(&code, &message));
        }
        self.keep(step, outputs);
        Ok(())
    }

    /// Keeps the outputs of a step for later ones.
    fn keep(&self, step: &Step, outputs: Outputs) {
        let mut all = self.outputs.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(step.id.to_string(), outputs);
    }

    /// Puts values into the place of references; the secrets among them.
    fn resolve(&self, texts: Vec<&mut Text>) -> Result<Vec<String>, String> {
        let mut secrets = Vec::new();
        for text in texts {
            let value = match &*text {
                Text::Known(_) => continue,
                Text::Output { step, path } => {
                    let all = self.outputs.lock().unwrap_or_else(PoisonError::into_inner);
                    let value = all.get(step).and_then(|outputs| outputs.get(path.as_str()));
                    value
                        .cloned()
                        .ok_or_else(|| format!("{step} returned no {path}"))?
                }
                Text::Secret(source) => {
                    let secret = secret::read(source)?;
                    secrets.push(secret.clone());
                    secret
                }
            };
            *text = Text::Known(value);
        }
        Ok(secrets)
    }

    /// Whether an error says that the work of a step is done.
    async fn is_done(&self, step: &Step, reader: &Reader, error: &CallError) -> bool {
        let code = error.code().unwrap_or_default();
        match step.kind.proof(step.call.operation(), code) {
            None => false,
            Some(Proof::Done) => true,
            Some(Proof::IfFound) => {
                let outputs = self.recheck.outputs(reader, step).await;
                let is_done = outputs.is_some();
                if let Some(outputs) = outputs {
                    self.keep(step, outputs);
                }
                is_done
            }
        }
    }

    /// Waits until what a step changed can be used.
    async fn wait(
        &self,
        step: &Step,
        reader: &Reader,
        progress: &dyn Fn(Progress),
    ) -> CallResult<Waited> {
        let Some(mut ready) = step.ready.clone() else {
            return Ok(Waited::Ready);
        };
        let resolved = self.resolve(ready.read.texts());
        resolved.map_err(|why| request_of(step).refused("UnresolvedParameter", &why))?;
        let stop = self.stop.clone();
        reader
            .wait(&step.region, &step.name, &ready, progress, stop)
            .await
    }

    async fn create_access_key(
        &self,
        request: &Request<'_>,
        step: &Step,
        user: &str,
    ) -> CallResult<Outputs> {
        let Some((keys, profile)) = self.keys.as_deref().zip(step.saves.as_ref()) else {
            let why = "the plan does not say where the access key is saved";
            return Err(request.refused("UnresolvedParameter", why));
        };
        let key = NewKey {
            clients: &self.clients,
            reader: &Reader::new(self.clients.clone()),
            keys,
            request,
            profile,
            user,
        };
        key.create().await
    }

    /// Waits as long as a step is to wait before it is sent; false when the user stopped the run meanwhile.
    async fn pause_before(&self, step: &Step, progress: &dyn Fn(Progress)) -> bool {
        let begun = Instant::now();
        let pause = step.pause.unwrap_or_default();
        while let Some(left) = pause.checked_sub(begun.elapsed()) {
            let seconds = left.as_secs() + 1;
            progress(Progress::Pending(format!(
                "{seconds} s left for the delivery of what was received"
            )));
            if !self.sleep(left.min(Duration::from_secs(1))).await {
                return false;
            }
        }
        true
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
    async fn execute(&self, step: &Step, before: &[&Step], progress: &dyn Fn(Progress)) -> Outcome {
        let request = sent(step);
        let before: Vec<Sent<'_>> = before.iter().map(|step| sent(step)).collect();
        let reader = Reader::new(self.clients.clone());
        if !self.pause_before(step, progress).await {
            return Outcome::Left;
        }
        let first = Instant::now();
        let mut tries = 0;
        loop {
            let error = match self.send(step).await {
                Err(error) if !self.is_done(step, &reader, &error).await => error,
                _ => match self.wait(step, &reader, progress).await {
                    Ok(Waited::Ready) => return Outcome::Done,
                    Ok(Waited::Stopped) => return Outcome::Left,
                    Ok(Waited::Failed(error)) if self.is_done(step, &reader, &error).await => {
                        return Outcome::Done;
                    }
                    Ok(Waited::Failed(error)) => error,
                    Err(error) => return Outcome::Failed(error),
                },
            };
            let code = error.code().unwrap_or_default();
            let patience = step.kind.patience(code, request, &before);
            let pause = pause(tries);
            let in_time = first.elapsed() + pause <= patience;
            if !in_time {
                return Outcome::Failed(error);
            }
            if !self.sleep(pause).await {
                return Outcome::Left;
            }
            tries += 1;
            tracing::info!(%error, "trying again");
        }
    }
}

/// A step's request, for errors.
fn request_of(step: &Step) -> Request<'_> {
    Request {
        service: step.call.service(),
        operation: step.call.operation(),
        region: &step.region,
        resource: &step.name,
    }
}

/// A step, as far as the rules of its kind look at it.
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
