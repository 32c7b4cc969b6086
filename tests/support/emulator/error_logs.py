"""What Firehose logs of a failed delivery: one event in the log stream that CloudWatchLoggingOptions name.

Both must exist, and the role must be allowed logs:PutLogEvents; else the error is not logged, and Firehose goes on.
"""

import json
import time

import backup_objects


def log(job, code: str, message: str) -> None:
    """Logs an error of the delivery of a job's record; to be called under moto's lock."""
    from moto.logs.models import logs_backends

    options = job.destination.get("CloudWatchLoggingOptions") or {}
    if not options.get("Enabled"):
        return
    stream, names = job.stream, (options["LogGroupName"], options["LogStreamName"])
    group = logs_backends[job.account.id][stream.region].groups.get(names[0])
    found = group and group.streams.get(names[1])
    role = job.destination["S3DestinationDescription"]["RoleARN"]
    if not found or not backup_objects.may(job, role, "logs:PutLogEvents", found.arn):
        return
    destinations = [f.destination_arn for f in group.subscription_filters.values()]
    if stream.delivery_stream_arn in destinations:
        # On AWS this is an endless loop, in which no test would end.
        return
    event = {
        "deliveryStreamARN": stream.delivery_stream_arn,
        "destination": job.destination.get("HECEndpoint"),
        "deliveryStreamVersionId": job.version,
        "message": message,
        "errorCode": code,
    }
    found.put_log_events([{"timestamp": int(time.time() * 1000), "message": json.dumps(event)}])
