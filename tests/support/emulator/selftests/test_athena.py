"""Athena and the Data Catalog: work groups, named queries, databases, tables."""

from selftests.harness import Case, identity_policy

REGION = "eu-west-1"


class WorkGroups(Case):
    def setUp(self):
        super().setUp()
        self.athena = self.client("athena", REGION)
        self.client("s3", REGION).create_bucket(
            Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )

    def results(self, **more):
        return {"OutputLocation": f"s3://{self.bucket}/", **more}

    def create(self, name="g", **more):
        configuration = {"ResultConfiguration": self.results(), **more}
        self.athena.create_work_group(Name=name, Configuration=configuration, Description="d")

    def refusal(self, function, **params):
        return self.refused("InvalidRequestException", function, **params)["Error"]["Message"]

    def query(self, name="q", **more):
        given = {"Name": name, "Database": "d", "QueryString": "SELECT 1", "WorkGroup": "g", **more}
        return self.athena.create_named_query(**given)["NamedQueryId"]

    def test_a_name_is_taken_once(self):
        words = self.refusal(self.athena.get_work_group, WorkGroup="g")
        self.assertEqual(words, "WorkGroup g is not found.")
        self.create()
        self.assertIn("is already created", self.refusal(self.create))
        group = self.athena.get_work_group(WorkGroup="g")["WorkGroup"]
        self.assertEqual((group["State"], group["Description"]), ("ENABLED", "d"))
        self.assertEqual(group["Configuration"]["ResultConfiguration"], self.results())
        self.refusal(self.create, name="no space")
        self.athena.delete_work_group(WorkGroup="g")
        self.refusal(self.athena.delete_work_group, WorkGroup="g")
        self.refusal(self.athena.delete_work_group, WorkGroup="primary")

    def test_limits_and_results(self):
        client = self.client("athena", REGION, parameter_validation=False)
        cutoff = {"BytesScannedCutoffPerQuery": 9_999_999}
        self.refusal(client.create_work_group, Name="g", Configuration=cutoff)
        missing = {"ResultConfiguration": {"OutputLocation": "s3://missing/"}}
        self.refusal(client.create_work_group, Name="g", Configuration=missing)
        keyed = self.results(EncryptionConfiguration={"EncryptionOption": "SSE_KMS"})
        self.refusal(client.create_work_group, Name="g", Configuration={"ResultConfiguration": keyed})
        self.create(BytesScannedCutoffPerQuery=10_000_000, EnforceWorkGroupConfiguration=True)
        updates = {
            "RemoveBytesScannedCutoffPerQuery": True,
            "ResultConfigurationUpdates": {"ExpectedBucketOwner": self.account},
        }
        self.athena.update_work_group(WorkGroup="g", ConfigurationUpdates=updates, State="DISABLED")
        group = self.athena.get_work_group(WorkGroup="g")["WorkGroup"]
        self.assertEqual(group["State"], "DISABLED")
        results = self.results(ExpectedBucketOwner=self.account)
        self.assertEqual(
            group["Configuration"], {"ResultConfiguration": results, "EnforceWorkGroupConfiguration": True}
        )

    def test_named_queries(self):
        self.refusal(self.query)
        self.create()
        self.refusal(self.athena.list_named_queries, WorkGroup="other")
        first, second = self.query(), self.query()
        self.assertNotEqual(first, second)
        token = "t" * 32
        third = self.query(ClientRequestToken=token)
        self.assertEqual(self.query(ClientRequestToken=token), third)
        self.refusal(self.query, name="other", ClientRequestToken=token)
        self.assertEqual(self.athena.list_named_queries(WorkGroup="g")["NamedQueryIds"], [first, second, third])
        page = self.athena.list_named_queries(WorkGroup="g", MaxResults=2)
        rest = self.athena.list_named_queries(WorkGroup="g", NextToken=page["NextToken"])
        self.assertEqual(rest["NamedQueryIds"], [third])
        self.athena.update_named_query(NamedQueryId=first, Name="new", QueryString="SELECT 2", Description="")
        found = self.athena.batch_get_named_query(NamedQueryIds=[first, "none"])
        self.assertEqual(found["NamedQueries"][0]["QueryString"], "SELECT 2")
        self.assertEqual(found["UnprocessedNamedQueryIds"][0]["NamedQueryId"], "none")
        self.athena.delete_named_query(NamedQueryId=first)
        self.refusal(self.athena.delete_named_query, NamedQueryId=first)
        self.refusal(self.athena.get_named_query, NamedQueryId=first)
        self.assertIn("not empty", self.refusal(self.athena.delete_work_group, WorkGroup="g"))
        self.athena.delete_work_group(WorkGroup="g", RecursiveDeleteOption=True)
        self.assertEqual(self.snapshot()["athena"], {})

    def test_tags_copies_and_permissions(self):
        self.create()
        arn = f"arn:aws:athena:{REGION}:{self.account}:workgroup/g"
        self.athena.tag_resource(ResourceARN=arn, Tags=[{"Key": "k", "Value": "v"}])
        tags = self.athena.list_tags_for_resource(ResourceARN=arn)["Tags"]
        self.assertEqual(tags, [{"Key": "k", "Value": "v"}])
        query = self.query()
        copy = str(int(self.account) + 500_000_000_000)
        self.control("POST", "copy", {"account": copy, "original": self.account})
        self.assertEqual(self.client("athena", REGION, account=copy).get_named_query(NamedQueryId=query)["NamedQuery"]["Name"], "q")
        reader = self.client("athena", REGION, key=self.reader(("athena:*", arn)))
        reader.get_named_query(NamedQueryId=query)
        reader.batch_get_named_query(NamedQueryIds=[query])
        self.refused("AccessDeniedException", reader.get_work_group, WorkGroup="other")


class Catalog(Case):
    def setUp(self):
        super().setUp()
        self.glue = self.client("glue", REGION)

    def create(self, name="Db"):
        self.glue.create_database(DatabaseInput={"Name": name})

    def test_databases(self):
        self.refused("EntityNotFoundException", self.glue.get_database, Name="db")
        self.create()
        self.refused("AlreadyExistsException", self.create, name="db")
        self.assertEqual(self.glue.get_database(Name="db")["Database"]["Name"], "db")
        client = self.client("glue", REGION, parameter_validation=False)
        self.refused("InvalidInputException", client.create_database, DatabaseInput={"Name": ""})
        self.glue.create_table(DatabaseName="db", TableInput={"Name": "t"})
        self.glue.delete_database(Name="db")
        self.refused("EntityNotFoundException", self.glue.get_tables, DatabaseName="db")
        self.refused("EntityNotFoundException", self.glue.delete_database, Name="db")
        self.assertEqual(self.snapshot()["glue"], {})

    def test_tables(self):
        table = {"Name": "T", "Parameters": {"a": "1"}}
        create = {"DatabaseName": "db", "TableInput": table}
        self.refused("EntityNotFoundException", self.glue.create_table, **create)
        self.create()
        self.refused("EntityNotFoundException", self.glue.update_table, **create)
        self.glue.create_table(**create)
        self.refused("AlreadyExistsException", self.glue.create_table, **create)
        self.assertEqual(self.glue.get_table(DatabaseName="db", Name="t")["Table"]["Parameters"], {"a": "1"})
        self.glue.update_table(DatabaseName="db", TableInput={"Name": "t"})
        self.assertNotIn("Parameters", self.glue.get_table(DatabaseName="db", Name="t")["Table"])
        self.glue.create_table(DatabaseName="db", TableInput={"Name": "u"})
        page = self.glue.get_tables(DatabaseName="db", MaxResults=1)
        rest = self.glue.get_tables(DatabaseName="db", NextToken=page["NextToken"])
        self.assertEqual([found["Name"] for found in page["TableList"] + rest["TableList"]], ["t", "u"])
        self.glue.delete_table(DatabaseName="db", Name="t")
        self.refused("EntityNotFoundException", self.glue.delete_table, DatabaseName="db", Name="t")
        self.refused("EntityNotFoundException", self.glue.get_table, DatabaseName="db", Name="t")

    def test_a_table_needs_its_database_and_the_catalog(self):
        self.create()
        self.glue.create_table(DatabaseName="db", TableInput={"Name": "t"})
        arns = [f"arn:aws:glue:{REGION}:{self.account}:{name}" for name in ("catalog", "database/db", "table/db/t")]
        key = self.reader(*(("glue:GetTable", arn) for arn in arns))
        reader = self.client("glue", REGION, key=key)
        reader.get_table(DatabaseName="db", Name="t")
        for missing in arns:
            left = [("glue:GetTable", arn) for arn in arns if arn != missing]
            policy = identity_policy(*left)
            self.client("iam").put_user_policy(UserName="reader", PolicyName="inline", PolicyDocument=policy)
            self.refused("AccessDeniedException", reader.get_table, DatabaseName="db", Name="t")
