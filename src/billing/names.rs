//! The names of accounts, as reports have them.

use std::collections::BTreeMap;

use super::Wrong;
use super::columns::Column;
use super::report::Report;
use super::table::Table;
use crate::error::{Result, tame};

/// How the description of an account's total begins; the name follows the id in brackets. Detailed billing reports
/// have no column for names, but these rows.
const TOTAL: &[u8] = b"Total for linked account#";

/// The names of all accounts in a report, by their ids. An account without a name has an empty one; of
/// several names the first stays.
pub fn account_names(report: &Report) -> Result<BTreeMap<String, String>> {
    let mut names = BTreeMap::new();
    let mut last = None;
    report.each_table(&mut |table| {
        last = Some(*table.header());
        read(table, &mut names)
    })?;
    if names.values().any(|name| !name.is_empty()) {
        return Ok(names);
    }
    let telling = [Column::AccountName, Column::PayerName, Column::Description];
    let columns = last.map(|header| header.wanted(&telling));
    let columns = columns.unwrap_or_default();
    Err(report.error(Wrong::new(
        format!("it has no names of accounts; they are in the columns {columns}"),
        "the monthly cost allocation report and Cost and Usage Report 2.0 have them; without --from-report they come from AWS Organizations",
    )))
}

fn read(table: &mut Table<'_>, names: &mut BTreeMap<String, String>) -> Result<(), Wrong> {
    while table.next()? {
        let id = table.field(Column::AccountId);
        let name = match table.field(Column::AccountName) {
            b"" => in_total(table.field(Column::Description), id),
            name => name,
        };
        note(names, id, name);
        note(
            names,
            table.field(Column::PayerId),
            table.field(Column::PayerName),
        );
    }
    Ok(())
}

/// Keeps the first name of each account.
fn note(names: &mut BTreeMap<String, String>, id: &[u8], name: &[u8]) {
    let Some(id) = as_account(id) else { return };
    match names.get_mut(id) {
        Some(known) if known.is_empty() && !name.is_empty() => *known = readable(name),
        Some(_) => {}
        None => drop(names.insert(id.to_owned(), readable(name))),
    }
}

fn as_account(id: &[u8]) -> Option<&str> {
    let is_account = id.len() == 12 && id.iter().all(u8::is_ascii_digit);
    is_account.then(|| std::str::from_utf8(id).ok()).flatten()
}

fn readable(name: &[u8]) -> String {
    tame(&String::from_utf8_lossy(name)).trim().to_owned()
}

/// The name in `Total for linked account# 123456789012 (name)`.
fn in_total<'a>(description: &'a [u8], id: &[u8]) -> &'a [u8] {
    let name = description
        .strip_prefix(TOTAL)
        .and_then(|rest| rest.trim_ascii_start().strip_prefix(id))
        .and_then(|rest| rest.trim_ascii_start().strip_prefix(b"("))
        .and_then(|rest| rest.strip_suffix(b")"));
    name.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(csv: &str) -> String {
        let mut names = BTreeMap::new();
        let mut input = csv.as_bytes();
        let mut table = Table::open(&mut input).expect("a table");
        read(&mut table, &mut names).expect("rows");
        let names = names.iter().map(|(id, name)| format!("{id} {name}"));
        names.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn monthly_summaries_name_accounts_and_their_payer() {
        let csv = "\
PayerAccountId,LinkedAccountId,RecordType,PayerAccountName,LinkedAccountName
\"111111111111\",\"333333333333\",PayerLineItem,Big Co,\"Dev, Test\"
\"111111111111\",\"222222222222\",LinkedLineItem,Big Co,Lab
\"111111111111\",\"222222222222\",LinkedLineItem,Big Co,Laboratory
\"111111111111\",\"\",StatementTotal,Big Co,\"\"
";
        let wanted = "111111111111 Big Co; 222222222222 Lab; 333333333333 Dev, Test";
        assert_eq!(names(csv), wanted);
    }

    #[test]
    fn detailed_reports_name_accounts_in_their_totals() {
        let csv = "\
PayerAccountId,LinkedAccountId,RecordType,ItemDescription
111111111111,222222222222,LineItem,$0.02 per hour (or part)
111111111111,222222222222,AccountTotal,Total for linked account# 222222222222 (Lab (old))
";
        assert_eq!(names(csv), "111111111111 ; 222222222222 Lab (old)");
    }

    #[test]
    fn usage_reports_of_both_versions_name_accounts() {
        for header in [
            "bill/PayerAccountId,bill/PayerAccountName,lineItem/UsageAccountId,lineItem/UsageAccountName",
            "bill_payer_account_id,bill_payer_account_name,line_item_usage_account_id,line_item_usage_account_name",
        ] {
            let rows =
                "111111111111,Payer,222222222222,Lab\n1,a,12345,a\n,b,,b\n,,abcdefabcdef,c\n";
            let found = names(&format!("{header}\n{rows}"));
            assert_eq!(found, "111111111111 Payer; 222222222222 Lab");
        }
    }
}
