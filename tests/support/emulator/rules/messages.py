"""SQS messages: how they are received, kept invisible, and moved from a dead-letter queue to where they came from.

Messages that are received too often go to the dead-letter queue (moto_repairs.py says what moto lacks there).
"""

import json
import time

import access
import iam_actions
import moto_gateway
from aws_errors import AwsError
from rules import Call, guard, rule
from rules.sqs import queues

NOT_IN_FLIGHT = "The specified message isn't in flight."


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
        # Asking moto again costs as much as a request.
        while time.monotonic() < deadline and _has_nothing_to_receive(call, queue):
            moto_gateway.pause(0.02)


def _has_nothing_to_receive(call: Call, queue) -> bool:
    exists = queues(call).get(queue.name) is queue
    return exists and not any(message.visible for message in queue._messages)


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
