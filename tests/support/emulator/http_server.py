"""A small threaded HTTP/1.1 server.

Werkzeug's own server closes every connection after one answer, and AWS clients keep a pool of connections open, so
that every call would pay for a new one. This one reads each request to its end, asks the application for a complete
answer and sends it in one piece with its length, and leaves the connection open. An application may also demand that
the connection be cut without an answer (`ConnectionCut`).
"""

import collections
import functools
import io
import socket
import sys
import threading
import time
import traceback
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from queue import SimpleQueue
from socketserver import TCPServer, ThreadingMixIn
from urllib.parse import unquote_to_bytes


@dataclass
class Response:
    """A complete answer: HTTP status, headers and body."""

    status: int
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    # Whether the connection dies in the midst of the body.
    is_cut: bool = False


class ConnectionCut(Exception):
    """Close the connection now, without an answer."""


class Server(ThreadingMixIn, TCPServer):
    """One thread a connection; `application(environ, body)` returns a Response."""

    allow_reuse_address = True
    request_queue_size = 1024

    def __init__(self, address, application):
        self.application = application
        # Every run of a client opens dozens of connections; a thread that has served one serves the next.
        self.idle = collections.deque()
        super().__init__(address, Handler)

    def process_request(self, request, client_address):
        """Hands a connection to a thread that is idle, or to a new one."""
        try:
            connections = self.idle.pop()
        except IndexError:
            connections = SimpleQueue()
            threading.Thread(target=self.serve_each, args=(connections,), daemon=True).start()
        connections.put((request, client_address))

    def serve_each(self, connections):
        """Serves one connection after another."""
        while True:
            self.process_request_thread(*connections.get())
            self.idle.append(connections)

    def handle_error(self, request, client_address):
        """Says nothing about clients that went away; anything else is worth a trace."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            traceback.print_exc()


class Handler(BaseHTTPRequestHandler):
    """Turns the bytes of a connection into WSGI environments and the answers into bytes."""

    protocol_version = "HTTP/1.1"
    # Without this, small answers wait for the client's delayed acknowledgement (40 ms).
    disable_nagle_algorithm = True

    def __getattr__(self, name):
        # BaseHTTPRequestHandler looks for do_GET, do_PUT, …: one method serves them all.
        if name.startswith("do_"):
            return self.serve
        raise AttributeError(name)

    def serve(self):
        """Answers one request."""
        body = self.read_body()
        try:
            response = self.server.application(self.environ(len(body)), body)
        except ConnectionCut:
            self.cut()
            return
        except Exception:
            # Of the emulator itself, never AWS's: whoever runs the tests has to see it.
            print(f"the emulator fails at {self.command} {self.path}", file=sys.stderr)
            traceback.print_exc()
            response = Response(500, {"content-type": "text/plain"}, traceback.format_exc().encode())
        self.send(response)

    def send(self, response):
        """Sends head and body in one write."""
        has_body = self.command != "HEAD" and response.status not in (204, 304)
        try:
            phrase = HTTPStatus(response.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"HTTP/1.1 {response.status} {phrase}", f"date: {http_date(int(time.time()))}"]
        for name, value in response.headers.items():
            if name.lower() not in ("content-length", "connection", "date", "transfer-encoding"):
                lines.append(f"{name}: {value}")
        if response.status not in (204, 304):
            # The answer to a HEAD tells the length of a body that it does not have.
            told = {name.lower(): value for name, value in response.headers.items()}.get("content-length", 0)
            lines.append(f"content-length: {len(response.body) if has_body else told}")
        if self.close_connection:
            lines.append("connection: close")
        head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
        body = response.body if has_body else b""
        if response.is_cut:
            self.wfile.write(head + body[: len(body) // 2])
            self.cut()
        else:
            self.wfile.write(head + body)

    def cut(self):
        """A real TCP close: the client sees its connection die before the end of any answer."""
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def read_body(self):
        """Reads the body whole, in either of HTTP's two framings."""
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            body = io.BytesIO()
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body.write(self.rfile.read(size))
                self.rfile.readline()
            while self.rfile.readline() not in (b"\r\n", b"\n", b""):
                pass
            return body.getvalue()
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def environ(self, length):
        """The request as a WSGI environment; `emulator.socket` is the connection under it."""
        path, _, query = self.path.partition("?")
        host, port = self.server.server_address
        environ = {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "RAW_URI": self.path,
            "REQUEST_URI": self.path,
            "REMOTE_ADDR": self.client_address[0],
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "emulator.socket": self.connection,
        }
        for name, value in self.headers.items():
            key = name.upper().replace("-", "_")
            if key not in ("CONTENT_TYPE", "CONTENT_LENGTH", "TRANSFER_ENCODING"):
                key = "HTTP_" + key
            environ[key] = value
        environ.pop("TRANSFER_ENCODING", None)
        environ["CONTENT_LENGTH"] = str(length)
        return environ

    def log_message(self, *_):
        """Silence: the requests are recorded, not logged."""


@functools.lru_cache(maxsize=1)
def http_date(seconds: int) -> str:
    """A time as HTTP writes it."""
    return formatdate(seconds, usegmt=True)
