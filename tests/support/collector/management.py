"""Splunk's management API, as much of it as HTTP Event Collector tokens need: data/inputs/http.

    GET    …/data/inputs/http[?count=&offset=]       the token stanzas
    POST   …/data/inputs/http                        creates one: name and settings, form-encoded
    GET    …/data/inputs/http/NAME                   a stanza; NAME is http for the global one
    POST   …/data/inputs/http/NAME[/enable|/disable] changes it
    DELETE …/data/inputs/http/NAME                   deletes it

The paths start with /services or /servicesNS/OWNER/APP. NAME is the stanza's name or http://NAME, percent-encoded. Only
output_mode=json is supported: without it Splunk answers in XML, and so does this, with an empty document.
"""

import base64
import binascii
from urllib.parse import parse_qsl, quote, unquote

from codes import json_response
from http_server import Response
from state import SETTINGS, Collector, Token

GLOBAL = "http"
FALSE = ("0", "false", "f", "no")
TRUE = ("1", "true", "t", "yes")
PAGE = 30


class Failure(Exception):
    """The request fails with this status and text."""

    def __init__(self, status: int, text: str):
        super().__init__(text)
        self.status = status
        self.text = text


def application(collector: Collector):
    """What the management port answers."""

    def answer(environ: dict, body: bytes) -> Response:
        given = dict(parse_qsl(environ["QUERY_STRING"]) + parse_qsl(body.decode("utf-8", "replace")))
        if not is_authorized(collector, environ.get("HTTP_AUTHORIZATION", "")):
            response = failure(401, "Unauthorized")
            response.headers["www-authenticate"] = 'Basic realm="/splunk"'
            return response
        if given.pop("output_mode", None) != "json":
            text = b"<?xml version='1.0' encoding='UTF-8'?>\n<response><messages/></response>\n"
            return Response(200, {"content-type": "text/xml; charset=UTF-8"}, text)
        try:
            with collector.lock:
                return serve(collector, environ["REQUEST_METHOD"], names_in(environ["RAW_URI"]), given)
        except Failure as error:
            return failure(error.status, error.text)

    return answer


def is_authorized(collector: Collector, header: str) -> bool:
    """Whether the header is Basic, with the user's password."""
    scheme, _, value = header.partition(" ")
    try:
        shown = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return scheme == "Basic" and shown == f"{collector.settings['user']}:{collector.settings['password']}"


def names_in(uri: str) -> "list[str]":
    """What follows data/inputs/http in the path: nothing, a stanza, or a stanza and an action."""
    segments = uri.partition("?")[0].strip("/").split("/")
    start = {"services": 1, "servicesNS": 3}.get(segments[0], 0)
    if not start or segments[start : start + 3] != ["data", "inputs", "http"]:
        raise Failure(404, "Not Found")
    # The slashes of http://NAME are encoded twice in Splunk's own links.
    return [unquote(unquote(name)).removeprefix("http://") for name in segments[start + 3 :]]


def serve(collector: Collector, method: str, names: "list[str]", given: dict) -> Response:
    """Answers a request for the collection, a stanza or an action."""
    if not names:
        if method == "GET":
            return listing(collector, int(given.get("count", PAGE)), int(given.get("offset", 0)))
        if method == "POST":
            return create(collector, given)
        raise Failure(405, "Method Not Allowed")
    name, *action = names
    token = None if name == GLOBAL else collector.named(name)
    if name != GLOBAL and token is None:
        raise Failure(404, f"Could not find object id={name}")
    if action:
        if method != "POST" or action not in (["enable"], ["disable"]):
            raise Failure(404, "Not Found")
        given = {"disabled": str(int(action == ["disable"]))}
    if method == "DELETE" and token:
        del collector.tokens[token.token]
        return listing(collector, PAGE, 0)
    if method == "POST":
        change(collector, token, given)
    elif method != "GET":
        raise Failure(405, "Method Not Allowed")
    return entries([entry(token) if token else global_entry(collector)], 1)


def listing(collector: Collector, count: int, offset: int) -> Response:
    """The token stanzas, a page of them; a count below 1 is all."""
    tokens = sorted(collector.tokens.values(), key=lambda token: token.name)
    page = tokens[offset:] if count < 1 else tokens[offset : offset + count]
    return entries([entry(token) for token in page], len(tokens), count, offset)


def create(collector: Collector, given: dict) -> Response:
    """Creates a stanza, with a new token unless one is given."""
    name = given.pop("name", "").removeprefix("http://")
    if not name:
        raise Failure(400, 'The following required arguments are missing: "name".')
    if name == GLOBAL or collector.named(name):
        raise Failure(409, f"An object with name=http://{name} already exists")
    value = given.pop("token", None)
    if value in collector.tokens:
        raise Failure(409, "Token already exists")
    settings = settings_of(given)
    token = collector.put_token({"name": name, **({"token": value} if value else {}), **settings})
    return entries([entry(token)], 1, status=201)


def change(collector: Collector, token: "Token | None", given: dict) -> None:
    """Changes a stanza, or the global one."""
    settings = settings_of(given)
    if token is None:
        if "disabled" in settings:
            collector.settings["disabled"] = settings["disabled"]
        return
    collector.put_token({"name": token.name, **settings})


def settings_of(given: dict) -> dict:
    """The arguments as a token's settings; one that there is not is refused."""
    settings = {}
    for name, value in given.items():
        if name not in SETTINGS:
            raise Failure(400, f'Argument "{name}" is not supported by this handler.')
        if name in ("useACK", "disabled"):
            if value.lower() not in TRUE + FALSE:
                raise Failure(400, f'Argument "{name}" is not a boolean: {value}')
            settings[name] = value.lower() in TRUE
        elif name == "indexes":
            settings[name] = [index.strip() for index in value.split(",") if index.strip()]
        else:
            settings[name] = value
    return settings


def entry(token: Token) -> dict:
    """A token's stanza as Splunk shows it: disabled is a boolean, useACK the text of a number."""
    content = {
        "disabled": token.disabled,
        "host": token.host,
        "index": token.index,
        "indexes": token.indexes,
        "token": token.token,
        "useACK": str(int(token.useACK)),
    }
    for name in ("description", "source", "sourcetype"):
        if getattr(token, name):
            content[name] = getattr(token, name)
    return shown(f"http://{token.name}", content)


def global_entry(collector: Collector) -> dict:
    """The stanza [http]."""
    content = {"disabled": collector.settings["disabled"], "enableSSL": "1", "port": "8088", "index": "default"}
    return shown(GLOBAL, content)


def shown(name: str, content: dict) -> dict:
    """An entry with its link, in which the slashes of http://NAME are encoded twice."""
    stanza = name.removeprefix("http://")
    encoded = name if name == GLOBAL else "http%3A%252F%252F" + quote(stanza, safe="")
    link = f"/servicesNS/nobody/splunk_httpinput/data/inputs/http/{encoded}"
    acl = {"app": "splunk_httpinput", "owner": "nobody", "sharing": "app", "removable": name != GLOBAL}
    return {
        "name": name,
        "id": f"https://localhost:8089{link}",
        "links": {"alternate": link},
        "author": "nobody",
        "acl": acl,
        "content": content,
    }


def entries(found: "list[dict]", total: int, count: int = PAGE, offset: int = 0, status: int = 200) -> Response:
    """An answer with entries."""
    paging = {"total": total, "perPage": count, "offset": offset}
    return json_response(status, {"entry": found, "paging": paging, "messages": []})


def failure(status: int, text: str) -> Response:
    """An answer with a message and no entries."""
    return json_response(status, {"messages": [{"type": "ERROR", "text": text}]})
