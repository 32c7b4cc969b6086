//! The push stack: what a trail logs goes through CloudWatch Logs and Amazon Data Firehose to Splunk's HTTP Event
//! Collector.
//!
//! A subscription filter of the trail's log group sends to a delivery stream, which decompresses the records, extracts
//! the events and delivers them; what it cannot deliver goes to a backup bucket. `context` says where all of it is and
//! what is observed, `resources` what should exist, `nodes` which needs which.

mod context;
mod nodes;
mod notes;
mod refusals;
mod resources;

use super::engine::{self, Outline, Stack, Surveyed};
use super::graph::{Graph, Intent};
use super::observed::Observed;
use super::permissions::Grant;
use super::trail::survey::Survey as TrailSurvey;
use super::{Account, After, Planned, Purpose, Say, Scheme, log_delivery, trail};
use crate::aws::Reader;
use crate::error::Result;
use crate::plan::Plan;
use crate::resource::bucket::Bucket;
use crate::resource::delivery_stream::{DeliveryStream, Token, Tuning};
use context::Context;

/// How many days the backup bucket keeps objects, and Firehose's own log group events.
pub const DAYS: i32 = 30;

/// What is asked of the push stack.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What is asked of the trail, and of what it delivers to.
    pub delivery: log_delivery::Options,
    /// The collector, `https://<host>:<port>`.
    pub endpoint: Option<String>,
    /// The collector's token.
    pub token: Option<Token>,
    /// How the stream delivers.
    pub tuning: Tuning,
    /// The backup bucket, when it is another than the scheme's own; it is not changed.
    pub backup_bucket: Option<String>,
    /// How many days objects of the backup bucket are kept, when an option states it.
    pub backup_days: Option<i32>,
    /// How many days Firehose's own log group keeps events, when an option states it.
    pub log_retention_in_days: Option<i32>,
    /// Which events are sent, when an option states it; an empty text for all.
    pub filter_pattern: Option<String>,
    /// Whether a stream that cannot be updated is replaced.
    pub replace: bool,
}

impl Stack for Options {
    type Known = TrailSurvey;

    const NAME: &'static str = "push";

    async fn discover(
        &self,
        account: &Account,
        purpose: Purpose,
        reader: &Reader,
        say: Say<'_>,
    ) -> TrailSurvey {
        self.delivery.discover(account, purpose, reader, say).await
    }

    fn nothing(&self, account: &Account, purpose: Purpose) -> TrailSurvey {
        self.delivery.nothing(account, purpose)
    }

    fn outline(
        &self,
        account: &Account,
        purpose: Purpose,
        known: Option<&TrailSurvey>,
        observed: &Observed,
    ) -> Result<Outline> {
        let mut outline = self.delivery.outline(account, purpose, known, observed)?;
        let Some(trails) = known else {
            return Ok(outline);
        };
        let home = outline.home_region.as_deref();
        let context = Context::new(self, account, purpose, (trails, observed), home)?;
        let Some(context) = context else {
            return Ok(outline);
        };
        outline.home_region = Some(context.delivery.region.clone());
        if context.is_read() {
            match purpose {
                Purpose::Create => {
                    refusals::of_create(&context)?;
                    context.keep(&mut outline.graph, Intent::Keep);
                }
                Purpose::Show => {
                    outline.warnings.extend(notes::warnings(&context));
                    let intent = match context.exists() {
                        true => Intent::Keep,
                        false => Intent::Show,
                    };
                    context.keep(&mut outline.graph, intent);
                }
                Purpose::Delete => {
                    refusals::of_delete(&context)?;
                    context.delete(&mut outline.graph);
                }
            }
        }
        context.read(&mut outline.graph);
        if purpose == Purpose::Show && context.delivery.trail.is_some() {
            // Once the trail is found, no resource of the stack can be in other regions.
            outline.unread.clear();
        }
        Ok(outline)
    }

    fn notes(
        &self,
        account: &Account,
        purpose: Purpose,
        surveyed: &Surveyed<TrailSurvey>,
        planned: &Planned,
    ) -> Result<Vec<String>> {
        let Surveyed { known, observed } = surveyed;
        let home = planned.plan.home_region.as_deref();
        let context = Context::new(self, account, purpose, (known, observed), home)?;
        let Some(context) = context else {
            let why = "no trail, no queue and no role says in which region the stream is";
            return Ok(vec![format!("{why}: give --region")]);
        };
        let mut notes = match self.delivery.created_trail(purpose) {
            Some(trail) => trail.notes(account, purpose, surveyed, planned)?,
            None => Vec::new(),
        };
        match purpose {
            Purpose::Create => notes.extend(notes::of_create(&context)),
            Purpose::Show | Purpose::Delete => {
                notes.extend(notes::of_delete(&context));
                notes.extend(planned.kept_roles(observed));
            }
        }
        Ok(notes)
    }

    fn after(
        &self,
        account: &Account,
        surveyed: &Surveyed<TrailSurvey>,
        plan: &Plan,
    ) -> Option<After> {
        let Surveyed { known, observed } = surveyed;
        let home = plan.home_region.as_deref();
        let context = Context::new(self, account, Purpose::Create, (known, observed), home);
        Some(context.ok()??.after())
    }
}

impl Options {
    /// The delivery stream, in any region, and the backup bucket, by their names and ARNs.
    pub fn stream_and_bucket(&self, scheme: &Scheme) -> (DeliveryStream, Bucket) {
        let context = Context::widest(self, scheme, Purpose::Show);
        (context.stream(), context.bucket())
    }

    /// What a caller must be allowed. `bucket` is the name of the trail stack's bucket. `create push --multi-region`
    /// also does what `create` does.
    pub fn permissions(&self, scheme: &Scheme, purpose: Purpose, bucket: &str) -> Vec<Grant> {
        let below = match purpose {
            Purpose::Create => Purpose::Create,
            Purpose::Show | Purpose::Delete => Purpose::Show,
        };
        let mut grants = trail::permissions::grants(scheme, below, bucket);
        grants.retain(|grant| grant.service != "cloudwatch");
        if purpose == Purpose::Delete {
            grants.retain(|grant| grant.service != "s3");
        }
        let mut graph = Graph::new(&scheme.account);
        let context = Context::widest(self, scheme, purpose);
        context.every(&mut graph);
        for grant in engine::grants(&graph, purpose) {
            grant.join(&mut grants);
        }
        // Of the settings of a bucket, the lifecycle is read and set; a change of it depends on versioning.
        let settings: &[_] = match purpose {
            Purpose::Create => &[
                "GetBucketLifecycleConfiguration",
                "GetBucketVersioning",
                "PutBucketLifecycleConfiguration",
            ],
            Purpose::Show | Purpose::Delete => {
                &["GetBucketLifecycleConfiguration", "GetBucketVersioning"]
            }
        };
        let bucket = vec![context.bucket().arn];
        Grant::new("BackupLifecycle", "s3", settings, bucket).join(&mut grants);
        grants
    }
}
