"""The processors of a Firehose stream: what each makes of a record before it is delivered.

There are no Lambda functions in the emulator: a Lambda processor fails as with a function that does not exist. A
function would take `_lambda`'s place.
"""

import gzip
import json
import zlib
from dataclasses import dataclass

from delivery_streams import processors_of


@dataclass
class Record:
    """A record as it came: its id, its bytes, and when it came, in milliseconds."""

    id: str
    data: bytes
    arrival: int


@dataclass
class Failure:
    """A record that could not be processed or delivered, and why; the data is what goes into the bucket."""

    # The folder that AWS sorts it into.
    kind: str
    record: Record
    data: bytes
    code: str
    message: str
    # How often it was tried again.
    retries: int = 0


class _Failed(Exception):
    def __init__(self, kind: str, code: str, message: str):
        super().__init__(message)
        self.failure = (kind, code, message)


def process(destination: dict, records: list) -> "tuple[list, list]":
    """The (record, bytes) pairs to deliver, and the failures. A record of which nothing is left is in neither."""
    steps, good, failures = processors_of(destination), [], []
    for record in records:
        data = record.data
        try:
            for kind, parameters in steps.items():
                data = STEPS[kind](data, parameters) if data else data
        except _Failed as failed:
            kind, code, message = failed.failure
            failures.append(Failure(kind, record, record.data, code, message))
            continue
        if data:
            good.append((record, data))
    return good, failures


def _decompress(data: bytes, _parameters: dict) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        message = "The data could not be decompressed. Ensure that the records are compressed with GZIP."
        raise _Failed("decompression-failed", "DecompressionFailed", message) from None


def _extract(data: bytes, _parameters: dict) -> bytes:
    """The messages of a record of CloudWatch Logs, each with a newline; nothing of a control message."""
    try:
        message = json.loads(data)
        if message["messageType"] != "DATA_MESSAGE":
            return b""
        return "".join(event["message"] + "\n" for event in message["logEvents"]).encode()
    except (ValueError, KeyError, TypeError):
        message = "The data is not a record of CloudWatch Logs."
        raise _Failed("processing-failed", "CloudWatchLogProcessingFailed", message) from None


def _lambda(_data: bytes, _parameters: dict) -> bytes:
    message = "The specified Lambda function does not exist. Use a different function that does exist."
    raise _Failed("processing-failed", "Lambda.ResourceNotFound", message)


def _unchanged(data: bytes, _parameters: dict) -> bytes:
    return data


STEPS = {
    "Decompression": _decompress,
    "CloudWatchLogProcessing": _extract,
    "Lambda": _lambda,
    "RecordDeAggregation": _unchanged,
    "MetadataExtraction": _unchanged,
    "AppendDelimiterToRecord": lambda data, _parameters: data + b"\n",
}
