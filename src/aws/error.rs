//! The SDK's errors as [`CallError`]s: which request, AWS's code and words, the request id.

use std::error::Error as StdError;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::error::BuildError;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_types::request_id::RequestId;

use crate::error::{CallError, Cause};

/// A request, as far as an error has to name it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'a> {
    pub(super) service: &'static str,
    pub(super) operation: &'a str,
    pub(super) region: &'a str,
    pub(super) resource: &'a str,
}

/// What the SDK says that an operation can fail with.
pub(super) trait ServiceError:
    ProvideErrorMetadata + StdError + Send + Sync + 'static
{
}

impl<E: ProvideErrorMetadata + StdError + Send + Sync + 'static> ServiceError for E {}

impl<'a> Request<'a> {
    pub(super) fn new(
        service: &'static str,
        operation: &'a str,
        region: &'a str,
        resource: &'a str,
    ) -> Self {
        Self {
            service,
            operation,
            region,
            resource,
        }
    }

    /// What went wrong with this request.
    pub(super) fn failed<E: ServiceError>(&self, error: SdkError<E>) -> CallError {
        let status = error.raw_response().map(|answer| answer.status().as_u16());
        let words = |otherwise| error.message().unwrap_or(otherwise).to_owned();
        let (cause, message) = match (error.code(), status) {
            (Some(code), _) => (Cause::Code(code.to_owned()), words("")),
            (None, Some(status)) => {
                let message = words("the answer has no error code");
                (Cause::Code(status.to_string()), message)
            }
            (None, None) => no_answer(&error),
        };
        CallError {
            request_id: error.request_id().map(str::to_owned),
            ..self.error(cause, message)
        }
    }

    /// The request cannot be built.
    pub(super) fn unsendable(&self, why: BuildError) -> CallError {
        self.error(Cause::NoAnswer, why.to_string())
    }

    /// AWS answered, but the answer cannot be used.
    pub(super) fn unusable(&self, why: String) -> CallError {
        self.error(Cause::Code("UnusableAnswer".to_owned()), why)
    }

    /// The connection broke within the answer.
    pub(super) fn lost(&self, error: &(dyn StdError + 'static)) -> CallError {
        let (cause, message) = no_answer(error);
        self.error(cause, message)
    }

    /// AWS carried out a part of the request, and refused this part, with AWS's code and message.
    pub(super) fn refused(&self, code: &str, message: &str) -> CallError {
        self.error(Cause::Code(code.to_owned()), message.to_owned())
    }

    fn error(&self, cause: Cause, message: String) -> CallError {
        CallError {
            service: self.service,
            operation: self.operation.to_owned(),
            region: self.region.to_owned(),
            resource: self.resource.to_owned(),
            cause,
            message,
            request_id: None,
        }
    }
}

/// Either no credentials could be loaded, or the network failed. The innermost error says most.
fn no_answer(error: &(dyn StdError + 'static)) -> (Cause, String) {
    let mut cause = Cause::NoAnswer;
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
        if innermost.is::<CredentialsError>() {
            cause = Cause::NoCredentials;
        }
    }
    // A list of all that was tried may follow; the first line says what failed.
    let words = innermost.to_string();
    let first = words.lines().next().unwrap_or_default();
    let first = first.trim_end_matches(" Attempted:").trim_end_matches('.');
    (cause, first.to_owned())
}
