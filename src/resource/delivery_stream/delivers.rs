//! What delivery streams have in common, whatever they deliver to: when one is created, updated, replaced or refused.

use super::calls::{creation, deletion};
use super::{DeliveryStreamState, Description, encrypting, is_useless, tagging};
use crate::call::Tag;
use crate::call::firehose::{CreateDeliveryStream, Firehose};
use crate::error::{Error, Result};
use crate::resource::{Change, chained};

/// What a replacement means where a stream reads a data stream.
pub(super) const LATER: &str = "deletes it and creates it again; the new one starts with the newest record, so records of the minutes between are not delivered";

/// A delivery stream to a destination.
pub(super) trait Delivers {
    /// The stream's name.
    fn name(&self) -> &str;

    /// Tags it must have, among others.
    fn tags(&self) -> &[Tag];

    /// Whether a stream that cannot be updated is replaced.
    fn is_replaced(&self) -> bool;

    /// Whether the stream encrypts what waits in it. What is read from a data stream is encrypted as that one is.
    fn encrypts(&self) -> bool;

    /// What `--replace` means for the records of this stream.
    fn replacement(&self) -> &'static str;

    /// Why a stream that works cannot become what it should be by an update.
    fn obstacle(&self, found: &Description) -> Option<String>;

    /// The stream, with settings of the one that it takes the place of.
    fn create(&self, old: Option<&DeliveryStreamState>) -> CreateDeliveryStream;

    /// How it differs from what an update can make it, in words; empty if it does not deliver there.
    fn differences(&self, found: &Description) -> Vec<&'static str>;

    /// The update of what differs; nothing if it does not deliver there.
    fn update(&self, found: &Description) -> Option<Firehose>;
}

/// Why it is replaced: one that Firehose failed to create or delete is of no use anyway.
fn obstacle(stream: &impl Delivers, found: &Description) -> Option<String> {
    let is_working = !is_useless(&found.status);
    is_working.then(|| stream.obstacle(found)).flatten()
}

/// Whether it is created: it is missing, of no use, or replaced.
pub(super) fn is_created(stream: &impl Delivers, observed: Option<&DeliveryStreamState>) -> bool {
    observed.is_none_or(|state| {
        let found = &state.description;
        is_useless(&found.status) || obstacle(stream, found).is_some()
    })
}

/// Whether a stream that appeared while it was being created is the one that was to be created.
pub(super) fn is_own(stream: &impl Delivers, found: &Description) -> bool {
    matches!(found.status.as_str(), "ACTIVE" | "CREATING")
        && obstacle(stream, found).is_none()
        && stream.differences(found).is_empty()
}

/// # Errors
/// When only a replacement would help, and none is asked for.
pub(super) fn check(stream: &impl Delivers, observed: Option<&DeliveryStreamState>) -> Result<()> {
    let why = observed.and_then(|found| obstacle(stream, &found.description));
    let Some(why) = why.filter(|_| !stream.is_replaced()) else {
        return Ok(());
    };
    let name = stream.name();
    let message = format!("the delivery stream {name} cannot be updated: {why}");
    Err(Error::failed(message).hint(format!("--replace {}", stream.replacement())))
}

/// What turns it into what it should be.
pub(super) fn changes(
    stream: &impl Delivers,
    observed: Option<&DeliveryStreamState>,
) -> Vec<Change> {
    let found = observed.filter(|found| found.description.status != "DELETING");
    let Some(state) = found else {
        return vec![creation(stream.create(None), "delivery stream is missing")];
    };
    let (name, found) = (stream.name(), &state.description);
    if is_created(stream, observed) {
        let why = match obstacle(stream, found) {
            Some(why) => format!("--replace: {why}"),
            None => format!("status is {}", found.status),
        };
        let delete = Change::new(deletion(name), why);
        let create = creation(stream.create(observed), "replace it");
        return chained(vec![delete, create]);
    }
    let differences = stream.differences(found).join(", ");
    let mut changes = Vec::new();
    let update = stream.update(found).filter(|_| !differences.is_empty());
    changes.extend(update.map(|update| Change::new(update, differences)));
    if stream.encrypts() {
        changes.extend(encrypting(name, found, changes.len()));
    }
    changes.extend(tagging(name, stream.tags(), &state.tags));
    changes
}
