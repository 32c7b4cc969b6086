//! Looking up the queue: its region, its URL, its attributes.
//!
//! A consumer of the queue need not have permission to list regions, nor to read in others: so the region that is given
//! or configured comes first, and all others only if the queue is not there.

use futures::future::join_all;

use crate::aws::{Connection, Session, configured_region};
use crate::commands::account;
use crate::error::{CallError, Error, Result};
use crate::region::{Region, global_region};
use crate::resource::queue::QueueState;
use crate::settings::{FromQueue, Names};
use crate::stack::Scheme;

/// A queue that exists, and where.
#[derive(Clone, Debug)]
pub struct LocatedQueue {
    pub name: String,
    pub region: String,
    pub url: String,
    pub state: QueueState,
}

/// Finds the queue, or its dead-letter queue; `named` is the region given with `--region`.
pub async fn find(
    connection: &Connection,
    named: Option<&str>,
    wanted: &FromQueue,
) -> Result<(Session, LocatedQueue)> {
    let (session, scheme, queue) = find_queue(connection, named, &wanted.names).await?;
    let queue = match wanted.dead_letters {
        true => dead_letters(&session, &scheme, &queue).await?,
        false => queue,
    };
    Ok((session, queue))
}

/// Finds the scheme's queue; `named` is the region given with `--region`.
pub async fn find_queue(
    connection: &Connection,
    named: Option<&str>,
    names: &Names,
) -> Result<(Session, Scheme, LocatedQueue)> {
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
            let regions = session.reader().enabled_regions().await;
            anywhere(&session, &scheme, regions.map_err(or_name_it)?).await?
        }
    };
    Ok((session, scheme, queue))
}

async fn in_named_region(session: &Session, scheme: &Scheme, region: &str) -> Result<LocatedQueue> {
    let queue = look(session, scheme, region, &scheme.queue).await?;
    queue.ok_or_else(|| {
        Error::failed(format!("there is no queue {} in {region}", scheme.queue)).hint(
            "leave out --region to search all regions; --prefix and --queue name another queue",
        )
    })
}

/// Looks in the configured region first, then in all regions, if the caller is allowed to list them.
async fn in_configured_region(
    session: &Session,
    scheme: &Scheme,
    region: &str,
) -> Result<LocatedQueue> {
    let here = match look(session, scheme, region, &scheme.queue).await {
        Ok(Some(queue)) => return Ok(queue),
        Ok(None) => None,
        Err(error) => Some(error),
    };
    match session.reader().enabled_regions().await {
        Ok(regions) => anywhere(session, scheme, regions).await,
        Err(error) if error.is_denied() => Err(not_here(scheme, region, here)),
        Err(error) => Err(error.into()),
    }
}

/// The error where the queue is not found in the configured region, and the caller is not allowed to list regions.
fn not_here(scheme: &Scheme, region: &str, why: Option<CallError>) -> Error {
    let queue = &scheme.queue;
    let error = match why {
        None => Error::failed(format!(
            "there is no queue {queue} in {region}, the configured region, and the caller may not list other regions"
        )),
        Some(error) => Error {
            message: format!(
                "the queue {queue} cannot be read in {region}, the configured region, and the caller may not \
                 list other regions: {error}"
            ),
            ..Error::from(error)
        },
    };
    error.hint("name the region of the queue with --region")
}

async fn anywhere(
    session: &Session,
    scheme: &Scheme,
    regions: Vec<Region>,
) -> Result<LocatedQueue> {
    let queue = &scheme.queue;
    let looks = regions
        .iter()
        .map(|region| look(session, scheme, &region.name, queue));
    let (mut found, mut unread) = (Vec::new(), None);
    for look in join_all(looks).await {
        match look {
            Ok(queue) => found.extend(queue),
            Err(error) => unread = unread.or(Some(error)),
        }
    }
    let names: Vec<&str> = found.iter().map(|queue| queue.region.as_str()).collect();
    match (names.as_slice(), unread) {
        ([_], _) => Ok(found.swap_remove(0)),
        ([], Some(error)) => Err(or_name_it(error)),
        ([], None) => {
            let error = Error::failed(format!("there is no queue {queue} in any region"));
            Err(error.hint(
                "`ctadmin create` creates it; --prefix and --queue name another, --from reads a bucket",
            ))
        }
        (several, _) => {
            let regions = several.join(", ");
            let message = format!("the queue {queue} is in several regions: {regions}");
            Err(Error::failed(message).hint("choose one of them with --region"))
        }
    }
}

fn or_name_it(error: CallError) -> Error {
    Error::from(error).hint("or name the region of the queue with --region")
}

/// The dead-letter queue that the queue names, else the scheme's.
pub(super) async fn dead_letters(
    session: &Session,
    scheme: &Scheme,
    queue: &LocatedQueue,
) -> Result<LocatedQueue> {
    let redrive = queue.state.redrive();
    let named = redrive.and_then(|to| to.queue_arn.rsplit(':').next().map(str::to_owned));
    let name = named.unwrap_or_else(|| scheme.dead_letter_queue());
    let found = look(session, scheme, &queue.region, &name).await?;
    found.ok_or_else(|| {
        let message = format!(
            "the queue {} has no dead-letter queue: {name} is missing",
            queue.name
        );
        Error::failed(message).hint("`ctadmin create` creates one")
    })
}

async fn look(
    session: &Session,
    scheme: &Scheme,
    region: &str,
    name: &str,
) -> Result<Option<LocatedQueue>, CallError> {
    let url = scheme.url(region, name);
    let attributes = session.reader().queue(region, &url).await?;
    Ok(attributes.map(|attributes| LocatedQueue {
        name: name.to_owned(),
        region: region.to_owned(),
        url,
        state: QueueState {
            attributes,
            ..QueueState::default()
        },
    }))
}
