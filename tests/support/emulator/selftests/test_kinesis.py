"""Kinesis data streams: which are created and changed, in which states, and what is read from them."""

import time

from selftests.harness import Case, identity_policy

REGION = "eu-west-1"
NAME = {"StreamName": "stream"}
KEY = {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}


class KinesisCase(Case):
    """With a client."""

    def setUp(self):
        super().setUp()
        self.kinesis = self.client("kinesis", REGION)
        self.arn = f"arn:aws:kinesis:{REGION}:{self.account}:stream/stream"

    def create(self, name="stream", mode="ON_DEMAND", **more):
        self.kinesis.create_stream(StreamName=name, StreamModeDetails={"StreamMode": mode}, **more)

    def describe(self, **name):
        return self.kinesis.describe_stream_summary(**(name or NAME))["StreamDescriptionSummary"]

    def status(self, name="stream"):
        return self.describe(StreamName=name)["StreamStatus"]

    def create_active(self, name="stream", **more):
        self.create(name, **more)
        self.assertEqual([self.status(name), self.status(name)], ["CREATING", "ACTIVE"])

    def updated(self):
        """Asserts that the stream was UPDATING and is ACTIVE again."""
        self.assertEqual([self.status(), self.status()], ["UPDATING", "ACTIVE"])

    def words(self, code, function, **params):
        return self.refused(code, function, **params)["Error"]["Message"]

    def read(self, shard="shardId-000000000000", **start):
        start = start or {"ShardIteratorType": "TRIM_HORIZON"}
        found = self.kinesis.get_shard_iterator(StreamARN=self.arn, ShardId=shard, **start)
        return self.kinesis.get_records(ShardIterator=found["ShardIterator"])


class Streams(KinesisCase):
    def test_a_stream_is_described(self):
        self.create(Tags={"k": "v"})
        stream = self.describe()
        expected = {
            **NAME,
            "StreamARN": self.arn,
            "StreamStatus": "CREATING",
            "StreamModeDetails": {"StreamMode": "ON_DEMAND"},
            "RetentionPeriodHours": 24,
            "EncryptionType": "NONE",
            "OpenShardCount": 4,
            "ConsumerCount": 0,
        }
        self.assertLessEqual(expected.items(), stream.items())
        self.assertEqual(self.describe(StreamARN=self.arn)["StreamStatus"], "ACTIVE")
        self.create("other", "PROVISIONED", ShardCount=2)
        self.assertEqual(self.describe(StreamName="other")["OpenShardCount"], 2)
        self.kinesis.create_stream(StreamName="without")
        self.assertEqual(len(self.kinesis.list_shards(StreamName="without")["Shards"]), 4)
        snapshot = self.snapshot()["kinesis"][REGION]
        self.assertEqual([snapshot[n]["OpenShardCount"] for n in ("other", "stream")], [2, None])
        self.assertEqual(snapshot["stream"]["tags"], {"k": "v"})

    def test_what_is_not_created(self):
        self.create_active()
        words = self.words("ResourceInUseException", self.create)
        self.assertEqual(words, f"Stream stream under account {self.account} already exists.")
        client = self.client("kinesis", REGION, parameter_validation=False)
        for name in ("a b", "a" * 129):
            self.refused("ValidationException", client.create_stream, StreamName=name, ShardCount=1)
        self.refused("ValidationException", self.create, name="p", mode="PROVISIONED")
        self.refused("ValidationException", self.create, name="p", ShardCount=1)
        self.refused("InvalidArgumentException", self.create, name="p", Tags={"?": "v"})
        self.refused("InvalidArgumentException", self.create, name="p", Tags={str(n): "" for n in range(51)})
        self.refused("InvalidArgumentException", client.describe_stream_summary)
        missing = {"StreamARN": self.arn.replace(REGION, "us-east-1")}
        self.refused("ResourceNotFoundException", self.kinesis.describe_stream_summary, **missing)

    def test_limits(self):
        self.settings(kinesis_limits={"streams": 1, "shards": 3})
        self.create_active()
        self.refused("LimitExceededException", self.create, name="b")
        self.create("c", "PROVISIONED", ShardCount=2)
        words = self.words("LimitExceededException", self.create, name="d", mode="PROVISIONED", ShardCount=2)
        self.assertIn("would exceed the shard limit for the account", words)

    def test_five_streams_at_a_time(self):
        for number in range(5):
            self.create(str(number))
        words = self.words("LimitExceededException", self.create)
        self.assertIn("simultaneously be in CREATING or DELETING", words)
        self.assertEqual([self.status("0"), self.status("0")], ["CREATING", "ACTIVE"])
        self.create()

    def test_states(self):
        self.settings(kinesis_creation=1.5, kinesis_deletion=1.5)
        self.create()
        self.assertEqual([self.status(), self.status()], ["CREATING"] * 2)
        words = self.words("ResourceInUseException", self.kinesis.delete_stream, **NAME)
        self.assertEqual(words, f"Stream stream under account {self.account} not ACTIVE, instead in state CREATING")
        put = {**NAME, "Data": b"a", "PartitionKey": "k"}
        self.refused("ResourceNotFoundException", self.kinesis.put_record, **put)
        time.sleep(1.6)
        self.assertEqual(self.status(), "ACTIVE")
        self.kinesis.delete_stream(**NAME)
        self.assertEqual(self.snapshot()["kinesis"], {})
        self.assertEqual(self.status(), "DELETING")
        self.refused("ResourceInUseException", self.create)
        time.sleep(1.6)
        self.refused("ResourceNotFoundException", self.status)
        self.create()

    def test_consumers_keep_a_stream(self):
        self.create_active()
        self.kinesis.register_stream_consumer(StreamARN=self.arn, ConsumerName="reader")
        self.assertEqual(self.describe()["ConsumerCount"], 1)
        words = self.words("ResourceInUseException", self.kinesis.delete_stream, **NAME)
        self.assertIn("set the EnforceConsumerDeletion parameter to true", words)
        self.kinesis.delete_stream(**NAME, EnforceConsumerDeletion=True)

    def test_tags(self):
        self.create(Tags={"a": "1"})
        self.refused("ResourceInUseException", self.kinesis.add_tags_to_stream, **NAME, Tags={"b": "2"})
        self.assertEqual(self.status(), "ACTIVE")
        self.kinesis.add_tags_to_stream(**NAME, Tags={"b": "2", "c": "3"})
        self.kinesis.remove_tags_from_stream(**NAME, TagKeys=["a", "none"])
        tags = [{"Key": "b", "Value": "2"}, {"Key": "c", "Value": "3"}]
        listed = self.kinesis.list_tags_for_stream(**NAME, Limit=1)
        self.assertEqual((listed["Tags"], listed["HasMoreTags"]), (tags[:1], True))
        listed = self.kinesis.list_tags_for_stream(**NAME, ExclusiveStartTagKey="b")
        self.assertEqual((listed["Tags"], listed["HasMoreTags"]), (tags[1:], False))
        many = {str(number): "" for number in range(49)}
        self.refused("InvalidArgumentException", self.kinesis.add_tags_to_stream, **NAME, Tags=many)


class Changes(KinesisCase):
    def setUp(self):
        super().setUp()
        self.create_active(mode="PROVISIONED", ShardCount=2)

    def test_retention(self):
        increase, decrease = self.kinesis.increase_stream_retention_period, self.kinesis.decrease_stream_retention_period
        increase(**NAME, RetentionPeriodHours=168)
        self.refused("ResourceInUseException", increase, **NAME, RetentionPeriodHours=200)
        self.assertEqual(self.status(), "ACTIVE")
        for hours in (8761, 24):
            self.refused("InvalidArgumentException", increase, **NAME, RetentionPeriodHours=hours)
        for hours in (23, 200):
            self.refused("InvalidArgumentException", decrease, **NAME, RetentionPeriodHours=hours)
        increase(**NAME, RetentionPeriodHours=168)
        self.assertEqual(self.status(), "ACTIVE")
        decrease(**NAME, RetentionPeriodHours=24)
        self.updated()
        self.assertEqual(self.describe()["RetentionPeriodHours"], 24)

    def test_encryption(self):
        self.kinesis.start_stream_encryption(**NAME, **KEY)
        self.refused("ResourceInUseException", self.kinesis.stop_stream_encryption, **NAME, **KEY)
        stream = self.describe()
        self.assertEqual((stream["EncryptionType"], stream["KeyId"]), ("KMS", "alias/aws/kinesis"))
        self.refused("InvalidArgumentException", self.kinesis.start_stream_encryption, **NAME, **KEY | {"EncryptionType": "NONE"})
        key = self.seed("kms", "CreateKey", REGION)["KeyMetadata"]["KeyId"]
        self.seed("kms", "DisableKey", REGION, KeyId=key)
        start = self.kinesis.start_stream_encryption
        self.refused("KMSDisabledException", start, **NAME, EncryptionType="KMS", KeyId=key)
        self.kinesis.stop_stream_encryption(**NAME, **KEY)
        self.updated()
        self.assertNotIn("KeyId", self.describe())

    def test_the_mode(self):
        def change(mode):
            self.kinesis.update_stream_mode(StreamARN=self.arn, StreamModeDetails={"StreamMode": mode})

        change("PROVISIONED")
        self.assertEqual(self.status(), "ACTIVE")
        change("ON_DEMAND")
        self.updated()
        self.refused("ValidationException", self.scale, count=4)
        change("PROVISIONED")
        self.updated()
        self.refused("LimitExceededException", change, mode="ON_DEMAND")

    def scale(self, count):
        return self.kinesis.update_shard_count(**NAME, TargetShardCount=count, ScalingType="UNIFORM_SCALING")

    def test_the_number_of_shards(self):
        self.settings(kinesis_limits={"streams": 50, "shards": 3})
        self.assertIn("exceed the shard limit", self.words("LimitExceededException", self.scale, count=4))
        self.settings(kinesis_limits={"streams": 50, "shards": 200})
        answer = self.scale(4)
        self.assertEqual((answer["CurrentShardCount"], answer["TargetShardCount"]), (2, 4))
        self.updated()
        self.assertEqual(self.describe()["OpenShardCount"], 4)
        for count in (1, 9):
            self.assertIn("UpdateShardCount cannot scale", self.words("LimitExceededException", self.scale, count=count))
        for count in (3, 4) * 4 + (3,):
            self.scale(count)
            self.updated()
        self.refused("LimitExceededException", self.scale, count=4)

    def test_closed_shards_keep_their_records(self):
        self.kinesis.put_record(**NAME, Data=b"before", PartitionKey="k", ExplicitHashKey="0")
        self.scale(4)
        self.updated()
        after = self.kinesis.put_record(**NAME, Data=b"after", PartitionKey="k", ExplicitHashKey="0")
        parent, child = self.read(), self.read(after["ShardId"])
        self.assertEqual([record["Data"] for record in parent["Records"]], [b"before"])
        self.assertNotIn("NextShardIterator", parent)
        self.assertEqual([record["Data"] for record in child["Records"]], [b"after"])
        self.assertIn("NextShardIterator", child)
        children = [s for s in self.kinesis.list_shards(**NAME)["Shards"] if s.get("ParentShardId") == "shardId-000000000000"]
        self.assertEqual(len(children), 2)


class Records(KinesisCase):
    def setUp(self):
        super().setUp()
        self.create_active(mode="PROVISIONED", ShardCount=1)

    def test_records_are_read_in_order(self):
        put = self.kinesis.put_record(**NAME, Data=b"a", PartitionKey="k")
        self.assertEqual(put["EncryptionType"], "NONE")
        latest = self.kinesis.get_shard_iterator(**NAME, ShardId=put["ShardId"], ShardIteratorType="LATEST")
        records = [{"Data": data, "PartitionKey": "k"} for data in (b"b", b"c")]
        self.assertEqual(self.kinesis.put_records(**NAME, Records=records)["FailedRecordCount"], 0)
        self.assertEqual([r["Data"] for r in self.read()["Records"]], [b"a", b"b", b"c"])
        read = self.kinesis.get_records(ShardIterator=latest["ShardIterator"], Limit=1)
        self.assertEqual([r["Data"] for r in read["Records"]], [b"b"])
        read = self.kinesis.get_records(ShardIterator=read["NextShardIterator"])
        self.assertEqual([r["Data"] for r in read["Records"]], [b"c"])
        number = {"StartingSequenceNumber": put["SequenceNumber"]}
        self.assertEqual(len(self.read(ShardIteratorType="AFTER_SEQUENCE_NUMBER", **number)["Records"]), 2)
        self.refused("InvalidArgumentException", self.read, ShardIteratorType="LATEST", **number)
        self.refused("InvalidArgumentException", self.read, ShardIteratorType="AT_TIMESTAMP")
        self.refused("InvalidArgumentException", self.kinesis.get_records, ShardIterator="none")
        held = self.control("GET", "records", account=self.account, region=REGION, stream="stream")
        self.assertEqual([(r["partition_key"], r["envelope"]) for r in held], [("k", None)] * 3)

    def test_the_largest_record(self):
        largest = b"a" * (1024 * 1024 - 1)
        self.kinesis.put_record(**NAME, Data=largest, PartitionKey="k")
        self.refused("InvalidArgumentException", self.kinesis.put_record, **NAME, Data=largest + b"a", PartitionKey="k")
        many = [{"Data": largest, "PartitionKey": "k"}] * 11
        self.refused("InvalidArgumentException", self.kinesis.put_records, **NAME, Records=many)
        self.create_active("large", MaxRecordSizeInKiB=2048)
        self.kinesis.put_record(StreamName="large", Data=largest + b"a", PartitionKey="k")

    def test_what_policies_name(self):
        rights = [(f"kinesis:{action}", self.arn) for action in ("CreateStream", "GetRecords", "UpdateStreamMode")]
        latest = {"ShardId": "shardId-000000000000", "ShardIteratorType": "LATEST"}
        found = self.kinesis.get_shard_iterator(**NAME, **latest)["ShardIterator"]
        reader = self.client("kinesis", REGION, key=self.reader(*rights))
        reader.get_records(ShardIterator=found)
        self.refused("ResourceInUseException", reader.create_stream, **NAME, ShardCount=1)
        words = self.words("AccessDeniedException", reader.create_stream, **NAME, ShardCount=1, Tags={"k": "v"})
        self.assertIn(f"kinesis:AddTagsToStream on resource: {self.arn}", words)
        mode = {"StreamARN": self.arn, "StreamModeDetails": {"StreamMode": "ON_DEMAND"}}
        self.assertIn("resource: *", self.words("AccessDeniedException", reader.update_stream_mode, **mode))
        allowed = identity_policy(("kinesis:UpdateStreamMode", "*"))
        self.client("iam").put_user_policy(UserName="reader", PolicyName="inline", PolicyDocument=allowed)
        reader.update_stream_mode(**mode)

    def test_copies_faults_and_regions(self):
        self.kinesis.put_record(**NAME, Data=b"a", PartitionKey="k")
        copy = str(int(self.account) + 500_000_000_000)
        self.control("POST", "copy", {"account": copy, "original": self.account})
        copied = self.client("kinesis", REGION, account=copy)
        self.assertIn(copy, copied.describe_stream_summary(**NAME)["StreamDescriptionSummary"]["StreamARN"])
        self.refused("UnrecognizedClientException", self.client("kinesis", "af-south-1").list_streams)
        self.faults({"action": "throttle", "match": {"service": "kinesis"}})
        self.assertIn("Rate exceeded for stream", self.words("LimitExceededException", self.status))
