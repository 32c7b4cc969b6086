"""A small evaluator of policies: may this principal do this, here, under these circumstances?

It knows what the policies of buckets, topics, queues, users and roles around a trail use: principals, actions,
resources, and the string, ARN and boolean condition operators; any other operator never matches. As in IAM a matching
Deny wins, and nothing is allowed that no Allow matches.
"""

import functools
import json
import re
from dataclasses import dataclass

# A user's or role's unique id, which AWS shows in the place of an ARN once the user or role is deleted.
UNIQUE_ID = re.compile(r"(?:AIDA|AROA|AGPA)[A-Z0-9]{12,}(?::.+)?")


@dataclass
class Access:
    """What is about to be done: the condition keys are in lower case, for AWS ignores their case.

    The principal is a service, or all the names by which a policy may mean the caller; None asks an identity's policy,
    which names no principal.
    """

    principal: "str | tuple | None"
    action: str
    resource: str
    context: dict


def allows(policy: "str | bytes | dict | None", access: Access) -> bool:
    """Whether the policy document lets this access pass. No document allows nothing."""
    matching = effects([policy] if policy else [], access)
    return "Allow" in matching and "Deny" not in matching


def effects(policies, access: Access) -> set:
    """The effects of all statements in all these documents that match the access."""
    documents = [policy if isinstance(policy, dict) else json.loads(policy) for policy in policies]
    statements = [statement for document in documents for statement in as_list(document.get("Statement"))]
    return {statement.get("Effect") for statement in statements if _matches(statement, access)}


def for_resource(policy: str, resource: str) -> dict:
    """A policy that speaks of one resource without naming it, such as a role's trust policy, with its name put in."""
    document = json.loads(policy)
    return {"Statement": [{**statement, "Resource": resource} for statement in as_list(document["Statement"])]}


def names_deleted_principal(statement: dict) -> bool:
    """Whether a statement's Principal is a unique id, which no service takes in a policy that it is given."""
    principal = statement.get("Principal")
    names = as_list(principal.get("AWS")) if isinstance(principal, dict) else []
    return any(isinstance(name, str) and UNIQUE_ID.fullmatch(name) for name in names)


def as_list(value) -> list:
    """IAM lets one item stand without its list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def like(pattern: str, value: str) -> bool:
    """IAM's wildcards: `*` any characters, `?` one."""
    return pattern == value or ("*" in pattern or "?" in pattern) and _wildcards(pattern).fullmatch(value) is not None


@functools.lru_cache(maxsize=10_000)
def _wildcards(pattern: str) -> re.Pattern:
    return re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern), re.DOTALL)


def arn_like(pattern: str, value: str) -> bool:
    """ARN operators compare field by field: a wildcard does not reach over a colon (but in the last field)."""
    patterns, values = pattern.split(":", 5), value.split(":", 5)
    return len(patterns) == len(values) and all(like(p, v) for p, v in zip(patterns, values, strict=True))


def _matches(statement: dict, access: Access) -> bool:
    return (
        _principal_matches(statement.get("Principal"), access.principal)
        and _listed(statement, "Action", access.action.lower(), str.lower)
        and _listed(statement, "Resource", access.resource, str)
        and all(
            _condition_holds(operator, key.lower(), as_list(wanted), access.context)
            for operator, tests in (statement.get("Condition") or {}).items()
            for key, wanted in tests.items()
        )
    )


def _principal_matches(principal, caller: "str | tuple | None") -> bool:
    if caller is None or principal == "*":
        return True
    if not isinstance(principal, dict):
        return False
    named = as_list(principal.get("AWS")) + as_list(principal.get("Service"))
    callers = (caller,) if isinstance(caller, str) else caller
    return "*" in as_list(principal.get("AWS")) or any(name in named for name in callers)


def _listed(statement: dict, element: str, value: str, fold) -> bool:
    if f"Not{element}" in statement:
        return not any(like(fold(p), value) for p in as_list(statement[f"Not{element}"]))
    return any(like(fold(p), value) for p in as_list(statement.get(element)))


OPERATORS = {
    "StringEquals": lambda wanted, value: wanted == value,
    "StringEqualsIgnoreCase": lambda wanted, value: wanted.lower() == value.lower(),
    "StringLike": like,
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "Bool": lambda wanted, value: wanted.lower() == value.lower(),
}


def _condition_holds(operator: str, key: str, wanted: list, context: dict) -> bool:
    if operator == "Null":
        return str(wanted[0]).lower() == str(key not in context).lower()
    if_exists = operator.endswith("IfExists")
    operator = operator.removesuffix("IfExists")
    negated = "Not" in operator
    compare = OPERATORS.get(operator.replace("Not", ""))
    if compare is None:
        return False
    if key not in context:
        return if_exists or negated
    wanted = [str(item).lower() if isinstance(item, bool) else str(item) for item in wanted]
    return any(compare(item, context[key]) for item in wanted) != negated
