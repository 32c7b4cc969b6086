//! The delivery of the central stack to OpenSearch Service: what is created, what each drift of it needs, how a domain
//! that is being created is waited for, and what is deleted.

use std::collections::BTreeSet;
use std::time::Duration;

use ctadmin::aws::read::Domain;
use ctadmin::plan::Step;
use ctadmin::resource::domain::DomainState;
use ctadmin::stack::Purpose;
use ctadmin::stack::central::{Options, ToOpenSearch};
use insta::assert_snapshot;

use super::central::{alone, central, with_central};
use super::memory::{Memory, place};
use super::{HOME, create, created, deleted, plan};

const STREAM: &str = "lab-central-to-opensearch";
const CONSUMER: &str = "lab-central-to-opensearch-consumer";
const DOMAIN: &str = "ct-lab-central";
const OTHER: &str = "arn:aws:es:us-west-2:123456789012:domain/shared";

pub fn to_opensearch(change: impl FnOnce(&mut ToOpenSearch)) -> Options {
    let mut opensearch = ToOpenSearch::default();
    change(&mut opensearch);
    Options {
        opensearch: Some(opensearch),
        ..central()
    }
}

fn with_opensearch() -> Memory {
    let mut memory = Memory::default();
    create(&to_opensearch(|_| ()), &mut memory);
    memory
}

fn domain(memory: &mut Memory) -> &mut DomainState {
    let domain = memory.domains.get_mut(&place(HOME, DOMAIN));
    domain.expect("the domain exists")
}

fn about(steps: &str) -> String {
    let lines = steps.lines();
    let own = lines.filter(|line| {
        line.contains("opensearch") || line.contains(DOMAIN) || line.contains("Destination ")
    });
    own.collect::<Vec<_>>().join("\n")
}

#[test]
fn members_can_send_once_the_function_reads() {
    let steps = create(&to_opensearch(|_| ()), &mut Memory::default());
    assert_snapshot!(about(&steps), @"
    20 CreateLogGroup us-west-2 /aws/kinesisfirehose/lab-central-to-opensearch: log group is missing
    21 PutRetentionPolicy us-west-2 /aws/kinesisfirehose/lab-central-to-opensearch: set the retention [after 20]
    22 CreateLogStream us-west-2 /aws/kinesisfirehose/lab-central-to-opensearch/DestinationDelivery: log stream is missing [after 20]
    23 CreateLogStream us-west-2 /aws/kinesisfirehose/lab-central-to-opensearch/BackupDelivery: log stream is missing [after 20]
    24 CreateRole global lab-central-to-opensearch-firehose: role is missing
    25 PutRolePolicy global lab-central-to-opensearch-firehose: attach the inline policy [after 24]
    26 CreateDomain us-west-2 ct-lab-central: domain is missing [after 24, 25]
    27 CreateDeliveryStream us-west-2 lab-central-to-opensearch: delivery stream is missing [after 22, 23, 5, 6, 24, 25, 26]
    28 CreateQueue us-west-2 lab-central-to-opensearch-failed: queue is missing
    29 CreateLogGroup us-west-2 /aws/lambda/lab-central-to-opensearch-consumer: log group is missing
    30 PutRetentionPolicy us-west-2 /aws/lambda/lab-central-to-opensearch-consumer: set the retention [after 29]
    31 CreateRole global lab-central-to-opensearch-consumer: role is missing
    32 PutRolePolicy global lab-central-to-opensearch-consumer: attach the inline policy [after 31]
    33 CreateFunction us-west-2 lab-central-to-opensearch-consumer: function is missing [after 29, 31, 32]
    34 CreateEventSourceMapping us-west-2 lab-central-to-opensearch-consumer: event source mapping is missing [after 16, 17, 18, 33, 28, 27]
    35 PutDestination us-east-1 lab-central: destination is missing [after 16, 17, 18, 19, 12, 13, 34]
    37 PutDestination us-west-2 lab-central: destination is missing [after 16, 17, 18, 19, 12, 13, 34]
    43 PutMetricAlarm us-west-2 lab-central-to-opensearch-behind: alarm is missing
    44 PutMetricAlarm us-west-2 lab-central-to-opensearch-late: alarm is missing
    45 PutMetricAlarm us-west-2 lab-central-to-opensearch-failing: alarm is missing
    46 PutMetricAlarm us-west-2 lab-central-to-opensearch-lost: alarm is missing
    ");
}

#[test]
fn it_is_added_to_what_exists() {
    let mut memory = with_central();
    let steps = create(&to_opensearch(|_| ()), &mut memory);
    assert_eq!(about(&steps), steps, "nothing else changes");
    assert_eq!(created(&alone(), &memory), "");
}

#[test]
fn the_calls_are_as_aws_asks_for_them() {
    let options = to_opensearch(|asked| {
        asked.instance_count = Some(3);
        let reader = "arn:aws:iam::123456789012:role/analyst".to_owned();
        asked.readers = Some(BTreeSet::from([reader]));
    });
    let plan = plan(&options, Purpose::Create, &Memory::default()).expect("a plan");
    let of = |name: &str, operation: &str| {
        let mut steps = plan.steps.iter();
        let step = steps.find(|step| step.name == name && step.call.operation() == operation);
        serde_json::Value::Object(step.expect("the call is planned").call.params())
    };
    let policy = |name: &str| {
        let policy = of(name, "PutRolePolicy")["PolicyDocument"].clone();
        policy.as_str().expect("a text").to_owned()
    };
    assert_snapshot!(of(DOMAIN, "CreateDomain"), @r#"{"DomainName":"ct-lab-central","EngineVersion":"OpenSearch_2.19","ClusterConfig":{"InstanceType":"m6g.large.search","InstanceCount":3,"ZoneAwarenessEnabled":true,"ZoneAwarenessConfig":{"AvailabilityZoneCount":3}},"EBSOptions":{"EBSEnabled":true,"VolumeType":"gp3","VolumeSize":100},"AccessPolicies":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Deliverlab\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:role/lab-central-to-opensearch-firehose\"},\"Action\":[\"es:ESHttpPost\",\"es:ESHttpPut\"],\"Resource\":\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/*\"},{\"Sid\":\"Readlab\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:role/analyst\"},\"Action\":[\"es:ESHttpGet\",\"es:ESHttpHead\"],\"Resource\":\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/*\"},{\"Sid\":\"Searchlab\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:role/analyst\"},\"Action\":\"es:ESHttpPost\",\"Resource\":[\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/_search\",\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/*/_search\",\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/_search/scroll\",\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/*/_search/point_in_time\",\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/_msearch\",\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/*/_msearch\",\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/_count\",\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/*/_count\",\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/_plugins/_sql\",\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/_plugins/_sql/close\",\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/_plugins/_ppl\"]},{\"Sid\":\"SearchOnlylab\",\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:role/analyst\"},\"Action\":\"es:ESHttpPost\",\"Resource\":[\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/*/_doc/*\",\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/*/_create/*\",\"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/*/_update/*\"]}]}","EncryptionAtRestOptions":{"Enabled":true},"NodeToNodeEncryptionOptions":{"Enabled":true},"DomainEndpointOptions":{"EnforceHTTPS":true,"TLSSecurityPolicy":"Policy-Min-TLS-1-2-PFS-2023-10"},"TagList":[{"Key":"ctadmin:scheme","Value":"lab-cloudtrail"}]}"#);
    assert_snapshot!(of(STREAM, "CreateDeliveryStream"), @r#"{"DeliveryStreamName":"lab-central-to-opensearch","DeliveryStreamType":"DirectPut","DeliveryStreamEncryptionConfigurationInput":{"KeyType":"AWS_OWNED_CMK"},"AmazonopensearchserviceDestinationConfiguration":{"RoleARN":"arn:aws:iam::123456789012:role/lab-central-to-opensearch-firehose","DomainARN":"arn:aws:es:us-west-2:123456789012:domain/ct-lab-central","IndexName":"lab-central","IndexRotationPeriod":"OneDay","BufferingHints":{"IntervalInSeconds":60,"SizeInMBs":5},"RetryOptions":{"DurationInSeconds":3600},"S3BackupMode":"FailedDocumentsOnly","S3Configuration":{"RoleARN":"arn:aws:iam::123456789012:role/lab-central-to-opensearch-firehose","BucketARN":"arn:aws:s3:::lab-central-logs","Prefix":"lab-central-to-opensearch/all/","ErrorOutputPrefix":"lab-central-to-opensearch/failed/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/","CompressionFormat":"GZIP","CloudWatchLoggingOptions":{"Enabled":true,"LogGroupName":"/aws/kinesisfirehose/lab-central-to-opensearch","LogStreamName":"BackupDelivery"}},"CloudWatchLoggingOptions":{"Enabled":true,"LogGroupName":"/aws/kinesisfirehose/lab-central-to-opensearch","LogStreamName":"DestinationDelivery"}}}"#);
    assert_snapshot!(of(CONSUMER, "CreateEventSourceMapping"), @r#"{"EventSourceArn":"arn:aws:kinesis:us-west-2:123456789012:stream/lab-central","FunctionName":"lab-central-to-opensearch-consumer","StartingPosition":"TRIM_HORIZON","BatchSize":100,"MaximumBatchingWindowInSeconds":5,"BisectBatchOnFunctionError":true,"MaximumRetryAttempts":10000,"MaximumRecordAgeInSeconds":-1,"FunctionResponseTypes":["ReportBatchItemFailures"],"DestinationConfig":{"OnFailure":{"Destination":"arn:aws:sqs:us-west-2:123456789012:lab-central-to-opensearch-failed"}}}"#);
    assert_snapshot!(policy("lab-central-to-opensearch-firehose"), @r#"{"Version":"2012-10-17","Statement":[{"Sid":"WriteBackup","Effect":"Allow","Action":["s3:AbortMultipartUpload","s3:GetBucketLocation","s3:GetObject","s3:ListBucket","s3:ListBucketMultipartUploads","s3:PutObject"],"Resource":["arn:aws:s3:::lab-central-logs/*","arn:aws:s3:::lab-central-logs"]},{"Sid":"WriteLogs","Effect":"Allow","Action":"logs:PutLogEvents","Resource":"arn:aws:logs:us-west-2:123456789012:log-group:/aws/kinesisfirehose/lab-central-to-opensearch:log-stream:*"},{"Sid":"WriteDocuments","Effect":"Allow","Action":["es:DescribeDomain","es:DescribeDomains","es:DescribeDomainConfig","es:ESHttpPost","es:ESHttpPut"],"Resource":["arn:aws:es:us-west-2:123456789012:domain/ct-lab-central","arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/*"]},{"Sid":"LookAtDomain","Effect":"Allow","Action":"es:ESHttpGet","Resource":["arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/_all/_settings","arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/_cluster/stats","arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/lab-central*/_mapping/*","arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/_nodes","arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/_nodes/stats","arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/_nodes/*/stats","arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/_stats","arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/lab-central*/_stats","arn:aws:es:us-west-2:123456789012:domain/ct-lab-central/"]}]}"#);
    assert_snapshot!(policy(CONSUMER), @r#"{"Version":"2012-10-17","Statement":[{"Sid":"WriteLogs","Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:us-west-2:123456789012:log-group:/aws/lambda/lab-central-to-opensearch-consumer:*"},{"Sid":"ReadStream","Effect":"Allow","Action":["kinesis:DescribeStream","kinesis:DescribeStreamSummary","kinesis:GetRecords","kinesis:GetShardIterator","kinesis:ListShards"],"Resource":"arn:aws:kinesis:us-west-2:123456789012:stream/lab-central"},{"Sid":"ListStreams","Effect":"Allow","Action":"kinesis:ListStreams","Resource":"*"},{"Sid":"PutDocuments","Effect":"Allow","Action":"firehose:PutRecordBatch","Resource":"arn:aws:firehose:us-west-2:123456789012:deliverystream/lab-central-to-opensearch"},{"Sid":"TellFailures","Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-west-2:123456789012:lab-central-to-opensearch-failed"}]}"#);
}

#[test]
fn each_drift_is_corrected() {
    let fixed = |change: fn(&mut Memory)| {
        let mut memory = with_opensearch();
        change(&mut memory);
        create(&alone(), &mut memory)
    };
    assert_snapshot!(fixed(|memory| domain(memory).description.enforces_https = false), @"1 UpdateDomainConfig us-west-2 ct-lab-central: TLS policy differs");
    assert_snapshot!(fixed(|memory| domain(memory).policy = None), @"1 UpdateDomainConfig us-west-2 ct-lab-central: access policy differs");
    assert_snapshot!(fixed(|memory| {
        let stream = memory.streams.get_mut(&place(HOME, STREAM)).expect("it exists");
        stream.description.is_encrypted = false;
        stream.description.search.as_mut().expect("a domain").index = "other".to_owned();
    }), @"
    1 UpdateDestination us-west-2 lab-central-to-opensearch: index differs
    2 StartDeliveryStreamEncryption us-west-2 lab-central-to-opensearch: waiting records are not encrypted [after 1]
    ");
    assert_snapshot!(fixed(|memory| {
        let mapping = memory.mappings.values_mut().next().expect("a mapping");
        mapping.state = "Disabled".to_owned();
        mapping.bisects = false;
    }), @"1 UpdateEventSourceMapping us-west-2 lab-central-to-opensearch-consumer: batches are not bisected, it is not enabled");
    assert_snapshot!(fixed(|memory| memory.mappings.clear()), @"1 CreateEventSourceMapping us-west-2 lab-central-to-opensearch-consumer: event source mapping is missing");
    assert_snapshot!(fixed(|memory| memory.queues.clear()), @"1 CreateQueue us-west-2 lab-central-to-opensearch-failed: queue is missing");
    assert_snapshot!(fixed(|memory| {
        memory.alarms.remove(&place(HOME, "lab-central-to-opensearch-lost"));
    }), @"1 PutMetricAlarm us-west-2 lab-central-to-opensearch-lost: alarm is missing");
    // A mapping keeps its place in the old data stream.
    assert_snapshot!(fixed(|memory| memory.data_streams.clear()), @"
    1 DeleteDeliveryStream us-west-2 lab-central-to-s3: its data stream is missing, and it would not read a new one
    2 DeleteEventSourceMapping us-west-2 lab-central-to-opensearch-consumer: its data stream is missing, and it would not read a new one
    3 CreateStream us-west-2 lab-central: data stream is missing [after 1, 2]
    4 IncreaseStreamRetentionPeriod us-west-2 lab-central: records are kept for 24 hours [after 3]
    5 StartStreamEncryption us-west-2 lab-central: records are not encrypted [after 4]
    6 CreateDeliveryStream us-west-2 lab-central-to-s3: delivery stream is missing [after 3, 4, 5]
    7 CreateEventSourceMapping us-west-2 lab-central-to-opensearch-consumer: event source mapping is missing [after 3, 4, 5]
    ");
}

#[test]
fn a_domain_that_is_being_created_is_waited_for() {
    let mut memory = with_opensearch();
    memory.streams.remove(&place(HOME, STREAM));
    memory.mappings.clear();
    domain(&mut memory).description.status = "Creating".to_owned();
    // Without options, too.
    let plan = plan(&alone(), Purpose::Create, &memory).expect("a plan");
    let first = &plan.steps[0];
    let ready = first.ready.as_ref().expect("it is waited for");
    assert_snapshot!(ready.words(), @"waits until DescribeDomain returns Processing False, at most 2 h");
    assert_snapshot!(create(&alone(), &mut memory), @"
    1 AddTags us-west-2 ct-lab-central: domain is being created
    2 CreateDeliveryStream us-west-2 lab-central-to-opensearch: delivery stream is missing [after 1]
    3 CreateEventSourceMapping us-west-2 lab-central-to-opensearch-consumer: event source mapping is missing [after 2]
    ");
}

#[test]
fn options_change_what_they_name() {
    let mut memory = with_opensearch();
    let larger = to_opensearch(|asked| {
        asked.instance_type = Some("r6g.large.search".to_owned());
        asked.volume_gib = Some(200);
    });
    assert_snapshot!(create(&larger, &mut memory), @"1 UpdateDomainConfig us-west-2 ct-lab-central: instances differ, volumes differ");
    assert_eq!(created(&to_opensearch(|_| ()), &memory), "");
    // A domain that is being changed takes no change.
    domain(&mut memory).description.status = "Modifying".to_owned();
    assert_eq!(
        created(
            &to_opensearch(|asked| asked.instance_count = Some(4)),
            &memory
        ),
        ""
    );
    let reader = |name: &str| {
        let arn = format!("arn:aws:iam::123456789012:role/{name}");
        to_opensearch(|asked| asked.readers = Some(BTreeSet::from([arn])))
    };
    domain(&mut memory).description.status = "Active".to_owned();
    assert_snapshot!(create(&reader("analyst"), &mut memory), @"1 UpdateDomainConfig us-west-2 ct-lab-central: access policy differs");
    assert_eq!(created(&alone(), &memory), "");
    assert_snapshot!(create(&reader("other"), &mut memory), @"1 UpdateDomainConfig us-west-2 ct-lab-central: access policy differs");
    let text = domain(&mut memory)
        .policy
        .as_ref()
        .expect("a policy")
        .to_text();
    assert!(
        text.contains("role/other") && !text.contains("analyst"),
        "{text}"
    );
}

#[test]
fn a_domain_of_others_is_used_and_not_changed() {
    let mut memory = Memory::default();
    let options = to_opensearch(|asked| asked.domain = Some(OTHER.to_owned()));
    let steps = create(&options, &mut memory);
    assert!(!steps.contains("CreateDomain"), "{steps}");
    let stream = &memory.streams[&place(HOME, STREAM)].description;
    assert_eq!(stream.search.as_ref().expect("a domain").domain, OTHER);
    assert_eq!(created(&alone(), &memory), "");
    let larger = to_opensearch(|asked| asked.instance_count = Some(9));
    assert_eq!(
        created(&larger, &memory),
        format!(
            "the stack delivers to {OTHER}, which is not changed\nomit the options about the domain"
        )
    );
    deleted(&central(), &mut memory);
}

#[test]
fn the_zones_stay_unless_the_number_of_nodes_is_named() {
    let other = to_opensearch(|asked| asked.instance_type = Some("r6g.large.search".to_owned()));
    let plan = plan(&other, Purpose::Create, &with_opensearch()).expect("a plan");
    let params = plan.steps[0].call.params();
    assert_eq!(
        params["ClusterConfig"],
        serde_json::json!({ "InstanceType": "r6g.large.search" })
    );
}

#[test]
fn what_the_service_would_not_take_is_refused() {
    let refused = |change: fn(&mut ToOpenSearch)| created(&to_opensearch(change), &with_central());
    assert_snapshot!(refused(|asked| {
        asked.domain = Some(OTHER.replace("us-west-2", "eu-west-1"));
    }), @"
    the domain is in eu-west-1, but the delivery stream is in us-west-2
    name a domain in us-west-2
    ");
    let mut memory = with_opensearch();
    assert_snapshot!(created(&to_opensearch(|asked| asked.version = Some("OpenSearch_3.1".to_owned())), &memory), @"
    the domain ct-lab-central has the version OpenSearch_2.19
    `aws opensearch upgrade-domain --region us-west-2 --domain-name ct-lab-central --target-version OpenSearch_3.1` upgrades it; then omit --opensearch-version
    ");
    domain(&mut memory).description.is_encrypted = false;
    assert_snapshot!(created(&alone(), &memory), @"
    the domain ct-lab-central does not encrypt its data, or not between its nodes
    enable both, or delete the domain
    ");
    domain(&mut memory).tags.clear();
    assert_snapshot!(created(&to_opensearch(|_| ()), &memory), @"
    the domain ct-lab-central is not this stack's: it lacks the tag ctadmin:scheme
    --opensearch-domain arn:aws:es:us-west-2:123456789012:domain/ct-lab-central uses it, and does not change it
    ");
    domain(&mut memory).description = Domain {
        is_deleted: true,
        ..Domain::default()
    };
    assert_snapshot!(created(&to_opensearch(|_| ()), &memory), @"
    the domain ct-lab-central is being deleted
    run the command again in half an hour
    ");
}

#[test]
fn it_is_deleted_behind_the_destinations() {
    let steps = deleted(&central(), &mut with_opensearch());
    assert_snapshot!(about(&steps), @"
    1 DeleteDestination us-east-1 lab-central
    2 DeleteDestination us-west-2 lab-central
    7 DeleteEventSourceMapping us-west-2 lab-central-to-opensearch-consumer [after 1, 2]
    9 DeleteDeliveryStream us-west-2 lab-central-to-opensearch [after 7]
    10 DeleteLogGroup us-west-2 /aws/kinesisfirehose/lab-central-to-opensearch [after 9]
    11 DeleteDomain us-west-2 ct-lab-central [after 9]
    12 DeleteRolePolicy global lab-central-to-opensearch-firehose [after 11, 9]
    13 DeleteRole global lab-central-to-opensearch-firehose [after 12]
    14 DeleteQueue us-west-2 lab-central-to-opensearch-failed [after 7]
    15 DeleteFunction us-west-2 lab-central-to-opensearch-consumer [after 7]
    16 DeleteLogGroup us-west-2 /aws/lambda/lab-central-to-opensearch-consumer [after 15]
    17 DeleteRolePolicy global lab-central-to-opensearch-consumer [after 15]
    18 DeleteRole global lab-central-to-opensearch-consumer [after 17]
    (the domain ct-lab-central is deleted with all its documents; the archive has their events)
    ");
    // A domain of the name that another one made.
    let mut memory = with_opensearch();
    domain(&mut memory).tags.clear();
    let steps = deleted(&central(), &mut memory);
    assert!(!steps.contains("DeleteDomain"), "{steps}");
}

#[test]
fn what_reads_is_deleted_once_all_is_delivered() {
    let draining = Options {
        drain: Some(Duration::from_secs(360)),
        ..central()
    };
    let plan = plan(&draining, Purpose::Delete, &with_opensearch()).expect("a plan");
    let paused = plan.steps.iter().filter(|step| step.pause.is_some());
    let paused: Vec<&str> = paused.map(|step| step.call.operation()).collect();
    assert_eq!(paused, ["DeleteDeliveryStream", "DeleteEventSourceMapping"]);
    let waits = plan.steps.iter().find_map(Step::pausing);
    assert_snapshot!(waits.expect("it waits"), @"waits 6 min before, for the delivery of what was received");
    let note = plan.notes.iter().find(|note| note.contains("lost"));
    assert_snapshot!(note.expect("a note"), @"records that are not delivered then are lost: `ctadmin doctor central` says whether deliveries are late");
}
