//! Waiting until what a step changed can be used, as a loop of the script.

use std::fmt::Write;

use crate::call::command_line::{quoted, read_line};
use crate::plan::ready::PAUSE;
use crate::plan::{Ready, Step};

/// The lines that wait.
pub fn wait(step: &Step, ready: &Ready, endpoint: Option<&str>) -> String {
    let paths = ready.paths();
    let query = quoted(&format!("[{}]", paths.join(",")));
    let command = read_line(&ready.read, &step.region, endpoint);
    let mut lines = format!(
        "started=$SECONDS\n\
         while :; do\n\
         \x20 answer=$({command} --query {query} --output text)\n\
         \x20 IFS=$'\\t' read -r -a ready <<< \"$answer\"\n"
    );
    if let Some((path, value)) = &ready.before {
        let place = place(&paths, path);
        let value = quoted(value);
        let _ = writeln!(
            lines,
            "  [ \"${{ready[{place}]}}\" != {value} ] || ready[0]=None"
        );
    }
    let progress = filled(ready.progress, &paths);
    let reason = ready.reason.map(|path| value(&paths, path));
    let reason = reason.map(|value| format!("{value}; "));
    let (operation, pause) = (ready.read.operation(), PAUSE.as_secs());
    let _ = write!(
        lines,
        "  case ${{ready[0]}} in\n\
         \x20   {}) echo \"{}\" >&2; break ;;\n\
         \x20   {}) echo \"{operation}: ${{ready[0]}}: {}{progress}\" >&2; exit 1 ;;\n\
         \x20   None) limit={} ;;\n\
         \x20   *) limit={} ;;\n\
         \x20 esac\n\
         \x20 if ((SECONDS - started + {pause} > limit)); then\n\
         \x20   echo \"{operation}: not ready after $limit s: ${{ready[0]}}\" >&2\n\
         \x20   exit 1\n\
         \x20 fi\n\
         \x20 echo \"waiting: {progress}\" >&2\n\
         \x20 sleep {pause}\n\
         done\n",
        ready.ready.join(" | "),
        filled(&ready.done, &paths),
        ready.failed.join(" | "),
        reason.unwrap_or_default(),
        ready.shown_within.as_secs(),
        ready.within.as_secs(),
    );
    lines
}

/// Where the value at a path is in the answer.
fn place(paths: &[&str], path: &str) -> usize {
    let mut all = paths.iter();
    all.position(|known| *known == path).unwrap_or_default()
}

/// The value at a path, within double quotes.
fn value(paths: &[&str], path: &str) -> String {
    format!("${{ready[{}]/#None/?}}", place(paths, path))
}

/// A text with values of the answer, within double quotes.
fn filled(template: &str, paths: &[&str]) -> String {
    let special = |letter: char| "$`\"\\".contains(letter);
    let letters = template.chars().flat_map(|letter| {
        let escape = special(letter).then_some('\\');
        escape.into_iter().chain([letter])
    });
    let text: String = letters.collect();
    paths.iter().fold(text, |text, path| {
        text.replace(&format!("{{{path}}}"), &value(paths, path))
    })
}
