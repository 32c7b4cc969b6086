"""What the collector knows: its tokens, their channels, what it has received, and the faults that are set.

All of it belongs to one lock, `Collector.lock`; requests of several ports run in several threads. Tests that share a
collector each create a token of their own and look at nothing else.
"""

import threading
import uuid
from dataclasses import dataclass, field

DEFAULT_MAX_CONTENT_LENGTH = 838_860_800


@dataclass
class Channel:
    """The acknowledgements of one channel: ids count from 0, and each is true once."""

    next_id: int = 0
    # How often each id that is not acknowledged yet was asked for.
    polls: "dict[int, int]" = field(default_factory=dict)

    def issue(self) -> int:
        """The id of a new request."""
        number = self.next_id
        self.next_id += 1
        self.polls[number] = 0
        return number

    def poll(self, number: int, after: "int | None") -> bool:
        """Whether the request is indexed: after so many polls that said no, or never. It is said once."""
        if number not in self.polls:
            return False
        if after is None or self.polls[number] < after:
            self.polls[number] += 1
            return False
        del self.polls[number]
        return True


@dataclass
class Token:
    """A stanza [http://NAME] of inputs.conf, and how quickly its requests are acknowledged."""

    name: str
    token: str = field(default_factory=lambda: str(uuid.uuid4()))
    useACK: bool = False
    disabled: bool = False
    index: str = "main"
    indexes: "list[str]" = field(default_factory=list)
    sourcetype: str = "httpevent"
    source: str = ""
    host: str = "splunk:8088"
    description: str = ""
    allowQueryStringAuth: bool = False
    # Not Splunk's: how many polls of an id say false before one says true; None is never.
    ack_after_polls: "int | None" = 0
    channels: "dict[str, Channel]" = field(default_factory=dict, repr=False)

    def allows(self, index: str) -> bool:
        """Whether events may go to that index: to any, if the token lists none."""
        return not self.indexes or index in self.indexes

    def channel(self, name: str) -> Channel:
        """The channel of that name; names are GUIDs, in which case does not matter."""
        return self.channels.setdefault(name.lower(), Channel())


SETTINGS = ("useACK", "disabled", "index", "indexes", "sourcetype", "source", "host", "description")
TOKEN_FIELDS = ("name", "token", *SETTINGS, "allowQueryStringAuth", "ack_after_polls")


class Collector:
    """Everything that the ports share."""

    def __init__(self, user: str, password: str):
        self.lock = threading.RLock()
        self.tokens: "dict[str, Token]" = {}
        self.received: "list[dict]" = []
        self.requests: "list[dict]" = []
        # The faults of a token, or of every request under None.
        self.faults: "dict[str | None, list]" = {}
        self.settings = {
            "disabled": False,
            "health": 17,
            "refuse": None,
            "max_content_length": DEFAULT_MAX_CONTENT_LENGTH,
            "user": user,
            "password": password,
            "cookie": None,
        }

    def put_token(self, given: dict) -> Token:
        """Creates the token of that name, or changes what is given of it."""
        unknown = set(given) - set(TOKEN_FIELDS)
        if unknown:
            raise ValueError(f"no such setting of a token: {sorted(unknown)}")
        with self.lock:
            token = self.named(given["name"])
            owner = self.tokens.get(given.get("token"))
            if owner is not None and owner is not token:
                raise ValueError(f"the token belongs to {owner.name}")
            if token is None:
                token = Token(given["name"])
            else:
                del self.tokens[token.token]
            for name, value in given.items():
                setattr(token, name, value)
            self.tokens[token.token] = token
            return token

    def named(self, name: str) -> "Token | None":
        """The token's stanza of that name."""
        return next((token for token in self.tokens.values() if token.name == name), None)

    def store(self, token: Token, channel: "str | None", endpoint: str, events: "list[dict]") -> dict:
        """Keeps the events of one request, all or none; returns what the answer says of them: the ackId, if any."""
        number = token.channel(channel).issue() if token.useACK and channel else None
        facts = {"token": token.token, "channel": channel, "endpoint": endpoint, "ackId": number}
        self.received += [{**facts, **event} for event in events]
        return {} if number is None else {"ackId": number}
