//! `ctadmin splunk account-names`: the lookup in which the app finds the names of accounts, as AWS Organizations or a
//! billing report says.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::aws::Session;
use crate::billing::{self, Report};
use crate::cli::{self, Output};
use crate::commands::account;
use crate::error::{CallError, Error, Exit, Result};
use crate::printer::Printer;
use crate::settings;

pub async fn run(global: &cli::Global, args: cli::AccountNames, printer: &Printer) -> Result<Exit> {
    let names = match args.from_report {
        Some(path) => billing::account_names(&Report::new(path))?,
        None => in_organization(global, printer).await?,
    };
    match global.output {
        Output::Json => printer.json(&json(&names))?,
        Output::Text | Output::Html => printer.result(&csv(&names))?,
    }
    Ok(Exit::Done)
}

/// The lookup as CSV with a header, in order of the accounts' ids.
fn csv(names: &BTreeMap<String, String>) -> String {
    let mut rows = csv::Writer::from_writer(Vec::new());
    let names = names.iter().map(|(id, name)| [id.as_str(), name]);
    for row in std::iter::once(["accountId", "accountName"]).chain(names) {
        let written = rows.write_record(row);
        written.expect("memory can be written to, and all rows have two fields");
    }
    let text = rows.into_inner().expect("memory can be written to");
    String::from_utf8(text).expect("made of text")
}

/// The lookup as a list of objects, in the same order.
fn json(names: &BTreeMap<String, String>) -> Value {
    let rows = names.iter();
    rows.map(|(id, name)| json!({ "accountId": id, "accountName": name }))
        .collect()
}

async fn in_organization(
    global: &cli::Global,
    printer: &Printer,
) -> Result<BTreeMap<String, String>> {
    let connection = settings::connection(global, 1)?;
    let region = account::first_region(&connection).await?;
    let session = Session::open(&connection, &region).await?;
    let _reading = printer.busy("reading the organization");
    let names = session.reader().organization_accounts().await;
    names.map_err(explained)
}

/// The error with what can be done about it; the policies that `iam-policy` prints do not help here.
fn explained(error: CallError) -> Error {
    let hints: &[&str] = match error.code() {
        Some("AWSOrganizationsNotInUseException") => &[
            "this account is in no organization; --from-report takes the names from a billing report",
        ],
        _ if error.is_denied() => &[
            "the management account, and those it delegates to, may list accounts; the caller needs organizations:ListAccounts",
            "or take the names from a billing report with --from-report",
        ],
        _ => return error.into(),
    };
    let hints = hints.iter().map(ToString::to_string);
    Error::failed(error.to_string()).hints(hints)
}
