//! Resource policies: the statements this tool writes, and how they live among other people's.
//!
//! A policy document is parsed only as far as needed. Statements of ours are recognised by their Sid and
//! compared by [meaning](equivalent); every other statement stays exactly as it was read.

mod document;
mod normal;
mod statement;

pub use document::{Policy, PolicyError, merged, size, texts};
pub use normal::equivalent;
pub use statement::{Principal, Statement};
