//! What happened in an account: who did what, what was refused, what changed, from where.
//!
//! Pure. [`facts`] picks out of a batch of events what is counted, on any thread; a [`tally`] counts, with a memory that
//! has a limit whatever is read; [`report`] is what comes of it, for all views, and [`facets`] what a page filters by; the same report comes of what
//! Athena [`answered`]. Names are counted by [`names`], combinations
//! of names by [`table`], all combinations of the chief dimensions by [`cells`]; [`changes`] knows which actions are
//! changes by the catalogue of alerts.

pub mod answered;
mod cells;
mod changes;
mod counted;
pub mod facets;
pub mod facts;
mod names;
pub mod report;
mod sketch;
mod table;
pub mod tally;
#[cfg(test)]
mod tests;
mod timeline;
