//! The certificate of a collector: checked as any client of the web does, and what is wrong with it in words.
//!
//! rustls says "unknown issuer" of a self-signed certificate, of a private authority and of a chain without its
//! intermediate alike. The chain that the server sent distinguishes them, so the check is wrapped to see it.

use std::path::Path;
use std::sync::Arc;

use rustls::CertificateError;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};
use rustls_native_certs::CertificateResult;
use webpki::EndEntityCert;

use crate::error::{Error, Result, tame};
use crate::time::rfc3339;

/// Why a certificate is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// It is its own issuer.
    #[error("the certificate is self-signed")]
    SelfSigned,
    /// The server sends no intermediate, and the issuer is not known.
    #[error("the server sends its certificate alone, and no known authority issued it")]
    MissingIntermediate,
    /// The chain leads to an authority that is not known.
    #[error("the certificate is of an unknown authority")]
    UnknownAuthority,
    /// It was valid until then.
    #[error("the certificate expired at {}", rfc3339(*.0))]
    Expired(i64),
    /// It is valid from then on.
    #[error("the certificate is not valid before {}", rfc3339(*.0))]
    NotYetValid(i64),
    /// It is for these names, not for the one that was asked for.
    #[error("the certificate is for {0}, not for {1}")]
    WrongHost(String, String),
    /// Anything else, in the words of rustls.
    #[error("the certificate is refused: {0}")]
    Other(String),
}

impl CertificateFault {
    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::SelfSigned | Self::UnknownAuthority => {
                "Firehose accepts certificates of public authorities only: get one, or put a load balancer with an ACM certificate in front"
            }
            Self::MissingIntermediate => {
                "append the intermediate certificates to the file that serverCert names; if the authority is private, get a certificate of a public one"
            }
            Self::Expired(_) => "renew the certificate, and restart the collector",
            Self::NotYetValid(_) => {
                "check the clocks of the collector and of this machine, or wait until the certificate is valid"
            }
            Self::WrongHost(..) => {
                "use a name of the certificate in the endpoint, or get a certificate for the endpoint's name"
            }
            Self::Other(_) => "get a certificate that browsers accept",
        }
    }

    /// A refusal that has no kind of its own.
    pub(super) fn refused(error: &CertificateError) -> Self {
        Self::Other(match error {
            CertificateError::BadSignature => {
                "its signature is invalid, or its RSA key has fewer than 2,048 bits".to_owned()
            }
            other => tame(&other.to_string()),
        })
    }

    fn of(
        error: &CertificateError,
        leaf: &CertificateDer<'_>,
        more: &[CertificateDer<'_>],
    ) -> Self {
        let at = |time: &UnixTime| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        match error {
            CertificateError::UnknownIssuer => match (is_own_issuer(leaf), more) {
                (true, _) => Self::SelfSigned,
                (false, []) => Self::MissingIntermediate,
                (false, _) => Self::UnknownAuthority,
            },
            CertificateError::ExpiredContext { not_after, .. } => Self::Expired(at(not_after)),
            CertificateError::NotValidYetContext { not_before, .. } => {
                Self::NotYetValid(at(not_before))
            }
            CertificateError::NotValidForNameContext { expected, .. } => {
                Self::WrongHost(names(leaf), expected.to_str().into_owned())
            }
            other => Self::refused(other),
        }
    }
}

/// The host names that a certificate is for, as few as a line takes.
fn names(certificate: &CertificateDer<'_>) -> String {
    let certificate = EndEntityCert::try_from(certificate);
    let names: Vec<&str> = certificate
        .iter()
        .flat_map(|it| it.valid_dns_names())
        .collect();
    match names.as_slice() {
        [] => "no host name".to_owned(),
        [first, second, third, _, ..] => format!("{first}, {second}, {third} and others"),
        names => names.join(", "),
    }
}

fn is_own_issuer(certificate: &CertificateDer<'_>) -> bool {
    EndEntityCert::try_from(certificate).is_ok_and(|it| it.issuer() == it.subject())
}

/// The authorities that this machine trusts, or those of the file that `SSL_CERT_FILE` names.
#[derive(Clone)]
pub struct Trust(pub(super) Arc<ClientConfig>);

impl Trust {
    /// Reads the authorities.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn read() -> Result<Self> {
        Self::of(rustls_native_certs::load_native_certs())
    }

    /// Trusts the authorities of one file only, in PEM.
    ///
    /// # Errors
    ///
    /// The file has none.
    pub fn of_file(path: &Path) -> Result<Self> {
        let found = rustls_native_certs::load_certs_from_paths(Some(path), None);
        Self::of(found).map_err(|error| Error {
            message: format!("{}: {}", path.display(), error.message),
            hints: vec!["name a file with certificates in PEM".to_owned()],
            ..error
        })
    }

    fn of(found: CertificateResult) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            let why = found.errors.first().map(|error| format!(": {error}"));
            let why = why.unwrap_or_default();
            return Err(
                Error::failed(format!("no certificate authorities are found{why}"))
                    .hint("install the package ca-certificates, or name a file in SSL_CERT_FILE"),
            );
        }
        let failed = |error: &dyn std::fmt::Display| {
            Error::failed(format!(
                "the certificate authorities cannot be used: {error}"
            ))
        };
        let provider = Arc::new(ring::default_provider());
        let inner = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone());
        let inner = inner.build().map_err(|error| failed(&error))?;
        Ok(Self(Arc::new(
            config(provider, inner).map_err(|error| failed(&error))?,
        )))
    }
}

fn config(
    provider: Arc<CryptoProvider>,
    inner: Arc<WebPkiServerVerifier>,
) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions()?;
    let builder = builder.dangerous();
    let builder = builder.with_custom_certificate_verifier(Arc::new(Explaining(inner)));
    Ok(builder.with_no_client_auth())
}

/// The standard check, whose refusal becomes a [`CertificateFault`]. It refuses exactly what the standard check refuses.
#[derive(Debug)]
struct Explaining(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for Explaining {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        more: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let checked = self.0.verify_server_cert(leaf, more, name, ocsp, now);
        checked.map_err(|error| match error {
            rustls::Error::InvalidCertificate(why) => {
                let fault = CertificateFault::of(&why, leaf, more);
                CertificateError::Other(OtherError(Arc::new(fault))).into()
            }
            other => other,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
