//! Splunk's management API, as much of it as the tokens of an HTTP Event Collector need: `data/inputs/http`.
//!
//! <https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/http-event-collector-rest-api-endpoints>

use base64::{Engine, prelude::BASE64_STANDARD};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::certificate::Trust;
use super::connection::{Answer, Connection};
use super::endpoint::Endpoint;
use super::fault::Fault;
use crate::aws::read::Hidden;
use crate::error::tame;
use crate::words::start;

/// The collector's app, and who owns its stanzas.
const TOKENS: &str = "/servicesNS/nobody/splunk_httpinput/data/inputs/http";

/// The stanza of what all tokens share.
const GLOBAL: &str = "http";

const LONGEST_TEXT: usize = 300;

/// A client of the management API, which is one user there.
pub struct Management {
    connection: Connection,
    authorization: HeaderValue,
    password: Hidden,
}

/// A token as Splunk has it.
#[derive(Debug)]
pub struct Stanza {
    /// The token itself.
    pub token: Hidden,
    /// Whether it is turned off.
    pub is_disabled: bool,
    /// Whether it acknowledges.
    pub acknowledges: bool,
    /// The index of its events; empty for Splunk's default.
    pub index: String,
    /// Their source type; empty for Splunk's default.
    pub sourcetype: String,
}

impl Management {
    /// A client. Nothing is sent yet.
    pub fn new(endpoint: Endpoint, trust: Trust, user: &str, password: Hidden) -> Self {
        let encoded = BASE64_STANDARD.encode(format!("{user}:{}", password.0));
        // Base64 is always a header's value.
        let mut authorization = HeaderValue::from_str(&format!("Basic {encoded}"))
            .unwrap_or_else(|_| HeaderValue::from_static(""));
        authorization.set_sensitive(true);
        Self {
            connection: Connection::new(endpoint, trust),
            authorization,
            password,
        }
    }

    /// The token of this name; nothing if there is none.
    ///
    /// # Errors
    ///
    /// Any [`Fault`], without the password.
    pub async fn token(&mut self, name: &str) -> Result<Option<Stanza>, Fault> {
        let Some(content) = self.stanza(name).await? else {
            return Ok(None);
        };
        let text = |key: &str| content[key].as_str().unwrap_or_default().to_owned();
        Ok(Some(Stanza {
            token: Hidden(text("token")),
            is_disabled: is_true(&content["disabled"]),
            acknowledges: is_true(&content["useACK"]),
            index: text("index"),
            sourcetype: text("sourcetype"),
        }))
    }

    /// Whether the collector receives at all: its global stanza is not disabled.
    ///
    /// # Errors
    ///
    /// Any [`Fault`], without the password.
    pub async fn is_enabled(&mut self) -> Result<bool, Fault> {
        let content = self.stanza(GLOBAL).await?;
        Ok(content.is_some_and(|content| !is_true(&content["disabled"])))
    }

    /// Creates a token of this name, whose value Splunk chooses.
    ///
    /// # Errors
    ///
    /// Any [`Fault`], without the password.
    pub async fn create(&mut self, name: &str, settings: &[(&str, &str)]) -> Result<(), Fault> {
        let all = [("name", name)].into_iter().chain(settings.iter().copied());
        let pairs: Vec<String> = all
            .map(|(key, value)| format!("{key}={}", encoded(value)))
            .collect();
        let answer = self.ask(Method::POST, TOKENS, pairs.join("&")).await?;
        self.content(&answer).map(drop)
    }

    /// The settings of a stanza; nothing if there is none.
    async fn stanza(&mut self, name: &str) -> Result<Option<Value>, Fault> {
        let path = format!("{TOKENS}/{}", encoded(name));
        let answer = self.ask(Method::GET, &path, String::new()).await?;
        match answer.status {
            404 => Ok(None),
            _ => self.content(&answer).map(Some),
        }
    }

    async fn ask(&mut self, method: Method, path: &str, form: String) -> Result<Answer, Fault> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{path}?output_mode=json"));
        let mut request = request
            .body(Full::new(Bytes::from(form)))
            .map_err(|error| Fault::Lost(error.to_string()))?;
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, form);
        self.connection.send(request).await
    }

    /// The content of the answer's only entry.
    fn content(&self, answer: &Answer) -> Result<Value, Fault> {
        let strange = "the answer is not that of Splunk's management API";
        let said: Value = serde_json::from_slice(&answer.body)
            .map_err(|_| Fault::Management(answer.status, strange.to_owned()))?;
        if matches!(answer.status, 200 | 201) {
            return Ok(said["entry"][0]["content"].clone());
        }
        let text = said["messages"][0]["text"].as_str().unwrap_or(strange);
        let text = match self.password.0.is_empty() {
            true => text.to_owned(),
            false => text.replace(&self.password.0, "…"),
        };
        Err(Fault::Management(
            answer.status,
            start(&tame(&text), LONGEST_TEXT),
        ))
    }
}

/// Splunk writes what is true as a boolean, as a number, or as the text of either.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(is_true) => *is_true,
        Value::Number(number) => number.as_i64() != Some(0),
        Value::String(text) => matches!(
            text.to_ascii_lowercase().as_str(),
            "1" | "true" | "t" | "yes"
        ),
        _ => false,
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
