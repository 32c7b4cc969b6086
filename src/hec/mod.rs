//! A client of Splunk's HTTP Event Collector: it finds out whether a collector can be delivered to, and delivers.
//!
//! It meets a collector as Firehose does: HTTPS only, with a certificate of a public authority, with a channel, and with
//! the cookies that keep a session on one indexer behind a load balancer. What goes wrong is a [`Fault`], which says in
//! words what it is and what to do. No fault ever holds a token.
//!
//! Splunk's pages: "HTTP Event Collector REST API endpoints", "Format events for HTTP Event Collector", "About HTTP
//! Event Collector Indexer Acknowledgment" (<https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data>).

mod certificate;
mod code;
mod collector;
mod connection;
mod endpoint;
pub mod failed;
pub mod failures;
mod fault;
pub mod management;
pub mod payload;
pub mod wrap;

pub use certificate::{CertificateFault, Trust};
pub use code::Code;
pub use collector::{Collector, Metadata};
pub use endpoint::Endpoint;
pub use fault::{Fault, Refusal};
