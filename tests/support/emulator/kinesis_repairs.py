"""Repairs of moto's Kinesis: its streams are ACTIVE at once, lose their tags, and write into shards that are closed."""

import functools
import time
from collections import OrderedDict

from delivery_streams import Phase

RECORD_SIZE = 1024


def apply() -> None:
    """Applies all repairs."""
    import moto.kinesis.models as models
    import moto.kinesis.responses as responses

    _streams_take_time(models.Stream)
    _streams_are_created_with_tags(responses.KinesisResponse)
    _streams_say_more_of_themselves(models.Stream)
    _closed_shards_keep_their_records(models.Stream, models.KinesisBackend)
    _numbers_are_found_at_once(models.Shard)
    _iterators_know_their_stream(models.KinesisBackend)
    _writing_is_all_that_is_done(models.Stream, models.KinesisBackend)


def _streams_take_time(stream_class) -> None:
    """A stream's status is the value of a `Phase`."""

    def set_status(self, value):
        self.phase = Phase(value)

    stream_class.status = property(lambda self: self.phase.value, set_status)


def _streams_are_created_with_tags(response_class) -> None:
    """And may take large records."""
    create_stream = response_class.create_stream

    def creating(self):
        answer = create_stream(self)
        stream = self.kinesis_backend.streams[self._get_param("StreamName")]
        stream.tags = dict(self._get_param("Tags") or {})
        stream.max_record_size = self._get_param("MaxRecordSizeInKiB") or RECORD_SIZE
        # When its mode and its number of shards were changed.
        stream.mode_changes, stream.shard_changes = [], []
        return answer

    response_class.create_stream = creating


def _streams_say_more_of_themselves(stream_class) -> None:
    """Moto tells neither the consumers nor the largest record, and counts shards that are closed."""
    to_json_summary = stream_class.to_json_summary

    def summary(self):
        description = to_json_summary(self)["StreamDescriptionSummary"]
        description |= {
            "OpenShardCount": sum(shard.is_open for shard in self.shards.values()),
            "ConsumerCount": len(self.consumers),
            "MaxRecordSizeInKiB": self.max_record_size,
        }
        return {"StreamDescriptionSummary": description}

    stream_class.to_json_summary = summary


def _closed_shards_keep_their_records(stream_class, backend_class) -> None:
    """Moto moves the records of a shard into its children, and writes into the parent on; readers come to no end."""
    from moto.utilities.utils import md5_hash

    split_shard, merge_shards, get_records = stream_class.split_shard, stream_class.merge_shards, backend_class.get_records

    def keeping(function):
        @functools.wraps(function)
        def resharding(self, *shards):
            parents = [self.shards[shard] for shard in shards if shard in self.shards]
            records = [parent.records for parent in parents]
            for parent in parents:
                parent.records = OrderedDict()
            try:
                function(self, *shards)
            finally:
                for parent, own in zip(parents, records, strict=True):
                    parent.records = own

        return resharding

    def shard_for_key(self, partition_key, explicit_hash_key):
        number = int(explicit_hash_key or int(md5_hash(partition_key.encode()).hexdigest(), 16))
        return next(s for s in self.shards.values() if s.is_open and s.starting_hash <= number <= s.ending_hash)

    def getting(self, stream_arn, shard_iterator, limit):
        from moto.kinesis.utils import decompose_shard_iterator

        following, records, behind = get_records(self, stream_arn, shard_iterator, limit)
        name, shard_id, _ = decompose_shard_iterator(shard_iterator)
        shard = self.streams[name].shards[shard_id]
        read_to = int(decompose_shard_iterator(following)[2])
        at_the_end = not shard.is_open and read_to >= shard.get_max_sequence_number()
        return None if at_the_end else following, records, behind

    stream_class.split_shard, stream_class.merge_shards = keeping(split_shard), keeping(merge_shards)
    stream_class.get_shard_for_key, backend_class.get_records = shard_for_key, getting


def _numbers_are_found_at_once(shard_class) -> None:
    """Moto lists all records for each that is written."""
    shard_class.get_max_sequence_number = lambda self: next(reversed(self.records), 0)


def _iterators_know_their_stream(backend_class) -> None:
    """Moto writes the name of the request into an iterator, which may have given the ARN only."""
    get_shard_iterator = backend_class.get_shard_iterator

    def getting(self, stream_arn, stream_name, *others):
        name = self.describe_stream(stream_arn, stream_name).stream_name
        return get_shard_iterator(self, stream_arn, name, *others)

    backend_class.get_shard_iterator = getting


def _writing_is_all_that_is_done(stream_class, backend_class) -> None:
    """Moto loads its Lambda to look for functions, and writes metrics."""

    def put_record(self, partition_key, explicit_hash_key, data):
        shard = self.get_shard_for_key(partition_key, explicit_hash_key)
        return shard.put_record(partition_key, data, explicit_hash_key), shard.shard_id

    stream_class.put_record = put_record
    backend_class._send_stream_metrics = lambda *_args, **_kwargs: None


def changed_lately(times: list, seconds: float) -> int:
    """How many of these changes were made within the last seconds."""
    return sum(time.time() - when < seconds for when in times)
