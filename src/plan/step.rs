//! A step: one call, where it goes, why, and what it waits for.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::Ready;
use crate::call::{Call, Kind, Text};

/// Names a step within its plan: `<account>/<region>/<kind>/<name>/<operation>`, and where an operation changes one part
/// of a resource at a time, `/<part>` behind it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct StepId(String);

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One call of a plan.
#[derive(Clone, Debug)]
pub struct Step {
    /// Derived from kind, region, name and operation, and so the same in every run.
    pub id: StepId,
    /// The kind of resource, which knows what errors mean.
    pub kind: &'static Kind,
    /// The resource's name.
    pub name: String,
    /// The region that the call goes to.
    pub region: String,
    /// The call itself.
    pub call: Call,
    /// What is wrong with what exists, or why it goes, in words.
    pub reason: String,
    /// Steps that must have succeeded before.
    pub after: Vec<StepId>,
    /// How long to wait once they have, for what no answer tells: that what was received is delivered.
    pub pause: Option<Duration>,
    /// The profile that outputs of the step are saved in.
    pub saves: Option<Profile>,
    /// What to wait for once AWS has accepted the call; steps that wait for this one start only afterwards.
    pub ready: Option<Ready>,
}

/// A profile of an AWS credentials file, which gets outputs of a step: the only place where they are saved.
///
/// AWS returns them only once, so such a request is not sent again where an earlier one may have been carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Profile {
    /// The path of the file.
    pub file: String,
    /// The profile's name.
    #[serde(rename = "profile")]
    pub name: String,
    /// The region of the profile.
    pub region: String,
    /// How many bytes an interrupted run left in the file; 0 for a new one.
    #[serde(skip)]
    pub left: usize,
}

impl Profile {
    /// The keys of the profile, and the outputs that are their values.
    pub const VALUES: [(&'static str, &'static str); 2] = [
        ("aws_access_key_id", "AccessKey.AccessKeyId"),
        ("aws_secret_access_key", "AccessKey.SecretAccessKey"),
    ];
}

impl Step {
    /// A step that waits for nothing.
    pub fn new(
        kind: &'static Kind,
        account: &str,
        region: &str,
        name: &str,
        call: impl Into<Call>,
        reason: impl Into<String>,
    ) -> Self {
        let call = call.into();
        Self {
            id: StepId(format!(
                "{account}/{region}/{}/{name}/{}",
                kind.name,
                call.operation()
            )),
            kind,
            name: name.to_owned(),
            region: region.to_owned(),
            call,
            reason: reason.into(),
            after: Vec::new(),
            pause: None,
            saves: None,
            ready: None,
        }
    }

    /// Where the call goes, for people: IAM has no regions.
    pub fn place(&self) -> &str {
        match self.call.service() {
            "iam" => "global",
            _ => &self.region,
        }
    }

    /// Kind, resource and reason, for people.
    pub fn summary(&self) -> String {
        let (kind, name) = (self.kind.name, &self.name);
        match self.reason.as_str() {
            "" => format!("{kind} {name}: {}", self.call.operation()),
            reason => format!("{kind} {name}: {reason}"),
        }
    }

    /// What the step waits for besides other steps, for people.
    pub fn pausing(&self) -> Option<String> {
        let pause = super::ready::span(self.pause?);
        Some(format!(
            "waits {pause} before, for the delivery of what was received"
        ))
    }

    /// Operation, resource and place, for people.
    pub fn title(&self) -> String {
        let (operation, name) = (self.call.operation(), &self.name);
        match self.place() {
            "global" => format!("{operation} {name} (global)"),
            region => format!("{operation} {name} in {region}"),
        }
    }

    /// The same step, its outputs saved there.
    pub fn saving(mut self, profile: Profile) -> Self {
        self.saves = Some(profile);
        self
    }

    /// The same step, done only when this is ready. Its own outputs in the read refer to it.
    pub fn until(mut self, mut ready: Ready) -> Self {
        for text in ready.read.texts() {
            if let Text::Output { step, .. } = text
                && step.is_empty()
            {
                *step = self.id.to_string();
            }
        }
        self.ready = Some(ready);
        self
    }

    /// A parameter for a later step: this output of the step.
    pub fn output(&self, path: &str) -> Text {
        Text::Output {
            step: self.id.to_string(),
            path: path.to_owned(),
        }
    }

    /// The same step, about this part of the resource: a step with the same operation changes another part.
    pub fn about(mut self, part: &str) -> Self {
        self.id = StepId(format!("{}/{part}", self.id));
        self
    }

    /// The same step, waiting for these as well.
    pub fn after<'a>(mut self, steps: impl IntoIterator<Item = &'a StepId>) -> Self {
        for step in steps {
            if !self.after.contains(step) {
                self.after.push(step.clone());
            }
        }
        self
    }
}
