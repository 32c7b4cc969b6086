//! Every change this tool can ask of AWS, as plain data.
//!
//! A [`Call`] is one API request under AWS's own names. The script of a dry run, the JSON plan, the recorded
//! requests of the tests and the requests themselves are all made from this one value, so they cannot differ.
//! One file a service, which opens with the list of its operations (`definition.rs` says how to read it). Options that
//! are `None`, empty lists and empty maps are neither sent nor printed.

pub mod cloudtrail;
pub mod cloudwatch;
pub mod command_line;
pub(crate) mod definition;
pub mod iam;
mod kind;
pub mod lifecycle;
pub mod logs;
pub mod passing;
pub mod permission;
pub mod rule;
pub mod s3;
pub mod settled;
pub mod sns;
pub mod sqs;
mod tag;
mod text;

use serde_json::{Map, Value};

pub use kind::Kind;
pub use tag::Tag;
pub(crate) use tag::tag;
pub use text::{Source, Text};

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

/// The same expression for a call of any service.
macro_rules! each {
    ($self:ident, $call:ident => $value:expr) => {
        match $self {
            Call::CloudTrail($call) => $value,
            Call::CloudWatch($call) => $value,
            Call::Iam($call) => $value,
            Call::Logs($call) => $value,
            Call::S3($call) => $value,
            Call::Sns($call) => $value,
            Call::Sqs($call) => $value,
        }
    };
}

impl Call {
    /// The API's name, e.g. `cloudtrail`.
    pub fn service(&self) -> &'static str {
        each!(self, call => call.service())
    }

    /// The operation as AWS spells it, e.g. `CreateTrail`.
    pub fn operation(&self) -> &'static str {
        each!(self, call => call.operation())
    }

    /// The parameters under AWS's own names.
    pub fn params(&self) -> Map<String, Value> {
        each!(self, call => call.params())
    }

    /// Which values of the answer a plan may use, by their paths.
    pub fn outputs(&self) -> &'static [&'static str] {
        each!(self, call => call.outputs())
    }

    /// The parameters that may be references.
    pub fn texts(&mut self) -> Vec<&mut Text> {
        each!(self, call => call.texts())
    }

    /// The parameters that are references.
    pub fn references(&self) -> Vec<Text> {
        let mut call = self.clone();
        let texts = call.texts().into_iter();
        let references = texts.filter(|text| !matches!(text, Text::Known(_)));
        references.map(|text| text.clone()).collect()
    }
}

/// One request to AWS that reads: what can be waited for.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    /// A read of a queue.
    SqsRead(sqs::SqsRead),
}

impl Read {
    /// The API's name, e.g. `sqs`.
    pub fn service(&self) -> &'static str {
        let Self::SqsRead(read) = self;
        read.service()
    }

    /// The operation as AWS spells it, e.g. `ListMessageMoveTasks`.
    pub fn operation(&self) -> &'static str {
        let Self::SqsRead(read) = self;
        read.operation()
    }

    /// The parameters under AWS's own names.
    pub fn params(&self) -> Map<String, Value> {
        let Self::SqsRead(read) = self;
        read.params()
    }

    /// Which values of the answer a plan may use, by their paths.
    pub fn outputs(&self) -> &'static [&'static str] {
        let Self::SqsRead(read) = self;
        read.outputs()
    }
}
