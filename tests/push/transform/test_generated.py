"""Thousands of random batches from fixed seeds, with small limits so that many do not fit: what must hold for each,
whatever the stream does with what goes back to it."""

import collections
import itertools
import json
import random
import unittest
from unittest import mock

from generator import BOUND, Batch
from support import SECRET, Connection, FakeAws, Throttled, invocation, output, record, run, transform, unpack

BATCHES = 2500
DEFAULTS = {"host": "111122223333_CloudTrail_eu-west-1", "source": f"acme/{SECRET}", "sourcetype": "aws:cloudtrail"}
RULES = json.dumps({"*": {"index": "main", "host": "h"}})


class Case:
    """One batch with random limits, settings and a stream that behaves well or badly, run once."""

    def __init__(self, seed: int) -> None:
        dice = random.Random(-seed - 1)
        self.batch, self.event_endpoint, self.kinesis = Batch(seed), dice.random() < 0.4, dice.random() < 0.3
        self.limit = dice.choice((1500, 6000, 20_000, 80_000, 10 ** 6))
        self.reingest = dice.random() < 0.9
        self.environment = {"REINGEST": "on" if self.reingest else "off"}
        if self.event_endpoint:
            self.environment.update(HEC_ENDPOINT_TYPE="Event", HEC_RULES=RULES)
        behave = dice.choice((None, None, lambda count: self.some(dice, count), lambda count: self.fault(dice, count)))
        self.limits = {"RESPONSE_BYTES": self.limit, "ENVELOPE_BYTES": BOUND,
                       "PUT_RECORD_BYTES": dice.choice((600, 3000, 10 ** 6)),
                       "PUT_BATCH_BYTES": dice.choice((4000, 10 ** 6)), "PUT_BATCH_RECORDS": dice.choice((1, 3, 500))}
        self.result = self.run(self.batch.records, FakeAws(behave))

    @staticmethod
    def some(dice: random.Random, count: int) -> list:
        """Accepts most records of a request."""
        return [dice.choice((None, None, None, "ServiceUnavailableException", "InternalFailure")) for _ in range(count)]

    @staticmethod
    def fault(dice: random.Random, count: int) -> list:
        """Refuses whole requests, in each of the ways that a client can."""
        kind = dice.choice((Throttled, Connection, None, ValueError))
        if kind:
            raise kind(f"{SECRET} of {count}")
        return ["InternalFailure"] * count

    def run(self, records: list, aws: FakeAws):
        """Runs the function on records under the limits of this case."""
        with mock.patch.multiple(transform, **self.limits):
            return run(invocation(records, self.kinesis), aws, self.environment)

    def invocation_of(self, parts: list) -> tuple:
        """The parts that Firehose would put into the next invocation, and the others. Its largest buffer, 3 MB and thus
        4 MB in base64, is two thirds of what a response may take."""
        sizes = itertools.accumulate(len(json.dumps(record(part))) for part in parts)
        count = max(1, sum(size <= self.limit * 2 / 3 for size in sizes))
        return parts[:count], parts[count:]

    def wanted(self, held: dict) -> list:
        """What is to arrive in Splunk of an envelope: texts for the raw endpoint, objects for the event endpoint."""
        texts = [clean(event["message"]) for event in held["logEvents"]]
        if not self.event_endpoint:
            return [text + "\n" for text in texts]
        return [{"time": event["timestamp"] / 1000, **DEFAULTS, "index": "main", "host": "h", "event": parsed(text)}
                for event, text in zip(held["logEvents"], texts)]

    def delivered(self, answer: dict) -> list:
        """What arrives in Splunk of an answer, to compare with `wanted`."""
        text = output(answer).decode()
        return [json.loads(line) for line in split_objects(text)] if self.event_endpoint else text


def clean(text: str) -> str:
    """A text without lone surrogates."""
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)


def parsed(text: str):
    """A JSON object that is in a text, else the text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, dict) and "NaN" not in text else text


def split_objects(text: str) -> list:
    """The JSON texts that follow each other in a text."""
    decoder, texts = json.JSONDecoder(), []
    while text.strip():
        end = decoder.raw_decode(text.lstrip())[1] + len(text) - len(text.lstrip())
        assert text[end] == "\n", "a newline after each event"
        texts.append(text[:end])
        text = text[end + 1:]
    return texts


class Generated(unittest.TestCase):
    def test_batches(self) -> None:
        seen = collections.Counter()
        for seed in range(BATCHES):
            with self.subTest(seed=seed):
                case = Case(seed)
                self.check_contract(case)
                self.check_answers(case)
                self.check_events(case)
                if seed % 2 == 0:
                    self.check_convergence(case, seen)
                seen.update(case.result.results())
                seen["re-ingested"] += len(case.result.aws.accepted)
        for kind, least in (("Ok", 2000), ("Dropped", 800), ("ProcessingFailed", 2000), ("re-ingested", 1000),
                            ("rounds", 250)):
            self.assertGreater(seen[kind], least, f"{kind}: the batches do not test enough: {seen}")

    def check_contract(self, case: Case) -> None:
        """Each recordId once and in order, three keys, a size below the limit, and a log without data."""
        result, records = case.result, case.batch.records
        self.assertEqual([answer["recordId"] for answer in result.answers], [item["recordId"] for item in records])
        for answer in result.answers:
            self.assertEqual(list(answer), ["recordId", "result", "data"])
            self.assertIn(answer["result"], ("Ok", "Dropped", "ProcessingFailed"))
        size = len(json.dumps(result.response))
        originals = [{**answer, "result": "ProcessingFailed", "data": item.get("data", "")}
                     for answer, item in zip(result.answers, records)]
        self.assertLessEqual(size, max(case.limit, len(json.dumps({"records": originals}))))
        self.assertEqual((result.log["bytes"], result.log["records"]), (size, len(records)))
        self.assertEqual(result.text.count("\n"), 1)
        self.assertTrue(all(type(value) is int for value in result.log.values()))
        self.assertNotIn(SECRET, result.text)

    def check_answers(self, case: Case) -> None:
        """Ok has exactly the events of its record, ProcessingFailed its original data, Dropped nothing."""
        for answer, item, held in zip(case.result.answers, case.batch.records, case.batch.envelopes):
            if held is not None and not held["logEvents"]:
                self.assertEqual(answer["result"], "Dropped")
            if answer["result"] == "ProcessingFailed":
                self.assertEqual(answer["data"], item.get("data", ""))
            elif answer["result"] == "Dropped":
                self.assertEqual(answer["data"], "")
                self.assertIsNotNone(held)
                self.assertTrue(not held["logEvents"] or case.reingest)
            else:
                self.assertIsNotNone(held)
                wanted = case.wanted(held)
                self.assertTrue(wanted)
                self.assertEqual(case.delivered(answer), wanted if case.event_endpoint else "".join(wanted))

    def check_events(self, case: Case) -> None:
        """Each event is in an Ok answer, in accepted parts or in a failed original; twice only if a stream accepted one
        part of a record and refused another."""
        sent = collections.Counter()
        for part in case.result.aws.accepted:
            whole = unpack(part)
            for event in whole["logEvents"]:
                sent[json.dumps([event, {**whole, "logEvents": []}])] += 1
        for answer, held in zip(case.result.answers, case.batch.envelopes):
            events = held["logEvents"] if held else []
            names = [json.dumps([event, {**held, "logEvents": []}]) for event in events]
            if answer["result"] == "Dropped":
                self.assertEqual([sent[name] for name in names], [1] * len(names))
            elif answer["result"] == "Ok":
                self.assertEqual([sent[name] for name in names], [0] * len(names))
            else:
                self.assertTrue(all(sent[name] <= 1 for name in names))
                self.assertTrue(not names or not all(sent[name] for name in names), "all sent, yet failed")
            for name in names:
                sent.pop(name, None)
        self.assertFalse(+sent, "sent what no record holds")

    def check_convergence(self, case: Case, seen: collections.Counter) -> None:
        """What was accepted, fed back again and again, is delivered or fails in the end: nothing remains or is lost."""
        waiting = case.result.aws.accepted
        events, ended = sum(map(count_events, waiting)), 0
        for _ in range(4 * events + 1):
            if not waiting:
                break
            parts, waiting = case.invocation_of(waiting)
            aws = FakeAws()
            result = case.run([record(part, number) for number, part in enumerate(parts)], aws)
            ended += sum(count_events(part) for part, kind in zip(parts, result.results()) if kind != "Dropped")
            waiting = waiting + aws.accepted
            self.assertEqual(ended + sum(map(count_events, waiting)), events)
            seen["rounds"] += 1
        self.assertEqual((len(waiting), ended), (0, events))


def count_events(part: bytes) -> int:
    """The number of events in a part."""
    return len(unpack(part)["logEvents"])
