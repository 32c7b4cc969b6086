"""Kinesis data streams as the source of Firehose streams: what is read from where, and whether the role may read.

A Firehose stream reads what was written since it became ACTIVE. What it may not read stays in the data stream, and is
read when it may: at the next record, or when a test waits for deliveries.
"""

import base64

import data_streams
import deliveries
import event_polling
import moto_gateway
from accounts import ACCOUNTS

ACTIONS = ("kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards")


def apply() -> None:
    """Lets what is written into data streams be read."""
    import moto.kinesis.models as models

    put_record = models.Stream.put_record

    def putting(self, *record):
        answer = put_record(self, *record)
        read(self)
        event_polling.wake(self)
        return answer

    models.Stream.put_record = putting


def read(data_stream) -> None:
    """Lets all Firehose streams with this source read on."""
    from moto.firehose.models import firehose_backends

    for stream in firehose_backends[data_stream.account_id][data_stream.region].delivery_streams.values():
        if (stream.source or {}).get("KinesisStreamARN") == data_stream.arn and stream.status.value == "ACTIVE":
            _read(stream, data_stream)


def catch_up(account) -> None:
    """Lets all Firehose streams and event source mappings of an account read on."""
    from moto.kinesis.models import kinesis_backends

    with moto_gateway.LOCK:
        for backend in list(kinesis_backends[account.id].values()):
            for data_stream in backend.streams.values():
                read(data_stream)
                event_polling.wake(data_stream)


def _read(stream, data_stream) -> None:
    account = ACCOUNTS[stream.account_id]
    if not may_read(account, stream, data_stream):
        return
    for shard in data_stream.shards.values():
        first = stream.read.get(shard.shard_id, 0) + 1
        stream.read[shard.shard_id] = shard.get_max_sequence_number()
        for number in range(first, stream.read[shard.shard_id] + 1):
            record = shard.records[number]
            if record.created_at >= stream.status.since:
                deliveries.accept(account, stream, base64.b64decode(record.data))


def may_read(account, stream, data_stream, actions=ACTIONS) -> bool:
    """Whether Firehose can assume the role of the source, and the role may do this with the data stream."""
    from rules.destination_parts import SERVICE, trust_context
    from rules.roles import seen_by

    role = seen_by(account, stream.partition, stream.source["RoleARN"])
    if role is None or not role.trusts(SERVICE, trust_context(account.id)):
        return False
    key = data_streams.own_key(data_stream)
    may_decrypt = key is None or role.allows("kms:Decrypt", key, {})
    return may_decrypt and all(role.allows(action, data_stream.arn, {}) for action in actions)
