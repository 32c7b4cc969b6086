//! Wildcards: patterns in which `*` matches any characters, also none.

/// Whether a text as a whole matches a pattern; upper and lower case differ.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    // A split has a first part, always.
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_match_anything_anywhere() {
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("*", "anything"),
            ("AccessDenied*", "AccessDenied"),
            ("AccessDenied*", "AccessDeniedException"),
            ("*UnauthorizedOperation", "Client.UnauthorizedOperation"),
            ("123.123.*", "123.123.7.7"),
            ("a*b*c", "aXbXbc"),
            ("a**b", "ab"),
            ("*ä*", "Bär"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("a", "A"),
            ("a", "ab"),
            ("a*", "ba"),
            ("ab*ba", "aba"),
            ("a*b*c", "acb"),
            ("*b", "bc"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_pattern_matches_what_it_was_made_of(parts in proptest::collection::vec("[a-c]{0,3}", 1..5), between in "[a-c]{0,4}") {
            let text = parts.join(&between);
            proptest::prop_assert!(matches(&parts.join("*"), &text));
            proptest::prop_assert!(matches(&text, &text));
            let longer = format!("{text}d");
            proptest::prop_assert!(!matches(&text, &longer));
        }
    }
}
