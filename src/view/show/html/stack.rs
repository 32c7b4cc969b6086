//! A stack that has a graph, ready to be drawn.

use serde_json::Value;

use super::kinds::{By, FLOWS};
use super::model::{Drawn, Resource, State};
use super::{arns, facts};
use crate::stack::picture::{Picture, Shown};

/// The picture of a stack.
pub fn drawn(picture: &Picture) -> Drawn {
    let mut drawn = Drawn {
        title: format!("Stack {}", picture.stack),
        place: vec![
            ("account", picture.account.clone()),
            ("scheme", format!("{}-cloudtrail", picture.prefix)),
            (
                "home region",
                picture.home_region.clone().unwrap_or_default(),
            ),
        ],
        verdict: verdict(picture),
        warnings: picture
            .warnings
            .iter()
            .chain(&picture.hints)
            .cloned()
            .collect(),
        resources: picture.resources.iter().map(resource).collect(),
        flows: Vec::new(),
    };
    by_kinds(picture, &mut drawn);
    for (at, shown) in picture.resources.iter().enumerate() {
        by_facts(at, shown, &mut drawn);
    }
    drawn
}

fn verdict(picture: &Picture) -> String {
    let stack = picture.stack;
    if picture.resources.is_empty() {
        return format!("nothing says in which region the {stack} stack is: give --region");
    }
    if picture.is_nothing() {
        return format!(
            "no resource of the {stack} stack exists; `ctadmin create {stack}` creates it"
        );
    }
    if picture.is_missing() {
        return format!(
            "the rest of the {stack} stack does not exist; `ctadmin create {stack}` creates it"
        );
    }
    let resources = picture.resources.iter();
    match resources.filter(|it| !it.drift.is_empty()).count() {
        0 => "no drift".to_owned(),
        1 => format!(
            "drift of 1 resource; `ctadmin {}` fixes it",
            picture.creation
        ),
        count => format!(
            "drift of {count} resources; `ctadmin {}` fixes it",
            picture.creation
        ),
    }
}

fn resource(shown: &Shown) -> Resource {
    Resource {
        kind: shown.kind.to_owned(),
        name: shown.name.clone(),
        region: shown.region.clone(),
        state: state(shown.exists, shown.is_wanted, &shown.drift),
        note: facts::note(&shown.facts),
        facts: facts::words(&shown.facts),
        drift: shown.drift.clone(),
    }
}

fn state(exists: bool, is_wanted: bool, drift: &[String]) -> State {
    match (exists, is_wanted, drift.is_empty()) {
        (true, true, true) => State::Good,
        (true, false, true) => State::Shown,
        (true, _, false) => State::Differs,
        // What is wanted, but by others first, is no drift.
        (false, _, true) => State::Absent,
        (false, _, false) => State::Missing,
    }
}

/// Adds the flows that the graph and the names say, of what does not exist as well.
fn by_kinds(picture: &Picture, drawn: &mut Drawn) {
    let resources = &picture.resources;
    for (from, to, by) in FLOWS {
        for (at, one) in resources
            .iter()
            .enumerate()
            .filter(|(_, it)| it.kind == from)
        {
            let others = resources.iter().enumerate();
            let others = others.filter(|(_, other)| other.kind == to);
            let reached = others.filter(|(other_at, other)| match by {
                By::Need => one.needs.contains(other_at) || other.needs.contains(&at),
                By::Name => (&one.name, &one.region) == (&other.name, &other.region),
                By::Region => one.region == other.region,
            });
            drawn
                .flows
                .extend(reached.map(|(other_at, _)| (at, other_at)));
        }
    }
    by_functions(resources, drawn);
}

/// Adds what functions send: an event source mapping needs its function, and that what the function sends to.
fn by_functions(resources: &[Shown], drawn: &mut Drawn) {
    for mapping in resources
        .iter()
        .filter(|it| it.kind == "event-source-mapping")
    {
        let needed = |kind: &'static str| {
            let needed = mapping.needs.iter().copied();
            needed.filter(move |at| resources[*at].kind == kind)
        };
        for function in needed("lambda-function") {
            drawn
                .flows
                .extend(needed("delivery-stream").map(|to| (function, to)));
        }
    }
}

/// Facts with what a resource sends to.
const TO: [&str; 8] = [
    "bucket",
    "destination",
    "domain",
    "log_group",
    "notifies",
    "queue",
    "target",
    "targets",
];
/// Facts with what it receives from.
const FROM: [&str; 2] = ["function", "source"];

/// Adds the flows that a resource's own facts say; what they name may be outside of the stack.
fn by_facts(at: usize, shown: &Shown, drawn: &mut Drawn) {
    for (name, value) in &shown.facts {
        let is_to = TO.contains(&name.as_str());
        if is_to || FROM.contains(&name.as_str()) {
            for named in texts(value).filter_map(arns::resource) {
                let other = number(drawn, named);
                drawn
                    .flows
                    .push(if is_to { (at, other) } else { (other, at) });
            }
        }
    }
    let outside = shown.facts.get("endpoint").and_then(Value::as_str);
    if let Some(endpoint) = outside.filter(|_| shown.kind == "delivery-stream") {
        let collector = Resource {
            kind: "collector".to_owned(),
            name: endpoint.to_owned(),
            ..Resource::default()
        };
        let collector = number(drawn, collector);
        drawn.flows.push((at, collector));
    }
    let subscribers = shown.facts.get("subscribers").and_then(Value::as_array);
    for subscriber in subscribers.into_iter().flatten() {
        let text = |field: &str| subscriber[field].as_str().unwrap_or_default().to_owned();
        let is_pending = subscriber["pending"].as_bool() == Some(true);
        let subscriber = Resource {
            kind: "topic-subscriber".to_owned(),
            name: text("endpoint"),
            note: Some(match is_pending {
                true => format!("{}, pending", text("protocol")),
                false => text("protocol"),
            }),
            ..Resource::default()
        };
        let subscriber = number(drawn, subscriber);
        drawn.flows.push((at, subscriber));
    }
}

/// The texts in a value.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let many = value.as_array().into_iter().flatten();
    many.chain([value]).filter_map(Value::as_str)
}

/// The number of a resource, which is added if it is not there.
fn number(drawn: &mut Drawn, named: Resource) -> usize {
    let known = drawn.resources.iter().position(|it| match it.state {
        State::Outside => *it == named,
        _ => arns::is_of(&named, it),
    });
    known.unwrap_or_else(|| {
        drawn.resources.push(named);
        drawn.resources.len() - 1
    })
}
