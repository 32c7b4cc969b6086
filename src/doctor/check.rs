//! One check: what it is called, what it finds, and what to do about that.

use serde::Serialize;

use super::findings::Findings;
use crate::error::{CallError, tame};

/// What to do about what is missing, and `ctadmin create` creates.
pub const CREATES: &str = "`ctadmin create` creates it";

/// What to do about what `ctadmin create` fixes.
pub const FIXES: &str = "`ctadmin create` fixes it";

/// What to do about a statement of others, which `ctadmin` never touches.
pub const REMOVE: &str = "remove the statement, or give it a condition";

/// A check: its name, the same in every run, and how it is made.
pub struct Link(pub &'static str, pub fn(&Findings) -> Verdict);

/// What was found where all is well, or what is wrong.
pub type Verdict = Result<String, Problem>;

/// Why a check did not pass.
pub enum Problem {
    /// Events do not pass here, or will soon be lost.
    Failed { detail: String, advice: String },
    /// It could not be found out.
    Unknown { detail: String, advice: String },
    /// It cannot be found out before the failure of another check is fixed. `seen` is what was found all the same.
    DependsOn { cause: &'static str, seen: String },
}

pub fn pass(detail: impl Into<String>) -> Verdict {
    Ok(detail.into())
}

pub fn fail(detail: impl Into<String>, advice: impl Into<String>) -> Verdict {
    let (detail, advice) = (detail.into(), advice.into());
    Err(Problem::Failed { detail, advice })
}

pub fn unknown(detail: impl Into<String>, advice: impl Into<String>) -> Verdict {
    let (detail, advice) = (detail.into(), advice.into());
    Err(Problem::Unknown { detail, advice })
}

pub fn depends_on(cause: &'static str, seen: impl Into<String>) -> Problem {
    let seen = seen.into();
    Problem::DependsOn { cause, seen }
}

/// It could not be read. A denial says nothing about what was to be checked; the caller may have the reader's
/// permissions only.
impl From<&CallError> for Problem {
    fn from(error: &CallError) -> Self {
        let detail = match error.missing_action() {
            Some(action) => format!("the caller lacks {action} in {}", error.region),
            None => tame(&error.to_string()),
        };
        let advice = remedy(error);
        Self::Unknown { detail, advice }
    }
}

/// The first of these checks that failed, or what it depends on: one broken cause is one failure.
pub fn cause<'a>(
    findings: &Findings,
    checks: impl IntoIterator<Item = &'a Link>,
) -> Option<&'static str> {
    let mut checks = checks.into_iter();
    checks.find_map(|Link(name, verdict)| match verdict(findings) {
        Err(Problem::Failed { .. }) => Some(*name),
        Err(Problem::DependsOn { cause, .. }) => Some(cause),
        Err(Problem::Unknown { .. }) | Ok(_) => None,
    })
}

/// How a check ended.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Pass,
    Fail,
    Unknown,
}

/// A check that was made. Serialises to the JSON that `doctor -o json` prints.
#[derive(Serialize)]
pub struct Check {
    pub check: &'static str,
    pub outcome: Outcome,
    /// What was found.
    pub detail: String,
    /// What to do about it.
    pub advice: Option<String>,
    /// The failed check that must be fixed before this one can be made.
    pub depends_on: Option<&'static str>,
}

impl Check {
    pub fn of(findings: &Findings, Link(check, verdict): &Link) -> Self {
        let (outcome, detail, advice, depends_on) = match verdict(findings) {
            Ok(detail) => (Outcome::Pass, detail, None, None),
            Err(Problem::Failed { detail, advice }) => (Outcome::Fail, detail, Some(advice), None),
            Err(Problem::Unknown { detail, advice }) => {
                (Outcome::Unknown, detail, Some(advice), None)
            }
            Err(Problem::DependsOn { cause, seen }) => {
                let and = if seen.is_empty() { "" } else { "; " };
                let detail = format!("depends on {cause}{and}{seen}");
                (Outcome::Unknown, detail, None, Some(cause))
            }
        };
        Self {
            check,
            outcome,
            detail,
            advice,
            depends_on,
        }
    }
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
