//! Options from a file: which file, what it may hold, and what wins over it.

use serde_json::{Value, json};

use crate::support::{self, Ctadmin};

const OFFLINE: &str = "create --offline --account-id 123456789012";
const REGIONS: &str = "region = 'us-west-2'\nregions = ['us-west-2', 'us-east-1']\n";

/// A folder with this text in `ctadmin.toml`.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ctadmin.toml"), text).expect("written");
    folder
}

/// A run that has this text in the `ctadmin.toml` of its working folder; the folder is gone afterwards.
#[track_caller]
fn ran(text: &str, arguments: &str, code: i32) -> support::Ran {
    let folder = folder(text);
    Ctadmin::alone(arguments).within(folder.path()).exits(code)
}

/// The plan without the name of the file.
#[track_caller]
fn plan(text: &str, arguments: &str) -> Value {
    let mut plan = ran(text, &format!("{arguments} -o json"), 0).json();
    assert_eq!(plan["config"], "ctadmin.toml");
    plan["config"] = Value::Null;
    plan
}

#[track_caller]
fn without_file(arguments: &str) -> Value {
    Ctadmin::alone(&format!("{arguments} -o json"))
        .exits(0)
        .json()
}

#[test]
fn a_key_is_an_option() {
    let text = "prefix = 'lab'\nbucket = 'lab-logs'\nqueue = 'lab-q'\nregion = 'us-west-2'\njobs = 8
        regions = ['us-west-2', 'us-east-1', 'eu-west-1']\nexclude-regions = 'eu-west-1'\nno-dlq = true
        policy-only = false\ntag = { team = 'a b', cost = 'x,y' }\n[alerts]\nemail = 'a@example.com'\n";
    let given = Ctadmin::alone(OFFLINE)
        .arg("--prefix=lab")
        .arg("--bucket=lab-logs")
        .arg("--queue=lab-q")
        .arg("--region=us-west-2")
        .arg("--regions=us-west-2,us-east-1,eu-west-1")
        .arg("--exclude-regions=eu-west-1")
        .arg("--no-dlq")
        .arg("--tag=cost=x,y")
        .arg("--tag=team=a b")
        .arg("-ojson");
    assert_eq!(plan(text, OFFLINE), given.exits(0).json());
}

#[test]
fn a_stack_has_a_table_of_its_own() {
    let text = format!(
        "{REGIONS}tag.team = 'all'\n[trail]\nmulti-region = true\ntag.team = 'trail'\n[splunk]\nrole = 'reader'
        trust = '210987654321'\n[alerts]\nmulti-region = true\nonly = ['root-usage', 'cloudtrail-changes']
        email = ['a@example.com']\nthreshold.root-usage = 3\nretention-days = 30\n"
    );
    let regions = "--region us-west-2 --regions us-west-2,us-east-1";
    for (verb, options) in [
        ("create", "--multi-region --tag team=trail"),
        ("create trail", "--multi-region --tag team=trail"),
        ("create splunk", "--role reader --trust 210987654321 --tag team=all"),
        (
            "create alerts",
            "--multi-region --only root-usage,cloudtrail-changes --email a@example.com --threshold root-usage=3
            --retention-days 30 --tag team=all",
        ),
    ] {
        let verb = OFFLINE.replacen("create", verb, 1);
        let given = format!("{verb} {regions} {options}");
        let text = match verb.contains("alerts") {
            true => text.replace("tag.team = 'trail'", ""),
            false => text.clone(),
        };
        assert_eq!(plan(&text, &verb), without_file(&given), "{verb}");
    }
    let listed = ran(&text, "alerts list -o json", 0).json();
    assert_eq!(
        listed,
        without_file("alerts list --only root-usage,cloudtrail-changes --threshold root-usage=3")
    );
}

#[test]
fn policies_have_the_names_of_their_stack() {
    let text = "[trail]\nprefix = 'acme'\n[splunk]\nrole = 'reader'\ntrust = '210987654321'\n";
    for (command, name, has_name) in [
        ("create", "acme", true),
        ("create splunk", ":role/reader\"", true),
        ("events", "acme", false),
        ("doctor", "acme", false),
    ] {
        let line = format!("iam-policy {command} --account-id 123456789012");
        let policy = ran(text, &line, 0).stdout;
        assert_eq!(policy.contains(name), has_name, "{command}: {policy}");
    }
}

#[test]
fn the_command_line_wins_also_over_what_it_excludes() {
    let text = format!(
        "{REGIONS}prefix = 'lab'\nqueue = 'q'\ntag.team = 'a'\n[trail]\nmulti-region = true\n[splunk]\nrole = 'r'\ntrust = '210987654321'\n"
    );
    let regions = "--region us-west-2 --regions us-west-2,us-east-1";
    for (verb, given, rest) in [
        (
            "create",
            "--prefix other",
            "--queue q --tag team=a --multi-region",
        ),
        (
            "create",
            "--tag team=b",
            "--prefix lab --queue q --multi-region",
        ),
        (
            "create",
            "--regional",
            "--prefix lab --queue q --tag team=a",
        ),
        (
            "create",
            "--no-queue",
            "--prefix lab --tag team=a --multi-region",
        ),
        (
            "create splunk",
            "--user u",
            "--prefix lab --queue q --tag team=a",
        ),
    ] {
        let verb = OFFLINE.replacen("create", verb, 1);
        let plain = without_file(&format!("{verb} {given} {rest} {regions}"));
        assert_eq!(
            plan(&text, &format!("{verb} {given}")),
            plain,
            "{verb} {given}"
        );
    }
    let moved = plan(&text, &format!("{OFFLINE} -r us-east-1"));
    assert_eq!(moved["home_region"], "us-east-1");
}

#[test]
fn what_protects_is_not_dropped_for_an_option_that_conflicts_with_it() {
    for (text, arguments, given) in [
        (
            "bucket = 'own'\npolicy-only = true\n",
            "--versioning",
            "--policy-only",
        ),
        (
            "bucket = 'central'\nbucket-owner = '700000000001'\n",
            "--lifecycle-days 5",
            "--bucket-owner=700000000001",
        ),
        ("no-queue = true\n", "--queue-encryption sse", "--no-queue"),
        ("regional = true\n", "--prune", "--regional"),
    ] {
        let text = format!("{REGIONS}{text}");
        let ran = ran(&text, &format!("{OFFLINE} {arguments}"), 2);
        ran.says("cannot be used with")
            .says(&format!("hint: ctadmin.toml gives {given}"));
        assert_eq!(ran.stdout, "", "{text}");
    }
    // What is wrong because something is missing names the file as well.
    let text = format!("{REGIONS}object-lock-mode = 'compliance'\n");
    ran(&text, OFFLINE, 2).says("--object-lock-mode=compliance");
}

#[test]
fn alerts_with_their_trail_do_not_drop_what_the_file_says_to_trails() {
    let alerts = OFFLINE.replacen("create", "create alerts", 1);
    let multi = format!("{alerts} --multi-region");
    let key = "arn:aws:kms:us-west-2:123456789012:key/5d7f1c30-0000-4000-8000-000000000000";
    for (text, dropped) in [
        ("no-queue = true\nno-dlq = true\n", "no-queue, no-dlq of"),
        ("[trail]\nversioning = true\n", "trail.versioning of"),
        ("[trail]\nregional = true\n", "trail.regional of"),
        (
            "bucket = 'a-b'\n[trail]\nbucket = 'c-d'\n",
            "trail.bucket of",
        ),
        (
            &format!("[trail]\nkms-key-id = '{key}'\n[alerts]\nkms-key-id = '{key}'\n"),
            "trail.kms-key-id of",
        ),
    ] {
        let ran = ran(&format!("{REGIONS}{text}"), &multi, 2);
        ran.says(&format!("does not apply {dropped} ctadmin.toml"))
            .says("hint: run `ctadmin create --multi-region`");
        assert_eq!(ran.stdout, "", "{text}");
    }
    let by_file = format!("{REGIONS}multi-region = true\nno-queue = true\n");
    ran(&by_file, &alerts, 2).says("hint: write multi-region under [trail] only");
    for (text, more) in [
        (
            "no-queue = false\n[trail]\nmulti-region = true\njobs = 4\n",
            "",
        ),
        ("bucket = 'a-b'\n[trail]\nbucket = 'a-b'\n", ""),
        ("[trail]\nbucket = 'c-d'\n", "--bucket e-f"),
    ] {
        ran(&format!("{REGIONS}{text}"), &format!("{multi} {more}"), 0);
    }
}

#[test]
fn a_region_that_the_command_line_names_is_not_left_out_by_the_file() {
    let text = "region = 'us-west-2'\nexclude-regions = ['eu-west-1', 'eu-west-2']\n";
    let regions = |options: &str| plan(text, &format!("{OFFLINE} {options}"))["regions"].clone();
    assert_eq!(
        regions("--regions us-west-2,eu-west-1"),
        json!(["eu-west-1", "us-west-2"])
    );
    assert_eq!(regions("").as_array().map(Vec::len), Some(15));
    assert_eq!(regions("--regions all").as_array().map(Vec::len), Some(17));
    assert_eq!(
        regions("--exclude-regions us-east-1")
            .as_array()
            .map(Vec::len),
        Some(16)
    );
}

#[test]
fn the_file_is_named_by_option_variable_or_folder() {
    let here = folder("prefix = 'here'\n");
    let there = folder("prefix = 'there'\n");
    let other = there.path().join("ctadmin.toml");
    let other = other.to_str().expect("UTF-8");
    let run = |arguments: &str| {
        Ctadmin::alone(&format!("{OFFLINE} -r us-west-2 -o json {arguments}")).within(here.path())
    };
    let seen = |run: Ctadmin| {
        let plan = run.exits(0).json();
        let trail = plan["steps"]
            .as_array()
            .expect("steps")
            .iter()
            .find(|step| step["operation"] == "CreateBucket");
        (
            trail.expect("a bucket")["params"]["Bucket"].clone(),
            plan["config"].clone(),
        )
    };
    assert_eq!(
        seen(run("")),
        (json!("here-cloudtrail"), json!("ctadmin.toml"))
    );
    assert_eq!(
        seen(run("").env("CTADMIN_CONFIG", other)),
        (json!("there-cloudtrail"), json!(other))
    );
    assert_eq!(
        seen(run(&format!("--config {other}")).env("CTADMIN_CONFIG", "/nowhere")),
        (json!("there-cloudtrail"), json!(other))
    );
    assert_eq!(
        seen(run("").env("CTADMIN_CONFIG", "")),
        (json!("123456789012-cloudtrail"), Value::Null)
    );
    for missing in [
        run("--config /nowhere"),
        run("").env("CTADMIN_CONFIG", "/nowhere"),
    ] {
        missing
            .exits(2)
            .says("the configuration file /nowhere cannot be read");
    }
    let broken = folder("yes = true\n[");
    for verb in [
        "completions bash",
        "man",
        "--help",
        "create --help",
        "--version",
    ] {
        Ctadmin::alone(verb).within(broken.path()).exits(0);
    }
}

#[test]
fn what_is_wrong_with_the_file_is_a_usage_error_that_names_it() {
    for (text, arguments, words) in [
        ("a = 1\nb =\n", "create -n", "ctadmin.toml, line 2"),
        (
            "buckt = 'a'\n",
            "show",
            "ctadmin.toml: unknown key buckt\nhint: did you mean bucket?",
        ),
        (
            "yes = true\n",
            "create",
            "ctadmin.toml: yes belongs to a single run",
        ),
        (
            "endpoint-url = 'http://localhost'\n",
            "show",
            "ctadmin.toml: endpoint-url belongs to a single run",
        ),
        (
            "[splunk]\naccess-key = 'k'\n",
            "create splunk -n",
            "ctadmin.toml: access-key belongs to a single run",
        ),
        (
            "prefix = 1\n",
            "show",
            "ctadmin.toml: prefix has the type integer\nhint: prefix takes a string",
        ),
        ("jobs = 0\n", "show", "hint: ctadmin.toml gives --jobs=0"),
        (
            "prefix = 'a--b'\n",
            "show",
            "hint: ctadmin.toml gives --prefix=a--b",
        ),
        (
            "multi-region = true\nregional = true\n",
            "create -n",
            "hint: ctadmin.toml gives --multi-region --regional",
        ),
        (
            "profile = 'nobody'\n",
            "show",
            "hint: ctadmin.toml gives --profile=nobody",
        ),
        (
            "\"\\u001b[2J\\nhint: x\" = 1\n",
            "show",
            "ctadmin.toml: unknown key  [2J hint: x",
        ),
    ] {
        let ran = ran(text, arguments, 2);
        ran.says(words);
        assert_eq!(ran.stdout, "", "{text}");
    }
}

#[test]
fn what_is_wrong_with_the_words_is_not_blamed_on_the_file() {
    let ran = ran("prefix = 'lab'\n", "create -n splunk --jobs 0", 2);
    assert!(!ran.stderr.contains("ctadmin.toml"), "{}", ran.stderr);
}

#[test]
fn every_plan_names_file_and_profile_in_its_first_line() {
    let account = support::account();
    let keys = format!(
        "aws_access_key_id = AKIATEST{}\naws_secret_access_key = secret\n",
        account.id()
    );
    let folder = folder(&format!(
        "{REGIONS}profile = 'audit'\n[trail]\nmulti-region = true\n"
    ));
    let credentials = folder.path().join("credentials");
    std::fs::write(&credentials, format!("[audit]\n{keys}")).expect("written");
    let run = |arguments: &str| {
        Ctadmin::on(&account, arguments)
            .within(folder.path())
            .env(
                "AWS_SHARED_CREDENTIALS_FILE",
                credentials.to_str().expect("UTF-8"),
            )
            .exits(0)
    };
    let first = format!(
        "account {} (aws), home region us-west-2, 2 regions, config ctadmin.toml, profile audit\n",
        account.id()
    );
    let script = run("create -n").stdout;
    let head = script.lines().nth(1).unwrap_or_default();
    assert!(
        head.ends_with(", home region us-west-2, config ctadmin.toml, profile audit"),
        "{head}"
    );
    run("create --yes").says(&first);
    run("create --yes").says(&first).says("nothing to do");
    run("delete --yes").says(", config ctadmin.toml, profile audit\n");
    assert_eq!(run("create -y -o json").json()["config"], "ctadmin.toml");
}

#[test]
fn a_catalogue_stands_beside_the_file() {
    let folder = folder("[alerts]\ncatalogue = 'own.toml'\nonly = 'own'\n");
    let own = "[[alert]]\nname = 'own'\ntitle = 'x'\npattern = '{ ($.eventName = X) }'\n";
    let path = folder.path().join("ctadmin.toml");
    std::fs::write(folder.path().join("own.toml"), own).expect("written");
    let arguments = format!("alerts list --config {}", path.display());
    let ran = Ctadmin::alone(&arguments).exits(0);
    assert!(ran.stdout.contains("own"), "{}", ran.stdout);
}
