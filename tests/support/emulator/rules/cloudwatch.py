"""CloudWatch: how fine and how many the datapoints may be that a request asks for."""

import re

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


STATISTIC = re.compile(r"SampleCount|Sum|Average|Minimum|Maximum|IQM|(p|tm|wm|tc|ts)\d{1,2}(\.\d{1,10})?|(TM|WM|PR|TC|TS)\(.*\)")
ID = re.compile(r"[a-z][A-Za-z0-9_]*")
MOST_QUERIES = 500


@rule("cloudwatch", "GetMetricData")
def get_metric_data(call: Call):
    """Moto takes any period, statistic and span of time."""
    queries = call.params.get("MetricDataQueries") or []
    if call.params.get("StartTime") == call.params.get("EndTime"):
        raise AwsError("ValidationError", "The parameter StartTime must not equal parameter EndTime.")
    if len(queries) > MOST_QUERIES:
        raise AwsError("ValidationError", f"The collection MetricDataQueries must not have more than {MOST_QUERIES} members.")
    for number, query in enumerate(queries, 1):
        place = f"MetricDataQueries.member.{number}"
        if not ID.fullmatch(query.get("Id", "")):
            raise AwsError("ValidationError", f"The value for parameter {place}.Id is not a valid id.")
        stat = query.get("MetricStat")
        if stat is None:
            continue
        period = stat.get("Period")
        if period not in SHORT_PERIODS and (not period or period % 60):
            raise AwsError("ValidationError", f"The value for parameter {place}.MetricStat.Period is not a valid period.")
        if not STATISTIC.fullmatch(stat.get("Stat", "")):
            raise AwsError("ValidationError", f"The value for parameter {place}.MetricStat.Stat is not a valid statistic.")
    return call.forward()
