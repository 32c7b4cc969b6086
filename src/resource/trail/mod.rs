//! Trails.

use super::{Change, Id, Part, Removal, Resource, chained, if_wanted, known, lacking, selectors};
use crate::aws::Reader;
use crate::aws::read::{Selectors, TrailDescription, TrailStatus};
use crate::call::cloudtrail::{
    AddTags, CloudTrail, CreateTrail, DeleteTrail, StartLogging, UpdateTrail,
};
use crate::call::passing::{
    MINUTES, NONE, SHORT, Wait, Write,
    Write::{Anywhere, Here},
    after,
};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Tag};
use crate::error::{CallError, Result};

/// Trails.
pub static KIND: Kind = Kind {
    reads: &["DescribeTrails", "GetTrailStatus"],
    tag_reads: &["ListTags"],
    changes: &["CreateTrail", "UpdateTrail", "StartLogging", "AddTags"],
    removals: &["DeleteTrail"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("trail", "cloudtrail")
};

const BUCKET: &[Write] = &[Anywhere("s3:CreateBucket"), Anywhere("s3:PutBucketPolicy")];
const TOPIC: &[Write] = &[Here("sns:CreateTopic"), Here("sns:SetTopicAttributes")];
const TRAIL: &[Write] = &[
    Here("cloudtrail:CreateTrail"),
    Here("cloudtrail:UpdateTrail"),
    Here("cloudtrail:StartLogging"),
    Here("cloudtrail:PutEventSelectors"),
    // Of the trail's bucket and topic it is said, too, while their policies are loaded.
    Anywhere("s3:CreateBucket"),
    Anywhere("s3:PutBucketPolicy"),
    Here("sns:CreateTopic"),
    Here("sns:SetTopicAttributes"),
];
const LOGS: &[Write] = &[
    Here("logs:CreateLogGroup"),
    Anywhere("iam:CreateRole"),
    Anywhere("iam:PutRolePolicy"),
    Anywhere("iam:UpdateAssumeRolePolicy"),
];

#[rustfmt::skip]
pub(super) const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["CreateTrail", "UpdateTrail"], &["InsufficientS3BucketPolicyException"],
        after(MINUTES, SHORT, BUCKET)),
    Rule::of(&["CreateTrail", "UpdateTrail"], &["InsufficientSnsTopicPolicyException"],
        after(MINUTES, SHORT, TOPIC)),
    // With a key it is said of the bucket's policy as well.
    Rule::of(&["CreateTrail", "UpdateTrail"], &["InsufficientEncryptionPolicyException"],
        after(MINUTES, SHORT, BUCKET)),
    Rule::of(&["CreateTrail", "UpdateTrail"], &["S3BucketDoesNotExistException"],
        after(MINUTES, NONE, &[Anywhere("s3:CreateBucket")])),
    Rule::of(&["CreateTrail", "UpdateTrail"],
        &["InvalidCloudWatchLogsLogGroupArnException", "InvalidCloudWatchLogsRoleArnException"],
        after(MINUTES, SHORT, LOGS)),
    // "Wait a few minutes", says the service model: the trail is not loaded yet, or is being changed.
    Rule::of(&[], &["ConflictException"],
        after(MINUTES, SHORT, TRAIL)),
    Rule::of(&["UpdateTrail", "StartLogging", "PutEventSelectors", "AddTags"], &["TrailNotFoundException"],
        after(MINUTES, NONE, &[Here("cloudtrail:CreateTrail")])),
];

#[rustfmt::skip]
pub(super) const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["DeleteTrail"], &["TrailNotFoundException"], Proof::Done),
    // The one that is too many may be the very trail.
    Rule::of(&["CreateTrail"],
        &["TrailAlreadyExistsException", "MaximumNumberOfTrailsExceededException"], Proof::IfFound),
];

/// A trail. What is `None` or `false` where marked stays as observed.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// The trail's name.
    pub name: String,
    /// The trail's home region.
    pub region: String,
    /// The trail's ARN.
    pub arn: String,
    /// The bucket that log files go to.
    pub bucket: String,
    /// The key prefix before `AWSLogs/`; `None` leaves it as observed.
    pub key_prefix: Option<String>,
    /// Name of the topic in the trail's region.
    pub topic_name: String,
    /// ARN of the topic.
    pub topic_arn: String,
    /// Whether events of global services are wanted; `None` stays as observed.
    pub global_events: Option<bool>,
    /// Whether the trail logs every region.
    pub multi_region: bool,
    /// Whether log file validation is wanted; `false` stays as observed.
    pub log_file_validation: bool,
    /// ARN of the key that encrypts log files; `None` stays as observed.
    pub kms_key_id: Option<String>,
    /// Whether management events of all services are wanted; `false` leaves out those that the selectors exclude.
    pub all_sources: bool,
    /// Tags the trail must have, among others.
    pub tags: Vec<Tag>,
}

/// A trail as it exists.
#[derive(Clone, Debug, Default)]
pub struct TrailState {
    /// Its settings.
    pub description: TrailDescription,
    /// Its state of delivery.
    pub status: TrailStatus,
    /// Its event selectors, when they were read; an error is a denial.
    pub selectors: Part<Selectors>,
    /// Its tags, when they were read.
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

/// Every trail that logs `region`, and the trail called `name` of this home region and ARN. A caller
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
) -> Result<(Vec<TrailDescription>, Option<TrailState>), CallError> {
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
        if_wanted(details.tags, reader.trail_tags(region, arn)),
    );
    // All are waited for, so that the error is the same in every run.
    let (trails, status, selectors, tags) = (trails?, status?, selectors?, tags?);
    let description = trails.iter().find(|trail| trail.arn == arn).cloned();
    let found = description.map(|description| TrailState {
        description,
        status: status.unwrap_or_default(),
        selectors,
        tags,
    });
    Ok((trails, found))
}

impl Resource for Trail {
    type Observed = TrailState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<TrailState>, CallError> {
        let details = Details {
            tags: !self.tags.is_empty(),
            selectors: true,
        };
        let (_, state) = read(reader, &self.region, &self.name, &self.arn, details).await?;
        Ok(state)
    }

    /// An existing trail keeps what is not asked for, but one that is taken for the new one must be like it.
    fn is_own(&self, observed: &TrailState) -> bool {
        let found = &observed.description;
        found.key_prefix == self.key_prefix
            && found.kms_key_id == self.kms_key_id
            && found.log_file_validation == self.log_file_validation
            && found.global_events == self.global_events.unwrap_or(self.multi_region)
    }

    fn refusal(&self, observed: Option<&TrailState>) -> Result<()> {
        let selectors = observed.and_then(|observed| known(&observed.selectors));
        match selectors.and_then(|selectors| self.wanted_selectors(selectors)) {
            Some(wanted) => selectors::fit(&self.name, &self.region, &wanted),
            None => Ok(()),
        }
    }

    /// Fixing one property does not wait for another: a trail that may not be updated can still be started.
    fn changes(&self, observed: Option<&TrailState>) -> Vec<Change> {
        let Some(observed) = observed else {
            return chained(vec![self.create(), self.start("start logging")]);
        };
        let mut changes = Vec::from_iter(self.update(&observed.description));
        if !observed.status.logging {
            changes.push(self.start("logging is stopped").at_once());
        }
        changes.extend(known(&observed.selectors).and_then(|found| self.select(found)));
        if let Some((tags, reason)) = lacking(&self.tags, &observed.tags) {
            let call = CloudTrail::AddTags(AddTags {
                resource_id: self.arn.clone(),
                tags_list: tags,
            });
            changes.push(Change::new(call, reason).aside());
        }
        changes
    }

    fn removal(&self, _: &TrailState) -> Removal {
        Removal::by(CloudTrail::DeleteTrail(DeleteTrail {
            name: self.name.clone(),
        }))
    }
}

impl Trail {
    /// A trail without settings of its own, by its names.
    pub fn of(name: String, arn: String, region: &str) -> Self {
        Self {
            region: region.to_owned(),
            name,
            arn,
            ..Self::default()
        }
    }

    /// Management events are what a trail is for; which others it takes, and from which services none, is a choice.
    fn wanted_selectors(&self, found: &Selectors) -> Option<Selectors> {
        match self.all_sources {
            true => selectors::with_all_sources(found),
            false => selectors::with_management_events(found),
        }
    }

    fn select(&self, found: &Selectors) -> Option<Change> {
        let wanted = self.wanted_selectors(found)?;
        let reason = match selectors::left_out(found) {
            None => "no selector covers all management events".to_owned(),
            Some(services) => {
                let services = services.join(", ");
                format!("selectors exclude management events of {services}")
            }
        };
        Some(Change::new(selectors::put(&self.name, wanted), reason).at_once())
    }

    fn create(&self) -> Change {
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
        Change::new(call, "trail is missing")
    }

    fn update(&self, found: &TrailDescription) -> Option<Change> {
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
            let logs = match found.multi_region {
                true => "every region",
                false => "its own region only",
            };
            reasons.push(format!("trail logs {logs}"));
        }
        // CloudTrail refuses a multi-region trail without global events, so both go together.
        let global = self.global_events;
        let global = global.filter(|&wanted| wanted != found.global_events);
        if let Some(wanted) = global {
            let state = if wanted { "off" } else { "on" };
            reasons.push(format!("global service events are {state}"));
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
        let call = CloudTrail::UpdateTrail(call);
        (!reasons.is_empty()).then(|| Change::new(call, reasons.join(", ")))
    }

    fn start(&self, reason: &str) -> Change {
        let name = self.name.clone();
        Change::new(CloudTrail::StartLogging(StartLogging { name }), reason)
    }
}

#[cfg(test)]
mod tests;
