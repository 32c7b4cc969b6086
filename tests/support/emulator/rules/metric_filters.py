"""Metric filters of CloudWatch Logs: one is made or replaced by its name, and its pattern has to be understood."""

import re

from aws_errors import AwsError
from filter_patterns import Columns, JsonPattern, PatternError, parse
from rules import Call, guard, rule
from rules.logs import backend, class_of, group_named, invalid, one_page

NAME = re.compile(r"[^:*]{1,512}")
METRIC = re.compile(r"[^:*$]{1,255}")
VALUE = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|\$\.?[A-Za-z_\[].*", re.IGNORECASE)
PATTERN_LIMIT, VALUE_LIMIT = 1024, 100
FILTERS, DIMENSIONS, MESSAGES = 100, 3, 50
CRITERIA_LIMIT = 2000
EMITTED = ("@aws.account", "@aws.region")


@guard("logs")
def names(call: Call):
    """The syntax of the names of filters."""
    for member in ("filterName", "filterNamePrefix"):
        name = call.params.get(member)
        if name is not None and not NAME.fullmatch(name):
            raise invalid(member, name, "Member must satisfy regular expression pattern: [^:*]*")


@rule("logs", "PutMetricFilter")
def put_metric_filter(call: Call):
    """A filter on a group that is there, with a pattern that is understood and one metric."""
    name, group = call.params["filterName"], group_named(call, call.params["logGroupName"])
    if class_of(call, group.name) != "STANDARD":
        raise AwsError("InvalidOperationException", "Metric filters are not supported for this log group class.")
    pattern = _pattern(call)
    transformations = call.params.get("metricTransformations") or []
    if len(transformations) != 1:
        raise invalid("metricTransformations", transformations, "Member must have length equal to 1")
    _check_transformation(call, transformations[0], pattern)
    _check_system_fields(call)
    if len(_names(call, group) - {name}) >= FILTERS:
        raise AwsError("LimitExceededException", "Resource limit exceeded.")
    return call.forward()


def _check_system_fields(call: Call) -> None:
    criteria = call.params.get("fieldSelectionCriteria") or ""
    if len(criteria) > CRITERIA_LIMIT:
        limit = f"Member must have length less than or equal to {CRITERIA_LIMIT}"
        raise invalid("fieldSelectionCriteria", criteria, limit)
    for field in call.params.get("emitSystemFieldDimensions") or []:
        if field not in EMITTED:
            raise AwsError("InvalidParameterException", f"Invalid system field: {field}")


def _names(call: Call, group) -> set:
    """The names of the filters on a group."""
    return {f["filterName"] for f in backend(call).filters.get_matching_filters(log_group_name=group.name)}


def _pattern(call: Call):
    text = call.params.get("filterPattern")
    if text is None or len(text) > PATTERN_LIMIT:
        raise invalid("filterPattern", text, f"Member must have length less than or equal to {PATTERN_LIMIT}")
    try:
        return parse(text)
    except PatternError as error:
        raise AwsError("InvalidParameterException", str(error)) from None


def _check_transformation(call: Call, metric: dict, pattern) -> None:
    for member in ("metricName", "metricNamespace"):
        if not METRIC.fullmatch(metric.get(member) or ""):
            raise invalid(member, metric.get(member), "Member must satisfy regular expression pattern: [^:*$]*")
    value = metric.get("metricValue") or ""
    if len(value) > VALUE_LIMIT or not VALUE.fullmatch(value):
        raise AwsError("InvalidParameterException", f"Invalid metric transformation: invalid metric value {value}")
    units = call.allowed("StandardUnit")
    if metric.get("unit", "None") not in units:
        raise invalid("unit", metric["unit"], f"Member must satisfy enum value set: [{', '.join(units)}]")
    if not metric.get("dimensions"):
        return
    if metric.get("defaultValue") is not None:
        raise AwsError(
            "InvalidParameterException",
            "Invalid metric transformation: dimensions and default value are mutually exclusive properties.",
        )
    if not isinstance(pattern, (JsonPattern, Columns)):
        raise AwsError("InvalidParameterException", "The specified filter pattern does not support dimensions")
    if len(metric["dimensions"]) > DIMENSIONS or not all(v.startswith("$") for v in metric["dimensions"].values()):
        raise AwsError("InvalidParameterException", "Invalid metric transformation: invalid dimensions")


@rule("logs", "DescribeMetricFilters")
def describe_metric_filters(call: Call):
    """In the order of their names; a prefix counts together with a group only."""
    group, prefix = call.params.get("logGroupName"), call.params.get("filterNamePrefix")
    metric, namespace = call.params.get("metricName"), call.params.get("metricNamespace")
    if group:
        group_named(call, group)
    if bool(metric) != bool(namespace):
        raise AwsError("InvalidParameterException", "Specify both the metric name and the metric namespace, or none.")
    filters = backend(call).filters.get_matching_filters(prefix if group else None, group, metric, namespace)
    return one_page(call, "metricFilters", sorted(filters, key=lambda f: (f["filterName"], f["logGroupName"])))


@rule("logs", "DeleteMetricFilter")
def delete_metric_filter(call: Call):
    """Moto deletes in silence what is not there."""
    group = group_named(call, call.params["logGroupName"])
    if call.params["filterName"] not in _names(call, group):
        raise AwsError("ResourceNotFoundException", "The specified metric filter does not exist.")
    return call.forward()


@rule("logs", "TestMetricFilter")
def test_metric_filter(call: Call):
    """Moto is taught it (see moto_repairs.py), but for patterns of columns."""
    pattern, messages = _pattern(call), call.params.get("logEventMessages") or []
    if not 1 <= len(messages) <= MESSAGES:
        raise invalid("logEventMessages", len(messages), f"Member must have length between 1 and {MESSAGES}")
    if isinstance(pattern, Columns):
        raise AwsError("NotImplemented", "The emulator does not evaluate patterns of columns.", 501)
    return call.forward()
