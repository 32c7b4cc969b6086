//! A page: one HTML file with everything in it, which a browser shows without a server and without a network.
//!
//! Its content security policy forbids whatever is not in the file: style and script are named by their hashes, and
//! everything else is refused. So the author of an event or of a resource's name can add text to a page, but nothing that
//! loads or runs, even where a text was not escaped.

mod escape;

use std::fmt::Write;

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

pub use escape::{escape, visible};

/// What every page shares: colours for light, dark and print, type, tables.
pub const BASE: &str = include_str!("base.css");

/// What a page consists of.
#[derive(Clone, Debug, Default)]
pub struct Page<'a> {
    /// The title, as text.
    pub title: &'a str,
    /// Style sheets, in the order in which they apply. They must not contain `</style`.
    pub styles: &'a [&'a str],
    /// What is shown: HTML, in which all text is [escaped](escape()).
    pub body: String,
    /// JSON for the scripts, and for other programs, in the element `data`.
    pub data: Option<String>,
    /// Scripts, which run in this order once the body is there. They must not contain `</script` or `<!--`.
    pub scripts: &'a [&'a str],
}

impl Page<'_> {
    /// The file.
    pub fn html(&self) -> String {
        let style = self.styles.join("\n");
        let script = self.scripts.join("\n");
        let mut html = String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n");
        html.push_str("<meta charset=\"utf-8\">\n");
        let policy = policy(&style, &script);
        let _ = writeln!(
            html,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">"
        );
        html.push_str(
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n",
        );
        let _ = writeln!(html, "<title>{}</title>", escape(self.title));
        let _ = writeln!(html, "<style>{style}</style>\n</head>\n<body>");
        html.push_str(&self.body);
        if let Some(data) = &self.data {
            let data = embedded(data);
            let _ = write!(
                html,
                "\n<script type=\"application/json\" id=\"data\">{data}</script>"
            );
        }
        if !script.is_empty() {
            let _ = write!(html, "\n<script>{script}</script>");
        }
        html.push_str("\n</body>\n</html>\n");
        html
    }
}

/// The content security policy of a page with this style and this script:
/// <https://www.w3.org/TR/CSP3/#framework-directive-source-list>.
fn policy(style: &str, script: &str) -> String {
    let only = |text: &str| match text.is_empty() {
        true => "'none'".to_owned(),
        false => format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text))),
    };
    format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        only(style),
        only(script)
    )
}

/// JSON as the content of a script element: nothing in it ends the element or begins a comment, and all can be seen.
pub fn embedded(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if matches!(c, '<' | '>' | '&') || escape::is_hidden(c) => {
                let _ = write!(escaped, "\\u{:04x}", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
