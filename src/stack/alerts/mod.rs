//! The alerts stack: what a trail logs goes to a log group, metric filters count what must not happen unnoticed, and
//! alarms notify a topic.
//!
//! All of it is in the home region of the multi-region trail. `context` says what is observed
//! there, `choice` which alerts are meant, `resources` what should exist, and `nodes` which needs which.

mod choice;
mod context;
mod dashboard;
mod names;
mod nodes;
mod notes;
mod refusals;
mod resources;
pub mod wanted;

use super::log_delivery::{self, LogDelivery, LogStack};
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

impl LogStack for Options {
    type Context<'a> = Context<'a>;

    const STACK: &'static str = "alerts";
    const PARTS: &'static str = "the alerts are";

    fn delivery(&self) -> &log_delivery::Options {
        &self.delivery
    }

    fn context<'a>(&'a self, delivery: LogDelivery<'a>) -> Context<'a> {
        Context {
            options: self.clone(),
            delivery,
        }
    }
}
