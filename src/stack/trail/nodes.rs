//! The trail stack on the engine: what is asked of it, and its graph.
//!
//! The survey stays outside the engine: it reads every region at once, follows the trails to the bucket in use, and
//! watches a queue that may have been deleted. So all nodes are given.

use super::desired::{Desired, DesiredRegion, dead_letter_queue_in, queue_in};
use super::home::home;
use super::region::RegionState;
use super::survey::{BucketScope, Scope, Survey};
use super::{Layout, Options, deleted_queues, hardening, notes, refusals};
use crate::aws::Reader;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::resource::bucket;
use crate::resource::queue::{Queue, QueueState};
use crate::resource::topic::Topic;
use crate::resource::trail::{self, Trail};
use crate::stack::engine::{Outline, Stack, Surveyed};
use crate::stack::graph::{At, Graph, Node};
use crate::stack::observed::Observed;
use crate::stack::{Account, After, Planned, Purpose, Say, Scheme};

impl Stack for Options {
    type Known = Survey;

    const NAME: &'static str = "";

    async fn discover(
        &self,
        account: &Account,
        purpose: Purpose,
        reader: &Reader,
        say: Say<'_>,
    ) -> Survey {
        let scheme = &account.scheme;
        let mut survey = Survey::of(reader, scheme, self.scope(account, purpose)).await;
        let watch = self.queue_watch.unwrap_or(deleted_queues::DELETION_TIME);
        let maybe_deleted = match purpose {
            Purpose::Create => deleted_queues::maybe_deleted(scheme, self, &survey),
            Purpose::Show | Purpose::Delete => Vec::new(),
        };
        if !maybe_deleted.is_empty() && !watch.is_zero() {
            say(&deleted_queues::note(&maybe_deleted, watch));
            deleted_queues::remove_deleted(reader, maybe_deleted, &mut survey, watch).await;
        }
        survey
    }

    fn nothing(&self, account: &Account, purpose: Purpose) -> Survey {
        Survey::of_empty_account(self.scope(account, purpose))
    }

    fn outline(
        &self,
        account: &Account,
        purpose: Purpose,
        known: Option<&Survey>,
        _: &Observed,
    ) -> Result<Outline> {
        let mut outline = Outline::new(account);
        let Some(survey) = known else {
            return Ok(outline);
        };
        let scheme = &account.scheme;
        let walked = survey.scope.regions.iter();
        outline.regions = walked.map(|region| region.name.clone()).collect();
        outline.unread = survey.unread_walked();
        if purpose == Purpose::Delete {
            let queues = survey.queue_regions();
            outline.home_region = queues.first().map(|region| (*region).to_owned());
            delete(scheme, survey, &mut outline.graph);
            return Ok(outline);
        }
        let options = self.in_account(account);
        let desired = desired(scheme, &options, survey)?;
        keep(scheme, &options, survey, &desired, &mut outline.graph);
        outline.home_region = desired.home;
        Ok(outline)
    }

    fn notes(
        &self,
        account: &Account,
        purpose: Purpose,
        surveyed: &Surveyed<Survey>,
        planned: &Planned,
    ) -> Result<Vec<String>> {
        let (scheme, survey) = (&account.scheme, &surveyed.known);
        if purpose == Purpose::Delete {
            return Ok(notes::of_delete(scheme, survey));
        }
        let options = self.in_account(account);
        let desired = desired(scheme, &options, survey)?;
        let steps = &planned.plan.steps;
        Ok(notes::of_create(scheme, &options, survey, &desired, steps))
    }

    fn after(&self, account: &Account, surveyed: &Surveyed<Survey>, plan: &Plan) -> Option<After> {
        let (scheme, options) = (&account.scheme, self.in_account(account));
        let home = plan.home_region.clone();
        let desired = Desired::new(scheme, &options, &surveyed.known, home).ok()?;
        Some(after(scheme, &options, &desired, plan))
    }
}

impl Options {
    fn scope(&self, account: &Account, purpose: Purpose) -> Scope {
        if purpose == Purpose::Delete {
            // The bucket is kept, and so not even looked at.
            return Scope::new(account, BucketScope::Nothing);
        }
        let options = self;
        let bucket = match &options.bucket {
            _ if options.foreign_owner(&account.scheme).is_some() => BucketScope::Nothing,
            Some(name) => BucketScope::Named(name.clone()),
            None => BucketScope::InUse,
        };
        let home = options.home.as_ref().or(account.configured_region.as_ref());
        Scope {
            home: home.cloned(),
            details: trail::Details {
                tags: !options.tags.is_empty(),
                selectors: true,
            },
            bucket_parts: hardening::parts(options),
            access_log_bucket: options.access_log_bucket.clone(),
            ..Scope::new(account, bucket)
        }
    }
}

/// What should exist.
///
/// # Errors
/// When account or options make it impossible.
fn desired(scheme: &Scheme, options: &Options, survey: &Survey) -> Result<Desired> {
    let home = home(scheme, options, survey)?.ok_or_else(|| {
        Error::failed(
            "no home region: no option and no resource says where bucket and queue should be",
        )
        .hint("give --region, or set AWS_REGION or the profile's region")
    })?;
    refusals::of_home(scheme, options, survey, &home)?;
    refusals::of_shared_ids(scheme, survey)?;
    let desired = Desired::new(scheme, options, survey, Some(home))?;
    refusals::of_desired(scheme, options, survey, &desired)?;
    Ok(desired)
}

/// Adds what should exist, and with `--prune` what is deleted.
fn keep(scheme: &Scheme, options: &Options, survey: &Survey, desired: &Desired, graph: &mut Graph) {
    let bucket = desired.bucket.as_ref().map(|bucket| {
        let found = match &survey.bucket {
            Some((_, Ok(bucket::Lookup::Owned(state)))) => Some(state.clone()),
            _ => None,
        };
        graph.add(Node::keep(bucket.clone()).given(bucket, found))
    });
    let state = |queue: &Queue, of: fn(&RegionState) -> &Option<QueueState>| {
        survey
            .regions
            .get(&queue.region)
            .and_then(|region| of(region).clone())
    };
    let dead_letters = desired.dead_letters.as_ref().map(|queue| {
        let found = state(queue, |region| &region.dead_letters);
        graph.add(Node::keep(queue.clone()).given(queue, found))
    });
    let new_dead_letters = dead_letters.filter(|_| {
        let queue = desired.dead_letters.as_ref();
        queue.is_some_and(|queue| state(queue, |region| &region.dead_letters).is_none())
    });
    let queue = desired.queue.as_ref().map(|queue| {
        let found = state(queue, |region| &region.queue);
        graph.add(
            Node::keep(queue.clone())
                .given(queue, found)
                .needs(new_dead_letters),
        )
    });
    let last = narrowing(survey, desired);
    let nothing = RegionState::default();
    let mut trails = Vec::new();
    let others = desired
        .regions
        .iter()
        .filter(|(region, _)| Some(*region) != last);
    let last = last.and_then(|last| desired.regions.get_key_value(last));
    for (region, wanted) in others.chain(last) {
        let found = survey.regions.get(region).unwrap_or(&nothing);
        let after = last
            .filter(|(last, _)| *last == region)
            .map(|_| trails.clone());
        trails.push(keep_region(
            wanted,
            found,
            (bucket, [queue, dead_letters]),
            after.unwrap_or_default(),
            graph,
        ));
    }
    if options.prune && desired.layout == Layout::MultiRegion {
        for (region, found) in desired.superseded(survey) {
            let reason = "superseded by the multi-region trail";
            delete_region(scheme, region, found, reason, &trails, graph);
        }
    }
}

/// Adds a region, and returns the position of its trail. CloudTrail checks the policies of bucket and topic at once.
fn keep_region(
    wanted: &DesiredRegion,
    found: &RegionState,
    (bucket, queues): (Option<At>, [Option<At>; 2]),
    after: Vec<At>,
    graph: &mut Graph,
) -> At {
    let topic = Node::keep(wanted.topic.clone()).given(&wanted.topic, found.topic.clone());
    let topic = graph.add(topic);
    if let Some(subscription) = &wanted.subscription {
        let subscribed = found.topic.iter().flat_map(|topic| &topic.subscriptions);
        let existing = subscribed
            .clone()
            .find(|it| subscription.endpoint.is_of(it))
            .cloned();
        let node = Node::keep(subscription.clone()).given(subscription, existing);
        let queues = queues.into_iter().flatten();
        graph.add(node.needs(queues.chain([topic])));
    }
    let trail = Node::keep(wanted.trail.clone()).given(&wanted.trail, found.trail.clone());
    graph.add(trail.needs(bucket.into_iter().chain([topic])).after(after))
}

/// Adds what is deleted: exact names only, in the walked regions only.
fn delete(scheme: &Scheme, survey: &Survey, graph: &mut Graph) {
    let walked = survey
        .scope
        .regions
        .iter()
        .map(|region| region.name.as_str());
    let readable = walked.filter_map(|region| Some((region, survey.regions.get(region)?)));
    let readable: Vec<_> = readable.collect();
    let mut trails = Vec::new();
    for (region, found) in &readable {
        trails.extend(delete_region(scheme, region, found, "", &[], graph));
    }
    if !notes::feeding_elsewhere(survey).is_empty() {
        return;
    }
    for (region, found) in readable {
        let own = (queue_in(scheme, region), &found.queue);
        let dead_letters = dead_letter_queue_in(scheme, region);
        for (queue, found) in [own, (dead_letters, &found.dead_letters)] {
            let node = Node::delete(queue.clone(), "").given(&queue, found.clone());
            graph.add(node.after(trails.clone()));
        }
    }
}

/// Adds a region's trail and its topic, which the trail must not miss before it is deleted; the position of the trail.
fn delete_region(
    scheme: &Scheme,
    region: &str,
    found: &RegionState,
    reason: &'static str,
    after: &[At],
    graph: &mut Graph,
) -> Option<At> {
    let topic = Topic::of(scheme.topic_name(region), scheme.topic_arn(region), region);
    let node = Node::delete(topic.clone(), reason).given(&topic, found.topic.clone());
    let topic = graph.add(node.after(after.iter().copied()));
    let state = found.trail.clone()?;
    let trail = Trail::of(scheme.trail_name(region), scheme.trail_arn(region), region);
    let node = Node::delete(trail.clone(), reason).given(&trail, Some(state));
    Some(graph.add(node.needs([topic]).after(after.iter().copied())))
}

/// The region whose multi-region trail becomes a regional one: last of all, so that no event goes unlogged.
fn narrowing<'a>(survey: &Survey, desired: &'a Desired) -> Option<&'a String> {
    let is_multi = |region: &&String| {
        let found = survey
            .regions
            .get(*region)
            .and_then(|found| found.trail.as_ref());
        found.is_some_and(|trail| trail.description.multi_region)
    };
    match desired.layout {
        Layout::Regional => desired.regions.keys().find(is_multi),
        Layout::MultiRegion => None,
    }
}

/// What exists once the plan was carried out.
fn after(scheme: &Scheme, options: &Options, desired: &Desired, plan: &Plan) -> After {
    let bucket = match (&desired.bucket, options.foreign_owner(scheme)) {
        (Some(bucket), _) => format!("{} in {}", bucket.name, bucket.region),
        (None, Some(owner)) => format!("{} of account {owner}", desired.bucket_name),
        (None, None) => desired.bucket_name.clone(),
    };
    let mut exists = vec![("bucket", bucket)];
    if let Some(queue) = &desired.queue {
        let dead_letters = desired.dead_letters.as_ref();
        let dead_letters = dead_letters.map(|dlq| format!("; dead-letter queue {}", dlq.name));
        let (name, region) = (&queue.name, &queue.region);
        let dead_letters = dead_letters.unwrap_or_default();
        exists.push(("queue", format!("{name} in {region}{dead_letters}")));
    }
    let trails = match desired.layout {
        Layout::MultiRegion => {
            let names = desired
                .regions
                .values()
                .map(|region| region.trail.name.as_str());
            format!("{} logs all regions", names.collect::<Vec<_>>().join(", "))
        }
        Layout::Regional => format!("{} log, one in each region", desired.regions.len()),
    };
    let mut steps = plan.steps.iter();
    let soon = match steps.any(|step| step.call.operation() == "CreateTrail") {
        true => "; the first log files arrive in 5 to 15 minutes",
        false => "",
    };
    exists.push(("trails", format!("{trails}{soon}")));
    let mut next = vec!["show".to_owned()];
    next.extend(desired.queue.as_ref().map(|_| "create splunk".to_owned()));
    if desired.layout == Layout::MultiRegion {
        next.push("create alerts --email ADDRESS".to_owned());
    }
    After { exists, next }
}
