//! A plan in short: what is to be agreed to.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::call::Text;
use crate::error::tame;
use crate::plan::{Origin, Plan, Ready, Step};
use crate::words::{counted, wrapped};

const HEADING: Style = Style::new().bold();
const NOTE: Style = AnsiColor::Yellow.on_default();

/// The summary: the resources of each operation by name, then the notes, for a terminal of this width if it is one. All
/// regions of a plan are a number, unless it is `verbose`.
pub fn summary(plan: &Plan, origin: &Origin, verbose: bool, width: Option<usize>) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{HEADING}{}, {}{}{}{HEADING:#}",
        account(plan),
        counted(plan.regions.len(), "region"),
        match plan.unread.len() {
            0 => String::new(),
            unread => format!(", {unread} of them left out"),
        },
        from(origin),
    );
    let operation = |step: &Step| (step.call.service(), step.call.operation());
    let all = Some(plan.regions.len()).filter(|_| !verbose);
    for steps in alike(&plan.steps.iter().collect::<Vec<_>>(), operation) {
        let label = format!("{:>4}  {:<20}  ", steps.len(), steps[0].call.operation());
        let margin = " ".repeat(label.len());
        let reasons = alike(&steps, |step| step.reason.clone());
        for (at, steps) in reasons.iter().enumerate() {
            let what = match (names(steps, all), steps[0].reason.as_str()) {
                (names, "") => names,
                (names, reason) => format!("{names}: {reason}"),
            };
            let what = wrapped(&tame(&what), label.len(), width);
            let label = if at == 0 { &label } else { &margin };
            let _ = writeln!(text, "{label}{what}");
            for more in besides(steps) {
                let more = wrapped(&tame(&more), label.len(), width);
                let _ = writeln!(text, "{margin}{more}");
            }
        }
    }
    if plan.is_empty() {
        text.push_str("nothing to do\n");
    }
    for note in &plan.notes {
        let lines = note.lines().map(|line| wrapped(&tame(line), 6, width));
        let note = lines.collect::<Vec<_>>().join("\n      ");
        let _ = writeln!(text, "{NOTE}note:{NOTE:#} {note}");
    }
    text
}

/// What steps do besides their calls, each once: the secrets that they read, and what they wait for.
fn besides(steps: &[&Step]) -> Vec<String> {
    let mut all = Vec::new();
    for step in steps {
        let secrets = step.call.references().into_iter();
        let secrets = secrets.filter_map(|reference| match reference {
            Text::Secret(source) => Some(format!("reads a secret from {source}")),
            Text::Known(_) | Text::Output { .. } => None,
        });
        let waits = step.ready.as_ref().map(Ready::words);
        for words in secrets.chain(step.pausing()).chain(waits) {
            if !all.contains(&words) {
                all.push(words);
            }
        }
    }
    all
}

/// The account of a plan, and its home region.
pub(super) fn account(plan: &Plan) -> String {
    let home = plan.home_region.as_ref();
    let home = home.map(|home| format!(", home region {home}"));
    let (account, partition) = (&plan.account, &plan.partition);
    format!(
        "account {account} ({partition}){}",
        home.unwrap_or_default()
    )
}

/// Where options and credentials come from, to be put behind the account.
pub(super) fn from(origin: &Origin) -> String {
    let config = origin.config.as_ref();
    let config = config.map(|file| format!(", config {}", tame(file)));
    let profile = origin.profile.as_ref();
    let profile = profile.map(|name| format!(", profile {}", tame(name)));
    [config, profile].into_iter().flatten().collect()
}

/// The steps in groups that have the same key, in the order in which keys come first.
fn alike<'a, K: PartialEq>(steps: &[&'a Step], key: impl Fn(&Step) -> K) -> Vec<Vec<&'a Step>> {
    let mut groups: Vec<(K, Vec<&Step>)> = Vec::new();
    for step in steps {
        let key = key(step);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, steps)) => steps.push(step),
            None => groups.push((key, vec![step])),
        }
    }
    groups.into_iter().map(|(_, steps)| steps).collect()
}

/// The resources of steps: by their regions where each is named after its own, or all alike, else by their names. `all` is how many
/// regions need no names.
fn names(steps: &[&Step], all: Option<usize>) -> String {
    if let [step] = steps {
        return step.name.clone();
    }
    let mut places: Vec<&str> = steps.iter().map(|step| step.place()).collect();
    places.sort_unstable();
    places.dedup();
    let regional = steps.iter().all(|step| step.name.ends_with(&step.region));
    let name = &steps[0].name;
    let same = steps.iter().all(|step| step.name == *name);
    let resources: Vec<String> = match (regional || same, places.as_slice()) {
        (true, regions) if regions.len() == steps.len() => {
            let regions = match regions.len() > FEW && all == Some(regions.len()) {
                true => counted(regions.len(), "region"),
                false => regions.join(", "),
            };
            return match same {
                true => format!("{name} in {regions}"),
                false => regions,
            };
        }
        (_, [_]) => steps.iter().map(|step| step.name.clone()).collect(),
        _ => {
            let resources = steps.iter();
            resources
                .map(|step| format!("{} in {}", step.name, step.place()))
                .collect()
        }
    };
    resources.join(", ")
}

/// So many regions are named rather than counted.
const FEW: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::cloudtrail::StartLogging;
    use crate::call::iam::CreateUser;
    use crate::plan::tests::{plan, rich};
    use crate::resource::{principal, trail};

    fn logging(region: &str, reason: &str) -> Step {
        let name = format!("123456789012-cloudtrail-{region}");
        let call = StartLogging { name: name.clone() };
        Step::new(&trail::KIND, "123456789012", region, &name, call, reason)
    }

    fn user(name: &str, reason: &str) -> Step {
        let call = CreateUser {
            user_name: name.to_owned(),
            tags: Vec::new(),
        };
        Step::new(
            &principal::USER,
            "123456789012",
            "us-east-1",
            name,
            call,
            reason,
        )
    }

    const REGIONS: [&str; 4] = ["ap-south-1", "eu-west-1", "eu-west-2", "us-east-1"];

    fn shown(steps: Vec<Step>, verbose: bool) -> String {
        let plan = Plan {
            regions: REGIONS.map(str::to_owned).to_vec(),
            ..plan(steps)
        };
        let text = summary(&plan, &Origin::default(), verbose, Some(60));
        let text = anstream::adapter::strip_str(&text).to_string();
        text.lines().skip(1).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_resource_is_named_with_its_reason() {
        let steps = vec![
            user("cloudtrail-splunkapp", "user is missing"),
            user("billing-splunkapp", "user is missing"),
            user("ec2-splunkapp", "user has another owner"),
        ];
        insta::assert_snapshot!(shown(steps, false), @r"
           3  CreateUser            cloudtrail-splunkapp,
                                    billing-splunkapp: user is
                                    missing
                                    ec2-splunkapp: user has another
                                    owner
        ");
    }

    #[test]
    fn regions_are_named_unless_they_are_all() {
        let everywhere = || {
            let regions = REGIONS.into_iter();
            regions.map(|region| logging(region, "logging is stopped"))
        };
        assert_eq!(
            shown(everywhere().collect(), false),
            "   4  StartLogging          4 regions: logging is stopped"
        );
        insta::assert_snapshot!(shown(everywhere().collect(), true), @r"
           4  StartLogging          ap-south-1, eu-west-1,
                                    eu-west-2, us-east-1: logging is
                                    stopped
        ");
        assert_eq!(
            shown(everywhere().skip(2).collect(), false),
            "   2  StartLogging          eu-west-2, us-east-1: logging is\n                            stopped"
        );
    }

    #[test]
    fn what_steps_do_besides_their_calls_is_shown() {
        insta::assert_snapshot!(shown(rich().steps, false), @r#"
        1  CreateTopic           topic: topic is missing
        1  Subscribe             topic: address is not subscribed
                                 reads a secret from the file
                                 /run/it's secret
        1  StartMessageMoveTask  dead: 3 messages
                                 waits until ListMessageMoveTasks
                                 returns COMPLETED, at most 36 h
        "#);
    }

    #[test]
    fn calls_to_iam_are_global() {
        assert_eq!(
            user("reader", "user is missing").title(),
            "CreateUser reader (global)"
        );
        assert_eq!(
            logging("eu-west-1", "").title(),
            "StartLogging 123456789012-cloudtrail-eu-west-1 in eu-west-1"
        );
    }
}
