"""Athena's queries: their states, what they read and write, and their limits."""

import gzip
import json

from selftests.harness import Case, identity_policy

REGION = "eu-west-1"
SQL = """SELECT eventname, errorcode, count(*) AS events FROM "d"."t" WHERE day >= '2026/01/31' GROUP BY 1, 2 ORDER BY 1"""


class Queries(Case):
    def setUp(self):
        super().setUp()
        self.athena, self.s3 = self.client("athena", REGION), self.client("s3", REGION)
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        results = {"OutputLocation": f"s3://{self.bucket}/"}
        configuration = {"ResultConfiguration": results, "BytesScannedCutoffPerQuery": 10_000_000}
        self.athena.create_work_group(Name="g", Configuration=configuration)
        self.table("enum")
        for day, names in (("2026/01/30", ["Old"]), ("2026/01/31", ["A", "A", "B"])):
            records = [{"eventName": name, "errorCode": "x" if name == "B" else None} for name in names]
            self.put(day, json.dumps({"Records": records}))

    def table(self, accounts):
        glue, parameters = self.client("glue", REGION), {
            "projection.account.type": accounts,
            "projection.account.values": self.account,
            "projection.region.values": REGION,
            "storage.location.template": f"s3://{self.bucket}/AWSLogs/${{account}}/CloudTrail/${{region}}/${{day}}",
        }
        texts = lambda *names: [{"Name": name, "Type": "string"} for name in names]
        table = {
            "Name": "t",
            "Parameters": parameters,
            "StorageDescriptor": {"Columns": texts("eventname", "errorcode")},
            "PartitionKeys": texts("account", "region", "day"),
        }
        if accounts == "enum":
            glue.create_database(DatabaseInput={"Name": "d"})
            return glue.create_table(DatabaseName="d", TableInput=table)
        return glue.update_table(DatabaseName="d", TableInput=table)

    def put(self, day, text, name="a"):
        key = f"AWSLogs/{self.account}/CloudTrail/{REGION}/{day}/{name}.json.gz"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=gzip.compress(text.encode(), 0))

    def start(self, sql=SQL, athena=None):
        return (athena or self.athena).start_query_execution(QueryString=sql, WorkGroup="g")["QueryExecutionId"]

    def ended(self, id):
        """The states of a query up to its end, and how it ended."""
        states = []
        while not states or states[-1] in ("QUEUED", "RUNNING"):
            execution = self.athena.get_query_execution(QueryExecutionId=id)["QueryExecution"]
            states.append(execution["Status"]["State"])
        return states, execution

    def test_a_query_is_answered_from_the_log_files(self):
        id = self.start()
        words = self.refused("InvalidRequestException", self.athena.get_query_results, QueryExecutionId=id)
        self.assertIn("not yet finished", words["Error"]["Message"])
        states, execution = self.ended(id)
        self.assertEqual(states, ["QUEUED", "RUNNING", "SUCCEEDED"])
        self.assertGreater(execution["Statistics"]["DataScannedInBytes"], 50)
        first = self.athena.get_query_results(QueryExecutionId=id, MaxResults=2)
        rest = self.athena.get_query_results(QueryExecutionId=id, NextToken=first["NextToken"])
        rows = first["ResultSet"]["Rows"] + rest["ResultSet"]["Rows"]
        texts = [[datum.get("VarCharValue") for datum in row["Data"]] for row in rows]
        self.assertEqual(texts, [["eventname", "errorcode", "events"], ["A", None, "2"], ["B", "x", "1"]])
        self.assertIn(b'"A"', self.s3.get_object(Bucket=self.bucket, Key=f"{id}.csv")["Body"].read())

    def test_a_query_fails_is_stopped_or_is_not_taken(self):
        states, execution = self.ended(self.start(SQL.replace("eventname", "unknown")))
        self.assertEqual(states[-1], "FAILED")
        self.assertIn("SYNTAX_ERROR", execution["Status"]["StateChangeReason"])
        self.settings(athena_queries=1, athena_is_busy=True)
        id = self.start()
        self.refused("TooManyRequestsException", self.athena.start_query_execution, QueryString=SQL, WorkGroup="g")
        self.athena.stop_query_execution(QueryExecutionId=id)
        self.assertEqual(self.ended(id)[0], ["CANCELLED"])
        again = dict(QueryString=SQL, WorkGroup="g", ClientRequestToken="t" * 32)
        start = self.athena.start_query_execution
        self.assertEqual(start(**again)["QueryExecutionId"], start(**again)["QueryExecutionId"])
        self.refused("InvalidRequestException", start, **again | {"QueryString": "SELECT 1"})
        self.refused("InvalidRequestException", start, QueryString=SQL, WorkGroup="other")
        self.refused("InvalidRequestException", self.athena.get_query_execution, QueryExecutionId="none")

    def test_limits_of_what_is_read(self):
        self.put("2026/01/30", " " * 10_000_000 + '{"Records": []}', "b")
        self.assertEqual(self.ended(self.start())[0][-1], "SUCCEEDED")
        states, execution = self.ended(self.start(SQL.replace("01/31", "01/30")))
        self.assertEqual(states[-1], "CANCELLED")
        self.assertEqual(execution["Status"]["StateChangeReason"], "Bytes scanned limit was exceeded")
        self.table("injected")
        self.assertIn("CONSTRAINT_VIOLATION", self.ended(self.start())[1]["Status"]["StateChangeReason"])
        named = SQL.replace("WHERE", f"WHERE account IN ('{self.account}') AND")
        self.assertEqual(self.ended(self.start(named))[0][-1], "SUCCEEDED")

    def test_a_query_has_its_callers_permissions(self):
        arn, s3 = f"arn:aws:glue:{REGION}:{self.account}", f"arn:aws:s3:::{self.bucket}"
        needed = [("athena:*", f"arn:aws:athena:{REGION}:{self.account}:workgroup/g")]
        needed += [("glue:Get*", f"{arn}:{name}") for name in ("catalog", "database/d", "table/d/t")]
        needed += [("s3:GetBucketLocation", s3), ("s3:ListBucket", s3), ("s3:ListBucketMultipartUploads", s3)]
        files = ("GetObject", "PutObject", "ListMultipartUploadParts", "AbortMultipartUpload")
        needed += [(f"s3:{action}", f"{s3}/*") for action in files]
        athena = self.client("athena", REGION, key=self.reader(*needed))
        self.assertEqual(self.state(athena), "SUCCEEDED")
        for missing in needed[1:]:
            policy = identity_policy(*(grant for grant in needed if grant != missing))
            self.client("iam").put_user_policy(UserName="reader", PolicyName="inline", PolicyDocument=policy)
            self.assertEqual(self.state(athena), "FAILED", missing)

    def state(self, athena):
        """How a query of a caller ends."""
        id = self.start(athena=athena)
        for _ in range(3):
            status = athena.get_query_execution(QueryExecutionId=id)["QueryExecution"]["Status"]
        return status["State"]
