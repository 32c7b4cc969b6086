//! `aws.conf`: the accounts, regions and bills that the app SplunkAppForAWS looks at.
//!
//! The app reads the file with Python's old `SafeConfigParser` and splits each account's line at its spaces: a name is
//! one word (spaces and semicolons become `_`), `%` is written twice, and the limit is a whole number. The bills are
//! fetched with the words of `corpkey`, which are those of the line of the account that pays.

use super::accounts::Account;
use super::{KEY_ID, SECRET, Stanza};
use crate::error::Result;

const ACCOUNT: &str = "<account-id>";
const NAME: &str = "<account-name>";
const LIMIT: &str = "<monthly-limit>";
const BUCKET: &str = "<billing-bucket>";

/// The three stanzas. The first account is the one that pays; without any, and without a bucket, placeholders stand
/// in their places, and so for every key that is missing. An account without a name goes by its id, one without a limit
/// has 0.
pub fn stanzas(
    accounts: &[Account],
    regions: &[String],
    bucket: Option<&str>,
) -> Result<[Stanza; 3]> {
    let words = |account: &Account| {
        let (key_id, secret) = match &account.credentials {
            Some(key) => (key.key_id.as_str(), key.secret.as_str()),
            None => (KEY_ID, SECRET),
        };
        format!("{} {key_id} {secret}", name(account))
    };
    let nobody = format!("{NAME} {KEY_ID} {SECRET}");
    let mut keys = Stanza::new("keys", [])?;
    if accounts.is_empty() {
        keys.set(ACCOUNT, &format!("{nobody} {LIMIT}"))?;
    }
    for account in accounts {
        let limit = account.limit.unwrap_or(0);
        keys.set(&account.id, &format!("{} {limit}", words(account)))?;
    }
    let mut numbered = Stanza::new("regions", [])?;
    for (region, number) in regions.iter().zip(1..) {
        numbered.set(&format!("rgn{number}"), region)?;
    }
    let payer = accounts.first();
    let corpkey = payer.map_or(nobody, words);
    let bills = [
        ("corpkey", corpkey.as_str()),
        ("acno", payer.map_or(ACCOUNT, |payer| &payer.id)),
        ("s3bucket", bucket.unwrap_or(BUCKET)),
    ];
    Ok([keys, numbered, Stanza::new("misc", bills)?])
}

/// An account's name in one word.
fn name(account: &Account) -> String {
    let name = account.name.as_deref().unwrap_or(&account.id);
    let words = name.split(|c: char| c.is_whitespace() || c == ';');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    match words.is_empty() {
        true => account.id.clone(),
        false => words.join("_").replace('%', "%%"),
    }
}
