//! The delivery of the central stack to Splunk: what is created, what each drift of it needs, and what is deleted.

use ctadmin::resource::delivery_stream::{DeliveryStreamState, Tuning};
use ctadmin::stack::Purpose;
use ctadmin::stack::central::{Options, ToSplunk};
use insta::assert_snapshot;

use super::central::{alone, central, with_central};
use super::memory::{Memory, place};
use super::push::secret;
use super::{HOME, create, created, deleted, plan};

const STREAM: &str = "lab-central-to-splunk";
const FUNCTION: &str = "lab-central-to-splunk-transform";

pub fn to_splunk(change: impl FnOnce(&mut ToSplunk)) -> Options {
    let mut splunk = ToSplunk {
        endpoint: Some("https://hec.example.com:443".to_owned()),
        token: Some(secret(HOME)),
        ..ToSplunk::default()
    };
    change(&mut splunk);
    Options {
        splunk: Some(splunk),
        ..central()
    }
}

fn with_splunk() -> Memory {
    let mut memory = Memory::default();
    create(&to_splunk(|_| ()), &mut memory);
    memory
}

fn stream(memory: &mut Memory) -> &mut DeliveryStreamState {
    let stream = memory.streams.get_mut(&place(HOME, STREAM));
    stream.expect("the stream exists")
}

/// The steps about what delivers to Splunk, and the others that wait for them.
fn about(steps: &str) -> String {
    let lines = steps.lines();
    let own = lines.filter(|line| line.contains("splunk") || line.contains("Destination "));
    own.collect::<Vec<_>>().join("\n")
}

#[test]
fn members_can_send_once_the_stream_to_splunk_reads() {
    let steps = create(&to_splunk(|_| ()), &mut Memory::default());
    assert_snapshot!(about(&steps), @"
    20 CreateLogGroup us-west-2 /aws/kinesisfirehose/lab-central-to-splunk: log group is missing
    21 PutRetentionPolicy us-west-2 /aws/kinesisfirehose/lab-central-to-splunk: set the retention [after 20]
    22 CreateLogStream us-west-2 /aws/kinesisfirehose/lab-central-to-splunk/DestinationDelivery: log stream is missing [after 20]
    23 CreateLogStream us-west-2 /aws/kinesisfirehose/lab-central-to-splunk/BackupDelivery: log stream is missing [after 20]
    24 CreateRole global lab-central-to-splunk-firehose: role is missing
    25 PutRolePolicy global lab-central-to-splunk-firehose: attach the inline policy [after 24]
    26 CreateLogGroup us-west-2 /aws/lambda/lab-central-to-splunk-transform: log group is missing
    27 PutRetentionPolicy us-west-2 /aws/lambda/lab-central-to-splunk-transform: set the retention [after 26]
    28 CreateRole global lab-central-to-splunk-transform: role is missing
    29 PutRolePolicy global lab-central-to-splunk-transform: attach the inline policy [after 28]
    30 CreateFunction us-west-2 lab-central-to-splunk-transform: function is missing [after 26, 28, 29]
    31 CreateDeliveryStream us-west-2 lab-central-to-splunk: delivery stream is missing [after 22, 23, 5, 6, 24, 25, 30, 16, 17, 18]
    32 PutDestination us-east-1 lab-central: destination is missing [after 16, 17, 18, 19, 12, 13, 31]
    34 PutDestination us-west-2 lab-central: destination is missing [after 16, 17, 18, 19, 12, 13, 31]
    40 PutMetricAlarm us-west-2 lab-central-to-splunk-failing: alarm is missing
    41 PutMetricAlarm us-west-2 lab-central-to-splunk-late: alarm is missing
    ");
}

#[test]
fn it_is_added_to_what_exists() {
    let mut memory = with_central();
    let steps = create(&to_splunk(|_| ()), &mut memory);
    assert_eq!(about(&steps), steps, "nothing else changes");
    assert_eq!(created(&alone(), &memory), "");
}

#[test]
fn it_reads_the_data_stream_and_never_writes_to_it() {
    let plan = plan(&to_splunk(|_| ()), Purpose::Create, &Memory::default()).expect("a plan");
    let of = |name: &str, operation: &str| {
        let mut steps = plan.steps.iter();
        let step = steps.find(|step| step.name == name && step.call.operation() == operation);
        let mut params = step.expect("the call is planned").call.params();
        params.remove("Code");
        serde_json::Value::Object(params)
    };
    assert_snapshot!(of(STREAM, "CreateDeliveryStream"), @r#"{"DeliveryStreamName":"lab-central-to-splunk","DeliveryStreamType":"KinesisStreamAsSource","KinesisStreamSourceConfiguration":{"KinesisStreamARN":"arn:aws:kinesis:us-west-2:123456789012:stream/lab-central","RoleARN":"arn:aws:iam::123456789012:role/lab-central-to-splunk-firehose"},"SplunkDestinationConfiguration":{"HECEndpoint":"https://hec.example.com:443","HECEndpointType":"Event","HECAcknowledgmentTimeoutInSeconds":180,"RetryOptions":{"DurationInSeconds":3600},"BufferingHints":{"IntervalInSeconds":0,"SizeInMBs":1},"S3BackupMode":"FailedEventsOnly","S3Configuration":{"RoleARN":"arn:aws:iam::123456789012:role/lab-central-to-splunk-firehose","BucketARN":"arn:aws:s3:::lab-central-logs","Prefix":"lab-central-to-splunk/all/","ErrorOutputPrefix":"lab-central-to-splunk/failed/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/","CompressionFormat":"GZIP","CloudWatchLoggingOptions":{"Enabled":true,"LogGroupName":"/aws/kinesisfirehose/lab-central-to-splunk","LogStreamName":"BackupDelivery"}},"ProcessingConfiguration":{"Enabled":true,"Processors":[{"Type":"Lambda","Parameters":[{"ParameterName":"LambdaArn","ParameterValue":"arn:aws:lambda:us-west-2:123456789012:function:lab-central-to-splunk-transform:$LATEST"},{"ParameterName":"BufferSizeInMBs","ParameterValue":"0.25"},{"ParameterName":"BufferIntervalInSeconds","ParameterValue":"60"}]}]},"CloudWatchLoggingOptions":{"Enabled":true,"LogGroupName":"/aws/kinesisfirehose/lab-central-to-splunk","LogStreamName":"DestinationDelivery"},"SecretsManagerConfiguration":{"SecretARN":"arn:aws:secretsmanager:us-west-2:123456789012:secret:hec-AbCdEf","RoleARN":"arn:aws:iam::123456789012:role/lab-central-to-splunk-firehose","Enabled":true}}}"#);
    assert_snapshot!(of(FUNCTION, "CreateFunction"), @r#"{"FunctionName":"lab-central-to-splunk-transform","Runtime":"python3.14","Role":"arn:aws:iam::123456789012:role/lab-central-to-splunk-transform","Handler":"index.handler","Environment":{"Variables":{"HEC_ENDPOINT_TYPE":"Event","HEC_RULES":"{\"/aws/events/*\":{\"sourcetype\":\"aws:cloudwatch:guardduty\"}}","REINGEST":"off"}},"Description":"Unpacks what CloudWatch Logs sends, for Splunk","Timeout":300,"MemorySize":1024}"#);
    assert_snapshot!(of(FUNCTION, "PutRolePolicy")["PolicyDocument"].as_str().expect("a text"), @r#"{"Version":"2012-10-17","Statement":[{"Sid":"WriteLogs","Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:us-west-2:123456789012:log-group:/aws/lambda/lab-central-to-splunk-transform:*"}]}"#);
    let role = "lab-central-to-splunk-firehose";
    assert_snapshot!(of(role, "PutRolePolicy")["PolicyDocument"].as_str().expect("a text"), @r#"{"Version":"2012-10-17","Statement":[{"Sid":"ReadStream","Effect":"Allow","Action":["kinesis:DescribeStream","kinesis:GetRecords","kinesis:GetShardIterator","kinesis:ListShards"],"Resource":"arn:aws:kinesis:us-west-2:123456789012:stream/lab-central"},{"Sid":"WriteBackup","Effect":"Allow","Action":["s3:AbortMultipartUpload","s3:GetBucketLocation","s3:GetObject","s3:ListBucket","s3:ListBucketMultipartUploads","s3:PutObject"],"Resource":["arn:aws:s3:::lab-central-logs/*","arn:aws:s3:::lab-central-logs"]},{"Sid":"WriteLogs","Effect":"Allow","Action":"logs:PutLogEvents","Resource":"arn:aws:logs:us-west-2:123456789012:log-group:/aws/kinesisfirehose/lab-central-to-splunk:log-stream:*"},{"Sid":"Transform","Effect":"Allow","Action":["lambda:GetFunctionConfiguration","lambda:InvokeFunction"],"Resource":["arn:aws:lambda:us-west-2:123456789012:function:lab-central-to-splunk-transform:$LATEST","arn:aws:lambda:us-west-2:123456789012:function:lab-central-to-splunk-transform"]},{"Sid":"ReadToken","Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:us-west-2:123456789012:secret:hec-AbCdEf"}]}"#);
}

#[test]
fn each_drift_is_corrected() {
    let fixed = |change: fn(&mut Memory)| {
        let mut memory = with_splunk();
        change(&mut memory);
        create(&alone(), &mut memory)
    };
    assert_snapshot!(fixed(|memory| {
        let splunk = stream(memory).description.splunk.as_mut();
        splunk.expect("it delivers to Splunk").endpoint_type = "Raw".to_owned();
    }), @"1 UpdateDestination us-west-2 lab-central-to-splunk: endpoint type differs");
    assert_snapshot!(fixed(|memory| {
        memory.functions.clear();
    }), @"1 CreateFunction us-west-2 lab-central-to-splunk-transform: function is missing");
    // Another role cannot decrypt the variables of the function.
    assert_snapshot!(fixed(|memory| {
        memory.roles.remove(FUNCTION);
    }), @"
    1 DeleteFunction us-west-2 lab-central-to-splunk-transform: its role is missing, and a new role cannot decrypt its variables
    2 CreateRole global lab-central-to-splunk-transform: role is missing [after 1]
    3 PutRolePolicy global lab-central-to-splunk-transform: attach the inline policy [after 2]
    4 CreateFunction us-west-2 lab-central-to-splunk-transform: function is missing [after 2, 3]
    ");
    assert_snapshot!(fixed(|memory| {
        memory.alarms.remove(&place(HOME, "lab-central-to-splunk-late"));
    }), @"1 PutMetricAlarm us-west-2 lab-central-to-splunk-late: alarm is missing");
    // Both delivery streams are left behind.
    assert_snapshot!(fixed(|memory| memory.data_streams.clear()), @"
    1 DeleteDeliveryStream us-west-2 lab-central-to-s3: its data stream is missing, and it would not read a new one
    2 DeleteDeliveryStream us-west-2 lab-central-to-splunk: its data stream is missing, and it would not read a new one
    3 CreateStream us-west-2 lab-central: data stream is missing [after 1, 2]
    4 IncreaseStreamRetentionPeriod us-west-2 lab-central: records are kept for 24 hours [after 3]
    5 StartStreamEncryption us-west-2 lab-central: records are not encrypted [after 4]
    6 CreateDeliveryStream us-west-2 lab-central-to-s3: delivery stream is missing [after 3, 4, 5]
    7 CreateDeliveryStream us-west-2 lab-central-to-splunk: delivery stream is missing [after 3, 4, 5]
    ");
}

#[test]
fn options_change_what_they_name() {
    let mut memory = with_splunk();
    let slower = |splunk: &mut ToSplunk| {
        splunk.tuning = Tuning {
            retry: Some(60),
            ..Tuning::default()
        };
    };
    assert_snapshot!(create(&to_splunk(slower), &mut memory), @"1 UpdateDestination us-west-2 lab-central-to-splunk: retry duration differs");
    assert_eq!(created(&to_splunk(|_| ()), &memory), "");
}

#[test]
fn what_firehose_could_not_use_is_refused() {
    let refused = |change: fn(&mut ToSplunk)| created(&to_splunk(change), &with_central());
    assert_snapshot!(refused(|splunk| splunk.endpoint = None), @"
    the delivery stream lab-central-to-splunk is missing, and no option says where and with which token it delivers
    give --hec-endpoint https://HOST:PORT
    ");
    assert_snapshot!(refused(|splunk| splunk.token = None), @"
    the delivery stream lab-central-to-splunk is missing, and no option says where and with which token it delivers
    give --hec-secret ARN, --hec-token-file FILE, or CTADMIN_HEC_TOKEN
    ");
    assert_snapshot!(refused(|splunk| splunk.token = Some(secret("eu-west-1"))), @"
    the secret is in eu-west-1, but the delivery stream is in us-west-2
    name a secret in us-west-2
    ");
    let mut memory = with_splunk();
    stream(&mut memory).description.reads = None;
    assert_snapshot!(created(&alone(), &memory), @"
    the delivery stream lab-central-to-splunk cannot be updated: it does not read the data stream by the role
    --replace deletes it and creates it again; the new one starts with the newest record, so records of the minutes between are not delivered
    ");
}

#[test]
fn it_is_deleted_behind_the_destinations() {
    let steps = deleted(&central(), &mut with_splunk());
    assert_snapshot!(about(&steps), @"
    1 DeleteDestination us-east-1 lab-central
    2 DeleteDestination us-west-2 lab-central
    7 DeleteDeliveryStream us-west-2 lab-central-to-splunk [after 1, 2]
    8 DeleteLogGroup us-west-2 /aws/kinesisfirehose/lab-central-to-splunk [after 7]
    9 DeleteRolePolicy global lab-central-to-splunk-firehose [after 7]
    10 DeleteRole global lab-central-to-splunk-firehose [after 9]
    11 DeleteFunction us-west-2 lab-central-to-splunk-transform [after 7]
    12 DeleteLogGroup us-west-2 /aws/lambda/lab-central-to-splunk-transform [after 11]
    13 DeleteRolePolicy global lab-central-to-splunk-transform [after 11]
    14 DeleteRole global lab-central-to-splunk-transform [after 13]
    ");
}
