//! CloudTrail's log files as tables of Amazon Athena, and the questions that are asked of them in SQL.
//!
//! Pure: [`table`] has the columns that AWS documents, [`event`] says what is counted of an event in SQL, [`query`]
//! bounds what is read, [`filters`] narrows it, [`questions`] asks, and [`cube`] what a page filters by. The same SQL is saved in Athena as named queries and can be run with other periods, filters and
//! accounts.

pub mod cube;
pub mod event;
pub mod filters;
pub mod query;
pub mod questions;
pub mod table;

pub use query::{Period, Question, Scan};
pub use questions::QUESTIONS;
