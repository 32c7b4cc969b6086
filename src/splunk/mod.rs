//! The files that Splunk wants, as text: nothing here reads, asks or prints.
//!
//! [`inputs`] configures which queue the add-on, or the old app, polls; [`aws_conf`] is the old app's list of accounts,
//! read from the table that [`accounts`] understands; [`hec`] is the HTTP Event Collector that Firehose delivers to. Both the add-on's files and the app's are made of stanzas, which
//! [`conf`] writes.
//!
//! Access keys pass through on their way into such a file. Types that hold one cannot be printed by mistake (they have
//! no `Debug`), and errors about files that hold some say where, not what.

pub mod accounts;
pub mod aws_conf;
pub mod conf;
pub mod credentials;
pub mod hec;
pub mod inputs;

pub use conf::Stanza;
pub use credentials::Credentials;

/// Placeholder for the token of an HTTP Event Collector.
const TOKEN: &str = "<guid>";

/// Placeholder for an access key's id.
const KEY_ID: &str = "<access-key-id>";

/// Placeholder for a secret access key.
const SECRET: &str = "<secret-access-key>";
