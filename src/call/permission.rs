//! Which IAM actions an operation needs.
//!
//! Almost always `<service>:<operation>`. Where the words differ, or where a parameter needs a further action,
//! the table here says so, and nothing else does.

/// The IAM actions that a caller needs for an operation, tags at creation included.
///
/// See the *Actions, resources, and condition keys* page of each service in the Service Authorization Reference.
pub fn actions(service: &str, operation: &str) -> Vec<String> {
    let actions: &[&str] = match (service, operation) {
        ("s3", "HeadBucket" | "ListObjectsV2") => &["s3:ListBucket"],
        ("s3", "GetPublicAccessBlock") => &["s3:GetBucketPublicAccessBlock"],
        ("s3", "PutPublicAccessBlock") => &["s3:PutBucketPublicAccessBlock"],
        ("s3", "GetBucketEncryption") => &["s3:GetEncryptionConfiguration"],
        ("s3", "GetBucketLifecycleConfiguration") => &["s3:GetLifecycleConfiguration"],
        ("s3", "PutBucketLifecycleConfiguration") => &["s3:PutLifecycleConfiguration"],
        ("s3", "GetObjectLockConfiguration") => &["s3:GetBucketObjectLockConfiguration"],
        ("s3", "PutObjectLockConfiguration") => &["s3:PutBucketObjectLockConfiguration"],
        ("athena", "CreateWorkGroup") => &["athena:CreateWorkGroup", "athena:TagResource"],
        ("cloudcontrol", "CreateResource") => &["cloudformation:CreateResource"],
        ("cloudcontrol", "UpdateResource") => &["cloudformation:UpdateResource"],
        ("cloudcontrol", "DeleteResource") => &["cloudformation:DeleteResource"],
        ("cloudcontrol", "ListResources") => &["cloudformation:ListResources"],
        ("cloudcontrol", "GetResourceRequestStatus") => {
            &["cloudformation:GetResourceRequestStatus"]
        }
        ("cloudtrail", "CreateTrail") => &["cloudtrail:CreateTrail", "cloudtrail:AddTags"],
        ("events", "PutRule") => &["events:PutRule", "events:TagResource"],
        ("firehose", "CreateDeliveryStream") => &[
            "firehose:CreateDeliveryStream",
            "firehose:TagDeliveryStream",
        ],
        ("guardduty", "CreateDetector") => &["guardduty:CreateDetector", "guardduty:TagResource"],
        ("iam", "CreateUser") => &["iam:CreateUser", "iam:TagUser"],
        ("iam", "CreateRole") => &["iam:CreateRole", "iam:TagRole"],
        ("kinesis", "CreateStream") => &["kinesis:CreateStream", "kinesis:AddTagsToStream"],
        ("lambda", "CreateFunction") => &["lambda:CreateFunction", "lambda:TagResource"],
        ("opensearch", "CreateDomain") => &["es:CreateDomain", "es:AddTags"],
        ("sns", "CreateTopic") => &["sns:CreateTopic", "sns:TagResource"],
        ("sqs", "ChangeMessageVisibilityBatch") => &["sqs:ChangeMessageVisibility"],
        ("sqs", "DeleteMessageBatch") => &["sqs:DeleteMessage"],
        ("sqs", "CreateQueue") => &["sqs:CreateQueue", "sqs:TagQueue"],
        ("opensearch", operation) => return vec![format!("es:{operation}")],
        _ => return vec![format!("{service}:{operation}")],
    };
    actions.iter().map(|&action| action.to_owned()).collect()
}

/// The action to name when an operation is denied.
pub fn action(service: &str, operation: &str) -> String {
    actions(service, operation).swap_remove(0)
}
