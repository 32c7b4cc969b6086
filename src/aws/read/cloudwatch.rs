//! Metrics: facts about resources that no request to their own service returns.

use std::time::{Duration, SystemTime};

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    Dimension, Metric, MetricDataQuery, MetricStat, ScanBy, Statistic,
};

use super::Reader;
use crate::aws::error::Request;
use crate::error::CallResult;

/// How far to look back: SQS reports every minute, and CloudWatch shows it some minutes later.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// How a delivery stream did in the last hour; nothing where CloudWatch has no datapoint.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StreamMetrics {
    /// The sum of `DeliveryToSplunk.Success`: above 0 as soon as a record was indexed.
    pub success: Option<f64>,
    /// The newest `DeliveryToSplunk.DataFreshness`: the age in seconds of the oldest record that is not delivered yet.
    pub freshness: Option<f64>,
    /// How many records were throttled, by `ThrottledRecords`.
    pub throttled: Option<f64>,
}

/// The metrics of a delivery stream, and the statistic of each.
const OF_STREAMS: [(&str, &str); 3] = [
    ("DeliveryToSplunk.Success", "Sum"),
    ("DeliveryToSplunk.DataFreshness", "Maximum"),
    ("ThrottledRecords", "Sum"),
];

/// How far to look back for them.
const HOUR: Duration = Duration::from_secs(60 * 60);

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

    /// The metrics of a delivery stream in the last hour, in one request.
    pub async fn stream_metrics(&self, region: &str, stream: &str) -> CallResult<StreamMetrics> {
        let request = Request::new("cloudwatch", "GetMetricData", region, stream);
        let now = SystemTime::now();
        // Values of each metric, the newest first; the id is its number.
        let mut values: [Vec<f64>; OF_STREAMS.len()] = Default::default();
        let mut token = None;
        loop {
            let get = self.clients.cloudwatch(region).get_metric_data();
            let get = get
                .start_time(DateTime::from(now - HOUR))
                .end_time(DateTime::from(now))
                .scan_by(ScanBy::TimestampDescending)
                .set_metric_data_queries(Some(queries(stream)))
                .set_next_token(token);
            let answer = self.clients.send(request, get.send()).await?;
            for result in answer.metric_data_results() {
                let at = result
                    .id()
                    .and_then(|id| id.strip_prefix('m')?.parse().ok());
                let values = at.and_then(|at: usize| values.get_mut(at));
                if let Some(values) = values {
                    values.extend(result.values());
                }
            }
            token = answer.next_token;
            if token.is_none() {
                break;
            }
        }
        let [success, freshness, throttled] = values;
        let sum = |values: Vec<f64>| (!values.is_empty()).then(|| values.iter().sum());
        Ok(StreamMetrics {
            success: sum(success),
            freshness: freshness.first().copied(),
            throttled: sum(throttled),
        })
    }
}

/// A query of each metric of a delivery stream.
fn queries(stream: &str) -> Vec<MetricDataQuery> {
    let dimension = Dimension::builder()
        .name("DeliveryStreamName")
        .value(stream);
    let dimension = dimension.build();
    let query = |(at, (name, statistic)): (usize, &(&str, &str))| {
        let metric = Metric::builder()
            .namespace("AWS/Firehose")
            .metric_name(*name);
        let metric = metric.dimensions(dimension.clone()).build();
        let stat = MetricStat::builder().metric(metric).period(300);
        let stat = stat.stat(*statistic).build();
        MetricDataQuery::builder()
            .id(format!("m{at}"))
            .metric_stat(stat)
            .build()
    };
    OF_STREAMS.iter().enumerate().map(query).collect()
}
