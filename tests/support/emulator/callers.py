"""Callers: the user or role whose key signed a request, and the policies that bind it.

Nothing checks the signature itself, only that the key exists, is active and old enough to be known (`key_delay`).
The keys of the tests belong to an administrator, "tester", whom no policy binds. Nor does one bind the session of a
role that has never existed: assuming such a role is how tests switch to another account.
"""

from dataclasses import dataclass

import access_keys
from accounts import Account
from aws_errors import invalid_token
from aws_request import AwsRequest


@dataclass(frozen=True)
class Caller:
    """Somebody with a key."""

    # As GetCallerIdentity says it.
    arn: str
    # The user or role behind it.
    principal: str
    # Empty for a role.
    user_name: str
    # The documents of all policies that bind it; None for one who may do everything.
    policies: "tuple | None"


def authenticate(request: AwsRequest, account: Account) -> Caller:
    """The caller of a request; raises the service's error for a key that is of no use."""
    if request.partition != account.settings["partition"]:
        raise invalid_token(request)
    if request.is_test_key:
        arn = f"arn:{request.partition}:iam::{request.account}:user/tester"
        return Caller(arn, arn, "tester", None)
    key = access_keys.find(request.access_key, request.account, request.partition)
    if key is None or key.status != "Active" or _is_too_new(key, account):
        raise invalid_token(request)
    caller = _user(key, request) if key.user_name else _session(key, request)
    _was_used(key, request)
    return caller


def _is_too_new(key, account: Account) -> bool:
    from moto.core.utils import utcnow

    return (utcnow() - key.create_date).total_seconds() < account.settings["key_delay"]


def _was_used(key, request: AwsRequest) -> None:
    """Moto notes this too, but only of the requests that it answers itself."""
    from moto.core.utils import utcnow
    from moto.iam.models import AccessKeyLastUsed

    key.last_used = AccessKeyLastUsed(utcnow(), request.service, request.region)


def _user(key, request: AwsRequest) -> Caller:
    from moto.iam.models import iam_backends

    backend = iam_backends[request.account][request.partition]
    user = backend.users.get(key.user_name)
    if user is None:
        raise invalid_token(request)
    groups = [group for group in backend.groups.values() if user in group.users]
    policies = tuple(text for holder in (user, *groups) for text in documents(holder))
    return Caller(user.arn, user.arn, user.name, policies)


def _session(key, request: AwsRequest) -> Caller:
    from moto.iam.models import iam_backends
    from moto.sts.models import sts_backends

    session = sts_backends[request.account][request.partition].get_assumed_role_from_access_key(key.access_key_id)
    arn = session.arn if session else key.role_arn
    if getattr(key, "of_no_role", False):
        return Caller(arn, key.role_arn, "", None)
    roles = iam_backends[request.account][request.partition].roles.values()
    role = next((role for role in roles if role.arn == key.role_arn), None)
    return Caller(arn, key.role_arn, "", tuple(documents(role)) if role else ())


def documents(holder) -> list:
    """The texts of the inline and attached policies of a user, group or role."""
    return [*holder.policies.values(), *map(default_document, holder.managed_policies.values())]


def default_document(policy) -> str:
    """The text of a managed policy that is in force."""
    return next(v.document for v in policy.versions if v.version_id == policy.default_version_id)
