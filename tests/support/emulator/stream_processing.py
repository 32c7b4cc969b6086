"""The processors of a Firehose stream: what each makes of a record before it is delivered."""

import gzip
import json
import zlib
from dataclasses import dataclass

import transformations
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
    # The ARN of the function that failed.
    function: str = ""
    # The id and the index of the document that OpenSearch did not take.
    document: "tuple | None" = None


class _Failed(Exception):
    def __init__(self, kind: str, code: str, message: str, function: str = ""):
        super().__init__(message)
        self.failure = (kind, code, message)
        self.function = function


def process(job) -> "tuple[list, list]":
    """The (record, bytes) pairs to deliver, and the failures. A record of which nothing is left is in neither."""
    record, data = job.record, job.record.data
    try:
        for kind, parameters in processors_of(job.destination).items():
            data = STEPS[kind](job, data, parameters) if data else data
    except _Failed as failed:
        kind, code, message = failed.failure
        attempts = 1 if failed.function else 0
        return [], [Failure(kind, record, record.data, code, message, attempts, failed.function)]
    return [(record, data)] if data else [], []


def _decompress(_job, data: bytes, _parameters: dict) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        message = "The data could not be decompressed. Ensure that the records are compressed with GZIP."
        raise _Failed("decompression-failed", "DecompressionFailed", message) from None


def _extract(_job, data: bytes, _parameters: dict) -> bytes:
    """The messages of a record of CloudWatch Logs, each with a newline; nothing of a control message."""
    try:
        message = json.loads(data)
        if message["messageType"] != "DATA_MESSAGE":
            return b""
        return "".join(event["message"] + "\n" for event in message["logEvents"]).encode()
    except (ValueError, KeyError, TypeError):
        message = "The data is not a record of CloudWatch Logs."
        raise _Failed("processing-failed", "CloudWatchLogProcessingFailed", message) from None


def _lambda(job, data: bytes, parameters: dict) -> bytes:
    try:
        return transformations.transform(job, parameters, data)
    except transformations.Failed as failed:
        code = str(failed)
        raise _Failed("processing-failed", code, transformations.TEXTS[code], parameters["LambdaArn"]) from None


def _unchanged(_job, data: bytes, _parameters: dict) -> bytes:
    return data


def _delimit(_job, data: bytes, parameters: dict) -> bytes:
    """A newline, or another delimiter; what a parameter cannot say it says as in a program's text."""
    return data + parameters.get("Delimiter", "\\n").replace("\\n", "\n").encode()


STEPS = {
    "Decompression": _decompress,
    "CloudWatchLogProcessing": _extract,
    "Lambda": _lambda,
    "RecordDeAggregation": _unchanged,
    "MetadataExtraction": _unchanged,
    "AppendDelimiterToRecord": _delimit,
}
