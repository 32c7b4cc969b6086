//! The report of what happened, as text for a terminal and as a page.

mod fitted;
mod html;
mod text;

pub use html::html;
pub use text::text;
