"""What the bodies of /raw and /event hold: lines, or JSON objects one behind the other.

Both functions return dictionaries with the event's bytes (`data`, base64) and its metadata. The objects of /event are
read one by one: what comes before a bad one is stored, and nothing from it on, as Splunk does.
"""

import base64
import json
import re

from codes import Refusal
from state import Token

ENVELOPE = ("time", "host", "source", "sourcetype", "index", "fields", "event")
_decoder = json.JSONDecoder()


def base64_text(data: bytes) -> str:
    """Bytes as the control API shows them."""
    return base64.b64encode(data).decode()


def metadata(token: Token, given: dict) -> dict:
    """An event's metadata: what the request gives, or else the token's defaults."""
    return {
        "index": given.get("index") or token.index,
        "sourcetype": given.get("sourcetype") or token.sourcetype,
        "source": given.get("source") or token.source or f"http:{token.name}",
        "host": given.get("host") or token.host,
        "time": given.get("time"),
    }


def raw_events(token: Token, query: dict, body: bytes) -> "list[dict]":
    """The lines of a body: props.conf's default LINE_BREAKER, ([\\r\\n]+), which also drops empty lines."""
    facts = metadata(token, query)
    if not token.allows(facts["index"]):
        raise Refusal(7)
    lines = [line for line in re.split(rb"[\r\n]+", body) if line]
    if not lines:
        raise Refusal(5)
    return [{**facts, "data": base64_text(line)} for line in lines]


def json_events(token: Token, body: bytes) -> "tuple[list[dict], Refusal | None]":
    """The events before the first bad object, and what is said of that object."""
    found = []
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        # Objects before the first bad byte are good.
        text = body[: error.start].decode() + "\udcff"
    try:
        number = 0
        position = skip_space(text, 0)
        if position == len(text):
            raise Refusal(5)
        while position < len(text):
            value, end = one_object(text, position, number)
            if set(value) - set(ENVELOPE):
                # An unknown key ends the body without an error, unless nothing came before it.
                if not found:
                    raise Refusal(5)
                break
            event = one_event(token, value, number)
            if event is not None:
                found.append({**event, "object": base64_text(text[position:end].encode())})
            number += 1
            position = skip_space(text, end)
    except Refusal as refusal:
        return found, refusal
    return found, None


def skip_space(text: str, position: int) -> int:
    """The place of the next character that is no white space of JSON."""
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def one_object(text: str, position: int, number: int) -> "tuple[dict, int]":
    """The JSON object that starts there, and where it ends."""
    try:
        value, end = _decoder.raw_decode(text, position)
    except (ValueError, RecursionError):
        raise Refusal(6, **{"invalid-event-number": number}) from None
    if not isinstance(value, dict):
        raise Refusal(6, **{"invalid-event-number": number})
    return value, end


def one_event(token: Token, value: dict, number: int) -> "dict | None":
    """The event of an object; None for one that has fields and no event, which is skipped."""
    at_this = {"invalid-event-number": number}
    fields = value.get("fields", {})
    if not isinstance(fields, dict) or any(isinstance(field, dict) for field in fields.values()):
        raise Refusal(15, **at_this)
    if "event" not in value:
        if fields:
            return None
        raise Refusal(12, **at_this)
    event = value["event"]
    if event is None or event is False:
        raise Refusal(6, **at_this)
    if isinstance(event, str) and not event.strip():
        raise Refusal(13, **at_this)
    facts = metadata(token, value)
    if not token.allows(facts["index"]):
        # Splunk names the object behind the one with the wrong index.
        raise Refusal(7, **{"invalid-event-number": number + 1})
    text = event if isinstance(event, str) else json.dumps(event, separators=(",", ":"), ensure_ascii=False)
    return {**facts, "fields": fields, "data": base64_text(text.encode("utf-8", "surrogatepass"))}
