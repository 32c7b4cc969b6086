//! Runs a property's cases, some at a time.

use std::thread;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use super::WORKERS;

/// Checks that something holds for whatever a strategy makes up. Every worker tries this many cases; they have others
/// each, and the same ones in each run.
#[track_caller]
pub fn holds<S: Strategy>(
    cases: u32,
    strategy: impl Fn() -> S + Sync,
    check: impl Fn(S::Value) -> Result<(), TestCaseError> + Sync,
) {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 60,
        ..Config::default()
    };
    let work = |worker: u8| {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[worker; 32]);
        let tried = TestRunner::new_with_rng(config.clone(), rng).run(&strategy(), &check);
        tried.map_err(|failure| failure.to_string())
    };
    let failures: Vec<String> = thread::scope(|scope| {
        let workers = (0..WORKERS).map(|worker| {
            let worker = u8::try_from(worker).expect("few workers");
            let work = &work;
            scope.spawn(move || work(worker))
        });
        let workers: Vec<_> = workers.collect();
        let tried = workers.into_iter().map(|worker| worker.join());
        let tried = tried.map(|tried| tried.expect("a property is no panic"));
        tried.filter_map(Result::err).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
