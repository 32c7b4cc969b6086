"""What the tests of the transformation function share: the function itself, invocations, and a stream that AWS's client
library would reach, which checks each request against AWS's limits and answers as it is told to."""

import base64
import contextlib
import gzip
import importlib.util
import io
import json
import os
import sys
import types
from pathlib import Path
from unittest import mock

SOURCE = Path(__file__).resolve().parents[3] / "src" / "stack" / "push" / "transform.py"
SPECIFICATION = importlib.util.spec_from_file_location("transform", SOURCE)
transform = importlib.util.module_from_spec(SPECIFICATION)
SPECIFICATION.loader.exec_module(transform)

LAMBDA_LIMIT = 6_291_556
DELIVERY_STREAM = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/acme-cloudtrail-splunk"
KINESIS_STREAM = "arn:aws:kinesis:eu-west-1:444455556666:stream/central"
SECRET = "canary"
"""Part of each message, log group and error text of the tests: it must not reach the log."""


class Context:
    """Lambda's context, with a time left that tests set."""

    def __init__(self, seconds: float = 300) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


class Connection(Exception):
    """As botocore's connection errors: has a response, which is None."""

    response = None


class Throttled(Exception):
    """As botocore's ClientError: the error is in its response."""

    response = {"Error": {"Code": "ServiceUnavailableException", "Message": f"Slow down, {SECRET}"}}


class FakeAws:
    """Both services that take records. `behave` gets the number of records of a request and returns a code for each,
    None to accept, or raises."""

    def __init__(self, behave=None) -> None:
        self.behave = behave or (lambda count: [None] * count)
        self.accepted = []
        self.requests = []
        self.services = []
        self.options = None

    def client(self, service: str, region_name: str, config) -> "FakeAws":
        assert region_name == "eu-west-1"
        self.services.append(service)
        self.options = config.options
        return self

    def put_record_batch(self, *, DeliveryStreamName: str, Records: list) -> dict:
        assert self.services == ["firehose"] and DeliveryStreamName == "acme-cloudtrail-splunk"
        assert all(set(record) == {"Data"} for record in Records)
        codes = self.take(Records)
        return {"FailedPutCount": sum(map(bool, codes)), "RequestResponses": self.entries(codes)}

    def put_records(self, *, StreamARN: str, Records: list) -> dict:
        assert self.services == ["kinesis"] and StreamARN == KINESIS_STREAM
        assert all(1 <= len(record["PartitionKey"]) <= 256 for record in Records)
        codes = self.take(Records)
        return {"FailedRecordCount": sum(map(bool, codes)), "Records": self.entries(codes)}

    def take(self, records: list) -> list:
        sizes = [len(record["Data"]) for record in records]
        assert 1 <= len(records) <= 500 and max(sizes) <= 1_024_000, "AWS refuses the request"
        assert sum((size + 2) // 3 * 4 for size in sizes) <= 4 * 1024 * 1024 + 2000, "AWS refuses the request"
        self.requests.append([record["Data"] for record in records])
        codes = self.behave(len(records))
        self.accepted += [record["Data"] for record, code in zip(records, codes) if code is None]
        return codes

    @staticmethod
    def entries(codes: list) -> list:
        return [{"RecordId": "r"} if code is None else {"ErrorCode": code, "ErrorMessage": SECRET} for code in codes]


class Result:
    """What an invocation answered, logged and sent."""

    def __init__(self, response: dict, log: str, aws: FakeAws, pauses: list) -> None:
        self.answers, self.response, self.text, self.aws, self.pauses = response["records"], response, log, aws, pauses
        self.log = json.loads(log)

    def results(self) -> list:
        return [answer["result"] for answer in self.answers]


def pack(envelope) -> bytes:
    """An envelope as CloudWatch Logs sends it."""
    return gzip.compress(json.dumps(envelope).encode(), compresslevel=6, mtime=0)


def unpack(data: bytes) -> dict:
    """The envelope in a part."""
    return json.loads(gzip.decompress(data))


def envelope(messages: list, **changes) -> dict:
    """A DATA_MESSAGE with these messages."""
    events = [{"id": f"{number:056}", "timestamp": 1_700_000_000_007 + number, "message": message}
              for number, message in enumerate(messages)]
    whole = {"messageType": "DATA_MESSAGE", "owner": "111122223333", "logGroup": f"acme/{SECRET}",
             "logStream": "111122223333_CloudTrail_eu-west-1", "subscriptionFilters": ["acme"], "logEvents": events}
    return {**whole, **changes}


def record(data, number: int = 0) -> dict:
    """A record of an invocation: an envelope, or bytes as they are."""
    data = data if isinstance(data, bytes) else pack(data)
    return {"recordId": f"id-{number}", "approximateArrivalTimestamp": 1_700_000_000_000,
            "data": base64.b64encode(data).decode()}


def invocation(records: list, kinesis: bool = False) -> dict:
    """An invocation by Firehose."""
    event = {"invocationId": "i", "deliveryStreamArn": DELIVERY_STREAM, "region": "eu-west-1", "records": records}
    return {**event, "sourceKinesisStreamArn": KINESIS_STREAM} if kinesis else event


def run(event: dict, aws: "FakeAws | None" = None, environment: "dict | None" = None, seconds: float = 300) -> Result:
    """Calls the handler as Lambda does, with AWS's client library replaced."""
    aws, log, pauses = aws or FakeAws(), io.StringIO(), []
    aws.services.clear()
    boto3, config = types.ModuleType("boto3"), types.ModuleType("botocore.config")
    boto3.client = aws.client
    config.Config = lambda **options: types.SimpleNamespace(options=options)
    modules = {"boto3": boto3, "botocore": types.ModuleType("botocore"), "botocore.config": config}
    with mock.patch.dict(sys.modules, modules), mock.patch.dict(os.environ, environment or {}, clear=True), \
            mock.patch.object(transform.time, "sleep", pauses.append), contextlib.redirect_stderr(log):
        response = transform.handler(event, Context(seconds))
    return Result(json.loads(json.dumps(response)), log.getvalue(), aws, pauses)


def output(answer: dict) -> bytes:
    """The data of an answer."""
    return base64.b64decode(answer["data"], validate=True)
