//! Numbers and lists in words.

/// `1 change`, `2 changes`.
pub fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
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
    match regions.as_slice() {
        few if few.len() <= 3 => {
            let names: Vec<&str> = few.iter().map(AsRef::as_ref).collect();
            names.join(", ")
        }
        many => counted(many.len(), "region"),
    }
}
