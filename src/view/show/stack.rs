//! A stack as a table for people.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use serde_json::{Map, Value};

use crate::error::tame;
use crate::stack::picture::{Picture, Shown};
use crate::time;
use crate::words::{counted, wrapped};

const HEADING: Style = Style::new().bold();
const DRIFT: Style = AnsiColor::Yellow.on_default();
const WARNING: Style = AnsiColor::Red.on_default();

/// A row a resource, its name without that of the scheme, then what is wrong. `now` in seconds since 1970; `width` is that of the terminal, if it is one.
pub fn text(picture: &Picture, now: i64, width: Option<usize>) -> String {
    let mut text = String::new();
    let Picture {
        account,
        prefix,
        stack,
        ..
    } = picture;
    let home = picture.home_region.as_ref();
    let home = home.map_or_else(String::new, |home| format!(", home {home}"));
    let _ = writeln!(
        text,
        "{HEADING}account {account}, {stack} of scheme {prefix}-cloudtrail{home}{HEADING:#}\n"
    );
    if picture.is_nothing() && picture.warnings.is_empty() {
        let words = match picture.resources.is_empty() {
            true => format!("nothing says in which region the {stack} stack is: give --region"),
            false => {
                format!(
                    "no resource of the {stack} stack exists; `ctadmin create {stack}` creates it"
                )
            }
        };
        let _ = writeln!(text, "{}", wrapped(&words, 0, width));
        return text;
    }
    let base = format!("{prefix}-cloudtrail-");
    let mut rows = Vec::new();
    for (at, resource) in picture.resources.iter().enumerate() {
        let copies = copies(&picture.resources, resource);
        if copies.len() > 1 {
            if std::ptr::eq(copies[0], resource) {
                rows.extend(in_regions(&copies, now));
            }
            continue;
        }
        let common = common(&picture.resources, resource.kind);
        let is_first = picture.resources[..at]
            .iter()
            .all(|it| it.kind != resource.kind);
        if is_first && !common.is_empty() {
            let state = facts(&common, now);
            rows.push([resource.kind.to_owned(), "(all)".to_owned(), state]);
        }
        let name = &resource.name;
        let name = match resource.kind {
            // Its log group is a row of its own.
            "log-stream" => name.rsplit('/').next().unwrap_or(name),
            _ => name.strip_prefix(&base).unwrap_or(name),
        };
        let name = name.to_owned();
        let state = state(resource, &common, now);
        rows.push([resource.kind.to_owned(), name, state]);
    }
    let table = super::super::table::states(["RESOURCE", "NAME", "STATE"], rows, width);
    let _ = writeln!(text, "{table}");
    // The ARN of a role is there to be copied.
    let roles = picture.resources.iter().filter(|it| it.kind == "role");
    let arns = roles.filter_map(|role| role.facts.get("arn")?.as_str());
    arns.for_each(|arn| _ = writeln!(text, "\nrole    {arn}"));
    text.push_str(&complaints(picture, width));
    text
}

/// The resources of this one's kind and name: one in each of several regions.
fn copies<'a>(resources: &'a [Shown], of: &Shown) -> Vec<&'a Shown> {
    let same = resources.iter();
    same.filter(|it| (it.kind, &it.name) == (of.kind, &of.name))
        .collect()
}

/// The rows of resources that differ in their regions only: a row for each state.
fn in_regions(copies: &[&Shown], now: i64) -> Vec<[String; 3]> {
    let mut rows: Vec<([String; 3], Vec<&str>)> = Vec::new();
    for copy in copies {
        let state = state(copy, &Map::new(), now);
        match rows.iter_mut().find(|(row, _)| row[2] == state) {
            Some((_, regions)) => regions.push(&copy.region),
            None => {
                let row = [copy.kind.to_owned(), copy.name.clone(), state];
                rows.push((row, vec![&copy.region]));
            }
        }
    }
    let rows = rows.into_iter().map(|(mut row, regions)| {
        let regions = match regions.len() > FEW {
            true => counted(regions.len(), "region"),
            false => regions.join(", "),
        };
        row[1] = format!("{} in {regions}", row[1]);
        row
    });
    rows.collect()
}

/// So many regions are named rather than counted.
const FEW: usize = 3;

/// What is known of a resource, in words. A line fits a terminal: ARNs are in the JSON, and here by their last part.
fn state(resource: &Shown, common: &Map<String, Value>, now: i64) -> String {
    match (resource.exists, resource.is_wanted) {
        (false, true) => return "missing".to_owned(),
        (false, false) => return "not created".to_owned(),
        (true, _) => {}
    }
    let own = resource.facts.iter();
    let own = own.filter(|(name, _)| !common.contains_key(*name));
    let own = own.map(|(name, value)| (name.clone(), value.clone()));
    match facts(&own.collect(), now) {
        own if own.is_empty() => "exists".to_owned(),
        own => own,
    }
}

/// The facts that are the same for all of more than three resources of a kind: they are shown once.
fn common(resources: &[Shown], kind: &str) -> Map<String, Value> {
    let mut same = resources.iter().filter(|it| it.kind == kind && it.exists);
    let Some(first) = same.next().filter(|_| same.clone().count() > 2) else {
        return Map::new();
    };
    let facts = first.facts.iter();
    let facts =
        facts.filter(|(name, value)| same.clone().all(|it| it.facts.get(*name) == Some(value)));
    facts
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Facts in words, without ARNs of the resources themselves.
fn facts(facts: &Map<String, Value>, now: i64) -> String {
    let facts = facts.iter().filter(|(name, _)| *name != "arn");
    let facts = facts.filter_map(|(name, value)| {
        let name = name.replace('_', " ");
        Some(match value {
            // Policies are for programs.
            Value::Null | Value::Object(_) => return None,
            Value::Bool(true) => name,
            Value::Bool(false) => format!("not {name}"),
            Value::Array(values) if values.is_empty() => return None,
            value => {
                let (name, unit) = unit(&name);
                format!("{name} {}{unit}", words(value, now))
            }
        })
    });
    facts.collect::<Vec<String>>().join(", ")
}

/// The name of a fact without the unit of its value, and the unit.
fn unit(name: &str) -> (&str, &'static str) {
    let units = [(" in days", " days"), (" seconds", " s")];
    let known = units.iter();
    let mut known = known.filter_map(|(suffix, unit)| Some((name.strip_suffix(suffix)?, *unit)));
    known.next().unwrap_or((name, ""))
}

fn words(value: &Value, now: i64) -> String {
    match value {
        Value::Array(values) => {
            let values = values.iter().map(|value| words(value, now));
            values.collect::<Vec<_>>().join(", ")
        }
        Value::Object(fields) => {
            let fields = fields.iter().filter_map(|(name, value)| match value {
                Value::Bool(true) => Some(format!("({name})")),
                Value::Bool(false) | Value::Null => None,
                value => Some(words(value, now)),
            });
            fields.collect::<Vec<_>>().join(" ")
        }
        Value::String(text) if text.starts_with("arn:") => {
            let last = text.trim_end_matches(":*").rsplit([':', '/']).next();
            tame(last.unwrap_or(text))
        }
        Value::String(text) => match time::since(text, now) {
            Some(seconds) => time::ago(seconds),
            None => tame(text),
        },
        value => value.to_string().trim_end_matches(".0").to_owned(),
    }
}

fn complaints(picture: &Picture, width: Option<usize>) -> String {
    let mut lines = Vec::new();
    for resource in &picture.resources {
        let drift = resource.drift.iter().map(|words| {
            let place = match copies(&picture.resources, resource).len() {
                1 => String::new(),
                _ => format!(" in {}", resource.region),
            };
            let words = tame(&format!("{}{place}: {words}", resource.name));
            format!("{DRIFT}drift{DRIFT:#}      {}", wrapped(&words, 11, width))
        });
        lines.extend(drift);
    }
    let (stack, has_warnings) = (picture.stack, !picture.warnings.is_empty());
    lines.extend(match picture.has_drift() {
        true if picture.is_missing() => Some(format!(
            "the rest of the {stack} stack does not exist; `ctadmin create {stack}` creates it"
        )),
        true => Some(format!("`ctadmin {}` fixes it", picture.creation)),
        false => (!has_warnings).then(|| "no drift".to_owned()),
    });
    for warning in &picture.warnings {
        let words = wrapped(&tame(warning), 11, width);
        lines.push(format!("{WARNING}warning{WARNING:#}    {words}"));
    }
    lines.extend(picture.hints.iter().map(|hint| wrapped(hint, 0, width)));
    format!("\n{}\n", lines.join("\n"))
}
