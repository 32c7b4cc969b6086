"""Destinations of CloudWatch Logs: who may send to one, and whether and how its records get into its data stream.

A destination lives in the region of the log groups; its stream may be in any region of the destination's account.
"""

import re
from dataclasses import dataclass

import data_streams
import organizations
import policy
from accounts import ACCOUNTS

ARN = re.compile(r"arn:[^:]+:logs:([^:]+):(\d{12}):destination:([^:*]+)")
ORGANIZATION_KEYS = ("aws:principalorgid", "aws:principalorgpaths")
ACTION = "logs:PutSubscriptionFilter"


@dataclass(frozen=True)
class Source:
    """In whose name CloudWatch Logs writes: the account and ARN of a log group, or of the destination itself."""

    account: str
    arn: str


def named(arn: str):
    """The destination of that ARN; None if there is none."""
    from moto.logs.models import logs_backends

    parts = ARN.fullmatch(arn)
    return logs_backends[parts.group(2)][parts.group(1)].destinations.get(arn) if parts else None


def admits(destination, account: str, principal: str = "") -> bool:
    """Whether its policy lets an account, or somebody in it, subscribe to it."""
    return _allows(destination, account, principal, organizations.id_of(account, _partition(destination)))


def admits_by_organization(destination, account: str, principal: str = "") -> bool:
    """Whether it does so only because of the account's organization."""
    return admits(destination, account, principal) and not _allows(destination, account, principal, "")


def _allows(destination, account: str, principal: str, organization: str) -> bool:
    names = (account, f"arn:{_partition(destination)}:iam::{account}:root", principal)
    context = {"aws:principalaccount": account, "aws:securetransport": "true"}
    context |= {"aws:principalarn": principal} if principal else {}
    context |= {"aws:principalorgid": organization} if organization else {}
    access = policy.Access(names, ACTION, destination.arn, context)
    return policy.allows(destination.access_policy, access)


def _partition(destination) -> str:
    return destination.arn.split(":")[1]


def refusal(destination, source: Source) -> "str | None":
    """Why CloudWatch Logs cannot write into the stream of a destination in the name of a source."""
    from rules.roles import seen_by
    from rules.subscription_filters import principals

    _, partition, _, region, account, *_ = destination.arn.split(":")
    role = seen_by(ACCOUNTS[account], partition, destination.role_arn)
    if role is None or not role.trusts(principals(region), _trust_context(partition, source)):
        return "Logs.AssumeRoleAccessDenied"
    if not role.allows("kinesis:PutRecord", destination.target_arn, {}):
        return "Logs.PutRecordAccessDenied"
    stream = data_streams.found(destination.target_arn, partition)
    if stream is None or stream.account_id != account or stream.status not in data_streams.OPEN:
        return "Logs.StreamNotActive"
    key = data_streams.own_key(stream)
    return "Logs.KeyAccessDenied" if key and not role.allows("kms:GenerateDataKey", key, {}) else None


def _trust_context(partition: str, source: Source) -> dict:
    organization = organizations.id_of(source.account, partition)
    context = {"aws:securetransport": "true", "aws:sourcearn": source.arn, "aws:sourceaccount": source.account}
    return context | ({"aws:sourceorgid": organization} if organization else {})


def put(destination, data: bytes, partition_key: str) -> None:
    """Puts a record into its stream, which nothing refuses."""
    data_streams.put(data_streams.found(destination.target_arn, _partition(destination)), data, partition_key)
