//! Tables with one line a row: where a terminal is too narrow, the longest texts of a row are cut, so that numbers
//! stay below each other. Who needs whole names has a pipe, JSON or the page.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What separates two columns.
const GAP: &str = "  ";

/// However narrow a terminal is, so much of a text is shown.
const LEAST: usize = 8;

/// A table whose first columns, so many, are as wide as what they hold. The others share what a terminal of this width
/// has left. Lines end in no spaces.
pub fn fitted<const N: usize>(
    header: [&str; N],
    whole: usize,
    rows: impl IntoIterator<Item = [String; N]>,
    width: Option<usize>,
) -> String {
    let rows: Vec<[String; N]> = [header.map(str::to_owned)]
        .into_iter()
        .chain(rows)
        .collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    if let Some(width) = width {
        let (numbers, texts) = widths.split_at_mut(whole);
        let taken: usize = numbers.iter().sum::<usize>() + GAP.len() * (N - 1);
        let most = longest(texts, width.saturating_sub(taken));
        texts.iter_mut().for_each(|text| *text = most.min(*text));
    }
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(widths).map(|(cell, width)| {
            let cell = cut(cell, width);
            let rest = width.saturating_sub(cell.width());
            cell + &" ".repeat(rest)
        });
        cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// How long texts may be that need these widths, so that all of them have room.
fn longest(widths: &[usize], room: usize) -> usize {
    let needed = |most: usize| widths.iter().map(|width| most.min(*width)).sum::<usize>();
    let widest = widths.iter().copied().max().unwrap_or_default();
    let fits = (LEAST..=widest).rev().find(|most| needed(*most) <= room);
    fits.unwrap_or(LEAST)
}

/// A text, or as much of its start as so many columns hold, with `…` behind it.
fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut left = columns.saturating_sub(1);
    let fits = text.chars().take_while(|c| {
        let width = c.width().unwrap_or_default();
        let fits = width <= left;
        left = left.saturating_sub(width);
        fits
    });
    fits.chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(width: Option<usize>) -> String {
        let rows = [
            ["12", "alice", "s3:GetObject"],
            [
                " 7",
                "a-role/with-a-long-session",
                "ec2:AuthorizeSecurityGroupIngress",
            ],
            [" 1", "漢漢漢漢漢漢漢漢漢漢漢漢", "-"],
        ];
        let rows = rows.map(|row| row.map(str::to_owned));
        fitted(["N", "USER", "ACTION"], 1, rows, width)
    }

    #[test]
    fn the_longest_texts_give_way() {
        insta::assert_snapshot!(shown(Some(40)), @"
        N   USER               ACTION
        12  alice              s3:GetObject
         7  a-role/with-a-lo…  ec2:AuthorizeSec…
         1  漢漢漢漢漢漢漢漢…  -
        ");
        assert!(shown(Some(40)).lines().all(|line| line.width() <= 40));
    }

    #[test]
    fn programs_get_whole_names() {
        let text = shown(None);
        assert!(text.contains("a-role/with-a-long-session") && !text.contains('…'));
        assert!(text.lines().all(|line| !line.ends_with(' ')));
        assert_eq!(text, shown(Some(200)));
    }

    #[test]
    fn the_narrowest_terminal_shows_something() {
        assert!(shown(Some(0)).contains(" 7  a-role/…  ec2:Aut…"));
    }
}
