//! What `show -o html` prints: a stack as a picture, then the same in words.
//!
//! The page shows what `show -o json` prints, which it contains as well, and nothing that depends on the time: the same
//! account gives the same page. It has no script. Where a screen is too narrow for the picture, the words remain.

mod arns;
mod boxes;
mod drift;
mod facts;
mod kinds;
mod layout;
mod model;
mod stack;
mod svg;
mod tables;
mod trail;

use std::fmt::Write;

use serde_json::Value;

use crate::stack::{picture, trail as trail_stack};
use crate::view::after::in_this_run;
use crate::view::page::{BASE, Page, escape};
use drift::Item;
use model::{Drawn, Group, State, groups, totals};

const STYLE: &str = include_str!("show.css");

/// The page of a stack with a graph; `options` are those of this run that the commands it names take as well.
pub fn of_stack(picture: &picture::Picture, options: &[String]) -> String {
    page(&stack::drawn(picture), &serde_json::json!(picture), options)
}

/// The page of the trail stack.
pub fn of_trail(picture: &trail_stack::show::Picture, options: &[String]) -> String {
    page(&trail::drawn(picture), &serde_json::json!(picture), options)
}

fn page(drawn: &Drawn, json: &Value, options: &[String]) -> String {
    let groups = groups(&drawn.resources);
    let drift = drift::items(drawn, &groups);
    let account = drawn.place.first().map_or("", |(_, account)| account);
    let title = format!("{} in account {account}", drawn.title);
    let mut body = format!(
        "<main>\n{}\n<header><h1>{}</h1>\n<p class=\"place\">",
        svg::SIGNS,
        escape(&drawn.title)
    );
    for (label, value) in drawn.place.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(
            body,
            "<span>{} <code>{}</code></span> ",
            escape(label),
            escape(value)
        );
    }
    body.push_str("</p></header>\n");
    summary(drawn, &groups, options, &mut body);
    if !drawn.resources.is_empty() {
        body.push_str("<figure>\n");
        body.push_str(&svg::picture(
            drawn,
            &groups,
            &drift,
            &description(drawn, &groups),
        ));
        legend(drawn, &mut body);
        body.push_str("</figure>\n");
    }
    list(&drift, &mut body);
    if !drawn.resources.is_empty() {
        body.push_str("<h2>Resources</h2>\n");
        body.push_str(&tables::sections(drawn, &groups));
    }
    body.push_str("</main>");
    let page = Page {
        title: &title,
        styles: &[BASE, STYLE],
        body,
        data: Some(json.to_string()),
        scripts: &[],
    };
    page.html()
}

/// What is the matter: in a sentence, what is wrong beside drift, and how many resources of each kind there are.
fn summary(drawn: &Drawn, groups: &[Group], options: &[String], body: &mut String) {
    let worst = drawn
        .resources
        .iter()
        .map(|it| it.state)
        .max()
        .unwrap_or_default();
    let state = match worst {
        State::Outside | State::Absent | State::Covered | State::Shown => State::Good,
        state => state,
    };
    let verdict = commands(&in_this_run(&drawn.verdict, options));
    let _ = writeln!(
        body,
        "<p class=\"verdict is-{}\">{} <span>{verdict}</span></p>",
        state.name(),
        svg::sign(state)
    );
    if !drawn.warnings.is_empty() {
        body.push_str("<ul class=\"warnings\">");
        for warning in &drawn.warnings {
            let _ = write!(
                body,
                "<li>{}</li>",
                commands(&in_this_run(warning, options))
            );
        }
        body.push_str("</ul>\n");
    }
    let own = groups
        .iter()
        .filter(|group| group.state(drawn) != State::Outside);
    let totals = own.filter(|group| group.members.len() > 1).map(|group| {
        let members = group.members.iter().map(|at| &drawn.resources[*at]);
        let state = group.state(drawn);
        format!(
            "<li>{}{}: {}</li>",
            svg::sign(state),
            escape(&group.title()),
            escape(&totals(members))
        )
    });
    let totals: String = totals.collect();
    if !totals.is_empty() {
        let _ = writeln!(
            body,
            "<ul class=\"totals\" aria-label=\"Totals\">{totals}</ul>"
        );
    }
}

/// A text in which what is between backticks is a command.
fn commands(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    });
    parts.collect()
}

/// What the picture shows, for those who do not see it.
fn description(drawn: &Drawn, groups: &[Group]) -> String {
    let all: Vec<&Group> = groups.iter().collect();
    let title = |at: usize| groups[at].title();
    let flows = svg::flows(drawn, &all).into_iter();
    let flows = flows.map(|(from, to)| format!("{} to {}", title(from), title(to)));
    let flows: Vec<String> = flows.collect();
    let count = groups.len();
    match flows.is_empty() {
        true => format!("{count} boxes. The tables below say the same."),
        false => format!(
            "{count} boxes; data flows from {}. The tables below say the same.",
            flows.join(", from ")
        ),
    }
}

/// The signs that the picture has.
fn legend(drawn: &Drawn, body: &mut String) {
    body.push_str("<figcaption><ul class=\"legend\" aria-label=\"Legend\">");
    for state in State::ALL.iter().rev() {
        if drawn.resources.iter().any(|it| it.state == *state) {
            let _ = write!(body, "<li>{}{}</li>", svg::sign(*state), state.words());
        }
    }
    if drawn.resources.iter().any(|it| !it.drift.is_empty()) {
        body.push_str("<li><code>[1]</code> number in the list of drift</li>");
    }
    if drawn.resources.iter().any(|it| it.state == State::Outside) {
        body.push_str("<li><span class=\"dashes\"></span>outside of the stack</li>");
    }
    body.push_str("</ul></figcaption>\n");
}

fn list(drift: &[Item], body: &mut String) {
    if drift.is_empty() {
        return;
    }
    body.push_str("<h2>Drift</h2>\n<ol class=\"drift\">\n");
    for item in drift {
        let words = escape(&item.drift.join("; "));
        let _ = writeln!(
            body,
            "<li><strong>{words}</strong> <span>{}</span></li>",
            escape(&item.subject)
        );
    }
    body.push_str("</ol>\n");
}

#[cfg(test)]
mod tests;
