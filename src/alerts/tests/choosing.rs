//! Which alerts are wanted, and how.

use crate::alerts::{Catalogue, Choice};

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
fn periods_are_those_that_cloudwatch_has() {
    let is_taken = |period: u32| {
        let choice = Choice {
            periods: vec![("root-usage".to_owned(), period)],
            ..Choice::default()
        };
        Catalogue::built_in().chosen(&choice).is_ok()
    };
    for period in [10, 20, 30, 60, 86_400, 86_460, 604_800] {
        assert!(is_taken(period), "{period}");
    }
    for period in [0, 45, 90, 604_860] {
        assert!(!is_taken(period), "{period}");
    }
}
