//! Waiting until what a step changed can be used, as a loop of the script.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::errors::Codes;
use crate::call::command_line::quoted;
use crate::plan::Ready;
use crate::plan::ready::PAUSE;

/// The lines of a step, and those that wait for it. Where AWS answers before it carries a request out, its failure may
/// pass like an error: then the step is sent again.
pub fn until_ready(step: &str, ready: &Ready, command: &str, codes: &Codes<'_>) -> String {
    let Some(path) = ready.code else {
        let failed = failure(ready);
        return format!("{step}{}", wait(ready, command, "break", &failed));
    };
    let code = value(&ready.paths(), path);
    let done = codes.done.iter();
    let done = done.map(|code| format!("        {code}) break 2 ;;\n"));
    let mut passing: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for (code, seconds) in &codes.passing {
        passing.entry(*seconds).or_default().push(code);
    }
    let passing = passing.iter().map(|(seconds, codes)| {
        let codes = codes.join(" | ");
        format!("        {codes}) passes={seconds} ;;\n")
    });
    let cases: String = done.chain(passing).collect();
    let failed = format!(
        "passes=0\n\
         \x20     case {code} in\n\
         {cases}\
         \x20     esac\n\
         \x20     if ((SECONDS - from + 5 <= passes)); then sleep 5; continue 2; fi\n\
         \x20     {}",
        failure(ready)
    );
    let waiting = wait(ready, command, "break 2", &failed);
    format!("from=$SECONDS\nwhile :; do\n{step}{waiting}done\n")
}

/// What ends the script.
fn failure(ready: &Ready) -> String {
    let paths = ready.paths();
    let parts = [ready.code, ready.reason].into_iter().flatten();
    let parts: String = parts
        .map(|path| format!("{}; ", value(&paths, path)))
        .collect();
    let (operation, progress) = (ready.read.operation(), filled(ready.progress, &paths));
    format!("echo \"{operation}: ${{ready[0]}}: {parts}{progress}\" >&2; exit 1 ;;")
}

/// The lines that wait: what happens once it is ready, and once it failed.
fn wait(ready: &Ready, command: &str, leave: &str, failed: &str) -> String {
    let paths = ready.paths();
    let query = quoted(&format!("[{}]", paths.join(",")));
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
    let failed = match ready.failed {
        [] => String::new(),
        states => format!("    {}) {failed}\n", states.join(" | ")),
    };
    let (operation, pause) = (ready.read.operation(), PAUSE.as_secs());
    let _ = write!(
        lines,
        "  case ${{ready[0]}} in\n\
         \x20   {}) echo \"{}\" >&2; {leave} ;;\n\
         {failed}\
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
