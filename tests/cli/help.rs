//! Help, version, completions and the manual page.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::support::Ctadmin;

#[test]
fn help_and_version_go_to_stdout() {
    let help = Ctadmin::alone("--help").exits(0);
    for verb in verbs() {
        assert!(help.stdout.contains(&verb), "{verb} is in the help");
        let ran = Ctadmin::alone(&format!("{verb} --help")).exits(0);
        assert!(ran.stdout.contains("Usage:") && ran.stderr.is_empty());
    }
    assert!(help.stdout.contains("Exit codes:"));
    let version = Ctadmin::alone("--version").exits(0).stdout;
    assert_eq!(
        version,
        concat!("ctadmin ", env!("CARGO_PKG_VERSION"), "\n")
    );
    let ran = Ctadmin::alone("").exits(2);
    assert!(ran.stderr.contains("Usage:"), "no verb shows the usage");
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = Ctadmin::alone(&format!("completions {shell}"))
            .exits(0)
            .stdout;
        for word in ["iam-policy", "exclude-regions", "detailed-exitcode"] {
            assert!(script.contains(word), "{word} is completed in {shell}");
        }
    }
    let script = Ctadmin::alone("completions bash").exits(0).stdout;
    let mut bash = Command::new("bash")
        .arg("-n")
        .stdin(Stdio::piped())
        .spawn()
        .expect("bash starts");
    let mut stdin = bash.stdin.take().expect("stdin is piped");
    stdin.write_all(script.as_bytes()).expect("bash reads");
    drop(stdin);
    assert!(
        bash.wait().expect("bash ends").success(),
        "bash can read it"
    );
}

#[test]
fn the_manual_page_has_every_verb_and_option() {
    let page = Ctadmin::alone("man").exits(0).stdout.replace("\\-", "-");
    assert!(page.contains(".TH ctadmin 1"));
    for verb in verbs() {
        assert!(page.contains(&format!("ctadmin-{verb}")), "{verb} is in it");
    }
    for page_of in ["create-splunk", "show-alerts", "delete-alerts"] {
        assert!(
            page.contains(&format!(".TH ctadmin-{page_of} 1")),
            "{page_of}"
        );
    }
    let mut command = ctadmin::command_line();
    command.build();
    let options = command
        .get_subcommands()
        .chain([&command])
        .flat_map(clap::Command::get_arguments)
        .filter_map(clap::Arg::get_long);
    for option in options {
        assert!(page.contains(&format!("--{option}")), "--{option} is in it");
    }
}

#[test]
fn help_is_that_of_the_stack() {
    let help = |arguments: &str| Ctadmin::alone(arguments).exits(0).stdout;
    let trail = help("create --help");
    for part in ["[STACK]", "Stacks:", "  alerts  Log group", "--prune"] {
        assert!(trail.contains(part), "{part}");
    }
    assert!(!trail.contains("--email"));
    assert_eq!(help("create trail --help"), trail);
    let alerts = help("create alerts --help");
    assert!(alerts.contains("Usage: ctadmin create alerts [OPTIONS]\n"));
    for part in ["Which alerts:", "--email", "--dry-run", "--region"] {
        assert!(alerts.contains(part), "{part}");
    }
    assert!(!alerts.contains("--prune") && !alerts.contains("Stacks:"));
    assert_eq!(help("--help create alerts"), help("--help"));
    assert_eq!(help("create --help alerts"), alerts);
    Ctadmin::alone("help create alerts")
        .exits(2)
        .says("hint: `ctadmin create alerts --help` lists its options");
    assert_eq!(help("create --topic-arn a --help alerts"), alerts);
}

fn verbs() -> Vec<String> {
    let command = ctadmin::command_line();
    let verbs = command.get_subcommands();
    verbs.map(|verb| verb.get_name().to_owned()).collect()
}
