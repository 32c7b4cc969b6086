//! A run of `ctadmin` that is going on, and can be disturbed.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Ctadmin, Ran};

/// A run that is going on.
#[derive(Debug)]
pub struct Running {
    child: Child,
}

impl Running {
    /// Starts it.
    pub fn start(run: Ctadmin) -> Running {
        let mut command = run.into_command();
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Running {
            child: command.spawn().expect("the binary starts"),
        }
    }

    /// A run that was started elsewhere, with stdout and stderr piped.
    pub fn of(child: Child) -> Running {
        Running { child }
    }

    /// Waits for its end.
    pub fn end(self) -> Ran {
        Ran::from(self.child.wait_with_output().expect("the run is our child"))
    }

    /// Kills it with SIGKILL, so that it can tidy up nothing.
    pub fn kill(mut self) -> Ran {
        self.child.kill().expect("the run has not ended");
        self.end()
    }

    /// Presses Ctrl-C, does something once the run has taken notice, and waits for its end, which takes how long.
    pub fn interrupt(mut self, then: impl FnOnce()) -> (Ran, Duration) {
        let pid = self.child.id().to_string();
        let pressed = Instant::now();
        let kill = Command::new("kill").args(["-INT", &pid]).status();
        assert!(kill.is_ok_and(|status| status.success()), "kill works");
        // It may be more than a pipe holds.
        let mut stdout = self.child.stdout.take().expect("stdout is piped");
        let printed = std::thread::spawn(move || {
            let mut text = String::new();
            stdout.read_to_string(&mut text).expect("stdout is text");
            text
        });
        let stderr = self.child.stderr.take().expect("stderr is piped");
        let mut stderr = BufReader::new(stderr).lines().map_while(Result::ok);
        let mut told: Vec<String> = Vec::new();
        for line in stderr.by_ref() {
            let noticed = line.starts_with("interrupted; ");
            told.push(line);
            if noticed {
                break;
            }
        }
        then();
        told.extend(stderr);
        let mut ran = self.end();
        ran.stderr = told.join("\n");
        ran.stdout = printed.join().expect("reading does not panic");
        (ran, pressed.elapsed())
    }
}
