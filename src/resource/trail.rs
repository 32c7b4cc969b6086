//! Trails.

use super::{Operations, Part, known, lacking, selectors};
use crate::aws::Reader;
use crate::aws::read::{Selectors, TrailDescription, TrailStatus};
use crate::call::Tag;
use crate::call::cloudtrail::{
    AddTags, CloudTrail, CreateTrail, DeleteTrail, StartLogging, UpdateTrail,
};
use crate::error::CallError;
use crate::plan::{Step, chained};

/// What reading, making and deleting trails takes.
pub const OPERATIONS: Operations = Operations {
    service: "cloudtrail",
    reads: &["DescribeTrails", "GetTrailStatus"],
    tag_reads: &["ListTags"],
    changes: &["CreateTrail", "UpdateTrail", "StartLogging", "AddTags"],
    removals: &["DeleteTrail"],
};

const KIND: &str = "trail";

/// A trail as it should be. What is `None` or `false` where marked is left as it is found.
#[derive(Clone, Debug)]
pub struct Trail {
    /// The trail's name.
    pub name: String,
    /// The region where the trail is made.
    pub region: String,
    /// The trail's ARN.
    pub arn: String,
    /// The bucket that log files go to.
    pub bucket: String,
    /// What stands before `AWSLogs/`; `None` is left as found.
    pub key_prefix: Option<String>,
    /// Name of the topic in the trail's region.
    pub topic_name: String,
    /// ARN of the topic.
    pub topic_arn: String,
    /// Whether events of global services are wanted; `None` is left as found.
    pub global_events: Option<bool>,
    /// Whether the trail logs every region.
    pub multi_region: bool,
    /// Whether log file validation is wanted; `false` is left as found.
    pub log_file_validation: bool,
    /// ARN of the key that encrypts log files; `None` is left as found.
    pub kms_key_id: Option<String>,
    /// Whether management events of all services are wanted; `false` leaves out those that the selectors exclude.
    pub all_sources: bool,
    /// Tags the trail must bear, among others.
    pub tags: Vec<Tag>,
}

/// A trail as it is.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Its settings.
    pub description: TrailDescription,
    /// Its state of delivery.
    pub status: TrailStatus,
    /// Its event selectors, when they were asked for; an error is a denial.
    pub selectors: Part<Selectors>,
    /// Its tags, when they were asked for.
    pub tags: Vec<Tag>,
}

/// What to read of a trail besides its settings and its status.
#[derive(Clone, Copy, Debug, Default)]
pub struct Details {
    /// Its tags.
    pub tags: bool,
    /// Its event selectors.
    pub selectors: bool,
}

/// Every trail that logs `region`, and the trail called `name` that was made there by the account `account`. A caller
/// who may not read its event selectors can still do the rest.
///
/// # Errors
/// When AWS refuses anything else or does not answer.
pub async fn read(
    reader: &Reader,
    region: &str,
    name: &str,
    arn: &str,
    details: Details,
) -> Result<(Vec<TrailDescription>, Option<Found>), CallError> {
    let tags = async {
        match details.tags {
            true => reader.trail_tags(region, arn).await,
            false => Ok(Vec::new()),
        }
    };
    let selectors = async {
        match details.selectors {
            true => match reader.selectors(region, name).await {
                Err(error) if error.is_denied() => Ok(Some(Err(error))),
                read => read.map(|found| found.map(Ok)),
            },
            false => Ok(None),
        }
    };
    let (trails, status, selectors, tags) = tokio::join!(
        reader.trails(region),
        reader.trail_status(region, name),
        selectors,
        tags
    );
    // All are waited for, so that the error is the same in every run.
    let (trails, status, selectors, tags) = (trails?, status?, selectors?, tags?);
    let description = trails.iter().find(|trail| trail.arn == arn).cloned();
    let found = description.map(|description| Found {
        description,
        status: status.unwrap_or_default(),
        selectors,
        tags,
    });
    Ok((trails, found))
}

impl Trail {
    /// The steps that make the trail as it should be.
    ///
    /// Mending one thing does not wait for another: a trail that may not be updated can still be started.
    pub fn changes(&self, found: Option<&Found>) -> Vec<Step> {
        let Some(found) = found else {
            return chained(vec![
                self.create(),
                self.start_logging("a new trail does not log yet"),
            ]);
        };
        let mut steps = Vec::from_iter(self.update(&found.description));
        if !found.status.logging {
            steps.push(self.start_logging("logging is stopped"));
        }
        steps.extend(known(&found.selectors).and_then(|found| self.select(found)));
        let tags = lacking(&self.tags, &found.tags);
        if !tags.is_empty() {
            steps.push(self.add_tags(tags));
        }
        steps
    }

    /// Management events are what a trail is for; which others it takes, and from which services none, is a choice.
    fn select(&self, found: &Selectors) -> Option<Step> {
        let wanted = match self.all_sources {
            true => selectors::with_all_sources(found),
            false => selectors::with_management_events(found),
        }?;
        let reason = match selectors::left_out(found) {
            None => "no selector covers all management events".to_owned(),
            Some(services) => {
                let services = services.join(", ");
                format!("selectors exclude management events of {services}")
            }
        };
        Some(self.step(selectors::put(&self.name, wanted), reason))
    }

    fn create(&self) -> Step {
        let call = CloudTrail::CreateTrail(CreateTrail {
            name: self.name.clone(),
            s3_bucket_name: self.bucket.clone(),
            s3_key_prefix: self.key_prefix.clone(),
            sns_topic_name: self.topic_name.clone(),
            include_global_service_events: self.global_events.unwrap_or(self.multi_region),
            is_multi_region_trail: self.multi_region,
            enable_log_file_validation: self.log_file_validation,
            kms_key_id: self.kms_key_id.clone(),
            tags_list: self.tags.clone(),
        });
        self.step(call, "trail is missing".to_owned())
    }

    fn update(&self, found: &TrailDescription) -> Option<Step> {
        let mut call = UpdateTrail {
            name: self.name.clone(),
            ..UpdateTrail::default()
        };
        let mut reasons = Vec::new();
        if found.bucket != self.bucket {
            call.s3_bucket_name = Some(self.bucket.clone());
            reasons.push(format!("bucket is {}, not {}", found.bucket, self.bucket));
        }
        if self.key_prefix.is_some() && found.key_prefix != self.key_prefix {
            call.s3_key_prefix.clone_from(&self.key_prefix);
            let prefix = found.key_prefix.as_deref().unwrap_or("none");
            reasons.push(format!("key prefix is {prefix}"));
        }
        if found.topic_arn.as_deref() != Some(&self.topic_arn) {
            call.sns_topic_name = Some(self.topic_name.clone());
            reasons.push(match &found.topic_arn {
                Some(arn) => format!("topic is {arn}"),
                None => "topic is missing from the trail".to_owned(),
            });
        }
        if found.multi_region != self.multi_region {
            call.is_multi_region_trail = Some(self.multi_region);
            reasons.push(match self.multi_region {
                true => "trail logs its own region only".to_owned(),
                false => "trail logs every region".to_owned(),
            });
        }
        // CloudTrail refuses a multi-region trail without global events, so both go together.
        let global = self
            .global_events
            .filter(|&wanted| wanted != found.global_events);
        if let Some(wanted) = global {
            reasons.push(match wanted {
                true => "global service events are off".to_owned(),
                false => "global service events are on".to_owned(),
            });
        }
        call.include_global_service_events = match call.is_multi_region_trail {
            Some(true) => Some(true),
            _ => global,
        };
        if self.log_file_validation && !found.log_file_validation {
            call.enable_log_file_validation = Some(true);
            reasons.push("log file validation is off".to_owned());
        }
        if self.kms_key_id.is_some() && found.kms_key_id != self.kms_key_id {
            call.kms_key_id.clone_from(&self.kms_key_id);
            let key = found.kms_key_id.as_deref().unwrap_or("none");
            reasons.push(format!("KMS key is {key}"));
        }
        (!reasons.is_empty()).then(|| self.step(CloudTrail::UpdateTrail(call), reasons.join(", ")))
    }

    fn start_logging(&self, reason: &str) -> Step {
        let name = self.name.clone();
        self.step(
            CloudTrail::StartLogging(StartLogging { name }),
            reason.to_owned(),
        )
    }

    fn add_tags(&self, tags: Vec<Tag>) -> Step {
        let call = CloudTrail::AddTags(AddTags {
            resource_id: self.arn.clone(),
            tags_list: tags,
        });
        self.step(call, "tags are missing".to_owned())
    }

    fn step(&self, call: CloudTrail, reason: String) -> Step {
        Step::new(KIND, &self.name, &self.region, call, reason).at(&self.arn)
    }
}

/// The steps that delete the trail of this name, whose home is `region`.
pub fn removal(name: &str, region: &str, arn: &str, reason: &str) -> Vec<Step> {
    let call = CloudTrail::DeleteTrail(DeleteTrail {
        name: name.to_owned(),
    });
    vec![Step::new(KIND, name, region, call, reason).at(arn)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::cloudtrail::EventSelector;

    fn wanted() -> Trail {
        Trail {
            name: "123456789012-cloudtrail-eu-west-1".into(),
            region: "eu-west-1".into(),
            arn:
                "arn:aws:cloudtrail:eu-west-1:123456789012:trail/123456789012-cloudtrail-eu-west-1"
                    .into(),
            bucket: "logs".into(),
            key_prefix: None,
            topic_name: "topic".into(),
            topic_arn: "arn:aws:sns:eu-west-1:123456789012:topic".into(),
            global_events: Some(false),
            multi_region: false,
            log_file_validation: true,
            kms_key_id: None,
            all_sources: false,
            tags: Vec::new(),
        }
    }

    fn intact() -> Found {
        let wanted = wanted();
        Found {
            description: TrailDescription {
                name: wanted.name,
                arn: wanted.arn,
                home_region: wanted.region,
                bucket: wanted.bucket,
                topic_arn: Some(wanted.topic_arn),
                log_file_validation: true,
                ..TrailDescription::default()
            },
            status: TrailStatus {
                logging: true,
                ..TrailStatus::default()
            },
            selectors: Some(Ok(Selectors::Basic(vec![selector("All", &[])]))),
            tags: Vec::new(),
        }
    }

    fn selector(read_write_type: &str, excluded: &[&str]) -> EventSelector {
        EventSelector {
            read_write_type: read_write_type.into(),
            include_management_events: true,
            data_resources: Vec::new(),
            exclude_management_event_sources: excluded.iter().map(|&name| name.into()).collect(),
        }
    }

    /// Operation, parameters and reason of each step.
    fn told(steps: &[Step]) -> String {
        let lines = steps.iter().map(|step| {
            let params = serde_json::Value::Object(step.call.params());
            format!("{} {params} ({})", step.call.operation(), step.reason)
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn an_intact_trail_is_left_alone() {
        assert_eq!(told(&wanted().changes(Some(&intact()))), "");
    }

    #[test]
    fn a_missing_trail_is_made_and_then_started() {
        insta::assert_snapshot!(told(&wanted().changes(None)), @r#"
        CreateTrail {"Name":"123456789012-cloudtrail-eu-west-1","S3BucketName":"logs","SnsTopicName":"topic","IncludeGlobalServiceEvents":false,"IsMultiRegionTrail":false,"EnableLogFileValidation":true} (trail is missing)
        StartLogging {"Name":"123456789012-cloudtrail-eu-west-1"} (a new trail does not log yet)
        "#);
    }

    #[test]
    fn all_that_drifted_is_mended_by_one_update() {
        let mut found = intact();
        found.description.bucket = "other".into();
        found.description.topic_arn = None;
        found.description.global_events = true;
        found.description.log_file_validation = false;
        insta::assert_snapshot!(told(&wanted().changes(Some(&found))), @r#"UpdateTrail {"Name":"123456789012-cloudtrail-eu-west-1","S3BucketName":"logs","SnsTopicName":"topic","IncludeGlobalServiceEvents":false,"EnableLogFileValidation":true} (bucket is other, not logs, topic is missing from the trail, global service events are on, log file validation is off)"#);
    }

    #[test]
    fn what_was_not_asked_for_stays_as_it_is() {
        let mut found = intact();
        found.description.key_prefix = Some("audit".into());
        found.description.kms_key_id = Some("arn:aws:kms:eu-west-1:123456789012:key/1".into());
        found.description.log_file_validation = false;
        let wanted = Trail {
            log_file_validation: false,
            ..wanted()
        };
        assert_eq!(told(&wanted.changes(Some(&found))), "");
    }

    #[test]
    fn a_trail_becomes_multi_region_only_together_with_global_events() {
        let wanted = Trail {
            multi_region: true,
            global_events: Some(true),
            ..wanted()
        };
        let mut found = intact();
        found.description.global_events = true;
        insta::assert_snapshot!(told(&wanted.changes(Some(&found))), @r#"UpdateTrail {"Name":"123456789012-cloudtrail-eu-west-1","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true} (trail logs its own region only)"#);
    }

    #[test]
    fn a_trail_without_reads_or_writes_gets_a_selector_for_both() {
        let mut found = intact();
        found.selectors = Some(Ok(Selectors::Basic(vec![selector("WriteOnly", &[])])));
        insta::assert_snapshot!(told(&wanted().changes(Some(&found))), @r#"PutEventSelectors {"TrailName":"123456789012-cloudtrail-eu-west-1","EventSelectors":[{"ReadWriteType":"WriteOnly","IncludeManagementEvents":true},{"ReadWriteType":"All","IncludeManagementEvents":true}]} (no selector covers all management events)"#);
    }

    #[test]
    fn excluded_services_stay_so_unless_all_are_asked_for() {
        let mut found = intact();
        found.selectors = Some(Ok(Selectors::Basic(vec![selector(
            "All",
            &["kms.amazonaws.com"],
        )])));
        assert_eq!(told(&wanted().changes(Some(&found))), "");
        let wanted = Trail {
            all_sources: true,
            ..wanted()
        };
        insta::assert_snapshot!(told(&wanted.changes(Some(&found))), @r#"PutEventSelectors {"TrailName":"123456789012-cloudtrail-eu-west-1","EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true}]} (selectors exclude management events of kms.amazonaws.com)"#);
    }

    #[test]
    fn stopped_logging_is_started_whatever_becomes_of_the_update() {
        let mut found = intact();
        found.status.logging = false;
        found.description.global_events = true;
        let steps = wanted().changes(Some(&found));
        assert_eq!(steps.len(), 2);
        assert_eq!(steps[1].call.operation(), "StartLogging");
        assert!(steps[1].after.is_empty());
    }
}
