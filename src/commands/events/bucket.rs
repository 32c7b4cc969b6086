//! `--from`: all logs below a prefix, in order of their keys; of a time, only those in the folders of its days.
//!
//! Without a time the prefix is listed as it is. With one, the folders are walked from accounts down to regions, and in
//! each region the listing begins with the first day and ends with the last, so that nothing else is listed.

use std::mem;

use futures::StreamExt;
use futures::stream::{self, TryStreamExt};
use tokio::sync::mpsc;

use super::resume::{Folder, Folders};
use crate::aws::read::{Listing, Page};
use crate::aws::{Connection, Reader, Session, configured_region};
use crate::error::{CallError, Result};
use crate::events::archive::Delivered;
use crate::events::days::{Days, Level};
use crate::events::notice::{Place, Sort};
use crate::pull::download::Downloads;
use crate::reading::feed::Log;
use crate::region::global_region;
use crate::words::counted;

/// How many listings are asked for at once.
const AT_ONCE: usize = 16;

/// Hands all logs below a prefix to be printed; what to say at the end.
pub async fn feed(
    connection: &Connection,
    region: Option<&str>,
    below: &Place,
    days: &Days,
    read: Option<Folders>,
    work: mpsc::Sender<Log>,
) -> Result<Vec<String>> {
    let configured = configured_region(connection).await?;
    let near = region.or(configured.as_deref());
    let near = near.unwrap_or(global_region("aws"));
    let reader = Session::open(connection, near).await?.reader();
    let mut bucket = Bucket {
        reader: reader.clone(),
        region: near.to_owned(),
        name: &below.bucket,
        days,
        read: read.as_ref(),
    };
    let parts = bucket.parts(&below.key).await?;
    let (mut logs, mut others, mut failed) = (0_usize, 0, 0);
    let mut downloads = None;
    // The first pages of the parts to come are fetched ahead.
    let listings = parts.into_iter().map(|part| bucket.first_page(part));
    let mut listings = stream::iter(listings).buffered(AT_ONCE);
    while let Some(listing) = listings.next().await {
        let (mut listing, mut next, of_days, folder) = listing?;
        let known = read.as_ref().and_then(|read| read.get(&folder));
        let mut unlisted = known.map(Folder::unlisted).unwrap_or_default();
        while let Some(Page { objects, .. }) = next {
            let downloads =
                downloads.get_or_insert_with(|| Downloads::new(reader.clone(), listing.region()));
            let again = mem::take(&mut unlisted).into_iter();
            let end = objects.last().map(|object| object.key.as_str());
            let ended = end.is_some_and(|key| days.ends_before(key));
            let keys = objects.into_iter().map(|object| object.key);
            let keys = keys.filter(|key| !known.is_some_and(|known| known.has_read(key)));
            for key in again.chain(keys).filter(|key| days.may_have(key)) {
                if is_failed(&key) {
                    failed += 1;
                    continue;
                }
                if !is_log(&key) {
                    others += usize::from(!key.ends_with('/'));
                    continue;
                }
                let Ok(room) = work.reserve().await else {
                    return Ok(Vec::new());
                };
                logs += 1;
                let bucket = below.bucket.clone();
                let ends = read.as_ref().map(|_| format!("{folder}\n{key}"));
                room.send(downloads.begin(Place { bucket, key }, ends));
            }
            next = match ended && of_days {
                true => None,
                false => listing.page().await?,
            };
        }
    }
    let mut words = Vec::new();
    if logs == 0 {
        let time = days.described();
        let new = if read.is_some() { "new " } else { "" };
        words.push(format!("there is no {new}log{time} below {below}"));
    }
    if others > 0 {
        let others = counted(others, "object");
        words.push(format!("skipped {others} without events"));
    }
    if failed > 0 {
        let failed = counted(failed, "object");
        words.push(format!(
            "skipped {failed} with records that Firehose could not process"
        ));
    }
    Ok(words)
}

/// A bucket, and which days of it.
struct Bucket<'b> {
    reader: Reader,
    /// Its region, as far as it is known.
    region: String,
    name: &'b str,
    days: &'b Days,
    /// What was read of each folder, if a run reads on behind another.
    read: Option<&'b Folders>,
}

/// A part of a bucket that is listed as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    prefix: String,
    /// Only the keys right in it.
    flat: bool,
}

impl Bucket<'_> {
    /// The parts below a prefix that may hold logs of these days, in order of their keys.
    async fn parts(&mut self, prefix: &str) -> Result<Vec<Part>, CallError> {
        let whole = |prefix| Part {
            prefix,
            flat: false,
        };
        if self.days.is_all() && self.read.is_none() {
            return Ok(vec![whole(prefix.to_owned())]);
        }
        let mut parts = Vec::new();
        let mut folders = vec![prefix.to_owned()];
        while !folders.is_empty() {
            let mut asked = Vec::new();
            for folder in folders {
                match Level::of(&folder) {
                    Level::Days(_) | Level::Other => parts.push(whole(folder)),
                    _ => asked.push(folder),
                }
            }
            let found = stream::iter(asked.iter().map(|folder| self.folders_in(folder)));
            let found: Vec<_> = found.buffered(AT_ONCE).try_collect().await?;
            folders = Vec::new();
            for (asked, (below, has_logs, region)) in asked.into_iter().zip(found) {
                self.region = region;
                let level = Level::of(&asked);
                let leads = |folder: &String| {
                    let name = folder.strip_prefix(&asked);
                    name.is_some_and(|name| level.leads_to(name))
                };
                folders.extend(below.into_iter().filter(leads));
                if has_logs {
                    parts.push(Part {
                        prefix: asked,
                        flat: true,
                    });
                }
            }
        }
        parts.sort();
        Ok(parts)
    }

    /// The folders right below one, whether there are logs beside them, and the region of the bucket.
    async fn folders_in(&self, folder: &str) -> Result<(Vec<String>, bool, String), CallError> {
        let keys = self.reader.keys(&self.region, self.name, folder);
        let mut listing = keys.of_folders();
        let (mut folders, mut has_logs) = (Vec::new(), false);
        while let Some(page) = listing.page().await? {
            has_logs |= page
                .objects
                .iter()
                .any(|object| is_log(&object.key) || is_failed(&object.key));
            folders.extend(page.folders);
        }
        Ok((folders, has_logs, listing.region().to_owned()))
    }

    /// The listing of a part, its first page, whether it holds days, one behind the other, and its place.
    fn first_page(
        &self,
        part: Part,
    ) -> impl Future<Output = Result<(Listing, Option<Page>, bool, String), CallError>> + use<>
    {
        let region = match Level::of(&part.prefix) {
            Level::Days(region) => Some(region),
            _ => None,
        };
        let first = region.as_ref().zip(self.days.first.as_ref());
        let first = first.map(|(region, day)| format!("{region}{day}/"));
        let folder = format!("s3://{}/{}", self.name, part.prefix);
        let known = self.read.and_then(|read| read.get(&folder));
        let after = first.max(known.map(Folder::start));
        let of_days = region.is_some();
        let listing = self.reader.keys(&self.region, self.name, &part.prefix);
        let listing = listing.after(after);
        let mut listing = match part.flat {
            true => listing.of_folders(),
            false => listing,
        };
        async move {
            let page = listing.page().await?;
            Ok((listing, page, of_days, folder))
        }
    }
}

/// Logs that somebody copied out of CloudTrail's folders are logs all the same, and so is what Firehose wrote.
fn is_log(key: &str) -> bool {
    let copied = !key.contains("AWSLogs/") && (key.ends_with(".json.gz") || key.ends_with(".json"));
    match Sort::of(key) {
        Sort::Log => true,
        Sort::Digest => false,
        Sort::Other => copied || Delivered::of(key) == Some(Delivered::Records),
    }
}

fn is_failed(key: &str) -> bool {
    Delivered::of(key) == Some(Delivered::Failed)
}
