//! `ctadmin splunk account-names`: what accounts are called, as AWS Organizations or a billing report says.

use std::collections::BTreeMap;

use crate::aws::{Session, configured_region};
use crate::billing::{self, Report};
use crate::cli::{self, Output};
use crate::error::{CallError, Error, Exit, Result};
use crate::printer::Printer;
use crate::region::global_region;
use crate::settings;
use crate::splunk::account_names;

/// Runs the command.
pub async fn run(global: &cli::Global, args: cli::AccountNames, printer: &Printer) -> Result<Exit> {
    let names = match args.from_report {
        Some(path) => billing::account_names(&Report::new(path))?,
        None => in_organization(global, printer).await?,
    };
    let text = match global.output {
        Output::Json => format!("{:#}", account_names::json(&names)),
        Output::Text => account_names::csv(&names),
    };
    printer.result(&text)?;
    Ok(Exit::Done)
}

async fn in_organization(
    global: &cli::Global,
    printer: &Printer,
) -> Result<BTreeMap<String, String>> {
    let connection = settings::connection(global, 1)?;
    let configured = configured_region(&connection).await?;
    let region = settings::region(global)?.or(configured);
    let region = region.unwrap_or_else(|| global_region("aws").to_owned());
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
    hints
        .iter()
        .fold(Error::failed(error.to_string()), |error, hint| {
            error.hint(*hint)
        })
}
