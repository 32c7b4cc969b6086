//! One statement of a policy, as this tool writes it.
//!
//! Grammar: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

/// Whose requests a statement is about, in IAM's JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Principal(Value);

impl Principal {
    /// `"*"`: everyone.
    pub fn everyone() -> Self {
        Self(json!("*"))
    }

    /// AWS services by their service principals, e.g. `cloudtrail.amazonaws.com`.
    pub fn services<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self(json!({ "Service": one_or_many(names) }))
    }

    /// Identities of AWS accounts by their ARNs; the one of an account's root user means the whole account.
    pub fn identities<S: Into<String>>(arns: impl IntoIterator<Item = S>) -> Self {
        Self(json!({ "AWS": one_or_many(arns) }))
    }
}

/// A list that AWS, and people, write as a scalar when it has one entry.
fn one_or_many<S: Into<String>>(entries: impl IntoIterator<Item = S>) -> Value {
    let entries: Vec<String> = entries.into_iter().map(Into::into).collect();
    match <[String; 1]>::try_from(entries) {
        Ok([one]) => one.into(),
        Err(many) => many.into(),
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
    action: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    condition: BTreeMap<&'static str, BTreeMap<String, Value>>,
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
            action: one_or_many(actions),
            resource: Some(one_or_many(resources)),
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
            .insert(key.to_owned(), one_or_many(values));
        self
    }

    /// The statement's id, by which it is found again in a document.
    pub fn sid(&self) -> &str {
        &self.sid
    }

    /// The statement as JSON.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("a statement is made of strings and maps of strings")
    }
}
