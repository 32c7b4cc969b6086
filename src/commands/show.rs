//! `ctadmin show`: what exists, and where it differs from the scheme.

use std::time::{SystemTime, UNIX_EPOCH};

use super::account;
use super::interrupt::{Interrupt, UNCHANGED};
use crate::cli;
use crate::error::{Exit, Result};
use crate::printer::Printer;
use crate::settings::Settings;
use crate::stack::trail::survey::{BucketScope, Scope, Survey};
use crate::stack::trail::{Options, show};
use crate::view;

/// Runs the verb.
pub async fn run(global: &cli::Global, stack: cli::Show, printer: &Printer) -> Result<Exit> {
    match stack {
        cli::Show::Trail(args) => show_trail(global, args, printer).await,
    }
}

async fn show_trail(global: &cli::Global, args: cli::ShowTrail, printer: &Printer) -> Result<Exit> {
    let settings = Settings::new(global, args.scheme, args.walk)?;
    let interrupt = Interrupt::listen();
    let reading = printer.busy("reading the account");
    let (session, account) = interrupt.or(UNCHANGED, account::meet(&settings)).await??;
    let bucket = settings.names.bucket.clone();
    let options = Options {
        home: settings.region.clone(),
        bucket: bucket.clone(),
        ..Options::default()
    };
    let options = options.in_account(&account);
    let bucket = bucket.map_or(BucketScope::InUse, BucketScope::Named);
    let scope = Scope {
        with_backlog: true,
        ..Scope::new(&account, bucket)
    };
    let survey = interrupt
        .or(
            UNCHANGED,
            Survey::of(&session.reader(), &account.scheme, scope),
        )
        .await?;
    drop(reading);
    let picture = show::picture(&account.scheme, &options, &survey);
    if settings.json {
        let json =
            serde_json::to_value(&picture).expect("a picture is made of texts, numbers and lists");
        printer.result(&format!("{json:#}"))?;
    } else {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        printer.result(&view::picture::picture(
            &picture,
            i64::try_from(now).unwrap_or(i64::MAX),
        ))?;
    }
    let unread = survey.unread_walked();
    printer.unread(&unread);
    let bucket_read = !matches!(&survey.bucket, Some((_, Err(_))));
    Ok(if unread.is_empty() && bucket_read {
        Exit::Done
    } else {
        Exit::Failed
    })
}
