//! `ctadmin activity --athena`: the same report, of what Athena counts.
//!
//! The table is read first, so that what is missing is said before a query is billed. Then the questions are asked, a few
//! at once: AWS limits how many queries of an account are queued or running. Whatever ends the run early, no query is
//! left running.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use tokio::sync::watch;

use super::account;
use super::interrupt::{Interrupt, UNCHANGED};
use crate::activity::answered::{Answers, NEEDED};
use crate::activity::facets::{self, Facets};
use crate::activity::report::{Asked, Report};
use crate::athena::table::Accounts;
use crate::athena::{Question, Scan, cube};
use crate::aws::queries::{Queries, Row, State};
use crate::aws::read::{BucketAt, BucketHead};
use crate::aws::{Session, configured_region};
use crate::cli::Output;
use crate::error::{Error, LAKE_FORMATION, Result, is_of_lake_formation};
use crate::printer::Printer;
use crate::region::global_region;
use crate::settings::{Activity, Queried};
use crate::stack::Scheme;
use crate::stack::athena::Layout;
use crate::stack::athena::names;

/// How many queries are queued or running at once. AWS's quota of an account is some times that in every region.
const AT_ONCE: usize = 5;

/// The pauses before the state of a query is asked for: each is longer than the one before, up to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LAST_PAUSE: Duration = Duration::from_secs(4);

/// How long to wait for other queries of the account to end, where there are too many.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// The message of an interrupted run.
const STOPPED: &str = "the queries were stopped";

/// The report that Athena's answers make, and for a page what it filters by.
pub async fn report(
    settings: &Activity,
    queried: &Queried,
    interrupt: &Interrupt,
    printer: &Printer,
) -> Result<(Report, Option<Facets>)> {
    let finding = printer.busy("looking for the table");
    let found = interrupt.or(UNCHANGED, find(settings, queried)).await??;
    drop(finding);
    let Found { queries, scan } = found;
    let needed = NEEDED.into_iter().filter_map(Question::named);
    let needed: Vec<_> = needed
        .map(|question| (question.name, question.sql(&scan)))
        .collect();
    let (answers, mut scanned) = ask(&queries, &needed, interrupt, printer).await?;
    let asked = Asked {
        sources: vec![scan.table.replace('"', "")],
        ..settings.asked.clone()
    };
    let report = Report::answered(&answers, &asked).map_err(Error::failed)?;
    let mut number = needed.len();
    let mut facets = None;
    if settings.output == Output::Html {
        let names = facets::asked_names(&answers, &report);
        let question = [("cube", cube::sql(&scan, &names))];
        let (cells, further) = ask(&queries, &question, interrupt, printer).await?;
        facets = cells
            .get("cube")
            .map(|rows| Facets::answered(&report, rows));
        scanned += further;
        number += 1;
    }
    printer.say(&format!("{number} queries scanned {}", bytes(scanned)));
    Ok((report, facets))
}

/// Where to ask, and what about.
struct Found {
    queries: Queries,
    scan: Scan,
}

/// Finds the table by the names of the scheme.
async fn find(settings: &Activity, queried: &Queried) -> Result<Found> {
    let configured = configured_region(&settings.connection).await?;
    let named = settings.region.clone();
    let near = named.clone().or(configured);
    let near = near.unwrap_or_else(|| global_region("aws").to_owned());
    let session = Session::open(&settings.connection, &near).await?;
    let identity = session.identity().await?;
    let scheme = account::scheme(&queried.names, identity.account, identity.partition, None);
    let region = match named {
        Some(region) => region,
        None => home(&session, &scheme, near).await?,
    };
    let layout = match queried.is_of_organization {
        true => Layout::Organization,
        false => Layout::Account,
    };
    let database = names::database(&scheme);
    let reader = session.reader();
    let table = reader.glue_table(&region, &database, &layout.table()).await;
    let table = table.map_err(or_allow)?;
    let accounts = table.and_then(|table| Accounts::found(&table.parameters));
    let accounts = accounts.ok_or_else(|| missing(layout, &database, &region))?;
    check(queried, &accounts, layout)?;
    Ok(Found {
        queries: session.queries(&region, &names::group(&scheme), &names::database(&scheme)),
        scan: Scan {
            table: names::table(&scheme, layout),
            period: queried.period,
            accounts: queried.accounts.clone(),
            filters: queried.conditions.clone(),
            newest: settings.keep,
        },
    })
}

/// The region of the stack: that of the bucket with its results, which S3 finds from any region.
async fn home(session: &Session, scheme: &Scheme, near: String) -> Result<String> {
    let name = names::group(scheme);
    let bucket = BucketAt::new(&near, &name, &scheme.account);
    match session.reader().bucket(bucket).await? {
        BucketHead::Owned | BucketHead::Forbidden => Ok(near),
        BucketHead::Elsewhere(region) => Ok(region),
        BucketHead::Missing => {
            let message = format!("the bucket {name} with the results of queries does not exist");
            Err(Error::failed(message).hint(
                "`ctadmin create athena` creates it; --prefix names another scheme, --region the region of one with another bucket",
            ))
        }
    }
}

fn missing(layout: Layout, database: &str, region: &str) -> Error {
    let table = layout.table();
    let message = format!("there is no table {table} of log files in {database} in {region}");
    Error::failed(message).hint(match layout {
        Layout::Account => {
            "`ctadmin create athena` creates it; --prefix names another scheme, --region another region"
        }
        Layout::Organization => "`ctadmin create athena --organization` creates it",
    })
}

/// A table that lists no accounts can only be asked about named ones; one that lists some has no others.
fn check(queried: &Queried, accounts: &Accounts, layout: Layout) -> Result<()> {
    let table = layout.table();
    match accounts {
        Accounts::Named if queried.accounts.is_empty() => {
            let message = format!("each query of the table {table} names its accounts");
            Err(Error::usage(message).hint("give --account ID, once for each account"))
        }
        Accounts::Named => Ok(()),
        Accounts::Listed(listed) => {
            let wanted: BTreeSet<String> = queried.accounts.iter().cloned().collect();
            let others: Vec<&str> = wanted.difference(listed).map(String::as_str).collect();
            if others.is_empty() {
                return Ok(());
            }
            let message = format!("the table {table} does not have {}", others.join(", "));
            let hint = format!(
                "it has {}; `ctadmin create athena --account ID` names all that it should have",
                accounts.described()
            );
            Err(Error::failed(message).hint(hint))
        }
    }
}

/// Asks all questions; their answers, and how many bytes were scanned.
async fn ask(
    queries: &Queries,
    questions: &[(&'static str, String)],
    interrupt: &Interrupt,
    printer: &Printer,
) -> Result<(Answers, u64)> {
    let mut shown = printer.reading();
    let announced = interrupt.announce(*printer, "interrupted; stopping the queries");
    let (halt, halted) = watch::channel(false);
    let asking = questions
        .iter()
        .map(|(name, sql)| answer(queries, name, sql, halted.clone()));
    let mut asking = stream::iter(asking).buffer_unordered(AT_ONCE);
    let mut stop = interrupt.watch();
    let (mut answers, mut all, mut failed) = (Answers::new(), 0, None);
    shown.show(&progress(0, questions.len(), 0));
    loop {
        let answer = tokio::select! {
            biased;
            // What was started must be stopped, so the others are not dropped.
            _ = stop.wait_for(|stop| *stop), if !*halt.borrow() => {
                halt.send_replace(true);
                continue;
            }
            answer = asking.next() => answer,
        };
        match answer {
            None => break,
            Some(Ok((name, rows, scanned))) => {
                all += scanned;
                answers.insert(name, rows);
                shown.show(&progress(answers.len(), questions.len(), all));
            }
            Some(Err(error)) => {
                failed = failed.or(error);
                halt.send_replace(true);
            }
        }
    }
    announced.abort();
    drop(shown);
    match failed {
        _ if interrupt.happened() => Err(Error::interrupted(STOPPED)),
        Some(error) => Err(error),
        None => Ok((answers, all)),
    }
}

/// The answer to a question, and how many bytes were scanned for it; no error where it was halted because of another
/// question's.
async fn answer(
    queries: &Queries,
    name: &'static str,
    sql: &str,
    mut halted: watch::Receiver<bool>,
) -> std::result::Result<(&'static str, Vec<Row>, u64), Option<Error>> {
    let id = start(queries, sql, &mut halted).await?;
    let mut pause = FIRST_PAUSE;
    loop {
        if sleep(pause, &mut halted).await {
            // Best effort: Athena ends it by itself, too.
            if let Err(error) = queries.stop(&id).await {
                tracing::info!("the query {id} could not be stopped: {error}");
            }
            return Err(None);
        }
        pause = (pause * 2).min(LAST_PAUSE);
        let (state, scanned) = match queries.state(&id).await {
            Ok(found) => found,
            Err(error) => {
                let _ = queries.stop(&id).await;
                return Err(Some(or_allow(error)));
            }
        };
        match state {
            State::Pending => {}
            State::Failed(why) => return Err(Some(refused(name, &why))),
            State::Done => {
                let rows = queries.rows(&id).await.map_err(or_allow)?;
                return Ok((name, rows, scanned));
            }
        }
    }
}

/// Starts a query as soon as there is room for it.
async fn start(
    queries: &Queries,
    sql: &str,
    halted: &mut watch::Receiver<bool>,
) -> std::result::Result<String, Option<Error>> {
    let since = tokio::time::Instant::now();
    while !*halted.borrow() {
        if let Some(id) = queries.start(sql).await.map_err(or_allow)? {
            return Ok(id);
        }
        if since.elapsed() >= PATIENCE {
            let message = "Athena takes no further query: too many of the account are queued or running (TooManyRequestsException)";
            return Err(Some(Error::failed(message).hint(
                "wait until others have ended, or request a higher quota of active DML queries",
            )));
        }
        sleep(LAST_PAUSE, halted).await;
    }
    Err(None)
}

/// Waits; true as soon as the run is halted.
async fn sleep(time: Duration, halted: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        biased;
        _ = halted.wait_for(|halted| *halted) => true,
        () = tokio::time::sleep(time) => false,
    }
}

/// A query that failed, with Athena's own words, and what can be done about it.
fn refused(question: &str, why: &str) -> Error {
    let error = Error::failed(format!("the query {question} failed: {why}"));
    let words = why.to_lowercase();
    if words.contains("scanned limit") {
        return error.hint(
            "`ctadmin create athena --scan-limit-gb GB` sets the limit of a query; a later --since, or --account, scans less",
        );
    }
    if is_of_lake_formation(why) {
        return error.hint(LAKE_FORMATION);
    }
    let denials = ["access denied", "permission", "not authorized", "forbidden"];
    match denials.iter().any(|denial| words.contains(denial)) {
        true => error.hint(POLICY),
        false => error,
    }
}

const POLICY: &str = "`ctadmin iam-policy activity-athena` prints the permissions that the queries need, on log files, table and results";

fn or_allow(error: crate::error::CallError) -> Error {
    let is_denied = error.is_denied() && !is_of_lake_formation(&error.message);
    let error = Error::from(error);
    match is_denied {
        true => error.hint(POLICY),
        false => error,
    }
}

fn progress(done: usize, all: usize, scanned: u64) -> String {
    format!("{done}/{all} queries, {} scanned", bytes(scanned))
}

/// Bytes as AWS bills them, in decimal units.
fn bytes(number: u64) -> String {
    indicatif::DecimalBytes(number).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_failures_have_hints() {
        for (why, hint) in [
            (
                "Query cancelled! : Bytes scanned limit was exceeded",
                "--scan-limit-gb",
            ),
            (
                "Access denied when writing output to url: s3://b/1.csv",
                "iam-policy",
            ),
            (
                "Insufficient Lake Formation permission(s) on account_events",
                "lakeformation grant-permissions",
            ),
        ] {
            let error = refused("totals", why);
            assert!(error.message.contains(why));
            assert!(error.hints[0].contains(hint), "{:?}", error.hints);
        }
        assert!(refused("totals", "SYNTAX_ERROR: line 1").hints.is_empty());
    }
}
