//! The domain that the stack delivers to: its own, or one of others, which is not changed.

use super::context::Context;
use super::opensearch::{ToOpenSearch, firehose_role};
use crate::error::{Error, Result};
use crate::policy::{Principal as To, Statement};
use crate::resource::domain::Domain;
use crate::stack::Purpose;
use crate::stack::splunk::owner;

/// Where a search is a POST request: by its API, by SQL and PPL.
const SEARCHES: [&str; 11] = [
    "_search",
    "*/_search",
    "_search/scroll",
    "*/_search/point_in_time",
    "_msearch",
    "*/_msearch",
    "_count",
    "*/_count",
    "_plugins/_sql",
    "_plugins/_sql/close",
    "_plugins/_ppl",
];

/// Where a POST request writes. A wildcard matches slashes, too, so that a document whose ID is `_search` would be one.
const WRITES: [&str; 3] = ["*/_doc/*", "*/_create/*", "*/_update/*"];

/// How many characters the name of a domain has at most.
const DOMAIN_NAME: usize = 28;

impl Context<'_> {
    fn domain_name(&self) -> String {
        format!("ct-{}", self.scheme.central())
    }

    fn own_domain_arn(&self) -> String {
        self.arn("es", &format!("domain/{}", self.domain_name()))
    }

    /// The domain that is named, else that in use, else the own one.
    pub fn domain_arn(&self) -> String {
        let found = self.search_state();
        let found = found.and_then(|found| found.description.search.as_ref());
        let found = found.map(|search| search.domain.clone());
        let asked = self.asked_search().domain.or(found);
        asked.unwrap_or_else(|| self.own_domain_arn())
    }

    pub fn is_own_domain(&self) -> bool {
        self.domain_arn() == self.own_domain_arn()
    }

    /// The own domain, if the prefix allows its name. Those who may search it stay unless they are named.
    pub fn domain(&self) -> Option<Domain> {
        let asked = self.asked_search();
        let arn = self.own_domain_arn();
        let all = format!("{arn}/*");
        let writes = ["es:ESHttpPost", "es:ESHttpPut"];
        let delivers = Statement::allow(self.scheme.sid("Deliver"), writes, [all.clone()]);
        let mut statements = vec![delivers.to(To::identities([firehose_role(self.scheme).arn]))];
        if let Some(readers) = asked.readers {
            let readers = || To::identities(readers.clone());
            let read = ["es:ESHttpGet", "es:ESHttpHead"];
            let read = Statement::allow(self.scheme.sid("Read"), read, [all]);
            let paths = SEARCHES.map(|path| format!("{arn}/{path}"));
            let search = Statement::allow(self.scheme.sid("Search"), ["es:ESHttpPost"], paths);
            let paths = WRITES.map(|path| format!("{arn}/{path}"));
            let never = Statement::deny(self.scheme.sid("SearchOnly"), ["es:ESHttpPost"], paths);
            let all = [read, search, never];
            statements.extend(all.map(|statement| statement.to(readers())));
        }
        let domain = Domain {
            name: self.domain_name(),
            region: self.home.clone(),
            arn,
            version: asked.version,
            instance_type: asked.instance_type,
            instance_count: asked.instance_count,
            volume_gib: asked.volume_gib,
            statements,
            owner: owner(self.scheme),
            tags: self.options.tags.clone(),
        };
        self.is_domain_name().then_some(domain)
    }

    /// Whether the own domain exists, or is being created.
    pub fn has_own_domain(&self) -> bool {
        let domain = self.domain();
        domain.is_some_and(|domain| {
            let found = self.observed.of(&domain);
            found.is_some_and(|found| domain.is_owned(found) && !found.description.is_deleted)
        })
    }

    fn is_domain_name(&self) -> bool {
        let name = self.domain_name();
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        name.len() <= DOMAIN_NAME && name.bytes().all(is_plain)
    }

    /// Checks what the options name.
    ///
    /// # Errors
    /// When the service would not take it.
    pub fn check_search(&self) -> Result<()> {
        let asked = self.asked_search();
        let home = &self.home;
        if let Some(arn) = &asked.domain {
            let region = arn.split(':').nth(3).unwrap_or_default();
            if region != home {
                let message =
                    format!("the domain is in {region}, but the delivery stream is in {home}");
                return Err(Error::failed(message).hint(format!("name a domain in {home}")));
            }
            let account = arn.split(':').nth(4).unwrap_or_default();
            if account != self.scheme.account {
                let message = format!("the domain is in the account {account}, not in this one");
                return Err(Error::failed(message).hint("name a domain of this account"));
            }
            return Ok(());
        }
        if !self.has_search() {
            return Ok(());
        }
        if !self.is_own_domain() {
            return self.check_named(&asked);
        }
        if !self.is_domain_name() {
            let name = self.domain_name();
            let message = format!(
                "{name} is no name of a domain: {DOMAIN_NAME} lower case letters, digits and hyphens at most"
            );
            return Err(
                Error::usage(message).hint("give another --prefix, or --opensearch-domain ARN")
            );
        }
        Ok(())
    }

    /// # Errors
    /// When options are about a domain of others, which is not changed.
    fn check_named(&self, asked: &ToOpenSearch) -> Result<()> {
        let is_about_own = asked.version.is_some()
            || asked.instance_type.is_some()
            || asked.instance_count.is_some()
            || asked.volume_gib.is_some()
            || asked.readers.is_some();
        if !is_about_own {
            return Ok(());
        }
        let message = format!(
            "the stack delivers to {}, which is not changed",
            self.domain_arn()
        );
        Err(Error::usage(message).hint("omit the options about the domain"))
    }

    /// What the user should know of the domain before agreeing to a plan.
    pub fn notes_of_search(&self) -> Vec<String> {
        let name = self.domain_name();
        let mut notes = Vec::new();
        let Some(domain) = self.domain() else {
            return notes;
        };
        let found = self.observed.of(&domain);
        match (self.purpose, found) {
            (Purpose::Create, None) if self.has_search() && self.is_own_domain() => notes.push(format!(
                "AWS takes up to half an hour to create the domain {name}, and bills its nodes by the hour: https://aws.amazon.com/opensearch-service/pricing/"
            )),
            (Purpose::Create, Some(found)) if found.is_changing() && self.has_search() => notes.push(format!(
                "the domain {name} is being created or changed: what else differs is changed by a later run"
            )),
            (Purpose::Create, Some(_)) if self.asked_search().domain.is_some() => notes.push(format!(
                "the domain {name} is not used any more, and stays"
            )),
            (Purpose::Delete, Some(found))
                if domain.is_owned(found) && !found.description.is_deleted =>
            {
                notes.push(format!("the domain {name} is deleted with all its documents; the archive has their events"));
            }
            _ => {}
        }
        notes
    }
}
