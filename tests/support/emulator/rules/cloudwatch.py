"""CloudWatch: how fine and how many the datapoints may be that a request asks for."""

from aws_errors import AwsError
from rules import Call, rule

SHORT_PERIODS = (1, 5, 10, 20, 30)
MOST_DATAPOINTS = 1440


@rule("cloudwatch", "GetMetricStatistics")
def get_metric_statistics(call: Call):
    """Moto takes any period and answers any number of datapoints."""
    period, start, end = (call.params.get(name) for name in ("Period", "StartTime", "EndTime"))
    if period not in SHORT_PERIODS and (not period or period % 60):
        raise AwsError("InvalidParameterValue", "The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60.")
    datapoints = (end - start).total_seconds() / period
    if datapoints > MOST_DATAPOINTS:
        raise AwsError(
            "InvalidParameterCombination",
            f"You have requested up to {datapoints:.0f} datapoints, which exceeds the limit of {MOST_DATAPOINTS}. You "
            "may reduce the datapoints requested by increasing Period, or decreasing the time range.",
        )
    return call.forward()
