//! What should be around the multi-region trail.
//!
//! The rule behind every line: an option that was not given never changes what exists.

use super::Wanted;
use super::dashboard::{self, Graph};
use super::survey::{self, Watch};
use super::{Names, Options, RETENTION_IN_DAYS};
use crate::alerts::Alert;
use crate::aws::read::TrailDescription;
use crate::policy::{Principal, Statement};
use crate::resource::alarm::Alarm;
use crate::resource::dashboard::Dashboard;
use crate::resource::email::Email;
use crate::resource::log_group::LogGroup;
use crate::resource::metric_filter::MetricFilter;
use crate::resource::role::Role;
use crate::resource::topic::Topic;
use crate::resource::trail_logs::TrailLogs;
use crate::stack::Scheme;
use crate::stack::splunk::owner;

/// Everything that should be.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The home region of the trail.
    pub region: String,
    /// What the trail sends.
    pub trail: TrailLogs,
    /// The log group, unless it is another's that the trail already sends to.
    pub log_group: Option<LogGroup>,
    /// The role, unless the trail already sends as another's.
    pub role: Option<Role>,
    /// The topic, unless another is told.
    pub topic: Option<Topic>,
    /// Who is mailed to.
    pub emails: Vec<Email>,
    /// A filter and an alarm for each alert.
    pub alerts: Vec<(MetricFilter, Alarm)>,
    /// The dashboard.
    pub dashboard: Dashboard,
}

/// The trail that is watched: one that was found, or the one that this very plan makes.
#[derive(Clone, Copy, Debug)]
pub struct Trail<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its home region.
    pub region: &'a str,
    /// Its ARN.
    pub arn: &'a str,
    /// Its settings, if it is there.
    pub found: Option<&'a TrailDescription>,
}

impl Wish {
    /// What should be around this trail.
    pub fn new(
        scheme: &Scheme,
        options: &Options,
        trail: Trail<'_>,
        watch: Option<&Watch>,
    ) -> Self {
        let names = Names::new(scheme, trail.region);
        let group = watch.map(|watch| watch.group.clone());
        let group = group.or(options.log_group.clone());
        let group = group.unwrap_or_else(|| names.log_group());
        let sends_to_it = trail.found.is_some_and(|found| {
            let arn = format!("{}:*", names.log_group_arn(&group));
            found.log_group_arn.as_ref() == Some(&arn)
        });
        let others_role = trail
            .found
            .and_then(|found| found.log_role_arn.clone())
            .filter(|arn| sends_to_it && *arn != names.role_arn());
        let others_group = sends_to_it && group != names.log_group() && options.log_group.is_none();
        let topic_arn = topic_arn(&names, options, watch);
        let own_topic = topic_arn == names.topic_arn();
        let alerts = &options.catalogue.chosen.alerts;
        Self {
            region: trail.region.to_owned(),
            trail: TrailLogs {
                trail: trail.name.to_owned(),
                region: trail.region.to_owned(),
                arn: trail.arn.to_owned(),
                group_arn: format!("{}:*", names.log_group_arn(&group)),
                role_arn: others_role.clone().unwrap_or_else(|| names.role_arn()),
            },
            log_group: (!others_group).then(|| LogGroup {
                in_use: sends_to_it || group != names.log_group(),
                ..log_group(&names, options, trail.region, &group)
            }),
            role: others_role
                .is_none()
                .then(|| role(scheme, &names, options, &group)),
            topic: own_topic.then(|| topic(scheme, &names, options, trail.region)),
            emails: emails(&names, options, trail.region),
            alerts: alerts
                .iter()
                .map(|alert| alerting(&names, options, trail.region, &group, &topic_arn, alert))
                .collect(),
            dashboard: dashboard(&names, trail.region, &options.catalogue, watch),
        }
    }
}

/// The topic that is named, else the one that most alarms tell where there is none of the scheme, else the scheme's.
fn topic_arn(names: &Names<'_>, options: &Options, watch: Option<&Watch>) -> String {
    let told = watch.filter(|watch| watch.topic.is_none() && options.emails.is_empty());
    let told = told
        .and_then(most_told)
        .filter(|arn| *arn != names.topic_arn());
    let chosen = options.topic_arn.clone().or(told.map(str::to_owned));
    chosen.unwrap_or_else(|| names.topic_arn())
}

fn most_told(watch: &Watch) -> Option<&str> {
    let told = || {
        let alarms = watch.alarms.iter();
        alarms.flat_map(|alarm| &alarm.settings.alarm_actions)
    };
    let times = |arn: &String| told().filter(|other| *other == arn).count();
    told()
        .max_by_key(|arn| (times(arn), *arn))
        .map(String::as_str)
}

fn log_group(names: &Names<'_>, options: &Options, region: &str, group: &str) -> LogGroup {
    LogGroup {
        name: group.to_owned(),
        region: region.to_owned(),
        arn: names.log_group_arn(group),
        new_retention_in_days: RETENTION_IN_DAYS,
        in_use: false,
        retention_in_days: options.retention_in_days,
        kms_key_id: options.kms_key_id.clone(),
        tags: options.tags.clone(),
    }
}

/// The trust has no condition: CloudTrail assumes this role without `aws:SourceArn` and `aws:SourceAccount`, says
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html>.
fn role(scheme: &Scheme, names: &Names<'_>, options: &Options, group: &str) -> Role {
    let cloudtrail = Principal::services(["cloudtrail.amazonaws.com"]);
    let trust = Statement::trust(scheme.sid("CloudTrailWrites"), cloudtrail);
    let streams = names.log_stream_arns(group);
    Role {
        name: names.role(),
        region: survey::global(scheme).to_owned(),
        trust: Some(trust),
        policy: scheme.base(),
        statements: vec![Statement::allow(
            "WriteLogs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [streams],
        )],
        owner: owner(scheme),
        tags: options.tags.clone(),
    }
}

fn topic(scheme: &Scheme, names: &Names<'_>, options: &Options, region: &str) -> Topic {
    let cloudwatch = Principal::services(["cloudwatch.amazonaws.com"]);
    let publishes = Statement::allow(
        scheme.sid("CloudWatchAlarmsPublish"),
        ["SNS:Publish"],
        [names.topic_arn()],
    );
    Topic {
        name: names.topic(),
        region: region.to_owned(),
        arn: names.topic_arn(),
        publisher: "CloudWatch",
        statements: vec![publishes.to(cloudwatch).when(
            "StringEquals",
            "aws:SourceAccount",
            [&scheme.account],
        )],
        kms_key_id: None,
        tags: options.tags.clone(),
    }
}

fn emails(names: &Names<'_>, options: &Options, region: &str) -> Vec<Email> {
    let emails = options.emails.iter().map(|address| Email {
        topic: names.topic(),
        topic_arn: names.topic_arn(),
        region: region.to_owned(),
        address: address.clone(),
    });
    emails.collect()
}

fn alerting(
    names: &Names<'_>,
    options: &Options,
    region: &str,
    group: &str,
    topic_arn: &str,
    alert: &Alert,
) -> (MetricFilter, Alarm) {
    let said = &options.catalogue;
    let name = names.alert(&alert.name);
    let filter = MetricFilter {
        name: name.clone(),
        group: group.to_owned(),
        region: region.to_owned(),
        patterns: options.catalogue.patterns(alert),
        metric: alert.name.clone(),
        namespace: names.namespace(),
    };
    let alarm = Alarm {
        region: region.to_owned(),
        arn: names.alarm_arn(&name),
        description: alert.description(),
        metric: alert.name.clone(),
        namespace: names.namespace(),
        new_threshold: f64::from(alert.threshold),
        threshold: said
            .is_threshold_given(alert)
            .then(|| f64::from(alert.threshold)),
        new_period: seconds(alert),
        period: said.is_period_given(alert).then(|| seconds(alert)),
        topic: topic_arn.to_owned(),
        tags: options.tags.clone(),
        name,
    };
    (filter, alarm)
}

/// Graphs of the alerts that are wanted, and of those that stand already, in the catalogue's order whatever is wanted.
fn dashboard(names: &Names<'_>, region: &str, said: &Wanted, watch: Option<&Watch>) -> Dashboard {
    let alarms = || watch.iter().flat_map(|watch| &watch.alarms);
    let standing = |name: &str| {
        let name = names.alert(name);
        alarms().find(|alarm| alarm.settings.alarm_name == name)
    };
    let chosen = |alert: &Alert| {
        let mut chosen = said.chosen.alerts.iter();
        chosen.find(|other| other.name == alert.name).cloned()
    };
    let known = said.known.alerts.iter();
    let shown = known.filter_map(|alert| {
        let chosen = chosen(alert);
        let kept = standing(&alert.name);
        let filter = watch.and_then(|watch| watch.filter(&names.alert(&alert.name)));
        if chosen.is_none() && kept.is_none() && filter.is_none() {
            return None;
        }
        let given = chosen.as_ref().filter(|alert| said.is_period_given(alert));
        let kept = kept.filter(|_| given.is_none());
        let period = seconds(chosen.as_ref().unwrap_or(alert));
        Some(Graph {
            name: alert.name.clone(),
            title: alert.title.clone(),
            period: kept.map_or(period, |alarm| alarm.settings.period),
        })
    });
    let mut graphs: Vec<Graph> = shown.collect();
    for alarm in alarms() {
        // By its name: what it counts may be about to be mended.
        let name = alarm.settings.alarm_name.strip_prefix(&names.alert(""));
        let name = name.unwrap_or(&alarm.settings.alarm_name);
        if !graphs.iter().any(|graph| graph.name == name) {
            graphs.push(Graph {
                name: name.to_owned(),
                title: Alert::title_of(&alarm.settings.alarm_description).to_owned(),
                period: alarm.settings.period,
            });
        }
    }
    Dashboard {
        name: names.namespace(),
        region: region.to_owned(),
        body: dashboard::body(names, region, &graphs),
    }
}

/// A period in seconds, as CloudWatch takes it; a day at most.
fn seconds(alert: &Alert) -> i32 {
    i32::try_from(alert.period).unwrap_or(i32::MAX)
}
