"""Faults: what an overloaded collector, a load balancer or a network does to single requests.

A fault says which requests it meets (`match`: endpoint, channel, port), how often (`times`) and what then happens
(`action`): `answer` (nothing is stored, the answer is `status`, `code` and `text`), `answer-after` (the events are
stored, the answer is the same), `cut-before` (the connection is closed, nothing is stored), `cut-after` (the events are
stored, the connection is closed), `cut-within` (the events are stored, the connection is closed in the middle of the
answer), `delay` (the answer comes `seconds` later, and is right).

The actions of the emulator's faults.py are those of AWS's services; these are the collector's.
"""

import time

import codes
from http_server import ConnectionCut, Response

ACTIONS = ("answer", "answer-after", "cut-before", "cut-after", "cut-within", "delay")
MATCHES = ("endpoint", "channel", "port")


class Fault:
    """One fault. `times` None means every time."""

    def __init__(self, action, match=None, times=1, code=9, status=None, text=None, seconds=0.0):
        unknown = set(match or {}) - set(MATCHES)
        if action not in ACTIONS or unknown:
            raise ValueError(f"no such fault: action {action!r}, match {sorted(unknown)}")
        self.action = action
        self.match = match or {}
        self.times = times
        self.code, self.status, self.text = code, status, text
        self.seconds = seconds

    def meets(self, facts: dict) -> bool:
        """Whether this request is met; counts it if so."""
        if self.times == 0 or any(facts[name] != wanted for name, wanted in self.match.items()):
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def answer(self) -> Response:
        """The answer that the fault gives instead of the right one."""
        return codes.answer(self.code, self.status, self.text)

    def before(self) -> "Response | None":
        """The half that keeps the events from being stored: the answer, if the fault has one."""
        if self.action == "cut-before":
            raise ConnectionCut
        if self.action == "delay":
            time.sleep(self.seconds)
        return self.answer() if self.action == "answer" else None

    def after(self, response: Response) -> Response:
        """The half that loses or changes the answer to events that are stored."""
        if self.action == "cut-after":
            raise ConnectionCut
        if self.action == "cut-within":
            response.is_cut = True
        return self.answer() if self.action == "answer-after" else response
