"""What Firehose logs of a failed delivery: one event in the log stream that CloudWatchLoggingOptions name.

Both must exist, and the role must be allowed logs:PutLogEvents; else the error is not logged, and Firehose goes on.
"""

import json
import time

import backup_objects
import log_destinations


MESSAGES = {
    "S3.AccessDenied": "Access was denied. Ensure that the trust policy for the provided IAM role allows Firehose to "
    "assume the role, and the access policy allows access to the S3 bucket.",
    "S3.NoSuchBucket": "The specified bucket does not exist. Create the bucket or use a different bucket that does exist.",
}


def log(job, code: str, message: str) -> None:
    """Logs an error of the delivery of a job's record; to be called under moto's lock."""
    from moto.logs.models import logs_backends

    options = job.destination.get("CloudWatchLoggingOptions") or {}
    if not options.get("Enabled"):
        return
    stream, names = job.stream, (options["LogGroupName"], options["LogStreamName"])
    group = logs_backends[job.account.id][stream.region].groups.get(names[0])
    found = group and group.streams.get(names[1])
    target = backup_objects.target_of(job.destination)
    role = job.destination.get("RoleARN") or target["RoleARN"]
    if not found or not backup_objects.may(job, role, "logs:PutLogEvents", found.arn):
        return
    if stream.delivery_stream_arn in _fed_by(group) or (stream.source or {}).get("KinesisStreamARN") in _fed_by(group):
        # On AWS this is an endless loop, in which no test would end.
        return
    event = {
        "deliveryStreamARN": stream.delivery_stream_arn,
        "destination": job.destination.get("HECEndpoint") or job.destination.get("DomainARN") or target["BucketARN"],
        "deliveryStreamVersionId": job.version,
        "message": message,
        "errorCode": code,
    }
    found.put_log_events([{"timestamp": int(time.time() * 1000), "message": json.dumps(event)}])


def _fed_by(group) -> list:
    """The ARNs of the streams that the filters of a group send to."""
    arns = [subscription.destination_arn for subscription in group.subscription_filters.values()]
    destinations = [log_destinations.named(arn) for arn in arns]
    return arns + [destination.target_arn for destination in destinations if destination]
