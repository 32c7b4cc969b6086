"""Delivery streams of Amazon Data Firehose, as the emulator keeps them in moto's backends.

A stream has the description of its destination as DescribeDeliveryStream answers it, with the defaults filled in. A
state that AWS takes time to reach is a `Phase`.
"""

import copy
import time
from dataclasses import dataclass, field

DESTINATION_ID = "destinationId-000000000001"
SUFFIXES = ("DestinationConfiguration", "DestinationUpdate")
# Members of configurations and updates -> members of descriptions.
RENAMED = {
    "S3Configuration": "S3DestinationDescription",
    "S3Update": "S3DestinationDescription",
    "S3BackupConfiguration": "S3BackupDescription",
    "S3BackupUpdate": "S3BackupDescription",
}
S3_DEFAULTS = {
    "Prefix": "",
    "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 300},
    "CompressionFormat": "UNCOMPRESSED",
    "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
    "CloudWatchLoggingOptions": {"Enabled": False},
}
SPLUNK_DEFAULTS = {
    "HECAcknowledgmentTimeoutInSeconds": 180,
    "RetryOptions": {"DurationInSeconds": 3600},
    "S3BackupMode": "FailedEventsOnly",
    "ProcessingConfiguration": {"Enabled": False, "Processors": []},
    "CloudWatchLoggingOptions": {"Enabled": False},
    "BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 5},
    "SecretsManagerConfiguration": {"Enabled": False},
}
SEARCH_DEFAULTS = {
    "IndexRotationPeriod": "OneDay",
    "BufferingHints": {"IntervalInSeconds": 300, "SizeInMBs": 5},
    "RetryOptions": {"DurationInSeconds": 300},
    "S3BackupMode": "FailedDocumentsOnly",
    "ProcessingConfiguration": {"Enabled": False, "Processors": []},
    "CloudWatchLoggingOptions": {"Enabled": False},
    "DocumentIdOptions": {"DefaultDocumentIdFormat": "FIREHOSE_DEFAULT"},
}
# Types of destinations with a bucket for what fails -> their defaults.
WITH_BUCKET = {"Splunk": SPLUNK_DEFAULTS, "Amazonopensearchservice": SEARCH_DEFAULTS}
LAMBDA_DEFAULTS = {"NumberOfRetries": "3", "BufferIntervalInSeconds": "60"}
# What an S3 destination has besides what any bucket has.
EXTENDED = ("ProcessingConfiguration", "S3BackupMode", "S3BackupDescription", "FileExtension", "CustomTimeZone")
GONE = "GONE"


class Phase:
    """A value that AWS takes time to reach. The value in between is seen at least once."""

    def __init__(self, value: str):
        self.value = value
        # Since when it has this value, unless it is one in between.
        self.since = time.time()
        self._following = None
        self._until = 0.0
        self._was_seen = False

    def begin(self, between: str, following: str, seconds: float) -> None:
        """Starts a change that takes some seconds."""
        self.value, self._following = between, following
        self._until, self._was_seen = time.monotonic() + seconds, False

    def look(self) -> str:
        """The value by now."""
        if self._following and self._was_seen and time.monotonic() >= self._until:
            self.value, self._following, self.since = self._following, None, time.time()
        self._was_seen = True
        return self.value

    def is_over(self, following: str) -> bool:
        """Whether the next look finds this value, which has been reached."""
        return self._following == following and self._was_seen and time.monotonic() >= self._until


@dataclass
class Stream:
    """One delivery stream. The attributes whose names begin with `delivery_stream` are those that moto reads."""

    account_id: str
    region: str
    partition: str
    delivery_stream_name: str
    delivery_stream_type: str
    # "Splunk", "ExtendedS3", "Amazonopensearchservice", …
    destination_type: str
    destination: dict
    version: int = 1
    created: float = field(default_factory=time.time)
    updated: "float | None" = None
    status: Phase = field(default_factory=lambda: Phase("ACTIVE"))
    failure: "dict | None" = None
    encryption: Phase = field(default_factory=lambda: Phase("DISABLED"))
    encryption_key: dict = field(default_factory=dict)
    # The KinesisStreamSourceConfiguration, and the number of the last record that was read of each shard.
    source: "dict | None" = None
    read: dict = field(default_factory=dict)

    @property
    def delivery_stream_arn(self) -> str:
        """Its ARN."""
        name = self.delivery_stream_name
        return f"arn:{self.partition}:firehose:{self.region}:{self.account_id}:deliverystream/{name}"

    @property
    def is_decompressing(self) -> bool:
        """Whether the built-in decompression of CloudWatch Logs is on."""
        return "Decompression" in processors_of(self.destination)

    def described(self) -> dict:
        """What DescribeDeliveryStream answers."""
        encryption = {"Status": self.encryption.value}
        if self.encryption.value not in ("DISABLED", "DISABLING"):
            encryption |= self.encryption_key
        description = {
            "DeliveryStreamName": self.delivery_stream_name,
            "DeliveryStreamARN": self.delivery_stream_arn,
            "DeliveryStreamStatus": self.status.value,
            "DeliveryStreamEncryptionConfiguration": encryption,
            "DeliveryStreamType": self.delivery_stream_type,
            "VersionId": str(self.version),
            "CreateTimestamp": self.created,
            "Destinations": [{"DestinationId": DESTINATION_ID, **self._described_destination()}],
            "HasMoreDestinations": False,
        }
        source = self.source and {"KinesisStreamSourceDescription": self.source | {"DeliveryStartTimestamp": self.status.since}}
        optional = {"LastUpdateTimestamp": self.updated, "FailureDescription": self.failure, "Source": source}
        return description | {name: value for name, value in optional.items() if value is not None}

    def _described_destination(self) -> dict:
        """One of S3 is described in the older form too."""
        found = {f"{self.destination_type}DestinationDescription": self.destination}
        if self.destination_type == "ExtendedS3":
            plain = {name: value for name, value in self.destination.items() if name not in EXTENDED}
            found["S3DestinationDescription"] = plain
        return found

    def update(self, kind: str, update: dict) -> None:
        """Merges an update into a destination of the same type; another type replaces it."""
        if kind != self.destination_type:
            self.destination_type, self.destination = kind, described_destination(kind, update)
        else:
            self.destination = merged(self.destination, update)
        self.version += 1
        self.updated = time.time()


def destination_in(params: dict) -> "list[tuple[str, dict]]":
    """The (type, configuration or update) of all destinations that a request has."""
    found = []
    for name, value in params.items():
        for suffix in SUFFIXES:
            if name.endswith(suffix) and value is not None:
                found.append((name.removesuffix(suffix), value))
    return found


def described_destination(kind: str, configuration: dict) -> dict:
    """The description of a new destination, with AWS's defaults."""
    given = {RENAMED.get(name, name): copy.deepcopy(value) for name, value in configuration.items()}
    if kind == "ExtendedS3":
        destination = copy.deepcopy(S3_DEFAULTS) | {"S3BackupMode": "Disabled"} | given
        if "S3BackupDescription" in given:
            destination["S3BackupDescription"] = copy.deepcopy(S3_DEFAULTS) | given["S3BackupDescription"]
        _fill_lambda_parameters(destination)
        return destination
    if kind not in WITH_BUCKET:
        return given
    secret = given.get("SecretsManagerConfiguration") or {}
    if secret.get("Enabled"):
        given.pop("HECToken", None)
    defaults = copy.deepcopy(WITH_BUCKET[kind])
    destination = defaults | given
    destination["BufferingHints"] = defaults["BufferingHints"] | destination["BufferingHints"]
    destination["S3DestinationDescription"] = copy.deepcopy(S3_DEFAULTS) | given["S3DestinationDescription"]
    _fill_lambda_parameters(destination)
    return destination


def merged(destination: dict, update: dict) -> dict:
    """A destination with an update of the same type merged into it; what the update lacks stays."""
    given = {RENAMED.get(name, name): copy.deepcopy(value) for name, value in update.items()}
    bucket = given.pop("S3DestinationDescription", None)
    result = {**destination, **given}
    if bucket is not None:
        result["S3DestinationDescription"] = {**destination.get("S3DestinationDescription", {}), **bucket}
    if (result.get("SecretsManagerConfiguration") or {}).get("Enabled"):
        result.pop("HECToken", None)
    _fill_lambda_parameters(result)
    return result


def _fill_lambda_parameters(destination: dict) -> None:
    """The parameters of a Lambda processor that AWS fills in."""
    bucket = destination.get("S3DestinationDescription", destination)
    size = "0.25" if "HECEndpoint" in destination else "1"
    defaults = LAMBDA_DEFAULTS | {"BufferSizeInMBs": size, "RoleArn": bucket.get("RoleARN", "")}
    for processor in (destination.get("ProcessingConfiguration") or {}).get("Processors") or []:
        if processor["Type"] == "Lambda":
            parameters = processor.setdefault("Parameters", [])
            names = {parameter["ParameterName"] for parameter in parameters}
            for name, value in defaults.items():
                if name not in names:
                    parameters.append({"ParameterName": name, "ParameterValue": value})


def processors_of(destination: dict) -> dict:
    """Type -> {parameter: value} of the processors that are enabled, in order."""
    processing = destination.get("ProcessingConfiguration") or {}
    if not processing.get("Enabled"):
        return {}
    return {
        processor["Type"]: {p["ParameterName"]: p["ParameterValue"] for p in processor.get("Parameters") or []}
        for processor in processing.get("Processors") or []
    }
