//! Metrics: facts about resources that no request to their own service returns.

use std::time::{Duration, SystemTime};

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Statistic};

use super::Reader;
use crate::aws::error::Request;
use crate::error::CallResult;

/// How far to look back: SQS reports every minute, and CloudWatch shows it some minutes later.
const WINDOW: Duration = Duration::from_secs(15 * 60);

impl Reader {
    /// The age of a queue's oldest message in seconds, by SQS's metric `ApproximateAgeOfOldestMessage`; `None` where
    /// CloudWatch has no datapoint, as for a queue that was not used for hours.
    pub async fn age_of_oldest_message(
        &self,
        region: &str,
        queue: &str,
    ) -> CallResult<Option<u64>> {
        let request = Request::new("cloudwatch", "GetMetricStatistics", region, queue);
        let now = SystemTime::now();
        let client = self.clients.cloudwatch(region);
        let get = client
            .get_metric_statistics()
            .namespace("AWS/SQS")
            .metric_name("ApproximateAgeOfOldestMessage")
            .dimensions(Dimension::builder().name("QueueName").value(queue).build())
            .start_time(DateTime::from(now - WINDOW))
            .end_time(DateTime::from(now))
            .period(60)
            .statistics(Statistic::Maximum);
        let answer = self.clients.send(request, get.send()).await?;
        let points = answer.datapoints().iter();
        let newest = points.max_by_key(|point| point.timestamp().map(DateTime::secs));
        let age = newest.and_then(|point| point.maximum());
        // Whole seconds, as a number of floating point; a negative or absurd one ends at the bounds.
        Ok(age.map(|seconds| seconds as u64))
    }
}
