//! The push stack with a Lambda function between: what is created, what each drift of it needs, and what is deleted.

use ctadmin::aws::read::Concurrency;
use ctadmin::plan::Plan;
use ctadmin::stack::Purpose;
use ctadmin::stack::push::{Options, Transform};
use insta::assert_snapshot;
use serde_json::Value;

use super::alerts::with_trail;
use super::memory::{Memory, place};
use super::push::{push, with_push};
use super::{HOME, create, created, deleted, plan, tag};

/// The stack with a function.
pub fn by_lambda() -> Options {
    Options {
        transform: Some(Transform::Lambda),
        ..push()
    }
}

pub fn event() -> Options {
    Options {
        endpoint_type: Some("Event".to_owned()),
        ..by_lambda()
    }
}

/// A trail, and the stack with a function.
pub fn with_lambda() -> Memory {
    let mut memory = with_trail();
    create(&by_lambda(), &mut memory);
    memory
}

pub fn planned(options: &Options, memory: &Memory) -> Plan {
    plan(options, Purpose::Create, memory).expect("a plan")
}

/// The parameters of the first call of this operation.
fn params(plan: &Plan, operation: &str) -> Value {
    let mut steps = plan.steps.iter();
    let step = steps.find(|step| step.call.operation() == operation);
    Value::Object(step.expect("the call is planned").call.params())
}

#[test]
fn function_role_and_log_group_are_created_before_the_stream() {
    let steps = create(&by_lambda(), &mut with_trail());
    let own = steps.lines().skip(13).collect::<Vec<_>>().join("\n");
    assert_snapshot!(own, @"
    14 CreateRole global lab-cloudtrail-firehose: role is missing
    15 PutRolePolicy global lab-cloudtrail-firehose: attach the inline policy [after 14]
    16 CreateLogGroup us-west-2 /aws/lambda/lab-cloudtrail-transform: log group is missing
    17 PutRetentionPolicy us-west-2 /aws/lambda/lab-cloudtrail-transform: set the retention [after 16]
    18 CreateRole global lab-cloudtrail-transform: role is missing
    19 PutRolePolicy global lab-cloudtrail-transform: attach the inline policy [after 18]
    20 CreateFunction us-west-2 lab-cloudtrail-transform: function is missing [after 16, 18, 19]
    21 CreateDeliveryStream us-west-2 lab-cloudtrail-splunk: delivery stream is missing [after 8, 9, 10, 11, 14, 15, 20]
    22 CreateRole global lab-cloudtrail-logs-to-firehose: role is missing
    23 PutRolePolicy global lab-cloudtrail-logs-to-firehose: attach the inline policy [after 22]
    24 PutSubscriptionFilter us-west-2 lab-cloudtrail-splunk: subscription filter is missing [after 1, 21, 22, 23]
    25 PutMetricAlarm us-west-2 lab-cloudtrail-splunk-failing: alarm is missing
    26 PutMetricAlarm us-west-2 lab-cloudtrail-splunk-late: alarm is missing
    ");
    assert_eq!(created(&Options::default(), &with_lambda()), "");
}

#[test]
fn the_function_gets_what_its_code_needs() {
    let plan = planned(&event(), &with_trail());
    let mut function = params(&plan, "CreateFunction");
    let code = function["Code"]["ZipFile"].take();
    assert!(code.as_str().is_some_and(|code| code.starts_with("UEsDB")));
    assert_snapshot!(format!("{function:#}"), @r#"
    {
      "FunctionName": "lab-cloudtrail-transform",
      "Runtime": "python3.14",
      "Role": "arn:aws:iam::123456789012:role/lab-cloudtrail-transform",
      "Handler": "index.handler",
      "Code": {
        "ZipFile": null
      },
      "Description": "Unpacks what CloudWatch Logs sends, for Splunk",
      "Timeout": 300,
      "MemorySize": 1024,
      "Environment": {
        "Variables": {
          "HEC_ENDPOINT_TYPE": "Event"
        }
      }
    }
    "#);
    let step = plan
        .steps
        .iter()
        .find(|step| step.call.operation() == "CreateFunction");
    let ready = step
        .and_then(|step| step.ready.as_ref())
        .expect("it is waited for");
    assert_snapshot!(ready.words(), @"waits until GetFunctionConfiguration returns Active, at most 10 min");
    let policies = plan
        .steps
        .iter()
        .filter(|step| step.call.operation() == "PutRolePolicy");
    let policies = policies.map(|step| {
        let params = step.call.params();
        let document = params["PolicyDocument"].as_str().expect("text");
        let policy: Value = serde_json::from_str(document).expect("JSON");
        let statements = policy["Statement"].as_array().expect("statements").iter();
        let found = statements
            .filter(|it| step.name.ends_with("transform") || it.to_string().contains("transform"));
        let found: Vec<String> = found
            .map(|it| format!("{} {}", it["Action"], it["Resource"]))
            .collect();
        format!("{}:\n{}\n", step.name, found.join("\n"))
    });
    assert_snapshot!(policies.collect::<String>(), @r#"
    lab-cloudtrail-logs:

    lab-cloudtrail-firehose:
    ["lambda:GetFunctionConfiguration","lambda:InvokeFunction"] ["arn:aws:lambda:us-west-2:123456789012:function:lab-cloudtrail-transform:$LATEST","arn:aws:lambda:us-west-2:123456789012:function:lab-cloudtrail-transform"]
    lab-cloudtrail-transform:
    ["logs:CreateLogStream","logs:PutLogEvents"] "arn:aws:logs:us-west-2:123456789012:log-group:/aws/lambda/lab-cloudtrail-transform:*"
    "firehose:PutRecordBatch" "arn:aws:firehose:us-west-2:123456789012:deliverystream/lab-cloudtrail-splunk"
    lab-cloudtrail-logs-to-firehose:
    "#);
}

#[test]
fn a_function_that_lost_its_role_is_created_again_with_its_variables() {
    let mut memory = with_lambda();
    let variables = &mut memory.function().variables;
    variables.insert("HEC_RULES".to_owned(), "{}".to_owned());
    memory.roles.remove("lab-cloudtrail-transform");
    let plan = planned(&Options::default(), &memory);
    let created = params(&plan, "CreateFunction");
    assert_snapshot!(created["Environment"], @r#"{"Variables":{"HEC_ENDPOINT_TYPE":"Raw","HEC_RULES":"{}"}}"#);
    memory.apply(&plan);
    assert_eq!(super::created(&Options::default(), &memory), "");
}

#[test]
fn variables_that_cannot_be_read_are_not_overwritten() {
    let mut memory = with_lambda();
    memory.function().unreadable = Some("AccessDeniedException: no".to_owned());
    memory.function().variables.clear();
    assert_snapshot!(created(&Options::default(), &memory), @"
    the environment variables of the function lab-cloudtrail-transform cannot be read: AccessDeniedException: no
    the caller needs kms:Decrypt on the function's key
    ");
}

#[test]
fn the_stream_has_one_lambda_processor() {
    let stream = params(&planned(&event(), &with_trail()), "CreateDeliveryStream");
    let splunk = &stream["SplunkDestinationConfiguration"];
    assert_eq!(splunk["HECEndpointType"], "Event");
    assert_snapshot!(splunk["ProcessingConfiguration"], @r#"{"Enabled":true,"Processors":[{"Type":"Lambda","Parameters":[{"ParameterName":"LambdaArn","ParameterValue":"arn:aws:lambda:us-west-2:123456789012:function:lab-cloudtrail-transform:$LATEST"},{"ParameterName":"BufferSizeInMBs","ParameterValue":"0.25"},{"ParameterName":"BufferIntervalInSeconds","ParameterValue":"60"}]}]}"#);
}

#[test]
fn drift_of_the_function_is_fixed() {
    type Case = (&'static str, fn(&mut Memory));
    let cases: [Case; 8] = [
        ("function", |memory| memory.functions.clear()),
        ("code", |memory| memory.function().code = "other".to_owned()),
        ("configuration", |memory| {
            let function = memory.function();
            (function.timeout, function.memory) = (3, 128);
            function.runtime = "python3.9".to_owned();
            function.role = "arn:aws:iam::123456789012:role/other".to_owned();
        }),
        ("all", |memory| {
            let function = memory.function();
            function.code = "other".to_owned();
            function.variables.clear();
        }),
        ("more memory", |memory| memory.function().memory = 2_048),
        ("failed", |memory| {
            memory.function().state = "Failed".to_owned();
        }),
        ("role and log group", |memory| {
            memory.roles.remove("lab-cloudtrail-transform");
            memory
                .groups
                .remove(&place(HOME, "/aws/lambda/lab-cloudtrail-transform"));
        }),
        ("another version", |memory| {
            let splunk = memory.stream().splunk.as_mut().expect("Splunk");
            let arn = splunk.function.as_mut().expect("a function");
            *arn = arn.replace("$LATEST", "7");
        }),
    ];
    let fixes = cases.map(|(part, change)| {
        let mut memory = with_lambda();
        change(&mut memory);
        format!("{part}:\n{}", create(&by_lambda(), &mut memory))
    });
    assert_snapshot!(fixes.join("\n"), @"
    function:
    1 CreateFunction us-west-2 lab-cloudtrail-transform: function is missing
    code:
    1 UpdateFunctionCode us-west-2 lab-cloudtrail-transform: code differs
    configuration:
    1 UpdateFunctionConfiguration us-west-2 lab-cloudtrail-transform: role differs, runtime differs, timeout differs, memory is too small
    all:
    1 UpdateFunctionConfiguration us-west-2 lab-cloudtrail-transform: environment variables differ
    2 UpdateFunctionCode us-west-2 lab-cloudtrail-transform: code differs [after 1]
    more memory:

    failed:
    1 DeleteFunction us-west-2 lab-cloudtrail-transform: its state is Failed: Lambda gives no reason
    2 CreateFunction us-west-2 lab-cloudtrail-transform: replace it [after 1]
    role and log group:
    1 CreateLogGroup us-west-2 /aws/lambda/lab-cloudtrail-transform: log group is missing
    2 PutRetentionPolicy us-west-2 /aws/lambda/lab-cloudtrail-transform: set the retention [after 1]
    3 DeleteFunction us-west-2 lab-cloudtrail-transform: its role is missing, and a new role cannot decrypt its variables
    4 CreateRole global lab-cloudtrail-transform: role is missing [after 3]
    5 PutRolePolicy global lab-cloudtrail-transform: attach the inline policy [after 4]
    6 CreateFunction us-west-2 lab-cloudtrail-transform: function is missing [after 1, 4, 5]
    another version:
    1 UpdateDestination us-west-2 lab-cloudtrail-splunk: function does not transform the records
    ");
}

#[test]
fn variables_of_others_stay() {
    let mut memory = with_lambda();
    let rules = (
        "HEC_RULES".to_owned(),
        r#"{"*": {"index": "aws"}}"#.to_owned(),
    );
    memory.function().variables.extend([rules.clone()]);
    assert_eq!(created(&by_lambda(), &memory), "");
    create(&event(), &mut memory);
    let (name, value) = rules;
    assert_eq!(memory.function().variables.get(&name), Some(&value));
}

#[test]
fn options_change_the_function_and_stay_without_them() {
    let mut options = Options {
        concurrency: Some(5),
        log_retention_in_days: Some(14),
        ..event()
    };
    options.delivery.tags = vec![tag("team", "audit")];
    let mut memory = with_lambda();
    assert_snapshot!(create(&options, &mut memory), @"
    1 TagResource us-west-2 lab-cloudtrail: tags are missing
    2 TagRole global lab-cloudtrail-logs: tags are missing
    3 PutRetentionPolicy us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk: events are kept for 30 days
    4 TagResource us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk: tags are missing
    5 TagRole global lab-cloudtrail-firehose: tags are missing
    6 PutRetentionPolicy us-west-2 /aws/lambda/lab-cloudtrail-transform: events are kept for 30 days
    7 TagResource us-west-2 /aws/lambda/lab-cloudtrail-transform: tags are missing
    8 TagRole global lab-cloudtrail-transform: tags are missing
    9 UpdateFunctionConfiguration us-west-2 lab-cloudtrail-transform: environment variables differ
    10 PutFunctionConcurrency us-west-2 lab-cloudtrail-transform: reserved concurrency differs [after 9]
    11 TagResource us-west-2 lab-cloudtrail-transform: tags are missing
    12 UpdateDestination us-west-2 lab-cloudtrail-splunk: endpoint type differs [after 9]
    13 TagDeliveryStream us-west-2 lab-cloudtrail-splunk: tags are missing
    14 TagRole global lab-cloudtrail-logs-to-firehose: tags are missing
    15 TagResource us-west-2 lab-cloudtrail-splunk-failing: tags are missing
    16 TagResource us-west-2 lab-cloudtrail-splunk-late: tags are missing
    ");
    assert_eq!(memory.function().concurrency, Some(5));
    assert_eq!(created(&Options::default(), &memory), "");
    assert_eq!(created(&by_lambda(), &memory), "");
}

#[test]
fn reserved_concurrency_needs_a_function() {
    let options = Options {
        concurrency: Some(5),
        ..push()
    };
    assert_snapshot!(created(&options, &with_push()), @"--lambda-concurrency is for the function of --transform lambda");
}

#[test]
fn more_concurrency_than_the_account_has_is_refused() {
    let reserving = |concurrency| Options {
        concurrency: Some(concurrency),
        ..by_lambda()
    };
    let planned = |(memory, limit, unreserved, wanted): (&Memory, i32, i32, i32)| {
        let mut memory = memory.clone();
        memory.concurrency = Some(Concurrency { limit, unreserved });
        created(&reserving(wanted), &memory)
    };
    let (new, mut reserved) = (with_lambda(), with_lambda());
    reserved.function().concurrency = Some(5);
    let refused = [
        (&with_trail(), 10, 10, 1),
        (&new, 1_000, 130, 31),
        (&reserved, 1_000, 130, 36),
    ];
    assert_snapshot!(refused.map(planned).join("\n"), @r#"
    1 concurrent invocations cannot be reserved in us-west-2: 10 of 10 are not reserved for other functions, and Lambda keeps 10 of them for the functions without a reservation
    omit --lambda-concurrency, or request a higher quota for "Concurrent executions" of AWS Lambda in the Service Quotas console
    31 concurrent invocations cannot be reserved in us-west-2: 130 of 1000 are not reserved for other functions, and Lambda keeps 100 of them for the functions without a reservation
    reserve at most 30, or request a higher quota for "Concurrent executions" of AWS Lambda in the Service Quotas console
    36 concurrent invocations cannot be reserved in us-west-2: 135 of 1000 are not reserved for other functions, and Lambda keeps 100 of them for the functions without a reservation
    reserve at most 35, or request a higher quota for "Concurrent executions" of AWS Lambda in the Service Quotas console
    "#);
    let accepted = [
        (&new, 1_000, 130, 30),
        (&reserved, 1_000, 130, 35),
        (&reserved, 1_000, 100, 4),
    ];
    assert_snapshot!(accepted.map(planned).join("\n"), @"
    1 PutFunctionConcurrency us-west-2 lab-cloudtrail-transform: reserved concurrency differs
    1 PutFunctionConcurrency us-west-2 lab-cloudtrail-transform: reserved concurrency differs
    1 PutFunctionConcurrency us-west-2 lab-cloudtrail-transform: reserved concurrency differs
    ");
    // Nothing is reserved that was not before.
    assert_eq!(planned((&reserved, 5, 0, 5)), "");
}

#[test]
fn the_function_is_deleted_behind_the_stream() {
    let mut memory = with_lambda();
    assert_snapshot!(deleted(&push(), &mut memory), @"
    1 UpdateTrail us-west-2 lab-cloudtrail-us-west-2
    2 DeleteLogGroup us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk
    3 DeleteSubscriptionFilter us-west-2 lab-cloudtrail-splunk
    4 DeleteRolePolicy global lab-cloudtrail-logs-to-firehose [after 3]
    5 DeleteRole global lab-cloudtrail-logs-to-firehose [after 4]
    6 DeleteDeliveryStream us-west-2 lab-cloudtrail-splunk [after 3]
    7 DeleteRolePolicy global lab-cloudtrail-firehose [after 6]
    8 DeleteRole global lab-cloudtrail-firehose [after 7]
    9 DeleteFunction us-west-2 lab-cloudtrail-transform [after 6]
    10 DeleteLogGroup us-west-2 /aws/lambda/lab-cloudtrail-transform [after 9]
    11 DeleteRolePolicy global lab-cloudtrail-transform [after 9]
    12 DeleteRole global lab-cloudtrail-transform [after 11]
    13 DeleteAlarms us-west-2 lab-cloudtrail-splunk-failing and 1 more
    14 DeleteRolePolicy global lab-cloudtrail-logs [after 1, 2, 10, 9, 6, 3, 13]
    15 DeleteRole global lab-cloudtrail-logs [after 14]
    (the log group lab-cloudtrail is kept, with its events: --with-logs deletes it)
    (the backup bucket lab-cloudtrail-firehose is kept, with its objects)
    (what the delivery stream has not delivered yet is lost)
    ");
    let left: Vec<String> = memory
        .names()
        .into_iter()
        .filter(|name| name.contains("transform"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn the_log_of_the_function_is_not_delivered() {
    let mut options = by_lambda();
    options.delivery.log_group = Some("/aws/lambda/lab-cloudtrail-transform".to_owned());
    assert_snapshot!(created(&options, &with_trail()), @"
    the Lambda function writes to the log group /aws/lambda/lab-cloudtrail-transform: delivering it would make it write more, without end
    --log-group NAME names another
    ");
}
