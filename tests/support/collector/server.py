"""The collector's front door: `python server.py (--http | --certificates FOLDER) [--https KINDS] [--management]`.

A Splunk HTTP Event Collector for tests, on 127.0.0.1 only. One process listens on one port of plain HTTP and on one
HTTPS port for each kind of certificate, and all ports share one state. It says on stdout where it listens (one JSON
line: `http`, `https` {kind: port}, `management`, `ca`), and serves until it is killed or, with --watch-stdin, until
stdin closes.

The HTTP server itself is the emulator's; what is added here is TLS.
"""

import argparse
import json
import os
import pathlib
import ssl
import sys
import threading
import traceback

HERE = pathlib.Path(__file__).resolve().parent
# At the end: a module of this folder comes before one of the same name there.
sys.path.append(str(HERE.parent / "emulator"))

import certificates
import control
import hec
import management
from http_server import Server
from state import Collector

HANDSHAKE_TIMEOUT = 10


class Listener(Server):
    """One port. With a TLS context, each connection does its handshake in its own thread."""

    def __init__(self, application, context: "ssl.SSLContext | None" = None):
        self.context = context
        super().__init__(("127.0.0.1", 0), application)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """The port that the system has chosen."""
        return self.server_address[1]

    def finish_request(self, request, client_address):
        """Serves a connection, after the handshake where there is one."""
        if self.context is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(HANDSHAKE_TIMEOUT)
        with self.context.wrap_socket(request, server_side=True) as connection:
            connection.settimeout(None)
            super().finish_request(connection, client_address)

    def handle_error(self, request, client_address):
        """A client that refuses the certificate is no error of the server."""
        if not isinstance(sys.exc_info()[1], OSError):
            traceback.print_exc()


def main() -> None:
    """Starts the ports, prints the JSON line and serves until the process ends."""
    arguments = parse()
    collector = Collector(user=arguments.user, password=arguments.password)
    ready = {"http": Listener(application(collector, "http")).port, "https": {}}
    if not arguments.http:
        folder = pathlib.Path(arguments.certificates)
        chains = certificates.create(folder)
        ready["ca"] = str(folder / "ca.pem")
        for kind in arguments.https.split(","):
            ready["https"][kind] = Listener(application(collector, kind), certificates.context(chains[kind])).port
    if arguments.management:
        context = None if arguments.http else certificates.context(chains["good"])
        answer = management.application(collector)
        ready["management"] = Listener(answer, context).port
    if arguments.watch_stdin:
        threading.Thread(target=exit_with_parent, daemon=True).start()
    print(json.dumps(ready), flush=True)
    threading.Event().wait()


def parse() -> argparse.Namespace:
    """The arguments, checked."""
    parser = argparse.ArgumentParser(description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--http", action="store_true", help="plain HTTP only, no certificates")
    source.add_argument("--certificates", help="the folder that the certificates are created in")
    parser.add_argument("--https", default=",".join(certificates.KINDS), help="the kinds that get a port")
    parser.add_argument("--management", action="store_true", help="serve the management API on a port of its own")
    parser.add_argument("--user", default="admin", help="who may use the management API")
    parser.add_argument("--password", default="changeme", help="the password of the user")
    parser.add_argument("--watch-stdin", action="store_true", help="exit when stdin reaches its end")
    arguments = parser.parse_args()
    unknown = set(arguments.https.split(",")) - set(certificates.KINDS)
    if unknown:
        parser.error(f"no such kind of certificate: {sorted(unknown)}")
    return arguments


def application(collector: Collector, kind: str):
    """What a port of the collector answers: `kind` is the kind of its certificate, or http."""

    def answer(environ: dict, body: bytes):
        if environ["PATH_INFO"].startswith(control.PREFIX):
            return control.answer(collector, environ, body)
        return hec.answer(collector, kind, environ, body)

    return answer


def exit_with_parent() -> None:
    """Reads stdin to its end: the pipe closes when the process that holds the other end dies, however it dies."""
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
    except SystemExit as end:
        sys.stdout.flush()
        os._exit(end.code or 0)
    except BaseException:
        traceback.print_exc()
    # Not sys.exit: the threads that still serve or read would only be in its way.
    os._exit(1)
