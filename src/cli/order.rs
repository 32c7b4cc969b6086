//! Options stand behind the name of a stack. Before it clap takes them for those of the trails, and blames the name;
//! here it is said what is meant.

use std::ffi::{OsStr, OsString};

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Cli;
use crate::call::command_line::quoted;
use crate::error::Error;

/// The verbs that take a stack.
const VERBS: [&str; 3] = ["create", "show", "delete"];

/// What to say in clap's place where options stand before the stack, with the order that works. `words` are those of
/// the command line, the program's name first.
pub(super) fn mended(error: &clap::Error, words: &[OsString]) -> Option<Error> {
    if error.kind() != ErrorKind::ArgumentConflict {
        return None;
    }
    let Some(ContextValue::String(stack)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let verb = VERBS.into_iter().find(|verb| is_among(verb, words))?;
    let error = Error::usage(format!(
        "options stand behind the name of the stack, here {stack}"
    ));
    Some(match reordered(words, stack) {
        Some(words) => error.hint(format!("`ctadmin {}`", written(&words[1..]))),
        None => error.hint(format!(
            "`ctadmin {verb} {stack} --help` lists its options; some of those given are not among them"
        )),
    })
}

/// The words with the stack right behind its verb, if clap takes them so. A value may be called like the stack, so
/// each word of its name is tried.
fn reordered(words: &[OsString], stack: &str) -> Option<Vec<OsString>> {
    let places = |name: &str| {
        let name = OsStr::new(name).to_owned();
        (1..words.len()).filter(move |&at| words[at] == name)
    };
    let verbs = VERBS.into_iter().flat_map(places);
    let moves = verbs.flat_map(|verb| places(stack).map(move |at| (verb, at)));
    let tried = moves.filter(|(verb, at)| verb < at).map(|(verb, at)| {
        let mut words = words.to_vec();
        let stack = words.remove(at);
        words.insert(verb + 1, stack);
        words
    });
    tried
        .into_iter()
        .find(|words| Cli::try_parse_from(words).is_ok())
}

fn is_among(name: &str, words: &[OsString]) -> bool {
    words.iter().any(|word| word == name)
}

/// The words as a shell takes them.
fn written(words: &[OsString]) -> String {
    let words = words.iter().map(|word| quoted(&word.to_string_lossy()));
    words.collect::<Vec<_>>().join(" ")
}
