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
pub struct Link<F = Findings>(pub &'static str, pub fn(&F) -> Verdict);

/// What was found where all is well, or what is wrong.
pub type Verdict = Result<String, Problem>;

/// Why a check did not pass: it failed, could not be made, or cannot be made before another one passes.
pub struct Problem {
    pub outcome: Outcome,
    detail: String,
    advice: Option<String>,
    depends_on: Option<&'static str>,
}

impl Problem {
    fn new(outcome: Outcome, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            outcome,
            detail: detail.into(),
            advice: Some(advice.into()),
            depends_on: None,
        }
    }
}

/// All is well.
pub fn pass(detail: impl Into<String>) -> Verdict {
    Ok(detail.into())
}

/// Events do not pass here, or will soon be lost.
pub fn fail(detail: impl Into<String>, advice: impl Into<String>) -> Verdict {
    Err(Problem::new(Outcome::Fail, detail, advice))
}

/// It could not be found out.
pub fn unknown(detail: impl Into<String>, advice: impl Into<String>) -> Verdict {
    Err(Problem::new(Outcome::Unknown, detail, advice))
}

/// It cannot be found out before the failure of `cause`, another check, is fixed. `seen` is what was found all the same.
pub fn depends_on(cause: &'static str, seen: &str) -> Problem {
    let and = if seen.is_empty() { "" } else { "; " };
    Problem {
        outcome: Outcome::Unknown,
        detail: format!("depends on {cause}{and}{seen}"),
        advice: None,
        depends_on: Some(cause),
    }
}

/// It could not be read. A denial says nothing about what was to be checked; the caller may have the reader's
/// permissions only.
impl From<&CallError> for Problem {
    fn from(error: &CallError) -> Self {
        let detail = match error.missing_action() {
            Some(action) => format!("the caller lacks {action} in {}", error.region),
            None => tame(&error.to_string()),
        };
        Self::new(Outcome::Unknown, detail, remedy(error))
    }
}

/// The first of these checks that failed, or what it depends on: one broken cause is one failure.
pub fn cause<'a, F: 'a>(
    findings: &F,
    checks: impl IntoIterator<Item = &'a Link<F>>,
) -> Option<&'static str> {
    let mut checks = checks.into_iter();
    checks.find_map(|Link(name, verdict)| match verdict(findings) {
        Err(problem) if problem.outcome == Outcome::Fail => Some(*name),
        Err(problem) => problem.depends_on,
        Ok(_) => None,
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
    pub fn of<F>(findings: &F, Link(check, verdict): &Link<F>) -> Self {
        let (outcome, detail, advice, depends_on) = match verdict(findings) {
            Ok(detail) => (Outcome::Pass, detail, None, None),
            Err(it) => (it.outcome, it.detail, it.advice, it.depends_on),
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
