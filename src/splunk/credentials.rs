//! An access key, and the AWS credentials files that hold one.
//!
//! <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html>

use crate::error::{Error, Result};

/// A lasting access key. It has no `Debug`, so that no message can show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The key's id.
    pub key_id: String,
    /// The key itself.
    pub secret: String,
}

/// A section of a credentials file.
#[derive(Default)]
struct Profile {
    name: String,
    key_id: Option<String>,
    secret: Option<String>,
    token: bool,
}

impl Credentials {
    /// The key in the text of an AWS credentials file: the one of the profile that is named, else of `default`, else
    /// of the only one. `file` is its name, for errors.
    ///
    /// # Errors
    /// When the text is no such file, or has no such profile, or the profile no lasting key.
    pub fn parse(file: &str, text: &str, profile: Option<&str>) -> Result<Self> {
        let profiles = profiles(file, text)?;
        let known = || {
            let names: Vec<&str> = profiles.iter().map(|known| known.name.as_str()).collect();
            format!("there are: {}", names.join(", "))
        };
        let named = |name: &str| profiles.iter().find(|known| known.name == name);
        let found = match (profile, profiles.as_slice()) {
            (_, []) => {
                return Err(Error::failed(format!("{file}: it has no profile"))
                    .hint("wanted is an AWS credentials file: [default] and two lines"));
            }
            (Some(name), _) => named(name).ok_or_else(|| {
                Error::failed(format!("{file}: it has no profile {name}")).hint(known())
            })?,
            (None, [only]) => only,
            (None, _) => named("default").ok_or_else(|| {
                Error::failed(format!("{file}: it has several profiles and no default"))
                    .hint(format!("name one with --credentials-profile; {}", known()))
            })?,
        };
        found.key(file)
    }
}

impl Profile {
    fn key(&self, file: &str) -> Result<Credentials> {
        let wrong = |why: &str| Error::failed(format!("{file}: the profile {} {why}", self.name));
        if self.token {
            let error = wrong("has a session token: its key soon expires");
            return Err(error.hint("make a lasting access key for a user of Splunk's own"));
        }
        let value = |key: &str, value: &Option<String>| {
            let value = value.clone().filter(|value| !value.is_empty());
            value.ok_or_else(|| wrong(&format!("has no {key}")))
        };
        Ok(Credentials {
            key_id: value("aws_access_key_id", &self.key_id)?,
            secret: value("aws_secret_access_key", &self.secret)?,
        })
    }
}

fn profiles(file: &str, text: &str) -> Result<Vec<Profile>> {
    let mut profiles: Vec<Profile> = Vec::new();
    for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
        let wrong = |why: &str| {
            let error = Error::failed(format!("{file}: line {number}: {why}"));
            error.hint("wanted is an AWS credentials file: [default] and two lines")
        };
        let nested = line.starts_with([' ', '\t']);
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(header) = line.strip_prefix('[').filter(|_| !nested) {
            let name = header.split(']').next().unwrap_or_default().trim();
            let name = name.strip_prefix("profile ").unwrap_or(name).trim();
            profiles.push(Profile {
                name: name.to_owned(),
                ..Profile::default()
            });
            continue;
        }
        let Some(profile) = profiles.last_mut() else {
            return Err(wrong("it stands in no profile"));
        };
        let Some((key, value)) = line.split_once('=') else {
            return Err(wrong("it is no setting"));
        };
        let value = value.trim().to_owned();
        match key.trim() {
            _ if nested => {}
            "aws_access_key_id" => profile.key_id = Some(value),
            "aws_secret_access_key" => profile.secret = Some(value),
            "aws_session_token" => profile.token = true,
            _ => {}
        }
    }
    Ok(profiles)
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

    fn key(text: &str, profile: Option<&str>) -> Result<(String, String)> {
        let found = Credentials::parse("key.ini", text, profile)?;
        Ok((found.key_id, found.secret))
    }

    fn why(text: &str, profile: Option<&str>) -> String {
        key(text, profile).expect_err("a refusal").message
    }

    #[test]
    fn the_key_is_of_the_named_profile_or_the_default_or_the_only_one() {
        let owned = |key_id: &str, secret: &str| (key_id.to_owned(), secret.to_owned());
        let default = owned("AKIADEFAULT", "se+cret/=");
        assert_eq!(key(TWO, None).expect("a key"), default);
        let splunk = owned("AKIASPLUNK", "other");
        assert_eq!(key(TWO, Some("splunk")).expect("a key"), splunk);
        let only = TWO.split_once("[splunk]").expect("two").1;
        let only = format!("[x]{only}");
        assert_eq!(key(&only, None).expect("a key"), splunk);
    }

    #[test]
    fn errors_say_where_and_not_what() {
        assert_eq!(why("", None), "key.ini: it has no profile");
        assert_eq!(
            why("AKIA1,x", None),
            "key.ini: line 1: it stands in no profile"
        );
        assert_eq!(why("[a]\nAKIA1", None), "key.ini: line 2: it is no setting");
        assert_eq!(why(TWO, Some("x")), "key.ini: it has no profile x");
        assert_eq!(
            why("[a]\n[b]\n", None),
            "key.ini: it has several profiles and no default"
        );
        assert_eq!(
            why("[a]\naws_access_key_id = AKIA1\n", None),
            "key.ini: the profile a has no aws_secret_access_key"
        );
        assert_eq!(
            why("[a]\naws_session_token = t\n", None),
            "key.ini: the profile a has a session token: its key soon expires"
        );
    }
}
