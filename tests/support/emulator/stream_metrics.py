"""Metrics of Firehose streams in CloudWatch, and any others, which tests set (`stream_metrics`, `metrics`).

As in queue_ages.py: one datapoint a metric, of the minute before this one, that all ways of asking CloudWatch find.
"""

from datetime import timedelta

from moto.cloudwatch.models import MetricDatum
from moto.core.common_models import CloudWatchMetricProvider
from moto.core.utils import utcnow

from accounts import ACCOUNTS

UNITS = {"DataFreshness": "Seconds", "DataAckLatency": "Seconds", "Bytes": "Bytes"}


class StreamMetrics(CloudWatchMetricProvider):
    """The datapoints of the setting {"region/stream": {"DeliveryToSplunk.Success": 1, …}}."""

    @staticmethod
    def get_cloudwatch_metrics(account_id: str, region: str) -> list:
        """One datapoint for each metric of the streams of the region."""
        stamp = utcnow().replace(second=0, microsecond=0) - timedelta(minutes=1)
        return [
            MetricDatum(
                namespace="AWS/Firehose",
                name=metric,
                value=float(value),
                dimensions=[{"Name": "DeliveryStreamName", "Value": stream.split("/", 1)[1]}],
                timestamp=stamp,
                unit=UNITS.get(metric.rpartition(".")[2], "Count"),
            )
            for stream, metrics in ACCOUNTS[account_id].settings["stream_metrics"].items()
            if stream.split("/", 1)[0] == region
            for metric, value in metrics.items()
        ]


class OtherMetrics(CloudWatchMetricProvider):
    """The datapoints of the setting [{"region", "namespace", "name", "dimensions": {name: value}, "value"}]."""

    @staticmethod
    def get_cloudwatch_metrics(account_id: str, region: str) -> list:
        """One datapoint for each metric of the region."""
        stamp = utcnow().replace(second=0, microsecond=0) - timedelta(minutes=1)
        return [
            MetricDatum(
                namespace=metric["namespace"],
                name=metric["name"],
                value=float(metric["value"]),
                dimensions=[{"Name": name, "Value": value} for name, value in metric["dimensions"].items()],
                timestamp=stamp,
                unit="Count",
            )
            for metric in ACCOUNTS[account_id].settings["metrics"]
            if metric["region"] == region
        ]
