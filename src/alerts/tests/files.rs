//! Catalogues in files.

use super::cases;
use crate::alerts::{Catalogue, Choice, Severity};
use crate::error::Kind;

#[test]
fn files_add_alerts_and_change_others_field_by_field() {
    let text = r#"
        [[alert]]
        name = "root-usage"
        threshold = 2
        severity = "low"

        [[alert]]
        name = "guardduty-changes"
        title = "GuardDuty was switched off"
        pattern = "{ $.eventName = DeleteDetector }"

        [[alert]]
        name = "config-changes"
        pattern = "{ $.eventName = StopConfigurationRecorder }"

        [alert.sets]
        narrow = "{ $.eventName = X }"
    "#;
    let plain = Catalogue::built_in();
    let mut catalogue = plain.clone();
    catalogue.add("mine.toml", text).expect("a catalogue");
    assert_eq!(catalogue.alerts.len(), 17);
    for (before, after) in plain.alerts.iter().zip(&catalogue.alerts) {
        match before.name.as_str() {
            "root-usage" => {
                assert_eq!((after.threshold, after.severity), (2, Severity::Low));
                assert_eq!(
                    (&after.title, &after.pattern, &after.security_hub),
                    (&before.title, &before.pattern, &before.security_hub)
                );
            }
            "config-changes" => {
                assert_eq!(after.security_hub, None);
                assert_eq!(after.hint, before.hint);
                assert!(after.sets.contains_key("narrow"));
            }
            _ => assert_eq!(before, after),
        }
    }
    let added = &catalogue.alerts[16];
    assert_eq!(added.name, "guardduty-changes");
    assert_eq!((added.threshold, added.period), (1, 300));
    assert_eq!(
        added.description(),
        "GuardDuty was switched off (severity medium)"
    );
    assert_eq!(
        added.resource_name("a-cloudtrail"),
        "a-cloudtrail-guardduty-changes"
    );
}

#[test]
fn what_is_printed_can_be_read_again() {
    let choice = Choice {
        sets: vec!["wide".to_owned()],
        thresholds: vec![("root-usage".to_owned(), 7)],
        ..Choice::default()
    };
    let chosen = Catalogue::built_in().chosen(&choice).expect("a choice");
    let mut alone = Catalogue::default();
    alone
        .add("printed.toml", &chosen.to_toml())
        .expect("a catalogue");
    assert_eq!(alone, chosen);
    let mut over = Catalogue::built_in();
    over.add("printed.toml", &chosen.to_toml())
        .expect("a catalogue");
    assert_eq!(over, chosen);
}

#[test]
fn errors_name_the_file_and_the_place() {
    let new = "[[alert]]\nname = \"mine\"\ntitle = \"t\"\npattern = \"{ $.a = 1 }\"\n";
    let known = "[[alert]]\nname = \"root-usage\"\n";
    let from_the_start = r#"
        => line 1, column 1: missing field `alert`
        alert = 7 => line 1, column 9: invalid type: integer `7`
        alert = [7] => line 1, column 10: invalid type: integer `7`
        [[alerts]] => line 1, column 3: unknown field `alerts`
        [[alert] => line 1, column 9: unclosed array table
        [[alert]] => line 1, column 1: missing field `name`
        alert = [{ name = 7 }] => line 1, column 19: invalid type: integer `7`
        alert = [{ name = "mine", pattern = "{ $.a = 1 }" }] => alert mine, title: a new alert needs it
        alert = [{ name = "mine", title = "t" }] => alert mine, pattern: a new alert needs it
        alert = [{ name = "My", title = "t", pattern = "{ $.a = 1 }" }] => alert My, name: "My" must have 1 to 64 of the letters a-z, digits and hyphens
        alert = [{ name = "a" }, { name = "a" }] => alert a is defined twice
    "#;
    let after_known = r#"
        treshold = 1 => line 3, column 1: unknown field `treshold`, expected one of `name`, `title`
        threshold = 0 => alert root-usage, threshold: it must be 1 or more
        threshold = "1" => line 3, column 13: invalid type: string "1", expected u32
        threshold = -1 => line 3, column 13: invalid value: integer `-1`, expected u32
        period = 45 => alert root-usage, period: it must be 10, 20, 30 or a multiple of 60 seconds
        severity = "bad" => line 3, column 12: unknown variant `bad`, expected one of `low`, `medium`
        title = "a\nb" => alert root-usage, title: it must be one line, and not empty
        pattern = "{ $.a == b }" => line 3, column 11: bad pattern: column 8: = is written once
        sets = 7 => line 3, column 8: invalid type: integer `7`
        sets.wide = "x" => line 3, column 13: bad pattern: column 1: a pattern for JSON begins
        sets.plain = "{ $.a = 1 }" => alert root-usage, sets: plain is the pattern of the alert itself
        sets.Wide = "{ $.a = 1 }" => alert root-usage, sets: "Wide" must have 1 to 64
    "#;
    let hint = format!("hint = \"{}\"", "x".repeat(1_100));
    let too_long = "alert mine, hint: the alarm's description, which it is part of, would have 1";
    let after_new = [
        ("[other]", "line 5, column 2: unknown field `other`"),
        (&*hint, too_long),
    ];
    let from_the_start = cases(from_the_start).map(|case| ("", case));
    let after_known = cases(after_known).map(|case| (known, case));
    let after_new = after_new.into_iter().map(|case| (new, case));
    for (start, (end, why)) in from_the_start.chain(after_known).chain(after_new) {
        let text = format!("{start}{end}");
        let error = Catalogue::built_in().add("mine.toml", &text);
        let error = error.expect_err(&text);
        let expected = format!("mine.toml: {why}");
        assert!(error.message.starts_with(&expected), "{}", error.message);
        assert_eq!(error.kind, Kind::Usage);
    }
}

#[test]
fn names_of_resources_have_their_limits() {
    let catalogue = Catalogue::built_in();
    assert!(catalogue.check_names("123456789012-cloudtrail").is_ok());
    for base in ["", "a:b", "a*", &"a".repeat(240)] {
        assert!(catalogue.check_names(base).is_err(), "{base}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_strange(text in ".{0,60}") {
        let _ = Catalogue::built_in().add("mine.toml", &text);
        let _ = Catalogue::built_in().add("mine.toml", &format!("[[alert]]\nname = \"a\"\n{text}"));
    }
}
