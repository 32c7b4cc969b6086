"""Hostile input: records that cannot be read do not stop the others, and whatever a message holds becomes a document
that OpenSearch can index."""

import base64
import gzip
import json
import tracemalloc
import unittest
from unittest import mock

import samples
from mapping import problems
from support import SECRET, consumer, document, envelope, pack, record, run

FINDINGS = {"logGroup": "/aws/events/acme-central-guardduty"}


class Records(unittest.TestCase):
    def test_a_record_that_cannot_be_read_has_a_substitute_and_is_not_reported(self) -> None:
        good = pack(envelope(["x"]))
        event = {"id": "1", "timestamp": 1, "message": "x"}
        events = [None, [], {}, {**event, "id": 1}, {**event, "id": "1" * 513}, {**event, "message": None},
                  {**event, "timestamp": "1"}, {**event, "timestamp": True}, {**event, "timestamp": -1},
                  {**event, "timestamp": 1.5}, {**event, "timestamp": 10 ** 18}, {"id": "1", "timestamp": 1}]
        names = [{"owner": None}, {"logGroup": 7}, {"logStream": "x" * 513}, {"subscriptionFilters": None},
                 {"subscriptionFilters": [1]}, {"subscriptionFilters": ["x"] * 11}, {"subscriptionFilters": "acme"}]
        cases = {
            "NotGzip": [b"plain", good[:-1], good[:20], good + b"garbage", b"\x1f\x8b"],
            "JSONDecodeError": [b"", gzip.compress(b""), gzip.compress(b"{"), good + good],
            "RecursionError": [gzip.compress(b'{"a":' * 99_999)],
            "ValueError": [gzip.compress(b'{"a": ' + b"1" * 5000 + b"}")],
            "UnicodeDecodeError": [gzip.compress(b'{"messageType": "\xff"}'), gzip.compress(good)],
            "NotAnEnvelope": [pack([]), pack("text"), pack(None), pack(3), pack({}), pack({"messageType": ["x"]}),
                              pack(envelope(["x"], messageType="OTHER"))],
            "NoNames": [pack(envelope(["x"], **changes)) for changes in names],
            "NoLogEvents": [pack(envelope([], logEvents=value))
                            for value in (None, {}, "x", [event, None], *([item] for item in events))],
            "EnvelopeTooLarge": [gzip.compress(bytes(consumer.ENVELOPE_BYTES + 1))],
        }
        for reason, inputs in cases.items():
            for data in inputs:
                got = run([record(envelope(["a"])), record(data, 1), record(envelope(["b"]), 2)])
                self.assertEqual((got.failed, got.log.get(f"unreadable.{reason}")), ([], 1), data[:99])
                self.assertEqual(len(got.documents), 3)
                self.assertEqual(got.documents[1]["error"], reason)
                self.assertEqual([got.documents[at]["message"] for at in (0, 2)], ["a", "b"])
                self.assertEqual(problems(got.documents[1]), [])

    def test_a_record_that_is_none_has_a_substitute(self) -> None:
        kinesis = record(b"")["kinesis"]
        odd = [7, None, [], {}, {"kinesis": None}, {"kinesis": {}}, {"kinesis": {**kinesis, "data": None}},
               {"kinesis": {**kinesis, "data": "%%%"}}, {"kinesis": {**kinesis, "data": "abc"}},
               {"kinesis": {**kinesis, "data": 5, "approximateArrivalTimestamp": "soon"}, "eventID": 5},
               {"kinesis": {**kinesis, "data": record(envelope(["x"]))["kinesis"]["data"] + "\n"}},
               {"kinesis": {**kinesis, "approximateArrivalTimestamp": -1e15}},
               {"kinesis": {**kinesis, "approximateArrivalTimestamp": 1e300}, "eventID": "x" * 10 ** 7}]
        got = run(odd)
        self.assertEqual((got.failed, len(got.documents)), ([], len(odd)))
        for number, item in enumerate(got.documents):
            self.assertEqual((problems(item), item["kind"], "error" in item), ([], "other", True), number)

    def test_control_messages_and_empty_envelopes_have_no_documents(self) -> None:
        for data in (envelope([]), envelope(["CWL CONTROL MESSAGE"], messageType="CONTROL_MESSAGE"),
                     {"messageType": "CONTROL_MESSAGE"}):
            got = run([record(data)])
            self.assertEqual((got.failed, got.documents, got.firehose.clients), ([], [], []))

    def test_an_invocation_without_records_is_a_success(self) -> None:
        self.assertEqual(run([]).response, {"batchItemFailures": []})
        with mock.patch("sys.stderr"):
            self.assertEqual(consumer.handler({}, None), {"batchItemFailures": []})

    def test_an_unforeseen_error_in_one_record_leaves_the_others_alone(self) -> None:
        with mock.patch.object(consumer, "read_envelope", side_effect=[MemoryError(SECRET), ({"log_group": ""}, [])]):
            got = run([record(b""), record(b"", 1)])
        self.assertEqual((got.failed, got.log["unreadable.MemoryError"]), ([], 1))
        self.assertNotIn(SECRET, got.text)

    def test_an_unforeseen_error_in_one_message_makes_it_text(self) -> None:
        with mock.patch.object(consumer, "read_flow", side_effect=[MemoryError(SECRET), None]):
            got = run([record(envelope(["2 x", samples.CREATE_TRAIL]))])
        self.assertEqual([item["kind"] for item in got.documents], ["other", "cloudtrail"])
        self.assertEqual((got.documents[0]["message"], got.log["unparsed.MemoryError"]), ("2 x", 1))
        self.assertNotIn(SECRET, got.text)

    def test_a_bomb_is_not_unpacked_beyond_the_bound(self) -> None:
        """100 MB in 100 KB, under a bound of 1 MB."""
        whole = record(gzip.compress(bytes(1_000_000)) * 100)
        tracemalloc.start()
        with mock.patch.object(consumer, "ENVELOPE_BYTES", 1_000_000):
            got = run([whole])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        self.assertEqual(got.log["unreadable.EnvelopeTooLarge"], 1)
        self.assertLess(peak, 10_000_000)

    def test_an_envelope_at_the_bound_passes(self) -> None:
        body = json.dumps(envelope(["x"])).encode()
        whole = gzip.compress(body + b" " * (consumer.ENVELOPE_BYTES - len(body)))
        self.assertEqual(run([record(whole)]).documents[0]["message"], "x")

    def test_several_members_of_gzip_are_one_envelope(self) -> None:
        text = json.dumps(envelope(["x"])).encode()
        got = run([record(gzip.compress(text[:30]) + gzip.compress(text[30:]))])
        self.assertEqual(got.documents[0]["message"], "x")


class Messages(unittest.TestCase):
    def test_json_that_is_none_by_the_standard_is_text(self) -> None:
        for value in ("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1" * 5000, '{"a":' * 99_999, "[" * 5000):
            for name in ("requestParameters", "newField", "readOnly", "errorCode"):
                message = samples.call(**{name: "HERE"}).replace('"HERE"', value)
                result = run([record(envelope([message]))])
                self.assertEqual((result.documents[0]["kind"], result.documents[0]["message"]), ("other", message))
                self.assertEqual(sum(count for key, count in result.log.items() if key.startswith("unparsed.")), 1)

    def test_large_numbers_stay_as_they_are(self) -> None:
        digits = "123456789012345678901234567890"
        message = samples.call(requestParameters={"n": "HERE"}).replace('"HERE"', digits)
        self.assertEqual(document(message)["cloudtrail"]["requestParameters"], f'{{"n":{digits}}}')
        count = document(samples.FINDING.replace('"count": 3', f'"count": {digits}'), **FINDINGS)["guardduty"]
        self.assertEqual(json.loads(count["unmapped"])["detail"]["service"]["count"], int(digits))

    def test_the_last_of_equal_names_counts(self) -> None:
        message = samples.call(errorCode="first")[:-1] + ', "errorCode": "second"}'
        self.assertEqual(document(message)["cloudtrail"]["errorCode"], "second")

    def test_half_of_a_surrogate_pair_becomes_a_question_mark(self) -> None:
        self.assertEqual(document("a\ud800b\udfffc")["message"], "a?b?c")
        message = samples.call(errorCode="a\ud800b", requestParameters={"\udfff": "𝄞"}, new="\udc00")
        got = document(message)["cloudtrail"]
        self.assertEqual([got[name] for name in ("errorCode", "requestParameters", "unmapped")],
                         ["a?b", '{"?":"𝄞"}', '{"new":"?"}'])

    def test_nesting_that_python_can_read_is_free_form_text(self) -> None:
        deep = {"a": []}
        for _ in range(200):
            deep = {"a": [deep]}
        got = document(samples.call(requestParameters=deep, other=deep, userIdentity=deep))["cloudtrail"]
        self.assertEqual(json.loads(got["requestParameters"]), deep)
        self.assertEqual(json.loads(got["unmapped"]), {"other": deep, "userIdentity": deep})

    def test_flows_of_odd_numbers_are_text(self) -> None:
        parts = samples.FLOW_ACCEPTED.split(" ")
        odd = ((9, "9" * 19), (9, "9" * 5000), (10, "9" * 12), (3, "1" * 10 ** 6), (3, "010.0.0.1"), (6, ""), (5, "x"))
        for at, value in odd:
            message = " ".join(parts[:at] + [value] + parts[at + 1:])
            got = document(message)
            self.assertEqual((got["kind"], got["message"] == message), ("other", True), value[:20])

    def test_long_addresses_are_not_kept_in_memory(self) -> None:
        consumer.is_address.cache_clear()
        document(samples.FLOW_ACCEPTED.replace("172.31.16.139", "1" * 1000))
        self.assertEqual(consumer.is_address.cache_info().currsize, 0)

    def test_a_filter_that_nearly_names_a_region_is_read_fast(self) -> None:
        name = "a-cloudtrail-central-" * 24
        with mock.patch.object(consumer, "REGION", wraps=consumer.REGION) as pattern:
            self.assertNotIn("region", document("x", subscriptionFilters=[name]))
        self.assertLessEqual(len(pattern.fullmatch.call_args.args[0]), 512)

    def test_the_log_has_counts_and_no_data(self) -> None:
        messages = [f"{SECRET}", f'{{"{SECRET}": NaN', samples.call(errorCode=SECRET), samples.FLOW_ACCEPTED]
        bad = record(base64.b64encode(SECRET.encode()), 1)
        got = run([record(envelope(messages, logGroup=SECRET)), bad], lambda documents: ["InternalFailure"], 13)
        self.assertEqual(got.text.count("\n"), 1)
        self.assertNotIn(SECRET, got.text)
        self.assertTrue(all(type(value) is int for value in got.log.values()))
        self.assertEqual((got.log["records"], got.log["kind.other"], got.log["kind.cloudtrail"]), (2, 2, 1))
