"""Who may call what: accounts, signatures, regions, denials, and how requests are recorded."""

import time

import botocore.config
import botocore.session
from botocore import UNSIGNED

from selftests.harness import Case, _session, port


class Identity(Case):
    def test_the_key_names_the_account(self):
        identity = self.client("sts").get_caller_identity()
        self.assertEqual(identity["Account"], self.account)
        self.assertEqual(identity["Arn"], f"arn:aws:iam::{self.account}:user/tester")

    def test_the_partition_follows_the_region(self):
        arn = self.client("sts", "cn-north-1").get_caller_identity()["Arn"]
        self.assertEqual(arn, f"arn:aws-cn:iam::{self.account}:user/tester")

    def test_an_assumed_role_belongs_to_the_account_of_its_role(self):
        role = "arn:aws:iam::999999999999:role/auditor"
        keys = self.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
        client = _session.create_client(
            "sts",
            region_name="us-east-1",
            endpoint_url=f"http://127.0.0.1:{port()}",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        self.assertEqual(client.get_caller_identity()["Account"], "999999999999")

    def test_accounts_do_not_see_each_others_resources(self):
        self.client("sns").create_topic(Name="mine")
        self.client("sqs").create_queue(QueueName="mine")
        self.assertEqual(self.client("sns", account="222222222222").list_topics()["Topics"], [])
        self.assertNotIn("QueueUrls", self.client("sqs", account="222222222222").list_queues())

    def test_unsigned_requests_are_refused(self):
        config = botocore.config.Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
        for service, operation, code in [
            ("sts", "get_caller_identity", "MissingAuthenticationToken"),
            ("s3", "list_buckets", "AccessDenied"),
            ("cloudtrail", "describe_trails", "MissingAuthenticationTokenException"),
        ]:
            client = _session.create_client(
                service, region_name="us-east-1", endpoint_url=f"http://127.0.0.1:{port()}", config=config
            )
            self.refused(code, getattr(client, operation))


class Regions(Case):
    def test_list_regions_filters_and_pages(self):
        self.settings(regions={"us-east-1": "ENABLED_BY_DEFAULT", "ap-east-1": "ENABLED", "me-south-1": "DISABLED"})
        client = self.client("account")
        enabled = {"RegionOptStatusContains": ["ENABLED", "ENABLED_BY_DEFAULT"]}
        first = client.list_regions(MaxResults=1, **enabled)
        self.assertEqual(first["Regions"], [{"RegionName": "ap-east-1", "RegionOptStatus": "ENABLED"}])
        second = client.list_regions(MaxResults=1, NextToken=first["NextToken"], **enabled)
        self.assertEqual([r["RegionName"] for r in second["Regions"]], ["us-east-1"])
        self.assertNotIn("NextToken", second)
        self.assertEqual(len(client.list_regions()["Regions"]), 3)

    def test_list_regions_takes_at_most_fifty(self):
        client = self.client("account", parameter_validation=False)
        self.refused("ValidationException", client.list_regions, MaxResults=51)

    def test_seventeen_regions_are_enabled_by_default(self):
        regions = self.client("account").list_regions(MaxResults=50, RegionOptStatusContains=["ENABLED_BY_DEFAULT"])
        self.assertEqual(len(regions["Regions"]), 17)

    def test_a_region_that_is_off_knows_no_keys(self):
        self.refused("UnrecognizedClientException", self.client("cloudtrail", "ap-east-1").describe_trails)
        self.refused("InvalidClientTokenId", self.client("sns", "ap-east-1").list_topics)
        self.settings(regions={"ap-east-1": "ENABLED"})
        self.client("sns", "ap-east-1").list_topics()

    def test_a_denied_region_denies_in_each_services_form(self):
        self.settings(denied_regions=["eu-west-1"])
        denied = {
            "cloudtrail": ("AccessDeniedException", "describe_trails", 400),
            "sns": ("AuthorizationError", "list_topics", 403),
            "sqs": ("AccessDenied", "list_queues", 403),
            "s3": ("AccessDenied", "list_buckets", 403),
        }
        for service, (code, operation, status) in denied.items():
            answer = self.refused(code, getattr(self.client(service, "eu-west-1"), operation))
            self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], status)
            self.assertIn("is not authorized to perform", answer["Error"]["Message"])
            getattr(self.client(service, "us-east-1"), operation)()

    def test_denied_operations(self):
        self.settings(denied_operations=["account:ListRegions", "sns:CreateTopic", "s3:ListBucket"])
        self.refused("AccessDeniedException", self.client("account").list_regions)
        self.refused("AuthorizationError", self.client("sns").create_topic, Name="t")
        self.refused("403", self.client("s3").head_bucket, Bucket=self.bucket)
        self.client("sns").list_topics()


class Records(Case):
    def test_parameters_are_recorded_under_awss_names(self):
        self.client("s3", "eu-west-1").create_bucket(
            Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        s3 = self.client("s3", "eu-west-1")
        block = {
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": False,
        }
        s3.put_public_access_block(
            Bucket=self.bucket, PublicAccessBlockConfiguration=block, ExpectedBucketOwner=self.account
        )
        self.client("sns").create_topic(Name="t", Attributes={"DisplayName": "d"}, Tags=[{"Key": "k", "Value": "v"}])
        self.client("sqs").create_queue(QueueName="q", Attributes={"VisibilityTimeout": "9"}, tags={"k": "v"})
        self.refused(
            "S3BucketDoesNotExistException",
            self.client("cloudtrail").create_trail,
            Name="trail",
            S3BucketName="none",
            IsMultiRegionTrail=True,
        )
        records = self.requests()
        self.assertEqual(
            [(r["service"], r["operation"], r["region"], r["status"], r["error"]) for r in records],
            [
                ("s3", "CreateBucket", "eu-west-1", 200, None),
                ("s3", "PutPublicAccessBlock", "eu-west-1", 200, None),
                ("sns", "CreateTopic", "us-east-1", 200, None),
                ("sqs", "CreateQueue", "us-east-1", 200, None),
                ("cloudtrail", "CreateTrail", "us-east-1", 400, "S3BucketDoesNotExistException"),
            ],
        )
        self.assertEqual(
            [r["params"] for r in records],
            [
                {"Bucket": self.bucket, "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}},
                {"Bucket": self.bucket, "PublicAccessBlockConfiguration": block, "ExpectedBucketOwner": self.account},
                {"Name": "t", "Attributes": {"DisplayName": "d"}, "Tags": [{"Key": "k", "Value": "v"}]},
                {"QueueName": "q", "Attributes": {"VisibilityTimeout": "9"}, "tags": {"k": "v"}},
                {"Name": "trail", "S3BucketName": "none", "IsMultiRegionTrail": True},
            ],
        )
        self.assertTrue(all(r["mutating"] for r in records))
        self.assertIn("Botocore", records[0]["user_agent"])
        self.assertEqual([r["seq"] for r in records], [1, 2, 3, 4, 5])

    def test_the_target_of_the_rust_sdk_is_understood(self):
        def other_target(request, **_):
            request.headers["X-Amz-Target"] = "CloudTrail_20131101.DescribeTrails"

        client = self.client("cloudtrail")
        client.meta.events.register("before-send", other_target)
        client.describe_trails(trailNameList=["trail"])
        self.assertEqual(self.requests()[0]["params"], {"trailNameList": ["trail"]})

    def test_seeds_are_not_recorded_and_records_can_be_forgotten(self):
        self.seed("sns", "CreateTopic", "eu-west-1", Name="t")
        self.assertEqual(self.requests(), [])
        self.client("sns").list_topics()
        self.assertFalse(self.requests()[0]["mutating"])
        self.control("DELETE", "requests", account=self.account)
        self.assertEqual(self.requests(), [])

    def test_latency(self):
        self.settings(latency=0.3)
        begin = time.monotonic()
        self.client("sts").get_caller_identity()
        self.assertGreater(time.monotonic() - begin, 0.3)
