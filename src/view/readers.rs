//! Whoever may read the trail stack, as a table for people.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, Table, presets::NOTHING};

use crate::error::tame;
use crate::stack::splunk::show::{KeyPicture, Picture};
use crate::time;

const HEADING: Style = Style::new().bold();
const DRIFT: Style = AnsiColor::Yellow.on_default();

/// A row a key, or a user or role without one, then what is wrong. `now` in seconds since 1970.
pub fn readers(picture: &Picture, now: i64) -> String {
    let mut text = String::new();
    let (account, prefix) = (&picture.account, &picture.prefix);
    let _ = writeln!(
        text,
        "{HEADING}account {account}, readers of scheme {prefix}-cloudtrail{HEADING:#}\n"
    );
    let _ = writeln!(text, "{}", table(picture, now).trim_fmt());
    text.push_str(&complaints(picture));
    text
}

fn table(picture: &Picture, now: i64) -> Table {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["READER", "KIND", "MADE BY", "KEY", "ACTIVE", "MADE", "USED"]);
    for user in &picture.users {
        let made_by = made_by(user.arn.is_some(), user.own);
        let mut rows: Vec<[String; 4]> = user.keys.iter().map(|key| key_cells(key, now)).collect();
        if rows.is_empty() {
            rows.push(["-"; 4].map(str::to_owned));
        }
        for [id, active, made, used] in rows {
            table.add_row([&user.name, "user", made_by, &id, &active, &made, &used]);
        }
    }
    if let Some(role) = &picture.role {
        let made_by = made_by(role.arn.is_some(), role.own);
        table.add_row([&role.name, "role", made_by, "-", "-", "-", "-"]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
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
    let used = match (ago(&key.last_used), key.last_used_known) {
        (Some(ago), _) => ago,
        (None, true) => "never".to_owned(),
        (None, false) => "unknown".to_owned(),
    };
    let active = if key.active { "yes" } else { "no" };
    let made = ago(&key.created).unwrap_or_else(|| "unknown".to_owned());
    [key.id.clone(), active.to_owned(), made, used]
}

/// Drift and other people's additions in words, a line each.
fn complaints(picture: &Picture) -> String {
    let users = picture.users.iter();
    let users = users.map(|user| (&user.name, &user.drift, &user.others));
    let role = picture.role.iter();
    let role = role.map(|role| (&role.name, &role.drift, &role.others));
    let mut lines = Vec::new();
    for (name, drift, others) in users.chain(role) {
        let drift = drift.iter();
        lines.extend(drift.map(|words| format!("{DRIFT}drift{DRIFT:#}   {name}: {}", tame(words))));
        if !others.is_empty() {
            let others = tame(&others.join(", "));
            lines.push(format!("others  {name} also has {others}"));
        }
    }
    if let Some(error) = &picture.error {
        lines.push(format!(
            "what readers should be allowed is unknown: {}",
            tame(error)
        ));
    }
    if lines.is_empty() {
        return String::new();
    }
    format!("\n{}\n", lines.join("\n"))
}
