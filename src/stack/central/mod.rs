//! The central stack: what many accounts log comes together in one account.
//!
//! Log groups of the member accounts send, through a destination of CloudWatch Logs in each region, to one data stream;
//! a delivery stream archives it in a bucket. A second bucket takes the log files of the members' trails. What GuardDuty
//! finds goes the way of the members' events. Further readers of the data stream deliver to Splunk and to OpenSearch.
//! `context` says what is observed, `senders` who may send, `resources`, `splunk`, `opensearch` with `search_domain`,
//! `findings`, `invited`, `administered` and `alarms` what should exist; which needs which is said here.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions.html>

mod administered;
mod alarms;
mod context;
mod findings;
mod invited;
pub mod opensearch;
mod resources;
mod search_domain;
mod senders;
pub mod shards;
mod splunk;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::engine::{self, Outline, Stack, Surveyed};
use super::graph::{At, Graph, Intent, Node};
use super::observed::Observed;
use super::permissions::Grant;
use super::{Account, After, Planned, Purpose, Say, Scheme};
use crate::aws::Reader;
use crate::call::Tag;
use crate::call::s3::DefaultRetention;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::resource::Resource;
use context::Context;
use findings::detector;
pub(crate) use findings::{guardduty_role, owner_of_detector};
pub use opensearch::ToOpenSearch;
pub use senders::Senders;
pub use splunk::ToSplunk;

/// How many members a role's trust policy has room for: it has 2,048 characters.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>
pub const MEMBERS: usize = 40;

/// What lifecycle and locks of the archive take.
const ARCHIVE_SETTINGS: [&str; 4] = [
    "GetBucketLifecycleConfiguration",
    "PutBucketLifecycleConfiguration",
    "GetObjectLockConfiguration",
    "PutObjectLockConfiguration",
];

/// What is said where nothing says which region the home is.
const NOWHERE: &str = "no role says in which region the stack is: give --region";

/// Which organization is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrganizationId {
    /// That of this account.
    Own,
    /// The one with this ID.
    Known(String),
}

/// What is asked of the central stack.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The home region, when it was named.
    pub home: Option<String>,
    /// The accounts that send, when they were named: all of them.
    pub members: Option<BTreeSet<String>>,
    /// The organization whose accounts send, all of them, when it was asked for.
    pub organization: Option<OrganizationId>,
    /// How many shards the data stream has, when an option states it.
    pub shards: Option<i32>,
    /// How many hours the data stream keeps records, when an option states it.
    pub retention_hours: Option<i32>,
    /// How many days log groups keep events, when an option states it.
    pub log_retention_in_days: Option<i32>,
    /// After how many days objects of the archive move to a colder storage class, when an option states it.
    pub archive_days: Option<i32>,
    /// That storage class, when an option states it: `GLACIER`, `DEEP_ARCHIVE`.
    pub archive_class: Option<String>,
    /// For how long new objects of the archive are locked, when an option states it.
    pub object_lock: Option<DefaultRetention>,
    /// The topic that the alarms notify, when it was named.
    pub alarm_topic: Option<String>,
    /// Addresses that the stack's own topic notifies, among others.
    pub emails: Vec<String>,
    /// What is asked of the delivery to OpenSearch Service, when there should be one.
    pub opensearch: Option<ToOpenSearch>,
    /// What is asked of the delivery to Splunk, when there should be one.
    pub splunk: Option<ToSplunk>,
    /// How long what was received is delivered before the stack is deleted.
    pub drain: Option<Duration>,
    /// Whether a delivery stream that cannot be updated is replaced.
    pub replace: bool,
    /// Whether GuardDuty is left out.
    pub no_guardduty: bool,
    /// The features of GuardDuty that are on, when they were named: all of them.
    pub guardduty_features: Option<BTreeSet<String>>,
    /// The members that GuardDuty invites, each with the email address of its root user.
    pub member_emails: BTreeMap<String, String>,
    /// Tags for all that can be tagged.
    pub tags: Vec<Tag>,
}

impl Stack for Options {
    type Known = ();

    const NAME: &'static str = "central";

    async fn discover(&self, _: &Account, _: Purpose, _: &Reader, _: Say<'_>) {}

    fn nothing(&self, _: &Account, _: Purpose) {}

    fn outline(
        &self,
        account: &Account,
        purpose: Purpose,
        _: Option<&()>,
        observed: &Observed,
    ) -> Result<Outline> {
        let mut outline = Outline::new(account);
        let Some(context) = Context::new(self, account, purpose, observed) else {
            let role = context::role(&account.scheme);
            if observed.is_read(&role) && purpose == Purpose::Create {
                let hint = "give --region, or set AWS_REGION";
                return Err(Error::usage("no region is configured").hint(hint));
            }
            // An interrupted run may have left it, without its policy.
            outline.graph.add(match purpose {
                Purpose::Create | Purpose::Show => Node::read(role),
                Purpose::Delete => Node::new(role, Intent::Delete("")),
            });
            if self.organization == Some(OrganizationId::Own) {
                let organization = context::organization(&account.scheme);
                outline.graph.add(Node::read(organization));
            }
            for role in [opensearch::firehose_role, splunk::firehose_role] {
                let role = role(&account.scheme);
                if context::is_name(&role.name) {
                    outline.graph.add(Node::read(role));
                }
            }
            // They are read in two steps, which need not wait for the home.
            if purpose != Purpose::Create || !self.no_guardduty {
                for region in &account.regions {
                    let detector = detector(&account.scheme, self, &region.name);
                    outline.graph.add(Node::read(detector));
                }
            }
            return Ok(outline);
        };
        outline.home_region = Some(context.home.clone());
        if context.is_read() {
            context.check()?;
        }
        context.fill(&mut outline.graph);
        Ok(outline)
    }

    fn notes(
        &self,
        account: &Account,
        purpose: Purpose,
        surveyed: &Surveyed<()>,
        planned: &Planned,
    ) -> Result<Vec<String>> {
        let observed = &surveyed.observed;
        let Some(context) = Context::new(self, account, purpose, observed) else {
            return Ok(vec![NOWHERE.to_owned()]);
        };
        let mut notes = context.notes();
        notes.extend(context.notes_of_archive(&planned.plan));
        notes.extend(context.findings_notes());
        notes.extend(context.invited_notes());
        notes.extend(context.administered_notes());
        if purpose != Purpose::Create {
            notes.extend(planned.kept_roles(observed));
        }
        Ok(notes)
    }

    fn after(&self, account: &Account, surveyed: &Surveyed<()>, _: &Plan) -> Option<After> {
        let context = Context::new(self, account, Purpose::Create, &surveyed.observed)?;
        let regions = account.regions.len();
        let parts = match self.no_guardduty {
            true => "a destination",
            false => "a destination and a GuardDuty detector",
        };
        let splunk = context.summary_of_splunk();
        let splunk = splunk.map(|words| ("splunk", words));
        let search = context.summary_of_search();
        let search = search.map(|words| ("search", words));
        let mut exists = vec![
            (
                "stream",
                format!("{} in {}", context.scheme.central(), context.home),
            ),
            ("archive", context.archive().name),
            ("trails", context.trails().name),
            ("members", context.senders().to_string()),
            ("alarms", context.summary_of_alarms()),
            ("regions", format!("{parts} in each of {regions}")),
        ];
        exists.splice(2..2, splunk.into_iter().chain(search));
        Some(After {
            exists,
            next: vec!["show central".to_owned()],
        })
    }
}

impl Options {
    /// Who sends, as far as that is known.
    pub fn senders_in(&self, account: &Account, observed: &Observed) -> Option<Senders> {
        let context = Context::new(self, account, Purpose::Show, observed);
        context.map(|context| context.senders())
    }

    /// What `doctor central` reads: all that `show central` does, metrics, and which objects arrive.
    pub fn permissions_of_doctor(&self, scheme: &Scheme) -> Vec<Grant> {
        let mut grants = self.permissions(scheme, Purpose::Show);
        let base = scheme.central();
        let buckets = ["logs", "trails"].map(|end| scheme.bucket_arn(&format!("{base}-{end}")));
        let all = vec!["*".to_owned()];
        let read = [
            Grant::new("Metrics", "cloudwatch", &["GetMetricData"], all),
            Grant::new("Objects", "s3", &["ListObjectsV2"], buckets.to_vec()),
        ];
        read.into_iter().for_each(|grant| grant.join(&mut grants));
        grants
    }

    /// What a caller must be allowed.
    pub fn permissions(&self, scheme: &Scheme, purpose: Purpose) -> Vec<Grant> {
        let account = Account::of_any_region(scheme);
        let nothing = Observed::nothing();
        let mut graph = Graph::new(&scheme.account);
        // Which addresses will be named is not known.
        let widest = Self {
            emails: vec!["*".to_owned()],
            organization: (purpose == Purpose::Create).then_some(OrganizationId::Own),
            splunk: match purpose {
                Purpose::Create => self.splunk.clone(),
                Purpose::Show | Purpose::Delete => Some(ToSplunk::default()),
            },
            opensearch: match purpose {
                Purpose::Create => self.opensearch.clone(),
                Purpose::Show | Purpose::Delete => Some(ToOpenSearch::default()),
            },
            ..self.clone()
        };
        let Some(context) = Context::new(&widest, &account, purpose, &nothing) else {
            return Vec::new();
        };
        context.fill(&mut graph);
        let mut grants = engine::grants(&graph, purpose);
        let settings: &[&str] = match purpose {
            Purpose::Create => &["GetBucketVersioning", "PutBucketVersioning"],
            Purpose::Show | Purpose::Delete => &["GetBucketVersioning"],
        };
        let buckets = vec![context.archive().arn, context.trails().arn];
        let settings = Grant::new("BucketSettings", "s3", settings, buckets);
        let archive = (purpose == Purpose::Create).then(|| {
            let archive = vec![context.archive().arn];
            Grant::new("ArchiveSettings", "s3", &ARCHIVE_SETTINGS, archive)
        });
        let further = [Some(settings), archive].into_iter().flatten();
        let further = further.chain(context.findings_grants());
        further.for_each(|grant| grant.join(&mut grants));
        if purpose == Purpose::Create {
            let read = self.optional_reads(&account).into_iter();
            read.for_each(|grant| grant.join(&mut grants));
        }
        grants
    }

    /// What options create is read without them, too.
    fn optional_reads(&self, account: &Account) -> Vec<Grant> {
        let all = Self {
            splunk: Some(ToSplunk::default()),
            opensearch: Some(ToOpenSearch::default()),
            ..self.clone()
        };
        let (purpose, nothing) = (Purpose::Show, Observed::nothing());
        let Some(context) = Context::new(&all, account, purpose, &nothing) else {
            return Vec::new();
        };
        let mut graph = Graph::new(&account.scheme.account);
        // What they need is read in any case.
        let read = [graph.add(Node::read(context.log_group())); 2];
        if self.splunk.is_none() {
            context.fill_splunk(&mut graph, Intent::Show, read, None);
        }
        if self.opensearch.is_none() {
            context.fill_search(&mut graph, Intent::Show, read, None);
        }
        engine::grants(&graph, purpose)
    }
}

impl Context<'_> {
    /// Adds the resources. The destinations, through which members send, come last and go first: a delivery stream
    /// starts with the newest record of the data stream, so whatever arrives before it exists is not archived.
    fn fill(&self, graph: &mut Graph) {
        let intent = match self.purpose {
            Purpose::Show if !self.exists() => Intent::Show,
            purpose => purpose.intent(),
        };
        if self.options.organization == Some(OrganizationId::Own) {
            graph.add(Node::read(self.organization()));
        }
        let buckets = match self.purpose {
            Purpose::Delete => Intent::Read,
            Purpose::Create | Purpose::Show => intent,
        };
        graph.add(Node::new(self.trails(), buckets));
        let archive = graph.add(Node::new(self.archive(), buckets));
        let group = graph.add(Node::new(self.log_group(), intent));
        let log = graph.add(Node::new(self.log_stream(), intent).needs([group]));
        let logs_role = graph.add(Node::new(self.logs_role(), intent));
        // Its policy says which region all else is in, so it is deleted last.
        let last = (self.purpose == Purpose::Delete).then_some(logs_role);
        let firehose_role = Node::new(self.firehose_role(), intent).needs(last);
        let firehose_role = graph.add(firehose_role);
        let stream = Node::new(self.stream(), intent).after(self.left_behind(graph));
        let stream = graph.add(stream);
        let delivery = self.reader(self.delivery_stream(), intent);
        let delivery = graph.add(delivery.needs([archive, log, firehose_role, stream]));
        let splunk = self.fill_splunk(graph, intent, [stream, archive], last);
        let search = self.fill_search(graph, intent, [stream, archive], last);
        let destinations = self.regions().map(|region| {
            let destination = Node::new(self.destination(region), intent);
            let destination = destination.needs([stream, delivery, logs_role]);
            (region, graph.add(destination.needs(splunk).needs(search)))
        });
        let destinations: Vec<(&str, At)> = destinations.collect();
        self.fill_findings(graph, &destinations, last);
        self.add_alarms(graph, intent);
        if let Some(last) = last {
            graph.regional_ones_need(last);
        }
    }

    /// Adds the deletion of what reads the data stream, where that is missing.
    fn left_behind(&self, graph: &mut Graph) -> Vec<At> {
        let readers = [
            self.old(self.delivery_stream()),
            self.old(self.splunk_stream()),
            self.old(self.mapping()),
        ];
        let nodes = readers.into_iter().flatten();
        nodes.map(|node| graph.add(node)).collect()
    }

    /// The deletion of what is left behind.
    fn old(&self, reader: impl Resource) -> Option<Node> {
        let why = Intent::Delete("its data stream is missing, and it would not read a new one");
        let is_old = self.is_left_behind(&reader);
        is_old.then(|| Node::new(reader, why))
    }

    /// What reads the data stream: a new one, where the one that exists is left behind. It is deleted once it had the time
    /// to deliver all.
    fn reader(&self, reader: impl Resource, intent: Intent) -> Node {
        let drain = self.options.drain;
        match self.is_left_behind(&reader) {
            true => Node::given(reader, intent, None),
            false => Node::new(reader, intent).paused(drain),
        }
    }
}
