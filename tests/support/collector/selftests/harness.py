"""One collector for all tests, a token of its own for each, and a plain HTTP client."""

import atexit
import base64
import http.client
import itertools
import json
import pathlib
import ssl
import subprocess
import sys
import tempfile
import unittest
import uuid
from dataclasses import dataclass, field

SERVER = pathlib.Path(__file__).parent.parent / "server.py"
_numbers = itertools.count(1)
_running = None


@dataclass
class Reply:
    """What came back: status, headers and body, parsed where it is JSON."""

    status: int
    headers: dict
    body: "dict | list | bytes"

    @property
    def code(self) -> int:
        """The collector's own number."""
        return self.body["code"]


@dataclass
class Running:
    """A collector's process, its ports and the folder of its certificates."""

    arguments: "list[str]"
    folder: pathlib.Path = field(default_factory=lambda: pathlib.Path(_temporary()))

    def __post_init__(self):
        where = [] if "--http" in self.arguments else ["--certificates", str(self.folder)]
        self.process = subprocess.Popen(
            [sys.executable, SERVER, "--watch-stdin", *where, *self.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self.stop)
        self.ports = json.loads(self.process.stdout.readline())

    def stop(self):
        """Closes stdin, which ends it; a server that goes on all the same must not survive the tests."""
        self.process.stdin.close()
        try:
            self.process.wait(5)
        finally:
            self.process.kill()
            self.process.stdout.close()

    def trusting(self, *roots: str) -> ssl.SSLContext:
        """A client's TLS settings that know these files of the folder only."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        for root in roots:
            context.load_verify_locations(self.folder / root)
        return context


def _temporary() -> str:
    folder = tempfile.TemporaryDirectory(prefix="collector-selftest-")
    atexit.register(folder.cleanup)
    return folder.name


def running() -> Running:
    """The collector that tests share, which is started when first asked for."""
    global _running
    if _running is None:
        _running = Running(["--management"])
    return _running


def call(port, method, path, body=b"", headers=None, context=None, host="127.0.0.1") -> Reply:
    """One request on a connection of its own; HTTPS where there is a context."""
    kind = http.client.HTTPConnection if context is None else http.client.HTTPSConnection
    options = {} if context is None else {"context": context}
    connection = kind(host, port, timeout=5, **options)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        data = response.read()
        if "json" in response.headers.get("content-type", ""):
            data = json.loads(data)
        return Reply(response.status, dict(response.headers.items()), data)
    finally:
        connection.close()


class Case(unittest.TestCase):
    """A test with a token of its own on the shared collector."""

    def setUp(self):
        self.name = f"test-{next(_numbers)}"
        self.token = self.settings()["token"]
        self.channel = str(uuid.uuid4())

    def settings(self, **settings) -> dict:
        """Changes the token."""
        return self.control("POST", "token", {"name": self.name, **settings})

    def control(self, method, path, given=None):
        """A request of the control API that succeeds."""
        body = b"" if given is None else json.dumps(given).encode()
        reply = call(running().ports["http"], method, f"/_collector/{path}", body)
        self.assertEqual(reply.status, 200, reply.body)
        return reply.body

    def server(self, **settings):
        """Changes settings of the server until the test ends; at once restored, since tests share it."""
        before = self.control("POST", "settings", {})
        self.addCleanup(self.control, "POST", "settings", {name: before[name] for name in settings})
        self.control("POST", "settings", settings)

    def faults(self, *faults):
        """Sets the faults of the token."""
        self.control("POST", "faults", {"token": self.token, "faults": faults})

    def post(self, endpoint, body=b"", channel=None, authorization=None, headers=None) -> Reply:
        """A request of HEC with the test's token."""
        headers = {"Authorization": authorization or f"Splunk {self.token}", **(headers or {})}
        if channel:
            headers["X-Splunk-Request-Channel"] = channel
        return call(running().ports["http"], "POST", f"/services/collector{endpoint}", body, headers)

    def received(self, query="") -> "list[dict]":
        """What the collector has stored for the token, with its bytes decoded."""
        events = self.control("GET", f"received?token={self.token}{query}")
        return [{**event, "data": base64.b64decode(event["data"])} for event in events]

    def lines(self) -> "list[bytes]":
        """The bytes of all events."""
        return [event["data"] for event in self.received()]

    def refused(self, code: int, status: int, text: str, reply: Reply, **more):
        """Asserts an answer to the letter, and that nothing is stored."""
        self.assertEqual((reply.status, reply.body), (status, {"text": text, "code": code, **more}))
        self.assertEqual(self.lines(), [])
