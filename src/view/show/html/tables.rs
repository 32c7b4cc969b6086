//! The same as the picture, in words: where data flows, and each resource with its state, drift and facts.

use std::fmt::Write;

use super::model::{Drawn, Group, Resource, State, totals};
use super::svg::{attributes, flows, sign};
use super::{kinds, model};
use crate::view::page::escape;

/// A section for each group.
pub fn sections(drawn: &Drawn, groups: &[Group]) -> String {
    let all: Vec<&Group> = groups.iter().collect();
    let flows = flows(drawn, &all);
    let mut html = String::new();
    for (at, group) in groups.iter().enumerate() {
        let to = flows.iter().filter(|(from, _)| *from == at);
        let to: Vec<String> = to.map(|(_, to)| called(drawn, &groups[*to])).collect();
        section(drawn, group, &to, &mut html);
    }
    html
}

/// A group in a sentence.
fn called(drawn: &Drawn, group: &Group) -> String {
    let title = group.title();
    match (group.members.as_slice(), group.name.as_str()) {
        ([one], _) => format!("{title} {}", drawn.resources[*one].name),
        (_, "") => title,
        (_, name) => format!("{title} {name}"),
    }
}

fn section(drawn: &Drawn, group: &Group, to: &[String], html: &mut String) {
    let members: Vec<&Resource> = group
        .members
        .iter()
        .map(|at| &drawn.resources[*at])
        .collect();
    let state = match group.state(drawn) {
        State::Outside => State::Outside.words().to_owned(),
        _ => totals(members.iter().copied()),
    };
    let _ = writeln!(
        html,
        "<section><h3>{} <span class=\"totals\">{}; {}</span></h3>",
        escape(&group.title()),
        escape(kinds::service(&group.kind)),
        escape(&state)
    );
    if !to.is_empty() {
        let _ = writeln!(
            html,
            "<p class=\"to\">Data flows to: {}.</p>",
            escape(&to.join("; "))
        );
    }
    let common = common(&members);
    if !common.is_empty() {
        let _ = writeln!(html, "<p class=\"facts\">All: {}</p>", facts(common.iter()));
    }
    html.push_str("<table role=\"table\"><thead role=\"rowgroup\"><tr role=\"row\">");
    for heading in ["Name", "Region", "State", "Facts"] {
        let _ = write!(
            html,
            "<th role=\"columnheader\" scope=\"col\">{heading}</th>"
        );
    }
    html.push_str("</tr></thead><tbody role=\"rowgroup\">\n");
    for resource in members {
        row(resource, &common, html);
    }
    html.push_str("</tbody></table></section>\n");
}

fn row(resource: &Resource, common: &[(String, String)], html: &mut String) {
    let own = resource.facts.iter().filter(|fact| !common.contains(fact));
    let state = match resource.state {
        State::Outside => State::Outside.words().to_owned(),
        state => format!("{}{}", sign(state), state.words()),
    };
    let note = resource
        .note
        .iter()
        .map(|note| format!(", {}", escape(note)));
    let _ = write!(
        html,
        "<tr role=\"row\"{}><th role=\"rowheader\" scope=\"row\"><code>{}</code></th><td role=\"cell\">{}</td><td role=\"cell\">{state}{}",
        attributes(resource),
        escape(&resource.name),
        escape(&resource.region),
        note.collect::<String>()
    );
    if !resource.drift.is_empty() {
        html.push_str("<ul>");
        let items = resource
            .drift
            .iter()
            .map(|words| format!("<li>{}</li>", escape(words)));
        html.extend(items);
        html.push_str("</ul>");
    }
    let _ = writeln!(html, "</td><td role=\"cell\">{}</td></tr>", facts(own));
}

/// The facts that all of several resources share, as far as they exist.
fn common(members: &[&Resource]) -> Vec<(String, String)> {
    let exist = members.iter().filter(|it| !it.facts.is_empty());
    let mut exist = exist.filter(|it| it.state != model::State::Unknown);
    let Some(first) = exist.next().filter(|_| exist.clone().count() > 0) else {
        return Vec::new();
    };
    let facts = first.facts.iter();
    let same = facts.filter(|fact| exist.clone().all(|it| it.facts.contains(fact)));
    same.cloned().collect()
}

fn facts<'a>(facts: impl Iterator<Item = &'a (String, String)>) -> String {
    let facts = facts.map(|(name, value)| {
        format!(
            "<span class=\"fact\"><span class=\"of\">{}</span> {}</span>",
            escape(name),
            escape(value)
        )
    });
    facts.collect::<Vec<_>>().join(" ")
}
