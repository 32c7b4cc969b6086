"""S3: what a bucket does with its objects. Which settings S3 takes, and in which order."""

from aws_errors import AwsError
from rules import Call, rule
from rules.s3 import bucket_named

RULES, ID = 1000, 255
ACTIONS = (
    "Expiration",
    "Transitions",
    "NoncurrentVersionTransitions",
    "NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload",
)


@rule("s3", "PutBucketLifecycleConfiguration")
def put_lifecycle(call: Call):
    """All rules are in one form, and each has an id of its own and something to do."""
    rules = (call.params.get("LifecycleConfiguration") or {}).get("Rules") or []
    if not 1 <= len(rules) <= RULES:
        raise AwsError("InvalidRequest", f"A lifecycle configuration has 1 to {RULES} rules.")
    ids = [r["ID"] for r in rules if r.get("ID")]
    if len(ids) != len(set(ids)):
        raise AwsError("InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule")
    if any(len(i) > ID for i in ids):
        raise AwsError("InvalidArgument", f"ID length should not exceed allowed limit of {ID}")
    newer = "Filter" in rules[0]
    for lifecycle in rules:
        _check_rule(lifecycle, newer)
    if not newer:
        _check_overlaps(rules)
    return call.forward()


def _check_rule(lifecycle: dict, newer: bool) -> None:
    if "Filter" not in lifecycle and "Prefix" not in lifecycle:
        raise AwsError("MalformedXML", "The XML you provided was not well-formed or did not validate.")
    if newer and "Prefix" in lifecycle:
        raise AwsError(
            "InvalidRequest",
            "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.",
        )
    if not newer and "Filter" in lifecycle:
        raise AwsError("InvalidRequest", "Filter element can only be used in Lifecycle V2.")
    if not any(lifecycle.get(action) for action in ACTIONS):
        raise AwsError("InvalidRequest", "At least one action needs to be specified in a rule")
    days = [
        (lifecycle.get("Expiration") or {}).get("Days"),
        (lifecycle.get("NoncurrentVersionExpiration") or {}).get("NoncurrentDays"),
        (lifecycle.get("AbortIncompleteMultipartUpload") or {}).get("DaysAfterInitiation"),
    ]
    if any(number is not None and int(number) < 1 for number in days):
        raise AwsError("InvalidArgument", "'Days' must be a positive integer")


def _check_overlaps(rules: list) -> None:
    for action in ACTIONS:
        prefixes = sorted(r["Prefix"] or "" for r in rules if r.get(action))
        for shorter, longer in zip(prefixes, prefixes[1:]):
            if longer.startswith(shorter):
                raise AwsError(
                    "InvalidRequest",
                    f"Found overlapping prefixes '{shorter}' and '{longer}' for same action type '{action}'",
                )


@rule("s3", "PutBucketVersioning")
def put_versioning(call: Call):
    """A bucket with Object Lock stays versioned."""
    bucket = bucket_named(call.params["Bucket"])
    status = (call.params.get("VersioningConfiguration") or {}).get("Status")
    if bucket and bucket.object_lock_enabled and status != "Enabled":
        raise AwsError(
            "InvalidBucketState",
            "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
            409,
        )
    return call.forward()


@rule("s3", "PutObjectLockConfiguration")
def put_object_lock(call: Call):
    """Versioning comes first, and a retention is in days or in years."""
    bucket = bucket_named(call.params["Bucket"])
    if bucket and bucket.versioning_status != "Enabled":
        raise AwsError(
            "InvalidBucketState",
            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
            409,
        )
    configuration = call.params.get("ObjectLockConfiguration") or {}
    retention = (configuration.get("Rule") or {}).get("DefaultRetention")
    if configuration.get("ObjectLockEnabled") != "Enabled":
        raise AwsError("MalformedXML", "The XML you provided was not well-formed or did not validate.")
    if retention and (bool(retention.get("Days")) == bool(retention.get("Years")) or not retention.get("Mode")):
        raise AwsError("MalformedXML", "The XML you provided was not well-formed or did not validate.")
    return call.forward()
