"""Metrics in CloudWatch that tests set (`metrics`).

As in queue_ages.py: one datapoint a metric, of the minute before this one, that all ways of asking CloudWatch find.
"""

from datetime import timedelta

from moto.cloudwatch.models import MetricDatum
from moto.core.common_models import CloudWatchMetricProvider
from moto.core.utils import utcnow

from accounts import ACCOUNTS


class Metrics(CloudWatchMetricProvider):
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
