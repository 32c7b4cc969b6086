//! Readiness: what to read, again and again, until the thing that a step changed can be used.
//!
//! It is data, so that a run polls exactly what the script of a dry run polls. A read cannot change anything.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::call::Read;

/// What to read until a step is ready. Paths are among the outputs of the read.
#[derive(Clone, Debug, PartialEq)]
pub struct Ready {
    /// The request, to the region of the step.
    pub read: Read,
    /// The path of the state.
    pub state: &'static str,
    /// The states that mean ready.
    pub ready: &'static [&'static str],
    /// The states that mean that it will never be ready; others mean: not yet.
    pub failed: &'static [&'static str],
    /// The path of the code of a failure, which rules for errors look at; the state where there is none.
    pub code: Option<&'static str>,
    /// The path of the reason for a failure.
    pub reason: Option<&'static str>,
    /// An answer with this value at this path is about what was there before the step.
    pub before: Option<(&'static str, String)>,
    /// The progress, with `{path}` for the value at a path.
    pub progress: &'static str,
    /// What to say when it is ready, as `progress`.
    pub done: String,
    /// How long AWS may take to show what the step did.
    pub shown_within: Duration,
    /// How long it may take altogether.
    pub within: Duration,
}

/// The pause between two reads.
pub const PAUSE: Duration = Duration::from_secs(2);

/// What an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// AWS does not show yet what the step did.
    Hidden,
    /// Not ready yet; how far it is.
    Pending(String),
    /// Ready, with what to say about it.
    Ready(String),
    /// It will not be ready: the code, and why.
    Failed(String, String),
}

impl Ready {
    /// What an answer says, given its outputs by their paths.
    pub fn judge(&self, answer: &BTreeMap<&'static str, String>) -> State {
        let before = self.before.as_ref();
        let old = before.is_some_and(|(path, value)| answer.get(path) == Some(value));
        let Some(state) = answer.get(self.state).filter(|_| !old) else {
            return State::Hidden;
        };
        let filled = |template: &str| {
            self.paths().iter().fold(template.to_owned(), |text, path| {
                let value = answer.get(path).map_or("?", String::as_str);
                text.replace(&format!("{{{path}}}"), value)
            })
        };
        if self.ready.contains(&state.as_str()) {
            State::Ready(filled(&self.done))
        } else if self.failed.contains(&state.as_str()) {
            let reason = self.reason.and_then(|path| answer.get(path)).cloned();
            let parts = reason.into_iter().chain([filled(self.progress)]);
            let code = self.code.and_then(|path| answer.get(path)).unwrap_or(state);
            State::Failed(code.clone(), parts.collect::<Vec<_>>().join("; "))
        } else {
            State::Pending(filled(self.progress))
        }
    }

    /// All paths that it looks at, the state first.
    pub fn paths(&self) -> Vec<&'static str> {
        let named = |path: &&&'static str| {
            let place = format!("{{{path}}}");
            self.progress.contains(&place) || self.done.contains(&place)
        };
        let before = self.before.as_ref().map(|(path, _)| *path);
        let others = self.read.outputs().iter().filter(named).copied();
        let mut paths = vec![self.state];
        for path in before
            .into_iter()
            .chain(others)
            .chain(self.code)
            .chain(self.reason)
        {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }

    /// What is waited for, in words.
    pub fn words(&self) -> String {
        let wanted = match self.ready {
            ["True" | "False"] => {
                let name = self.state.rsplit('.').next().unwrap_or_default();
                format!("{name} {}", self.ready[0])
            }
            states => states.join(" or "),
        };
        let (operation, within) = (self.read.operation(), span(self.within));
        format!("waits until {operation} returns {wanted}, at most {within}")
    }

    /// For the JSON of a plan.
    pub fn to_json(&self) -> Value {
        let before = self.before.as_ref();
        json!({
            "service": self.read.service(),
            "operation": self.read.operation(),
            "params": self.read.params(),
            "path": self.state,
            "ready": self.ready,
            "failed": self.failed,
            "code": self.code,
            "reason": self.reason,
            "before": before.map(|(path, value)| json!({ "path": path, "value": value })),
            "pause_seconds": PAUSE.as_secs(),
            "shown_within_seconds": self.shown_within.as_secs(),
            "within_seconds": self.within.as_secs(),
        })
    }
}

/// A time in hours, minutes or seconds, whichever it is a whole number of.
pub fn span(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds.is_multiple_of(3600) => format!("{} h", seconds / 3600),
        seconds if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::moving;

    fn judged(answer: &[(&'static str, &str)]) -> State {
        let answer = answer
            .iter()
            .map(|(path, value)| (*path, (*value).to_owned()));
        moving().judge(&answer.collect())
    }

    #[test]
    fn an_answer_is_judged_by_its_state_unless_it_is_old() {
        let started = ("Results[0].StartedTimestamp", "2");
        let moved = ("Results[0].ApproximateNumberOfMessagesMoved", "3");
        let status = |status: &'static str| ("Results[0].Status", status);
        assert_eq!(judged(&[]), State::Hidden);
        let old = ("Results[0].StartedTimestamp", "1");
        assert_eq!(judged(&[status("FAILED"), old]), State::Hidden);
        assert_eq!(
            judged(&[status("RUNNING"), started, moved]),
            State::Pending("messages moved: 3 of ?".to_owned())
        );
        assert_eq!(
            judged(&[status("COMPLETED"), started, moved]),
            State::Ready("messages moved: about 3".to_owned())
        );
        let reason = ("Results[0].FailureReason", "AccessDenied");
        assert_eq!(
            judged(&[status("FAILED"), started, moved, reason]),
            State::Failed(
                "FAILED".to_owned(),
                "AccessDenied; messages moved: 3 of ?".to_owned()
            )
        );
    }
}
