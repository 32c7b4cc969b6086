"""Splunk destinations of Firehose streams: which configurations and updates are accepted."""

from delivery_streams import Stream, described_destination, merged
from rules import Call
from rules.destination_parts import (
    check_bucket_hints,
    check_decompression,
    check_logging,
    check_prefixes,
    check_processors,
    check_role,
    invalid,
)

BUCKET_INTERVAL = 60
PROCESSORS = {
    "Decompression": {"CompressionFormat": "GZIP"},
    "CloudWatchLogProcessing": {"DataMessageExtraction": "true"},
    "Lambda": {"LambdaArn": ""},
}


def check_configuration(call: Call, configuration: dict) -> None:
    """Raises Firehose's refusal of a new destination."""
    secret = configuration.get("SecretsManagerConfiguration") or {}
    if bool(secret.get("Enabled")) == bool(configuration.get("HECToken")):
        raise invalid("Specify either HECToken or an enabled SecretsManagerConfiguration for a Splunk destination.")
    check_bucket_hints(configuration["S3Configuration"], BUCKET_INTERVAL)
    _check_destination(call, described_destination("Splunk", configuration))


def check_update(call: Call, stream: Stream, update: dict) -> None:
    """Raises Firehose's refusal of an update: what results must be a destination that could be created."""
    check_bucket_hints(update.get("S3Update") or {}, BUCKET_INTERVAL)
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
    check_decompression(stream.destination, after)
    _check_destination(call, after)


def _check_destination(call: Call, destination: dict) -> None:
    bucket = destination["S3DestinationDescription"]
    if not destination["HECEndpoint"].lower().startswith("https://"):
        raise invalid("HECEndpoint must be a URL that starts with https://")
    for options in (destination["CloudWatchLoggingOptions"], bucket["CloudWatchLoggingOptions"]):
        check_logging(options)
    check_prefixes(bucket)
    found = check_processors(destination, PROCESSORS, "a Splunk")
    if "Decompression" in found and not {"CloudWatchLogProcessing", "Lambda"} & set(found):
        raise invalid("Decompression for a Splunk destination requires message extraction.")
    check_role(call, bucket["RoleARN"])
    secret = destination["SecretsManagerConfiguration"]
    if secret.get("Enabled"):
        if not secret.get("SecretARN") or not secret.get("RoleARN"):
            raise invalid("SecretARN and RoleARN are required if Secrets Manager is enabled for Splunk.")
        if secret["SecretARN"].split(":")[3] != call.region:
            raise invalid("The secret must be in the region of the Firehose stream.")
        check_role(call, secret["RoleARN"])
