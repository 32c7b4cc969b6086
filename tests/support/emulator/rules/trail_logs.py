"""The log group that a trail sends its events to, and the role by which it does.

CloudTrail looks at both at once: it assumes the role, and makes a stream in the group. Whoever passes it a role needs
iam:PassRole (see iam_actions.py).
"""

import re

from aws_errors import AwsError
from rules import Call
from rules.roles import seen
from rules.trails import SERVICE

GROUP = re.compile(r"arn:[^:]+:logs:([^:]+):(\d{12}):log-group:([^:]+):\*")
ROLE = re.compile(r"arn:[^:]+:iam::\d{12}:role/.+")
MEMBERS = ("CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn")


def check_log_group(call: Call) -> None:
    """Raises CloudTrail's refusal of the two ARNs in a request: they belong together; an empty one detaches both."""
    group, role = (call.params.get(member, "") for member in MEMBERS)
    if not group and not role:
        return
    if not role:
        raise _bad_role("You must specify a log group and a role ARN.")
    if not group:
        raise _bad_group("You must specify a log group and a role ARN.")
    _check_group(call, group)
    _check_role(call, role, group)


def _bad_group(message: str) -> AwsError:
    return AwsError("InvalidCloudWatchLogsLogGroupArnException", message)


def _bad_role(message: str) -> AwsError:
    return AwsError("InvalidCloudWatchLogsRoleArnException", message)


def _check_group(call: Call, arn: str) -> None:
    """A group of this account in the trail's home region."""
    from moto.logs.models import logs_backends

    account = call.request.account
    parts = GROUP.fullmatch(arn)
    if not parts:
        raise _bad_group(f"The log group ARN {arn} is not valid: it must end with :*")
    if parts.group(1) != call.region or parts.group(2) != account:
        raise _bad_group(f"The log group {arn} is not in the home region {call.region} of the trail, or not yours.")
    if parts.group(3) not in logs_backends[account][call.region].groups:
        raise _bad_group(f"The log group {arn} does not exist.")


def _check_role(call: Call, arn: str, group: str) -> None:
    """A role that trusts CloudTrail, and may write into its streams of the group.

    CloudTrail assumes this role without aws:SourceArn and aws:SourceAccount: a trust that asks for one never matches.
    """
    account = call.request.account
    if not ROLE.fullmatch(arn):
        raise _bad_role(f"The role ARN {arn} is not valid.")
    role = seen(call, arn)
    if role is None or not role.trusts(SERVICE, {"aws:securetransport": "true"}):
        raise _bad_role("Access denied. Check the trust relationships for your role.")
    # A busy trail fills several streams.
    streams = [f"{group[:-2]}:log-stream:{account}_CloudTrail_{call.region}{number}" for number in ("", "_2")]
    actions = ("logs:CreateLogStream", "logs:PutLogEvents")
    if not all(role.allows(action, stream, {}) for action in actions for stream in streams):
        raise _bad_group("Access denied. Verify in IAM that the role has adequate permissions.")
