//! Where the queue stands.
//!
//! Whoever reads the queue need not be able to list regions, nor to ask in others: so the region that was named or
//! configured comes first, and only if the queue is not there, all others.

use futures::future::join_all;

use crate::aws::{Connection, Session, configured_region};
use crate::commands::account;
use crate::error::{CallError, Error, Result};
use crate::region::{Region, global_region};
use crate::resource::queue::QueueState;
use crate::settings::{FromQueue, Names};
use crate::stack::Scheme;

/// A queue that was found.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its URL.
    pub url: String,
    /// What it says of itself.
    pub found: QueueState,
}

/// Finds the queue, or the one that takes its dead letters; `named` is the region given with `--region`.
pub async fn find(
    connection: &Connection,
    named: Option<&str>,
    wanted: &FromQueue,
) -> Result<(Session, Standing)> {
    let (session, scheme, queue) = find_queue(connection, named, &wanted.names).await?;
    if !wanted.dead_letters {
        return Ok((session, queue));
    }
    let dead_letters = dead_letters(&session, &scheme, &queue).await?;
    Ok((session, dead_letters))
}

/// Finds the scheme's queue; `named` is the region given with `--region`.
pub async fn find_queue(
    connection: &Connection,
    named: Option<&str>,
    names: &Names,
) -> Result<(Session, Scheme, Standing)> {
    let configured = configured_region(connection).await?;
    let likely = named.or(configured.as_deref());
    let session = Session::open(connection, likely.unwrap_or(global_region("aws"))).await?;
    let identity = session.identity().await?;
    let scheme = account::scheme(
        names,
        identity.account,
        identity.partition,
        session.sqs_endpoint(),
    );
    let queue = match (named, configured) {
        (Some(region), _) => in_named_region(&session, &scheme, region).await?,
        (None, Some(region)) => in_configured_region(&session, &scheme, &region).await?,
        (None, None) => {
            let regions = listed(&session).await.map_err(|error| {
                Error::from(error).hint("or say with --region where the queue stands")
            })?;
            anywhere(&session, &scheme, regions).await?
        }
    };
    Ok((session, scheme, queue))
}

async fn in_named_region(session: &Session, scheme: &Scheme, region: &str) -> Result<Standing> {
    let queue = look(session, scheme, region, &scheme.queue).await?;
    queue.ok_or_else(|| {
        Error::failed(format!("there is no queue {} in {region}", scheme.queue))
            .hint("leave out --region to look everywhere; --prefix and --queue name another queue")
    })
}

/// Looks there first, then in all regions, as far as the caller may know them.
async fn in_configured_region(
    session: &Session,
    scheme: &Scheme,
    region: &str,
) -> Result<Standing> {
    let here = match look(session, scheme, region, &scheme.queue).await {
        Ok(Some(queue)) => return Ok(queue),
        Ok(None) => None,
        Err(error) => Some(error),
    };
    match listed(session).await {
        Ok(regions) => anywhere(session, scheme, regions).await,
        Err(error) if error.is_denied() => Err(not_here(scheme, region, here)),
        Err(error) => Err(error.into()),
    }
}

/// The configured region does not have the queue, or does not tell, and the caller may not know of other regions.
fn not_here(scheme: &Scheme, region: &str, why: Option<CallError>) -> Error {
    let queue = &scheme.queue;
    let error = match why {
        None => Error::failed(format!(
            "there is no queue {queue} in {region}, the configured region, and other regions may not be listed"
        )),
        Some(error) => Error {
            message: format!(
                "the queue {queue} cannot be looked at in {region}, the configured region, and other regions may not be \
                 listed: {error}"
            ),
            ..Error::from(error)
        },
    };
    error.hint("say with --region where the queue stands")
}

/// All regions that are enabled.
async fn listed(session: &Session) -> Result<Vec<Region>, CallError> {
    session.reader().enabled_regions().await
}

/// Looks into all these regions.
async fn anywhere(session: &Session, scheme: &Scheme, regions: Vec<Region>) -> Result<Standing> {
    let looks = regions
        .iter()
        .map(|region| look(session, scheme, &region.name, &scheme.queue));
    let (mut found, mut unread) = (Vec::new(), None);
    for look in join_all(looks).await {
        match look {
            Ok(queue) => found.extend(queue),
            Err(error) => unread = unread.or(Some(error)),
        }
    }
    let names: Vec<&str> = found.iter().map(|queue| queue.region.as_str()).collect();
    match (names.as_slice(), unread) {
        ([], Some(error)) => {
            Err(Error::from(error).hint("or say with --region where the queue stands"))
        }
        ([], None) => Err(Error::failed(format!(
            "there is no queue {} in any region",
            scheme.queue
        ))
        .hint(
            "`ctadmin create` creates it; --prefix and --queue name another, --from reads a bucket",
        )),
        ([_, _, ..], _) => Err(Error::failed(format!(
            "the queue {} is in several regions: {}",
            scheme.queue,
            names.join(", ")
        ))
        .hint("say with --region which one is meant")),
        ([_], _) => Ok(found.swap_remove(0)),
    }
}

/// The queue that the queue names for its dead letters, else the one that the scheme has for them.
pub(super) async fn dead_letters(
    session: &Session,
    scheme: &Scheme,
    queue: &Standing,
) -> Result<Standing> {
    let redrive = queue.found.redrive();
    let named = redrive.and_then(|to| to.queue_arn.rsplit(':').next().map(str::to_owned));
    let name = named.unwrap_or_else(|| scheme.dead_letter_queue());
    let found = look(session, scheme, &queue.region, &name).await?;
    found.ok_or_else(|| {
        let message = format!(
            "the queue {} has no dead letters: there is no {name}",
            queue.name
        );
        Error::failed(message).hint("`ctadmin create` makes a queue for them")
    })
}

async fn look(
    session: &Session,
    scheme: &Scheme,
    region: &str,
    name: &str,
) -> Result<Option<Standing>, CallError> {
    let url = scheme.url(region, name);
    let attributes = session.reader().queue(region, &url).await?;
    Ok(attributes.map(|attributes| Standing {
        name: name.to_owned(),
        region: region.to_owned(),
        url,
        found: QueueState {
            attributes,
            ..QueueState::default()
        },
    }))
}
