//! The codes of the collector's answers, from Splunk's table "Possible error codes":
//! <https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/troubleshoot-http-event-collector>.

/// A code of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(pub u16);

impl Code {
    /// Token disabled.
    pub const TOKEN_DISABLED: Self = Self(1);
    /// Token is required.
    pub const TOKEN_REQUIRED: Self = Self(2);
    /// Invalid authorization.
    pub const INVALID_AUTHORIZATION: Self = Self(3);
    /// Invalid token.
    pub const INVALID_TOKEN: Self = Self(4);
    /// No data: what Firehose expects of its own test, which sends an empty body.
    pub const NO_DATA: Self = Self(5);
    /// Incorrect index.
    pub const INCORRECT_INDEX: Self = Self(7);
    /// Server is busy.
    pub const BUSY: Self = Self(9);
    /// Data channel is missing.
    pub const CHANNEL_MISSING: Self = Self(10);
    /// ACK is disabled.
    pub const ACK_DISABLED: Self = Self(14);

    /// Whether the request was refused for the collector's state, which passes. Codes 24 and 25 come with status 200:
    /// the data were taken.
    pub fn is_busy(self) -> bool {
        matches!(self.0, 8 | 9 | 18..=20 | 23 | 26 | 27)
    }

    /// Whether the token is at fault.
    pub fn is_about_token(self) -> bool {
        matches!(self.0, 1..=4 | 16 | 21 | 22)
    }

    /// What to do about it.
    pub fn advice(self) -> &'static str {
        match self.0 {
            1 | 22 => "enable the token in Splunk: Settings, Data inputs, HTTP Event Collector",
            2 | 3 => "give the token, without the word Splunk in front",
            4 | 21 => {
                "use a token of this collector; behind a load balancer each indexer needs the same token"
            }
            7 => "add the index to the token's allowed indexes, or create it on the indexers",
            8 => "look into splunkd.log of the collector",
            9 | 18 | 26 => {
                "the indexers' queues are full: add indexing capacity, then `ctadmin push replay`"
            }
            10 | 11 => "send a channel: a GUID in X-Splunk-Request-Channel",
            14 => "set useACK = 1 in the token's stanza; Firehose needs acknowledgment",
            19 | 20 | 25 | 27 => {
                "raise the limits of acknowledgment in limits.conf, [http_input], or add collectors"
            }
            23 => "the collector restarts: try again",
            28 => "turn on sticky sessions in the load balancer",
            404 => "check host and port: there is no HTTP Event Collector",
            _ => "look for the request in splunkd.log of the collector",
        }
    }
}
