"""The answers of the HTTP Event Collector: number, HTTP status and text, as Splunk's documentation lists them.

`answer(number)` is a complete response. Code 28 is Splunk Cloud's; everything else is Splunk Enterprise's too.
"""

import json

from http_server import Response

CODES = {
    0: (200, "Success"),
    1: (403, "Token disabled"),
    2: (401, "Token is required"),
    3: (401, "Invalid authorization"),
    4: (403, "Invalid token"),
    5: (400, "No data"),
    6: (400, "Invalid data format"),
    7: (400, "Incorrect index"),
    8: (500, "Internal server error"),
    9: (503, "Server is busy"),
    10: (400, "Data channel is missing"),
    11: (400, "Invalid data channel"),
    12: (400, "Event field is required"),
    13: (400, "Event field cannot be blank"),
    14: (400, "ACK is disabled"),
    15: (400, "Error in handling indexed fields"),
    16: (400, "Query string authorization is not enabled"),
    17: (200, "HEC is healthy"),
    18: (503, "HEC is unhealthy, queues are full"),
    19: (503, "HEC is unhealthy, ack service unavailable"),
    20: (503, "HEC is unhealthy, queues are full, ack service unavailable"),
    21: (400, "Invalid token"),
    22: (400, "Token disabled"),
    23: (503, "Server is shutting down"),
    24: (200, "HEC queue is approaching its capacity limit"),
    25: (200, "HEC ACK is approaching its capacity limit"),
    26: (429, "HEC queue is at capacity and cannot process any more requests"),
    27: (429, "HEC ACK channel is at capacity and cannot process any more requests"),
    28: (
        400,
        "Data channel is missing. If you have multiple indexers, sticky session load balancers must be provisioned "
        "and client requests must be routed accordingly.",
    ),
}
NOT_FOUND = "The requested URL was not found on this server."


class Refusal(Exception):
    """A request is answered with this code; `more` are further keys of the answer."""

    def __init__(self, code: int, **more):
        super().__init__(code)
        self.code = code
        self.more = more


def answer(code: int, status: "int | None" = None, text: "str | None" = None, **more) -> Response:
    """The answer of that number. Faults may give it another status or text."""
    known_status, known_text = CODES.get(code, (500, ""))
    return json_response(status or known_status, {"text": text or known_text, "code": code, **more})


def json_response(status: int, value) -> Response:
    """A response with JSON in it, as compact as Splunk's."""
    body = json.dumps(value, separators=(",", ":")).encode()
    return Response(status, {"content-type": "application/json; charset=UTF-8"}, body)
