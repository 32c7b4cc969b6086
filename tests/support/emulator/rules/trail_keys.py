"""The KMS key that a trail encrypts its log files with: CloudTrail looks at once whether it can use it.

A key that was never made here is believed to be a good one, so that tests need not make one each.
"""

import re

import policy
from aws_errors import AwsError
from rules import Call
from rules.trails import SERVICE

ARN = re.compile(r"arn:[^:]+:kms:([a-z0-9-]+):(\d{12}):((?:key|alias)/.+)")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32}")


def key_of(call: Call, given: str, trail_arn: str, bucket_region: str) -> str:
    """The ARN of the key, as trails are described with it; raises CloudTrail's refusal of one it cannot use."""
    from moto.kms.models import kms_backends

    insufficient = AwsError(
        "InsufficientEncryptionPolicyException",
        f"Insufficient permissions to access S3 bucket or KMS key {given}.",
    )
    region, account, resource = _parts(call, given)
    if region != bucket_region:
        raise AwsError("KmsKeyNotFoundException", f"KMS key {given} and the S3 bucket are not in the same Region.")
    backend = kms_backends[account][region]
    if resource.startswith("alias/"):
        key_id = backend.get_key_id_from_alias(resource)
        if key_id is None:
            raise insufficient
    else:
        key_id = resource.removeprefix("key/")
    arn = f"arn:{call.request.partition}:kms:{region}:{account}:key/{key_id}"
    key = backend.keys.get(key_id)
    if key is None:
        return arn
    if not key.enabled:
        raise AwsError("KmsException", f"KMS key {given} is disabled.")
    context = {
        "kms:encryptioncontext:aws:cloudtrail:arn": trail_arn,
        "aws:sourcearn": trail_arn,
        "aws:sourceaccount": call.request.account,
    }
    if not policy.allows(key.policy, policy.Access(SERVICE, "kms:GenerateDataKey", arn, context)):
        raise insufficient
    return arn


def _parts(call: Call, given: str) -> tuple:
    """Region, account, and key/ID or alias/NAME: an id or a name alone is one of the trail's home region."""
    parts = ARN.fullmatch(given)
    if parts:
        return parts.groups()
    if given.startswith("alias/") or ID.fullmatch(given):
        return call.region, call.request.account, given if given.startswith("alias/") else f"key/{given}"
    raise AwsError("KmsKeyNotFoundException", f"The KMS key ID {given} is not valid.")
