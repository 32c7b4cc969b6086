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
    let place = bucket
        .region
        .as_ref()
        .map(|region| format!(" in {region}"))
        .unwrap_or_default();
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
    for excluded in excluded_sources(picture) {
        line("events", &excluded);
    }
    if let Some(unknown) = unknown_sources(picture) {
        line("events", &unknown);
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

/// Each key that encrypts log files, and none where there is none, with the regions unless all are the same.
fn keys(picture: &Picture) -> Vec<String> {
    let mut keys: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for region in &picture.regions {
        if let Some(trail) = &region.trail {
            // A line fits a terminal: the ARN is in the JSON.
            let key = trail.kms_key_id.as_deref();
            let key = key.map(|arn| arn.rsplit('/').next().unwrap_or(arn));
            keys.entry(key).or_default().push(&region.region);
        }
    }
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

/// The services whose management events are excluded, with the regions.
fn excluded_sources(picture: &Picture) -> Vec<String> {
    let mut excluded: BTreeMap<&[String], Vec<&str>> = BTreeMap::new();
    for region in &picture.regions {
        let trail = region.trail.as_ref();
        let sources = trail.and_then(|trail| trail.excluded_sources.as_deref());
        if let Some(sources) = sources.filter(|sources| !sources.is_empty()) {
            excluded.entry(sources).or_default().push(&region.region);
        }
    }
    let lines = excluded.into_iter().map(|(services, regions)| {
        let services = tame(&services.join(", "));
        format!(
            "management events of {services} are excluded in {}",
            few(regions)
        )
    });
    lines.collect()
}

/// The regions where the caller may not know which management events are excluded.
fn unknown_sources(picture: &Picture) -> Option<String> {
    let regions = picture.regions.iter().filter(|region| {
        let trail = region.trail.as_ref();
        trail.is_some_and(|trail| trail.excluded_sources.is_none())
    });
    let regions: Vec<&str> = regions.map(|region| region.region.as_str()).collect();
    (!regions.is_empty()).then(|| {
        format!(
            "event selectors unknown in {} ({PERMISSION} is missing)",
            few(regions)
        )
    })
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
            of_trail(&|trail| {
                if trail.bucket == picture.bucket.name {
                    "ok".to_owned()
                } else {
                    "other".to_owned()
                }
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

/// Drift and errors in words, a line each; drift that several regions share in one.
fn complaints(picture: &Picture, width: Option<usize>) -> String {
    let nothing = picture.regions.iter().all(|region| {
        region.trail.is_none() && region.topic.is_none() && region.covered_by.is_none()
    });
    if nothing && picture.queue.is_none() && !picture.queue_unknown {
        return "\nno resource of this scheme exists; `ctadmin create --region REGION` creates them\n"
            .to_owned();
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
    let bucket = picture.bucket.drift.iter().map(|words| ("bucket", words));
    let queue = picture
        .queue
        .iter()
        .flat_map(|queue| &queue.drift)
        .map(|words| ("queue", words));
    let dead_letters = picture.dead_letters.iter().flat_map(|queue| &queue.drift);
    let queue = queue.chain(dead_letters.map(|words| ("dlq", words)));
    let regions = picture.regions.iter();
    let regions = regions.flat_map(|region| {
        region
            .drift
            .iter()
            .map(|words| (region.region.as_str(), words))
    });
    let mut drift: Vec<(&str, Vec<&str>)> = Vec::new();
    for (place, words) in bucket.chain(queue).chain(regions) {
        match drift.iter_mut().find(|(known, _)| known == words) {
            Some((_, places)) => places.push(place),
            None => drift.push((words, vec![place])),
        }
    }
    drift
}

fn surplus(picture: &Picture) -> Option<String> {
    let surplus = picture
        .regions
        .iter()
        .filter(|region| standing(region) == SURPLUS)
        .count();
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
        Some(format!("{}: {}", region.region, tame(&what)))
    });
    let trails = picture
        .regions
        .iter()
        .filter_map(|region| Some((region, region.trail.as_ref()?)));
    let errors = trails.flat_map(|(region, trail)| {
        let delivery = trail
            .delivery_error
            .iter()
            .map(|error| format!("delivery: {error}"));
        let notification = trail
            .notification_error
            .iter()
            .map(|error| format!("notification: {error}"));
        let errors = delivery.chain(notification);
        errors.map(|error| format!("{}: {}", region.region, tame(&error)))
    });
    denials.chain(errors).collect()
}
