"""What is stored: lines and events, byte for byte and in order, with their metadata; and acknowledgements."""

import base64
import gzip
import json
import threading
import uuid

from selftests.harness import Case


class Raw(Case):
    def test_lines_are_broken_at_newlines_and_kept_byte_for_byte(self):
        self.post("/raw", b'{"a": 1}\r\n\xff\x00 b \n\nlast')
        self.assertEqual(self.lines(), [b'{"a": 1}', b"\xff\x00 b ", b"last"])

    def test_all_paths_of_raw(self):
        for number, path in enumerate(("/raw", "/raw/1.0")):
            self.assertEqual(self.post(path, b"%d" % number).code, 0)
        self.assertEqual(self.lines(), [b"0", b"1"])

    def test_gzip(self):
        self.post("/raw", gzip.compress(b"a\nb"), headers={"Content-Encoding": "gzip"})
        self.assertEqual(self.lines(), [b"a", b"b"])

    def test_metadata_are_the_token_s_unless_the_request_gives_others(self):
        self.settings(index="aws", sourcetype="aws:cloudtrail", host="firehose")
        self.post("/raw", b"a", channel=self.channel)
        self.post("/raw?index=b&sourcetype=c&source=d&host=e&time=5", b"b")
        first, second = self.received()
        names = ("index", "sourcetype", "source", "host", "time", "channel", "endpoint", "ackId")
        default = ["aws", "aws:cloudtrail", f"http:{self.name}", "firehose", None, self.channel, "raw", None]
        self.assertEqual([first[name] for name in names], default)
        self.assertEqual([second[name] for name in names], ["b", "c", "d", "e", "5", None, "raw", None])

    def test_chunked_bodies(self):
        reply = self.post("/raw", iter([b"a\n", b"b"]))
        self.assertEqual(reply.code, 0)
        self.assertEqual(self.lines(), [b"a", b"b"])

    def test_requests_of_many_threads_are_each_stored_whole(self):
        def send(letter):
            self.post("/raw", b"\n".join([letter] * 50))

        threads = [threading.Thread(target=send, args=(letter,)) for letter in (b"a", b"b", b"c", b"d")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines = self.lines()
        self.assertEqual(sorted(lines), sorted([b"a", b"b", b"c", b"d"] * 50))
        for start in range(0, 200, 50):
            self.assertEqual(len(set(lines[start : start + 50])), 1)


class Events(Case):
    def test_objects_one_behind_the_other(self):
        first = '{"event": "ä", "host": "h"}'
        self.post("/event", (first + '{"event": {"a": [1, "ö"]}}\n {"event": 0}').encode())
        self.assertEqual(self.lines(), ["ä".encode(), '{"a":[1,"ö"]}'.encode(), b"0"])
        # Metadata are of one object only.
        self.assertEqual([event["host"] for event in self.received()], ["h", "splunk:8088", "splunk:8088"])
        self.assertEqual(base64.b64decode(self.received()[0]["object"]), first.encode())

    def test_all_paths_of_event(self):
        paths = ("", "/1.0", "/event", "/event/1.0")
        for path in paths:
            self.assertEqual(self.post(path, json.dumps({"event": path or "none"}).encode()).code, 0)
        self.assertEqual(self.lines(), [b"none", b"/1.0", b"/event", b"/event/1.0"])

    def test_gzip(self):
        self.post("/event", gzip.compress(b'{"event": "a"}'), headers={"Content-Encoding": "gzip"})
        self.assertEqual(self.lines(), [b"a"])

    def test_empty_objects_and_lists_are_events(self):
        self.assertEqual(self.post("/event", b'{"event": {}}{"event": []}').code, 0)
        self.assertEqual(self.lines(), [b"{}", b"[]"])

    def test_fields_without_an_event_are_skipped(self):
        self.assertEqual(self.post("/event", b'{"fields": {"a": 1}}{"event": "b"}').code, 0)
        self.assertEqual(self.lines(), [b"b"])

    def test_an_unknown_key_ends_the_body(self):
        reply = self.post("/event", b'{"event": "a"}{"event": "b", "extra": 1}{"event": "c"}')
        self.assertEqual(reply.code, 0)
        self.assertEqual(self.lines(), [b"a"])
        self.assertEqual(self.post("/event", b'{"event": "b", "extra": 1}').code, 5)


class Acknowledgements(Case):
    def setUp(self):
        super().setUp()
        self.settings(useACK=True)

    def send(self, channel=None) -> int:
        return self.post("/raw", b"line", channel=channel or self.channel).body["ackId"]

    def poll(self, *numbers, channel=None) -> dict:
        body = json.dumps({"acks": numbers}).encode()
        reply = self.post(f"/ack?channel={channel or self.channel}", body)
        self.assertEqual(reply.status, 200, reply.body)
        self.assertEqual(list(reply.body), ["acks"])
        return reply.body["acks"]

    def test_ids_count_from_0_in_each_channel(self):
        self.assertEqual([self.send(), self.send(), self.send(str(uuid.uuid4()))], [0, 1, 0])
        self.assertEqual([event["ackId"] for event in self.received(f"&channel={self.channel}")], [0, 1])

    def test_an_id_is_true_once_and_in_its_channel_only(self):
        self.send()
        self.assertEqual(self.poll(0, channel=str(uuid.uuid4())), {"0": False})
        self.assertEqual(self.poll(0, 5), {"0": True, "5": False})
        self.assertEqual(self.poll(0), {"0": False})

    def test_an_id_after_some_polls(self):
        self.settings(ack_after_polls=2)
        self.send()
        self.assertEqual([self.poll(0)["0"] for _ in range(4)], [False, False, True, False])

    def test_an_id_that_is_never_acknowledged(self):
        self.settings(ack_after_polls=None)
        self.send()
        self.assertEqual([self.poll(0)["0"] for _ in range(3)], [False, False, False])
        self.settings(ack_after_polls=0)
        self.assertEqual(self.poll(0), {"0": True})

    def test_channels_are_guids_in_either_case(self):
        self.assertEqual(self.send(self.channel.upper()), 0)
        self.assertEqual(self.poll(0), {"0": True})

    def test_the_channel_may_be_in_the_query(self):
        self.assertEqual(self.post(f"/event?channel={self.channel}", b'{"event": "a"}').body["ackId"], 0)

    def test_a_bad_object_behind_good_ones_has_an_id_too(self):
        reply = self.post("/event", b'{"event": "a"}{', channel=self.channel)
        self.assertEqual(reply.body["ackId"], 0)
        self.assertNotIn("ackId", self.post("/event", b"{", channel=self.channel).body)
        self.assertEqual(self.poll(0), {"0": True})

    def test_refused_requests_have_no_id(self):
        self.post("/raw", b"", channel=self.channel)
        self.assertEqual(self.send(), 0)

    def test_questions_that_are_none(self):
        self.assertEqual(self.post("/ack", b"", channel=self.channel).code, 5)
        for body in (b"{", b"[]", b'{"acks": 1}', b'{"acks": ["x"]}'):
            self.assertEqual(self.post("/ack", body, channel=self.channel).code, 6)

    def test_without_acknowledgement_there_is_no_id(self):
        self.settings(useACK=False)
        self.assertEqual(self.post("/raw", b"line", channel=self.channel).body, {"text": "Success", "code": 0})
