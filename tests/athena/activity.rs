//! `ctadmin activity --athena`: the emulator answers the queries from the log files in the bucket.

use serde_json::{Value, json};

use super::{HOME, base, made, recorded};
use crate::allowed::bound;
use crate::support::scenario::carried_out;
use crate::support::{self, Account, Ctadmin, Fault, Running, base64, zipped};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// An account with the trail stack, away from the region in which requests begin.
fn with_trail() -> Account {
    support::account_after(&json!({}), &["create --region us-west-2 --multi-region"])
}

fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.expect("after 1970").as_secs()
}

fn at(time: u64) -> String {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(time);
    humantime::format_rfc3339_seconds(time).to_string()
}

/// Puts a log file into the bucket, into the folder of a day.
fn put(account: &Account, owner: &str, number: usize, day: u64, records: &[Value]) {
    let day = at(day)[..10].replace('-', "/");
    let key = format!("AWSLogs/{owner}/CloudTrail/us-west-2/{day}/{number}.json.gz");
    let body = base64(&zipped(&json!({ "Records": records }).to_string()));
    let params = json!({"Bucket": base(account), "Key": key, "Body": {"base64": body}});
    account.seed("s3", "PutObject", HOME, params);
}

/// Puts a week and the week before into the bucket, in four log files a day; some events are written a day late.
fn put_weeks(account: &Account, until: u64) {
    let all = recorded();
    for number in 0..56 {
        let time = until - number * DAY / 4;
        let events = all.iter().enumerate().filter(|(place, _)| {
            // Some happen in one week only.
            (*place as u64 * 7 + number).is_multiple_of(5) && (place % 3 > 0 || number < 20)
        });
        let events = events.map(|(place, event)| {
            let mut event = event.clone();
            event["eventTime"] = at(time - (place as u64 * 613) % (6 * HOUR)).into();
            event["eventID"] = format!("{number}-{place}").into();
            event
        });
        let events: Vec<Value> = events.collect();
        let late = if number % 9 == 0 && number > 4 {
            DAY
        } else {
            0
        };
        put(account, account.id(), number as usize, time + late, &events);
    }
}

/// A report without what depends on who counted.
fn comparable(mut report: Value) -> Value {
    let members = report.as_object_mut().expect("an object");
    members.remove("sources").expect("sources");
    let newest = members.remove("newest").expect("newest");
    members.insert("listed".to_owned(), newest.as_array().map(Vec::len).into());
    report
}

#[test]
fn the_report_is_that_of_the_log_files() {
    let account = with_trail();
    carried_out(&account, "create athena");
    let until = now() - 2 * DAY;
    put_weeks(&account, until);
    let bucket = base(&account);
    let (since, until) = (at(until - 7 * DAY), at(until));
    for more in [
        String::new(),
        format!(" --since {since}"),
        format!(" --since {since} --until {until}"),
        format!(
            " --since {since} --until {until} --keep 3 --filter user!=root --filter event=*e* --filter error!=AccessDenied"
        ),
        " --since 2d --filter region=nowhere".to_owned(),
    ] {
        let report = |from: &str| {
            let arguments = format!("activity {from}{more} -o json");
            Ctadmin::on(&account, &arguments).exits(0).json()
        };
        let by_athena = report("--athena");
        let by_ctadmin = report(&format!("--from s3://{bucket}/AWSLogs/"));
        assert_eq!(
            by_athena["sources"],
            json!([format!("cloudtrail_{}.account_events", account.id())])
        );
        // Else the end is that of each run.
        if more.contains("--until") {
            assert_eq!(comparable(by_athena), comparable(by_ctadmin), "{more}");
        } else {
            assert_eq!(by_athena["users"], by_ctadmin["users"], "{more}");
            assert_eq!(by_athena["changes"], by_ctadmin["changes"], "{more}");
        }
    }
    let all = format!("activity --athena --since {since} --until {until}");
    let report = Ctadmin::on(&account, &format!("{all} -o json")).exits(0);
    let report = report.json();
    for (list, least) in [
        ("failures", 3),
        ("sign_ins", 2),
        ("users", 5),
        ("timeline", 0),
    ] {
        let rows = report[list]["rows"].as_array().map_or(0, Vec::len);
        assert!(rows >= least, "{list}: {rows}");
    }
    assert!(
        report["events"].as_u64() > Some(200),
        "{}",
        report["events"]
    );
    assert!(report["changes"].as_array().map_or(0, Vec::len) > 5);
    assert!(report["previous"]["events"].as_u64() > Some(50));
    assert!(report["new"]["actions"]["distinct"].as_u64() > Some(0));

    let text = Ctadmin::on(&account, &all).exits(0);
    text.says("8 queries scanned ");
    let events = report["events"].as_u64().expect("a number");
    assert!(
        text.stdout.contains(&format!("{events}")),
        "{}",
        text.stdout
    );
    let page = |from: &str| {
        let arguments = format!("activity {from} --since {since} --until {until} -o html");
        data(&Ctadmin::on(&account, &arguments).exits(0).stdout)
    };
    let (by_athena, by_ctadmin) = (
        page("--athena"),
        page(&format!("--from s3://{bucket}/AWSLogs/")),
    );
    let (by_athena, by_ctadmin) = (&by_athena["facets"], &by_ctadmin["facets"]);
    assert_eq!(by_athena["values"], by_ctadmin["values"]);
    let layers = |facets: &Value| facets["layers"].as_array().expect("layers").clone();
    assert_eq!(layers(by_athena).len(), 13);
    assert_eq!(
        layers(by_athena)[0]["dimensions"],
        json!(["region", "user", "service", "error"])
    );
    for layer in layers(by_athena) {
        let mut others = layers(by_ctadmin).into_iter();
        let other = others.find(|other| other["dimensions"] == layer["dimensions"]);
        assert_eq!(Some(layer), other);
    }
}

/// What the scripts of a page read.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"data\">").expect("data");
    let (data, _) = rest.split_once("</script>").expect("its end");
    serde_json::from_str(data).expect("JSON")
}

#[test]
fn what_is_missing_is_said_before_a_query_runs() {
    let account = with_trail();
    Ctadmin::on(&account, "activity --athena")
        .exits(1)
        .says("`ctadmin create athena`");
    carried_out(&account, "create athena");
    Ctadmin::on(&account, "activity --athena --organization")
        .exits(1)
        .says("there is no table organization_events");
    Ctadmin::on(&account, "activity --athena --account 111111111111")
        .exits(1)
        .says("the table account_events does not have 111111111111");
    carried_out(&account, "create athena --organization=o-a1b2c3d4e5");
    Ctadmin::on(&account, "activity --athena --organization")
        .exits(2)
        .says("give --account ID");
    for (wrong, words) in [
        (
            "--filter resource=bob --filter event=x",
            "Athena cannot filter by resource=bob\n",
        ),
        ("--filter source-ip=10.0.0.0/8", "source-ip=10.0.0.0/8"),
        ("--from s3://b/", "cannot be used with"),
        ("--queue q", "cannot be used with"),
        ("--jobs 2", "cannot be used with"),
        ("x.json", "cannot be used with"),
        ("--since 2d --until 3d", "later than"),
    ] {
        Ctadmin::on(&account, &format!("activity --athena {wrong}"))
            .exits(2)
            .says(words);
    }
    Ctadmin::on(&account, "activity --account 111111111111")
        .exits(2)
        .says("--athena");
    let queries = |account: &Account| {
        let requests = account.requests().into_iter();
        requests
            .filter(|it| it.operation == "StartQueryExecution")
            .count()
    };
    assert_eq!(queries(&account), 0);
    Ctadmin::on(
        &account,
        "activity --athena --organization --account 111111111111",
    )
    .exits(0);
    assert_eq!(queries(&account), 8);
    // Where others of the account take the room, a query waits for it.
    account.settings(json!({"athena_queries": 3}));
    Ctadmin::on(
        &account,
        "activity --athena --filter event!=ConsoleLogin --keep 0",
    )
    .exits(0)
    .says("8 queries scanned 0 B");
    assert!(queries(&account) > 16, "{}", queries(&account));
}

#[test]
fn failures_of_queries_are_said_with_a_hint() {
    let account = with_trail();
    carried_out(&account, "create athena");
    put_weeks(&account, now() - DAY);
    let group = json!({
        "WorkGroup": format!("{}-athena", base(&account)),
        "ConfigurationUpdates": {"BytesScannedCutoffPerQuery": 10_000_000},
    });
    made(&account, "athena", "UpdateWorkGroup", group);
    // Noise cannot be compressed.
    let mut state = 88_172_645_463_325_252_u64;
    let noise: String = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        format!("{state:016x}")
    })
    .take(1_400_000)
    .collect();
    put(
        &account,
        account.id(),
        99,
        now() - DAY,
        &[json!({"eventName": noise})],
    );
    let ran = Ctadmin::on(&account, "activity --athena").exits(1);
    ran.says("Bytes scanned limit was exceeded")
        .says("--scan-limit-gb");
}

#[test]
fn no_query_is_left_running() {
    let account = with_trail();
    carried_out(&account, "create athena");
    account.settings(json!({"athena_is_busy": true, "athena_queries": 3}));
    let running = Running::start(Ctadmin::on(&account, "activity --athena"));
    let count = |operation: &str| {
        let requests = account.requests().into_iter();
        requests.filter(|it| it.operation == operation).count()
    };
    let begun = std::time::Instant::now();
    while count("GetQueryExecution") < 3 {
        assert!(begun.elapsed().as_secs() < 60, "the queries begin");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let (ran, _) = running.interrupt(|| {});
    assert_eq!(ran.code, 130, "{}", ran.stderr);
    ran.says("the queries were stopped");
    assert!(count("StopQueryExecution") >= 3);
    account.settings(json!({"athena_is_busy": false, "athena_queries": 1}));
    // There is room for one, so none is left.
    let group = format!("{}-athena", base(&account));
    let query = json!({"WorkGroup": group, "QueryString": "SELECT 1"});
    made(&account, "athena", "StartQueryExecution", query);
    account.settings(json!({"athena_queries": 20}));
    let deny = Fault::deny().service("athena").operation("GetQueryResults");
    account.faults([deny]);
    account.forget_requests();
    Ctadmin::on(&account, "activity --athena")
        .exits(1)
        .says("GetQueryResults");
}

#[test]
fn the_policy_is_enough() {
    let account = with_trail();
    carried_out(&account, "create athena");
    put_weeks(&account, now() - DAY);
    let run = "activity --athena -o json";
    let ran = bound(&account, "activity-athena", "asker", run).exits(0);
    assert!(ran.json()["events"].as_u64() > Some(100));
    let less = bound(&account, "show athena", "viewer", run).exits(1);
    less.says("iam-policy activity-athena");
}
