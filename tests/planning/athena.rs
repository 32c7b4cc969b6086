//! The stack athena: what is created in which order, what each drift needs, what stays of others.

use std::collections::BTreeSet;

use ctadmin::aws::read::{GlueDatabase, GlueTable, NamedQuery};
use ctadmin::plan::Plan;
use ctadmin::stack::athena::Options;
use ctadmin::stack::central::OrganizationId;
use ctadmin::stack::{Purpose, trail};
use insta::assert_snapshot;
use serde_json::Value;

use super::applied_athena::parameters;
use super::memory::{Memory, place};
use super::{HOME, create, created, deleted, plan, tag};

const DATABASE: &str = "cloudtrail_lab";
const TABLE: &str = "account_events";

fn with_trail() -> Memory {
    let mut memory = Memory::default();
    create(&trail::Options::default(), &mut memory);
    memory
}

pub fn with_athena() -> Memory {
    let mut memory = with_trail();
    create(&Options::default(), &mut memory);
    memory
}

fn of_organization() -> Options {
    Options {
        organization: Some(OrganizationId::Known("o-a1b2c3d4e5".to_owned())),
        ..Options::default()
    }
}

fn accounts(ids: &[&str]) -> Option<BTreeSet<String>> {
    Some(ids.iter().map(|id| (*id).to_owned()).collect())
}

/// The steps but those of named queries, of which there are many alike.
fn without_queries(steps: &str) -> String {
    let lines = steps.lines().filter(|line| !line.contains("NamedQuery "));
    lines.collect::<Vec<_>>().join("\n")
}

fn params(plan: &Plan, operation: &str) -> Value {
    let mut steps = plan.steps.iter();
    let step = steps.find(|step| step.call.operation() == operation);
    Value::Object(step.expect("the call is planned").call.params())
}

fn fixed(change: impl FnOnce(&mut Memory)) -> String {
    let mut memory = with_athena();
    change(&mut memory);
    create(&Options::default(), &mut memory)
}

#[test]
fn all_is_created_behind_what_it_needs() {
    let steps = create(&Options::default(), &mut with_trail());
    assert_snapshot!(steps, @"
    1 CreateBucket us-west-2 lab-cloudtrail-athena: bucket is missing
    2 PutBucketPolicy us-west-2 lab-cloudtrail-athena: attach the bucket policy [after 1]
    3 PutPublicAccessBlock us-west-2 lab-cloudtrail-athena: public access is not blocked [after 2]
    4 PutBucketLifecycleConfiguration us-west-2 lab-cloudtrail-athena: objects do not expire after 30 days [after 2]
    5 CreateDatabase us-west-2 cloudtrail_lab: database is missing
    6 CreateTable us-west-2 account_events: table is missing [after 5]
    7 CreateWorkGroup us-west-2 lab-cloudtrail-athena: work group is missing [after 1, 2]
    8 CreateNamedQuery us-west-2 account-totals: named query is missing [after 7, 5]
    9 CreateNamedQuery us-west-2 account-timeline: named query is missing [after 7, 5]
    10 CreateNamedQuery us-west-2 account-users: named query is missing [after 7, 5]
    11 CreateNamedQuery us-west-2 account-services: named query is missing [after 7, 5]
    12 CreateNamedQuery us-west-2 account-actions: named query is missing [after 7, 5]
    13 CreateNamedQuery us-west-2 account-regions: named query is missing [after 7, 5]
    14 CreateNamedQuery us-west-2 account-addresses: named query is missing [after 7, 5]
    15 CreateNamedQuery us-west-2 account-errors: named query is missing [after 7, 5]
    16 CreateNamedQuery us-west-2 account-tables: named query is missing [after 7, 5]
    17 CreateNamedQuery us-west-2 account-failures: named query is missing [after 7, 5]
    18 CreateNamedQuery us-west-2 account-sign-ins: named query is missing [after 7, 5]
    19 CreateNamedQuery us-west-2 account-changes: named query is missing [after 7, 5]
    20 CreateNamedQuery us-west-2 account-new: named query is missing [after 7, 5]
    21 CreateNamedQuery us-west-2 account-newest: named query is missing [after 7, 5]
    ");
}

#[test]
fn the_table_has_the_log_files_of_the_account() {
    let plan = plan(&Options::default(), Purpose::Create, &with_trail()).expect("a plan");
    let mut table = params(&plan, "CreateTable");
    let columns = table["TableInput"]["StorageDescriptor"]["Columns"].take();
    assert_eq!(columns.as_array().map(Vec::len), Some(29));
    assert_snapshot!(table, @r#"{"DatabaseName":"cloudtrail_lab","TableInput":{"Name":"account_events","Description":"Events of CloudTrail, by account, region and day","StorageDescriptor":{"Columns":null,"Location":"s3://lab-cloudtrail/AWSLogs/","InputFormat":"com.amazon.emr.cloudtrail.CloudTrailInputFormat","OutputFormat":"org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat","SerdeInfo":{"SerializationLibrary":"org.apache.hive.hcatalog.data.JsonSerDe","Parameters":{"serialization.format":"1"}}},"PartitionKeys":[{"Name":"account","Type":"string"},{"Name":"region","Type":"string"},{"Name":"day","Type":"string"}],"TableType":"EXTERNAL_TABLE","Parameters":{"ctadmin:scheme":"lab-cloudtrail","projection.account.type":"enum","projection.account.values":"123456789012","projection.day.format":"yyyy/MM/dd","projection.day.interval":"1","projection.day.interval.unit":"DAYS","projection.day.range":"2013/01/01,NOW","projection.day.type":"date","projection.enabled":"true","projection.region.type":"enum","projection.region.values":"us-east-1,us-west-2","storage.location.template":"s3://lab-cloudtrail/AWSLogs/${account}/CloudTrail/${region}/${day}"}}}"#);
    assert_snapshot!(params(&plan, "CreateWorkGroup"), @r#"{"Name":"lab-cloudtrail-athena","Configuration":{"ResultConfiguration":{"OutputLocation":"s3://lab-cloudtrail-athena/","EncryptionConfiguration":{"EncryptionOption":"SSE_S3"},"ExpectedBucketOwner":"123456789012"},"EnforceWorkGroupConfiguration":true,"BytesScannedCutoffPerQuery":100000000000},"Description":"CloudTrail, created by ctadmin for lab-cloudtrail"}"#);
    assert_snapshot!(params(&plan, "CreateDatabase"), @r#"{"DatabaseInput":{"Name":"cloudtrail_lab","Description":"Log files of CloudTrail","Parameters":{"ctadmin:scheme":"lab-cloudtrail"}}}"#);
    assert_snapshot!(plan.notes.join("\n"), @"Athena bills what a query scans, 100 GB at most: https://aws.amazon.com/athena/pricing/");
}

#[test]
fn an_organization_has_a_table_and_queries_of_its_own() {
    let mut memory = with_athena();
    let planned = plan(&of_organization(), Purpose::Create, &memory).expect("a plan");
    let table = params(&planned, "CreateTable");
    let parameters = &table["TableInput"]["Parameters"];
    assert_eq!(parameters["projection.account.type"], "injected");
    assert_eq!(
        parameters["storage.location.template"],
        "s3://lab-cloudtrail/AWSLogs/o-a1b2c3d4e5/${account}/CloudTrail/${region}/${day}"
    );
    let query = params(&planned, "CreateNamedQuery");
    assert_eq!(query["Name"], "organization-totals");
    let sql = query["QueryString"].as_str().expect("a text");
    assert!(sql.contains("AND account IN ('123456789012')"), "{sql}");
    let note = "the table organization_events lists no accounts, so that each query names its own; the named queries are about 123456789012";
    assert!(
        planned.notes.contains(&note.to_owned()),
        "{:?}",
        planned.notes
    );
    let steps = create(&of_organization(), &mut memory);
    assert_snapshot!(without_queries(&steps), @"1 CreateTable us-west-2 organization_events: table is missing");
    assert_eq!(created(&Options::default(), &memory), "", "it stays");
    let listed = Options {
        accounts: accounts(&["111111111111", "222222222222"]),
        ..Options::default()
    };
    let steps = create(&listed, &mut memory);
    assert_snapshot!(without_queries(&steps), @"1 UpdateTable us-west-2 organization_events: parameters differ: projection.account.type, projection.account.values");
    let found = &memory.table("organization_events").parameters;
    assert_eq!(
        found["projection.account.values"],
        "111111111111,222222222222"
    );
    let own = &memory.table(TABLE).parameters;
    assert_eq!(own["projection.account.values"], "123456789012");
    assert_eq!(created(&Options::default(), &memory), "", "they stay");
}

#[test]
fn more_accounts_than_a_table_lists_are_named_by_each_query() {
    let ids: Vec<String> = (1..=51).map(|id| format!("{id:012}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for (count, sort) in [(50, "enum"), (51, "injected")] {
        let options = Options {
            accounts: accounts(&ids[..count]),
            ..Options::default()
        };
        let plan = plan(&options, Purpose::Create, &with_trail()).expect("a plan");
        let table = params(&plan, "CreateTable");
        let parameters = &table["TableInput"]["Parameters"];
        assert_eq!(parameters["projection.account.type"], sort);
    }
}

#[test]
fn options_change_what_they_are_about() {
    let mut memory = with_athena();
    let options = Options {
        scan_limit: Some(10_000_000),
        kms_key: Some("arn:aws:kms:us-west-2:123456789012:key/k".to_owned()),
        result_days: Some(7),
        tags: vec![tag("team", "sec")],
        key_prefix: Some("k".to_owned()),
        ..Options::default()
    };
    let steps = create(&options, &mut memory);
    assert_snapshot!(without_queries(&steps), @"
    1 PutBucketLifecycleConfiguration us-west-2 lab-cloudtrail-athena: objects do not expire after 7 days
    2 UpdateTable us-west-2 account_events: location is s3://lab-cloudtrail/AWSLogs/, parameters differ: storage.location.template
    3 UpdateWorkGroup us-west-2 lab-cloudtrail-athena: results are encrypted otherwise, the scan limit differs
    4 TagResource us-west-2 lab-cloudtrail-athena: tags are missing
    ");
    assert_eq!(created(&Options::default(), &memory), "", "it stays");
}

#[test]
fn drift_is_fixed() {
    let off = |memory: &mut Memory| {
        let group = &mut memory.group_of_athena().description;
        group.state = "DISABLED".to_owned();
        group.is_enforced = false;
        group.encryption = None;
        group.scan_limit = None;
        group.output_location = Some("s3://theirs/".to_owned());
        group.bucket_owner = None;
    };
    assert_snapshot!(fixed(off), @"1 UpdateWorkGroup us-west-2 lab-cloudtrail-athena: work group is disabled, clients can override its settings, results are written elsewhere, the owner of the result bucket is not checked, results are not encrypted, the scan limit differs");
    let table = |memory: &mut Memory| {
        let table = memory.table(TABLE);
        table.columns.remove(3);
        table.serde = "com.amazon.emr.hive.serde.CloudTrailSerde".to_owned();
        table.parameters.remove("projection.enabled");
        table
            .parameters
            .insert("projection.year.type".to_owned(), "enum".to_owned());
    };
    assert_snapshot!(fixed(table), @"1 UpdateTable us-west-2 account_events: columns differ, format differs, parameters differ: projection.enabled, projection.year.type");
    let queries = |memory: &mut Memory| {
        let queries = memory.queries();
        queries[0].sql = "SELECT 1".to_owned();
        let twice = NamedQuery {
            id: "another".to_owned(),
            ..queries[1].clone()
        };
        let old = NamedQuery {
            id: "former".to_owned(),
            name: "account-former".to_owned(),
            ..queries[1].clone()
        };
        queries.extend([twice, old]);
        queries.remove(2);
    };
    assert_snapshot!(fixed(queries), @"
    1 UpdateNamedQuery us-west-2 account-totals: SQL differs
    2 DeleteNamedQuery us-west-2 account-timeline: named query exists twice
    3 CreateNamedQuery us-west-2 account-users: named query is missing
    4 DeleteNamedQuery us-west-2 account-former: it is no longer a query of the stack
    ");
    assert_snapshot!(fixed(|memory| memory.bucket_named("lab-cloudtrail-athena").policy = None), @"1 PutBucketPolicy us-west-2 lab-cloudtrail-athena: bucket policy lacks DenyInsecureTransportlab");
}

#[test]
fn what_others_added_to_a_table_stays() {
    let mut memory = with_athena();
    let table = memory.table(TABLE);
    table
        .parameters
        .insert("comment".to_owned(), "theirs".to_owned());
    table
        .columns
        .push(("further".to_owned(), "string".to_owned()));
    table.description = Some("theirs".to_owned());
    assert_eq!(created(&Options::default(), &memory), "");
    memory
        .table(TABLE)
        .serde_parameters
        .insert("a".to_owned(), "b".to_owned());
    memory.table(TABLE).columns.remove(0);
    create(&Options::default(), &mut memory);
    let table = memory.table(TABLE);
    assert_eq!(table.parameters["comment"], "theirs");
    assert_eq!(table.serde_parameters["a"], "b");
    assert_eq!(
        table.columns.last().map(|(name, _)| name.as_str()),
        Some("further")
    );
    assert_eq!(table.description.as_deref(), Some("theirs"));
}

#[test]
fn regions_that_are_enabled_later_are_added_and_none_is_removed() {
    let mut memory = with_athena();
    let name = "projection.region.values";
    let table = memory.table(TABLE);
    table
        .parameters
        .insert(name.to_owned(), "eu-west-1,us-east-1".to_owned());
    assert_snapshot!(create(&Options::default(), &mut memory), @"1 UpdateTable us-west-2 account_events: parameters differ: projection.region.values");
    assert_eq!(
        memory.table(TABLE).parameters[name],
        "eu-west-1,us-east-1,us-west-2"
    );
}

#[test]
fn all_but_the_results_is_deleted() {
    let mut memory = with_athena();
    create(&of_organization(), &mut memory);
    let steps = deleted(&Options::default(), &mut memory);
    assert_snapshot!(without_queries(&steps), @"
    1 DeleteTable us-west-2 account_events
    2 DeleteTable us-west-2 organization_events
    31 DeleteDatabase us-west-2 cloudtrail_lab [after 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]
    32 DeleteWorkGroup us-west-2 lab-cloudtrail-athena [after 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]
    (the bucket lab-cloudtrail-athena is kept, with its objects, which expire)
    (the history of queries in the work group lab-cloudtrail-athena is deleted with it)
    (tables are deleted, log files stay)
    ");
    assert!(memory.buckets.contains_key("lab-cloudtrail-athena"));
    assert!(memory.work_groups.is_empty() && memory.tables.is_empty());
}

#[test]
fn what_others_made_is_kept() {
    let mut memory = with_athena();
    memory
        .tables
        .insert(place(HOME, "theirs"), GlueTable::default());
    let theirs = NamedQuery {
        id: "theirs".to_owned(),
        name: "account-totals".to_owned(),
        database: DATABASE.to_owned(),
        ..NamedQuery::default()
    };
    memory.queries().push(theirs.clone());
    assert_eq!(created(&Options::default(), &memory), "");
    let steps = deleted(&Options::default(), &mut memory);
    assert_snapshot!(without_queries(&steps), @"
    1 DeleteTable us-west-2 account_events
    (the bucket lab-cloudtrail-athena is kept, with its objects, which expire)
    (the database cloudtrail_lab is kept: it has tables of others: theirs)
    (the work group lab-cloudtrail-athena is kept: it has queries of others: account-totals)
    (tables are deleted, log files stay)
    ");
    assert_eq!(*memory.queries(), [theirs]);
    assert!(memory.databases.contains_key(&place(HOME, DATABASE)));
}

#[test]
fn a_database_of_others_is_used_and_kept() {
    let mut memory = with_trail();
    memory
        .databases
        .insert(place(HOME, DATABASE), GlueDatabase::default());
    let steps = create(&Options::default(), &mut memory);
    assert!(!steps.contains("CreateDatabase"), "{steps}");
    let steps = deleted(&Options::default(), &mut memory);
    assert_snapshot!(without_queries(&steps), @"
    1 DeleteTable us-west-2 account_events
    16 DeleteWorkGroup us-west-2 lab-cloudtrail-athena [after 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    (the bucket lab-cloudtrail-athena is kept, with its objects, which expire)
    (the database cloudtrail_lab is kept: this scheme did not create it)
    (the history of queries in the work group lab-cloudtrail-athena is deleted with it)
    (tables are deleted, log files stay)
    ");
}

#[test]
fn tables_and_work_groups_of_others_are_refused() {
    let mut memory = with_athena();
    memory.group_of_athena().description.description = "theirs".to_owned();
    assert_snapshot!(created(&Options::default(), &memory), @r#"
    the work group lab-cloudtrail-athena exists, and this scheme did not create it
    delete it, give another --prefix, or set its description to "CloudTrail, created by ctadmin for lab-cloudtrail"
    "#);
    let mut memory = with_athena();
    memory.table(TABLE).parameters = parameters(&[("theirs", "1")]);
    assert_snapshot!(created(&Options::default(), &memory), @"
    the table account_events of the database cloudtrail_lab exists, and this scheme did not create it
    rename it, or give another --prefix
    ");
    let steps = deleted(&Options::default(), &mut memory);
    assert_snapshot!(without_queries(&steps), @"
    15 DeleteWorkGroup us-west-2 lab-cloudtrail-athena [after 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
    (the bucket lab-cloudtrail-athena is kept, with its objects, which expire)
    (the database cloudtrail_lab is kept: it has tables of others: account_events)
    (the table account_events is kept: this scheme did not create it)
    (the history of queries in the work group lab-cloudtrail-athena is deleted with it)
    ");
}

#[test]
fn there_must_be_log_files() {
    assert_snapshot!(created(&Options::default(), &Memory::default()), @"
    the bucket lab-cloudtrail does not exist
    `ctadmin create` creates it, --bucket names another
    ");
    let elsewhere = Options {
        trail: trail::Options {
            home: Some("us-east-1".to_owned()),
            ..trail::Options::default()
        },
        ..Options::default()
    };
    assert_snapshot!(created(&elsewhere, &with_trail()), @"
    the stack athena is in us-west-2, not in us-east-1
    omit --region: it is in the region of its bucket, else in that of the log files
    ");
    let mut memory = Memory::default();
    memory.closed_buckets.push("lab-cloudtrail".to_owned());
    assert_snapshot!(created(&Options::default(), &memory), @"
    the bucket lab-cloudtrail belongs to another account, or denies access
    create the stack in the bucket's account
    ");
}

#[test]
fn the_key_prefix_is_that_of_the_trails() {
    let mut memory = Memory::default();
    let with_prefix = trail::Options {
        key_prefix: Some("audit".to_owned()),
        ..trail::Options::default()
    };
    create(&with_prefix, &mut memory);
    create(&Options::default(), &mut memory);
    assert_eq!(
        memory.table(TABLE).location,
        "s3://lab-cloudtrail/audit/AWSLogs/"
    );
}
