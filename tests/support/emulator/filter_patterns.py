"""The language of filter patterns, by which CloudWatch Logs picks events: `{ ($.eventName = "ConsoleLogin") && … }`.

A pattern in braces asks JSON events, one in brackets asks the columns of a line, any other is a list of words. Here
they are parsed, so that one which AWS would refuse is refused, and those of JSON (see filter_conditions.py) and of
words are evaluated too. What AWS documents (FilterAndPatternSyntax) is followed, and what its TestMetricFilter has
been seen to answer where the page leaves a question open.
"""

import json
import re
from dataclasses import dataclass

from filter_conditions import COMPARE, NUMBER, Comparison, Every, Missing, Number, Selector, Some, State

INVALID = "Invalid metric filter pattern"
REGEXES, WILDCARDS = 2, 3
REGEX = re.compile(r"[A-Za-z0-9:_#=@/;,\-^$?\[\]{}|\\*+. ]+")
WORD = re.compile(r"[A-Za-z0-9_]+")
TOKEN = re.compile(
    r"""\s*(?:(?P<selector>\$\.(?:\.?\[(?:\d+|\*|'[^']*'|"[^"]*")\]|\.?[A-Za-z0-9_-]+|\.?\*)+)"""
    r"""|(?P<string>"(?:[^"\\]|\\.)*")|(?P<regex>%[^%]*%)|(?P<sign>&&|\|\||!=|<=|>=|[=<>()])"""
    r"""|(?P<bare>[A-Za-z0-9_.*+-]+))"""
)


class PatternError(Exception):
    """The pattern cannot be understood; the text is what AWS says of it."""


def parse(text: str) -> "JsonPattern | Columns | Words":
    """Understands a pattern."""
    text = text.strip()
    if text.startswith("{"):
        return JsonPattern.parse(text)
    return Columns.parse(text) if text.startswith("[") else Words.parse(text)


@dataclass(frozen=True)
class JsonPattern:
    """A condition on JSON events, and the selectors in it, in order."""

    condition: object
    selectors: tuple

    @staticmethod
    def parse(text: str) -> "JsonPattern":
        """Understands a pattern in braces."""
        if not text.endswith("}"):
            raise PatternError(INVALID)
        parser = _Parser(text[1:-1])
        condition = parser.alternatives()
        wildcards = [selector.wildcards() for selector in parser.selectors]
        if parser.kind != "end" or parser.regexes > REGEXES or sum(wildcards) > WILDCARDS or max(wildcards) > 1:
            raise PatternError(INVALID)
        return JsonPattern(condition, tuple(parser.selectors))

    def matches(self, message: str) -> bool:
        """Whether an event satisfies the condition; a text that is no JSON object satisfies none."""
        event = _event(message)
        return event is not None and self.condition.holds(event)

    def extracted(self, _message: str) -> dict:
        """Nothing: AWS extracts the values of columns only."""
        return {}


@dataclass(frozen=True)
class Columns:
    """A pattern of columns: known to be well-formed, and no more."""

    @staticmethod
    def parse(text: str) -> "Columns":
        """Understands a pattern in brackets."""
        if not text.endswith("]") or text.count("[") != text.count("]") or text.count('"') % 2:
            raise PatternError(INVALID)
        return Columns()

    def matches(self, _message: str) -> bool:
        """Not known."""
        raise NotImplementedError

    extracted = matches


@dataclass(frozen=True)
class Words:
    """Words that have to be there, some of which one has to be there, and words that must not. None: all events."""

    required: tuple = ()
    options: tuple = ()
    excluded: tuple = ()

    @staticmethod
    def parse(text: str) -> "Words":
        """Understands a pattern without braces."""
        if text.startswith("%") and text.endswith("%") and len(text) > 2:
            return Words(required=(_regex(text),))
        terms = re.findall(r'([?-]?)("(?:[^"\\]|\\.)*"|[^\s"]+)', text)
        if re.sub(r"\s", "", "".join(map("".join, terms))) != re.sub(r"\s", "", text):
            raise PatternError(INVALID)
        sorts = {"": [], "?": [], "-": []}
        for sign, term in terms:
            if not term.startswith('"') and not WORD.fullmatch(term):
                raise PatternError(f"Invalid character(s) in term '{term}'")
            sorts[sign].append(re.compile(re.escape(_unquoted(term))))
        return Words(*map(tuple, sorts.values()))

    def matches(self, message: str) -> bool:
        """Whether a text has the words."""
        if self.required or self.excluded:
            # Beside other words, AWS passes over those that are options.
            return all(term.search(message) for term in self.required) and not any(
                term.search(message) for term in self.excluded
            )
        return not self.options or any(term.search(message) for term in self.options)

    def extracted(self, _message: str) -> dict:
        """Nothing."""
        return {}


class _Parser:
    """Reads a condition token by token: parentheses, then `&&`, then `||`."""

    def __init__(self, text: str):
        self.rest = text
        self.selectors: list = []
        self.regexes = 0
        self.next()

    def next(self) -> str:
        """Goes on to the next token; returns the text of the one before."""
        before = getattr(self, "text", "")
        found = TOKEN.match(self.rest)
        if not found and self.rest.strip():
            raise PatternError(INVALID)
        self.kind, self.text = ("end", "") if not found else (found.lastgroup, found.group(found.lastgroup))
        self.rest = self.rest[found.end() :] if found else ""
        return before

    def taken(self, *texts: str) -> str:
        """Takes one of these tokens if it is the next; else an empty text."""
        return self.next() if self.kind in ("sign", "bare") and self.text in texts else ""

    def alternatives(self):
        """Conditions with `||` between them."""
        parts = [self.together()]
        while self.taken("||"):
            parts.append(self.together())
        return Some(tuple(parts))

    def together(self):
        """Conditions with `&&` between them."""
        parts = [self.condition()]
        while self.taken("&&"):
            parts.append(self.condition())
        return Every(tuple(parts))

    def condition(self):
        """A condition, or several in parentheses."""
        if self.taken("("):
            inner = self.alternatives()
            if not self.taken(")"):
                raise PatternError(INVALID)
            return inner
        if self.kind != "selector":
            raise PatternError(INVALID)
        selector = Selector.parse(self.next())
        self.selectors.append(selector)
        if self.taken("IS"):
            return State(selector, self.state())
        if self.taken("NOT"):
            if not self.taken("EXISTS"):
                raise PatternError(INVALID)
            return Missing(selector)
        sign = self.taken("=", "!=", *COMPARE)
        if not sign:
            raise PatternError(INVALID)
        return Comparison(selector, sign, self.literal(sign))

    def state(self):
        """What stands behind `IS`."""
        states = {"NULL": None, "TRUE": True, "FALSE": False}
        word = self.taken(*states)
        if not word:
            raise PatternError(INVALID)
        return states[word]

    def literal(self, sign: str) -> "re.Pattern | Number":
        """What stands behind a sign."""
        kind, text = self.kind, self.next()
        if kind == "bare" and NUMBER.fullmatch(text):
            return Number(text)
        if sign in COMPARE or kind not in ("string", "bare", "regex") or (kind, text) == ("bare", "null"):
            raise PatternError(INVALID)
        if kind == "regex":
            self.regexes += 1
            return _regex(text)
        return _wildcards(_unquoted(text))


def _wildcards(text: str) -> re.Pattern:
    """A star stands for any characters."""
    return re.compile(r"\A" + ".*".join(map(re.escape, text.split("*"))) + r"\Z", re.DOTALL)


def _regex(text: str) -> re.Pattern:
    if not REGEX.fullmatch(text[1:-1]):
        raise PatternError(f"Invalid character(s) in term '{text}'")
    try:
        return re.compile(text[1:-1])
    except re.error:
        raise PatternError(INVALID) from None


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text


def _event(message: str) -> "dict | None":
    try:
        event = json.loads(message)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
