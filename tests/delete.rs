//! `ctadmin delete`: what goes, what stays, and what is said of it.

use serde_json::json;

use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{self, Account, Ctadmin, Seed};

const THREE: &str = "create --yes --region us-west-2 --regions us-west-2,us-east-1,eu-west-1";

#[test]
fn all_of_the_scheme_goes_and_the_bucket_stays() {
    let account = support::account();
    Ctadmin::on(&account, "create --yes --region us-west-2").exits(0);
    let before = account.snapshot();
    let plan = carried_out(&account, "delete");
    // There is one trail in a region.
    let count = |service: &str| before[service].as_object().map_or(0, serde_json::Map::len);
    let things: usize = ["cloudtrail", "sns", "sqs"].map(count).iter().sum();
    assert_eq!(plan["steps"].as_array().map(Vec::len), Some(things));
    assert!(
        plan["notes"]
            .to_string()
            .contains("is kept: it may hold audit logs"),
        "{}",
        plan["notes"]
    );
    let after = account.snapshot();
    assert_eq!(after["s3"], before["s3"]);
    for service in ["cloudtrail", "sns", "sqs"] {
        assert!(
            after[service]
                .as_object()
                .is_none_or(serde_json::Map::is_empty),
            "{}",
            after[service]
        );
    }
}

/// Things of other people whose names merely begin or end like those of the scheme.
fn neighbours(account: &Account) {
    let id = account.id();
    let bucket = format!("{id}-neighbours");
    let trail = |name: String, region, multi: bool| Seed {
        service: "cloudtrail",
        operation: "CreateTrail",
        region,
        params: json!({"Name": name, "S3BucketName": bucket, "IsMultiRegionTrail": multi}),
    };
    let topic = |name: String, region| Seed {
        service: "sns",
        operation: "CreateTopic",
        region,
        params: json!({"Name": name}),
    };
    let queue = |name: String, region| Seed {
        service: "sqs",
        operation: "CreateQueue",
        region,
        params: json!({"QueueName": name}),
    };
    account.seeds([
        Seed {
            service: "s3",
            operation: "CreateBucket",
            region: "us-east-1",
            params: json!({"Bucket": bucket}),
        },
        trail(
            format!("{id}-cloudtrail-eu-west-1-backup"),
            "eu-west-1",
            false,
        ),
        trail(format!("{id}-cloudtrail-us-west-2"), "eu-west-1", false),
        trail(format!("x{id}-cloudtrail-eu-west-1"), "eu-west-1", true),
        topic(format!("{id}-cloudtrail-eu-west-1-backup"), "eu-west-1"),
        topic(format!("{id}-cloudtrail-us-west-2"), "eu-west-1"),
        topic(format!("{id}-cloudtrail"), "us-west-2"),
        queue(format!("{id}-cloudtrail-eu-west-1"), "us-west-2"),
        queue(format!("{id}-cloudtrail2"), "us-west-2"),
    ]);
}

#[test]
fn neighbours_are_untouched_by_create_and_delete() {
    let account = support::account();
    neighbours(&account);
    let before = account.raw_snapshot();
    Ctadmin::on(&account, THREE).exits(0);
    carried_out(&account, "delete");
    let mut after = account.raw_snapshot();
    after["s3"]
        .as_object_mut()
        .expect("buckets")
        .remove(&format!("{}-cloudtrail", account.id()));
    assert_eq!(after, before);
}

#[test]
fn other_subscribers_and_waiting_messages_are_named() {
    let account = support::account();
    let id = account.id();
    Ctadmin::on(&account, THREE).exits(0);
    let topic = format!("arn:aws:sns:eu-west-1:{id}:{id}-cloudtrail-eu-west-1");
    account.seed(
        "sns",
        "Subscribe",
        "eu-west-1",
        json!({"TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.com"}),
    );
    account.seed(
        "sns",
        "Publish",
        "eu-west-1",
        json!({"TopicArn": topic, "Message": "{}"}),
    );
    let notes = planned(&account, "delete")["notes"].to_string();
    assert!(
        notes.contains("other subscribers") && notes.contains("email a@example.com"),
        "{notes}"
    );
    assert!(notes.contains("still holds messages, about"), "{notes}");
}

#[test]
fn a_queue_of_another_name_goes_only_when_it_is_named() {
    let account = support::account();
    Ctadmin::on(&account, &format!("{THREE} --queue events")).exits(0);
    assert!(
        !operations(&planned(&account, "delete")).contains(&"DeleteQueue us-west-2".to_owned())
    );
    assert!(
        operations(&planned(&account, "delete --queue events"))
            .contains(&"DeleteQueue us-west-2".to_owned())
    );
}

#[test]
fn a_multi_region_trail_goes_once_and_shadows_are_not_deleted() {
    let account = support::account();
    Ctadmin::on(&account, "create --yes --region us-west-2 --multi-region").exits(0);
    let plan = carried_out(&account, "delete");
    assert_eq!(
        operations(&plan),
        [
            "DeleteTrail us-west-2",
            "DeleteTopic us-west-2",
            "DeleteQueue us-west-2",
            "DeleteQueue us-west-2"
        ]
    );
}

#[test]
fn regions_left_out_keep_what_they_have() {
    let account = support::account();
    Ctadmin::on(&account, THREE).exits(0);
    let plan = carried_out(&account, "delete --regions eu-west-1");
    assert_eq!(
        operations(&plan),
        ["DeleteTrail eu-west-1", "DeleteTopic eu-west-1"]
    );
}

#[test]
fn an_account_without_the_scheme_has_nothing_to_delete() {
    let account = support::account();
    let script = Ctadmin::on(&account, "delete -n").exits(0).stdout;
    assert!(
        script.lines().all(|line| line.starts_with('#')),
        "comments only:\n{script}"
    );
    assert_eq!(
        Ctadmin::on(&account, "delete -n --detailed-exitcode")
            .run()
            .code,
        0
    );
    Ctadmin::on(&account, THREE).exits(0);
    assert_eq!(
        Ctadmin::on(&account, "delete -n --detailed-exitcode")
            .run()
            .code,
        3
    );
}

#[test]
fn a_queue_that_others_need_stays_or_is_told_of() {
    let account = support::account();
    let id = account.id();
    Ctadmin::on(&account, THREE).exits(0);
    let plan = planned(&account, "delete --regions us-west-2");
    assert_eq!(
        operations(&plan),
        ["DeleteTrail us-west-2", "DeleteTopic us-west-2"]
    );
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("is kept: topics in eu-west-1, us-east-1 still send to it"),
        "{notes}"
    );

    Ctadmin::on(
        &account,
        &format!("{THREE} --prefix lab --bucket {id}-cloudtrail --queue {id}-cloudtrail"),
    )
    .exits(0);
    let notes = planned(&account, "delete")["notes"].to_string();
    assert!(
        notes.contains("also allows others, who lose access: CloudTrailTopicsSendlab"),
        "{notes}"
    );
    assert!(!notes.contains("other subscribers"), "{notes}");
}

#[test]
fn queues_of_two_regions_are_both_deleted() {
    let account = support::account();
    Ctadmin::on(&account, THREE).exits(0);
    let queue = json!({"QueueName": format!("{}-cloudtrail", account.id())});
    account.seed("sqs", "CreateQueue", "eu-west-1", queue);
    let plan = carried_out(&account, "delete");
    let steps = plan["steps"].as_array().expect("steps").iter();
    let queues = steps.filter(|step| step["operation"] == "DeleteQueue");
    let ids: Vec<_> = queues
        .map(|step| step["id"].as_str().expect("an id"))
        .collect();
    let id = account.id();
    let name = format!("{id}-cloudtrail");
    assert_eq!(
        ids,
        [
            format!("{id}/eu-west-1/queue/{name}/DeleteQueue"),
            format!("{id}/us-west-2/queue/{name}/DeleteQueue"),
            format!("{id}/us-west-2/queue/{name}-dlq/DeleteQueue"),
        ]
    );
    assert_eq!(account.snapshot()["sqs"], json!({}));
}
