//! SIGKILL in the middle of a run: nothing can be tidied up, and the next run has to manage with what is there.

use std::process::Stdio;
use std::time::Duration;

use super::{Course, each};
use crate::support::Fault;

#[test]
fn the_process_is_killed_as_a_change_lands() {
    let cases = Course::all().into_iter().flat_map(Course::changes);
    let killed = each(cases, |(course, k)| {
        let account = course.start();
        account.faults([Fault::hang().mutation(*k)]);
        let mut run = course.ctadmin(&account).into_command();
        let mut run = run
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let hung = account.hung(Duration::from_secs(30));
        run.kill().expect("the run waits for an answer");
        run.wait().expect("the run is our child");
        assert!(hung, "the change lands");
        account.release();
        course.ends_with_the_next_run(&account);
    });
    assert_eq!(killed, 17 + 8 + 6 + 9 + 2 + 2 + 10 + 7);
}
