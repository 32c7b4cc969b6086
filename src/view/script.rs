//! A plan as a bash script for the AWS CLI: run, it makes the very calls that the tool would make.

mod errors;
mod ready;
mod references;
mod zip;

use std::fmt::Write;

use serde_json::Value;

use references::References;

use crate::call::REFUSED_PARTS;
use crate::call::command_line::{command_line, quoted, read_line};
use crate::error::tame;
use crate::plan::{Origin, Plan, Profile, Step};
use crate::region::global_region;
use crate::view::summary::{account, from};
use crate::words::{counted, wrapped};

/// What the script must set up besides the calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings<'a> {
    /// `--profile`.
    pub profile: Option<&'a str>,
    /// `--endpoint-url`.
    pub endpoint_url: Option<&'a str>,
    /// What takes the place of SQS's own endpoints, wherever that is said.
    pub sqs_endpoint: Option<&'a str>,
}

/// The script. A plan without steps gives comments only. On a terminal of this width comments are broken between words.
pub fn script(
    plan: &Plan,
    origin: &Origin,
    surroundings: Surroundings<'_>,
    width: Option<usize>,
) -> String {
    let mut script = head(plan, origin, width);
    if plan.is_empty() {
        script.push_str("# nothing to do\n");
        return script;
    }
    let references = References::of(plan);
    script.push_str(&preamble(plan, surroundings, &references));
    let mut files = Vec::new();
    // The script does one step after the other, so that one pause is enough.
    let first_paused = plan.steps.iter().position(|step| step.pause.is_some());
    for (at, step) in plan.steps.iter().enumerate() {
        let begun = tame(&step.summary());
        let _ = writeln!(script, "\nstep {}", quoted(&begun));
        if let Some(pause) = step.pause.filter(|_| first_paused == Some(at)) {
            let seconds = pause.as_secs();
            let _ = writeln!(
                script,
                "echo 'waiting {seconds} s for the delivery of what was received' >&2"
            );
            let _ = writeln!(script, "sleep {seconds}");
        }
        script.push_str(&references.read_secrets(at));
        // Version 1 of the CLI sends SQS requests to an address of its own unless the command names another.
        let endpoint = |service: &str| {
            let endpoint = surroundings.sqs_endpoint;
            endpoint.filter(|_| service == "sqs" && surroundings.endpoint_url.is_none())
        };
        let code = step.call.zip().map(zip::file);
        script.push_str(code.as_deref().unwrap_or_default());
        let expand =
            |value: &Value| zip::expand(&step.call, value).or_else(|| references.expand(value));
        let endpoint_of_call = endpoint(step.call.service());
        let command = command_line(&step.call, &step.region, endpoint_of_call, &expand);
        let lines = match (&step.saves, refused_part(step)) {
            (None, Some(paths)) => {
                let query = quoted(&format!("[{}]", paths.join(",")));
                format!("whole \"$({command} --query {query} --output text)\"\n")
            }
            (None, None) => references.capture(step, &command),
            (Some(profile), _) => saving(step, &command, profile, &references, &mut files),
        };
        let Some(ready) = &step.ready else {
            script.push_str(&lines);
            continue;
        };
        let endpoint = endpoint(ready.read.service());
        let read = read_line(&ready.read, &step.region, endpoint, &expand);
        let codes = errors::of_step(plan, at);
        script.push_str(&ready::until_ready(&lines, ready, &read, &codes));
    }
    script.push_str("}\n");
    script
}

/// The lines that save outputs of a step in a file that only its owner may read, and that is there before the call is
/// made. Neither the CLI nor the script may send the call again where it may have been carried out, but the answer was
/// lost: AWS returns such outputs only once.
fn saving<'a>(
    step: &Step,
    command: &str,
    profile: &'a Profile,
    references: &References,
    files: &mut Vec<&'a str>,
) -> String {
    let Profile {
        file,
        name,
        region,
        left,
    } = profile;
    let redirect = if files.contains(&file.as_str()) || *left > 0 {
        ">>"
    } else {
        ">"
    };
    files.push(file);
    let once = references.capture(step, &format!("AWS_MAX_ATTEMPTS=1 {command}"));
    let once = once.lines().map(|line| format!("  {line}\n"));
    let (keys, values): (Vec<String>, Vec<String>) = Profile::VALUES
        .iter()
        .filter_map(|(key, path)| {
            let variable = references.output(step, path)?;
            Some((format!("{key} = %s\\n"), format!(" \"${variable}\"")))
        })
        .unzip();
    let section = format!("[{name}]\\n{}region = {region}\\n", keys.concat());
    format!(
        "umask 077; set -C\n\
         {{\n\
         {}\x20 printf {}{}\n\
         }} {redirect} {}\n",
        once.collect::<String>(),
        quoted(&section),
        values.concat(),
        quoted(file)
    )
}

fn head(plan: &Plan, origin: &Origin, width: Option<usize>) -> String {
    let mut head = String::from("#!/usr/bin/env bash\n");
    let mut comment = |text: &str| self::comment(&mut head, text, width);
    let calls = counted(plan.steps.len(), "call");
    comment(&format!(
        "ctadmin {}: {calls} for {}{}",
        plan.command,
        account(plan),
        from(origin)
    ));
    comment(&format!("regions: {}", plan.regions.join(" ")));
    for unread in &plan.unread {
        comment(&format!(
            "left out, since it cannot be read: {}",
            unread.error
        ));
    }
    for note in &plan.notes {
        comment(&format!("note: {note}"));
    }
    head
}

fn preamble(plan: &Plan, surroundings: Surroundings<'_>, references: &References) -> String {
    let mut lines = String::from(
        "{ # bash reads all of it before it runs any of it, so half a script does nothing\n\
         set -euo pipefail\n\
         export AWS_PAGER='' AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=10\n",
    );
    if let Some(profile) = surroundings.profile {
        // The CLI takes credentials of the environment before AWS_PROFILE.
        lines.push_str("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN\n");
        let _ = writeln!(lines, "export AWS_PROFILE={}", quoted(profile));
    }
    let steps = plan.steps.len();
    let _ = write!(
        lines,
        "begun=0\nstep() {{ echo \"$((begun += 1))/{steps} $1\" >&2; }}\n\n"
    );
    let has_secrets = references.has_secrets();
    let endpoint_url = surroundings.endpoint_url;
    lines.push_str(&errors::functions(plan, endpoint_url, has_secrets));
    lines.push_str(&references.functions());
    if plan.steps.iter().any(|step| refused_part(step).is_some()) {
        lines.push_str(WHOLE);
    }
    let account = &plan.account;
    let region = plan
        .home_region
        .as_deref()
        .unwrap_or(global_region(&plan.partition));
    let _ = write!(
        lines,
        "\naccount=$(aws sts get-caller-identity --region {region} --query Account --output text)\n\
         if [ \"$account\" != {account} ]; then\n\
         \x20 echo \"this plan is for account {account}, but the credentials are of account $account\" >&2\n\
         \x20 exit 1\n\
         fi\n"
    );
    lines
}

/// Where a successful answer says which part of the request was refused, and why.
fn refused_part(step: &Step) -> Option<[&'static str; 2]> {
    let outputs = step.call.outputs();
    let mut parts = REFUSED_PARTS.into_iter();
    parts.find(|[what, _]| outputs.contains(what))
}

const WHOLE: &str = r#"
# ends the script where an answer refuses a part of the request, and says why
whole() {
  case $1 in
    None*) ;;
    *)
      echo "$1" >&2
      exit 1
      ;;
  esac
}
"#;

/// Each line of the text as a comment; leading empty lines stay empty.
fn comment(script: &mut String, text: &str, width: Option<usize>) {
    for line in text.lines() {
        if line.is_empty() {
            script.push('\n');
        } else {
            let line = wrapped(&tame(line), 2, width).replace("\n  ", "\n# ");
            let _ = writeln!(script, "# {line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::rich;

    #[test]
    fn outputs_secrets_and_waiting_are_lines_of_the_script() {
        let script = script(&rich(), &Origin::default(), Surroundings::default(), None);
        let steps = script.find("\nstep ").map(|at| &script[at..]);
        insta::assert_snapshot!(steps.unwrap_or_default(), @r#"

        step 'topic topic: topic is missing'
        output_1_topic_arn=$(aws sns create-topic --region us-west-2 --name topic --query TopicArn --output text)
        given "$output_1_topic_arn" TopicArn

        step 'subscription topic: address is not subscribed'
        secret_1=$(<'/run/it'\''s secret')
        [ -n "$secret_1" ] || { echo 'the file /run/it'\''s secret is empty' >&2; exit 1; }
        secrets+=("$secret_1")
        aws sns subscribe --region us-west-2 --topic-arn="$output_1_topic_arn" --protocol https --cli-input-json "file://$(private '{"Endpoint":'"$(json "$secret_1")"'}')"

        step 'queue dead: 3 messages'
        aws sqs start-message-move-task --region us-west-2 --source-arn arn:aws:sqs:us-west-2:123456789012:dead
        started=$SECONDS
        while :; do
          answer=$(aws sqs list-message-move-tasks --region us-west-2 --source-arn arn:aws:sqs:us-west-2:123456789012:dead --query '[Results[0].Status,Results[0].StartedTimestamp,Results[0].ApproximateNumberOfMessagesMoved,Results[0].ApproximateNumberOfMessagesToMove,Results[0].FailureReason]' --output text)
          IFS=$'\t' read -r -a ready <<< "$answer"
          [ "${ready[1]}" != 1 ] || ready[0]=None
          case ${ready[0]} in
            COMPLETED) echo "messages moved: about ${ready[2]/#None/?}" >&2; break ;;
            FAILED | CANCELLED) echo "ListMessageMoveTasks: ${ready[0]}: ${ready[4]/#None/?}; messages moved: ${ready[2]/#None/?} of ${ready[3]/#None/?}" >&2; exit 1 ;;
            None) limit=60 ;;
            *) limit=129600 ;;
          esac
          if ((SECONDS - started + 2 > limit)); then
            echo "ListMessageMoveTasks: not ready after $limit s: ${ready[0]}" >&2
            exit 1
          fi
          echo "waiting: messages moved: ${ready[2]/#None/?} of ${ready[3]/#None/?}" >&2
          sleep 2
        done
        }
        "#);
    }
}
