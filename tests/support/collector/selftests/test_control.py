"""The control API and faults: what tests arrange happens, to that token only, and is used up."""

import http.client
import json
import time

from selftests.harness import Case, call, running


class Faults(Case):
    def test_an_answer_for_the_next_two_requests(self):
        self.faults({"action": "answer", "code": 9, "times": 2})
        self.assertEqual([self.post("/raw", b"%d" % number).status for number in range(3)], [503, 503, 200])
        self.assertEqual(self.lines(), [b"2"])

    def test_a_status_and_a_text_of_its_own(self):
        self.faults({"action": "answer", "code": 77, "status": 418, "text": "teapot"})
        reply = self.post("/raw", b"line")
        self.assertEqual((reply.status, reply.body), (418, {"text": "teapot", "code": 77}))

    def test_answer_after_stores(self):
        self.faults({"action": "answer-after", "code": 8})
        self.assertEqual(self.post("/raw", b"line").status, 500)
        self.assertEqual(self.lines(), [b"line"])

    def test_cut_before_stores_nothing_and_the_request_is_recorded(self):
        self.faults({"action": "cut-before"})
        with self.assertRaises(ConnectionError):
            self.post("/raw", b"line")
        self.assertEqual(self.lines(), [])
        records = self.control("GET", f"requests?token={self.token}")
        self.assertEqual([(one["endpoint"], one["status"], one["length"]) for one in records], [("raw", None, 4)])

    def test_cut_after_stores(self):
        self.faults({"action": "cut-after"})
        with self.assertRaises(ConnectionError):
            self.post("/raw", b"line")
        self.assertEqual(self.lines(), [b"line"])

    def test_cut_within_stores_and_answers_by_halves(self):
        self.faults({"action": "cut-within"})
        with self.assertRaises(http.client.IncompleteRead):
            self.post("/raw", b"line")
        self.assertEqual(self.lines(), [b"line"])

    def test_delay(self):
        self.faults({"action": "delay", "seconds": 0.2})
        start = time.monotonic()
        self.assertEqual(self.post("/raw", b"line").code, 0)
        self.assertGreaterEqual(time.monotonic() - start, 0.2)

    def test_a_match_leaves_other_requests_alone(self):
        self.faults({"action": "answer", "match": {"endpoint": "event"}, "times": None})
        self.assertEqual(self.post("/raw", b"line").code, 0)
        self.assertEqual([self.post("/event", b'{"event": "a"}').code for _ in range(2)], [9, 9])

    def test_faults_of_all_requests_meet_those_without_a_token(self):
        fault = {"action": "answer", "code": 18, "match": {"endpoint": "health"}}
        self.control("POST", "faults", {"faults": [fault]})
        self.addCleanup(self.control, "POST", "faults", {"faults": []})
        replies = [call(running().ports["http"], "GET", "/services/collector/health").code for _ in range(2)]
        self.assertEqual(replies, [18, 17])

    def test_a_token_s_faults_are_not_another_s(self):
        self.faults({"action": "answer"})
        other = self.control("POST", "token", {"name": f"{self.name}-other"})["token"]
        self.assertEqual(self.post("/raw", b"line", authorization=f"Splunk {other}").code, 0)


class Control(Case):
    def test_delete_forgets_the_token_s_only(self):
        other = self.control("POST", "token", {"name": f"{self.name}-other"})["token"]
        self.post("/raw", b"a")
        self.post("/raw", b"b", authorization=f"Splunk {other}")
        self.control("DELETE", f"received?token={self.token}")
        self.assertEqual(self.lines(), [])
        self.assertEqual(self.control("GET", f"requests?token={self.token}"), [])
        self.assertEqual(len(self.control("GET", f"received?token={other}")), 1)
        self.assertEqual(len(self.control("GET", f"requests?token={other}")), 1)

    def test_received_by_endpoint(self):
        self.post("/raw", b"a")
        self.post("/event", b'{"event": "b"}')
        self.assertEqual([event["data"] for event in self.received("&endpoint=event")], [b"b"])

    def test_tokens_are_listed_with_their_settings(self):
        self.settings(useACK=True, index="aws")
        (found,) = [token for token in self.control("GET", "tokens") if token["name"] == self.name]
        self.assertEqual((found["token"], found["useACK"], found["index"]), (self.token, True, "aws"))

    def test_a_token_can_be_given_and_changed(self):
        value = "11111111-2222-3333-4444-555555555555"
        self.settings(token=value)
        self.assertEqual(self.post("/raw", b"a").code, 4)
        self.assertEqual(self.post("/raw", b"a", authorization=f"Splunk {value}").code, 0)

    def test_what_there_is_not_is_refused(self):
        for path, given in (
            ("token", {"name": self.name, "useack": True}),
            ("token", {"name": "thief", "token": self.token}),
            ("settings", {"helth": 17}),
            ("faults", {"faults": [{"action": "explode"}]}),
            ("faults", {"faults": [{"action": "answer", "match": {"service": "s3"}}]}),
        ):
            reply = call(running().ports["http"], "POST", f"/_collector/{path}", json.dumps(given).encode())
            self.assertEqual(reply.status, 400, path)
        self.assertEqual(call(running().ports["http"], "GET", "/_collector/nothing").status, 404)
        self.post("/raw", b"a")
        self.assertEqual(call(running().ports["http"], "GET", "/_collector/received?colour=red").status, 400)

    def test_while_http_is_disabled_connections_are_closed(self):
        self.server(disabled=True)
        with self.assertRaises(ConnectionError):
            self.post("/raw", b"line")
        self.assertEqual(self.lines(), [])
