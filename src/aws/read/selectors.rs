//! Event selectors: which events a trail delivers.

use super::Reader;
use crate::aws::error::Request;
use crate::call::cloudtrail::{
    AdvancedEventSelector, AdvancedFieldSelector, DataResource, EventSelector,
};
use crate::error::CallResult;

/// A trail's selectors, which are all of one type.
#[derive(Clone, Debug, PartialEq)]
pub enum Selectors {
    /// Basic ones.
    Basic(Vec<EventSelector>),
    /// Advanced ones.
    Advanced(Vec<AdvancedEventSelector>),
}

impl Reader {
    /// The selectors of a trail, if there is such a trail.
    pub async fn selectors(&self, region: &str, trail: &str) -> CallResult<Option<Selectors>> {
        let request = Request::new("cloudtrail", "GetEventSelectors", region, trail);
        let get = self.clients.cloudtrail(region).get_event_selectors();
        let get = get.trail_name(trail);
        let missing = ["TrailNotFoundException"];
        let answer = self.find(request, get.send(), &missing).await?;
        Ok(answer.map(|answer| {
            let advanced = answer.advanced_event_selectors.unwrap_or_default();
            if advanced.is_empty() {
                let basic = answer.event_selectors.unwrap_or_default().into_iter();
                Selectors::Basic(basic.map(EventSelector::from).collect())
            } else {
                let advanced = advanced.into_iter();
                Selectors::Advanced(advanced.map(AdvancedEventSelector::from).collect())
            }
        }))
    }
}

impl From<aws_sdk_cloudtrail::types::EventSelector> for EventSelector {
    fn from(selector: aws_sdk_cloudtrail::types::EventSelector) -> Self {
        let resources = selector.data_resources.unwrap_or_default().into_iter();
        Self {
            read_write_type: selector
                .read_write_type
                .map_or_else(|| "All".to_owned(), |events| events.as_str().to_owned()),
            include_management_events: selector.include_management_events.unwrap_or(true),
            data_resources: resources
                .map(|resource| DataResource {
                    r#type: resource.r#type.unwrap_or_default(),
                    values: resource.values.unwrap_or_default(),
                })
                .collect(),
            exclude_management_event_sources: selector
                .exclude_management_event_sources
                .unwrap_or_default(),
        }
    }
}

impl From<aws_sdk_cloudtrail::types::AdvancedEventSelector> for AdvancedEventSelector {
    fn from(selector: aws_sdk_cloudtrail::types::AdvancedEventSelector) -> Self {
        let fields = selector.field_selectors.into_iter();
        Self {
            name: selector.name,
            field_selectors: fields
                .map(|field| AdvancedFieldSelector {
                    field: field.field,
                    equals: field.equals.unwrap_or_default(),
                    starts_with: field.starts_with.unwrap_or_default(),
                    ends_with: field.ends_with.unwrap_or_default(),
                    not_equals: field.not_equals.unwrap_or_default(),
                    not_starts_with: field.not_starts_with.unwrap_or_default(),
                    not_ends_with: field.not_ends_with.unwrap_or_default(),
                })
                .collect(),
        }
    }
}
