//! `ctadmin splunk inputs`: what makes Splunk poll the queue.

use crate::cli;
use crate::commands::account;
use crate::commands::events::lookup;
use crate::commands::interrupt::{Interrupt, UNCHANGED};
use crate::error::{Error, Exit, Result};
use crate::printer::Printer;
use crate::settings::{Inputs, Settings};
use crate::splunk::inputs::Queue;
use crate::stack::Scheme;
use crate::stack::trail::survey::{BucketScope, Scope, Survey};
use crate::stack::trail::{Options, home::home};

pub async fn run(global: &cli::Global, args: cli::Inputs, printer: &Printer) -> Result<Exit> {
    let Inputs {
        settings,
        file,
        key,
        offline,
    } = Inputs::new(global, args).await?;
    let queue = match offline {
        Some(id) => derived(&settings, &id).await?,
        None => found(&settings, printer).await?,
    };
    let stanza = file.stanza(&queue, key.as_ref())?;
    match settings.json {
        true => printer.json(&stanza.to_json())?,
        false => printer.result(&stanza.to_string())?,
    }
    Ok(Exit::Done)
}

/// The queue of an account that is not read.
async fn derived(settings: &Settings, id: &str) -> Result<Queue> {
    let mut settings = settings.clone();
    if let Some(region) = &settings.connection.region {
        // No other region matters here, and only those of one partition are known by heart.
        settings
            .regions
            .only
            .get_or_insert_with(|| vec![region.clone()]);
    }
    let account = account::offline(&settings, id).await?;
    let home = settings.connection.region.or(account.configured_region);
    let home = home.ok_or_else(|| Error::usage("no home region").hint("give --region"))?;
    // As `create` creates it.
    Ok(queue(&account.scheme, home, true))
}

/// The queue that exists in the account. A reader may not be allowed to list the regions: it looks where `events` does.
async fn found(settings: &Settings, printer: &Printer) -> Result<Queue> {
    let interrupt = Interrupt::listen();
    let reading = printer.busy("reading the account");
    let meeting = account::connect_leniently(settings);
    let (session, account, denied) = interrupt.or(UNCHANGED, meeting).await??;
    if denied.is_some() && settings.regions.only.is_none() {
        return interrupt.or(UNCHANGED, seen_by_reader(settings)).await?;
    }
    let reader = session.reader();
    let scope = Scope::new(&account, BucketScope::Nothing);
    let look = Survey::of(&reader, scope);
    let survey = interrupt.or(UNCHANGED, look).await?;
    drop(reading);
    let options = Options {
        home: settings.connection.region.clone(),
        ..Options::default()
    };
    let home = home(&options, &survey)?;
    let existing = home.as_ref().and_then(|home| survey.queue(home));
    match (existing, home) {
        (Some(existing), Some(home)) => {
            let dead_letters = existing.redrive().is_some();
            Ok(queue(&account.scheme, home, dead_letters))
        }
        _ => {
            printer.unread(&survey.unread);
            let name = &account.scheme.queue;
            Err(Error::failed(format!("the queue {name} was not found"))
                .hint("`ctadmin create` creates it; --prefix or --queue names another"))
        }
    }
}

/// The queue in the region that was named or configured.
async fn seen_by_reader(settings: &Settings) -> Result<Queue> {
    let named = settings.connection.region.as_deref();
    let (_, scheme, located) =
        lookup::find_queue(&settings.connection, named, &settings.names).await?;
    let dead_letters = located.state.redrive().is_some();
    Ok(queue(&scheme, located.region, dead_letters))
}

fn queue(scheme: &Scheme, region: String, dead_letters: bool) -> Queue {
    Queue {
        name: scheme.queue.clone(),
        url: scheme.queue_url(&region),
        region,
        dead_letters,
    }
}
