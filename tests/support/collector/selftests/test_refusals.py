"""Each code of the HTTP Event Collector, one test each: its status, its text, and that nothing is stored."""

import base64
import gzip

from selftests.harness import Case, call, running


class Refusals(Case):
    def test_0_success(self):
        reply = self.post("/raw", b"line")
        self.assertEqual((reply.status, reply.body), (200, {"text": "Success", "code": 0}))
        self.assertEqual(self.lines(), [b"line"])

    def test_1_token_disabled(self):
        self.settings(disabled=True)
        self.refused(1, 403, "Token disabled", self.post("/raw", b"line"))

    def test_2_token_is_required(self):
        for endpoint in ("raw", "event", "ack"):
            reply = call(running().ports["http"], "POST", f"/services/collector/{endpoint}", b"line")
            self.refused(2, 401, "Token is required", reply)

    def test_3_invalid_authorization(self):
        bearer = self.post("/raw", b"line", authorization=f"Bearer {self.token}")
        self.refused(3, 401, "Invalid authorization", bearer)
        self.refused(3, 401, "Invalid authorization", self.post("/raw", b"line", authorization=self.token))
        self.refused(3, 401, "Invalid authorization", self.post("/raw", b"line", authorization="Basic !"))

    def test_4_invalid_token(self):
        reply = self.post("/raw", b"line", authorization="Splunk 00000000-0000-0000-0000-000000000000")
        self.refused(4, 403, "Invalid token", reply)

    def test_5_no_data(self):
        for endpoint in ("/raw", "/event"):
            self.refused(5, 400, "No data", self.post(endpoint))
            self.refused(5, 400, "No data", self.post(endpoint, b"\r\n\n"))

    def test_6_invalid_data_format(self):
        text = "Invalid data format"
        values = (b"{", b"no JSON", b"[1]", b'"text"', b'{"event": null}', b'{"event": false}', b'{"event": "\xff"}')
        for body in values:
            with self.subTest(body=body):
                self.refused(6, 400, text, self.post("/event", body), **{"invalid-event-number": 0})

    def test_6_bytes_that_are_no_utf_8_behind_an_object(self):
        reply = self.post("/event", b'{"event": "a"}\xff')
        self.assertEqual(reply.body, {"text": "Invalid data format", "code": 6, "invalid-event-number": 1})
        self.assertEqual(self.lines(), [b"a"])

    def test_6_what_comes_before_the_bad_object_is_stored(self):
        reply = self.post("/event", b'{"event": "a"} {"event": } {"event": "c"}')
        self.assertEqual(reply.body, {"text": "Invalid data format", "code": 6, "invalid-event-number": 1})
        self.assertEqual(self.lines(), [b"a"])

    def test_6_gzip_that_is_none(self):
        reply = self.post("/raw", b"line", headers={"Content-Encoding": "gzip"})
        self.refused(6, 400, "Invalid data format", reply)
        cut = gzip.compress(b"line")[:-4]
        reply = self.post("/raw", cut, headers={"Content-Encoding": "gzip"})
        self.refused(6, 400, "Invalid data format", reply)

    def test_7_incorrect_index(self):
        self.settings(indexes=["main", "aws"])
        self.refused(7, 400, "Incorrect index", self.post("/raw?index=secret", b"line"))
        reply = self.post("/event", b'{"event": "a", "index": "secret"}')
        self.refused(7, 400, "Incorrect index", reply, **{"invalid-event-number": 1})
        self.assertEqual(self.post("/raw?index=aws", b"line").code, 0)
        self.assertEqual([event["index"] for event in self.received()], ["aws"])

    def test_8_internal_server_error(self):
        self.faults({"action": "answer", "code": 8})
        self.refused(8, 500, "Internal server error", self.post("/raw", b"line"))

    def test_9_server_is_busy(self):
        self.server(refuse=9)
        self.refused(9, 503, "Server is busy", self.post("/raw", b"line"))

    def test_10_data_channel_is_missing(self):
        self.settings(useACK=True)
        text = "Data channel is missing"
        self.refused(10, 400, text, self.post("/raw", b"line"))
        self.refused(10, 400, text, self.post("/event", b'{"event": "a"}'))
        self.refused(10, 400, text, self.post("/ack", b'{"acks": [0]}'))
        self.refused(10, 400, text, self.post("/raw", b"line", headers={"X-Splunk-Request-Channel": ""}))

    def test_11_invalid_data_channel(self):
        self.settings(useACK=True)
        text = "Invalid data channel"
        self.refused(11, 400, text, self.post("/raw", b"line", channel="no-guid"))
        self.refused(11, 400, text, self.post("/raw?channel=1", b"line"))
        self.refused(11, 400, text, self.post("/raw", b"line", channel=self.channel + "0"))

    def test_12_event_field_is_required(self):
        reply = self.post("/event", b'{"host": "a"}')
        self.refused(12, 400, "Event field is required", reply, **{"invalid-event-number": 0})

    def test_13_event_field_cannot_be_blank(self):
        for blank in (b'""', b'" "'):
            reply = self.post("/event", b'{"event": %s}' % blank)
            self.refused(13, 400, "Event field cannot be blank", reply, **{"invalid-event-number": 0})

    def test_14_ack_is_disabled(self):
        self.refused(14, 400, "ACK is disabled", self.post("/ack", b'{"acks": [0]}', channel=self.channel))

    def test_15_error_in_handling_indexed_fields(self):
        for fields in (b'{"a": {"b": 1}}', b"[1]"):
            reply = self.post("/event", b'{"event": "a", "fields": %s}' % fields)
            self.refused(15, 400, "Error in handling indexed fields", reply, **{"invalid-event-number": 0})

    def test_16_query_string_authorization_is_not_enabled(self):
        text = "Query string authorization is not enabled"
        # The token in the query string counts, also where the header has one.
        self.refused(16, 400, text, self.post(f"/raw?token={self.token}", b"line"))
        self.settings(allowQueryStringAuth=True)
        reply = call(running().ports["http"], "POST", f"/services/collector/raw?token={self.token}", b"line")
        self.assertEqual(reply.code, 0)

    def test_17_to_20_and_23_health(self):
        self.healthy(17, 200, "HEC is healthy")
        for code, text in (
            (18, "HEC is unhealthy, queues are full"),
            (19, "HEC is unhealthy, ack service unavailable"),
            (20, "HEC is unhealthy, queues are full, ack service unavailable"),
            (23, "Server is shutting down"),
        ):
            self.server(health=code)
            self.healthy(code, 503, text)

    def healthy(self, code, status, text):
        for version in ("", "/1.0"):
            reply = call(running().ports["http"], "GET", f"/services/collector/health{version}")
            self.assertEqual((reply.status, reply.body), (status, {"text": text, "code": code}))

    def test_17_health_looks_at_no_token(self):
        headers = {"Authorization": "Splunk nothing"}
        reply = call(running().ports["http"], "GET", "/services/collector/health", headers=headers)
        self.assertEqual((reply.status, reply.code), (200, 17))

    def test_21_22_24_25_28_as_faults(self):
        for code, status, text in (
            (21, 400, "Invalid token"),
            (22, 400, "Token disabled"),
            (24, 200, "HEC queue is approaching its capacity limit"),
            (25, 200, "HEC ACK is approaching its capacity limit"),
        ):
            self.faults({"action": "answer", "code": code})
            self.refused(code, status, text, self.post("/raw", b"line"))
        self.faults({"action": "answer", "code": 28})
        reply = self.post("/raw", b"line")
        self.assertEqual((reply.status, reply.code), (400, 28))
        self.assertIn("sticky session", reply.body["text"])

    def test_23_26_27_refuse_data(self):
        for code, status, text in (
            (23, 503, "Server is shutting down"),
            (26, 429, "HEC queue is at capacity and cannot process any more requests"),
            (27, 429, "HEC ACK channel is at capacity and cannot process any more requests"),
        ):
            self.server(refuse=code)
            self.refused(code, status, text, self.post("/raw", b"line"))

    def test_a_wrong_token_is_said_before_a_busy_server(self):
        self.server(refuse=9)
        self.assertEqual(self.post("/raw", b"line", authorization="Splunk x").code, 4)


class Http(Case):
    def test_413_content_too_large(self):
        self.server(max_content_length=4)
        self.assertEqual(self.post("/raw", b"12345").status, 413)
        self.assertEqual(self.lines(), [])
        self.assertEqual(self.post("/raw", b"1234").status, 200)

    def test_404_of_another_path(self):
        for path in ("/services/collector/nothing", "/services/collectors", "/"):
            reply = call(running().ports["http"], "POST", path)
            text = "The requested URL was not found on this server."
            self.assertEqual((reply.status, reply.body), (404, {"text": text, "code": 404}))

    def test_405_of_another_method(self):
        for method, endpoint in (("GET", "event"), ("GET", "raw"), ("GET", "ack"), ("POST", "health")):
            reply = call(running().ports["http"], method, f"/services/collector/{endpoint}")
            self.assertEqual((reply.status, reply.code), (405, 404))

    def test_options_need_no_token(self):
        reply = call(running().ports["http"], "OPTIONS", "/services/collector/raw")
        self.assertEqual((reply.status, reply.headers["allow"]), (200, "POST,OPTIONS"))

    def test_415_of_another_encoding(self):
        reply = self.post("/raw", b"line", headers={"Content-Encoding": "deflate"})
        self.assertEqual(reply.status, 415)
        self.assertEqual(self.lines(), [])

    def test_basic_authorization_has_the_token_as_password(self):
        basic = base64.b64encode(f"x:{self.token}".encode()).decode()
        self.assertEqual(self.post("/raw", b"line", authorization=f"Basic {basic}").code, 0)
        wrong = base64.b64encode(f"{self.token}:x".encode()).decode()
        self.assertEqual(self.post("/raw", b"line", authorization=f"Basic {wrong}").code, 4)
