//! Replaying objects: read, cut, sent, marked.
//!
//! Of an object one request is under way at a time, so that what was acknowledged is known record by record, and several
//! objects are under way at once. A mark is written before the next request is sent: a run that is killed loses what
//! was acknowledged within that moment.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::time::Instant;

use tokio::sync::{mpsc, watch};

use super::acknowledged::Acknowledged;
use super::backlog::{self, Backlog};
use super::batch::{Batch, Cutter};
use super::delivery::{Patience, Sent, deliver};
use super::locked;
use super::read::{Reading, known, read};
use crate::aws::Marks;
use crate::aws::marks::If;
use crate::error::{Error, Result};
use crate::events::notice::Place;
use crate::hec::Collector;
use crate::hec::payload::Payload;
use crate::hec::wrap::Rules;
use crate::pull::download::Downloads;

/// What all objects of a run have in common.
pub struct Replay<'r> {
    /// The objects, and which of them are done in part.
    pub backlog: &'r Backlog,
    /// Their bucket.
    pub bucket: &'r str,
    /// Fetches them.
    pub downloads: Downloads,
    /// Writes down what was acknowledged.
    pub marks: Marks,
    /// How log events are wrapped for the event endpoint; nothing where all data go to the raw endpoint.
    pub rules: Option<Rules>,
    /// How long to wait.
    pub patience: Patience,
    /// Becomes true when nothing more is to be sent.
    pub stop: watch::Sender<bool>,
    /// When the collector last acknowledged something.
    acknowledged: Mutex<Instant>,
    /// Why the collector takes nothing of this run.
    fatal: Mutex<Option<Error>>,
}

/// What became of an object.
#[derive(Debug, Default)]
pub struct Ended {
    /// Records that were acknowledged.
    pub records: u64,
    /// Events that were.
    pub events: u64,
    /// Events that the collector may have although it has not acknowledged them.
    pub unconfirmed: u64,
    /// What of the object cannot be sent; empty also where the run was stopped.
    pub errors: Vec<Error>,
    /// All of the object was acknowledged, now or before.
    pub is_done: bool,
}

impl<'r> Replay<'r> {
    /// The replay of a backlog.
    pub fn new(
        backlog: &'r Backlog,
        bucket: &'r str,
        downloads: Downloads,
        marks: Marks,
        (rules, patience): (Option<Rules>, Patience),
        stop: watch::Sender<bool>,
    ) -> Self {
        Self {
            backlog,
            bucket,
            downloads,
            marks,
            rules,
            patience,
            stop,
            acknowledged: Mutex::new(Instant::now()),
            fatal: Mutex::default(),
        }
    }

    /// Why the collector takes nothing of this run, if that is so.
    pub fn fatal(&self) -> Option<Error> {
        locked(&self.fatal).clone()
    }

    /// Whether nothing more is to be sent.
    pub fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }

    /// Sends what is left of an object.
    pub async fn object(&self, key: &str, collector: &mut Collector) -> Ended {
        let mut ended = Ended::default();
        if let Err(error) = self.send(key, collector, &mut ended).await {
            ended.errors.push(error);
        }
        ended
    }

    /// The same; an error is one of S3.
    async fn send(&self, key: &str, collector: &mut Collector, ended: &mut Ended) -> Result<()> {
        let known = known(&self.marks, self.backlog, key).await?;
        let place = Place {
            bucket: self.bucket.to_owned(),
            key: key.to_owned(),
        };
        // One record waits while another is sent.
        let (sender, incoming) = mpsc::channel(1);
        let already = known.clone();
        let reading: Reading<()> = read(
            &self.downloads,
            place,
            already,
            move |_, number, _, data| match sender.blocking_send((number, data)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            },
        );
        let mut object = Object {
            replay: self,
            key,
            known,
            refused: HashSet::new(),
            is_saved: true,
            ended,
        };
        let is_sent = object.records(incoming, collector).await?;
        if is_sent {
            // Otherwise the thread may wait for data that are not needed any more.
            let ((), errors) = super::read::ended(reading).await;
            object.ended.errors.extend(errors);
        }
        object.ended.is_done = is_sent && object.ended.errors.is_empty();
        match object.ended.is_done {
            true => object.finish().await,
            false => object.save().await,
        }
    }
}

/// An object that is being sent.
struct Object<'o, 'r> {
    replay: &'o Replay<'r>,
    key: &'o str,
    known: Acknowledged,
    /// Records of which the collector refused something.
    refused: HashSet<u64>,
    /// Whether its mark says all that is known.
    is_saved: bool,
    ended: &'o mut Ended,
}

impl Object<'_, '_> {
    /// Sends the records that come; whether all were sent.
    async fn records(
        &mut self,
        mut incoming: mpsc::Receiver<(u64, Payload)>,
        collector: &mut Collector,
    ) -> Result<bool> {
        let mut cutter = Cutter::new(self.replay.rules.as_ref());
        let mut stop = self.replay.stop.subscribe();
        loop {
            let next = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return Ok(false),
                next = incoming.recv() => next,
            };
            let Some((number, payload)) = next else {
                break;
            };
            for batch in cutter.add(number, &payload, self.known.pieces_of(number)) {
                if !self.batch(&batch, collector).await? {
                    return Ok(false);
                }
            }
        }
        Ok(match cutter.rest() {
            Some(batch) => self.batch(&batch, collector).await?,
            None => true,
        })
    }

    /// Sends a batch; whether more of the object may be sent.
    async fn batch(&mut self, batch: &Batch, collector: &mut Collector) -> Result<bool> {
        if self.replay.is_stopped() {
            return Ok(false);
        }
        self.save().await?;
        let first = Instant::now();
        let (sent, may_be_there) = match batch.data.is_empty() {
            true => (Sent::Acknowledged, false),
            false => {
                let stop = self.replay.stop.subscribe();
                deliver(collector, batch, &self.replay.patience, stop).await
            }
        };
        if may_be_there {
            self.ended.unconfirmed += batch.events;
        }
        match sent {
            Sent::Acknowledged => {
                *locked(&self.replay.acknowledged) = Instant::now();
                self.known.extend(&batch.without(&self.refused));
                self.is_saved = false;
                self.ended.records += batch.records.len() as u64;
                self.ended.events += batch.events;
                return Ok(true);
            }
            Sent::Refused(error) => {
                // A record is not done because its rest is accepted.
                let broken_off = batch.partly.map(|(record, _)| record);
                self.refused
                    .extend(batch.records.iter().copied().chain(broken_off));
                self.ended.errors.push(self.about(error));
                return Ok(true);
            }
            Sent::GivenUp(error) => {
                // Nothing was acknowledged meanwhile: the same would happen to other objects.
                if *locked(&self.replay.acknowledged) < first {
                    self.replay.stop.send_replace(true);
                }
                self.ended.errors.push(self.about(error));
            }
            Sent::Fatal(error) => {
                self.replay.stop.send_replace(true);
                locked(&self.replay.fatal).get_or_insert(error);
            }
            Sent::Stopped => {}
        }
        Ok(false)
    }

    fn about(&self, error: Error) -> Error {
        let name = format!("s3://{}/{}", self.replay.bucket, self.key);
        Error {
            message: format!("{name}: {}", error.message),
            ..error
        }
    }

    /// Writes down what was acknowledged, if that is not written.
    async fn save(&mut self) -> Result<()> {
        if self.is_saved {
            return Ok(());
        }
        let body = serde_json::to_vec(&self.known).unwrap_or_default();
        self.mark(&backlog::part(self.key), body).await?;
        self.is_saved = true;
        Ok(())
    }

    /// Writes down that all was.
    async fn finish(&mut self) -> Result<()> {
        let body = serde_json::to_vec(&self.known).unwrap_or_default();
        self.mark(&backlog::done(self.key), body).await
    }

    async fn mark(&mut self, mark: &str, body: Vec<u8>) -> Result<()> {
        let written = self.replay.marks.put(mark, body, If::Any).await;
        written.map(drop).map_err(|error| {
            // The next objects could not be marked, either.
            self.replay.stop.send_replace(true);
            self.ended.is_done = false;
            Error::from(error)
                .hint("the events that the mark is about are sent again by the next run")
        })
    }
}
