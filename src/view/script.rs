//! A plan as a bash script for the AWS CLI: run, it makes the very calls that the tool would make.

mod errors;

use std::fmt::Write;

use crate::call::command_line::{command_line, quoted};
use crate::error::tame;
use crate::plan::{Origin, Plan, Secret};
use crate::region::global_region;
use crate::view::summary::from;
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
    script.push_str(&preamble(plan, surroundings));
    let mut files = Vec::new();
    for step in &plan.steps {
        let begun = tame(&format!("{} {}: {}", step.kind, step.name, step.reason));
        let _ = writeln!(script, "\nstep {}", quoted(&begun));
        // Version 1 of the CLI sends SQS requests to an address of its own unless the command names another.
        let endpoint = surroundings
            .sqs_endpoint
            .filter(|_| step.call.service() == "sqs" && surroundings.endpoint_url.is_none());
        let command = command_line(&step.call, &step.region, endpoint);
        let _ = match &step.secret {
            None => writeln!(script, "{command}"),
            Some(secret) => writeln!(script, "{}", kept(&command, secret, &mut files)),
        };
    }
    script.push_str("}\n");
    script
}

/// The command that makes an access key, its answer going to a file that only its owner may read, and that is there
/// before the key is made. Neither the CLI nor the script may ask again where a key may have been made, whose answer
/// was lost: a second answer would be a second key.
fn kept<'a>(command: &str, secret: &'a Secret, files: &mut Vec<&'a str>) -> String {
    let Secret {
        file,
        profile,
        region,
        left,
    } = secret;
    let redirect = if files.contains(&file.as_str()) || *left > 0 {
        ">>"
    } else {
        ">"
    };
    files.push(file);
    let section = format!(
        "[{profile}]\\naws_access_key_id = %s\\naws_secret_access_key = %s\\nregion = {region}\\n"
    );
    format!(
        "umask 077; set -C\n\
         {{\n\
         \x20 read -r id secret < <(AWS_MAX_ATTEMPTS=1 {command} --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text)\n\
         \x20 printf {} \"$id\" \"$secret\"\n\
         }} {redirect} {}",
        quoted(&section),
        quoted(file)
    )
}

fn head(plan: &Plan, origin: &Origin, width: Option<usize>) -> String {
    let mut head = String::from("#!/usr/bin/env bash\n");
    let mut comment = |text: &str| self::comment(&mut head, text, width);
    let home = plan
        .home_region
        .as_ref()
        .map(|home| format!(", home region {home}"));
    let calls = counted(plan.steps.len(), "call");
    let (command, account, partition) = (plan.command, &plan.account, &plan.partition);
    let home = home.unwrap_or_default();
    comment(&format!(
        "ctadmin {command}: {calls} for account {account} ({partition}){home}{}",
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

fn preamble(plan: &Plan, surroundings: Surroundings<'_>) -> String {
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
    lines.push_str(&errors::functions(plan, surroundings.endpoint_url));
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
