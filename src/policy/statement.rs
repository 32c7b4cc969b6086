//! One statement of a policy, as this tool writes it.
//!
//! Grammar: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.

use std::collections::BTreeMap;

use serde::Serialize;

/// Whose requests a statement is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Principal {
    /// `"*"`: everyone.
    Everyone(Star),
    /// `{"Service": [...]}`: AWS services by their service principals.
    Services {
        /// Service principals, e.g. `cloudtrail.amazonaws.com`.
        #[serde(rename = "Service")]
        services: OneOrMany,
    },
    /// `{"AWS": ...}`: identities of AWS accounts by their ARNs.
    Identities {
        /// ARNs; the one of an account's root user means the whole account.
        #[serde(rename = "AWS")]
        arns: OneOrMany,
    },
}

impl Principal {
    /// `"*"`.
    pub fn everyone() -> Self {
        Self::Everyone(Star::Star)
    }

    /// The service principals named.
    pub fn services<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self::Services {
            services: OneOrMany::from_iter(names),
        }
    }

    /// The identities with these ARNs.
    pub fn identities<S: Into<String>>(arns: impl IntoIterator<Item = S>) -> Self {
        Self::Identities {
            arns: OneOrMany::from_iter(arns),
        }
    }
}

/// The literal `"*"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Star {
    /// `"*"`.
    #[serde(rename = "*")]
    Star,
}

/// A list that AWS, and people, write as a scalar when it has one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// A single entry.
    One(String),
    /// Any other number of entries.
    Many(Vec<String>),
}

impl<S: Into<String>> FromIterator<S> for OneOrMany {
    fn from_iter<I: IntoIterator<Item = S>>(entries: I) -> Self {
        let mut entries: Vec<String> = entries.into_iter().map(Into::into).collect();
        if entries.len() == 1 {
            Self::One(entries.remove(0))
        } else {
            Self::Many(entries)
        }
    }
}

/// A statement of a policy document; serialises to IAM's JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    sid: String,
    effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<Principal>,
    action: OneOrMany,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<OneOrMany>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    condition: BTreeMap<&'static str, BTreeMap<String, OneOrMany>>,
}

impl Statement {
    /// An `Allow` statement.
    pub fn allow<A: Into<String>, R: Into<String>>(
        sid: impl Into<String>,
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Self {
        Self {
            sid: sid.into(),
            effect: "Allow",
            principal: None,
            action: OneOrMany::from_iter(actions),
            resource: Some(OneOrMany::from_iter(resources)),
            condition: BTreeMap::new(),
        }
    }

    /// A `Deny` statement.
    pub fn deny<A: Into<String>, R: Into<String>>(
        sid: impl Into<String>,
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Self {
        Self {
            effect: "Deny",
            ..Self::allow(sid, actions, resources)
        }
    }

    /// A statement of a role's trust policy, which speaks of the role and so names no resource.
    pub fn trust(sid: impl Into<String>, principal: Principal) -> Self {
        let resources: [String; 0] = [];
        Self {
            principal: Some(principal),
            resource: None,
            ..Self::allow(sid, ["sts:AssumeRole"], resources)
        }
    }

    /// The same statement, speaking of `principal`; statements of identity policies have none.
    pub fn to(mut self, principal: Principal) -> Self {
        self.principal = Some(principal);
        self
    }

    /// The same statement, applying only where `key` compares by `operator` with one of `values`.
    pub fn when<V: Into<String>>(
        mut self,
        operator: &'static str,
        key: &str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.condition
            .entry(operator)
            .or_default()
            .insert(key.to_owned(), OneOrMany::from_iter(values));
        self
    }

    /// The statement's id, by which it is found again in a document.
    pub fn sid(&self) -> &str {
        &self.sid
    }

    /// The statement as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("a statement is made of strings and maps of strings")
    }
}
