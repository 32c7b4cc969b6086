//! Metrics: facts about resources that no request to their own service returns.

use std::time::{Duration, SystemTime};

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    Dimension, DimensionFilter, Metric, MetricDataQuery, MetricStat, ScanBy, Statistic,
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
        let metrics = OF_STREAMS.map(|(name, statistic)| StatisticOf {
            namespace: "AWS/Firehose",
            name,
            dimensions: vec![("DeliveryStreamName".to_owned(), stream.to_owned())],
            statistic,
        });
        let values = self.last_hour(region, stream, &metrics).await?;
        let sum = |at: usize| {
            let values: &Vec<f64> = values.get(at)?;
            (!values.is_empty()).then(|| values.iter().sum())
        };
        Ok(StreamMetrics {
            success: sum(0),
            freshness: values.get(1).and_then(|values| values.first()).copied(),
            throttled: sum(2),
        })
    }

    /// The values of each metric in the last hour, one for five minutes, the newest first. At most 500 metrics.
    pub async fn last_hour(
        &self,
        region: &str,
        resource: &str,
        metrics: &[StatisticOf],
    ) -> CallResult<Vec<Vec<f64>>> {
        let request = Request::new("cloudwatch", "GetMetricData", region, resource);
        let now = SystemTime::now();
        // The id of each is its number.
        let mut values: Vec<Vec<f64>> = vec![Vec::new(); metrics.len()];
        let mut token = None;
        loop {
            let get = self.clients.cloudwatch(region).get_metric_data();
            let get = get
                .start_time(DateTime::from(now - HOUR))
                .end_time(DateTime::from(now))
                .scan_by(ScanBy::TimestampDescending)
                .set_metric_data_queries(Some(queries(metrics)))
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
                return Ok(values);
            }
        }
    }

    /// The metrics of this name that have a value for a dimension: all dimensions of each.
    pub async fn dimensions(
        &self,
        region: &str,
        (namespace, metric): (&str, &str),
        (name, value): (&str, &str),
    ) -> CallResult<Vec<Vec<(String, String)>>> {
        let request = Request::new("cloudwatch", "ListMetrics", region, value);
        let dimension = DimensionFilter::builder().name(name).value(value).build();
        let list = self.clients.cloudwatch(region).list_metrics();
        let list = list.namespace(namespace).metric_name(metric);
        let list = list.dimensions(dimension).into_paginator().send();
        let pages = self.list(request, list.try_collect(), &[]).await?;
        let found = pages.iter().flat_map(|page| page.metrics());
        let found = found.map(|metric| {
            let dimensions = metric.dimensions().iter();
            let pairs = dimensions.filter_map(|it| Some((it.name.clone()?, it.value.clone()?)));
            pairs.collect()
        });
        Ok(found.collect())
    }
}

/// A statistic of a metric.
#[derive(Clone, Debug)]
pub struct StatisticOf {
    /// For example `AWS/Firehose`.
    pub namespace: &'static str,
    /// The metric's name.
    pub name: &'static str,
    /// All of its dimensions: name and value of each.
    pub dimensions: Vec<(String, String)>,
    /// For example `Maximum`.
    pub statistic: &'static str,
}

/// A query of each.
fn queries(metrics: &[StatisticOf]) -> Vec<MetricDataQuery> {
    let dimension = |(name, value): &(String, String)| {
        let dimension = Dimension::builder().name(name).value(value);
        dimension.build()
    };
    let query = |(at, of): (usize, &StatisticOf)| {
        let metric = Metric::builder()
            .namespace(of.namespace)
            .metric_name(of.name)
            .set_dimensions(Some(of.dimensions.iter().map(dimension).collect()));
        let stat = MetricStat::builder().metric(metric.build()).period(300);
        let stat = stat.stat(of.statistic).build();
        MetricDataQuery::builder()
            .id(format!("m{at}"))
            .metric_stat(stat)
            .build()
    };
    metrics.iter().enumerate().map(query).collect()
}
