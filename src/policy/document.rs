//! A policy document: parsing, and merging our statements into it.
//!
//! AWS replaces a resource's policy as a whole, so every change is read, merge, write. Merging replaces
//! statements of ours in place, appends those that are missing, and leaves the rest as it was read.

use serde_json::{Map, Value, json};

use super::{Statement, equivalent};

/// Why a policy could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The text is not JSON.
    #[error("the policy is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The text is JSON, but not a policy document.
    #[error("the policy is not a document with statements")]
    Shape,
}

/// A policy document with its statements in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Everything but the statements: `Version`, `Id`.
    head: Map<String, Value>,
    statements: Vec<Value>,
}

impl Policy {
    /// Reads a document as AWS returns it.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let Value::Object(mut head) = serde_json::from_str(text)? else {
            return Err(PolicyError::Shape);
        };
        let statements = match head.shift_remove("Statement") {
            Some(Value::Array(statements)) => statements,
            Some(statement @ Value::Object(_)) => vec![statement],
            _ => return Err(PolicyError::Shape),
        };
        if statements.iter().all(Value::is_object) {
            Ok(Self { head, statements })
        } else {
            Err(PolicyError::Shape)
        }
    }

    /// A document of these statements alone.
    pub fn new(statements: &[Statement]) -> Self {
        Self {
            head: Map::from_iter([("Version".to_owned(), json!("2012-10-17"))]),
            statements: statements.iter().map(Statement::to_json).collect(),
        }
    }

    /// This document with `ours` in it, or `None` when they already are.
    ///
    /// The Sids of `ours` belong to this tool: a statement with one is replaced in place, a second
    /// one with the same Sid is dropped. No other statement is changed or moved.
    pub fn with(&self, ours: &[Statement]) -> Option<Self> {
        let mut missing: Vec<&Statement> = ours.iter().collect();
        let mut statements = Vec::with_capacity(self.statements.len() + ours.len());
        let mut changed = false;
        for found in &self.statements {
            let sid = found["Sid"].as_str();
            if !ours.iter().any(|own| sid == Some(own.sid())) {
                statements.push(found.clone());
                continue;
            }
            let Some(at) = missing.iter().position(|own| sid == Some(own.sid())) else {
                changed = true;
                continue;
            };
            let own = missing.remove(at).to_json();
            if equivalent(found, &own) {
                statements.push(found.clone());
            } else {
                changed = true;
                statements.push(own);
            }
        }
        changed |= !missing.is_empty();
        statements.extend(missing.into_iter().map(Statement::to_json));
        changed.then(|| Self {
            head: self.head.clone(),
            statements,
        })
    }

    /// The Sids of `ours` that are missing or altered here.
    pub fn lacks<'a>(&self, ours: &'a [Statement]) -> Vec<&'a str> {
        let lacking = ours.iter().filter(|own| !self.has(&own.to_json()));
        lacking.map(Statement::sid).collect()
    }

    /// Whether all statements of `other` are in this document, in the same words or others.
    pub fn holds(&self, other: &Self) -> bool {
        other.statements.iter().all(|wanted| self.has(wanted))
    }

    fn has(&self, wanted: &Value) -> bool {
        self.statements
            .iter()
            .any(|found| equivalent(found, wanted))
    }

    /// Whether these statements, in the same words or others, are all that is in this document.
    pub fn is_just(&self, statements: &[Statement]) -> bool {
        let other = Self::new(statements);
        self.holds(&other) && other.holds(self)
    }

    /// Whether a statement means here what `wanted` means, whatever its Sid.
    pub fn means(&self, wanted: &Statement) -> bool {
        let nameless = |statement: &Value| {
            let mut statement = statement.clone();
            if let Some(fields) = statement.as_object_mut() {
                fields.remove("Sid");
            }
            statement
        };
        let wanted = nameless(&wanted.to_json());
        let mut statements = self.statements.iter();
        statements.any(|found| equivalent(&nameless(found), &wanted))
    }

    /// The Sid of a statement that denies this action without a condition, in words for one without.
    pub fn denying(&self, action: &str) -> Option<&str> {
        let service = action.split(':').next().unwrap_or_default();
        let meant = ["*".to_owned(), format!("{service}:*"), action.to_owned()];
        let denies = |statement: &&Value| {
            statement["Effect"] == "Deny"
                && statement.get("Condition").is_none()
                && texts(&statement["Action"])
                    .any(|action| meant.iter().any(|meant| meant.eq_ignore_ascii_case(action)))
        };
        let found = self.statements.iter().find(denies)?;
        Some(found["Sid"].as_str().unwrap_or(NAMELESS))
    }

    /// The unique ids of deleted users and roles that statements name as principals, each with its statement: the
    /// Sid, or the position. AWS shows an ARN as long as the principal exists, and takes no policy with a unique id:
    /// <https://repost.aws/knowledge-center/iam-resource-policy-format>. Conditions on `aws:userid` may have one.
    pub fn deleted_principals(&self) -> Vec<(String, &str)> {
        let mut deleted = Vec::new();
        for (at, statement) in self.statements.iter().enumerate() {
            let names = texts(&statement["Principal"]["AWS"]);
            for id in names.filter(|name| is_unique_id(name)) {
                let statement = match statement["Sid"].as_str() {
                    Some(sid) if !sid.is_empty() => format!("statement {sid}"),
                    _ => format!("statement number {}", at + 1),
                };
                deleted.push((statement, id));
            }
        }
        deleted
    }

    /// The statement with this Sid, as JSON.
    pub fn statement(&self, sid: &str) -> Option<&Value> {
        self.statements.iter().find(|found| found["Sid"] == sid)
    }

    /// The Sids of the statements that allow something, in words for those without.
    pub fn allowing(&self) -> impl Iterator<Item = &str> {
        let statements = self.statements.iter();
        let allowing = statements.filter(|found| found["Effect"] == "Allow");
        allowing.map(|found| found["Sid"].as_str().unwrap_or(NAMELESS))
    }

    /// What the statements are about, as they name it.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        let statements = self.statements.iter();
        statements.flat_map(|found| texts(&found["Resource"]))
    }

    /// How many statements the document has.
    pub fn count(&self) -> usize {
        self.statements.len()
    }

    /// How long the document is, as IAM counts.
    pub fn size(&self) -> usize {
        size(&self.to_text())
    }

    /// The document as compact JSON, as it is sent to AWS.
    pub fn to_text(&self) -> String {
        self.to_json().to_string()
    }

    /// The document as JSON.
    pub fn to_json(&self) -> Value {
        let mut document = self.head.clone();
        document.insert("Statement".to_owned(), self.statements.clone().into());
        Value::Object(document)
    }
}

/// The texts of an element, which may be a scalar or a list.
pub fn texts(element: &Value) -> impl Iterator<Item = &str> {
    let texts = match element {
        Value::Array(texts) => texts.as_slice(),
        text => std::slice::from_ref(text),
    };
    texts.iter().filter_map(Value::as_str)
}

/// Replaces the Sid of a statement that has none in messages.
const NAMELESS: &str = "a statement without Sid";

/// Whether a name is the unique id of a user, role or group, or of a role's session:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>.
fn is_unique_id(name: &str) -> bool {
    let id = name.split(':').next().unwrap_or_default();
    let prefixed = ["AIDA", "AROA", "AGPA"]
        .iter()
        .any(|prefix| id.starts_with(prefix));
    let letter = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    prefixed && id.len() >= 16 && id.bytes().all(letter)
}

/// How long a policy is, as IAM counts: the characters that are no white space.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>
pub fn size(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// `found` with `ours` in it, a document of `ours` alone where there is none, `None` when nothing is to do.
pub fn merged(found: Option<&Policy>, ours: &[Statement]) -> Option<Policy> {
    match found {
        None if ours.is_empty() => None,
        None => Some(Policy::new(ours)),
        Some(found) => found.with(ours),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ours() -> Vec<Statement> {
        vec![
            Statement::allow("OurRead", ["s3:GetBucketAcl"], ["arn:aws:s3:::b"]),
            Statement::allow("OurWrite", ["s3:PutObject"], ["arn:aws:s3:::b/*"]),
        ]
    }

    fn policy(text: &str) -> Policy {
        Policy::parse(text).expect("a valid policy")
    }

    #[test]
    fn missing_statements_are_appended_and_altered_ones_replaced_in_place() {
        let merged = |text| policy(text).with(&ours()).expect("a change").to_text();
        insta::assert_snapshot!(
            merged(r#"{"Version":"2008-10-17","Id":"x","Statement":{"Effect":"Deny","Action":"*"}}"#),
            @r#"{"Version":"2008-10-17","Id":"x","Statement":[{"Effect":"Deny","Action":"*"},{"Sid":"OurRead","Effect":"Allow","Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::b"},{"Sid":"OurWrite","Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*"}]}"#
        );
        insta::assert_snapshot!(
            merged(r#"{"Statement":[{"Sid":"OurWrite","Effect":"Deny"},{"Sid":"Theirs","Effect":"Allow"},{"Sid":"OurWrite","Effect":"Allow"}]}"#),
            @r#"{"Statement":[{"Sid":"OurWrite","Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*"},{"Sid":"Theirs","Effect":"Allow"},{"Sid":"OurRead","Effect":"Allow","Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::b"}]}"#
        );
    }

    #[test]
    fn a_document_holds_another_in_whatever_words() {
        let wanted = Policy::new(&ours()[..1]);
        let found = policy(
            r#"{"Statement":[{"Effect":"Deny"},{"Resource":["arn:aws:s3:::b"],"Action":["S3:GetBucketAcl"],"Effect":"Allow","Sid":"OurRead"}]}"#,
        );
        assert!(found.holds(&wanted));
        assert!(!wanted.holds(&found));
    }

    #[test]
    fn unique_ids_are_deleted_principals_where_they_are_principals() {
        let found = policy(
            r#"{"Statement":[
                {"Sid":"Gone","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:root","AIDAJQABLZS4A3QDU576Q"]}},
                {"Effect":"Allow","Principal":{"AWS":"AROAKSCDLFT9R5DQP782U:session"}},
                {"Effect":"Deny","NotPrincipal":{"AWS":"AROAKSCDLFT9R5DQP782U"}},
                {"Effect":"Deny","Principal":"*","Condition":{"StringLike":{"aws:userid":"AROAKSCDLFT9R5DQP782U:*"}}},
                {"Effect":"Allow","Principal":{"AWS":["123456789012","*"],"Service":"sns.amazonaws.com"}}]}"#,
        );
        let expected = [
            ("statement Gone".to_owned(), "AIDAJQABLZS4A3QDU576Q"),
            (
                "statement number 2".to_owned(),
                "AROAKSCDLFT9R5DQP782U:session",
            ),
        ];
        assert_eq!(found.deleted_principals(), expected);
    }

    #[test]
    fn what_is_not_a_policy_is_an_error() {
        for text in [
            "",
            "7",
            "{}",
            r#"{"Statement":"x"}"#,
            r#"{"Statement":[1]}"#,
        ] {
            assert!(
                Policy::parse(text).is_err(),
                "{text:?} was taken for a policy"
            );
        }
    }

    fn statement() -> impl Strategy<Value = Value> {
        let sid = prop::sample::select(vec!["", "OurRead", "OurWrite", "OurWrite2", "Theirs"]);
        let effect = prop::sample::select(vec!["Deny", "Allow"]);
        let resource = "[a-z]{0,3}".prop_map(Value::from);
        let resource = prop_oneof![
            resource.clone(),
            resource.prop_map(|resource| json!([resource]))
        ];
        (sid, effect, resource).prop_map(|(sid, effect, resource)| match sid {
            "" => json!({ "Effect": effect, "Resource": resource }),
            sid => json!({ "Sid": sid, "Effect": effect, "Resource": resource }),
        })
    }

    fn foreign(policy: &Policy) -> Vec<Value> {
        let is_ours = |s: &Value| ours().iter().any(|own| s["Sid"] == own.sid());
        policy
            .statements
            .iter()
            .filter(|s| !is_ours(s))
            .cloned()
            .collect()
    }

    proptest! {
        #[test]
        fn merging_keeps_every_foreign_statement_and_twice_is_once(
            statements in prop::collection::vec(statement(), 0..8)
        ) {
            let found = Policy { head: Map::new(), statements };
            if let Some(merged) = found.with(&ours()) {
                prop_assert_eq!(foreign(&found), foreign(&merged));
                prop_assert!(merged.lacks(&ours()).is_empty());
                prop_assert_eq!(merged.with(&ours()), None);
                let text = merged.to_text();
                prop_assert_eq!(Policy::parse(&text).expect("our own text"), merged);
            } else {
                prop_assert!(found.lacks(&ours()).is_empty());
            }
        }
    }
}
