//! The emulator's processes, and the accounts on them.
//!
//! One server serves any number of accounts, so tests share a few servers and each has an account of its own: what one
//! test does, another cannot see.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};
use std::thread::available_parallelism;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Ctadmin;
use super::account::Account;
use super::venv::Venv;

const SERVER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/support/emulator/server.py"
);

/// The servers shared by this process: one a core, but two at least, each started when first needed.
static POOL: LazyLock<Vec<OnceLock<Emulator>>> = LazyLock::new(|| {
    let cores = available_parallelism().map_or(2, usize::from);
    (0..cores.max(2)).map(|_| OnceLock::new()).collect()
});

/// The number of the server that serves the next account.
fn next() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed) % POOL.len()
}

/// A fresh account on one of the shared servers, which has enabled three regions: enough for what differs by region.
pub fn account() -> Account {
    let account = account_of_all_regions();
    let regions = ["eu-west-1", "us-east-1", "us-west-2"];
    let regions = regions.map(|region| (region.to_owned(), "ENABLED_BY_DEFAULT".into()));
    account.settings(json!({ "regions": Map::from_iter(regions) }));
    account
}

/// A fresh account with the regions that AWS enables by default, 17, and those to opt in to.
pub fn account_of_all_regions() -> Account {
    POOL[next()].get_or_init(Emulator::start).account()
}

/// As [`account`], with these settings and with what these runs of `ctadmin` create. Only the first account of a kind
/// is made by running them, the others are its copies.
pub fn account_after(settings: &Value, runs: &[&str]) -> Account {
    static ORIGINALS: LazyLock<Mutex<HashMap<String, Arc<OnceLock<Account>>>>> =
        LazyLock::new(Mutex::default);
    let number = next();
    let server = POOL[number].get_or_init(Emulator::start);
    let kind = json!([number, settings, runs]).to_string();
    let original = ORIGINALS
        .lock()
        .expect("a lookup does not panic")
        .entry(kind)
        .or_default()
        .clone();
    let original = original.get_or_init(|| {
        let account = server.account();
        account.settings(settings.clone());
        for run in runs {
            Ctadmin::on(&account, run).arg("--yes").exits(0);
        }
        account
    });
    let account = server.account();
    account.copy_from(original);
    account
}

/// The account of this id on each of the shared servers.
pub fn on_each_server(id: &str) -> Vec<Account> {
    let servers = POOL.iter();
    servers
        .map(|server| server.get_or_init(Emulator::start).account_with_id(id))
        .collect()
}

/// Two fresh accounts of one id, on two of the shared servers.
pub fn twins() -> (Account, Account) {
    let [one, two] = [0, 1].map(|at| POOL[at].get_or_init(Emulator::start));
    let account = one.account();
    let twin = two.account_with_id(account.id());
    (account, twin)
}

/// A running server. It ends when this handle is dropped, or else with this process.
#[derive(Debug)]
pub struct Emulator {
    process: Child,
    // Its end of file tells the server that this process is gone.
    _stdin: Option<ChildStdin>,
    endpoint: String,
    agent: ureq::Agent,
}

impl Emulator {
    /// Starts a server of its own on a free port of 127.0.0.1.
    pub fn start() -> Emulator {
        let venv = Venv::get();
        let mut process = Command::new(venv.python())
            .args([SERVER, "--watch-stdin"])
            // Keeps the source tree clean; pip has compiled the packages, which is what takes time.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env_remove("PYTHONPATH")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the virtual environment has a python");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("stdout is piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the emulator's output is text");
        let ready: Value =
            serde_json::from_str(&line).expect("the emulator starts and says where it listens");
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .new_agent();
        let endpoint = format!("http://127.0.0.1:{}", ready["port"]);
        Emulator {
            _stdin: process.stdin.take(),
            process,
            endpoint,
            agent,
        }
    }

    /// A fresh account on this server.
    pub fn account(&self) -> Account {
        // Every RandomState has other keys: as good as a random number, without a crate.
        let random = RandomState::new().hash_one("account id");
        self.account_with_id(&(100_000_000_000 + random % 900_000_000_000).to_string())
    }

    /// The account with this id of twelve digits, which only means something to this server.
    pub fn account_with_id(&self, id: &str) -> Account {
        Account::new(id, &self.endpoint, &self.agent)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Both only fail if it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
