//! Runs a process and watches it: how long it takes, its memory, its connections. Memory and connections are Linux's
//! own accounts below `/proc`; elsewhere they are zero.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// Often enough to see the last state of a process that mostly waits, seldom enough not to be in its way.
const INTERVAL: Duration = Duration::from_millis(20);

/// What a run took.
#[derive(Clone, Copy, Debug)]
pub struct Watched {
    /// Whether it exited with 0.
    pub success: bool,
    /// From start to end.
    pub wall: Duration,
    /// The most resident memory, in bytes.
    pub peak_memory: u64,
    /// The most TCP connections at a time.
    #[allow(dead_code, reason = "not every benchmark asks for it")]
    pub connections: usize,
}

/// Runs a command to its end.
pub fn watch(command: &mut Command) -> Watched {
    let start = Instant::now();
    let mut child = command.spawn().expect("the program starts");
    let pid = child.id();
    let watcher = std::thread::spawn(move || {
        let (mut memory, mut connections) = (0, 0);
        while let Some(now) = peak_memory(pid) {
            memory = memory.max(now);
            connections = connections.max(sockets(pid));
            std::thread::sleep(INTERVAL);
        }
        (memory, connections)
    });
    let status = child.wait().expect("it is our child");
    let wall = start.elapsed();
    let (peak_memory, connections) = watcher.join().expect("watching does not panic");
    Watched {
        success: status.success(),
        wall,
        peak_memory,
        connections,
    }
}

/// The high water mark, in bytes; none once the process is gone.
fn peak_memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kibibytes * 1024)
}

/// How many sockets the process holds, without those of the runtime itself.
fn sockets(pid: u32) -> usize {
    let Ok(files) = fs::read_dir(format!("/proc/{pid}/fd")) else {
        return 0;
    };
    let targets = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    let inodes: Vec<String> = targets
        .filter_map(|target| {
            Some(
                target
                    .to_str()?
                    .strip_prefix("socket:[")?
                    .trim_end_matches(']')
                    .to_owned(),
            )
        })
        .collect();
    // The runtime wakes itself by sockets that are not TCP.
    let Ok(tcp) = fs::read_to_string(format!("/proc/{pid}/net/tcp")) else {
        return 0;
    };
    let lines = tcp
        .lines()
        .filter_map(|line| line.split_whitespace().nth(9));
    lines
        .filter(|inode| inodes.iter().any(|own| own == inode))
        .count()
}
