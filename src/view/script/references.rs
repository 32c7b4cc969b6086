//! Values that are not in the plan, as variables of the script: outputs of steps, and secrets.
//!
//! A secret is never a word of a command, which others could see in the list of processes: the AWS CLI reads it from a
//! file that only its owner may read and that is deleted when the script ends.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use crate::call::command_line::{Words, kebab, quoted};
use crate::call::{Source, Text};
use crate::plan::{Plan, Profile, Step};

/// The variables of a script.
pub struct References {
    /// By the reference's JSON.
    variables: BTreeMap<String, Variable>,
    /// Whether a call has a .zip file.
    has_zips: bool,
}

struct Variable {
    name: String,
    reference: Text,
    /// Where it is first a parameter: the position of a step. `None` if it is only saved.
    needed: Option<usize>,
}

impl Variable {
    fn is_private(&self) -> bool {
        match &self.reference {
            Text::Secret(_) => true,
            Text::Output { path, .. } => path.contains("Secret"),
            Text::Known(_) => false,
        }
    }
}

impl References {
    /// The variables that the script of a plan needs.
    pub fn of(plan: &Plan) -> Self {
        let mut variables: BTreeMap<String, Variable> = BTreeMap::new();
        let mut secrets = 0;
        for (at, step) in plan.steps.iter().enumerate() {
            let saved = step.saves.iter().flat_map(|_| Profile::VALUES);
            let saved = saved.map(|(_, path)| (step.output(path), None));
            let read = step.ready.as_ref().map(|ready| ready.read.references());
            let needed = step.call.references().into_iter();
            let needed = needed.chain(read.into_iter().flatten());
            let needed = needed.map(|reference| (reference, Some(at)));
            for (reference, needed) in needed.chain(saved) {
                let key = reference.reference().to_string();
                if let Some(known) = variables.get_mut(&key) {
                    known.needed = known.needed.or(needed);
                    continue;
                }
                let name = match &reference {
                    Text::Output { step, path } => output_name(plan, step, path),
                    _ => {
                        secrets += 1;
                        format!("secret_{secrets}")
                    }
                };
                let variable = Variable {
                    name,
                    reference,
                    needed,
                };
                variables.insert(key, variable);
            }
        }
        let mut steps = plan.steps.iter();
        Self {
            variables,
            has_zips: steps.any(|step| step.call.zip().is_some()),
        }
    }

    /// The functions that the commands rely on.
    pub fn functions(&self) -> String {
        let variables = || self.variables.values();
        let mut text = String::new();
        if variables().any(|variable| matches!(variable.reference, Text::Output { .. })) {
            text.push_str(GIVEN);
        }
        let needed = || variables().filter(|variable| variable.needed.is_some());
        if needed().next().is_some() {
            text.push_str(JSON);
        }
        let has_private = needed().any(Variable::is_private);
        if has_private || self.has_zips {
            text.push_str(FOLDER);
        }
        if has_private {
            text.push_str(PRIVATE);
        }
        text
    }

    /// Whether the script reads secrets.
    pub fn has_secrets(&self) -> bool {
        let mut variables = self.variables.values();
        variables.any(|variable| matches!(variable.reference, Text::Secret(_)))
    }

    /// The lines that read the secrets which the step at this position is the first to need.
    pub fn read_secrets(&self, at: usize) -> String {
        let mut lines = String::new();
        for Variable {
            name,
            reference,
            needed,
        } in self.variables.values()
        {
            let Text::Secret(source) = reference else {
                continue;
            };
            if *needed != Some(at) {
                continue;
            }
            let read = match source {
                Source::File(path) => format!("<{}", quoted(path)),
                Source::Variable(variable) => format!("printenv {}", quoted(variable)),
                Source::Stdin => "cat".to_owned(),
            };
            let empty = quoted(&format!("{source} is empty"));
            let _ = writeln!(
                lines,
                "{name}=$({read})\n\
                 [ -n \"${name}\" ] || {{ echo {empty} >&2; exit 1; }}\n\
                 secrets+=(\"${name}\")"
            );
        }
        lines
    }

    /// The lines that make the call of a step and keep those of its outputs that are needed; just the command if none
    /// is.
    pub fn capture(&self, step: &Step, command: &str) -> String {
        let id = step.id.to_string();
        let variables = self.variables.values();
        let outputs = variables.filter_map(|variable| match &variable.reference {
            Text::Output { step, path } if *step == id => Some((path.as_str(), &variable.name)),
            _ => None,
        });
        let (paths, names): (Vec<&str>, Vec<&String>) = outputs.unzip();
        let mut lines = match (paths.as_slice(), names.as_slice()) {
            ([path], [name]) => {
                let path = quoted(path);
                format!("{name}=$({command} --query {path} --output text)\n")
            }
            ([], _) => return format!("{command}\n"),
            _ => {
                let query = quoted(&format!("[{}]", paths.join(",")));
                let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
                format!(
                    "answer=$({command} --query {query} --output text)\n\
                     IFS=$'\\t' read -r {} <<< \"$answer\"\n",
                    names.join(" ")
                )
            }
        };
        for (path, name) in paths.iter().zip(names) {
            let _ = writeln!(lines, "given \"${name}\" {}", quoted(path));
        }
        lines
    }

    /// The name of the variable for an output of a step.
    pub fn output(&self, step: &Step, path: &str) -> Option<&str> {
        let key = step.output(path).reference().to_string();
        self.variables
            .get(&key)
            .map(|variable| variable.name.as_str())
    }

    /// The shell's words for a parameter that holds references; `None` if it holds none.
    pub fn expand(&self, value: &Value) -> Option<Words> {
        let text = value.to_string();
        let json = |variable: &Variable| format!("\"$(json \"${}\")\"", variable.name);
        if let Some(variable) = self.variables.get(&text) {
            return Some(match variable.is_private() {
                true => Words::Private(json(variable)),
                false => Words::Public(format!("\"${}\"", variable.name)),
            });
        }
        let held = self.variables.iter();
        let held: Vec<_> = held.filter(|(key, _)| text.contains(*key)).collect();
        // Each ends the single quotes that it is in, and begins them again.
        let words = held.iter().fold(quoted(&text), |words, (key, variable)| {
            let within_quotes = key.replace('\'', r"'\''");
            words.replace(&within_quotes, &format!("'{}'", json(variable)))
        });
        match held.iter().any(|(_, variable)| variable.is_private()) {
            _ if held.is_empty() => None,
            true => Some(Words::Private(words)),
            false => Some(Words::Public(words)),
        }
    }
}

/// `output_<the step's number>_<path>`.
fn output_name(plan: &Plan, id: &str, path: &str) -> String {
    let mut steps = plan.steps.iter();
    let at = steps.position(|step| step.id.to_string() == id);
    let number = at.map_or(0, |at| at + 1);
    let words = kebab(path).replace('-', "_");
    let words = words.replace(|c: char| !c.is_ascii_alphanumeric() && c != '_', "");
    format!("output_{number}_{words}")
}

const GIVEN: &str = r#"
# ends the script where an answer lacks a value that is needed
given() {
  case $1 in
    '' | None)
      echo "the answer has no $2" >&2
      exit 1
      ;;
  esac
}
"#;

const JSON: &str = r#"
# a text as JSON
json() {
  local text=$1
  text=${text//\\/\\\\} text=${text//\"/\\\"}
  text=${text//$'\n'/\\n} text=${text//$'\r'/\\r} text=${text//$'\t'/\\t}
  printf '"%s"' "$text"
}
"#;

const FOLDER: &str = r#"
# a folder for its owner only, until the script ends
folder=$(umask 077 && mktemp -d)
trap 'rm -rf "$folder"' EXIT
"#;

const PRIVATE: &str = r#"
# a file with this text, readable by its owner only, until the next one
private() {
  (umask 077 && printf %s "$1" > "$folder/input") && echo "$folder/input"
}

# a text without the secrets
secrets=()
discreet() {
  local text=$1 secret
  for secret in ${secrets[@]+"${secrets[@]}"}; do text=${text//"$secret"/***}; done
  echo "$text"
}
"#;
