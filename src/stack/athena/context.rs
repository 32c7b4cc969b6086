//! What is observed of the stack athena, and what follows from it.

use super::{Layout, Options};
use crate::athena::table::Place;
use crate::aws::read::{GlueTable, NamedQuery};
use crate::error::{Error, Result};
use crate::plan::Unread;
use crate::region::global_region;
use crate::resource::Resource;
use crate::resource::bucket::Lookup;
use crate::resource::organization::Organization;
use crate::stack::central::OrganizationId;
use crate::stack::graph::{Graph, Node};
use crate::stack::observed::Observed;
use crate::stack::trail::desired::bucket_name;
use crate::stack::trail::survey::Survey as TrailSurvey;
use crate::stack::{Account, Purpose, Scheme};

/// The stack athena in an account.
pub struct Context<'a> {
    pub options: &'a Options,
    pub account: &'a Account,
    pub scheme: &'a Scheme,
    pub purpose: Purpose,
    pub observed: &'a Observed,
    /// The trail stack, if it was looked at.
    pub trails: Option<&'a TrailSurvey>,
    /// The region of all; empty as long as none is known.
    pub home: String,
}

impl<'a> Context<'a> {
    pub fn new(
        options: &'a Options,
        account: &'a Account,
        purpose: Purpose,
        known: Option<&'a Option<TrailSurvey>>,
        observed: &'a Observed,
    ) -> Self {
        Self {
            options,
            account,
            scheme: &account.scheme,
            purpose,
            observed,
            trails: known.and_then(Option::as_ref),
            home: String::new(),
        }
    }

    /// Adds what says in which region the stack is: its bucket, which S3 finds from any region. Which organization the
    /// account is in does not depend on it.
    pub fn look_for_home(&self, graph: &mut Graph) {
        graph.add(Node::read(self.results_near(&self.near())));
        if self.options.organization == Some(OrganizationId::Own) {
            graph.add(Node::read(self.organization()));
        }
    }

    /// Whether that was read.
    pub fn has_looked_for_home(&self) -> bool {
        let is_own = self.options.organization == Some(OrganizationId::Own);
        self.observed.is_read(&self.results_near(&self.near()))
            && (!is_own || self.observed.is_read(&self.organization()))
    }

    /// The same in its region: that of its bucket, else that of the log files, else the one that is asked for. Nothing if
    /// none is known.
    pub fn at_home(self) -> Option<Self> {
        let found = self.observed.of(&self.results_near(&self.near()));
        let found = found.map(|found| found.region.clone());
        let source = || Some(self.trails?.own_bucket()?.region.clone());
        let asked = || self.asked_region().map(str::to_owned);
        let home = found.or_else(source).or_else(asked)?;
        Some(Self { home, ..self })
    }

    fn asked_region(&self) -> Option<&'a str> {
        let asked = self.options.trail.home.as_ref();
        let asked = asked.or(self.account.configured_region.as_ref());
        asked.map(String::as_str)
    }

    /// A region to ask S3 in.
    fn near(&self) -> String {
        let first = self.account.regions.first();
        let first = first.map(|region| region.name.as_str());
        self.asked_region().or(first).unwrap_or_default().to_owned()
    }

    /// The organization of this account.
    pub fn organization(&self) -> Organization {
        Organization {
            region: global_region(&self.scheme.partition).to_owned(),
        }
    }

    /// Whether all was read that the resources depend on.
    pub fn is_read(&self) -> bool {
        let mut tables = Layout::ALL.into_iter();
        let is_deleted = self.purpose == Purpose::Delete;
        tables.all(|layout| self.observed.is_read(&self.table_named(layout)))
            && self.observed.is_read(&self.database())
            && self.observed.is_read(&self.group())
            && self.observed.is_read(&self.queries())
            && (!is_deleted || self.observed.is_read(&self.tables()))
    }

    /// Regions whose trails could not be read.
    pub fn unread(&self) -> Vec<Unread> {
        self.trails
            .map_or_else(Vec::new, TrailSurvey::unread_walked)
    }

    /// A table of this scheme as it exists.
    pub fn found_table(&self, layout: Layout) -> Option<&'a GlueTable> {
        let table = self.table_named(layout);
        let found = self.observed.of(&table)?;
        table.is_own(found).then_some(found)
    }

    /// All named queries in the work group.
    pub fn found_queries(&self) -> &'a [NamedQuery] {
        let found = self.observed.of(&self.queries());
        found.map_or(&[], Vec::as_slice)
    }

    /// Whether anything of the stack exists.
    pub fn exists(&self) -> bool {
        let group = self.group();
        let group = self
            .observed
            .of(&group)
            .is_some_and(|found| group.is_own(found));
        let mut tables = Layout::ALL.into_iter();
        group || tables.any(|layout| self.found_table(layout).is_some())
    }

    /// The tables that the command is about.
    pub fn layouts(&self) -> Vec<Layout> {
        let is_wanted = |layout: &Layout| match layout {
            Layout::Account => true,
            Layout::Organization => {
                self.purpose == Purpose::Delete
                    || self.options.organization.is_some()
                    || self.found_table(*layout).is_some()
            }
        };
        Layout::ALL.into_iter().filter(is_wanted).collect()
    }

    /// Where the log files of a table are: as options say, else as it has them already, else as the trails write them.
    ///
    /// # Errors
    /// When several could be meant.
    pub fn place(&self, layout: Layout) -> Result<Place> {
        let options = self.options;
        let found = self.found_table(layout);
        let found = found.and_then(|found| Place::parse(&found.location));
        let bucket = match (&options.trail.bucket, &found) {
            (Some(named), _) => named.clone(),
            (None, Some(found)) => found.bucket.clone(),
            (None, None) => self.trail_bucket()?,
        };
        let is_same = |found: &&Place| found.bucket == bucket;
        let key_prefix = match (&options.key_prefix, found.as_ref().filter(is_same)) {
            (Some(named), _) => named.clone(),
            (None, Some(found)) => found.key_prefix.clone(),
            (None, None) => self.trail_key_prefix(&bucket)?,
        };
        let organization = match (layout, &options.organization) {
            (Layout::Account, _) => None,
            (_, Some(OrganizationId::Known(id))) => Some(id.clone()),
            (_, Some(OrganizationId::Own)) => self.observed.of(&self.organization()).cloned(),
            (_, None) => found.and_then(|found| found.organization),
        };
        Ok(Place {
            bucket,
            key_prefix,
            organization,
        })
    }

    fn trail_bucket(&self) -> Result<String> {
        match self.trails {
            Some(trails) => bucket_name(&self.options.trail, trails),
            None => Ok(self.scheme.bucket_name()),
        }
    }

    fn trail_key_prefix(&self, bucket: &str) -> Result<String> {
        let Some(trails) = self.trails else {
            return Ok(String::new());
        };
        let is_theirs = trails.buckets_in_use().contains(bucket);
        let prefixes = trails.key_prefixes().into_iter().filter(|_| is_theirs);
        let prefixes: Vec<String> = prefixes.collect();
        match prefixes.as_slice() {
            [] => Ok(String::new()),
            [one] => Ok(one.clone()),
            several => {
                let names: Vec<String> = several.iter().map(|one| format!("{one:?}")).collect();
                let message = format!("the trails have several key prefixes: {}", names.join(", "));
                Err(Error::failed(message).hint("choose one with --key-prefix"))
            }
        }
    }

    /// What is refused before anything changes.
    ///
    /// # Errors
    /// With the first reason.
    pub fn check(&self) -> Result<()> {
        if self.purpose != Purpose::Create {
            return Ok(());
        }
        for layout in self.layouts() {
            self.place(layout)?;
        }
        if self.options.organization == Some(OrganizationId::Own)
            && self.observed.has_read(&self.organization())
            && self.observed.of(&self.organization()).is_none()
        {
            let message = "AWS Organizations names no organization of this account";
            return Err(Error::failed(message).hint("give --organization=ID"));
        }
        let asked = self.options.trail.home.as_ref();
        if let Some(asked) = asked.filter(|asked| **asked != self.home) {
            let message = format!("the stack athena is in {}, not in {asked}", self.home);
            let hint =
                "omit --region: it is in the region of its bucket, else in that of the log files";
            return Err(Error::failed(message).hint(hint));
        }
        self.check_bucket()
    }

    /// A bucket that is missing or of others has nothing to read.
    fn check_bucket(&self) -> Result<()> {
        let Some((name, found)) = self.trails.and_then(|trails| trails.bucket.as_ref()) else {
            return Ok(());
        };
        let place = self.place(Layout::Account)?;
        if place.bucket != *name {
            return Ok(());
        }
        match found {
            Ok(Lookup::Owned(_)) => Ok(()),
            Ok(Lookup::Missing) => {
                let message = format!("the bucket {name} does not exist");
                Err(Error::failed(message)
                    .hint("`ctadmin create` creates it, --bucket names another"))
            }
            Ok(Lookup::Forbidden) => {
                let message =
                    format!("the bucket {name} belongs to another account, or denies access");
                Err(Error::failed(message).hint("create the stack in the bucket's account"))
            }
            Err(error) => Err(error.clone().into()),
        }
    }

    /// What is wrong beside drift.
    pub fn warning(&self) -> Option<String> {
        let place = self.place(Layout::Account);
        let error = place.err().filter(|_| self.purpose == Purpose::Show)?;
        Some(format!(
            "where the log files are is unknown: {}",
            error.message
        ))
    }
}
