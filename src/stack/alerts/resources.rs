//! The resources that should exist, given what is observed.
//!
//! The rule behind every line: an option that was not given never changes what exists.

use super::context::Context;
use super::dashboard::{self, Widget};
use super::wanted::Wanted;
use super::{Names, Options, RETENTION_IN_DAYS};
use crate::alerts::{Alert, Catalogue};
use crate::aws::read::{MetricFilter as FilterState, TrailDescription};
use crate::policy::{Principal as To, Statement};
use crate::resource::alarm::{Alarm, AlarmState};
use crate::resource::dashboard::Dashboard;
use crate::resource::log_group::LogGroup;
use crate::resource::metric_filter::MetricFilter;
use crate::resource::principal::{Principal, Sort};
use crate::resource::subscription::{Endpoint, Subscription};
use crate::resource::topic::Topic;
use crate::resource::trail_logs::TrailLogs;
use crate::stack::graph::{Graph, Node};
use crate::stack::splunk::owner;
use crate::stack::{Purpose, Scheme};

impl<'a> Context<'a> {
    /// Whether the trail sends to the group already.
    fn is_sent_to(&self) -> bool {
        let arn = format!("{}:*", self.names().log_group_arn(&self.group));
        self.trail
            .is_some_and(|trail| trail.log_group_arn.as_ref() == Some(&arn))
    }

    /// Whether the group is another's that the trail already sends to: it is not changed.
    pub fn is_others_group(&self) -> bool {
        let named = self.options.log_group.is_some();
        self.is_sent_to() && self.group != self.names().log_group() && !named
    }

    /// The role of another that the trail already sends as: it is kept.
    pub fn others_role(&self) -> Option<&'a String> {
        let role = self.trail?.log_role_arn.as_ref()?;
        (self.is_sent_to() && *role != self.names().role_arn()).then_some(role)
    }

    /// The log group.
    pub fn log_group(&self) -> LogGroup {
        let names = self.names();
        LogGroup {
            name: self.group.clone(),
            region: self.region.clone(),
            arn: names.log_group_arn(&self.group),
            new_retention_in_days: RETENTION_IN_DAYS,
            in_use: self.is_sent_to() || self.group != names.log_group(),
            retention_in_days: self.options.retention_in_days,
            kms_key_id: self.options.kms_key_id.clone(),
            tags: self.options.tags.clone(),
            kept: self.why_logs_stay().map(str::to_owned),
        }
    }

    /// Why the log group is not deleted; nothing when it is, if there is one.
    pub fn why_logs_stay(&self) -> Option<&'static str> {
        let named = self.options.log_group.is_some();
        match () {
            () if !self.options.with_logs => Some("--with-logs deletes it"),
            () if self.group != self.names().log_group() && !named => {
                Some("it is not the scheme's; --log-group NAME deletes it")
            }
            () if self.still_sending().next().is_some() => Some("a trail still sends to it"),
            () => None,
        }
    }

    /// The trails of the account that send to the group as another role.
    pub fn still_sending(&self) -> impl Iterator<Item = &'a TrailDescription> {
        let group = format!("{}:*", self.names().log_group_arn(&self.group));
        let role = self.names().role_arn();
        // Without the shadows of trails of other regions.
        let all = self.trails.regions.iter().flat_map(|(region, found)| {
            let trails = found.trails.iter();
            trails.filter(move |trail| trail.home_region == *region)
        });
        all.filter(move |trail| {
            trail.log_group_arn.as_ref() == Some(&group)
                && trail.log_role_arn.as_ref() != Some(&role)
        })
    }

    /// What the trail sends.
    pub fn trail_logs(&self) -> TrailLogs {
        let (names, scheme, region) = (self.names(), self.scheme, &self.region);
        let others = self.others_role().cloned();
        TrailLogs {
            trail: scheme.trail_name(region),
            region: region.clone(),
            arn: scheme.trail_arn(region),
            group_arn: format!("{}:*", names.log_group_arn(&self.group)),
            role_arn: others.unwrap_or_else(|| names.role_arn()),
            selects: !(self.purpose == Purpose::Create && self.options.with_trail),
            found: self.trail.cloned(),
            delivered: self.status().and_then(|status| status.logs_delivered),
        }
    }

    /// The role that CloudTrail writes as.
    pub fn role(&self) -> Principal {
        role(&self.names(), &self.group, &self.options)
    }

    /// ARN of the topic that is named, else the one that most alarms notify where there is none of the scheme, else the
    /// scheme's.
    pub fn topic_arn(&self) -> String {
        let own = self.names().topic_arn();
        let undecided = self.options.emails.is_empty() && self.topic_state().is_none();
        let others = self.most_notified().filter(|arn| undecided && *arn != own);
        let chosen = self.options.topic_arn.clone().or(others.map(str::to_owned));
        chosen.unwrap_or(own)
    }

    fn most_notified(&self) -> Option<&'a str> {
        let alarms = self.alarms().into_iter();
        let topics = alarms.flat_map(|alarm| &alarm.description.settings.alarm_actions);
        let topics: Vec<&String> = topics.collect();
        let times = |arn: &String| topics.iter().filter(|other| **other == arn).count();
        let most = topics.iter().max_by_key(|arn| (times(arn), **arn));
        most.map(|arn| arn.as_str())
    }

    /// Whether alarms notify the scheme's own topic.
    pub fn has_own_topic(&self) -> bool {
        self.topic_arn() == self.names().topic_arn()
    }

    /// The scheme's topic.
    pub fn topic(&self) -> Topic {
        topic(&self.names(), &self.options)
    }

    /// The subscription of an address.
    pub fn email(&self, address: &str) -> Subscription {
        email(&self.names(), address)
    }

    /// The metric filter of an alert.
    pub fn metric_filter(&self, alert: &Alert) -> MetricFilter {
        filter(&self.names(), &self.group, &self.options.catalogue, alert)
    }

    /// The alarm of an alert.
    pub fn alarm_of(&self, alert: &Alert) -> Alarm {
        alarm(&self.names(), &self.options, &self.topic_arn(), alert)
    }

    /// A dashboard of the alerts that are wanted, and of those that exist already, in the catalogue's order whatever is
    /// wanted.
    pub fn dashboard(&self) -> Dashboard {
        let wanted = &self.options.catalogue;
        let names = self.names();
        let known = wanted.known.alerts.iter();
        let mut widgets: Vec<Widget> = known.filter_map(|alert| self.widget(alert)).collect();
        for alarm in self.alarms() {
            let settings = &alarm.description.settings;
            // By its name: what it counts may be about to be fixed.
            let name = settings.alarm_name.strip_prefix(&names.alert(""));
            let name = name.unwrap_or(&settings.alarm_name);
            if !widgets.iter().any(|widget| widget.name == name) {
                widgets.push(Widget {
                    name: name.to_owned(),
                    title: Alert::title_of(&settings.alarm_description).to_owned(),
                    period: settings.period,
                });
            }
        }
        Dashboard {
            body: dashboard::body(&names, &widgets),
            ..self.dashboard_probe()
        }
    }

    /// The graph of an alert of the catalogue, if it is wanted or exists.
    fn widget(&self, alert: &Alert) -> Option<Widget> {
        let wanted = &self.options.catalogue;
        let name = self.names().alert(&alert.name);
        let mut chosen = wanted.chosen.alerts.iter();
        let chosen = chosen.find(|other| other.name == alert.name);
        let alarm = self.alarm(&name);
        if chosen.is_none() && alarm.is_none() && self.filter(&name).is_none() {
            return None;
        }
        let given = chosen.is_some_and(|alert| wanted.is_period_given(alert));
        let kept = alarm.filter(|_| !given);
        let period = seconds(chosen.unwrap_or(alert));
        Some(Widget {
            name: alert.name.clone(),
            title: alert.title.clone(),
            period: kept.map_or(period, |alarm| alarm.description.settings.period),
        })
    }
}

/// The role by its name alone, to be read.
pub fn role_probe(scheme: &Scheme) -> Principal {
    role(&Names::new(scheme, ""), "", &Options::default())
}

/// The trust has no condition: CloudTrail assumes this role without `aws:SourceArn` and `aws:SourceAccount`, says
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html>.
fn role(names: &Names<'_>, group: &str, options: &Options) -> Principal {
    let scheme = names.scheme;
    let sid = scheme.sid("CloudTrailWrites");
    let service = "cloudtrail.amazonaws.com";
    let trust = Statement::trust(sid.clone(), To::services([service]));
    Principal {
        sort: Sort::Role {
            trust: Some((service.to_owned(), trust)),
            sid,
        },
        name: names.role(),
        arn: names.role_arn(),
        region: crate::region::global_region(&scheme.partition).to_owned(),
        policy: scheme.base(),
        statements: vec![Statement::allow(
            "WriteLogs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [names.log_stream_arns(group)],
        )],
        owner: owner(scheme),
        tags: options.tags.clone(),
        sized: false,
    }
}

fn topic(names: &Names<'_>, options: &Options) -> Topic {
    let scheme = names.scheme;
    let publishes = Statement::allow(
        scheme.sid("CloudWatchAlarmsPublish"),
        ["SNS:Publish"],
        [names.topic_arn()],
    );
    let cloudwatch = To::services(["cloudwatch.amazonaws.com"]);
    let account = [&scheme.account];
    Topic {
        name: names.topic(),
        region: names.region.to_owned(),
        arn: names.topic_arn(),
        publisher: "CloudWatch",
        statements: vec![publishes.to(cloudwatch).when(
            "StringEquals",
            "aws:SourceAccount",
            account,
        )],
        kms_key_id: None,
        tags: options.tags.clone(),
    }
}

fn email(names: &Names<'_>, address: &str) -> Subscription {
    Subscription {
        name: format!("{}/{address}", names.topic()),
        topic_arn: names.topic_arn(),
        region: names.region.to_owned(),
        endpoint: Endpoint::Email(address.to_owned()),
    }
}

fn filter(names: &Names<'_>, group: &str, wanted: &Wanted, alert: &Alert) -> MetricFilter {
    MetricFilter {
        name: names.alert(&alert.name),
        group: group.to_owned(),
        group_arn: names.log_group_arn(group),
        region: names.region.to_owned(),
        patterns: wanted.patterns(alert),
        metric: alert.name.clone(),
        namespace: names.namespace(),
    }
}

fn alarm(names: &Names<'_>, options: &Options, topic: &str, alert: &Alert) -> Alarm {
    let (name, wanted) = (names.alert(&alert.name), &options.catalogue);
    let threshold = f64::from(alert.threshold);
    Alarm {
        region: names.region.to_owned(),
        arn: names.alarm_arn(&name),
        description: alert.description(),
        metric: alert.name.clone(),
        namespace: names.namespace(),
        new_threshold: threshold,
        threshold: wanted.is_threshold_given(alert).then_some(threshold),
        new_period: seconds(alert),
        period: wanted.is_period_given(alert).then(|| seconds(alert)),
        topic: topic.to_owned(),
        tags: options.tags.clone(),
        name,
    }
}

/// An alarm as it is, to be shown or deleted.
pub fn existing_alarm(names: &Names<'_>, found: &AlarmState) -> Alarm {
    let settings = found.description.settings.clone();
    Alarm {
        region: names.region.to_owned(),
        arn: names.alarm_arn(&settings.alarm_name),
        name: settings.alarm_name,
        description: settings.alarm_description,
        metric: settings.metric_name,
        namespace: settings.namespace,
        new_threshold: settings.threshold,
        threshold: None,
        new_period: settings.period,
        period: None,
        topic: String::new(),
        tags: Vec::new(),
    }
}

/// A metric filter as it is, to be deleted.
pub fn existing_filter(names: &Names<'_>, group: &str, found: &FilterState) -> MetricFilter {
    MetricFilter {
        name: found.name.clone(),
        group: group.to_owned(),
        group_arn: names.log_group_arn(group),
        region: names.region.to_owned(),
        patterns: vec![found.pattern.clone()],
        metric: String::new(),
        namespace: names.namespace(),
    }
}

/// All kinds of resources that the stack can have, whatever their names: for the permissions.
pub fn widest(options: &Options, scheme: &Scheme) -> Graph {
    let names = Names::new(scheme, "*");
    let own = names.log_group();
    let group = options.log_group.as_ref().unwrap_or(&own);
    let built_in = Catalogue::built_in().alerts.into_iter().next();
    let mut graph = Graph::new(&scheme.account);
    graph.add(Node::keep(TrailLogs {
        trail: "*".to_owned(),
        region: "*".to_owned(),
        arn: scheme.trail_arns(),
        group_arn: String::new(),
        role_arn: names.role_arn(),
        selects: true,
        found: None,
        delivered: None,
    }));
    graph.add(Node::keep(LogGroup {
        name: group.clone(),
        region: "*".to_owned(),
        arn: names.log_group_arn(group),
        new_retention_in_days: RETENTION_IN_DAYS,
        in_use: false,
        retention_in_days: None,
        kms_key_id: None,
        tags: Vec::new(),
        kept: None,
    }));
    if let Some(alert) = built_in {
        let any = Alert {
            name: "*".to_owned(),
            ..alert
        };
        graph.add(Node::keep(filter(&names, group, &options.catalogue, &any)));
        graph.add(Node::keep(alarm(&names, options, "*", &any)));
    }
    graph.add(Node::keep(role(&names, group, options)));
    graph.add(Node::keep(topic(&names, options)));
    graph.add(Node::keep(email(&names, "*")));
    graph.add(Node::keep(Dashboard {
        name: names.namespace(),
        region: "*".to_owned(),
        arn: names.dashboard_arn(),
        body: serde_json::Value::Null,
    }));
    graph
}

/// A period in seconds, as CloudWatch takes it; a day at most.
fn seconds(alert: &Alert) -> i32 {
    i32::try_from(alert.period).unwrap_or(i32::MAX)
}
