//! What each call does to the account in memory, as far as planning sees it.

use ctadmin::aws::read::{
    AccessKey, Alarm, MetricFilter, STANDARD, Selectors, Subscription, TrailDescription,
};
use ctadmin::call::cloudtrail::{CloudTrail, EventSelector, UpdateTrail};
use ctadmin::call::cloudwatch::{CloudWatch, PutMetricAlarm};
use ctadmin::call::iam::Iam;
use ctadmin::call::logs::{Logs, PutSubscriptionFilter};
use ctadmin::call::sns::Sns;
use ctadmin::call::sqs::Sqs;
use ctadmin::call::{Call, Tag, Text};
use ctadmin::plan::{Plan, Step};
use ctadmin::policy::Policy;
use ctadmin::resource::principal::PrincipalState;
use ctadmin::resource::topic::TopicState;
use ctadmin::resource::trail::TrailState;

use super::account;
use super::memory::{Memory, Place, place};

pub(super) fn policy(text: &str) -> Option<Policy> {
    Some(Policy::parse(text).expect("a policy"))
}

fn known(text: &Text) -> String {
    match text {
        Text::Known(text) => text.clone(),
        text => panic!("{text:?} is not known"),
    }
}

pub(super) fn add_tags(tags: &mut Vec<Tag>, new: &[Tag]) {
    tags.retain(|tag| new.iter().all(|new| new.key != tag.key));
    tags.extend_from_slice(new);
}

impl Memory {
    /// Carries out a plan.
    pub fn apply(&mut self, plan: &Plan) {
        self.apply_steps(&plan.steps);
    }

    /// Carries out some steps of a plan; what a call needs must exist.
    pub fn apply_steps(&mut self, steps: &[Step]) {
        for step in steps {
            let at = place(&step.region, &step.name);
            match &step.call {
                Call::Athena(call) => self.apply_athena(call, at),
                Call::Glue(call) => self.apply_glue(call, at),
                Call::CloudControl(call) => self.apply_cloudcontrol(&step.region, call),
                Call::Iam(call) => self.apply_iam(call),
                Call::Logs(call) => self.apply_logs(call, &at),
                Call::CloudWatch(call) => self.apply_cloudwatch(call, &step.region),
                Call::Sns(call) => self.apply_sns(call, step),
                Call::Sqs(call) => self.apply_sqs(call, at),
                Call::CloudTrail(call) => self.apply_cloudtrail(call, at),
                Call::S3(call) => self.apply_s3(call, &step.region),
                Call::Events(call) => self.apply_events(call, at),
                Call::GuardDuty(call) => self.apply_guardduty(call, at),
                Call::Firehose(call) => self.apply_firehose(call, at),
                Call::Kinesis(call) => self.apply_kinesis(call, at),
                Call::Lambda(call) => self.apply_lambda(call, at),
                Call::OpenSearch(call) => self.apply_opensearch(call, at),
            }
        }
    }

    fn apply_iam(&mut self, call: &Iam) {
        let new = |kind: &str, name: &str, tags: &[Tag], trust| PrincipalState {
            arn: format!("arn:aws:iam::{}:{kind}/{name}", super::ACCOUNT),
            tags: tags.to_vec(),
            trust,
            ..PrincipalState::default()
        };
        match call {
            Iam::CreateUser(call) => {
                let state = new("user", &call.user_name, &call.tags, None);
                self.users.insert(call.user_name.clone(), state);
            }
            Iam::CreateRole(call) => {
                let trust = policy(&call.assume_role_policy_document);
                let state = new("role", &call.role_name, &call.tags, trust);
                self.roles.insert(call.role_name.clone(), state);
            }
            Iam::PutUserPolicy(call) => {
                self.user(&call.user_name).policy = policy(&call.policy_document);
            }
            Iam::PutRolePolicy(call) => {
                self.role(&call.role_name).policy = policy(&call.policy_document);
            }
            Iam::UpdateAssumeRolePolicy(call) => {
                self.role(&call.role_name).trust = policy(&call.policy_document);
            }
            Iam::TagUser(call) => add_tags(&mut self.user(&call.user_name).tags, &call.tags),
            Iam::TagRole(call) => add_tags(&mut self.role(&call.role_name).tags, &call.tags),
            Iam::DeleteUserPolicy(call) => self.user(&call.user_name).policy = None,
            Iam::DeleteRolePolicy(call) => self.role(&call.role_name).policy = None,
            Iam::DeleteUser(call) => drop(self.users.remove(&call.user_name)),
            Iam::DeleteRole(call) => drop(self.roles.remove(&call.role_name)),
            Iam::CreateAccessKey(call) => {
                let keys = self.keys.entry(call.user_name.clone()).or_default();
                let id = format!("AKIA{}", keys.keys.len());
                keys.last_used.insert(id.clone(), None);
                keys.keys.push(AccessKey {
                    id,
                    active: true,
                    created: None,
                });
            }
            Iam::DeleteAccessKey(call) => {
                let id = known(&call.access_key_id);
                let keys = self.keys.entry(call.user_name.clone()).or_default();
                keys.keys.retain(|key| key.id != id);
            }
        }
    }

    fn apply_logs(&mut self, call: &Logs, at: &Place) {
        match call {
            Logs::CreateLogGroup(call) => {
                let group = self.groups.entry(at.clone()).or_default();
                group.description.name.clone_from(&call.log_group_name);
                group.description.class = STANDARD.to_owned();
                group.description.kms_key_id.clone_from(&call.kms_key_id);
                group.tags.clone_from(&call.tags);
            }
            Logs::PutRetentionPolicy(call) => {
                self.group_at(at).description.retention_in_days = Some(call.retention_in_days);
            }
            Logs::AssociateKmsKey(call) => {
                self.group_at(at).description.kms_key_id = Some(call.kms_key_id.clone());
            }
            Logs::TagResource(call) => match self.destinations.get_mut(at) {
                Some(destination) => destination.tags.extend(call.tags.clone()),
                None => self.group_at(at).tags.extend(call.tags.clone()),
            },
            Logs::PutResourcePolicy(_) | Logs::DeleteResourcePolicy(_) => {
                self.apply_resource_policy(call, at);
            }
            Logs::PutDestination(_)
            | Logs::PutDestinationPolicy(_)
            | Logs::DeleteDestination(_) => {
                self.apply_destination(call, at);
            }
            Logs::PutMetricFilter(call) => {
                let group = place(&at.0, &call.log_group_name);
                assert!(self.groups.contains_key(&group), "{group:?} is missing");
                let filters = self.filters.entry(group).or_default();
                filters.retain(|filter| filter.name != call.filter_name);
                let transformations = call.metric_transformations.iter().map(|it| {
                    let (metric, value) = (it.metric_name.clone(), it.metric_value.clone());
                    (metric, it.metric_namespace.clone(), value)
                });
                filters.push(MetricFilter {
                    name: call.filter_name.clone(),
                    pattern: call.filter_pattern.clone(),
                    transformations: transformations.collect(),
                    ..MetricFilter::default()
                });
            }
            Logs::DeleteMetricFilter(call) => {
                let group = place(&at.0, &call.log_group_name);
                let filters = self.filters.entry(group).or_default();
                filters.retain(|filter| filter.name != call.filter_name);
            }
            Logs::DeleteLogGroup(_) => {
                self.groups.remove(at);
                self.filters.remove(at);
                self.subscriptions.remove(at);
                let group = format!("{}/", at.1);
                self.log_streams
                    .retain(|(_, stream)| !stream.starts_with(&group));
            }
            Logs::CreateLogStream(_) => {
                self.log_streams.insert(at.clone());
            }
            Logs::PutSubscriptionFilter(call) => {
                let group = place(&at.0, &call.log_group_name);
                assert!(self.groups.contains_key(&group), "{group:?} is missing");
                let filters = self.subscriptions.entry(group).or_default();
                filters.retain(|filter| filter.filter_name != call.filter_name);
                filters.push(PutSubscriptionFilter {
                    distribution: call.distribution.clone().or(Some("ByLogStream".into())),
                    ..call.clone()
                });
            }
            Logs::DeleteSubscriptionFilter(call) => {
                let group = place(&at.0, &call.log_group_name);
                let filters = self.subscriptions.entry(group).or_default();
                filters.retain(|filter| filter.filter_name != call.filter_name);
            }
        }
    }

    fn apply_cloudwatch(&mut self, call: &CloudWatch, region: &str) {
        match call {
            CloudWatch::PutMetricAlarm(call) => {
                let at = place(region, &call.alarm_name);
                let found = self.alarms.get(&at).map(|alarm| &alarm.settings);
                let settings = PutMetricAlarm {
                    tags: found.unwrap_or(call).tags.clone(),
                    ..call.clone()
                };
                let alarm = Alarm {
                    settings,
                    plain: true,
                    state: "OK".to_owned(),
                };
                self.alarms.insert(at, alarm);
            }
            CloudWatch::TagResource(call) => {
                let name = call.resource_arn.rsplit(':').next().unwrap_or_default();
                add_tags(&mut self.alarm(name).settings.tags, &call.tags);
            }
            CloudWatch::PutDashboard(call) => {
                let (name, body) = (call.dashboard_name.clone(), call.dashboard_body.clone());
                self.dashboards.insert(name, body);
            }
            CloudWatch::DeleteAlarms(call) => {
                for name in &call.alarm_names {
                    self.alarms.remove(&place(region, name));
                }
            }
            CloudWatch::DeleteDashboards(call) => {
                self.dashboards
                    .retain(|name, _| !call.dashboard_names.contains(name));
            }
        }
    }

    fn apply_sns(&mut self, call: &Sns, step: &Step) {
        let name = step.name.split('/').next().unwrap_or_default();
        match call {
            Sns::CreateTopic(call) => {
                let state = TopicState {
                    policy: policy(&call.attributes["Policy"]),
                    kms_key_id: call.attributes.get("KmsMasterKeyId").cloned(),
                    tags: call.tags.clone(),
                    ..TopicState::default()
                };
                self.topics.insert(place(&step.region, name), state);
            }
            Sns::SetTopicAttributes(call) => {
                let (topic, value) = (self.topic(&step.region, name), &call.attribute_value);
                match call.attribute_name.as_str() {
                    "Policy" => topic.policy = policy(value),
                    _ => topic.kms_key_id = Some(value.clone()),
                }
            }
            Sns::Subscribe(call) => {
                let arn = match call.protocol.as_str() {
                    "sqs" => "arn:aws:sns:::subscription".to_owned(),
                    _ => "PendingConfirmation".to_owned(),
                };
                let (protocol, endpoint) = (call.protocol.clone(), known(&call.endpoint));
                if let Some(queue) = endpoint.strip_prefix("arn:aws:sqs:us-west-2:123456789012:") {
                    self.queue(queue);
                }
                let topic = self.topic(&step.region, name);
                topic.subscriptions.push(Subscription {
                    arn,
                    protocol,
                    endpoint,
                });
            }
            Sns::DeleteTopic(_) => drop(self.topics.remove(&place(&step.region, name))),
            Sns::TagResource(call) => {
                add_tags(&mut self.topic(&step.region, name).tags, &call.tags);
            }
        }
    }

    fn apply_sqs(&mut self, call: &Sqs, at: Place) {
        if let Sqs::DeleteQueue(_) = call {
            self.queues.remove(&at);
            return;
        }
        let queue = self.queues.entry(at).or_default();
        match call {
            Sqs::CreateQueue(call) => {
                queue.attributes.extend(call.attributes.clone());
                queue.tags.extend(call.tags.clone());
            }
            Sqs::SetQueueAttributes(call) => queue.attributes.extend(call.attributes.clone()),
            Sqs::TagQueue(call) => queue.tags.extend(call.tags.clone()),
            call => panic!("{call:?} is no step of a stack"),
        }
        queue.policy = queue.attributes.get("Policy").and_then(|text| policy(text));
    }

    fn apply_cloudtrail(&mut self, call: &CloudTrail, at: Place) {
        if let CloudTrail::DeleteTrail(_) = call {
            self.trails.remove(&at);
            return;
        }
        let region = at.0.clone();
        if let CloudTrail::CreateTrail(call) = call {
            self.topic(&region, &call.sns_topic_name);
            if call.s3_bucket_name == "lab-cloudtrail" {
                assert!(self.bucket().policy.is_some(), "the bucket has no policy");
            }
        }
        if let CloudTrail::UpdateTrail(call) = call
            && let Some(arn) = call.cloud_watch_logs_role_arn.as_deref()
            && let Some((_, role)) = arn.rsplit_once('/')
        {
            assert!(self.role(role).policy.is_some(), "the role has no policy");
            self.group();
        }
        let topic_arn = |name: &str| Some(account().scheme.arn("sns", &region, name));
        let trail = self.trails.entry(at).or_default();
        match call {
            CloudTrail::CreateTrail(call) => {
                let scheme = account().scheme;
                trail.description = TrailDescription {
                    name: call.name.clone(),
                    arn: scheme.arn("cloudtrail", &region, &format!("trail/{}", call.name)),
                    home_region: region.clone(),
                    bucket: call.s3_bucket_name.clone(),
                    key_prefix: call.s3_key_prefix.clone(),
                    topic_arn: topic_arn(&call.sns_topic_name),
                    global_events: call.include_global_service_events,
                    multi_region: call.is_multi_region_trail,
                    log_file_validation: call.enable_log_file_validation,
                    kms_key_id: call.kms_key_id.clone(),
                    ..TrailDescription::default()
                };
                trail.tags.clone_from(&call.tags_list);
                trail.selectors = Some(Ok(Selectors::Basic(vec![selector(true)])));
            }
            CloudTrail::UpdateTrail(call) => {
                update(trail, call);
                if let Some(name) = &call.sns_topic_name {
                    trail.description.topic_arn = topic_arn(name);
                }
            }
            CloudTrail::StartLogging(_) => trail.status.logging = true,
            CloudTrail::AddTags(call) => add_tags(&mut trail.tags, &call.tags_list),
            CloudTrail::PutEventSelectors(call) => {
                trail.selectors = Some(Ok(match call.advanced_event_selectors.as_slice() {
                    [] => Selectors::Basic(call.event_selectors.clone()),
                    advanced => Selectors::Advanced(advanced.to_vec()),
                }));
            }
            CloudTrail::DeleteTrail(_) => {}
        }
    }
}

/// A basic selector of all management events, or of none.
pub fn selector(management: bool) -> EventSelector {
    EventSelector {
        read_write_type: "All".to_owned(),
        include_management_events: management,
        data_resources: Vec::new(),
        exclude_management_event_sources: Vec::new(),
    }
}

/// Changes the settings named and no others.
fn update(trail: &mut TrailState, call: &UpdateTrail) {
    let found = &mut trail.description;
    let set = |to: &mut Option<String>, value: &Option<String>| {
        if let Some(value) = value {
            *to = Some(value.clone()).filter(|value| !value.is_empty());
        }
    };
    set(&mut found.key_prefix, &call.s3_key_prefix);
    set(&mut found.kms_key_id, &call.kms_key_id);
    set(
        &mut found.log_group_arn,
        &call.cloud_watch_logs_log_group_arn,
    );
    set(&mut found.log_role_arn, &call.cloud_watch_logs_role_arn);
    if let Some(bucket) = &call.s3_bucket_name {
        found.bucket.clone_from(bucket);
    }
    found.global_events = call
        .include_global_service_events
        .unwrap_or(found.global_events);
    found.multi_region = call.is_multi_region_trail.unwrap_or(found.multi_region);
    found.log_file_validation = call
        .enable_log_file_validation
        .unwrap_or(found.log_file_validation);
}
