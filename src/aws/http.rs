//! The one HTTP client that all services and regions share, so that connections are shared too.

use aws_smithy_http_client::{
    Builder, Connector,
    proxy::ProxyConfig,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_types::sdk_config::SharedHttpClient;

use crate::error::{Error, Result};

/// A client that honours `AWS_CA_BUNDLE`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`.
pub(super) fn client() -> Result<SharedHttpClient> {
    let trust = trust_context()?;
    Ok(
        Builder::new().build_with_connector_fn(move |settings, components| {
            let mut connector = Connector::builder()
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .tls_context(trust.clone())
                .proxy_config(ProxyConfig::from_env());
            connector.set_connector_settings(settings.cloned());
            if let Some(components) = components {
                connector.set_sleep_impl(components.sleep_impl());
            }
            connector.build()
        }),
    )
}

fn trust_context() -> Result<TlsContext> {
    let bundle = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty());
    let Some(path) = bundle else {
        return Ok(TlsContext::default());
    };
    let wrong = |why: String| {
        Error::usage(format!(
            "the file {} that AWS_CA_BUNDLE names: {why}",
            path.display()
        ))
    };
    let certificates = std::fs::read(&path).map_err(|error| wrong(error.to_string()))?;
    TlsContext::builder()
        .with_trust_store(TrustStore::empty().with_pem_certificate(certificates))
        .build()
        .map_err(|error| wrong(error.to_string()))
}
