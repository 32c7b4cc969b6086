"""Splunk destinations of Firehose streams: which configurations and updates are accepted, and which roles.

Firehose looks at the trust policies of the roles at once. What their permissions allow it finds out when it delivers.
"""

import re

from aws_errors import AwsError
from delivery_streams import Stream, described_destination, merged, processors_of
from rules import Call
from rules.roles import seen

SERVICE = "firehose.amazonaws.com"
EXPRESSION = re.compile(r"!\{([^}:]*):([^}]*)\}")
ERROR_TYPE, RANDOM = "error-output-type", "random-string"
BUCKET_INTERVAL = 60
# Processor -> the parameters that it needs, with the values that these may have ("" any).
PROCESSORS = {
    "Decompression": {"CompressionFormat": "GZIP"},
    "CloudWatchLogProcessing": {"DataMessageExtraction": "true"},
    "Lambda": {"LambdaArn": ""},
}


def invalid(message: str) -> AwsError:
    """Firehose's refusal of an argument."""
    return AwsError("InvalidArgumentException", message)


def check_configuration(call: Call, configuration: dict) -> None:
    """Raises Firehose's refusal of a new destination."""
    secret = configuration.get("SecretsManagerConfiguration") or {}
    if bool(secret.get("Enabled")) == bool(configuration.get("HECToken")):
        raise invalid("Specify either HECToken or an enabled SecretsManagerConfiguration for a Splunk destination.")
    _check_bucket_hints(configuration["S3Configuration"])
    _check_destination(call, described_destination("Splunk", configuration))


def check_update(call: Call, stream: Stream, update: dict) -> None:
    """Raises Firehose's refusal of an update: what results must be a destination that could be created."""
    _check_bucket_hints(update.get("S3Update") or {})
    if stream.destination_type != "Splunk":
        required = ("HECEndpoint", "HECEndpointType", "S3Update")
        missing = [name for name in required if not update.get(name)]
        if missing:
            raise invalid(f"{missing[0]} is required to change the destination to Splunk.")
        _check_destination(call, described_destination("Splunk", update))
        return
    after = merged(stream.destination, update)
    if (stream.destination["S3BackupMode"], after["S3BackupMode"]) == ("AllEvents", "FailedEventsOnly"):
        raise invalid("S3BackupMode cannot be changed from AllEvents to FailedEventsOnly.")
    before_types, after_types = processors_of(stream.destination), processors_of(after)
    if "Decompression" in set(after_types) - set(before_types) and "Lambda" not in before_types:
        raise invalid("Decompression cannot be enabled on a stream without a Lambda processor.")
    _check_destination(call, after)


def _check_bucket_hints(bucket: dict) -> None:
    """Both hints or none, and no buffering of less than a minute."""
    hints = bucket.get("BufferingHints") or {}
    if hints and set(hints) != {"SizeInMBs", "IntervalInSeconds"}:
        raise invalid("SizeInMBs and IntervalInSeconds must both be specified in BufferingHints.")
    if hints and hints["IntervalInSeconds"] < BUCKET_INTERVAL:
        raise invalid(f"IntervalInSeconds of an S3 backup must be at least {BUCKET_INTERVAL}.")


def _check_destination(call: Call, destination: dict) -> None:
    bucket = destination["S3DestinationDescription"]
    if not destination["HECEndpoint"].lower().startswith("https://"):
        raise invalid("HECEndpoint must be a URL that starts with https://")
    for options in (destination["CloudWatchLoggingOptions"], bucket["CloudWatchLoggingOptions"]):
        if options.get("Enabled") and not (options.get("LogGroupName") and options.get("LogStreamName")):
            raise invalid("LogGroupName and LogStreamName are required if CloudWatch logging is enabled.")
    _check_prefixes(bucket)
    _check_processors(destination)
    _check_role(call, bucket["RoleARN"])
    secret = destination["SecretsManagerConfiguration"]
    if secret.get("Enabled"):
        if not secret.get("SecretARN") or not secret.get("RoleARN"):
            raise invalid("SecretARN and RoleARN are required if Secrets Manager is enabled for Splunk.")
        if secret["SecretARN"].split(":")[3] != call.region:
            raise invalid("The secret must be in the region of the Firehose stream.")
        _check_role(call, secret["RoleARN"])


def _check_prefixes(bucket: dict) -> None:
    prefix, failed = bucket.get("Prefix") or "", bucket.get("ErrorOutputPrefix") or ""
    for text in (prefix, failed):
        if "!{" in EXPRESSION.sub("", text):
            raise invalid("The sequence !{ can only appear in !{namespace:value} expressions.")
        for namespace, value in EXPRESSION.findall(text):
            if namespace not in ("firehose", "timestamp"):
                raise invalid(f"Unknown namespace in a prefix: {namespace}")
            if namespace == "firehose" and value not in (ERROR_TYPE, RANDOM):
                raise invalid(f"Unknown value of the namespace firehose in a prefix: {value}")
    if f"!{{firehose:{ERROR_TYPE}}}" in prefix:
        raise invalid(f"Prefix cannot contain !{{firehose:{ERROR_TYPE}}}")
    if EXPRESSION.search(prefix) and not failed:
        raise invalid("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions.")
    if EXPRESSION.search(failed) and f"!{{firehose:{ERROR_TYPE}}}" not in failed:
        raise invalid(f"ErrorOutputPrefix must contain !{{firehose:{ERROR_TYPE}}} if it contains expressions.")


def _check_processors(destination: dict) -> None:
    given = (destination.get("ProcessingConfiguration") or {}).get("Processors") or []
    if len({processor["Type"] for processor in given}) != len(given):
        raise invalid("A processor type can be specified only once.")
    found = processors_of(destination)
    for kind, parameters in found.items():
        if kind not in PROCESSORS:
            raise invalid(f"The processor {kind} is not supported for a Splunk destination.")
        for name, value in PROCESSORS[kind].items():
            if not parameters.get(name) or value not in ("", parameters[name]):
                raise invalid(f"The processor {kind} requires the parameter {name}{value and f' = {value}'}.")
    order = list(found)
    if "CloudWatchLogProcessing" in found and "Decompression" not in order[: order.index("CloudWatchLogProcessing")]:
        raise invalid("The processor CloudWatchLogProcessing requires the processor Decompression before it.")
    if "Decompression" in found and not {"CloudWatchLogProcessing", "Lambda"} & set(found):
        raise invalid("Decompression for a Splunk destination requires message extraction.")


def _check_role(call: Call, arn: str) -> None:
    role = seen(call, arn)
    if role is None or not role.trusts(SERVICE, trust_context(call.request.account)):
        raise invalid(f"Firehose is unable to assume role {arn}. Please check the role provided.")


def trust_context(account: str) -> dict:
    """With which condition keys Firehose assumes a role: older pages ask for the account as external id."""
    return {"aws:securetransport": "true", "sts:externalid": account}
