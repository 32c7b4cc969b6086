//! The collector's requests: health, raw data, events, acknowledgments.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_ENCODING, HeaderName, HeaderValue};
use hyper::{Method, Request};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::json;

use super::certificate::Trust;
use super::code::Code;
use super::connection::{Answer, Connection};
use super::endpoint::Endpoint;
use super::fault::{Fault, Refusal};
use crate::aws::read::Hidden;
use crate::error::tame;
use crate::words;

const CHANNEL: HeaderName = HeaderName::from_static("x-splunk-request-channel");
const LONGEST_TEXT: usize = 300;

/// A client of one collector with one channel, which sends one request at a time.
///
/// An acknowledgment belongs to its channel, and behind a load balancer to the indexer that the cookies lead to: the one
/// that sent the data asks for it. Whatever sends in parallel has a client each.
pub struct Collector {
    connection: Connection,
    token: Option<Hidden>,
    channel: String,
}

/// What Splunk stores with raw data, where it is not the token's default.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// The index.
    pub index: Option<String>,
    /// The source type.
    pub sourcetype: Option<String>,
    /// The source.
    pub source: Option<String>,
    /// The host.
    pub host: Option<String>,
}

/// An answer of Splunk's.
#[derive(Deserialize)]
struct Said {
    text: String,
    code: u16,
    #[serde(rename = "ackId")]
    ack_id: Option<u64>,
}

#[derive(Deserialize)]
struct Acks {
    acks: BTreeMap<String, bool>,
}

impl Collector {
    /// A client with a channel of its own. Nothing is sent yet. Without a token only [`health`](Self::health) passes.
    pub fn new(endpoint: Endpoint, trust: Trust, token: Option<Hidden>) -> Self {
        Self {
            connection: Connection::new(endpoint, trust),
            token,
            channel: guid(),
        }
    }

    /// The collector's address.
    pub fn endpoint(&self) -> &Endpoint {
        &self.connection.endpoint
    }

    /// Whether the collector is healthy: `GET /services/collector/health`. It needs no token. Code 17 is healthy; 18 to
    /// 20 and 23 are refusals.
    ///
    /// # Errors
    ///
    /// Any [`Fault`]: its kind says how far the connection came.
    pub async fn health(&mut self) -> Result<(), Fault> {
        let said = self.ask(Method::GET, "health", Bytes::new(), false).await?;
        self.said(&said).map(|_| ())
    }

    /// Sends raw data, compressed on the way if so wanted: `POST /services/collector/raw`. The number is the
    /// acknowledgment's, where the token has acknowledgment on.
    ///
    /// # Errors
    ///
    /// Any [`Fault`]; see [`Fault::may_have_arrived`].
    pub async fn raw(
        &mut self,
        metadata: &Metadata,
        data: Bytes,
        compressed: bool,
    ) -> Result<Option<u64>, Fault> {
        let path = format!("raw{}", metadata.query());
        let answer = self.ask(Method::POST, &path, data, compressed).await?;
        Ok(self.said(&answer)?.ack_id)
    }

    /// Sends events, JSON objects one behind the other: `POST /services/collector/event`.
    ///
    /// # Errors
    ///
    /// As of [`raw`](Self::raw).
    pub async fn event(&mut self, objects: Bytes, compressed: bool) -> Result<Option<u64>, Fault> {
        let answer = self.ask(Method::POST, "event", objects, compressed).await?;
        Ok(self.said(&answer)?.ack_id)
    }

    /// Which of these numbers of this client's channel are indexed: `POST /services/collector/ack?channel=GUID`. Splunk
    /// forgets a number once it has said true, and says false of those it never gave.
    ///
    /// # Errors
    ///
    /// Any [`Fault`]; [`Code::ACK_DISABLED`] if the token has acknowledgment off.
    pub async fn acks(&mut self, numbers: &[u64]) -> Result<BTreeMap<u64, bool>, Fault> {
        let path = format!("ack?channel={}", self.channel);
        let question = json!({ "acks": numbers }).to_string();
        let answer = self
            .ask(Method::POST, &path, question.into(), false)
            .await?;
        let Ok(Acks { acks }) = serde_json::from_slice(&answer.body) else {
            self.said(&answer)?;
            return Err(Fault::Odd(answer.status));
        };
        let acks = acks.into_iter();
        let acks = acks.map(|(number, indexed)| Some((number.parse().ok()?, indexed)));
        acks.collect::<Option<_>>().ok_or(Fault::Odd(answer.status))
    }

    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        data: Bytes,
        compressed: bool,
    ) -> Result<Answer, Fault> {
        let data = if compressed { gzip(&data) } else { data };
        let target = format!("/services/collector/{path}");
        let request = Request::builder().method(method).uri(target);
        let mut request = request
            .body(Full::new(data))
            .map_err(|error| Fault::Lost(error.to_string()))?;
        let headers = request.headers_mut();
        if let Ok(channel) = HeaderValue::from_str(&self.channel) {
            headers.insert(CHANNEL, channel);
        }
        if compressed {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if let Some(Hidden(token)) = &self.token {
            // The error would quote nothing, but the token must be in none.
            let value = HeaderValue::from_str(&format!("Splunk {token}"));
            let mut value =
                value.map_err(|_| self.refusal(401, Code(3), "Invalid authorization"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        self.connection.send(request).await
    }

    /// What Splunk says, if it is that all is well.
    fn said(&self, answer: &Answer) -> Result<Said, Fault> {
        let Ok(said) = serde_json::from_slice::<Said>(&answer.body) else {
            return Err(Fault::Odd(answer.status));
        };
        match answer.status {
            200 => Ok(said),
            status => Err(self.refusal(status, Code(said.code), &said.text)),
        }
    }

    fn refusal(&self, status: u16, code: Code, text: &str) -> Fault {
        let text = words::start(&tame(text), LONGEST_TEXT);
        let text = match &self.token {
            Some(Hidden(token)) if !token.is_empty() => text.replace(token, "…"),
            _ => text,
        };
        Fault::Refused(Refusal { status, code, text })
    }
}

impl Metadata {
    fn query(&self) -> String {
        let all = [
            ("index", &self.index),
            ("sourcetype", &self.sourcetype),
            ("source", &self.source),
            ("host", &self.host),
        ];
        let given = all.iter().filter_map(|(name, value)| {
            let value = utf8_percent_encode(value.as_deref()?, NON_ALPHANUMERIC);
            Some(format!("{name}={value}"))
        });
        let given: Vec<String> = given.collect();
        match given.is_empty() {
            true => String::new(),
            false => format!("?{}", given.join("&")),
        }
    }
}

/// A random GUID of version 4 (RFC 9562), in lower case. It need not be secret: it names a channel.
fn guid() -> String {
    let bits = fastrand::u128(..) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    parts.join("-")
}

fn gzip(data: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Nothing fails that writes to memory.
    let _ = encoder.write_all(data);
    encoder.finish().unwrap_or_default().into()
}
