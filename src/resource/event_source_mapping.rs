//! Event source mappings of AWS Lambda: what lets a function read a data stream.
//!
//! Lambda invents their ids, and finds them by function and source. It takes one change of a mapping at a time.

use std::time::Duration;

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource};
use crate::aws::read::EventSourceMapping as Found;
use crate::aws::{Outputs, Reader};
use crate::call::lambda::{
    CreateEventSourceMapping, DeleteEventSourceMapping, DestinationConfig, GetEventSourceMapping,
    Lambda, LambdaRead, OnFailure, UpdateEventSourceMapping,
};
use crate::call::passing::{MINUTES, NONE, Wait, Write::Anywhere, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Text};
use crate::error::CallError;
use crate::plan::Ready;

/// Event source mappings.
pub static KIND: Kind = Kind {
    reads: &["ListEventSourceMappings", "GetEventSourceMapping"],
    changes: &[
        "CreateEventSourceMapping",
        "UpdateEventSourceMapping",
        "DeleteEventSourceMapping",
    ],
    removals: &["DeleteEventSourceMapping"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("event-source-mapping", "lambda")
};

/// How long Lambda may take until a change of a mapping is in force.
const LONG: Duration = Duration::from_secs(600);

/// Lambda answers `InvalidParameterValueException` as long as the function's role may not read the stream or send to the
/// queue, `ResourceConflictException` as long as the mapping before is being deleted, and `ResourceInUseException` as
/// long as it works on another change.
#[rustfmt::skip]
const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["CreateEventSourceMapping", "UpdateEventSourceMapping"], &["InvalidParameterValueException"],
        after(MINUTES, NONE, &[Anywhere("iam:CreateRole"), Anywhere("iam:PutRolePolicy"), Here("sqs:CreateQueue")])),
    Rule::of(&["CreateEventSourceMapping"], &["ResourceConflictException"],
        after(MINUTES, MINUTES, &[Here("lambda:DeleteEventSourceMapping")])),
    Rule::of(&["UpdateEventSourceMapping", "DeleteEventSourceMapping"], &["ResourceInUseException"],
        always(LONG)),
];

#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["CreateEventSourceMapping"], &["ResourceConflictException"], Proof::IfFound),
    Rule::of(&["DeleteEventSourceMapping"], &["ResourceNotFoundException"], Proof::Done),
];

/// How many records a function gets at a time, and for how many seconds Lambda gathers them.
const BATCH: (i32, i32) = (100, 5);

/// How often Lambda tries a batch again before its records are given up: longer than an outage lasts, since the function
/// fails only as long as it cannot put documents. Records of any age are tried.
const RETRIES: i32 = 10_000;
const ANY_AGE: i32 = -1;

/// What a function answers with: the first record that it could not take.
const RESPONSES: &str = "ReportBatchItemFailures";

/// A mapping from a data stream to a function. A new one starts with the oldest record. It has no tags: to create it with
/// some, a caller would have to be allowed to tag all functions.
#[derive(Clone, Debug)]
pub struct EventSourceMapping {
    /// The function's name, by which the mapping is found.
    pub function: String,
    /// Its region.
    pub region: String,
    /// Pattern of the ARNs of mappings, whose ids Lambda invents.
    pub arn: String,
    /// ARN of the data stream.
    pub source_arn: String,
    /// ARN of the queue that says which records were given up.
    pub queue_arn: String,
}

impl Resource for EventSourceMapping {
    type Observed = Found;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.function)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Found>, CallError> {
        let (region, function) = (&self.region, &self.function);
        reader
            .event_source_mapping(region, function, &self.source_arn)
            .await
    }

    fn is_own(&self, found: &Found) -> bool {
        found.state != DELETING && self.differences(found).is_empty()
    }

    fn outputs(&self, found: &Found) -> Outputs {
        Outputs::from([(ID, found.id.clone())])
    }

    fn changes(&self, observed: Option<&Found>) -> Vec<Change> {
        let Some(found) = observed.filter(|found| found.state != DELETING) else {
            return vec![awaited(self.create(), "event source mapping is missing")];
        };
        let mut differences = self.differences(found);
        if found.state != ENABLED {
            differences.push("it is not enabled");
        }
        match differences.is_empty() {
            true => Vec::new(),
            false => vec![awaited(self.update(found), &differences.join(", "))],
        }
    }

    fn removal(&self, found: &Found) -> Removal {
        match found.state.as_str() {
            DELETING => Removal::default(),
            _ => Removal::by(Lambda::DeleteEventSourceMapping(DeleteEventSourceMapping {
                uuid: found.id.clone(),
            })),
        }
    }

    fn facts(&self, found: &Found) -> Vec<Fact> {
        vec![
            ("state", json!(found.state)),
            ("source", json!(self.source_arn)),
            ("queue", json!(found.queue)),
        ]
    }
}

/// The output with the id.
const ID: &str = "UUID";

const DELETING: &str = "Deleting";
const ENABLED: &str = "Enabled";

impl EventSourceMapping {
    fn differences(&self, found: &Found) -> Vec<&'static str> {
        let parts = [
            (
                "batches differ",
                (found.batch_size, found.window_seconds) == BATCH,
            ),
            ("batches are not bisected", found.bisects),
            (
                "retries differ",
                (found.retries, found.age_seconds) == (RETRIES, ANY_AGE),
            ),
            ("answers differ", found.responses == [RESPONSES]),
            (
                "queue differs",
                found.queue.as_ref() == Some(&self.queue_arn),
            ),
        ];
        let differing = parts.into_iter().filter(|(_, is_same)| !is_same);
        differing.map(|(words, _)| words).collect()
    }

    fn create(&self) -> Lambda {
        Lambda::CreateEventSourceMapping(CreateEventSourceMapping {
            event_source_arn: self.source_arn.clone(),
            function_name: self.function.clone(),
            starting_position: Some("TRIM_HORIZON".to_owned()),
            batch_size: Some(BATCH.0),
            maximum_batching_window_in_seconds: Some(BATCH.1),
            bisect_batch_on_function_error: Some(true),
            maximum_retry_attempts: Some(RETRIES),
            maximum_record_age_in_seconds: Some(ANY_AGE),
            function_response_types: vec![RESPONSES.to_owned()],
            destination_config: Some(self.on_failure()),
        })
    }

    fn update(&self, found: &Found) -> Lambda {
        Lambda::UpdateEventSourceMapping(UpdateEventSourceMapping {
            uuid: found.id.clone(),
            enabled: Some(true),
            batch_size: Some(BATCH.0),
            maximum_batching_window_in_seconds: Some(BATCH.1),
            bisect_batch_on_function_error: Some(true),
            maximum_retry_attempts: Some(RETRIES),
            maximum_record_age_in_seconds: Some(ANY_AGE),
            function_response_types: vec![RESPONSES.to_owned()],
            destination_config: Some(self.on_failure()),
        })
    }

    fn on_failure(&self) -> DestinationConfig {
        DestinationConfig {
            on_failure: Some(OnFailure {
                destination: Some(self.queue_arn.clone()),
            }),
        }
    }
}

/// A change that is done once the mapping is enabled.
fn awaited(call: Lambda, reason: &str) -> Change {
    let ready = Ready {
        read: LambdaRead::GetEventSourceMapping(GetEventSourceMapping {
            uuid: Text::own(ID),
        })
        .into(),
        state: "State",
        ready: &[ENABLED],
        failed: &[DELETING],
        code: None,
        reason: Some("StateTransitionReason"),
        before: None,
        progress: "state {State}",
        done: "state Enabled".to_owned(),
        shown_within: MINUTES,
        within: LONG,
    };
    Change {
        ready: Some(ready),
        ..Change::new(call, reason)
    }
}
