"""Amazon Data Firehose: which streams it creates, and what it lets be done with them in which state.

What destinations must satisfy is in splunk_destinations.py, s3_destinations.py and search_destinations.py, and how
records get to them in deliveries.py.
"""

import re

import data_streams
import model_constraints
from aws_errors import AwsError
from delivery_streams import DESTINATION_ID, GONE, Stream, destination_in
from firehose_repairs import create
from rules import Call, guard, rule
from rules import s3_destinations, search_destinations, splunk_destinations
from rules.destination_parts import check_role, invalid

TAGS = 50
TAG = re.compile(r"[\w\s_.:/=+\-@%]*")
RECORD_LIMIT, BATCH_LIMIT = 1000 * 1024, 4 * 1024 * 1024
KMS_MANAGED = "CUSTOMER_MANAGED_CMK"
# The rules of the types of destinations that there are rules for.
CHECKS = {
    "Splunk": splunk_destinations,
    "ExtendedS3": s3_destinations,
    "Amazonopensearchservice": search_destinations,
}
# Types of destinations that no other type can be replaced by or replace.
SEARCH = {"Amazonopensearchservice", "Elasticsearch", "AmazonOpenSearchServerless"}


def backend(call: Call):
    """Moto's Firehose of the caller's account in the region called."""
    from moto.firehose.models import firehose_backends

    return firehose_backends[call.request.account][call.region]


def find(call: Call, name: str) -> "Stream | None":
    """The stream of that name, whose state moves on as it is looked at; None if there is none (any more)."""
    streams = backend(call)
    stream = streams.delivery_streams.get(name)
    if stream is not None and stream.status.look() == GONE:
        streams.delete_delivery_stream(name)
        return None
    return stream


def _stream(call: Call) -> Stream:
    name = call.params["DeliveryStreamName"]
    stream = find(call, name)
    if stream is None:
        message = f"Firehose {name} under account {call.request.account} not found."
        raise AwsError("ResourceNotFoundException", message)
    return stream


def _active(call: Call) -> Stream:
    """The stream that is to be changed."""
    stream = _stream(call)
    if stream.status.value != "ACTIVE":
        raise _in_use(f"Firehose {stream.delivery_stream_name} is in the {stream.status.value} state.")
    return stream


def _in_use(message: str) -> AwsError:
    return AwsError("ResourceInUseException", message)


@guard("firehose")
def constraints(call: Call):
    """What the model says of each parameter."""
    try:
        text = model_constraints.violation("firehose", call.request.operation, call.params)
    except (AttributeError, TypeError) as error:
        raise AwsError("SerializationException", str(error)) from None
    if text:
        raise AwsError("ValidationException", text)


@rule("firehose", "CreateDeliveryStream")
def create_delivery_stream(call: Call):
    """A name that is free, one destination, a source that suits it, and roles that Firehose can assume."""
    name = call.params["DeliveryStreamName"]
    destinations = destination_in(call.params)
    if len(destinations) != 1:
        raise invalid("Exactly one destination configuration is supported for a Firehose.")
    if find(call, name) is not None:
        raise _in_use(f"Firehose {name} under accountId {call.request.account} already exists")
    limit = call.account.settings["streams_limit"]
    if len(backend(call).delivery_streams) >= limit:
        raise AwsError("LimitExceededException", f"You have already consumed your firehose quota of {limit} hoses.")
    _check_source(call)
    _check_tags(call.params.get("Tags") or [])
    _check_encryption(call)
    kind, configuration = destinations[0]
    if kind in CHECKS:
        CHECKS[kind].check_configuration(call, configuration)
    stream = create(backend(call), call.params)
    _begin_creation(call, stream)
    return call.json({"DeliveryStreamARN": stream.delivery_stream_arn})


def _begin_creation(call: Call, stream: Stream) -> None:
    """CREATING is seen once at least; then the stream is ACTIVE, or has failed for good (`stream_creation`)."""
    creation = call.account.settings["stream_creation"]
    if creation == "CREATING_FAILED":
        stream.failure = {"Type": "UNKNOWN_ERROR", "Details": "Creation of the Firehose stream failed."}
        stream.status.begin("CREATING", "CREATING_FAILED", 0)
    else:
        stream.status.begin("CREATING", "ACTIVE", creation)


def _check_source(call: Call) -> None:
    kind = call.params.get("DeliveryStreamType", "DirectPut")
    if call.params.get("KinesisStreamSourceConfiguration") and kind != "KinesisStreamAsSource":
        raise invalid("KinesisSourceStreamConfig is only applicable for KinesisStreamAsSource stream type")
    if kind == "KinesisStreamAsSource" and not call.params.get("KinesisStreamSourceConfiguration"):
        raise invalid("KinesisSourceStreamConfig is required for KinesisStreamAsSource stream type")
    if kind == "KinesisStreamAsSource":
        _check_data_stream(call, call.params["KinesisStreamSourceConfiguration"])


def _check_data_stream(call: Call, source: dict) -> None:
    """An open data stream of this account and region, and a role that may describe it."""
    arn, role_arn = source["KinesisStreamARN"], source["RoleARN"]
    role = check_role(call, role_arn)
    if not role.allows("kinesis:DescribeStream", arn, {}):
        raise invalid(f"Role {role_arn} is not authorized to perform: kinesis:DescribeStream on resource {arn}.")
    data_stream = data_streams.found(arn, call.request.partition, is_looked_at=True)
    place = data_stream and (data_stream.region, data_stream.account_id)
    if place != (call.region, call.request.account) or data_stream.status not in data_streams.OPEN:
        raise invalid(f"The Kinesis data stream {arn} does not exist in this region, or is not ACTIVE.")


def _check_encryption(call: Call) -> None:
    given = call.params.get("DeliveryStreamEncryptionConfigurationInput")
    if given is None:
        return
    if call.params.get("DeliveryStreamType", "DirectPut") != "DirectPut":
        raise invalid("Server-side encryption is supported for streams of the type DirectPut only.")
    if (given["KeyType"] == KMS_MANAGED) != bool(given.get("KeyARN")):
        raise invalid(f"KeyARN is required for the key type {KMS_MANAGED}, and for no other.")


def _check_tags(tags: list, existing: int = 0) -> None:
    keys = [tag["Key"] for tag in tags]
    if len(keys) != len(set(keys)):
        raise invalid("Tag keys must be unique.")
    if len(keys) + existing > TAGS:
        raise AwsError("LimitExceededException", f"A Firehose stream can have at most {TAGS} tags.")
    if not all(TAG.fullmatch(tag["Key"]) and TAG.fullmatch(tag.get("Value") or "") for tag in tags):
        raise invalid("Some characters of the tags are not allowed.")


@rule("firehose", "UpdateDestination")
def update_destination(call: Call):
    """The version that the caller has read, and nothing that cannot be changed."""
    stream, params = _active(call), call.params
    if params["CurrentDeliveryStreamVersionId"] != str(stream.version):
        raise AwsError(
            "ConcurrentModificationException",
            f"Cannot update firehose: {stream.delivery_stream_name} since the current version id: {stream.version} "
            f"and specified version id: {params['CurrentDeliveryStreamVersionId']} do not match",
        )
    if params["DestinationId"] != DESTINATION_ID:
        raise invalid(f"Destination Id {params['DestinationId']} not found")
    updates = destination_in(params)
    if len(updates) != 1:
        raise invalid("Exactly one destination update is supported for a Firehose.")
    kind, update = updates[0]
    if kind != stream.destination_type and SEARCH & {kind, stream.destination_type}:
        raise invalid(f"Changing the destination type to or from {kind} is not supported at this time.")
    if kind in CHECKS:
        CHECKS[kind].check_update(call, stream, update)
    stream.update(kind, update)
    return call.json({})


@rule("firehose", "DescribeDeliveryStream")
def describe_delivery_stream(call: Call):
    """In the state that it is in by now."""
    stream = _stream(call)
    stream.encryption.look()
    return call.json({"DeliveryStreamDescription": stream.described()})


@rule("firehose", "ListDeliveryStreams")
def list_delivery_streams(call: Call):
    """In the order of their names, ten at a time unless more are asked for."""
    names = ("Limit", "DeliveryStreamType", "ExclusiveStartDeliveryStreamName")
    return call.json(backend(call).list_delivery_streams(*map(call.params.get, names)))


@rule("firehose", "DeleteDeliveryStream")
def delete_delivery_stream(call: Call):
    """Not while it is being created; the name is free again after a while (`stream_deletion`)."""
    stream = _stream(call)
    if stream.status.value == "CREATING":
        raise _in_use(f"Firehose {stream.delivery_stream_name} is in the CREATING state.")
    if stream.status.value != "DELETING":
        stream.status.begin("DELETING", GONE, call.account.settings["stream_deletion"])
    return call.json({})


@rule("firehose", "TagDeliveryStream")
def tag_delivery_stream(call: Call):
    """At most 50 tags."""
    stream = _tagged(call)
    has = backend(call).tagger.get_tag_dict_for_resource(stream.delivery_stream_arn)
    new = call.params["Tags"]
    _check_tags(new, len(set(has) - {tag["Key"] for tag in new}))
    return call.forward()


@rule("firehose", "UntagDeliveryStream")
def untag_delivery_stream(call: Call):
    """Of a stream that exists."""
    _tagged(call)
    return call.forward()


@rule("firehose", "ListTagsForDeliveryStream")
def list_tags(call: Call):
    """Of a stream that exists."""
    name = _stream(call).delivery_stream_name
    page = (call.params.get("ExclusiveStartTagKey"), call.params.get("Limit"))
    return call.json(backend(call).list_tags_for_delivery_stream(name, *page))


def _tagged(call: Call) -> Stream:
    stream = _stream(call)
    if stream.status.value == "DELETING":
        raise _in_use(f"Firehose {stream.delivery_stream_name} is in the DELETING state.")
    return stream


@rule("firehose", "StartDeliveryStreamEncryption", "StopDeliveryStreamEncryption")
def encryption(call: Call):
    """Of a stream whose records come from PutRecord, one change at a time."""
    stream = _active(call)
    if stream.delivery_stream_type != "DirectPut":
        raise invalid("Server-side encryption is supported for streams of the type DirectPut only.")
    if stream.encryption.look() in ("ENABLING", "DISABLING"):
        raise _in_use(f"The encryption of Firehose {stream.delivery_stream_name} is {stream.encryption.value}.")
    if call.request.operation.startswith("Start"):
        _check_encryption(call)
    return call.forward()


@rule("firehose", "PutRecord", "PutRecordBatch")
def put_record(call: Call):
    """Into an active stream of DirectPut that does not decompress: such a one is for CloudWatch Logs alone."""
    stream = _stream(call)
    if stream.delivery_stream_type != "DirectPut":
        kind = stream.delivery_stream_type
        raise invalid(f"This operation is not permitted on {kind} delivery stream type.")
    if stream.status.value != "ACTIVE":
        name = stream.delivery_stream_name
        raise AwsError("ResourceNotFoundException", f"Firehose {name} is not in the ACTIVE state.")
    if stream.is_decompressing:
        raise AwsError(
            "InvalidSourceException",
            "Only requests from CloudWatch Logs are supported when CloudWatch Logs decompression is enabled.",
        )
    records = call.params.get("Records") or [call.params["Record"]]
    sizes = [len(record["Data"]) for record in records]
    if max(sizes) > RECORD_LIMIT or sum(sizes) > BATCH_LIMIT:
        raise invalid("Records are at most 1,000 KiB long, and 4 MiB together.")
    return call.forward()
