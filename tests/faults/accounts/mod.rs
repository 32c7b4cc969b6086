//! Whatever an account holds to begin with: one `create` converges, a second has nothing to do, and what belongs to
//! others is byte for byte what it was.
//!
//! [`start`] says which accounts there are, [`furnish`] makes one of them, [`foreign`] says what belongs to others.

mod foreign;
mod furnish;
mod start;

use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};

use super::CREATE;
use super::property::holds;
use crate::support::Account;
use foreign::Foreign;
use start::{HOME, REGIONS, Start};

/// How many accounts each worker tries.
const CASES: u32 = 8;

#[test]
fn create_converges_from_any_account_and_keeps_what_belongs_to_others() {
    // Before the workers wait for it.
    assert!(CREATE.steps > 0);
    holds(CASES, start::any, converges);
}

fn converges(start: Start) -> Result<(), TestCaseError> {
    let account = super::account();
    furnish::furnish(&account, &start);
    let before = account.raw_snapshot();
    let run = CREATE.ctadmin(&account).run();
    let told = format!("{}\n{}", run.stdout, run.stderr);
    if run.code != 0 {
        return Err(TestCaseError::fail(format!("create failed:\n{told}")));
    }
    let after = account.raw_snapshot();
    let bucket = check_scheme(&account, &after).map_err(TestCaseError::fail)?;
    let foreign = Foreign::new(&account, &bucket, &before);
    check_foreign(&foreign.of(&before), &foreign.of(&after))?;
    account.forget_requests();
    let again = CREATE.ctadmin(&account).run();
    let told = format!("{told}\nagain\n{}\n{}", again.stdout, again.stderr);
    let changes = account.changes();
    if again.code != 0 || !changes.is_empty() {
        let why = format!("the second run makes {changes:?}:\n{told}");
        return Err(TestCaseError::fail(why));
    }
    Ok(())
}

/// The scheme stands and works. Returns the bucket that it uses.
fn check_scheme(account: &Account, after: &Value) -> Result<String, String> {
    let id = account.id();
    let base = format!("{id}-cloudtrail");
    let trail_of = |region: &str| &after["cloudtrail"][region][format!("{base}-{region}")];
    let multi = trail_of(HOME)["IsMultiRegionTrail"] == true;
    let bucket = trail_of(HOME)["S3BucketName"].as_str().unwrap_or_default();
    let queue = format!("arn:aws:sqs:{HOME}:{id}:{base}");
    let bearing = REGIONS
        .iter()
        .filter(|region| !multi || **region == HOME)
        .copied();
    for region in bearing {
        let trail = trail_of(region);
        let topic = format!("arn:aws:sns:{region}:{id}:{base}-{region}");
        let global = multi || [HOME, "us-east-1"].contains(&region);
        let wanted = [
            ("S3BucketName", json!(bucket)),
            ("SnsTopicARN", json!(topic)),
            ("IncludeGlobalServiceEvents", json!(global)),
            ("LogFileValidationEnabled", json!(true)),
            ("IsLogging", json!(true)),
        ];
        for (name, value) in wanted {
            if trail[name] != value {
                return Err(format!("{name} of the trail in {region}: {}", trail[name]));
            }
        }
        let subscriptions = after["sns"][&topic]["subscriptions"].as_array();
        if !subscriptions.is_some_and(|all| all.iter().any(|one| one["endpoint"] == *queue)) {
            return Err(format!(
                "nobody is subscribed to {topic}: {subscriptions:?}"
            ));
        }
    }
    let switches = after["s3"][bucket]["public_access_block"].as_object();
    if !switches.is_some_and(|switches| switches.values().all(|on| *on == true)) {
        return Err(format!("public access to {bucket}: {switches:?}"));
    }
    let redrive = after["sqs"][&queue]["attributes"]["RedrivePolicy"].as_str();
    let redrive = redrive.ok_or_else(|| format!("there is no queue {queue} with dead letters"))?;
    let redrive: Value = serde_json::from_str(redrive).map_err(|error| error.to_string())?;
    let target = redrive["deadLetterTargetArn"].as_str().unwrap_or_default();
    match after["sqs"][target].is_object() {
        true => Ok(bucket.to_owned()),
        false => Err(format!("dead letters go to {target}, which is not there")),
    }
}

/// All that belonged to others still does, and nothing was added to it.
fn check_foreign(before: &Value, after: &Value) -> Result<(), TestCaseError> {
    if before == after {
        return Ok(());
    }
    let why = format!("what belongs to others changed from\n{before:#}\nto\n{after:#}");
    Err(TestCaseError::fail(why))
}
