//! Every change this tool can ask of AWS, as plain data.
//!
//! A [`Call`] is one API request under AWS's own names. The script of a dry run, the JSON plan, the recorded
//! requests of the tests and the requests themselves are all made from this one value, so they cannot differ.
//! One file a service, which opens with the list of its operations (`definition.rs` says how to read it). Options that
//! are `None`, empty lists and empty maps are neither sent nor printed.

pub mod athena;
pub mod cloudcontrol;
pub mod cloudtrail;
pub mod cloudwatch;
pub mod command_line;
pub(crate) mod definition;
pub mod events;
pub mod firehose;
pub mod glue;
pub mod guardduty;
pub mod iam;
mod kind;
pub mod kinesis;
pub mod lambda;
pub mod lifecycle;
pub mod logs;
pub mod opensearch;
pub mod passing;
pub mod permission;
pub mod rule;
pub mod s3;
pub mod settled;
pub mod sns;
pub mod sqs;
mod tag;
mod text;
mod zip;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

pub use kind::Kind;
use lambda::Lambda;
pub use tag::Tag;
pub(crate) use tag::tag;
pub use text::{Source, Text};
pub use zip::Zip;

/// Makes the type of all requests to some services.
macro_rules! requests {
    ($(#[$about:meta])* $request:ident { $($service:ident: $file:ident,)* }) => {
        $(#[$about])*
        #[allow(missing_docs, reason = "each is named after its service")]
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum $request {
            $($service($file::$service),)*
        }

        impl $request {
            /// The API's name, e.g. `cloudtrail`.
            pub fn service(&self) -> &'static str {
                match self {
                    $(Self::$service(request) => request.service(),)*
                }
            }

            /// The operation as AWS spells it, e.g. `CreateTrail`.
            pub fn operation(&self) -> &'static str {
                match self {
                    $(Self::$service(request) => request.operation(),)*
                }
            }

            /// The parameters under AWS's own names.
            pub fn params(&self) -> Map<String, Value> {
                match serde_json::to_value(self) {
                    Ok(Value::Object(params)) => params,
                    _ => unreachable!("a request is a structure of texts, numbers, lists and maps"),
                }
            }

            /// Which values of the answer a plan may use, by their paths.
            pub fn outputs(&self) -> &'static [&'static str] {
                match self {
                    $(Self::$service(request) => request.outputs(),)*
                }
            }

            /// The parameters that are references.
            pub fn references(&self) -> Vec<Text> {
                let mut request = self.clone();
                let texts = request.texts().into_iter();
                let references = texts.filter(|text| !matches!(text, Text::Known(_)));
                references.map(|text| text.clone()).collect()
            }

            /// The parameters that may be references.
            pub fn texts(&mut self) -> Vec<&mut Text> {
                match self {
                    $(Self::$service(request) => request.texts(),)*
                }
            }
        }
    };
}

requests! {
    /// One request to AWS that changes something.
    Call {
        Athena: athena,
        CloudControl: cloudcontrol,
        CloudTrail: cloudtrail,
        CloudWatch: cloudwatch,
        Events: events,
        Firehose: firehose,
        Glue: glue,
        GuardDuty: guardduty,
        Iam: iam,
        Kinesis: kinesis,
        Lambda: lambda,
        Logs: logs,
        OpenSearch: opensearch,
        S3: s3,
        Sns: sns,
        Sqs: sqs,
    }
}

requests! {
    /// One request to AWS that reads: what can be waited for.
    Read {
        CloudControlRead: cloudcontrol,
        FirehoseRead: firehose,
        KinesisRead: kinesis,
        LambdaRead: lambda,
        OpenSearchRead: opensearch,
        SqsRead: sqs,
    }
}

/// Where successful answers say that a part of the request was refused, and why, among the outputs: by EventBridge with
/// a code, by GuardDuty for an account.
pub const REFUSED_PARTS: [[&str; 2]; 2] = [
    [
        "FailedEntries[0].ErrorCode",
        "FailedEntries[0].ErrorMessage",
    ],
    [
        "UnprocessedAccounts[0].AccountId",
        "UnprocessedAccounts[0].Result",
    ],
];

/// The code of what GuardDuty refuses for an account, which has none of its own.
pub const UNPROCESSED: &str = "UnprocessedAccounts";

impl Call {
    /// The code of a function, if the request has it.
    pub fn zip(&self) -> Option<&Zip> {
        match self {
            Self::Lambda(Lambda::CreateFunction(call)) => Some(&call.code.zip_file),
            Self::Lambda(Lambda::UpdateFunctionCode(call)) => Some(&call.zip_file),
            _ => None,
        }
    }

    /// The code and the message with which a successful answer refuses a part of the request, given its outputs.
    pub fn refused_part(outputs: &BTreeMap<&'static str, String>) -> Option<(String, String)> {
        let [entry, account] = REFUSED_PARTS.map(|paths| {
            let [what, why] = paths.map(|path| outputs.get(path).cloned());
            Some((what?, why.unwrap_or_default()))
        });
        let account = account.map(|(id, why)| (UNPROCESSED.to_owned(), format!("{id}: {why}")));
        entry.or(account)
    }
}
