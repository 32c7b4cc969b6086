//! What exists once a plan was carried out, and what can be done next, in a few lines.

use std::fmt::Write;

use crate::call::command_line::quoted;
use crate::error::tame;
use crate::stack::After;
use crate::words::wrapped;

/// The lines, for a terminal of this width if it is one. `options` are the words that the next commands take as well.
pub fn after(after: &After, options: &[String], width: Option<usize>) -> String {
    let mut text = String::new();
    for (what, words) in &after.exists {
        let _ = writeln!(text, "{what:<8}{}", wrapped(&tame(words), 8, width));
    }
    let options = options.iter().map(|word| format!(" {}", quoted(word)));
    let options: String = options.collect();
    let next = after.next.iter();
    let next = next.map(|command| tame(&format!("`ctadmin {command}{options}`")));
    let next = next.collect::<Vec<_>>().join(", ");
    let _ = write!(text, "next    {}", wrapped(&next, 8, width));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_take_the_options_that_must_be_given_each_time() {
        let shown = after(
            &After {
                exists: vec![("bucket", "logs in us-west-2".to_owned())],
                next: vec!["show".to_owned(), "create splunk".to_owned()],
            },
            &["--prefix", "my lab"].map(str::to_owned),
            Some(60),
        );
        insta::assert_snapshot!(shown, @r"
        bucket  logs in us-west-2
        next    `ctadmin show --prefix 'my lab'`,
                `ctadmin create splunk --prefix 'my lab'`
        ");
    }
}
