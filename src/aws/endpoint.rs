//! Endpoints that take the place of AWS's own, as options and environment name them.

use crate::aws::Connection;
use crate::error::{Error, Result};

/// Refuses endpoints that are no URLs; the error says where they are named.
pub fn check(connection: &Connection) -> Result<()> {
    let option = connection
        .endpoint_url
        .clone()
        .map(|url| ("--endpoint-url".to_owned(), url));
    for (source, url) in option.into_iter().chain(named_by_environment()) {
        let host = url
            .strip_prefix("http://")
            .or_else(|| url.strip_prefix("https://"));
        if host.is_none_or(|host| host.is_empty() || host.starts_with('/')) {
            return Err(Error::usage(format!("{source} is not a URL: {url}"))
                .hint("it is written http://host:port or https://host"));
        }
    }
    Ok(())
}

/// What takes the place of SQS's endpoints as far as options and environment name it, without a session.
pub fn of_sqs(connection: &Connection) -> Option<String> {
    let named = |wanted: &str| {
        let mut all = named_by_environment();
        all.find(|(name, _)| name == wanted).map(|(_, url)| url)
    };
    let option = connection.endpoint_url.clone();
    option
        .or_else(|| named("AWS_ENDPOINT_URL_SQS"))
        .or_else(|| named("AWS_ENDPOINT_URL"))
}

/// The variables that name endpoints; an empty one names none.
fn named_by_environment() -> impl Iterator<Item = (String, String)> {
    let variables = std::env::vars_os().filter_map(|(name, value)| {
        Some((
            name.into_string().ok()?,
            value.to_string_lossy().into_owned(),
        ))
    });
    variables.filter(|(name, value)| {
        let names_endpoint = name == "AWS_ENDPOINT_URL" || name.starts_with("AWS_ENDPOINT_URL_");
        names_endpoint && !value.is_empty()
    })
}
