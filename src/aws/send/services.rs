//! The services that calls are sent to: one line each, with the SDK's crate.

use super::{Clients, Outputs, Request};
use crate::call::Call;
use crate::error::CallResult;

/// Writes what sends the calls of each service; `tag` where the service takes tags as the SDK's `Tag`.
macro_rules! services {
    ($($variant:ident: $service:ident, $sdk:ident $(, $tag:ident)?;)*) => {
        $(mod $service {
            #[allow(unused_imports, reason = "some services take no structures")]
            use $sdk::types;

            use crate::aws::request::send;
            use crate::call::$service::*;

            $service!(send);

            $(
                use crate::aws::convert::to_sdk;
                use crate::call::{Tag, $tag};

                $tag!(to_sdk);
            )?
        })*

        /// Sends a call to its service.
        pub(super) async fn send(
            clients: &Clients,
            request: &Request<'_>,
            call: Call,
        ) -> CallResult<Outputs> {
            match call {
                $(Call::$variant(call) => $service::send(clients, request, call).await,)*
            }
        }
    };
}

services! {
    Athena: athena, aws_sdk_athena, tag;
    CloudControl: cloudcontrol, aws_sdk_cloudcontrol;
    CloudTrail: cloudtrail, aws_sdk_cloudtrail, tag;
    CloudWatch: cloudwatch, aws_sdk_cloudwatch, tag;
    Events: events, aws_sdk_eventbridge, tag;
    Firehose: firehose, aws_sdk_firehose, tag;
    Glue: glue, aws_sdk_glue;
    GuardDuty: guardduty, aws_sdk_guardduty;
    Iam: iam, aws_sdk_iam, tag;
    Kinesis: kinesis, aws_sdk_kinesis;
    Lambda: lambda, aws_sdk_lambda;
    Logs: logs, aws_sdk_cloudwatchlogs;
    OpenSearch: opensearch, aws_sdk_opensearch, tag;
    S3: s3, aws_sdk_s3;
    Sns: sns, aws_sdk_sns, tag;
    Sqs: sqs, aws_sdk_sqs;
}
