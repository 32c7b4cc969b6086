//! The SDK's errors as [`CallError`]s: which request, AWS's code and words, the request id.

use std::error::Error as StdError;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::config::http::HttpResponse;
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

impl Request<'_> {
    /// What went wrong with this request.
    pub(super) fn failed<E>(&self, error: SdkError<E, HttpResponse>) -> CallError
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        let status = error.raw_response().map(|answer| answer.status().as_u16());
        let (cause, message) = match (error.code(), status) {
            (Some(code), _) => (
                Cause::Code(code.to_owned()),
                error.message().unwrap_or_default().to_owned(),
            ),
            (None, Some(status)) => (
                Cause::Code(status.to_string()),
                error
                    .message()
                    .unwrap_or("the answer has no error code")
                    .to_owned(),
            ),
            (None, None) => no_answer(&error),
        };
        CallError {
            request_id: error.request_id().map(str::to_owned),
            ..self.error(cause, message)
        }
    }

    /// Only whether the request was carried out.
    pub(super) fn done<T, E>(
        &self,
        answer: Result<T, SdkError<E, HttpResponse>>,
    ) -> Result<(), CallError>
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        answer.map(drop).map_err(|error| self.failed(error))
    }

    /// All pages of what was asked for; nothing when what has it does not exist, which these codes say.
    pub(super) fn listed<T, E>(
        &self,
        answer: Result<Vec<T>, SdkError<E, HttpResponse>>,
        missing: &[&str],
    ) -> Result<Vec<T>, CallError>
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        let found = or_missing(answer.map_err(|error| self.failed(error)), missing)?;
        Ok(found.unwrap_or_default())
    }

    /// The request could not even be built.
    pub(super) fn unsendable(&self, why: BuildError) -> CallError {
        self.error(Cause::NoAnswer, why.to_string())
    }

    /// The answer came, but it cannot be what AWS meant to say.
    pub(super) fn unusable(&self, why: String) -> CallError {
        self.error(Cause::Code("UnusableAnswer".to_owned()), why)
    }

    /// The answer began, but did not come to its end.
    pub(super) fn lost(&self, error: &(dyn StdError + 'static)) -> CallError {
        let (cause, message) = no_answer(error);
        self.error(cause, message)
    }

    /// AWS did the work only in part, and refused this much of it.
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

/// `None` instead of an error that only says that the thing asked for does not exist.
pub(super) fn or_missing<T>(
    answer: Result<T, CallError>,
    codes: &[&str],
) -> Result<Option<T>, CallError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code().is_some_and(|code| codes.contains(&code)) => Ok(None),
        Err(error) => Err(error),
    }
}
