//! `cargo bench [-- trail alerts push central member]`: how many round trips a command takes one after another, how much memory, how long the tool takes to
//! start, and how long the AWS CLI takes for the same work.
//!
//! Every answer of the emulator is held back for a while, the same for all calls. A run's wall time divided by that is
//! the number of round trips on its longest chain. The emulator's own work, which is not the tool's, is measured by
//! the same runs without latency and taken off. Plain numbers on stdout, and no verdict by exit code: how quick a
//! machine is must not fail a build.

#![allow(clippy::print_stdout, reason = "numbers are what a benchmark is for")]

#[path = "../../tests/support/mod.rs"]
mod support;

mod process;

use std::collections::BTreeMap;
use std::env;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Map, Value, json};

use process::{Watched, watch};
use support::{Account, Ctadmin, Emulator, Venv, binary};

/// How long an answer is held back while round trips are counted. Longer means more exact.
const LATENCY: f64 = 1.0;
/// A usual distance to a region, for the comparison with the AWS CLI.
const USUAL_LATENCY: f64 = 0.1;
const HOME: &str = "us-west-2";
/// Stands for the ID of a central account.
const CENTRAL_ID: &str = "CENTRAL";
/// What it is called, the words, and how many round trips it may take.
type Verb = (&'static str, &'static str, f64);

const TRAILS_AND_SPLUNK: [Verb; 6] = [
    ("create", "create --yes --region us-west-2", 7.0),
    ("create again", "create --yes --region us-west-2", 3.0),
    ("show", "show", 3.0),
    ("create splunk", "create splunk --yes", 5.0),
    ("delete splunk", "delete splunk --yes", 5.0),
    ("delete", "delete --yes", 5.0),
];
const ALERTS: [Verb; 4] = [
    (
        "create alerts",
        "create alerts --multi-region --yes --region us-west-2",
        9.0,
    ),
    ("again", "create alerts --yes", 4.0),
    ("show alerts", "show alerts", 4.0),
    ("delete alerts", "delete alerts --yes", 7.0),
];
const PUSH: [Verb; 4] = [
    (
        "create push",
        "create push --multi-region --yes --region us-west-2 --hec-endpoint https://hec.example.com:443 --hec-secret arn:aws:secretsmanager:us-west-2:111122223333:secret:hec-AbCdEf",
        8.0,
    ),
    ("again", "create push --yes", 3.0),
    ("show push", "show push", 3.0),
    ("delete push", "delete push --yes", 7.0),
];
const CENTRAL: [Verb; 4] = [
    (
        "create central",
        "create central --members 111111111111 --yes --region us-west-2",
        9.0,
    ),
    ("again", "create central --yes", 4.0),
    ("show central", "show central", 4.0),
    ("delete central", "delete central --drain 0 --yes", 11.0),
];
/// The central account exists, and admits the member.
const MEMBER: [Verb; 4] = [
    (
        "create member",
        "create member --central CENTRAL --yes --region us-west-2",
        9.0,
    ),
    ("again", "create member --central CENTRAL --yes", 4.0),
    ("show member", "show member", 4.0),
    ("delete member", "delete member --yes", 9.0),
];
/// Regions enabled by default, and then those that an account opts in to.
const REGIONS: [&str; 34] = [
    HOME,
    "us-east-1",
    "eu-west-1",
    "us-east-2",
    "us-west-1",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "sa-east-1",
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
];
const ENABLED_BY_DEFAULT: usize = 17;

fn main() {
    startup();
    let emulator = Emulator::start();
    // What is loaded once is loaded before anything is timed.
    walk(&emulator, &TRAILS_AND_SPLUNK, 1, 0.0);
    let courses: [(&str, &[Verb]); 5] = [
        ("trail", &TRAILS_AND_SPLUNK),
        ("alerts", &ALERTS),
        ("push", &PUSH),
        ("central", &CENTRAL),
        ("member", &MEMBER),
    ];
    // Cargo adds an option of its own.
    let named: Vec<String> = env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    for (name, verbs) in courses {
        if named.is_empty() || named.iter().any(|one| one == name) {
            round_trips(&emulator, verbs);
        }
    }
    aws_cli(&emulator);
}

fn startup() {
    println!("start-up, median of 31 runs");
    let plan = "create -n --offline --account-id 123456789012 --region us-west-2";
    for arguments in ["--help", plan] {
        let mut times: Vec<Duration> = (0..31).map(|_| alone(arguments)).collect();
        times.sort();
        let milliseconds = times[times.len() / 2].as_secs_f64() * 1e3;
        println!("{milliseconds:9.1} ms  ctadmin {arguments}");
    }
    let size = binary().metadata().expect("the binary is there").len();
    println!("binary: {:.1} MB (at most 45)\n", megabytes(size));
}

fn alone(arguments: &str) -> Duration {
    let mut command = Ctadmin::alone(arguments).into_command();
    watch(command.stdout(Stdio::null()).stderr(Stdio::null())).wall
}

/// The verbs one after another on a fresh account of so many regions.
fn walk(emulator: &Emulator, verbs: &[Verb], regions: usize, latency: f64) -> Vec<Watched> {
    let account = fresh(emulator, regions, latency);
    let central = verbs
        .iter()
        .any(|(_, arguments, _)| arguments.contains(CENTRAL_ID));
    let central = central.then(|| central_of(emulator, &account, regions));
    let central = central.as_ref().map_or("", Account::id);
    let walked = verbs.iter().map(|(_, arguments, _)| {
        account.forget_requests();
        let run = run(&account, &arguments.replace(CENTRAL_ID, central));
        // How often it asks whether a stream is ready depends on AWS alone.
        let polls = Duration::from_secs_f64(latency * f64::from(polls(&account)));
        Watched {
            wall: run.wall.saturating_sub(polls),
            ..run
        }
    });
    walked.collect()
}

/// An account that admits this one as its member.
fn central_of(emulator: &Emulator, member: &Account, regions: usize) -> Account {
    let central = fresh(emulator, regions, 0.0);
    let create = format!(
        "create central --members {} --yes --region {HOME}",
        member.id()
    );
    run(&central, &create);
    central
}

/// How often a command asked whether what it created is ready.
///
/// Regions ask at the same time: the one that asks most often counts.
fn polls(account: &Account) -> u32 {
    let of = |creation: &str, read: &str| -> u32 {
        let requests = account.requests().into_iter();
        let created = requests.skip_while(|request| request.operation != creation);
        let polls = created.filter(|request| request.operation == read);
        let mut regions = BTreeMap::<String, u32>::new();
        polls.for_each(|poll| *regions.entry(poll.region).or_default() += 1);
        regions.into_values().max().unwrap_or_default()
    };
    of("CreateDeliveryStream", "DescribeDeliveryStream")
        + of("CreateStream", "DescribeStreamSummary")
        + of("CreateResource", "GetResourceRequestStatus")
}

/// The quickest of several runs of each verb: whatever else a machine does only makes a run slower.
fn best(times: usize, walk: impl Fn() -> Vec<Watched>) -> Vec<Watched> {
    let walks: Vec<_> = (0..times).map(|_| walk()).collect();
    let quickest = |verb: usize| {
        walks
            .iter()
            .map(|walk| walk[verb])
            .min_by_key(|run| run.wall)
    };
    let verbs = walks.first().map_or(0, Vec::len);
    (0..verbs).filter_map(quickest).collect()
}

fn run(account: &Account, arguments: &str) -> Watched {
    let mut command = Ctadmin::on(account, arguments).into_command();
    let watched = watch(command.stdout(Stdio::null()).stderr(Stdio::null()));
    assert!(
        watched.success,
        "ctadmin {arguments} fails: no figure would mean anything"
    );
    watched
}

fn fresh(emulator: &Emulator, regions: usize, latency: f64) -> Account {
    let account = emulator.account();
    let status = |at: usize| {
        if at < ENABLED_BY_DEFAULT {
            "ENABLED_BY_DEFAULT"
        } else {
            "ENABLED"
        }
    };
    let enabled = REGIONS[..regions].iter().enumerate();
    let enabled: Map<String, Value> = enabled
        .map(|(at, region)| ((*region).to_owned(), status(at).into()))
        .collect();
    account.settings(json!({ "regions": enabled, "latency": latency }));
    account
}

fn round_trips(emulator: &Emulator, verbs: &[Verb]) {
    println!("round trips one after another, with {LATENCY} s in every call");
    let names = verbs.iter().map(|(name, _, _)| format!("{name:>14}"));
    let names = names.collect::<String>();
    println!(
        "{:>9}{names}{:>14}{:>14}",
        "regions", "connections", "peak memory"
    );
    for regions in [1, 3, 8, 17, 34] {
        let own_work = best(3, || walk(emulator, verbs, regions, 0.0));
        let delayed = best(2, || walk(emulator, verbs, regions, LATENCY));
        let trips = own_work.iter().zip(&delayed).map(|(own, delayed)| {
            let wall = delayed.wall.saturating_sub(own.wall);
            format!("{:14.2}", wall.as_secs_f64() / LATENCY)
        });
        let trips = trips.collect::<String>();
        let connections = delayed.iter().map(|run| run.connections).max();
        let memory = delayed.iter().map(|run| run.peak_memory).max();
        println!(
            "{regions:9}{trips}{:14}{:11.1} MB",
            connections.unwrap_or_default(),
            megabytes(memory.unwrap_or_default())
        );
    }
    let targets = verbs.iter().map(|(_, _, most)| format!("{most:14}"));
    let targets = targets.collect::<String>();
    println!("{:>9}{targets}{:>14}{:>11} MB", "at most", "", 60);
    println!(
        "Polls for whether streams and flow logs are ready are left out. Connections are open when a call is counted. To open one takes two round trips more (TCP, TLS 1.3), at once \
         for all that are opened at once: before the first call, and before the regions are read. The changes go over \
         the connections of the reads.\n"
    );
}

/// The same work as a script of AWS CLI calls, one after another: the dry run itself.
fn aws_cli(emulator: &Emulator) {
    println!(
        "the same changes by the AWS CLI in a shell script, with {USUAL_LATENCY} s in every call"
    );
    println!(
        "{:>9}{:>14}{:>14}{:>9}",
        "regions", "AWS CLI", "ctadmin", "ratio"
    );
    for regions in [3, 17] {
        let create = TRAILS_AND_SPLUNK[0].1;
        let account = fresh(emulator, regions, USUAL_LATENCY);
        let by_tool = run(&account, create).wall.as_secs_f64();
        let account = fresh(emulator, regions, USUAL_LATENCY);
        let script = Ctadmin::on(&account, &format!("{create} -n"))
            .exits(0)
            .stdout;
        let by_script = shell(&account, &script).as_secs_f64();
        let ratio = by_script / by_tool;
        println!("{regions:9}{by_script:12.1} s{by_tool:12.1} s{ratio:9.0}");
    }
    println!("The script only makes the changes; ctadmin looks at the account first.");
}

fn shell(account: &Account, script: &str) -> Duration {
    let mut command = Command::new("bash");
    account.apply_env(&mut command);
    let inherited = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{inherited}", Venv::get().bin().display());
    command.args(["-c", script]).env("PATH", path);
    let watched = watch(command.stdin(Stdio::null()).stdout(Stdio::null()));
    assert!(watched.success, "the script fails");
    watched.wall
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a binary is far below 2^53 bytes"
)]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
