"""Alarms of CloudWatch: what one must and may say, and how lists of them are asked for.

What moto itself does wrong with them is mended in cloudwatch_repairs.py.
"""

import re

from aws_errors import AwsError
from rules import Call, rule
from rules.pages import page

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
ARN = re.compile(r"arn:([^:]+):([a-z0-9-]+):([^:]*):[^:]*:.+")
# An alarm in the rule of a composite alarm, in quotes or without.
CHILD = re.compile(r'\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]*)"|([^\s()"]+))\s*\)')
ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
MISSING_DATA = ("missing", "ignore", "breaching", "notBreaching")
SHORT_PERIODS = (10, 20, 30)
HOUR, DAY = 3600, 86400
NAMES, TAGS, DIMENSIONS = 100, 50, 30
# Parameter -> its longest length.
LENGTHS = {"AlarmName": 255, "AlarmDescription": 1024, "MetricName": 255, "Namespace": 255, "AlarmNamePrefix": 255}
# Parameter -> the longest list that it may be.
COUNTS = {**dict.fromkeys(ACTIONS, 5), "Dimensions": DIMENSIONS, "Tags": TAGS, "AlarmNames": NAMES}
# Parameter -> the shape in AWS's model with its values.
ENUMERATIONS = {
    "ComparisonOperator": "ComparisonOperator",
    "Statistic": "Statistic",
    "Unit": "StandardUnit",
    "StateValue": "StateValue",
}
# What an alarm on one metric cannot do without.
REQUIRED = ("MetricName", "Namespace", "Period", "Threshold")


def invalid(message: str) -> AwsError:
    """CloudWatch's refusal of most that is wrong with an alarm."""
    return AwsError("ValidationError", message)


def _constraint(member: str, value, constraint: str) -> AwsError:
    name = member[0].lower() + member[1:]
    shown = "null" if value is None else f"'{value}'"
    return invalid(
        f"1 validation error detected: Value {shown} at '{name}' failed to satisfy constraint: Member must {constraint}"
    )


def _check_members(call: Call) -> None:
    """Lengths and values, parameter by parameter."""
    params = call.params
    for member, longest in LENGTHS.items():
        if len(params.get(member, "")) > longest:
            raise _constraint(member, params[member], f"have length less than or equal to {longest}")
    for member, most in COUNTS.items():
        if len(params.get(member) or []) > most:
            raise _constraint(member, params[member], f"have length less than or equal to {most}")
    for member, shape in ENUMERATIONS.items():
        values = call.allowed(shape)
        if params.get(member, values[0]) not in values:
            raise _constraint(member, params[member], f"satisfy enum value set: [{', '.join(values)}]")


@rule("cloudwatch", "PutMetricAlarm")
def put_metric_alarm(call: Call):
    """An alarm on one metric, or on several in the place of it."""
    params = call.params
    _check_members(call)
    required = ["AlarmName", "EvaluationPeriods", "ComparisonOperator", *(() if params.get("Metrics") else REQUIRED)]
    for member in required:
        if params.get(member) in (None, ""):
            raise _constraint(member, None, "not be null")
    if CONTROL.search(params["AlarmName"]):
        raise invalid("The parameter AlarmName contains ASCII control characters")
    if not params.get("Metrics"):
        _check_metric(params)
    _check_datapoints(params)
    if params.get("TreatMissingData", "missing") not in MISSING_DATA:
        raise invalid(
            f"Option {params['TreatMissingData']} is not supported. Supported options for parameter TreatMissingData "
            "are missing, ignore, breaching and notBreaching."
        )
    for arn in [arn for member in ACTIONS for arn in params.get(member) or []]:
        _check_action(call, arn)
    return call.forward()


def _check_metric(params: dict) -> None:
    """The statistic, and for how long it is looked at."""
    period, periods = params["Period"], params["EvaluationPeriods"]
    if bool(params.get("Statistic")) == bool(params.get("ExtendedStatistic")):
        raise invalid("Exactly one of the parameters Statistic and ExtendedStatistic must be specified")
    if params["Namespace"].startswith(":"):
        raise _constraint("Namespace", params["Namespace"], "satisfy regular expression pattern: [^:].*")
    if period not in SHORT_PERIODS and (period < 1 or period % 60):
        raise invalid("Period must be 10, 20, 30 or a multiple of 60")
    longest = 7 * DAY if period >= HOUR else DAY
    if period * periods > longest:
        raise invalid(
            f"Metrics cannot be checked across more than {longest // DAY} day(s) (EvaluationPeriods * Period must be "
            f"<= {longest})."
        )


def _check_datapoints(params: dict) -> None:
    for member in ("EvaluationPeriods", "DatapointsToAlarm"):
        if params.get(member, 1) < 1:
            raise _constraint(member, params[member], "have value greater than or equal to 1")
    if params.get("DatapointsToAlarm", 1) > params["EvaluationPeriods"]:
        raise invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods")


def _check_action(call: Call, arn: str) -> None:
    """An action is in the alarm's own partition and, if it is a topic, region; the topic need not be there."""
    parts = ARN.fullmatch(arn)
    if not parts:
        raise invalid(f"Invalid arn syntax: {arn}")
    partition, service, region = parts.groups()
    if partition != call.request.partition:
        raise invalid(f"Invalid partition {partition} specified. Only {call.request.partition} is supported.")
    if service == "sns" and region != call.region:
        raise invalid(f"Invalid region {region} specified. Only {call.region} is supported.")


@rule("cloudwatch", "DescribeAlarms")
def describe_alarms(call: Call):
    """By names or by a prefix."""
    params = call.params
    _check_members(call)
    if params.get("AlarmNames") and params.get("AlarmNamePrefix"):
        raise invalid("AlarmNamePrefix and AlarmNames cannot both be specified")
    if not 1 <= params.get("MaxRecords", 1) <= NAMES:
        raise _constraint("MaxRecords", params["MaxRecords"], f"have value between 1 and {NAMES}")
    try:
        page([], 1, params.get("NextToken"))
    except ValueError:
        raise AwsError("InvalidNextToken", "The next token specified is invalid.") from None
    return call.forward()


@rule("cloudwatch", "PutCompositeAlarm")
def put_composite_alarm(call: Call):
    """A rule about alarms that are there."""
    _check_members(call)
    missing = [name for name in children(call.params["AlarmRule"]) if name not in _backend(call).alarms]
    if missing:
        raise invalid(f"Could not save the composite alarm as alarms {missing} in the alarm rule do not exist")
    return call.forward()


@rule("cloudwatch", "DeleteAlarms")
def delete_alarms(call: Call):
    """Names that are not there are passed over: AWS deletes those that are, or none if a composite alarm uses one."""
    _check_members(call)
    names, alarms = call.params["AlarmNames"], _backend(call).alarms
    if len([name for name in names if name in alarms and alarms[name].rule]) > 1:
        raise invalid("Composite alarms must be deleted one at a time")
    used = {child for name, alarm in alarms.items() if name not in names for child in children(alarm.rule or "")}
    kept = [name for name in names if name in used]
    if kept:
        them = "it" if len(kept) == 1 else "them"
        raise invalid(f"Cannot delete {','.join(kept)} as there are composite alarm(s) depending on {them}.")
    return call.forward()


def children(alarm_rule: str) -> list:
    """The names of the alarms in a composite alarm's rule, which may give their ARNs."""
    named = [quoted or bare for quoted, bare in CHILD.findall(alarm_rule)]
    return [name.split(":alarm:", 1)[-1] for name in named]


def _backend(call: Call):
    from moto.cloudwatch.models import cloudwatch_backends

    return cloudwatch_backends[call.request.account][call.region]


@rule("cloudwatch", "TagResource", "UntagResource", "ListTagsForResource")
def tags(call: Call):
    """Of an alarm or a dashboard that is there; moto lists tags of anything."""
    arn, backend = call.params["ResourceARN"], _backend(call)
    known = [alarm.alarm_arn for alarm in backend.alarms.values()]
    known += [dashboard.arn for dashboard in backend.dashboards.values()]
    known += [insight.rule_arn for insight in backend.insight_rules.values()]
    if arn not in known:
        raise AwsError("ResourceNotFoundException", f"Resource {arn} does not exist", 404)
    _check_members(call)
    return call.forward()
