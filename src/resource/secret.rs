//! Secrets of AWS Secrets Manager, which others create: a data source.

use super::{Id, Resource};
use crate::aws::Reader;
use crate::aws::read::SecretState;
use crate::call::Kind;
use crate::error::{CallError, Error, Result};

static KIND: Kind = Kind {
    reads: &["DescribeSecret"],
    ..Kind::new("secret", "secretsmanager")
};

/// A secret.
#[derive(Clone, Debug)]
pub struct Secret {
    /// Its ARN.
    pub arn: String,
    /// Its region.
    pub region: String,
}

impl Resource for Secret {
    type Observed = SecretState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.arn)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<SecretState>, CallError> {
        reader.secret(&self.region, &self.arn).await
    }
}

impl Secret {
    /// The secret of an ARN, in the region that it names.
    pub fn of(arn: &str) -> Self {
        Self {
            region: arn.split(':').nth(3).unwrap_or_default().to_owned(),
            arn: arn.to_owned(),
        }
    }

    /// The account that it belongs to.
    pub fn account(&self) -> &str {
        self.arn.split(':').nth(4).unwrap_or_default()
    }

    /// Checks that its value can be read, as far as that is known.
    ///
    /// # Errors
    /// When it is missing, or scheduled for deletion.
    pub fn check(&self, found: Option<SecretState>) -> Result<()> {
        let arn = &self.arn;
        let (why, hint) = match found {
            Some(SecretState::Exists | SecretState::Denied) => return Ok(()),
            Some(SecretState::Deleted) => (
                "is scheduled for deletion",
                format!(
                    "`aws secretsmanager restore-secret --region {} --secret-id {arn}` restores it",
                    self.region
                ),
            ),
            None => (
                "is missing",
                format!(
                    "`aws secretsmanager create-secret --region {} --name NAME --secret-string file://FILE` creates one from a file with {{\"hec_token\": \"…\"}}, and prints its ARN",
                    self.region
                ),
            ),
        };
        Err(Error::failed(format!("the secret {arn} {why}")).hint(hint))
    }
}
