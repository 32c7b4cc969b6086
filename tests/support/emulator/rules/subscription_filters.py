"""Subscription filters of CloudWatch Logs: one is created or replaced by its name, and sends a test message at once.

Firehose streams and destinations are looked at. How events get there is in log_subscriptions.py.
"""

import re

import log_destinations
from aws_errors import AwsError
from filter_patterns import PatternError, parse
from log_subscriptions import refusal_of_sender, source_of
from rules import Call, rule
from rules.logs import class_of, group_named, invalid, one_page
from rules.roles import seen

STREAM_ARN = re.compile(r"arn:[^:]+:firehose:([^:]+):(\d{12}):deliverystream/(.+)")
FILTERS, PATTERN_LIMIT, CRITERIA_LIMIT = 2, 1024, 2000
EMITTED = ("@aws.account", "@aws.region", "@source.log")
CANNOT_DELIVER = (
    "Could not deliver test message to specified Firehose stream. "
    "Check if the given Firehose stream is in ACTIVE state."
)
CANNOT_ASSUME = (
    "Could not assume the provided role. "
    "Make sure you have given CloudWatch Logs permission to assume the provided role."
)


@rule("logs", "PutSubscriptionFilter")
def put_subscription_filter(call: Call):
    """A filter on a group that is there, whose destination takes the test message."""
    group, name = group_named(call, call.params["logGroupName"]), call.params["filterName"]
    if class_of(call, group.name) != "STANDARD":
        raise AwsError(
            "InvalidOperationException", "Subscription filters are not supported for this log group class."
        )
    _check_pattern(call)
    if len(set(group.subscription_filters) - {name}) >= FILTERS:
        raise AwsError("LimitExceededException", "Resource limit exceeded.")
    vendor = call.params["destinationArn"].split(":")[2:3]
    if vendor == ["firehose"]:
        _check_stream(call, group)
    elif ":destination:" in call.params["destinationArn"]:
        _check_destination(call, group)
    return call.forward()


def _check_pattern(call: Call) -> None:
    text = call.params.get("filterPattern")
    if text is None or len(text) > PATTERN_LIMIT:
        raise invalid("filterPattern", text, f"Member must have length less than or equal to {PATTERN_LIMIT}")
    try:
        parse(text)
    except PatternError as error:
        raise AwsError("InvalidParameterException", str(error).replace(" metric", "")) from None
    distribution = call.params.get("distribution", "ByLogStream")
    if distribution not in ("Random", "ByLogStream"):
        raise invalid("distribution", distribution, "Member must satisfy enum value set: [Random, ByLogStream]")
    if len(call.params.get("fieldSelectionCriteria") or "") > CRITERIA_LIMIT:
        limit = f"Member must have length less than or equal to {CRITERIA_LIMIT}"
        raise invalid("fieldSelectionCriteria", call.params["fieldSelectionCriteria"], limit)
    for field in call.params.get("emitSystemFields") or []:
        if field not in EMITTED:
            raise AwsError("InvalidParameterException", f"Invalid system field: {field}")


def _check_stream(call: Call, group) -> None:
    """An active stream of this region and account, and a role by which CloudWatch Logs may put records into it."""
    from rules.firehose import find

    arn, role_arn = call.params["destinationArn"], call.params.get("roleArn")
    if not role_arn:
        message = "destinationArn for vendor firehose cannot be used without roleArn"
        raise AwsError("InvalidParameterException", message)
    parts = STREAM_ARN.fullmatch(arn)
    role = seen(call, role_arn)
    context = trust_context(call.request.partition, call.region, call.request.account, group.name)
    if role is None or not role.trusts(principals(call.region), context):
        raise AwsError("ValidationException", CANNOT_ASSUME)
    refusal = AwsError("InvalidParameterException", CANNOT_DELIVER)
    if not parts or (parts.group(1), parts.group(2)) != (call.region, call.request.account):
        raise refusal
    stream = find(call, parts.group(3))
    if stream is None or stream.status.value != "ACTIVE" or stream.delivery_stream_type != "DirectPut":
        raise refusal
    if not role.allows("firehose:PutRecord", arn, {}):
        raise refusal


def _check_destination(call: Call, group) -> None:
    """One of the group's region that admits the caller's account, and a role if it does so by organization."""
    from rules.destinations import CANNOT_DELIVER as CANNOT_TEST

    arn, account, role_arn = call.params["destinationArn"], call.request.account, call.params.get("roleArn")
    destination, caller = log_destinations.named(arn), call.request.caller.principal
    if arn.split(":")[3] != call.region:
        raise AwsError("InvalidParameterException", "The destination must be in the region of the log group.")
    if destination is None or not log_destinations.admits(destination, account, caller):
        action = "logs:PutSubscriptionFilter"
        message = f"User with accountId: {account} is not authorized to perform: {action} on resource: {arn}"
        raise AwsError("AccessDeniedException", message)
    if log_destinations.admits_by_organization(destination, account, caller):
        if not role_arn:
            raise AwsError(
                "InvalidParameterException",
                "Role ARN is required when creating subscription filter against destination with Organization access "
                "policy",
            )
        if refusal_of_sender(call.account, group, role_arn):
            raise AwsError("ValidationException", CANNOT_ASSUME)
    if log_destinations.refusal(destination, source_of(group)):
        raise AwsError("InvalidParameterException", CANNOT_TEST)


def principals(region: str) -> tuple:
    """The names by which a trust policy may mean CloudWatch Logs."""
    return ("logs.amazonaws.com", f"logs.{region}.amazonaws.com")


def trust_context(partition: str, region: str, account: str, group: str) -> dict:
    """With which condition keys CloudWatch Logs assumes a role."""
    return {
        "aws:securetransport": "true",
        "aws:sourcearn": f"arn:{partition}:logs:{region}:{account}:log-group:{group}:*",
        "aws:sourceaccount": account,
    }


@rule("logs", "DescribeSubscriptionFilters")
def describe_subscription_filters(call: Call):
    """In the order of their names, by prefix."""
    group, prefix = group_named(call, call.params["logGroupName"]), call.params.get("filterNamePrefix") or ""
    found = [f for name, f in sorted(group.subscription_filters.items()) if name.startswith(prefix)]
    return one_page(call, "subscriptionFilters", [f.to_json() for f in found])
