//! The accounts that the app watches, from a table that the user keeps: CSV with a header, or a list of JSON objects.
//!
//! Columns, in any order: `account` (12 digits), and, as far as there are any, `name`, `key`, `secret`, `limit` (a
//! month's, in whole dollars) and `payer`. The account that pays for all is the one that `payer` marks, else the first.
//! What `splunk account-names` prints is such a table: its `accountId` and `accountName` are `account` and `name`. A key
//! written `''` is none on purpose; one that is empty or has no column is still to be filled in.
//! The table holds access keys: errors name line and column, never the content. A column that is not
//! known is named only where others are, and where it looks like a name.

use serde_json::Value;

use super::Credentials;
use crate::error::{Error, Result};

/// An account to watch. It may hold a key, so it has no `Debug`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// 12 digits.
    pub id: String,
    /// Its name, if given.
    pub name: Option<String>,
    /// The key to read with.
    pub credentials: Option<Credentials>,
    /// What it may cost a month, in whole dollars.
    pub limit: Option<u64>,
    /// Whether it is marked as the one that pays for all.
    payer: bool,
}

const COLUMNS: [&str; 6] = ["account", "name", "key", "secret", "limit", "payer"];

/// What `splunk account-names` calls columns.
const ALIASES: [(&str, &str); 2] = [("accountId", "account"), ("accountName", "name")];

/// What the app's own files write for nothing.
const NOTHING: &str = "''";

/// Access key ids are longer.
const LONGEST_COLUMN: usize = 19;

const HINT: &str = "expected the columns account, name, key, secret, limit and payer, or accountId and accountName, under a header row, or a list of JSON objects with these keys";

/// One account's fields, in the order of [`COLUMNS`]; those not given are empty.
type Fields = [String; COLUMNS.len()];

/// The accounts in a table, the one that pays first. `file` is the table's name, for errors.
pub fn parse(file: &str, text: &str) -> Result<Vec<Account>> {
    let text = text.trim_start_matches('\u{feff}');
    let rows = match text.trim_start().starts_with(['[', '{']) {
        true => from_json(text),
        false => from_csv(text),
    };
    let accounts = rows.and_then(|rows| {
        let read = |(place, fields)| account(&fields).map_err(|why| format!("{place}, {why}"));
        rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()
    });
    let in_order = accounts.and_then(payer_first);
    in_order.map_err(|why| Error::failed(format!("{file}: {why}")).hint(HINT))
}

/// The place of a column in [`COLUMNS`].
fn place(name: &str) -> Option<usize> {
    let mut aliases = ALIASES.iter();
    let alias = aliases.find(|(alias, _)| alias.eq_ignore_ascii_case(name));
    let name = alias.map_or(name, |(_, column)| column);
    COLUMNS
        .iter()
        .position(|column| column.eq_ignore_ascii_case(name))
}

/// What to say of a column that is not known. Without a header the first row may hold a key.
fn unknown<'a>(kind: &str, name: &str, mut beside: impl Iterator<Item = &'a str>) -> String {
    let is_header = beside.any(|other| place(other).is_some());
    let is_name = |c: char| c.is_ascii_alphabetic() || " _-".contains(c);
    match is_header && name.len() <= LONGEST_COLUMN && name.chars().all(is_name) {
        true => format!("the {kind} {name} is not known"),
        false => format!("no such {kind} is known"),
    }
}

/// The rows and their lines.
fn from_csv(text: &str) -> Result<Vec<(String, Fields)>, String> {
    let mut table = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = table.headers().map_err(|_| "line 1 is not CSV")?.clone();
    let mut places = Vec::with_capacity(header.len());
    for (name, number) in header.iter().zip(1..) {
        let unknown = || {
            let what = unknown("column", name, header.iter());
            format!("line 1, column {number}: {what}")
        };
        let place = place(name).ok_or_else(unknown)?;
        if places.contains(&place) {
            return Err(format!("line 1, column {number}: {name} is given twice"));
        }
        places.push(place);
    }
    if !places.contains(&0) {
        return Err("line 1: the column account is missing".to_owned());
    }
    let mut rows = Vec::new();
    for record in table.records() {
        let record = record.map_err(|_| "it is not CSV".to_owned())?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != places.len() {
            let (has, wanted) = (record.len(), places.len());
            return Err(format!(
                "line {line}: it has {has} columns, the header {wanted}"
            ));
        }
        let mut fields = Fields::default();
        for (place, field) in places.iter().zip(&record) {
            fields[*place] = field.to_owned();
        }
        rows.push((format!("line {line}"), fields));
    }
    Ok(rows)
}

/// The objects and their numbers.
fn from_json(text: &str) -> Result<Vec<(String, Fields)>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("line {line}, column {column}: it is not JSON")
    })?;
    let Value::Array(list) = value else {
        return Err("it is not a list of objects".to_owned());
    };
    let mut rows = Vec::new();
    for (entry, number) in list.iter().zip(1..) {
        let Value::Object(entry) = entry else {
            return Err(format!("entry {number} is not an object"));
        };
        let mut fields = Fields::default();
        for (name, value) in entry {
            let unknown = || {
                let what = unknown("key", name, entry.keys().map(String::as_str));
                format!("entry {number}: {what}")
            };
            let place = place(name).ok_or_else(unknown)?;
            fields[place] = match value {
                Value::Null => String::new(),
                Value::String(text) => text.trim().to_owned(),
                Value::Number(_) | Value::Bool(_) => value.to_string(),
                _ => return Err(format!("entry {number}, {name}: it is not a text")),
            };
        }
        rows.push((format!("entry {number}"), fields));
    }
    Ok(rows)
}

fn account([id, name, key, secret, limit, payer]: &Fields) -> Result<Account, String> {
    if id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("account: an account id has 12 digits".to_owned());
    }
    if name.contains(char::is_control) {
        return Err("name: it must be one line".to_owned());
    }
    let payer = match payer.to_ascii_lowercase().as_str() {
        "" | "no" | "false" | "0" => false,
        "yes" | "true" | "1" | "x" => true,
        _ => return Err("payer: it is yes or no".to_owned()),
    };
    let limit = given(limit).map(|limit| limit.parse());
    Ok(Account {
        id: id.clone(),
        name: given(name).map(str::to_owned),
        credentials: credentials(key, secret)?,
        limit: limit
            .transpose()
            .map_err(|_| "limit: it is a whole number")?,
        payer,
    })
}

fn given(field: &str) -> Option<&str> {
    Some(field).filter(|field| !matches!(*field, "" | NOTHING | "\"\""))
}

fn credentials(key: &str, secret: &str) -> Result<Option<Credentials>, String> {
    let on_purpose = [key, secret].contains(&NOTHING);
    let (key, secret) = (given(key), given(secret));
    let word = |c: char| c.is_ascii_graphic() && !";%".contains(c);
    for (column, value) in [("key", key), ("secret", secret)] {
        if !value.unwrap_or_default().chars().all(word) {
            return Err(format!("{column}: it must be one word"));
        }
    }
    match (key, secret) {
        (Some(key), Some(secret)) => Ok(Some(Credentials {
            key_id: key.to_owned(),
            secret: secret.to_owned(),
        })),
        (None, None) => Ok(on_purpose.then(|| Credentials {
            key_id: NOTHING.to_owned(),
            secret: NOTHING.to_owned(),
        })),
        (Some(_), None) => Err("secret: the key has none".to_owned()),
        (None, Some(_)) => Err("key: the secret has none".to_owned()),
    }
}

fn payer_first(mut accounts: Vec<Account>) -> Result<Vec<Account>, String> {
    for (place, account) in accounts.iter().enumerate() {
        if accounts[..place].iter().any(|known| known.id == account.id) {
            return Err(format!("the account {} is given twice", account.id));
        }
    }
    let payers = accounts.iter().filter(|account| account.payer).count();
    match payers {
        0 if accounts.is_empty() => return Err("it names no account".to_owned()),
        0 | 1 => {}
        _ => return Err(format!("{payers} accounts are marked as the payer")),
    }
    // Stable: all others keep their order.
    accounts.sort_by_key(|account| !account.payer);
    Ok(accounts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let accounts = parse("accounts.csv", text).unwrap_or_else(|error| panic!("{error}"));
        let shown = |account: &Account| {
            let key = account.credentials.as_ref();
            let key = key.map_or("-".to_owned(), |key| {
                format!("{}/{}", key.key_id, key.secret)
            });
            let name = account.name.as_deref().unwrap_or("-");
            format!("{} {name} {key} {:?}", account.id, account.limit)
        };
        accounts.iter().map(shown).collect()
    }

    fn why(text: &str) -> String {
        let error = parse("accounts.csv", text).err().expect("a refusal");
        for secret in ["AKIA", "S3CRET"] {
            assert!(!error.message.contains(secret), "{}", error.message);
        }
        error.message.replace("accounts.csv: ", "")
    }

    const WANTED: [&str; 3] = [
        "111111111111 Big Co AKIA1/S3CRET+/= Some(200000)",
        "222222222222 Dev, Test - Some(0)",
        "333333333333 - - None",
    ];

    #[test]
    fn columns_stand_in_any_order_and_the_payer_first() {
        let csv = "\u{feff}account,name,key,secret,limit\r\n\
            111111111111,Big Co,AKIA1,S3CRET+/=,200000\r\n\
            222222222222,\"Dev, Test\",,,0\r\n\
            333333333333,,,,\r\n";
        assert_eq!(shown(csv), WANTED);
        let marked = "Payer, Limit, Secret, Key, Name, Account\n\
            ,0,,,\"Dev, Test\",222222222222\n\
            no,,,,,333333333333\n\
            yes,200000,S3CRET+/=,AKIA1,Big Co,111111111111\n";
        assert_eq!(shown(marked), WANTED);
        assert_eq!(shown("accountId\n333333333333\n"), WANTED[2..]);
    }

    #[test]
    fn no_key_on_purpose_is_not_a_key_to_be_filled_in() {
        let csv = "account,key,secret\n111111111111,'',''\n222222222222,'',\n";
        let wanted = ["111111111111 - ''/'' None", "222222222222 - ''/'' None"];
        assert_eq!(shown(csv), wanted);
    }

    #[test]
    fn json_says_the_same() {
        let json = r#" [
            {"account": "222222222222", "name": "Dev, Test", "key": null, "limit": 0},
            {"account": "111111111111", "name": "Big Co", "key": "AKIA1", "secret": "S3CRET+/=",
             "limit": "200000", "payer": true},
            {"account": "333333333333"}
        ]"#;
        assert_eq!(shown(json), WANTED);
    }

    #[test]
    fn errors_say_where_and_not_what() {
        let tables = [
            "",
            "account\n",
            "111111111111,AKIA1,S3CRET\n",
            "account,team,key\n",
            "account,AKIAS3CRETS3CRETS3CR\n",
            "accountId,account\n",
            "account,key,key\n",
            "account,key\n111111111111,AKIA1\n111111111111,AKIA1,S3CRET\n",
            "account,key\nAKIA1,S3CRET\n",
            "account,key\n111111111111,AKIA1\n",
            "account,key,secret\n111111111111,AKIA1,S3CRET S3CRET\n",
            "account,limit\n111111111111,S3CRET\n",
            "account,payer\n111111111111,S3CRET\n",
            "account\n111111111111\n111111111111\n",
            "account,payer\n111111111111,x\n222222222222,x\n",
            "[{\"key\": \"AKIA1\",\n \"S3CRET]",
            "[{\"account\": \"1\", \"team\": 1}]",
            "{\"key\": \"AKIA1\"}",
            "[\"AKIA1\"]",
            "[{\"AKIA1\": 1}]",
            "[{\"key\": [\"AKIA1\"]}]",
        ];
        insta::assert_snapshot!(tables.map(why).join("\n"), @"
        line 1: the column account is missing
        it names no account
        line 1, column 1: no such column is known
        line 1, column 2: the column team is not known
        line 1, column 2: no such column is known
        line 1, column 2: account is given twice
        line 1, column 3: key is given twice
        line 3: it has 3 columns, the header 2
        line 2, account: an account id has 12 digits
        line 2, secret: the key has none
        line 2, secret: it must be one word
        line 2, limit: it is a whole number
        line 2, payer: it is yes or no
        the account 111111111111 is given twice
        2 accounts are marked as the payer
        line 2, column 9: it is not JSON
        entry 1: the key team is not known
        it is not a list of objects
        entry 1 is not an object
        entry 1: no such key is known
        entry 1, key: it is not a text
        ");
    }
}
