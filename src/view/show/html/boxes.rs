//! What is in a box of the picture, and how large it is.
//!
//! A program that draws cannot measure text, since each machine has other fonts. So lines are broken for the widest of
//! the usual ones, and a test in a browser checks that no text leaves its box.

use unicode_width::UnicodeWidthChar;

use super::kinds;
use super::layout::Size;
use super::model::{Drawn, Group, State, totals};
use crate::view::page::visible;

/// The width of a box without cells, and the least of one with cells.
const WIDTH: i32 = 240;
/// The width of boxes with cells, unless a single column is wider.
const WIDEST: i32 = 640;
pub const PADDING: i32 = 12;
/// The height of a line, and of a cell.
const LINE: i32 = 16;
pub const CELL: i32 = 20;
/// Room for the sign of a state before a cell's label.
pub const SIGN: i32 = 20;
/// Width of a character in tenths of a pixel: of a title, other words, and names.
const TITLE: i32 = 88;
const WORD: i32 = 74;
const NAME: i32 = 74;
/// The most lines of a name.
const LINES: usize = 4;
/// A start of names that is shorter than this is not left out.
const SHORT: usize = 8;
/// The most characters of a cell's label.
const LABEL: usize = 40;

/// A box of the picture.
#[derive(Clone, Debug, Default)]
pub struct Drawing {
    pub width: i32,
    pub height: i32,
    pub lines: Vec<Text>,
    pub cells: Vec<Cell>,
}

/// A line of text; `y` is that of its base line.
#[derive(Clone, Debug)]
pub struct Text {
    pub class: &'static str,
    pub y: i32,
    pub text: String,
}

/// A resource among others in a box, by its number; `x` and `y` are those of its upper left corner.
#[derive(Clone, Debug)]
pub struct Cell {
    pub resource: usize,
    pub x: i32,
    pub y: i32,
    pub label: String,
}

impl Drawing {
    /// The box of a group; `number` is that of a resource's drift in the list.
    pub fn new(drawn: &Drawn, group: &Group, number: impl Fn(usize) -> Option<usize>) -> Self {
        let labels = labels(drawn, group, &number);
        let columns = Columns::of(&labels);
        let mut drawing = Self {
            width: columns.width,
            height: PADDING,
            ..Self::default()
        };
        drawing.add("service", WORD, 1, SIGN, kinds::service(&group.kind));
        drawing.add("title", TITLE, 2, SIGN, &group.title());
        match group.members.as_slice() {
            [one] => drawing.add("name", NAME, LINES, 0, &drawn.resources[*one].name),
            _ => drawing.add("name", NAME, LINES, 0, &group.name),
        }
        drawing.add("meta", WORD, 3, 0, &about(drawn, group, &number));
        if labels.len() > 1 {
            drawing.height += LINE / 2;
            for (at, (resource, label)) in group.members.iter().zip(labels).enumerate() {
                let (row, column) = (at / columns.count, at % columns.count);
                drawing.cells.push(Cell {
                    resource: *resource,
                    x: PADDING + column as i32 * columns.cell,
                    y: drawing.height + row as i32 * CELL,
                    label,
                });
            }
            let rows = group.members.len().div_ceil(columns.count);
            drawing.height += rows as i32 * CELL;
        }
        drawing.height += PADDING;
        drawing
    }

    /// Its size.
    pub fn size(&self) -> Size {
        Size {
            width: self.width,
            height: self.height,
        }
    }

    /// Adds a text, in as many lines as it takes, `indent` less wide than the box.
    fn add(&mut self, class: &'static str, width: i32, lines: usize, indent: i32, text: &str) {
        let room = (self.width - 2 * PADDING - indent) * 10 / width;
        let breaks: &[char] = match class {
            "name" => &[' ', '-', '/', '.', ':', ','],
            _ => &[' '],
        };
        for text in broken(&visible(text), room.max(1) as usize, lines, breaks) {
            self.height += LINE;
            self.lines.push(Text {
                class,
                y: self.height - 4,
                text,
            });
        }
    }
}

/// State, region and note of all resources of a group.
fn about(drawn: &Drawn, group: &Group, number: impl Fn(usize) -> Option<usize>) -> String {
    let members = group.members.iter().map(|at| &drawn.resources[*at]);
    let state = match group.state(drawn) {
        State::Outside => State::Outside.words().to_owned(),
        _ => totals(members),
    };
    let number = match group.members.as_slice() {
        [one] => number(*one),
        _ => None,
    };
    let state = match number {
        Some(number) => format!("{state} [{number}]"),
        None => state,
    };
    let words = [Some(state.as_str()), group.region(drawn), group.note(drawn)];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What each resource of a group is called in its cell, with the number of its drift.
fn labels(drawn: &Drawn, group: &Group, number: impl Fn(usize) -> Option<usize>) -> Vec<String> {
    let names = group.members.iter();
    let names = names.map(|at| visible(group.label(&drawn.resources[*at])));
    let names: Vec<String> = names.collect();
    let common = match group.name.is_empty() && names.len() > 1 {
        true => common_start(&names),
        false => 0,
    };
    let labels = names.iter().zip(&group.members).map(|(name, at)| {
        let short = shortened(&name[common..]);
        let resource = &drawn.resources[*at];
        let own_note = resource
            .note
            .as_ref()
            .filter(|_| group.note(drawn).is_none());
        let note = own_note.map_or_else(String::new, |note| format!(" ({})", visible(note)));
        match number(*at) {
            Some(number) => format!("{short}{note} [{number}]"),
            None => format!("{short}{note}"),
        }
    });
    labels.collect()
}

/// How many bytes all names begin with, up to a dash or slash, and less than the whole of each; none of a short start.
fn common_start(names: &[String]) -> usize {
    let Some((first, others)) = names.split_first() else {
        return 0;
    };
    let ends = first.match_indices(['-', '/']).map(|(at, _)| at + 1);
    let shared = |end: &usize| {
        let start = &first[..*end];
        let is_whole = first.len() == *end;
        !is_whole
            && others
                .iter()
                .all(|it| it.starts_with(start) && it.len() > *end)
    };
    let longest = ends.filter(shared).max();
    longest.filter(|end| *end >= SHORT).unwrap_or(0)
}

/// A label that is not too long, by its end: that is where names differ.
fn shortened(label: &str) -> String {
    let count = label.chars().count();
    match count > LABEL {
        false => label.to_owned(),
        true => {
            let end: String = label.chars().skip(count - LABEL + 1).collect();
            format!("…{end}")
        }
    }
}

/// The columns of a box with cells.
struct Columns {
    count: usize,
    /// The width of a cell.
    cell: i32,
    /// The width of the box.
    width: i32,
}

impl Columns {
    fn of(labels: &[String]) -> Self {
        if labels.len() < 2 {
            return Self {
                count: 1,
                cell: 0,
                width: WIDTH,
            };
        }
        let widest = labels.iter().map(|label| columns(label)).max().unwrap_or(0);
        let cell = SIGN + widest as i32 * NAME / 10 + PADDING;
        let fit = (WIDEST - 2 * PADDING) / cell;
        // Few cells stand below each other.
        let count = labels.len().div_ceil(4).min(fit.max(1) as usize);
        Self {
            count,
            cell,
            width: WIDTH.max(2 * PADDING + count as i32 * cell),
        }
    }
}

/// How many columns a text takes.
fn columns(text: &str) -> usize {
    text.chars().filter_map(UnicodeWidthChar::width).sum()
}

/// A text in lines of so many columns, broken behind these characters where it can be; what goes beyond the last line
/// is cut off.
fn broken(text: &str, room: usize, most: usize, breaks: &[char]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut taken = 0;
        let fits = rest.char_indices().take_while(|(_, c)| {
            taken += c.width().unwrap_or(0);
            taken <= room
        });
        let fits = fits.last().map_or(1, |(at, c)| at + c.len_utf8());
        let end = match fits == rest.len() {
            true => fits,
            false => {
                let last = rest[..fits].rfind(breaks);
                last.map_or(fits, |at| at + 1)
            }
        };
        lines.push(rest[..end].trim_end().to_owned());
        rest = rest[end..].trim_start();
        if lines.len() == most && !rest.is_empty() {
            let last = lines.last_mut().map(|line| {
                line.pop();
                line.push('…');
            });
            return last.map_or_else(Vec::new, |()| lines);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_behind_dashes_and_end_with_dots_if_cut_off() {
        let name = "/aws/kinesisfirehose/123456789012-cloudtrail-splunk";
        assert_eq!(
            broken(name, 24, 4, &['-', '/']),
            [
                "/aws/kinesisfirehose/",
                "123456789012-cloudtrail-",
                "splunk"
            ]
        );
        assert_eq!(broken(name, 24, 1, &['-', '/']), ["/aws/kinesisfirehose…"]);
        assert_eq!(broken("aaaaaa", 4, 4, &['-', '/']), ["aaaa", "aa"]);
        assert_eq!(broken("日本語", 4, 4, &['-', '/']), ["日本", "語"]);
        assert_eq!(broken("", 4, 4, &['-', '/']), Vec::<String>::new());
    }

    #[test]
    fn labels_leave_out_what_is_the_same() {
        let start = |names: [&str; 2]| common_start(&names.map(str::to_owned));
        assert_eq!(start(["account-b-root", "account-b-root-2"]), 10);
        assert_eq!(start(["account-", "account-b"]), 0);
        assert_eq!(start(["vpc-1", "vpc-2"]), 0);
    }
}
