//! What is asked of the Splunk stack.

use crate::call::Tag;
use crate::key_file::Journal;
use crate::resource::principal::Principal;
use crate::stack::trail;

/// The user that reads the logs, unless another is named.
pub const READER: &str = "cloudtrail-splunkapp";

/// The user that reads billing reports.
pub const BILLING: &str = "billing-splunkapp";

/// The user that describes EC2 resources.
pub const EC2: &str = "ec2-splunkapp";

/// What is asked of the Splunk stack.
#[derive(Clone, Debug)]
pub struct Options {
    /// What is known of the trail stack: home region and bucket.
    pub trail: trail::Options,
    /// Which identity reads the logs.
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

/// Which identity reads the logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A user of this name.
    User(String),
    /// A role.
    Role {
        /// The role's name.
        name: String,
        /// Who may assume it; nothing leaves a role as observed.
        trust: Option<Trust>,
    },
}

/// Who may assume a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// An account, 12 digits.
    pub account: String,
    /// The external id that the account must give.
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

impl Options {
    /// Nothing but this identity.
    pub fn of(identity: Identity) -> Self {
        Self {
            trail: trail::Options::default(),
            identity,
            billing_bucket: None,
            ec2: false,
            tags: Vec::new(),
            keys: None,
        }
    }
}

impl Identity {
    /// The name of the user or role.
    pub fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Role { name, .. } => name,
        }
    }

    /// Whether it is a user.
    pub fn is_user(&self) -> bool {
        matches!(self, Self::User(_))
    }

    /// Whether it is this user or role; a role can have the name of a user.
    pub(super) fn is(&self, principal: &Principal) -> bool {
        self.is_user() == principal.is_user() && self.name() == principal.name
    }
}
