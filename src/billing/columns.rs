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
    PayerName,
    /// The account that used something.
    AccountId,
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

/// The columns' names in detailed reports and in Cost and Usage Reports, in the order of [`Column`]; empty where a format
/// has no such column.
const NAMES: [[&str; 2]; 9] = [
    ["PayerAccountId", "bill/PayerAccountId"],
    ["PayerAccountName", "bill/PayerAccountName"],
    ["LinkedAccountId", "lineItem/UsageAccountId"],
    ["LinkedAccountName", "lineItem/UsageAccountName"],
    ["ItemDescription", ""],
    ["ProductCode", "lineItem/ProductCode"],
    ["ProductName", "product/ProductName"],
    ["UsageType", "lineItem/UsageType"],
    ["", "product/instanceType"],
];

impl Format {
    /// A column's name in this format; nothing where the format has no such column.
    fn name(self, [detailed, usage]: [&str; 2]) -> Option<String> {
        let name = match self {
            Self::Detailed => detailed.to_owned(),
            Self::Usage => usage.to_owned(),
            Self::Usage2 => snake_case(usage),
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
        snake.push(match c {
            '/' => '_',
            c => c.to_ascii_lowercase(),
        });
    }
    snake
}

/// A header row: its format, and where the columns are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    format: Format,
    places: [Option<usize>; NAMES.len()],
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
        let places = NAMES.map(|column| {
            let wanted = format.name(column)?.to_ascii_lowercase();
            names.iter().position(|name| *name == wanted)
        });
        Self { format, places }
    }

    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.places[column as usize]
    }

    /// The names of these columns in this format, for people.
    pub(super) fn wanted(&self, columns: &[Column]) -> String {
        let columns = columns.iter().map(|column| NAMES[*column as usize]);
        let names = columns.filter_map(|names| self.format.name(names));
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

    #[test]
    fn formats_are_recognized_by_their_headers() {
        for (header, wanted) in [
            (
                "InvoiceID,PayerAccountId,LinkedAccountId",
                Some(Format::Detailed),
            ),
            (
                "identity/LineItemId,lineItem/UsageAccountId",
                Some(Format::Usage),
            ),
            ("line_item_usage_type", Some(Format::Usage2)),
            (" LINE_ITEM_USAGE_TYPE ", Some(Format::Usage2)),
            ("name,UsageType", None),
            ("a", None),
            ("", None),
        ] {
            let row: Vec<&str> = header.split(',').collect();
            let found = Header::of(&ByteRecord::from(row)).map(|header| header.format);
            assert_eq!(found, wanted, "{header}");
        }
    }
}
