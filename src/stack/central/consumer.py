"""The Lambda function between the central data stream and OpenSearch, for an event source mapping: `index.handler`.

A record is gzip of one envelope from CloudWatch Logs with many log events. Each log event becomes one document: JSON on
one line, put as one record into the delivery stream that the environment variable DELIVERY_STREAM names, for Firehose
makes one document of each record. Whatever happens here, the archive in S3 has all records whole.

Every document has @timestamp (CloudTrail's eventTime, else the log event's time), event_id (the log event's ID), owner
(the account that sent), log_group, log_stream, subscription_filters, kind and, where it can be told, region.

kind        other fields
cloudtrail  `cloudtrail`: the event, see CLOUDTRAIL
guardduty   `guardduty`: EventBridge's event with the finding, see GUARDDUTY
vpc_flow    `vpc_flow`: a flow log record in the default format, see FLOW; a field that is `-` is left out
other       `message`: the text of the log event

OpenSearch refuses a document in which a field has another JSON type than its mapping. What CloudTrail calls
requestParameters and responseElements differs from API to API: SIEM on Amazon OpenSearch Service mends such cases one
by one (es_loader/siem/sf_cloudtrail.py), Centralized Logging with OpenSearch writes both as JSON text (log-processor/
log_processor/log_parser.py). So does this function with all that is free-form, to be mapped as text: the fields of type
json, and `unmapped`, which has all that the tables do not name or that has another type there. So the tables are the
whole mapping. The type flat_object takes nothing but objects, and does not find what stands behind an array
(OpenSearch's issues 8250, 13698, 15982); keyword refuses a text above 32,766 bytes without ignore_above. The longest
texts of a document above 1,000 KiB, which are the free-form ones, are cut, and `truncated` is true.

Lambda retries all records from the lowest sequence number that is reported (AWS's page services-kinesis-
batchfailurereporting). So a request starts only when all documents before it are accepted, and the first record that is
not done is reported: of later ones, only what was in the same request is sent twice. Firehose takes no document ID from
a record; a copy has the same event_id, and CloudTrail's the same cloudtrail.eventID.

A record that cannot be read is not reported. The shard would wait for retries that cannot help, and then Lambda would
discard all records of the batch from there on, also those that can be read (kinesis-on-failure-destination). In its
place there is a document of kind `other` with `error`, why in one word, the time of arrival as @timestamp, and as
event_id the record's event ID: its shard and sequence number.

The timeout must be well above RESERVE_SECONDS, the memory 1,024 MB or more (see ENVELOPE_BYTES). Each invocation logs
one line of JSON to stderr: counts, sizes and error classes, never data.
"""

import base64
import functools
import gzip
import io
import ipaddress
import json
import os
import random
import re
import sys
import time
import zlib
from collections import Counter, abc
from datetime import datetime, timezone

ENVELOPE_BYTES = 32 * 1024 * 1024
"""What one record may hold decompressed: 1,000 KiB can grow to 1 GB. Parsed, it takes up to 25 times that: 800 MB."""

DOCUMENT_BYTES, PUT_BYTES, PUT_DOCUMENTS = 1000 * 1024, 3 * 1024 * 1024, 500
"""PutRecordBatch takes 500 records of up to 1,000 KiB, 4 MiB in all. AWS does not say if it counts them in base64."""

CONNECT_SECONDS, READ_SECONDS, RESERVE_SECONDS, FIRST_PAUSE_SECONDS = 2, 5, 12, 0.2
"""No work starts when less than the reserve is left before the function's timeout, so that a put that has just started
still ends, and the response is still sent. Pauses between attempts double, as long as the time allows."""

FINAL_ERRORS = ("AccessDenied", "Invalid", "ResourceNotFound", "Setting")
"""How the errors begin that the pauses of one invocation do not mend."""

NAME_LENGTH, LAST_SECOND = 512, 253_402_300_799
"""What names of log groups, log streams and filters have at most; the end of the year 9999."""


def fields(kind: str, names: str) -> dict:
    """Fields of one type for a table."""
    return dict.fromkeys(names.split(), kind)


CLOUDTRAIL = {
    **fields("keyword", "eventVersion eventSource eventName eventID eventType eventCategory awsRegion sourceIPAddress "
                        "userAgent errorCode requestID apiVersion recipientAccountId sharedEventID vpcEndpointId "
                        "vpcEndpointAccountId sessionCredentialFromConsole"),
    **fields("json", "requestParameters responseElements additionalEventData serviceEventDetails insightDetails "
                     "addendum edgeDeviceDetails eventContext"),
    **fields("boolean", "managementEvent readOnly"),
    "eventTime": "date", "errorMessage": "text",
    "resources": fields("keyword", "ARN ARNPrefix accountId type"),
    "tlsDetails": fields("keyword", "tlsVersion cipherSuite clientProvidedHostHeader"),
    "userIdentity": {
        **fields("keyword", "type principalId arn accountId userName accessKeyId credentialId invokedBy "
                            "identityProvider"),
        "onBehalfOf": fields("keyword", "userId identityStoreArn"),
        "sessionContext": {"attributes": {"mfaAuthenticated": "keyword", "creationDate": "date"},
                           "sessionIssuer": fields("keyword", "type principalId arn accountId userName"),
                           **fields("keyword", "sourceIdentity ec2RoleDelivery assumedRoot")},
    },
}
"""The fields of an event, by AWS's pages cloudtrail-event-reference-record-contents and -user-identity. In a table, an
object also stands for an array of such objects, a text for an array of texts."""

GUARDDUTY = {
    **fields("keyword", "version id detail-type source account region resources"),
    "time": "date",
    "detail": {
        **fields("keyword", "schemaVersion accountId region partition id arn type associatedAttackSequenceArn"),
        **fields("text", "title description"),
        **fields("float", "severity confidence"),
        **fields("date", "createdAt updatedAt"),
        "resource": {"resourceType": "keyword", "instanceDetails": {"instanceId": "keyword"},
                     "accessKeyDetails": fields("keyword", "accessKeyId principalId userName userType")},
        "service": {"archived": "boolean", "count": "long", "action": {"actionType": "keyword"},
                    **fields("keyword", "serviceName detectorId resourceRole featureName"),
                    **fields("date", "eventFirstSeen eventLastSeen")},
    },
}
"""The fields of a finding, by GuardDuty's API reference and AWS's page guardduty_findings_eventbridge."""

FLOW = {"version": "long", "account_id": "keyword", "interface_id": "keyword", "srcaddr": "ip", "dstaddr": "ip",
        "srcport": "long", "dstport": "long", "protocol": "long", "packets": "long", "bytes": "long",
        "start": "epoch_second", "end": "epoch_second", "action": "keyword", "log_status": "keyword"}
"""The fields of the default format in their order, by AWS's page flow-log-records, with `_` for `-`."""

DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z", re.ASCII)
REGION = re.compile(r".*-(?:cloudtrail|vpc-flow)-central-([a-z]+(?:-[a-z]+)+-\d+)", re.ASCII)
"""A member's filter: `<prefix>-cloudtrail-central-<region>` or `<prefix>-vpc-flow-central-<region>`."""


class Refused(Exception):
    """A record cannot be read, or not be delivered now. Says why in one word, without data of the record."""


def read_envelope(data: str) -> "tuple[dict, list]":
    """What CloudWatch Logs packed into a record of Kinesis, by AWS's page SubscriptionFilters: the fields that all its
    documents share, and its log events; no event of a CONTROL_MESSAGE."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(base64.b64decode(data, validate=True))) as file:
            text = file.read(ENVELOPE_BYTES + 1)
    except (TypeError, ValueError, OSError, EOFError, zlib.error):
        raise Refused("NotGzip") from None
    if len(text) > ENVELOPE_BYTES:
        raise Refused("EnvelopeTooLarge")
    envelope = json.loads(text.decode())
    if not isinstance(envelope, dict) or envelope.get("messageType") not in ("CONTROL_MESSAGE", "DATA_MESSAGE"):
        raise Refused("NotAnEnvelope")
    if envelope["messageType"] == "CONTROL_MESSAGE":
        return {}, []
    owner, group, stream, filters, events = map(
        envelope.get, ("owner", "logGroup", "logStream", "subscriptionFilters", "logEvents"))
    if not isinstance(filters, list) or len(filters) > 10 or not all(map(is_name, (owner, group, stream, *filters))):
        raise Refused("NoNames")
    if not isinstance(events, list) or not all(
            isinstance(event, dict) and isinstance(event.get("message"), str) and is_name(event.get("id"))
            and type(event.get("timestamp")) is int and 0 <= event["timestamp"] <= LAST_SECOND * 1000
            for event in events):
        raise Refused("NoLogEvents")
    regions = [{"region": match[1]} for match in map(REGION.fullmatch, filters) if match] or [{}]
    return {"owner": owner, "log_group": group, "log_stream": stream, "subscription_filters": filters,
            **regions[0]}, events


def is_name(value) -> bool:
    """Whether a value is a text as short as CloudWatch Logs has it."""
    return isinstance(value, str) and len(value) <= NAME_LENGTH


def is_text(value) -> bool:
    """Whether a value is a text or an array of texts."""
    return isinstance(value, str) or isinstance(value, list) and all(isinstance(item, str) for item in value)


@functools.lru_cache(maxsize=8192)
def is_address(value: str) -> bool:
    """Whether a text is an IP address. OpenSearch knows no zones, as in `fe80::1%eth0`."""
    try:
        return bool(ipaddress.ip_address(value)) and "%" not in value
    except ValueError:
        return False


def date_of(value) -> "str | None":
    """A time in ISO 8601 and UTC, with milliseconds; None for any other value."""
    match = DATE.fullmatch(value) if isinstance(value, str) else None
    try:
        datetime.fromisoformat(match[1] if match else "")
    except ValueError:
        return None
    return f"{match[1]}.{(match[2] or '')[:3]:0<3}Z"


CHECKS = {
    "keyword": is_text, "text": is_text,
    "ip": lambda value: len(value) < 46 and is_address(value),
    "json": lambda value: value is not None,
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: date_of(value) is not None,
    "float": lambda value: type(value) in (int, float) and abs(value) < 2 ** 63,
    "long": lambda value: type(value) is int and 0 <= value < 2 ** 63,
    "epoch_second": lambda value: type(value) is int and 0 <= value <= LAST_SECOND,
}
"""Whether a value is of a type of the tables. What is of type `json` becomes JSON text."""


def divide(event: dict, table: dict) -> "tuple[dict, dict]":
    """The fields of an event that have a name and a type of the table, and all others. What is empty says nothing."""
    named, others = {}, {}
    for name, value in event.items():
        kind, rest = table.get(name), value
        if isinstance(kind, dict) and isinstance(value, dict):
            named[name], rest = divide(value, kind)
        elif isinstance(kind, dict) and isinstance(value, list) and all(isinstance(item, dict) for item in value):
            parts = [divide(item, kind) for item in value]
            named[name], rest = [part for part, _ in parts], [part for _, part in parts if part]
        elif isinstance(kind, str) and CHECKS[kind](value):
            named[name], rest = dump(value) if kind == "json" and not isinstance(value, str) else value, None
        if rest not in (None, {}, []):
            others[name] = rest
    return named, others


def read_message(message: str, group: str) -> "tuple[str, object]":
    """The kind of a message and what its document has of it; a ValueError for NaN and other JSON that is none."""
    flow = read_flow(message)
    if flow:
        return "vpc_flow", flow
    event = json.loads(message) if message.lstrip().startswith("{") else {}
    if all(isinstance(event.get(name), str) for name in ("eventVersion", "eventTime", "awsRegion")):
        kind, table = "cloudtrail", CLOUDTRAIL
    elif group.startswith("/aws/events/") and event.get("detail-type") == "GuardDuty Finding":
        kind, table = "guardduty", GUARDDUTY
    else:
        return "other", message
    named, others = divide(event, table)
    return kind, {**named, "unmapped": dump(others)} if others else named


def read_flow(message: str) -> "dict | None":
    """A record of a flow log in the default format."""
    parts = message.split(" ", len(FLOW)) if message.startswith("2 ") else []
    if len(parts) != len(FLOW) or parts[-1] not in ("OK", "NODATA", "SKIPDATA"):
        return None
    pairs = [(name, kind, part) for (name, kind), part in zip(FLOW.items(), parts) if part != "-"]
    flow = {name: int(part) if kind in ("long", "epoch_second") and part.isdecimal() else part
            for name, kind, part in pairs}
    return flow if all(CHECKS[kind](flow[name]) for name, kind, _ in pairs) else None


def document_of(event: dict, shared: dict, log: Counter) -> dict:
    """The document of a log event. Where a message cannot be read, its text is in the document."""
    try:
        kind, body = read_message(event["message"], shared["log_group"])
    except Exception as error:
        log[f"unparsed.{reason(error)}"] += 1
        kind, body = "other", event["message"]
    log[f"kind.{kind}"] += 1
    document = {"@timestamp": utc(event["timestamp"]), "event_id": event["id"], **shared}
    if kind == "cloudtrail":
        document.update({"@timestamp": date_of(body.get("eventTime")) or document["@timestamp"],
                         "region": body["awsRegion"]})
    elif kind == "guardduty" and "region" in body:
        document["region"] = body["region"]
    return {**document, "kind": kind, "message" if kind == "other" else kind: body}


def substitute_of(record: dict, error: str) -> dict:
    """The document in place of a record that cannot be read."""
    arrival = record["kinesis"].get("approximateArrivalTimestamp")
    seconds = arrival if CHECKS["float"](arrival) and 0 <= arrival <= LAST_SECOND else time.time()
    name = str(record.get("eventID"))
    return {"@timestamp": utc(int(seconds * 1000)), "event_id": name, "kind": "other", "error": error}


def utc(milliseconds: int) -> str:
    """A time of AWS in ISO 8601."""
    seconds = datetime.fromtimestamp(milliseconds // 1000, timezone.utc).isoformat()[:19]
    return f"{seconds}.{milliseconds % 1000:03}Z"


def encode(document: dict, log: Counter) -> bytes:
    """A document as Firehose takes it: texts and arrays are cut until it fits, first the longest ones. JSON can escape
    half of a surrogate pair, which is no character: `?` takes its place."""
    data = dump(document).encode(errors="replace")
    length = len(data)
    while len(data) > DOCUMENT_BYTES:
        length = length * DOCUMENT_BYTES // len(data) // 2
        document = {**cut(document, length), "truncated": True}
        data = dump(document).encode(errors="replace")
    log["truncated"] += "truncated" in document
    return data


def cut(value, length: int):
    """A value whose texts have at most this length, and its arrays fewer items, so that dates stay whole."""
    if isinstance(value, dict):
        return {name: cut(part, length) for name, part in value.items()}
    if isinstance(value, list):
        return [cut(part, length) for part in value[:length // 32]]
    return value[:length] if isinstance(value, str) else value


def dump(value) -> str:
    """A value as JSON on one line; a ValueError for NaN and infinity."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


@functools.lru_cache(maxsize=None)
def connect():
    """A client that does not retry on its own: a retry of a whole request would duplicate what was accepted."""
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries={"total_max_attempts": 1})
    return boto3.client("firehose", config=config)


def put(documents: "list[bytes]") -> "list[str | None]":
    """Puts documents into the delivery stream: the error of each, None where it was accepted."""
    name, records = os.environ.get("DELIVERY_STREAM"), [{"Data": document} for document in documents]
    if not name:
        raise Refused("SettingDeliveryStream")
    answers = connect().put_record_batch(DeliveryStreamName=name, Records=records)["RequestResponses"]
    return [answer.get("ErrorCode") for answer in answers]


class Invocation:
    """The delivery of one batch of records, in their order."""

    def __init__(self, records: list, seconds_left) -> None:
        self.records = [record if isinstance(record, dict) and isinstance(record.get("kinesis"), dict)
                        else {"kinesis": {}} for record in records]
        self.seconds_left = seconds_left
        self.log = Counter(records=len(records), requests=0, documents=0, bytes=0, truncated=0)
        self.waiting, self.size = [], 0  # Pairs of the index of a record and a document; their size.

    def run(self) -> "int | None":
        """Delivers all records. Returns the index of the first that is not done."""
        try:
            for index, record in enumerate(self.records):
                self.check_time()
                for document in self.documents(record):
                    data = encode(document, self.log)
                    if len(self.waiting) == PUT_DOCUMENTS or self.size + len(data) > PUT_BYTES:
                        self.flush()
                    self.waiting.append((index, data))
                    self.size += len(data)
            self.flush()
        except Refused as error:
            self.log[f"failed.{error}"] += 1
            return self.waiting[0][0] if self.waiting else index
        return None

    def documents(self, record: dict) -> "abc.Iterator[dict]":
        """The documents of a record, or the one in its place."""
        try:
            shared, events = read_envelope(record["kinesis"].get("data"))
        except Exception as error:  # Whatever is wrong with one record, the others of its batch are delivered.
            shared, events = {}, []
            self.log[f"unreadable.{reason(error)}"] += 1
            yield substitute_of(record, reason(error))
        for event in events:
            yield document_of(event, shared, self.log)

    def flush(self) -> None:
        """Puts what is waiting, again only what was not accepted, as long as the time allows."""
        pause = 0
        while self.waiting:
            self.check_time(pause)
            time.sleep(random.uniform(0.5, 1) * pause)
            pause = 2 * pause or FIRST_PAUSE_SECONDS
            try:
                errors = put([data for _, data in self.waiting])
            except Exception as error:
                errors = [reason(error)] * len(self.waiting)
            errors += ["NoAnswer"] * (len(self.waiting) - len(errors))
            sizes = [len(data) for (_, data), error in zip(self.waiting, errors) if error is None]
            self.waiting = [item for item, error in zip(self.waiting, errors) if error is not None]
            self.log.update({"requests": 1, "documents": len(sizes), "bytes": sum(sizes)})
            self.log.update(f"put.{error}" for error in errors if error is not None)
            if self.waiting and errors[0] and errors[0].startswith(FINAL_ERRORS):
                raise Refused(errors[0])
        self.size = 0

    def check_time(self, pause: float = 0) -> None:
        """Refuses work, after a pause, for which no time is left."""
        if self.seconds_left() < RESERVE_SECONDS + pause:
            raise Refused("TimeoutNear")


def reason(error: Exception) -> str:
    """One word for an error: AWS's code, this function's own word or the class; messages can carry data."""
    if isinstance(error, Refused):
        return str(error)
    response = getattr(error, "response", None)  # None in botocore's connection errors.
    return response["Error"]["Code"] if isinstance(response, dict) else type(error).__name__


def handler(event: dict, context) -> dict:
    """What Lambda calls. An empty identifier reports the whole batch."""
    invocation = Invocation(event.get("Records") or [], lambda: context.get_remaining_time_in_millis() / 1000)
    undone = invocation.run()
    print(json.dumps(invocation.log), file=sys.stderr)
    failed = [] if undone is None else [invocation.records[undone]["kinesis"].get("sequenceNumber", "")]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
