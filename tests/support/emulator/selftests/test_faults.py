"""Faults, and the parts of the control API that no other test needs."""

import threading
import time

from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from selftests.harness import Case


class Faults(Case):
    def topics(self):
        return list(self.snapshot()["sns"])

    def test_cut_before_does_no_work(self):
        self.faults({"action": "cut-before"})
        with self.assertRaises(ConnectionClosedError):
            self.client("sns").create_topic(Name="t")
        self.assertEqual(self.topics(), [])
        self.client("sns").create_topic(Name="t")
        self.assertEqual([(r["status"], r["fault"]) for r in self.requests()], [(None, "cut-before"), (200, None)])

    def test_cut_after_does_the_work(self):
        self.faults({"action": "cut-after", "match": {"operation": "CreateTopic"}})
        with self.assertRaises(ConnectionClosedError):
            self.client("sns").create_topic(Name="t")
        self.assertEqual(len(self.topics()), 1)

    def test_cut_within_does_the_work_and_half_of_the_answer(self):
        self.faults({"action": "cut-within", "match": {"operation": "CreateTopic"}})
        with self.assertRaises(ResponseParserError):
            self.client("sns").create_topic(Name="t")
        self.assertEqual(len(self.topics()), 1)
        self.assertEqual([(r["status"], r["fault"]) for r in self.requests()], [(200, "cut-within")])

    def test_an_error_after_the_work(self):
        self.faults({"action": "500-after", "match": {"operation": "CreateTopic"}})
        self.refused("InternalFailure", self.client("sns").create_topic, Name="t")
        self.assertEqual(len(self.topics()), 1)

    def test_conditional_writes(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket="conditions")
        put = {"Bucket": "conditions", "Key": "k", "Body": b"x"}
        self.faults({"action": "conflict", "match": {"operation": "PutObject"}})
        answer = self.refused("ConditionalRequestConflict", s3.put_object, IfNoneMatch="*", **put)
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 409)
        self.refused("NoSuchKey", s3.put_object, IfMatch="other", **put)
        tag = s3.put_object(IfNoneMatch="*", **put)["ETag"]
        self.refused("PreconditionFailed", s3.put_object, IfNoneMatch="*", **put)
        self.refused("PreconditionFailed", s3.put_object, IfMatch='"other"', **put)
        s3.put_object(IfMatch=tag, **put)

    def test_the_kth_mutation(self):
        self.client("sns").create_topic(Name="before")
        self.faults({"action": "500", "match": {"mutation": 2}})
        sns = self.client("sns")
        sns.create_topic(Name="one")
        sns.list_topics()
        self.refused("InternalFailure", sns.create_topic, Name="two")
        sns.create_topic(Name="two")
        self.assertEqual(self.control("GET", "mutations", account=self.account), {"count": 3})

    def test_matching_and_counting(self):
        self.faults(
            {"action": "503", "match": {"service": "sns", "region": "eu-west-1", "mutating": False}, "times": None}
        )
        self.client("sns").list_topics()
        self.client("sns", "eu-west-1").create_topic(Name="t")
        for _ in range(3):
            self.refused("ServiceUnavailable", self.client("sns", "eu-west-1").list_topics)

    def test_every_service_has_its_own_words(self):
        calls = {
            "s3": ("list_buckets", "InternalError", "SlowDown", "SlowDown", "AccessDenied"),
            "sns": ("list_topics", "InternalFailure", "ServiceUnavailable", "Throttling", "AuthorizationError"),
            "sqs": ("list_queues", "InternalFailure", "ServiceUnavailable", "RequestThrottled", "AccessDenied"),
            "sts": ("get_caller_identity", "InternalFailure", "ServiceUnavailable", "Throttling", "AccessDenied"),
            "cloudtrail": (
                "describe_trails",
                "InternalFailure",
                "ServiceUnavailable",
                "ThrottlingException",
                "AccessDeniedException",
            ),
            "account": (
                "list_regions",
                "InternalServerException",
                "ServiceUnavailable",
                "TooManyRequestsException",
                "AccessDeniedException",
            ),
            "iam": ("list_users", "ServiceFailure", "ServiceUnavailable", "Throttling", "AccessDenied"),
            "cloudwatch": ("list_metrics", "InternalServiceError", "ServiceUnavailable", "Throttling", "AccessDenied"),
            "organizations": (
                "list_accounts",
                "ServiceException",
                "ServiceUnavailable",
                "TooManyRequestsException",
                "AccessDeniedException",
            ),
            "logs": (
                "describe_log_groups",
                "InternalFailure",
                "ServiceUnavailableException",
                "ThrottlingException",
                "AccessDeniedException",
            ),
        }
        for service, (operation, *codes) in calls.items():
            for action, code in zip(("500", "503", "throttle", "deny"), codes, strict=True):
                self.faults({"action": action})
                answer = self.refused(code, getattr(self.client(service), operation))
                self.assertTrue(answer["ResponseMetadata"]["RequestId"], (service, action))
                self.assertEqual(self.requests()[-1]["error"], code)

    def test_faults_latency_and_denials_in_every_protocol(self):
        self.settings(latency=0.2)
        begin = time.monotonic()
        for service, operation, params in (
            ("iam", "create_user", {"UserName": "u"}),
            ("cloudwatch", "list_metrics", {}),
            ("organizations", "describe_organization", {}),
            ("logs", "create_log_group", {"logGroupName": "g"}),
        ):
            self.faults({"action": "cut-after", "match": {"service": service}})
            with self.assertRaises(ConnectionClosedError):
                getattr(self.client(service), operation)(**params)
        self.assertGreater(time.monotonic() - begin, 0.8)
        self.assertIn("u", self.snapshot()["iam"]["users"])
        self.assertIn("g", self.snapshot()["logs"]["us-east-1"])
        self.settings(latency=0, denied_operations=["iam:GetUser", "cloudwatch:ListMetrics", "logs:CreateLogGroup"])
        self.refused("AccessDeniedException", self.client("logs").create_log_group, logGroupName="h")
        self.refused("AccessDenied", self.client("iam").get_user, UserName="u")
        self.refused("AccessDenied", self.client("cloudwatch").list_metrics)

    def test_hang_waits_for_the_release(self):
        self.faults({"action": "hang"})
        done = []
        sns = self.client("sns")
        thread = threading.Thread(target=lambda: done.append(sns.create_topic(Name="t")))
        thread.start()
        self.assertEqual(self.control("GET", "hung", account=self.account, timeout=5), {"hung": True})
        self.assertEqual((done, len(self.topics())), ([], 1))
        self.control("POST", "release", {})
        thread.join(5)
        self.assertEqual(len(done), 1)
        self.assertEqual(self.control("GET", "hung", account=self.account, timeout=0), {"hung": False})

    def test_hang_ends_when_the_client_goes(self):
        self.faults({"action": "hang"})
        client = self.client("sns", read_timeout=0.2)
        with self.assertRaises(ReadTimeoutError):
            client.create_topic(Name="t")
        client.close()
        deadline = time.monotonic() + 5
        while self.control("GET", "hung", account=self.account, timeout=0)["hung"] and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertFalse(self.control("GET", "hung", account=self.account, timeout=0)["hung"])

    def test_unknown_faults_and_settings_are_mistakes(self):
        for path, body in (("faults", {"faults": [{"action": "explode"}]}), ("settings", {"colour": "red"})):
            with self.assertRaises(OSError):
                self.control("POST", path, body)


class Rates(Case):
    def test_calls_too_many_are_throttled(self):
        self.settings(rates={"logs:CreateLogGroup": 2, "cloudwatch:ListMetrics": 0})
        logs = self.client("logs")
        for name in ("a", "b"):
            logs.create_log_group(logGroupName=name)
        self.refused("ThrottlingException", logs.create_log_group, logGroupName="c")
        self.refused("Throttling", self.client("cloudwatch").list_metrics)
        self.client("logs", "eu-west-1").create_log_group(logGroupName="c")
        logs.describe_log_groups()
        time.sleep(1)
        logs.create_log_group(logGroupName="c")


class Control(Case):
    def test_reset_forgets_all_but_the_resources(self):
        self.settings(latency=0.1, denied_operations=["sns:ListTopics"])
        self.faults({"action": "500", "times": None})
        self.refused("InternalFailure", self.client("sns").list_topics)
        self.seed("sns", "CreateTopic", Name="t")
        self.control("POST", "reset", {})
        self.assertEqual(self.requests(), [])
        self.assertEqual(len(self.client("sns").list_topics()["Topics"]), 1)

    def test_seeds_know_no_rules(self):
        self.faults({"action": "500", "times": None})
        self.settings(denied_regions=["us-east-1"], latency=5)
        self.seed("s3", "CreateBucket", Bucket=self.bucket)
        begin = time.monotonic()
        for number in range(6):
            self.seed("cloudtrail", "CreateTrail", Name=f"trail{number}", S3BucketName=self.bucket)
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(len(self.snapshot()["cloudtrail"]["us-east-1"]), 6)

    def test_snapshots_of_equal_accounts_are_equal(self):
        self.furnish()
        self.topic()
        first = self.snapshot()
        self.assertEqual(first, self.snapshot())
        services = "athena cloudtrail cloudwatch event_source_mappings events firehose flow_logs glue guardduty iam kinesis"
        others = "lambda log_destinations log_resource_policies logs opensearch s3 secretsmanager sns sqs"
        self.assertEqual(sorted(first), [*services.split(), *others.split()])
        self.seed("sns", "CreateTopic", "eu-west-1", Name="t")
        self.assertNotEqual(first, self.snapshot())
