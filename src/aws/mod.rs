//! AWS: the only module that uses the SDK.
//!
//! [`Reader`] gets, lists and describes, and nothing else; planners hold only it. [`Sender`] carries out the steps of
//! a plan. [`Consumer`] receives the messages of a queue, which is neither: receiving hides them for a while;
//! [`Marks`] are objects in which a run keeps how far it has come; and [`Queries`] are run by Athena, which bills them. All share a [`Session`]: credentials, one HTTP client,
//! and a limit on requests in flight.

mod chain;
mod clients;
pub mod consume;
mod convert;
pub mod endpoint;
mod error;
mod http;
mod lifecycle;
pub mod marks;
pub mod profile;
pub mod queries;
pub mod read;
mod request;
mod send;
mod session;

pub use consume::Consumer;
pub use marks::Marks;
pub use profile::configured_region;
pub use queries::Queries;
pub use read::{Reader, Tally};
pub use request::Outputs;
pub use send::secret::read as read_secret;
pub use send::{Recheck, Sender};
pub use session::{Connection, Session};
