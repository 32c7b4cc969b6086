"""What happens to documents that the delivery stream does not accept: what is sent again, when that ends, and what is
reported then."""

import unittest
from unittest import mock

from support import NAME, ClientError, Connection, FakeFirehose, consumer, envelope, library, record, run, sequence

THROTTLED = "ServiceUnavailableException"


def batch(count: int, events: int = 1) -> list:
    """Records with so many log events each, whose messages are numbered."""
    return [record(envelope([f"m{number}.{at}" for at in range(events)]), number) for number in range(count)]


def refuse(*texts: str, code: str = "InternalFailure"):
    """A delivery stream that never accepts the documents with these texts."""
    return lambda documents: [code if any(f'"{text}"'.encode() in item for text in texts) else None
                              for item in documents]


def clock(*seconds: float):
    """The seconds that are left at each look at the clock; the last ones stay."""
    waiting = list(seconds)
    return lambda: waiting.pop(0) if len(waiting) > 1 else waiting[0]


class Accepted(unittest.TestCase):
    def test_all_that_is_accepted_is_a_success(self) -> None:
        got = run(batch(3, 2))
        self.assertEqual(got.response, {"batchItemFailures": []})
        self.assertEqual([item["message"] for item in got.documents], ["m0.0", "m0.1", "m1.0", "m1.1", "m2.0", "m2.1"])
        self.assertEqual((got.log["documents"], got.log["requests"]), (6, 1))
        self.assertEqual(got.log["bytes"], sum(map(len, got.firehose.accepted)))

    def test_the_client_does_not_retry_and_has_short_timeouts(self) -> None:
        (service, options), = run(batch(1)).firehose.clients
        self.assertEqual((service, options["retries"]), ("firehose", {"total_max_attempts": 1}))
        self.assertLess(options["connect_timeout"] + options["read_timeout"], consumer.RESERVE_SECONDS)

    def test_one_client_serves_many_invocations(self) -> None:
        firehose = FakeFirehose()
        with library(firehose), mock.patch.dict("os.environ", {"DELIVERY_STREAM": NAME}):
            self.assertEqual([consumer.put([b"{}"]) for _ in range(3)], [[None]] * 3)
        self.assertEqual((len(firehose.clients), len(firehose.requests)), (1, 3))


class SentAgain(unittest.TestCase):
    def test_only_what_was_not_accepted_is_sent_again(self) -> None:
        answers = [[None, THROTTLED, None, "InternalFailure"], ["InternalFailure", None], [None]]
        got = run(batch(4), lambda documents: answers.pop(0))
        self.assertEqual([len(request) for request in got.firehose.requests], [4, 2, 1])
        self.assertEqual(got.firehose.requests[1], [got.firehose.requests[0][at] for at in (1, 3)])
        self.assertEqual((got.failed, len(got.documents), len(got.pauses)), ([], 4, 2))
        self.assertEqual((got.log[f"put.{THROTTLED}"], got.log["put.InternalFailure"]), (1, 2))

    def test_pauses_double(self) -> None:
        with mock.patch.object(consumer.random, "uniform", lambda low, high: high):
            got = run(batch(1), refuse("m0.0"), seconds=60)
        self.assertEqual([round(pause, 6) for pause in got.pauses], [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6])
        self.assertEqual((got.failed, got.log["failed.TimeoutNear"]), ([sequence(0)], 1))

    def test_pauses_vary(self) -> None:
        pauses = [tuple(run(batch(1), refuse("m0.0"), seconds=14).pauses) for _ in range(5)]
        self.assertGreater(len(set(pauses)), 1)
        self.assertTrue(all(0.1 <= first <= 0.2 for first, *_ in pauses))

    def test_errors_of_requests_are_retried(self) -> None:
        for error, name in ((ClientError(THROTTLED), THROTTLED), (Connection(), "Connection"),
                            (ClientError("ThrottlingException"), "ThrottlingException"), (KeyError(), "KeyError")):
            answers = [error, error, [None, None]]
            got = run(batch(2), mock.Mock(side_effect=answers))
            self.assertEqual((got.failed, got.log[f"put.{name}"], len(got.documents)), ([], 4, 2))

    def test_an_answer_that_is_too_short_counts_as_not_accepted(self) -> None:
        answers = [[None], [None]]
        got = run(batch(2), lambda documents: answers.pop(0))
        self.assertEqual((got.failed, got.log["put.NoAnswer"]), ([], 1))
        self.assertEqual([len(request) for request in got.firehose.requests], [2, 1])

    def test_the_pauses_of_a_request_do_not_lengthen_those_of_the_next(self) -> None:
        answers = [[THROTTLED] * 500, [THROTTLED] * 500, [None] * 500, [THROTTLED], [None]]
        got = run(batch(501), lambda documents: answers.pop(0))
        self.assertEqual((got.failed, len(got.documents)), ([], 501))
        self.assertLessEqual(got.pauses[2], 0.2)


class Reported(unittest.TestCase):
    def test_the_first_record_that_is_not_done_is_reported(self) -> None:
        for texts, first in ((["m2.1"], 2), (["m3.0", "m1.2"], 1), (["m0.0"], 0), (["m4.2"], 4)):
            got = run(batch(5, 3), refuse(*texts))
            self.assertEqual(got.failed, [sequence(first)])
            self.assertEqual(len(got.documents), 15 - len(texts))

    def test_nothing_is_sent_after_what_was_not_accepted(self) -> None:
        got = run(batch(3, 400), refuse("m0.7"), seconds=20)
        self.assertEqual(got.failed, [sequence(0)])
        self.assertEqual((len(got.documents), len(got.firehose.requests[0])), (499, 500))
        self.assertFalse(any(item["message"].startswith("m2.") for item in got.documents))

    def test_what_lambda_sends_again_arrives(self) -> None:
        records = batch(5, 150)
        first = run(records, refuse("m3.60"), seconds=20)
        at = [item["kinesis"]["sequenceNumber"] for item in records].index(first.failed[0])
        second = run(records[at:])
        messages = [item["message"] for item in first.documents + second.documents]
        self.assertEqual((at, second.failed), (3, []))
        self.assertEqual(set(messages), {f"m{number}.{event}" for number in range(5) for event in range(150)})
        twice = sorted({message for message in messages if messages.count(message) == 2})
        self.assertEqual(len(twice), 50 + 249, "what came of that record before, and the last request")
        self.assertEqual({message.split(".")[0] for message in twice}, {"m3", "m4"})

    def test_errors_that_no_pause_mends_end_the_invocation_at_once(self) -> None:
        for code in ("AccessDeniedException", "ResourceNotFoundException", "InvalidArgumentException",
                     "InvalidKMSResourceException", "InvalidSourceException"):
            got = run(batch(3), mock.Mock(side_effect=ClientError(code)))
            self.assertEqual((got.failed, len(got.firehose.requests), got.pauses), ([sequence(0)], 1, []))
            self.assertEqual((got.log[f"failed.{code}"], got.log[f"put.{code}"]), (1, 3))

    def test_a_missing_setting_is_named_and_all_is_reported(self) -> None:
        for environment in ({}, {"DELIVERY_STREAM": ""}):
            got = run(batch(2), environment=environment)
            self.assertEqual((got.failed, got.firehose.clients), ([sequence(0)], []))
            self.assertEqual(got.log["failed.SettingDeliveryStream"], 1)

    def test_a_record_without_sequence_number_reports_the_whole_batch(self) -> None:
        odd = record(envelope(["x"]))
        del odd["kinesis"]["sequenceNumber"]
        got = run([odd, *batch(2)], refuse("x"))
        self.assertEqual(got.response, {"batchItemFailures": [{"itemIdentifier": ""}]})

    def test_substitutes_that_are_not_accepted_are_reported_too(self) -> None:
        got = run([*batch(1), record(b"bad", 1)], lambda documents: [None, "InternalFailure"][-len(documents):], 13)
        self.assertEqual(got.failed, [sequence(1)])


class Time(unittest.TestCase):
    def test_nothing_starts_when_the_timeout_is_near(self) -> None:
        got = run(batch(3), seconds=consumer.RESERVE_SECONDS - 0.1)
        self.assertEqual((got.failed, got.firehose.clients), ([sequence(0)], []))
        self.assertEqual((got.log["failed.TimeoutNear"], got.log["records"]), (1, 3))

    def test_the_rest_is_reported_from_the_first_undone_record_on(self) -> None:
        for looks, undone in ((1, 0), (2, 0), (3, 1), (5, 1), (6, 3)):
            got = run(batch(4, 300), seconds=clock(*[99] * looks, 1))
            self.assertEqual(got.failed, [sequence(undone)], looks)
            whole = {item["message"].split(".")[0] for item in got.documents}
            self.assertTrue({f"m{number}" for number in range(undone)} <= whole)

    def test_what_waits_for_a_request_is_not_done(self) -> None:
        """The second record is looked at too late, and the documents of the first one have not been put yet."""
        got = run(batch(3), seconds=clock(99, 1))
        self.assertEqual((got.failed, got.documents), ([sequence(0)], []))

    def test_no_request_starts_when_the_timeout_is_near(self) -> None:
        got = run(batch(1), refuse("m0.0"), seconds=clock(99, 99, 99, 1))
        self.assertEqual((got.failed, len(got.firehose.requests)), ([sequence(0)], 2))

    def test_no_pause_starts_that_would_end_in_the_reserve(self) -> None:
        got = run(batch(1), refuse("m0.0"), seconds=consumer.RESERVE_SECONDS + 0.1)
        self.assertEqual((len(got.firehose.requests), got.pauses), (1, []))
