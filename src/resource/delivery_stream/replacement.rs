//! When a delivery stream to Splunk takes the place of one that cannot be updated, and with which settings.

use super::{DeliveryStream, DeliveryStreamState, Description, PROCESSORS, Token, Tuning};
use crate::error::{Error, Result};

impl DeliveryStream {
    /// Why what exists cannot become what it should be by an update.
    pub(super) fn obstacle_to_update(&self, found: &Description) -> Option<String> {
        let Some(splunk) = &found.splunk else {
            return Some("it does not deliver to Splunk".to_owned());
        };
        let takes_back = self.tuning.backs_up_all == Some(false);
        let reads = self
            .source_arn
            .clone()
            .map(|arn| (arn, self.role_arn.clone()));
        if reads.is_none() && found.source != "DirectPut" {
            Some(format!("its source is {}", found.source))
        } else if found.reads != reads {
            Some("it does not read the data stream by the role".to_owned())
        } else if self.function_arn.is_none() && splunk.processors != PROCESSORS {
            Some("it does not decompress and extract the messages of CloudWatch Logs".to_owned())
        } else if takes_back && splunk.backup.as_deref() == Some("AllEvents") {
            Some("it backs up all events, which cannot be taken back".to_owned())
        } else {
            None
        }
    }

    /// The stream that takes the place of the one that exists, with its settings where no option states another. A token
    /// in the stream cannot be taken over: a script would show it.
    pub fn replacing(&self, observed: Option<&DeliveryStreamState>) -> Self {
        let splunk = observed.and_then(|state| state.description.splunk.as_ref());
        let Some(found) = splunk else {
            return self.clone();
        };
        let endpoint = Some(found.endpoint.clone()).filter(|endpoint| !endpoint.is_empty());
        let backup = found.backup.as_deref();
        let tuning = self.tuning.clone();
        Self {
            endpoint: self.endpoint.clone().or(endpoint),
            token: self
                .token
                .clone()
                .or(found.secret.clone().map(Token::Secret)),
            tuning: Tuning {
                ack_timeout: tuning.ack_timeout.or(found.ack_timeout),
                retry: tuning.retry.or(found.retry),
                buffer_seconds: tuning.buffer_seconds.or(found.buffer_seconds),
                buffer_mib: tuning.buffer_mib.or(found.buffer_mib),
                backs_up_all: tuning
                    .backs_up_all
                    .or(backup.map(|mode| mode == "AllEvents")),
            },
            ..self.clone()
        }
    }

    /// Checks that options, or the stream that is replaced, say where it delivers.
    ///
    /// # Errors
    /// With what is missing.
    pub(super) fn check_creation(&self, observed: Option<&DeliveryStreamState>) -> Result<()> {
        let (name, wanted) = (&self.name, self.replacing(observed));
        let is_replaced = observed.is_some_and(|state| state.description.splunk.is_some());
        let token = "give --hec-secret ARN, --hec-token-file FILE, or CTADMIN_HEC_TOKEN";
        let (message, hint) = match (&wanted.endpoint, &wanted.token) {
            (Some(_), Some(_)) => return Ok(()),
            (Some(_), None) if is_replaced => (
                format!(
                    "the delivery stream {name} is replaced, and its token cannot be taken over: it is stored in the stream itself"
                ),
                token,
            ),
            (endpoint, _) => (
                format!(
                    "the delivery stream {name} is missing, and no option says where and with which token it delivers"
                ),
                match endpoint {
                    None => "give --hec-endpoint https://HOST:PORT",
                    Some(_) => token,
                },
            ),
        };
        Err(Error::failed(message).hint(hint))
    }
}
