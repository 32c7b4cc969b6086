//! Where failed events are, and where they should have gone: as the delivery stream says.

use futures::future::join_all;

use crate::aws::read::{DeliveryStream, Splunk};
use crate::aws::{Reader, Session, configured_region};
use crate::commands::account;
use crate::error::{CallError, Error, Result};
use crate::region::global_region;
use crate::replay::backlog;
use crate::settings::FailedEvents;
use crate::stack::push;

/// A place in a bucket.
#[derive(Debug)]
pub struct Source {
    pub session: Session,
    /// The region of the stream, where the bucket is looked for first.
    pub region: String,
    pub bucket: String,
    /// What the keys of the objects begin with, one of these.
    pub prefixes: Vec<String>,
    /// How the stream delivers; nothing if no stream was looked for.
    pub splunk: Option<Splunk>,
}

impl Source {
    /// Finds it.
    pub async fn find(events: &FailedEvents) -> Result<Self> {
        let connection = &events.connection;
        let configured = configured_region(connection).await?;
        let named = connection.region.clone();
        let likely = named.clone().or(configured);
        let first = likely.clone().unwrap_or(global_region("aws").to_owned());
        let session = Session::open(connection, &first).await?;
        if let Some(place) = &events.from {
            return Ok(Self {
                session,
                region: first,
                bucket: place.bucket.clone(),
                prefixes: vec![place.key.clone()],
                splunk: None,
            });
        }
        let identity = session.identity().await?;
        let scheme = account::scheme(&events.names, identity.account, identity.partition, None);
        let name = events.stream.clone();
        let own = || {
            let mut options = push::Options::default();
            options.delivery.source = events.source.clone();
            options.stream_and_buckets(&scheme).0.name
        };
        let name = name.unwrap_or_else(own);
        let reader = session.reader();
        let (region, stream) = match named {
            Some(region) => in_region(&reader, region, &name).await?,
            None => anywhere(&reader, likely.as_deref(), &name).await?,
        };
        let other = || {
            Error::failed(format!(
                "the delivery stream {name} does not deliver to Splunk"
            ))
        };
        let splunk = stream.splunk.ok_or_else(other)?;
        let bucket = splunk.bucket.rsplit(':').next().unwrap_or_default();
        if bucket.is_empty() {
            let why = format!("the delivery stream {name} has no backup bucket");
            return Err(Error::failed(why));
        }
        let (prefix, error_prefix) = &splunk.prefixes;
        Ok(Self {
            session,
            region,
            bucket: bucket.to_owned(),
            prefixes: backlog::prefixes(prefix.as_deref(), error_prefix.as_deref()),
            splunk: Some(splunk),
        })
    }

    /// The place, in words.
    pub fn name(&self) -> String {
        let prefixes = self.prefixes.iter();
        let places = prefixes.map(|prefix| format!("s3://{}/{prefix}", self.bucket));
        places.collect::<Vec<_>>().join(", ")
    }
}

async fn in_region(
    reader: &Reader,
    region: String,
    name: &str,
) -> Result<(String, DeliveryStream)> {
    match reader.delivery_stream(&region, name).await? {
        Some(stream) => Ok((region, stream)),
        None => Err(missing(&format!(
            "there is no delivery stream {name} in {region}"
        ))),
    }
}

/// Looks in the configured region first, then in all regions.
async fn anywhere(
    reader: &Reader,
    likely: Option<&str>,
    name: &str,
) -> Result<(String, DeliveryStream)> {
    if let Some(region) = likely
        && let Some(stream) = reader.delivery_stream(region, name).await?
    {
        return Ok((region.to_owned(), stream));
    }
    let regions = reader.enabled_regions().await.map_err(or_name_it)?;
    let looks = regions.iter().map(|region| async {
        let found = reader.delivery_stream(&region.name, name).await?;
        Ok::<_, CallError>(found.map(|stream| (region.name.clone(), stream)))
    });
    let looks = join_all(looks).await.into_iter();
    let looks = looks.collect::<Result<Vec<_>, _>>().map_err(or_name_it)?;
    let mut found: Vec<_> = looks.into_iter().flatten().collect();
    match found.len() {
        0 => Err(missing(&format!(
            "there is no delivery stream {name} in any region"
        ))),
        1 => Ok(found.swap_remove(0)),
        _ => {
            let regions: Vec<&str> = found.iter().map(|(region, _)| region.as_str()).collect();
            let message = format!(
                "the delivery stream {name} is in several regions: {}",
                regions.join(", ")
            );
            Err(Error::failed(message).hint("choose one of them with --region"))
        }
    }
}

fn or_name_it(error: CallError) -> Error {
    Error::from(error).hint("or name the region of the delivery stream with --region")
}

fn missing(message: &str) -> Error {
    Error::failed(message).hint(
        "`ctadmin create push`, or `create central --splunk`, creates it; --prefix, --name and --stream name another, --from reads a bucket without it",
    )
}
