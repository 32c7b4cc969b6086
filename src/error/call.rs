//! AWS's refusal of one request, in AWS's own words, and what to do about it.

use std::fmt;

use super::tame;
use crate::call::permission;
use crate::region::{OptIn, Region, partition_of};

/// AWS denies the caller a permission with one of these.
const DENIED: [&str; 6] = [
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "UnauthorizedOperation",
    "403",
];

/// AWS does not know the credentials in a region and says so with one of these.
const UNKNOWN_CALLER: [&str; 6] = [
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
    "InvalidToken",
    "UnrecognizedClientException",
    "AuthFailure",
    "SignatureDoesNotMatch",
];

/// What to do where AWS Lake Formation governs the catalog: no policy of IAM helps.
///
/// <https://docs.aws.amazon.com/athena/latest/ug/security-athena-lake-formation.html>
pub const LAKE_FORMATION: &str = "AWS Lake Formation governs the Data Catalog here: grant CREATE_DATABASE on the catalog to the caller \
    that creates, and DESCRIBE and SELECT on the table to the caller that queries, with `aws lakeformation grant-permissions`";

/// Whether Lake Formation has refused, and not IAM.
pub fn is_of_lake_formation(message: &str) -> bool {
    message.contains("Lake Formation")
}

/// What to do about an error code that has one cause.
fn hint_of(code: &str) -> Option<&'static str> {
    Some(match code {
        "DeleteConflict" | "DeleteConflictException" => {
            "it has a password, an MFA device, a certificate or an instance profile that ctadmin did not create: remove that first"
        }
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            "the credentials have expired: log in again"
        }
        "BucketAlreadyExists" => {
            "another account has a bucket of this name, and names are unique: choose another with --bucket"
        }
        "S3BucketDoesNotExistException" => {
            "the bucket's owner must create it first: with the statements that `ctadmin create --bucket-owner --dry-run` prints, or for a member by `ctadmin create central --members`"
        }
        "InsufficientSnsTopicPolicyException" => {
            "look for a Deny in the topic's policy; where a KMS key encrypts the topic, the key's policy must allow cloudtrail.amazonaws.com kms:GenerateDataKey* and kms:Decrypt"
        }
        "InsufficientEncryptionPolicyException" => {
            "the policy of the key, or of the bucket, lacks what CloudTrail needs: with --kms-key-id, the key's owner must first add the statements that `ctadmin create --dry-run` prints"
        }
        "InsufficientS3BucketPolicyException" => {
            "look for a Deny in the bucket's policy; in another account, its owner must add the statements that `ctadmin create --bucket-owner --dry-run` prints, or for a member name the account in `ctadmin create central --members`"
        }
        _ => return None,
    })
}

/// The result of a request.
pub type CallResult<T> = Result<T, CallError>;

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
        self.code().is_some_and(|code| DENIED.contains(&code))
    }

    /// Whether AWS does not know the credentials in this region.
    fn is_unknown_caller(&self) -> bool {
        self.code()
            .is_some_and(|code| UNKNOWN_CALLER.contains(&code))
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

    /// The IAM action the caller lacks, when that is what stood in the way. The Cloud Control API asks other services in
    /// the caller's name, and says for what.
    pub fn missing_action(&self) -> Option<String> {
        let named = self.message.split_once("not authorized to perform: ");
        let named = named.filter(|_| self.service == "cloudcontrol");
        let named = named.and_then(|(_, rest)| rest.split(|c: char| c.is_whitespace()).next());
        self.is_denied().then(|| match named {
            Some(action) => action.trim_end_matches('.').to_owned(),
            None => permission::action(self.service, &self.operation),
        })
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        if self.is_forbidden_by_organization() {
            return Some("a service control policy of the organization denies it".to_owned());
        }
        if self.is_denied() && self.message.contains(":destination:") {
            return Some(
                "in the central account, `ctadmin create central` must admit this account, by --members or --organization, \
                 and have a destination in this region; the caller needs logs:PutSubscriptionFilter on the destination"
                    .to_owned(),
            );
        }
        if is_of_lake_formation(&self.message) {
            return Some(LAKE_FORMATION.to_owned());
        }
        if let Some(action) = self.missing_action() {
            return Some(format!(
                "the caller needs {action}; `ctadmin iam-policy` prints all that a command needs"
            ));
        }
        if self.message.starts_with("Error setting policy") {
            return Some("every user and role of --opensearch-reader must exist".to_owned());
        }
        if self
            .message
            .contains("has access to the Elasticsearch domain")
        {
            return Some(
                "the domain must exist and be active, and its access policy, or its fine-grained access control, must \
                 admit the role"
                    .to_owned(),
            );
        }
        if self.message.contains("CouldNotDetermineMessageSource") {
            return Some(
                "SQS cannot move back messages that were sent to the dead-letter queue directly: \
                 `ctadmin events --dlq` shows what they are"
                    .to_owned(),
            );
        }
        let hint = match &self.cause {
            Cause::NoCredentials => {
                "name a profile with --profile, set AWS_ACCESS_KEY_ID, or log in with `aws sso login`"
            }
            Cause::NoAnswer => "check the network, the proxy and --endpoint-url",
            Cause::Code(_) if self.is_unknown_caller() => return Some(self.unknown_caller()),
            Cause::Code(code) => hint_of(code)?,
        };
        Some(hint.to_owned())
    }

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

    fn answer(region: &str, code: &str) -> CallError {
        CallError {
            service: "sts",
            operation: "GetCallerIdentity".to_owned(),
            region: region.to_owned(),
            resource: String::new(),
            cause: Cause::Code(code.to_owned()),
            message: String::new(),
            request_id: None,
        }
    }

    #[test]
    fn where_aws_does_not_know_the_caller_the_region_says_why() {
        for (region, words) in [
            ("ap-east-1", "AWS_STS_REGIONAL_ENDPOINTS=regional"),
            ("cn-north-1", "the partition aws-cn"),
            ("us-east-1", "check the profile, the clock"),
        ] {
            let hint = answer(region, "InvalidClientTokenId").hint();
            assert!(
                hint.as_ref().is_some_and(|hint| hint.contains(words)),
                "{hint:?}"
            );
        }
    }

    #[test]
    fn words_from_outside_cannot_steer_a_terminal_or_forge_a_line() {
        let error = CallError {
            message: "\u{1b}[2Jno\nhint: run this".to_owned(),
            request_id: Some("1\r2".to_owned()),
            ..answer("us-east-1", "AccessDenied")
        };
        assert_eq!(
            error.to_string(),
            "sts GetCallerIdentity in us-east-1: AccessDenied:  [2Jno hint: run this (request 1 2)"
        );
    }
}
