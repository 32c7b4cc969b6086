//! What can go wrong, which exit code it has, and what to do about it.
//!
//! [`Error`] ends a command; [`CallError`] is AWS's refusal of one request and may be one of many in a report.
//! Both carry hints, printed on lines of their own. Nothing here ever holds a credential.

use std::fmt;
use std::io;
use std::path::Path;

use crate::call::permission;
use crate::region::{OptIn, Region, partition_of};

/// A command's end before its work was done.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// Decides the exit code.
    pub kind: Kind,
    /// Lower case, no full stop, the culprit first.
    pub message: String,
    /// What the user can do, a line each.
    pub hints: Vec<String>,
}

/// Sorts of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Wrong by the arguments and configuration alone.
    Usage,
    /// Failed, or refused after looking at the account.
    Failed,
    /// Stopped by the user.
    Interrupted,
}

/// The result of whatever can end a command.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Arguments or configuration are wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Something failed, or was refused because of what the account holds.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// A file that the user named cannot be read as text.
    pub fn unreadable(path: &Path, error: &io::Error) -> Self {
        let failed = Self::failed(format!("{}: it cannot be read: {error}", path.display()));
        failed.hints(about_file(path, error))
    }

    /// The user stopped the command; `what` says what that means for the account.
    pub fn interrupted(what: &str) -> Self {
        Self::new(Kind::Interrupted, format!("interrupted, {what}"))
    }

    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// The same error with one more thing to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same error with more things to do about it.
    pub fn hints(mut self, hints: impl IntoIterator<Item = String>) -> Self {
        self.hints.extend(hints);
        self
    }
}

/// What to do about a file that cannot be read.
pub fn about_file(path: &Path, error: &io::Error) -> Option<String> {
    match error.kind() {
        io::ErrorKind::NotFound if path.starts_with("s3:") => {
            Some(format!("a bucket is read with --from {}", path.display()))
        }
        io::ErrorKind::NotFound if path.is_relative() => {
            let folder = std::env::current_dir().ok()?;
            Some(format!("it was looked for in {}", folder.display()))
        }
        io::ErrorKind::InvalidData => Some("name a text file in UTF-8".to_owned()),
        io::ErrorKind::IsADirectory => Some("name a file; this is a folder".to_owned()),
        _ => None,
    }
}

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        let kind = match error.cause {
            Cause::NoCredentials => Kind::Usage,
            _ => Kind::Failed,
        };
        Self {
            hints: error.hint().into_iter().collect(),
            message: error.to_string(),
            kind,
        }
    }
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Something failed, was refused, or the user declined.
    Failed,
    /// Wrong by the arguments and configuration alone.
    Usage,
    /// With `--detailed-exitcode` a dry run found changes pending, or a look drift.
    Pending,
    /// Stopped by the user.
    Interrupted,
}

impl Exit {
    /// What was done well ends with the code for drift where there is some.
    pub fn or_drift(self, drift: bool) -> Self {
        match self {
            Self::Done if drift => Self::Pending,
            exit => exit,
        }
    }

    /// The exit code of the process.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Pending => 3,
            Self::Interrupted => 130,
        }
    }
}

impl From<Kind> for Exit {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Usage => Self::Usage,
            Kind::Failed => Self::Failed,
            Kind::Interrupted => Self::Interrupted,
        }
    }
}

/// A request that AWS did not carry out.
#[derive(Clone, Debug)]
pub struct CallError {
    /// The API's name, e.g. `cloudtrail`.
    pub service: &'static str,
    /// The operation as AWS spells it.
    pub operation: String,
    /// Where the request went.
    pub region: String,
    /// What it was about, e.g. the name of a trail.
    pub resource: String,
    /// What stood in the way.
    pub cause: Cause,
    /// AWS's own words, or the transport's.
    pub message: String,
    /// AWS's id of the request, if it answered.
    pub request_id: Option<String>,
}

/// What stood in a request's way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// AWS answered with this error code.
    Code(String),
    /// No answer came.
    NoAnswer,
    /// No credentials were found, or they could not be loaded.
    NoCredentials,
}

impl CallError {
    /// AWS's error code, if it answered with one.
    pub fn code(&self) -> Option<&str> {
        match &self.cause {
            Cause::Code(code) => Some(code),
            _ => None,
        }
    }

    /// Whether the caller lacks a permission.
    pub fn is_denied(&self) -> bool {
        matches!(
            self.code(),
            Some(
                "AccessDenied"
                    | "AccessDeniedException"
                    | "AuthorizationError"
                    | "AuthorizationErrorException"
                    | "UnauthorizedOperation"
                    | "403"
            )
        )
    }

    /// Whether AWS does not know the credentials in this region.
    fn is_unknown_caller(&self) -> bool {
        matches!(
            self.code(),
            Some(
                "InvalidClientTokenId"
                    | "InvalidAccessKeyId"
                    | "InvalidToken"
                    | "UnrecognizedClientException"
                    | "AuthFailure"
                    | "SignatureDoesNotMatch"
            )
        )
    }

    /// Whether a region that not every account has does not accept the session, which other regions may well do:
    /// tokens of the global STS endpoint hold in regions that every account has.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html>
    pub fn is_refused_in_opt_in_region(&self) -> bool {
        self.is_unknown_caller() && Region::named(&self.region).opt_in != OptIn::No
    }

    /// Whether a policy of the organization stood in the way, so that no permission of the caller helps.
    pub fn is_forbidden_by_organization(&self) -> bool {
        self.is_denied() && self.message.contains("service control policy")
    }

    /// The IAM action the caller lacks, when that is what stood in the way.
    pub fn missing_action(&self) -> Option<String> {
        self.is_denied()
            .then(|| permission::action(self.service, &self.operation))
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        if self.is_forbidden_by_organization() {
            return Some("the organization forbids it".to_owned());
        }
        if let Some(action) = self.missing_action() {
            return Some(format!(
                "the caller needs {action}; `ctadmin iam-policy VERB` prints all that a verb needs"
            ));
        }
        match (&self.cause, self.code()) {
            (Cause::NoCredentials, _) => Some(
                "name a profile with --profile, set AWS_ACCESS_KEY_ID, or log in with `aws sso login`"
                    .to_owned(),
            ),
            (Cause::NoAnswer, _) => {
                Some("check the network, the proxy and --endpoint-url".to_owned())
            }
            (_, Some("DeleteConflict" | "DeleteConflictException")) => Some(
                "somebody gave it more: a password, an MFA device, a certificate or an instance profile; that must go first"
                    .to_owned(),
            ),
            (_, Some("ExpiredToken" | "ExpiredTokenException" | "RequestExpired")) => {
                Some("the credentials have expired: log in again".to_owned())
            }
            _ if self.is_unknown_caller() => Some(self.unknown_caller()),
            (_, Some("BucketAlreadyExists")) => Some(
                "another account has a bucket of this name, and names are unique: choose another with --bucket"
                    .to_owned(),
            ),
            (_, Some("S3BucketDoesNotExistException")) => Some(
                "with --bucket-owner, the owner must first create the bucket, with the statements that `ctadmin create --dry-run` prints"
                    .to_owned(),
            ),
            (_, Some("InsufficientSnsTopicPolicyException")) => Some(
                "look for a Deny in the topic's policy; where a KMS key encrypts the topic, the key's policy must allow cloudtrail.amazonaws.com kms:GenerateDataKey* and kms:Decrypt"
                    .to_owned(),
            ),
            (_, Some("InsufficientEncryptionPolicyException")) => Some(
                "the policy of the key, or of the bucket, lacks what CloudTrail needs: with --kms-key-id, the key's owner must first add the statements that `ctadmin create --dry-run` prints"
                    .to_owned(),
            ),
            (_, Some("InsufficientS3BucketPolicyException")) => Some(
                "look for a Deny in the bucket's policy; with --bucket-owner, the owner must first add the statements that `ctadmin create --dry-run` prints"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

impl CallError {
    /// What to do where AWS does not know the credentials.
    fn unknown_caller(&self) -> String {
        let (region, partition) = (&self.region, partition_of(&self.region));
        if self.is_refused_in_opt_in_region() {
            return format!(
                "{region} is an opt-in region: it must be enabled, and a session must come from a regional STS endpoint \
                 (AWS_STS_REGIONAL_ENDPOINTS=regional), or from an account after `aws iam \
                 set-security-token-service-preferences --global-endpoint-token-version v2Token`"
            );
        }
        if partition != "aws" {
            return format!(
                "{region} belongs to the partition {partition}, which knows the credentials of its own accounts only: \
                 check --region and the profile"
            );
        }
        "AWS does not accept these credentials here: check the profile, the clock, and whether they belong to another partition (China, GovCloud)"
            .to_owned()
    }
}

/// Text from outside on one line, without characters that would steer a terminal or forge a line of ours; those that
/// would change the order of what is shown are written as in JSON, e.g. `\u202e`.
pub fn tame(text: &str) -> String {
    let mut tamed = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_control() => tamed.push(' '),
            _ if is_bidirectional(c) => tamed.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => tamed.push(c),
        }
    }
    tamed
}

/// The characters that set the direction of text: <https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>.
pub fn is_bidirectional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.service, self.operation)?;
        if !self.resource.is_empty() {
            write!(f, " {}", tame(&self.resource))?;
        }
        write!(f, " in {}: ", self.region)?;
        let message = tame(&self.message);
        match &self.cause {
            Cause::Code(code) if message.is_empty() => write!(f, "{}", tame(code))?,
            Cause::Code(code) => write!(f, "{}: {message}", tame(code))?,
            Cause::NoAnswer => write!(f, "no answer: {message}")?,
            // The transport says so itself, unless something else went wrong with them.
            Cause::NoCredentials if message.starts_with("no credentials") => {
                f.write_str(&message)?
            }
            Cause::NoCredentials => write!(f, "no credentials: {message}")?,
        }
        match &self.request_id {
            Some(id) => write!(f, " (request {})", tame(id)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CallError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_change_the_order_are_shown() {
        let all = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}";
        assert_eq!(
            tame(&format!("a{all}b")),
            r"a\u061c\u200e\u200f\u202a\u202e\u2066\u2069b"
        );
        assert_eq!(tame("\u{200d}\u{202f}é川\u{85}"), "\u{200d}\u{202f}é川 ");
    }

    #[test]
    fn hints_say_what_helps() {
        for (service, region, code, words) in [
            (
                "s3",
                "us-east-1",
                "BucketAlreadyExists",
                "choose another with --bucket",
            ),
            (
                "cloudtrail",
                "us-east-1",
                "InsufficientS3BucketPolicyException",
                "with --bucket-owner, the owner must first add the statements",
            ),
            (
                "cloudtrail",
                "us-east-1",
                "InsufficientSnsTopicPolicyException",
                "must allow cloudtrail.amazonaws.com kms:GenerateDataKey*",
            ),
            (
                "cloudtrail",
                "us-east-1",
                "InsufficientEncryptionPolicyException",
                "the policy of the key, or of the bucket",
            ),
            (
                "cloudtrail",
                "us-east-1",
                "S3BucketDoesNotExistException",
                "with --bucket-owner, the owner must first create the bucket",
            ),
            (
                "cloudtrail",
                "ap-east-1",
                "UnrecognizedClientException",
                "AWS_STS_REGIONAL_ENDPOINTS=regional",
            ),
            (
                "sts",
                "cn-north-1",
                "InvalidClientTokenId",
                "the partition aws-cn",
            ),
            (
                "sts",
                "us-east-1",
                "InvalidClientTokenId",
                "check the profile, the clock",
            ),
        ] {
            let error = CallError {
                service,
                operation: "X".to_owned(),
                region: region.to_owned(),
                resource: String::new(),
                cause: Cause::Code(code.to_owned()),
                message: String::new(),
                request_id: None,
            };
            let hint = error.hint().unwrap_or_default();
            assert!(hint.contains(words), "{code}: {hint}");
        }
    }

    #[test]
    fn words_from_outside_cannot_steer_a_terminal_or_forge_a_line() {
        let error = CallError {
            service: "sts",
            operation: "GetCallerIdentity".to_owned(),
            region: "us-east-1".to_owned(),
            resource: String::new(),
            cause: Cause::Code("AccessDenied".to_owned()),
            message: "\u{1b}[2Jno\nhint: run this".to_owned(),
            request_id: Some("1\r2".to_owned()),
        };
        assert_eq!(
            error.to_string(),
            "sts GetCallerIdentity in us-east-1: AccessDenied:  [2Jno hint: run this (request 1 2)"
        );
    }
}
