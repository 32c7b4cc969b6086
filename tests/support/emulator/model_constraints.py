"""Constraints of botocore's service models: what each parameter must satisfy before a service looks at its meaning.

Required members, lengths, ranges, patterns and enums are in the model of every service. Services answer the first
violation with a ValidationException; this file finds it.
"""

import re

SECRET_MEMBERS = ("HECToken", "AccessKey", "Password")
PHRASES = {
    "missing": "Member must not be null",
    "shortest": "Member must have length greater than or equal to {}",
    "longest": "Member must have length less than or equal to {}",
    "least": "Member must have value greater than or equal to {}",
    "most": "Member must have value less than or equal to {}",
    "pattern": "Member must satisfy regular expression pattern: {}",
    "enum": "Member must satisfy enum value set: [{}]",
}


def violation(service: str, operation: str, params: dict) -> "str | None":
    """The text of the first violation in the parameters of an operation; None if there is none."""
    from moto.core.utils import get_service_model

    shape = get_service_model(service).operation_model(operation).input_shape
    return next(_violations(shape, params, ""), None) if shape else None


def _violations(shape, value, path: str):
    if shape.type_name == "structure":
        for name in shape.required_members:
            if value.get(name) is None:
                yield _text(None, _joined(path, name), PHRASES["missing"])
        for name, member in shape.members.items():
            if value.get(name) is not None:
                yield from _violations(member, value[name], _joined(path, name))
    elif shape.type_name == "list":
        yield from _size_violations(shape, value, path)
        for number, item in enumerate(value, 1):
            yield from _violations(shape.member, item, f"{path}.{number}.member")
    elif shape.type_name == "string":
        yield from _string_violations(shape, value, path)
    elif shape.type_name in ("integer", "long", "double"):
        yield from _range_violations(shape, value, path)
    elif shape.type_name == "blob":
        yield from _size_violations(shape, value, path)


def _string_violations(shape, value: str, path: str):
    yield from _size_violations(shape, value, path)
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(_of_python(pattern), value, re.DOTALL):
        yield _text(value, path, PHRASES["pattern"].format(pattern))
    if shape.enum and value not in shape.enum:
        yield _text(value, path, PHRASES["enum"].format(", ".join(shape.enum)))


def _of_python(pattern: str) -> str:
    """The classes and the surrogates of Java's expressions that Python lacks, and the anchors that `fullmatch` replaces."""
    surrogates = (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")
    for java, python in ((r"\p{L}", r"\w"), (r"\p{N}", r"\d"), (r"\p{Z}", r"\s"), surrogates):
        pattern = pattern.replace(java, python)
    return pattern.removesuffix("$") if not pattern.endswith(r"\$") else pattern


def _size_violations(shape, value, path: str):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        yield _text(value, path, PHRASES["shortest"].format(least))
    if most is not None and len(value) > most:
        yield _text(value, path, PHRASES["longest"].format(most))


def _range_violations(shape, value, path: str):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        yield _text(value, path, PHRASES["least"].format(least))
    if most is not None and value > most:
        yield _text(value, path, PHRASES["most"].format(most))


def _joined(path: str, name: str) -> str:
    name = name[0].lower() + name[1:]
    return f"{path}.{name}" if path else name


def _text(value, path: str, constraint: str) -> str:
    secret = any(path.lower().endswith(member.lower()) for member in SECRET_MEMBERS)
    shown = "" if value is None else " '***'" if secret else f" '{value}'" if not isinstance(value, bytes) else " '…'"
    return f"1 validation error detected: Value{shown} at '{path}' failed to satisfy constraint: {constraint}"
