//! What CloudWatch says of a delivery.

use super::check::{Verdict, unknown};

/// The age in seconds, of the oldest record or of what is read last, above which a delivery is late. AWS's advice for
/// Firehose: the buffering plus some minutes.
/// <https://docs.aws.amazon.com/firehose/latest/dev/firehose-cloudwatch-metrics-best-practices.html>
pub const STALE: f64 = 900.0;

/// CloudWatch knows nothing.
pub fn no_data() -> Verdict {
    unknown(
        "CloudWatch has no datapoint of the last hour",
        "wait for events: metrics appear some minutes after the first delivery",
    )
}
