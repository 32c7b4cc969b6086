//! Tables without lines, for people.

use comfy_table::{Cell, ColumnConstraint, ContentArrangement, Table, presets::NOTHING};

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
