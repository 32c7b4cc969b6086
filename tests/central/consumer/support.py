"""What the tests of the consumer share: the function itself, invocations, and a delivery stream that AWS's client
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

FOLDER = Path(__file__).resolve().parents[3] / "src" / "stack" / "central"
SPECIFICATION = importlib.util.spec_from_file_location("consumer", FOLDER / "consumer.py")
consumer = importlib.util.module_from_spec(SPECIFICATION)
SPECIFICATION.loader.exec_module(consumer)

NAME = "acme-central-to-opensearch"
SECRET = "canary"
"""Part of messages, names and error texts of the tests: it must not reach the log."""


class Context:
    """Lambda's context, with a time left that tests set."""

    def __init__(self, seconds) -> None:
        self.seconds = seconds if callable(seconds) else lambda: seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds() * 1000)


class Connection(Exception):
    """As botocore's connection errors: has a response, which is None."""

    response = None


class ClientError(Exception):
    """As botocore's ClientError: the error is in its response."""

    def __init__(self, code: str) -> None:
        super().__init__(SECRET)
        self.response = {"Error": {"Code": code, "Message": SECRET}}


class FakeFirehose:
    """A delivery stream. `behave` gets the documents of a request and returns a code for each, None to accept, or
    raises."""

    def __init__(self, behave=None) -> None:
        self.behave = behave or (lambda documents: [None] * len(documents))
        self.requests, self.accepted, self.clients = [], [], []

    def client(self, service: str, config) -> "FakeFirehose":
        self.clients.append((service, config.options))
        return self

    def put_record_batch(self, *, DeliveryStreamName: str, Records: list) -> dict:
        assert DeliveryStreamName == NAME and all(set(record) == {"Data"} for record in Records)
        data = [record["Data"] for record in Records]
        sizes = [len(item) for item in data]
        assert 1 <= len(data) <= 500 and max(sizes) <= 1_024_000, "AWS refuses the request"
        assert sum((size + 2) // 3 * 4 for size in sizes) <= 4 * 1024 * 1024 + 2000, "AWS refuses the request"
        self.requests.append(data)
        codes = self.behave(data)
        self.accepted += [item for item, code in zip(data, codes) if code is None]
        return {"FailedPutCount": sum(map(bool, codes)), "RequestResponses": [self.entry(code) for code in codes]}

    @staticmethod
    def entry(code) -> dict:
        return {"RecordId": "r"} if code is None else {"ErrorCode": code, "ErrorMessage": SECRET}


class Result:
    """What an invocation answered, logged and delivered."""

    def __init__(self, response: dict, log: str, firehose: FakeFirehose, pauses: list) -> None:
        self.response, self.text, self.firehose, self.pauses = response, log, firehose, pauses
        self.failed = [item["itemIdentifier"] for item in response["batchItemFailures"]]
        self.log = json.loads(log)
        self.documents = [parse(data) for data in firehose.accepted]


def parse(data: bytes) -> dict:
    """A document, as strictly as OpenSearch reads it."""
    assert b"\n" not in data and b"\r" not in data, "one line"
    document = json.loads(data.decode(), parse_constant=int)  # int refuses NaN.
    assert isinstance(document, dict)
    return document


def pack(envelope) -> bytes:
    """An envelope as CloudWatch Logs sends it."""
    return gzip.compress(json.dumps(envelope).encode(), compresslevel=6, mtime=0)


def envelope(messages: list, **changes) -> dict:
    """A DATA_MESSAGE with these messages."""
    events = [{"id": f"{number:056}", "timestamp": 1_700_000_000_007 + number, "message": message}
              for number, message in enumerate(messages)]
    whole = {"messageType": "DATA_MESSAGE", "owner": "111122223333", "logGroup": "acme-app", "logStream": "one",
             "subscriptionFilters": ["acme"], "logEvents": events}
    return {**whole, **changes}


def record(data, number: int = 0) -> dict:
    """A record of a batch: of an envelope, or of bytes as they are."""
    packed = base64.b64encode(data if isinstance(data, bytes) else pack(data)).decode()
    kinesis = {"kinesisSchemaVersion": "1.0", "partitionKey": "p", "sequenceNumber": sequence(number), "data": packed,
               "approximateArrivalTimestamp": 1_700_000_100.123}
    return {"kinesis": kinesis, "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventName": "aws:kinesis:record",
            "eventID": f"shardId-000000000000:{sequence(number)}", "awsRegion": "eu-west-1",
            "invokeIdentityArn": "arn:aws:iam::444455556666:role/acme-central-to-opensearch",
            "eventSourceARN": "arn:aws:kinesis:eu-west-1:444455556666:stream/acme-central"}


def sequence(number: int) -> str:
    """The sequence number of a record."""
    return str(49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898 + number)


def library(firehose: FakeFirehose):
    """AWS's client library, replaced."""
    boto3, config = types.ModuleType("boto3"), types.ModuleType("botocore.config")
    boto3.client = firehose.client
    config.Config = lambda **options: types.SimpleNamespace(options=options)
    consumer.connect.cache_clear()
    modules = {"boto3": boto3, "botocore": types.ModuleType("botocore"), "botocore.config": config}
    return mock.patch.dict(sys.modules, modules)


def run(records: list, behave=None, seconds=300, environment=None) -> Result:
    """Calls the handler as Lambda does."""
    firehose, log, pauses = FakeFirehose(behave), io.StringIO(), []
    environment = {"DELIVERY_STREAM": NAME} if environment is None else environment
    with library(firehose), mock.patch.dict(os.environ, environment, clear=True), \
            mock.patch.object(consumer.time, "sleep", pauses.append), contextlib.redirect_stderr(log):
        response = consumer.handler({"Records": records}, Context(seconds))
    return Result(json.loads(json.dumps(response)), log.getvalue(), firehose, [pause for pause in pauses if pause])


def document(message: str, **changes) -> dict:
    """The document of one message."""
    result = run([record(envelope([message], **changes))])
    assert (len(result.documents), result.failed) == (1, []), result.text
    return result.documents[0]
