"""Dashboards Query Language as far as the saved searches use it, on documents: `and`, `or`, `not`, parentheses, a field
with a term, with `*` in it, with a phrase or with terms in parentheses.

https://docs.opensearch.org/latest/dashboards/dql/
"""

import re

from mapping import fields

TOKEN = re.compile(r'\s*(?:(\(|\)|:)|"([^"]*)"|([^\s():"]+))')
TYPES = fields()


def words(text: str) -> list:
    """What the standard analyzer makes of a text, near enough for JSON: words in lower case. A point or a colon between
    letters joins them in the one or the other word, so the queries name none such."""
    return re.findall(r"[a-z0-9_]+", text.lower())


def parse(query: str):
    """A query as a function from a document to whether it matches."""
    assert not TOKEN.sub("", query).strip(), f"not understood: {query}"
    whole, rest = either([(match[1], match[2], match[3]) for match in TOKEN.finditer(query)], None)
    assert not rest, f"not understood: {rest}"
    return whole


def either(tokens: list, field):
    first, tokens = both(tokens, field)
    parts = [first]
    while tokens and tokens[0][2] == "or":
        part, tokens = both(tokens[1:], field)
        parts.append(part)
    return lambda document: any(part(document) for part in parts), tokens


def both(tokens: list, field):
    first, tokens = one(tokens, field)
    parts = [first]
    while tokens and tokens[0][2] == "and":
        part, tokens = one(tokens[1:], field)
        parts.append(part)
    return lambda document: all(part(document) for part in parts), tokens


def one(tokens: list, field):
    (sign, phrase, word), tokens = tokens[0], tokens[1:]
    if word == "not":
        part, tokens = one(tokens, field)
        return lambda document: not part(document), tokens
    if sign == "(":
        part, tokens = either(tokens, field)
        assert tokens[0][0] == ")"
        return part, tokens[1:]
    if field is None:
        assert word in TYPES and tokens[0][0] == ":", f"no field: {word}"
        return one(tokens[1:], word)
    return lambda document: matches(document, field, phrase, word), tokens


def matches(document: dict, field: str, phrase, word) -> bool:
    """Whether a field has a phrase or a word."""
    values = [document]
    for name in field.split("."):
        values = [item.get(name) for item in values if isinstance(item, dict)]
        values = [item for value in values for item in (value if isinstance(value, list) else [value])]
    values = [value for value in values if value is not None]
    if TYPES[field] == "text":
        wanted = words(phrase or word)
        found = [words(value) for value in values]
        return any(wanted == text[at:at + len(wanted)] for text in found for at in range(len(text)))
    pattern = ".*".join(map(re.escape, (word or phrase).split("*")))
    return any(re.fullmatch(pattern, str(value)) for value in values)
