"""From a log group through its subscription filters and a Firehose stream to Splunk, or to the backup bucket."""

import base64
import gzip
import json
import time

from selftests.collector import Collector
from selftests.harness import identity_policy
from selftests.test_firehose import REGION, TOKEN, FirehoseCase, trust

GROUP = "trail"


class DeliveryCase(FirehoseCase):
    """With a collector, a group and a role for its filters."""

    def setUp(self):
        super().setUp()
        self.collector = Collector(TOKEN)
        self.addCleanup(self.collector.close)
        self.endpoint = self.collector.endpoint
        self.settings(hec_authority=self.collector.authority)
        self.logs = self.client("logs", REGION)
        self.seed("logs", "CreateLogGroup", REGION, logGroupName=GROUP)
        self.arn = f"arn:aws:firehose:{REGION}:{self.account}:deliverystream/stream"
        source = {"aws:SourceArn": f"arn:aws:logs:{REGION}:{self.account}:*"}
        document = trust("logs.amazonaws.com", StringLike=source)
        self.sender = self.make_role("sender", document, ("firehose:PutRecord", self.arn))

    def subscribe(self, name="filter", pattern="", **more):
        params = {"logGroupName": GROUP, "destinationArn": self.arn, "roleArn": self.sender, **more}
        params = {key: value for key, value in params.items() if value is not None}
        self.logs.put_subscription_filter(filterName=name, filterPattern=pattern, **params)

    def put_events(self, *messages):
        self.control("POST", "events", {"region": REGION, "group": GROUP, "messages": list(messages)})

    def delivered(self, timeout=10):
        answer = self.control("GET", "delivered", account=self.account, timeout=timeout)
        self.assertTrue(answer["idle"])
        return answer["deliveries"]

    def outcomes(self):
        return [(entry["outcome"], entry["error"]) for entry in self.delivered()]

    def failed_objects(self):
        """The key and the lines of each object in the bucket."""
        s3 = self.client("s3")
        found = s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        bodies = {item["Key"]: s3.get_object(Bucket=self.bucket, Key=item["Key"])["Body"].read() for item in found}
        return {key: [json.loads(line) for line in body.splitlines()] for key, body in bodies.items()}


class Subscriptions(DeliveryCase):
    message = "Check if the given Firehose stream is in ACTIVE state."

    def test_the_stream_must_be_active(self):
        self.assertIn(self.message, self.words("InvalidParameterException", self.subscribe))
        self.create()
        self.refused("InvalidParameterException", self.subscribe)
        self.subscribe(pattern="{ $.a = 1 }", distribution="Random")
        found = self.logs.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"]
        expected = {
            "filterName": "filter",
            "logGroupName": GROUP,
            "filterPattern": "{ $.a = 1 }",
            "destinationArn": self.arn,
            "roleArn": self.sender,
            "distribution": "Random",
            "applyOnTransformedLogs": False,
        }
        found[0].pop("creationTime")
        self.assertEqual(found, [expected])
        filters = self.snapshot()["logs"][REGION][GROUP]["subscription_filters"]
        self.assertEqual(filters["filter"]["destinationArn"], self.arn)
        for arn in (self.arn.replace(REGION, "us-east-1"), self.arn.replace(self.account, "123456789012")):
            self.refused("InvalidParameterException", self.subscribe, destinationArn=arn)

    def test_the_role(self):
        self.create_active()
        self.allow("sender", ("firehose:PutRecordBatch", self.arn))
        self.assertIn(self.message, self.words("InvalidParameterException", self.subscribe))
        self.allow("sender", ("firehose:*", self.arn))
        elsewhere = trust("logs.amazonaws.com", StringLike={"aws:SourceArn": "arn:aws:logs:us-east-1:*"})
        for document in (trust("firehose.amazonaws.com"), elsewhere):
            self.iam.update_assume_role_policy(RoleName="sender", PolicyDocument=document)
            words = self.words("ValidationException", self.subscribe)
            self.assertIn("Make sure you have given CloudWatch Logs permission to assume the provided role", words)
        document = trust("logs.amazonaws.com", StringEquals={"aws:SourceAccount": self.account})
        self.iam.update_assume_role_policy(RoleName="sender", PolicyDocument=document)
        self.subscribe()
        self.refused("InvalidParameterException", self.subscribe, roleArn=None)
        self.settings(role_delay=30)
        late = self.make_role("late", document, ("firehose:PutRecord", self.arn))
        self.refused("ValidationException", self.subscribe, roleArn=late)

    def test_two_filters_a_group(self):
        self.create_active()
        self.subscribe("a")
        self.subscribe("b")
        self.refused("LimitExceededException", self.subscribe, name="c")
        self.subscribe("b", pattern="word")
        describe = self.logs.describe_subscription_filters
        found = describe(logGroupName=GROUP, filterNamePrefix="b")["subscriptionFilters"]
        self.assertEqual([f["filterPattern"] for f in found], ["word"])
        self.logs.delete_subscription_filter(logGroupName=GROUP, filterName="a")
        self.refused(
            "ResourceNotFoundException", self.logs.delete_subscription_filter, logGroupName=GROUP, filterName="a"
        )
        self.refused("InvalidParameterException", self.subscribe, pattern="{ $.a = }")
        self.refused("InvalidParameterException", self.subscribe, name="a:b")
        self.refused("ResourceNotFoundException", self.subscribe, logGroupName="other")
        self.settings(log_group_classes={GROUP: "INFREQUENT_ACCESS"})
        self.refused("InvalidOperationException", self.subscribe)

    def test_who_passes_the_role(self):
        self.create_active()
        group = f"arn:aws:logs:{REGION}:{self.account}:log-group:{GROUP}:*"
        self.logs = self.client("logs", REGION, key=self.reader(("logs:PutSubscriptionFilter", group)))
        self.assertIn("iam:PassRole", self.words("AccessDeniedException", self.subscribe))
        allowed = identity_policy(("iam:PassRole", self.sender))
        self.iam.put_user_policy(UserName="reader", PolicyName="pass", PolicyDocument=allowed)
        self.subscribe()


class Deliveries(DeliveryCase):
    def test_events_arrive_as_lines(self):
        self.create_active()
        self.subscribe(pattern='{ $.name = "wanted" }')
        wanted = ['{"name": "wanted", "n": 1}', '{"name": "wanted", "n": 2}']
        self.put_events(wanted[0], '{"name": "other"}', wanted[1])
        self.assertEqual(self.outcomes(), [("dropped", None), ("delivered", None)])
        self.assertEqual(self.collector.texts(), ["\n".join(wanted) + "\n"])
        path, channel, _ = self.collector.posts[0]
        self.assertEqual((path, len(channel)), ("/services/collector/raw", 36))
        self.assertEqual(self.failed_objects(), {})
        self.put_events('{"name": "other"}')
        self.assertEqual(len(self.delivered()), 2)

    def test_a_failure_is_tried_again(self):
        self.settings(hec_retry=5)
        self.create_active()
        self.subscribe()
        self.collector.answers = [(503, {"text": "Server is busy", "code": 9})] * 2
        self.put_events("a")
        self.assertEqual(self.outcomes()[1:], [("delivered", None)])
        self.assertEqual(self.collector.texts(), ["a\n"])

    def test_what_fails_goes_to_the_bucket(self):
        self.settings(hec_retry=0.05)
        self.create_active(HECToken="wrong", bucket={"Prefix": "firehose/"})
        self.subscribe()
        self.put_events("a", "b")
        self.assertEqual(self.outcomes()[1:], [("failed", "Splunk.InvalidToken")])
        ((key, (line,)),) = self.failed_objects().items()
        folder = time.strftime("%Y/%m/%d/", time.gmtime(line["arrivalTimestamp"] / 1000))
        self.assertRegex(key, f"^firehose/splunk-failed/{folder}[0-9]{{2}}/stream-1-[-0-9]{{19}}-[-0-9a-f]{{36}}$")
        self.assertEqual(key, self.delivered()[1]["object"])
        self.assertEqual(base64.b64decode(line["rawData"]), b"a\nb\n")
        self.assertEqual(line["errorCode"], "Splunk.InvalidToken")
        self.assertEqual(line["errorMessage"], "The HEC token is invalid. Update Kinesis Firehose with a valid HEC token.")
        self.assertGreater(line["attemptsMade"], 0)
        self.assertGreaterEqual(line["attemptEndingTimestamp"], line["arrivalTimestamp"])
        self.assertRegex(line["EventId"], r"^\d{56}\.0$")

    def test_the_error_prefix(self):
        error = "f/!{firehose:error-output-type}/!{timestamp:yyyy'-x-'MM}/"
        self.create_active(
            HECToken="wrong",
            RetryOptions={"DurationInSeconds": 0},
            bucket={"ErrorOutputPrefix": error, "CompressionFormat": "GZIP"},
        )
        self.subscribe()
        self.put_events("a")
        key = self.delivered()[1]["object"]
        self.assertTrue(key.startswith(time.strftime("f/splunk-failed/%Y-x-%m/stream-1-", time.gmtime())), key)
        self.assertTrue(key.endswith(".gz"), key)
        body = self.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read()
        self.assertEqual(json.loads(gzip.decompress(body))["attemptsMade"], 0)

    def test_compressed_data_does_not_arrive(self):
        self.create_active(ProcessingConfiguration=None)
        self.subscribe()
        self.put_events("a")
        self.assertEqual(self.outcomes(), [("failed", "InvalidEncodingException")] * 2)
        lines = [line for lines in self.failed_objects().values() for line in lines]
        self.assertEqual(lines[0]["errorMessage"], "The data could not be decoded as UTF-8")
        messages = [json.loads(gzip.decompress(base64.b64decode(line["rawData"]))) for line in lines]
        self.assertEqual({m["messageType"] for m in messages}, {"CONTROL_MESSAGE", "DATA_MESSAGE"})
        data = next(m for m in messages if m["messageType"] == "DATA_MESSAGE")
        expected = {"owner": self.account, "logGroup": GROUP, "subscriptionFilters": ["filter"], "logStream": "events"}
        self.assertLessEqual(expected.items(), data.items())
        self.assertEqual([event["message"] for event in data["logEvents"]], ["a"])

    def test_records_of_others(self):
        self.create_active(ProcessingConfiguration=None, HECEndpointType="Event")
        put = {"DeliveryStreamName": "stream", "Record": {"Data": b'{"event": 1}'}}
        self.assertTrue(self.firehose.put_record(**put)["RecordId"])
        answer = self.firehose.put_record_batch(DeliveryStreamName="stream", Records=[{"Data": b"2"}, {"Data": b"3"}])
        self.assertEqual((answer["FailedPutCount"], len(answer["RequestResponses"])), (0, 2))
        self.assertEqual(self.outcomes(), [("delivered", None)] * 3)
        self.assertEqual([body for _, _, body in self.collector.posts], [b'{"event": 1}', b"2", b"3"])
        self.assertEqual(self.collector.posts[0][0], "/services/collector/event")

    def test_all_events_go_to_the_bucket_too(self):
        self.create_active(ProcessingConfiguration=None, S3BackupMode="AllEvents")
        self.firehose.put_record(DeliveryStreamName="stream", Record={"Data": b"a"})
        self.assertEqual(self.outcomes(), [("backup", None), ("delivered", None)])
        key = self.delivered()[0]["object"]
        self.assertTrue(key.startswith(time.strftime("%Y/%m/%d/", time.gmtime())), key)
        self.assertEqual(self.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read(), b"a")

    def test_failures_are_logged(self):
        names = {"logGroupName": "errors", "logStreamName": "splunk"}
        options = {"Enabled": True, "LogGroupName": "errors", "LogStreamName": "splunk"}
        self.create_active(HECToken="wrong", ProcessingConfiguration=None, CloudWatchLoggingOptions=options)
        put = {"DeliveryStreamName": "stream", "Record": {"Data": b"a"}}
        self.seed("logs", "CreateLogGroup", REGION, logGroupName="errors")
        self.firehose.put_record(**put)
        self.delivered()
        self.seed("logs", "CreateLogStream", REGION, **names)
        self.firehose.put_record(**put)
        self.delivered()
        group = f"arn:aws:logs:{REGION}:{self.account}:log-group:errors:*"
        self.allow("stream", ("s3:*", "*"), ("logs:PutLogEvents", group))
        self.firehose.put_record(**put)
        self.assertEqual(self.outcomes(), [("failed", "Splunk.InvalidToken")] * 3)
        events = self.seed("logs", "GetLogEvents", REGION, **names)["events"]
        self.assertEqual([json.loads(event["message"])["errorCode"] for event in events], ["Splunk.InvalidToken"])

    def test_what_the_role_may_not_write_is_lost(self):
        self.create_active(HECToken="wrong", ProcessingConfiguration=None)
        put = {"DeliveryStreamName": "stream", "Record": {"Data": b"a"}}
        self.allow("stream", ("s3:GetObject", "*"))
        self.firehose.put_record(**put)
        self.assertEqual(self.outcomes(), [("lost", "S3.AccessDenied")])
        self.allow("stream", ("s3:*", "*"))
        deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{self.bucket}/*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
        self.seed("s3", "PutBucketPolicy", Bucket=self.bucket, Policy=policy)
        self.firehose.put_record(**put)
        self.assertEqual(self.outcomes()[1:], [("lost", "S3.AccessDenied")])
        self.seed("s3", "DeleteBucketPolicy", Bucket=self.bucket)
        self.seed("s3", "DeleteBucket", Bucket=self.bucket)
        self.firehose.put_record(**put)
        self.assertEqual(self.outcomes()[2:], [("lost", "S3.NoSuchBucket")])

    def test_logs_may_lose_its_role(self):
        self.create_active()
        self.subscribe()
        self.iam.delete_role_policy(RoleName="sender", PolicyName="p")
        self.put_events("a")
        self.assertEqual(self.outcomes()[1:], [("lost", "Logs.PutRecordAccessDenied")])
        self.allow("sender", ("firehose:PutRecord", self.arn))
        self.firehose.delete_delivery_stream(DeliveryStreamName="stream")
        self.put_events("a")
        self.assertEqual(self.outcomes()[2:], [("lost", "Logs.StreamNotActive")])

    def test_what_splunk_refuses(self):
        self.settings(hec_retry=0, hec_ack_timeout=0.1)
        self.create_active(ProcessingConfiguration=None)
        put = {"DeliveryStreamName": "stream", "Record": {"Data": b"a"}}
        self.collector.answers = [
            (200, {"text": "Success", "code": 0}),
            (400, {"text": "Incorrect index", "code": 7}),
            (403, {"text": "Token disabled", "code": 1}),
            (500, {"text": "Internal server error", "code": 8}),
            (404, {"text": "Not found", "code": 404}),
            (400, {"text": "Data channel is missing.", "code": 28}),
        ]
        codes = "DisabledAck InvalidIndex DisabledToken ServerError InvalidEndpoint".split()
        codes += ["ProxyWithoutStickySessions", "AckTimeout"]
        self.collector.acks = False
        for _ in codes:
            self.firehose.put_record(**put)
        self.assertEqual(self.outcomes(), [("failed", f"Splunk.{code}") for code in codes])

    def test_certificates(self):
        self.settings(hec_retry=0)
        other = Collector(TOKEN, address="127.0.0.2")
        self.addCleanup(other.close)
        put = {"DeliveryStreamName": "stream", "Record": {"Data": b"a"}}
        self.create_active(ProcessingConfiguration=None)
        self.settings(hec_authority=other.authority)
        self.firehose.put_record(**put)
        self.delivered()
        self.update(HECEndpoint=other.endpoint)
        self.firehose.put_record(**put)
        self.delivered()
        self.update(version="2", HECEndpoint="https://127.0.0.1:1")
        self.firehose.put_record(**put)
        codes = ["Splunk.SSLHandshake", "Splunk.SSLUnverified", "Splunk.InvalidEndpoint"]
        self.assertEqual([error for _, error in self.outcomes()], codes)

    def test_the_token_of_a_secret(self):
        value = json.dumps({"hec_token": TOKEN})
        arn = self.seed("secretsmanager", "CreateSecret", REGION, Name="hec", SecretString=value)["ARN"]
        secret = {"Enabled": True, "SecretARN": arn, "RoleARN": self.role}
        self.create_active(HECToken=None, ProcessingConfiguration=None, SecretsManagerConfiguration=secret)
        put = {"DeliveryStreamName": "stream", "Record": {"Data": b"a"}}
        self.firehose.put_record(**put)
        self.assertEqual(self.outcomes(), [("failed", "SecretsManager.AccessDenied")])
        self.allow("stream", ("s3:*", "*"), ("secretsmanager:GetSecretValue", arn))
        self.firehose.put_record(**put)
        self.assertEqual(self.outcomes()[1:], [("delivered", None)])
        self.seed("secretsmanager", "PutSecretValue", REGION, SecretId="hec", SecretString=TOKEN)
        self.firehose.put_record(**put)
        self.assertEqual(self.outcomes()[2:], [("failed", "SecretsManager.InvalidSecret")])
        self.client("secretsmanager", REGION).put_secret_value(SecretId="hec", SecretString=value)
        self.assertNotIn(TOKEN, json.dumps([self.requests(), self.snapshot()]))

    def test_the_emulator_answers_while_splunk_is_slow(self):
        self.settings(hec_retry=0, hec_ack_timeout=1)
        self.collector.acks = False
        self.create_active(ProcessingConfiguration=None)
        self.firehose.put_record(DeliveryStreamName="stream", Record={"Data": b"a"})
        before = time.monotonic()
        self.describe()
        self.assertLess(time.monotonic() - before, 0.5)
        self.assertFalse(self.control("GET", "delivered", account=self.account, timeout=0.05)["idle"])
        self.assertEqual(self.outcomes(), [("failed", "Splunk.AckTimeout")])
