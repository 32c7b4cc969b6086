//! Objects of S3 as something that a thread can read.
//!
//! A task fetches an object piece by piece into a short channel, the printing thread reads from its other end. So several
//! objects are on their way at once, and of none more is in memory than a few pieces.

use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::aws::Reader;
use crate::error::CallError;
use crate::events::notice::Place;
use crate::reading::feed::Log;

/// How many pieces of an object wait to be read, at most.
const PIECES: usize = 4;

#[derive(Clone, Debug)]
pub struct Downloads {
    reader: Reader,
    /// The region where buckets are looked for first.
    near: String,
    /// The regions of the buckets that were found.
    regions: Arc<Mutex<HashMap<String, String>>>,
}

impl Downloads {
    pub fn new(reader: Reader, near: &str) -> Self {
        Self {
            reader,
            near: near.to_owned(),
            regions: Arc::default(),
        }
    }

    /// Begins to fetch an object; `ends` is the message whose last log it is.
    pub fn begin(&self, place: Place, ends: Option<String>) -> Log {
        let (pieces, incoming) = mpsc::channel(PIECES);
        let name = place.to_string();
        tokio::spawn(self.clone().fetch(place, pieces));
        Log {
            name,
            body: Ok(Box::new(Download {
                incoming,
                piece: io::Cursor::default(),
            })),
            size: None,
            live: false,
            ends,
        }
    }

    async fn fetch(self, place: Place, pieces: mpsc::Sender<Result<Vec<u8>, CallError>>) {
        let region = self.regions().get(&place.bucket).cloned();
        let region = region.unwrap_or_else(|| self.near.clone());
        let mut object = match self.reader.object(&region, &place.bucket, &place.key).await {
            Ok(object) => object,
            Err(error) => return drop(pieces.send(Err(error)).await),
        };
        self.regions()
            .insert(place.bucket, object.region().to_owned());
        while let Some(piece) = object.piece().await.transpose() {
            let failed = piece.is_err();
            // A closed channel: the rest is not needed.
            if pieces.send(piece).await.is_err() || failed {
                return;
            }
        }
    }

    fn regions(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.regions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reading end, for a thread that may block.
struct Download {
    incoming: mpsc::Receiver<Result<Vec<u8>, CallError>>,
    piece: io::Cursor<Vec<u8>>,
}

impl Read for Download {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.piece.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.incoming.blocking_recv() {
                None => return Ok(0),
                Some(piece) => self.piece = io::Cursor::new(piece.map_err(io::Error::other)?),
            }
        }
    }
}
