"""Random invocations from a seed, and what each of their records holds: the base of test_generated."""

import base64
import gzip
import json
import random

from support import SECRET, envelope, pack

BOUND = 200_000
"""What a record may hold decompressed in these tests: bombs stay cheap."""

PIECES = ("a", "plain text ", "ü€", "𝄞", "\ud800", "\udfff", "\n", "\r\n", "\u2028", "\x00", "\"\\", "{}", " ",
          "0" * 300)


class Batch:
    """One invocation: its records, and for each the envelope that it holds, None if it holds none that can be read."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.events = 0
        self.records, self.envelopes = [], []
        for number in range(self.random.choice((0, 1, 2, 3, 5, 8))):
            data, held = self.random.choice(KINDS)(self)
            self.records.append({"recordId": f"{seed}-{number}", "approximateArrivalTimestamp": 1, "data": data})
            self.envelopes.append(held)
        self.repeat()

    def repeat(self) -> None:
        """Sometimes gives two records one recordId, and takes the data of another away."""
        if len(self.records) > 2 and self.random.random() < 0.1:
            self.records[0]["recordId"] = self.records[1]["recordId"]
            del self.records[2]["data"]
            self.envelopes[2] = None

    def message(self) -> str:
        """A text, a JSON object or nearly one, with a mark that is found nowhere else."""
        self.events += 1
        mark = f"{SECRET}{self.events}"
        text = mark + "".join(self.random.choices(PIECES, k=self.random.randrange(9)))
        text = json.loads(json.dumps(text))  # Joins the halves of surrogate pairs that chance brought together.
        return self.random.choice((
            text, text, json.dumps({"text": text, "n": [1.5, None]}), f'  {{"{mark}": 1.10}}\n', f'{{"{mark}": NaN}}',
            f'{{"{mark}": ', f'["{mark}"]'))

    def envelope(self, **changes) -> dict:
        """An envelope of any length up to 200 events, mostly short."""
        count = self.random.choice((0, 1, 1, 2, 3, 5, 8, 13, 40, 200 if self.random.random() < 0.05 else 4))
        whole = envelope([self.message() for _ in range(count)])
        for event in whole["logEvents"]:
            event["id"] = f"{self.events}-{event['id'][-9:]}-{self.random.getrandbits(64)}"
            event["timestamp"] = self.random.choice((0, 999, 1_700_000_000_000 + self.random.randrange(10 ** 6)))
        return {**whole, **changes}

    def good(self) -> tuple:
        held = self.envelope()
        return text(pack(held)), held

    def control(self) -> tuple:
        held = self.envelope(messageType="CONTROL_MESSAGE")
        return text(pack(held)), {**held, "logEvents": []}

    def other(self) -> tuple:
        kind = self.random.choice(("OTHER_MESSAGE", None, 7, [], "data_message"))
        return text(pack(self.envelope(messageType=kind))), None

    def misshapen(self) -> tuple:
        """An envelope that lost something, or JSON that is no envelope."""
        held = self.envelope()
        held["logEvents"].append(self.random.choice((None, 3, "x", {}, {"message": None}, {"message": 4})))
        others = ({**held, "logEvents": None}, {**held, "logEvents": {}}, [held], None, 1, SECRET)
        whole = self.random.choice((held, *others))
        return text(pack(whole)), None

    def not_base64(self) -> tuple:
        return self.random.choice(("%", "a", text(pack(self.envelope())) + "=x", "ü" + SECRET, "A===")), None

    def not_gzip(self) -> tuple:
        whole = pack(self.envelope())
        cut = whole[:self.random.randrange(1, len(whole))]
        flipped = bytearray(whole)
        flipped[-6] ^= 0x55
        return text(self.random.choice((SECRET.encode(), cut, whole + b"!", bytes(flipped), whole[2:]))), None

    def not_json(self) -> tuple:
        whole = json.dumps(self.envelope()).encode()
        wrong = (whole[:-1], whole + whole, b"", whole.replace(SECRET.encode(), b"\xff") + b"\xc3", b'{"a":' * 60_000)
        return text(gzip.compress(self.random.choice(wrong), 1)), None

    def members(self) -> tuple:
        """One envelope in two members of gzip is readable, two envelopes are not."""
        held = self.envelope()
        whole = json.dumps(held).encode()
        if self.random.random() < 0.5:
            return text(pack(held) * 2), None
        return text(gzip.compress(whole[:9]) + gzip.compress(whole[9:])), held

    def bomb(self) -> tuple:
        return text(BOMB), None

    def large_event(self) -> tuple:
        """One event that is larger than most of the limits of these tests, alone or with others."""
        held = self.envelope()
        held["logEvents"].append({"id": f"large-{self.random.getrandbits(64)}", "timestamp": 1,
                                  "message": f"{SECRET}{'x' * self.random.choice((3000, 9000, 30_000))}"})
        return text(pack(held)), held


def text(data: bytes) -> str:
    """Data of a record as Firehose sends it."""
    return base64.b64encode(data).decode()


BOMB = gzip.compress(b" " * (BOUND + 1))
KINDS = (Batch.good,) * 12 + (Batch.control, Batch.other, Batch.misshapen, Batch.not_base64, Batch.not_gzip,
                              Batch.not_json, Batch.members, Batch.bomb, Batch.large_event)
