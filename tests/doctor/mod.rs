//! `ctadmin doctor`: the way from the trails to the reader, whole and broken.

mod links;
mod reader;

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::support::{self, Account, Ctadmin, base64, zipped};

const HOME: &str = "us-west-2";
const AWAY: &str = "eu-west-1";
const REGIONS: [&str; 2] = [HOME, AWAY];

/// An account in which a log was delivered and read, all of it a moment ago.
struct Stand {
    account: Account,
    folder: tempfile::TempDir,
}

impl Stand {
    fn new() -> Self {
        Self::made_with("")
    }

    fn made_with(options: &str) -> Self {
        let account = support::account();
        let enabled = REGIONS.map(|region| (region.to_owned(), "ENABLED_BY_DEFAULT".into()));
        account.settings(json!({ "regions": serde_json::Map::from_iter(enabled) }));
        Ctadmin::on(&account, &format!("create -y -r {HOME} {options}")).exits(0);
        let stand = Self {
            account,
            folder: tempfile::tempdir().expect("a folder"),
        };
        Ctadmin::on(&stand.account, "create splunk -y --access-key")
            .arg(stand.key().to_str().expect("a path in text"))
            .exits(0);
        stand.settle();
        stand
    }

    fn name(&self) -> String {
        format!("{}-cloudtrail", self.account.id())
    }

    fn key(&self) -> std::path::PathBuf {
        self.folder.path().join("key.ini")
    }

    fn url(&self, queue: &str) -> String {
        let (endpoint, id) = (self.account.endpoint(), self.account.id());
        format!("{endpoint}/{id}/{queue}")
    }

    fn topic(&self) -> String {
        let id = self.account.id();
        format!("arn:aws:sns:{AWAY}:{id}:{id}-cloudtrail-{AWAY}")
    }

    /// A log is delivered to the bucket and told of in another region; its event is read and consumed.
    fn settle(&self) {
        let time = now();
        self.account.settings(json!({
            "delivery": {"*": {"LatestDeliveryTime": time, "LatestNotificationTime": time}},
        }));
        let key = self.put_log("log.json.gz", "2031/05/06", &base64(&zipped(RECORDS)));
        let notice = json!({"s3Bucket": self.bucket(), "s3ObjectKey": [key]});
        self.sns(
            "Publish",
            &json!({"TopicArn": self.topic(), "Message": notice.to_string()}),
        );
        let ran = Ctadmin::on(&self.account, "events --consume").exits(0);
        assert!(ran.stdout.contains("StopLogging"), "{}", ran.stdout);
    }

    /// The bucket that the trails write to.
    fn bucket(&self) -> String {
        let trails = self.account.snapshot()["cloudtrail"][HOME].clone();
        let trails = trails.as_object().expect("trails by name").values();
        let buckets: Vec<&Value> = trails.map(|trail| &trail["S3BucketName"]).collect();
        buckets[0].as_str().expect("a bucket").to_owned()
    }

    fn put_log(&self, name: &str, day: &str, base64: &str) -> String {
        let id = self.account.id();
        let key = format!("AWSLogs/{id}/CloudTrail/{AWAY}/{day}/{name}");
        let params = json!({"Bucket": self.bucket(), "Key": key, "Body": {"base64": base64}});
        self.account.seed("s3", "PutObject", HOME, params);
        key
    }

    fn sns(&self, operation: &str, params: &Value) -> Value {
        self.account.seed("sns", operation, AWAY, params.clone())
    }

    fn sqs(&self, operation: &str, params: &Value) -> Value {
        self.account.seed("sqs", operation, HOME, params.clone())
    }

    fn set_queue(&self, attributes: &Value) {
        let url = self.url(&self.name());
        self.sqs(
            "SetQueueAttributes",
            &json!({"QueueUrl": url, "Attributes": attributes}),
        );
    }

    /// `doctor`, with the reader's key as the profile `default` and with the caller's own credentials.
    fn doctor(&self, arguments: &str) -> Ctadmin {
        let key = self.key();
        Ctadmin::on(&self.account, &format!("doctor {arguments}")).env(
            "AWS_SHARED_CREDENTIALS_FILE",
            key.to_str().expect("a path in text"),
        )
    }

    /// The checks with this outcome, of a run as the reader's profile; nothing was changed or received.
    #[track_caller]
    fn checks(&self, outcome: &str) -> Vec<String> {
        self.account.forget_requests();
        let ran = self.doctor("--as default -o json").run();
        let checks = ran.json()["checks"].as_array().expect("checks").clone();
        let failed = checks.iter().any(|check| check["outcome"] == "fail");
        assert_eq!(ran.code, i32::from(failed), "{}", ran.stderr);
        assert_eq!(self.account.changes(), Vec::<String>::new());
        let requests = self.account.requests();
        assert!(
            requests
                .iter()
                .all(|request| request.operation != "ReceiveMessage")
        );
        let chosen = checks.iter().filter(|check| check["outcome"] == outcome);
        chosen
            .map(|check| check["check"].as_str().expect("a name").to_owned())
            .collect()
    }

    /// Breaks a link, and expects the doctor to name it; then mends it again.
    #[track_caller]
    fn broken(&self, names: &[&str], how: impl FnOnce()) {
        how();
        assert_eq!(self.checks("fail"), names);
        Ctadmin::on(&self.account, "create -y").exits(0);
    }

    #[track_caller]
    fn is_whole(&self) {
        let (failed, unknown) = (self.checks("fail"), self.checks("unknown"));
        assert_eq!((failed, unknown), (Vec::new(), Vec::new()));
    }
}

const RECORDS: &str = r#"{"Records":[{"eventTime":"2031-05-06T07:08:09Z","eventName":"StopLogging",
    "eventSource":"cloudtrail.amazonaws.com","awsRegion":"eu-west-1"}]}"#;

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("a clock behind 1970").as_secs()
}

#[test]
fn a_way_that_is_whole_is_green_as_caller_and_as_reader() {
    let stand = Stand::new();
    stand.is_whole();
    let ran = stand.doctor("").exits(0);
    assert!(ran.stdout.contains("last event"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("  unknown  "), "{}", ran.stdout);
    assert!(
        ran.stdout.lines().all(|line| line.chars().count() <= 100),
        "{}",
        ran.stdout
    );
}

#[test]
fn what_waits_and_what_was_received_in_vain_is_named() {
    let stand = Stand::new();
    let name = stand.name();
    let queue = json!({"QueueUrl": stand.url(&name), "MessageBody": "waits"});
    stand.sqs("SendMessage", &queue);
    assert_eq!(stand.checks("unknown"), ["queue depth"]);
    let age = |seconds: u64| {
        let ages = json!({format!("{HOME}/{name}"): seconds});
        stand.account.settings(json!({"queue_age": ages}));
    };
    age(3_600);
    stand.is_whole();
    age(2 * 24 * 3_600);
    assert_eq!(stand.checks("fail"), ["queue depth"]);
    age(60);
    let letters = stand.url(&format!("{name}-dlq"));
    stand.sqs(
        "SendMessage",
        &json!({"QueueUrl": letters, "MessageBody": "dead"}),
    );
    assert_eq!(stand.checks("fail"), ["dead-letter queue"]);
}

#[test]
fn what_trails_say_of_their_deliveries_is_told() {
    let stand = Stand::new();
    let time = now();
    let delivery = |fields: Value| {
        stand.account.settings(json!({"delivery": fields}));
    };
    let fine = json!({"LatestDeliveryTime": time, "LatestNotificationTime": time});
    delivery(json!({"*": fine, AWAY: {"LatestDeliveryError": "AccessDenied"}}));
    assert_eq!(stand.checks("fail"), ["delivery"]);
    delivery(json!({"*": fine, AWAY: {"LatestNotificationError": "NotFound"}}));
    assert_eq!(stand.checks("fail"), ["notification"]);
    let old = time - 2 * 24 * 3_600;
    delivery(json!({"*": {"LatestDeliveryTime": old, "LatestNotificationTime": old}}));
    assert_eq!(stand.checks("fail"), ["delivery"]);
    assert_eq!(stand.checks("unknown"), ["notification"]);
    delivery(json!({}));
    assert_eq!(stand.checks("unknown"), ["delivery", "notification"]);
}

#[test]
fn an_account_without_the_scheme_is_told_what_to_do() {
    let account = support::account();
    let ran = Ctadmin::on(&account, &format!("doctor -r {HOME} --regions {HOME}")).exits(1);
    for line in ["trails", "bucket", "queue"] {
        assert!(
            ran.stdout.contains(&format!(
                "fail    {line}: `ctadmin create --regions {HOME}`"
            )),
            "{}",
            ran.stdout
        );
    }
    for (check, found) in [
        ("topics", "depends on trails"),
        ("reader and logs", "depends on bucket"),
        ("one region", "depends on queue"),
        ("last event", "depends on bucket"),
    ] {
        assert!(
            ran.stdout
                .contains(&format!("{check:<17}  unknown  {found}\n")),
            "{}",
            ran.stdout
        );
    }
    assert!(!ran.stdout.contains("NoSuchBucket"), "{}", ran.stdout);
}

#[test]
fn queue_and_bucket_are_compared_only_where_both_are() {
    let account = support::account();
    let one = format!("-r {HOME} --regions {HOME}");
    Ctadmin::on(&account, &format!("create -y {one}")).exits(0);
    let (endpoint, id) = (account.endpoint(), account.id());
    let url = format!("{endpoint}/{id}/{id}-cloudtrail");
    account.seed("sqs", "DeleteQueue", HOME, json!({"QueueUrl": url}));
    let check = check(
        Ctadmin::on(&account, &format!("doctor {one} -o json")),
        "one region",
    );
    let wanted = json!({
        "check": "one region",
        "outcome": "unknown",
        "detail": "depends on queue",
        "advice": null,
        "depends_on": "queue",
    });
    assert_eq!(check, wanted);
}

#[test]
fn a_region_that_the_organization_forbids_is_named() {
    let stand = Stand::new();
    stand.account.settings(json!({ "denied_regions": [AWAY] }));
    let trails = check(stand.doctor("-o json"), "trails");
    assert_eq!(trails["outcome"], "unknown");
    let detail = trails["detail"].as_str().expect("words");
    assert!(
        detail.starts_with("the caller lacks cloudtrail:")
            && detail.ends_with(&format!(" in {AWAY}")),
        "{detail}"
    );
    assert_eq!(
        trails["advice"],
        format!(
            "a service control policy of the organization denies it; --exclude-regions {AWAY} leaves the region out"
        )
    );
    let heeded = stand.doctor(&format!("--exclude-regions {AWAY}")).run();
    assert!(heeded.stdout.contains("pass"), "{}", heeded.stderr);
    assert!(
        !heeded.stdout.contains("the caller lacks"),
        "{}",
        heeded.stdout
    );
}

#[test]
fn totals_end_the_check_up_and_failures_can_be_all_of_it() {
    let stand = Stand::new();
    let last = |arguments: &str| {
        let shown = stand.doctor(arguments).run().stdout;
        (
            shown.lines().count(),
            shown.lines().last().map(str::to_owned),
        )
    };
    let whole = Some("23 pass, 0 fail, 0 unknown".to_owned());
    assert_eq!(last("").1, whole);
    assert_eq!(last("--only-failures"), (3, whole));
    let trail = json!({"Name": format!("{}-{AWAY}", stand.name())});
    stand.account.seed("cloudtrail", "StopLogging", AWAY, trail);
    let ran = stand.doctor("--only-failures -o json").exits(1).json();
    let checks = ran["checks"].as_array().expect("checks").iter();
    let checks: Vec<&Value> = checks.map(|check| &check["check"]).collect();
    assert_eq!(checks, ["trails"]);
    assert_eq!(ran["totals"], json!({"pass": 22, "fail": 1, "unknown": 0}));
    let shown = stand.doctor("--only-failures").exits(1).stdout;
    assert!(shown.contains("\ntrails "), "{shown}");
    assert!(
        !shown.contains("pass\n") && !shown.contains("  pass"),
        "{shown}"
    );
}

/// One check of a check-up as JSON.
#[track_caller]
fn check(doctor: Ctadmin, name: &str) -> Value {
    let checks = doctor.run().json()["checks"].clone();
    let mut checks = checks.as_array().expect("checks").iter();
    let check = checks.find(|check| check["check"] == name);
    check.expect("the check is there").clone()
}
