//! Notes on trails that send to a log group, where alarms may depend on their events.

use super::Layout;
use super::desired::Desired;
use super::survey::Survey;
use crate::stack::Scheme;

/// The note of `create` when it restricts such a trail to one region.
pub fn of_create(scheme: &Scheme, survey: &Survey, desired: &Desired) -> Option<String> {
    let trail = survey.multi_region_trail(scheme)?;
    let narrowed =
        desired.layout == Layout::Regional && desired.regions.contains_key(&trail.home_region);
    let group = trail.log_group().filter(|_| narrowed)?;
    let (name, region) = (&trail.name, &trail.home_region);
    Some(format!(
        "the trail {name} sends to the log group {group}: alarms there will receive events of {region} only; `create alerts` requires a multi-region trail"
    ))
}

/// The notes of `delete` on such trails that it deletes.
pub fn of_delete(scheme: &Scheme, survey: &Survey) -> Vec<String> {
    let walked = survey.scope.regions.iter();
    let deleted = walked.filter_map(|region| survey.regions.get(&region.name)?.trail.as_ref());
    let sending =
        deleted.filter_map(|found| Some((&found.description, found.description.log_group()?)));
    let notes = sending.map(|(trail, group)| {
        let (name, region, base) = (&trail.name, &trail.home_region, scheme.base());
        format!(
            "the trail {name} sends to the log group {group}: alarms there will receive no more events; \
             `ctadmin delete alerts --region {region}` deletes those of {base}"
        )
    });
    notes.collect()
}
