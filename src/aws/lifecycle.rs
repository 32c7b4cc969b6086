//! Lifecycle rules as the SDK has them, and as calls have them: every field, both ways, because the rules of others are
//! written back with our own.

use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::primitives::{DateTime, DateTimeFormat};
use aws_sdk_s3::types;

use crate::call::Tag;
use crate::call::lifecycle::{
    AbortIncompleteMultipartUpload, And, Expiration, Filter, LifecycleConfiguration, LifecycleRule,
    NoncurrentVersionExpiration, NoncurrentVersionTransition, Transition,
};

/// Rules as the SDK returned them.
///
/// # Errors
/// When a date cannot be written, in words.
pub(super) fn from_sdk(rules: Vec<types::LifecycleRule>) -> Result<Vec<LifecycleRule>, String> {
    rules.into_iter().map(rule_from_sdk).collect()
}

fn rule_from_sdk(rule: types::LifecycleRule) -> Result<LifecycleRule, String> {
    let transitions = rule.transitions.unwrap_or_default().into_iter();
    let noncurrent = rule.noncurrent_version_transitions.unwrap_or_default();
    Ok(LifecycleRule {
        id: rule.id,
        // The older form is deprecated, and in use.
        #[allow(deprecated)]
        prefix: rule.prefix,
        filter: rule.filter.map(filter_from_sdk),
        status: rule.status.as_str().to_owned(),
        expiration: rule.expiration.map(expiration_from_sdk).transpose()?,
        transitions: transitions
            .map(transition_from_sdk)
            .collect::<Result<_, _>>()?,
        noncurrent_version_transitions: noncurrent
            .into_iter()
            .map(|transition| NoncurrentVersionTransition {
                noncurrent_days: transition.noncurrent_days,
                storage_class: transition
                    .storage_class
                    .map(|class| class.as_str().to_owned()),
                newer_noncurrent_versions: transition.newer_noncurrent_versions,
            })
            .collect(),
        noncurrent_version_expiration: rule.noncurrent_version_expiration.map(|expiration| {
            NoncurrentVersionExpiration {
                noncurrent_days: expiration.noncurrent_days,
                newer_noncurrent_versions: expiration.newer_noncurrent_versions,
            }
        }),
        abort_incomplete_multipart_upload: rule.abort_incomplete_multipart_upload.map(|abort| {
            AbortIncompleteMultipartUpload {
                days_after_initiation: abort.days_after_initiation,
            }
        }),
    })
}

fn filter_from_sdk(filter: types::LifecycleRuleFilter) -> Filter {
    Filter {
        prefix: filter.prefix,
        tag: filter.tag.map(tag_from_sdk),
        object_size_greater_than: filter.object_size_greater_than,
        object_size_less_than: filter.object_size_less_than,
        and: filter.and.map(|and| And {
            prefix: and.prefix,
            tags: and
                .tags
                .unwrap_or_default()
                .into_iter()
                .map(tag_from_sdk)
                .collect(),
            object_size_greater_than: and.object_size_greater_than,
            object_size_less_than: and.object_size_less_than,
        }),
    }
}

fn tag_from_sdk(tag: types::Tag) -> Tag {
    Tag {
        key: tag.key,
        value: tag.value,
    }
}

fn expiration_from_sdk(expiration: types::LifecycleExpiration) -> Result<Expiration, String> {
    Ok(Expiration {
        date: expiration.date.map(written).transpose()?,
        days: expiration.days,
        expired_object_delete_marker: expiration.expired_object_delete_marker,
    })
}

fn transition_from_sdk(transition: types::Transition) -> Result<Transition, String> {
    Ok(Transition {
        date: transition.date.map(written).transpose()?,
        days: transition.days,
        storage_class: transition
            .storage_class
            .map(|class| class.as_str().to_owned()),
    })
}

fn written(date: DateTime) -> Result<String, String> {
    date.fmt(DateTimeFormat::DateTime)
        .map_err(|error| error.to_string())
}

fn parsed(date: &str) -> Result<DateTime, BuildError> {
    DateTime::from_str(date, DateTimeFormat::DateTime)
        .map_err(|_| BuildError::other(format!("{date} is not a date")))
}

/// Rules as the SDK takes them.
///
/// # Errors
/// When a rule lacks what the SDK says it must have.
pub(super) fn to_sdk(
    configuration: LifecycleConfiguration,
) -> Result<types::BucketLifecycleConfiguration, BuildError> {
    let LifecycleConfiguration { rules } = configuration;
    let rules: Result<Vec<_>, _> = rules.into_iter().map(rule_to_sdk).collect();
    types::BucketLifecycleConfiguration::builder()
        .set_rules(Some(rules?))
        .build()
}

fn rule_to_sdk(rule: LifecycleRule) -> Result<types::LifecycleRule, BuildError> {
    let LifecycleRule {
        id,
        prefix,
        filter,
        status,
        expiration,
        transitions,
        noncurrent_version_transitions,
        noncurrent_version_expiration,
        abort_incomplete_multipart_upload,
    } = rule;
    let transitions: Result<Vec<_>, _> = transitions.into_iter().map(transition_to_sdk).collect();
    let noncurrent = noncurrent_version_transitions.into_iter();
    #[allow(deprecated)]
    types::LifecycleRule::builder()
        .set_id(id)
        .set_prefix(prefix)
        .set_filter(filter.map(filter_to_sdk).transpose()?)
        .status(types::ExpirationStatus::from(status.as_str()))
        .set_expiration(expiration.map(expiration_to_sdk).transpose()?)
        .set_transitions(some(transitions?))
        .set_noncurrent_version_transitions(some(noncurrent.map(noncurrent_to_sdk).collect()))
        .set_noncurrent_version_expiration(
            noncurrent_version_expiration.map(noncurrent_expiration_to_sdk),
        )
        .set_abort_incomplete_multipart_upload(abort_incomplete_multipart_upload.map(
            |AbortIncompleteMultipartUpload {
                 days_after_initiation,
             }| {
                types::AbortIncompleteMultipartUpload::builder()
                    .set_days_after_initiation(days_after_initiation)
                    .build()
            },
        ))
        .build()
}

/// An empty list is not sent.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn filter_to_sdk(filter: Filter) -> Result<types::LifecycleRuleFilter, BuildError> {
    let Filter {
        prefix,
        tag,
        object_size_greater_than,
        object_size_less_than,
        and,
    } = filter;
    Ok(types::LifecycleRuleFilter::builder()
        .set_prefix(prefix)
        .set_tag(tag.map(tag_to_sdk).transpose()?)
        .set_object_size_greater_than(object_size_greater_than)
        .set_object_size_less_than(object_size_less_than)
        .set_and(and.map(and_to_sdk).transpose()?)
        .build())
}

fn and_to_sdk(and: And) -> Result<types::LifecycleRuleAndOperator, BuildError> {
    let And {
        prefix,
        tags,
        object_size_greater_than,
        object_size_less_than,
    } = and;
    let tags: Result<Vec<_>, _> = tags.into_iter().map(tag_to_sdk).collect();
    Ok(types::LifecycleRuleAndOperator::builder()
        .set_prefix(prefix)
        .set_tags(some(tags?))
        .set_object_size_greater_than(object_size_greater_than)
        .set_object_size_less_than(object_size_less_than)
        .build())
}

fn tag_to_sdk(tag: Tag) -> Result<types::Tag, BuildError> {
    let Tag { key, value } = tag;
    types::Tag::builder().key(key).value(value).build()
}

fn expiration_to_sdk(expiration: Expiration) -> Result<types::LifecycleExpiration, BuildError> {
    let Expiration {
        date,
        days,
        expired_object_delete_marker,
    } = expiration;
    Ok(types::LifecycleExpiration::builder()
        .set_date(date.as_deref().map(parsed).transpose()?)
        .set_days(days)
        .set_expired_object_delete_marker(expired_object_delete_marker)
        .build())
}

fn transition_to_sdk(transition: Transition) -> Result<types::Transition, BuildError> {
    let Transition {
        date,
        days,
        storage_class,
    } = transition;
    Ok(types::Transition::builder()
        .set_date(date.as_deref().map(parsed).transpose()?)
        .set_days(days)
        .set_storage_class(storage_class.map(|class| class.as_str().into()))
        .build())
}

fn noncurrent_to_sdk(
    transition: NoncurrentVersionTransition,
) -> types::NoncurrentVersionTransition {
    let NoncurrentVersionTransition {
        noncurrent_days,
        storage_class,
        newer_noncurrent_versions,
    } = transition;
    types::NoncurrentVersionTransition::builder()
        .set_noncurrent_days(noncurrent_days)
        .set_storage_class(storage_class.map(|class| class.as_str().into()))
        .set_newer_noncurrent_versions(newer_noncurrent_versions)
        .build()
}

fn noncurrent_expiration_to_sdk(
    expiration: NoncurrentVersionExpiration,
) -> types::NoncurrentVersionExpiration {
    let NoncurrentVersionExpiration {
        noncurrent_days,
        newer_noncurrent_versions,
    } = expiration;
    types::NoncurrentVersionExpiration::builder()
        .set_noncurrent_days(noncurrent_days)
        .set_newer_noncurrent_versions(newer_noncurrent_versions)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A rule in which every field has a value, however little sense that makes.
    fn full() -> LifecycleRule {
        let tag = Tag {
            key: "class".into(),
            value: "audit".into(),
        };
        LifecycleRule {
            id: Some("theirs".into()),
            prefix: Some("old/".into()),
            filter: Some(Filter {
                prefix: Some("new/".into()),
                tag: Some(tag.clone()),
                object_size_greater_than: Some(1),
                object_size_less_than: Some(2),
                and: Some(And {
                    prefix: Some("and/".into()),
                    tags: vec![tag],
                    object_size_greater_than: Some(3),
                    object_size_less_than: Some(4),
                }),
            }),
            status: "Disabled".into(),
            expiration: Some(Expiration {
                date: Some("2030-01-31T00:00:00Z".into()),
                days: Some(5),
                expired_object_delete_marker: Some(true),
            }),
            transitions: vec![Transition {
                date: Some("2029-01-31T00:00:00Z".into()),
                days: Some(6),
                storage_class: Some("A_CLASS_OF_TOMORROW".into()),
            }],
            noncurrent_version_transitions: vec![NoncurrentVersionTransition {
                noncurrent_days: Some(7),
                storage_class: Some("GLACIER".into()),
                newer_noncurrent_versions: Some(8),
            }],
            noncurrent_version_expiration: Some(NoncurrentVersionExpiration {
                noncurrent_days: Some(9),
                newer_noncurrent_versions: Some(10),
            }),
            abort_incomplete_multipart_upload: Some(AbortIncompleteMultipartUpload {
                days_after_initiation: Some(11),
            }),
        }
    }

    #[test]
    fn no_field_of_a_rule_is_lost_on_the_way_to_the_sdk_and_back() {
        for rule in [
            full(),
            LifecycleRule {
                status: "Enabled".into(),
                ..LifecycleRule::default()
            },
        ] {
            let configuration = LifecycleConfiguration { rules: vec![rule] };
            let there = to_sdk(configuration.clone()).expect("rules of the SDK");
            assert_eq!(from_sdk(there.rules).expect("rules"), configuration.rules);
        }
    }
}
