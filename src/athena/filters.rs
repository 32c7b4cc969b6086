//! Filters of events as conditions in SQL, over the columns of the table.
//!
//! They mean what they mean to [`Filter::admits`](crate::events::filter::Filter::admits): upper and lower case are the
//! same, `*` matches anything, and what an event does not say satisfies nothing but a negation. Networks and resources
//! have no condition: SQL over text columns does not know them.

use super::event::{ERROR, SERVICE, WHO};
use crate::alerts::pattern::literal;
use crate::error::{Error, Result};
use crate::events::filter::{Filter, Key, Wanted};

/// The role of a session, as far as it is one.
const ROLE: &str = "CASE
      WHEN regexp_like(useridentity.arn, ':assumed-role/[^/]+/') THEN regexp_extract(useridentity.arn, ':assumed-role/([^/]+)/', 1)
      ELSE useridentity.sessioncontext.sessionissuer.username
    END";

/// The name of the session, as far as it is one.
const SESSION: &str = "CASE
      WHEN regexp_like(useridentity.arn, ':assumed-role/[^/]+/') THEN regexp_extract(useridentity.arn, ':assumed-role/[^/]+/(.*)$', 1)
      WHEN strpos(useridentity.principalid, ':') > 0 THEN substr(useridentity.principalid, strpos(useridentity.principalid, ':') + 1)
    END";

/// What escapes the wildcards of SQL.
const ESCAPE: char = '!';

/// The conditions of filters as they are typed.
///
/// # Errors
/// When one of them is wrong, or cannot be said in SQL.
pub fn conditions(filters: &[String]) -> Result<Vec<String>> {
    let filter = Filter::parse(filters)?;
    if let Some(conditions) = of(&filter) {
        return Ok(conditions);
    }
    let mut unsaid = Vec::new();
    for typed in filters {
        let filter = Filter::parse(std::slice::from_ref(typed))?;
        unsaid.extend(of(&filter).is_none().then_some(typed.as_str()));
    }
    let message = format!("Athena cannot filter by {}", unsaid.join(", "));
    Err(Error::usage(message).hint(
        "a resource, a network and an IPv6 address are no conditions in SQL: omit them, or read the log files with --from",
    ))
}

/// The conditions of a filter, without those of its time; nothing if one of them cannot be said in SQL.
fn of(filter: &Filter) -> Option<Vec<String>> {
    let criteria = filter.criteria();
    let conditions = criteria.map(|(key, any_of, none_of)| {
        let any_of = one_of(key, any_of)?;
        let none_of = one_of(key, none_of)?;
        let none_of = none_of.map(|condition| format!("NOT coalesce({condition}, false)"));
        Some([any_of, none_of].into_iter().flatten().collect::<Vec<_>>())
    });
    let conditions: Option<Vec<Vec<String>>> = conditions.collect();
    Some(conditions?.concat())
}

/// That an event satisfies one of these values; `Some(None)` where there are none.
fn one_of(key: Key, wanted: &[Wanted]) -> Option<Option<String>> {
    let conditions = wanted.iter().map(|wanted| condition(key, wanted));
    let conditions: Option<Vec<String>> = conditions.collect();
    let conditions = conditions?;
    Some((!conditions.is_empty()).then(|| format!("({})", conditions.join(" OR "))))
}

fn condition(key: Key, wanted: &Wanted) -> Option<String> {
    match wanted {
        Wanted::Failed(true) => Some(format!("{ERROR} IS NOT NULL")),
        Wanted::Failed(false) => Some(format!("{ERROR} IS NULL")),
        Wanted::Like(pattern) => {
            let texts = texts(key)?.iter().map(|text| like(text, pattern));
            Some(texts.collect::<Vec<_>>().join(" OR "))
        }
        // Of a single IPv4 address there is one spelling.
        Wanted::Within(network) => {
            let address = network.host().filter(std::net::IpAddr::is_ipv4)?;
            Some(format!(
                "sourceipaddress = {}",
                literal(&address.to_string())
            ))
        }
    }
}

/// What an event says of a key; nothing where that is more than columns.
fn texts(key: Key) -> Option<&'static [&'static str]> {
    Some(match key {
        Key::User => &[
            "useridentity.username",
            "useridentity.arn",
            "useridentity.principalid",
            "useridentity.invokedby",
            ROLE,
            SESSION,
            WHO,
        ],
        Key::Event => &["eventname"],
        Key::Source => &["eventsource", SERVICE],
        Key::Region => &["awsregion"],
        Key::Error => &["errorcode", "errormessage"],
        Key::ReadOnly => &["readonly"],
        Key::SourceIp => &["sourceipaddress"],
        Key::Credential => &["useridentity.accesskeyid"],
        Key::Account => &["useridentity.accountid", "recipientaccountid"],
        Key::CallerAccount => &["useridentity.accountid"],
        Key::Resource => return None,
    })
}

/// That a text which is not empty matches a pattern in lower case. `(none)` stands for a text that is missing.
fn like(text: &str, pattern: &str) -> String {
    let text = match text {
        WHO | SERVICE => format!("nullif({text}, '(none)')"),
        _ => format!("nullif({text}, '')"),
    };
    if !pattern.contains('*') {
        return format!("lower({text}) = {}", literal(pattern));
    }
    let mut sql = String::new();
    for letter in pattern.chars() {
        match letter {
            '*' => sql.push('%'),
            '%' | '_' | ESCAPE => sql.extend([ESCAPE, letter]),
            _ => sql.push(letter),
        }
    }
    let is_escaped = sql.contains(ESCAPE);
    let escape = if is_escaped { " ESCAPE '!'" } else { "" };
    format!("lower({text}) LIKE {}{escape}", literal(&sql))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(filters: &[&str]) -> Result<Vec<String>> {
        let filters: Vec<String> = filters.iter().map(|&filter| filter.to_owned()).collect();
        conditions(&filters)
    }

    #[test]
    fn filters_are_conditions() {
        for (filter, condition) in [
            ("region=EU-*", "(lower(nullif(awsregion, '')) LIKE 'eu-%')"),
            (
                "event=Create_*",
                "(lower(nullif(eventname, '')) LIKE 'create!_%' ESCAPE '!')",
            ),
            (
                "read-only!=true",
                "NOT coalesce((lower(nullif(readonly, '')) = 'true'), false)",
            ),
            ("source-ip=203.0.113.7", "(sourceipaddress = '203.0.113.7')"),
            (
                "access-key=a'b",
                "(lower(nullif(useridentity.accesskeyid, '')) = 'a''b')",
            ),
        ] {
            assert_eq!(sql(&[filter]).expect("conditions"), [condition]);
        }
        assert!(sql(&[]).expect("conditions").is_empty());
        let both = sql(&["region=a", "region=b", "event!=c"]).expect("conditions");
        assert_eq!(both.len(), 2);
        assert_eq!(both[1].matches(" OR ").count(), 1, "{both:?}");
    }

    #[test]
    fn networks_and_resources_have_no_condition() {
        for filter in [
            "source-ip=203.0.113.0/24",
            "source-ip!=2001:db8::7",
            "resource=bob",
            "resource!=bob",
        ] {
            let error = sql(&["region=x", filter]).expect_err("a refusal");
            assert_eq!(error.message, format!("Athena cannot filter by {filter}"));
        }
    }
}
