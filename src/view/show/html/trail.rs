//! The trail stack, ready to be drawn: in each region a trail, a topic and its subscription; then bucket and queues.

use serde_json::{Map, Value, json};

use super::facts;
use super::model::{Drawn, Resource, State};
use crate::stack::trail::show::{Picture, QueuePicture, RegionPicture};

/// The picture of the trail stack.
pub fn drawn(picture: &Picture) -> Drawn {
    let mut drawn = Drawn {
        title: "Stack trail".to_owned(),
        place: vec![
            ("account", picture.account.clone()),
            ("scheme", format!("{}-cloudtrail", picture.prefix)),
            (
                "home region",
                picture.home_region.clone().unwrap_or_default(),
            ),
        ],
        verdict: crate::view::show::trail::verdict(picture).to_owned(),
        warnings: crate::view::show::trail::warnings(picture),
        ..Drawn::default()
    };
    let bucket = drawn.add(bucket(picture));
    let queues = [
        ("queue", &picture.queue),
        ("dead-letter-queue", &picture.dead_letters),
    ];
    let queues = queues.map(|(kind, found)| drawn.add(queue(picture, kind, found.as_ref())));
    drawn.link(queues[0], queues[1]);
    for region in &picture.regions {
        let trail = drawn.add(trail(picture, region));
        let topic = drawn.add(topic(picture, region));
        let subscription = drawn.add(subscription(picture, region));
        // A trail of the scheme that writes elsewhere is drawn as what it should be; its drift says so.
        for (from, to) in [
            (trail, bucket),
            (trail, topic),
            (topic, subscription),
            (subscription, queues[0]),
        ] {
            drawn.link(from, to);
        }
    }
    drawn
}

impl Drawn {
    /// Adds a resource, if it is shown.
    fn add(&mut self, resource: Option<Resource>) -> Option<usize> {
        self.resources.push(resource?);
        Some(self.resources.len() - 1)
    }

    fn link(&mut self, from: Option<usize>, to: Option<usize>) {
        self.flows.extend(from.zip(to));
    }
}

/// The fields of what is serialised for programs, as facts in words, without those that are shown elsewhere.
fn facts(serialised: Value, without: &[&str]) -> Vec<(String, String)> {
    let Value::Object(fields) = serialised else {
        return Vec::new();
    };
    let mut kept = Map::new();
    for (name, value) in fields {
        match value {
            // What is below is a fact like the others.
            Value::Object(fields) if name == "settings" => kept.extend(fields),
            value if !without.contains(&name.as_str()) => _ = kept.insert(name, value),
            _ => {}
        }
    }
    facts::words(&kept)
}

fn bucket(picture: &Picture) -> Option<Resource> {
    let bucket = &picture.bucket;
    let state = match (bucket.state, bucket.drift.is_empty()) {
        ("found", true) => State::Good,
        ("found", false) => State::Differs,
        ("missing", _) => State::Missing,
        _ => State::Unknown,
    };
    Some(Resource {
        kind: "bucket".to_owned(),
        name: bucket.name.clone(),
        region: bucket.region.clone().unwrap_or_default(),
        state,
        note: (bucket.state == "forbidden").then(|| "forbidden".to_owned()),
        facts: facts(json!(bucket), &["name", "region", "drift"]),
        drift: bucket.drift.clone(),
    })
}

/// A queue; what may be in a region that could not be read is unknown.
fn queue(picture: &Picture, kind: &str, found: Option<&QueuePicture>) -> Option<Resource> {
    let name = match kind {
        "queue" => format!("{}-cloudtrail", picture.prefix),
        _ => format!("{}-cloudtrail-dlq", picture.prefix),
    };
    let Some(queue) = found else {
        return picture.queue_unknown.then(|| Resource {
            kind: kind.to_owned(),
            name,
            state: State::Unknown,
            ..Resource::default()
        });
    };
    let state = match (queue.messages, queue.drift.is_empty()) {
        (Some(_), true) => State::Good,
        (Some(_), false) => State::Differs,
        (None, true) => State::Absent,
        (None, false) => State::Missing,
    };
    Some(Resource {
        kind: kind.to_owned(),
        name: queue.name.clone(),
        region: queue.region.clone(),
        state,
        note: None,
        facts: facts(json!(queue), &["name", "region", "drift"]),
        drift: queue.drift.clone(),
    })
}

/// The state of what is in a region.
fn state(region: &RegionPicture, exists: bool, drift: &[String]) -> State {
    match (exists, drift.is_empty()) {
        _ if region.error.is_some() => State::Unknown,
        (true, true) => State::Good,
        (true, false) => State::Differs,
        (false, false) => State::Missing,
        (false, true) => State::Absent,
    }
}

/// A resource of a region, called as the scheme calls it.
fn regional(picture: &Picture, region: &RegionPicture, kind: &str) -> Resource {
    Resource {
        kind: kind.to_owned(),
        name: format!("{}-cloudtrail-{}", picture.prefix, region.region),
        region: region.region.clone(),
        facts: region
            .error
            .iter()
            .map(|why| ("error".to_owned(), why.clone()))
            .collect(),
        ..Resource::default()
    }
}

fn trail(picture: &Picture, region: &RegionPicture) -> Option<Resource> {
    let drift = region.drift_of.trail.clone();
    let trail = regional(picture, region, "trail");
    let found = region.trail.as_ref();
    let state = match (state(region, found.is_some(), &drift), &region.covered_by) {
        (State::Absent, Some(_)) => State::Covered,
        (state, _) => state,
    };
    let covered = region.covered_by.iter();
    let covered = covered.map(|arn| ("covered by".to_owned(), arn.clone()));
    let found_facts = found.map_or_else(Vec::new, |found| facts(json!(found), &["name"]));
    Some(Resource {
        name: found.map_or(trail.name, |found| found.name.clone()),
        state,
        note: found
            .filter(|found| !found.logging)
            .map(|_| "not logging".to_owned()),
        facts: trail
            .facts
            .into_iter()
            .chain(found_facts)
            .chain(covered)
            .collect(),
        drift,
        ..trail
    })
}

fn topic(picture: &Picture, region: &RegionPicture) -> Option<Resource> {
    let drift = region.drift_of.topic.clone();
    let topic = regional(picture, region, "topic");
    let found = region.topic.as_ref();
    let state = state(region, found.is_some(), &drift);
    let found_facts = found.map_or_else(Vec::new, |found| facts(json!(found), &[]));
    let is_shown = state != State::Absent || region.covered_by.is_none();
    is_shown.then(|| Resource {
        state,
        facts: topic.facts.iter().cloned().chain(found_facts).collect(),
        drift,
        ..topic
    })
}

/// The subscription of the queue, if there is a topic.
fn subscription(picture: &Picture, region: &RegionPicture) -> Option<Resource> {
    let drift = region.drift_of.subscription.clone();
    let found = region.subscription.as_ref();
    let state = state(region, found.is_some(), &drift);
    let is_shown = state != State::Absent && state != State::Unknown;
    is_shown.then(|| Resource {
        name: "to the queue".to_owned(),
        state,
        facts: found
            .map(|arn| ("arn".to_owned(), arn.clone()))
            .into_iter()
            .collect(),
        drift,
        ..regional(picture, region, "subscription")
    })
}
