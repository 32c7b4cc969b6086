//! What `delete` will do: trails, then their topics and the queue. The bucket is kept.

use super::notes;
use super::region::RegionFound;
use super::survey::{BucketScope, Scope, Survey};
use crate::aws::Reader;
use crate::error::Result;
use crate::plan::{Plan, Step, StepId, chained};
use crate::resource::{queue, topic, trail};
use crate::stack::{Account, Planner, Say, Scheme};

/// Deletes trails, topics and queue: exact names only, in the walked regions only.
#[derive(Clone, Copy, Debug)]
pub struct Delete;

impl Planner for Delete {
    type Survey = Survey;

    async fn look(&self, reader: &Reader, account: &Account, _say: Say<'_>) -> Survey {
        Survey::of(reader, &account.scheme, scope(account)).await
    }

    fn nothing(&self, account: &Account) -> Survey {
        Survey::of_empty_account(scope(account))
    }

    fn plan(&self, account: &Account, survey: &Survey) -> Result<Plan> {
        plan(&account.scheme, survey)
    }
}

/// The bucket is kept, and so not even looked at.
fn scope(account: &Account) -> Scope {
    Scope::new(account, BucketScope::Nothing)
}

fn plan(scheme: &Scheme, survey: &Survey) -> Result<Plan> {
    let walked = || {
        survey
            .scope
            .regions
            .iter()
            .map(|region| region.name.as_str())
    };
    let readable = || walked().filter_map(|region| Some((region, survey.regions.get(region)?)));
    let reason = "delete was asked for";
    let mut steps: Vec<Step> = Vec::new();
    for (region, found) in readable() {
        steps.extend(of_region(scheme, region, found, reason));
    }
    let trails = steps.iter().filter(|step| step.kind == "trail");
    let trails: Vec<StepId> = trails.map(|step| step.id.clone()).collect();
    for (region, found) in readable() {
        if !notes::feeding_elsewhere(survey).is_empty() {
            continue;
        }
        let mut removal = Vec::new();
        if found.queue.is_some() {
            let url = scheme.queue_url(region);
            removal.extend(queue::removal(&scheme.queue, region, &url, reason));
        }
        if found.dead_letters.is_some() {
            let (name, url) = (
                scheme.dead_letter_queue(),
                scheme.dead_letter_queue_url(region),
            );
            removal.extend(queue::removal(&name, region, &url, reason));
        }
        steps.extend(removal.into_iter().map(|step| step.after(&trails)));
    }
    let queues = survey.queue_regions();
    Plan {
        command: "delete",
        account: scheme.account.clone(),
        partition: scheme.partition.clone(),
        home_region: queues.first().map(|region| (*region).to_owned()),
        regions: walked().map(str::to_owned).collect(),
        notes: notes::of_delete(scheme, survey),
        unread: survey.unread_walked(),
        steps,
    }
    .checked()
}

/// The steps that delete a region's trail and then its topic, which the trail must not miss before it goes.
pub(super) fn of_region(
    scheme: &Scheme,
    region: &str,
    found: &RegionFound,
    reason: &str,
) -> Vec<Step> {
    let mut steps = Vec::new();
    if found.trail.is_some() {
        let (name, arn) = (scheme.trail_name(region), scheme.trail_arn(region));
        steps.extend(trail::removal(&name, region, &arn, reason));
    }
    if found.topic.is_some() {
        let (name, arn) = (scheme.topic_name(region), scheme.topic_arn(region));
        steps.extend(topic::removal(&name, region, &arn, reason));
    }
    chained(steps)
}
