"""Amazon EventBridge: rules and their targets. How events get into a log group is in event_rules.py."""

import json

import model_constraints
from aws_errors import AwsError
from rules import Call, guard, rule

TARGETS, ENTRIES = 5, 10


@guard("events")
def constraints(call: Call):
    """What the model says of each parameter."""
    text = model_constraints.violation("events", call.request.operation, call.params)
    if text:
        raise AwsError("ValidationException", text)


def _rule(call: Call):
    from moto.events.models import events_backends

    bus = (call.params.get("EventBusName") or "default").rpartition("/")[2]
    name = call.params["Rule"]
    known = events_backends[call.request.account][call.region].event_buses.get(bus)
    if known is None or name not in known.rules:
        raise AwsError("ResourceNotFoundException", f"Rule {name} does not exist on EventBus {bus}.")
    return known.rules[name]


@rule("events", "PutTargets")
def put_targets(call: Call):
    """Five a rule, ten a request; a log group takes no role. Some may fail in an answer of success."""
    targets = call.params["Targets"]
    _check_entries(targets)
    has = {target["Id"] for target in _rule(call).targets}
    if len(has | {target["Id"] for target in targets}) > TARGETS:
        raise AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    for target in targets:
        if target.get("RoleArn") and ":log-group:" in target["Arn"]:
            raise AwsError("ValidationException", f"RoleArn is not supported for target {target['Id']}.")
        if {"Input", "InputPath", "InputTransformer"} & set(target):
            raise AwsError("NotImplemented", "The emulator passes events on as they are.", 501)
    return _some(call, "Targets", lambda target: target["Id"])


@rule("events", "RemoveTargets")
def remove_targets(call: Call):
    """Some may fail in an answer of success."""
    _check_entries(call.params["Ids"])
    _rule(call)
    return _some(call, "Ids", lambda name: name)


@rule("events", "ListTargetsByRule")
def list_targets(call: Call):
    """Of a rule that exists."""
    _rule(call)
    return call.forward()


def _check_entries(entries: list) -> None:
    if len(entries) > ENTRIES:
        raise AwsError("ValidationException", f"The maximum number of entries per request is {ENTRIES}.")


def _some(call: Call, member: str, name_of):
    """Lets moto do what does not fail (`target_failures`)."""
    settings, entries = call.account.settings, call.params[member]
    failing, working = entries[: settings["target_failures"]], entries[settings["target_failures"] :]
    settings["target_failures"] -= len(failing)
    if working:
        call.forward(json.dumps(call.params | {member: working}).encode())
    failed = [
        {
            "TargetId": name_of(entry),
            "ErrorCode": "ConcurrentModificationException",
            "ErrorMessage": "Too many requests were made at the same time.",
        }
        for entry in failing
    ]
    return call.json({"FailedEntryCount": len(failed), "FailedEntries": failed})
