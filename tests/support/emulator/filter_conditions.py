"""Conditions on JSON events, as filter patterns state them: what is at some place of an event, and whether it will do.

A property that is missing, null, a boolean, an array or an object satisfies no comparison, not even `!=`.
"""

import json
import re
from dataclasses import dataclass

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
STEP = re.compile(r"""\.?\[(?:(\d+)|(\*)|'([^']*)'|"([^"]*)")\]|\.(?:([A-Za-z0-9_-]+)|(\*))""")
# A wildcard among the steps of a selector.
ANY = object()
COMPARE = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@dataclass(frozen=True)
class Selector:
    """A way into an event, such as `$.users[0].id`."""

    text: str
    steps: tuple

    @staticmethod
    def parse(text: str) -> "Selector":
        """Understands the text that the tokens took for a selector."""
        steps = []
        for index, each, single, double, name, every in STEP.findall(text):
            steps.append(int(index) if index else ANY if each or every else single or double or name)
        return Selector(text, tuple(steps))

    def wildcards(self) -> int:
        """How many of its steps are wildcards."""
        return self.steps.count(ANY)

    def values(self, event) -> list:
        """What is there: nothing, one value, or with a wildcard several."""
        found = [event]
        for step in self.steps:
            found = [inner for value in found for inner in _inside(value, step)]
        return found


def _inside(value, step) -> list:
    if step is ANY:
        return value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    if isinstance(step, int):
        return value[step : step + 1] if isinstance(value, list) else []
    return [value[step]] if isinstance(value, dict) and step in value else []


@dataclass(frozen=True)
class Every:
    """All of several conditions."""

    parts: tuple

    def holds(self, event) -> bool:
        """Whether all hold."""
        return all(part.holds(event) for part in self.parts)


@dataclass(frozen=True)
class Some:
    """One of several conditions."""

    parts: tuple

    def holds(self, event) -> bool:
        """Whether one holds."""
        return any(part.holds(event) for part in self.parts)


@dataclass(frozen=True)
class State:
    """`IS NULL`, `IS TRUE`, `IS FALSE`."""

    selector: Selector
    wanted: object

    def holds(self, event) -> bool:
        """Whether the property is there and is just that; a list with null in it is null as well."""
        values = self.selector.values(event)
        if self.wanted is None:
            values = values + [inner for value in values if isinstance(value, list) for inner in value]
        return any(value is self.wanted for value in values)


@dataclass(frozen=True)
class Missing:
    """`NOT EXISTS`. There is no `EXISTS`."""

    selector: Selector

    def holds(self, event) -> bool:
        """Whether the property is not there, not even as null."""
        return not self.selector.values(event)


@dataclass(frozen=True)
class Number:
    """A number without quotes: a number beside numbers, and its own digits beside texts."""

    text: str


@dataclass(frozen=True)
class Comparison:
    """A property against a text, a regular expression or a number."""

    selector: Selector
    sign: str
    wanted: "re.Pattern | Number"

    def holds(self, event) -> bool:
        """Whether one of the values that are there satisfies it."""
        values = self.selector.values(event)
        return any(self._satisfied(value) for value in values if type(value) in (str, int, float))

    def _satisfied(self, value) -> bool:
        if self.sign in COMPARE:
            return not isinstance(value, str) and COMPARE[self.sign](value, float(self.wanted.text))
        if not isinstance(self.wanted, Number):
            same = bool(self.wanted.search(text_of(value)))
        elif isinstance(value, str):
            same = value == self.wanted.text
        else:
            same = value == float(self.wanted.text)
        return same == (self.sign == "=")


def text_of(value) -> str:
    """A value as a text."""
    return value if isinstance(value, str) else json.dumps(value)
