"""Single records: what each kind of input becomes, for both endpoints, and the settings."""

import base64
import gzip
import json
import subprocess
import sys
import tempfile
import tracemalloc
import unittest
import unittest.mock

from support import SECRET, SOURCE, envelope, invocation, output, pack, record, run, transform

EVENT = {"HEC_ENDPOINT_TYPE": "Event"}


def answer(data, environment=None) -> dict:
    """The answer to one record."""
    return run(invocation([record(data)]), environment=environment).answers[0]


def hec(messages: list, environment=None, **changes) -> list:
    """The JSON events that these messages become."""
    lines = output(answer(envelope(messages, **changes), {**EVENT, **(environment or {})})).decode().splitlines()
    return [json.loads(line) for line in lines]


class Records(unittest.TestCase):
    def test_messages_end_with_a_newline_each(self) -> None:
        got = answer(envelope(["one", "zwei ü 𝄞", '{"a": 1.10}', "", "x\n"]))
        self.assertEqual(got["result"], "Ok")
        self.assertEqual(output(got).decode(), 'one\nzwei ü 𝄞\n{"a": 1.10}\n\nx\n\n')

    def test_a_lone_surrogate_becomes_the_replacement_character(self) -> None:
        for environment in ({}, EVENT):
            self.assertIn("a\ufffdb", output(answer(envelope(["a\ud800b"]), environment)).decode())

    def test_nothing_to_deliver_is_dropped(self) -> None:
        for data in (envelope([]), envelope(["CWL CONTROL MESSAGE"], messageType="CONTROL_MESSAGE"),
                     {"messageType": "CONTROL_MESSAGE"}):
            self.assertEqual(answer(data), {"recordId": "id-0", "result": "Dropped", "data": ""})

    def test_what_cannot_be_read_fails_with_its_original_data(self) -> None:
        good = pack(envelope(["x"]))
        cases = {
            "NotGzip": [b"plain", good[:-1], good[:20], good + b"garbage", b"\x1f\x8b"],
            "NotJson": [b"", gzip.compress(b""), gzip.compress(b"{"), good + good, gzip.compress(b"[" * 99999),
                        gzip.compress(b'{"a": ' + b"1" * 5000 + b"}")],
            "NotUtf8": [gzip.compress(b'{"messageType": "\xff"}'), gzip.compress(good)],
            "NotAnEnvelope": [pack([]), pack("text"), pack(None), pack(3)],
            "OtherMessageType": [pack({}), pack(envelope(["x"], messageType="OTHER")), pack({"messageType": ["x"]})],
            "NoLogEvents": [pack({"messageType": "DATA_MESSAGE"}), pack(envelope([], logEvents={"message": "x"}))],
            "NoMessage": [pack(envelope([1])), pack(envelope([], logEvents=["x"])), pack(envelope(["x", None])),
                          pack(envelope([], logEvents=[{"id": "1", "timestamp": 1}]))],
            "EnvelopeTooLarge": [gzip.compress(bytes(transform.ENVELOPE_BYTES + 1))],
        }
        for reason, inputs in cases.items():
            for data in inputs:
                given = record(data)
                got = run(invocation([given]))
                wanted = {"recordId": "id-0", "result": "ProcessingFailed", "data": given["data"]}
                self.assertEqual((got.answers, got.log.get(f"failed.{reason}")), ([wanted], 1), reason)

    def test_data_that_is_not_base64_comes_back_as_it_was(self) -> None:
        for data in ("%%%", "abc", "ü", "H4sI\n"):
            got = run(invocation([{"recordId": "r", "data": data}])).answers
            self.assertEqual(got, [{"recordId": "r", "result": "ProcessingFailed", "data": data}])

    def test_an_envelope_at_the_bound_passes(self) -> None:
        body = json.dumps(envelope(["x"])).encode()
        whole = gzip.compress(body + b" " * (transform.ENVELOPE_BYTES - len(body)))
        self.assertEqual(answer(whole)["result"], "Ok")

    def test_a_bomb_is_not_unpacked_beyond_the_bound(self) -> None:
        """100 MB in 100 KB, under a bound of 1 MB."""
        whole = record(gzip.compress(bytes(1_000_000)) * 100)
        tracemalloc.start()
        with unittest.mock.patch.object(transform, "ENVELOPE_BYTES", 1_000_000):
            got = run(invocation([whole]))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        self.assertEqual(got.log["failed.EnvelopeTooLarge"], 1)
        self.assertLess(peak, 10_000_000)

    def test_one_bad_record_leaves_the_others_alone(self) -> None:
        records = [record(envelope(["a"]), 0), {"recordId": "id-1"}, 7, {}]
        records += [record(b"bad", 4), record(envelope(["b"]), 5)]
        got = run(invocation(records))
        self.assertEqual([item["recordId"] for item in got.answers], ["id-0", "id-1", None, None, "id-4", "id-5"])
        self.assertEqual(got.results(), ["Ok"] + ["ProcessingFailed"] * 4 + ["Ok"])

    def test_an_unforeseen_error_in_one_record_leaves_the_others_alone(self) -> None:
        records = [record(envelope(["a"]), 0), record(envelope(["b"]), 1)]
        with unittest.mock.patch.object(transform, "read_envelope", side_effect=[MemoryError(SECRET), envelope(["b"])]):
            got = run(invocation(records))
        self.assertEqual((got.results(), got.log["failed.MemoryError"]), (["ProcessingFailed", "Ok"], 1))
        self.assertNotIn(SECRET, got.text)

    def test_a_batch_without_records_is_answered(self) -> None:
        self.assertEqual(run(invocation([])).response, {"records": []})
        self.assertEqual(run({}).response, {"records": []})

    def test_several_members_of_gzip_are_one_envelope(self) -> None:
        text = json.dumps(envelope(["x"])).encode()
        self.assertEqual(output(answer(gzip.compress(text[:30]) + gzip.compress(text[30:]))), b"x\n")


class EventEndpoint(unittest.TestCase):
    def test_an_event_has_time_host_source_and_sourcetype(self) -> None:
        wanted = {"time": 1700000000.007, "host": "111122223333_CloudTrail_eu-west-1", "source": f"acme/{SECRET}",
                  "sourcetype": "aws:cloudtrail", "event": {"a": [1]}}
        self.assertEqual(hec(['{"a": [1]}']), [wanted])
        self.assertIn(b'"time":1700000000.007,', output(answer(envelope(["x"]), EVENT)))

    def test_only_an_object_in_json_is_embedded(self) -> None:
        texts = ["[1]", "3", "null", "{", '{"a": NaN}', '{"a": 1} x', "{'a': 1}", '{"a":' * 9999, 'a"b\\c\n\t\u2028']
        lines = output(answer(envelope(texts), EVENT)).decode().split("\n")[:-1]
        self.assertEqual([json.loads(line)["event"] for line in lines], texts)

    def test_an_object_keeps_each_digit(self) -> None:
        text = '{"a": 1.10, "b": 12345678901234567890.123456789012345, "a": 1e999, "n": ' + "7" * 5000 + "}"
        self.assertIn(('"event":' + text + "}\n").encode(), output(answer(envelope([text]), EVENT)))

    def test_blank_messages_are_left_out(self) -> None:
        self.assertEqual([item["event"] for item in hec(["", "x", " \n"])], ["x"])
        self.assertEqual(answer(envelope(["", " "]), EVENT)["result"], "Dropped")

    def test_the_sourcetype_follows_from_the_log_stream(self) -> None:
        streams = {"o-abc_111122223333_CloudTrail_eu-west-1_3": "aws:cloudtrail", "app": "aws:cloudwatchlogs",
                   "eni-0123456789abcdef0-all": "aws:cloudwatchlogs:vpcflow", "eni-x": "aws:cloudwatchlogs"}
        for stream, sourcetype in streams.items():
            self.assertEqual(hec(["x"], logStream=stream)[0]["sourcetype"], sourcetype)

    def test_the_first_rule_that_matches_counts(self) -> None:
        rules = {"HEC_RULES": json.dumps({"acme/x*": {"host": "no"}, "acme/*": {"index": "i", "sourcetype": "s"},
                                          "*": {"index": "no", "host": "no"}})}
        got = hec(["x"], rules)[0]
        self.assertEqual((got["index"], got["sourcetype"], got["source"]), ("i", "s", f"acme/{SECRET}"))
        self.assertEqual(hec(["x"], rules, logGroup="other")[0]["host"], "no")

    def test_what_an_event_needs_must_be_there(self) -> None:
        events = [[{"message": "x"}], [{"message": "x", "timestamp": "1"}], [{"message": "x", "timestamp": True}],
                  [{"message": "x", "timestamp": -1}], [{"message": "x", "timestamp": 1.5}]]
        wrong = [envelope([], logEvents=event) for event in events]
        for data in wrong + [envelope(["x"], logGroup=None), envelope(["x"], logStream=7)]:
            self.assertEqual(answer(data, EVENT)["result"], "ProcessingFailed")


class SettingsAndMain(unittest.TestCase):
    def test_a_wrong_setting_fails_all_records_and_is_named(self) -> None:
        wrong = [("HEC_ENDPOINT_TYPE", "raw", "SettingHecEndpointType"), ("REINGEST", "yes", "SettingReingest")]
        wrong += [("HEC_RULES", text, "SettingHecRules")
                  for text in ("{", "[]", '{"a": "b"}', '{"a": {"colour": "b"}}', '{"a": {"index": 1}}', "3")]
        for name, value, reason in wrong:
            records = [record(envelope(["x"]), number) for number in range(2)]
            got = run(invocation(records), environment={name: value})
            self.assertEqual([item["data"] for item in got.answers], [item["data"] for item in records])
            self.assertEqual((got.results(), got.log[f"failed.{reason}"]), (["ProcessingFailed"] * 2, 2))

    def main(self, text: str, *arguments: str) -> subprocess.CompletedProcess:
        """Runs the file as a program, without packages of others such as boto3."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(text)
            file.flush()
            names = arguments or (file.name,)
            return subprocess.run([sys.executable, "-I", "-S", str(SOURCE), *names], capture_output=True, text=True)

    def test_the_program_prints_the_response(self) -> None:
        text = f"{SECRET} " * 100_000
        good = [record(envelope([text] * 3), number) for number in range(3)]
        got = self.main(json.dumps(invocation(good)))
        self.assertEqual(got.returncode, 0)
        self.assertEqual([item["result"] for item in json.loads(got.stdout)["records"]], ["Ok", "Ok", "Dropped"])
        self.assertIn("Would re-ingest 1 records of", got.stderr)
        self.assertNotIn(SECRET, got.stderr)
        self.assertEqual(base64.b64decode(json.loads(got.stdout)["records"][0]["data"]).decode(), (text + "\n") * 3)

    def test_the_program_refuses_what_is_no_invocation(self) -> None:
        for text in ("{", "[]", "{}", '{"records": 3}'):
            got = self.main(text)
            self.assertEqual((got.returncode, got.stdout, "Traceback" in got.stderr), (1, "", False))
        for arguments in (("/nonexistent/file",), ("one", "two")):
            self.assertEqual(self.main("{}", *arguments).returncode, 1)
