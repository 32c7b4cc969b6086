//! The columns that matter, under the names that each format gives them.
//!
//! Detailed billing report and monthly summaries: `LinkedAccountId`. Cost and Usage Report: `lineItem/UsageAccountId`
//! (<https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html>), and `line_item_usage_account_id` since
//! version 2.0 and in tables made of the first
//! (<https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html>).

use csv::ByteRecord;

/// A format, and how its columns are spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Detailed billing report, with or without resources and tags, and the monthly summaries.
    Detailed,
    /// Cost and Usage Report with names like `lineItem/UsageType`.
    Usage,
    /// Cost and Usage Report with names like `line_item_usage_type`.
    Usage2,
}

/// A column that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The account that pays.
    PayerId,
    /// Its name.
    PayerName,
    /// The account that used something.
    AccountId,
    /// Its name.
    AccountName,
    /// What the row is about, in words.
    Description,
    /// The service's code, `AmazonEC2`.
    ProductCode,
    /// The service's name, `Amazon Elastic Compute Cloud`.
    ProductName,
    /// What was used, `EUW1-BoxUsage:m5.large`.
    UsageType,
    /// The instance type, `m5.large`.
    InstanceType,
}

use Column::*;

const ALL: [Column; 9] = [
    PayerId,
    PayerName,
    AccountId,
    AccountName,
    Description,
    ProductCode,
    ProductName,
    UsageType,
    InstanceType,
];

impl Column {
    /// The column's name in a format; nothing where the format has no such column.
    pub(super) fn name(self, format: Format) -> Option<String> {
        let (detailed, usage) = match self {
            PayerId => ("PayerAccountId", "bill/PayerAccountId"),
            PayerName => ("PayerAccountName", "bill/PayerAccountName"),
            AccountId => ("LinkedAccountId", "lineItem/UsageAccountId"),
            AccountName => ("LinkedAccountName", "lineItem/UsageAccountName"),
            Description => ("ItemDescription", ""),
            ProductCode => ("ProductCode", "lineItem/ProductCode"),
            ProductName => ("ProductName", "product/ProductName"),
            UsageType => ("UsageType", "lineItem/UsageType"),
            InstanceType => ("", "product/instanceType"),
        };
        let name = match format {
            Format::Detailed => detailed.to_owned(),
            Format::Usage => usage.to_owned(),
            Format::Usage2 => snake_case(usage),
        };
        (!name.is_empty()).then_some(name)
    }
}

/// `lineItem/UsageType` as `line_item_usage_type`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.push(if c == '/' {
            '_'
        } else {
            c.to_ascii_lowercase()
        });
    }
    snake
}

/// A header row: its format, and where the columns are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    format: Format,
    places: [Option<usize>; ALL.len()],
}

impl Header {
    /// The header in a row; nothing if the row is no header of a known format.
    pub(super) fn of(row: &ByteRecord) -> Option<Self> {
        let names: Vec<String> = row.iter().map(normal).collect();
        // The names of a Cost and Usage Report are its own; those of the older reports are plain words.
        [
            (Format::Usage2, 1),
            (Format::Usage, 1),
            (Format::Detailed, 2),
        ]
        .into_iter()
        .map(|(format, least)| (Self::in_format(format, &names), least))
        .find(|(header, least)| header.places.iter().flatten().count() >= *least)
        .map(|(header, _)| header)
    }

    fn in_format(format: Format, names: &[String]) -> Self {
        let places = ALL.map(|column| {
            let wanted = column.name(format)?.to_ascii_lowercase();
            names.iter().position(|name| *name == wanted)
        });
        Self { format, places }
    }

    /// Where a column is.
    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.places[column as usize]
    }

    /// The names of these columns in this format, for people.
    pub(super) fn wanted(&self, columns: &[Column]) -> String {
        let names = columns.iter().filter_map(|column| column.name(self.format));
        names.collect::<Vec<_>>().join(", ")
    }
}

/// A column's name as it is compared: spreadsheets and databases change case and leave spaces.
fn normal(name: &[u8]) -> String {
    String::from_utf8_lossy(name).trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(names: &[&str]) -> Option<Format> {
        Header::of(&ByteRecord::from(names.to_vec())).map(|header| header.format)
    }

    #[test]
    fn formats_are_recognized_by_their_headers() {
        let detailed = [
            "InvoiceID",
            "PayerAccountId",
            "LinkedAccountId",
            "RecordType",
        ];
        assert_eq!(format(&detailed), Some(Format::Detailed));
        let usage = ["identity/LineItemId", "lineItem/UsageAccountId"];
        assert_eq!(format(&usage), Some(Format::Usage));
        assert_eq!(format(&["line_item_usage_type"]), Some(Format::Usage2));
        assert_eq!(format(&[" LINE_ITEM_USAGE_TYPE "]), Some(Format::Usage2));
        for other in [&["name", "UsageType"][..], &["a"], &[]] {
            assert_eq!(format(other), None, "{other:?}");
        }
    }

    #[test]
    fn columns_stand_where_the_list_says() {
        for (place, column) in ALL.into_iter().enumerate() {
            assert_eq!(column as usize, place);
        }
    }
}
