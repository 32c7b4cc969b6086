"""Whether a caller may do what it asks for: the policies of its user or role against what the request needs.

Only these policies count, and all denials in them: what a bucket's or queue's own policy grants or refuses to users,
permission boundaries and session policies are not looked at.
"""

import iam_actions
import policy
from aws_errors import AwsError, denial
from aws_request import AwsRequest

# Services that hand a role on to another one.
PASSED_TO = {"cloudcontrol": "vpc-flow-logs"}


def authorize(request: AwsRequest) -> None:
    """Raises the service's denial of the first access that the caller lacks."""
    for action, resource in iam_actions.needed(request):
        error = refusal(request, action, resource)
        if error:
            raise error


def refusal(request: AwsRequest, action: str, resource: str) -> "AwsError | None":
    """The denial of one access, or None if the caller may."""
    policies = request.caller.policies
    if policies is None:
        return None
    effects = policy.effects(policies, policy.Access(None, action, resource, context(request)))
    if "Deny" in effects:
        return denial(request, "of an explicit deny in an identity-based policy", action, resource)
    return None if "Allow" in effects else denial(request, action=action, resource=resource)


def context(request: AwsRequest) -> dict:
    """The condition keys that are known of a request, in lower case."""
    caller, params = request.caller, request.params
    keys = {
        "aws:principalarn": caller.principal,
        "aws:principalaccount": request.account,
        "aws:username": caller.user_name,
        "aws:requestedregion": request.region,
        "aws:resourceaccount": params.get("ExpectedBucketOwner") or request.account,
        "aws:securetransport": "true",
        "s3:prefix": params.get("Prefix", "") if request.service == "s3" else "",
        "iam:passedtoservice": f"{PASSED_TO.get(request.service, request.service)}.amazonaws.com",
        "sts:externalid": params.get("ExternalId"),
        "lambda:functionarn": iam_actions.mapped_function(request),
        # What a service asks of KMS it asks in the caller's name.
        "kms:viaservice": f"{request.service}.{request.region}.amazonaws.com" if request.service != "kms" else "",
    }
    return {key: value for key, value in keys.items() if value}
