//! What is observed of the central stack, and what follows from it.

use std::collections::BTreeSet;

use super::senders::{self, Senders};
use super::{MEMBERS, Options, OrganizationId};
use crate::call::Call;
use crate::call::s3::S3;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::region::global_region;
use crate::resource::Resource;
use crate::resource::bucket_settings::lock_note;
use crate::resource::organization::Organization;
use crate::resource::principal::{Principal, PrincipalState};
use crate::stack::alarms::note_of_subscribers;
use crate::stack::log_delivery::service_role_if;
use crate::stack::observed::Observed;
use crate::stack::{Account, Purpose, Scheme};

/// The role that CloudWatch Logs sends as, in the names of these senders. Its policy says which region the home is.
pub fn role_trusting(scheme: &Scheme, senders: &Senders) -> Principal {
    let name = format!("{}-logs-to-kinesis", scheme.central());
    let service = (senders::TRUST, "logs.amazonaws.com");
    service_role_if(scheme, name, service, |trust| senders.limit(scheme, trust))
}

/// The organization of the account.
pub fn organization(scheme: &Scheme) -> Organization {
    Organization {
        region: global_region(&scheme.partition).to_owned(),
    }
}

/// Whether a name is not too long for a role: with a long prefix, a stack has no room for what options add.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub fn is_name(name: &str) -> bool {
    name.len() <= 64
}

/// The same role by its name alone, to be read.
pub fn role(scheme: &Scheme) -> Principal {
    role_trusting(scheme, &Senders::Accounts(BTreeSet::new()))
}

/// The central stack in an account.
pub struct Context<'a> {
    pub options: &'a Options,
    pub account: &'a Account,
    pub scheme: &'a Scheme,
    pub purpose: Purpose,
    pub observed: &'a Observed,
    /// The region of all but the destinations.
    pub home: String,
}

impl<'a> Context<'a> {
    /// The stack in its home region: the one that the role names, else the one that is asked for. Nothing if no region is
    /// known.
    pub fn new(
        options: &'a Options,
        account: &'a Account,
        purpose: Purpose,
        observed: &'a Observed,
    ) -> Option<Self> {
        let asked = options.home.clone().or(account.configured_region.clone());
        let mut context = Self {
            options,
            account,
            scheme: &account.scheme,
            purpose,
            observed,
            home: asked.unwrap_or_default(),
        };
        let found = context.region_of_stream();
        context.home = found.unwrap_or(context.home);
        (!context.home.is_empty()).then_some(context)
    }

    /// Whether all was read that its resources depend on.
    pub fn is_read(&self) -> bool {
        let asked = self.options.organization == Some(OrganizationId::Own);
        let is_known = !asked || self.observed.is_read(&self.organization());
        is_known && self.observed.is_read(&role(self.scheme))
    }

    fn role(&self) -> Option<&'a PrincipalState> {
        self.observed.of(&role(self.scheme))
    }

    /// The organization of this account.
    pub fn organization(&self) -> Organization {
        organization(self.scheme)
    }

    /// Whether the stack exists.
    pub fn exists(&self) -> bool {
        self.role().is_some() || self.observed.of(&self.stream()).is_some()
    }

    /// Whether a delivery stream is left behind by its data stream: it keeps its place in that one, not in another of the
    /// name.
    pub fn is_left_behind(&self, reader: &impl Resource) -> bool {
        let stream = self.stream();
        let is_read = self.observed.has_read(&stream);
        let found = self.observed.of(&stream);
        let exists = found.is_some_and(|found| found.description.status != "DELETING");
        let reader = self.observed.of(reader);
        self.purpose == Purpose::Create && is_read && !exists && reader.is_some()
    }

    /// The region of the data stream that the role may write to.
    fn region_of_stream(&self) -> Option<String> {
        let policy = self.role()?.policy.as_ref()?;
        let streams = policy.resources();
        let mut arns = streams.map(|arn| arn.split(':').collect::<Vec<_>>());
        arns.find_map(|parts| match parts.as_slice() {
            ["arn", _, "kinesis", region, ..] => Some((*region).to_owned()),
            _ => None,
        })
    }

    /// Who sends: those named, else those that the role trusts.
    pub fn senders(&self) -> Senders {
        match (&self.options.organization, &self.options.members) {
            (Some(OrganizationId::Known(id)), _) => Senders::Organization(id.clone()),
            (Some(OrganizationId::Own), _) => {
                let id = self.observed.of(&self.organization());
                Senders::Organization(id.cloned().unwrap_or_default())
            }
            (None, Some(accounts)) => Senders::Accounts(accounts.clone()),
            (None, None) => self.found_senders(),
        }
    }

    /// In whose names CloudWatch Logs may assume the role.
    pub fn found_senders(&self) -> Senders {
        let trust = self.role().and_then(|role| role.trust.as_ref());
        Senders::of(self.scheme, trust)
    }

    /// The regions that have a destination.
    pub fn regions(&self) -> impl Iterator<Item = &'a str> {
        let regions = self.account.regions.iter();
        regions.map(|region| region.name.as_str())
    }

    /// The enabled regions that the command is not about.
    fn left_out(&self) -> Vec<&'a str> {
        let enabled = self.account.enabled.iter();
        let enabled = enabled.map(|region| region.name.as_str());
        enabled
            .filter(|name| !self.regions().any(|walked| walked == *name))
            .collect()
    }

    /// What is refused before anything changes.
    ///
    /// # Errors
    /// With the first reason.
    pub fn check(&self) -> Result<()> {
        self.check_alarms()?;
        if self.purpose != Purpose::Create {
            return Ok(());
        }
        let home = self.options.home.as_ref();
        if let Some(asked) = home.filter(|asked| **asked != self.home) {
            let message = format!("the central stack is in {}, not in {asked}", self.home);
            return Err(Error::failed(message).hint("omit --region, or give another --prefix"));
        }
        // Firehose and the stack write to buckets of their own region; delete keeps them where they are.
        for bucket in [self.archive(), self.trails()] {
            let found = self.observed.of(&bucket);
            if let Some(found) = found.filter(|found| found.region != self.home) {
                let (name, region) = (&bucket.name, &found.region);
                let message = format!("the bucket {name} is in {region}, not in {}", self.home);
                let hint = format!("give --region {region}, or another --prefix");
                return Err(Error::failed(message).hint(hint));
            }
        }
        let archive = self.archive();
        if let Some(found) = self.observed.of(&archive) {
            let elsewhere = "--object-lock is for new buckets: give another --prefix";
            archive.check_settings(&found.settings, "--archive-days", elsewhere)?;
        }
        self.check_senders()?;
        self.check_splunk()?;
        self.check_search()?;
        self.check_invited()
    }

    /// # Errors
    /// When nobody sends, or more than the policies have room for.
    fn check_senders(&self) -> Result<()> {
        let members = match self.senders() {
            Senders::Organization(id) if id.is_empty() => {
                return Err(Error::failed(
                    "AWS Organizations names no organization of this account",
                )
                .hint(
                    "give --organization=ID, or --members ACCOUNT,…: all accounts that may send",
                ));
            }
            Senders::Organization(_) => return Ok(()),
            Senders::Accounts(members) => members,
        };
        if members.contains(&self.scheme.account) {
            let message = format!("{} is the central account itself", self.scheme.account);
            let hint = "omit it: destinations and bucket are for other accounts";
            return Err(Error::usage(message).hint(hint));
        }
        let members = members.len();
        if members == 0 {
            return Err(Error::usage("no account is named that sends")
                .hint("give --members ACCOUNT,…: all accounts that may send; or --organization"));
        }
        if members > MEMBERS {
            return Err(Error::usage(format!(
                "{members} members are named; the role's trust policy has room for {MEMBERS}"
            ))
            .hint("give --organization: all its accounts may send"));
        }
        Ok(())
    }

    /// Who can no longer send.
    fn note_of_senders(&self) -> Option<String> {
        match (self.found_senders(), self.senders()) {
            (Senders::Accounts(found), Senders::Accounts(members)) => {
                let gone: Vec<&str> = found.difference(&members).map(String::as_str).collect();
                (!gone.is_empty()).then(|| format!("no longer members: {}", gone.join(", ")))
            }
            (Senders::Accounts(found), Senders::Organization(id)) => {
                let note = "accounts outside of the organization";
                (!found.is_empty()).then(|| {
                    format!("{note} {id} can no longer send, nor can subscription filters without a role: those of `create member` have one")
                })
            }
            (Senders::Organization(id), Senders::Accounts(_)) => Some(format!(
                "accounts of the organization {id} that are not named can no longer send"
            )),
            (Senders::Organization(found), Senders::Organization(id)) => (found != id)
                .then(|| format!("accounts of the organization {found} can no longer send")),
        }
    }

    /// What a plan that changes the archive's lifecycle or lock means.
    pub fn notes_of_archive(&self, plan: &Plan) -> Vec<String> {
        let settings = self.archive().settings;
        let calls = plan.steps.iter().filter_map(|step| match &step.call {
            Call::S3(call) => Some(call),
            _ => None,
        });
        let notes = calls.filter_map(|call| match call {
            S3::PutBucketLifecycleConfiguration(_) => settings.expiry.as_ref().map(|cold| {
                let class = cold.class.as_deref().unwrap_or_default();
                format!(
                    "objects of the archive move to {class} after {} days: to be read then, they must be restored first",
                    cold.days
                )
            }),
            S3::PutObjectLockConfiguration(_) => settings.retention.as_ref().map(|retention| {
                let note = lock_note(retention);
                format!("{note}; AWS does not say whether Firehose can write to such a bucket: check that objects arrive")
            }),
            _ => None,
        });
        notes.collect()
    }

    /// What the user should know before agreeing to a plan.
    pub fn notes(&self) -> Vec<String> {
        match self.purpose {
            Purpose::Create => {
                let mut notes = self.notes_of_alarms();
                notes.extend(self.note_of_senders());
                notes.extend(self.notes_of_splunk());
                notes.extend(self.notes_of_search());
                notes
            }
            Purpose::Show => Vec::new(),
            Purpose::Delete => {
                let buckets = [self.archive(), self.trails()];
                let exist = buckets.into_iter();
                let exist = exist.filter(|bucket| self.observed.of(bucket).is_some());
                let mut notes: Vec<String> = exist
                    .map(|bucket| format!("the bucket {} is kept, with its objects", bucket.name))
                    .collect();
                if self.exists() {
                    notes.push(match self.options.drain {
                        None => "records that are not delivered yet are lost".to_owned(),
                        Some(_) => "records that are not delivered then are lost: `ctadmin doctor central` says whether deliveries are late".to_owned(),
                    });
                    notes.push("AWS disables the subscription filters of the members: where the stack is created again, `delete member` and `create member` renew them".to_owned());
                }
                notes.extend(self.notes_of_search());
                notes.extend(note_of_subscribers(self.subscriptions()));
                let left = self.left_out();
                if !left.is_empty() {
                    let left = left.join(", ");
                    notes.push(format!("destinations and GuardDuty in {left} are not looked at: the command leaves these regions out"));
                }
                notes
            }
        }
    }
}
