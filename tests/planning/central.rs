//! The central stack: what is created in which order, what each drift needs, who may send, and what is deleted.

use std::collections::BTreeSet;

use ctadmin::plan::Plan;
use ctadmin::stack::Purpose;
use ctadmin::stack::central::{Options, OrganizationId};
use insta::assert_snapshot;
use serde_json::Value;

use super::memory::{Memory, place};
use super::{ACCOUNT, HOME, create, created, deleted, plan, tag};

const NAME: &str = "lab-central";

pub fn central() -> Options {
    with_members(&["210987654321", "310987654321"])
}

/// Without GuardDuty.
pub fn alone() -> Options {
    Options {
        no_guardduty: true,
        ..Options::default()
    }
}

fn with_members(members: &[&str]) -> Options {
    Options {
        members: Some(members.iter().map(|id| (*id).to_owned()).collect()),
        ..alone()
    }
}

pub fn with_central() -> Memory {
    let mut memory = Memory::default();
    create(&central(), &mut memory);
    memory
}

/// The parameters of the first call of this operation.
pub fn params(plan: &Plan, operation: &str) -> Value {
    let mut steps = plan.steps.iter();
    let step = steps.find(|step| step.call.operation() == operation);
    Value::Object(step.expect("the call is planned").call.params())
}

fn fixed(change: impl FnOnce(&mut Memory)) -> String {
    let mut memory = with_central();
    change(&mut memory);
    create(&alone(), &mut memory)
}

#[test]
fn members_can_send_once_all_is_there() {
    assert_snapshot!(create(&central(), &mut Memory::default()), @"
    1 CreateBucket us-west-2 lab-central-trails: bucket is missing
    2 PutBucketPolicy us-west-2 lab-central-trails: attach the bucket policy [after 1]
    3 PutPublicAccessBlock us-west-2 lab-central-trails: public access is not blocked [after 2]
    4 PutBucketVersioning us-west-2 lab-central-trails: versioning is not enabled [after 2]
    5 CreateBucket us-west-2 lab-central-logs: bucket is missing
    6 PutBucketPolicy us-west-2 lab-central-logs: attach the bucket policy [after 5]
    7 PutPublicAccessBlock us-west-2 lab-central-logs: public access is not blocked [after 6]
    8 PutBucketVersioning us-west-2 lab-central-logs: versioning is not enabled [after 6]
    9 CreateLogGroup us-west-2 /aws/kinesisfirehose/lab-central-to-s3: log group is missing
    10 PutRetentionPolicy us-west-2 /aws/kinesisfirehose/lab-central-to-s3: set the retention [after 9]
    11 CreateLogStream us-west-2 /aws/kinesisfirehose/lab-central-to-s3/DestinationDelivery: log stream is missing [after 9]
    12 CreateRole global lab-central-logs-to-kinesis: role is missing
    13 PutRolePolicy global lab-central-logs-to-kinesis: attach the inline policy [after 12]
    14 CreateRole global lab-central-firehose: role is missing
    15 PutRolePolicy global lab-central-firehose: attach the inline policy [after 14]
    16 CreateStream us-west-2 lab-central: data stream is missing
    17 IncreaseStreamRetentionPeriod us-west-2 lab-central: records are kept for 24 hours [after 16]
    18 StartStreamEncryption us-west-2 lab-central: records are not encrypted [after 17]
    19 CreateDeliveryStream us-west-2 lab-central-to-s3: delivery stream is missing [after 5, 6, 11, 14, 15, 16, 17, 18]
    20 PutDestination us-east-1 lab-central: destination is missing [after 16, 17, 18, 19, 12, 13]
    21 PutDestinationPolicy us-east-1 lab-central: attach the destination policy [after 20]
    22 PutDestination us-west-2 lab-central: destination is missing [after 16, 17, 18, 19, 12, 13]
    23 PutDestinationPolicy us-west-2 lab-central: attach the destination policy [after 22]
    24 PutMetricAlarm us-west-2 lab-central-behind: alarm is missing
    25 PutMetricAlarm us-west-2 lab-central-late: alarm is missing
    26 PutMetricAlarm us-west-2 lab-central-failing: alarm is missing
    27 PutMetricAlarm us-west-2 lab-central-unprocessed: alarm is missing
    ");
}

#[test]
fn the_policies_name_the_members() {
    let plan = plan(&central(), Purpose::Create, &Memory::default()).expect("a plan");
    let bucket: Vec<Value> = plan
        .steps
        .iter()
        .filter(|step| step.call.operation() == "PutBucketPolicy")
        .map(|step| step.call.params()["Policy"].clone())
        .collect();
    assert_snapshot!(bucket[0].as_str().expect("a text"), @r#"{"Version":"2012-10-17","Statement":[{"Sid":"AWSCloudTrailAclCheck20150319lab","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::lab-central-trails","Condition":{"StringLike":{"aws:SourceArn":["arn:aws:cloudtrail:*:210987654321:trail/*","arn:aws:cloudtrail:*:310987654321:trail/*"]}}},{"Sid":"AWSCloudTrailWrite20150319lab","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":["arn:aws:s3:::lab-central-trails/AWSLogs/210987654321/*","arn:aws:s3:::lab-central-trails/AWSLogs/310987654321/*"],"Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"},"StringLike":{"aws:SourceArn":["arn:aws:cloudtrail:*:210987654321:trail/*","arn:aws:cloudtrail:*:310987654321:trail/*"]}}},{"Sid":"DenyInsecureTransportlab","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::lab-central-trails","arn:aws:s3:::lab-central-trails/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#);
    assert_snapshot!(params(&plan, "PutDestinationPolicy"), @r#"{"destinationName":"lab-central","accessPolicy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"MembersSubscribe\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":[\"210987654321\",\"310987654321\",\"123456789012\"]},\"Action\":\"logs:PutSubscriptionFilter\",\"Resource\":\"arn:aws:logs:us-east-1:123456789012:destination:lab-central\"}]}"}"#);
    assert_snapshot!(params(&plan, "CreateRole"), @r#"{"RoleName":"lab-central-logs-to-kinesis","AssumeRolePolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"CentralSendslab\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"logs.amazonaws.com\"},\"Action\":\"sts:AssumeRole\",\"Condition\":{\"StringLike\":{\"aws:SourceArn\":[\"arn:aws:logs:*:210987654321:*\",\"arn:aws:logs:*:310987654321:*\",\"arn:aws:logs:*:123456789012:*\"]}}}]}","Tags":[{"Key":"ctadmin:scheme","Value":"lab-cloudtrail"}]}"#);
    assert_snapshot!(params(&plan, "CreateDeliveryStream"), @r#"{"DeliveryStreamName":"lab-central-to-s3","DeliveryStreamType":"KinesisStreamAsSource","KinesisStreamSourceConfiguration":{"KinesisStreamARN":"arn:aws:kinesis:us-west-2:123456789012:stream/lab-central","RoleARN":"arn:aws:iam::123456789012:role/lab-central-firehose"},"ExtendedS3DestinationConfiguration":{"RoleARN":"arn:aws:iam::123456789012:role/lab-central-firehose","BucketARN":"arn:aws:s3:::lab-central-logs","Prefix":"logs/!{timestamp:yyyy/MM/dd}/","ErrorOutputPrefix":"failed/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/","BufferingHints":{"IntervalInSeconds":300,"SizeInMBs":5},"CompressionFormat":"GZIP","CloudWatchLoggingOptions":{"Enabled":true,"LogGroupName":"/aws/kinesisfirehose/lab-central-to-s3","LogStreamName":"DestinationDelivery"},"ProcessingConfiguration":{"Enabled":true,"Processors":[{"Type":"Decompression","Parameters":[{"ParameterName":"CompressionFormat","ParameterValue":"GZIP"}]},{"Type":"AppendDelimiterToRecord"}]}}}"#);
}

#[test]
fn nobody_sends_unless_members_are_named() {
    assert_snapshot!(created(&alone(), &Memory::default()), @"
    no account is named that sends
    give --members ACCOUNT,…: all accounts that may send; or --organization
    ");
    let many: Vec<String> = (1..=41).map(|id| format!("{id:012}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_snapshot!(created(&with_members(&many), &Memory::default()), @"
    41 members are named; the role's trust policy has room for 40
    give --organization: all its accounts may send
    ");
}

#[test]
fn members_stay_unless_they_are_named_anew() {
    let mut memory = with_central();
    assert_eq!(created(&alone(), &memory), "");
    let one = with_members(&["310987654321"]);
    let changed = plan(&one, Purpose::Create, &memory).expect("a plan");
    assert!(
        changed
            .notes
            .contains(&"no longer members: 210987654321".to_owned())
    );
    assert_snapshot!(create(&one, &mut memory), @"
    1 PutBucketPolicy us-west-2 lab-central-trails: bucket policy lacks AWSCloudTrailAclCheck20150319lab, AWSCloudTrailWrite20150319lab
    2 UpdateAssumeRolePolicy global lab-central-logs-to-kinesis: trust policy does not allow logs.amazonaws.com
    3 PutDestinationPolicy us-east-1 lab-central: destination policy differs [after 2]
    4 PutDestinationPolicy us-west-2 lab-central: destination policy differs [after 2]
    ");
    assert_eq!(created(&alone(), &memory), "");
}

#[test]
fn the_home_region_is_kept() {
    let elsewhere = Options {
        home: Some("eu-west-1".to_owned()),
        ..central()
    };
    assert_snapshot!(created(&elsewhere, &with_central()), @"
    the central stack is in us-west-2, not in eu-west-1
    omit --region, or give another --prefix
    ");
    let mut memory = Memory::default();
    create(&elsewhere, &mut memory);
    assert_eq!(created(&central(), &memory), "");
}

#[test]
fn buckets_of_an_earlier_stack_keep_their_region() {
    let mut memory = with_central();
    deleted(&Options::default(), &mut memory);
    let elsewhere = Options {
        home: Some("eu-west-1".to_owned()),
        ..central()
    };
    assert_snapshot!(created(&elsewhere, &memory), @"
    the bucket lab-central-logs is in us-west-2, not in eu-west-1
    give --region us-west-2, or another --prefix
    ");
}

#[test]
fn the_central_account_is_no_member() {
    let own = with_members(&["210987654321", ACCOUNT]);
    assert_snapshot!(created(&own, &Memory::default()), @"
    123456789012 is the central account itself
    omit it: destinations and bucket are for other accounts
    ");
}

#[test]
fn what_is_missing_is_created() {
    let stream = place(HOME, NAME);
    assert_snapshot!(fixed(|memory| drop(memory.data_streams.remove(&stream))), @"
    1 DeleteDeliveryStream us-west-2 lab-central-to-s3: its data stream is missing, and it would not read a new one
    2 CreateStream us-west-2 lab-central: data stream is missing [after 1]
    3 IncreaseStreamRetentionPeriod us-west-2 lab-central: records are kept for 24 hours [after 2]
    4 StartStreamEncryption us-west-2 lab-central: records are not encrypted [after 3]
    5 CreateDeliveryStream us-west-2 lab-central-to-s3: delivery stream is missing [after 2, 3, 4]
    ");
    let delivery = place(HOME, "lab-central-to-s3");
    assert_snapshot!(fixed(|memory| drop(memory.streams.remove(&delivery))), @"1 CreateDeliveryStream us-west-2 lab-central-to-s3: delivery stream is missing");
    let destination = place("us-east-1", NAME);
    assert_snapshot!(fixed(|memory| drop(memory.destinations.remove(&destination))), @"
    1 PutDestination us-east-1 lab-central: destination is missing
    2 PutDestinationPolicy us-east-1 lab-central: attach the destination policy [after 1]
    ");
}

#[test]
fn what_differs_is_fixed() {
    let at = place(HOME, NAME);
    assert_snapshot!(fixed(|memory| {
        let stream = memory.data_streams.get_mut(&at).expect("it exists");
        stream.description.key = None;
        stream.description.retention_hours = 24;
    }), @"
    1 IncreaseStreamRetentionPeriod us-west-2 lab-central: records are kept for 24 hours
    2 StartStreamEncryption us-west-2 lab-central: records are not encrypted [after 1]
    ");
    assert_snapshot!(fixed(|memory| {
        let destination = memory.destinations.get_mut(&at).expect("it exists");
        destination.policy = None;
        destination.description.role_arn = "arn:aws:iam::123456789012:role/other".to_owned();
    }), @"
    1 PutDestination us-west-2 lab-central: role differs
    2 PutDestinationPolicy us-west-2 lab-central: attach the destination policy [after 1]
    ");
    let delivery = place(HOME, "lab-central-to-s3");
    assert_snapshot!(fixed(|memory| {
        let stream = memory.streams.get_mut(&delivery).expect("it exists");
        let archive = stream.description.archive.as_mut().expect("S3");
        archive.compression = "UNCOMPRESSED".to_owned();
        archive.processors.pop();
        archive.log = None;
    }), @"1 UpdateDestination us-west-2 lab-central-to-s3: records are not lines, objects are not compressed, errors are not logged");
    assert_snapshot!(fixed(|memory| {
        memory.bucket_named("lab-central-trails").policy = None;
        memory.bucket_named("lab-central-logs").public_access_block = None;
    }), @"
    1 PutBucketPolicy us-west-2 lab-central-trails: bucket policy lacks AWSCloudTrailAclCheck20150319lab, AWSCloudTrailWrite20150319lab, DenyInsecureTransportlab
    2 PutPublicAccessBlock us-west-2 lab-central-logs: public access is not blocked
    ");
}

#[test]
fn a_stream_that_cannot_be_updated_is_replaced_on_request() {
    let mut memory = with_central();
    let delivery = place(HOME, "lab-central-to-s3");
    let stream = memory.streams.get_mut(&delivery).expect("it exists");
    stream
        .description
        .archive
        .as_mut()
        .expect("S3")
        .processors
        .clear();
    assert_snapshot!(created(&alone(), &memory), @"
    the delivery stream lab-central-to-s3 cannot be updated: it does not decompress the records
    --replace deletes it and creates it again; the new one starts with the newest record, so records of the minutes between are not delivered
    ");
    let replace = Options {
        replace: true,
        ..alone()
    };
    assert_snapshot!(create(&replace, &mut memory), @"
    1 DeleteDeliveryStream us-west-2 lab-central-to-s3: --replace: it does not decompress the records
    2 CreateDeliveryStream us-west-2 lab-central-to-s3: replace it [after 1]
    ");
}

#[test]
fn shards_are_changed_in_steps_that_kinesis_takes() {
    let memory = with_central();
    for shards in [1, 9] {
        let options = Options {
            shards: Some(shards),
            ..alone()
        };
        let refusal = created(&options, &memory);
        assert!(
            refusal.contains("Kinesis takes 2 to 8 in one step"),
            "{refusal}"
        );
    }
}

#[test]
fn a_retention_of_a_day_stays() {
    let day = Options {
        retention_hours: Some(24),
        ..central()
    };
    let mut memory = Memory::default();
    create(&day, &mut memory);
    assert_eq!(created(&alone(), &memory), "");
}

#[test]
fn options_are_kept() {
    let options = Options {
        shards: Some(2),
        retention_hours: Some(24),
        log_retention_in_days: Some(7),
        tags: vec![tag("team", "sec")],
        ..central()
    };
    let mut memory = Memory::default();
    assert_snapshot!(create(&options, &mut memory), @"
    1 CreateBucket us-west-2 lab-central-trails: bucket is missing
    2 PutBucketPolicy us-west-2 lab-central-trails: attach the bucket policy [after 1]
    3 PutPublicAccessBlock us-west-2 lab-central-trails: public access is not blocked [after 2]
    4 PutBucketTagging us-west-2 lab-central-trails: tag the bucket [after 3]
    5 PutBucketVersioning us-west-2 lab-central-trails: versioning is not enabled [after 2]
    6 CreateBucket us-west-2 lab-central-logs: bucket is missing
    7 PutBucketPolicy us-west-2 lab-central-logs: attach the bucket policy [after 6]
    8 PutPublicAccessBlock us-west-2 lab-central-logs: public access is not blocked [after 7]
    9 PutBucketTagging us-west-2 lab-central-logs: tag the bucket [after 8]
    10 PutBucketVersioning us-west-2 lab-central-logs: versioning is not enabled [after 7]
    11 CreateLogGroup us-west-2 /aws/kinesisfirehose/lab-central-to-s3: log group is missing
    12 PutRetentionPolicy us-west-2 /aws/kinesisfirehose/lab-central-to-s3: set the retention [after 11]
    13 CreateLogStream us-west-2 /aws/kinesisfirehose/lab-central-to-s3/DestinationDelivery: log stream is missing [after 11]
    14 CreateRole global lab-central-logs-to-kinesis: role is missing
    15 PutRolePolicy global lab-central-logs-to-kinesis: attach the inline policy [after 14]
    16 CreateRole global lab-central-firehose: role is missing
    17 PutRolePolicy global lab-central-firehose: attach the inline policy [after 16]
    18 CreateStream us-west-2 lab-central: data stream is missing
    19 StartStreamEncryption us-west-2 lab-central: records are not encrypted [after 18]
    20 CreateDeliveryStream us-west-2 lab-central-to-s3: delivery stream is missing [after 6, 7, 13, 16, 17, 18, 19]
    21 PutDestination us-east-1 lab-central: destination is missing [after 18, 19, 20, 14, 15]
    22 PutDestinationPolicy us-east-1 lab-central: attach the destination policy [after 21]
    23 TagResource us-east-1 lab-central: tags are missing [after 21]
    24 PutDestination us-west-2 lab-central: destination is missing [after 18, 19, 20, 14, 15]
    25 PutDestinationPolicy us-west-2 lab-central: attach the destination policy [after 24]
    26 TagResource us-west-2 lab-central: tags are missing [after 24]
    27 PutMetricAlarm us-west-2 lab-central-behind: alarm is missing
    28 PutMetricAlarm us-west-2 lab-central-late: alarm is missing
    29 PutMetricAlarm us-west-2 lab-central-failing: alarm is missing
    30 PutMetricAlarm us-west-2 lab-central-unprocessed: alarm is missing
    ");
    let mut memory = with_central();
    assert_snapshot!(create(&options, &mut memory), @"
    1 PutRetentionPolicy us-west-2 /aws/kinesisfirehose/lab-central-to-s3: events are kept for 30 days
    2 TagResource us-west-2 /aws/kinesisfirehose/lab-central-to-s3: tags are missing
    3 TagRole global lab-central-logs-to-kinesis: tags are missing
    4 TagRole global lab-central-firehose: tags are missing
    5 UpdateStreamMode us-west-2 lab-central: mode is ON_DEMAND
    6 UpdateShardCount us-west-2 lab-central: 4 shards [after 5]
    7 DecreaseStreamRetentionPeriod us-west-2 lab-central: records are kept for 168 hours [after 6]
    8 AddTagsToStream us-west-2 lab-central: tags are missing
    9 TagDeliveryStream us-west-2 lab-central-to-s3: tags are missing
    10 TagResource us-east-1 lab-central: tags are missing [after 5, 6, 7]
    11 TagResource us-west-2 lab-central: tags are missing [after 5, 6, 7]
    12 TagResource us-west-2 lab-central-behind: tags are missing
    13 TagResource us-west-2 lab-central-late: tags are missing
    14 TagResource us-west-2 lab-central-failing: tags are missing
    15 TagResource us-west-2 lab-central-unprocessed: tags are missing
    ");
}

#[test]
fn destinations_go_first_and_buckets_stay() {
    let mut memory = with_central();
    assert_snapshot!(deleted(&Options::default(), &mut memory), @"
    1 DeleteDestination us-east-1 lab-central
    2 DeleteDestination us-west-2 lab-central
    3 DeleteDeliveryStream us-west-2 lab-central-to-s3 [after 1, 2]
    4 DeleteLogGroup us-west-2 /aws/kinesisfirehose/lab-central-to-s3 [after 3]
    5 DeleteRolePolicy global lab-central-firehose [after 3]
    6 DeleteRole global lab-central-firehose [after 5]
    7 DeleteStream us-west-2 lab-central [after 3, 1, 2]
    8 DeleteAlarms us-west-2 lab-central-behind and 3 more
    9 DeleteRolePolicy global lab-central-logs-to-kinesis [after 4, 3, 5, 6, 7, 1, 2, 8]
    10 DeleteRole global lab-central-logs-to-kinesis [after 9]
    (the bucket lab-central-logs is kept, with its objects)
    (the bucket lab-central-trails is kept, with its objects)
    (records that are not delivered yet are lost)
    (AWS disables the subscription filters of the members: where the stack is created again, `delete member` and `create member` renew them)
    ");
    let left: BTreeSet<String> = memory.names().into_iter().collect();
    assert_eq!(
        left,
        ["lab-central-logs", "lab-central-trails"]
            .map(str::to_owned)
            .into()
    );
}

#[test]
fn an_organization_is_named_in_the_policies() {
    let options = Options {
        organization: Some(OrganizationId::Known("o-a1b2c3d4e5".to_owned())),
        ..alone()
    };
    let planned = plan(&options, Purpose::Create, &Memory::default()).expect("a plan");
    assert_snapshot!(params(&planned, "PutDestinationPolicy"), @r#"{"destinationName":"lab-central","accessPolicy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"MembersSubscribe\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"logs:PutSubscriptionFilter\",\"Resource\":\"arn:aws:logs:us-east-1:123456789012:destination:lab-central\",\"Condition\":{\"StringEquals\":{\"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\"}}}]}"}"#);
    assert_snapshot!(params(&planned, "CreateRole")["AssumeRolePolicyDocument"].as_str().expect("a text"), @r#"{"Version":"2012-10-17","Statement":[{"Sid":"CentralSendslab","Effect":"Allow","Principal":{"Service":"logs.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"}}}]}"#);
    assert_snapshot!(params(&planned, "PutBucketPolicy")["Policy"].as_str().expect("a text"), @r#"{"Version":"2012-10-17","Statement":[{"Sid":"AWSCloudTrailAclCheck20150319lab","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::lab-central-trails"},{"Sid":"AWSCloudTrailWrite20150319lab","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::lab-central-trails/AWSLogs/*","Condition":{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5","s3:x-amz-acl":"bucket-owner-full-control"}}},{"Sid":"DenyInsecureTransportlab","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::lab-central-trails","arn:aws:s3:::lab-central-trails/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#);
    let mut memory = Memory::default();
    create(&options, &mut memory);
    // The role says who sends.
    assert_eq!(created(&alone(), &memory), "");
    let plan = plan(&central(), Purpose::Create, &memory).expect("a plan");
    assert_snapshot!(plan.notes.join("\n"), @"
    the alarms notify no topic: --alarm-topic ARN names one, --email ADDRESS creates one
    accounts of the organization o-a1b2c3d4e5 that are not named can no longer send
    ");
}
