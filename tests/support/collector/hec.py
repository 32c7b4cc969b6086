"""The HTTP Event Collector's endpoints: raw, event, ack and health, each with what Splunk refuses there.

Order: path and method, faults, authorization, the server's own state, encoding and size, channel, data. Every request
is recorded, also one that is refused, with the port that it came to and the token that it showed.
"""

import base64
import binascii
import gzip
import json
import re
import zlib
from dataclasses import dataclass
from urllib.parse import parse_qsl

import codes
import events
from codes import Refusal
from faults import Fault
from http_server import ConnectionCut, Response
from state import Collector, Token

BASE = "/services/collector"
ENDPOINTS = {
    "": "event",
    "/1.0": "event",
    "/event": "event",
    "/event/1.0": "event",
    "/raw": "raw",
    "/raw/1.0": "raw",
    "/ack": "ack",
    "/ack/1.0": "ack",
    "/health": "health",
    "/health/1.0": "health",
}
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass
class Request:
    """One request: what it asks for and what it shows."""

    endpoint: "str | None"
    method: str
    query: dict
    authorization: "str | None"
    channel: "str | None"
    encoding: str
    body: bytes

    @classmethod
    def read(cls, environ: dict, body: bytes) -> "Request":
        """The request of a WSGI environment."""
        query = dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))
        path = environ["PATH_INFO"]
        return cls(
            endpoint=ENDPOINTS.get(path.removeprefix(BASE)) if path.startswith(BASE) else None,
            method=environ["REQUEST_METHOD"],
            query=query,
            authorization=environ.get("HTTP_AUTHORIZATION"),
            channel=environ.get("HTTP_X_SPLUNK_REQUEST_CHANNEL") or query.get("channel") or None,
            encoding=environ.get("HTTP_CONTENT_ENCODING", "").lower(),
            body=body,
        )

    def shown_token(self) -> "str | None":
        """The token in the query string, which takes precedence, or in the header; None for anything unreadable."""
        if "token" in self.query:
            return self.query["token"]
        scheme, _, value = (self.authorization or "").partition(" ")
        if scheme == "Basic":
            try:
                value = base64.b64decode(value, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return None
        elif scheme != "Splunk":
            return None
        return value.strip() or None


def answer(collector: Collector, port: str, environ: dict, body: bytes) -> Response:
    """Answers one request and records it."""
    request = Request.read(environ, body)
    facts = {"port": port, "endpoint": request.endpoint, "channel": request.channel}
    record = {
        **facts,
        "method": request.method,
        "path": environ["PATH_INFO"],
        "token": request.shown_token(),
        "encoding": request.encoding,
        "length": len(body),
        "status": None,
        "cookie": environ.get("HTTP_COOKIE"),
    }
    with collector.lock:
        collector.requests.append(record)
        fault = meet(collector, record["token"], facts)
        if collector.settings["disabled"]:
            raise ConnectionCut
    response = fault.before() if fault else None
    if response is None:
        response = serve(collector, request)
        if fault:
            response = fault.after(response)
    record["status"] = response.status
    if collector.settings["cookie"]:
        response.headers["set-cookie"] = collector.settings["cookie"]
    return response


def meet(collector: Collector, token: "str | None", facts: dict) -> "Fault | None":
    """The first fault that meets this request: of its token, or of all."""
    waiting = collector.faults.get(None, []) + (collector.faults.get(token, []) if token else [])
    return next((fault for fault in waiting if fault.meets(facts)), None)


def serve(collector: Collector, request: Request) -> Response:
    """The right answer."""
    if request.endpoint is None:
        return codes.json_response(404, {"text": codes.NOT_FOUND, "code": 404})
    allowed = ("GET", "HEAD") if request.endpoint == "health" else ("POST",)
    if request.method == "OPTIONS":
        return Response(200, {"allow": ",".join((*allowed, "OPTIONS"))})
    if request.method not in allowed:
        return codes.json_response(405, {"text": codes.NOT_FOUND, "code": 404})
    with collector.lock:
        if request.endpoint == "health":
            return codes.answer(collector.settings["health"])
        try:
            return accept(collector, request)
        except Refusal as refusal:
            return codes.answer(refusal.code, **refusal.more)


def accept(collector: Collector, request: Request) -> Response:
    """Stores events, or says which are indexed; raises Refusal."""
    token = authorize(collector, request)
    if collector.settings["refuse"] is not None:
        raise Refusal(collector.settings["refuse"])
    limit = collector.settings["max_content_length"]
    if len(request.body) > limit:
        text = f"Content-Length of {len(request.body)} too large (maximum is {limit})"
        return codes.answer(413, 413, text)
    if request.encoding not in ("", "identity", "gzip"):
        return Response(415, {"content-type": "text/html; charset=UTF-8"}, b"<h1>Unsupported Media Type</h1>")
    body = unpack(request.body) if request.encoding == "gzip" else request.body
    check_channel(token, request)
    if request.endpoint == "ack":
        return acknowledge(token, request.channel, body)
    if request.endpoint == "raw":
        found, refusal = events.raw_events(token, request.query, body), None
    else:
        found, refusal = events.json_events(token, body)
    if refusal and not found:
        raise refusal
    more = collector.store(token, request.channel, request.endpoint, found)
    return codes.answer(refusal.code, **refusal.more, **more) if refusal else codes.answer(0, **more)


def authorize(collector: Collector, request: Request) -> Token:
    """The token of a request."""
    in_query = "token" in request.query
    if not in_query and not request.authorization:
        raise Refusal(2)
    shown = request.shown_token()
    if shown is None:
        raise Refusal(3)
    token = collector.tokens.get(shown)
    if token is None:
        raise Refusal(4)
    if in_query and not token.allowQueryStringAuth:
        raise Refusal(16)
    if token.disabled:
        raise Refusal(1)
    return token


def check_channel(token: Token, request: Request) -> None:
    """A token with acknowledgement needs a channel, and a channel is a GUID."""
    if request.endpoint == "ack" and not token.useACK:
        raise Refusal(14)
    if request.channel is None:
        if token.useACK:
            raise Refusal(10)
    elif not GUID.fullmatch(request.channel):
        raise Refusal(11)


def acknowledge(token: Token, channel: str, body: bytes) -> Response:
    """{"acks": [ids]} is answered with {"acks": {id: bool}}."""
    if not body.strip():
        raise Refusal(5)
    try:
        numbers = [int(number) for number in json.loads(body)["acks"]]
    except (ValueError, TypeError, KeyError):
        raise Refusal(6) from None
    known = token.channel(channel)
    return codes.json_response(
        200, {"acks": {str(number): known.poll(number, token.ack_after_polls) for number in dict.fromkeys(numbers)}}
    )


def unpack(body: bytes) -> bytes:
    """The content of a gzip body."""
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        raise Refusal(6) from None
