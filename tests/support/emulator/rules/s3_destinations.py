"""S3 destinations of Firehose streams (ExtendedS3): which configurations and updates are accepted."""

from aws_errors import AwsError
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

# Records may be written at once, and those that are backed up may not.
INTERVAL, BACKUP_INTERVAL = 0, 60
PROCESSORS = {
    "RecordDeAggregation": {"SubRecordType": ""},
    "Decompression": {"CompressionFormat": "GZIP"},
    "CloudWatchLogProcessing": {"DataMessageExtraction": "true"},
    "Lambda": {"LambdaArn": ""},
    "AppendDelimiterToRecord": {},
}


def check_configuration(call: Call, configuration: dict) -> None:
    """Raises Firehose's refusal of a new destination."""
    _check_destination(call, described_destination("ExtendedS3", configuration))


def check_update(call: Call, stream: Stream, update: dict) -> None:
    """Raises Firehose's refusal of an update: what results must be a destination that could be created."""
    if stream.destination_type != "ExtendedS3":
        missing = [name for name in ("RoleARN", "BucketARN") if not update.get(name)]
        if missing:
            raise invalid(f"{missing[0]} is required to change the destination to S3.")
        _check_destination(call, described_destination("ExtendedS3", update))
        return
    after = merged(stream.destination, update)
    if (stream.destination["S3BackupMode"], after["S3BackupMode"]) == ("Enabled", "Disabled"):
        raise invalid("S3BackupMode cannot be changed from Enabled to Disabled.")
    check_decompression(stream.destination, after)
    _check_destination(call, after)


def _check_destination(call: Call, destination: dict) -> None:
    _check_emulated(destination)
    buckets = [(destination, INTERVAL)]
    if destination["S3BackupMode"] == "Enabled":
        if not destination.get("S3BackupDescription"):
            raise invalid("S3BackupConfiguration is required if S3BackupMode is Enabled.")
        buckets.append((destination["S3BackupDescription"], BACKUP_INTERVAL))
    for bucket, interval in buckets:
        check_bucket_hints(bucket, interval)
        check_logging(bucket.get("CloudWatchLoggingOptions"))
        check_prefixes(bucket)
        check_role(call, bucket["RoleARN"])
    check_processors(destination, PROCESSORS, "an S3")


def _check_emulated(destination: dict) -> None:
    """What the emulator would have to do with the data, and does not."""
    parts = ("DynamicPartitioningConfiguration", "DataFormatConversionConfiguration")
    wanted = [part for part in parts if (destination.get(part) or {}).get("Enabled")]
    if destination["CompressionFormat"] not in ("UNCOMPRESSED", "GZIP"):
        wanted.append("CompressionFormat")
    if destination.get("CustomTimeZone") not in (None, "", "UTC"):
        wanted.append("CustomTimeZone")
    if wanted:
        raise AwsError("NotImplemented", f"The emulator does not have this of S3 destinations: {wanted[0]}", 501)
