//! The picture of a scheme as tables for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::error::tame;
use crate::stack::trail::selectors::PERMISSION;
use crate::stack::trail::show::{Picture, QueuePicture, RegionPicture, TrailPicture};
use crate::time;
use crate::words::{counted, few, wrapped};

const HEADING: Style = Style::new().bold();
const DRIFT: Style = AnsiColor::Yellow.on_default();
const FAILED: Style = AnsiColor::Red.on_default();

/// The picture: a table with a row a region, bucket and queue, then what is wrong. `now` in seconds since 1970; `width` is that
/// of the terminal, if it is one.
pub fn text(picture: &Picture, now: i64, width: Option<usize>) -> String {
    let mut text = String::new();
    let home = picture.home_region.as_deref().unwrap_or("unknown");
    let _ = writeln!(
        text,
        "{HEADING}account {}, scheme {}-cloudtrail, home {home}{HEADING:#}\n",
        picture.account, picture.prefix
    );
    let _ = writeln!(text, "{}\n", regions(picture, now, width));
    let bucket = &picture.bucket;
    let place = bucket.region.iter().map(|region| format!(" in {region}"));
    let place: String = place.collect();
    let state = match bucket.state {
        "forbidden" => "forbidden (owned by another account, or s3:ListBucket is missing)",
        state => state,
    };
    let mut line = |label: &str, words: &str| {
        let _ = writeln!(text, "{label:<8}{}", wrapped(words, 8, width));
    };
    line("bucket", &format!("{}{place}: {state}", bucket.name));
    if let Some(settings) = &bucket.settings {
        line("", &super::bucket_settings::words(settings));
    }
    for key in keys(picture) {
        line("kms", &key);
    }
    for sources in sources(picture) {
        line("events", &sources);
    }
    let none = match picture.queue_unknown {
        true => "unknown",
        false => "none",
    };
    let queue = |found: Option<&QueuePicture>| found.map_or_else(|| none.to_owned(), queue);
    line("queue", &queue(picture.queue.as_ref()));
    line("dlq", &queue(picture.dead_letters.as_ref()));
    if let Some(words) = super::bucket_settings::encryption(picture) {
        line("sse", &words);
    }
    text.push_str(&complaints(picture, width));
    text
}

/// The regions by what is known of them, without those of which it is not.
pub(super) fn regions_by<'a, K: Ord>(
    picture: &'a Picture,
    what: impl Fn(&'a RegionPicture) -> Option<K>,
) -> BTreeMap<K, Vec<&'a str>> {
    let mut groups: BTreeMap<K, Vec<&str>> = BTreeMap::new();
    for region in &picture.regions {
        if let Some(what) = what(region) {
            groups.entry(what).or_default().push(&region.region);
        }
    }
    groups
}

/// Each key that encrypts log files, and none where there is none, with the regions unless all are the same.
fn keys(picture: &Picture) -> Vec<String> {
    let keys = regions_by(picture, |region| {
        // A line fits a terminal: the ARN is in the JSON.
        let key = region.trail.as_ref()?.kms_key_id.as_deref();
        Some(key.map(|arn| arn.rsplit('/').next().unwrap_or(arn)))
    });
    let mixed = keys.len() > 1;
    let lines = keys.into_iter().map(|(key, regions)| {
        let place = match mixed {
            true => format!(" in {}", few(regions)),
            false => String::new(),
        };
        match key {
            Some(key) => format!("key {}{place}", tame(key)),
            None => format!("no key{place}: the bucket's own encryption applies"),
        }
    });
    lines.collect()
}

/// The services whose management events are excluded, and the regions where the caller may not know them.
fn sources(picture: &Picture) -> Vec<String> {
    let sources = regions_by(picture, |region| {
        let sources = region.trail.as_ref()?.excluded_sources.as_deref();
        (sources != Some(&[])).then_some(sources)
    });
    let (unknown, excluded): (Vec<_>, Vec<_>) = sources
        .into_iter()
        .partition(|(sources, _)| sources.is_none());
    let lines = excluded
        .into_iter()
        .chain(unknown)
        .map(|(sources, regions)| {
            let regions = few(regions);
            match sources {
                Some(sources) => {
                    let services = tame(&sources.join(", "));
                    format!("management events of {services} are excluded in {regions}")
                }
                None => format!("event selectors unknown in {regions} ({PERMISSION} is missing)"),
            }
        });
    lines.collect()
}

/// A queue in words: how much waits, and how long already.
fn queue(queue: &QueuePicture) -> String {
    let state = match queue.messages {
        Some(messages) => {
            let in_flight = queue.messages_in_flight.unwrap_or_default();
            let oldest = match queue.oldest_message_seconds {
                _ if messages + in_flight == 0 => String::new(),
                Some(seconds) => format!(", the oldest {}", time::ago(seconds)),
                None => ", the oldest of unknown age".to_owned(),
            };
            let messages = counted(usize::try_from(messages).unwrap_or(usize::MAX), "message");
            format!("{messages}, {in_flight} in flight{oldest}")
        }
        None => "missing".to_owned(),
    };
    format!("{} in {}: {state}", queue.name, queue.region)
}

fn regions(picture: &Picture, now: i64, width: Option<usize>) -> String {
    let header = [
        "REGION",
        "TRAIL",
        "LOGS",
        "GLOBAL",
        "MULTI",
        "BUCKET",
        "TOPIC",
        "QUEUE",
        "DELIVERED",
    ];
    let regions = picture.regions.iter();
    let rows = regions.map(|region| {
        let trail = region.trail.as_ref();
        let of_trail = |cell: &dyn Fn(&TrailPicture) -> String| trail.map_or("-".to_owned(), cell);
        [
            region.region.clone(),
            standing(region).to_owned(),
            of_trail(&|trail| yes_no(trail.logging)),
            of_trail(&|trail| yes_no(trail.global)),
            of_trail(&|trail| yes_no(trail.multi_region)),
            of_trail(&|trail| match trail.bucket == picture.bucket.name {
                true => "ok".to_owned(),
                false => "other".to_owned(),
            }),
            topic(region).to_owned(),
            region
                .subscription
                .as_ref()
                .map_or("-", |_| "yes")
                .to_owned(),
            of_trail(&|trail| delivered(trail, now)),
        ]
    });
    crate::view::table::table(header, rows, width)
}

/// Whether the region's trail can publish to the scheme's topic.
fn topic(region: &RegionPicture) -> &'static str {
    let elsewhere = region.trail.as_ref().is_some_and(|trail| !trail.topic_ok);
    match &region.topic {
        None => "-",
        Some(_) if elsewhere => "other",
        Some(topic) if topic.policy_ok => "ok",
        Some(_) => "closed",
    }
}

/// A regional trail beside the multi-region one.
const SURPLUS: &str = "surplus";

fn standing(region: &RegionPicture) -> &'static str {
    match (&region.error, &region.trail, &region.covered_by) {
        (Some(_), ..) => "unread",
        (None, Some(_), None) => "yes",
        (None, Some(_), Some(_)) => SURPLUS,
        (None, None, Some(_)) => "covered",
        (None, None, None) => "-",
    }
}

fn yes_no(answer: bool) -> String {
    if answer { "yes" } else { "no" }.to_owned()
}

/// How long ago the last delivery was, or that it failed.
fn delivered(trail: &TrailPicture, now: i64) -> String {
    if trail.delivery_error.is_some() {
        return "failed".to_owned();
    }
    let time = trail.last_delivery.as_deref();
    let since = time.and_then(|time| time::since(time, now));
    since.map_or_else(|| "never".to_owned(), time::ago)
}

/// Whether no resource of the scheme exists, as far as is known.
fn is_nothing(picture: &Picture) -> bool {
    let nothing = picture.regions.iter().all(|region| {
        region.trail.is_none() && region.topic.is_none() && region.covered_by.is_none()
    });
    nothing && picture.queue.is_none() && !picture.queue_unknown
}

const NOTHING: &str =
    "no resource of this scheme exists; `ctadmin create --region REGION` creates them";

/// What is the matter, in one sentence.
pub(super) fn verdict(picture: &Picture) -> &'static str {
    let is_whole = picture.regions.iter().all(|region| region.error.is_none());
    match picture.has_drift() {
        _ if is_nothing(picture) => NOTHING,
        true => "drift was found; `ctadmin create` fixes it",
        false if is_whole => "no drift",
        false => "no drift where the account could be read",
    }
}

/// What is wrong beside drift.
pub(super) fn warnings(picture: &Picture) -> Vec<String> {
    let regions = picture.regions.iter();
    let unread = regions.filter_map(|region| Some((&region.region, region.error.as_ref()?)));
    let unread = unread.map(|(region, error)| format!("{region} could not be read: {error}"));
    unread
        .chain(surplus(picture))
        .chain(errors(picture))
        .collect()
}

/// Drift and errors in words, a line each; drift that several regions share in one.
fn complaints(picture: &Picture, width: Option<usize>) -> String {
    if is_nothing(picture) {
        return format!("\n{NOTHING}\n");
    }
    let mut lines: Vec<String> = Vec::new();
    for (words, places) in drift(picture) {
        let words = wrapped(&format!("{}: {}", few(places), tame(words)), 8, width);
        lines.push(format!("{DRIFT}drift{DRIFT:#}   {words}"));
    }
    if !lines.is_empty() {
        lines.push("`ctadmin create` fixes it".to_owned());
    } else if picture.regions.iter().all(|region| region.error.is_none()) {
        lines.push("no drift".to_owned());
    }
    lines.extend(surplus(picture).map(|line| wrapped(&line, 0, width)));
    lines.extend(errors(picture).iter().map(|error| {
        let error = wrapped(error, 8, width);
        format!("{FAILED}error{FAILED:#}   {error}")
    }));
    if lines.is_empty() {
        return String::new();
    }
    format!("\n{}\n", lines.join("\n"))
}

/// What differs, and where.
fn drift(picture: &Picture) -> Vec<(&str, Vec<&str>)> {
    let queues = [("queue", &picture.queue), ("dlq", &picture.dead_letters)];
    let queues = queues.into_iter();
    let queues = queues.filter_map(|(place, queue)| Some((place, &queue.as_ref()?.drift)));
    let regions = picture.regions.iter();
    let regions = regions.map(|region| (region.region.as_str(), &region.drift));
    let bucket = [("bucket", &picture.bucket.drift)].into_iter();
    let mut differing: Vec<(&str, Vec<&str>)> = Vec::new();
    for (place, drift) in bucket.chain(queues).chain(regions) {
        for words in drift {
            match differing.iter_mut().find(|(known, _)| known == words) {
                Some((_, places)) => places.push(place),
                None => differing.push((words, vec![place])),
            }
        }
    }
    differing
}

fn surplus(picture: &Picture) -> Option<String> {
    let regions = picture.regions.iter();
    let surplus = regions.filter(|region| standing(region) == SURPLUS).count();
    let trails = counted(surplus, "surplus trail");
    (surplus > 0).then(|| {
        format!("{trails} in addition to the multi-region one, billed as another copy; `ctadmin create --prune` deletes them")
    })
}

/// What S3 and SNS complained of, and what keeps trails from publishing that `create` does not fix.
fn errors(picture: &Picture) -> Vec<String> {
    let denials = picture.regions.iter().filter_map(|region| {
        let sid = region.topic.as_ref()?.denied_by.as_ref()?;
        let what = format!("{sid} of the topic's policy denies sns:Publish");
        Some((region, what))
    });
    let errors = picture.regions.iter().flat_map(|region| {
        let errors = region.trail.iter().flat_map(|trail| {
            [
                ("delivery", &trail.delivery_error),
                ("notification", &trail.notification_error),
            ]
        });
        errors
            .filter_map(move |(what, error)| Some((region, format!("{what}: {}", error.as_ref()?))))
    });
    let all = denials.chain(errors);
    all.map(|(region, what)| format!("{}: {}", region.region, tame(&what)))
        .collect()
}
