//! What is observed of the central stack, and what follows from it.

use std::collections::BTreeSet;

use super::{MEMBERS, Options};
use crate::call::Call;
use crate::call::s3::S3;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::policy::texts;
use crate::resource::bucket_settings::lock_note;
use crate::resource::principal::{Principal, PrincipalState};
use crate::stack::alarms::note_of_subscribers;
use crate::stack::log_delivery::service_role;
use crate::stack::observed::Observed;
use crate::stack::{Account, Purpose, Scheme};

/// The role that CloudWatch Logs sends as, in the names of these senders. Its policy says which region the home is.
pub fn role_trusting(scheme: &Scheme, senders: Vec<String>) -> Principal {
    let name = format!("{}-logs-to-kinesis", scheme.central());
    let trust = ("CentralSends", "logs.amazonaws.com");
    service_role(scheme, name, trust, senders)
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
        self.observed
            .is_read(&role_trusting(self.scheme, Vec::new()))
    }

    fn role(&self) -> Option<&'a PrincipalState> {
        let role = role_trusting(self.scheme, Vec::new());
        self.observed.of(&role)
    }

    /// Whether the stack exists.
    pub fn exists(&self) -> bool {
        self.role().is_some() || self.observed.of(&self.stream()).is_some()
    }

    /// Whether a delivery stream is left behind by its data stream: it keeps its place in that one, not in another of the
    /// name.
    pub fn is_stream_lost(&self) -> bool {
        let stream = self.stream();
        let is_read = self.observed.has_read(&stream);
        let found = self.observed.of(&stream);
        let exists = found.is_some_and(|found| found.description.status != "DELETING");
        let delivery = self.observed.of(&self.delivery_stream());
        self.purpose == Purpose::Create && is_read && !exists && delivery.is_some()
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

    /// The accounts that send: those named, else those that the role trusts.
    pub fn members(&self) -> BTreeSet<String> {
        self.options.members.clone().unwrap_or_else(|| {
            let mut found = self.found_members();
            found.remove(&self.scheme.account);
            found
        })
    }

    /// The accounts in whose names CloudWatch Logs may assume the role.
    pub fn found_members(&self) -> BTreeSet<String> {
        let trust = self.role().and_then(|role| role.trust.as_ref());
        let sid = self.scheme.sid("CentralSends");
        let statement = trust.and_then(|trust| trust.statement(&sid));
        let sources = statement.map(|found| &found["Condition"]["StringLike"]["aws:SourceArn"]);
        let arns = sources.into_iter().flat_map(texts);
        arns.filter_map(|arn| arn.split(':').nth(4).map(str::to_owned))
            .collect()
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
        let members = self.members();
        if members.contains(&self.scheme.account) {
            let message = format!("{} is the central account itself", self.scheme.account);
            let hint = "omit it: destinations and bucket are for other accounts";
            return Err(Error::usage(message).hint(hint));
        }
        let members = members.len();
        if members == 0 {
            return Err(Error::usage("no account is named that sends")
                .hint("give --members ACCOUNT,…: all accounts that may send"));
        }
        if members > MEMBERS {
            return Err(Error::usage(format!(
                "{members} members are named; the role's trust policy has room for {MEMBERS}"
            ))
            .hint("create a second central stack with another --prefix"));
        }
        self.check_invited()
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
                let members = self.members();
                let found = self.found_members();
                let gone = found.difference(&members);
                let gone = gone.filter(|account| **account != self.scheme.account);
                let gone: Vec<&str> = gone.map(String::as_str).collect();
                let mut notes = self.notes_of_alarms();
                if !gone.is_empty() {
                    notes.push(format!("no longer members: {}", gone.join(", ")));
                }
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
                    notes.push("records that are not archived yet are lost".to_owned());
                    notes.push("AWS disables the subscription filters of the members: create them again if the stack is".to_owned());
                }
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
