//! What `delete alerts` will do: the trail is detached first, then goes what it sent to. The log group stays, unless it
//! was asked for.

use super::survey::{Survey, Watch, global};
use super::{Names, Options, notes};
use crate::aws::Reader;
use crate::error::Result;
use crate::plan::{Plan, Step, StepId};
use crate::resource::{alarm, dashboard, log_group, metric_filter, role, topic, trail_logs};
use crate::stack::splunk::owner;
use crate::stack::trail::survey::{BucketScope, Scope, Survey as TrailSurvey};
use crate::stack::{Account, Planner, Scheme};

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

    async fn look(&self, reader: &Reader, account: &Account) -> Survey {
        let scope = Scope::new(account, BucketScope::Nothing);
        let trail = TrailSurvey::of(reader, &account.scheme, scope).await;
        Survey::around(reader, account, &self.options, trail).await
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
            Some(watch) => self.goes(scheme, watch),
            None => (
                Vec::new(),
                vec!["no trail and no queue tell where the alerts stand: --region does".to_owned()],
            ),
        };
        let walked = account.regions.iter();
        Ok(Plan {
            command: "delete alerts",
            account: scheme.account.clone(),
            partition: scheme.partition.clone(),
            home_region: watch.map(|watch| watch.region.clone()),
            regions: walked.map(|region| region.name.clone()).collect(),
            unread: survey.trail.unread_walked(),
            steps,
            notes,
        }
        .checked())
    }
}

impl Delete {
    fn goes(&self, scheme: &Scheme, watch: &Watch) -> (Vec<Step>, Vec<String>) {
        let region = watch.region.as_str();
        let names = Names::new(scheme, region);
        let mut steps = detach(&names, watch);
        let detached: Vec<StepId> = steps.iter().map(|step| step.id.clone()).collect();
        let own = |name: &str| name.starts_with(&names.alert(""));
        let own_filters = watch.filters.iter().filter(|filter| {
            let mut made = filter.transformations.iter();
            own(&filter.name) && made.any(|(_, namespace, _)| *namespace == names.namespace())
        });
        let own_filters: Vec<&str> = own_filters.map(|filter| filter.name.as_str()).collect();
        // A group takes its filters with it.
        let group_goes = self.with_logs && watch.log_group.is_some();
        if !group_goes {
            for filter in own_filters {
                steps.extend(metric_filter::removal(filter, &watch.group, region, REASON));
            }
        }
        let alarms = watch.alarms.iter();
        let alarms: Vec<String> = alarms
            .map(|alarm| alarm.settings.alarm_name.clone())
            .collect();
        for (at, names_at_once) in alarms.chunks(alarm::NAMES_AT_ONCE).enumerate() {
            let name = format!("{}/{}", names.namespace(), at + 1);
            steps.extend(alarm::removal(
                names_at_once.to_vec(),
                &name,
                region,
                REASON,
            ));
        }
        if watch.dashboard.is_some() {
            steps.extend(dashboard::removal(&names.namespace(), region, REASON));
        }
        let goes: Vec<StepId> = steps.iter().map(|step| step.id.clone()).collect();
        if watch.topic.is_some() {
            let removal = topic::removal(&names.topic(), region, &names.topic_arn(), REASON);
            steps.extend(removal.into_iter().map(|step| step.after(&goes)));
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
            steps.extend(removal.into_iter().map(|step| step.after(&detached)));
        }
        if group_goes {
            let removal = log_group::removal(&watch.group, region, REASON);
            steps.extend(removal.into_iter().map(|step| step.after(&detached)));
        }
        let notes = notes::of_delete(watch, self.with_logs, !detached.is_empty());
        (steps, notes)
    }
}

/// The trail stops sending before what it sends to goes, unless somebody else made it send.
fn detach(names: &Names<'_>, watch: &Watch) -> Vec<Step> {
    let Some(trail) = &watch.trail else {
        return Vec::new();
    };
    let ours = trail.log_role_arn.as_deref() == Some(&names.role_arn());
    match ours {
        true => trail_logs::removal(&trail.name, &watch.region, &trail.arn, REASON),
        false => Vec::new(),
    }
}
