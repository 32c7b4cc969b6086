//! Secrets of AWS Secrets Manager.

use serde::Deserialize;

use super::{Hidden, Reader};
use crate::aws::error::Request;
use crate::error::CallResult;

const MISSING: [&str; 1] = ["ResourceNotFoundException"];

/// Whether Firehose can use a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretState {
    /// It exists.
    Exists,
    /// It is scheduled for deletion, so that its value cannot be read.
    Deleted,
    /// The caller may not know.
    Denied,
}

/// What Firehose takes for Splunk:
/// <https://docs.aws.amazon.com/firehose/latest/dev/secrets-manager-whats-secret.html>.
#[derive(Deserialize)]
struct Value {
    hec_token: String,
}

impl Reader {
    /// The state of a secret; `None` where there is none of this ARN.
    pub async fn secret(&self, region: &str, arn: &str) -> CallResult<Option<SecretState>> {
        let request = Request::new("secretsmanager", "DescribeSecret", region, arn);
        let describe = self.clients.secrets(region).describe_secret();
        let describe = describe.secret_id(arn).send();
        let answer = match self.find(request, describe, &MISSING).await {
            Err(error) if error.code() == Some("AccessDeniedException") => {
                return Ok(Some(SecretState::Denied));
            }
            answer => answer?,
        };
        Ok(answer.map(|secret| match secret.deleted_date {
            Some(_) => SecretState::Deleted,
            None => SecretState::Exists,
        }))
    }

    /// The collector's token in a secret; `None` where the secret is not what Firehose takes.
    pub async fn hec_token(&self, region: &str, arn: &str) -> CallResult<Option<Hidden>> {
        let request = Request::new("secretsmanager", "GetSecretValue", region, arn);
        let get = self.clients.secrets(region).get_secret_value();
        let get = get.secret_id(arn).send();
        let answer = self.clients.send(request, get).await?;
        let value = answer.secret_string.unwrap_or_default();
        // The error of serde_json could quote the value.
        let value: Option<Value> = serde_json::from_str(&value).ok();
        Ok(value.map(|value| Hidden(value.hec_token)))
    }
}
