//! The stack athena: tables over the log files in the bucket that exists, in the engine that AWS users already have.
//!
//! A database of the Data Catalog has a table for the account's log files, and one for those of an organization's trail. A
//! work group enforces where results go and how much a query may scan, and has the questions of [`athena`](crate::athena)
//! as named queries; results expire in a bucket of their own. `names` says what all is called, `context` what is
//! observed, `resources` what should exist; which needs which is said here.
//! <https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html>

mod context;
pub mod names;
mod notes;
mod questions;
mod resources;

use std::collections::BTreeSet;

use super::central::OrganizationId;
use super::engine::{self, Outline, Stack, Surveyed};
use super::graph::{Graph, Intent, Node};
use super::observed::Observed;
use super::permissions::Grant;
use super::trail::survey::{BucketScope, Survey as TrailSurvey};
use super::{Account, After, Planned, Purpose, Say, Scheme, trail};
use crate::athena::QUESTIONS;
use crate::aws::Reader;
use crate::call::Tag;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::resource::named_query;
use context::Context;
pub use names::Layout;
pub use questions::of_questions;

/// How many days results are kept in a new bucket.
pub const DAYS: i32 = 30;

/// How many days before today the named queries are about.
pub const PERIOD: u32 = 7;

/// How many events the named query of the newest ones lists.
pub const NEWEST: usize = 1_000;

/// What is asked of the stack athena.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The trail stack, whose bucket is read; its home is the region that was named.
    pub trail: trail::Options,
    /// What keys in that bucket begin with before `AWSLogs/`, when it was named.
    pub key_prefix: Option<String>,
    /// The organization whose trail writes there, when there should be a table of its log files.
    pub organization: Option<OrganizationId>,
    /// The accounts of the organization's table, else those of the account's, when they were named: all of them.
    pub accounts: Option<BTreeSet<String>>,
    /// How many bytes a query may scan, when an option states it.
    pub scan_limit: Option<i64>,
    /// ARN of the key that encrypts results, when an option states it.
    pub kms_key: Option<String>,
    /// How many days results are kept, when an option states it.
    pub result_days: Option<i32>,
    /// Tags for the work group, and for a new bucket.
    pub tags: Vec<Tag>,
}

impl Stack for Options {
    /// The trail stack; nothing if it does not matter.
    type Known = Option<TrailSurvey>;

    const NAME: &'static str = "athena";

    async fn discover(
        &self,
        account: &Account,
        purpose: Purpose,
        reader: &Reader,
        _: Say<'_>,
    ) -> Option<TrailSurvey> {
        let bucket = self.trail.bucket.clone();
        let bucket = bucket.map_or(BucketScope::InUse, BucketScope::Named);
        self.trail.found(account, purpose, reader, bucket).await
    }

    fn nothing(&self, _: &Account, _: Purpose) -> Option<TrailSurvey> {
        None
    }

    fn outline(
        &self,
        account: &Account,
        purpose: Purpose,
        known: Option<&Self::Known>,
        observed: &Observed,
    ) -> Result<Outline> {
        let mut outline = Outline::new(account);
        let context = Context::new(self, account, purpose, known, observed);
        context.look_for_home(&mut outline.graph);
        if known.is_none() || !context.has_looked_for_home() {
            return Ok(outline);
        }
        let Some(context) = context.at_home() else {
            let hint = "give --region, or set AWS_REGION";
            return match purpose {
                Purpose::Create => Err(Error::usage("no region is configured").hint(hint)),
                Purpose::Show | Purpose::Delete => Ok(outline),
            };
        };
        outline.home_region = Some(context.home.clone());
        outline.unread = context.unread();
        if !context.is_read() {
            context.read(&mut outline.graph);
            return Ok(outline);
        }
        context.check()?;
        outline.warnings.extend(context.warning());
        context.fill(&mut outline.graph);
        Ok(outline)
    }

    fn notes(
        &self,
        account: &Account,
        purpose: Purpose,
        surveyed: &Surveyed<Self::Known>,
        planned: &Planned,
    ) -> Result<Vec<String>> {
        let Surveyed { known, observed } = surveyed;
        let context = Context::new(self, account, purpose, Some(known), observed);
        Ok(match context.at_home() {
            Some(context) => context.notes(planned),
            None => vec!["nothing says in which region the stack is: give --region".to_owned()],
        })
    }

    fn after(
        &self,
        account: &Account,
        surveyed: &Surveyed<Self::Known>,
        _: &Plan,
    ) -> Option<After> {
        let Surveyed { known, observed } = surveyed;
        let context = Context::new(self, account, Purpose::Create, Some(known), observed);
        let context = context.at_home()?;
        let layouts = context.layouts();
        let tables = layouts.iter().map(|layout| {
            let table = context.table(*layout);
            format!("{} of {}", table.name, table.location)
        });
        let tables: Vec<String> = tables.collect();
        let queries = layouts.len() * QUESTIONS.len();
        Some(After {
            exists: vec![
                (
                    "database",
                    format!("{} in {}", context.database_name(), context.home),
                ),
                ("tables", tables.join(", ")),
                (
                    "queries",
                    format!("{queries} in the work group {}", context.group_name()),
                ),
                ("results", context.results().name),
            ],
            next: vec![
                format!("show {}", Self::NAME),
                "activity --athena".to_owned(),
            ],
        })
    }
}

impl Options {
    /// What a caller must be allowed. `bucket` is the bucket's name.
    pub fn permissions(&self, scheme: &Scheme, purpose: Purpose, bucket: &str) -> Vec<Grant> {
        let mut grants = match purpose {
            Purpose::Delete => Vec::new(),
            // The bucket and its keys follow from the trail stack.
            Purpose::Create | Purpose::Show => {
                trail::permissions::grants(scheme, Purpose::Show, bucket)
            }
        };
        grants.retain(|grant| grant.service != "cloudwatch");
        let account = Account::of_any_region(scheme);
        let widest = Self {
            organization: (purpose == Purpose::Create).then_some(OrganizationId::Own),
            ..self.clone()
        };
        let nothing = Observed::nothing();
        let context = Context::new(&widest, &account, purpose, Some(&None), &nothing);
        let Some(context) = context.at_home() else {
            return grants;
        };
        let mut graph = Graph::new(&scheme.account);
        context.look_for_home(&mut graph);
        context.read(&mut graph);
        context.fill(&mut graph);
        for grant in engine::grants(&graph, purpose) {
            grant.join(&mut grants);
        }
        let mut settings = vec!["GetBucketLifecycleConfiguration", "GetBucketVersioning"];
        if purpose == Purpose::Create {
            settings.push("PutBucketLifecycleConfiguration");
        }
        let results = vec![context.results().arn];
        Grant::new("ResultLifecycle", "s3", &settings, results).join(&mut grants);
        grants
    }
}

impl Context<'_> {
    /// Adds what must be read before it is known what should exist.
    fn read(&self, graph: &mut Graph) {
        graph.add(Node::read(self.database()));
        for layout in Layout::ALL {
            graph.add(Node::read(self.table_named(layout)));
        }
        graph.add(Node::read(self.group()));
        graph.add(Node::read(self.queries()));
        if self.purpose == Purpose::Delete {
            graph.add(Node::read(self.tables()));
        }
    }

    /// Adds the resources.
    fn fill(&self, graph: &mut Graph) {
        let intent = match self.purpose {
            Purpose::Show if !self.exists() => Intent::Show,
            purpose => purpose.intent(),
        };
        graph.add(Node::read(self.queries()));
        if self.purpose == Purpose::Delete {
            graph.add(Node::read(self.tables()));
        }
        let results = match self.purpose {
            Purpose::Delete => Intent::Read,
            Purpose::Create | Purpose::Show => intent,
        };
        let results = graph.add(Node::new(self.results(), results));
        let database = graph.add(Node::new(self.database(), intent));
        let layouts = self.layouts();
        for layout in &layouts {
            let table = Node::new(self.table(*layout), intent);
            graph.add(table.needs([database]));
        }
        let group = graph.add(Node::new(self.group(), intent).needs([results]));
        let all = self.found_queries();
        let wanted = layouts.iter().flat_map(|layout| self.questions(*layout));
        let wanted: Vec<_> = wanted.collect();
        for query in &wanted {
            let found = query.of(all);
            let query = Node::given(query.clone(), intent, found);
            graph.add(query.needs([group, database]));
        }
        // A former version may have saved others; those of the permissions are not known.
        let own = all.iter();
        let own = own.filter(|query| named_query::is_own(query, &self.database_name()));
        let names: BTreeSet<&str> = own.map(|query| query.name.as_str()).collect();
        let is_old = |name: &&str| wanted.iter().all(|query| query.name != **name);
        for name in names.into_iter().filter(is_old) {
            let query = self.query(name);
            let found = query.of(all);
            let why = match self.purpose {
                Purpose::Delete => "",
                Purpose::Create | Purpose::Show => "it is no longer a query of the stack",
            };
            let query = Node::given(query, Intent::Delete(why), found);
            graph.add(query.needs([group]));
        }
    }
}
