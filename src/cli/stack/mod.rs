//! The stacks, as the verbs `create`, `show` and `delete` name them. No name means trails.

pub(super) mod alerts;
pub(super) mod hardening;
pub(super) mod splunk;
pub(super) mod trail;

use clap::{Args, Subcommand, ValueEnum};

use alerts::{CreateAlerts, DeleteAlerts, ShowAlerts};
use splunk::{CreateSplunk, DeleteSplunk, ShowSplunk};
use trail::{CreateTrail, DeleteTrail, ShowTrail};

/// A named set of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Stack {
    /// Trails, topics, bucket and queue
    Trail,
    /// The identities that Splunk reads them with
    Splunk,
    /// Log group, metric filters and alarms
    Alerts,
}

/// A stack with its arguments; those of the trails can stand without a name.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_value_name = "STACK",
    subcommand_help_heading = "Stacks"
)]
pub struct OfStack<Named: Subcommand, Trail: Args> {
    /// The stack, if one is named.
    #[command(subcommand)]
    named: Option<Named>,
    /// The arguments without a name.
    #[command(flatten)]
    trail: Trail,
}

impl<Named: Subcommand + From<Trail>, Trail: Args> OfStack<Named, Trail> {
    /// The stack named, else trails.
    pub fn into_named(self) -> Named {
        self.named.unwrap_or_else(|| self.trail.into())
    }
}

/// What to make.
#[derive(Debug, Subcommand)]
pub enum Create {
    /// Make or mend trails, topics, bucket and queue; the same as no name
    Trail(CreateTrail),
    /// Make or mend the identities that Splunk reads with, and access keys
    Splunk(CreateSplunk),
    /// Make or mend log group, metric filters, alarms, topic and dashboard
    Alerts(Box<CreateAlerts>),
}

/// What to show.
#[derive(Debug, Subcommand)]
pub enum Show {
    /// Show trails, topics, bucket and queue; the same as no name
    Trail(ShowTrail),
    /// Show the identities that Splunk reads with, and their keys
    Splunk(ShowSplunk),
    /// Show log group, metric filters, alarms, topic and dashboard
    Alerts(ShowAlerts),
}

/// What to delete.
#[derive(Debug, Subcommand)]
pub enum Delete {
    /// Delete trails, topics and queue; the same as no name
    Trail(DeleteTrail),
    /// Delete the identities that Splunk reads with, and their keys
    Splunk(DeleteSplunk),
    /// Delete metric filters, alarms, topic and dashboard, and detach the trail from its log group
    Alerts(DeleteAlerts),
}

impl From<CreateTrail> for Create {
    fn from(trail: CreateTrail) -> Self {
        Self::Trail(trail)
    }
}

impl From<ShowTrail> for Show {
    fn from(trail: ShowTrail) -> Self {
        Self::Trail(trail)
    }
}

impl From<DeleteTrail> for Delete {
    fn from(trail: DeleteTrail) -> Self {
        Self::Trail(trail)
    }
}
