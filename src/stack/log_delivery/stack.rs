//! The stacks that read the trail's log group. They differ in what reads it; what the engine asks of a stack is the same
//! for all of them.

use super::{LogDelivery, Options};
use crate::aws::Reader;
use crate::error::Result;
use crate::plan::Plan;
use crate::stack::engine::{self, Outline, Stack, Surveyed};
use crate::stack::graph::{At, Graph, Intent};
use crate::stack::observed::Observed;
use crate::stack::permissions::Grant;
use crate::stack::trail::{self, survey::Survey as TrailSurvey};
use crate::stack::{Account, After, Planned, Purpose, Say, Scheme};

/// A stack that reads the trail's log group: its options.
pub trait LogStack {
    /// The stack in an account.
    type Context<'a>: LogContext<'a>
    where
        Self: 'a;

    /// The stack's name, as commands take it.
    const STACK: &'static str;
    /// What is in the home region, with its verb, for people.
    const PARTS: &'static str;

    /// What is asked of the trail, and of what it delivers to.
    fn delivery(&self) -> &Options;

    /// The stack in an account.
    fn context<'a>(&'a self, delivery: LogDelivery<'a>) -> Self::Context<'a>;

    /// What a caller must be allowed. `bucket` is the name of the trail stack's bucket. With `--multi-region`, `create`
    /// also does what `create trail` does.
    fn permissions(&self, scheme: &Scheme, purpose: Purpose, bucket: &str) -> Vec<Grant> {
        let below = match purpose {
            Purpose::Create if self.delivery().source.is_none() => Purpose::Create,
            _ => Purpose::Show,
        };
        let mut grants = trail::permissions::grants(scheme, below, bucket);
        grants.retain(|grant| grant.service != "cloudwatch");
        if purpose == Purpose::Delete {
            grants.retain(|grant| grant.service != "s3");
        }
        let delivery = LogDelivery::widest(Self::STACK, self.delivery(), scheme, purpose);
        let context = self.context(delivery);
        let mut graph = Graph::new(&scheme.account);
        context.every(&mut graph);
        let own = engine::grants(&graph, purpose).into_iter();
        for grant in own.chain(context.grants()) {
            grant.join(&mut grants);
        }
        grants
    }
}

/// A stack that reads the trail's log group, in an account.
pub trait LogContext<'a>: Sized {
    /// What the trail delivers.
    fn delivery(&self) -> &LogDelivery<'a>;

    /// The same once it is decided what is meant in this account.
    ///
    /// # Errors
    /// When options and account contradict each other.
    fn decided(self) -> Result<Self> {
        Ok(self)
    }

    /// Whether all was read that its resources depend on.
    fn is_read(&self) -> bool;
    /// Adds what is read, whatever is done.
    fn read(&self, graph: &mut Graph);
    /// Whether the stack exists. Log group and role may be those of another stack.
    fn exists(&self) -> bool;
    /// The filters that read the log group beside the stack's own, in words.
    fn other_users(&self) -> Vec<String>;

    /// What is refused before anything changes.
    ///
    /// # Errors
    /// With the first reason.
    fn check(&self) -> Result<()>;
    /// Adds what should exist, in this log group.
    fn keep(&self, graph: &mut Graph, intent: Intent, group: Option<At>);
    /// Adds what is only shown.
    fn show(&self, _: &mut Graph) {}
    /// Adds what is deleted.
    fn delete(&self, graph: &mut Graph);
    /// Adds one of every kind of resource, for the permissions.
    fn every(&self, graph: &mut Graph);
    /// The permissions that no resource has.
    fn grants(&self) -> Vec<Grant> {
        Vec::new()
    }

    /// What the user should know before agreeing to a plan.
    fn notes(&self) -> Vec<String>;
    /// What `show` warns of.
    fn warnings(&self) -> Vec<String>;
    /// What exists once the plan was carried out, beside the log group.
    fn after(&self) -> Vec<(&'static str, String)>;
}

/// The stack in an account; nothing if nothing says which region is the home.
fn in_account<'a, S: LogStack>(
    stack: &'a S,
    account: &'a Account,
    purpose: Purpose,
    known: (&'a TrailSurvey, &'a Observed),
    home: Option<&str>,
) -> Result<Option<S::Context<'a>>> {
    let options = stack.delivery();
    let delivery = LogDelivery::new(S::STACK, options, account, purpose, known, home)?;
    let context = delivery.map(|delivery| stack.context(delivery).decided());
    context.transpose()
}

/// Adds the resources, as far as they are known.
fn fill<'a>(context: &impl LogContext<'a>, outline: &mut Outline) -> Result<()> {
    let (delivery, graph) = (context.delivery(), &mut outline.graph);
    let keep = |graph: &mut Graph, intent| {
        let group = delivery.keep(graph, intent, context.exists()).group;
        context.keep(graph, intent, group);
    };
    if delivery.is_read() && context.is_read() {
        match delivery.purpose {
            Purpose::Create => {
                context.check()?;
                keep(graph, Intent::Keep);
            }
            Purpose::Show => {
                outline.warnings.extend(context.warnings());
                let exists = context.exists();
                keep(graph, if exists { Intent::Keep } else { Intent::Show });
                context.show(graph);
            }
            Purpose::Delete => {
                context.check()?;
                // What the trail delivers stays as long as others read it.
                let stays = delivery.source().is_some() || !context.other_users().is_empty();
                let role = (!stays).then(|| delivery.delete(graph));
                context.delete(graph);
                if let Some(role) = role {
                    // Its policy says where all of it is, so it is deleted last.
                    graph.regional_ones_need(role);
                }
            }
        }
    }
    delivery.read(graph);
    context.read(graph);
    Ok(())
}

impl<S: LogStack> Stack for S {
    type Known = TrailSurvey;

    const NAME: &'static str = S::STACK;

    fn creation(&self) -> String {
        let source = self.delivery().source.as_ref();
        let name = source.map(|source| format!(" --name {}", source.name));
        format!("create {}{}", S::STACK, name.unwrap_or_default())
    }

    async fn discover(
        &self,
        account: &Account,
        purpose: Purpose,
        reader: &Reader,
        say: Say<'_>,
    ) -> TrailSurvey {
        let delivery = self.delivery();
        delivery.discover(account, purpose, reader, say).await
    }

    fn nothing(&self, account: &Account, purpose: Purpose) -> TrailSurvey {
        self.delivery().nothing(account, purpose)
    }

    fn outline(
        &self,
        account: &Account,
        purpose: Purpose,
        known: Option<&TrailSurvey>,
        observed: &Observed,
    ) -> Result<Outline> {
        let options = self.delivery();
        let mut outline = options.outline(account, purpose, known, observed)?;
        let Some(trails) = known else {
            return Ok(outline);
        };
        let home = outline.home_region.as_deref();
        let context = in_account(self, account, purpose, (trails, observed), home)?;
        let Some(context) = context else {
            return Ok(outline);
        };
        let delivery = context.delivery();
        outline.home_region = Some(delivery.region.clone());
        fill(&context, &mut outline)?;
        if purpose == Purpose::Show && delivery.trail.is_some() {
            // Once the trail is found, no resource of the stack can be in other regions.
            outline.unread.clear();
        }
        Ok(outline)
    }

    fn notes(
        &self,
        account: &Account,
        purpose: Purpose,
        surveyed: &Surveyed<TrailSurvey>,
        planned: &Planned,
    ) -> Result<Vec<String>> {
        let Surveyed { known, observed } = surveyed;
        let home = planned.plan.home_region.as_deref();
        let context = in_account(self, account, purpose, (known, observed), home)?;
        let Some(context) = context else {
            let parts = S::PARTS;
            return Ok(vec![match &self.delivery().source {
                None => format!(
                    "no trail, no queue and no role says in which region {parts}: give --region"
                ),
                Some(source) => format!(
                    "no role says which log group {} delivers: give --source-log-group",
                    source.name
                ),
            }]);
        };
        let mut notes = match self.delivery().created_trail(purpose) {
            Some(trail) => trail.notes(account, purpose, surveyed, planned)?,
            None => Vec::new(),
        };
        notes.extend(context.notes());
        if purpose != Purpose::Create {
            notes.extend(planned.kept_roles(observed));
        }
        Ok(notes)
    }

    fn after(
        &self,
        account: &Account,
        surveyed: &Surveyed<TrailSurvey>,
        plan: &Plan,
    ) -> Option<After> {
        let known = (&surveyed.known, &surveyed.observed);
        let home = plan.home_region.as_deref();
        let context = in_account(self, account, Purpose::Create, known, home);
        let context = context.ok()??;
        let LogDelivery { group, region, .. } = context.delivery();
        let mut exists = vec![("group", format!("{group} in {region}"))];
        exists.extend(context.after());
        Some(After {
            exists,
            next: vec![context.delivery().command("show")],
        })
    }
}
