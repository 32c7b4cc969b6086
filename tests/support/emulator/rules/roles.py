"""Roles as other services see them: with `role_delay`, for a while as they were before their last change."""

import functools
from dataclasses import dataclass

import callers
import policy
from http_server import Response
from rules import Call


@dataclass(frozen=True)
class Role:
    """What matters of a role to whom it is passed."""

    arn: str
    trust: str
    policies: tuple

    def trusts(self, service: "str | tuple", context: dict) -> bool:
        """Whether a service, which may have several names, may assume it."""
        document = policy.for_resource(self.trust, self.arn)
        return policy.allows(document, policy.Access(service, "sts:AssumeRole", self.arn, context))

    def allows(self, action: str, resource: str, context: dict) -> bool:
        """Whether it may do this."""
        effects = policy.effects(self.policies, policy.Access(None, action, resource, context))
        return "Allow" in effects and "Deny" not in effects


def _roles(account: str, partition: str) -> list:
    from moto.iam.models import iam_backends

    return list(iam_backends[account][partition].roles.values())


def _described(role) -> "Role | None":
    return role and Role(role.arn, role.assume_role_policy_document, tuple(callers.documents(role)))


def seen(call: Call, arn: str) -> "Role | None":
    """The role of that ARN as services see it by now; None if they see none."""
    return seen_by(call.account, call.request.partition, arn)


def seen_by(account, partition: str, arn: str) -> "Role | None":
    """The same for what services do without a request."""
    role = next((role for role in _roles(account.id, partition) if role.arn == arn), None)
    return account.policy_seen(f"iam:{arn}", _described(role), "role_delay")


def noted(function):
    """Makes a rule that changes a role note how it was before."""

    @functools.wraps(function)
    def changing(call: Call) -> Response:
        name = call.params["RoleName"]
        place = (call.request.account, call.request.partition)
        before = _described(next((role for role in _roles(*place) if role.name == name), None))
        response = function(call)
        after = next((role for role in _roles(*place) if role.name == name), before)
        if response.status == 200:
            call.account.policy_written(f"iam:{after.arn}", before)
        return response

    return changing
