//! Buffers that are used again. One of the size of a batch that is allocated anew costs as much as parsing part of it: the
//! kernel must supply and clear its memory each time.

use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

/// Buffers that nobody uses.
static SPARE: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// How many buffers are kept.
const MOST: usize = 64;

/// How large a buffer may be to be kept, in bytes.
const LARGEST: usize = 2 * 1024 * 1024;

/// Bytes whose memory is kept for another buffer once this one is dropped.
#[derive(Debug, Default)]
pub struct Buffer(Vec<u8>);

impl Buffer {
    /// An empty buffer, with the memory of one that was dropped, if there is any.
    pub fn new() -> Self {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        Self(spare.pop().unwrap_or_default())
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if !(1..=LARGEST).contains(&self.0.capacity()) {
            return;
        }
        self.0.clear();
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < MOST {
            spare.push(mem::take(&mut self.0));
        }
    }
}

impl Deref for Buffer {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}
