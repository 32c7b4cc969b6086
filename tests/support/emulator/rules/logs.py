"""CloudWatch Logs: groups, for how long and with which key they keep events, and their tags.

The metric filters on them are in metric_filters.py.
"""

import re

from aws_errors import AwsError
from http_server import Response
from rules import Call, guard, rule
from rules.keys import check_key
from rules.pages import page

NAME = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")
GROUP_ARN = re.compile(r"arn:[^:]+:logs:([^:]+):(\d{12}):log-group:([^:*]+)")
TAG = re.compile(r"[\w\s.:/=+@-]*")
TAGS = 50
LARGEST_PAGE = 50
# For how many days a group may keep its events.
RETENTIONS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)


def backend(call: Call):
    """Moto's CloudWatch Logs of the caller's account in the region called."""
    from moto.logs.models import logs_backends

    return logs_backends[call.request.account][call.region]


def invalid(member: str, value, constraint: str) -> AwsError:
    """The refusal of a parameter."""
    return AwsError(
        "InvalidParameterException",
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}",
    )


def group_named(call: Call, name: str):
    """The group of that name, as moto keeps it."""
    group = backend(call).groups.get(name)
    if group is None:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return group


def class_of(call: Call, name: str) -> str:
    """The class of a group; moto knows of none, and tests say which have another (`log_group_classes`)."""
    return call.account.settings["log_group_classes"].get(name, "STANDARD")


def one_page(call: Call, member: str, items: list) -> Response:
    """The answer with one page of a list; a test may want pages smaller than AWS's (`logs_page`)."""
    size = call.params.get("limit", LARGEST_PAGE)
    if not 1 <= size <= LARGEST_PAGE:
        raise invalid("limit", size, f"Member must have value less than or equal to {LARGEST_PAGE}")
    try:
        items, following = page(items, min(size, call.account.settings["logs_page"]), call.params.get("nextToken"))
    except ValueError:
        raise AwsError("InvalidParameterException", "The specified nextToken is invalid.") from None
    return call.json({member: items} | ({"nextToken": following} if following else {}))


@guard("logs")
def names_and_tags(call: Call):
    """The syntax of the names of groups, and of tags."""
    for member in ("logGroupName", "logGroupNamePrefix"):
        name = call.params.get(member)
        if name is not None and not NAME.fullmatch(name):
            raise invalid(member, name, r"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+")
    for key, value in (call.params.get("tags") or {}).items() if call.request.operation != "UntagLogGroup" else ():
        if not 1 <= len(key) <= 128 or not TAG.fullmatch(key) or len(value) > 256 or not TAG.fullmatch(value):
            raise invalid("tags", f"{key}={value}", "Map keys and values must satisfy the constraints of tags")
        if key.lower().startswith("aws:"):
            raise AwsError("InvalidParameterException", "aws: prefixed tag key names are not allowed for external use.")


@rule("logs", "CreateLogGroup")
def create_log_group(call: Call):
    """A name that is free and not AWS's, and a key that CloudWatch Logs may use."""
    name, key = call.params["logGroupName"], call.params.get("kmsKeyId")
    if name.lower().startswith("aws/"):
        raise AwsError("InvalidParameterException", "Log groups starting with AWS/ are reserved for AWS.")
    if len(call.params.get("tags") or {}) > TAGS:
        raise invalid("tags", "", f"Member must have length less than or equal to {TAGS}")
    if key and name not in backend(call).groups:
        check_key(call, key, name)
    return call.forward()


@rule("logs", "DescribeLogGroups")
def describe_log_groups(call: Call):
    """In the order of their names, by prefix, by part of the name or by whole names. Moto counts no filters."""
    params, known = call.params, backend(call)
    prefix, part, names = (params.get(n) for n in ("logGroupNamePrefix", "logGroupNamePattern", "logGroupIdentifiers"))
    if prefix and part:
        raise AwsError("InvalidParameterException", "LogGroup name prefix and LogGroup name pattern are exclusive.")
    names = [name.removesuffix(":*").rpartition(":")[2] for name in names or []]
    groups = [
        group.to_describe_dict()
        | {
            "metricFilterCount": len(known.filters.get_matching_filters(log_group_name=name)),
            "logGroupClass": class_of(call, name),
        }
        for name, group in sorted(known.groups.items())
        if name.startswith(prefix or "") and (part or "") in name and (not names or name in names)
    ]
    return one_page(call, "logGroups", groups)


@rule("logs", "PutRetentionPolicy")
def put_retention_policy(call: Call):
    """Some numbers of days only."""
    days = call.params.get("retentionInDays")
    if days not in RETENTIONS:
        allowed = ", ".join(map(str, RETENTIONS))
        raise invalid("retentionInDays", days, f"Member must satisfy enum value set: [{allowed}]")
    return call.forward()


@rule("logs", "AssociateKmsKey", "DisassociateKmsKey")
def associate_key(call: Call):
    """Moto only takes a key for a new group."""
    name, arn = call.params.get("logGroupName"), call.params.get("resourceIdentifier")
    if bool(name) == bool(arn):
        raise AwsError("InvalidParameterException", "Specify either the log group name or the resource identifier.")
    group = group_named(call, name or _name_in(call, "resourceIdentifier"))
    if call.request.operation == "AssociateKmsKey":
        check_key(call, call.params["kmsKeyId"], group.name)
    group.kms_key_id = call.params.get("kmsKeyId")
    return call.json({})


@rule("logs", "TagResource", "UntagResource", "ListTagsForResource")
def tags(call: Call):
    """Moto keeps tags of anything. An ARN with the star at its end, as other operations tell it, will not do."""
    arn = _tagged(call)
    if call.request.operation == "TagResource":
        has = backend(call).list_tags_for_resource(arn)
        if len(has | call.params["tags"]) > TAGS:
            raise AwsError("TooManyTagsException", f"A resource can have no more than {TAGS} tags.")
    return call.forward()


def _tagged(call: Call) -> str:
    """The ARN of the group or destination whose tags are asked for."""
    arn = call.params["resourceArn"]
    if ":destination:" not in arn:
        return group_named(call, _name_in(call, "resourceArn")).arn
    if arn not in backend(call).destinations:
        raise AwsError("ResourceNotFoundException", "The specified resource does not exist.")
    return arn


def _name_in(call: Call, member: str) -> str:
    """The name of the group whose ARN a parameter is."""
    arn = call.params[member]
    parts = GROUP_ARN.fullmatch(arn)
    if not parts:
        raise invalid(member, arn, r"Member must satisfy regular expression pattern: [\w+=/:,.@-]*")
    region, account, name = parts.groups()
    if (region, account) != (call.region, call.request.account):
        raise AwsError("ResourceNotFoundException", "The specified resource does not exist.")
    return name
