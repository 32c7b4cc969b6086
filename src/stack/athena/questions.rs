//! What a caller must be allowed who asks the questions: Athena reads the tables and the log files, and writes results, in the
//! caller's name.
//!
//! <https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html>

use super::{Layout, names};
use crate::stack::Scheme;
use crate::stack::permissions::Grant;

/// What Athena does with the bucket of results, as the policy AmazonAthenaFullAccess has it:
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonAthenaFullAccess.html>.
const OF_RESULTS: [&str; 3] = [
    "GetBucketLocation",
    "HeadBucket",
    "ListBucketMultipartUploads",
];

/// And with results.
const RESULTS: [&str; 4] = [
    "GetObject",
    "PutObject",
    "AbortMultipartUpload",
    "ListMultipartUploadParts",
];

/// The permissions to ask about the log files in a bucket. Log files and results may be encrypted with these keys.
pub fn of_questions(scheme: &Scheme, bucket: &str, keys: &[String]) -> Vec<Grant> {
    let group = names::group(scheme);
    let (logs, results) = (scheme.bucket_arn(bucket), scheme.bucket_arn(&group));
    let group = scheme.arn("athena", "*", &format!("workgroup/{group}"));
    let queries = [
        "StartQueryExecution",
        "GetQueryExecution",
        "GetQueryResults",
        "StopQueryExecution",
    ];
    let database = names::database(scheme);
    let mut catalog = vec!["catalog".to_owned(), format!("database/{database}")];
    let mut tables = catalog.clone();
    tables.extend(Layout::ALL.map(|layout| format!("table/{database}/{}", layout.table())));
    // An older version of AWS's page calls it mandatory for any query.
    catalog.push("database/default".to_owned());
    let arns = |names: &mut Vec<String>| {
        let names = names.drain(..);
        names.map(|name| scheme.arn("glue", "*", &name)).collect()
    };
    let files = ["", "*/"].map(|prefix| format!("{logs}/{prefix}AWSLogs/*"));
    let mut grants = vec![
        Grant::new("Queries", "athena", &queries, vec![group]),
        Grant::new("Database", "glue", &["GetDatabase"], arns(&mut catalog)),
        Grant::new(
            "Tables",
            "glue",
            &["GetTable", "GetPartitions"],
            arns(&mut tables),
        ),
        Grant::new(
            "Bucket",
            "s3",
            &["GetBucketLocation", "HeadBucket"],
            vec![logs],
        ),
        Grant::new("Logs", "s3", &["GetObject"], files.into()),
        Grant::new("Results", "s3", &OF_RESULTS, vec![results.clone()]),
        Grant::new("ResultFiles", "s3", &RESULTS, vec![format!("{results}/*")]),
    ];
    if !keys.is_empty() {
        let operations = ["Decrypt", "GenerateDataKey"];
        grants.push(Grant::new("Keys", "kms", &operations, keys.to_vec()));
    }
    grants
}
