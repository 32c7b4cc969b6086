//! The token in AWS Secrets Manager: checked before a stream is created, and read to check and to replay.

use serde_json::{Value, json};

use super::backlog::record;
use super::{HOME, TRAIL, account_after};
use crate::allowed::bound;
use crate::support::{Account, Collector, Ctadmin, Fault, base64};

/// An account with a trail and a secret, and the ARN of the secret.
fn with_secret(value: &str) -> (Account, String) {
    let account = account_after(&[TRAIL]);
    let secret = json!({ "Name": "hec", "SecretString": value });
    let created = account.seed("secretsmanager", "CreateSecret", HOME, secret);
    let arn = created["ARN"].as_str().expect("an ARN").to_owned();
    (account, arn)
}

fn holding(token: &str) -> String {
    json!({ "hec_token": token }).to_string()
}

#[test]
fn a_secret_is_checked_before_anything_is_created() {
    let (account, arn) = with_secret(&holding("token"));
    let create = |arn: &str| {
        format!("create push --hec-endpoint https://hec.example.com:443 --hec-secret {arn}")
    };
    let before = account.snapshot();
    let other = format!("{}zzzzzz", &arn[..arn.len() - 6]);
    let missing = Ctadmin::on(&account, &format!("{} --yes", create(&other))).exits(1);
    missing.says("is missing");
    missing.says("create-secret");
    let delete = json!({ "SecretId": "hec" });
    account.seed("secretsmanager", "DeleteSecret", HOME, delete.clone());
    let deleted = Ctadmin::on(&account, &format!("{} --yes", create(&arn))).exits(1);
    deleted.says("is scheduled for deletion");
    account.seed("secretsmanager", "RestoreSecret", HOME, delete);
    assert_eq!(account.snapshot()["firehose"], before["firehose"]);

    let denied = Fault::deny().operation("DescribeSecret").forever();
    account.faults([denied]);
    let plan = Ctadmin::on(&account, &format!("{} -n -o json", create(&arn))).exits(0);
    let notes = plan.json()["notes"].to_string();
    assert!(notes.contains("secretsmanager:DescribeSecret"), "{notes}");
    account.faults([]);
    let policy = format!("create push --hec-secret {arn}");
    let run = format!("{} --yes", create(&arn));
    let ran = bound(&account, &policy, "maker", &run).exits(0);
    assert!(!ran.stderr.contains("is not known"), "{}", ran.stderr);
}

#[test]
fn policies_name_the_secret_and_the_service_that_decrypts_it() {
    let arn = format!("arn:aws:secretsmanager:{HOME}:111122223333:secret:hec-AbCdEf");
    let key = format!("--kms-key-id arn:aws:kms:{HOME}:111122223333:key/1");
    for command in ["doctor push", "push-replay"] {
        let policy = format!("iam-policy {command} --account-id 111122223333 --hec-secret {arn}");
        let policy = Ctadmin::alone(&format!("{policy} {key}")).exits(0).json();
        let statements = policy["Statement"].as_array().expect("statements");
        let of = |action: &str| {
            let mut found = statements.iter();
            let found = found.find(|it| it["Action"].to_string().contains(action));
            found.expect("a statement").to_string()
        };
        assert!(of("secretsmanager:GetSecretValue").contains(&arn));
        let via = format!("secretsmanager.{HOME}.amazonaws.com");
        assert!(of("kms:Decrypt").contains(&via), "{policy:#}");
    }
    let show = Ctadmin::alone(&format!("iam-policy show push --hec-secret {arn}"));
    show.exits(2).says("take --hec-secret");
}

#[test]
fn doctor_and_replay_read_the_secret_of_the_stream() {
    let collector = Collector::start("good");
    let token = collector.token(json!({ "name": "secret", "useACK": true }));
    let (account, arn) = with_secret(&holding(&token));
    account.settings(json!({ "hec_authority": collector.authority() }));
    let endpoint = collector.endpoint("good");
    let create = format!("create push --hec-endpoint {endpoint} --hec-secret {arn} --yes");
    Ctadmin::on(&account, &create).exits(0);
    let authority = collector.authority().display().to_string();
    let trusting = |run: Ctadmin| run.env("SSL_CERT_FILE", &authority);
    let check = |run: Ctadmin| {
        let ran = trusting(run).run();
        assert!(!ran.stdout.contains(&token) && !ran.stderr.contains(&token));
        let checks = ran.json()["checks"].clone();
        let mut checks = checks.as_array().expect("checks").iter();
        let check = checks.find(|check| check["check"] == "token").cloned();
        let check = check.expect("the check of the token");
        let part = |name: &str| check[name].as_str().unwrap_or_default().to_owned();
        format!("{}, {}", part("outcome"), part("detail"))
    };
    let doctor = "doctor push -o json";
    let policy = format!("doctor push --hec-secret {arn}");
    let allowed = bound(&account, &policy, "doctor", doctor);
    assert_eq!(check(allowed), "pass, accepted, with acknowledgment");
    let denied = check(bound(&account, "doctor push", "visitor", doctor));
    assert!(
        denied.starts_with("unknown, its secret cannot be read"),
        "{denied}"
    );

    let base = format!("{}-cloudtrail", account.id());
    let line = record("Splunk.ServerError", 1, b"an event");
    let object = json!({
        "Bucket": format!("{base}-firehose"),
        "Key": format!("{base}-splunk/failed/splunk-failed/2026/11/20/10/a"),
        "Body": { "base64": base64(line.as_bytes()) },
    });
    account.seed("s3", "PutObject", HOME, object);
    let policy = format!("push-replay --hec-secret {arn}");
    let replay = "push replay --yes -r us-west-2";
    let ran = trusting(bound(&account, &policy, "replayer", replay)).exits(0);
    assert!(!ran.stdout.contains(&token) && !ran.stderr.contains(&token));
    let received = format!("received?token={token}");
    let received = collector.control("GET", &received, None);
    assert_eq!(received[0]["data"], json!(base64(b"an event")));

    let wrong = json!({ "SecretId": "hec", "SecretString": token });
    account.seed("secretsmanager", "PutSecretValue", HOME, wrong);
    let failed = check(Ctadmin::on(&account, doctor));
    assert_eq!(
        failed,
        "fail, the secret of the delivery stream holds no token"
    );
    let delete: Value = json!({ "SecretId": "hec", "ForceDeleteWithoutRecovery": true });
    account.seed("secretsmanager", "DeleteSecret", HOME, delete);
    let failed = check(Ctadmin::on(&account, doctor));
    assert!(failed.contains("ResourceNotFoundException"), "{failed}");
}
