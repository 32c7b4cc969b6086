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
use super::graph::Intent;
use super::observed::Observed;
use super::permissions::Grant;
use super::trail::survey::Survey as TrailSurvey;
use super::{Account, After, Planned, Purpose, Say, Scheme, log_delivery, trail};
use crate::aws::Reader;
use crate::error::Result;
use crate::plan::Plan;
use context::Context;
pub use wanted::Wanted;

/// What is asked of the alerts stack.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What is asked of the trail, and of what it delivers to.
    pub delivery: log_delivery::Options,
    /// Which alerts are wanted.
    pub catalogue: Wanted,
    /// E-mail addresses to subscribe.
    pub emails: Vec<String>,
    /// The topic to notify, when it is another than the scheme's own.
    pub topic_arn: Option<String>,
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
        let context = Context::new(self, account, purpose, trails, observed, home)?;
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
                    context.show(&mut outline.graph);
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
        let context = Context::new(self, account, purpose, known, observed, home)?;
        let Some(context) = context else {
            let why = "no trail, no queue and no role says in which region the alerts are";
            return Ok(vec![format!("{why}: give --region")]);
        };
        let mut notes = match self.delivery.created_trail(purpose) {
            Some(trail) => trail.notes(account, purpose, surveyed, planned)?,
            None => Vec::new(),
        };
        if purpose == Purpose::Create {
            notes.extend(notes::of_create(&context));
        } else {
            notes.extend(notes::of_delete(&context));
            notes.extend(planned.kept_roles(observed));
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
        let graph = resources::widest(self, scheme, purpose);
        for grant in engine::grants(&graph, purpose) {
            grant.join(&mut grants);
        }
        grants
    }
}
