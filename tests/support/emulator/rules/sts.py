"""STS: who the keys of the tests belong to, and whom a role lets in."""

import re

import access
import policy
from accounts import ACCOUNTS
from aws_errors import AwsError, denial
from http_server import Response
from rules import Call, rule

ROLE_ARN = re.compile(r"arn:[^:]+:iam::(\d{12}):role/.+")


@rule("sts", "GetCallerIdentity")
def get_caller_identity(call: Call):
    """The keys AKIATEST… belong to the user "tester"; moto knows about those that it handed out itself."""
    request = call.request
    if not request.is_test_key:
        return call.forward()
    body = (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        f"<Arn>{request.caller.arn}</Arn><UserId>AIDATESTER</UserId><Account>{request.account}</Account>"
        "</GetCallerIdentityResult>"
        "<ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata>"
        "</GetCallerIdentityResponse>"
    )
    return Response(200, {"content-type": "text/xml"}, body.encode())


@rule("sts", "AssumeRole")
def assume_role(call: Call):
    """The role's trust policy has to let the caller in; a role that never existed lets everybody in (callers.py)."""
    from moto.iam.models import iam_backends
    from moto.sts.models import sts_backends

    request, arn = call.request, call.params["RoleArn"]
    account = ROLE_ARN.fullmatch(arn)
    if not account:
        raise AwsError("ValidationError", f"{arn} is invalid")
    account = account.group(1)
    roles = iam_backends[account][request.partition].roles.values()
    role = next((role for role in roles if role.arn == arn), None)
    if role is None and (arn in ACCOUNTS[account].deleted_roles or request.caller.policies is not None):
        raise denial(request, resource=arn)
    if role is not None and not _is_let_in(request, role, account):
        raise denial(request, "no trust policy of the role allows the {action} action", resource=arn)
    response = call.forward()
    if response.status == 200:
        sts_backends[account][request.partition].assumed_roles[-1].access_key.of_no_role = role is None
    return response


def _is_let_in(request, role, account: str) -> bool:
    """A role that names the very user lets it in, within an account; else the caller's own policies have to agree."""
    caller = request.caller

    def trusts(*names) -> bool:
        asked = policy.Access(names, "sts:AssumeRole", role.arn, access.context(request))
        # A trust policy speaks of its own role and names no resource.
        document = policy.for_resource(role.assume_role_policy_document, role.arn)
        return policy.allows(document, asked)

    if request.account == account and trusts(caller.principal, caller.arn):
        return True
    root = f"arn:{request.partition}:iam::{request.account}:root"
    return trusts(caller.principal, caller.arn, root, request.account) and (
        access.refusal(request, "sts:AssumeRole", role.arn) is None
    )
