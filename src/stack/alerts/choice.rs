//! Which alerts are wanted where no option names them: those that the account has.
//!
//! `create alerts --email x` must not add what an earlier `--only` left out, and yet a first run that was stopped after
//! two of sixteen alerts must be completed by the same command. Filters and alarms do not show the difference.
//! So the choice is written down first: the dashboard lists the alarm of every alert that is wanted, and a new alert's
//! filter and alarm are put only after it. What the account has are therefore the alerts on the dashboard and those
//! with a filter or an alarm; one of which a part is missing is drift. An account without any of these has no choice
//! yet, and gets the whole catalogue. A deleted dashboard loses nothing but what no filter and no alarm shows.
//!
//! `--only`, `--except` and `--all` state the choice anew, and add to what exists. A file given with `--catalogue` asks
//! for the alerts that only it knows.

use std::collections::BTreeSet;

use serde_json::Value;

use super::context::Context;
use super::wanted::{Wanted, built_in};
use crate::alerts::Alert;
use crate::error::{Error, Kind, Result};

/// What is wanted in an account: the choice that was given, else the alerts that exist, else all.
///
/// # Errors
/// When an option is about an alert that is not among them.
pub fn in_account(context: &Context<'_>) -> Result<Wanted> {
    let mut wanted = context.options.catalogue.clone();
    let exists = existing(context);
    let has_known = wanted.known.alerts.iter().any(&exists);
    if wanted.choice.is_given() || (!has_known && !has_others(context)) {
        return Ok(wanted);
    }
    let mut chosen = wanted.known.clone();
    let is_meant = |alert: &Alert| exists(alert) || built_in(alert).is_none();
    chosen.alerts.retain(is_meant);
    let adjusted = chosen.adjusted(&wanted.choice).map_err(|error| Error {
        kind: Kind::Failed,
        ..error.hint("`--only NAME` creates an alert that does not exist yet")
    });
    wanted.chosen = adjusted?;
    Ok(wanted)
}

/// What is wanted without the alerts that do not exist.
pub fn existing_only(context: &Context<'_>) -> Wanted {
    let mut wanted = context.options.catalogue.clone();
    wanted.chosen.alerts.retain(existing(context));
    wanted
}

/// Whether an alert exists, at least in part.
fn existing<'a>(context: &'a Context<'_>) -> impl Fn(&Alert) -> bool + 'a {
    let listed = listed(context);
    move |alert| {
        let name = context.named(&alert.name);
        context.filter(&name).is_some()
            || context.alarm(&name).is_some()
            || listed.contains(&context.delivery.alarm_arn(&name))
    }
}

/// Whether the scheme has alerts of a catalogue that was not given.
fn has_others(context: &Context<'_>) -> bool {
    let mut filters = context.filters().iter();
    !context.own_alarms().is_empty() || filters.any(|filter| context.is_own(filter))
}

/// ARNs of the alarms that the dashboard lists.
fn listed(context: &Context<'_>) -> BTreeSet<String> {
    let body = context.delivery.observed.of(&context.dashboard_probe());
    let body = body.and_then(|body| serde_json::from_str::<Value>(body).ok());
    let widgets = body.as_ref().and_then(|body| body["widgets"].as_array());
    let alarms = widgets.into_iter().flatten();
    let alarms = alarms.filter_map(|widget| widget["properties"]["alarms"].as_array());
    let arns = alarms.flatten().filter_map(Value::as_str);
    arns.map(str::to_owned).collect()
}
