//! Which alerts are wanted, and how.

use crate::alerts::{Catalogue, Choice};
use crate::error::Kind;

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|&name| name.to_owned()).collect()
}

fn chosen(choice: &Choice) -> Vec<String> {
    let catalogue = Catalogue::built_in().chosen(choice).expect("a choice");
    catalogue
        .alerts
        .into_iter()
        .map(|alert| alert.name)
        .collect()
}

#[test]
fn names_choose_and_the_order_stays() {
    let only = names(&["root-usage", "unauthorized-api-calls"]);
    let choice = Choice {
        only,
        ..Choice::default()
    };
    assert_eq!(chosen(&choice), ["unauthorized-api-calls", "root-usage"]);
    let choice = Choice {
        except: names(&["root-usage"]),
        ..choice
    };
    assert_eq!(chosen(&choice), ["unauthorized-api-calls"]);
    assert_eq!(chosen(&Choice::default()).len(), 16);
}

#[test]
fn numbers_and_sets_change_what_they_name() {
    let choice = Choice {
        thresholds: vec![("root-usage".to_owned(), 5)],
        periods: vec![("root-usage".to_owned(), 60)],
        sets: names(&["wide", "no-config-probes"]),
        ..Choice::default()
    };
    let plain = Catalogue::built_in();
    let changed = plain.clone().chosen(&choice).expect("a choice");
    for (before, after) in plain.alerts.iter().zip(&changed.alerts) {
        match before.name.as_str() {
            "root-usage" => assert_eq!((after.threshold, after.period), (5, 60)),
            "iam-policy-changes" => assert_eq!(after.pattern, before.sets["wide"]),
            "unauthorized-api-calls" => assert_eq!(after.pattern, before.sets["no-config-probes"]),
            _ => assert_eq!(before, after),
        }
        let has_sets = !before.sets.is_empty();
        assert_eq!(
            after.security_hub.is_none(),
            has_sets || before.security_hub.is_none()
        );
    }
}

#[test]
fn what_cannot_be_chosen_is_refused_by_option_and_name() {
    let number = |name: &str, number| vec![(name.to_owned(), number)];
    let default = Choice::default;
    let not_there = "there is no alert of this name";
    let not_chosen = "no such alert is chosen";
    for (choice, why) in [
        (
            Choice {
                only: names(&["root"]),
                ..default()
            },
            format!("--only root: {not_there}"),
        ),
        (
            Choice {
                except: names(&["root"]),
                ..default()
            },
            format!("--except root: {not_there}"),
        ),
        (
            Choice {
                only: names(&["root-usage"]),
                except: names(&["root-usage"]),
                ..default()
            },
            "no alert is left by --only and --except".to_owned(),
        ),
        (
            Choice {
                sets: names(&["narrow"]),
                ..default()
            },
            "--set narrow: no chosen alert has a set of this name".to_owned(),
        ),
        (
            Choice {
                only: names(&["root-usage"]),
                sets: names(&["wide"]),
                ..default()
            },
            "--set wide: no chosen alert has a set of this name".to_owned(),
        ),
        (
            Choice {
                thresholds: number("root-usage", 0),
                ..default()
            },
            "--threshold root-usage=0: it must be 1 or more".to_owned(),
        ),
        (
            Choice {
                thresholds: number("root", 1),
                ..default()
            },
            format!("--threshold root=1: {not_chosen}"),
        ),
        (
            Choice {
                except: names(&["root-usage"]),
                periods: number("root-usage", 60),
                ..default()
            },
            format!("--period root-usage=60: {not_chosen}"),
        ),
        (
            Choice {
                periods: number("root-usage", 45),
                ..default()
            },
            "--period root-usage=45: it must be 10, 20, 30 or a multiple of 60 seconds, at most 604800"
                .to_owned(),
        ),
    ] {
        let error = Catalogue::built_in().chosen(&choice).expect_err(&why);
        assert_eq!((error.kind, error.message), (Kind::Usage, why));
    }
    for (period, good) in [
        (0, false),
        (10, true),
        (20, true),
        (30, true),
        (60, true),
        (90, false),
        (86_400, true),
        (86_460, true),
        (604_800, true),
        (604_860, false),
    ] {
        let choice = Choice {
            periods: number("root-usage", period),
            ..default()
        };
        assert_eq!(
            Catalogue::built_in().chosen(&choice).is_ok(),
            good,
            "{period}"
        );
    }
}
