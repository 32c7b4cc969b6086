//! One HTTPS connection to an endpoint, opened when it is needed and again when it was closed.
//!
//! Cookies are kept: a load balancer with sticky sessions recognizes a client by them, and an acknowledgment is known
//! to one indexer only. No proxy is used, as Firehose uses none.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{COOKIE, HOST, HeaderMap, HeaderValue, SET_COOKIE};
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::certificate::Trust;
use super::endpoint::Endpoint;
use super::fault::Fault;
use crate::error::tame;

/// For resolving, for each address, and for the handshake.
const CONNECTING: Duration = Duration::from_secs(10);
/// For sending a request and receiving its answer.
const ANSWERING: Duration = Duration::from_secs(60);
/// No answer of Splunk's that is read here is nearly as long.
const LONGEST_ANSWER: usize = 1 << 20;
const MOST_COOKIES: usize = 16;

/// A connection, which may be closed, and the cookies that the server set.
pub(super) struct Connection {
    pub endpoint: Endpoint,
    trust: Trust,
    sender: Option<SendRequest<Full<Bytes>>>,
    cookies: BTreeMap<String, String>,
}

/// The status of an answer and its body.
pub(super) struct Answer {
    pub status: u16,
    pub body: Bytes,
}

impl Connection {
    pub fn new(endpoint: Endpoint, trust: Trust) -> Self {
        Self {
            endpoint,
            trust,
            sender: None,
            cookies: BTreeMap::new(),
        }
    }

    /// Sends a request, whose target is a path. It is sent once: only a request that did not leave because the server
    /// had closed the connection is sent on a new one.
    pub async fn send(&mut self, mut request: Request<Full<Bytes>>) -> Result<Answer, Fault> {
        self.complete(request.headers_mut())?;
        let kept = self.sender.take().filter(|sender| !sender.is_closed());
        let is_kept = kept.is_some();
        let mut sender = match kept {
            Some(sender) => sender,
            None => self.open().await?,
        };
        let answering = async {
            let sent = match sender.try_send_request(request).await {
                Err(mut error) if is_kept => match error.take_message() {
                    Some(request) => {
                        sender = self.open().await?;
                        sender.send_request(request).await
                    }
                    None => Err(error.into_error()),
                },
                sent => sent.map_err(|error| error.into_error()),
            };
            let response = sent.map_err(|error| lost(&error))?;
            self.keep_cookies(&response);
            answer(response).await
        };
        let answer = timeout(ANSWERING, answering).await;
        let answer = answer.map_err(|_| Fault::NoAnswer(ANSWERING))??;
        self.sender = Some(sender);
        Ok(answer)
    }

    /// Adds the host and the cookies.
    fn complete(&self, headers: &mut HeaderMap) -> Result<(), Fault> {
        let value = |text: &str| {
            HeaderValue::from_str(text).map_err(|error| Fault::Unresolved(error.to_string()))
        };
        headers.insert(HOST, value(&self.endpoint.authority())?);
        let cookies = self.cookies.iter();
        let cookies: Vec<String> = cookies.map(|(k, v)| format!("{k}={v}")).collect();
        if !cookies.is_empty() {
            headers.insert(COOKIE, value(&cookies.join("; "))?);
        }
        Ok(())
    }

    /// Keeps what the server wants to see again. Only this endpoint is sent it, so its attributes do not matter.
    fn keep_cookies(&mut self, response: &Response<Incoming>) {
        for cookie in response.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap_or_default().split(';').next();
            let Some((name, value)) = pair.and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            if self.cookies.len() < MOST_COOKIES || self.cookies.contains_key(name.trim()) {
                self.cookies
                    .insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
    }

    async fn open(&self) -> Result<SendRequest<Full<Bytes>>, Fault> {
        let stream = self.secure(self.reach().await?).await?;
        let shaken = timeout(CONNECTING, handshake(TokioIo::new(stream))).await;
        let shaken = shaken.map_err(|_| Fault::NoAnswer(CONNECTING))?;
        let (sender, connection) = shaken.map_err(|error| lost(&error))?;
        // It ends with the connection; what fails in it is the request's fault, too.
        tokio::spawn(connection);
        Ok(sender)
    }

    /// A TCP connection to the first address that accepts one.
    async fn reach(&self) -> Result<TcpStream, Fault> {
        let endpoint = (self.endpoint.host(), self.endpoint.port);
        let found = timeout(CONNECTING, lookup_host(endpoint)).await;
        let found = found.map_err(|_| Fault::Unresolved(too_late()))?;
        let found = found.map_err(|error| Fault::Unresolved(error.to_string()))?;
        let mut last = Fault::Unresolved("the name has no address".to_owned());
        for address in found.collect::<Vec<SocketAddr>>() {
            let why = match timeout(CONNECTING, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => error.to_string(),
                Err(_) => too_late(),
            };
            last = Fault::Unreachable(format!("{address}: {why}"));
        }
        Err(last)
    }

    async fn secure(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, Fault> {
        let name = ServerName::try_from(self.endpoint.host().to_owned());
        let name = name.map_err(|error| Fault::Unresolved(error.to_string()))?;
        let connector = TlsConnector::from(self.trust.0.clone());
        match timeout(CONNECTING, connector.connect(name, stream)).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(Fault::of_handshake(&error)),
            Err(_) => Err(Fault::Handshake(too_late())),
        }
    }
}

async fn answer(response: Response<Incoming>) -> Result<Answer, Fault> {
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect();
    match body.await {
        Ok(body) => Ok(Answer {
            status,
            body: body.to_bytes(),
        }),
        Err(error) => Err(Fault::Lost(tame(&error.to_string()))),
    }
}

fn lost(error: &hyper::Error) -> Fault {
    Fault::Lost(tame(&error.to_string()))
}

fn too_late() -> String {
    format!("no answer within {} s", CONNECTING.as_secs())
}
