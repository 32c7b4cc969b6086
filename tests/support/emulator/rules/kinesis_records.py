"""Records of Kinesis data streams: in which states and how large they are written, and which iterators read them."""

import json

from aws_errors import AwsError
from data_streams import named_in
from rules import Call, rule
from rules.kinesis import backend, invalid, stream_of

BATCH_LIMIT = 10 * 1024 * 1024


@rule("kinesis", "PutRecord", "PutRecords")
def put_records(call: Call):
    """Into a stream that has been created; a record has 1 MiB at most, unless the stream takes larger ones."""
    stream = _readable(call)
    records = call.params.get("Records") or [call.params]
    sizes = [len(record["Data"]) + len(record.get("PartitionKey") or "") for record in records]
    limit = stream.max_record_size * 1024
    if max(sizes) > limit:
        raise invalid(f"The size of a record and its partition key is at most {limit} bytes for {stream.stream_name}.")
    if sum(sizes) > BATCH_LIMIT:
        raise invalid("Records size exceeds 10 MiB limit")
    response = call.forward()
    if response.status == 200:
        answer = json.loads(response.body)
        response.body = json.dumps(answer | {"EncryptionType": stream.encryption_type}).encode()
    return response


@rule("kinesis", "GetShardIterator")
def get_shard_iterator(call: Call):
    """With a number or a time exactly if the type asks for it."""
    _readable(call)
    kind = call.params["ShardIteratorType"]
    if kind.endswith("SEQUENCE_NUMBER") != bool(call.params.get("StartingSequenceNumber")):
        raise invalid(
            "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or "
            f"(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified {kind}."
        )
    if (kind == "AT_TIMESTAMP") != bool(call.params.get("Timestamp")):
        raise invalid(f"Timestamp is required with AT_TIMESTAMP, and not allowed with {kind}.")
    return call.forward()


@rule("kinesis", "GetRecords")
def get_records(call: Call):
    """With an iterator of a stream that is there."""
    name = named_in(call.params["ShardIterator"])
    if name is None:
        raise invalid("Invalid ShardIterator.")
    if name not in backend(call).streams:
        message = f"Stream {name} under account {call.request.account} not found."
        raise AwsError("ResourceNotFoundException", message)
    return call.forward()


def _readable(call: Call):
    """A stream that is being created is as good as none; one that is being deleted may still do."""
    stream = stream_of(call)
    if stream.status == "CREATING":
        message = f"Stream {stream.stream_name} under account {call.request.account} not found."
        raise AwsError("ResourceNotFoundException", message)
    return stream
