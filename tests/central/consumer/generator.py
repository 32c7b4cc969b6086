"""Random batches from a seed, and what each of their records holds: the base of test_generated."""

import base64
import gzip
import json
import random

import samples
from support import SECRET, envelope, pack, record, sequence

BOUND = 1_500_000
"""What a record may hold decompressed in these tests: bombs stay cheap."""

PIECES = ("a", "plain text ", "ü€", "𝄞", "\ud800", "\udfff", "\n", "\r\n", "\u2028", "\x00", "\"\\", "{}", " ",
          "2 ", "0" * 300)
NAMES = ("requestParameters", "responseElements", "additionalEventData", "eventContext", "errorCode", "readOnly",
         "resources", "userIdentity", "tlsDetails", "eventTime", "eventID", "unmapped", "newField", "sourceIPAddress")
PARTS = ("type", "arn", "sessionContext", "attributes", "sessionIssuer", "creationDate", "ARN", "tlsVersion", "x", "",
         "a.b", "\udfff")
FLOWS = (samples.FLOW_ACCEPTED, samples.FLOW_REJECTED, samples.FLOW_WITHOUT_DATA, samples.FLOW_SKIPPED)
GROUPS = ("acme-cloudtrail", "/aws/events/acme-central-guardduty", f"group-{SECRET}")


class Batch:
    """One batch: its records, and for each the log events that it holds and their kinds; None if it cannot be read."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.records, self.held = [], []
        for number in range(self.random.choice((0, 1, 2, 3, 5, 8, 13))):
            data, held = self.random.choice(KINDS)(self, number)
            whole = record(b"", number)
            whole["kinesis"]["data"] = data
            self.records.append(whole)
            self.held.append(held)

    def ids(self, number: int) -> list:
        """The event IDs of the documents of a record."""
        held = self.held[number]
        return [self.records[number]["eventID"]] if held is None else [event["id"] for event, _ in held]

    def good(self, number: int, **changes) -> tuple:
        """A readable record of some log events."""
        group = self.random.choice(GROUPS)
        count = self.random.choice((0, 1, 1, 2, 3, 5, 8, 40))
        pairs = [self.message(group) for _ in range(count)]
        whole = envelope([message for message, _ in pairs], logGroup=group)
        for at, event in enumerate(whole["logEvents"]):
            event["id"] = f"{sequence(number)}-{at}"
            event["timestamp"] = self.random.choice((0, 999, 1_700_000_000_000 + self.random.randrange(10 ** 6)))
        held = [(event, kind) for event, (_, kind) in zip(whole["logEvents"], pairs)]
        return text(pack({**whole, **changes})), held

    def control(self, number: int) -> tuple:
        return self.good(number, messageType="CONTROL_MESSAGE")[0], []

    def misshapen(self, number: int) -> tuple:
        """An envelope that lost something, or JSON that is no envelope."""
        name = self.random.choice(("messageType", "owner", "logGroup", "logStream", "subscriptionFilters", "logEvents"))
        if self.random.random() < 0.7:
            return self.good(number, **{name: self.random.choice((None, 7, {}, [1], "x" * 600))})[0], None
        return text(pack(self.random.choice(([], None, 1, SECRET, {})))), None

    def not_gzip(self, _: int) -> tuple:
        whole = pack(envelope([SECRET]))
        flipped = bytearray(whole)
        flipped[-6] ^= 0x55
        odd = (SECRET.encode(), whole[:-3], whole + b"!", bytes(flipped), whole[2:])
        return self.random.choice(("%", "a", "ü" + SECRET, *map(text, odd))), None

    def not_json(self, _: int) -> tuple:
        whole = json.dumps(envelope([SECRET])).encode()
        odd = (whole[:-1], whole + whole, b"", whole.replace(SECRET.encode(), b"\xff"), b'{"a":' * 50_000)
        return text(gzip.compress(self.random.choice(odd), 1)), None

    def bomb(self, _: int) -> tuple:
        return text(BOMB), None

    def message(self, group: str) -> tuple:
        """A message of any kind, and its kind."""
        kinds = ("text", "flow", "cloudtrail", "cloudtrail", "cloudtrail", "finding", "nearly", "nan")
        kind = self.random.choice(kinds)
        if kind == "flow":
            return self.random.choice(FLOWS), "vpc_flow"
        if kind == "cloudtrail":
            return self.event(), "cloudtrail"
        if kind == "finding":
            finding = json.loads(samples.FINDING)
            finding["detail"][self.random.choice(("severity", "service", "x"))] = self.value()
            return json.dumps(finding), "guardduty" if group.startswith("/aws/events/") else "other"
        if kind == "nearly":
            return self.random.choice((samples.CREATE_TRAIL[:-1], "[" + samples.CREATE_TRAIL + "]",
                                       samples.call(awsRegion=5), samples.FLOW_OF_OTHER_FORMAT)), "other"
        if kind == "nan":
            return samples.call(requestParameters={SECRET: float(self.random.choice(("nan", "inf")))}), "other"
        return SECRET + "".join(self.random.choices(PIECES, k=self.random.randrange(9))), "other"

    def event(self) -> str:
        """A CloudTrail event with fields of any type."""
        changes = {name: self.value() for name in self.random.sample(NAMES, self.random.randrange(5))}
        if not isinstance(changes.get("eventTime", ""), str):
            del changes["eventTime"]
        if self.random.random() < 0.03:
            changes["requestParameters"] = "long" * self.random.choice((2000, 20_000))
        return samples.call(**changes)

    def value(self, depth: int = 0):
        """Any JSON."""
        dice = self.random.random()
        if dice < 0.25 and depth < 5:
            return {name: self.value(depth + 1) for name in self.random.sample(PARTS, self.random.randrange(5))}
        if dice < 0.4 and depth < 5:
            return [self.value(depth + 1) for _ in range(self.random.randrange(4))]
        return self.random.choice((None, True, False, 0, -1, 1.5, 10 ** 30, 1e300, "", "x", SECRET, "\ud800ü\n",
                                   "2024-01-02T03:04:05Z", "2024-13-02T03:04:05Z", "10.0.0.1", "true", "5"))


def text(data: bytes) -> str:
    """Data of a record as Lambda passes it."""
    return base64.b64encode(data).decode()


BOMB = gzip.compress(b" " * (BOUND + 1))
KINDS = (Batch.good,) * 14 + (Batch.control, Batch.misshapen, Batch.not_gzip, Batch.not_json, Batch.bomb)
