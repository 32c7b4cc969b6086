"""The age of the oldest message of a queue, which CloudWatch knows and SQS does not tell (`queue_age`).

Moto asks every provider of metrics that there is: this is one more, so that GetMetricStatistics and GetMetricData know
the metric in whichever protocol they are called. CloudWatch stamps a datapoint with the begin of its minute, and has
it when the minute is over: the last one there is belongs to the minute before this one.
"""

from datetime import timedelta

from moto.cloudwatch.models import MetricDatum
from moto.core.common_models import CloudWatchMetricProvider
from moto.core.utils import utcnow

from accounts import ACCOUNTS


class QueueAges(CloudWatchMetricProvider):
    """The datapoints that the setting `queue_age` {"region/queue": seconds} stands for."""

    @staticmethod
    def get_cloudwatch_metrics(account_id: str, region: str) -> list:
        """One datapoint for each queue of the region that has an age."""
        stamp = utcnow().replace(second=0, microsecond=0) - timedelta(minutes=1)
        queues = [(*name.split("/", 1), age) for name, age in ACCOUNTS[account_id].settings["queue_age"].items()]
        return [
            MetricDatum(
                namespace="AWS/SQS",
                name="ApproximateAgeOfOldestMessage",
                value=float(age),
                dimensions=[{"Name": "QueueName", "Value": queue}],
                timestamp=stamp,
                unit="Seconds",
            )
            for place, queue, age in queues
            if place == region
        ]
