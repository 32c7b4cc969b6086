//! The picture, as SVG.

use std::fmt::Write;

use super::boxes::{CELL, Drawing, PADDING, SIGN};
use super::drift::Item;
use super::kinds;
use super::layout::{Line, Placed, Rect, place};
use super::model::{Drawn, Group, Resource, State};
use crate::view::page::escape;

/// Around the picture, so that no line is cut off.
const MARGIN: i32 = 4;
/// The height of the heading between the two halves.
const HEADING: i32 = 44;

/// The signs of states, which the picture and the tables use.
pub const SIGNS: &str = include_str!("signs.svg");

/// A sign as an image; the words beside it say the same.
pub fn sign(state: State) -> String {
    let name = state.name();
    format!(
        "<svg class=\"sign is-{name}\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><use href=\"#sign-{name}\"/></svg>"
    )
}

/// The picture of these groups. `description` says in words what it shows.
pub fn picture(drawn: &Drawn, groups: &[Group], drift: &[Item], description: &str) -> String {
    let number = |at: usize| {
        drift
            .iter()
            .position(|it| it.resources.contains(&at))
            .map(|at| at + 1)
    };
    let is_aside = |group: &&Group| kinds::is_aside(&drawn.resources[group.members[0]]);
    let (aside, flowing): (Vec<&Group>, Vec<&Group>) = groups.iter().partition(is_aside);
    let halves = [flowing, aside].map(|groups| {
        let boxes = groups
            .iter()
            .map(|group| Drawing::new(drawn, group, number));
        let boxes: Vec<Drawing> = boxes.collect();
        let sizes: Vec<_> = boxes.iter().map(Drawing::size).collect();
        let placed = place(&sizes, &flows(drawn, &groups));
        (groups, boxes, placed)
    });
    let [(_, _, upper), (_, _, lower)] = &halves;
    let has_both = !upper.boxes.is_empty() && !lower.boxes.is_empty();
    let below = upper.height + if has_both { HEADING } else { 0 };
    let width = upper.width.max(lower.width) + 2 * MARGIN;
    let height = below + lower.height + 2 * MARGIN;
    let mut svg = format!(
        "<svg class=\"picture\" role=\"img\" aria-labelledby=\"picture-title picture-about\" width=\"{width}\" height=\"{height}\" viewBox=\"{0} {0} {width} {height}\">\n\
         <title id=\"picture-title\">{1}</title>\n<desc id=\"picture-about\">{2}</desc>\n",
        -MARGIN,
        escape(&drawn.title),
        escape(description)
    );
    for (half, (groups, boxes, placed)) in halves.iter().enumerate() {
        let down = if half == 0 { 0 } else { below };
        // Each half is centered.
        let right = (width - 2 * MARGIN - placed.width) / 2;
        let _ = writeln!(svg, "<g transform=\"translate({right} {down})\">");
        if half == 1 && has_both {
            let middle = placed.width / 2;
            let _ = writeln!(
                svg,
                "<text class=\"heading\" text-anchor=\"middle\" x=\"{middle}\" y=\"-14\">Permissions, error logs and dashboards</text>"
            );
        }
        half_of(drawn, groups, boxes, placed, &mut svg);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>");
    svg
}

/// Between which groups data flows, by number.
pub fn flows(drawn: &Drawn, groups: &[&Group]) -> Vec<(usize, usize)> {
    let of = |at: &usize| groups.iter().position(|group| group.members.contains(at));
    let mut flows = Vec::new();
    for (from, to) in &drawn.flows {
        let flow = of(from).zip(of(to));
        flows.extend(flow.filter(|flow| flow.0 != flow.1 && !flows.contains(flow)));
    }
    flows
}

fn half_of(drawn: &Drawn, groups: &[&Group], boxes: &[Drawing], placed: &Placed, svg: &mut String) {
    for line in &placed.lines {
        let _ = writeln!(
            svg,
            "<path class=\"flow\" data-from=\"{}\" data-to=\"{}\" d=\"{}\"/>",
            escape(&named(drawn, groups[line.from])),
            escape(&named(drawn, groups[line.to])),
            path(line)
        );
        let (tip, down) = match line.is_upward {
            true => (line.stops.first().map(|stop| (stop.x, stop.top)), -8),
            false => (line.stops.last().map(|stop| (stop.x, stop.bottom)), 8),
        };
        let (x, y) = tip.unwrap_or_default();
        let _ = writeln!(svg, "<path class=\"tip\" d=\"M{x} {y}l-4 {0}h8z\"/>", -down);
    }
    for ((group, drawing), rect) in groups.iter().zip(boxes).zip(&placed.boxes) {
        one(drawn, group, drawing, rect, svg);
    }
}

/// A group's kind and the name of its first resource.
fn named(drawn: &Drawn, group: &Group) -> String {
    format!("{} {}", group.kind, drawn.resources[group.members[0]].name)
}

fn path(line: &Line) -> String {
    let mut path = String::new();
    let mut from = None;
    for stop in &line.stops {
        let (x, top, bottom) = (stop.x, stop.top, stop.bottom);
        let _ = match from {
            None => write!(path, "M{x} {top}"),
            Some((left, above)) if left == x => write!(path, "V{top}").map(|()| _ = above),
            Some((left, above)) => {
                let middle = (above + top) / 2;
                write!(path, "C{left} {middle} {x} {middle} {x} {top}")
            }
        };
        if bottom > top {
            let _ = write!(path, "V{bottom}");
        }
        from = Some((x, bottom));
    }
    path
}

/// A box with its texts, its sign and its cells.
fn one(drawn: &Drawn, group: &Group, drawing: &Drawing, rect: &Rect, svg: &mut String) {
    let state = group.state(drawn);
    let Rect {
        x,
        y,
        width,
        height,
    } = rect;
    let single = match group.members.as_slice() {
        [one] => attributes(&drawn.resources[*one]),
        _ => String::new(),
    };
    let _ = writeln!(
        svg,
        "<g class=\"box is-{}\" transform=\"translate({x} {y})\"{single}>",
        state.name()
    );
    if let [one] = group.members.as_slice() {
        let _ = writeln!(
            svg,
            "<title>{}</title>",
            escape(&in_words(&drawn.resources[*one]))
        );
    }
    let _ = writeln!(
        svg,
        "<rect width=\"{width}\" height=\"{height}\" rx=\"6\"/>"
    );
    if state != State::Outside {
        let _ = writeln!(
            svg,
            "<use href=\"#sign-{0}\" class=\"is-{0}\" x=\"{1}\" y=\"{PADDING}\" width=\"16\" height=\"16\"/>",
            state.name(),
            width - PADDING - 16
        );
    }
    for line in &drawing.lines {
        let text = escape(&line.text);
        let _ = writeln!(
            svg,
            "<text class=\"{}\" x=\"{PADDING}\" y=\"{}\">{text}</text>",
            line.class, line.y
        );
    }
    for cell in &drawing.cells {
        let resource = &drawn.resources[cell.resource];
        let _ = writeln!(
            svg,
            "<g{}><title>{}</title><use href=\"#sign-{2}\" class=\"is-{2}\" x=\"{3}\" y=\"{4}\" width=\"14\" height=\"14\"/>",
            attributes(resource),
            escape(&in_words(resource)),
            resource.state.name(),
            cell.x,
            cell.y + 2,
        );
        let _ = writeln!(
            svg,
            "<text class=\"name\" x=\"{}\" y=\"{}\">{}</text></g>",
            cell.x
                + if resource.state == State::Outside {
                    0
                } else {
                    SIGN
                },
            cell.y + CELL - 6,
            escape(&cell.label)
        );
    }
    svg.push_str("</g>\n");
}

/// What a resource is, for programs.
pub fn attributes(resource: &Resource) -> String {
    format!(
        " data-kind=\"{}\" data-name=\"{}\" data-region=\"{}\" data-state=\"{}\"",
        escape(&resource.kind),
        escape(&resource.name),
        escape(&resource.region),
        resource.state.name()
    )
}

/// What is known of a resource, for those who point at it.
fn in_words(resource: &Resource) -> String {
    let region = match resource.region.as_str() {
        "" => String::new(),
        region => format!(" in {region}"),
    };
    let mut words = vec![format!(
        "{} {}{region}: {}",
        kinds::noun(&resource.kind),
        resource.name,
        resource.state.words()
    )];
    words.extend(resource.drift.iter().cloned());
    words.extend(
        resource
            .facts
            .iter()
            .map(|(name, value)| format!("{name}: {value}")),
    );
    words.join("; ")
}
