"""Faults: what a network, an overloaded service or a missing permission does to single requests.

A fault says which requests it strikes (`match`), how often (`times`) and what then happens (`action`):
`cut-before` (the connection dies, nothing was done), `cut-after` (the work is done, the answer is lost), `cut-within`
(the work is done, and the connection dies in the midst of the answer), `500`, `503`, `throttle`, `deny` (the service's
own error), `conflict` (of S3: another operation on the object is under way), `500-after` (the work is done, the answer
is an error all the same), `hang` (the work is done, the answer waits for a release), `wait` (the work itself does).
"""

import select
import socket

from aws_errors import denial, misfortune
from aws_request import AwsRequest
from http_server import ConnectionCut, Response

ACTIONS = ("cut-before", "cut-after", "cut-within", "500", "500-after", "503", "throttle", "conflict", "deny", "hang", "wait")
MATCHES = ("service", "operation", "region", "mutation", "mutating")


class Fault:
    """One armed fault. `times` None means for ever."""

    def __init__(self, action: str, match: "dict | None" = None, times: "int | None" = 1):
        unknown = set(match or {}) - set(MATCHES)
        if action not in ACTIONS or unknown:
            raise ValueError(f"no such fault: action {action!r}, match {sorted(unknown)}")
        self.action = action
        self.match = match or {}
        self.times = times

    def strikes(self, request: AwsRequest, mutation: "int | None") -> bool:
        """Whether this request, the mutation-th change of the account, is struck; uses the fault up if so."""
        facts = {
            "service": request.service,
            "operation": request.operation,
            "region": request.region,
            "mutation": mutation,
            "mutating": request.mutating,
        }
        if self.times == 0 or any(facts[name] != wanted for name, wanted in self.match.items() if wanted is not None):
            return False
        if self.times is not None:
            self.times -= 1
        return True


def before_work(fault: "Fault | None", request: AwsRequest, account) -> None:
    """The half of the faults that keeps the work from being done, or puts it off."""
    if fault is None:
        return
    if fault.action == "wait":
        _hang(request.environ["emulator.socket"], account)
    if fault.action == "cut-before":
        raise ConnectionCut
    if fault.action == "deny":
        raise denial(request)
    if fault.action in ("500", "503", "throttle", "conflict"):
        raise misfortune(fault.action, request)


def after_work(fault: "Fault | None", request: AwsRequest, response: Response, account) -> None:
    """The half that loses, spoils or holds back the answer of work done."""
    if fault is None:
        return
    if fault.action == "cut-after":
        raise ConnectionCut
    if fault.action == "cut-within":
        response.is_cut = True
    if fault.action == "500-after":
        raise misfortune("500", request)
    if fault.action == "hang":
        _hang(request.environ["emulator.socket"], account)


def _hang(connection: socket.socket, account) -> None:
    """Holds the request until it is released; gives up when the client does."""
    with account.changed:
        release = account.releases
        account.hanging += 1
        account.changed.notify_all()
    try:
        while True:
            with account.changed:
                if account.changed.wait_for(lambda: account.releases != release, 0.05):
                    return
            if _client_has_left(connection):
                raise ConnectionCut
    finally:
        with account.changed:
            account.hanging -= 1
            account.changed.notify_all()


def _client_has_left(connection: socket.socket) -> bool:
    readable, _, _ = select.select([connection], [], [], 0)
    try:
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True
