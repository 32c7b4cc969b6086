//! The part of a script that knows what an error means: which errors pass by themselves and for how long, and which
//! say that the work is done. All of it comes from the tables that a run goes by.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::call::Kind;
use crate::call::command_line::{quoted, words};
use crate::call::passing::{self, Sent};
use crate::call::settled::Proof;
use crate::plan::{Plan, Step};

/// The words of a command and the codes it may answer with, as `CODE=MEANING`.
type Commands = BTreeMap<String, Vec<String>>;

/// The functions that the script's commands rely on.
pub fn functions(plan: &Plan, endpoint_url: Option<&str>, has_secrets: bool) -> String {
    let echo = if has_secrets { "discreet" } else { "echo" };
    let commands = commands(plan);
    let endpoint = endpoint_url.map(|url| format!("--endpoint-url {} ", quoted(url)));
    let endpoint = endpoint.unwrap_or_default();
    let checks = checks(&commands);
    let found = match checks.is_empty() {
        true => "",
        false => "      found) is_found \"$@\" && return || meaning=0 ;;\n",
    };
    format!(
        r#"{table}{checks}
# the AWS CLI, again and again while an error passes
aws() {{
  local error code meaning from=$SECONDS
  until {{ error=$(command aws {endpoint}"$@" 2>&1 >&3); }} 3>&1; do
    code=${{error#*error occurred (}} meaning=0
    [[ " $(errors "$1 $2")" =~ [[:space:]]"${{code%%)*}}="([a-z0-9]+) ]] && meaning=${{BASH_REMATCH[1]}}
    case $meaning in
      done) return ;;
{found}    esac
    if ! ((SECONDS - from + 5 <= meaning)); then
      {echo} "$error" >&2
      return 1
    fi
    {echo} "waiting: $error" >&2
    sleep 5
  done
}}
"#,
        table = table(&commands)
    )
}

/// What the codes mean with which a request of a step can fail after AWS answered it.
pub struct Codes<'a> {
    /// Those that pass, and within how many seconds.
    pub passing: Vec<(&'a str, u64)>,
    /// Those that leave nothing to do.
    pub done: Vec<&'a str>,
}

/// What the codes mean for the step at this position.
pub fn of_step(plan: &Plan, at: usize) -> Codes<'_> {
    let sent: Vec<Sent<'_>> = plan.steps[..=at].iter().map(sent).collect();
    let kind = plan.steps[at].kind;
    let passing = passing::of(kind.passing, sent[at], &sent[..at]).into_iter();
    let settled = kind.settled(sent[at].operation).into_iter();
    let done = settled.filter(|(_, proof)| *proof == Proof::Done);
    Codes {
        passing: passing
            .map(|(code, patience)| (code, patience.as_secs()))
            .collect(),
        done: done.map(|(code, _)| code).collect(),
    }
}

fn sent(step: &Step) -> Sent<'_> {
    Sent {
        service: step.call.service(),
        operation: step.call.operation(),
        region: &step.region,
    }
}

/// A kind, and how many seconds to wait after each code.
type Waits<'a> = (&'a Kind, BTreeMap<&'a str, u64>);

/// What the codes mean for each command of a plan. Where its calls would wait for different times, it is the longest.
fn commands(plan: &Plan) -> Commands {
    let sent: Vec<Sent<'_>> = plan.steps.iter().map(sent).collect();
    let mut waits: BTreeMap<(&str, &str), Waits<'_>> = BTreeMap::new();
    for (at, step) in plan.steps.iter().enumerate() {
        let entry = waits.entry((step.call.service(), step.call.operation()));
        let (_, waits) = entry.or_insert_with(|| (step.kind, BTreeMap::new()));
        for (code, patience) in passing::of(step.kind.passing, sent[at], &sent[..at]) {
            // An answer that is saved comes only once.
            if step.saves.is_none() || !passing::is_failure(code) {
                let longest = waits.entry(code).or_default();
                *longest = patience.as_secs().max(*longest);
            }
        }
    }
    let commands = waits
        .into_iter()
        .map(|((service, operation), (kind, waits))| {
            let passing = waits
                .iter()
                .map(|(code, seconds)| format!("{code}={seconds}"));
            let settled = kind.settled(operation).into_iter();
            let settled = settled.filter_map(|(code, proof)| match proof {
                Proof::Done => Some(format!("{code}=done")),
                Proof::IfFound => check(service, operation).map(|_| format!("{code}=found")),
            });
            (words(service, operation), passing.chain(settled).collect())
        });
    commands.collect()
}

/// A function that says what the codes mean, with a line for each command.
fn table(commands: &Commands) -> String {
    let common = passing::everywhere().into_iter();
    let common: Vec<String> = common
        .map(|(code, patience)| format!("{code}={}", patience.as_secs()))
        .collect();
    let mut text = String::from(
        "# CODE=SECONDS: passes within that time; CODE=done: leaves nothing to do;\n\
         # any other error ends the script\n\
         errors() {\n\
         \x20 case $1 in\n",
    );
    for (command, codes) in commands {
        let is_common = |code: &&String| common.contains(code);
        let own: Vec<&str> = codes
            .iter()
            .filter(|code| !is_common(code))
            .map(String::as_str)
            .collect();
        match codes.iter().filter(is_common).count() == common.len() {
            true if own.is_empty() => {}
            true => _ = writeln!(text, "    '{command}') echo {} ;;", own.join(" ")),
            false => {
                _ = writeln!(
                    text,
                    "    '{command}') echo {} && return ;;",
                    codes.join(" ")
                )
            }
        }
    }
    let _ = write!(text, "  esac\n  echo {}\n}}\n", common.join(" "));
    text
}

/// The functions that find out whether the account is as a command would have left it, if any is needed.
fn checks(commands: &Commands) -> String {
    let cases = CHECKS.iter().filter_map(|(service, operation, check)| {
        let command = words(service, operation);
        let needed = commands.contains_key(&command);
        needed.then(|| format!("    '{command}') {check} ;;\n"))
    });
    let cases: String = cases.collect();
    if cases.is_empty() {
        return cases;
    }
    format!(
        r#"
# the value of an option of a command; of a flag, whether it is there
option() {{
  local name=$1
  while shift && [ $# -gt 0 ]; do [ "$1" != "$name" ] || echo "${{2-}}"; done
}}
flag() {{
  local name=$1
  shift
  [[ " $* " == *" $name "* ]] && echo true || echo false
}}

# CODE=found: as done, if the account is as the command would leave it
is_found() {{
  local found
  case "$1 $2" in
{cases}  esac
  [ "$found" = True ]
}}
"#
    )
}

fn check(service: &str, operation: &str) -> Option<&'static str> {
    let mut checks = CHECKS.iter();
    let found = checks.find(|(of, name, _)| (*of, *name) == (service, operation));
    found.map(|(_, _, check)| *check)
}

/// How to find out, by service and operation. What AWS itself compares when a request is sent again has no check.
const CHECKS: [(&str, &str, &str); 5] = [
    (
        "cloudtrail",
        "CreateTrail",
        r#"found=$(aws cloudtrail describe-trails --region "$(option --region "$@")" \
      --trail-name-list "$(option --name "$@")" --output text --query "length(trailList[?
        S3BucketName == '$(option --s3-bucket-name "$@")' &&
        not_null(S3KeyPrefix, '') == '$(option --s3-key-prefix "$@")' &&
        ends_with(not_null(SnsTopicARN, ''), ':$(option --sns-topic-name "$@")') &&
        IncludeGlobalServiceEvents == \`$(flag --include-global-service-events "$@")\` &&
        IsMultiRegionTrail == \`$(flag --is-multi-region-trail "$@")\` &&
        LogFileValidationEnabled == \`$(flag --enable-log-file-validation "$@")\` &&
        not_null(KmsKeyId, '') == '$(option --kms-key-id "$@")']) == \`1\`")"#,
    ),
    (
        "guardduty",
        "DeleteDetector",
        r#"found=$(aws guardduty list-detectors --region "$(option --region "$@")" --output text \
      --query "!contains(DetectorIds, '$(option --detector-id "$@")')")"#,
    ),
    (
        "iam",
        "CreateRole",
        r#"found=$(aws iam get-role --region "$(option --region "$@")" --role-name "$(option --role-name "$@")" --output text \
      --query "Role.AssumeRolePolicyDocument == \`$(option --assume-role-policy-document "$@")\` &&
        length(Role.Tags[?contains(\`$(option --tags "$@")\`, @)]) == length(\`$(option --tags "$@")\`)")"#,
    ),
    (
        "iam",
        "CreateUser",
        r#"found=$(aws iam get-user --region "$(option --region "$@")" --user-name "$(option --user-name "$@")" --output text \
      --query "length(User.Tags[?contains(\`$(option --tags "$@")\`, @)]) == length(\`$(option --tags "$@")\`)")"#,
    ),
    (
        "s3",
        "PutPublicAccessBlock",
        r#"found=$(aws s3api get-public-access-block --region "$(option --region "$@")" --bucket "$(option --bucket "$@")" \
      --expected-bucket-owner "$(option --expected-bucket-owner "$@")" --output text \
      --query 'length(values(PublicAccessBlockConfiguration)[?@]) == `4`')"#,
    ),
];
