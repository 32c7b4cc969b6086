//! `accountNames.csv`: the lookup in which the app finds the names of accounts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The lookup, as CSV with a header, in order of the accounts' ids.
pub fn csv(names: &BTreeMap<String, String>) -> String {
    let mut rows = csv::Writer::from_writer(Vec::new());
    let header = ("accountId", "accountName");
    let written = std::iter::once(header)
        .chain(names.iter().map(|(id, name)| (id.as_str(), name.as_str())))
        .try_for_each(|(id, name)| rows.write_record([id, name]));
    written.expect("memory can be written to, and all rows have two fields");
    let text = rows.into_inner().expect("memory can be written to");
    String::from_utf8(text).expect("made of text")
}

/// The lookup as a list of objects, in the same order.
pub fn json(names: &BTreeMap<String, String>) -> Value {
    let rows = names.iter();
    rows.map(|(id, name)| json!({ "accountId": id, "accountName": name }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_must_be() {
        let names = [
            ("222222222222", "Dev, \"Test\""),
            ("111111111111", "Big Co"),
            ("333333333333", ""),
        ];
        let names = names.map(|(id, name)| (id.to_owned(), name.to_owned()));
        let names = BTreeMap::from(names);
        assert_eq!(
            csv(&names),
            "accountId,accountName\n111111111111,Big Co\n222222222222,\"Dev, \"\"Test\"\"\"\n333333333333,\n"
        );
        assert_eq!(
            super::json(&names)[0].to_string(),
            r#"{"accountId":"111111111111","accountName":"Big Co"}"#
        );
    }
}
