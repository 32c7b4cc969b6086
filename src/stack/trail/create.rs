//! What `create` will do: the steps from what is there to what should be.

use super::home::home;
use super::region::RegionFound;
use super::survey::{BucketScope, Scope, Survey};
use super::wish::{RegionWish, Wish};
use super::{Layout, Options, delete, ghost, hardening, notes, refusals};
use crate::aws::Reader;
use crate::error::{Error, Result};
use crate::plan::{Plan, Step, StepId};
use crate::resource::{bucket, queue::Queue, trail};
use crate::stack::{Account, After, Planner, Say, Scheme};

/// Makes or mends trails, topics, bucket and queue.
#[derive(Clone, Debug)]
pub struct Create {
    /// What is asked for.
    pub options: Options,
}

impl Planner for Create {
    type Survey = Survey;

    async fn look(&self, reader: &Reader, account: &Account, say: Say<'_>) -> Survey {
        let scheme = &account.scheme;
        let mut survey = Survey::of(reader, scheme, self.scope(account)).await;
        let watch = self.options.queue_watch.unwrap_or(ghost::WATCH);
        let suspects = ghost::suspects(scheme, &self.options, &survey);
        if !suspects.is_empty() && !watch.is_zero() {
            say(&ghost::suspicion(&suspects, watch));
            ghost::settle(reader, suspects, &mut survey, watch).await;
        }
        survey
    }

    fn nothing(&self, account: &Account) -> Survey {
        Survey::of_empty_account(self.scope(account))
    }

    fn plan(&self, account: &Account, survey: &Survey) -> Result<Plan> {
        plan(&account.scheme, &self.options.in_account(account), survey)
    }

    fn after(&self, account: &Account, survey: &Survey, plan: &Plan) -> Option<After> {
        let (scheme, options) = (&account.scheme, self.options.in_account(account));
        let wish = Wish::new(scheme, &options, survey, plan.home_region.clone()).ok()?;
        Some(after(scheme, &options, &wish, plan))
    }
}

impl Create {
    fn scope(&self, account: &Account) -> Scope {
        let options = &self.options;
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

fn plan(scheme: &Scheme, options: &Options, survey: &Survey) -> Result<Plan> {
    let home = home(scheme, options, survey)?.ok_or_else(|| {
        Error::failed("no home region: nothing says where bucket and queue should stand")
            .hint("give --region, or set AWS_REGION or the profile's region")
    })?;
    refusals::of_home(scheme, options, survey, &home)?;
    refusals::of_shared_ids(scheme, survey)?;
    let wish = Wish::new(scheme, options, survey, Some(home.clone()))?;
    refusals::of_wish(scheme, options, survey, &wish)?;
    let steps = steps(scheme, options, survey, &wish);
    refusals::of_steps(&steps)?;
    let walked = survey.scope.regions.iter();
    Plan {
        command: "create",
        account: scheme.account.clone(),
        partition: scheme.partition.clone(),
        home_region: Some(home),
        regions: walked.map(|region| region.name.clone()).collect(),
        notes: notes::of_create(scheme, options, survey, &wish, &steps),
        unread: survey.unread_walked(),
        steps,
    }
    .checked()
}

/// What exists once the plan was carried out.
fn after(scheme: &Scheme, options: &Options, wish: &Wish, plan: &Plan) -> After {
    let bucket = match (&wish.bucket, options.foreign_owner(scheme)) {
        (Some(bucket), _) => format!("{} in {}", bucket.name, bucket.region),
        (None, Some(owner)) => format!("{} of account {owner}", wish.bucket_name),
        (None, None) => wish.bucket_name.clone(),
    };
    let mut exists = vec![("bucket", bucket)];
    if let Some(queue) = &wish.queue {
        let dead_letters = wish.dead_letters.as_ref();
        let dead_letters = dead_letters.map(|dlq| format!("; dead letters go to {}", dlq.name));
        let (name, region) = (&queue.name, &queue.region);
        let dead_letters = dead_letters.unwrap_or_default();
        exists.push(("queue", format!("{name} in {region}{dead_letters}")));
    }
    let trails = match wish.layout {
        Layout::MultiRegion => {
            let names = wish
                .regions
                .values()
                .map(|region| region.trail.name.as_str());
            format!("{} logs all regions", names.collect::<Vec<_>>().join(", "))
        }
        Layout::Regional => format!("{} log, one in each region", wish.regions.len()),
    };
    let mut steps = plan.steps.iter();
    let soon = match steps.any(|step| step.call.operation() == "CreateTrail") {
        true => "; the first log files arrive in 5 to 15 minutes",
        false => "",
    };
    exists.push(("trails", format!("{trails}{soon}")));
    let mut next = vec!["show".to_owned()];
    next.extend(wish.queue.as_ref().map(|_| "create splunk".to_owned()));
    if wish.layout == Layout::MultiRegion {
        next.push("create alerts --email ADDRESS".to_owned());
    }
    After { exists, next }
}

fn steps(scheme: &Scheme, options: &Options, survey: &Survey, wish: &Wish) -> Vec<Step> {
    let mut steps = Vec::new();
    if let Some(wanted) = &wish.bucket {
        let found = match &survey.bucket {
            Some((_, Ok(bucket::Found::Owned(state)))) => Some(state),
            _ => None,
        };
        steps.extend(wanted.changes(found));
    }
    steps.extend(queues(survey, wish));
    let shared = Shared {
        bucket: ids(&steps, &["CreateBucket", "PutBucketPolicy"]),
        queue: ids(&steps, &["CreateQueue", "SetQueueAttributes"]),
    };
    let last = narrowing(survey, wish);
    let nothing = RegionFound::default();
    for (region, wanted) in &wish.regions {
        if Some(region) != last {
            let found = survey.regions.get(region).unwrap_or(&nothing);
            steps.extend(shared.region(wanted, found));
        }
    }
    if let Some((region, wanted)) = last.and_then(|last| wish.regions.get_key_value(last)) {
        let found = survey.regions.get(region).unwrap_or(&nothing);
        let others = ids(&steps, &["StartLogging"]);
        let narrowed = shared.region(wanted, found).into_iter();
        steps.extend(narrowed.map(|step| match step.call.operation() {
            "UpdateTrail" => step.after(&others),
            _ => step,
        }));
    }
    if options.prune && wish.layout == Layout::MultiRegion {
        let successor = wish.home.as_deref().map(|home| scheme.trail_name(home));
        let made = steps
            .iter()
            .filter(|step| step.kind == "trail" && Some(&step.name) == successor.as_ref());
        let made: Vec<StepId> = made.map(|step| step.id.clone()).collect();
        for (region, found) in wish.superseded(survey) {
            steps.extend(prune(scheme, region, found, &made));
        }
    }
    steps
}

/// The dead letter queue must exist before the queue can name it.
fn queues(survey: &Survey, wish: &Wish) -> Vec<Step> {
    let found = |queue: &Queue| survey.regions.get(&queue.region);
    let mut steps = Vec::new();
    if let Some(wanted) = &wish.dead_letters {
        let found = found(wanted).and_then(|region| region.dead_letters.as_ref());
        steps.extend(wanted.changes(found));
    }
    let dead_letters = ids(&steps, &["CreateQueue"]);
    if let Some(wanted) = &wish.queue {
        let found = found(wanted).and_then(|region| region.queue.as_ref());
        let changes = wanted.changes(found).into_iter();
        steps.extend(changes.map(|step| match step.call.operation() {
            "CreateQueue" | "SetQueueAttributes" => step.after(&dead_letters),
            _ => step,
        }));
    }
    steps
}

/// What every region waits for.
struct Shared {
    bucket: Vec<StepId>,
    queue: Vec<StepId>,
}

impl Shared {
    fn region(&self, wanted: &RegionWish, found: &RegionFound) -> Vec<Step> {
        let mut steps = wanted.topic.changes(found.topic.as_ref());
        let topic = ids(&steps, &["CreateTopic", "SetTopicAttributes"]);
        if let Some(subscription) = &wanted.subscription {
            let subscribed = found
                .topic
                .as_ref()
                .map_or(&[][..], |topic| &topic.subscriptions);
            let changes = subscription.changes(subscribed).into_iter();
            steps.extend(changes.map(|step| step.after(&topic).after(&self.queue)));
        }
        let changes = wanted.trail.changes(found.trail.as_ref()).into_iter();
        steps.extend(changes.map(|step| match step.call.operation() {
            // CloudTrail checks both policies at once.
            "CreateTrail" | "UpdateTrail" => step.after(&self.bucket).after(&topic),
            _ => step,
        }));
        steps
    }
}

/// The region whose multi-region trail becomes a regional one: last of all, so that no event goes unlogged.
fn narrowing<'a>(survey: &Survey, wish: &'a Wish) -> Option<&'a String> {
    let is_multi = |region: &&String| {
        let found = survey
            .regions
            .get(*region)
            .and_then(|found| found.trail.as_ref());
        found.is_some_and(|trail| trail.description.multi_region)
    };
    match wish.layout {
        Layout::Regional => wish.regions.keys().find(is_multi),
        Layout::MultiRegion => None,
    }
}

fn prune(scheme: &Scheme, region: &str, found: &RegionFound, successor: &[StepId]) -> Vec<Step> {
    let reason = "superseded by the multi-region trail";
    let removal = delete::of_region(scheme, region, found, reason).into_iter();
    removal.map(|step| step.after(successor)).collect()
}

/// The ids of the steps with one of these operations.
fn ids(steps: &[Step], operations: &[&str]) -> Vec<StepId> {
    let chosen = steps
        .iter()
        .filter(|step| operations.contains(&step.call.operation()));
    chosen.map(|step| step.id.clone()).collect()
}
