//! What a stack has to offer to a command that changes it.

use super::Account;
use super::graph::Graph;
use crate::aws::Reader;
use crate::error::Result;
use crate::plan::Plan;

/// Says something to the user while the account is read.
pub type Say<'a> = &'a dyn Fn(&str);

/// Works out what a command does to a stack: looks at the account, and plans.
pub trait Planner {
    /// What the account holds, as far as it matters.
    type Survey;

    /// Looks at the account. What cannot be read is part of what is found. What takes long is said.
    fn look(
        &self,
        reader: &Reader,
        account: &Account,
        say: Say<'_>,
    ) -> impl Future<Output = Self::Survey>;

    /// What a look at an empty account would find.
    fn nothing(&self, account: &Account) -> Self::Survey;

    /// The way from what exists to what should.
    ///
    /// # Errors
    /// When account or options make it impossible, which is found out before anything is changed.
    fn plan(&self, account: &Account, survey: &Self::Survey) -> Result<Planned>;

    /// What exists once this plan, made of this survey, was carried out; nothing if that need not be said.
    fn after(&self, _account: &Account, _survey: &Self::Survey, _plan: &Plan) -> Option<After> {
        None
    }
}

/// A plan, and the resources that it is about.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The resources, which say whether a step whose answer was lost is done.
    pub graph: Graph,
}

/// What exists once a plan was carried out, and what can be done next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct After {
    /// What exists: a word for it, and what is to be known of it.
    pub exists: Vec<(&'static str, String)>,
    /// Commands, without the options that every run takes.
    pub next: Vec<String>,
}
