//! Tables without lines, for people.

use comfy_table::{Cell, ColumnConstraint, ContentArrangement, Table, presets::NOTHING};

use crate::words::wrapped;

/// A table with this header. On a terminal of this width the last column gives way, between words; all others are as
/// wide as what they hold. Lines end in no spaces.
pub fn table<const N: usize, T: Into<Cell>>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [T; N]>,
    width: Option<usize>,
) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(header);
    table.set_content_arrangement(match width {
        Some(_) => ContentArrangement::Dynamic,
        None => ContentArrangement::Disabled,
    });
    if let Some(width) = width.and_then(|width| u16::try_from(width).ok()) {
        table.set_width(width);
    }
    for row in rows {
        table.add_row(row);
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        if at + 1 < N {
            column.set_padding((0, 2));
            column.set_constraint(ColumnConstraint::ContentWidth);
        } else {
            column.set_padding((0, 0));
        }
    }
    table.trim_fmt()
}

/// The fewest columns in which a state can be read.
const LEAST: usize = 36;

/// A table of what it is, its name, and its state. On a terminal that is too narrow for it, a state stands below a long
/// name, so that both can be read.
pub fn states(header: [&str; 3], rows: Vec<[String; 3]>, width: Option<usize>) -> String {
    let all = || rows.iter().map(|row| row.each_ref().map(String::as_str));
    let widest = |at: usize| {
        let cells = all().chain([header]).map(|row| row[at].chars().count());
        cells.max().unwrap_or(0) + 2
    };
    let (first, second) = (widest(0), widest(1));
    let Some(terminal) = width.filter(|width| first + second + LEAST > *width) else {
        return table(header, rows, width);
    };
    let column = (first + second).min(terminal.saturating_sub(LEAST).max(first));
    let lines = [header]
        .into_iter()
        .chain(all())
        .map(|[what, name, state]| {
            let named = format!("{what:<first$}{name}");
            let state = wrapped(state, column, width);
            match named.chars().count() + 2 <= column {
                true => format!("{named:<column$}{state}"),
                false => format!("{named}\n{:column$}{state}", ""),
            }
        });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_stands_below_a_name_that_leaves_no_room_for_it() {
        let rows = [
            ["role", "logs", "exists"],
            [
                "log-group",
                "/aws/kinesisfirehose/lab",
                "retention 30 days, encrypted with a key",
            ],
        ];
        let rows = rows.map(|row| row.map(str::to_owned)).to_vec();
        let shown = |width| states(["KIND", "NAME", "STATE"], rows.clone(), Some(width));
        insta::assert_snapshot!(shown(60), @"
        KIND       NAME         STATE
        role       logs         exists
        log-group  /aws/kinesisfirehose/lab
                                retention 30 days, encrypted with a
                                key
        ");
        assert_eq!(
            shown(80),
            table(["KIND", "NAME", "STATE"], rows.clone(), Some(80))
        );
    }
}
