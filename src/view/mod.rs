//! What people and programs see: plans, reports and pictures as text, script and JSON.
//!
//! Pure: data goes in, strings come out.

pub mod events;
pub mod json;
pub mod picture;
pub mod readers;
pub mod report;
pub mod script;
pub mod summary;

/// `1 change`, `2 changes`.
pub fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
