"""Batches that do not fit into a response, at the true limits: what is delivered, what goes back to the stream and in
which requests, and what fails."""

import base64
import json
import random
import unittest
from unittest import mock

from support import (LAMBDA_LIMIT, SECRET, Connection, FakeAws, Throttled, envelope, invocation, output, record, run,
                     transform, unpack)

MEGABYTE = 1_000_000


def noise(size: int, seed: int) -> str:
    """Text that hardly compresses."""
    return base64.b64encode(random.Random(seed).randbytes(size * 3 // 4)).decode()


def five_records(size: int, kinesis: bool = False) -> dict:
    """Records with two events each. Two of the records fit into a response if an event is 0.15 of it."""
    whole = record(envelope([f"{SECRET}{number}" * (size // 7) for number in range(2)]))
    return invocation([{**whole, "recordId": f"id-{number}"} for number in range(5)], kinesis)


class Sizes(unittest.TestCase):
    def check(self, result) -> None:
        """What holds for each response."""
        size = len(json.dumps(result.response))
        self.assertEqual(result.log["bytes"], size)
        self.assertLess(size, LAMBDA_LIMIT)
        self.assertNotIn(SECRET, result.text)

    def test_what_does_not_fit_goes_back_and_is_delivered_then(self) -> None:
        for kinesis in (False, True):
            event = five_records(900_000, kinesis)
            first = run(event)
            self.check(first)
            self.assertEqual(first.results(), ["Ok"] * 2 + ["Dropped"] * 3)
            whole = unpack(base64.b64decode(event["records"][0]["data"]))
            self.assertEqual([unpack(part) for part in first.aws.accepted], [whole] * 3)
            second = run(invocation([record(part) for part in first.aws.accepted[:2]], kinesis))
            self.assertEqual(second.results(), ["Ok"] * 2)

    def test_a_record_above_the_limit_is_halved_until_its_parts_fit_into_half_a_response(self) -> None:
        messages = [f"{number:07}" * (MEGABYTE // 7) for number in range(9)]
        got = run(invocation([record(envelope(messages))]))
        self.check(got)
        parts = [unpack(part) for part in got.aws.accepted]
        self.assertEqual([len(part["logEvents"]) for part in parts], [2, 2, 2, 1, 2])
        self.assertEqual([event for part in parts for event in part["logEvents"]], envelope(messages)["logEvents"])
        self.assertEqual({key: value for key, value in parts[0].items() if key != "logEvents"},
                         {key: value for key, value in envelope([]).items() if key != "logEvents"})

    def test_a_single_event_above_the_limit_fails(self) -> None:
        for size, result in ((4_490_000, "Ok"), (4_510_000, "ProcessingFailed")):
            got = run(invocation([record(envelope(["x" * size]))]))
            self.check(got)
            self.assertEqual((got.results(), got.aws.requests), ([result], []))

    def test_an_event_above_the_limit_does_not_take_its_neighbours_along(self) -> None:
        got = run(invocation([record(envelope(["a", "x" * 5 * MEGABYTE, "b"]))]))
        second = run(invocation([record(part) for part in got.aws.accepted]))
        self.assertEqual((got.results(), second.results()), (["Dropped"], ["Ok", "ProcessingFailed", "Ok"]))

    def test_the_original_data_of_failed_records_takes_room(self) -> None:
        records = [record(envelope(["x" * 2_200_000, "y" * 2_000_000]), 0)]
        records += [record(random.Random(number).randbytes(900_000), number) for number in range(1, 4)]
        got = run(invocation(records))
        self.check(got)
        self.assertEqual(got.results(), ["Dropped"] + ["ProcessingFailed"] * 3)
        self.assertEqual(len(got.aws.accepted), 2)

    def test_originals_that_come_back_displace_what_fitted(self) -> None:
        event = invocation([record(envelope([noise(900_000, number)]), number) for number in range(6)])
        for environment in ({}, {"REINGEST": "off"}):
            got = run(event, FakeAws(lambda count: ["InternalFailure"] * count), environment)
            self.check(got)
            self.assertEqual({answer["result"] for answer in got.answers}, {"Ok", "ProcessingFailed"})
            for given, answer in zip(event["records"], got.answers):
                if answer["result"] == "ProcessingFailed":
                    self.assertEqual(answer["data"], given["data"])

    def test_parts_stay_below_the_limits_of_a_request(self) -> None:
        whole = record(envelope([noise(450_000, number) for number in range(3)]))
        with mock.patch.object(transform, "RESPONSE_BYTES", 700_000):
            got = run(invocation([whole] * 4))
        self.assertEqual([len(request) for request in got.aws.requests], [9, 3])
        small = [record(envelope([str(number)]), number) for number in range(1200)]
        with mock.patch.object(transform, "RESPONSE_BYTES", 1000):
            got = run(invocation(small))
        self.assertEqual([len(request) for request in got.aws.requests], [500, 500, 200])

    def test_a_part_above_the_limit_of_a_record_is_halved_or_fails(self) -> None:
        pair = record(envelope([noise(725_000, 1), noise(725_000, 2)]))
        alone = record(envelope([noise(1_400_000, 3)]))
        with mock.patch.object(transform, "RESPONSE_BYTES", 4 * MEGABYTE):
            filler = record(envelope(["x" * 1_900_000]), 1)
            got = run(invocation([filler, pair, alone]))
        self.assertEqual((got.results(), got.log["failed.PartTooLarge"]), (["Ok", "Dropped", "ProcessingFailed"], 1))
        self.assertEqual(len(got.aws.accepted), 2)


@mock.patch.object(transform, "RESPONSE_BYTES", 60_000)
class Reingestion(unittest.TestCase):
    def test_the_client_does_not_retry_and_has_short_timeouts(self) -> None:
        options = run(five_records(9000)).aws.options
        self.assertEqual(options["retries"], {"total_max_attempts": 1})
        longest_pause = transform.FIRST_PAUSE_SECONDS * 2 ** (transform.PUT_ATTEMPTS - 2)
        self.assertLess(options["connect_timeout"] + options["read_timeout"] + longest_pause, transform.RESERVE_SECONDS)

    def test_only_what_was_not_accepted_is_sent_again(self) -> None:
        answers = [[None, "ServiceUnavailableException", None], ["InternalFailure"], [None]]
        aws = FakeAws(lambda count: answers.pop(0))
        got = run(five_records(9000), aws)
        self.assertEqual([len(request) for request in aws.requests], [3, 1, 1])
        self.assertEqual((got.results(), len(got.pauses)), (["Ok"] * 2 + ["Dropped"] * 3, 2))
        self.assertEqual((got.log["put.ServiceUnavailableException"], got.log["put.InternalFailure"]), (1, 1))

    def test_what_is_never_accepted_fails(self) -> None:
        answers = [[None, "InternalFailure", "InternalFailure"]] + [["InternalFailure"] * 2] * 9
        aws = FakeAws(lambda count: answers.pop(0))
        got = run(five_records(9000), aws)
        self.assertEqual(got.results(), ["Ok"] * 2 + ["Dropped"] + ["ProcessingFailed"] * 2)
        self.assertEqual(got.answers[4]["data"], five_records(9000)["records"][4]["data"])
        self.assertEqual(len(aws.requests), transform.PUT_ATTEMPTS)
        self.assertTrue(all(0 < pause <= 3.2 for pause in got.pauses) and sum(got.pauses) <= 6.2)
        self.assertGreater(got.pauses[-1], got.pauses[0] * 2)

    def test_a_record_is_dropped_only_if_all_its_parts_are_accepted(self) -> None:
        event = invocation([record(envelope([f"{number}" * 10_000 for number in range(6)]))])
        answers = [[None] * 3 + ["InternalFailure"]] + [["InternalFailure"]] * 9
        got = run(event, FakeAws(lambda count: answers.pop(0)))
        self.assertEqual((got.results(), got.answers[0]["data"]), (["ProcessingFailed"], event["records"][0]["data"]))

    def test_errors_of_the_service_and_of_the_library_do_not_escape(self) -> None:
        for error, name in ((Throttled(SECRET), "ServiceUnavailableException"), (Connection(SECRET), "Connection"),
                            (AssertionError(SECRET), "AssertionError")):
            got = run(five_records(9000), FakeAws(mock.Mock(side_effect=error)))
            self.assertEqual(got.results(), ["Ok"] * 2 + ["ProcessingFailed"] * 3)
            self.assertEqual(got.log[f"put.{name}"], 3 * transform.PUT_ATTEMPTS)
            self.assertNotIn(SECRET, got.text)

    def test_an_answer_that_is_too_short_counts_as_not_accepted(self) -> None:
        got = run(five_records(9000), FakeAws(lambda count: []))
        self.assertEqual(got.results(), ["Ok"] * 2 + ["ProcessingFailed"] * 3)

    def test_re_ingestion_can_be_forbidden(self) -> None:
        got = run(five_records(9000), environment={"REINGEST": "off"})
        self.assertEqual((got.results(), got.log["failed.ResponseFull"]), (["Ok"] * 2 + ["ProcessingFailed"] * 3, 3))
        self.assertEqual((got.aws.requests, got.aws.services), ([], []))

    def test_nothing_starts_when_the_timeout_is_near(self) -> None:
        event = five_records(9000)
        got = run(event, seconds=transform.RESERVE_SECONDS - 1)
        self.assertEqual((got.results(), got.log["failed.TimeoutNear"]), (["ProcessingFailed"] * 5, 5))
        self.assertEqual([answer["data"] for answer in got.answers], [given["data"] for given in event["records"]])

    def test_no_request_starts_when_the_timeout_is_near(self) -> None:
        """The clock passes one second at each look: the records are read in time, the requests come too late."""
        seconds = iter(range(transform.RESERVE_SECONDS + 8, -99, -1))
        with mock.patch("support.Context.get_remaining_time_in_millis", lambda _: next(seconds) * 1000):
            got = run(five_records(9000), FakeAws(lambda count: ["InternalFailure"] * count))
        self.assertEqual(got.results(), ["Ok"] * 2 + ["ProcessingFailed"] * 3)
        self.assertLessEqual((len(got.aws.requests), len(got.pauses)), (1, 1))

    def test_the_library_is_not_needed_where_all_fits(self) -> None:
        self.assertEqual(run(invocation([record(envelope(["x"]))])).aws.services, [])
