//! Numbers and lists in words, and words in lines.

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// However narrow a terminal is, so many columns are used.
const NARROWEST: usize = 20;

/// Replaces a space at which no line may end.
const HARD_SPACE: char = '\u{a0}';

/// `1 change`, `2 changes`.
pub fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// A number with commas between thousands: `186,995`.
pub fn thousands(number: u64) -> String {
    indicatif::HumanCount(number).to_string()
}

/// A text, or its start with `…` behind it if it has more than so many characters.
pub fn start(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// Up to three names of regions, else their number.
pub fn few<S: AsRef<str>>(regions: impl IntoIterator<Item = S>) -> String {
    let regions: Vec<S> = regions.into_iter().collect();
    match regions.len() {
        ..=3 => Vec::from_iter(regions.iter().map(AsRef::as_ref)).join(", "),
        count => counted(count, "region"),
    }
}

/// The name that most resembles a word, if one does: with at most a third of its letters added, left out or replaced.
pub fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = names.map(|name| (strsim::levenshtein(word, name), name));
    let (distance, name) = near.min()?;
    (distance <= name.chars().count().max(3) / 3).then_some(name)
}

/// A line of text in as many lines as a terminal of this width needs, broken between words; without a width it stays
/// one, for programs. The text begins at column `indent`, and so do the further lines. What is between backticks
/// is not broken, so that it can be copied.
pub fn wrapped(text: &str, indent: usize, width: Option<usize>) -> String {
    let Some(width) = width else {
        return text.to_owned();
    };
    let words = text.trim_start();
    let (lead, _) = text.split_at(text.len() - words.len());
    let indent = indent + lead.len();
    let options = Options::new(width.saturating_sub(indent).max(NARROWEST))
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let parts = words.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => part.to_owned(),
        _ => part.replace(' ', &HARD_SPACE.to_string()),
    });
    let whole = parts.collect::<Vec<_>>().join("`");
    let lines = textwrap::wrap(&whole, options);
    let lines = lines.join(&format!("\n{}", " ".repeat(indent)));
    format!("{lead}{}", lines.replace(HARD_SPACE, " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_has_a_nearest_name() {
        let nearest = |word| nearest(word, ["bucket", "queue", "tag"].into_iter());
        assert_eq!(nearest("buckt"), Some("bucket"));
        assert_eq!(nearest("tags"), Some("tag"));
        assert_eq!(nearest("queue"), Some("queue"));
        assert_eq!(nearest("colour"), None);
        assert_eq!(nearest(""), None);
    }

    #[test]
    fn lines_break_between_words_and_hang() {
        let text = "eu-west-1: the-bucket is missing; `ctadmin create -y` makes it";
        assert_eq!(wrapped(text, 6, None), text);
        assert_eq!(
            wrapped(text, 6, Some(30)),
            "eu-west-1: the-bucket is\n      missing;\n      `ctadmin create -y`\n      makes it"
        );
        assert_eq!(wrapped("  a bb", 60, Some(0)), "  a bb");
        assert_eq!(
            wrapped("  \"arn:aws:sns:eu-west-1\": 1", 2, Some(0)),
            "  \"arn:aws:sns:eu-west-1\":\n    1"
        );
    }
}
