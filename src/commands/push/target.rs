//! Where `push replay` sends to, and in which form: as options say, else as the delivery stream does.

use super::source::Source;
use crate::aws::read::Hidden;
use crate::error::{Error, Result};
use crate::hec::wrap::Rules;
use crate::hec::{Code, Collector, Endpoint, Trust};
use crate::printer::Printer;
use crate::resource::delivery_stream::{LATEST, Token};
use crate::resource::secret::Secret;
use crate::settings::PushReplay;
use crate::settings::replay::no_token;

/// Which collector, and how it is sent to.
pub struct Target {
    pub endpoint: Endpoint,
    trust: Trust,
    token: Hidden,
}

impl Target {
    /// The target of a run.
    pub async fn find(source: &Source, settings: &PushReplay) -> Result<Self> {
        Ok(Self {
            endpoint: endpoint(source, settings)?,
            trust: Trust::read()?,
            token: token(source, settings).await?,
        })
    }

    /// A client of its own for whatever is sent at the same time.
    pub fn collector(&self) -> Collector {
        let (endpoint, trust) = (self.endpoint.clone(), self.trust.clone());
        Collector::new(endpoint, trust, Some(self.token.clone()))
    }

    /// Whether the collector takes the token and acknowledges; nothing is written there. One that is busy may take data later.
    pub async fn check(&self) -> Result<()> {
        let mut collector = self.collector();
        match collector.acks(&[0]).await {
            Err(fault) if !fault.code().is_some_and(Code::is_busy) => {
                Err(fault.about(&self.endpoint))
            }
            _ => Ok(()),
        }
    }
}

/// The collector that is named, else that of the stream.
fn endpoint(source: &Source, settings: &PushReplay) -> Result<Endpoint> {
    if let Some(endpoint) = &settings.endpoint {
        return Ok(endpoint.clone());
    }
    let text = source
        .splunk
        .as_ref()
        .map(|splunk| splunk.endpoint.as_str());
    let text = text.unwrap_or_default();
    Endpoint::parse(text).ok_or_else(|| {
        Error::failed(format!(
            "the delivery stream's endpoint cannot be used: {text:?}"
        ))
        .hint("give another with --hec-endpoint https://HOST:PORT")
    })
}

/// How log events are wrapped for the event endpoint, if that is the stream's: as its function does.
pub async fn rules(source: &Source, printer: &Printer) -> Result<Option<Rules>> {
    let splunk = source.splunk.as_ref();
    let Some(splunk) = splunk.filter(|splunk| splunk.endpoint_type == "Event") else {
        return Ok(None);
    };
    let Some(arn) = splunk.function.as_deref() else {
        return Ok(Some(Rules::default()));
    };
    let arn = arn.trim_end_matches(LATEST);
    let needed = "the function's variable HEC_RULES says which index and source type events get";
    let reader = source.session.reader();
    let found = reader.function(&source.region, arn).await;
    let found = found.map_err(|error| Error::from(error).hint(needed))?;
    let Some(found) = found else {
        printer.say(&format!(
            "the function {arn} is missing: events are sent without its rules"
        ));
        return Ok(Some(Rules::default()));
    };
    if let Some(why) = found.unreadable {
        let message = format!("the environment variables of {arn} cannot be read: {why}");
        let key = "the caller needs kms:Decrypt on the function's key";
        return Err(Error::failed(message).hint(needed).hint(key));
    }
    let rules = found.variables.get("HEC_RULES");
    let rules = Rules::parse(rules.map_or("{}", String::as_str));
    rules.map(Some).map_err(|why| {
        Error::failed(format!("the variable HEC_RULES of {arn}: {why}"))
            .hint("correct it, then run the command again")
    })
}

/// The token that is given, else that of the stream's secret.
async fn token(source: &Source, settings: &PushReplay) -> Result<Hidden> {
    let in_stream = || source.splunk.as_ref()?.secret.clone();
    let arn = match &settings.token {
        Some(Token::Given(_, token)) => return Ok(token.clone()),
        Some(Token::Secret(arn)) => arn.clone(),
        None => in_stream().ok_or_else(no_token)?,
    };
    let reader = source.session.reader();
    let region = Secret::of(&arn).region;
    let token = reader.hec_token(&region, &arn).await.map_err(|error| {
        Error::from(error).hint("or give the token with --hec-token-file or CTADMIN_HEC_TOKEN")
    })?;
    token.ok_or_else(|| {
        Error::failed(format!("the secret {arn} holds no token"))
            .hint("its value must be {\"hec_token\": \"…\"}, as text")
    })
}
