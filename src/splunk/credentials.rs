//! An access key, and the AWS credentials files that hold one.
//!
//! <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html>

use crate::aws::profile::{ProfileKey, keys_in};
use crate::error::{Error, Result};

/// A long-term access key. It has no `Debug`, so that no message can show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The key's id.
    pub key_id: String,
    /// The key itself.
    pub secret: String,
}

const EXPECTED: &str = "expected an AWS credentials file: [default], aws_access_key_id = … and aws_secret_access_key = …";

impl Credentials {
    /// The key in the text of an AWS credentials file: the one of the profile that is named, else of `default`, else
    /// of the only one. `file` is its name, for errors.
    pub async fn parse(file: &str, text: &str, profile: Option<&str>) -> Result<Self> {
        let failed = |why: &str| Error::failed(format!("{file}: {why}"));
        let keys = keys_in(text.trim_start_matches('\u{feff}')).await;
        let keys = keys.map_err(|why| failed(&why).hint(EXPECTED))?;
        let known = || {
            let names: Vec<&str> = keys.iter().map(|key| key.profile.as_str()).collect();
            format!("the profiles are {}", names.join(", "))
        };
        let named = |name: &str| keys.iter().find(|key| key.profile == name);
        let key = match (profile, keys.as_slice()) {
            (_, []) => return Err(failed("it has no profile").hint(EXPECTED)),
            (Some(name), _) => named(name)
                .ok_or_else(|| failed(&format!("it has no profile {name}")).hint(known()))?,
            (None, [only]) => only,
            (None, _) => named("default").ok_or_else(|| {
                failed("it has several profiles and no default")
                    .hint(format!("name one with --credentials-profile; {}", known()))
            })?,
        };
        Self::of(key).map_err(|why| failed(&format!("the profile {} {why}", key.profile)))
    }

    fn of(key: &ProfileKey) -> Result<Self, String> {
        if key.is_temporary {
            return Err("has a session token: create a long-term access key for an IAM user of Splunk's own".to_owned());
        }
        let given = |name: &str, value: &Option<String>| {
            let value = value.clone().filter(|value| !value.is_empty());
            value.ok_or_else(|| format!("has no {name}"))
        };
        Ok(Self {
            key_id: given("aws_access_key_id", &key.key_id)?,
            secret: given("aws_secret_access_key", &key.secret)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "\u{feff}\
# keys
[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key=se+cret/=
s3 =
  addressing_style = path

[splunk]
AWS_REGION = us-east-1
aws_access_key_id=AKIASPLUNK
aws_secret_access_key = other
";

    /// The id and the secret of the key, or the error.
    fn key(text: &str, profile: Option<&str>) -> String {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let read = Credentials::parse("key.ini", text, profile);
        match runtime.expect("a runtime").block_on(read) {
            Ok(found) => format!("{} {}", found.key_id, found.secret),
            Err(error) => error.message,
        }
    }

    #[test]
    fn the_key_is_of_the_named_profile_or_the_default_or_the_only_one() {
        let (_, only) = TWO.split_once("[splunk]").expect("two");
        let only = format!("[profile x]{only}");
        let keys = [(TWO, None), (TWO, Some("splunk")), (&only, None)];
        let keys = keys.map(|(text, profile)| key(text, profile));
        let other = "AKIASPLUNK other";
        assert_eq!(keys, ["AKIADEFAULT se+cret/=", other, other]);
    }

    #[test]
    fn errors_say_where_and_not_what() {
        assert_eq!(key(TWO, Some("x")), "key.ini: it has no profile x");
        let files = [
            "",
            "AKIA1,x",
            "[a]\nAKIA1",
            "[a]\n[b]\n",
            "[a]\naws_access_key_id = AKIA1\n",
            "[a]\naws_session_token = t\n",
        ];
        insta::assert_snapshot!(files.map(|text| key(text, None)).join("\n"), @"
        key.ini: it has no profile
        key.ini: line 1: Expected a profile definition
        key.ini: line 2: Expected an '=' sign defining a property
        key.ini: it has several profiles and no default
        key.ini: the profile a has no aws_secret_access_key
        key.ini: the profile a has a session token: create a long-term access key for an IAM user of Splunk's own
        ");
    }
}
