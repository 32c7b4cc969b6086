//! Texts in which `*` stands for anything.

/// A text in which `*` stands for anything, without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<char>);

impl Pattern {
    /// The pattern that is written so.
    pub(super) fn of(text: &str) -> Self {
        Self(text.to_lowercase().chars().collect())
    }

    /// Whether a text, as a whole, is like this.
    pub(super) fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.to_lowercase().chars().collect();
        let (mut at, mut in_text) = (0, 0);
        // Where to go back to: behind the last star, and the place in the text that it has swallowed up to.
        let mut star: Option<(usize, usize)> = None;
        while in_text < text.len() {
            match (self.0.get(at), star) {
                (Some('*'), _) => {
                    at += 1;
                    star = Some((at, in_text));
                }
                (Some(letter), _) if *letter == text[in_text] => {
                    at += 1;
                    in_text += 1;
                }
                (_, Some((behind, swallowed))) => {
                    at = behind;
                    in_text = swallowed + 1;
                    star = Some((behind, in_text));
                }
                (_, None) => return false,
            }
        }
        self.0[at..].iter().all(|letter| *letter == '*')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_pattern_fits_what_it_was_made_of(parts in proptest::collection::vec("[a-c]{0,3}", 1..5), cut in "[a-c]{0,4}") {
            let text = parts.join(&cut);
            proptest::prop_assert!(Pattern::of(&parts.join("*")).fits(&text));
            proptest::prop_assert!(Pattern::of(&text).fits(&text.to_uppercase()));
            let longer = format!("{text}d");
            proptest::prop_assert!(!Pattern::of(&text).fits(&longer));
        }
    }
}
