//! Requests to Amazon GuardDuty: <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Operations.html>.

use std::collections::BTreeMap;

use super::definition::define;

macro_rules! guardduty {
    ($each:ident) => {
        $each! {
            /// A change of a detector.
            GuardDuty: Call, guardduty, "PascalCase";
            operations {
                /// Creates the detector of a region. Features that are not named are on, but `RUNTIME_MONITORING`.
                CreateDetector {
                    enable: bool,
                    /// `FIFTEEN_MINUTES`, `ONE_HOUR` or `SIX_HOURS`: how often repeated findings are published.
                    finding_publishing_frequency: String,
                    features: Vec<DetectorFeatureConfiguration>,
                    tags: BTreeMap<String, String>,
                } -> { DetectorId }
                /// Changes what is given of a detector.
                UpdateDetector {
                    detector_id: String,
                    enable: Option<bool>,
                    finding_publishing_frequency: Option<String>,
                    features: Vec<DetectorFeatureConfiguration>,
                }
                TagResource {
                    /// The detector's ARN.
                    resource_arn: String,
                    tags: BTreeMap<String, String>,
                }
                /// Deletes a detector, which has no members any more, with its findings.
                DeleteDetector {
                    detector_id: String,
                }
            }
            structures {
                DetectorFeatureConfiguration {
                    /// Not both of `EKS_RUNTIME_MONITORING` and `RUNTIME_MONITORING`, which includes it.
                    name: String,
                    /// `ENABLED` or `DISABLED`.
                    status: String,
                }
            }
        }
    };
}
pub(crate) use guardduty;

guardduty!(define);
