//! The Splunk stack: the identities that Splunk reads the trail stack with, and nothing more than they need.
//!
//! [`survey`] reads what is there, the trail stack included; [`identities`] says what should be; [`create`],
//! [`delete`] and [`show`] turn the two into a plan or a picture. IAM is one for all regions.

pub mod create;
pub mod delete;
pub mod identities;
pub mod permissions;
pub mod show;
pub mod survey;

use crate::call::Tag;
use crate::key_file::Journal;
use crate::region::global_region;
use crate::stack::{OWNER_TAG, Scheme, trail};

/// The user that reads the logs, unless another is named.
pub const READER: &str = "cloudtrail-splunkapp";

/// The user that reads billing reports.
pub const BILLING: &str = "billing-splunkapp";

/// The user that describes EC2 resources.
pub const EC2: &str = "ec2-splunkapp";

/// What the user asked of the Splunk stack.
#[derive(Clone, Debug)]
pub struct Options {
    /// What is known of the trail stack: home region and bucket.
    pub trail: trail::Options,
    /// Whom Splunk reads as.
    pub identity: Identity,
    /// The bucket with billing reports, for a user of its own.
    pub billing_bucket: Option<String>,
    /// Whether a user that describes EC2 resources is wanted.
    pub ec2: bool,
    /// Tags to set.
    pub tags: Vec<Tag>,
    /// Where new access keys go, if any are wanted.
    pub keys: Option<Keys>,
}

/// Whom Splunk reads as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A user of this name.
    User(String),
    /// A role.
    Role {
        /// The role's name.
        name: String,
        /// Who may assume it; nothing leaves a role as found.
        trust: Option<Trust>,
    },
}

/// Who may assume a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// An account, 12 digits.
    pub account: String,
    /// What the account must say it comes with.
    pub external_id: Option<String>,
}

/// Where new access keys go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The path of a new credentials file.
    pub file: String,
    /// What an interrupted run left there.
    pub journal: Journal,
}

impl Identity {
    /// The user's name, if it is a user.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::User(name) => Some(name),
            Self::Role { .. } => None,
        }
    }

    /// The role's name, if it is a role.
    pub fn role(&self) -> Option<&str> {
        match self {
            Self::User(_) => None,
            Self::Role { name, .. } => Some(name),
        }
    }
}

/// The tag on what the scheme made.
pub fn owner(scheme: &Scheme) -> Tag {
    Tag {
        key: OWNER_TAG.to_owned(),
        value: scheme.base(),
    }
}

/// The name of the inline policies, and so of the scheme that they belong to.
pub(super) fn policy_name(scheme: &Scheme) -> String {
    scheme.base()
}

/// The Sid of the statement that lets the role be assumed.
pub(super) fn trust_sid(scheme: &Scheme) -> String {
    scheme.sid("SplunkReads")
}

/// The region that IAM answers in.
pub(super) fn region(scheme: &Scheme) -> &'static str {
    global_region(&scheme.partition)
}
