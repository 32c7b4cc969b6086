//! What exists after a plan was applied, and which commands come next, with the options that they take in each run.

use std::fmt::Write;

use crate::call::command_line::quoted;
use crate::error::tame;
use crate::stack::After;
use crate::words::wrapped;

/// The lines, for a terminal of this width if it is one. `options` are the words that the next commands take as well.
pub fn after(after: &After, options: &[String], width: Option<usize>) -> String {
    let mut text = String::new();
    let labels = after.exists.iter().map(|(what, _)| what.len() + 2);
    let column = labels.max().unwrap_or_default().max(8);
    for (what, words) in &after.exists {
        let words = wrapped(&tame(words), column, width);
        let _ = writeln!(text, "{what:<column$}{words}");
    }
    let next = after.next.iter();
    let next = next.map(|command| format!("`ctadmin {command}`"));
    let next = in_this_run(&next.collect::<Vec<_>>().join(", "), options);
    let next = wrapped(&tame(&next), column, width);
    let _ = write!(text, "{:<column$}{next}", "next");
    text
}

/// Commands that take the options of a run, and those that take no regions.
const WITH_REGIONS: [&str; 5] = ["create", "show", "delete", "doctor", "splunk inputs"];
const WITHOUT_REGIONS: [&str; 2] = ["events", "activity"];

/// The text with the options of this run in each command that it names, e.g. in `ctadmin create`. `options` are pairs of
/// an option and its value.
pub fn in_this_run(text: &str, options: &[String]) -> String {
    let spans = text.split('`').enumerate().map(|(at, span)| {
        let command = span.strip_prefix("ctadmin ").filter(|_| at % 2 == 1);
        let is = |names: &[&str]| {
            command.is_some_and(|command| names.iter().any(|name| command.starts_with(name)))
        };
        let (all, some) = (is(&WITH_REGIONS), is(&WITHOUT_REGIONS));
        let mut span = span.to_owned();
        for pair in options.chunks(2) {
            let named = span.split(' ').any(|word| word == pair[0]);
            if !named && (all || (some && !pair[0].ends_with("regions"))) {
                let words: Vec<_> = pair.iter().map(|word| quoted(word)).collect();
                span = format!("{span} {}", words.join(" "));
            }
        }
        span
    });
    spans.collect::<Vec<_>>().join("`")
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

    #[test]
    fn commands_in_a_text_take_the_options_of_the_run() {
        let options = ["--prefix", "a b", "--regions", "eu-west-1"].map(str::to_owned);
        for (text, expected) in [
            (
                "`ctadmin create --prune` fixes it",
                "`ctadmin create --prune --prefix 'a b' --regions eu-west-1` fixes it",
            ),
            (
                "`ctadmin events --dlq` shows them",
                "`ctadmin events --dlq --prefix 'a b'` shows them",
            ),
            (
                "`ctadmin show --regions all`",
                "`ctadmin show --regions all --prefix 'a b'`",
            ),
            ("ctadmin create; `aws sqs`", "ctadmin create; `aws sqs`"),
        ] {
            assert_eq!(in_this_run(text, &options), expected);
        }
    }
}
