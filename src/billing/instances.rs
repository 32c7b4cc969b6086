//! The EC2 instance types in use.
//!
//! Cost and Usage Reports have a column for them; elsewhere they follow the kind of usage, as in
//! `EUW1-BoxUsage:m5.large`
//! (<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-usage-reports.html>).

use std::collections::BTreeSet;

use super::Wrong;
use super::columns::Column;
use super::report::Report;
use super::table::Table;
use crate::error::Result;

/// Kinds of usage whose detail is an instance type: running on demand, on hosts, dedicated, as spot, reserved and
/// scheduled, and capacity that is reserved and not used.
const KINDS: [&[u8]; 12] = [
    b"BoxUsage",
    b"HostBoxUsage",
    b"DedicatedUsage",
    b"SpotUsage",
    b"HeavyUsage",
    b"MediumUsage",
    b"LightUsage",
    b"SchedUsage",
    b"Reservation",
    b"DedicatedRes",
    b"UnusedBox",
    b"UnusedDed",
];

/// A kind without a detail is older than the second instance type.
const FIRST_TYPE: &str = "m1.small";

const EC2_CODE: &[u8] = b"AmazonEC2";
const EC2_NAME: &[u8] = b"Amazon Elastic Compute Cloud";

/// The instance types in a report, in order.
pub fn instance_types(report: &Report) -> Result<BTreeSet<String>> {
    let mut types = BTreeSet::new();
    report.each_table(&mut |table| read(table, &mut types))?;
    Ok(types)
}

fn read(table: &mut Table<'_>, types: &mut BTreeSet<String>) -> Result<(), Wrong> {
    let telling = [Column::InstanceType, Column::UsageType];
    let has = |column| table.header().place(column).is_some();
    if !telling.into_iter().any(has) {
        let columns = table.header().wanted(&telling);
        let why = format!("it has no instance types; they are in the columns {columns}");
        return Err(Wrong::new(why, "create the report with all its columns"));
    }
    while table.next()? {
        if !is_ec2(table) {
            continue;
        }
        let own = as_type(table.field(Column::InstanceType));
        let found = own.or_else(|| in_usage_type(table.field(Column::UsageType)));
        if let Some(found) = found.filter(|found| !types.contains(*found)) {
            types.insert(found.to_owned());
        }
    }
    Ok(())
}

/// By the service's code, else by its name; a table without either is taken at the word of its usage types.
fn is_ec2(table: &Table<'_>) -> bool {
    let has = |column| table.header().place(column).is_some();
    if has(Column::ProductCode) {
        return table
            .field(Column::ProductCode)
            .eq_ignore_ascii_case(EC2_CODE);
    }
    !has(Column::ProductName) || table.field(Column::ProductName).starts_with(EC2_NAME)
}

/// The instance type in `EUW1-BoxUsage:m5.large`.
fn in_usage_type(usage_type: &[u8]) -> Option<&str> {
    let mut parts = usage_type.splitn(2, |byte| *byte == b':');
    let kind = parts.next()?.rsplit(|byte| *byte == b'-').next()?;
    if !KINDS.contains(&kind) {
        return None;
    }
    parts.next().map_or(Some(FIRST_TYPE), as_type)
}

/// `m5.large`, `u-6tb1.metal`: a family, a dot, a size.
fn as_type(text: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(text).ok()?;
    let (family, size) = text.split_once('.')?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = |part: &str| !part.is_empty() && part.chars().all(allowed);
    (fits(family) && fits(size)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types(csv: &str) -> Result<Vec<String>, Wrong> {
        let mut types = BTreeSet::new();
        let mut input = csv.as_bytes();
        let mut table = Table::open(&mut input)?;
        read(&mut table, &mut types)?;
        Ok(types.into_iter().collect())
    }

    #[test]
    fn usage_types_name_instance_types() {
        for (usage_type, wanted) in [
            ("EUW1-BoxUsage:m5.large", Some("m5.large")),
            ("BoxUsage:c5n.18xlarge", Some("c5n.18xlarge")),
            ("BoxUsage", Some("m1.small")),
            ("EU-BoxUsage", Some("m1.small")),
            ("SpotUsage", Some("m1.small")),
            ("USW2-LAX1-BoxUsage:t3.medium", Some("t3.medium")),
            ("USE1-SpotUsage:g4dn.xlarge", Some("g4dn.xlarge")),
            ("APN1-HeavyUsage:m3.xlarge", Some("m3.xlarge")),
            ("DedicatedUsage:c4.large", Some("c4.large")),
            ("HostBoxUsage:mac1.metal", Some("mac1.metal")),
            ("UnusedBox:m7i.metal-24xl", Some("m7i.metal-24xl")),
            ("USE2-UnusedDed:u-6tb1.metal", Some("u-6tb1.metal")),
            ("USE2-HostUsage:m5", None),
            ("EBS:VolumeUsage.gp2", None),
            ("CPUCredits:t3", None),
            ("InstanceUsage:db.m5.large", None),
            ("BoxUsage:", None),
            ("BoxUsage:M5.large", None),
            ("DataTransfer-Out-Bytes", None),
            ("", None),
        ] {
            assert_eq!(in_usage_type(usage_type.as_bytes()), wanted, "{usage_type}");
        }
    }

    #[test]
    fn only_ec2_counts() {
        let detailed = "\
PayerAccountId,ProductName,UsageType
1,Amazon Elastic Compute Cloud,USW2-BoxUsage:m5.large
1,Amazon Elastic Compute Cloud,EBS:VolumeUsage
1,Amazon RDS Service,InstanceUsage:db.m1.small
1,Amazon Elastic MapReduce,BoxUsage:m1.large
";
        let usage = "\
lineItem/ProductCode,lineItem/UsageType,product/instanceType
AmazonEC2,USW2-BoxUsage:c5.large,m5.large
AmazonEC2,USW2-BoxUsage:m5.large,
AmazonEC2,USW2-HostUsage:m5,m5
AmazonRDS,InstanceUsage:db.m1.small,db.m1.small
AmazonSageMaker,Host:ml.t3.medium,ml.t3.medium
";
        let exported = "line_item_product_code,product_instance_type\nAmazonEC2,m5.large\n";
        let bare = "line_item_usage_type\nBoxUsage:m5.large\n";
        for csv in [detailed, usage, exported, bare] {
            assert_eq!(types(csv).expect("types"), ["m5.large"], "{csv}");
        }
    }

    #[test]
    fn a_report_that_cannot_tell_says_which_columns_were_looked_for() {
        let wrong = types("lineItem/UsageAccountId\n1\n").expect_err("a refusal");
        assert_eq!(
            wrong.why,
            "it has no instance types; they are in the columns product/instanceType, lineItem/UsageType"
        );
    }
}
