//! What `create alerts` will do: the steps from what is there to what should be.

use std::collections::BTreeSet;

use super::survey::{Purpose, Survey, Watch};
use super::wish::{Trail, Wish};
use super::{Names, Options, choice, notes, refusals};
use crate::aws::Reader;
use crate::error::{Error, Result};
use crate::plan::{Plan, Step, StepId};
use crate::stack::trail::survey::{BucketScope, Scope, Survey as TrailSurvey};
use crate::stack::trail::{self, Layout};
use crate::stack::{Account, After, Planner, Say};
use crate::words::counted;

/// Makes or mends log group, role, filters, alarms, topic and dashboard, and makes the trail send to the group.
#[derive(Clone, Debug)]
pub struct Create {
    /// What is asked for.
    pub options: Options,
}

impl Planner for Create {
    type Survey = Survey;

    async fn look(&self, reader: &Reader, account: &Account, say: Say<'_>) -> Survey {
        let trail = async {
            match self.options.with_trail {
                true => self.trail().look(reader, account, say).await,
                // Nobody asks for the bucket.
                false => {
                    let scope = Scope::new(account, BucketScope::Nothing);
                    TrailSurvey::of(reader, &account.scheme, scope).await
                }
            }
        };
        Survey::around(reader, account, &self.options, Purpose::Keep, trail).await
    }

    fn nothing(&self, account: &Account) -> Survey {
        Survey {
            trail: self.trail().nothing(account),
            watch: Ok(None),
        }
    }

    fn plan(&self, account: &Account, survey: &Survey) -> Result<Plan> {
        let scheme = &account.scheme;
        let watch = survey.watch.as_ref().map_err(Clone::clone)?.as_ref();
        let below = self.options.with_trail.then(|| self.trail());
        let below = below.map(|trail| trail.plan(account, &survey.trail));
        let below = below.transpose()?;
        let multi = watch.and_then(|watch| watch.trail.as_ref());
        let region = match (multi, &below) {
            (Some(multi), _) => multi.home_region.clone(),
            (None, Some(plan)) => plan.home_region.clone().unwrap_or_default(),
            (None, None) => return Err(no_trail(&survey.trail)),
        };
        let (name, arn) = (scheme.trail_name(&region), scheme.trail_arn(&region));
        let found = Trail {
            name: &name,
            region: &region,
            arn: &arn,
            found: multi,
        };
        let options = self.chosen(&Names::new(scheme, &region), watch)?;
        let wish = Wish::new(scheme, &options, found, watch);
        refusals::of_create(scheme, &options, &wish, watch)?;
        let mut plan = below.unwrap_or_else(|| empty(account, survey));
        plan.command = "create alerts";
        plan.home_region = Some(region.clone());
        let own = steps(&wish, watch, &plan.steps);
        crate::stack::refusals::of_steps(&own)?;
        plan.notes
            .extend(notes::of_create(scheme, &options, &wish, watch));
        plan.steps.extend(own);
        plan.checked()
    }

    fn after(&self, account: &Account, survey: &Survey, plan: &Plan) -> Option<After> {
        let (scheme, region) = (&account.scheme, plan.home_region.as_deref()?);
        let watch = survey.watch.as_ref().ok()?.as_ref();
        let (name, arn) = (scheme.trail_name(region), scheme.trail_arn(region));
        let trail = Trail {
            name: &name,
            region,
            arn: &arn,
            found: watch.and_then(|watch| watch.trail.as_ref()),
        };
        let names = Names::new(scheme, region);
        let options = self.chosen(&names, watch).ok()?;
        let wish = Wish::new(scheme, &options, trail, watch);
        Some(after(&names, &options, &wish, watch))
    }
}

impl Create {
    /// The options, with the alerts that are meant in this account.
    fn chosen(&self, names: &Names<'_>, watch: Option<&Watch>) -> Result<Options> {
        Ok(Options {
            catalogue: choice::in_account(names, &self.options.catalogue, watch)?,
            ..self.options.clone()
        })
    }
}

/// The names of the alarms that the catalogue knows and the account has, whether they were asked for or not.
fn existing_alarms(names: &Names<'_>, options: &Options, watch: Option<&Watch>) -> Vec<String> {
    let known = options.catalogue.known.alerts.iter();
    let known = known.map(|alert| names.alert(&alert.name));
    known
        .filter(|name| watch.is_some_and(|watch| watch.alarm(name).is_some()))
        .collect()
}

/// What exists once the plan was carried out.
fn after(names: &Names<'_>, options: &Options, wish: &Wish, watch: Option<&Watch>) -> After {
    let last = |arn: &str| arn.rsplit(':').next().unwrap_or_default().to_owned();
    let group = wish.trail.group_arn.trim_end_matches(":*");
    let topic = match (&options.topic_arn, &wish.topic) {
        (Some(arn), _) => arn.clone(),
        (None, Some(topic)) => format!("{} in {}", topic.name, topic.region),
        (None, None) => "none".to_owned(),
    };
    let found = watch.and_then(|watch| watch.topic.as_ref());
    let found = found.map_or(&[][..], |topic| &topic.subscriptions);
    let found = found.iter().map(|found| found.endpoint.as_str());
    let asked = wish.emails.iter().map(|email| email.address.as_str());
    let subscribers: BTreeSet<&str> = found.chain(asked).collect();
    let subscribers = match subscribers.len() {
        0 => "no subscriber".to_owned(),
        count => counted(count, "subscriber"),
    };
    let wanted = wish.alerts.iter().map(|(_, alarm)| alarm.name.clone());
    let alarms: BTreeSet<String> = wanted
        .chain(existing_alarms(names, options, watch))
        .collect();
    let alarms = counted(alarms.len(), "alarm");
    After {
        exists: vec![
            ("group", format!("{} in {}", last(group), wish.region)),
            ("alarms", format!("{alarms}, each with a metric filter")),
            ("topic", format!("{topic}, {subscribers}")),
        ],
        next: vec!["show alerts".to_owned()],
    }
}

impl Create {
    /// The stack below.
    fn trail(&self) -> trail::create::Create {
        let layout = self.options.with_trail.then_some(Layout::MultiRegion);
        trail::create::Create {
            options: trail::Options {
                layout,
                tags: self.options.tags.clone(),
                ..self.options.trail.clone()
            },
        }
    }
}

/// Alarms see only what the trail delivers, so it must be the one that logs every region.
fn no_trail(survey: &TrailSurvey) -> Error {
    let error = Error::failed("the scheme has no multi-region trail, and alarms see only what it delivers")
        .hint("`ctadmin create --multi-region` makes one; `ctadmin create alerts --multi-region` does both");
    match survey.unread.first() {
        Some(unread) => error.hint(format!(
            "or it stands in {}, which cannot be read: {}",
            unread.region, unread.error
        )),
        None => error,
    }
}

fn empty(account: &Account, survey: &Survey) -> Plan {
    let scheme = &account.scheme;
    let walked = account.regions.iter();
    Plan {
        command: "create alerts",
        account: scheme.account.clone(),
        partition: scheme.partition.clone(),
        home_region: None,
        regions: walked.map(|region| region.name.clone()).collect(),
        steps: Vec::new(),
        notes: Vec::new(),
        unread: survey.trail.unread_walked(),
    }
}

/// The steps of this stack, behind those of the stack below.
fn steps(wish: &Wish, watch: Option<&Watch>, below: &[Step]) -> Vec<Step> {
    let group = wish.log_group.iter();
    let found = watch.and_then(|watch| watch.log_group.as_ref());
    let mut steps: Vec<Step> = group.flat_map(|group| group.changes(found)).collect();
    let group: Vec<StepId> = ids(&steps, &["CreateLogGroup"]);
    let kept: Vec<StepId> = ids(&steps, &["PutRetentionPolicy"]);
    let found = watch.and_then(|watch| watch.role.as_ref());
    let role = wish.role.iter().flat_map(|role| role.changes(found));
    let role: Vec<Step> = role.collect();
    let ready = [
        group.clone(),
        // A group that nothing is sent to yet is known for one that a stopped run left.
        kept,
        ids(
            &role,
            &["CreateRole", "PutRolePolicy", "UpdateAssumeRolePolicy"],
        ),
        of_trail(wish, below),
    ];
    steps.extend(role);
    let found = watch.and_then(|watch| Some((watch.trail.as_ref()?, watch.selectors.as_ref()?)));
    let trail = crate::plan::chained(wish.trail.changes(found));
    let ready = ready.concat();
    // The stack below may have put the selectors right already.
    let selected = below
        .iter()
        .any(|step| step.name == wish.trail.trail && step.call.operation() == "PutEventSelectors");
    let trail = trail
        .into_iter()
        .filter(|step| !selected || step.call.operation() != "PutEventSelectors");
    steps.extend(trail.map(|step| step.after(&ready)));
    let found = watch.and_then(|watch| watch.topic.as_ref());
    let topic: Vec<Step> = wish
        .topic
        .iter()
        .flat_map(|topic| topic.changes(found))
        .collect();
    let told = ids(&topic, &["CreateTopic", "SetTopicAttributes"]);
    steps.extend(topic);
    let subscribed = found.map_or(&[][..], |topic| &topic.subscriptions);
    let emails = wish
        .emails
        .iter()
        .flat_map(|email| email.changes(subscribed));
    steps.extend(emails.map(|step| step.after(&told)));
    let found = watch.and_then(|watch| watch.dashboard.as_deref());
    let dashboard = wish.dashboard.changes(found);
    let listed = ids(&dashboard, &["PutDashboard"]);
    steps.extend(dashboard);
    for (filter, alarm) in &wish.alerts {
        let counting = watch.and_then(|watch| watch.filter(&filter.name));
        let found = watch.and_then(|watch| watch.alarm(&alarm.name));
        // The dashboard keeps the choice: see the module `choice`.
        let listed = match (counting, found) {
            (None, None) => listed.as_slice(),
            _ => &[],
        };
        let counted = filter.changes(counting).into_iter();
        steps.extend(counted.map(|step| step.after(&group).after(listed)));
        let (found, tags) = found.map_or((None, &[][..]), |(alarm, tags)| (Some(alarm), tags));
        let alarms = alarm.changes(found, tags).into_iter();
        steps.extend(alarms.map(|step| step.after(&told).after(listed)));
    }
    steps
}

/// What the stack below does to the trail.
fn of_trail(wish: &Wish, below: &[Step]) -> Vec<StepId> {
    let touched = below
        .iter()
        .filter(|step| step.kind == "trail" && step.name == wish.trail.trail);
    touched.map(|step| step.id.clone()).collect()
}

/// The ids of the steps with one of these operations.
fn ids(steps: &[Step], operations: &[&str]) -> Vec<StepId> {
    let chosen = steps
        .iter()
        .filter(|step| operations.contains(&step.call.operation()));
    chosen.map(|step| step.id.clone()).collect()
}
