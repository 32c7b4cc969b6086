//! Requests to the AWS Cloud Control API:
//! <https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_Operations.html>.
//!
//! It creates, updates and deletes resources of many services. A request is answered before it is carried out; how it
//! ends, its status says.

use super::Text;
use super::definition::define;

macro_rules! cloudcontrol {
    ($each:ident) => {
        $each! {
            /// A change of a resource.
            CloudControl: Call, cloudcontrol, "PascalCase";
            operations {
                CreateResource {
                    /// For example `AWS::EC2::FlowLog`.
                    type_name: String,
                    /// The properties, as JSON.
                    desired_state: String,
                } -> { ProgressEvent.RequestToken }
                UpdateResource {
                    type_name: String,
                    identifier: String,
                    /// JSON Patch.
                    patch_document: String,
                } -> { ProgressEvent.RequestToken }
                DeleteResource {
                    type_name: String,
                    identifier: String,
                } -> { ProgressEvent.RequestToken }
            }
            structures {}
        }
    };
}
pub(crate) use cloudcontrol;

cloudcontrol!(define);

macro_rules! cloudcontrol_read {
    ($each:ident) => {
        $each! {
            /// How far a request is.
            CloudControlRead: Read, cloudcontrol, "PascalCase";
            operations {
                GetResourceRequestStatus {
                    request_token: Text,
                } -> {
                    ProgressEvent.OperationStatus,
                    ProgressEvent.ErrorCode,
                    ProgressEvent.StatusMessage
                }
            }
            structures {}
        }
    };
}
pub(crate) use cloudcontrol_read;

cloudcontrol_read!(define);
