//! The Splunk stack: the identities that Splunk reads the trail stack with, and nothing more than they need.
//!
//! A user or a role reads the logs, further users read billing reports or describe EC2 resources. What each is allowed
//! is in [`policies`], which key is created or deleted in [`keys`]. IAM is one for all regions.

mod keys;
mod notes;
mod options;
mod policies;

use super::engine::{self, Outline, Stack, Surveyed};
use super::graph::{Graph, Intent, Node};
use super::observed::Observed;
use super::permissions::Grant;
use super::trail::source::Source;
use super::trail::survey::{BucketScope, Survey as TrailSurvey};
use super::{Account, After, OWNER_TAG, Planned, Purpose, Say, Scheme, trail};
use crate::aws::Reader;
use crate::call::Tag;
use crate::call::command_line::quoted;
use crate::error::Result;
use crate::plan::Plan;
use crate::policy::{Policy, Statement};
use crate::region::global_region;
use crate::resource::access_key::AccessKey;
use crate::resource::principal::{Principal, Sort};
pub use options::{BILLING, EC2, Identity, Keys, Options, READER, Trust};
use policies::{describes_ec2, reads_bucket, reads_logs, trusts};

/// The tag on what the scheme created.
pub fn owner(scheme: &Scheme) -> Tag {
    Tag {
        key: OWNER_TAG.to_owned(),
        value: scheme.base(),
    }
}

/// The Sid of the statement that allows to assume the role.
fn trust_sid(scheme: &Scheme) -> String {
    scheme.sid("SplunkReads")
}

impl Stack for Options {
    /// The trail stack; nothing if it does not matter.
    type Known = Option<TrailSurvey>;

    const NAME: &'static str = "splunk";

    async fn discover(
        &self,
        account: &Account,
        purpose: Purpose,
        reader: &Reader,
        _say: Say<'_>,
    ) -> Option<TrailSurvey> {
        // The bucket's name is all that matters, and the trails name it.
        let bucket = BucketScope::Nothing;
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
        let scheme = &account.scheme;
        let mut outline = Outline::new(account);
        let source = match (purpose, known) {
            (Purpose::Delete, _) | (_, None) => None,
            (Purpose::Create, Some(trails)) => Some(self.source(account, trails, observed)?),
            (Purpose::Show, Some(trails)) => match self.source(account, trails, observed) {
                Ok(source) => Some(source),
                Err(error) => {
                    let why = error.message;
                    let warning = format!("the permissions that readers need are unknown: {why}");
                    outline.warnings.push(warning);
                    None
                }
            },
        };
        for principal in self.principals(scheme, purpose, source.as_ref(), observed) {
            let intent = self.intent(&principal, purpose, source.is_some(), observed);
            let graph = &mut outline.graph;
            let at = graph.add(Node::new(principal.clone(), intent));
            if principal.is_user() {
                let region = source.as_ref().map(|source| source.region.as_str());
                keys::add(graph, self, (&principal, at), purpose, region, observed)?;
            }
        }
        outline.hints.extend(self.hint(scheme, observed));
        if purpose == Purpose::Delete {
            outline.regions = vec![global_region(&scheme.partition).to_owned()];
        } else {
            let trails = known.and_then(Option::as_ref);
            outline.unread = trails.map_or_else(Vec::new, TrailSurvey::unread_walked);
        }
        outline.home_region = source.map(|source| source.region);
        Ok(outline)
    }

    fn notes(
        &self,
        account: &Account,
        purpose: Purpose,
        surveyed: &Surveyed<Self::Known>,
        planned: &Planned,
    ) -> Result<Vec<String>> {
        match purpose {
            Purpose::Create => self.notes_of_create(account, surveyed, planned),
            Purpose::Show | Purpose::Delete => Ok(notes::of_delete(account, surveyed, planned)),
        }
    }

    fn after(&self, account: &Account, _: &Surveyed<Self::Known>, plan: &Plan) -> Option<After> {
        let named = match &self.identity {
            Identity::Role { name, .. } => format!(" --role {}", quoted(name)),
            Identity::User(name) if name != READER => format!(" --user {}", quoted(name)),
            Identity::User(_) => String::new(),
        };
        let nothing = Observed::nothing();
        let principals = self.principals(&account.scheme, Purpose::Create, None, &nothing);
        let (users, roles): (Vec<_>, Vec<_>) = principals.iter().partition(|it| it.is_user());
        let users: Vec<&str> = users.iter().map(|user| user.name.as_str()).collect();
        let mut exists = Vec::new();
        exists.extend(roles.iter().map(|role| ("role", role.arn.clone())));
        if !users.is_empty() {
            exists.push(("user", users.join(", ")));
        }
        if plan.steps.iter().any(|step| step.saves.is_some()) {
            exists.extend(self.keys.as_ref().map(|keys| ("key", keys.file.clone())));
        }
        let next = [&format!("show splunk{named}"), "splunk inputs", "doctor"];
        Some(After {
            exists,
            next: next.map(str::to_owned).to_vec(),
        })
    }
}

impl Options {
    /// What a caller must be allowed. `bucket` is the bucket's name.
    pub fn permissions(&self, scheme: &Scheme, purpose: Purpose, bucket: &str) -> Vec<Grant> {
        let mut grants = match purpose {
            Purpose::Delete => Vec::new(),
            // Names and policies depend on the trail stack, which is read for them.
            Purpose::Create | Purpose::Show => {
                trail::permissions::grants(scheme, Purpose::Show, bucket)
            }
        };
        grants.retain(|grant| !matches!(grant.service, "cloudwatch" | "s3"));
        let mut graph = Graph::new(&scheme.account);
        let widest = Self {
            billing_bucket: Some(String::new()),
            ec2: true,
            ..self.clone()
        };
        let observed = Observed::nothing();
        for principal in widest.principals(scheme, purpose, None, &observed) {
            if principal.is_user() {
                graph.add(Node::keep(AccessKey::of(&principal)));
                if purpose != Purpose::Delete {
                    let arns = vec![principal.arn.clone()];
                    let use_read = &["GetAccessKeyLastUsed"];
                    Grant::new("LastUse", "iam", use_read, arns).join(&mut grants);
                }
            }
            graph.add(Node::keep(principal));
        }
        for grant in engine::grants(&graph, purpose) {
            grant.join(&mut grants);
        }
        grants
    }

    /// The role and the users that a command is about; without a source, what a reader of logs is allowed is unknown.
    fn principals(
        &self,
        scheme: &Scheme,
        purpose: Purpose,
        source: Option<&Source>,
        observed: &Observed,
    ) -> Vec<Principal> {
        let principal = |sort: Sort, name: &str, statements: Vec<Statement>| {
            let (partition, account) = (&scheme.partition, &scheme.account);
            let kind = sort.kind().name;
            Principal {
                sort,
                name: name.to_owned(),
                arn: format!("arn:{partition}:iam::{account}:{kind}/{name}"),
                region: global_region(partition).to_owned(),
                policy: scheme.base(),
                statements,
                owner: owner(scheme),
                tags: self.tags.clone(),
                sized: purpose == Purpose::Create,
            }
        };
        let logs = source.map_or_else(Vec::new, |source| reads_logs(scheme, source));
        let mut principals = vec![match &self.identity {
            Identity::User(name) => principal(Sort::User, name, logs),
            Identity::Role { name, trust } => {
                let sort = Sort::Role {
                    trust: trust.as_ref().map(|trust| trusts(scheme, trust)),
                    sid: trust_sid(scheme),
                };
                principal(sort, name, logs)
            }
        }];
        let is_all = purpose != Purpose::Create;
        if is_all || self.billing_bucket.is_some() {
            let user = |statements| principal(Sort::User, BILLING, statements);
            let bucket = self.billing_bucket.clone();
            // Which bucket was meant is kept nowhere but in the policy itself.
            let bucket = bucket.or_else(|| {
                let state = observed.of(&user(Vec::new()))?;
                bucket_of(state.policy.as_ref()?)
            });
            principals.push(user(reads_bucket(scheme, &bucket.unwrap_or_default())));
        }
        if is_all || self.ec2 {
            principals.push(principal(Sort::User, EC2, describes_ec2()));
        }
        principals
    }

    /// What is done with a principal. What a reader should be allowed must be known to say how it differs, and of the
    /// users that only an option creates, none is missing.
    fn intent(
        &self,
        principal: &Principal,
        purpose: Purpose,
        is_source_known: bool,
        observed: &Observed,
    ) -> Intent {
        let is_reader = self.identity.is(principal);
        let exists = observed.of(principal).is_some();
        match purpose {
            Purpose::Show if is_reader && exists && !is_source_known => Intent::Show,
            Purpose::Show if !is_reader && !exists => Intent::Show,
            purpose => purpose.intent(),
        }
    }

    /// Which options create the optional users that do not exist.
    fn hint(&self, scheme: &Scheme, observed: &Observed) -> Option<String> {
        let users = self
            .principals(scheme, Purpose::Show, None, observed)
            .into_iter();
        let missing = users.filter(|user| observed.of(user).is_none());
        let options = missing.filter_map(|user| match user.name.as_str() {
            BILLING => Some("--billing-bucket BUCKET"),
            EC2 => Some("--ec2"),
            _ => None,
        });
        let options: Vec<&str> = options.collect();
        (!options.is_empty()).then(|| {
            let options = options.join(" and ");
            format!("`ctadmin create splunk` creates the others with {options}")
        })
    }

    /// The trail stack as its readers see it.
    ///
    /// # Errors
    /// When there is nothing to read, or several could be meant.
    fn source(
        &self,
        account: &Account,
        trails: &Option<TrailSurvey>,
        observed: &Observed,
    ) -> Result<Source> {
        let scheme = &account.scheme;
        let Some(trails) = trails else {
            return Source::offline(account, &self.trail);
        };
        let source = Source::found(&self.trail, trails)?;
        let is_whole = trails.unread.is_empty() && account.except.is_empty();
        // What a reader may read already may serve a region that was not looked at.
        let readers = self.principals(scheme, Purpose::Create, None, observed);
        let reader = readers.first().and_then(|reader| observed.of(reader));
        let policy = reader.and_then(|reader| reader.policy.as_ref());
        Ok(match policy.filter(|_| !is_whole) {
            Some(policy) => source.with_policy(scheme, policy, policies::LOGS, policies::DECRYPT),
            None => source,
        })
    }
}

/// The bucket that a policy allows to list.
fn bucket_of(policy: &Policy) -> Option<String> {
    let statement = policy.statement("ListBucket")?;
    let arn = statement["Resource"].as_str()?;
    arn.rsplit(':').next().map(str::to_owned)
}
