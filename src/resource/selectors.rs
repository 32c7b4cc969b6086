//! Event selectors: which events a trail delivers. It delivers an event that any of them takes.

use std::collections::BTreeSet;

use crate::aws::read::Selectors;
use crate::call::Kind;
use crate::call::cloudtrail::{
    AdvancedEventSelector, AdvancedFieldSelector, CloudTrail, EventSelector, PutEventSelectors,
};
use crate::call::command_line::quoted;
use crate::error::{Error, Result};

/// What reading and replacing the selectors of a trail takes.
pub static KIND: Kind = Kind {
    reads: &["GetEventSelectors"],
    changes: &["PutEventSelectors"],
    ..Kind::new("selectors", "cloudtrail")
};

/// How many basic selectors a trail can have, and how many values all conditions of its advanced ones together:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>.
const BASIC_LIMIT: usize = 5;
const VALUES_LIMIT: usize = 500;

/// The services whose management events are not delivered, when all others are, reads and writes; nothing when they
/// are not.
pub fn left_out(selectors: &Selectors) -> Option<Vec<&str>> {
    let taken: Vec<Taken<'_>> = match selectors {
        Selectors::Basic(basic) => basic.iter().filter_map(Taken::by_basic).collect(),
        Selectors::Advanced(advanced) => advanced.iter().filter_map(Taken::by_advanced).collect(),
    };
    // Together, selectors leave out only what each of them does.
    let without = |of: fn(&Taken<'_>) -> bool| {
        let taken = taken.iter().filter(|taken| of(taken));
        taken
            .map(|taken| taken.without.clone())
            .reduce(|all, one| &all & &one)
    };
    let reads = without(|taken| taken.reads)?;
    let writes = without(|taken| taken.writes)?;
    Some((&reads | &writes).into_iter().collect())
}

/// The management events that a selector takes.
struct Taken<'a> {
    reads: bool,
    writes: bool,
    /// Except for those of these services.
    without: BTreeSet<&'a str>,
}

impl<'a> Taken<'a> {
    fn by_basic(selector: &'a EventSelector) -> Option<Self> {
        let without = selector.exclude_management_event_sources.iter();
        selector.include_management_events.then(|| Self {
            reads: selector.read_write_type != "WriteOnly",
            writes: selector.read_write_type != "ReadOnly",
            without: without.map(String::as_str).collect(),
        })
    }

    /// Nothing for a selector with a condition that is none of these: it takes some events only.
    fn by_advanced(selector: &'a AdvancedEventSelector) -> Option<Self> {
        let fields = &selector.field_selectors;
        let reads_only = equal("readOnly", "true");
        let writes_only = equal("readOnly", "false");
        let mut without = BTreeSet::new();
        for field in fields {
            let known = [management(), reads_only.clone(), writes_only.clone()];
            let excluding = AdvancedFieldSelector {
                field: "eventSource".to_owned(),
                not_equals: field.not_equals.clone(),
                ..AdvancedFieldSelector::default()
            };
            if *field == excluding {
                without.extend(field.not_equals.iter().map(String::as_str));
            } else if !known.contains(field) {
                return None;
            }
        }
        fields.contains(&management()).then(|| Self {
            reads: !fields.contains(&writes_only),
            writes: !fields.contains(&reads_only),
            without,
        })
    }
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

/// The selectors that take the management events of all services, where `found` do not: one is added where none takes
/// reads and writes, and no service is left out any more.
pub fn with_all_sources(found: &Selectors) -> Option<Selectors> {
    let mut selectors = with_management_events(found).unwrap_or_else(|| found.clone());
    if left_out(&selectors).is_some_and(|services| !services.is_empty()) {
        match &mut selectors {
            Selectors::Basic(basic) => {
                for selector in basic {
                    selector.exclude_management_event_sources.clear();
                }
            }
            Selectors::Advanced(advanced) => {
                let taking = advanced
                    .iter_mut()
                    .filter(|selector| Taken::by_advanced(selector).is_some());
                for selector in taking {
                    let fields = &mut selector.field_selectors;
                    fields.retain(|field| field.field != "eventSource");
                }
            }
        }
    }
    (selectors != *found).then_some(selectors)
}

/// The call that replaces the selectors of a trail.
pub fn put(trail: &str, selectors: Selectors) -> CloudTrail {
    let (event_selectors, advanced_event_selectors) = match selectors {
        Selectors::Basic(selectors) => (selectors, Vec::new()),
        Selectors::Advanced(selectors) => (Vec::new(), selectors),
    };
    CloudTrail::PutEventSelectors(PutEventSelectors {
        trail_name: trail.to_owned(),
        event_selectors,
        advanced_event_selectors,
    })
}

/// Whether a trail can have these selectors.
///
/// # Errors
/// With the limit that they exceed.
pub fn fit(trail: &str, region: &str, selectors: &Selectors) -> Result<()> {
    let excess = match selectors {
        Selectors::Basic(basic) if basic.len() > BASIC_LIMIT => format!(
            "{} event selectors; the limit is {BASIC_LIMIT}",
            basic.len()
        ),
        Selectors::Advanced(advanced) if values(advanced) > VALUES_LIMIT => format!(
            "{} values in its advanced event selectors; the limit is {VALUES_LIMIT}",
            values(advanced)
        ),
        _ => return Ok(()),
    };
    let message = format!(
        "no event selector of the trail {trail} covers all management events, and with one more it would have {excess}"
    );
    Err(Error::failed(message).hint(format!(
        "`aws cloudtrail put-event-selectors --region {region} --trail-name {}` replaces them: merge or remove some",
        quoted(trail)
    )))
}

/// How many values the conditions of selectors have together.
fn values(selectors: &[AdvancedEventSelector]) -> usize {
    let fields = selectors
        .iter()
        .flat_map(|selector| &selector.field_selectors);
    let values = fields.map(|field| {
        let conditions = [
            &field.equals,
            &field.starts_with,
            &field.ends_with,
            &field.not_equals,
            &field.not_starts_with,
            &field.not_ends_with,
        ];
        conditions.iter().map(|values| values.len()).sum::<usize>()
    });
    values.sum()
}

fn management() -> AdvancedFieldSelector {
    equal("eventCategory", "Management")
}

fn equal(field: &str, value: &str) -> AdvancedFieldSelector {
    AdvancedFieldSelector {
        field: field.to_owned(),
        equals: vec![value.to_owned()],
        ..AdvancedFieldSelector::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KMS: &str = "kms.amazonaws.com";
    const RDS: &str = "rdsdata.amazonaws.com";

    fn basic(read_write_type: &str, management: bool, excluded: &[&str]) -> EventSelector {
        EventSelector {
            read_write_type: read_write_type.to_owned(),
            include_management_events: management,
            data_resources: Vec::new(),
            exclude_management_event_sources: excluded.iter().map(|&name| name.into()).collect(),
        }
    }

    fn advanced(fields: &[AdvancedFieldSelector]) -> AdvancedEventSelector {
        AdvancedEventSelector {
            name: None,
            field_selectors: fields.to_vec(),
        }
    }

    fn not_equal(field: &str, value: &str) -> AdvancedFieldSelector {
        AdvancedFieldSelector {
            field: field.to_owned(),
            not_equals: vec![value.to_owned()],
            ..AdvancedFieldSelector::default()
        }
    }

    #[test]
    fn a_service_is_left_out_where_every_selector_leaves_it_out() {
        let all = |excluded: &[&str]| basic("All", true, excluded);
        let reads = |excluded: &[&str]| basic("ReadOnly", true, excluded);
        let writes = |excluded: &[&str]| basic("WriteOnly", true, excluded);
        let cases = [
            (vec![reads(&[]), all(&[])], Some(vec![])),
            (vec![reads(&[]), writes(&[])], Some(vec![])),
            (vec![all(&[KMS])], Some(vec![KMS])),
            (vec![all(&[KMS]), all(&[RDS])], Some(vec![])),
            (vec![all(&[KMS, RDS]), all(&[RDS])], Some(vec![RDS])),
            (vec![all(&[RDS]), reads(&[KMS])], Some(vec![RDS])),
            (vec![writes(&[RDS]), reads(&[KMS])], Some(vec![KMS, RDS])),
            (vec![writes(&[])], None),
            (vec![basic("All", false, &[])], None),
            (vec![], None),
        ];
        for (selectors, services) in cases {
            let found = Selectors::Basic(selectors.clone());
            assert_eq!(left_out(&found), services, "{found:?}");
            let added = [selectors, vec![all(&[])]].concat();
            let wanted = services.is_none().then_some(Selectors::Basic(added));
            assert_eq!(with_management_events(&found), wanted);
        }
    }

    #[test]
    fn advanced_selectors_get_an_advanced_one() {
        let writes = advanced(&[management(), equal("readOnly", "false")]);
        let reads = advanced(&[management(), equal("readOnly", "true")]);
        let some = advanced(&[management(), equal("eventName", "StopLogging")]);
        for lacking in [&writes, &some] {
            let found = Selectors::Advanced(vec![lacking.clone()]);
            let Some(Selectors::Advanced(wanted)) = with_management_events(&found) else {
                panic!("one is added");
            };
            assert_eq!((wanted.len(), &wanted[0]), (2, lacking));
            assert_eq!(with_management_events(&Selectors::Advanced(wanted)), None);
        }
        let excluding = |service| advanced(&[not_equal("eventSource", service), management()]);
        let cases = [
            (vec![writes, reads], vec![]),
            (vec![excluding(KMS)], vec![KMS]),
            (vec![excluding(KMS), excluding(RDS)], vec![]),
        ];
        for (selectors, services) in cases {
            let found = Selectors::Advanced(selectors);
            assert_eq!(left_out(&found), Some(services));
            assert_eq!(with_management_events(&found), None);
        }
    }

    #[test]
    fn no_service_is_left_out_where_all_are_asked_for() {
        let data = basic("WriteOnly", false, &[]);
        let found = Selectors::Basic(vec![data.clone(), basic("All", true, &[RDS])]);
        let wanted = Selectors::Basic(vec![data, basic("All", true, &[])]);
        assert_eq!(with_all_sources(&found), Some(wanted.clone()));
        assert_eq!(with_all_sources(&wanted), None);

        let source = not_equal("eventSource", KMS);
        let data = advanced(&[equal("eventCategory", "Data"), source.clone()]);
        let name = not_equal("eventName", "Decrypt");
        let events = advanced(&[management(), name, source.clone()]);
        let with = |last| Selectors::Advanced(vec![data.clone(), events.clone(), last]);
        let found = with(advanced(&[management(), source]));
        let wanted = with(advanced(&[management()]));
        assert_eq!(with_all_sources(&found), Some(wanted));
    }

    #[test]
    fn one_selector_or_value_too_many_is_refused() {
        let exceeds = |selectors| fit("t", "us-east-1", &selectors).is_err();
        let all = basic("All", true, &[]);
        assert!(!exceeds(Selectors::Basic(vec![all.clone(); 5])));
        assert!(exceeds(Selectors::Basic(vec![all; 6])));
        let mut arns = equal("resources.ARN", "arn");
        arns.not_starts_with = vec!["arn".to_owned(); 498];
        let most = advanced(&[management(), arns]);
        assert!(!exceeds(Selectors::Advanced(vec![most.clone()])));
        let more = vec![most, advanced(&[management()])];
        assert!(exceeds(Selectors::Advanced(more)));
    }
}
