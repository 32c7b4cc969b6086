"""Resource policies of CloudWatch Logs, by which AWS services may write into log groups."""

import json

import policy
from aws_errors import AwsError
from rules import Call, rule

SUPPORTED = {"logs:putlogevents", "logs:createlogstream"}
LIMIT = 51200


@rule("logs", "PutResourcePolicy")
def put_resource_policy(call: Call):
    """A policy for what services may do; moto counts ten a region."""
    name, text = call.params.get("policyName"), call.params.get("policyDocument") or ""
    if call.params.get("resourceArn"):
        raise AwsError("NotImplemented", "The emulator has resource policies of accounts only.", 501)
    if not name or not 1 <= len(text.encode()) <= LIMIT:
        raise AwsError("InvalidParameterException", "policyName and policyDocument are required.")
    try:
        statements = policy.as_list(json.loads(text)["Statement"])
        actions = {action.lower() for statement in statements for action in policy.as_list(statement["Action"])}
        is_policy = bool(statements) and all(statement["Principal"] and statement["Resource"] for statement in statements)
    except (ValueError, KeyError, TypeError, AttributeError):
        is_policy = False
    if not is_policy or not actions <= SUPPORTED:
        raise AwsError("InvalidParameterException", "Resource policy is not valid.")
    return call.forward()
