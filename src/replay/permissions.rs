//! What `push failed` and `push replay` are allowed to do, for the policies that allow it.

use super::backlog::MARKS;
use crate::stack::permissions::Grant;
use crate::stack::{Scheme, push};

/// What `push failed` does to the delivery stream and the backup bucket, which may be encrypted with these keys.
pub fn of_failed(scheme: &Scheme, options: &push::Options, keys: &[String]) -> Vec<Grant> {
    let (stream, buckets) = options.stream_and_buckets(scheme);
    let failed = format!("{}/failed/*", stream.name);
    let objects = buckets.iter().flat_map(|bucket| {
        [
            format!("{bucket}/{failed}"),
            format!("{bucket}/{MARKS}{failed}"),
        ]
    });
    let objects = objects.collect();
    let stream = vec![stream.arn];
    let mut grants = vec![
        Grant::new("Stream", "firehose", &["DescribeDeliveryStream"], stream),
        Grant::new("Bucket", "s3", &["ListObjectsV2"], buckets),
        Grant::new("Failed", "s3", &["GetObject"], objects),
    ];
    if !keys.is_empty() {
        grants.push(Grant::new("Decrypt", "kms", &["Decrypt"], keys.to_vec()));
    }
    grants
}

/// What `push replay` does: that, it reads the rules of the function, and it writes its marks. To replace an object on a condition, S3 also asks for
/// s3:GetObject: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>.
pub fn of_replay(scheme: &Scheme, options: &push::Options, keys: &[String]) -> Vec<Grant> {
    let mut grants = of_failed(scheme, options, keys);
    let (_, buckets) = options.stream_and_buckets(scheme);
    let marks = buckets.iter().map(|bucket| format!("{bucket}/{MARKS}*"));
    let marks = marks.collect();
    let operations = ["GetObject", "PutObject"];
    grants.push(Grant::new("Marks", "s3", &operations, marks));
    grants.extend(options.reading_token());
    let function = vec![options.function_arn(scheme)];
    grants.push(Grant::new("Rules", "lambda", &["GetFunction"], function));
    let decrypt = grants.iter_mut().find(|grant| grant.service == "kms");
    if let Some(grant) = decrypt {
        grant.operations.push("GenerateDataKey");
    }
    grants
}
