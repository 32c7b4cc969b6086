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
///
/// # Errors
/// When a region or the bucket cannot be written.
pub fn stanzas<S: AsRef<str>>(
    accounts: &[Account],
    regions: &[S],
    bucket: Option<&str>,
) -> Result<[Stanza; 3]> {
    Ok([
        keys(accounts)?,
        numbered(regions)?,
        misc(accounts.first(), bucket.unwrap_or(BUCKET))?,
    ])
}

fn keys(accounts: &[Account]) -> Result<Stanza> {
    let mut keys = Stanza::new("keys")?;
    if accounts.is_empty() {
        keys.set(ACCOUNT, &format!("{NAME} {KEY_ID} {SECRET} {LIMIT}"))?;
    }
    for account in accounts {
        let (key_id, secret) = match &account.credentials {
            Some(credentials) => (credentials.key_id.as_str(), credentials.secret.as_str()),
            None => (KEY_ID, SECRET),
        };
        let (name, limit) = (name(account), account.limit.unwrap_or(0));
        keys.set(&account.id, &format!("{name} {key_id} {secret} {limit}"))?;
    }
    Ok(keys)
}

fn numbered<S: AsRef<str>>(regions: &[S]) -> Result<Stanza> {
    let mut stanza = Stanza::new("regions")?;
    for (region, number) in regions.iter().zip(1..) {
        stanza.set(&format!("rgn{number}"), region.as_ref())?;
    }
    Ok(stanza)
}

fn misc(payer: Option<&Account>, bucket: &str) -> Result<Stanza> {
    let key = payer.and_then(|payer| payer.credentials.as_ref());
    let key_id = key.map_or(KEY_ID, |key| &key.key_id);
    let secret = key.map_or(SECRET, |key| &key.secret);
    let name = payer.map_or(NAME.to_owned(), name);
    Stanza::new("misc")?
        .with("corpkey", &format!("{name} {key_id} {secret}"))?
        .with("acno", payer.map_or(ACCOUNT, |payer| &payer.id))?
        .with("s3bucket", bucket)
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

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::splunk::{accounts, conf};

    fn conf(table: &str, bucket: Option<&str>) -> String {
        let accounts = match table {
            "" => Vec::new(),
            table => {
                accounts::parse("accounts.csv", table).unwrap_or_else(|error| panic!("{error}"))
            }
        };
        let stanzas = stanzas(&accounts, &["eu-west-1", "us-east-1"], bucket);
        conf::text(&stanzas.unwrap_or_else(|error| panic!("{error}")))
    }

    #[test]
    fn the_payer_stands_first_and_fetches_the_bills() {
        let table = "account,name,key,secret,limit,payer\n\
            222222222222,Dev  & Test; 100%,AKIA2,s2,100000,\n\
            111111111111,Big Co,AKIA1,s1,200000,yes\n\
            333333333333,Lab,'','',100000,\n\
            444444444444,,,,,\n";
        assert_snapshot!(conf(table, Some("big-bills")), @"
        [keys]
        111111111111 = Big_Co AKIA1 s1 200000
        222222222222 = Dev_&_Test_100%% AKIA2 s2 100000
        333333333333 = Lab '' '' 100000
        444444444444 = 444444444444 <access-key-id> <secret-access-key> 0

        [regions]
        rgn1 = eu-west-1
        rgn2 = us-east-1

        [misc]
        corpkey = Big_Co AKIA1 s1
        acno = 111111111111
        s3bucket = big-bills
        ");
    }

    #[test]
    fn placeholders_stand_for_what_is_not_given() {
        assert_snapshot!(conf("", None), @"
        [keys]
        <account-id> = <account-name> <access-key-id> <secret-access-key> <monthly-limit>

        [regions]
        rgn1 = eu-west-1
        rgn2 = us-east-1

        [misc]
        corpkey = <account-name> <access-key-id> <secret-access-key>
        acno = <account-id>
        s3bucket = <billing-bucket>
        ");
        let misc = conf("account,name\n111111111111,Big Co\n", None);
        let key = "Big_Co <access-key-id> <secret-access-key>";
        assert!(misc.starts_with(&format!("[keys]\n111111111111 = {key} 0\n")));
        assert!(misc.ends_with(
            "corpkey = Big_Co <access-key-id> <secret-access-key>\nacno = 111111111111\ns3bucket = <billing-bucket>\n"
        ));
    }
}
