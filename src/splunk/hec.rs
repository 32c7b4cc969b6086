//! The stanzas of inputs.conf with which Splunk receives what Firehose delivers.
//!
//! <https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/set-up-and-use-http-event-collector-with-configuration-files>

use super::{Stanza, TOKEN};
use crate::error::Result;

/// Where the stanzas go.
const PLACE: &str = "inputs.conf in $SPLUNK_HOME/etc/apps/splunk_httpinput/local of each instance that receives; then restart Splunk";

/// What to write for the placeholder.
const GUID: &str = "the same GUID on each instance, e.g. from uuidgen; it is a secret";

/// A token of an HTTP Event Collector.
#[derive(Clone, Debug)]
pub struct Token {
    /// The name of its stanza.
    pub name: String,
    /// The index, the only one that it allows.
    pub index: String,
    /// The source type.
    pub sourcetype: String,
}

impl Token {
    /// Its settings, as the stanza and the management API name them. Firehose needs acknowledgment.
    pub fn settings(&self) -> [(&'static str, &str); 5] {
        [
            ("disabled", "0"),
            ("index", &self.index),
            ("indexes", &self.index),
            ("sourcetype", &self.sourcetype),
            ("useACK", "1"),
        ]
    }

    /// The global stanza and the token's, with a placeholder for the token itself.
    ///
    /// # Errors
    ///
    /// A name or value cannot be in a stanza.
    pub fn stanzas(&self) -> Result<[Stanza; 2]> {
        let global = [
            ("disabled", "0"),
            ("port", "8088"),
            ("enableSSL", "1"),
            ("ackIdleCleanup", "true"),
        ];
        let token = [("token", TOKEN)].into_iter().chain(self.settings());
        Ok([
            Stanza::new("http", global)?.with_comment(PLACE),
            Stanza::new(&format!("http://{}", self.name), token)?.with_comment(GUID),
        ])
    }
}
