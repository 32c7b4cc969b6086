"""Destinations of CloudWatch Logs: one is created or replaced by its name, and its stream gets a test message at once.

Which filters may send to one is in subscription_filters.py.
"""

import json
import re

import data_streams
import log_destinations
import policy
from aws_errors import AwsError
from log_destinations import Source
from log_subscriptions import CONTROL_KINESIS, control_message, packed
from rules import Call, rule
from rules.logs import backend, invalid, one_page

NAME = re.compile(r"[^:*]{1,512}")
POLICY_LIMIT = 5120
CANNOT_DELIVER = "Could not deliver test message to specified destination. Check if the destination is valid."


def _refused(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)


def _checked_name(call: Call) -> str:
    name = call.params.get("destinationName") or ""
    if not NAME.fullmatch(name):
        raise invalid("destinationName", name, "Member must satisfy regular expression pattern: [^:*]*")
    return name


def _arn(call: Call, name: str) -> str:
    return f"arn:{call.request.partition}:logs:{call.region}:{call.request.account}:destination:{name}"


@rule("logs", "PutDestination")
def put_destination(call: Call):
    """An open stream of this account, in any region, and a role by which CloudWatch Logs may put records into it."""
    from moto.logs.models import Destination

    params, name = call.params, _checked_name(call)
    for member in ("targetArn", "roleArn"):
        if not params.get(member):
            raise invalid(member, None, "Member must not be null")
    if params.get("tags") and not call.account.settings["destination_tags"]:
        raise _refused(CANNOT_DELIVER)
    if not data_streams.ARN.fullmatch(params["targetArn"]):
        raise AwsError("NotImplemented", "The emulator has destinations with Kinesis data streams only.", 501)
    data_streams.found(params["targetArn"], call.request.partition, is_looked_at=True)
    candidate = Destination(call.request.account, call.region, name, params["roleArn"], params["targetArn"])
    if log_destinations.refusal(candidate, Source(call.request.account, candidate.arn)):
        raise _refused(CANNOT_DELIVER)
    response = call.forward()
    log_destinations.put(candidate, packed(control_message(CONTROL_KINESIS)), candidate.arn)
    return _described(response)


def _described(response):
    """Moto's answer without the members that are null."""
    destination = json.loads(response.body)["destination"]
    present = {name: value for name, value in destination.items() if value is not None}
    response.body = json.dumps({"destination": present}).encode()
    return response


@rule("logs", "PutDestinationPolicy")
def put_destination_policy(call: Call):
    """A policy of at most 5,120 bytes, and by force if it goes over from accounts to an organization."""
    destination = backend(call).destinations.get(_arn(call, _checked_name(call)))
    text = call.params.get("accessPolicy") or ""
    if not 1 <= len(text.encode()) <= POLICY_LIMIT:
        raise invalid("accessPolicy", text, f"Member must have length less than or equal to {POLICY_LIMIT}")
    _check_syntax(text)
    if destination is None:
        raise _refused("The specified destination does not exist.")
    before = destination.access_policy
    if before and not _names_organization(before) and _names_organization(text) and not call.params.get("forceUpdate"):
        raise _refused("forceUpdate is required to grant permission to an organization instead of accounts.")
    return call.forward()


def _check_syntax(text: str) -> None:
    try:
        statements = policy.as_list(json.loads(text)["Statement"])
        is_policy = statements and all(_is_statement(statement) for statement in statements)
    except (ValueError, KeyError, TypeError):
        is_policy = False
    if not is_policy:
        raise _refused("Access policy is not a valid policy document.")


def _is_statement(statement: dict) -> bool:
    needed = ("Principal", "Action", "Resource")
    return statement["Effect"] in ("Allow", "Deny") and all(statement.get(member) for member in needed)


def _names_organization(text: str) -> bool:
    conditions = [s.get("Condition") or {} for s in policy.as_list(json.loads(text)["Statement"])]
    keys = {key.lower() for condition in conditions for tests in condition.values() for key in tests}
    return bool(keys & set(log_destinations.ORGANIZATION_KEYS))


@rule("logs", "DescribeDestinations")
def describe_destinations(call: Call):
    """In the order of their names, by prefix."""
    prefix = call.params.get("DestinationNamePrefix") or ""
    found = [d.to_dict() for d in backend(call).destinations.values() if d.destination_name.startswith(prefix)]
    found = [{name: value for name, value in d.items() if value is not None} for d in found]
    return one_page(call, "destinations", sorted(found, key=lambda d: d["destinationName"]))


@rule("logs", "DeleteDestination")
def delete_destination(call: Call):
    """Its stream stays, its tags do not, and filters on it send nothing more."""
    arn, known = _arn(call, _checked_name(call)), backend(call)
    if arn not in known.destinations:
        raise AwsError("ResourceNotFoundException", "The specified destination does not exist.")
    del known.destinations[arn]
    known.tagger.delete_all_tags_for_resource(arn)
    return call.json({})
