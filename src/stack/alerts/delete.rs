//! What `delete alerts` will do: the trail is detached first, then goes what it sent to. The log group stays, unless it
//! was asked for.

use super::survey::{Purpose, Survey, Watch, global};
use super::{Names, Options, notes, refusals};
use crate::aws::Reader;
use crate::error::Result;
use crate::plan::{Plan, Step, StepId};
use crate::resource::{alarm, dashboard, log_group, metric_filter, role, topic, trail_logs};
use crate::stack::splunk::owner;
use crate::stack::trail::survey::{BucketScope, Scope, Survey as TrailSurvey};
use crate::stack::{Account, Planner, Say, Scheme};

/// Deletes filters, alarms, dashboard, topic and role, and perhaps the log group.
#[derive(Clone, Debug)]
pub struct Delete {
    /// What is meant.
    pub options: Options,
    /// Whether the log group goes, with its events.
    pub with_logs: bool,
}

const REASON: &str = "delete was asked for";

impl Planner for Delete {
    type Survey = Survey;

    async fn look(&self, reader: &Reader, account: &Account, _say: Say<'_>) -> Survey {
        let scope = Scope::new(account, BucketScope::Nothing);
        let trail = TrailSurvey::of(reader, &account.scheme, scope);
        Survey::around(reader, account, &self.options, Purpose::Delete, trail).await
    }

    fn nothing(&self, account: &Account) -> Survey {
        let scope = Scope::new(account, BucketScope::Nothing);
        Survey {
            trail: TrailSurvey::of_empty_account(scope),
            watch: Ok(None),
        }
    }

    fn plan(&self, account: &Account, survey: &Survey) -> Result<Plan> {
        let scheme = &account.scheme;
        let watch = survey.watch.as_ref().map_err(Clone::clone)?.as_ref();
        let (steps, notes) = match watch {
            Some(watch) => {
                let names = Names::new(scheme, &watch.region);
                refusals::of_delete(&names, watch, &own_alarms(&names, watch))?;
                self.goes(scheme, &survey.trail, watch)
            }
            None => (
                Vec::new(),
                vec![
                    "no trail, no queue and no role tell where the alerts stand: --region does"
                        .to_owned(),
                ],
            ),
        };
        let walked = account.regions.iter();
        Plan {
            command: "delete alerts",
            account: scheme.account.clone(),
            partition: scheme.partition.clone(),
            home_region: watch.map(|watch| watch.region.clone()),
            regions: walked.map(|region| region.name.clone()).collect(),
            unread: survey.trail.unread_walked(),
            steps,
            notes,
        }
        .checked()
    }
}

impl Delete {
    fn goes(
        &self,
        scheme: &Scheme,
        trails: &TrailSurvey,
        watch: &Watch,
    ) -> (Vec<Step>, Vec<String>) {
        let region = watch.region.as_str();
        let names = Names::new(scheme, region);
        let detached = detach(&names, trails);
        let kept = self.why_logs_stay(&names, trails, watch);
        let mut steps = detached.clone();
        // A group takes its filters with it.
        match (&watch.log_group, kept) {
            (Some(_), None) => {
                let removal = log_group::removal(&watch.group, region, REASON);
                let before = ids(&detached);
                steps.extend(removal.into_iter().map(|step| step.after(&before)));
            }
            _ => {
                let own = watch.filters.iter().filter(|filter| names.is_own(filter));
                steps.extend(own.flat_map(|filter| {
                    metric_filter::removal(&filter.name, &watch.group, region, REASON)
                }));
            }
        }
        steps.extend(alarms(&names, watch));
        if watch.dashboard.is_some() {
            steps.extend(dashboard::removal(&names.namespace(), region, REASON));
        }
        if watch.topic.is_some() {
            let tell = ids(&steps);
            let removal = topic::removal(&names.topic(), region, &names.topic_arn(), REASON);
            steps.extend(removal.into_iter().map(|step| step.after(&tell)));
        }
        if let Some(found) = &watch.role {
            let ours = found.tags.contains(&owner(scheme)) && found.others.is_empty();
            let removal = role::removal(
                found,
                &names.role(),
                global(scheme),
                &scheme.base(),
                ours,
                REASON,
            );
            // Its policy tells where everything stands, so it goes last.
            let all = ids(&steps);
            steps.extend(removal.into_iter().map(|step| step.after(&all)));
        }
        let notes = notes::of_delete(&names, trails, watch, kept);
        (steps, notes)
    }

    /// Why the log group is not deleted, in the words of a note; nothing when it is, if there is one.
    fn why_logs_stay(
        &self,
        names: &Names<'_>,
        trails: &TrailSurvey,
        watch: &Watch,
    ) -> Option<&'static str> {
        let ours = watch.group == names.log_group() || self.options.log_group.is_some();
        let mut sending = notes::still_sending(names, trails, &watch.group);
        match () {
            () if !self.with_logs => Some("--with-logs deletes it"),
            () if !ours => Some("it is not the scheme's; --log-group names it if it is to go"),
            () if sending.next().is_some() => Some("a trail still sends to it"),
            () => None,
        }
    }
}

/// The names of the alarms that count into the scheme's namespace.
fn own_alarms(names: &Names<'_>, watch: &Watch) -> Vec<String> {
    let namespace = names.namespace();
    let own = watch.alarms.iter().map(|alarm| &alarm.settings);
    let own = own.filter(|settings| settings.namespace == namespace);
    own.map(|settings| settings.alarm_name.clone()).collect()
}

fn alarms(names: &Names<'_>, watch: &Watch) -> Vec<Step> {
    let namespace = names.namespace();
    let own = own_alarms(names, watch);
    let parts = own.chunks(alarm::NAMES_AT_ONCE).enumerate();
    let steps = parts.flat_map(|(at, part)| {
        let name = format!("{namespace}/{}", at + 1);
        alarm::removal(part.to_vec(), &name, &watch.region, REASON)
    });
    steps.collect()
}

/// The trails stop sending as the role before it goes, whatever they log.
fn detach(names: &Names<'_>, trails: &TrailSurvey) -> Vec<Step> {
    let own = trails.regions.iter();
    let own = own.filter_map(|(region, found)| Some((region, &found.trail.as_ref()?.description)));
    let sending = own.filter(|(_, trail)| trail.log_role_arn.as_ref() == Some(&names.role_arn()));
    let steps = sending
        .flat_map(|(region, trail)| trail_logs::removal(&trail.name, region, &trail.arn, REASON));
    steps.collect()
}

fn ids(steps: &[Step]) -> Vec<StepId> {
    steps.iter().map(|step| step.id.clone()).collect()
}
