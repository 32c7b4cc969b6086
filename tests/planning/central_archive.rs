//! What the archive of the central stack does with its objects: they move to a colder storage class, and are locked.

use ctadmin::call::s3::DefaultRetention;
use ctadmin::stack::Purpose;
use ctadmin::stack::central::Options;
use insta::assert_snapshot;

use super::central::{alone, central, with_central};
use super::memory::Memory;
use super::{create, created, plan};

fn cold(days: i32, class: Option<&str>) -> Options {
    Options {
        archive_days: Some(days),
        archive_class: class.map(str::to_owned),
        ..central()
    }
}

fn locked(days: i32) -> Options {
    Options {
        object_lock: Some(DefaultRetention {
            mode: "GOVERNANCE".to_owned(),
            days: Some(days),
            years: None,
        }),
        ..central()
    }
}

/// The steps for the archive, and what they mean.
fn changes(options: &Options, memory: &Memory) -> String {
    let plan = plan(options, Purpose::Create, memory).expect("a plan");
    let steps = plan.steps.iter();
    let steps = steps.filter(|step| step.name == "lab-central-logs");
    let steps = steps.map(|step| format!("{}: {}", step.call.operation(), step.reason));
    let notes = plan
        .notes
        .iter()
        .filter(|note| note.contains("archive") || note.contains("locked"));
    steps.chain(notes.cloned()).collect::<Vec<_>>().join("\n")
}

#[test]
fn objects_move_after_some_days() {
    let mut memory = with_central();
    assert_snapshot!(changes(&cold(90, None), &memory), @"
    PutBucketLifecycleConfiguration: log files do not move to GLACIER after 90 days
    objects of the archive move to GLACIER after 90 days: to be read then, they must be restored first
    ");
    create(&cold(90, Some("DEEP_ARCHIVE")), &mut memory);
    assert_eq!(created(&alone(), &memory), "");
    // The class stays.
    assert_snapshot!(changes(&cold(30, None), &memory), @"
    PutBucketLifecycleConfiguration: log files do not move to DEEP_ARCHIVE after 30 days
    objects of the archive move to DEEP_ARCHIVE after 30 days: to be read then, they must be restored first
    ");
    create(&cold(30, None), &mut memory);
    assert_eq!(created(&cold(30, Some("DEEP_ARCHIVE")), &memory), "");
}

#[test]
fn a_new_archive_is_locked() {
    let mut memory = Memory::default();
    assert_snapshot!(changes(&locked(7), &memory), @"
    CreateBucket: bucket is missing
    PutBucketPolicy: attach the bucket policy
    PutPublicAccessBlock: public access is not blocked
    PutObjectLockConfiguration: Object Lock has no default retention
    log files are locked for 7 days (GOVERNANCE): only a caller with s3:BypassGovernanceRetention can delete them earlier; AWS does not say whether Firehose can write to such a bucket: check that objects arrive
    ");
    create(&locked(7), &mut memory);
    assert_eq!(created(&alone(), &memory), "");
    let other = created(&locked(8), &memory);
    let without = created(&locked(7), &with_central());
    assert_snapshot!([other, without].join("\n\n"), @"
    the bucket lab-central-logs locks new objects for 7 days (GOVERNANCE), not for 8 days (GOVERNANCE)
    a retention that exists is not changed: give the same, or leave out --object-lock
    `aws s3api put-object-lock-configuration` changes it for new objects

    the bucket lab-central-logs exists without Object Lock
    --object-lock is for new buckets: give another --prefix
    or enable versioning and Object Lock yourself; then this option sets the retention
    ");
}
