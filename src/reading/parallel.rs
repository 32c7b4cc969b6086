//! Threads that unpack logs and work on their batches, and the pieces in the order of the logs.
//!
//! A thread takes the first log that no other one is unpacking, unpacks a batch of it, and works on that batch, which is
//! then still in its processor's cache. So one log passes from thread to thread, and of several logs each thread unpacks
//! another. What waits to be read is bounded, so the memory needed does not depend on how much there is to read.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::mpsc::{Receiver, error::TryRecvError};

use super::conveyor::{Work, Worked};
use super::feed::{Log, Piece, Pieces};
use crate::error::{Error, Result};

/// How many pieces may wait to be read: two for each thread, and so many at least.
const ROOM: usize = 16;

/// The pieces, as they were worked on. Once this is dropped, the threads end.
pub struct Parallel<W: Work>(Arc<Shared<W>>);

/// What the threads share.
struct Shared<W: Work> {
    work: W,
    state: Mutex<State<W::Done>>,
    /// There is a piece to read, or will be none.
    readable: Condvar,
    /// There is a turn for a thread, or will be none.
    turn: Condvar,
}

struct State<D> {
    logs: Coming,
    /// The logs that have begun and were not read to their end.
    open: VecDeque<Open<D>>,
    /// How many logs were read to their end.
    closed: usize,
    course: Course,
    /// How many pieces may wait to be read.
    room: usize,
    /// About how long batches are, in bytes.
    batch: usize,
}

/// Where further logs come from.
enum Coming {
    From(Receiver<Log>),
    /// A thread waits for the next one.
    Awaited,
    /// There is none.
    Over,
}

enum Course {
    Running,
    /// Nothing more is wanted.
    Over,
    /// A thread has ended unexpectedly.
    Lost,
}

struct Open<D> {
    /// What is left to unpack, unless a thread has taken it to do so.
    rest: Option<Pieces>,
    is_taken: bool,
    /// What waits to be read; nothing in the place of one that is worked on.
    waiting: VecDeque<Option<Piece<Worked<D>>>>,
    /// How many pieces were read.
    read: usize,
}

/// What a thread can do next.
enum Turn {
    /// Wait for the next log.
    Await(Receiver<Log>),
    /// Unpack a piece of the log of this number.
    Unpack(usize, Pieces),
}

impl<W: Work> Parallel<W> {
    /// Starts the threads.
    pub fn start(logs: Receiver<Log>, threads: usize, batch: usize, work: W) -> Self {
        let shared = Arc::new(Shared {
            work,
            state: Mutex::new(State {
                logs: Coming::From(logs),
                open: VecDeque::new(),
                closed: 0,
                course: Course::Running,
                room: ROOM.max(threads * 2),
                batch,
            }),
            readable: Condvar::new(),
            turn: Condvar::new(),
        });
        for _ in 0..threads {
            let worker = Worker(shared.clone());
            thread::spawn(move || worker.run());
        }
        Self(shared)
    }
}

impl<W: Work> Iterator for Parallel<W> {
    type Item = Result<Piece<Worked<W::Done>>>;

    /// Waits until the next piece was worked on; an error once a thread is lost.
    fn next(&mut self) -> Option<Self::Item> {
        let mut state = self.0.lock();
        loop {
            if let Course::Lost = state.course {
                let message = "a reading thread ended unexpectedly; this is a bug in ctadmin";
                return Some(Err(Error::failed(message)));
            }
            if let Some(piece) = state.read() {
                self.0.turn.notify_all();
                return Some(Ok(piece));
            }
            if state.is_at_end() {
                return None;
            }
            let waited = self.0.readable.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<W: Work> Drop for Parallel<W> {
    fn drop(&mut self) {
        self.0.change(|state| state.course = Course::Over);
    }
}

impl<W: Work> Shared<W> {
    fn lock(&self) -> MutexGuard<'_, State<W::Done>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State<W::Done>) -> T) -> T {
        let mut state = self.lock();
        let changed = change(&mut state);
        if state.is_readable() || state.is_at_end() {
            self.readable.notify_one();
        }
        self.turn.notify_all();
        changed
    }
}

/// A thread that works until nothing more is wanted.
struct Worker<W: Work>(Arc<Shared<W>>);

impl<W: Work> Worker<W> {
    fn run(&self) {
        while let Some(turn) = self.turn() {
            match turn {
                Turn::Await(mut logs) => {
                    let log = logs.blocking_recv();
                    self.0.change(|state| state.arrived(log, logs));
                }
                Turn::Unpack(number, pieces) => self.unpack(number, pieces),
            }
        }
    }

    /// Waits until there is something to do; nothing once nothing more is wanted.
    fn turn(&self) -> Option<Turn> {
        let mut state = self.0.lock();
        loop {
            if !matches!(state.course, Course::Running) {
                return None;
            }
            if let Some(turn) = state.turn() {
                return Some(turn);
            }
            let waited = self.0.turn.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Unpacks a piece and works on it, if it is a batch.
    fn unpack(&self, number: usize, pieces: Pieces) {
        let (piece, rest) = pieces.cut();
        let place = self.0.change(|state| state.unpacked(number, rest));
        let piece = piece.map(|batch| Worked::of(&self.0.work, batch));
        self.0.change(|state| state.worked(number, place, piece));
    }
}

impl<W: Work> Drop for Worker<W> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.change(|state| state.course = Course::Lost);
        }
    }
}

impl<D> State<D> {
    /// What a thread can do next.
    fn turn(&mut self) -> Option<Turn> {
        let waiting: usize = self.open.iter().map(|log| log.waiting.len()).sum();
        for (place, log) in self.open.iter_mut().enumerate() {
            // The log that is read need not wait until others are.
            let has_room = waiting < self.room || place == 0 && log.waiting.len() < self.room;
            if has_room && let Some(pieces) = log.rest.take() {
                log.is_taken = true;
                return Some(Turn::Unpack(self.closed + place, pieces));
            }
        }
        if waiting >= self.room {
            return None;
        }
        match mem::replace(&mut self.logs, Coming::Awaited) {
            // Threads must be there for the logs that are open.
            Coming::From(mut logs) if self.open.iter().any(|log| log.is_taken) => {
                let log = logs.try_recv();
                if let Err(TryRecvError::Empty) = log {
                    self.logs = Coming::From(logs);
                    return None;
                }
                self.arrived(log.ok(), logs);
                self.turn()
            }
            Coming::From(logs) => Some(Turn::Await(logs)),
            others => {
                self.logs = others;
                None
            }
        }
    }

    /// The next log, or that there is none.
    fn arrived(&mut self, log: Option<Log>, logs: Receiver<Log>) {
        let Some(log) = log else {
            self.logs = Coming::Over;
            return;
        };
        self.logs = Coming::From(logs);
        self.open.push_back(Open {
            rest: Some(Pieces::of(log, Some(self.batch))),
            is_taken: false,
            waiting: VecDeque::new(),
            read: 0,
        });
    }

    /// A thread has unpacked a piece, and left this; the place of the piece in its log.
    fn unpacked(&mut self, number: usize, rest: Option<Pieces>) -> usize {
        let log = &mut self.open[number - self.closed];
        log.rest = rest;
        log.is_taken = false;
        log.waiting.push_back(None);
        log.read + log.waiting.len() - 1
    }

    /// A thread has worked on a piece.
    fn worked(&mut self, number: usize, place: usize, piece: Piece<Worked<D>>) {
        let log = &mut self.open[number - self.closed];
        log.waiting[place - log.read] = Some(piece);
    }

    /// Whether the next piece was worked on, or none comes any more.
    fn is_readable(&self) -> bool {
        let next = self.open.front().and_then(|log| log.waiting.front());
        matches!(next, Some(Some(_))) || matches!(self.course, Course::Lost)
    }

    /// Whether all logs were read.
    fn is_at_end(&self) -> bool {
        self.open.is_empty() && matches!(self.logs, Coming::Over)
    }

    /// The next piece, unless that is still worked on.
    fn read(&mut self) -> Option<Piece<Worked<D>>> {
        let log = self.open.front_mut()?;
        let piece = log.waiting.front_mut()?.take()?;
        log.waiting.pop_front();
        log.read += 1;
        if let Piece::End(_) = piece {
            self.open.pop_front();
            self.closed += 1;
        }
        Some(piece)
    }
}
