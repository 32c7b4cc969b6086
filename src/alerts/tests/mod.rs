//! What the built-in catalogue promises, and what a user may make of it.

mod choosing;
mod compliance;
mod files;
