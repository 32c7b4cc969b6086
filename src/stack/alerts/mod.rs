//! The alerts stack: what a trail logs goes to a log group, metric filters count what must not happen unnoticed, and
//! alarms notify a topic.
//!
//! All of it is in the home region of the multi-region trail. `context` says where that is and what is
//! observed there, `choice` which alerts are meant, `resources` what should exist, and `nodes` which needs which.

mod choice;
mod context;
mod dashboard;
mod names;
mod nodes;
mod notes;
mod refusals;
mod resources;
pub mod wanted;

use super::engine::{self, Outline, Stack, Surveyed};
use super::graph::{Intent, Node};
use super::observed::Observed;
use super::permissions::Grant;
use super::trail::survey::{BucketScope, Scope, Survey as TrailSurvey};
use super::{Account, After, Planned, Purpose, Say, Scheme, trail};
use crate::aws::Reader;
use crate::call::Tag;
use crate::error::Result;
use crate::plan::Plan;
use context::Context;
pub use wanted::Wanted;

/// How many days a new log group keeps events.
pub const RETENTION_IN_DAYS: i32 = 365;

/// What is asked of the alerts stack.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What is asked of the trail stack.
    pub trail: trail::Options,
    /// Whether to create or update the multi-region trail as well.
    pub with_trail: bool,
    /// Which alerts are wanted.
    pub catalogue: Wanted,
    /// The log group, when it was named.
    pub log_group: Option<String>,
    /// How many days events are kept, when an option states it.
    pub retention_in_days: Option<i32>,
    /// The key that encrypts the log group, when it was named.
    pub kms_key_id: Option<String>,
    /// E-mail addresses to subscribe.
    pub emails: Vec<String>,
    /// The topic to notify, when it is another than the scheme's own.
    pub topic_arn: Option<String>,
    /// Tags to set.
    pub tags: Vec<Tag>,
    /// Whether deletion takes the log group with it, and its events.
    pub with_logs: bool,
}

impl Stack for Options {
    type Known = TrailSurvey;

    const NAME: &'static str = "alerts";

    async fn discover(
        &self,
        account: &Account,
        purpose: Purpose,
        reader: &Reader,
        say: Say<'_>,
    ) -> TrailSurvey {
        match self.created_trail(purpose) {
            Some(trail) => trail.discover(account, purpose, reader, say).await,
            // Nothing depends on the bucket.
            None => {
                let scope = Scope::new(account, BucketScope::Nothing);
                TrailSurvey::of(reader, scope).await
            }
        }
    }

    fn nothing(&self, account: &Account, purpose: Purpose) -> TrailSurvey {
        match self.created_trail(purpose) {
            Some(trail) => trail.nothing(account, purpose),
            None => TrailSurvey::of_empty_account(Scope::new(account, BucketScope::Nothing)),
        }
    }

    fn outline(
        &self,
        account: &Account,
        purpose: Purpose,
        known: Option<&TrailSurvey>,
        observed: &Observed,
    ) -> Result<Outline> {
        let mut outline = Outline::new(account);
        let Some(trails) = known else {
            let role = resources::role_of(&account.scheme);
            outline.graph.add(Node::read(role));
            return Ok(outline);
        };
        match self.created_trail(purpose) {
            Some(trail) => outline = trail.outline(account, purpose, Some(trails), observed)?,
            None => outline.unread = trails.unread_walked(),
        }
        let home = outline.home_region.as_deref();
        let context = Context::new(self, account, purpose, trails, observed, home)?;
        let Some(context) = context else {
            return Ok(outline);
        };
        outline.home_region = Some(context.region.clone());
        if context.is_read() {
            match purpose {
                Purpose::Create => {
                    refusals::of_create(&context)?;
                    context.keep(&mut outline.graph, Intent::Keep);
                }
                Purpose::Show => {
                    outline.warnings.extend(notes::warnings(&context));
                    context.show(&mut outline.graph);
                }
                Purpose::Delete => {
                    refusals::of_delete(&context)?;
                    context.delete(&mut outline.graph);
                }
            }
        }
        context.read(&mut outline.graph);
        if purpose == Purpose::Show && context.trail.is_some() {
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
        let context = Context::new(self, account, purpose, known, observed, home)?;
        let Some(context) = context else {
            let why = "no trail, no queue and no role says in which region the alerts are";
            return Ok(vec![format!("{why}: give --region")]);
        };
        let mut notes = match self.created_trail(purpose) {
            Some(trail) => trail.notes(account, purpose, surveyed, planned)?,
            None => Vec::new(),
        };
        if purpose == Purpose::Create {
            notes.extend(notes::of_create(&context));
        } else {
            notes.extend(notes::of_delete(&context));
            let kept = planned.graph.kept(observed);
            let kept = kept.map(|(node, why)| (node.resource().id(), why));
            let roles = kept.filter(|(id, _)| id.kind.service == "iam");
            notes.extend(roles.map(|(id, why)| format!("the role {} is kept: {why}", id.name)));
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
        let context = Context::new(self, account, Purpose::Create, known, observed, home);
        Some(context.ok()??.after())
    }
}

impl Options {
    /// The stack below, where it is created or updated as well.
    fn created_trail(&self, purpose: Purpose) -> Option<trail::Options> {
        let is_created = purpose == Purpose::Create && self.with_trail;
        is_created.then(|| trail::Options {
            layout: Some(trail::Layout::MultiRegion),
            tags: self.tags.clone(),
            ..self.trail.clone()
        })
    }

    /// What a caller must be allowed. `bucket` is the bucket's name. `create alerts --multi-region` also does what
    /// `create` does.
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
        let graph = resources::widest(self, scheme);
        for grant in engine::grants(&graph, purpose) {
            grant.join(&mut grants);
        }
        grants
    }
}
