//! SIGKILL in the middle of a run: nothing can be tidied up, and the next run has to manage with what is there.

use std::process::Stdio;

use super::{Course, each};
use crate::support::Fault;

#[test]
fn the_process_is_killed_as_a_change_lands() {
    let cases = Course::all().into_iter().flat_map(Course::each_change);
    each(cases, |(course, operation)| {
        let account = course.start();
        account.faults([operation.struck_by(Fault::hang())]);
        let mut run = course.ctadmin(&account).into_command();
        let mut run = run
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let hung = account.hung();
        run.kill().expect("the run waits for an answer");
        run.wait().expect("the run is our child");
        assert!(hung, "the change lands");
        account.release();
        course.ends_with_the_next_run(&account);
    });
}
