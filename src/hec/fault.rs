//! What goes wrong between here and a collector, each stage with its own fault.

use std::io;
use std::time::Duration;

use rustls::{CertificateError, InvalidMessage};

use super::certificate::CertificateFault;
use super::code::Code;
use crate::error::{Error, tame};

/// Why a request was not answered as it should be. The endpoint is not repeated in it.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The name of the host has no address.
    #[error("the host name cannot be resolved: {0}")]
    Unresolved(String),
    /// No TCP connection.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The certificate is refused.
    #[error("{0}")]
    Certificate(CertificateFault),
    /// The TLS handshake failed for another reason.
    #[error("the TLS handshake failed: {0}")]
    Handshake(String),
    /// The server answers TLS with something else.
    #[error("the TLS handshake failed: the server does not speak TLS on this port")]
    NotTls,
    /// The connection ended during a request: the collector may have the data.
    #[error("the connection was lost before the answer: {0}")]
    Lost(String),
    /// No answer in time: the collector may have the data.
    #[error("no answer within {} s", .0.as_secs())]
    NoAnswer(Duration),
    /// The collector refused the request.
    #[error("{0}")]
    Refused(Refusal),
    /// The management API refused the request.
    #[error("HTTP {0}: {1}")]
    Management(u16, String),
    /// The answer is none of an HTTP Event Collector's.
    #[error("the answer is not that of an HTTP Event Collector: HTTP {0}")]
    Odd(u16),
}

/// A refusal of the collector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Splunk's code.
    pub code: Code,
    /// Splunk's words, without the token.
    pub text: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "HTTP {}, code {}: {}",
            self.status, self.code.0, self.text
        )
    }
}

impl Fault {
    /// The code of a refusal.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(refusal) => Some(refusal.code),
            _ => None,
        }
    }

    /// Whether something answered over HTTP.
    pub fn was_answered(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Odd(_))
    }

    /// Whether the collector may have taken the data though nothing confirms it.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Self::Lost(_) | Self::NoAnswer(_) => true,
            // A load balancer answers so when the collector behind it does not answer it.
            Self::Odd(status) => *status < 400 || *status >= 500,
            _ => false,
        }
    }

    /// Whether the same request may succeed later: the collector is busy, not reachable, or did not answer.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.code.is_busy(),
            Self::Management(status, _) | Self::Odd(status) => *status == 429 || *status >= 500,
            Self::Unresolved(_) | Self::Unreachable(_) | Self::Lost(_) | Self::NoAnswer(_) => true,
            Self::Certificate(_) | Self::Handshake(_) | Self::NotTls => false,
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Unresolved(_) => "check the host name; it must be in a public DNS zone",
            Self::Unreachable(_) => {
                "check that the collector runs and that firewalls and security groups let this machine connect"
            }
            Self::Certificate(fault) => fault.advice(),
            Self::Handshake(_) => "check that the collector accepts TLS 1.2 or 1.3",
            Self::NotTls => "set enableSSL = 1 in [http], or use the load balancer's HTTPS port",
            Self::Lost(_) | Self::NoAnswer(_) => "check the collector's load and its splunkd.log",
            Self::Refused(refusal) => refusal.code.advice(),
            Self::Management(401, _) => "check --splunk-user and its password",
            Self::Management(403, _) => "the user's role needs the capability edit_token_http",
            Self::Management(..) => {
                "check host and port: the port of the management API is 8089 unless it was changed"
            }
            Self::Odd(_) => {
                "check host and port: the collector's port is 8088 unless it was changed, 443 in Splunk Cloud"
            }
        }
    }

    /// The fault behind an error of the handshake, by its type.
    pub(super) fn of_handshake(error: &io::Error) -> Self {
        let inner = error.get_ref();
        let inner = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match inner {
            Some(rustls::Error::InvalidCertificate(CertificateError::Other(other))) => {
                match other.0.downcast_ref::<CertificateFault>() {
                    Some(fault) => Self::Certificate(fault.clone()),
                    None => Self::Handshake(error.to_string()),
                }
            }
            // The signature of the handshake, which the certificate's key must fit.
            Some(rustls::Error::InvalidCertificate(why)) => {
                Self::Certificate(CertificateFault::refused(why))
            }
            Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => Self::NotTls,
            _ => Self::Handshake(tame(&error.to_string())),
        }
    }

    /// The error of a command, about a collector.
    pub fn about(&self, endpoint: &super::Endpoint) -> Error {
        Error::failed(format!("{endpoint}: {self}")).hint(self.advice())
    }
}
