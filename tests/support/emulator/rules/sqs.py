"""SQS queues: they keep the attributes they were made with, and take messages only from topics that their policy names.

What may be done with the messages in them stands in messages.py.
"""

import json
import time

from accounts import ACCOUNTS
from aws_errors import AwsError
from policy import Access, allows, as_list, names_deleted_principal
from rules import Call, guard, rule
from rules.keys import may_use

POLICY_LIMIT, POLICY_STATEMENTS, POLICY_PRINCIPALS, POLICY_ACTIONS = 8192, 20, 50, 7
# How many queues a RedriveAllowPolicy may list.
SOURCES = 10
RANGES = {
    "DelaySeconds": (0, 900),
    "KmsDataKeyReusePeriodSeconds": (60, 86400),
    "MaximumMessageSize": (1024, 1048576),
    "MessageRetentionPeriod": (60, 1209600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43200),
}
OTHERS = {
    "Policy",
    "RedrivePolicy",
    "RedriveAllowPolicy",
    "KmsMasterKeyId",
    "SqsManagedSseEnabled",
    "FifoQueue",
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "FifoThroughputLimit",
}


def queues(call: Call) -> dict:
    """The queues of the caller's account in the region called, by name."""
    from moto.sqs.models import sqs_backends

    return sqs_backends[call.request.account][call.region].queues


# What may still succeed for a queue that was deleted a moment ago.
HAUNTED = "GetQueueUrl GetQueueAttributes ListQueueTags SetQueueAttributes TagQueue DeleteQueue".split()


def _named(call: Call) -> "str | None":
    """The queue that a request is about, if it is about one that has to exist; "" is none of this account."""
    url = call.params.get("QueueUrl")
    if url is None:
        return call.params.get("QueueName") if call.request.operation == "GetQueueUrl" else None
    account, name = (["", *url.split("/")])[-2:]
    return "" if "/" in url and account != call.request.account else name


def _ghost(call: Call, name: str):
    """The queue that was deleted less than `queue_ghost` ago, for every other request: servers learn of it in turn."""
    key = (call.region, name)
    ghost, deleted = call.account.ghosts.get(key), call.account.deleted_queues.get(key)
    if ghost is None or time.monotonic() - deleted >= call.account.settings["queue_ghost"]:
        return None
    ghost[1] += 1
    return ghost[0] if ghost[1] % 2 else None


@guard("sqs")
def queue_exists(call: Call):
    """A queue URL has to name a queue of this account in the region called, or a ghost that answers."""
    name = _named(call)
    if name is None or name in queues(call):
        return
    if call.request.operation not in HAUNTED or _ghost(call, name) is None:
        raise AwsError("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")


@rule("sqs", "GetQueueUrl", "GetQueueAttributes", "ListQueueTags", "TagQueue")
def ask_queue(call: Call):
    """The guard has let it pass, so what is not there is a ghost, to which anything may be done in vain."""
    name = _named(call)
    if name in queues(call):
        return call.forward()
    queues(call)[name] = call.account.ghosts[call.region, name][0]
    try:
        return call.forward()
    finally:
        del queues(call)[name]


@rule("sqs", "CreateQueue")
def create_queue(call: Call):
    """An existing queue is only found again by the same attributes; its tags stay as they are."""
    name, attributes = call.params.get("QueueName", ""), call.params.get("Attributes") or {}
    check_attributes(call, attributes)
    deleted = call.account.deleted_queues.get((call.region, name))
    if deleted and time.monotonic() - deleted < call.account.settings["queue_delete_block"]:
        raise AwsError(
            "AWS.SimpleQueueService.QueueDeletedRecently",
            "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
        )
    queue = queues(call).get(name)
    if queue is None:
        return call.forward()
    for attribute, wanted in attributes.items():
        if not _same(queue.attributes.get(attribute), wanted):
            raise AwsError(
                "QueueAlreadyExists",
                f"A queue already exists with the same name and a different value for attribute {attribute}",
            )
    host = call.request.header("host")
    return call.answer({"QueueUrl": f"http://{host}/{call.request.account}/{name}"})


def _same(has, wanted: str) -> bool:
    try:
        return _plain(json.loads(str(has).lower())) == _plain(json.loads(wanted.lower()))
    except ValueError:
        return str(has or "") == wanted


def _plain(value):
    """A redrive policy's count may be text or a number."""
    if isinstance(value, dict) and "maxreceivecount" in value:
        return {**value, "maxreceivecount": int(value["maxreceivecount"])}
    return value


@rule("sqs", "SetQueueAttributes")
def set_queue_attributes(call: Call):
    """Checked as for a new queue."""
    check_attributes(call, call.params.get("Attributes") or {})
    return ask_queue(call)


@rule("sqs", "DeleteQueue")
def delete_queue(call: Call):
    """The name stays blocked for a while, and the queue may answer for a while; deleting it again changes nothing."""
    name = _named(call)
    if name not in queues(call):
        return call.answer({})
    key = (call.region, name)
    call.account.deleted_queues[key] = time.monotonic()
    call.account.ghosts[key] = [queues(call)[name], 0]
    return call.forward()


def check_attributes(call: Call, attributes: dict) -> None:
    """Names, ranges, and the size of the policy."""

    def invalid(name):
        return AwsError("InvalidAttributeValue", f"Invalid value for the parameter {name}.")

    for name, value in attributes.items():
        if name in RANGES:
            low, high = RANGES[name]
            if not value.isdigit() or not low <= int(value) <= high:
                raise invalid(name)
        elif name not in OTHERS:
            raise AwsError("InvalidAttributeName", f"Unknown Attribute {name}.")
    if attributes.get("Policy"):
        try:
            statements = as_list(json.loads(attributes["Policy"])["Statement"])
        except (ValueError, KeyError, TypeError):
            raise invalid("Policy") from None
        if any(names_deleted_principal(statement) for statement in statements):
            raise invalid("Policy")
        if len(attributes["Policy"].encode()) > POLICY_LIMIT or not _is_within_quotas(statements):
            raise invalid("Policy")
    if attributes.get("RedrivePolicy"):
        _check_redrive(call, attributes["RedrivePolicy"])
    if attributes.get("RedriveAllowPolicy"):
        _check_redrive_allow(attributes["RedriveAllowPolicy"])
    if attributes.get("KmsMasterKeyId") and attributes.get("SqsManagedSseEnabled") == "true":
        raise AwsError("InvalidAttributeValue", "You can use one type of server-side encryption (SSE) at one time.")


def _is_within_quotas(statements: list) -> bool:
    """How much a policy may say."""
    named = [statement.get("Principal") for statement in statements]
    named = [name for principal in named if isinstance(principal, dict) for name in principal.values()]
    return (
        len(statements) <= POLICY_STATEMENTS
        and all(len(as_list(statement.get("Action"))) <= POLICY_ACTIONS for statement in statements)
        and sum(len(as_list(names)) for names in named) <= POLICY_PRINCIPALS
    )


def _check_redrive(call: Call, text: str) -> None:
    """Where the dead letters of a queue go, and when."""

    def invalid(reason):
        message = f"Value {text} for parameter RedrivePolicy is invalid. Reason: {reason}"
        return AwsError("InvalidParameterValue", message)

    try:
        policy = json.loads(text)
        target, count = policy["deadLetterTargetArn"], int(policy["maxReceiveCount"])
    except (ValueError, KeyError, TypeError):
        raise invalid("Redrive policy is not a valid JSON map with deadLetterTargetArn and maxReceiveCount.") from None
    if not 1 <= count <= 1000:
        raise invalid("Invalid value for maxReceiveCount, valid values are from 1 to 1000 both inclusive.")
    dead = next((queue for queue in queues(call).values() if queue.queue_arn == target), None)
    if dead is None:
        raise invalid("Dead letter target does not exist.")
    allowed = json.loads(dead.redrive_allow_policy or "{}")
    name = call.params.get("QueueName") or call.params["QueueUrl"].split("/")[-1]
    source = f"{target.rpartition(':')[0]}:{name}"
    listed = allowed.get("redrivePermission") != "byQueue" or source in allowed["sourceQueueArns"]
    if allowed.get("redrivePermission") == "denyAll" or not listed:
        raise invalid("Queue used as a dead letter queue does not allow it.")


def _check_redrive_allow(text: str) -> None:
    """Which queues may send their dead letters here."""
    try:
        policy = json.loads(text)
        permission, sources = policy["redrivePermission"], policy.get("sourceQueueArns")
    except (ValueError, KeyError, TypeError, AttributeError):
        permission, sources = None, None
    if permission == "byQueue":
        known = isinstance(sources, list) and 1 <= len(sources) <= SOURCES
    else:
        known = permission in ("allowAll", "denyAll") and sources is None
    if not known:
        raise AwsError(
            "InvalidParameterValue",
            f"Value {text} for parameter RedriveAllowPolicy is invalid. Reason: Amazon SQS can't create the redrive "
            "allow policy, as it's not in the supported format.",
        )


def admits_topic(queue_arn: str, topic_arn: str) -> bool:
    """Whether a message of this topic reaches this queue: policy, principal by opt-in status, encryption."""
    from moto.sqs.models import sqs_backends

    _, _, _, queue_region, account, name = queue_arn.split(":")
    topic_region, topic_account = topic_arn.split(":")[3:5]
    queue = sqs_backends[account][queue_region].queues.get(name)
    if queue is None:
        return False
    statuses = ACCOUNTS[account].settings["regions"]
    opted_in = [region for region in (queue_region, topic_region) if statuses.get(region) == "ENABLED"]
    principals = {f"sns.{region}.amazonaws.com" for region in opted_in[:1]}
    if not opted_in or topic_region == queue_region:
        principals.add("sns.amazonaws.com")
    context = {"aws:sourcearn": topic_arn, "aws:sourceaccount": topic_account, "aws:securetransport": "true"}
    key = queue.kms_master_key_id
    return any(
        allows(queue.policy, Access(p, "sqs:SendMessage", queue_arn, context)) and (not key or may_use(p, key, context))
        for p in principals
    )
