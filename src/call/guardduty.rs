//! Requests to Amazon GuardDuty: <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Operations.html>.

use std::collections::BTreeMap;

use super::Text;
use super::definition::define;

macro_rules! guardduty {
    ($each:ident) => {
        $each! {
            /// A change of a detector, or of its relation to those of other accounts.
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
                /// Adds accounts to those that a detector may invite, without inviting them.
                CreateMembers {
                    detector_id: Text,
                    /// At most 50.
                    account_details: Vec<AccountDetail>,
                } -> { UnprocessedAccounts[0].AccountId, UnprocessedAccounts[0].Result }
                /// Invites members, whose email addresses AWS verifies first.
                InviteMembers {
                    detector_id: Text,
                    /// At most 50.
                    account_ids: Vec<String>,
                    disable_email_notification: bool,
                } -> { UnprocessedAccounts[0].AccountId, UnprocessedAccounts[0].Result }
                /// Ends the relation to members, which stay created.
                DisassociateMembers {
                    detector_id: Text,
                    /// At most 50.
                    account_ids: Vec<String>,
                } -> { UnprocessedAccounts[0].AccountId, UnprocessedAccounts[0].Result }
                /// Deletes members that are not associated.
                DeleteMembers {
                    detector_id: Text,
                    /// At most 50.
                    account_ids: Vec<String>,
                } -> { UnprocessedAccounts[0].AccountId, UnprocessedAccounts[0].Result }
                /// Makes the detector one of a member, whose findings the administrator sees.
                AcceptAdministratorInvitation {
                    detector_id: Text,
                    administrator_id: String,
                    invitation_id: String,
                }
                /// Ends the relation to the administrator.
                DisassociateFromAdministratorAccount {
                    detector_id: Text,
                }
                /// Says for which accounts of an organization GuardDuty is enabled automatically.
                UpdateOrganizationConfiguration {
                    detector_id: Text,
                    /// `ALL`, `NEW` or `NONE`.
                    auto_enable_organization_members: String,
                }
                /// Deletes a detector, which has no members any more, with its findings.
                DeleteDetector {
                    detector_id: String,
                }
            }
            structures {
                AccountDetail {
                    account_id: String,
                    /// The email address of the account's root user, at most 64 characters.
                    email: String,
                }
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
