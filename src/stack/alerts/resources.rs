//! The resources that should exist, given what is observed.
//!
//! The rule behind every line: an option that was not given never changes what exists.

use std::collections::BTreeMap;

use super::context::Context;
use super::{Options, RETENTION_IN_DAYS};
use crate::alerts::{Alert, Catalogue};
use crate::aws::read::{Alarm as AlarmState, TrailDescription};
use crate::call::cloudwatch::PutMetricAlarm;
use crate::policy::{Principal as To, Statement};
use crate::region::global_region;
use crate::resource::alarm::Alarm;
use crate::resource::log_group::LogGroup;
use crate::resource::metric_filter::MetricFilter;
use crate::resource::principal::{Principal, Sort};
use crate::resource::subscription::{Endpoint, Subscription};
use crate::resource::topic::Topic;
use crate::resource::trail_logs::TrailLogs;
use crate::stack::graph::{Graph, Node};
use crate::stack::observed::Observed;
use crate::stack::splunk::owner;
use crate::stack::{Purpose, Scheme};

impl<'a> Context<'a> {
    /// Whether the trail sends to the group already.
    fn is_sent_to(&self) -> bool {
        let arn = format!("{}:*", self.group_arn());
        self.trail
            .is_some_and(|trail| trail.log_group_arn.as_ref() == Some(&arn))
    }

    /// Whether the group is another's that the trail already sends to: it is not changed.
    pub fn is_others_group(&self) -> bool {
        let named = self.options.log_group.is_some();
        self.is_sent_to() && self.group != self.scheme.base() && !named
    }

    /// The role of another that the trail already sends as: it is kept.
    pub fn others_role(&self) -> Option<&'a String> {
        let role = self.trail?.log_role_arn.as_ref()?;
        (self.is_sent_to() && *role != role_of(self.scheme).arn).then_some(role)
    }

    pub fn log_group(&self) -> LogGroup {
        LogGroup {
            name: self.group.clone(),
            region: self.region.clone(),
            arn: self.group_arn(),
            new_retention_in_days: RETENTION_IN_DAYS,
            in_use: self.is_sent_to() || self.group != self.scheme.base(),
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
            () if self.group != self.scheme.base() && !named => {
                Some("it is not the scheme's; --log-group NAME deletes it")
            }
            () if self.still_sending().next().is_some() => Some("a trail still sends to it"),
            () => None,
        }
    }

    /// The trails of the account that send to the group as another role.
    pub fn still_sending(&self) -> impl Iterator<Item = &'a TrailDescription> {
        let group = format!("{}:*", self.group_arn());
        let role = role_of(self.scheme).arn;
        // Without the shadows of trails of other regions.
        let all = self.trails.iter().flat_map(|(region, found)| {
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
        let (scheme, region) = (self.scheme, &self.region);
        let others = self.others_role().cloned();
        TrailLogs {
            trail: scheme.trail_name(region),
            region: region.clone(),
            arn: scheme.trail_arn(region),
            group_arn: format!("{}:*", self.group_arn()),
            role_arn: others.unwrap_or_else(|| role_of(scheme).arn),
            selects: !(self.purpose == Purpose::Create && self.options.with_trail),
            found: self.trail.cloned(),
            delivered: self.status().and_then(|status| status.logs_delivered),
        }
    }

    /// The role that CloudTrail writes as.
    pub fn role(&self) -> Principal {
        let (account, region) = (&self.scheme.account, &self.region);
        let group = self.group_arn();
        let streams = format!("{group}:log-stream:{account}_CloudTrail_{region}*");
        let writes = ["logs:CreateLogStream", "logs:PutLogEvents"];
        Principal {
            statements: vec![Statement::allow("WriteLogs", writes, [streams])],
            tags: self.options.tags.clone(),
            ..role_of(self.scheme)
        }
    }

    /// ARN of the topic that is named, else the one that most alarms notify where there is none of the scheme, else the
    /// scheme's.
    pub fn topic_arn(&self) -> String {
        let own = self.own_topic_arn();
        let undecided = self.options.emails.is_empty() && self.topic_state().is_none();
        let others = self.most_notified().filter(|arn| undecided && *arn != own);
        let chosen = self.options.topic_arn.clone().or(others.map(str::to_owned));
        chosen.unwrap_or(own)
    }

    fn most_notified(&self) -> Option<&'a str> {
        let alarms = self.alarms().iter();
        let topics = alarms.flat_map(|alarm| &alarm.settings.alarm_actions);
        let topics: Vec<&String> = topics.collect();
        let times = |arn: &String| topics.iter().filter(|other| **other == arn).count();
        let most = topics.iter().max_by_key(|arn| (times(arn), **arn));
        most.map(|arn| arn.as_str())
    }

    /// Whether alarms notify the scheme's own topic.
    pub fn has_own_topic(&self) -> bool {
        self.topic_arn() == self.own_topic_arn()
    }

    /// The scheme's topic.
    pub fn topic(&self) -> Topic {
        let arn = self.own_topic_arn();
        let publishes = Statement::allow(
            self.scheme.sid("CloudWatchAlarmsPublish"),
            ["SNS:Publish"],
            [arn.as_str()],
        );
        let publishes = publishes.to(To::services(["cloudwatch.amazonaws.com"]));
        let account = [&self.scheme.account];
        Topic {
            name: self.named("alerts"),
            region: self.region.clone(),
            publisher: "CloudWatch",
            statements: vec![publishes.when("StringEquals", "aws:SourceAccount", account)],
            kms_key_id: None,
            tags: self.options.tags.clone(),
            arn,
        }
    }

    /// The subscription of an address.
    pub fn email(&self, address: &str) -> Subscription {
        Subscription {
            name: format!("{}/{address}", self.named("alerts")),
            topic_arn: self.own_topic_arn(),
            region: self.region.clone(),
            endpoint: Endpoint::Email(address.to_owned()),
        }
    }

    /// The metric filter of an alert.
    pub fn metric_filter(&self, alert: &Alert) -> MetricFilter {
        MetricFilter {
            patterns: self.options.catalogue.patterns(alert),
            metric: alert.name.clone(),
            ..self.existing_filter(&self.named(&alert.name))
        }
    }

    /// A metric filter by its name alone, to be deleted.
    pub fn existing_filter(&self, name: &str) -> MetricFilter {
        MetricFilter {
            name: name.to_owned(),
            group: self.group.clone(),
            group_arn: self.group_arn(),
            region: self.region.clone(),
            patterns: Vec::new(),
            metric: String::new(),
            namespace: self.scheme.base(),
        }
    }

    /// The alarm of an alert: on a sum that reaches a threshold within one period.
    pub fn alarm_of(&self, alert: &Alert) -> Alarm {
        let (name, wanted) = (self.named(&alert.name), &self.options.catalogue);
        let (threshold, period) = (f64::from(alert.threshold), seconds(alert));
        Alarm {
            region: self.region.clone(),
            arn: self.alarm_arn(&name),
            settings: PutMetricAlarm {
                alarm_name: name,
                alarm_description: alert.description(),
                actions_enabled: true,
                ok_actions: vec![self.topic_arn()],
                alarm_actions: vec![self.topic_arn()],
                insufficient_data_actions: Vec::new(),
                metric_name: alert.name.clone(),
                namespace: self.scheme.base(),
                statistic: "Sum".to_owned(),
                period,
                evaluation_periods: 1,
                datapoints_to_alarm: 1,
                threshold,
                comparison_operator: "GreaterThanOrEqualToThreshold".to_owned(),
                treat_missing_data: "notBreaching".to_owned(),
                tags: self.options.tags.clone(),
            },
            threshold: wanted.is_threshold_given(alert).then_some(threshold),
            period: wanted.is_period_given(alert).then_some(period),
        }
    }

    /// An alarm as it is, to be shown or deleted.
    pub fn existing_alarm(&self, found: &AlarmState) -> Alarm {
        Alarm {
            region: self.region.clone(),
            arn: self.alarm_arn(&found.settings.alarm_name),
            settings: found.settings.clone(),
            threshold: None,
            period: None,
        }
    }
}

/// The role by its name alone, to be read.
///
/// The trust has no condition: CloudTrail assumes this role without `aws:SourceArn` and `aws:SourceAccount`, says
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html>.
pub fn role_of(scheme: &Scheme) -> Principal {
    let (partition, account) = (&scheme.partition, &scheme.account);
    let name = format!("{}-logs", scheme.base());
    let sid = scheme.sid("CloudTrailWrites");
    let service = "cloudtrail.amazonaws.com";
    let trust = Statement::trust(sid.clone(), To::services([service]));
    Principal {
        sort: Sort::Role {
            trust: Some((service.to_owned(), trust)),
            sid,
        },
        arn: format!("arn:{partition}:iam::{account}:role/{name}"),
        name,
        region: global_region(partition).to_owned(),
        policy: scheme.base(),
        statements: Vec::new(),
        owner: owner(scheme),
        tags: Vec::new(),
        sized: false,
    }
}

/// All kinds of resources that the stack can have, whatever their names: for the permissions.
pub fn widest(options: &Options, scheme: &Scheme) -> Graph {
    let context = Context {
        group: options.log_group.clone().unwrap_or_else(|| scheme.base()),
        scheme,
        options: options.clone(),
        purpose: Purpose::Create,
        trails: &BTreeMap::new(),
        observed: &Observed::nothing(),
        region: "*".to_owned(),
        trail: None,
    };
    let mut graph = Graph::new(&scheme.account);
    graph.add(Node::keep(context.trail_logs()));
    graph.add(Node::keep(context.log_group()));
    if let Some(alert) = Catalogue::built_in().alerts.into_iter().next() {
        let name = "*".to_owned();
        let any = Alert { name, ..alert };
        graph.add(Node::keep(context.metric_filter(&any)));
        graph.add(Node::keep(context.alarm_of(&any)));
    }
    graph.add(Node::keep(context.role()));
    graph.add(Node::keep(context.topic()));
    graph.add(Node::keep(context.email("*")));
    graph.add(Node::keep(context.dashboard_probe()));
    graph
}

/// A period in seconds, as CloudWatch takes it; a day at most.
pub fn seconds(alert: &Alert) -> i32 {
    i32::try_from(alert.period).unwrap_or(i32::MAX)
}
