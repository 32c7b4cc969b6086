//! Every change this tool can ask of AWS, as plain data.
//!
//! A [`Call`] is one API request under AWS's own names. The script of a dry run, the JSON plan, the recorded
//! requests of the tests and the requests themselves are all made from this one value, so they cannot differ.
//! One file a service; parameters that are `None` are not sent.

pub mod cloudtrail;
pub mod cloudwatch;
pub mod command_line;
pub mod iam;
pub mod lifecycle;
pub mod logs;
pub mod passing;
pub mod permission;
mod rule;
pub mod s3;
pub mod settled;
pub mod sns;
pub mod sqs;
mod tag;

use serde::Serialize;
use serde_json::{Map, Value};

pub use tag::Tag;

/// One request to AWS that changes something.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// A request to CloudTrail.
    CloudTrail(cloudtrail::CloudTrail),
    /// A request to CloudWatch.
    CloudWatch(cloudwatch::CloudWatch),
    /// A request to IAM.
    Iam(iam::Iam),
    /// A request to CloudWatch Logs.
    Logs(logs::Logs),
    /// A request to S3.
    S3(s3::S3),
    /// A request to SNS.
    Sns(sns::Sns),
    /// A request to SQS.
    Sqs(sqs::Sqs),
}

impl Call {
    /// The API's name, e.g. `cloudtrail`.
    pub fn service(&self) -> &'static str {
        match self {
            Self::CloudTrail(_) => "cloudtrail",
            Self::CloudWatch(_) => "cloudwatch",
            Self::Iam(_) => "iam",
            Self::Logs(_) => "logs",
            Self::S3(_) => "s3",
            Self::Sns(_) => "sns",
            Self::Sqs(_) => "sqs",
        }
    }

    /// The operation as AWS spells it, e.g. `CreateTrail`.
    pub fn operation(&self) -> String {
        self.parts().0
    }

    /// The parameters under AWS's own names.
    pub fn params(&self) -> Map<String, Value> {
        self.parts().1
    }

    /// A service's enum serialises as `{"<operation>": {<parameters>}}`.
    fn parts(&self) -> (String, Map<String, Value>) {
        let tagged = match self {
            Self::CloudTrail(call) => to_json(call),
            Self::CloudWatch(call) => to_json(call),
            Self::Iam(call) => to_json(call),
            Self::Logs(call) => to_json(call),
            Self::S3(call) => to_json(call),
            Self::Sns(call) => to_json(call),
            Self::Sqs(call) => to_json(call),
        };
        let Value::Object(tagged) = tagged else {
            unreachable!("an enum of structs serialises to an object")
        };
        match tagged.into_iter().next() {
            Some((operation, Value::Object(params))) => (operation, params),
            _ => unreachable!("a variant serialises to its name and its struct"),
        }
    }
}

fn to_json(call: &impl Serialize) -> Value {
    serde_json::to_value(call)
        .expect("calls are made of texts, numbers, booleans, lists and maps of texts")
}
