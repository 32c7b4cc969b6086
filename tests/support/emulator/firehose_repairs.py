"""Repairs of moto's Firehose: it has no Splunk destinations, no states and sources, and delivers nothing but to S3.

The streams in moto's backends are those of delivery_streams.py. Here, so that seeds can create and change them too;
what AWS refuses is in rules/firehose.py.
"""

import base64

import deliveries
from accounts import ACCOUNTS
from delivery_streams import Stream, described_destination, destination_in


def apply() -> None:
    """Applies all repairs."""
    import moto.firehose.models as models
    import moto.firehose.responses as responses

    _streams_have_destinations_of_all_types(responses.FirehoseResponse, models.FirehoseBackend)
    _streams_can_be_encrypted(models.FirehoseBackend)
    _records_are_delivered(models.FirehoseBackend)


def create(backend, params: dict) -> Stream:
    """Creates a stream with the parameters of CreateDeliveryStream."""
    from moto.utilities.utils import get_partition

    kind, configuration = destination_in(params)[0]
    stream = Stream(
        account_id=backend.account_id,
        region=backend.region_name,
        partition=get_partition(backend.region_name),
        delivery_stream_name=params["DeliveryStreamName"],
        delivery_stream_type=params.get("DeliveryStreamType") or "DirectPut",
        destination_type=kind,
        destination=described_destination(kind, configuration),
        source=params.get("KinesisStreamSourceConfiguration"),
    )
    if params.get("DeliveryStreamEncryptionConfigurationInput"):
        stream.encryption_key = dict(params["DeliveryStreamEncryptionConfigurationInput"])
        stream.encryption.begin("ENABLING", "ENABLED", 0)
    backend.delivery_streams[stream.delivery_stream_name] = stream
    backend.tagger.tag_resource(stream.delivery_stream_arn, params.get("Tags") or [])
    return stream


def stream_named(backend, name: str) -> Stream:
    """The stream of that name."""
    from moto.firehose.exceptions import ResourceNotFoundException

    stream = backend.delivery_streams.get(name)
    if stream is None:
        raise ResourceNotFoundException(f"Firehose {name} under account {backend.account_id} not found.")
    return stream


def _streams_have_destinations_of_all_types(response_class, backend_class) -> None:
    """Moto takes the parameters of some destinations apart."""
    from moto.core.responses import ActionResult, EmptyResult

    def create_delivery_stream(self):
        return ActionResult({"DeliveryStreamARN": create(self.firehose_backend, self.params).delivery_stream_arn})

    def update_destination(self):
        stream = stream_named(self.firehose_backend, self.params["DeliveryStreamName"])
        stream.update(*destination_in(self.params)[0])
        return EmptyResult()

    def describe_delivery_stream(self, delivery_stream_name):
        return {"DeliveryStreamDescription": stream_named(self, delivery_stream_name).described()}

    response_class.create_delivery_stream = create_delivery_stream
    response_class.update_destination = update_destination
    backend_class.describe_delivery_stream = describe_delivery_stream


def _streams_can_be_encrypted(backend_class) -> None:
    """Moto does it at once."""

    def start(self, stream_name, encryption_config):
        stream = stream_named(self, stream_name)
        stream.encryption_key = dict(encryption_config or {"KeyType": "AWS_OWNED_CMK"})
        stream.encryption.begin("ENABLING", "ENABLED", 0)

    def stop(self, stream_name):
        stream_named(self, stream_name).encryption.begin("DISABLING", "DISABLED", 0)

    backend_class.start_delivery_stream_encryption = start
    backend_class.stop_delivery_stream_encryption = stop


def _records_are_delivered(backend_class) -> None:
    """As deliveries.py does it."""

    def deliver(stream, data):
        # The parser of requests leaves blobs as they travel.
        data = base64.b64decode(data) if isinstance(data, str) else data
        return deliveries.accept(ACCOUNTS[stream.account_id], stream, data)

    def put_record(self, delivery_stream_name, record):
        stream = stream_named(self, delivery_stream_name)
        return {"RecordId": deliver(stream, record["Data"]), "Encrypted": stream.encryption.value == "ENABLED"}

    def put_record_batch(self, delivery_stream_name, records):
        stream = stream_named(self, delivery_stream_name)
        return {
            "FailedPutCount": 0,
            "Encrypted": stream.encryption.value == "ENABLED",
            "RequestResponses": [{"RecordId": deliver(stream, record["Data"])} for record in records],
        }

    backend_class.put_record, backend_class.put_record_batch = put_record, put_record_batch
