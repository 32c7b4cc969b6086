"""Records of Firehose streams become documents of a domain of OpenSearch Service, or objects in the backup bucket."""

import base64
import json
import time

from selftests.harness import identity_policy
from selftests.test_event_polling import PollingCase
from selftests.test_event_sources import READ
from selftests.test_firehose import REGION, trust
from selftests.test_lambda import zipped
from selftests.test_search_streams import SearchCase

# Each record has documents, one a line.
CODE = """
import base64, boto3, os
def handler(event, context):
    lines = [line for r in event["Records"] for line in base64.b64decode(r["kinesis"]["data"]).splitlines()]
    stream = os.environ["DELIVERY_STREAM"]
    boto3.client("firehose").put_record_batch(DeliveryStreamName=stream, Records=[{"Data": line} for line in lines])
    return {"batchItemFailures": []}
"""


class DocumentCase(SearchCase):
    """With a look into the domain and the bucket."""

    def put_documents(self, *data):
        records = [{"Data": item if isinstance(item, bytes) else json.dumps(item)} for item in data]
        self.firehose.put_record_batch(DeliveryStreamName="stream", Records=records)

    def deliveries(self):
        answer = self.control("GET", "delivered", account=self.account, timeout=25)
        self.assertTrue(answer["idle"])
        return answer["deliveries"]

    def delivery_outcomes(self):
        return [(entry["outcome"], entry["records"], entry["error"]) for entry in self.deliveries()]

    def documents(self):
        return self.control("GET", "documents", account=self.account, region=REGION, domain="logs")

    def failed(self):
        """The (key, lines) of each object in the bucket."""
        s3 = self.client("s3")
        found = s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        bodies = [(item["Key"], s3.get_object(Bucket=self.bucket, Key=item["Key"])["Body"].read()) for item in found]
        return [(key, [json.loads(line) for line in body.splitlines()]) for key, body in bodies]


class Documents(DocumentCase):
    def test_records_become_documents_of_the_day(self):
        self.create_active()
        self.put_documents({"a": 1}, b'{"b": [null, 2.5]}\n')
        self.assertEqual(self.delivery_outcomes(), [("delivered", 2, None)])
        found = self.documents()
        index = time.strftime("logs-%Y-%m-%d", time.gmtime())
        self.assertEqual([(d["index"], d["document"]) for d in found], [(index, {"a": 1}), (index, {"b": [None, 2.5]})])
        self.assertEqual(len({d["id"] for d in found}), 2)
        self.assertEqual(self.failed(), [])

    def test_rotations_and_ids(self):
        forms = {"NoRotation": "logs", "OneHour": "logs-%Y-%m-%d-%H", "OneMonth": "logs-%Y-%m"}
        self.create_active(DocumentIdOptions={"DefaultDocumentIdFormat": "NO_DOCUMENT_ID"})
        for version, (period, form) in enumerate(forms.items(), 1):
            self.change(version=str(version), IndexRotationPeriod=period)
            self.put_documents({"period": period})
            self.deliveries()
            found = {d["document"]["period"]: (d["index"], len(d["id"])) for d in self.documents()}
            self.assertEqual(found[period], (time.strftime(form, time.gmtime()), 20))
        self.refused("NotImplemented", self.change, version="4", IndexRotationPeriod="OneWeek")

    def test_what_is_no_document(self):
        self.create_active(bucket={"ErrorOutputPrefix": "errors/!{firehose:error-output-type}/"})
        bad = [b"[]", b'"a"', b"{", b" ", b"\xff", b'{"a": NaN}', b'{"a": 1}\n{"b": 2}', b'{\n"a": 1}', b"[" * 9999]
        self.put_documents(*bad, {"good": 1})
        self.assertEqual(self.delivery_outcomes(), [("delivered", 1, None), ("failed", len(bad), "400")])
        self.assertEqual([d["document"] for d in self.documents()], [{"good": 1}])
        ((key, lines),) = self.failed()
        self.assertRegex(key, r"^errors/AmazonOpenSearchService-failed/stream-1-")
        self.assertEqual([base64.b64decode(line["rawData"]) for line in lines], bad)
        line = lines[0]
        names = "attemptsMade arrivalTimestamp errorCode errorMessage attemptEndingTimestamp rawData".split()
        self.assertEqual(sorted(line), sorted([*names, "esDocumentId", "esIndexName", "esTypeName"]))
        self.assertEqual((line["attemptsMade"], line["errorCode"], line["esTypeName"]), (1, "400", ""))
        self.assertEqual(line["esIndexName"], time.strftime("logs-%Y-%m-%d", time.gmtime()))
        self.assertEqual(json.loads(line["errorMessage"])["type"], "mapper_parsing_exception")

    def test_all_documents_are_backed_up(self):
        self.create_active(S3BackupMode="AllDocuments", bucket={"Prefix": "all/"})
        self.put_documents({"a": 1}, b"no")
        self.assertEqual(self.delivery_outcomes(), [("backup", 2, None), ("delivered", 1, None), ("failed", 1, "400")])
        self.assertEqual(len([key for key in self.keys() if key.startswith("all/")]), 2)
        self.assertEqual(len([key for key in self.keys() if "AmazonOpenSearchService-failed/" in key]), 1)

    def keys(self):
        found = self.client("s3").list_objects_v2(Bucket=self.bucket)["Contents"]
        return [item["Key"] for item in found]

    def test_failures_are_logged(self):
        names = {"logGroupName": "errors", "logStreamName": "search"}
        self.seed("logs", "CreateLogGroup", REGION, logGroupName="errors")
        self.seed("logs", "CreateLogStream", REGION, **names)
        options = {"Enabled": True, "LogGroupName": "errors", "LogStreamName": "search"}
        self.create_active(CloudWatchLoggingOptions=options)
        writing = identity_policy(("logs:PutLogEvents", "*"))
        self.iam.put_role_policy(RoleName="stream", PolicyName="log", PolicyDocument=writing)
        self.put_documents(b"no")
        self.deliveries()
        events = self.seed("logs", "GetLogEvents", REGION, **names)["events"]
        event = json.loads(events[0]["message"])
        self.assertEqual((event["errorCode"], event["destination"]), ("400", self.domain_arn))


class Access(DocumentCase):
    """The policies of the role and of the domain: one of them allows, none denies."""

    def setUp(self):
        super().setUp()
        self.create_active()

    def outcome(self):
        self.put_documents({"a": 1})
        return self.delivery_outcomes()[-1]

    def set_policy(self, *principals, **more):
        self.change_domain(AccessPolicies=self.access(*principals, **more))
        self.describe_domain()
        self.describe_domain()

    def test_the_policies_of_the_role(self):
        for missing in ("ESHttpPost", "ESHttpPut"):
            self.permit_stream(write=[action for action in ("ESHttpPost", "ESHttpPut") if action != missing])
            self.assertEqual(self.outcome(), ("failed", 1, "403"))
            (line,) = dict(self.failed())[self.deliveries()[-1]["object"]]
            self.assertIn(missing, json.loads(line["errorMessage"])["Message"])
        self.permit_stream()
        self.assertEqual(self.outcome(), ("delivered", 1, None))
        self.iam.update_assume_role_policy(RoleName="stream", PolicyDocument=trust("lambda.amazonaws.com"))
        self.assertEqual(self.outcome()[0], "lost")

    def test_the_policy_of_the_domain(self):
        self.permit_stream(write=())
        root = f"arn:aws:iam::{self.account}:root"
        self.set_policy(root)
        self.assertEqual(self.outcome(), ("failed", 1, "403"))
        self.set_policy(self.role)
        self.assertEqual(self.outcome(), ("delivered", 1, None))
        self.set_policy(self.role, Resource=f"{self.domain_arn}/other-*")
        self.assertEqual(self.outcome(), ("failed", 1, "403"))
        self.permit_stream()
        self.assertEqual(self.outcome(), ("delivered", 1, None))
        self.set_policy(root, Effect="Deny")
        self.assertEqual(self.outcome(), ("failed", 1, "403"))
        self.set_policy(self.role)
        denied = {"Effect": "Deny", "Action": "es:ESHttpPut", "Resource": "*"}
        self.iam.put_role_policy(RoleName="stream", PolicyName="deny", PolicyDocument=identity_policy(denied))
        self.assertEqual(self.outcome(), ("failed", 1, "403"))
        self.iam.delete_role_policy(RoleName="stream", PolicyName="deny")
        self.iam.update_assume_role_policy(RoleName="stream", PolicyDocument=trust("lambda.amazonaws.com"))
        self.assertEqual(self.outcome(), ("lost", 1, "S3.AccessDenied"))

    def test_a_role_made_anew_is_another_one(self):
        self.set_policy(self.role)
        self.iam.delete_role_policy(RoleName="stream", PolicyName="p")
        self.iam.delete_role(RoleName="stream")
        self.make_role("stream", trust(), ("s3:*", f"arn:aws:s3:::{self.bucket}*"))
        self.assertEqual(self.outcome(), ("failed", 1, "403"))
        self.set_policy(self.role)
        self.assertEqual(self.outcome(), ("delivered", 1, None))

    def test_a_domain_that_is_gone(self):
        self.opensearch.delete_domain(DomainName="logs")
        self.assertEqual(self.outcome(), ("failed", 1, "503"))


class WholePath(DocumentCase, PollingCase):
    """From a data stream through a function and a Firehose stream into a domain."""

    def test_a_document_a_line(self):
        self.create_active()
        self.functions.update_function_code(FunctionName="f", ZipFile=zipped(CODE))
        self.configuration()
        environment = {"Variables": {"DELIVERY_STREAM": "stream"}}
        self.functions.update_function_configuration(FunctionName="f", Environment=environment)
        self.configuration()
        stream = f"arn:aws:firehose:{REGION}:{self.account}:deliverystream/stream"
        self.permit_function(*READ, more=[("firehose:PutRecordBatch", stream)])
        self.put('{"n": 1}\n{"n": 2}', '{"n": 3}')
        self.create_enabled_mapping(FunctionResponseTypes=["ReportBatchItemFailures"])
        self.assertEqual(self.delivery_outcomes(), [("delivered", 3, None)])
        self.assertEqual([d["document"]["n"] for d in self.documents()], [1, 2, 3])
        self.assertEqual(self.outcomes(), [("success", 2)])
        operations = [(r["service"], r["operation"]) for r in self.requests()]
        self.assertIn(("firehose", "PutRecordBatch"), operations)
