//! One check: what was checked, its outcome, and what to do about it.

use serde::Serialize;

use crate::error::{CallError, tame};

/// What to do about what `ctadmin create` fixes.
pub const FIXES: &str = "`ctadmin create` fixes it";

/// What to do about a statement of others, which `ctadmin` never touches.
pub const REMOVE: &str = "remove the statement, or give it a condition";

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// All is well.
    Pass,
    /// Events do not pass here, or will soon be lost.
    Fail,
    /// It could not be found out.
    Unknown,
}

/// One check. Serialises to the JSON that `doctor -o json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked, in a word or two; the same in every run.
    pub check: &'static str,
    /// Its outcome.
    pub outcome: Outcome,
    /// What was found.
    pub detail: String,
    /// What to do about it.
    pub advice: Option<String>,
    /// The failed check that must be fixed before this one can be made.
    pub depends_on: Option<&'static str>,
}

impl Check {
    /// All is well.
    pub fn pass(check: &'static str, detail: impl Into<String>) -> Self {
        Self::new(check, Outcome::Pass, detail.into(), None)
    }

    /// Something is wrong.
    pub fn fail(check: &'static str, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(check, Outcome::Fail, detail.into(), Some(advice.into()))
    }

    /// It could not be found out.
    pub fn unknown(
        check: &'static str,
        detail: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self::new(check, Outcome::Unknown, detail.into(), Some(advice.into()))
    }

    /// Nothing can be reports before the failure of `cause`, another check, is fixed. `seen` is what was found all the same.
    pub fn blocked(check: &'static str, cause: &'static str, seen: &str) -> Self {
        let detail = match seen {
            "" => format!("depends on {cause}"),
            seen => format!("depends on {cause}; {seen}"),
        };
        Self {
            depends_on: Some(cause),
            ..Self::new(check, Outcome::Unknown, detail, None)
        }
    }

    /// It could not be read. A denial says nothing about what was to be checked; the caller may have the reader's
    /// permissions only.
    pub fn not_read(check: &'static str, error: &CallError) -> Self {
        let detail = match error.missing_action() {
            Some(action) => format!("the caller lacks {action} in {}", error.region),
            None => tame(&error.to_string()),
        };
        Self::unknown(check, detail, remedy(error))
    }

    fn new(check: &'static str, outcome: Outcome, detail: String, advice: Option<String>) -> Self {
        Self {
            check,
            outcome,
            detail,
            advice,
            depends_on: None,
        }
    }
}

/// The first of these checks that failed, or what it depends on: one broken cause is one failure.
pub fn cause(checks: &[&Check]) -> Option<&'static str> {
    checks.iter().find_map(|check| match check.outcome {
        Outcome::Fail => Some(check.check),
        Outcome::Pass | Outcome::Unknown => check.depends_on,
    })
}

/// What to do so that it can be read next time.
pub fn remedy(error: &CallError) -> String {
    if error.is_forbidden_by_organization() {
        return format!(
            "a service control policy of the organization denies it; --exclude-regions {} leaves the region out",
            error.region
        );
    }
    match error.missing_action() {
        Some(action) => format!("use credentials that are allowed {action}"),
        None => error.hint().unwrap_or_else(|| "try again".to_owned()),
    }
}
