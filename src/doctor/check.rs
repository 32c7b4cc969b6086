//! One check: what was looked at, how it stands, and what to do about it.

use serde::Serialize;

use crate::error::{CallError, tame};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// All is well.
    Pass,
    /// Events do not come by here, or will soon be lost.
    Fail,
    /// It could not be found out.
    Unknown,
}

/// One check. Serialises to the JSON that `doctor -o json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at, in a word or two; the same in every run.
    pub check: &'static str,
    /// How it stands.
    pub outcome: Outcome,
    /// What was found.
    pub detail: String,
    /// What to do about it.
    pub advice: Option<String>,
    /// The check whose failure this one cannot be told apart from.
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

    /// Nobody can tell.
    pub fn unknown(
        check: &'static str,
        detail: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self::new(check, Outcome::Unknown, detail.into(), Some(advice.into()))
    }

    /// Nothing can be said before the failure of `cause`, another check, is fixed. `seen` is what was found all the same.
    pub fn behind(check: &'static str, cause: &'static str, seen: &str) -> Self {
        let detail = match seen {
            "" => format!("depends on {cause}"),
            seen => format!("depends on {cause}; {seen}"),
        };
        Self {
            depends_on: Some(cause),
            ..Self::new(check, Outcome::Unknown, detail, None)
        }
    }

    /// AWS did not tell. A denial says nothing of what was to be checked; the caller may be the reader alone.
    pub fn untold(check: &'static str, error: &CallError) -> Self {
        let detail = match error.missing_action() {
            Some(action) => format!("the caller may not ask ({action} in {})", error.region),
            None => tame(&error.to_string()),
        };
        Self::unknown(check, detail, to_be_told(error))
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

/// What to do so that AWS tells next time.
pub fn to_be_told(error: &CallError) -> String {
    if error.is_forbidden_by_organization() {
        return format!(
            "a service control policy of the organization denies it; --exclude-regions {} leaves the region out",
            error.region
        );
    }
    match error.missing_action() {
        Some(action) => format!("ask with credentials that are allowed {action}"),
        None => error.hint().unwrap_or_else(|| "try again".to_owned()),
    }
}
