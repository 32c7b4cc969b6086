"""Firehose streams into a bucket, from PutRecord or from a Kinesis data stream: which are created, and what arrives."""

import base64
import gzip
import json
import time

from selftests.harness import identity_policy
from selftests.test_destinations import GROUP, DestinationCase
from selftests.test_firehose import REGION, FirehoseCase, trust
from selftests.test_kinesis import REGION as KINESIS_REGION

UNZIP = {"Type": "Decompression", "Parameters": [{"ParameterName": "CompressionFormat", "ParameterValue": "GZIP"}]}
EXTRACT = {
    "Type": "CloudWatchLogProcessing",
    "Parameters": [{"ParameterName": "DataMessageExtraction", "ParameterValue": "true"}],
}
DELIMIT = {"Type": "AppendDelimiterToRecord"}
READ = ("DescribeStream", "GetShardIterator", "GetRecords", "ListShards")


def processing(*processors):
    return {"Enabled": True, "Processors": list(processors)}


class S3Case(FirehoseCase):
    """With streams whose destination is the bucket."""

    def s3(self, **more):
        return {name: value for name, value in self.bucket_configuration(**more).items() if value is not None}

    def create(self, name="stream", source=None, **more):
        params = {}
        if source:
            params["DeliveryStreamType"] = "KinesisStreamAsSource"
            params["KinesisStreamSourceConfiguration"] = {"KinesisStreamARN": source, "RoleARN": self.role}
        return self.firehose.create_delivery_stream(
            DeliveryStreamName=name, ExtendedS3DestinationConfiguration=self.s3(**more), **params
        )["DeliveryStreamARN"]

    def change(self, version="1", **update):
        return self.firehose.update_destination(
            DeliveryStreamName="stream",
            CurrentDeliveryStreamVersionId=version,
            DestinationId="destinationId-000000000001",
            ExtendedS3DestinationUpdate=update,
        )

    def put_records(self, *data):
        self.firehose.put_record_batch(DeliveryStreamName="stream", Records=[{"Data": item} for item in data])

    def delivered(self):
        answer = self.control("GET", "delivered", account=self.account, timeout=10)
        self.assertTrue(answer["idle"])
        return answer["deliveries"]

    def outcomes(self):
        return [(entry["outcome"], entry["records"], entry["error"]) for entry in self.delivered()]

    def body(self, key):
        return self.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def bodies(self):
        """The bodies of the objects that were delivered, in order."""
        return [self.body(entry["object"]) for entry in self.delivered() if entry["outcome"] == "delivered"]


class Creation(S3Case):
    def test_a_stream_is_described_with_defaults(self):
        self.create_active()
        stream = self.describe()
        destination = stream["Destinations"][0]
        extended, plain = destination["ExtendedS3DestinationDescription"], destination["S3DestinationDescription"]
        self.assertEqual(extended.pop("S3BackupMode"), "Disabled")
        self.assertEqual(extended, plain)
        expected = {
            "RoleARN": self.role,
            "BucketARN": f"arn:aws:s3:::{self.bucket}",
            "Prefix": "",
            "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 300},
            "CompressionFormat": "UNCOMPRESSED",
            "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
            "CloudWatchLoggingOptions": {"Enabled": False},
        }
        self.assertEqual(plain, expected)
        self.assertNotIn("Source", stream)

    def test_arguments(self):
        twice = processing(DELIMIT, DELIMIT)
        for more in (
            {"BufferingHints": {"SizeInMBs": 5}},
            {"CloudWatchLoggingOptions": {"Enabled": True}},
            {"Prefix": "!{timestamp:yyyy}/"},
            {"Prefix": "!{firehose:error-output-type}/", "ErrorOutputPrefix": "e/"},
            {"ErrorOutputPrefix": "!{timestamp:yyyy}/"},
            {"ProcessingConfiguration": twice},
            {"ProcessingConfiguration": processing({"Type": "Decompression"})},
            {"ProcessingConfiguration": processing(EXTRACT)},
            {"ProcessingConfiguration": processing({"Type": "MetadataExtraction"})},
            {"S3BackupMode": "Enabled"},
            {"RoleARN": f"arn:aws:iam::{self.account}:role/missing"},
        ):
            with self.subTest(**more):
                self.refused("InvalidArgumentException", lambda m: self.create(**m), m=more)
        self.refused("NotImplemented", self.create, CompressionFormat="ZIP")
        self.create(BufferingHints={"SizeInMBs": 1, "IntervalInSeconds": 0}, ProcessingConfiguration=processing(UNZIP))

    def test_updates(self):
        backup = self.bucket_configuration(Prefix="source/")
        self.create_active(S3BackupMode="Enabled", S3BackupConfiguration=backup)
        self.change(Prefix="new/")
        self.refused("InvalidArgumentException", self.change, version="2", S3BackupMode="Disabled")
        on = processing(UNZIP)
        self.refused("InvalidArgumentException", self.change, version="2", ProcessingConfiguration=on)
        self.refused("InvalidArgumentException", self.update, version="2", HECEndpoint="https://splunk.example")
        destination = self.snapshot()["firehose"][REGION]["stream"]["destination"]["ExtendedS3"]
        self.assertEqual((destination["Prefix"], destination["S3BackupDescription"]["Prefix"]), ("new/", "source/"))

    def test_another_type(self):
        self.create_active()
        self.update(HECEndpoint=self.endpoint, HECEndpointType="Raw", HECToken="t", S3Update=self.bucket_configuration())
        self.assertIn("SplunkDestinationDescription", self.describe()["Destinations"][0])
        self.refused("InvalidArgumentException", self.change, version="2", Prefix="p/")
        self.change(version="2", **self.bucket_configuration())
        self.assertIn("ExtendedS3DestinationDescription", self.describe()["Destinations"][0])


class Objects(S3Case):
    def test_records_are_collected(self):
        self.create_active(Prefix="p/", ProcessingConfiguration=processing(DELIMIT))
        self.put_records(b"a", b"b")
        self.assertEqual(self.outcomes(), [("delivered", 2, None)])
        self.put_records(b"c")
        self.assertEqual(self.bodies(), [b"a\nb\n", b"c\n"])
        key = self.delivered()[0]["object"]
        folder = time.strftime("%Y/%m/%d/", time.gmtime())
        self.assertRegex(key, f"^p/{folder}[0-9]{{2}}/stream-1-[-0-9]{{19}}-[-0-9a-f]{{36}}$")

    def test_without_a_delimiter(self):
        self.create_active()
        self.put_records(b"a", b"b")
        self.assertEqual(self.bodies(), [b"ab"])

    def test_another_delimiter(self):
        parameters = [{"ParameterName": "Delimiter", "ParameterValue": "|\\n"}]
        self.create_active(ProcessingConfiguration=processing(DELIMIT | {"Parameters": parameters}))
        self.put_records(b"a", b"b")
        self.assertEqual(self.bodies(), [b"a|\nb|\n"])

    def test_prefix_and_compression(self):
        self.create_active(
            Prefix="at/!{timestamp:yyyy/MM/dd}/",
            ErrorOutputPrefix="f/!{firehose:error-output-type}/",
            CompressionFormat="GZIP",
        )
        self.put_records(b"a")
        key = self.delivered()[0]["object"]
        self.assertTrue(key.startswith(time.strftime("at/%Y/%m/%d/stream-1-", time.gmtime())), key)
        self.assertTrue(key.endswith(".gz"), key)
        self.assertEqual(gzip.decompress(self.body(key)), b"a")
        self.change(FileExtension=".jsonl.gz")
        self.put_records(b"a")
        self.assertTrue(self.delivered()[1]["object"].endswith(".jsonl.gz"))

    def test_the_source_is_backed_up(self):
        backup = self.bucket_configuration(Prefix="source/")
        self.create_active(
            S3BackupMode="Enabled", S3BackupConfiguration=backup, ProcessingConfiguration=processing(DELIMIT)
        )
        self.put_records(b"a", b"b")
        copy, delivery = self.delivered()
        self.assertEqual((copy["outcome"], self.body(copy["object"])), ("backup", b"ab"))
        self.assertTrue(copy["object"].startswith("source/"))
        self.assertEqual(self.body(delivery["object"]), b"a\nb\n")

    def test_what_cannot_be_written_is_logged(self):
        names = {"logGroupName": "errors", "logStreamName": "s3"}
        options = {"Enabled": True, "LogGroupName": "errors", "LogStreamName": "s3"}
        self.seed("logs", "CreateLogGroup", REGION, logGroupName="errors")
        self.seed("logs", "CreateLogStream", REGION, **names)
        self.create_active(CloudWatchLoggingOptions=options)
        self.allow("stream", ("logs:PutLogEvents", "*"))
        self.put_records(b"a")
        self.assertEqual(self.outcomes(), [("lost", 1, "S3.AccessDenied")])
        events = self.seed("logs", "GetLogEvents", REGION, **names)["events"]
        event = json.loads(events[0]["message"])
        self.assertEqual((event["errorCode"], event["destination"]), ("S3.AccessDenied", f"arn:aws:s3:::{self.bucket}"))


class FromDataStreams(S3Case):
    def setUp(self):
        super().setUp()
        self.kinesis = self.client("kinesis", REGION)
        self.source = f"arn:aws:kinesis:{REGION}:{self.account}:stream/data"
        self.kinesis.create_stream(StreamName="data", ShardCount=2)
        self.kinesis.describe_stream_summary(StreamName="data")
        self.permit(*READ)

    def permit(self, *actions, **more):
        rights = [("s3:*", "*"), *((f"kinesis:{action}", self.source) for action in actions)]
        self.allow("stream", *rights, *more.items())

    def write(self, *data):
        for number, item in enumerate(data):
            self.kinesis.put_record(StreamName="data", Data=item, PartitionKey=str(number))

    def test_the_source(self):
        self.create_active(source=self.source)
        source = self.describe()["Source"]["KinesisStreamSourceDescription"]
        self.assertAlmostEqual(source.pop("DeliveryStartTimestamp").timestamp(), time.time(), delta=5)
        self.assertEqual(source, {"KinesisStreamARN": self.source, "RoleARN": self.role})
        self.assertEqual(self.snapshot()["firehose"][REGION]["stream"]["source"], source)
        put = self.firehose.put_record
        self.refused("InvalidArgumentException", put, DeliveryStreamName="stream", Record={"Data": b"a"})

    def test_what_is_not_created(self):
        def words(**more):
            return self.words("InvalidArgumentException", self.create, **{"source": self.source} | more)

        for arn in (self.source + "s", self.source.replace(REGION, "us-east-1")):
            self.allow("stream", ("s3:*", "*"), ("kinesis:*", "*"))
            self.assertIn("does not exist", words(source=arn))
        self.kinesis.create_stream(StreamName="new", ShardCount=1)
        self.assertIn("is not ACTIVE", words(source=self.source.replace("data", "new")))
        self.permit("GetRecords")
        refusal = f"Role {self.role} is not authorized to perform: kinesis:DescribeStream on resource {self.source}."
        self.assertEqual(words(), refusal)
        self.iam.update_assume_role_policy(RoleName="stream", PolicyDocument=trust("logs.amazonaws.com"))
        self.assertIn("unable to assume role", words())

    def test_reading_starts_when_the_stream_is_active(self):
        self.write(b"long before")
        self.settings(stream_creation=1.5)
        self.create(source=self.source)
        self.assertEqual(self.status(), "CREATING")
        self.write(b"before")
        time.sleep(1.6)
        self.assertEqual(self.status(), "ACTIVE")
        self.write(b"a", b"b", b"c")
        self.delivered()
        self.assertEqual(sorted(b"".join(self.bodies())), list(b"abc"))
        self.firehose.delete_delivery_stream(DeliveryStreamName="stream")
        self.write(b"after")
        self.assertEqual(len(b"".join(self.bodies())), 3)

    def test_what_cannot_be_read_waits(self):
        self.create_active(source=self.source)
        self.permit("DescribeStream", "GetRecords", "ListShards")
        self.write(b"a")
        self.assertEqual(self.outcomes(), [])
        self.permit(*READ)
        self.assertEqual(self.bodies(), [b"a"])
        key = {"StreamName": "data", "EncryptionType": "KMS", "KeyId": "own"}
        self.kinesis.start_stream_encryption(**key)
        self.write(b"b")
        self.assertEqual(len(self.delivered()), 1)
        self.permit(*READ, **{"kms:Decrypt": f"arn:aws:kms:{REGION}:{self.account}:key/own"})
        self.assertEqual(self.bodies(), [b"a", b"b"])

    def test_a_reshard_loses_nothing(self):
        self.create_active(source=self.source)
        self.write(b"a")
        self.kinesis.update_shard_count(StreamName="data", TargetShardCount=4, ScalingType="UNIFORM_SCALING")
        self.write(b"b")
        self.delivered()
        self.assertEqual(b"".join(self.bodies()), b"ab")

    def test_what_cannot_be_decompressed_fails(self):
        failed = "failed/!{firehose:error-output-type}/"
        self.create_active(
            source=self.source, ErrorOutputPrefix=failed, ProcessingConfiguration=processing(UNZIP, DELIMIT)
        )
        self.write(b"plain", gzip.compress(b"{}"))
        self.assertEqual(self.outcomes(), [("failed", 1, "DecompressionFailed"), ("delivered", 1, None)])
        key = self.delivered()[0]["object"]
        self.assertTrue(key.startswith("failed/decompression-failed/stream-1-"), key)
        line = json.loads(self.body(key))
        self.assertEqual(base64.b64decode(line["rawData"]), b"plain")
        self.assertNotIn("EventId", line)
        self.assertEqual(self.bodies(), [b"{}\n"])


class FromSenders(DestinationCase):
    """The whole way: from a log group of another account through a destination and both streams into the bucket."""

    def test_envelopes_are_lines(self):
        self.seed("s3", "CreateBucket", Bucket=self.bucket)
        role = f"arn:aws:iam::{self.account}:role/to-s3"
        self.iam.create_role(RoleName="to-s3", AssumeRolePolicyDocument=trust())
        rights = [("s3:PutObject", f"arn:aws:s3:::{self.bucket}/*"), *((f"kinesis:{a}", self.arn) for a in READ)]
        self.iam.put_role_policy(RoleName="to-s3", PolicyName="p", PolicyDocument=identity_policy(*rights))
        firehose = self.client("firehose", KINESIS_REGION)
        firehose.create_delivery_stream(
            DeliveryStreamName="to-s3",
            DeliveryStreamType="KinesisStreamAsSource",
            KinesisStreamSourceConfiguration={"KinesisStreamARN": self.arn, "RoleARN": role},
            ExtendedS3DestinationConfiguration={
                "RoleARN": role,
                "BucketARN": f"arn:aws:s3:::{self.bucket}",
                "ProcessingConfiguration": processing(UNZIP, DELIMIT),
            },
        )
        for _ in range(2):
            firehose.describe_delivery_stream(DeliveryStreamName="to-s3")
        self.put()
        self.open()
        theirs = self.client("logs", self.region, account=self.sender)
        theirs.create_log_group(logGroupName=GROUP)
        theirs.put_subscription_filter(
            logGroupName=GROUP, filterName="f", filterPattern="", destinationArn=self.destination
        )
        for message in ("one", "two"):
            events = {"account": self.sender, "region": self.region, "group": GROUP, "messages": [message, "more"]}
            self.control("POST", "events", events)
        done = self.control("GET", "delivered", account=self.account, timeout=10)
        s3 = self.client("s3")
        keys = [entry["object"] for entry in done["deliveries"]]
        text = b"".join(s3.get_object(Bucket=self.bucket, Key=key)["Body"].read() for key in keys)
        lines = [json.loads(line) for line in text.splitlines()]
        kinds = ["CONTROL_MESSAGE"] * 2 + ["DATA_MESSAGE"] * 2
        self.assertEqual([line["messageType"] for line in lines], kinds)
        self.assertEqual([line["owner"] for line in lines[2:]], [self.sender] * 2)
        messages = [[event["message"] for event in line["logEvents"]] for line in lines[2:]]
        self.assertEqual(messages, [["one", "more"], ["two", "more"]])

    def test_errors_that_come_back_are_not_logged(self):
        self.seed("s3", "CreateBucket", Bucket=self.bucket)
        role = f"arn:aws:iam::{self.account}:role/to-s3"
        self.iam.create_role(RoleName="to-s3", AssumeRolePolicyDocument=trust())
        rights = identity_policy(*((f"kinesis:{a}", self.arn) for a in READ), ("logs:*", "*"))
        self.iam.put_role_policy(RoleName="to-s3", PolicyName="p", PolicyDocument=rights)
        names = {"logGroupName": GROUP, "logStreamName": "s3"}
        for operation, params in (("CreateLogGroup", {"logGroupName": GROUP}), ("CreateLogStream", names)):
            self.seed("logs", operation, KINESIS_REGION, **params)
        destination = {
            "RoleARN": role,
            "BucketARN": f"arn:aws:s3:::{self.bucket}",
            "CloudWatchLoggingOptions": {"Enabled": True, "LogGroupName": GROUP, "LogStreamName": "s3"},
        }
        firehose = self.client("firehose", KINESIS_REGION)
        firehose.create_delivery_stream(
            DeliveryStreamName="to-s3",
            DeliveryStreamType="KinesisStreamAsSource",
            KinesisStreamSourceConfiguration={"KinesisStreamARN": self.arn, "RoleARN": role},
            ExtendedS3DestinationConfiguration=destination,
        )
        for _ in range(2):
            firehose.describe_delivery_stream(DeliveryStreamName="to-s3")
        logs = self.client("logs", KINESIS_REGION)
        arn = logs.put_destination(destinationName="central", targetArn=self.arn, roleArn=self.role)["destination"]["arn"]
        policy = self.policy({"AWS": self.account}).replace(self.destination, arn)
        logs.put_destination_policy(destinationName="central", accessPolicy=policy)
        subscription = {"filterName": "f", "filterPattern": "", "destinationArn": arn}
        logs.put_subscription_filter(logGroupName=GROUP, **subscription)
        done = self.control("GET", "delivered", account=self.account, timeout=5)
        self.assertEqual({entry["error"] for entry in done["deliveries"]}, {"S3.AccessDenied"})
        self.assertEqual((done["idle"], len(self.envelopes())), (True, 2))

    def test_copies_go_on(self):
        copy = str(int(self.account) + 500_000_000_000)
        self.put()
        self.control("POST", "copy", {"account": copy, "original": self.account})
        destinations = self.client("logs", self.region, account=copy).describe_destinations()["destinations"]
        self.assertEqual(destinations[0]["targetArn"], self.arn.replace(self.account, copy))
        logs = self.client("logs", self.region, account=copy)
        arn = destinations[0]["targetArn"]
        logs.put_destination(destinationName="again", targetArn=arn, roleArn=self.role.replace(self.account, copy))
