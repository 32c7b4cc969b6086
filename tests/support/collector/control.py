"""The control API, below /_collector/ on every port but the management API's: how tests arrange and look. JSON.

    POST   token     {name, …}      creates the token of that name, or changes it; answers with all its settings
    GET    tokens                   all tokens
    GET    received?token=&channel=&endpoint=
                                    the events stored, in order of arrival: {token, channel, endpoint, ackId, index,
                                    sourcetype, source, host, time, data}, for /event also {fields, object}; `data` (the
                                    line, or the event's text) and `object` (the JSON object as sent) are base64
    DELETE received[?token=]        forgets events and requests, of one token or all
    GET    requests?token=&port=&endpoint=
                                    every request, in order: {port, endpoint, channel, method, path, token, encoding,
                                    length, status, cookie}; status is null where the connection was closed
    POST   settings  {…}            changes some settings of the server and answers with all
    POST   faults    {faults[, token]}
                                    replaces the faults (see faults.py) of a token, or those of every request

A token's settings are those of its stanza (name, token, useACK, disabled, index, indexes, sourcetype, source, host,
description, allowQueryStringAuth) and `ack_after_polls`: how many polls of an id are answered with false before one is
answered with true; null is never. The server's: `disabled` closes every connection, as while [http] is disabled;
`health` the code of the health answer (17 to 20, 23); `refuse` the code that every request with a valid token is
refused with (9, 23, 26, 27), or null; `max_content_length` bytes; `cookie` what each answer sets, as a load balancer does, or null; `user` and `password` of the management API.
"""

import dataclasses
import json
import traceback
from urllib.parse import parse_qsl

from codes import json_response
from faults import Fault
from http_server import Response
from state import Collector, Token

PREFIX = "/_collector/"


def answer(collector: Collector, environ: dict, body: bytes) -> Response:
    """Answers one request of the control API."""
    name = environ["REQUEST_METHOD"] + " " + environ["PATH_INFO"].removeprefix(PREFIX)
    if name not in REQUESTS:
        return json_response(404, {"error": f"no such control request: {name}"})
    try:
        given = {**dict(parse_qsl(environ["QUERY_STRING"])), **(json.loads(body) if body else {})}
        with collector.lock:
            return json_response(200, REQUESTS[name](collector, given))
    except Exception:
        return json_response(400, {"error": traceback.format_exc()})


def described(token: Token) -> dict:
    """A token's settings, without what its channels hold."""
    facts = dataclasses.asdict(token)
    del facts["channels"]
    return facts


def chosen(records: "list[dict]", given: dict) -> "list[dict]":
    """The records with these values. A key that no record has is an error of the test."""
    if records and set(given) - set(records[0]):
        raise ValueError(f"no such key: {sorted(set(given) - set(records[0]))}")
    return [record for record in records if all(record[name] == value for name, value in given.items())]


def _token(collector, given):
    return described(collector.put_token(given))


def _tokens(collector, _given):
    return [described(token) for token in collector.tokens.values()]


def _received(collector, given):
    return chosen(collector.received, given)


def _forget(collector, given):
    if set(given) - {"token"}:
        raise ValueError("only a token can be given")
    for records in (collector.received, collector.requests):
        records[:] = [record for record in records if given and record["token"] != given["token"]]
    return {}


def _requests(collector, given):
    return chosen(collector.requests, given)


def _settings(collector, given):
    unknown = set(given) - set(collector.settings)
    if unknown:
        raise ValueError(f"no such setting: {sorted(unknown)}")
    collector.settings.update(given)
    return collector.settings


def _faults(collector, given):
    collector.faults[given.get("token")] = [Fault(**fault) for fault in given["faults"]]
    return {}


REQUESTS = {
    "POST token": _token,
    "GET tokens": _tokens,
    "GET received": _received,
    "DELETE received": _forget,
    "GET requests": _requests,
    "POST settings": _settings,
    "POST faults": _faults,
}
