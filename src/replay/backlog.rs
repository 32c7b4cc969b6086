//! Which objects hold what failed, and which of them were replayed.
//!
//! Firehose writes an object once, under a name of its own, so its key is all that has to be kept. A mark has the key of
//! its object below the folder [`MARKS`]: with `.done` at its end once all was acknowledged, with [`PART`] while some of it
//! was. Objects are neither moved nor tagged: what failed stays as Firehose wrote it, nothing of the bucket has to be
//! deleted, and one listing says of all objects whether they are done. A mark is younger than its object, so that a
//! lifecycle rule of the bucket removes the object first.

use std::collections::HashSet;

use crate::aws::Reader;
use crate::aws::read::Entry;
use crate::error::CallResult;
pub use crate::hec::failed::{MARKS, done};

const PART: &str = ".part";

/// What `!{firehose:error-output-type}` can be for Splunk:
/// <https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html>, and
/// <https://docs.aws.amazon.com/firehose/latest/dev/decomp-faq.html>.
const KINDS: [&str; 3] = [
    "splunk-failed/",
    "processing-failed/",
    "decompression-failed/",
];

/// What failed and is in the bucket. Only names are kept in memory.
#[derive(Clone, Debug, Default)]
pub struct Backlog {
    /// The region of the bucket.
    pub region: String,
    /// The objects that are not replayed, or not all of them, in order of their keys.
    pub objects: Vec<Entry>,
    /// How many more were replayed.
    pub replayed: usize,
    /// The keys of the objects of which a part was.
    parts: HashSet<String>,
}

/// The key of the mark of an object of which a part is done.
pub fn part(key: &str) -> String {
    format!("{MARKS}{key}{PART}")
}

/// What the keys of failed objects begin with, by the prefixes of a stream's backup.
pub fn prefixes(prefix: Option<&str>, error_prefix: Option<&str>) -> Vec<String> {
    let named = error_prefix.filter(|prefix| !prefix.is_empty());
    let named = named.or(prefix).unwrap_or_default();
    match named.split_once("!{") {
        Some((before, _)) if !before.is_empty() => vec![before.to_owned()],
        Some(_) => KINDS.map(str::to_owned).to_vec(),
        // Firehose appends the kind and the date.
        None => KINDS.map(|kind| format!("{named}{kind}")).to_vec(),
    }
}

impl Backlog {
    /// Lists objects below these prefixes, and their marks; with `all`, those that are done are objects, too.
    pub async fn read(
        reader: &Reader,
        region: &str,
        bucket: &str,
        prefixes: &[String],
        all: bool,
    ) -> CallResult<Self> {
        let mut backlog = Self {
            region: region.to_owned(),
            ..Self::default()
        };
        for prefix in prefixes {
            let mut marks = HashSet::new();
            let below = format!("{MARKS}{prefix}");
            let mut listing = reader.keys(&backlog.region, bucket, &below);
            while let Some(page) = listing.page().await? {
                marks.extend(page.objects.into_iter().map(|mark| mark.key));
            }
            backlog.region = listing.region().to_owned();
            let mut listing = reader.keys(&backlog.region, bucket, prefix);
            while let Some(page) = listing.page().await? {
                for object in page.objects {
                    backlog.add(object, &marks, all);
                }
            }
        }
        Ok(backlog)
    }

    fn add(&mut self, object: Entry, marks: &HashSet<String>, all: bool) {
        let key = &object.key;
        if key.starts_with(MARKS) || key.ends_with('/') {
            return;
        }
        let is_done = marks.contains(&done(key));
        self.replayed += usize::from(is_done);
        if is_done && !all {
            return;
        }
        if !is_done && marks.contains(&part(key)) {
            self.parts.insert(key.clone());
        }
        self.objects.push(object);
    }

    /// Whether a part of an object was replayed.
    pub fn is_part(&self, key: &str) -> bool {
        self.parts.contains(key)
    }

    /// How large the objects are together, in bytes.
    pub fn size(&self) -> u64 {
        self.objects.iter().map(|object| object.size).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_below_the_prefixes_of_the_stream() {
        let kinds = |base: &str| KINDS.map(|kind| format!("{base}{kind}")).to_vec();
        let error = "s/failed/!{firehose:error-output-type}/!{timestamp:yyyy}/";
        for (prefix, error, expected) in [
            (Some("s/all/"), Some(error), vec!["s/failed/".to_owned()]),
            (Some("s/all/"), Some("errors/"), kinds("errors/")),
            (Some("FH"), Some(""), kinds("FH")),
            (Some("FH"), None, kinds("FH")),
            (None, None, kinds("")),
            (None, Some("!{firehose:error-output-type}/"), kinds("")),
        ] {
            assert_eq!(prefixes(prefix, error), expected, "{prefix:?} {error:?}");
        }
    }

    #[test]
    fn marks_say_what_is_done_and_are_no_objects_themselves() {
        let entry = |key: &str| Entry {
            key: key.to_owned(),
            written: 0,
            size: 1,
        };
        let marks = HashSet::from([done("a"), part("a"), part("b"), done("d.done")]);
        let mut backlog = Backlog::default();
        for key in ["a", "b", "c", "c/", "d", &done("a")] {
            backlog.add(entry(key), &marks, false);
        }
        let keys: Vec<&str> = backlog.objects.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(
            (keys, backlog.replayed, backlog.size()),
            (vec!["b", "c", "d"], 1, 3)
        );
        assert!(backlog.is_part("b") && !backlog.is_part("c"));
    }
}
