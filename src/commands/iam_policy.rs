//! `ctadmin iam-policy`: the least that a caller of a verb must be allowed.

use super::account;
use crate::aws::{Session, configured_region};
use crate::cli;
use crate::error::{Error, Exit, Result};
use crate::printer::Printer;
use crate::region::{global_region, partition_of};
use crate::settings::{self, Names};
use crate::stack::permissions::{Verb, policy};
use crate::stack::{alerts, splunk, trail};

/// Runs the verb.
pub async fn run(global: &cli::Global, args: cli::IamPolicy, printer: &Printer) -> Result<Exit> {
    let names = Names::new(args.scheme)?;
    let connection = settings::connection(global, 1)?;
    let configured = configured_region(&connection).await?;
    let region = settings::region(global)?.or(configured);
    let region = region.unwrap_or_else(|| global_region("aws").to_owned());
    let (id, partition) = match args.account_id {
        Some(id) => (id, partition_of(&region).to_owned()),
        None => {
            let session = Session::open(&connection, &region).await?;
            let identity = session.identity().await?;
            (identity.account, identity.partition)
        }
    };
    let bucket = names.bucket.clone();
    let scheme = account::scheme(&names, id, partition, None);
    let bucket = bucket.unwrap_or_else(|| scheme.bucket_name());
    let verb = match args.verb {
        cli::PolicyVerb::Create => Some(Verb::Create),
        cli::PolicyVerb::Show => Some(Verb::Show),
        cli::PolicyVerb::Delete => Some(Verb::Delete),
        cli::PolicyVerb::Events | cli::PolicyVerb::Doctor => None,
    };
    let grants = match (verb, args.stack) {
        (Some(verb), None | Some(cli::Stack::Trail)) => {
            trail::permissions::grants(&scheme, verb, &bucket)
        }
        (Some(verb), Some(cli::Stack::Alerts)) => {
            let log_group = settings::watch::log_group(args.log_group)?;
            alerts::permissions::grants(&scheme, verb, &bucket, log_group.as_deref())
        }
        (Some(verb), Some(cli::Stack::Splunk)) => {
            let identity = settings::splunk::identity(args.identity, None)?;
            splunk::permissions::grants(&scheme, verb, &bucket, &identity)
        }
        (None, Some(_)) => {
            let error = Error::usage("events and doctor are about no stack");
            return Err(error.hint("leave the stack out"));
        }
        (None, None) if args.verb == cli::PolicyVerb::Events => {
            trail::permissions::of_events(&scheme, &bucket)
        }
        (None, None) => trail::permissions::of_doctor(&scheme, &bucket),
    };
    printer.result(&format!("{:#}", policy(&grants).to_json()))?;
    Ok(Exit::Done)
}
