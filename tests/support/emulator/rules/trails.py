"""Trails as CloudTrail sees them: finding one by name or ARN, describing it, and whether it may write where it is told.

The operations are in cloudtrail.py; these are the questions they share.
"""

import re

import organizations
import policy
from aws_errors import AwsError
from rules import Call
from rules.keys import may_use
from rules.s3 import bucket_named

NAME = re.compile(r"[A-Za-z0-9](?:[._-]?[A-Za-z0-9])*")
ARN = re.compile(r"arn:[^:]+:cloudtrail:([^:]+):(\d{12}):trail/(.+)")
SERVICE = "cloudtrail.amazonaws.com"


def backends(account: str):
    """Moto's CloudTrail of every region of an account."""
    from moto.cloudtrail.models import cloudtrail_backends

    return cloudtrail_backends[account]


def all_trails(account: str) -> list:
    """All trails of an account, region by region."""
    return [trail for _, backend in sorted(backends(account).items()) for trail in backend.trails.values()]


def seen_from(account: str, region: str) -> list:
    """The trails at home in a region and the shadows of multi-region trails at home elsewhere."""
    return [t for t in all_trails(account) if t.is_multi_region or t.region_name == region]


def check_name(name: str) -> None:
    """The syntax of trail names."""
    if not 3 <= len(name or "") <= 128 or not NAME.fullmatch(name) or re.fullmatch(r"\d+\.\d+\.\d+\.\d+", name):
        raise AwsError(
            "InvalidTrailNameException",
            "Trail name must be 3 to 128 letters, numbers, periods, underscores and dashes, start and end with a "
            "letter or number, and have no adjacent periods, underscores or dashes.",
        )


def find(call: Call, name_or_arn: str, shadows: bool = False):
    """The trail of that name or ARN; without `shadows` it has to be at home in the region called."""
    account, region = call.request.account, call.region
    unknown = AwsError("TrailNotFoundException", f"Unknown trail: {name_or_arn} for the user: {account}")
    if name_or_arn.startswith("arn:"):
        parts = ARN.fullmatch(name_or_arn)
        if not parts:
            raise AwsError("CloudTrailARNInvalidException", f"The ARN {name_or_arn} is not valid.")
        trail = next((t for t in all_trails(account) if t.arn == name_or_arn), None)
        if trail is None or (shadows and trail not in seen_from(account, region)):
            raise unknown
    else:
        check_name(name_or_arn)
        trail = backends(account)[region].trails.get(name_or_arn)
        if trail is None and not shadows:
            trail = next((t for t in seen_from(account, region) if t.trail_name == name_or_arn), None)
        if trail is None:
            raise unknown
    if trail.region_name != region and not shadows:
        raise AwsError(
            "InvalidHomeRegionException",
            f"The trail {name_or_arn} can only be modified in its home region {trail.region_name}.",
        )
    return trail


def describe(trail) -> dict:
    """A trail as DescribeTrails and its kin show it: no SnsTopicName any more, and no empty fields."""
    description = trail.description(include_region=True)
    description.pop("SnsTopicName", None)
    selectors = trail.event_selectors or trail.advanced_event_selectors
    description |= {"HasCustomEventSelectors": bool(selectors), "HasInsightSelectors": bool(trail.insight_selectors)}
    return {name: value for name, value in description.items() if value not in (None, "")}


def check_bucket(call: Call, arn: str, name: str, prefix: str, key: "str | None") -> None:
    """The bucket exists and lets CloudTrail ask for its ACL and write below the account's prefix."""
    account, partition = call.request.account, call.request.partition
    bucket = bucket_named(name) if name else None
    if bucket is None:
        raise AwsError("S3BucketDoesNotExistException", f"S3 bucket {name} does not exist!")
    document = call.account.policy_seen(f"s3:{name}", bucket.policy)
    bucket_arn = f"arn:{partition}:s3:::{name}"
    context = {"aws:sourcearn": arn, "aws:sourceaccount": account, "aws:securetransport": "true"}
    organization = organizations.id_of(account, partition)
    context |= {"aws:sourceorgid": organization} if organization else {}
    writing = {**context, "s3:x-amz-acl": "bucket-owner-full-control"}
    day = f"{call.region}/2024/02/29/log.json.gz"
    below = f"{bucket_arn}/{prefix + '/' if prefix else ''}AWSLogs/{account}"
    accesses = [policy.Access(SERVICE, "s3:GetBucketAcl", bucket_arn, context)] + [
        policy.Access(SERVICE, "s3:PutObject", f"{below}/{kind}/{day}", writing)
        for kind in ("CloudTrail", "CloudTrail-Digest")
    ]
    if not all(policy.allows(document, access) for access in accesses):
        if key:
            raise AwsError(
                "InsufficientEncryptionPolicyException",
                f"Insufficient permissions to access S3 bucket {name} or KMS key {key}.",
            )
        raise AwsError(
            "InsufficientS3BucketPolicyException", f"Incorrect S3 bucket policy is detected for bucket: {name}"
        )


def check_topic(call: Call, arn: str, name_or_arn: str) -> None:
    """The topic is in the region called and lets CloudTrail publish."""
    from moto.sns.models import sns_backends

    account, region = call.request.account, call.region
    topic_arn = name_or_arn
    if not name_or_arn.startswith("arn:"):
        topic_arn = f"arn:{call.request.partition}:sns:{region}:{account}:{name_or_arn}"
    insufficient = AwsError(
        "InsufficientSnsTopicPolicyException", "SNS Topic does not exist or the topic policy is incorrect!"
    )
    parts = topic_arn.split(":")
    if len(parts) != 6 or parts[2] != "sns" or not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", parts[5]):
        raise AwsError("InvalidSnsTopicNameException", f"SNS topic name {name_or_arn} is not valid.")
    topic = sns_backends[parts[4]][region].topics.get(topic_arn) if parts[3] == region else None
    if topic is None:
        raise insufficient
    document = call.account.policy_seen(f"sns:{topic_arn}", topic.policy)
    context = {"aws:sourcearn": arn, "aws:sourceaccount": account, "aws:securetransport": "true"}
    if not policy.allows(document, policy.Access(SERVICE, "sns:Publish", topic_arn, context)):
        raise insufficient
    if topic.kms_master_key_id and not may_use(SERVICE, topic.kms_master_key_id, context):
        raise insufficient


def not_loaded(call: Call, trail) -> None:
    """With `trail_load`: a trail takes no change until CloudTrail has loaded the one before."""
    if call.account.is_loading(("trail", trail.arn), call.request.operation, call.account.settings["trail_load"]):
        raise AwsError("ConflictException", f"The trail {trail.arn} is not ready for the operation.")


def changed(call: Call, trail) -> None:
    """Notes that a trail was created or updated."""
    call.account.changed_now(("trail", trail.arn))


def leave_traces(trail) -> None:
    """What CloudTrail does at once to a trail's bucket and topic: an empty object and a message that is not JSON."""
    from moto.s3.models import s3_backends
    from moto.sns.models import sns_backends

    bucket = bucket_named(trail.bucket_name)
    prefix = f"{trail.s3_key_prefix}/" if trail.s3_key_prefix else ""
    s3_backends[bucket.account_id][bucket.partition].put_object(
        bucket.name, f"{prefix}AWSLogs/{trail.account_id}/CloudTrail/", b""
    )
    if trail.topic_arn:
        sns_backends[trail.account_id][trail.region_name].publish("CloudTrail validation message.", arn=trail.topic_arn)
