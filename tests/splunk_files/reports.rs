//! `ctadmin splunk account-names` and `instance-types`, from billing reports.

use std::io::{Cursor, Write};
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::Files;
use crate::support::{Ctadmin, Ran};

/// The monthly report, as it is made with tags: a note stands before the header.
const MONTHLY: &str = "\
\"Don't see your tags in the report? New tags are excluded by default\"

InvoiceID,PayerAccountId,LinkedAccountId,RecordType,PayerAccountName,LinkedAccountName,ProductCode,UsageType
1,111111111111,222222222222,LinkedLineItem,Big Co,\"Dev, Test\",AmazonEC2,EUW1-BoxUsage:m5.large
1,111111111111,333333333333,LinkedLineItem,Big Co,Lab,AmazonEC2,BoxUsage
1,111111111111,333333333333,LinkedLineItem,Big Co,Lab,AmazonRDS,InstanceUsage:db.m1.small
";

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(content).expect("memory can be written to");
    packed.finish().expect("memory can be written to")
}

fn zip(name: &str, content: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file(name, options).expect("a member");
    archive
        .write_all(content)
        .expect("memory can be written to");
    archive.finish().expect("an archive").into_inner()
}

/// A run that reads this on its stdin.
fn piped(arguments: &str, content: &[u8]) -> Ran {
    let mut command = Ctadmin::alone(arguments).into_command();
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    stdin.write_all(content).expect("the binary reads");
    drop(stdin);
    Ran::from(child.wait_with_output().expect("the binary ends"))
}

#[test]
fn reports_name_accounts_and_instance_types_however_they_are_packed() {
    let report = MONTHLY.as_bytes();
    let files = Files::new(&[
        ("plain", report),
        ("report.txt", &gzip(report)),
        ("report.gz", &zip("111111111111-aws-billing.csv", report)),
    ]);
    let names = "accountId,accountName\n111111111111,Big Co\n222222222222,\"Dev, Test\"\n333333333333,Lab\n";
    for file in ["plain", "report.txt", "report.gz"] {
        let ran = files
            .ctadmin("splunk account-names --from-report", file)
            .exits(0);
        assert_eq!(ran.stdout, names, "{file}");
        let ran = files
            .ctadmin("splunk instance-types --from-report", file)
            .exits(0);
        assert_eq!(ran.stdout, "m1.small\nm5.large\n", "{file}");
    }
    let json = "splunk account-names -o json --from-report";
    let json = files.ctadmin(json, "plain").exits(0).json();
    assert_eq!(
        json[1],
        json!({"accountId": "222222222222", "accountName": "Dev, Test"})
    );
    let json = "splunk instance-types -o json --from-report";
    let json = files.ctadmin(json, "plain").exits(0).json();
    assert_eq!(json, json!(["m1.small", "m5.large"]));
    let ran = piped("splunk account-names --from-report -", &gzip(report));
    assert_eq!((ran.code, ran.stdout.as_str()), (0, names));
}

#[test]
fn what_is_no_report_is_named_with_the_reason() {
    let whole = gzip(MONTHLY.as_bytes());
    let nameless = "lineItem/UsageAccountId,lineItem/UsageType\n111111111111,BoxUsage\n";
    let files = Files::new(&[
        ("cut.gz", &whole[..whole.len() / 2]),
        ("other.csv", b"a,b\n1,2\n"),
        ("nothing.csv", b""),
        ("nameless.csv", nameless.as_bytes()),
        ("idle.csv", b"lineItem/UsageType\nStorage\n"),
    ]);
    for (file, why) in [
        ("cut.gz", "the packed data stops before its end"),
        ("other.csv", "it has no header of a known billing report"),
        ("nothing.csv", "it is empty"),
        ("nowhere.csv", "it cannot be read: "),
        (
            "nameless.csv",
            "it has no names of accounts; they are in the columns lineItem/UsageAccountName, bill/PayerAccountName",
        ),
    ] {
        files
            .ctadmin("splunk account-names --from-report", file)
            .exits(1)
            .says(&format!("/{file}: {why}"))
            .says("hint: ");
    }
    let ran = piped("splunk instance-types --from-report -", &zip("a.csv", b"a"));
    assert_eq!(ran.code, 1);
    ran.says("error: stdin: a zip file cannot be read from a pipe");
    let ran = files
        .ctadmin("splunk instance-types --from-report", "idle.csv")
        .exits(0);
    assert_eq!(ran.stdout, "");
    ran.says("the report shows no EC2 instances");
}

/// A third of a gigabyte goes through a pipe, packed; before the end of it the reader's memory is looked at.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_report() {
    let mut rows = String::new();
    for number in 0..4_096 {
        let account = 200_000_000_000_u64 + number % 40;
        let filler = "x".repeat(200);
        rows += &format!(
            "{account},name {account},AmazonEC2,EUW1-BoxUsage:m5.large,{number},{filler}\n"
        );
    }
    let header = "line_item_usage_account_id,line_item_usage_account_name,line_item_product_code,line_item_usage_type\n";
    let (header, rows_packed) = (gzip(header.as_bytes()), gzip(rows.as_bytes()));
    let mut command = Ctadmin::alone("splunk account-names --from-report -").into_command();
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    stdin.write_all(&header).expect("the binary reads");
    for _ in 0..(333 << 20) / rows.len() {
        stdin.write_all(&rows_packed).expect("the binary reads");
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    let status = status.expect("the binary still reads");
    drop(stdin);
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.trim().strip_suffix(" kB"));
    let peak: u64 = peak.and_then(|peak| peak.parse().ok()).expect("a size");
    assert!(peak < 100 << 10, "{peak} KiB were in use at once");
    let ran = Ran::from(child.wait_with_output().expect("the binary ends"));
    assert_eq!(ran.code, 0);
    assert_eq!(ran.stdout.lines().count(), 41);
    assert!(ran.stdout.ends_with("\n200000000039,name 200000000039\n"));
}
