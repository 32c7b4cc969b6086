"""Thousands of random batches from fixed seeds, with small limits so that many requests are needed: what must hold for
each, whatever the delivery stream does."""

import collections
import json
import random
import unittest
from unittest import mock

from generator import BOUND, Batch
from mapping import problems
from support import SECRET, ClientError, Connection, consumer, parse, run, sequence

BATCHES = 1000
FREE_FORM = ("requestParameters", "responseElements", "additionalEventData", "eventContext")


class Case:
    """One batch with random limits, time and a delivery stream that behaves well or badly, delivered once."""

    def __init__(self, seed: int) -> None:
        self.dice, self.batch = random.Random(-seed - 1), Batch(seed)
        self.limits = {"ENVELOPE_BYTES": BOUND, "DOCUMENT_BYTES": self.dice.choice((20_000, 10 ** 6)),
                       "PUT_BYTES": self.dice.choice((4000, 20_000, 10 ** 6)),
                       "PUT_DOCUMENTS": self.dice.choice((1, 3, 10, 500))}
        behave = self.dice.choice((None, None, self.some, self.fault, self.worse))
        looks = iter([99] * self.dice.choice((2, 5, 9, 20))) if self.dice.random() < 0.2 else None
        seconds = (lambda: next(looks, 1)) if looks else self.dice.choice((13, 14, 20))
        self.result = self.deliver(self.batch.records, behave, seconds)

    def deliver(self, records: list, behave=None, seconds=20):
        """Calls the function under the limits of this case."""
        with mock.patch.multiple(consumer, **self.limits):
            return run(records, behave, seconds)

    def some(self, documents: list) -> list:
        """Accepts most documents of a request."""
        codes = (None, None, None, "ServiceUnavailableException", "InternalFailure")
        return [self.dice.choice(codes) for _ in documents]

    def worse(self, documents: list) -> list:
        """Refuses some documents always."""
        return ["InternalFailure" if len(item) % 7 == 0 else None for item in documents]

    def fault(self, documents: list) -> list:
        """Refuses whole requests, in each of the ways that a client can; or accepts one and loses the answer."""
        kind = self.dice.choice((ClientError("ServiceUnavailableException"), ClientError("AccessDeniedException"),
                                 Connection(SECRET), ValueError(SECRET), "short", None, None))
        if isinstance(kind, Exception):
            raise kind
        return [None] * (len(documents) // 2 if kind else len(documents))


class Generated(unittest.TestCase):
    def test_batches(self) -> None:
        seen = collections.Counter()
        for seed in range(BATCHES):
            with self.subTest(seed=seed):
                case = Case(seed)
                undone = self.check_answer(case)
                self.check_order(case)
                self.check_documents(case, seen)
                self.check_repetition(case, undone, seen)
                seen["undone" if case.result.failed else "done"] += 1
        for kind, least in (("undone", 200), ("done", 400), ("cloudtrail", 3000), ("guardduty", 300), ("error", 500),
                            ("vpc_flow", 1000), ("other", 3000), ("truncated", 20), ("unmapped", 999), ("rounds", 200)):
            self.assertGreater(seen[kind], least, f"{kind}: the batches do not test enough: {seen}")

    def check_answer(self, case: Case) -> int:
        """One record is reported at most, and all before it arrived whole. Returns its index."""
        result, batch = case.result, case.batch
        numbers = [sequence(number) for number in range(len(batch.records))]
        self.assertEqual(set(result.response), {"batchItemFailures"})
        self.assertLessEqual(len(result.failed), 1)
        undone = numbers.index(result.failed[0]) if result.failed else len(numbers)
        arrived = {item["event_id"] for item in result.documents}
        for number in range(undone):
            self.assertEqual([name for name in batch.ids(number) if name not in arrived], [])
        self.assertEqual((result.log["records"], result.log["documents"]), (len(numbers), len(result.documents)))
        self.assertEqual(result.log["bytes"], sum(map(len, result.firehose.accepted)))
        self.assertTrue(all(type(value) is int for value in result.log.values()))
        self.assertEqual((result.text.count("\n"), SECRET in result.text), (1, False))
        return undone

    def check_order(self, case: Case) -> None:
        """Each request holds what the one before it left, or what follows on all that was accepted."""
        wanted = [name for number in range(len(case.batch.records)) for name in case.batch.ids(number)]
        begun, last = 0, []
        for request in case.result.firehose.requests:
            names = [parse(item)["event_id"] for item in request]
            if not set(names) <= set(last):
                self.assertEqual(names, wanted[begun:begun + len(names)])
                begun += len(names)
            last = names

    def check_documents(self, case: Case, seen: collections.Counter) -> None:
        """Each document fits the template, is of its kind and has all that its message has."""
        events = {event["id"]: (event, kind) for held in case.batch.held for event, kind in held or []}
        for item in case.result.documents:
            self.assertEqual(problems(item), [])
            seen.update([item["kind"], *({"error", "truncated"} & set(item))])
            if "error" in item:
                self.assertNotIn(item["event_id"], events)
                continue
            event, kind = events[item["event_id"]]
            self.assertEqual(item["kind"], kind)
            if "truncated" in item:
                self.assertGreater(len(json.dumps(event["message"])), 15_000)
            elif kind == "other":
                self.assertEqual(item["message"], clean(event["message"]))
            elif kind != "vpc_flow":
                seen["unmapped"] += "unmapped" in item[kind]
                self.check_whole(json.loads(event["message"]), item[kind])

    def check_whole(self, event: dict, body: dict) -> None:
        """The values of an event are those of its document, in its fields or in JSON text."""
        body = dict(body)
        found = leaves(json.loads(body.pop("unmapped", "{}")))
        for name in FREE_FORM:
            value, given = body.pop(name, None), event.pop(name, None)
            if given is not None:
                text = value if isinstance(given, str) else json.loads(value)
                self.assertEqual(text, cleaned(given))
        self.assertEqual(sorted(map(repr, found + leaves(body))), sorted(map(repr, leaves(cleaned(event)))))

    def check_repetition(self, case: Case, undone: int, seen: collections.Counter) -> None:
        """What Lambda sends again arrives once the delivery stream accepts it, in as many rounds as the time needs."""
        arrived = {item["event_id"] for item in case.result.documents}
        while undone < len(case.batch.records):
            seen["rounds"] += 1
            result = case.deliver(case.batch.records[undone:], case.some if case.dice.random() < 0.5 else None)
            arrived |= {item["event_id"] for item in result.documents}
            numbers = [item["kinesis"]["sequenceNumber"] for item in case.batch.records]
            undone = numbers.index(result.failed[0]) if result.failed else len(numbers)
        wanted = {name for number in range(len(case.batch.records)) for name in case.batch.ids(number)}
        self.assertEqual(wanted, arrived)


def clean(text: str) -> str:
    """A text as a document has it: surrogate pairs that chance brought together are characters, halves are `?`."""
    return "".join("?" if "\ud800" <= letter <= "\udfff" else letter for letter in json.loads(json.dumps(text)))


def cleaned(value):
    """JSON with such texts."""
    if isinstance(value, dict):
        return {clean(name): cleaned(part) for name, part in value.items()}
    if isinstance(value, list):
        return [cleaned(part) for part in value]
    return clean(value) if isinstance(value, str) else value


def leaves(value) -> list:
    """The values in a value that are neither null nor objects nor arrays."""
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in leaves(part)]
    if isinstance(value, list):
        return [leaf for part in value for leaf in leaves(part)]
    return [] if value is None else [value]
