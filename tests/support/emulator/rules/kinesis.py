"""Kinesis Data Streams: which streams are created, and how they may be changed in which state.

How records get in and out is in kinesis_records.py.
"""

import json
import re
import time

import model_constraints
from aws_errors import AwsError
from data_streams import looked_at
from delivery_streams import GONE
from kinesis_repairs import changed_lately
from rules import Call, guard, rule

IN_TRANSITION, TAGS, DAY = 5, 50, 24 * 3600
MODE_CHANGES, SHARD_CHANGES = 2, 10
ON_DEMAND, PROVISIONED = "ON_DEMAND", "PROVISIONED"
TAG = re.compile(r"[\w\s.:/=+@-]*")
# What takes a stream by name or ARN.
OF_A_STREAM = re.compile(r"(Describe|Increase|Decrease|Start|Stop|Delete|UpdateShard|Add|Remove|ListTags|Put|GetShard).*")
NO_STREAM = {"DescribeLimits", "DescribeAccountSettings", "PutResourcePolicy", "DeleteResourcePolicy"}


def backend(call: Call):
    """Moto's Kinesis of the caller's account in the region called."""
    from moto.kinesis.models import kinesis_backends

    return kinesis_backends[call.request.account][call.region]


def invalid(message: str) -> AwsError:
    """Kinesis's refusal of an argument."""
    return AwsError("InvalidArgumentException", message)


def stream_of(call: Call):
    """The stream that the request names, by name or ARN."""
    arn, account = call.params.get("StreamARN") or "", call.request.account
    name = call.params.get("StreamName") or arn.rpartition("/")[2]
    is_elsewhere = arn and arn.split(":")[3:5] != [call.region, account]
    stream = None if is_elsewhere else looked_at(backend(call), name)
    if stream is None:
        raise AwsError("ResourceNotFoundException", f"Stream {name} under account {account} not found.")
    return stream


def _active(call: Call):
    """The stream that is to be changed."""
    stream = stream_of(call)
    if stream.status != "ACTIVE":
        name, account = stream.stream_name, call.request.account
        raise _in_use(f"Stream {name} under account {account} not ACTIVE, instead in state {stream.status}")
    return stream


def _in_use(message: str) -> AwsError:
    return AwsError("ResourceInUseException", message)


def _limit(message: str) -> AwsError:
    return AwsError("LimitExceededException", message)


def _begin_update(call: Call, stream) -> None:
    """UPDATING is seen once at least (`kinesis_update`)."""
    stream.phase.begin("UPDATING", "ACTIVE", call.account.settings["kinesis_update"])


@guard("kinesis")
def constraints(call: Call):
    """What the model says of each parameter, and a stream that is named."""
    operation = call.request.operation
    try:
        text = model_constraints.violation("kinesis", operation, call.params)
    except (AttributeError, TypeError) as error:
        raise AwsError("SerializationException", str(error)) from None
    if text:
        raise AwsError("ValidationException", text)
    if OF_A_STREAM.fullmatch(operation) and operation not in NO_STREAM and "Consumer" not in operation:
        if not call.params.get("StreamName") and not call.params.get("StreamARN"):
            raise invalid("Either StreamName or StreamARN must be provided.")


@rule("kinesis", "CreateStream")
def create_stream(call: Call):
    """A name that is free, a mode with what suits it, and not too many at once."""
    params, account = call.params, call.request.account
    name, shards = params["StreamName"], params.get("ShardCount")
    mode = (params.get("StreamModeDetails") or {}).get("StreamMode") or (PROVISIONED if shards else ON_DEMAND)
    if (mode == PROVISIONED) != bool(shards):
        raise AwsError("ValidationException", f"ShardCount is required in mode {PROVISIONED}, and in no other.")
    known = backend(call)
    for existing in list(known.streams):
        # One that nobody has looked at since its deletion has ended.
        if known.streams[existing].phase.is_over(GONE):
            looked_at(known, existing)
    if looked_at(known, name) is not None:
        raise _in_use(f"Stream {name} under account {account} already exists.")
    _check_numbers(call, mode, shards or 0)
    check_tags(name, account, params.get("Tags") or {})
    response = call.forward(_completed(call, mode))
    known.streams[name].phase.begin("CREATING", "ACTIVE", call.account.settings["kinesis_creation"])
    return response


def _completed(call: Call, mode: str) -> bytes:
    """The request with its mode in it."""
    return json.dumps(call.params | {"StreamModeDetails": {"StreamMode": mode}}).encode()


def _check_numbers(call: Call, mode: str, shards: int) -> None:
    """How many streams may be under way, how many on demand, and how many shards (`kinesis_limits`)."""
    streams = backend(call).streams.values()
    limits = call.account.settings["kinesis_limits"]
    if sum(stream.status in ("CREATING", "DELETING") for stream in streams) >= IN_TRANSITION:
        raise _limit(
            "This request would have exceed the limit on the number of streams that can simultaneously be in "
            f"CREATING or DELETING. Limit: {IN_TRANSITION}"
        )
    if mode == ON_DEMAND and sum(_mode(stream) == ON_DEMAND for stream in streams) >= limits["streams"]:
        raise _limit(f"This request would exceed the limit of {limits['streams']} on-demand streams for the account.")
    _check_shards(call, shards)


def _check_shards(call: Call, more: int) -> None:
    account, limit = call.request.account, call.account.settings["kinesis_limits"]["shards"]
    open_shards = sum(_open_shards(s) for s in backend(call).streams.values() if _mode(s) == PROVISIONED)
    if more > 0 and open_shards + more > limit:
        raise _limit(
            f"This request would exceed the shard limit for the account {account} in {call.region}. Current shard count "
            f"for the account: {open_shards}. Limit: {limit}. Number of additional shards that would have resulted from "
            f"this request: {more}."
        )


def _mode(stream) -> str:
    return stream.stream_mode["StreamMode"]


def _open_shards(stream) -> int:
    return sum(shard.is_open for shard in stream.shards.values())


@rule("kinesis", "DescribeStream", "DescribeStreamSummary", "ListShards")
def describe(call: Call):
    """In the state that it is in by now."""
    if not call.params.get("NextToken"):
        stream_of(call)
    return call.forward()


@rule("kinesis", "IncreaseStreamRetentionPeriod", "DecreaseStreamRetentionPeriod")
def change_retention(call: Call):
    """Between a day and a year, in the direction that the operation says."""
    stream = _active(call)
    before = stream.retention_period_hours
    response = call.forward()
    if response.status == 200 and stream.retention_period_hours != before:
        _begin_update(call, stream)
    return response


@rule("kinesis", "StartStreamEncryption", "StopStreamEncryption")
def change_encryption(call: Call):
    """With a key that is not disabled."""
    stream, params = _active(call), call.params
    if params["EncryptionType"] != "KMS":
        raise invalid(f"EncryptionType must be KMS, and is {params['EncryptionType']}.")
    if call.request.operation.startswith("Start"):
        _check_key(call, params["KeyId"])
    response = call.forward()
    _begin_update(call, stream)
    return response


def _check_key(call: Call, key_id: str) -> None:
    """A key that was never made here is believed to be a good one, as in rules/keys.py."""
    from moto.kms.models import kms_backends

    key = kms_backends[call.request.account][call.region].keys.get(key_id.rpartition("/")[2])
    if key is not None and not key.enabled:
        raise AwsError("KMSDisabledException", f"{key.arn} is disabled.")


@rule("kinesis", "UpdateStreamMode")
def update_stream_mode(call: Call):
    """Twice a day."""
    stream, mode = _active(call), call.params["StreamModeDetails"]["StreamMode"]
    if mode == _mode(stream):
        return call.json({})
    if changed_lately(stream.mode_changes, DAY) >= MODE_CHANGES:
        raise _limit(f"The mode of a stream can be changed {MODE_CHANGES} times within 24 hours.")
    if mode == PROVISIONED:
        _check_shards(call, _open_shards(stream))
    stream.stream_mode = {"StreamMode": mode}
    stream.mode_changes.append(time.time())
    _begin_update(call, stream)
    return call.json({})


@rule("kinesis", "UpdateShardCount")
def update_shard_count(call: Call):
    """Of a provisioned stream, between half and double, ten times a day."""
    stream, target = _active(call), call.params["TargetShardCount"]
    name, account, current = stream.stream_name, call.request.account, _open_shards(stream)
    if _mode(stream) == ON_DEMAND:
        message = f"Request is invalid. Stream {name} under account {account} is in On-Demand mode."
        raise AwsError("ValidationException", message)
    if not current / 2 <= target <= current * 2:
        side = "up over double" if target > current else "down below half"
        raise _limit(
            f"UpdateShardCount cannot scale {side} your current open shard count. "
            f"Current open shard count: {current} Target shard count: {target}"
        )
    if changed_lately(stream.shard_changes, DAY) >= SHARD_CHANGES:
        raise _limit(f"UpdateShardCount can be called {SHARD_CHANGES} times within 24 hours for stream {name}.")
    _check_shards(call, target - current)
    stream.update_shard_count(target)
    if target != current:
        stream.shard_changes.append(time.time())
        _begin_update(call, stream)
    numbers = {"CurrentShardCount": current, "TargetShardCount": target}
    return call.json({"StreamName": name, "StreamARN": stream.arn} | numbers)


@rule("kinesis", "DeleteStream")
def delete_stream(call: Call):
    """Of a stream that is ACTIVE, and without consumers or with their deletion; DELETING lasts `kinesis_deletion`."""
    stream = _active(call)
    name = stream.stream_name
    if stream.consumers and not call.params.get("EnforceConsumerDeletion"):
        raise _in_use(
            f"DeleteStream can't delete {stream.arn} because there are consumers associated with this data stream. "
            f"To delete {name} anyway, set the EnforceConsumerDeletion parameter to true to force the deletion of all "
            "the consumers that are associated with it."
        )
    stream.phase.begin("DELETING", GONE, call.account.settings["kinesis_deletion"])
    return call.json({})


@rule("kinesis", "AddTagsToStream", "RemoveTagsFromStream")
def change_tags(call: Call):
    """Of a stream that is ACTIVE; 50 at most."""
    stream = _active(call)
    if call.request.operation == "AddTagsToStream":
        check_tags(stream.stream_name, call.request.account, call.params["Tags"], stream.tags)
    return call.forward()


def check_tags(name: str, account: str, new: dict, existing: "dict | None" = None) -> None:
    """Raises Kinesis's refusal of tags."""
    failed = f"Failed to add tags to stream {name} under account {account} because "
    if len((existing or {}) | new) > TAGS:
        raise invalid(failed + f"a given stream cannot have more than {TAGS} tags associated with it.")
    if not all(0 < len(k) <= 128 and len(v) <= 256 and TAG.fullmatch(k) and TAG.fullmatch(v) for k, v in new.items()):
        raise invalid(failed + "some tags contained illegal characters.")


@rule("kinesis", "ListTagsForStream")
def list_tags(call: Call):
    """In the order of their keys, after the one that is named."""
    tags, start = stream_of(call).tags, call.params.get("ExclusiveStartTagKey") or ""
    following = [{"Key": key, "Value": tags[key]} for key in sorted(tags) if key > start]
    limit = call.params.get("Limit") or TAGS
    return call.json({"Tags": following[:limit], "HasMoreTags": len(following) > limit})
