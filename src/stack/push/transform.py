"""The Lambda function between CloudWatch Logs and Splunk, called by Amazon Data Firehose: handler `index.handler`.

A record from CloudWatch Logs is gzip of one JSON envelope with many log events, which Splunk cannot read. This function
answers each record with the messages of its log events, as AWS's pages data-transformation and
data-transformation-status-model demand: every recordId once, in order, as Ok, Dropped or ProcessingFailed. A record
that it cannot read is ProcessingFailed with its original data, so that Firehose writes it whole to the backup bucket.

Environment variables:

HEC_ENDPOINT_TYPE  `Raw` (default): each message and a newline. `Event`: each message as a JSON event of the HTTP Event
                   Collector with time, host, source, sourcetype and, where a rule gives it, index.
HEC_RULES          For `Event`: a JSON object from log group names, in which `*` and `?` are wildcards, to objects with
                   any of host, source, sourcetype and index. The first name that matches counts. What no rule gives:
                   host is the log stream, source the log group; sourcetype follows from the log stream's name.
REINGEST           `on` (default): what does not fit into the response goes back to its stream in parts, and its record
                   is Dropped. `off`, where the function must not write to the stream: it is ProcessingFailed.

A wrong value makes all records ProcessingFailed; the log names the variable. The timeout must be well above
RESERVE_SECONDS, the memory 1,024 MB or more (see ENVELOPE_BYTES). Each invocation logs one line of JSON to stderr:
counts, sizes and error classes, never data. `python3 transform.py FILE` prints the response to a recorded invocation;
what it would send back to the stream is only counted, on stderr.
"""

import base64
import fnmatch
import gzip
import io
import json
import os
import random
import re
import sys
import time
import zlib
from collections import Counter
from typing import Iterator, NamedTuple

RESPONSE_BYTES = 6_000_000
"""What a response may take as JSON. Lambda refuses one above 6,291,556 bytes; the rest is a margin."""

ENVELOPE_BYTES = 32 * 1024 * 1024
"""What one record may hold decompressed. A record of 1,000 KiB can grow to 1 GB, and one that exhausts the memory fails
its whole batch. Log data compresses 10 to 20 times, so 32 times passes all that is no bomb. Parsed JSON takes up to 25
times its text: 800 MB at worst."""

PUT_RECORD_BYTES, PUT_BATCH_BYTES, PUT_BATCH_RECORDS = 1000 * 1024, 3 * 1024 * 1024, 500
"""PutRecordBatch takes 500 records of up to 1,000 KiB each, 4 MiB in all. 3 MiB of data are 4 MiB in base64: AWS does
not say which of both it counts. PutRecords of Kinesis takes more."""

PUT_ATTEMPTS, FIRST_PAUSE_SECONDS = 6, 0.2
"""Pauses between attempts double: at most 6.2 seconds in all."""

CONNECT_SECONDS, READ_SECONDS, RESERVE_SECONDS = 2, 5, 12
"""No work starts when less than the reserve is left before the function's timeout, so that a pause and a put that have
just started still end, and the response is still sent."""

HEC_FIELDS = ("host", "source", "sourcetype", "index")
SOURCETYPES = (
    (re.compile(r"\d{12}_CloudTrail_"), "aws:cloudtrail"),
    (re.compile(r"^eni-[0-9a-f]+-(all|accept|reject)$"), "aws:cloudwatchlogs:vpcflow"),
    (re.compile(""), "aws:cloudwatchlogs"),
)
"""CloudTrail and VPC flow logs name their log streams themselves; the names of log groups are free."""

LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Refused(Exception):
    """A record cannot be transformed. Says why in one word, without data of the record."""


class Settings(NamedTuple):
    """The environment variables, checked."""

    endpoint: str
    rules: dict
    reingest: bool

    @staticmethod
    def read(environment) -> "Settings":
        endpoint, reingest = environment.get("HEC_ENDPOINT_TYPE", "Raw"), environment.get("REINGEST", "on")
        if endpoint not in ("Raw", "Event"):
            raise Refused("SettingHecEndpointType")
        if reingest not in ("on", "off"):
            raise Refused("SettingReingest")
        try:
            rules = json.loads(environment.get("HEC_RULES", "{}"))
            items = [item for rule in rules.values() for item in rule.items()]
            if not all(field in HEC_FIELDS and isinstance(value, str) for field, value in items):
                raise ValueError
        except (ValueError, AttributeError):
            raise Refused("SettingHecRules") from None
        return Settings(endpoint, rules, reingest == "on")


def read_envelope(record) -> dict:
    """The envelope that CloudWatch Logs packed into a record."""
    try:
        packed = base64.b64decode(record["data"], validate=True)
    except (KeyError, TypeError, ValueError):
        raise Refused("NotBase64") from None
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            text = file.read(ENVELOPE_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise Refused("NotGzip") from None
    if len(text) > ENVELOPE_BYTES:
        raise Refused("EnvelopeTooLarge")
    try:
        envelope = json.loads(text.decode())
    except UnicodeDecodeError:
        raise Refused("NotUtf8") from None
    except (ValueError, RecursionError):
        raise Refused("NotJson") from None
    if not isinstance(envelope, dict):
        raise Refused("NotAnEnvelope")
    return envelope


def format_events(envelope: dict, settings: Settings) -> "list[bytes]":
    """The log events of an envelope for Splunk, one item for each; no event at all in a CONTROL_MESSAGE."""
    kind = envelope.get("messageType")
    if kind == "CONTROL_MESSAGE":
        return []
    if kind != "DATA_MESSAGE":
        raise Refused("OtherMessageType")
    events = envelope.get("logEvents")
    if not isinstance(events, list):
        raise Refused("NoLogEvents")
    if settings.endpoint == "Raw":
        return [utf8(message_of(event) + "\n") for event in events]
    metadata = metadata_of(envelope, settings.rules)
    return [hec_event(event, metadata) for event in events]


def message_of(event) -> str:
    """The text of a log event."""
    message = event.get("message") if isinstance(event, dict) else None
    if not isinstance(message, str):
        raise Refused("NoMessage")
    return message


def hec_event(event, metadata: str) -> bytes:
    """A log event as JSON for the event endpoint. An object in JSON stays as it is written, to the last digit. A blank
    message is left out: the collector refuses a blank event, and with it all that Firehose sent in the same request."""
    message, milliseconds = message_of(event), event.get("timestamp")
    if type(milliseconds) is not int or milliseconds < 0:
        raise Refused("NoTimestamp")
    if not message.strip():
        return b""
    body = message if is_json_object(message) else json.dumps(message, ensure_ascii=False)
    seconds = f"{milliseconds // 1000}.{milliseconds % 1000:03}"
    return utf8(f'{{"time":{seconds},{metadata},"event":{body}}}\n')


def metadata_of(envelope: dict, rules: dict) -> str:
    """What Splunk is to note of each event of an envelope, as the inside of a JSON object."""
    group, stream = envelope.get("logGroup"), envelope.get("logStream")
    if not isinstance(group, str) or not isinstance(stream, str):
        raise Refused("NoLogGroup")
    sourcetype = next(name for pattern, name in SOURCETYPES if pattern.search(stream))
    rule = next((rule for name, rule in rules.items() if fnmatch.fnmatchcase(group, name)), {})
    return json.dumps({"host": stream, "source": group, "sourcetype": sourcetype, **rule}, ensure_ascii=False)[1:-1]


def is_json_object(text: str) -> bool:
    """Whether a text is one JSON object by the standard: with numbers of any length, without NaN."""
    if not text.lstrip().startswith("{"):
        return False
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=int)  # int refuses NaN.
    except (ValueError, RecursionError):
        return False
    return True


def utf8(text: str) -> bytes:
    """A text in UTF-8. JSON can escape half of a surrogate pair, which is no character: U+FFFD takes its place."""
    return LONE_SURROGATE.sub("\ufffd", text).encode()


def split(envelope: dict, lines: "list[bytes]") -> "list[bytes]":
    """An envelope in halves of halves, packed as CloudWatch Logs does, until each fits into half a response.

    Half, because then at least one record fits beside the answers to all others: each invocation delivers or divides
    something, so re-ingestion ends. A single event is not divided.
    """
    if len(lines) == 1 or fits_half(lines):
        packed = gzip.compress(json.dumps(envelope, separators=(",", ":")).encode(), compresslevel=6, mtime=0)
        if len(lines) == 1 or len(packed) <= PUT_RECORD_BYTES:
            return [packed]
    events, middle = envelope["logEvents"], len(lines) // 2
    first, second = {**envelope, "logEvents": events[:middle]}, {**envelope, "logEvents": events[middle:]}
    return split(first, lines[:middle]) + split(second, lines[middle:])


def parts_of(record: dict, settings: Settings) -> "list[bytes]":
    """A record that did not fit into the response, as records for the stream. A single large event cannot go back."""
    if not settings.reingest:
        raise Refused("ResponseFull")
    envelope = read_envelope(record)
    lines = format_events(envelope, settings)
    if len(lines) == 1 and not fits_half(lines):
        raise Refused("EventTooLarge")
    parts = split(envelope, lines)
    if max(map(len, parts)) > PUT_RECORD_BYTES:
        raise Refused("PartTooLarge")
    return parts


def fits_half(lines: "list[bytes]") -> bool:
    """Whether lines take at most half a response, in base64."""
    return sum(map(len, lines)) * 4 / 3 <= RESPONSE_BYTES / 2


class Stream:
    """The stream that the records came from: the Kinesis stream if the delivery stream reads one, else itself."""

    def __init__(self, event: dict) -> None:
        self.source = event.get("sourceKinesisStreamArn")
        self.arn = self.source or event.get("deliveryStreamArn")
        self.client = None

    def connect(self):
        """A client that does not retry on its own: a retry of the whole batch would duplicate what was accepted."""
        import boto3
        from botocore.config import Config

        config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries={"total_max_attempts": 1})
        return boto3.client(self.arn.split(":")[2], region_name=self.arn.split(":")[3], config=config)

    def put(self, parts: "list[bytes]") -> "list[str | None]":
        """Puts parts on the stream: the error of each, None where it was accepted."""
        self.client = self.client or self.connect()
        if self.source:
            records = [{"Data": part, "PartitionKey": str(random.random())} for part in parts]
            answers = self.client.put_records(StreamARN=self.source, Records=records)["Records"]
        else:
            records, name = [{"Data": part} for part in parts], self.arn.split("/")[-1]
            answers = self.client.put_record_batch(DeliveryStreamName=name, Records=records)["RequestResponses"]
        return [answer.get("ErrorCode") for answer in answers]


class Report:
    """In place of the stream where the function runs locally: counts, and sends nothing."""

    def put(self, parts: "list[bytes]") -> "list[str | None]":
        print(f"Would re-ingest {len(parts)} records of {sum(map(len, parts))} bytes.", file=sys.stderr)
        return [None] * len(parts)


class Invocation:
    """The answers to one batch, and the bytes that they take as JSON. Dropped is the answer until there is another."""

    def __init__(self, records: list, stream, seconds_left) -> None:
        self.records = [record if isinstance(record, dict) else {} for record in records]
        self.stream, self.seconds_left = stream, seconds_left
        self.log = Counter(records=len(records))
        self.answers = [{} for _ in records]
        self.size = len(json.dumps({"records": self.answers}))
        for index in range(len(records)):
            self.answer(index, "Dropped")

    def answer(self, index: int, result: str, data: str = "") -> None:
        """Answers a record, in place of an earlier answer."""
        answer = {"recordId": self.records[index].get("recordId"), "result": result, "data": data}
        self.size += len(json.dumps(answer)) - len(json.dumps(self.answers[index]))
        self.answers[index] = answer

    def fail(self, index: int, error: Exception) -> None:
        """Answers a record with its original data and counts the reason."""
        self.answer(index, "ProcessingFailed", self.records[index].get("data", ""))
        self.log[f"failed.{reason(error)}"] += 1

    def check_time(self) -> None:
        """Refuses work for which no time is left."""
        if self.seconds_left() < RESERVE_SECONDS:
            raise Refused("TimeoutNear")

    def transform(self, settings: Settings) -> "list[int]":
        """Answers all records whose messages fit into the response: the others."""
        waiting = []
        for index, record in enumerate(self.records):
            try:
                self.check_time()
                data = base64.b64encode(b"".join(format_events(read_envelope(record), settings))).decode()
                if data and self.size + len(data) > RESPONSE_BYTES:
                    waiting.append(index)
                elif data:
                    self.answer(index, "Ok", data)
            except Exception as error:  # Whatever is wrong with one record, the others of its batch are answered.
                self.fail(index, error)
        return waiting

    def displace(self) -> Iterator[int]:
        """Takes back the last Ok until the response fits, for the original data of failed records takes room too. Looks
        at the size again after each, so that the caller can put another answer in its place."""
        for index in reversed(range(len(self.answers))):
            if self.size > RESPONSE_BYTES and self.answers[index]["result"] == "Ok":
                self.answer(index, "Dropped")
                yield index

    def reingest(self, indexes: "list[int]", settings: Settings) -> None:
        """Sends records back to their stream in parts. A record of which a part was not accepted is ProcessingFailed:
        what was accepted is then in Splunk and in the backup bucket, for a duplicate is better than a loss."""
        parts, owners = [], []
        self.log["waiting"] = len(indexes)
        for index in indexes:
            try:
                self.check_time()
                own = parts_of(self.records[index], settings)
                parts += own
                owners += [index] * len(own)
            except Exception as error:
                self.fail(index, error)
        accepted = self.put_all(parts)
        for index in sorted({owner for number, owner in enumerate(owners) if number not in accepted}):
            self.fail(index, Refused("NotReingested"))
        self.log["parts"] = len(accepted)

    def put_all(self, parts: "list[bytes]") -> "set[int]":
        """Puts parts on the stream, again only those that were not accepted: the numbers of the accepted ones."""
        accepted = set()
        for attempt in range(PUT_ATTEMPTS):
            missing = [number for number in range(len(parts)) if number not in accepted]
            if attempt and missing and self.seconds_left() > RESERVE_SECONDS:
                time.sleep(random.uniform(0.5, 1) * FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
            for batch in batches(missing, parts):
                try:
                    self.check_time()
                    errors = self.stream.put([parts[number] for number in batch])
                except Exception as error:
                    errors = [reason(error)] * len(batch)
                accepted.update(number for number, error in zip(batch, errors) if error is None)
                self.log.update(f"put.{error}" for error in errors if error is not None)
        return accepted


def batches(numbers: "list[int]", parts: "list[bytes]") -> "list[list[int]]":
    """The numbers of parts in groups that one request may carry."""
    groups, size = [], 0
    for number in numbers:
        size += len(parts[number])
        if not groups or len(groups[-1]) == PUT_BATCH_RECORDS or size > PUT_BATCH_BYTES:
            groups.append([])
            size = len(parts[number])
        groups[-1].append(number)
    return groups


def reason(error: Exception) -> str:
    """One word for an error: AWS's code, this function's own word or the class; messages can carry data."""
    if isinstance(error, Refused):
        return str(error)
    response = getattr(error, "response", None)  # None in botocore's connection errors.
    return response["Error"]["Code"] if isinstance(response, dict) else type(error).__name__


def respond(event: dict, stream, seconds_left) -> dict:
    """The response to an invocation by Firehose."""
    invocation = Invocation(event.get("records", []), stream, seconds_left)
    try:
        settings = Settings.read(os.environ)
        invocation.reingest(invocation.transform(settings) + list(invocation.displace()), settings)
        for index in invocation.displace():
            invocation.fail(index, Refused("ResponseFull"))
    except Refused as error:
        for index in range(len(invocation.records)):
            invocation.fail(index, error)
    invocation.log.update(answer["result"] for answer in invocation.answers)
    invocation.log["bytes"] = invocation.size
    print(json.dumps(invocation.log), file=sys.stderr)
    return {"records": invocation.answers}


def handler(event: dict, context) -> dict:
    """What Lambda calls."""
    return respond(event, Stream(event), lambda: context.get_remaining_time_in_millis() / 1000)


def main(path: str) -> "str | None":
    """Prints the response to a recorded invocation: the error, if there is one."""
    try:
        with open(path, encoding="utf-8") as file:
            event = json.load(file)
    except (OSError, ValueError) as error:
        return f"{path} cannot be read as JSON: {type(error).__name__}"
    if not isinstance(event, dict) or not isinstance(event.get("records"), list):
        return f"{path} is no invocation by Firehose: it has no list `records`"
    print(json.dumps(respond(event, Report(), lambda: float("inf")), indent=2))
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else "Usage: python3 transform.py FILE")
