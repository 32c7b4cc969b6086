"""From a data stream through an event source mapping to a function: batches, retries, and what is given up."""

import base64
import json

from selftests.harness import identity_policy
from selftests.test_event_sources import READ, MappingCase
from selftests.test_firehose import REGION
from selftests.test_lambda import zipped

# Fails and reports as the records say; its log has the numbers of the records of each invocation.
CODE = """
import base64, json, os, sys
def handler(event, context):
    records = event["Records"]
    texts = [base64.b64decode(record["kinesis"]["data"]).decode() for record in records]
    print(json.dumps(event if "event" in texts else texts), file=sys.stderr)
    if "raise" in texts:
        raise ValueError("bad record")
    if "answer" in texts:
        return json.loads(os.environ["ANSWER"])
    failed = [r["kinesis"]["sequenceNumber"] for r, text in zip(records, texts) if text == "report"]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
"""


class PollingCase(MappingCase):
    """With a function that does what the records say."""

    def setUp(self):
        super().setUp()
        self.functions.update_function_code(FunctionName="f", ZipFile=zipped(CODE))
        self.configuration()

    def put(self, *texts):
        records = [{"Data": text.encode(), "PartitionKey": "k"} for text in texts]
        self.kinesis.put_records(StreamName="data", Records=records)

    def invocations(self):
        answer = self.control("GET", "delivered", account=self.account, timeout=25)
        self.assertTrue(answer["idle"])
        return answer["invocations"]

    def outcomes(self):
        return [(entry["outcome"], entry["records"]) for entry in self.invocations()]

    def batches(self):
        """The texts of the records of each invocation."""
        logs = [entry["log"] for entry in self.invocations() if entry["log"]]
        return [json.loads(log.splitlines()[0]) for log in logs]

    def dead(self):
        found = self.control("GET", "messages", account=self.account, region=REGION, queue="dead")
        return [json.loads(message["body"]) for message in found]


class Batches(PollingCase):
    def test_records_from_before_the_mapping_are_read_in_batches(self):
        self.put("a", "b", "c")
        uuid = self.create_mapping(BatchSize=2)["UUID"]
        self.assertEqual(self.invocations(), [])
        self.mapping(uuid)
        self.mapping(uuid)
        self.assertEqual(self.batches(), [["a", "b"], ["c"]])
        self.assertEqual(self.mapping(uuid)["LastProcessingResult"], "OK")
        self.put("d")
        self.assertEqual(self.batches()[2:], [["d"]])
        self.functions.update_event_source_mapping(UUID=uuid, Enabled=False)
        self.put("e")
        self.assertEqual(len(self.batches()), 3)

    def test_the_event(self):
        self.create_enabled_mapping(MaximumBatchingWindowInSeconds=5)
        self.put("event")
        (event,) = self.batches()
        (record,) = event["Records"]
        shard = "shardId-000000000000"
        number = record["kinesis"]["sequenceNumber"]
        arrival = record["kinesis"].pop("approximateArrivalTimestamp")
        self.assertAlmostEqual(arrival, self.arrival(), delta=1)
        expected = {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": "k",
                "sequenceNumber": number,
                "data": base64.b64encode(b"event").decode(),
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{shard}:{number}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": self.function_role,
            "awsRegion": REGION,
            "eventSourceARN": self.source,
        }
        self.assertEqual(record, expected)

    def arrival(self):
        iterator = self.kinesis.get_shard_iterator(
            StreamName="data", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        return self.kinesis.get_records(ShardIterator=iterator)["Records"][0]["ApproximateArrivalTimestamp"].timestamp()

    def test_latest(self):
        self.put("a")
        self.create_enabled_mapping(StartingPosition="LATEST")
        self.put("b")
        self.assertEqual(self.batches(), [["b"]])

    def test_what_keeps_records_from_being_read(self):
        self.create_enabled_mapping()
        for missing in READ:
            self.permit_function(*[action for action in READ if action != missing])
            self.put(missing)
            self.assertEqual(self.invocations(), [])
        self.permit_function(*READ)
        self.functions.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
        self.assertEqual(self.invocations(), [])
        self.functions.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=1)
        self.assertEqual(self.batches(), [list(READ)])


class Failures(PollingCase):
    def test_what_is_tried_again_and_given_up(self):
        uuid = self.create_enabled_mapping(MaximumRetryAttempts=1)
        self.put("a", "raise")
        expected = [("failure", 2), ("failure", 2), ("discarded", 2)]
        self.assertEqual(self.outcomes(), expected)
        self.assertIn("bad record", self.invocations()[0]["log"])
        self.assertEqual(self.mapping(uuid)["LastProcessingResult"], "PROBLEM: Function call failed")
        (body,) = self.dead()
        context, info = body["requestContext"], body["KinesisBatchInfo"]
        self.assertEqual(len(context.pop("requestId")), 36)
        expected = {
            "functionArn": self.function_arn,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 2,
        }
        self.assertEqual(context, expected)
        answered = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
        self.assertEqual((body["responseContext"], body["version"]), (answered, "1.0"))
        self.assertEqual((info["shardId"], info["batchSize"]), ("shardId-000000000000", 2))
        self.assertEqual((info["startSequenceNumber"], info["endSequenceNumber"]), ("1", "2"))
        self.assertEqual(info["streamArn"], self.source)
        arrivals = (info["approximateArrivalOfFirstRecord"], info["approximateArrivalOfLastRecord"])
        for stamp in (body["timestamp"], *arrivals):
            self.assertRegex(stamp, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.put("b")
        self.assertEqual(self.outcomes()[3:], [("success", 1)])

    def test_a_batch_is_split(self):
        self.create_enabled_mapping(MaximumRetryAttempts=1, BisectBatchOnFunctionError=True)
        self.put("a", "b", "raise", "c")
        expected = [
            ("failure", 4),
            ("success", 2),
            ("failure", 2),
            ("failure", 1),
            ("failure", 1),
            ("discarded", 1),
            ("success", 1),
        ]
        self.assertEqual(self.outcomes(), expected)
        (body,) = self.dead()
        self.assertEqual(body["KinesisBatchInfo"]["startSequenceNumber"], "3")
        self.assertEqual(body["requestContext"]["approximateInvokeCount"], 2)
        self.put("raise", "d", "e", "f")
        tried = [entry["records"] for entry in self.invocations()[len(expected) :]]
        self.assertEqual(tried, [4, 2, 1, 1, 1, 1, 2])

    def test_a_mapping_that_tries_for_ever(self):
        self.create_enabled_mapping()
        self.put("raise", "a")
        self.assertEqual(self.outcomes(), [("failure", 2)])
        self.assertEqual(self.outcomes(), [("failure", 2)] * 2)
        self.functions.update_function_code(FunctionName="f", ZipFile=zipped("def handler(event, context): pass"))
        self.configuration()
        self.assertEqual(self.outcomes()[2:], [("success", 2)])
        self.assertEqual(self.dead(), [])

    def test_without_a_queue_or_the_permission(self):
        uuid = self.create_enabled_mapping(MaximumRetryAttempts=0)
        self.permit_function(*READ, queue=False)
        self.put("raise")
        self.assertEqual(self.outcomes(), [("failure", 1), ("lost", 1)])
        self.permit_function(*READ)
        self.functions.update_event_source_mapping(UUID=uuid, DestinationConfig={"OnFailure": {}})
        self.mapping(uuid)
        self.mapping(uuid)
        self.put("raise")
        self.assertEqual(self.outcomes()[2:], [("failure", 1), ("lost", 1)])
        self.assertEqual(self.dead(), [])


class Reports(PollingCase):
    """What the function reports of a batch."""

    def create_reporting(self, **more):
        return self.create_enabled_mapping(FunctionResponseTypes=["ReportBatchItemFailures"], **more)

    def test_the_rest_is_tried_again(self):
        self.create_reporting(MaximumRetryAttempts=1)
        self.put("a", "report", "b", "report")
        self.assertEqual(self.outcomes(), [("partial", 4), ("failure", 3), ("failure", 3), ("discarded", 3)])
        (body,) = self.dead()
        self.assertIsNone(body["responseContext"]["functionError"])
        info = body["KinesisBatchInfo"]
        self.assertEqual((info["startSequenceNumber"], info["endSequenceNumber"], info["batchSize"]), ("2", "4", 3))

    def test_the_rest_is_split(self):
        self.create_reporting(MaximumRetryAttempts=0, BisectBatchOnFunctionError=True)
        self.put("a", "report", "b")
        expected = [("partial", 3), ("failure", 2), ("failure", 1), ("discarded", 1), ("success", 1)]
        self.assertEqual(self.outcomes(), expected)

    def test_without_the_setting_reports_are_nothing(self):
        self.create_enabled_mapping(MaximumRetryAttempts=0)
        self.put("report")
        self.assertEqual(self.outcomes(), [("success", 1)])

    def test_answers(self):
        uuid = self.create_reporting(MaximumRetryAttempts=0)
        good = [{}, None, {"batchItemFailures": None}, {"batchItemFailures": []}]
        items = ({"itemIdentifier": ""}, {"itemIdentifier": None}, {"id": "1"}, {})
        bad = [{"batchItemFailures": [item]} for item in items]
        for answer in good + bad:
            environment = {"Variables": {"ANSWER": json.dumps(answer)}}
            self.functions.update_function_configuration(FunctionName="f", Environment=environment)
            self.configuration()
            self.put("answer")
            self.invocations()
        found = [outcome for outcome, _ in self.outcomes()]
        self.assertEqual(found, ["success"] * len(good) + ["failure", "discarded"] * len(bad))
        self.assertEqual(self.mapping(uuid)["State"], "Enabled")


class Calls(PollingCase):
    def test_the_function_calls_with_its_role(self):
        code = """
import base64, boto3
def handler(event, context):
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="dead")["QueueUrl"]
    for record in event["Records"]:
        sqs.send_message(QueueUrl=url, MessageBody=base64.b64decode(record["kinesis"]["data"]).decode())
"""
        self.functions.update_function_code(FunctionName="f", ZipFile=zipped(code))
        self.configuration()
        self.create_enabled_mapping(MaximumRetryAttempts=0, DestinationConfig=None)
        self.put('"a"')
        self.assertEqual(self.outcomes(), [("failure", 1), ("lost", 1)])
        self.assertIn("AccessDenied", self.invocations()[0]["log"])
        document = identity_policy(("sqs:GetQueueUrl", self.queue))
        self.iam.put_role_policy(RoleName="function", PolicyName="more", PolicyDocument=document)
        self.put('"b"')
        self.assertEqual(self.outcomes()[2:], [("success", 1)])
        self.assertEqual(self.dead(), ["b"])
