//! What `delete` will do: trails, then their topics and the queue. The bucket is kept.

use super::notes;
use super::survey::Survey;
use crate::plan::{Plan, Step, StepId};
use crate::resource::{queue, topic, trail};
use crate::stack::Scheme;

/// The plan of `delete`: exact names only, in the walked regions only.
pub fn plan(scheme: &Scheme, survey: &Survey) -> Plan {
    let walked = || {
        survey
            .scope
            .regions
            .iter()
            .map(|region| region.name.as_str())
    };
    let readable = || walked().filter_map(|region| Some((region, survey.regions.get(region)?)));
    let mut steps: Vec<Step> = Vec::new();
    for (_, found) in readable() {
        if let Some(found) = &found.trail {
            steps.extend(trail::removal(&found.description, "trail of the scheme"));
        }
    }
    let trails: Vec<StepId> = steps.iter().map(|step| step.id.clone()).collect();
    for (region, found) in readable() {
        let own_trail = steps
            .iter()
            .filter(|step| step.kind == "trail" && step.region == region);
        let own_trail: Vec<StepId> = own_trail.map(|step| step.id.clone()).collect();
        if found.topic.is_some() {
            let (name, arn) = (scheme.topic_name(region), scheme.topic_arn(region));
            let removal = topic::removal(&name, region, &arn, "topic of the scheme").into_iter();
            steps.extend(removal.map(|step| step.after(&own_trail)));
        }
    }
    for (region, found) in readable() {
        if found.queue.is_some() {
            let url = scheme.queue_url(region);
            let removal =
                queue::removal(&scheme.queue, region, &url, "queue of the scheme").into_iter();
            steps.extend(removal.map(|step| step.after(&trails)));
        }
    }
    let queues = survey.queue_regions();
    Plan {
        command: "delete",
        account: scheme.account.clone(),
        partition: scheme.partition.clone(),
        home_region: queues.first().map(|region| (*region).to_owned()),
        regions: walked().map(str::to_owned).collect(),
        notes: notes::of_delete(scheme, survey),
        unread: survey.unread.clone(),
        steps,
    }
    .checked()
}
