"""KMS keys that log groups, topics and queues are encrypted with, and whether a service may use them.

A key that was never made here is believed to be a good one, so that tests need not make one each.
"""

import re

import policy
from aws_errors import AwsError
from rules import Call

ARN = re.compile(r"arn:[^:]+:kms:([^:]+):(\d{12}):key/(.+)")
ACTIONS = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey")


def check_key(call: Call, arn: str, group: str) -> None:
    """Raises the refusal of a key for the group of that name, in the region called."""
    from moto.kms.models import kms_backends

    parts = ARN.fullmatch(arn)
    if not parts or parts.group(1) != call.region:
        raise AwsError("InvalidParameterException", f"The specified KMS Key Id is not an ARN of this region: {arn}")
    region, account, key_id = parts.groups()
    key = kms_backends[account][region].keys.get(key_id)
    if key is None:
        return
    if not key.enabled or key.key_spec != "SYMMETRIC_DEFAULT":
        raise AwsError("InvalidParameterException", "The specified KMS key is disabled, or is not a symmetric one.")
    group_arn = f"arn:{call.request.partition}:logs:{region}:{call.request.account}:log-group:{group}"
    context = {
        "kms:encryptioncontext:aws:logs:arn": group_arn,
        "aws:sourcearn": group_arn,
        "aws:sourceaccount": call.request.account,
    }
    service = f"logs.{region}.amazonaws.com"
    if not all(policy.allows(key.policy, policy.Access(service, action, arn, context)) for action in ACTIONS):
        raise AwsError(
            "AccessDeniedException",
            f"The specified KMS key does not exist or is not allowed to be used with Arn '{group_arn}'",
        )


def may_use(service: str, arn: str, context: dict) -> bool:
    """Whether a service may publish to a topic, or send to a queue, that is encrypted with this key.

    Keys of AWS, such as alias/aws/sns, have a policy that lets in no other service.
    """
    from moto.kms.models import kms_backends

    if arn.startswith("alias/aws/") or ":alias/aws/" in arn:
        return False
    parts = ARN.fullmatch(arn)
    key = parts and kms_backends[parts.group(2)][parts.group(1)].keys.get(parts.group(3))
    if not key:
        return True
    needed = ("kms:GenerateDataKey", "kms:Decrypt")
    return key.enabled and all(policy.allows(key.policy, policy.Access(service, a, arn, context)) for a in needed)
