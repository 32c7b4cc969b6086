"""Sizes at AWS's true limits: how documents are spread over requests, and what becomes of large ones."""

import json
import unittest

import samples
from mapping import problems
from support import consumer, document, envelope, record, run

LIMIT = 1000 * 1024
FINDINGS = {"logGroup": "/aws/events/acme-central-guardduty"}


class Requests(unittest.TestCase):
    def test_a_request_has_at_most_500_documents(self) -> None:
        for count, wanted in ((500, [500]), (501, [500, 1]), (1200, [500, 500, 200])):
            got = run([record(envelope([str(number) for number in range(count)]))])
            self.assertEqual([len(request) for request in got.firehose.requests], wanted)

    def test_documents_of_many_records_share_a_request(self) -> None:
        got = run([record(envelope(["a", "b"]), number) for number in range(300)])
        self.assertEqual([len(request) for request in got.firehose.requests], [500, 100])

    def test_a_request_has_at_most_4_mib_in_base64(self) -> None:
        got = run([record(envelope(["x" * 700_000] * 9))])
        self.assertEqual([len(request) for request in got.firehose.requests], [4, 4, 1])
        self.assertEqual(got.failed, [])

    def test_the_largest_documents_go_in_threes(self) -> None:
        got = run([record(envelope(["x" * 1_023_500] * 4))])
        self.assertEqual([len(request) for request in got.firehose.requests], [3, 1])


class Truncated(unittest.TestCase):
    def check(self, message: str, **changes) -> dict:
        """The document of a message that is too large."""
        result = run([record(envelope([message], **changes))])
        size, = map(len, result.firehose.accepted)
        self.assertTrue(LIMIT / 5 < size <= LIMIT, size)
        got, = result.documents
        self.assertEqual((got["truncated"], result.log["truncated"], problems(got)), (True, 1, []))
        return got

    def test_a_document_at_the_limit_is_whole(self) -> None:
        rest = len(run([record(envelope([""]))]).firehose.accepted[0])
        for size, whole in ((LIMIT - rest, True), (LIMIT - rest + 1, False)):
            result = run([record(envelope(["x" * size]))])
            self.assertEqual("truncated" not in result.documents[0], whole)
            self.assertEqual(result.log["truncated"], int(not whole))
            self.assertLessEqual(len(result.firehose.accepted[0]), LIMIT)

    def test_a_long_text_is_cut(self) -> None:
        for text in ("x" * 5_000_000, "\x00" * 1_000_000, "𝄞" * 1_000_000, '"' * 900_000):
            got = self.check(text)
            self.assertTrue(got["message"] and text.startswith(got["message"]))

    def test_free_form_fields_are_cut_first(self) -> None:
        whole = document(samples.CREATE_TRAIL)["cloudtrail"]
        event = json.loads(samples.CREATE_TRAIL)
        event["requestParameters"] = {"policy": "p" * 600_000}
        event["newField"] = ["n" * 600_000]
        got = self.check(json.dumps(event))["cloudtrail"]
        self.assertTrue(got["requestParameters"].startswith('{"policy":"ppp'))
        self.assertTrue(got.pop("unmapped").startswith('{"newField":["nnn'))
        self.assertEqual({**got, "requestParameters": whole["requestParameters"]}, whole)

    def test_an_event_of_many_small_free_form_texts_keeps_what_is_short(self) -> None:
        names = ("requestParameters", "responseElements", "additionalEventData", "eventContext", "addendum")
        got = self.check(samples.call(**{name: "v" * 300_000 for name in names}, errorCode="c" * 100))["cloudtrail"]
        self.assertEqual((got["errorCode"], len({len(got[name]) for name in names})), ("c" * 100, 1))

    def test_a_finding_is_cut(self) -> None:
        finding = json.loads(samples.FINDING)
        finding["detail"]["service"]["additionalInfo"] = {"value": "v" * 2_000_000}
        got = self.check(json.dumps(finding), **FINDINGS)["guardduty"]
        self.assertEqual(got["detail"], document(samples.FINDING, **FINDINGS)["guardduty"]["detail"])

    def test_fields_of_any_size_are_cut_when_nothing_else_helps(self) -> None:
        text, times = "k" * 3_000_000, {"eventTime": "2024-01-02T03:04:05Z"}
        resources = [{"ARN": ["arn"] * 50, "type": "t" * 50, "accountId": "1"} for _ in range(20_000)]
        nested = [{"sessionContext": [{"sessionIssuer": [{"arn": ["\x00"] * 30}] * 30}] * 30}] * 30
        for changes in ({"errorCode": text}, {"errorCode": [text] * 3}, {"resources": resources},
                        {"userIdentity": nested}, {"eventID": ["x"] * 900_000},
                        {"userAgent": text, "errorMessage": text, "resources": resources}):
            result = run([record(envelope([samples.call(**changes, **times)]))])
            self.assertLessEqual(len(result.firehose.accepted[0]), LIMIT)
            got = result.documents[0]
            self.assertEqual((got["truncated"], problems(got)), (True, []))
            self.assertEqual(got["@timestamp"], "2024-01-02T03:04:05.000Z")
            self.assertEqual(got["cloudtrail"]["eventTime"], times["eventTime"])

    def test_the_neighbours_of_a_large_event_are_whole(self) -> None:
        result = run([record(envelope(["a", "x" * 5_000_000, "b"]))])
        self.assertEqual(["truncated" in item for item in result.documents], [False, True, False])
        self.assertEqual((result.failed, result.documents[2]["message"]), ([], "b"))

    def test_the_limits_are_those_of_aws(self) -> None:
        self.assertEqual((consumer.DOCUMENT_BYTES, consumer.PUT_DOCUMENTS), (LIMIT, 500))
        self.assertLessEqual(consumer.PUT_BYTES * 4 / 3, 4 * 1024 * 1024)
