"""Whether OpenSearch would index a document under the index template, and which fields the template has: OpenSearch's
rules for the types in it, written anew, without the function's own checks."""

import datetime
import ipaddress
import json
import re

from support import FOLDER

TEMPLATE = json.loads((FOLDER / "index_template.json").read_text(encoding="utf-8"))
PROPERTIES = TEMPLATE["template"]["mappings"]["properties"]
STRICT_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?Z")


def fields(properties: dict = PROPERTIES, path: str = "") -> dict:
    """The type of each field of a mapping, by its path."""
    found = {}
    for name, field in properties.items():
        if "properties" in field:
            found.update(fields(field["properties"], f"{path}{name}."))
        else:
            found[path + name] = field["format"] if "format" in field else field["type"]
    return found


def problems(value, properties: dict = PROPERTIES, path: str = "") -> list:
    """What OpenSearch refuses in an object, and the fields that the template does not name."""
    found = []
    for name, part in value.items():
        field, place = properties.get(name), path + name
        for item in part if isinstance(part, list) else [part]:
            if field is None:
                found.append(f"{place} is not in the template")
            elif ("properties" in field) != isinstance(item, dict):
                found.append(f"{place} is an object in one of document and template")
            elif isinstance(item, dict):
                found += problems(item, field["properties"], f"{place}.")
            elif not FITS[field.get("format", field["type"])](item, field):
                found.append(f"{place} does not fit")
    return found


def is_keyword(value, field: dict) -> bool:
    """A longer text is not indexed; Lucene refuses one above 32,766 bytes."""
    return isinstance(value, str) and field["ignore_above"] * 4 <= 32766


def is_date(value, _: dict) -> bool:
    match = STRICT_DATE.fullmatch(value) if isinstance(value, str) else None
    try:
        return bool(match and datetime.datetime.strptime(match[1], "%Y-%m-%dT%H:%M:%S"))
    except ValueError:
        return False


def is_address(value, _: dict) -> bool:
    try:
        return isinstance(value, str) and "%" not in value and bool(ipaddress.ip_address(value))
    except ValueError:
        return False


FITS = {
    "keyword": is_keyword,
    "text": lambda value, _: isinstance(value, str),
    "boolean": lambda value, _: isinstance(value, bool),
    "date": is_date,
    "ip": is_address,
    "float": lambda value, _: isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 3.4e38,
    "long": lambda value, _: isinstance(value, int) and not isinstance(value, bool) and -2 ** 63 <= value < 2 ** 63,
    "epoch_second": lambda value, _: isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2 ** 40,
}
