//! The trail stack on the engine: what is asked of it, and its graph.
//!
//! The survey stays outside the engine: it reads every region at once, follows the trails to the bucket in use, and
//! watches a queue that may have been deleted. So all nodes are given.

use super::desired::{Desired, DesiredRegion, dead_letter_queue_in, queue_in, topic_in, trail_in};
use super::home::home;
use super::region::RegionState;
use super::survey::{BucketScope, Scope, Survey};
use super::{Layout, Options, deleted_queues, hardening, notes, refusals};
use crate::aws::Reader;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::resource::bucket_settings::Parts;
use crate::resource::trail::Details;
use crate::stack::engine::{Outline, Stack, Surveyed};
use crate::stack::graph::{At, Graph, Intent, Node};
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
        let mut survey = Survey::of(reader, self.scope(account, purpose)).await;
        let watch = self.queue_watch.unwrap_or(deleted_queues::DELETION_TIME);
        let maybe_deleted = match purpose {
            Purpose::Create => deleted_queues::maybe_deleted(self, &survey),
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
        let walked = survey.scope.account.regions.iter();
        outline.regions = walked.map(|region| region.name.clone()).collect();
        outline.unread = survey.unread_walked();
        if purpose == Purpose::Delete {
            let queues = survey.queue_regions();
            outline.home_region = queues.first().map(|region| (*region).to_owned());
            delete(survey, &mut outline.graph);
        } else {
            let desired = desired(self, survey)?;
            keep(&desired, &mut outline.graph);
            outline.home_region = desired.home;
        }
        Ok(outline)
    }

    fn notes(
        &self,
        _: &Account,
        purpose: Purpose,
        surveyed: &Surveyed<Survey>,
        planned: &Planned,
    ) -> Result<Vec<String>> {
        let survey = &surveyed.known;
        if purpose == Purpose::Delete {
            return Ok(notes::of_delete(survey));
        }
        let desired = desired(self, survey)?;
        Ok(notes::of_create(&desired, &planned.plan.steps))
    }

    fn after(&self, _: &Account, surveyed: &Surveyed<Survey>, plan: &Plan) -> Option<After> {
        let desired = Desired::new(self, &surveyed.known, plan.home_region.clone()).ok()?;
        Some(after(&desired, plan))
    }
}

impl Options {
    fn scope(&self, account: &Account, purpose: Purpose) -> Scope {
        let scheme = &account.scheme;
        let bucket = match &self.bucket {
            // The bucket is kept, and so not even looked at.
            _ if purpose == Purpose::Delete => BucketScope::Nothing,
            _ if self.foreign_owner(scheme).is_some() => BucketScope::Nothing,
            Some(name) => BucketScope::Named(name.clone()),
            None => BucketScope::InUse,
        };
        let scope = Scope::new(account, bucket);
        let home = self.home.as_ref().or(account.configured_region.as_ref());
        match purpose {
            Purpose::Create => Scope {
                home: home.cloned(),
                details: Details {
                    tags: !self.tags.is_empty(),
                    selectors: true,
                },
                bucket_parts: hardening::parts(scheme, self),
                access_log_bucket: self.access_log_bucket.clone(),
                ..scope
            },
            Purpose::Show => Scope {
                details: Details {
                    tags: false,
                    selectors: true,
                },
                bucket_parts: Parts::ALL,
                with_backlog: true,
                ..scope
            },
            Purpose::Delete => scope,
        }
    }
}

/// What should exist.
///
/// # Errors
/// When account or options make it impossible.
fn desired<'a>(options: &'a Options, survey: &'a Survey) -> Result<Desired<'a>> {
    let home = home(options, survey)?.ok_or_else(|| {
        Error::failed(
            "no home region: no option and no resource says where bucket and queue should be",
        )
        .hint("give --region, or set AWS_REGION or the profile's region")
    })?;
    refusals::of_home(options, survey, &home)?;
    refusals::of_shared_ids(survey)?;
    let desired = Desired::new(options, survey, Some(home))?;
    refusals::of_desired(&desired)?;
    Ok(desired)
}

/// Adds what should exist, and with `--prune` what is deleted.
fn keep(desired: &Desired<'_>, graph: &mut Graph) {
    let survey = desired.survey;
    let bucket = desired.bucket.as_ref().map(|bucket| {
        let found = survey.own_bucket().cloned();
        graph.add(Node::given(bucket.clone(), Intent::Keep, found))
    });
    let dead_letters = desired.dead_letters.as_ref().map(|queue| {
        let found = survey.dead_letters(&queue.region).cloned();
        let is_new = found.is_none();
        (
            graph.add(Node::given(queue.clone(), Intent::Keep, found)),
            is_new,
        )
    });
    let queue = desired.queue.as_ref().map(|queue| {
        let found = survey.queue(&queue.region).cloned();
        let node = Node::given(queue.clone(), Intent::Keep, found);
        let needed = dead_letters.filter(|(_, is_new)| *is_new);
        graph.add(node.needs(needed.map(|(at, _)| at)))
    });
    let dead_letters = dead_letters.map(|(at, _)| at);
    let last = narrowing(desired);
    let mut trails = Vec::new();
    let regions = desired.regions.iter();
    let others = regions.filter(|(region, _)| Some(*region) != last);
    for (_, wanted) in others {
        trails.push(keep_region(
            desired,
            wanted,
            bucket,
            [queue, dead_letters],
            &[],
            graph,
        ));
    }
    if let Some(wanted) = last.and_then(|last| desired.regions.get(last)) {
        trails.push(keep_region(
            desired,
            wanted,
            bucket,
            [queue, dead_letters],
            &trails,
            graph,
        ));
    }
    if desired.options.prune && desired.layout == Layout::MultiRegion {
        for (region, found) in desired.superseded() {
            let reason = "superseded by the multi-region trail";
            delete_region(desired.scheme(), region, found, reason, &trails, graph);
        }
    }
}

/// Adds a region, and returns the position of its trail. CloudTrail checks the policies of bucket and topic at once.
fn keep_region(
    desired: &Desired<'_>,
    wanted: &DesiredRegion,
    bucket: Option<At>,
    queues: [Option<At>; 2],
    after: &[At],
    graph: &mut Graph,
) -> At {
    let (survey, region) = (desired.survey, &wanted.trail.region);
    let found = survey.topic(region).cloned();
    let topic = graph.add(Node::given(wanted.topic.clone(), Intent::Keep, found));
    if let Some(subscription) = wanted.subscription.clone() {
        let existing = survey.subscribed(region, &subscription).cloned();
        let node = Node::given(subscription, Intent::Keep, existing);
        let queues = queues.into_iter().flatten();
        graph.add(node.needs(queues.chain([topic])));
    }
    let found = survey.trail(region).cloned();
    let trail = Node::given(wanted.trail.clone(), Intent::Keep, found);
    let trail = trail.needs(bucket.into_iter().chain([topic]));
    graph.add(trail.after(after.iter().copied()))
}

/// Adds what is deleted: exact names only, in the walked regions only.
fn delete(survey: &Survey, graph: &mut Graph) {
    let scheme = survey.scheme();
    let mut trails = Vec::new();
    for (region, found) in survey.walked() {
        trails.extend(delete_region(scheme, region, found, "", &[], graph));
    }
    if !notes::feeding_elsewhere(survey).is_empty() {
        return;
    }
    for (region, found) in survey.walked() {
        let queue = (queue_in(scheme, region), &found.queue);
        let dead_letters = (dead_letter_queue_in(scheme, region), &found.dead_letters);
        for (queue, found) in [queue, dead_letters] {
            let node = Node::given(queue, Intent::Delete(""), found.clone());
            graph.add(node.after(trails.iter().copied()));
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
    let (intent, after) = (Intent::Delete(reason), after.iter().copied());
    let topic = Node::given(topic_in(scheme, region), intent, found.topic.clone());
    let topic = graph.add(topic.after(after.clone()));
    let state = found.trail.clone()?;
    let trail = Node::given(trail_in(scheme, region), intent, Some(state));
    Some(graph.add(trail.needs([topic]).after(after)))
}

/// The region whose multi-region trail becomes a regional one: last of all, so that no event goes unlogged.
fn narrowing<'a>(desired: &'a Desired<'_>) -> Option<&'a String> {
    let mut regions = desired.regions.keys();
    let is_multi = |region: &&String| {
        let found = desired.survey.trail(region);
        found.is_some_and(|trail| trail.description.multi_region)
    };
    match desired.layout {
        Layout::Regional => regions.find(is_multi),
        Layout::MultiRegion => None,
    }
}

/// What exists once the plan was carried out.
fn after(desired: &Desired<'_>, plan: &Plan) -> After {
    let name = &desired.bucket_name;
    let owner = desired.options.foreign_owner(desired.scheme());
    let bucket = match (&desired.bucket, owner) {
        (Some(bucket), _) => format!("{name} in {}", bucket.region),
        (None, Some(owner)) => format!("{name} of account {owner}"),
        (None, None) => name.clone(),
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
            let wanted = desired.regions.values();
            let names: Vec<&str> = wanted.map(|wanted| wanted.trail.name.as_str()).collect();
            format!("{} logs all regions", names.join(", "))
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
