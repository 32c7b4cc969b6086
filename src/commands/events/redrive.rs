//! `--dlq --redrive`: the messages of the dead-letter queue are moved back to the queue, by a task of SQS that runs on its own.
//! The step that starts it is done when the task is.
//!
//! Each message goes to the queue that it came from, so nothing is moved where other queues have their dead letters
//! there, too. See
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html>.

use std::cell::RefCell;
use std::time::Duration;

use super::lookup::{self, LocatedQueue};
use crate::aws::Session;
use crate::aws::read::{MoveTask, Waited};
use crate::call::sqs::ListMessageMoveTasks;
use crate::commands::apply;
use crate::commands::interrupt::{Interrupt, UNCHANGED};
use crate::error::{Error, Exit, Result};
use crate::plan::apply::Progress;
use crate::plan::{Plan, Ready};
use crate::printer::Printer;
use crate::resource::move_task as node;
use crate::settings::{Apply, Settings};
use crate::stack::graph::{Graph, Intent, Node};
use crate::stack::observed::Observed;
use crate::stack::{Planned, Scheme};
use crate::words::counted;

/// How long SQS may take to list a task that was started.
const LISTED: Duration = Duration::from_secs(60);

/// How long a task runs at most.
const LONGEST: Duration = Duration::from_secs(36 * 60 * 60);

/// What was found in the account.
struct RedriveState {
    session: Session,
    scheme: Scheme,
    queue: LocatedQueue,
    dead_letters: LocatedQueue,
    arn: String,
    /// Other queues whose dead letters are there, too.
    others: Vec<String>,
    task: Option<MoveTask>,
}

/// Plans, asks, and moves the messages.
pub async fn run(
    settings: &Settings,
    applying: &Apply,
    interrupt: &Interrupt,
    printer: &Printer,
) -> Result<Exit> {
    let looking = printer.busy("looking for the queue");
    let found = interrupt.or(UNCHANGED, find(settings)).await??;
    drop(looking);
    let planned = plan(&found)?;
    if applying.dry_run {
        return apply::print(&planned.plan, &found.scheme, settings, applying, printer);
    }
    let session = &found.session;
    let exit = apply::carry_out(planned, session, settings, applying, interrupt, printer).await?;
    let runs = found.task.as_ref().is_some_and(MoveTask::is_running);
    match exit {
        Exit::Done if runs => follow(&found, interrupt, printer).await,
        exit => Ok(exit),
    }
}

/// Follows the task that runs already.
async fn follow(found: &RedriveState, interrupt: &Interrupt, printer: &Printer) -> Result<Exit> {
    let shown = RefCell::new(printer.reading());
    let progress = |progress: Progress| match progress {
        Progress::Pending(words) => shown.borrow_mut().show(&words),
        Progress::Ready(words) => shown.borrow().aside(|| printer.say(&words)),
    };
    let (ready, region) = (ready(found), &found.queue.region);
    let reader = found.session.reader();
    let name = &found.dead_letters.name;
    let ended = reader.wait(region, name, &ready, &progress, interrupt.watch());
    match ended.await? {
        Waited::Ready => Ok(Exit::Done),
        Waited::Stopped => Err(Error::interrupted(
            "SQS continues to move the messages; the same command shows the progress",
        )),
        Waited::Failed(error) => Err(error.into()),
    }
}

/// What to wait for: until the task has ended.
fn ready(found: &RedriveState) -> Ready {
    let read = ListMessageMoveTasks {
        source_arn: found.arn.clone(),
    };
    let ended = found.task.as_ref().filter(|task| !task.is_running());
    let before = ended.map(|task| ("Results[0].StartedTimestamp", task.started.to_string()));
    Ready {
        read: read.into(),
        state: "Results[0].Status",
        ready: &["COMPLETED"],
        failed: &["FAILED", "CANCELLED"],
        code: None,
        reason: Some("Results[0].FailureReason"),
        before,
        progress: "messages moved: {Results[0].ApproximateNumberOfMessagesMoved} of \
                   {Results[0].ApproximateNumberOfMessagesToMove}",
        done: format!(
            "messages moved to the queue {}: about {{Results[0].ApproximateNumberOfMessagesMoved}}",
            found.queue.name
        ),
        shown_within: LISTED,
        within: LONGEST,
    }
}

async fn find(settings: &Settings) -> Result<RedriveState> {
    let named = settings.connection.region.as_deref();
    let found = lookup::find_queue(&settings.connection, named, &settings.names).await?;
    let (session, scheme, queue) = found;
    if queue.state.redrive().is_none() {
        let message = format!("the queue {} has no dead-letter queue", queue.name);
        return Err(Error::failed(message).hint("`ctadmin create` adds the RedrivePolicy"));
    }
    let dead_letters = lookup::dead_letters(&session, &scheme, &queue).await?;
    let LocatedQueue {
        name,
        region,
        url,
        state,
    } = &dead_letters;
    let arn = state.attributes.get("QueueArn").cloned();
    let arn = arn.unwrap_or_else(|| scheme.arn("sqs", region, name));
    let reader = session.reader();
    let (sources, task) = tokio::try_join!(
        reader.dead_letter_sources(region, url),
        reader.move_task(region, &arn)
    )?;
    let own = name_of(&queue.url);
    let others = sources.iter().map(|url| name_of(url));
    let others = others.filter(|name| *name != own).map(str::to_owned);
    Ok(RedriveState {
        others: others.collect(),
        session,
        scheme,
        queue,
        dead_letters,
        arn,
        task,
    })
}

/// The queue's name. A dead-letter queue and its source queues are in one account and region.
fn name_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

/// The step that moves the messages, if there are any that are not being moved already.
fn plan(found: &RedriveState) -> Result<Planned> {
    let RedriveState {
        scheme,
        queue,
        dead_letters,
        ..
    } = found;
    let name = &dead_letters.name;
    if !found.others.is_empty() {
        let others = found.others.join(", ");
        let message =
            format!("the queue {name} is also the dead-letter queue of other queues: {others}");
        return Err(Error::failed(message).hint(
            "SQS would also move the messages of the other queues: give each queue a dead-letter queue of its own",
        ));
    }
    let count = dead_letters.state.messages();
    let runs = found.task.as_ref().is_some_and(MoveTask::is_running);
    let mut graph = Graph::new(&scheme.account);
    let mut plan = Plan {
        command: "events --dlq --redrive".to_owned(),
        account: scheme.account.clone(),
        partition: scheme.partition.clone(),
        home_region: Some(queue.region.clone()),
        regions: vec![queue.region.clone()],
        steps: Vec::new(),
        notes: Vec::new(),
        unread: Vec::new(),
    };
    if runs {
        plan.notes = vec![format!("a task is moving the messages of {name} already")];
    } else if count > 0 {
        let messages = counted(usize::try_from(count).unwrap_or(usize::MAX), "message");
        let moving = node::MoveTask {
            queue: name.clone(),
            arn: found.arn.clone(),
            region: queue.region.clone(),
            reason: format!("{messages} to be moved back to {}", queue.name),
            ready: ready(found),
        };
        graph.add(Node::given(moving, Intent::Keep, found.task.clone()));
        plan.steps = graph.steps(&Observed::nothing())?;
        plan.notes = [
            "messages that are not CloudTrail notifications, or whose logs cannot be read, are moved, too: inspect them \
             first with `ctadmin events --dlq`",
            "SQS treats them as new messages, with new ids and a new retention period",
        ]
        .map(str::to_owned)
        .to_vec();
    }
    Ok(Planned {
        plan: plan.checked()?,
        graph,
    })
}
