"""Lambda functions: how they are created and changed, and what Firehose makes of their answers."""

import base64
import gzip
import io
import json
import zipfile

from selftests.harness import Case
from selftests.test_deliveries import GROUP, DeliveryCase
from selftests.test_firehose import REGION, trust

LAMBDA = "lambda.amazonaws.com"
UPPER = """
import base64, gzip, json, os, sys
def handler(event, context):
    print("noise")
    answers = []
    for record in event["records"]:
        message = json.loads(gzip.decompress(base64.b64decode(record["data"])))["logEvents"][0]["message"]
        data = base64.b64encode((message.upper() + os.environ["END"]).encode()).decode()
        if message == "again":
            import boto3
            name = event["deliveryStreamArn"].split("/")[1]
            envelope = gzip.compress(json.dumps({"logEvents": [{"message": "part"}]}).encode())
            boto3.client("firehose").put_record_batch(DeliveryStreamName=name, Records=[{"Data": envelope}])
        result = {"again": "Dropped", "drop": "Dropped", "fail": "ProcessingFailed"}.get(message, "Ok")
        answers.append({"recordId": record["recordId"], "result": result, "data": data})
        if message == "raise":
            raise ValueError(context.get_remaining_time_in_millis())
        if message == "twice":
            answers *= 2
        if message == "none":
            answers.pop()
    return {"records": answers}
"""


def zipped(text=UPPER):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        target.writestr("index.py", text)
    return file.getvalue()


class LambdaCase(Case):
    """With a role for functions."""

    def setUp(self):
        super().setUp()
        self.functions, self.iam = self.client("lambda", REGION), self.client("iam")
        self.iam.create_role(RoleName="function", AssumeRolePolicyDocument=trust(LAMBDA))
        self.function_role = f"arn:aws:iam::{self.account}:role/function"
        self.function_arn = f"arn:aws:lambda:{REGION}:{self.account}:function:f"

    def create_function(self, **more):
        params = {
            "FunctionName": "f",
            "Runtime": "python3.14",
            "Role": self.function_role,
            "Handler": "index.handler",
            "Code": {"ZipFile": zipped()},
            "Timeout": 20,
            "Environment": {"Variables": {"END": "!"}},
            **more,
        }
        return self.functions.create_function(**params)

    def configuration(self):
        return self.functions.get_function_configuration(FunctionName="f")


class Functions(LambdaCase):
    def test_a_function_is_pending_and_then_active(self):
        self.refused("ResourceNotFoundException", self.functions.get_function, FunctionName="f")
        self.create_function(Tags={"team": "sec"})
        update = self.functions.update_function_configuration
        self.refused("ResourceConflictException", update, FunctionName="f", Timeout=9)
        self.assertEqual(self.configuration()["State"], "Active")
        self.refused("ResourceConflictException", self.create_function)
        answer = self.functions.get_function(FunctionName="f")
        self.assertEqual((answer["Tags"], answer["Configuration"]["MemorySize"]), ({"team": "sec"}, 128))
        self.functions.tag_resource(Resource=self.function_arn, Tags={"a": "b"})
        tags = self.functions.list_tags(Resource=self.function_arn)["Tags"]
        self.assertEqual(tags, {"team": "sec", "a": "b"})
        self.functions.delete_function(FunctionName="f")
        self.refused("ResourceNotFoundException", self.functions.delete_function, FunctionName="f")

    def test_one_change_at_a_time(self):
        self.create_function()
        self.assertEqual([self.configuration()["State"] for _ in range(2)], ["Pending", "Active"])
        update, code = self.functions.update_function_configuration, self.functions.update_function_code
        self.assertEqual(update(FunctionName="f", Timeout=9)["LastUpdateStatus"], "InProgress")
        self.refused("ResourceConflictException", code, FunctionName="f", ZipFile=zipped("x = 1"))
        self.assertEqual(self.configuration()["LastUpdateStatus"], "Successful")
        before = self.configuration()
        after = code(FunctionName="f", ZipFile=zipped("x = 1"))
        self.assertNotEqual(after["CodeSha256"], before["CodeSha256"])
        self.assertEqual((after["Timeout"], after["Environment"]), (9, before["Environment"]))

    def test_role_code_and_parameters(self):
        missing = self.function_role + "x"
        self.refused("InvalidParameterValueException", self.create_function, Role=missing)
        self.iam.create_role(RoleName="other", AssumeRolePolicyDocument=trust())
        other = self.function_role.replace("/function", "/other")
        self.refused("InvalidParameterValueException", self.create_function, Role=other)
        self.refused("InvalidParameterValueException", self.create_function, Code={"ZipFile": b"no zip"})
        self.refused("ValidationException", self.create_function, Timeout=9999)
        self.refused("ValidationException", self.create_function, Runtime="python1")

    def test_reserved_concurrency(self):
        self.create_function()
        put = self.functions.put_function_concurrency
        put(FunctionName="f", ReservedConcurrentExecutions=900)
        self.refused("InvalidParameterValueException", put, FunctionName="f", ReservedConcurrentExecutions=901)
        answer = self.functions.get_function(FunctionName="f")
        self.assertEqual(answer["Concurrency"], {"ReservedConcurrentExecutions": 900})
        limits = self.functions.get_account_settings()["AccountLimit"]
        self.assertEqual((limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"]), (1000, 100))
        put(FunctionName="f", ReservedConcurrentExecutions=0)
        self.settings(lambda_concurrency=10)
        message = self.refused("InvalidParameterValueException", put, FunctionName="f", ReservedConcurrentExecutions=1)
        self.assertIn("minimum value of [10]", str(message))

    def test_permissions(self):
        self.create_function(Tags={"team": "sec"})
        reader = self.client("lambda", REGION, key=self.reader(("lambda:GetFunction", self.function_arn)))
        self.assertNotIn("Tags", reader.get_function(FunctionName="f"))
        self.refused("AccessDeniedException", reader.delete_function, FunctionName="f")


class Transformations(DeliveryCase, LambdaCase):
    """What the function answers is obeyed."""

    def setUp(self):
        super().setUp()
        self.create_function()
        self.configuration()
        rights = ("lambda:InvokeFunction", "lambda:GetFunctionConfiguration")
        bucket = f"arn:aws:s3:::{self.bucket}*"
        self.allow("stream", ("s3:*", bucket), *((right, f"{self.function_arn}:$LATEST") for right in rights))
        arn = {"ParameterName": "LambdaArn", "ParameterValue": f"{self.function_arn}:$LATEST"}
        processor = {"Type": "Lambda", "Parameters": [arn]}
        self.create_active(ProcessingConfiguration={"Enabled": True, "Processors": [processor]})
        self.subscribe()
        self.delivered()
        self.control("POST", "reset", {})
        self.settings(hec_authority=self.collector.authority)

    def test_what_becomes_of_a_record(self):
        self.put_events("good")
        self.assertEqual(self.outcomes(), [("delivered", None)])
        self.assertEqual(self.collector.texts()[-1], "GOOD!")
        failures = {
            "fail": "Lambda.ProcessingFailedStatus",
            "raise": "Lambda.FunctionError",
            "twice": "Lambda.DuplicatedRecordId",
            "none": "Lambda.MissingRecordId",
        }
        for message in failures:
            self.put_events(message)
        self.assertEqual(self.outcomes()[1:], [("failed", code) for code in failures.values()])
        objects = {key: lines for key, lines in self.failed_objects().items() if "processing-failed" in key}
        functions = {line["lambdaArn"] for lines in objects.values() for line in lines}
        self.assertEqual(functions, {f"{self.function_arn}:$LATEST"})
        raw = [base64.b64decode(line["rawData"]) for lines in objects.values() for line in lines]
        found = [json.loads(gzip.decompress(data))["logEvents"][0]["message"] for data in raw]
        self.assertEqual(sorted(found), sorted(failures))
        self.put_events("drop")
        self.assertEqual(self.outcomes()[-1], ("dropped", None))

    def test_the_role_of_the_stream_invokes(self):
        self.allow("stream", ("s3:*", f"arn:aws:s3:::{self.bucket}*"), ("lambda:InvokeFunction", self.function_arn))
        self.put_events("good")
        self.assertEqual(self.outcomes(), [("failed", "Lambda.InvokeAccessDenied")])

    def test_the_role_of_the_function_sends_back(self):
        self.put_events("again")
        self.assertEqual(self.outcomes(), [("failed", "Lambda.FunctionError")])
        self.allow("function", ("firehose:PutRecordBatch", self.arn))
        self.put_events("again")
        self.assertEqual(self.outcomes()[1:], [("dropped", None), ("delivered", None)])
        self.assertEqual(self.collector.texts()[-1], "PART!")

    def test_another_role_of_the_same_name_cannot_decrypt_the_variables(self):
        self.iam.delete_role(RoleName="function")
        self.iam.create_role(RoleName="function", AssumeRolePolicyDocument=trust(LAMBDA))
        self.functions.update_function_configuration(FunctionName="f", Role=self.function_role)
        self.put_events("good")
        self.assertEqual(self.outcomes(), [("failed", "Lambda.FunctionError")])
        self.functions.delete_function(FunctionName="f")
        self.create_function()
        self.configuration()
        self.put_events("good")
        self.assertEqual(self.outcomes()[1:], [("delivered", None)])

    def test_a_function_that_is_missing(self):
        self.functions.delete_function(FunctionName="f")
        self.put_events("good")
        self.assertEqual(self.outcomes(), [("failed", "Lambda.ResourceNotFound")])
        self.assertIn(GROUP, self.snapshot()["logs"][REGION])
