//! The engine: what every stack does, derived from its graph.
//!
//! A stack says which resources it consists of, given what is known of the account so far. The engine reads what the
//! graph names, asks for the graph again, and so on until nothing is left to read: a name that depends on the account
//! is known one round later than one that does not. Then the same graph gives the plan, the drift, and the permissions.

use futures::FutureExt;
use futures::future::{LocalBoxFuture, join, join_all};

use super::graph::{Graph, Node};
use super::observed::{Observation, Observed};
use super::permissions::Grant;
use super::{Account, After, Planned, Purpose, Say, refusals};
use crate::aws::Reader;
use crate::aws::{Outputs, Recheck};
use crate::error::{CallError, Result};
use crate::plan::{Plan, Step, StepId, Unread};

/// A stack: its resources, and what the user should know of them.
pub trait Stack {
    /// What is found out before the graph, beside what the engine reads.
    type Known;

    /// The stack's name, as commands take it.
    const NAME: &'static str;

    /// The command that creates and updates it.
    fn creation(&self) -> String {
        format!("create {}", Self::NAME)
    }

    /// Finds out what the graph depends on.
    fn discover(
        &self,
        account: &Account,
        purpose: Purpose,
        reader: &Reader,
        say: Say<'_>,
    ) -> impl Future<Output = Self::Known>;

    /// What discovery finds in an empty account.
    fn nothing(&self, account: &Account, purpose: Purpose) -> Self::Known;

    /// The resources, as far as they are known; `known` is missing as long as discovery runs.
    ///
    /// # Errors
    /// When account or options make it impossible.
    fn outline(
        &self,
        account: &Account,
        purpose: Purpose,
        known: Option<&Self::Known>,
        observed: &Observed,
    ) -> Result<Outline>;

    /// What the user should know before agreeing to the steps.
    ///
    /// # Errors
    /// When account or options make the steps impossible.
    fn notes(
        &self,
        account: &Account,
        purpose: Purpose,
        surveyed: &Surveyed<Self::Known>,
        planned: &Planned,
    ) -> Result<Vec<String>>;

    /// What exists once the stack is created.
    fn after(
        &self,
        account: &Account,
        surveyed: &Surveyed<Self::Known>,
        plan: &Plan,
    ) -> Option<After>;
}

/// The resources of a stack, and where they are.
#[derive(Clone, Debug)]
pub struct Outline {
    /// The resources.
    pub graph: Graph,
    /// The home region, if the stack has one.
    pub home_region: Option<String>,
    /// Regions that could not be read, and are left out.
    pub unread: Vec<Unread>,
    /// The regions looked at, in order of name.
    pub regions: Vec<String>,
    /// What is shown to be wrong, beside drift.
    pub warnings: Vec<String>,
    /// What is shown beside the resources.
    pub hints: Vec<String>,
}

impl Outline {
    /// No resources yet.
    pub fn new(account: &Account) -> Self {
        Self {
            graph: Graph::new(&account.scheme.account),
            home_region: None,
            unread: Vec::new(),
            regions: account
                .regions
                .iter()
                .map(|region| region.name.clone())
                .collect(),
            warnings: Vec::new(),
            hints: Vec::new(),
        }
    }
}

/// What was found out about an account.
#[derive(Clone, Debug)]
pub struct Surveyed<K> {
    /// By the stack itself.
    pub known: K,
    /// By the engine.
    pub observed: Observed,
}

/// Finds out what exists of a stack; not more once something cannot be read, since nothing can be planned then.
pub async fn survey<S: Stack>(
    stack: &S,
    account: &Account,
    purpose: Purpose,
    reader: &Reader,
    say: Say<'_>,
) -> Surveyed<S::Known> {
    survey_if(stack, account, purpose, reader, say, |is_whole| is_whole).await
}

/// The same, of all that can be read.
pub async fn survey_leniently<S: Stack>(
    stack: &S,
    account: &Account,
    purpose: Purpose,
    reader: &Reader,
    say: Say<'_>,
) -> Surveyed<S::Known> {
    survey_if(stack, account, purpose, reader, say, |_| true).await
}

/// Finds out what exists of a stack, round by round, as long as `goes_on` with whether all of a round could be read.
async fn survey_if<S: Stack>(
    stack: &S,
    account: &Account,
    purpose: Purpose,
    reader: &Reader,
    say: Say<'_>,
    goes_on: fn(bool) -> bool,
) -> Surveyed<S::Known> {
    let mut observed = Observed::default();
    let early = stack.outline(account, purpose, None, &observed).ok();
    let early = early.map_or_else(Vec::new, |outline| outline.graph.nodes().to_vec());
    let known = stack.discover(account, purpose, reader, say);
    let (known, reads) = join(known, read(&early, &Observed::default(), reader)).await;
    let mut is_whole = insert(&mut observed, reads);
    while goes_on(is_whole) {
        let outline = stack.outline(account, purpose, Some(&known), &observed);
        let Ok(outline) = outline else { break };
        let reads = read(outline.graph.nodes(), &observed, reader).await;
        if reads.is_empty() {
            break;
        }
        is_whole = insert(&mut observed, reads);
    }
    Surveyed { known, observed }
}

type Reads = Vec<(Node, Result<Observation, CallError>)>;

/// Reads the nodes that were not read yet, all at once.
async fn read(nodes: &[Node], observed: &Observed, reader: &Reader) -> Reads {
    let unread = nodes.iter().filter(|node| node.is_unread(observed));
    let reads = unread.map(async |node| (node.clone(), node.resource().read(reader).await));
    join_all(reads).await
}

/// Whether all could be read.
fn insert(observed: &mut Observed, reads: Reads) -> bool {
    let mut is_whole = true;
    for (node, read) in reads {
        is_whole &= read.is_ok();
        observed.insert(node.resource(), read);
    }
    is_whole
}

/// A stack, and what is done with it.
#[derive(Clone, Debug)]
pub struct Run<S> {
    /// The stack.
    pub stack: S,
    /// What is done.
    pub purpose: Purpose,
}

impl<S: Stack> Run<S> {
    /// A stack, and what is done with it.
    pub fn new(stack: S, purpose: Purpose) -> Self {
        Self { stack, purpose }
    }

    /// Looks at the account. What cannot be read is part of what is found. What takes long is said.
    pub async fn look(
        &self,
        reader: &Reader,
        account: &Account,
        say: Say<'_>,
    ) -> Surveyed<S::Known> {
        survey(&self.stack, account, self.purpose, reader, say).await
    }

    /// What a look at an empty account would find.
    pub fn nothing(&self, account: &Account) -> Surveyed<S::Known> {
        Surveyed {
            known: self.stack.nothing(account, self.purpose),
            observed: Observed::nothing(),
        }
    }

    /// The way from what exists to what should.
    ///
    /// # Errors
    /// When account or options make it impossible, which is found out before anything is changed.
    pub fn plan(&self, account: &Account, surveyed: &Surveyed<S::Known>) -> Result<Planned> {
        let observed = &surveyed.observed;
        let (stack, purpose) = (&self.stack, self.purpose);
        let outline = outline(stack, account, purpose, surveyed)?;
        let graph = outline.graph;
        if purpose == Purpose::Create {
            graph.check(observed)?;
        }
        let steps = graph.steps(observed)?;
        refusals::of_steps(&steps)?;
        let scheme = &account.scheme;
        let plan = Plan {
            command: [purpose.command(), S::NAME].join(" ").trim_end().to_owned(),
            account: scheme.account.clone(),
            partition: scheme.partition.clone(),
            home_region: outline.home_region,
            regions: outline.regions,
            notes: Vec::new(),
            unread: outline.unread,
            steps,
        };
        let mut planned = Planned {
            plan: plan.checked()?,
            graph,
        };
        planned.plan.notes = stack.notes(account, purpose, surveyed, &planned)?;
        Ok(planned)
    }

    /// What exists once this plan, made of this survey, was carried out; nothing if that need not be said.
    pub fn after(
        &self,
        account: &Account,
        surveyed: &Surveyed<S::Known>,
        plan: &Plan,
    ) -> Option<After> {
        match self.purpose {
            Purpose::Create => self.stack.after(account, surveyed, plan),
            Purpose::Show | Purpose::Delete => None,
        }
    }
}

/// The outline of what was found out.
///
/// # Errors
/// When a resource could not be read, or account or options make the stack impossible.
pub fn outline<S: Stack>(
    stack: &S,
    account: &Account,
    purpose: Purpose,
    surveyed: &Surveyed<S::Known>,
) -> Result<Outline> {
    let Surveyed { known, observed } = surveyed;
    if let Some(error) = observed.first_error() {
        return Err(error.clone().into());
    }
    stack.outline(account, purpose, Some(known), observed)
}

/// Finds out whether an error only says that the work is done: by reading the resource again.
#[derive(Clone, Debug)]
pub struct Reread {
    graph: Graph,
    steps: Vec<StepId>,
}

impl Reread {
    /// For the steps made from a graph.
    pub fn new(graph: Graph, steps: &[Step]) -> Self {
        let steps = steps.iter().map(|step| step.id.clone()).collect();
        Self { graph, steps }
    }
}

impl Recheck for Reread {
    /// The outputs, if the resource is what this step and the others of the plan make of it.
    fn outputs<'a>(
        &'a self,
        reader: &'a Reader,
        step: &'a Step,
    ) -> LocalBoxFuture<'a, Option<Outputs>> {
        let check = async move {
            let node = self.graph.node_of(step)?;
            let resource = node.resource();
            let found = match resource.read(reader).await {
                Ok(None) if node.is_deleted() => return Some(Outputs::new()),
                Ok(Some(found)) if !node.is_deleted() => found,
                Ok(_) | Err(_) => return None,
            };
            let left = self.graph.changes_of(node, Some(&*found));
            let others = |left: &Step| left.id != step.id && self.steps.contains(&left.id);
            let is_done = resource.is_own(&*found) && left.iter().all(others);
            is_done.then(|| resource.outputs(&*found))
        };
        check.boxed_local()
    }
}

/// What a caller must be allowed, for the widest graph of a stack.
pub fn grants(graph: &Graph, purpose: Purpose) -> Vec<Grant> {
    let mut grants = Vec::new();
    for node in graph.nodes() {
        let resource = node.resource();
        Grant::of(resource.id().kind, purpose, resource.arns()).join(&mut grants);
        if let (Purpose::Create, Some((role, service))) = (purpose, resource.passed_role()) {
            Grant::pass(role, service).join(&mut grants);
        }
    }
    grants
}
