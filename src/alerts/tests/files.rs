//! Catalogues in files.

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
    let long = format!("{new}hint = \"{}\"", "x".repeat(1_100));
    for (text, why) in [
        ("", "line 1, column 1: missing field `alert`"),
        ("alert = 7", "line 1, column 9: invalid type: integer `7`"),
        (
            "alert = [7]",
            "line 1, column 10: invalid type: integer `7`",
        ),
        (
            "[[alerts]]\nname = \"a\"",
            "line 1, column 3: unknown field `alerts`",
        ),
        (
            &format!("{new}[other]\n"),
            "line 5, column 2: unknown field `other`",
        ),
        ("[[alert]\n", "line 1, column 9: "),
        (
            "[[alert]]\ntitle = \"t\"",
            "line 1, column 1: missing field `name`",
        ),
        (
            "[[alert]]\nname = 7",
            "line 2, column 8: invalid type: integer `7`",
        ),
        (
            "[[alert]]\nname = \"mine\"\npattern = \"{ $.a = 1 }\"",
            "alert mine, title: a new alert needs it",
        ),
        (
            "[[alert]]\nname = \"mine\"\ntitle = \"t\"",
            "alert mine, pattern: a new alert needs it",
        ),
        (
            "[[alert]]\nname = \"My\"\ntitle = \"t\"\npattern = \"{ $.a = 1 }\"",
            "alert My, name: \"My\" must have 1 to 64 of the letters a-z, digits and hyphens",
        ),
        (&format!("{new}{new}"), "alert mine is defined twice"),
        (
            &format!("{known}treshold = 1"),
            "line 3, column 1: unknown field `treshold`, expected one of `name`, `title`",
        ),
        (
            &format!("{known}threshold = 0"),
            "alert root-usage, threshold: it must be 1 or more",
        ),
        (
            &format!("{known}threshold = \"1\""),
            "line 3, column 13: invalid type: string \"1\", expected u32",
        ),
        (
            &format!("{known}threshold = -1"),
            "line 3, column 13: invalid value: integer `-1`, expected u32",
        ),
        (
            &format!("{known}period = 45"),
            "alert root-usage, period: it must be 10, 20, 30 or a multiple of 60 seconds",
        ),
        (
            &format!("{known}severity = \"bad\""),
            "line 3, column 12: unknown variant `bad`, expected one of `low`, `medium`",
        ),
        (
            &format!("{known}title = \"a\\nb\""),
            "alert root-usage, title: it must be one line, and not empty",
        ),
        (
            &format!("{known}pattern = \"{{ $.a == b }}\""),
            "line 3, column 11: bad pattern: column 8: = is written once",
        ),
        (
            &format!("{known}sets = 7"),
            "line 3, column 8: invalid type: integer `7`",
        ),
        (
            &format!("{known}sets.wide = \"x\""),
            "line 3, column 13: bad pattern: column 1: a pattern for JSON begins",
        ),
        (
            &format!("{known}sets.plain = \"{{ $.a = 1 }}\""),
            "alert root-usage, sets: plain is the pattern of the alert itself",
        ),
        (
            &format!("{known}sets.Wide = \"{{ $.a = 1 }}\""),
            "alert root-usage, sets: \"Wide\" must have 1 to 64",
        ),
        (
            &long,
            "alert mine, hint: the alarm's description, which it is part of, would have 1",
        ),
    ] {
        let error = Catalogue::built_in().add("mine.toml", text).expect_err(why);
        let expected = format!("mine.toml: {why}");
        assert!(
            error.message.starts_with(&expected),
            "{} is not {expected}",
            error.message
        );
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
