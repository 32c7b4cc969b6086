"""How records get from data streams to functions: by event source mappings, shard by shard, in batches.

What fails is split, tried again and given up as the mapping says; the queue for failures then hears of it. Where a
mapping tries for ever, or the function cannot be invoked, the records stay unread until the next record comes, or a
test waits for deliveries. AWS waits between attempts; here they follow each other at once.
"""

import json
import threading
import time
import traceback
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone

import data_streams
import function_sessions
import lambda_functions
import moto_gateway
from accounts import ACCOUNTS
from event_mappings import MAPPINGS, Mapping

ACTIONS = ("DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards")
# In a change the settings before it are in force.
READING = ("Enabled", "Updating")
# What an event may have: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
PAYLOAD_LIMIT = 6 * 1024 * 1024
# What a record has in an event besides its data.
RECORD_OVERHEAD = 700

_pool = ThreadPoolExecutor(max_workers=16)
# (account, UUID, shard) that are being read.
_running: set = set()


class _Stalled(Exception):
    """The batch stays unread for now."""


@dataclass(frozen=True)
class _Feed:
    """One shard that a mapping reads."""

    account: object
    mapping: Mapping
    shard: str

    @property
    def key(self) -> tuple:
        return self.account.id, self.mapping.uuid, self.shard


def wake(data_stream) -> None:
    """Lets all mappings of a data stream read on; to be called under moto's lock."""
    account = ACCOUNTS[data_stream.account_id]
    for mapping in MAPPINGS[account.id].values():
        if mapping.source_arn == data_stream.arn and mapping.state.value in READING:
            for shard in data_stream.shards.values():
                if shard.get_max_sequence_number() > mapping.read.get(shard.shard_id, 0):
                    _start(_Feed(account, mapping, shard.shard_id))


def _start(feed: _Feed) -> None:
    if feed.key in _running:
        return
    _running.add(feed.key)
    with feed.account.changed:
        feed.account.deliveries_under_way += 1
    _pool.submit(_work_off, feed)


def _work_off(feed: _Feed) -> None:
    """Reads a shard to its end."""
    try:
        window = feed.mapping.settings["MaximumBatchingWindowInSeconds"]
        time.sleep(min(window, feed.account.settings["batching_window"]))
        while records := _next_batch(feed):
            _work_through(feed, records)
    except _Stalled as stalled:
        feed.mapping.result = f"PROBLEM: {stalled}"
        _stop(feed)
    except Exception:
        traceback.print_exc()
        _stop(feed)
    finally:
        with feed.account.changed:
            feed.account.deliveries_under_way -= 1
            feed.account.changed.notify_all()


def _stop(feed: _Feed) -> None:
    """From now on whoever wakes the mapping starts anew."""
    with moto_gateway.LOCK:
        _running.discard(feed.key)


def _next_batch(feed: _Feed) -> list:
    """The next records of the shard; none when it is read to its end, which is where reading stops."""
    mapping = feed.mapping
    with moto_gateway.LOCK:
        data_stream = data_streams.found(mapping.source_arn, mapping.partition)
        if data_stream is None or feed.shard not in data_stream.shards:
            raise _Stalled("Stream not found")
        _check_access(feed, data_stream)
        batch, size = [], 0
        for number, record in data_stream.shards[feed.shard].records.items():
            if number <= mapping.read.get(feed.shard, 0):
                continue
            size += len(record.data) + len(record.partition_key) + RECORD_OVERHEAD
            if len(batch) == mapping.settings["BatchSize"] or (batch and size > PAYLOAD_LIMIT):
                break
            batch.append(record)
        if not batch:
            # Under the same lock as the look for records: none can come in between.
            _stop(feed)
        return batch


def _check_access(feed: _Feed, data_stream) -> None:
    """The role of the function reads the stream."""
    role = _role(feed, _function(feed))
    key = data_streams.own_key(data_stream)
    may_read = role and all(role.allows(f"kinesis:{action}", data_stream.arn, {}) for action in ACTIONS)
    if not may_read or (key and not role.allows("kms:Decrypt", key, {})):
        raise _Stalled("Cannot access stream")


def _function(feed: _Feed) -> lambda_functions.Function:
    """The function, if it can be invoked; to be called under moto's lock."""
    mapping = feed.mapping
    if (mapping.region, mapping.uuid) not in MAPPINGS[mapping.account] or mapping.state.value not in READING:
        raise _Stalled("The mapping is not enabled")
    function = lambda_functions.named(mapping.account, mapping.region, mapping.function_arn)
    if function is None or function.state.look() != "Active":
        raise _Stalled("Function not found")
    if function.concurrency == 0:
        raise _Stalled("Function call throttled")
    return function


def _role(feed: _Feed, function: lambda_functions.Function):
    from rules.roles import seen_by

    return seen_by(feed.account, feed.mapping.partition, function.configuration["Role"])


def _work_through(feed: _Feed, records: list) -> None:
    """Invokes the function until all records are done with.

    Records before the first one that the function reports are done; the rest is a batch of its own. A batch of which
    nothing is done is split, if the mapping says so, and else tried again, as often as the mapping says.
    """
    waiting = [records]
    while waiting:
        batch, attempts = waiting.pop(0), 0
        while batch:
            done, error = _invoke(feed, batch)
            attempts += 1
            settings = feed.mapping.settings
            if done:
                _checkpoint(feed, batch[done - 1])
                batch, attempts = batch[done:], 0
            elif settings["BisectBatchOnFunctionError"] and len(batch) > 1:
                middle = len(batch) // 2
                waiting.insert(0, batch[middle:])
                batch, attempts = batch[:middle], 0
            elif settings["MaximumRetryAttempts"] < 0:
                raise _Stalled("Function call failed")
            elif attempts > settings["MaximumRetryAttempts"]:
                _give_up(feed, batch, attempts, error)
                _checkpoint(feed, batch[-1])
                batch = []


def _checkpoint(feed: _Feed, record) -> None:
    with moto_gateway.LOCK:
        feed.mapping.read[feed.shard] = record.sequence_number


def _invoke(feed: _Feed, batch: list) -> tuple:
    """How many records, from the first one on, are done; and what Lambda calls the error if the function raised one."""
    with moto_gateway.LOCK:
        function = _function(feed)
    mapping = feed.mapping
    try:
        place = (mapping.account, mapping.partition, mapping.region)
        with function_sessions.environment(*place, function) as environment:
            answer, log = lambda_functions.invoke(function, _event(feed, function, batch), environment)
    except function_sessions.CannotDecrypt:
        raise _Stalled("Function call failed") from None
    except lambda_functions.InvocationFailed as failed:
        done, error, log = 0, "Unhandled", failed.log
    else:
        done, error = _done(answer, batch, mapping.settings["FunctionResponseTypes"]), None
    outcome = "success" if done == len(batch) else "partial" if done else "failure"
    mapping.result = "OK" if outcome == "success" else "PROBLEM: Function call failed"
    _note(feed, function, outcome, len(batch), log)
    return done, error


def _event(feed: _Feed, function: lambda_functions.Function, batch: list) -> dict:
    mapping = feed.mapping
    common = {
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": function.configuration["Role"],
        "awsRegion": mapping.region,
        "eventSourceARN": mapping.source_arn,
    }
    return {
        "Records": [
            {
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": record.partition_key,
                    "sequenceNumber": str(record.sequence_number),
                    "data": record.data,
                    "approximateArrivalTimestamp": round(record.created_at, 3),
                },
                "eventID": f"{feed.shard}:{record.sequence_number}",
                **common,
            }
            for record in batch
        ]
    }


def _done(answer, batch: list, response_types: list) -> int:
    """How many records an answer leaves behind: all, or those before the first one that it reports."""
    if "ReportBatchItemFailures" not in response_types or not answer:
        return len(batch)
    numbers = [str(record.sequence_number) for record in batch]
    try:
        reported = [item["itemIdentifier"] for item in answer.get("batchItemFailures") or []]
        return min((numbers.index(identifier) for identifier in reported), default=len(batch))
    except (AttributeError, KeyError, TypeError, ValueError):
        return 0


def _give_up(feed: _Feed, batch: list, attempts: int, error: "str | None") -> None:
    """Tells the queue for failures of a batch, if there is one and the role may."""
    from moto.sqs.models import sqs_backends

    mapping, arn = feed.mapping, feed.mapping.on_failure
    with moto_gateway.LOCK:
        function = _function(feed)
        role, queues = _role(feed, function), sqs_backends[mapping.account][mapping.region]
        name = arn.rpartition(":")[2]
        is_told = bool(arn and role and role.allows("sqs:SendMessage", arn, {}) and name in queues.queues)
        if is_told:
            queues.send_message(name, json.dumps(_record_of(feed, batch, attempts, error)))
    _note(feed, function, "discarded" if is_told else "lost", len(batch), "")


def _record_of(feed: _Feed, batch: list, attempts: int, error: "str | None") -> dict:
    """The invocation record of a batch that is given up."""
    mapping = feed.mapping
    return {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": mapping.function_arn,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": error},
        "version": "1.0",
        "timestamp": _stamp(time.time()),
        "KinesisBatchInfo": {
            "shardId": feed.shard,
            "startSequenceNumber": str(batch[0].sequence_number),
            "endSequenceNumber": str(batch[-1].sequence_number),
            "approximateArrivalOfFirstRecord": _stamp(batch[0].created_at),
            "approximateArrivalOfLastRecord": _stamp(batch[-1].created_at),
            "batchSize": len(batch),
            "streamArn": mapping.source_arn,
        },
    }


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _note(feed: _Feed, function: lambda_functions.Function, outcome: str, records: int, log: str) -> None:
    """Notes an invocation and its outcome, or that a batch was `discarded`, or `lost` where no queue heard of it."""
    entry = {
        "function": function.configuration["FunctionName"],
        "region": feed.mapping.region,
        "shard": feed.shard,
        "records": records,
        "outcome": outcome,
        "log": log,
    }
    with feed.account.changed:
        feed.account.invocations.append(entry)
