//! Event selectors: which events a trail delivers. It delivers an event that any of them takes.

use crate::aws::read::Selectors;
use crate::call::cloudtrail::{AdvancedEventSelector, AdvancedFieldSelector, EventSelector};

/// The services whose management events are not delivered, when all others are, reads and writes; nothing when they
/// are not.
pub fn left_out(selectors: &Selectors) -> Option<Vec<&str>> {
    let taken: Vec<Vec<&str>> = match selectors {
        Selectors::Basic(basic) => basic.iter().filter_map(left_out_by_basic).collect(),
        Selectors::Advanced(advanced) => advanced.iter().filter_map(left_out_by_advanced).collect(),
    };
    taken.into_iter().min_by_key(Vec::len)
}

fn left_out_by_basic(selector: &EventSelector) -> Option<Vec<&str>> {
    let all = selector.include_management_events && selector.read_write_type == "All";
    let sources = selector.exclude_management_event_sources.iter();
    all.then(|| sources.map(String::as_str).collect())
}

fn left_out_by_advanced(selector: &AdvancedEventSelector) -> Option<Vec<&str>> {
    let (category, others): (Vec<_>, Vec<_>) = selector
        .field_selectors
        .iter()
        .partition(|field| **field == management());
    let excludes = |field: &&AdvancedFieldSelector| {
        let excluding = AdvancedFieldSelector {
            field: "eventSource".to_owned(),
            not_equals: field.not_equals.clone(),
            ..AdvancedFieldSelector::default()
        };
        **field == excluding
    };
    if category.is_empty() || !others.iter().all(excludes) {
        return None;
    }
    let sources = others.into_iter().flat_map(|field| &field.not_equals);
    Some(sources.map(String::as_str).collect())
}

/// The selectors with one more that takes all management events, where none takes reads and writes.
pub fn with_management_events(found: &Selectors) -> Option<Selectors> {
    if left_out(found).is_some() {
        return None;
    }
    let mut selectors = found.clone();
    match &mut selectors {
        Selectors::Basic(basic) => basic.push(EventSelector {
            read_write_type: "All".to_owned(),
            include_management_events: true,
            data_resources: Vec::new(),
            exclude_management_event_sources: Vec::new(),
        }),
        Selectors::Advanced(advanced) => advanced.push(AdvancedEventSelector {
            name: Some("Management events".to_owned()),
            field_selectors: vec![management()],
        }),
    }
    Some(selectors)
}

fn management() -> AdvancedFieldSelector {
    AdvancedFieldSelector {
        field: "eventCategory".to_owned(),
        equals: vec!["Management".to_owned()],
        ..AdvancedFieldSelector::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(read_write_type: &str, management: bool) -> EventSelector {
        EventSelector {
            read_write_type: read_write_type.to_owned(),
            include_management_events: management,
            data_resources: Vec::new(),
            exclude_management_event_sources: Vec::new(),
        }
    }

    #[test]
    fn a_selector_for_all_management_events_is_enough() {
        let found = Selectors::Basic(vec![basic("ReadOnly", true), basic("All", true)]);
        assert_eq!(with_management_events(&found), None);
    }

    #[test]
    fn one_is_added_and_the_rest_kept() {
        for lacking in [basic("WriteOnly", true), basic("All", false)] {
            let found = Selectors::Basic(vec![lacking.clone()]);
            let wanted = Selectors::Basic(vec![lacking, basic("All", true)]);
            assert_eq!(with_management_events(&found), Some(wanted));
        }
        let found = Selectors::Basic(Vec::new());
        let wanted = Selectors::Basic(vec![basic("All", true)]);
        assert_eq!(with_management_events(&found), Some(wanted));
    }

    #[test]
    fn advanced_selectors_get_an_advanced_one() {
        let field = |field: &str, equals: &str| AdvancedFieldSelector {
            field: field.to_owned(),
            equals: vec![equals.to_owned()],
            ..AdvancedFieldSelector::default()
        };
        let writes = AdvancedEventSelector {
            name: None,
            field_selectors: vec![
                field("eventCategory", "Management"),
                field("readOnly", "false"),
            ],
        };
        let found = Selectors::Advanced(vec![writes.clone()]);
        let Some(Selectors::Advanced(wanted)) = with_management_events(&found) else {
            panic!("one is added");
        };
        assert_eq!((wanted.len(), &wanted[0]), (2, &writes));
        assert_eq!(with_management_events(&Selectors::Advanced(wanted)), None);
    }

    #[test]
    fn services_that_somebody_left_out_stay_left_out() {
        let mut basic = basic("All", true);
        basic.exclude_management_event_sources = vec!["kms.amazonaws.com".to_owned()];
        let excluding = AdvancedFieldSelector {
            field: "eventSource".to_owned(),
            not_equals: vec!["kms.amazonaws.com".to_owned()],
            ..AdvancedFieldSelector::default()
        };
        let advanced = AdvancedEventSelector {
            name: None,
            field_selectors: vec![excluding, management()],
        };
        for found in [
            Selectors::Basic(vec![basic]),
            Selectors::Advanced(vec![advanced]),
        ] {
            assert_eq!(left_out(&found), Some(vec!["kms.amazonaws.com"]));
            assert_eq!(with_management_events(&found), None);
        }
    }
}
