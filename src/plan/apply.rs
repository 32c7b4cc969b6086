//! The scheduler: sends a plan's steps in order of dependency, in parallel, and gives each an outcome.
//!
//! A step starts as soon as the steps it waits for are done. A failure marks what depends on it as skipped and
//! stops nothing else. When the user stops the run, no further step starts and those in flight are finished.

use std::collections::HashMap;

use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::watch;

use super::{Outcome, Plan, Report, Step};

/// Carries out steps.
pub trait Execute {
    /// Sends the step's call: done, failed, or left because the user stopped the run while it would have been sent
    /// again. `before` are all steps that the run has done by now, whether this one waited for them or not. How far a
    /// step is that takes its time goes to `progress`.
    fn execute(
        &self,
        step: &Step,
        before: &[&Step],
        progress: &dyn Fn(Progress),
    ) -> impl Future<Output = Outcome>;
}

/// How far a step is.
#[derive(Clone, Debug)]
pub enum Progress {
    /// It is not ready yet.
    Pending(String),
    /// It is ready.
    Ready(String),
}

/// Follows a run.
pub trait Observe {
    /// A step was sent.
    fn started(&self, step: &Step);
    /// A step has come this far.
    fn progressed(&self, progress: Progress);
    /// A step has its outcome.
    fn finished(&self, step: &Step, outcome: &Outcome);
}

/// Applies a plan. `stop` becomes true when the user stops the run.
pub async fn apply(
    plan: Plan,
    executor: &impl Execute,
    observer: &impl Observe,
    mut stop: watch::Receiver<bool>,
) -> Report {
    let after = positions(&plan);
    let mut states = vec![State::Waiting; plan.steps.len()];
    let mut flights = FuturesUnordered::new();
    loop {
        if !*stop.borrow_and_update() {
            let before = done(&plan, &states);
            for at in ready(&plan, &after, &mut states, observer) {
                states[at] = State::InFlight;
                let step = &plan.steps[at];
                observer.started(step);
                let before = before.clone();
                let progress = |progress| observer.progressed(progress);
                flights.push(async move {
                    let outcome = executor.execute(step, &before, &progress).await;
                    (at, outcome)
                });
            }
        }
        let landed = tokio::select! {
            landed = flights.next() => landed,
            Ok(()) = stop.changed() => continue,
        };
        let Some((at, outcome)) = landed else { break };
        observer.finished(&plan.steps[at], &outcome);
        states[at] = State::Over(outcome);
    }
    drop(flights);
    let outcomes = states.into_iter().map(State::outcome).collect();
    Report { plan, outcomes }
}

/// Where a step is on its way.
#[derive(Clone)]
enum State {
    Waiting,
    InFlight,
    Over(Outcome),
}

impl State {
    fn outcome(self) -> Outcome {
        match self {
            Self::Over(outcome) => outcome,
            Self::Waiting | Self::InFlight => Outcome::Left,
        }
    }
}

/// The steps that are done.
fn done<'a>(plan: &'a Plan, states: &[State]) -> Vec<&'a Step> {
    let steps = plan.steps.iter().zip(states);
    let done = steps.filter(|(_, state)| matches!(state, State::Over(Outcome::Done)));
    done.map(|(step, _)| step).collect()
}

/// For each step, the positions of the steps that it waits for; `None` for one that the plan does not have.
fn positions(plan: &Plan) -> Vec<Vec<Option<usize>>> {
    let steps = plan.steps.iter().enumerate();
    let at: HashMap<_, _> = steps.map(|(at, step)| (&step.id, at)).collect();
    let steps = plan.steps.iter();
    let after = steps.map(|step| step.after.iter().map(|id| at.get(id).copied()).collect());
    after.collect()
}

/// The steps that can start now. Steps behind a failure get their outcome on the way; since each step comes
/// behind all that it waits for, one pass sees whole chains.
fn ready(
    plan: &Plan,
    after: &[Vec<Option<usize>>],
    states: &mut [State],
    observer: &impl Observe,
) -> Vec<usize> {
    let mut ready = Vec::new();
    for (at, step) in plan.steps.iter().enumerate() {
        if !matches!(states[at], State::Waiting) {
            continue;
        }
        let failed = after[at]
            .iter()
            .flatten()
            .find_map(|&earlier| match &states[earlier] {
                State::Over(Outcome::Failed(_)) => Some(plan.steps[earlier].id.clone()),
                State::Over(Outcome::Skipped(root)) => Some(root.clone()),
                _ => None,
            });
        if let Some(root) = failed {
            let outcome = Outcome::Skipped(root);
            observer.finished(step, &outcome);
            states[at] = State::Over(outcome);
        } else if after[at].iter().all(|earlier| {
            earlier.is_some_and(|at| matches!(states[at], State::Over(Outcome::Done)))
        }) {
            ready.push(at);
        }
    }
    ready
}
