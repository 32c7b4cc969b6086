"""Who may call what: accounts, signatures, regions, denials, and how requests are recorded."""

import time

import botocore.config
import botocore.session
from botocore import UNSIGNED

from selftests.harness import Case, _session, identity_policy, port


class Identity(Case):
    def test_the_key_names_the_account(self):
        identity = self.client("sts").get_caller_identity()
        self.assertEqual(identity["Account"], self.account)
        self.assertEqual(identity["Arn"], f"arn:aws:iam::{self.account}:user/tester")

    def test_keys_are_known_in_the_partition_of_their_account(self):
        self.refused("InvalidClientTokenId", self.client("sts", "cn-north-1").get_caller_identity)
        self.settings(partition="aws-cn")
        self.refused("InvalidClientTokenId", self.client("sts").get_caller_identity)
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

    def test_ec2_describes_the_same_regions(self):
        self.settings(regions={"us-east-1": "ENABLED_BY_DEFAULT", "ap-east-1": "ENABLED", "me-south-1": "DISABLED"})
        ec2 = self.client("ec2")
        regions = {r["RegionName"]: r["OptInStatus"] for r in ec2.describe_regions()["Regions"]}
        self.assertEqual(regions, {"us-east-1": "opt-in-not-required", "ap-east-1": "opted-in"})
        regions = ec2.describe_regions(AllRegions=True, RegionNames=["us-east-1", "me-south-1"])["Regions"]
        self.assertEqual([r["OptInStatus"] for r in regions], ["not-opted-in", "opt-in-not-required"])

    def test_a_region_that_is_off_knows_no_keys(self):
        self.refused("UnrecognizedClientException", self.client("cloudtrail", "ap-east-1").describe_trails)
        self.refused("InvalidClientTokenId", self.client("sns", "ap-east-1").list_topics)
        self.settings(regions={"ap-east-1": "ENABLED"})
        self.client("sns", "ap-east-1").list_topics()

    def test_a_session_can_be_refused_in_some_regions(self):
        self.settings(token_refused_regions=["eu-west-1"])
        for service, code, operation in [
            ("cloudtrail", "UnrecognizedClientException", "describe_trails"),
            ("sns", "InvalidClientTokenId", "list_topics"),
        ]:
            self.refused(code, getattr(self.client(service, "eu-west-1"), operation))
            getattr(self.client(service, "us-east-1"), operation)()
        self.client("sts", "eu-west-1").get_caller_identity()

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


class Lacks(Case):
    def test_what_moto_lacks_is_said_in_the_services_form(self):
        for service, operation, params in (
            ("cloudwatch", "describe_anomaly_detectors", {}),
            ("logs", "list_log_groups_for_query", {"queryId": "x"}),
            ("iam", "get_organizations_access_report", {"JobId": "x" * 36}),
        ):
            answer = self.refused("NotImplemented", getattr(self.client(service), operation), **params)
            self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 501)
            self.assertEqual(self.requests()[-1]["error"], "NotImplemented")

    def test_iam_looks_into_no_organization(self):
        self.refused("ServiceAccessNotEnabledException", self.client("iam").list_organizations_features)


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


class Policies(Case):
    """A user's own key may only do what the user's policies allow."""

    def test_nothing_is_allowed_by_default(self):
        key = self.reader()
        arn = f"arn:aws:iam::{self.account}:user/reader"
        self.assertEqual(self.client("sts", key=key).get_caller_identity()["Arn"], arn)
        denied = {
            "account": ("AccessDeniedException", "list_regions", 403),
            "cloudtrail": ("AccessDeniedException", "describe_trails", 400),
            "cloudwatch": ("AccessDenied", "list_metrics", 403),
            "iam": ("AccessDenied", "list_users", 403),
            "logs": ("AccessDeniedException", "describe_log_groups", 400),
            "organizations": ("AccessDeniedException", "list_accounts", 400),
            "s3": ("AccessDenied", "list_buckets", 403),
            "sns": ("AuthorizationError", "list_topics", 403),
            "sqs": ("AccessDenied", "list_queues", 403),
        }
        for service, (code, operation, status) in denied.items():
            answer = self.refused(code, getattr(self.client(service, key=key), operation))
            self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], status)
            self.assertIn(f"User: {arn} is not authorized to perform: {service}:", answer["Error"]["Message"])
        self.assertEqual({r["account"] for r in self.requests()}, {self.account})

    def test_keys_that_are_of_no_use(self):
        codes = {
            "sts": ("InvalidClientTokenId", "get_caller_identity"),
            "iam": ("InvalidClientTokenId", "list_users"),
            "sqs": ("InvalidClientTokenId", "list_queues"),
            "sns": ("InvalidClientTokenId", "list_topics"),
            "cloudwatch": ("InvalidClientTokenId", "list_metrics"),
            "s3": ("InvalidAccessKeyId", "list_buckets"),
            "cloudtrail": ("UnrecognizedClientException", "describe_trails"),
            "organizations": ("UnrecognizedClientException", "list_accounts"),
            "account": ("UnrecognizedClientException", "list_regions"),
            "logs": ("UnrecognizedClientException", "describe_log_groups"),
        }

        def of_no_use(key):
            for service, (code, operation) in codes.items():
                self.refused(code, getattr(self.client(service, key=key), operation))

        of_no_use({"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "secret"})
        key, iam = self.reader(("*", "*")), self.client("iam")
        self.client("sqs", key=key).list_queues()
        iam.update_access_key(UserName="reader", AccessKeyId=key["AccessKeyId"], Status="Inactive")
        of_no_use(key)
        iam.update_access_key(UserName="reader", AccessKeyId=key["AccessKeyId"], Status="Active")
        self.client("sqs", key=key).list_queues()
        iam.delete_access_key(UserName="reader", AccessKeyId=key["AccessKeyId"])
        of_no_use(key)
        self.assertEqual(self.requests()[-1]["account"], self.account)

    def test_a_new_key_takes_time_to_be_known(self):
        self.settings(key_delay=1.5)
        key = self.reader()
        self.refused("InvalidClientTokenId", self.client("sts", key=key).get_caller_identity)
        time.sleep(1.5)
        self.client("sts", key=key).get_caller_identity()

    def test_queues(self):
        url = self.client("sqs").create_queue(QueueName="q")["QueueUrl"]
        self.client("sqs").create_queue(QueueName="other")
        sqs = self.client(
            "sqs", key=self.reader((["sqs:Get*", "sqs:Rec?iveMessage"], f"arn:aws:sqs:*:{self.account}:q"))
        )
        sqs.get_queue_url(QueueName="q")
        sqs.receive_message(QueueUrl=url)
        self.refused("AccessDenied", sqs.get_queue_url, QueueName="other")
        self.refused("AccessDenied", sqs.delete_message, QueueUrl=url, ReceiptHandle="x")
        batch = [{"Id": "1", "ReceiptHandle": "x", "VisibilityTimeout": 0}]
        answer = self.refused("AccessDenied", sqs.change_message_visibility_batch, QueueUrl=url, Entries=batch)
        self.assertIn("sqs:ChangeMessageVisibility on resource: arn:aws:sqs:us-east-1:", answer["Error"]["Message"])

    def test_buckets_and_objects(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket=self.bucket)
        s3.put_object(Bucket=self.bucket, Key="AWSLogs/log", Body=b"body")
        s3.put_object(Bucket=self.bucket, Key="other", Body=b"body")
        arn = f"arn:aws:s3:::{self.bucket}"
        read = ("s3:GetObject", f"{arn}/AWSLogs/*")
        one = self.client("s3", key=self.reader(read, name="one"))
        one.head_object(Bucket=self.bucket, Key="AWSLogs/log")
        self.assertEqual(one.get_object(Bucket=self.bucket, Key="AWSLogs/log")["Body"].read(), b"body")
        self.refused("AccessDenied", one.get_object, Bucket=self.bucket, Key="other")
        self.refused("403", one.head_bucket, Bucket=self.bucket)
        self.refused("AccessDenied", one.list_objects_v2, Bucket=self.bucket)
        # Without the right to list, a missing object must not be told from a forbidden one.
        self.refused("AccessDenied", one.get_object, Bucket=self.bucket, Key="AWSLogs/none")
        self.refused("403", one.head_object, Bucket=self.bucket, Key="AWSLogs/none")
        answer = self.refused("AccessDenied", one.get_object, Bucket=self.bucket, Key="AWSLogs/log", VersionId="null")
        self.assertIn("s3:GetObjectVersion", answer["Error"]["Message"])
        two = self.client("s3", key=self.reader(read, ("s3:ListBucket", arn), name="two"))
        two.head_bucket(Bucket=self.bucket)
        self.assertEqual(two.list_objects_v2(Bucket=self.bucket)["KeyCount"], 2)
        self.refused("NoSuchKey", two.get_object, Bucket=self.bucket, Key="AWSLogs/none")
        self.refused("404", two.head_object, Bucket=self.bucket, Key="AWSLogs/none")

    def test_a_bucket_elsewhere_is_pointed_to_before_anybody_is_refused(self):
        place = {"LocationConstraint": "eu-west-1"}
        self.client("s3", "eu-west-1").create_bucket(Bucket=self.bucket, CreateBucketConfiguration=place)
        self.refused("403", self.client("s3", key=self.reader()).head_bucket, Bucket=self.bucket)
        records = [(r["region"], r["status"]) for r in self.requests() if r["operation"] == "HeadBucket"]
        self.assertEqual(records, [("us-east-1", 301), ("eu-west-1", 403)])

    def test_what_is_encrypted_with_a_key_of_ones_own_takes_the_key(self):
        key = f"arn:aws:kms:us-east-1:{self.account}:key/00000000-0000-0000-0000-000000000000"
        self.client("s3").create_bucket(Bucket=self.bucket)
        self.client("s3").put_object(
            Bucket=self.bucket, Key="k", Body=b"body", ServerSideEncryption="aws:kms", SSEKMSKeyId=key
        )
        url = self.client("sqs").create_queue(QueueName="q", Attributes={"KmsMasterKeyId": key})["QueueUrl"]
        rights = [("s3:GetObject", "*"), ("sqs:ReceiveMessage", "*")]
        one = self.reader(*rights, name="one")
        self.client("s3", key=one).head_object(Bucket=self.bucket, Key="k")
        self.refused("AccessDenied", self.client("s3", key=one).get_object, Bucket=self.bucket, Key="k")
        self.refused("KMS.AccessDeniedException", self.client("sqs", key=one).receive_message, QueueUrl=url)
        two = self.reader(*rights, ("kms:Decrypt", key), name="two")
        self.client("s3", key=two).get_object(Bucket=self.bucket, Key="k")
        self.client("sqs", key=two).receive_message(QueueUrl=url)
        through_s3 = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
        decrypt = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key, "Condition": through_s3}
        three = self.reader(*rights, decrypt, name="three")
        self.client("s3", key=three).get_object(Bucket=self.bucket, Key="k")
        self.refused("KMS.AccessDeniedException", self.client("sqs", key=three).receive_message, QueueUrl=url)

    def test_a_deny_wins_and_conditions_count(self):
        deny = {"Effect": "Deny", "Action": "sns:ListTopics", "Resource": "*"}
        here = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
        unknown = {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}}
        allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        key = self.reader(allow, deny, {**deny, "Action": "sqs:ListQueues", "Condition": here}, name="one")
        self.assertIn("explicit deny", str(self.refused("AuthorizationError", self.client("sns", key=key).list_topics)))
        self.client("sqs", "eu-west-1", key=key).list_queues()
        self.refused("AccessDenied", self.client("sqs", key=key).list_queues)
        key = self.reader({**allow, "Condition": unknown}, name="two")
        self.refused("AccessDenied", self.client("sqs", key=key).list_queues)

    def test_policies_of_groups_and_managed_policies_count(self):
        key, iam = self.reader(), self.client("iam")
        iam.attach_user_policy(UserName="reader", PolicyArn="arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess")
        self.client("sqs", key=key).list_queues()
        self.refused("AuthorizationError", self.client("sns", key=key).list_topics)
        iam.create_group(GroupName="g")
        iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=identity_policy(("sns:ListTopics", "*")))
        iam.add_user_to_group(GroupName="g", UserName="reader")
        self.client("sns", key=key).list_topics()

    def test_what_is_made_with_tags_needs_a_further_permission(self):
        key = self.reader(("sns:CreateTopic", "*"), ("iam:CreateUser", f"arn:aws:iam::{self.account}:user/apps/*"))
        sns, iam = self.client("sns", key=key), self.client("iam", key=key)
        sns.create_topic(Name="t")
        tags = [{"Key": "k", "Value": "v"}]
        self.assertIn("sns:TagResource", str(self.refused("AuthorizationError", sns.create_topic, Name="u", Tags=tags)))
        iam.create_user(UserName="u", Path="/apps/")
        self.refused("AccessDenied", iam.create_user, UserName="v")
        self.refused("AccessDenied", iam.create_user, UserName="v", Path="/apps/", Tags=tags)
        self.settings(denied_operations=["iam:TagUser"])
        self.client("iam").create_user(UserName="w")
        self.refused("AccessDenied", self.client("iam").create_user, UserName="x", Tags=tags)
