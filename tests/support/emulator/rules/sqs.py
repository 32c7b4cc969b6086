"""SQS: queues keep the attributes they were made with, and take messages only from topics that their policy names.

Messages that are received too often go to the dead letters (moto_repairs.py says what moto lacks there).
"""

import json
import time

import access
import iam_actions
import moto_gateway
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
NOT_IN_FLIGHT = "The specified message isn't in flight."
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


def _queue(call: Call):
    return queues(call)[call.params["QueueUrl"].split("/")[-1]]


@rule("sqs", "ReceiveMessage")
def receive_message(call: Call):
    """Long polling that does not hold moto's lock while it waits. A key of one's own has to be open to the caller."""
    queue = _queue(call)
    key = queue.kms_master_key_id
    if key and not key.startswith("alias/"):
        refusal = access.refusal(call.request, "kms:Decrypt", iam_actions.key_arn(call.request, key))
        if refusal:
            raise AwsError("KMS.AccessDeniedException", refusal.message)
    wait = call.params.get("WaitTimeSeconds", queue.receive_message_wait_time_seconds)
    deadline = time.monotonic() + int(wait or 0)
    body = json.dumps({**call.params, "WaitTimeSeconds": 0}).encode()
    while True:
        response = call.forward(body)
        if response.status != 200 or b'"Messages"' in response.body or time.monotonic() >= deadline:
            return response
        moto_gateway.pause(0.02)


def _by_arn(call: Call, arn: str):
    """The queue with this ARN, and the queues whose dead letters it takes."""
    known = queues(call).values()
    queue = next((queue for queue in known if queue.queue_arn == arn), None)
    if queue is None:
        message = "The resource that you specified for the SourceArn parameter doesn't exist."
        raise AwsError("ResourceNotFoundException", message, 404)
    return queue, [q for q in known if (q.redrive_policy or {}).get("deadLetterTargetArn") == arn]


@rule("sqs", "StartMessageMoveTask")
def start_message_move_task(call: Call):
    """One task at a time moves the messages of a dead-letter queue back; it takes a moment (`move_task_time`)."""
    arn = call.params.get("SourceArn", "")
    queue, sources = _by_arn(call, arn)
    if not sources:
        raise AwsError("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
    _refuse_to_move(call, [queue, *sources], sources)
    tasks = _move_tasks(call, arn)
    if tasks and tasks[0]["Status"] == "RUNNING":
        message = "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
        raise AwsError("InvalidParameterValue", message)
    task = {
        "TaskHandle": f"task-{len(tasks)}",
        "Status": "RUNNING",
        "SourceArn": arn,
        "ApproximateNumberOfMessagesMoved": 0,
        "ApproximateNumberOfMessagesToMove": sum(message.visible for message in queue._messages),
        "StartedTimestamp": int(time.time() * 1000),
        "shown": time.monotonic() + call.account.settings["move_task_delay"],
    }
    call.account.move_tasks.setdefault(arn, []).insert(0, (task, time.monotonic()))
    return call.json({"TaskHandle": task["TaskHandle"]})


def _refuse_to_move(call: Call, read: list, written: list) -> None:
    """Moving takes the keys of the queues: to decrypt what any of them holds, and to encrypt what goes back."""
    takes = [("kms:Decrypt", queue) for queue in read] + [("kms:GenerateDataKey", queue) for queue in written]
    for action, queue in takes:
        key = queue.kms_master_key_id
        if key and not key.startswith("alias/"):
            refusal = access.refusal(call.request, action, iam_actions.key_arn(call.request, key))
            if refusal:
                raise AwsError("AccessDenied", refusal.message, 403)


@rule("sqs", "ListMessageMoveTasks")
def list_message_move_tasks(call: Call):
    """The last one, or up to ten, as soon as they are shown (`move_task_delay`); only a running one has a handle."""
    arn = call.params.get("SourceArn", "")
    _by_arn(call, arn)
    tasks = [task for task in _move_tasks(call, arn) if task["shown"] <= time.monotonic()]
    tasks = tasks[: int(call.params.get("MaxResults") or 1)]
    hidden = {"RUNNING": {"shown"}}
    results = [{k: v for k, v in t.items() if k not in hidden.get(t["Status"], {"shown", "TaskHandle"})} for t in tasks]
    return call.json({"Results": results})


@guard("sqs")
def moves_go_on(call: Call):
    """Tasks end by themselves, whoever looks."""
    for arn in call.account.move_tasks:
        if arn.split(":")[3] == call.region:
            _move_tasks(call, arn)


def _move_tasks(call: Call, arn: str) -> list:
    """The tasks of a dead-letter queue, the last one first; what is due is done."""
    tasks = call.account.move_tasks.get(arn, [])
    for task, started in tasks:
        over = time.monotonic() - started >= call.account.settings["move_task_time"]
        if task["Status"] == "RUNNING" and over:
            _move(call, arn, task)
    return [task for task, _ in tasks]


def _move(call: Call, arn: str, task: dict) -> None:
    """Moves messages to where they came from, as new ones. What somebody sent there has come from nowhere."""
    dead, _ = _by_arn(call, arn)
    for message in [message for message in dead._messages if message.visible]:
        target = queues(call).get(getattr(message, "dead_letter_of", None))
        if target is None:
            task["Status"] = "FAILED"
            task["FailureReason"] = "CouldNotDetermineMessageSource"
            return
        dead._messages.remove(message)
        _sqs_backend(call).send_message(target.name, message.body)
        task["ApproximateNumberOfMessagesMoved"] += 1
    task["Status"] = "COMPLETED"


def _sqs_backend(call: Call):
    from moto.sqs.models import sqs_backends

    return sqs_backends[call.request.account][call.region]


@rule("sqs", "ChangeMessageVisibility")
def change_message_visibility(call: Call):
    """Only a message in flight has a visibility to change."""
    if not _is_in_flight(_queue(call), call.params["ReceiptHandle"]):
        raise AwsError("AWS.SimpleQueueService.MessageNotInflight", NOT_IN_FLIGHT)
    return call.forward()


@rule("sqs", "ChangeMessageVisibilityBatch")
def change_message_visibility_batch(call: Call):
    """As above, for each message by itself."""
    entries, queue = call.params["Entries"], _queue(call)
    in_flight = [entry for entry in entries if _is_in_flight(queue, entry["ReceiptHandle"])]
    answer = {}
    if in_flight:
        response = call.forward(json.dumps({**call.params, "Entries": in_flight}).encode())
        if response.status != 200:
            return response
        answer = json.loads(response.body)
    code = "AWS.SimpleQueueService.MessageNotInflight"
    failed = [
        {"Id": entry["Id"], "SenderFault": True, "Code": code, "Message": NOT_IN_FLIGHT}
        for entry in entries
        if entry not in in_flight
    ]
    return call.json({"Successful": answer.get("Successful", []), "Failed": answer.get("Failed", []) + failed})


def _is_in_flight(queue, receipt_handle: str) -> bool:
    """An unknown handle is left to moto, which has the right words for it."""
    message = next((m for m in queue._messages if m.had_receipt_handle(receipt_handle)), None)
    return message is None or not message.visible


def held(account: str, region: str, name: str) -> list:
    """The messages of a queue in order of arrival, those in flight too; see control.py."""
    from moto.sqs.models import sqs_backends

    return [
        {
            "body": message.body,
            "receive_count": message.approximate_receive_count,
            "visible": message.visible and not message.delayed,
        }
        for message in sqs_backends[account][region].queues[name]._messages
    ]


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
