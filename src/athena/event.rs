//! What is counted of an event, in SQL: the same as [`events`](crate::events) reads of it, to which an empty text is none.

use super::table::COLUMNS;
use crate::alerts::pattern::literal;

/// The values of `userIdentity` that have columns of their own.
const IDENTITY: [&str; 17] = [
    "type",
    "principalid",
    "arn",
    "accountid",
    "invokedby",
    "accesskeyid",
    "username",
    "onbehalfof.userid",
    "onbehalfof.identitystorearn",
    "sessioncontext.attributes.mfaauthenticated",
    "sessioncontext.attributes.creationdate",
    "sessioncontext.sessionissuer.type",
    "sessioncontext.sessionissuer.principalid",
    "sessioncontext.sessionissuer.arn",
    "sessioncontext.sessionissuer.accountid",
    "sessioncontext.sessionissuer.username",
    "sessioncontext.ec2roledelivery",
];

/// The columns that hold JSON as text.
const JSON: [&str; 4] = [
    "requestparameters",
    "responseelements",
    "additionaleventdata",
    "serviceeventdetails",
];

/// Who it was: `root`, a role with its session, a user, a service, else what there is.
pub const WHO: &str = "CASE
      WHEN useridentity.type = 'Root' THEN 'root'
      WHEN regexp_like(useridentity.arn, ':assumed-role/[^/]+/') THEN regexp_extract(useridentity.arn, ':assumed-role/(.*)$', 1)
      WHEN nullif(useridentity.sessioncontext.sessionissuer.username, '') IS NOT NULL AND strpos(useridentity.principalid, ':') > 0
        THEN useridentity.sessioncontext.sessionissuer.username || '/' || substr(useridentity.principalid, strpos(useridentity.principalid, ':') + 1)
      ELSE coalesce(nullif(useridentity.username, ''), nullif(useridentity.invokedby, ''),
        nullif(regexp_extract(useridentity.arn, '^([^:]*:){5}(.*)$', 2), ''), nullif(useridentity.arn, ''),
        nullif(useridentity.principalid, ''), nullif(useridentity.accountid, ''), nullif(useridentity.type, ''), '(none)')
    END";

/// The account whose trail recorded it, or else that of the caller.
pub const ACCOUNT: &str =
    "coalesce(nullif(recipientaccountid, ''), nullif(useridentity.accountid, ''), '(none)')";

/// The service, without `.amazonaws.com`.
pub const SERVICE: &str =
    "coalesce(nullif(regexp_replace(eventsource, '[.]amazonaws[.]com$', ''), ''), '(none)')";

/// The same of a name of somebody who may be a service.
pub fn short(name: &str) -> String {
    format!("regexp_replace({name}, '[.]amazonaws[.]com$', '')")
}

/// Why it failed: the code, or the message where there is no code, as for a failed sign-in; NULL for success.
pub const ERROR: &str = "coalesce(nullif(errorcode, ''), nullif(errormessage, ''))";

/// Whether a permission was missing.
pub const DENIED: &str =
    "coalesce(errorcode LIKE '%UnauthorizedOperation' OR errorcode LIKE 'AccessDenied%', false)";

/// Whether it is a sign-in to the console, and how it went: `responseElements` says that it failed, `additionalEventData`
/// whether MFA was used; AWS does not know that of those who signed in elsewhere.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html>
pub const IS_SIGN_IN: &str = "coalesce(eventname = 'ConsoleLogin', false)";
/// See [`IS_SIGN_IN`].
pub const IS_FAILED_SIGN_IN: &str = "(coalesce(json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Failure', false) OR nullif(errorcode, '') IS NOT NULL OR nullif(errormessage, '') IS NOT NULL)";
/// See [`IS_SIGN_IN`].
pub const MFA: &str = "CASE
      WHEN json_extract_scalar(additionaleventdata, '$.MFAUsed') = 'Yes' THEN true
      WHEN useridentity.type IN ('IAMUser', 'Root') THEN false
    END";

/// The SQL of a place in an event, as patterns name it: `["userIdentity", "type"]`.
pub fn column(names: &[&str]) -> Option<String> {
    let (first, rest) = names.split_first()?;
    let first = first.to_lowercase();
    let below = rest.join(".").to_lowercase();
    match rest {
        [] => {
            let mut columns = COLUMNS.iter();
            let is_text = |(name, sort): &&(&str, &str)| *name == first && *sort == "string";
            columns.find(is_text).map(|(name, _)| (*name).to_owned())
        }
        _ if first == "useridentity" && IDENTITY.contains(&below.as_str()) => {
            Some(format!("{first}.{below}"))
        }
        _ if JSON.contains(&first.as_str()) && rest.iter().all(|name| is_plain(name)) => {
            let path = literal(&format!("$.{}", rest.join(".")));
            Some(format!("json_extract_scalar({first}, {path})"))
        }
        _ => None,
    }
}

fn is_plain(name: &str) -> bool {
    let mut letters = name.chars();
    letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::Catalogue;

    #[test]
    fn places_are_columns() {
        for (names, found) in [
            (&["eventName"][..], Some("eventname")),
            (&["userIdentity"], None),
            (&["resources"], None),
            (&["userIdentity", "type"], Some("useridentity.type")),
            (&["userIdentity", "unknown"], None),
            (
                &["requestParameters", "userName"],
                Some("json_extract_scalar(requestparameters, '$.userName')"),
            ),
            (&["requestParameters", "it's"], None),
            (&[], None),
        ] {
            assert_eq!(column(names).as_deref(), found, "{names:?}");
        }
    }

    #[test]
    fn every_alert_of_the_catalogue_is_a_condition() {
        for alert in Catalogue::built_in().alerts {
            assert!(alert.pattern.to_sql(&column).is_some(), "{}", alert.name);
        }
    }
}
