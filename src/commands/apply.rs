//! What follows a plan, for every command that has one: print it, or confirm and apply it.

use std::path::Path;
use std::sync::Arc;

use super::interrupt::{Interrupt, UNCHANGED};
use crate::aws::Session;
use crate::call::Call;
use crate::call::s3::S3;
use crate::error::{Error, Exit, Result};
use crate::key_file::{Entry, KeyFile};
use crate::plan::apply::apply;
use crate::plan::{Plan, Profile};
use crate::printer::Printer;
use crate::resource::bucket_settings::period;
use crate::settings::{Apply, Settings};
use crate::stack::engine::Reread;
use crate::stack::{Planned, Scheme};
use crate::view;
use crate::view::script::Surroundings;
use crate::words::counted;

/// A dry run: the plan as a script, or as JSON.
pub fn print(
    plan: &Plan,
    scheme: &Scheme,
    settings: &Settings,
    how: &Apply,
    printer: &Printer,
) -> Result<Exit> {
    plan.check()?;
    if settings.json {
        printer.json(&view::json::plan(plan, &settings.origin()))?;
    } else {
        let surroundings = Surroundings {
            profile: settings.connection.profile.as_deref(),
            endpoint_url: settings.connection.endpoint_url.as_deref(),
            sqs_endpoint: scheme.sqs_endpoint.as_deref(),
        };
        printer.result(&view::script::script(
            plan,
            &settings.origin(),
            surroundings,
            printer.width(),
        ))?;
    }
    printer.unread(&plan.unread);
    Ok(if !plan.unread.is_empty() {
        Exit::Failed
    } else if how.detailed_exitcode && !plan.is_empty() {
        Exit::Pending
    } else {
        Exit::Done
    })
}

/// Shows the plan, asks, applies and reports.
pub async fn carry_out(
    planned: Planned,
    session: &Session,
    settings: &Settings,
    how: &Apply,
    interrupt: &Interrupt,
    printer: &Printer,
) -> Result<Exit> {
    let Planned { plan, graph } = planned;
    plan.check()?;
    let asks = !plan.is_empty() && how.yes == 0;
    let for_ever = irrevocable(&plan);
    if let Some(warning) = for_ever.as_ref().filter(|_| how.yes == 1) {
        return Err(
            Error::usage(format!("{warning}: --yes answers the first question only"))
                .hint("give --yes twice, or answer both questions at a terminal"),
        );
    }
    let origin = settings.origin();
    let summary = view::summary::summary(
        &plan,
        &origin,
        printer.is_verbose(),
        printer.message_width(),
    );
    if asks {
        // A plan must be shown before it can be confirmed, even with --quiet.
        printer.ask_about(&summary);
    } else {
        printer.say(&summary);
    }
    printer.unread(&plan.unread);
    if asks {
        let changes = counted(plan.steps.len(), "change");
        let question = format!("Apply {changes} to account {}?", plan.account);
        let second = for_ever.map(|warning| format!("{warning}. Are you sure?"));
        for question in std::iter::once(question).chain(second) {
            let agreed = interrupt.or(UNCHANGED, ask(question)).await;
            // The terminal shows ^C behind the question.
            if !agreed.inspect_err(|_| printer.say(""))? {
                printer.say("declined, nothing was changed");
                return Ok(Exit::Failed);
            }
        }
    }
    let keys = key_file(&plan)?;
    let progress = printer.progress(&plan);
    let reread = Reread::new(graph, &plan.steps);
    let sender = session.sender(interrupt.watch(), keys.clone(), Arc::new(reread));
    let announcement = interrupt.announce(
        *printer,
        "interrupted; waiting for the calls in flight (Ctrl-C again stops at once)",
    );
    let report = apply(plan, &sender, &progress, interrupt.watch()).await;
    announcement.abort();
    progress.end();
    drop(sender);
    keys.and_then(Arc::into_inner)
        .into_iter()
        .for_each(KeyFile::close);
    if settings.json {
        printer.json(&view::json::report(&report, &settings.origin()))?;
    } else if !report.outcomes.is_empty() {
        printer.result(&view::report::report(&report))?;
    }
    Ok(report.exit(interrupt.happened()))
}

/// What in a plan can never be undone, and so is confirmed a second time.
fn irrevocable(plan: &Plan) -> Option<String> {
    plan.steps.iter().find_map(|step| match &step.call {
        Call::S3(S3::PutObjectLockConfiguration(call)) => {
            let retention = &call.object_lock_configuration.rule.default_retention;
            let time = period(retention);
            let bucket = &call.bucket;
            (retention.mode == "COMPLIANCE").then(|| {
                format!(
                    "every new object in {bucket} is locked for {time}: until then no one, including the root user, can delete it"
                )
            })
        }
        _ => None,
    })
}

/// The file for the access keys that the plan creates, if any.
fn key_file(plan: &Plan) -> Result<Option<Arc<KeyFile>>> {
    let profiles = plan.steps.iter().filter_map(|step| {
        let profile = step.saves.as_ref()?;
        Some((profile, Entry::new(&profile.name, &step.name, None)))
    });
    let (profiles, entries): (Vec<&Profile>, Vec<Entry>) = profiles.unzip();
    let Some(profile) = profiles.first() else {
        return Ok(None);
    };
    let file = KeyFile::open(Path::new(&profile.file), profile.left, &entries)?;
    Ok(Some(Arc::new(file)))
}

/// Reading from a terminal blocks, so it has a thread of its own.
pub(super) async fn ask(question: String) -> bool {
    let answer = tokio::task::spawn_blocking(move || Printer::confirm(&question));
    answer.await.unwrap_or(false)
}
