//! The splunk stack as a table for people: users and role that can read the trail stack.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::error::tame;
use crate::stack::splunk::show::{KeyPicture, Picture};
use crate::time;
use crate::words::wrapped;

const HEADING: Style = Style::new().bold();
const DRIFT: Style = AnsiColor::Yellow.on_default();

/// A row a key, or a user or role without one, then what is wrong. `now` in seconds since 1970; `width` is that of
/// the terminal, if it is one.
pub fn text(picture: &Picture, now: i64, width: Option<usize>) -> String {
    let mut text = String::new();
    let (account, prefix) = (&picture.account, &picture.prefix);
    let _ = writeln!(
        text,
        "{HEADING}account {account}, readers of scheme {prefix}-cloudtrail{HEADING:#}\n"
    );
    let _ = writeln!(text, "{}", table(picture, now, width));
    for arn in picture.role.iter().filter_map(|role| role.arn.as_ref()) {
        // An ARN is there to be copied.
        let _ = writeln!(text, "\nrole    {arn}");
    }
    text.push_str(&complaints(picture, width));
    text
}

fn table(picture: &Picture, now: i64, width: Option<usize>) -> String {
    let mut rows: Vec<[String; 6]> = Vec::new();
    for user in &picture.users {
        let made_by = match user.asked_by {
            Some(_) if user.arn.is_none() => "absent",
            _ => made_by(user.arn.is_some(), user.own),
        };
        let keys = user.keys.iter().map(|key| key_cells(key, now));
        rows.extend(keys.map(|cells| row(&user.name, made_by, cells)));
        if user.keys.is_empty() {
            rows.push(row(&user.name, made_by, no_key()));
        }
    }
    if let Some(role) = &picture.role {
        let made_by = made_by(role.arn.is_some(), role.own);
        rows.push(row(&format!("{} (role)", role.name), made_by, no_key()));
    }
    let header = ["READER", "OWNER", "KEY", "LIVE", "AGE", "USED"];
    crate::view::table::table(header, rows, width)
}

fn row(name: &str, made_by: &str, [id, active, age, used]: [String; 4]) -> [String; 6] {
    [name.to_owned(), made_by.to_owned(), id, active, age, used]
}

fn no_key() -> [String; 4] {
    ["-"; 4].map(str::to_owned)
}

fn made_by(exists: bool, own: bool) -> &'static str {
    match (exists, own) {
        (false, _) => "missing",
        (true, true) => "ctadmin",
        (true, false) => "others",
    }
}

fn key_cells(key: &KeyPicture, now: i64) -> [String; 4] {
    let ago = |at: &Option<String>| {
        let since = at.as_deref().and_then(|at| time::since(at, now));
        since.map(time::ago)
    };
    let age = ago(&key.created).unwrap_or_else(|| "unknown".to_owned());
    let age = age.trim_end_matches(" ago").to_owned();
    let used = match (ago(&key.last_used), key.last_used_known) {
        (Some(ago), _) => ago,
        (None, true) => "never".to_owned(),
        (None, false) => "unknown".to_owned(),
    };
    let active = if key.active { "yes" } else { "no" };
    [key.id.clone(), active.to_owned(), age, used]
}

/// Drift and other people's additions in words, a line each.
fn complaints(picture: &Picture, width: Option<usize>) -> String {
    let users = picture.users.iter();
    let users = users.map(|user| (&user.name, &user.drift, &user.others));
    let role = picture.role.iter();
    let role = role.map(|role| (&role.name, &role.drift, &role.others));
    let mut lines = Vec::new();
    for (name, drift, others) in users.chain(role) {
        let drift = drift.iter();
        lines.extend(drift.map(|words| {
            let words = wrapped(&tame(&format!("{name}: {words}")), 8, width);
            format!("{DRIFT}drift{DRIFT:#}   {words}")
        }));
        if !others.is_empty() {
            let others = tame(&format!("{name} also has {}", others.join(", ")));
            lines.push(format!("others  {}", wrapped(&others, 8, width)));
        }
    }
    match (picture.has_drift(), &picture.error) {
        (true, _) => lines.push("`ctadmin create splunk` fixes it".to_owned()),
        (false, None) => lines.push("no drift".to_owned()),
        (false, Some(_)) => {}
    }
    lines.extend(not_made(picture).map(|line| wrapped(&line, 0, width)));
    if let Some(error) = &picture.error {
        let line = format!(
            "the permissions that readers need are unknown: {}",
            tame(error)
        );
        lines.push(wrapped(&line, 0, width));
    }
    if lines.is_empty() {
        return String::new();
    }
    format!("\n{}\n", lines.join("\n"))
}

/// Which options make the users that are there only where they are asked for, and are not.
fn not_made(picture: &Picture) -> Option<String> {
    let absent = picture.users.iter().filter(|user| user.arn.is_none());
    let options: Vec<&str> = absent.filter_map(|user| user.asked_by).collect();
    (!options.is_empty()).then(|| {
        format!(
            "`ctadmin create splunk` adds the others with {}",
            options.join(" and ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::splunk::show::{RolePicture, UserPicture};
    use crate::time::rfc3339;

    const NOW: i64 = 1_800_000_000;

    fn key(active: bool, age: i64, used: Option<i64>, last_used_known: bool) -> KeyPicture {
        KeyPicture {
            id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            active,
            created: Some(rfc3339(NOW - age)),
            last_used: used.map(|ago| rfc3339(NOW - ago)),
            last_used_known,
        }
    }

    fn user(name: &str, own: bool, keys: Vec<KeyPicture>) -> UserPicture {
        UserPicture {
            name: name.to_owned(),
            arn: (own || !keys.is_empty())
                .then(|| format!("arn:aws:iam::123456789012:user/{name}")),
            own,
            asked_by: match name {
                "billing-splunkapp" => Some("--billing-bucket BUCKET"),
                "ec2-splunkapp" => Some("--ec2"),
                _ => None,
            },
            keys,
            others: Vec::new(),
            drift: Vec::new(),
        }
    }

    #[test]
    fn ages_fit_80_columns() {
        let mut billing = user("billing-splunkapp", false, vec![key(true, 59, None, true)]);
        billing.others = vec!["theirs".to_owned(), "a\u{1b}[2Jgroup".to_owned()];
        billing.drift = vec!["inline policy is missing".to_owned()];
        let keys = vec![
            key(true, 7_199, Some(7_199), true),
            key(false, 7_200, None, false),
            key(true, 700 * 86_400, Some(172_799), true),
        ];
        let picture = Picture {
            schema: 1,
            account: "123456789012".to_owned(),
            partition: "aws".to_owned(),
            prefix: "123456789012".to_owned(),
            users: vec![
                user("cloudtrail-splunkapp", true, keys),
                billing,
                user("ec2-splunkapp", false, Vec::new()),
            ],
            role: Some(RolePicture {
                name: "reader".to_owned(),
                arn: Some("arn:aws:iam::123456789012:role/reader".to_owned()),
                own: true,
                trust: None,
                others: Vec::new(),
                drift: Vec::new(),
            }),
            error: Some("there is no queue".to_owned()),
        };
        let text = anstream::adapter::strip_str(&text(&picture, NOW, Some(80))).to_string();
        let longest = text.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(80), "{text}");
        insta::assert_snapshot!(text, @r"
        account 123456789012, readers of scheme 123456789012-cloudtrail

        READER                OWNER    KEY                   LIVE  AGE      USED
        cloudtrail-splunkapp  ctadmin  AKIAIOSFODNN7EXAMPLE  yes   119 min  119 min ago
        cloudtrail-splunkapp  ctadmin  AKIAIOSFODNN7EXAMPLE  no    2 h      unknown
        cloudtrail-splunkapp  ctadmin  AKIAIOSFODNN7EXAMPLE  yes   700 d    47 h ago
        billing-splunkapp     others   AKIAIOSFODNN7EXAMPLE  yes   59 s     never
        ec2-splunkapp         absent   -                     -     -        -
        reader (role)         ctadmin  -                     -     -        -

        role    arn:aws:iam::123456789012:role/reader

        drift   billing-splunkapp: inline policy is missing
        others  billing-splunkapp also has theirs, a [2Jgroup
        `ctadmin create splunk` fixes it
        `ctadmin create splunk` adds the others with --ec2
        the permissions that readers need are unknown: there is no queue
        ");
    }
}
