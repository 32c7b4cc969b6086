"""Objects that Firehose writes into buckets: their keys, their form, and whether the role may write them."""

import base64
import gzip
import json
import re
import time
import uuid

import policy

EXPRESSION = re.compile(r"!\{([^}:]*):([^}]*)\}")
JAVA_TIMES = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
TIME_PART = re.compile(r"'([^']*)'|yyyy|MM|dd|HH|mm|ss")
USUAL_FOLDERS = "%Y/%m/%d/%H/"


def target_of(destination: dict) -> dict:
    """The bucket of a destination: an S3 destination is one itself, others have one for what fails."""
    return destination.get("S3DestinationDescription") or (destination if "BucketARN" in destination else {})


def failed_object(failures: list, has_event_ids: bool) -> bytes:
    """A line of JSON for each failed record."""
    ended = int(time.time() * 1000)
    lines = [
        {
            "attemptsMade": failure.retries,
            "arrivalTimestamp": failure.record.arrival,
            "errorCode": failure.code,
            "errorMessage": failure.message,
            "attemptEndingTimestamp": ended,
            "rawData": base64.b64encode(failure.data).decode(),
            **_origin(failure, has_event_ids),
        }
        for failure in failures
    ]
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode()


def _origin(failure, has_event_id: bool) -> dict:
    if failure.function:
        return {"lambdaArn": failure.function}
    if failure.document:
        return dict(zip(("esDocumentId", "esIndexName"), failure.document, strict=True)) | {"esTypeName": ""}
    return {"EventId": f"{failure.record.id}.0"} if has_event_id else {}


def write(job, kind: "str | None", body: bytes, target: "dict | None" = None) -> tuple:
    """Writes an object, below the error prefix if it holds failures of a kind; its key, or why it could not be written.

    To be called under moto's lock.
    """
    from moto.s3.models import s3_backends

    from rules.s3 import bucket_named

    target = target or target_of(job.destination)
    name = target.get("BucketARN", "").rpartition(":")[2]
    bucket = bucket_named(name)
    if bucket is None:
        return None, "S3.NoSuchBucket"
    is_compressed = target.get("CompressionFormat") == "GZIP"
    key = object_key(job, target, kind) + (target.get("FileExtension") or (".gz" if is_compressed else ""))
    body = gzip.compress(body) if is_compressed else body
    if not may(job, target["RoleARN"], "s3:PutObject", f"{bucket.arn}/{key}", bucket.policy):
        return None, "S3.AccessDenied"
    s3_backends[bucket.account_id][job.stream.partition].put_object(name, key, body)
    return key, None


def is_assumed(job, role_arn: str) -> bool:
    """Whether Firehose can assume the role."""
    from rules.destination_parts import SERVICE, trust_context
    from rules.roles import seen_by

    role = seen_by(job.account, job.stream.partition, role_arn)
    return role is not None and role.trusts(SERVICE, trust_context(job.account.id))


def effects_of(job, role_arn: str, action: str, resource: str) -> set:
    """The effects of the role's policies on an access; none of a role that Firehose cannot assume."""
    from rules.roles import seen_by

    if not is_assumed(job, role_arn):
        return set()
    role = seen_by(job.account, job.stream.partition, role_arn)
    return policy.effects(role.policies, policy.Access(None, action, resource, _context(job, role_arn)))


def may(job, role_arn: str, action: str, resource: str, resource_policy=None) -> bool:
    """Whether Firehose can assume the role, and the role may do this, with the policy of the resource too."""
    context = _context(job, role_arn)
    names = (role_arn, f"arn:{job.stream.partition}:iam::{job.account.id}:root", job.account.id)
    denied = resource_policy and "Deny" in policy.effects(
        [resource_policy], policy.Access(names, action, resource, context)
    )
    return not denied and effects_of(job, role_arn, action, resource) == {"Allow"}


def _context(job, role_arn: str) -> dict:
    return {"aws:securetransport": "true", "aws:principalarn": role_arn, "aws:principalaccount": job.account.id}


def object_key(job, target: dict, kind: "str | None") -> str:
    """The key of a new object: prefix, then stream, version and time."""
    arrival = time.gmtime(job.record.arrival / 1000)
    prefix = target.get("Prefix") or ""
    if kind is None:
        has_time = "!{timestamp:" in prefix
        text = evaluated(prefix, "", arrival) + ("" if has_time else time.strftime(USUAL_FOLDERS, arrival))
    else:
        failed = target.get("ErrorOutputPrefix") or prefix
        text = evaluated(failed, kind, arrival)
        if not EXPRESSION.search(failed):
            text += f"{kind}/" + time.strftime(USUAL_FOLDERS, arrival)
    stamp = time.strftime("%Y-%m-%d-%H-%M-%S", arrival)
    return f"{text}{job.stream.delivery_stream_name}-{job.version}-{stamp}-{uuid.uuid4()}"


def evaluated(prefix: str, kind: str, arrival: time.struct_time) -> str:
    """A prefix with its expressions replaced."""

    def value(found: re.Match) -> str:
        namespace, text = found.groups()
        if namespace == "firehose":
            return kind if text == "error-output-type" else uuid.uuid4().hex[:11]
        return TIME_PART.sub(lambda part: _time(part, arrival), text)

    return EXPRESSION.sub(value, prefix)


def _time(part: re.Match, arrival: time.struct_time) -> str:
    quoted = part.group(1)
    return quoted if quoted is not None else time.strftime(JAVA_TIMES[part.group(0)], arrival)
