//! `--dlq --redrive`: the dead letters go back to the queue, by a task of SQS that goes on by itself.
//!
//! Each message goes to the queue that it came from, so nothing is moved where other queues have their dead letters
//! there, too. See
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html>.

use std::time::{Duration, Instant};

use super::standing::{self, Standing};
use crate::aws::read::MoveTask;
use crate::aws::{Reader, Session};
use crate::call::sqs::{Sqs, StartMessageMoveTask};
use crate::commands::apply;
use crate::commands::interrupt::{Interrupt, UNCHANGED};
use crate::error::{Error, Exit, Result};
use crate::plan::{Plan, Step};
use crate::printer::Printer;
use crate::settings::Redrive;
use crate::stack::Scheme;
use crate::words::{counted, thousands};

/// The pauses between looks at the task; the last one repeats.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

/// How long SQS may take to list a task that was started.
const LISTED: Duration = Duration::from_secs(60);

/// SQS's word for messages that were sent to the dead letter queue by somebody, and not moved there.
const NO_SOURCE: &str = "CouldNotDetermineMessageSource";

/// What was found in the account.
struct Found {
    session: Session,
    scheme: Scheme,
    queue: Standing,
    dead_letters: Standing,
    arn: String,
    /// Other queues whose dead letters are there, too.
    others: Vec<String>,
    task: Option<MoveTask>,
}

/// Plans, asks, and moves the messages.
pub async fn run(how: &Redrive, interrupt: &Interrupt, printer: &Printer) -> Result<Exit> {
    let Redrive {
        settings,
        apply: applying,
    } = how;
    let looking = printer.busy("looking for the queue");
    let found = interrupt.or(UNCHANGED, find(how)).await??;
    drop(looking);
    let plan = plan(&found)?;
    if applying.dry_run {
        return apply::print(&plan, &found.scheme, settings, applying, printer);
    }
    let Found {
        session, task, arn, ..
    } = &found;
    let runs = task.as_ref().is_some_and(MoveTask::is_running);
    let moves = runs || !plan.is_empty();
    let exit = apply::carry_out(plan, session, settings, applying, interrupt, printer).await?;
    if exit != Exit::Done || !moves {
        return Ok(exit);
    }
    let region = &found.queue.region;
    let reader = session.reader();
    let ended_before = task.as_ref().filter(|_| !runs).map(|task| task.started);
    let following = follow(&reader, region, arn, ended_before, printer);
    let going_on = "SQS goes on moving the messages; the same command shows how far it is";
    let task = interrupt.or(going_on, following).await??;
    ended(&task, &found.queue.name, printer)
}

async fn find(how: &Redrive) -> Result<Found> {
    let settings = &how.settings;
    let named = settings.region.as_deref();
    let found = standing::find_queue(&settings.connection, named, &settings.names).await?;
    let (session, scheme, queue) = found;
    if queue.found.redrive().is_none() {
        let message = format!(
            "the queue {} names no queue for its dead letters",
            queue.name
        );
        return Err(Error::failed(message).hint("`ctadmin create` adds the RedrivePolicy"));
    }
    let dead_letters = standing::dead_letters(&session, &scheme, &queue).await?;
    let Standing {
        region, url, found, ..
    } = &dead_letters;
    let arn = found.attributes.get("QueueArn").cloned();
    let arn = arn.unwrap_or_else(|| {
        let Scheme {
            partition, account, ..
        } = &scheme;
        format!(
            "arn:{partition}:sqs:{region}:{account}:{}",
            dead_letters.name
        )
    });
    let reader = session.reader();
    let (sources, task) = tokio::try_join!(
        reader.dead_letter_sources(region, url),
        reader.move_task(region, &arn)
    )?;
    let own = name_of(&queue.url);
    let others = sources.iter().map(|url| name_of(url));
    let others = others.filter(|name| *name != own).map(str::to_owned);
    Ok(Found {
        others: others.collect(),
        session,
        scheme,
        queue,
        dead_letters,
        arn,
        task,
    })
}

/// The queue's name. A dead letter queue and its sources are of one account and region.
fn name_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

/// The step that moves the messages, if there are any that are not being moved already.
fn plan(found: &Found) -> Result<Plan> {
    let Found {
        scheme,
        queue,
        dead_letters,
        arn,
        others,
        task,
        ..
    } = found;
    if !others.is_empty() {
        let message = format!(
            "the queue {} has the dead letters of other queues, too: {}",
            dead_letters.name,
            others.join(", ")
        );
        return Err(Error::failed(message).hint(
            "messages go back to the queue that they came from, and nothing of others is touched: \
             give each queue a queue of its own for its dead letters",
        ));
    }
    let count = dead_letters.found.messages();
    let runs = task.as_ref().is_some_and(MoveTask::is_running);
    let mut plan = Plan {
        command: "events --dlq --redrive",
        account: scheme.account.clone(),
        partition: scheme.partition.clone(),
        home_region: Some(queue.region.clone()),
        regions: vec![queue.region.clone()],
        steps: Vec::new(),
        notes: Vec::new(),
        unread: Vec::new(),
    };
    if runs {
        let note = format!(
            "a task is moving the messages of {} already",
            dead_letters.name
        );
        plan.notes.push(note);
    } else if count > 0 {
        let messages = counted(usize::try_from(count).unwrap_or(usize::MAX), "message");
        let call = Sqs::StartMessageMoveTask(StartMessageMoveTask {
            source_arn: arn.clone(),
        });
        let reason = format!("{messages} to be moved back to {}", queue.name);
        let step = Step::new("queue", &dead_letters.name, &queue.region, call, reason);
        plan.steps.push(step.at(&dead_letters.url));
        plan.notes.push(
            "messages that are no notices of CloudTrail, or whose logs cannot be read, go back, too: look at them \
             before with `ctadmin events --dlq`"
                .to_owned(),
        );
        plan.notes.push(
            "SQS takes them for new messages, with new ids and a new retention period".to_owned(),
        );
    }
    Ok(plan)
}

/// Looks at the task until it has ended. A task that was started a moment ago may not be listed yet: until then the
/// last one listed is the one that had ended before, which is known by when it was started.
async fn follow(
    reader: &Reader,
    region: &str,
    arn: &str,
    ended_before: Option<i64>,
    printer: &Printer,
) -> Result<MoveTask> {
    let mut shown = printer.reading();
    let mut pauses = PAUSES
        .iter()
        .chain(std::iter::repeat(&PAUSES[PAUSES.len() - 1]));
    let begun = Instant::now();
    loop {
        let task = reader.move_task(region, arn).await?;
        match task.filter(|task| Some(task.started) != ended_before) {
            Some(task) if !task.is_running() => return Ok(task),
            Some(task) => {
                let of = task
                    .to_move
                    .map(|count| format!(" of {}", thousands(count)));
                let of = of.unwrap_or_default();
                shown.show(&format!("moved {}{of} messages", thousands(task.moved)));
            }
            None if begun.elapsed() < LISTED => {}
            None => {
                let message =
                    format!("SQS does not list the task that moves the messages of {arn}");
                return Err(Error::failed(message)
                    .hint("it may yet move them: `aws sqs list-message-move-tasks` shows it"));
            }
        }
        tokio::time::sleep(*pauses.next().unwrap_or(&LISTED)).await;
    }
}

/// Says how the task ended. SQS counts the messages that it moved only about.
fn ended(task: &MoveTask, queue: &str, printer: &Printer) -> Result<Exit> {
    let moved = counted(usize::try_from(task.moved).unwrap_or(usize::MAX), "message");
    if task.status == "COMPLETED" {
        printer.say(&format!("moved about {moved} to the queue {queue}"));
        return Ok(Exit::Done);
    }
    let why = task.failure.as_deref();
    let status = task.status.to_lowercase();
    let reason = why.map(|why| format!(": {why}")).unwrap_or_default();
    let message = format!("moving the dead letters {status}{reason}; about {moved} moved");
    let error = Error::failed(message);
    Err(match why {
        Some(why) if why.contains(NO_SOURCE) => error.hint(
            "SQS does not know where messages came from that somebody sent to the dead letter queue: \
             `ctadmin events --dlq` shows what they are",
        ),
        _ => error.hint("`aws sqs list-message-move-tasks` tells more; the same command tries again"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(status: &str, failure: Option<&str>) -> MoveTask {
        MoveTask {
            status: status.to_owned(),
            moved: 3,
            to_move: Some(5),
            failure: failure.map(str::to_owned),
            started: 1,
        }
    }

    #[test]
    fn a_task_that_ended_badly_is_an_error() {
        let printer = Printer::new(true, crate::printer::Colors::Never);
        let ended = |task: MoveTask| ended(&task, "q", &printer);
        assert_eq!(ended(task("COMPLETED", None)).ok(), Some(Exit::Done));
        let failed = ended(task("FAILED", Some("CouldNotDetermineMessageSource")));
        let failed = failed.expect_err("it failed");
        assert!(
            failed
                .message
                .contains("CouldNotDetermineMessageSource; about 3 messages moved")
        );
        assert!(failed.hints[0].contains("--dlq"));
        assert!(ended(task("CANCELLED", None)).is_err());
        assert!(task("RUNNING", None).is_running() && task("CANCELLING", None).is_running());
    }
}
