"""Firehose streams with a Splunk destination: which are created and updated, in which states, and by whom."""

import json
import time

from selftests.harness import Case, identity_policy

REGION = "eu-west-1"
TOKEN = "11111111-2222-3333-4444-555555555555"


def trust(service="firehose.amazonaws.com", **condition):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    statement |= {"Condition": condition} if condition else {}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def processors(extraction="true"):
    extract = {"ParameterName": "DataMessageExtraction", "ParameterValue": extraction}
    unzip = {"ParameterName": "CompressionFormat", "ParameterValue": "GZIP"}
    return {
        "Enabled": True,
        "Processors": [
            {"Type": "Decompression", "Parameters": [unzip]},
            {"Type": "CloudWatchLogProcessing", "Parameters": [extract]},
        ],
    }


class FirehoseCase(Case):
    """With a role and a bucket for streams."""

    endpoint = "https://splunk.example:8088"

    def setUp(self):
        super().setUp()
        self.firehose, self.iam = self.client("firehose", REGION), self.client("iam")
        self.seed("s3", "CreateBucket", Bucket=self.bucket)
        self.role = self.make_role("stream", trust(), ("s3:*", f"arn:aws:s3:::{self.bucket}*"))

    def make_role(self, name, document, *rights):
        self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
        self.allow(name, *rights)
        return f"arn:aws:iam::{self.account}:role/{name}"

    def allow(self, name, *rights):
        self.iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=identity_policy(*rights))

    def bucket_configuration(self, **more):
        return {"RoleARN": self.role, "BucketARN": f"arn:aws:s3:::{self.bucket}", **more}

    def splunk(self, bucket=None, **more):
        configuration = {
            "HECEndpoint": self.endpoint,
            "HECEndpointType": "Raw",
            "HECToken": TOKEN,
            "S3Configuration": self.bucket_configuration(**(bucket or {})),
            "ProcessingConfiguration": processors(),
            **more,
        }
        return {name: value for name, value in configuration.items() if value is not None}

    def create(self, name="stream", tags=None, bucket=None, **more):
        params = {"Tags": tags} if tags else {}
        return self.firehose.create_delivery_stream(
            DeliveryStreamName=name, SplunkDestinationConfiguration=self.splunk(bucket, **more), **params
        )["DeliveryStreamARN"]

    def describe(self, name="stream"):
        return self.firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]

    def status(self, name="stream"):
        return self.describe(name)["DeliveryStreamStatus"]

    def create_active(self, name="stream", **more):
        arn = self.create(name, **more)
        self.assertEqual([self.status(name), self.status(name)], ["CREATING", "ACTIVE"])
        return arn

    def update(self, name="stream", version="1", **update):
        return self.firehose.update_destination(
            DeliveryStreamName=name,
            CurrentDeliveryStreamVersionId=version,
            DestinationId="destinationId-000000000001",
            SplunkDestinationUpdate=update,
        )

    def words(self, code, function, **params):
        return self.refused(code, function, **params)["Error"]["Message"]


class Creation(FirehoseCase):
    def test_a_stream_is_described_with_defaults(self):
        arn = self.create()
        self.assertEqual(arn, f"arn:aws:firehose:{REGION}:{self.account}:deliverystream/stream")
        stream = self.describe()
        expected = {
            "DeliveryStreamName": "stream",
            "DeliveryStreamARN": arn,
            "DeliveryStreamStatus": "CREATING",
            "DeliveryStreamType": "DirectPut",
            "VersionId": "1",
            "HasMoreDestinations": False,
            "DeliveryStreamEncryptionConfiguration": {"Status": "DISABLED"},
        }
        self.assertLessEqual(expected.items(), stream.items())
        self.assertEqual(stream["Destinations"][0]["DestinationId"], "destinationId-000000000001")
        splunk = stream["Destinations"][0]["SplunkDestinationDescription"]
        self.assertEqual(splunk["HECToken"], TOKEN)
        self.assertEqual(splunk["RetryOptions"], {"DurationInSeconds": 3600})
        self.assertEqual(splunk["BufferingHints"], {"IntervalInSeconds": 60, "SizeInMBs": 5})
        self.assertEqual(splunk["S3DestinationDescription"]["CompressionFormat"], "UNCOMPRESSED")
        self.assertEqual(splunk["S3DestinationDescription"]["BucketARN"], f"arn:aws:s3:::{self.bucket}")
        self.assertNotIn("LastUpdateTimestamp", stream)

    def test_the_token_is_nowhere_in_records_and_snapshots(self):
        self.create_active()
        self.update(HECToken=TOKEN + "0")
        self.assertNotIn(TOKEN, json.dumps([self.requests(), self.snapshot()]))
        splunk = self.snapshot()["firehose"][REGION]["stream"]["destination"]["Splunk"]
        update = next(r for r in self.requests() if r["operation"] == "UpdateDestination")
        self.assertEqual(splunk["HECToken"], update["params"]["SplunkDestinationUpdate"]["HECToken"])
        refusal = self.words("ValidationException", self.create, name="other", HECToken="x" * 2049)
        self.assertNotIn("xxx", refusal)

    def test_constraints_of_the_model(self):
        for more in (
            {"name": "a b"},
            {"name": "a" * 65},
            {"HECEndpointType": "raw"},
            {"HECEndpoint": None},
            {"HECAcknowledgmentTimeoutInSeconds": 179},
            {"HECAcknowledgmentTimeoutInSeconds": 601},
            {"RetryOptions": {"DurationInSeconds": 7201}},
            {"BufferingHints": {"IntervalInSeconds": 61, "SizeInMBs": 5}},
            {"BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 6}},
            {"S3BackupMode": "AllDocuments"},
            {"bucket": {"CompressionFormat": "gzip"}},
            {"bucket": {"BucketARN": self.bucket}},
            {"bucket": {"RoleARN": "stream"}},
        ):
            with self.subTest(**more):
                client = self.client("firehose", REGION, parameter_validation=False)
                name, bucket = more.pop("name", "stream"), more.pop("bucket", None)
                self.refused(
                    "ValidationException",
                    client.create_delivery_stream,
                    DeliveryStreamName=name,
                    SplunkDestinationConfiguration=self.splunk(bucket, **more),
                )

    def test_arguments(self):
        typed = {"Enabled": True, "Processors": [{"Type": "AppendDelimiterToRecord"}]}
        without_extraction = {"Enabled": True, "Processors": processors()["Processors"][:1]}
        without_decompression = {"Enabled": True, "Processors": processors()["Processors"][1:]}
        secret = {"Enabled": True, "SecretARN": f"arn:aws:secretsmanager:{REGION}:{self.account}:secret:s"}
        for more in (
            {"HECToken": None},
            {"SecretsManagerConfiguration": {**secret, "RoleARN": self.role}},
            {"HECToken": None, "SecretsManagerConfiguration": secret},
            {"HECEndpoint": "http://splunk.example:8088"},
            {"CloudWatchLoggingOptions": {"Enabled": True}},
            {"ProcessingConfiguration": typed},
            {"ProcessingConfiguration": without_extraction},
            {"ProcessingConfiguration": without_decompression},
            {"ProcessingConfiguration": processors("false")},
            {"bucket": {"BufferingHints": {"SizeInMBs": 5}}},
            {"bucket": {"BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 0}}},
            {"bucket": {"Prefix": "!{timestamp:yyyy}/"}},
            {"bucket": {"Prefix": "!{firehose:error-output-type}/", "ErrorOutputPrefix": "e/"}},
            {"bucket": {"ErrorOutputPrefix": "!{timestamp:yyyy}/"}},
            {"bucket": {"ErrorOutputPrefix": "!{time:yyyy}!{firehose:error-output-type}/"}},
            {"bucket": {"ErrorOutputPrefix": "!{yyyy}"}},
            {"tags": [{"Key": "k"}, {"Key": "k"}]},
        ):
            with self.subTest(**more):
                self.refused("InvalidArgumentException", lambda m: self.create(**m), m=more)
        self.refused("InvalidArgumentException", self.firehose.create_delivery_stream, DeliveryStreamName="s")
        self.assertEqual(self.snapshot()["firehose"], {})
        error_prefix = "f/!{firehose:error-output-type}/!{timestamp:yyyy}/"
        self.create(bucket={"ErrorOutputPrefix": error_prefix, "Prefix": "p/!{timestamp:yyyy/MM}/"})

    def test_names_and_limits(self):
        self.create()
        words = self.words("ResourceInUseException", self.create)
        self.assertEqual(words, f"Firehose stream under accountId {self.account} already exists")
        self.settings(streams_limit=1)
        self.refused("LimitExceededException", self.create, name="other")

    def test_the_role_must_be_assumable(self):
        message = f"Firehose is unable to assume role {self.role}. Please check the role provided."
        wrong = f"arn:aws:cloudtrail:{REGION}:{self.account}:*"
        for document in (trust("logs.amazonaws.com"), trust(ArnLike={"aws:SourceArn": wrong})):
            self.iam.update_assume_role_policy(RoleName="stream", PolicyDocument=document)
            self.assertEqual(self.words("InvalidArgumentException", self.create), message)
        by_id = trust(StringEquals={"sts:ExternalId": self.account})
        self.iam.update_assume_role_policy(RoleName="stream", PolicyDocument=by_id)
        self.create()
        missing = {"RoleARN": f"arn:aws:iam::{self.account}:role/missing"}
        self.refused("InvalidArgumentException", self.create, name="other", bucket=missing)

    def test_a_role_takes_time_to_be_seen(self):
        self.settings(role_delay=2)
        role = self.make_role("new", trust(), ("s3:*", "*"))
        self.refused("InvalidArgumentException", self.create, bucket={"RoleARN": role})
        time.sleep(2.1)
        self.create(bucket={"RoleARN": role})

    def test_creation_takes_time_or_fails(self):
        self.settings(stream_creation=2)
        self.create()
        self.assertEqual([self.status(), self.status()], ["CREATING"] * 2)
        self.refused("ResourceInUseException", self.update, HECEndpointType="Event")
        self.refused("ResourceInUseException", self.firehose.delete_delivery_stream, DeliveryStreamName="stream")
        time.sleep(2.1)
        self.assertEqual(self.status(), "ACTIVE")
        self.settings(stream_creation="CREATING_FAILED")
        self.create("other")
        self.assertEqual([self.status("other"), self.status("other")], ["CREATING", "CREATING_FAILED"])
        self.assertIn("FailureDescription", self.describe("other"))
        self.refused("ResourceInUseException", self.create, name="other")
        self.refused("ResourceInUseException", self.update, name="other", HECEndpointType="Event")
        self.firehose.delete_delivery_stream(DeliveryStreamName="other")

    def test_deletion(self):
        self.create_active(tags=[{"Key": "k", "Value": "v"}])
        self.settings(stream_deletion=1.5)
        self.firehose.delete_delivery_stream(DeliveryStreamName="stream")
        self.assertEqual(self.status(), "DELETING")
        self.firehose.delete_delivery_stream(DeliveryStreamName="stream")
        self.refused("ResourceInUseException", self.create)
        self.assertEqual(self.snapshot()["firehose"], {})
        time.sleep(1.6)
        self.refused("ResourceNotFoundException", self.status)
        self.refused("ResourceNotFoundException", self.firehose.delete_delivery_stream, DeliveryStreamName="stream")
        self.create()
        self.assertEqual(self.snapshot()["firehose"][REGION]["stream"]["tags"], {})


class Updates(FirehoseCase):
    def setUp(self):
        super().setUp()
        self.create_active()

    def splunk_now(self):
        return self.describe()["Destinations"][0]["SplunkDestinationDescription"]

    def test_an_update_is_merged(self):
        before = self.splunk_now()
        self.update(S3Update={"Prefix": "new/"}, RetryOptions={"DurationInSeconds": 300})
        after = self.splunk_now()
        before["S3DestinationDescription"]["Prefix"] = "new/"
        self.assertEqual(after, before | {"RetryOptions": {"DurationInSeconds": 300}})
        stream = self.describe()
        self.assertEqual(stream["VersionId"], "2")
        self.assertIn("LastUpdateTimestamp", stream)
        self.refused("ConcurrentModificationException", self.update, HECEndpointType="Event")
        self.update(version="2", HECEndpointType="Event")

    def test_what_cannot_be_changed(self):
        self.update(S3BackupMode="AllEvents")
        self.refused("InvalidArgumentException", self.update, version="2", S3BackupMode="FailedEventsOnly")
        off = {"Enabled": False, "Processors": []}
        self.update(version="2", ProcessingConfiguration=off)
        on = processors()
        self.refused("InvalidArgumentException", self.update, version="3", ProcessingConfiguration=on)
        missing = f"arn:aws:iam::{self.account}:role/missing"
        self.refused("InvalidArgumentException", self.update, version="3", S3Update={"RoleARN": missing})
        self.refused("ResourceNotFoundException", self.update, name="other", HECEndpointType="Raw")
        update = {"DeliveryStreamName": "stream", "CurrentDeliveryStreamVersionId": "3"}
        update["SplunkDestinationUpdate"] = {"HECEndpointType": "Raw"}
        wrong = self.firehose.update_destination
        self.refused("InvalidArgumentException", wrong, DestinationId="destinationId-2", **update)
        self.assertEqual(self.describe()["VersionId"], "3")

    def test_the_token_moves_to_a_secret(self):
        arn = f"arn:aws:secretsmanager:{REGION}:{self.account}:secret:s"
        self.update(SecretsManagerConfiguration={"Enabled": True, "SecretARN": arn, "RoleARN": self.role})
        self.assertNotIn("HECToken", self.splunk_now())

    def test_encryption(self):
        name = {"DeliveryStreamName": "stream"}

        def status():
            return self.describe()["DeliveryStreamEncryptionConfiguration"]["Status"]

        managed = {"DeliveryStreamEncryptionConfigurationInput": {"KeyType": "CUSTOMER_MANAGED_CMK"}}
        start = self.firehose.start_delivery_stream_encryption
        self.refused("InvalidArgumentException", start, **name, **managed)
        start(**name)
        self.refused("ResourceInUseException", start, **name)
        self.assertEqual(status(), "ENABLED")
        self.firehose.stop_delivery_stream_encryption(**name)
        self.assertEqual([status(), status()], ["DISABLING", "DISABLED"])

    def test_lists_and_tags(self):
        self.create("a")
        listed = self.firehose.list_delivery_streams(Limit=1)
        self.assertEqual((listed["DeliveryStreamNames"], listed["HasMoreDeliveryStreams"]), (["a"], True))
        listed = self.firehose.list_delivery_streams(ExclusiveStartDeliveryStreamName="a")
        self.assertEqual((listed["DeliveryStreamNames"], listed["HasMoreDeliveryStreams"]), (["stream"], False))
        tags = [{"Key": "k", "Value": "v"}, {"Key": "l", "Value": "w"}]
        self.firehose.tag_delivery_stream(DeliveryStreamName="stream", Tags=tags)
        self.firehose.untag_delivery_stream(DeliveryStreamName="stream", TagKeys=["k"])
        self.assertEqual(self.firehose.list_tags_for_delivery_stream(DeliveryStreamName="stream")["Tags"], tags[1:])
        many = [{"Key": str(number)} for number in range(50)]
        self.refused("LimitExceededException", self.firehose.tag_delivery_stream, DeliveryStreamName="stream", Tags=many)
        missing = {"DeliveryStreamName": "missing"}
        self.refused("ResourceNotFoundException", self.firehose.list_tags_for_delivery_stream, **missing)

    def test_records_of_others_are_refused_while_decompression_is_on(self):
        record = {"DeliveryStreamName": "stream", "Record": {"Data": b"x"}}
        words = self.words("InvalidSourceException", self.firehose.put_record, **record)
        self.assertIn("Only requests from CloudWatch Logs are supported", words)

    def test_what_policies_name(self):
        arn = f"arn:aws:firehose:{REGION}:{self.account}:deliverystream/new"
        firehose = self.client("firehose", REGION, key=self.reader(("firehose:CreateDeliveryStream", arn)))
        create = {"DeliveryStreamName": "new", "SplunkDestinationConfiguration": self.splunk()}
        words = self.words("AccessDeniedException", firehose.create_delivery_stream, **create)
        self.assertIn(f"is not authorized to perform: iam:PassRole on resource: {self.role}", words)
        allowed = identity_policy(("iam:PassRole", self.role))
        self.iam.put_user_policy(UserName="reader", PolicyName="pass", PolicyDocument=allowed)
        tags = [{"Key": "k", "Value": "v"}]
        self.refused("AccessDeniedException", firehose.create_delivery_stream, **create, Tags=tags)
        firehose.create_delivery_stream(**create)
        self.settings(denied_operations=["firehose:DescribeDeliveryStream"])
        self.refused("AccessDeniedException", self.status)
        self.faults({"action": "throttle", "match": {"service": "firehose"}})
        self.refused("ThrottlingException", self.firehose.list_delivery_streams)

    def test_copies_and_regions(self):
        copy = str(int(self.account) + 500_000_000_000)
        self.control("POST", "copy", {"account": copy, "original": self.account})
        stream = self.client("firehose", REGION, account=copy).describe_delivery_stream(DeliveryStreamName="stream")
        self.assertIn(copy, stream["DeliveryStreamDescription"]["DeliveryStreamARN"])
        self.refused("UnrecognizedClientException", self.client("firehose", "af-south-1").list_delivery_streams)

    def test_metrics(self):
        metric = {"region": REGION, "namespace": "AWS/Firehose", "name": "DeliveryToSplunk.Success", "value": 0.5}
        self.settings(metrics=[{**metric, "dimensions": {"DeliveryStreamName": "stream"}}])
        answer = self.client("cloudwatch", REGION).get_metric_statistics(
            Namespace="AWS/Firehose",
            MetricName="DeliveryToSplunk.Success",
            Dimensions=[{"Name": "DeliveryStreamName", "Value": "stream"}],
            StartTime=time.time() - 600,
            EndTime=time.time(),
            Period=60,
            Statistics=["Average"],
        )
        self.assertEqual([point["Average"] for point in answer["Datapoints"]], [0.5])
