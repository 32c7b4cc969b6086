"""Kinesis data streams in moto's backends, as other services see them: found by ARN, written to, encrypted.

How moto's streams were made to take time is in kinesis_repairs.py, and what AWS refuses in rules/kinesis.py.
"""

import base64
import gzip
import json
import re

ARN = re.compile(r"arn:[^:]+:kinesis:([^:]+):(\d{12}):stream/([a-zA-Z0-9_.-]{1,128})")
# Records can be written to and read from a stream in these states.
OPEN = ("ACTIVE", "UPDATING")
AWS_KEY = "alias/aws/kinesis"


def found(arn: str, partition: str, is_looked_at: bool = False):
    """The stream of that ARN, whose state moves on if it is looked at; None if there is none (any more)."""
    from delivery_streams import GONE
    from moto.kinesis.models import kinesis_backends

    parts = ARN.fullmatch(arn)
    if not parts or arn.split(":")[1] != partition:
        return None
    region, account, name = parts.groups()
    backend = kinesis_backends[account][region]
    if is_looked_at:
        return looked_at(backend, name)
    stream = backend.streams.get(name)
    return None if stream is None or stream.phase.is_over(GONE) else stream


def looked_at(backend, name: str):
    """The stream of that name in a backend of moto's; one whose deletion has ended is gone."""
    from delivery_streams import GONE

    stream = backend.streams.get(name)
    if stream is not None and stream.phase.look() == GONE:
        del backend.streams[name]
        return None
    return stream


def put(stream, data: bytes, partition_key: str) -> None:
    """Puts a record into a stream in another service's name."""
    stream.put_record(partition_key, "", base64.b64encode(data).decode())


def named_in(iterator: str) -> "str | None":
    """The name of the stream that an iterator is of; None of what is no iterator."""
    try:
        name, _, number = base64.decodebytes(iterator.encode()).decode().split(":")
        return name if number.isdigit() else None
    except ValueError:
        return None


def own_key(stream) -> "str | None":
    """The ARN of the KMS key that whoever uses the stream must be allowed to use; AWS's own needs no permission."""
    key = stream.key_id if stream.encryption_type == "KMS" else None
    if not key or key.endswith(AWS_KEY):
        return None
    partition, region = stream.arn.split(":")[1], stream.region
    resource = key if key.startswith("alias/") else f"key/{key}"
    return key if key.startswith("arn:") else f"arn:{partition}:kms:{region}:{stream.account_id}:{resource}"


def records(account: str, region: str, name: str) -> list:
    """All records of a stream, shard by shard; of one of CloudWatch Logs, what is in it."""
    from moto.kinesis.models import kinesis_backends

    shards = kinesis_backends[account][region].streams[name].shards.values()
    return [
        {"shard": shard.shard_id, "partition_key": record.partition_key, "data": record.data, "envelope": _opened(record)}
        for shard in shards
        for record in shard.records.values()
    ]


def _opened(record) -> "dict | None":
    try:
        return json.loads(gzip.decompress(base64.b64decode(record.data)))
    except (OSError, EOFError, ValueError):
        return None
