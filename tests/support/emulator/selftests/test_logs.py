"""CloudWatch Logs: groups, their keys and tags, and the metric filters on them."""

import json
import threading

from botocore.exceptions import ClientError

from selftests.harness import Case, identity_policy

METRIC = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}


class Groups(Case):
    def setUp(self):
        super().setUp()
        self.logs = self.client("logs")
        self.arn = f"arn:aws:logs:us-east-1:{self.account}:log-group:trail"

    def names(self, region="us-east-1", **params):
        groups = self.client("logs", region).describe_log_groups(**params)
        return [group["logGroupName"] for group in groups["logGroups"]]

    def key(self, *principals, **params):
        """The ARN of a KMS key that these principals may use."""
        policy = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
        statements = [{**policy, "Principal": principal} for principal in principals]
        text = json.dumps({"Version": "2012-10-17", "Statement": statements})
        return self.seed("kms", "CreateKey", Policy=text, **params)["KeyMetadata"]["Arn"]

    def test_a_group_as_it_is_made(self):
        self.logs.create_log_group(logGroupName="trail", tags={"k": "v"})
        self.logs.put_retention_policy(logGroupName="trail", retentionInDays=365)
        group = self.logs.describe_log_groups()["logGroups"][0]
        self.assertEqual((group["arn"], group["logGroupArn"]), (f"{self.arn}:*", self.arn))
        self.assertEqual((group["retentionInDays"], group["metricFilterCount"]), (365, 0))
        self.assertNotIn("kmsKeyId", group)
        self.refused("ResourceAlreadyExistsException", self.logs.create_log_group, logGroupName="trail")
        self.assertEqual(self.names("eu-west-1"), [])
        self.logs.delete_retention_policy(logGroupName="trail")
        self.assertNotIn("retentionInDays", self.logs.describe_log_groups()["logGroups"][0])
        self.logs.delete_log_group(logGroupName="trail")
        self.refused("ResourceNotFoundException", self.logs.delete_log_group, logGroupName="trail")

    def test_names(self):
        for name in ("a b", "a:b", "ü", "x" * 513, "aws/lambda"):
            self.refused("InvalidParameterException", self.logs.create_log_group, logGroupName=name)
        self.logs.create_log_group(logGroupName="/aws/cloudtrail_#1.a-b")

    def test_retention(self):
        self.logs.create_log_group(logGroupName="trail")
        for days in (0, 2, 366, -1):
            retention = {"logGroupName": "trail", "retentionInDays": days}
            self.refused("InvalidParameterException", self.logs.put_retention_policy, **retention)
        self.refused("ResourceNotFoundException", self.logs.put_retention_policy, logGroupName="no", retentionInDays=1)

    def test_lists_have_an_order_prefixes_and_pages(self):
        for name in ("c", "a-2", "b", "a-1"):
            self.logs.create_log_group(logGroupName=name)
        self.assertEqual(self.names(), ["a-1", "a-2", "b", "c"])
        self.assertEqual(self.names(logGroupNamePrefix="a-"), ["a-1", "a-2"])
        self.assertEqual(self.names(logGroupNamePattern="-2"), ["a-2"])
        self.assertEqual(self.names(logGroupIdentifiers=["b"]), ["b"])
        self.settings(logs_page=3)
        first = self.logs.describe_log_groups()
        second = self.logs.describe_log_groups(nextToken=first["nextToken"])
        self.assertEqual((len(first["logGroups"]), len(second["logGroups"])), (3, 1))
        self.assertNotIn("nextToken", second)
        for params in ({"limit": 51}, {"nextToken": "x"}, {"logGroupNamePrefix": "a", "logGroupNamePattern": "a"}):
            self.refused("InvalidParameterException", self.logs.describe_log_groups, **params)

    def test_tags(self):
        self.logs.create_log_group(logGroupName="trail", tags={"a": "1"})
        self.logs.tag_resource(resourceArn=self.arn, tags={"b": "2"})
        self.assertEqual(self.logs.list_tags_for_resource(resourceArn=self.arn)["tags"], {"a": "1", "b": "2"})
        self.logs.untag_resource(resourceArn=self.arn, tagKeys=["a"])
        self.assertEqual(self.logs.list_tags_log_group(logGroupName="trail")["tags"], {"b": "2"})
        missing = self.arn + "-2"
        self.refused("ResourceNotFoundException", self.logs.list_tags_for_resource, resourceArn=missing)
        self.refused("ResourceNotFoundException", self.logs.tag_resource, resourceArn=missing, tags={"a": "1"})
        self.refused("InvalidParameterException", self.logs.list_tags_for_resource, resourceArn=f"{self.arn}:*")
        self.refused("InvalidParameterException", self.logs.tag_resource, resourceArn=self.arn, tags={"a!": "1"})
        self.refused("InvalidParameterException", self.logs.tag_resource, resourceArn=self.arn, tags={"aws:a": "1"})
        many = {f"k{number}": "v" for number in range(50)}
        self.refused("TooManyTagsException", self.logs.tag_resource, resourceArn=self.arn, tags=many)
        self.logs.delete_log_group(logGroupName="trail")
        self.logs.create_log_group(logGroupName="trail")
        self.assertEqual(self.logs.list_tags_for_resource(resourceArn=self.arn)["tags"], {})

    def test_keys(self):
        service = {"Service": "logs.us-east-1.amazonaws.com"}
        good, closed = self.key(service), self.key({"AWS": f"arn:aws:iam::{self.account}:root"})
        elsewhere = self.key({"Service": "logs.eu-west-1.amazonaws.com"})
        for key in (closed, elsewhere):
            answer = self.refused(
                "AccessDeniedException", self.logs.create_log_group, logGroupName="trail", kmsKeyId=key
            )
            self.assertIn(f"not allowed to be used with Arn '{self.arn}'", answer["Error"]["Message"])
        disabled = self.key(service)
        self.seed("kms", "DisableKey", KeyId=disabled.split("/")[1])
        for key in (disabled, self.key(service, KeySpec="RSA_2048"), "alias/mine", good.replace("us-", "eu-")):
            self.refused("InvalidParameterException", self.logs.create_log_group, logGroupName="trail", kmsKeyId=key)
        self.logs.create_log_group(logGroupName="trail", kmsKeyId=good)
        self.assertEqual(self.logs.describe_log_groups()["logGroups"][0]["kmsKeyId"], good)
        self.refused("AccessDeniedException", self.logs.associate_kms_key, logGroupName="trail", kmsKeyId=closed)
        self.refused("ResourceNotFoundException", self.logs.associate_kms_key, logGroupName="no", kmsKeyId=good)
        self.logs.disassociate_kms_key(logGroupName="trail")
        self.assertNotIn("kmsKeyId", self.logs.describe_log_groups()["logGroups"][0])
        self.logs.associate_kms_key(resourceIdentifier=self.arn, kmsKeyId=good)
        self.assertEqual(self.logs.describe_log_groups()["logGroups"][0]["kmsKeyId"], good)

    def test_a_key_nobody_made_is_believed(self):
        key = f"arn:aws:kms:us-east-1:{self.account}:key/00000000-0000-0000-0000-000000000000"
        self.logs.create_log_group(logGroupName="trail", kmsKeyId=key)
        self.assertEqual(self.logs.describe_log_groups()["logGroups"][0]["kmsKeyId"], key)


class Filters(Case):
    def setUp(self):
        super().setUp()
        self.logs = self.client("logs")
        self.seed("logs", "CreateLogGroup", logGroupName="trail")

    def put(self, name="f", pattern="{ $.eventName = ConsoleLogin }", group="trail", **metric):
        metric = [{**METRIC, **metric}]
        self.logs.put_metric_filter(
            logGroupName=group, filterName=name, filterPattern=pattern, metricTransformations=metric
        )

    def names(self, **params):
        return [f["filterName"] for f in self.logs.describe_metric_filters(**params)["metricFilters"]]

    def test_concurrent_changes_of_one_groups_filters_conflict(self):
        self.seed("logs", "CreateLogGroup", logGroupName="other")
        self.put("old")
        self.settings(filter_conflict=True, latency=0.3)
        answers = []

        def answered(change, *given, **params):
            try:
                change(*given, **params)
                answers.append(None)
            except ClientError as error:
                answer = error.response
                answers.append((answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]))

        def at_once(*changes):
            answers.clear()
            threads = [threading.Thread(target=answered, args=change[:-1], kwargs=change[-1]) for change in changes]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return sorted(answers, key=str)

        aborted = ("OperationAbortedException", 400)
        delete = self.client("logs").delete_metric_filter
        changes = (self.put, "new", {}), (delete, {"logGroupName": "trail", "filterName": "old"})
        self.assertEqual(at_once(*changes), [aborted, None])
        # What has ended hinders nobody, nor does what is done to another group.
        self.put("new")
        self.assertEqual(at_once((self.put, "a", {}), (self.put, "a", {"group": "other"})), [None, None])

    def test_a_filter_is_replaced_by_its_name(self):
        self.put(unit="Count", defaultValue=0)
        found = self.logs.describe_metric_filters(logGroupName="trail")["metricFilters"][0]
        self.assertIn("creationTime", found)
        self.assertFalse(found["applyOnTransformedLogs"])
        self.assertEqual(found["metricTransformations"], [{**METRIC, "unit": "Count", "defaultValue": 0}])
        self.put(pattern="ERROR", metricValue="2")
        found = self.logs.describe_metric_filters(logGroupName="trail")["metricFilters"]
        self.assertEqual(
            [(f["filterPattern"], f["metricTransformations"]) for f in found],
            [
                ("ERROR", [{**METRIC, "metricValue": "2"}]),
            ],
        )
        self.assertEqual(self.logs.describe_log_groups()["logGroups"][0]["metricFilterCount"], 1)
        self.logs.delete_metric_filter(logGroupName="trail", filterName="f")
        self.assertEqual(self.names(), [])

    def test_system_fields_are_kept_until_a_filter_is_replaced_without_them(self):
        fields = {
            "fieldSelectionCriteria": '@aws.region = "us-east-1"',
            "emitSystemFieldDimensions": ["@aws.region"],
            "applyOnTransformedLogs": True,
        }
        filter_ = {"logGroupName": "trail", "filterName": "f", "filterPattern": "", "metricTransformations": [METRIC]}
        self.logs.put_metric_filter(**filter_, **fields)
        found = self.logs.describe_metric_filters(logGroupName="trail")["metricFilters"][0]
        self.assertEqual({field: found.get(field) for field in fields}, fields)
        self.logs.put_metric_filter(**filter_)
        found = self.logs.describe_metric_filters(logGroupName="trail")["metricFilters"][0]
        self.assertEqual([field for field in fields if found.get(field)], [])
        unknown = {**fields, "emitSystemFieldDimensions": ["@aws.other"]}
        self.refused("InvalidParameterException", self.logs.put_metric_filter, **filter_, **unknown)

    def test_seeds_replace_too(self):
        filter_ = {"logGroupName": "trail", "filterName": "f", "metricTransformations": [METRIC]}
        for pattern in ("one", "{ nonsense"):
            self.seed("logs", "PutMetricFilter", filterPattern=pattern, **filter_)
        self.assertEqual(self.logs.describe_metric_filters()["metricFilters"][0]["filterPattern"], "{ nonsense")

    def test_what_is_not_there(self):
        self.refused("ResourceNotFoundException", self.put, group="none")
        self.refused("ResourceNotFoundException", self.logs.describe_metric_filters, logGroupName="none")
        for group in ("trail", "none"):
            missing = {"logGroupName": group, "filterName": "f"}
            self.refused("ResourceNotFoundException", self.logs.delete_metric_filter, **missing)

    def test_only_the_standard_class_knows_filters(self):
        self.settings(log_group_classes={"trail": "INFREQUENT_ACCESS"})
        [group] = self.logs.describe_log_groups()["logGroups"]
        self.assertEqual(group["logGroupClass"], "INFREQUENT_ACCESS")
        self.refused("InvalidOperationException", self.put)

    def test_filters_go_with_their_group(self):
        self.put()
        self.logs.delete_log_group(logGroupName="trail")
        self.seed("logs", "CreateLogGroup", logGroupName="trail")
        self.assertEqual(self.names(), [])

    def test_names_patterns_and_metrics(self):
        code = "InvalidParameterException"
        for name in ("a:b", "a*", "x" * 513):
            self.refused(code, self.put, name=name)
        for pattern in ("{ $.a = 1", "{ ($.a = 1 }", '"', "x" * 1025, "a-b"):
            self.refused(code, self.put, pattern=pattern)
        for metric in (
            {"metricName": "a:b"},
            {"metricName": "x" * 256},
            {"metricNamespace": "a$"},
            {"metricNamespace": ""},
            {"metricValue": "one"},
            {"metricValue": "1" * 101},
            {"unit": "Furlongs"},
            {"dimensions": {"d": "$.a"}, "defaultValue": 0},
            {"dimensions": {"d": "fixed"}},
            {"dimensions": {str(number): "$.a" for number in range(4)}},
        ):
            self.refused(code, self.put, **metric)
        self.refused(code, self.put, pattern="ERROR", dimensions={"d": "$.a"})
        self.put("no metric less", dimensions={"d": "$.a"}, metricValue="$.latency")
        self.put("number", pattern="x" * 1024, metricValue="-1.5")
        none = {"logGroupName": "trail", "filterName": "f", "filterPattern": "", "metricTransformations": []}
        self.refused(code, self.client("logs", parameter_validation=False).put_metric_filter, **none)

    def test_a_hundred_filters_a_group(self):
        for number in range(100):
            self.put(f"f{number}")
        self.refused("LimitExceededException", self.put, name="one more")
        self.put("f7", pattern="ERROR")
        self.seed("logs", "CreateLogGroup", logGroupName="other")
        self.put("one more", group="other")

    def test_lists_have_an_order_filters_and_pages(self):
        self.seed("logs", "CreateLogGroup", logGroupName="other")
        for name, group in (("c", "trail"), ("a-2", "trail"), ("b", "other"), ("a-1", "other")):
            self.put(name, group=group, metricName=name)
        self.assertEqual(self.names(), ["a-1", "a-2", "b", "c"])
        self.assertEqual(self.names(logGroupName="trail"), ["a-2", "c"])
        self.assertEqual(self.names(logGroupName="trail", filterNamePrefix="a"), ["a-2"])
        # Without a group a prefix does not count.
        self.assertEqual(len(self.names(filterNamePrefix="a")), 4)
        self.assertEqual(self.names(metricName="b", metricNamespace="n"), ["b"])
        self.refused("InvalidParameterException", self.logs.describe_metric_filters, metricName="b")
        self.settings(logs_page=3)
        first = self.logs.describe_metric_filters()
        second = self.logs.describe_metric_filters(nextToken=first["nextToken"])
        self.assertEqual((len(first["metricFilters"]), len(second["metricFilters"])), (3, 1))

    def test_testing_a_pattern(self):
        events = [json.dumps({"eventName": name}) for name in ("ConsoleLogin", "AssumeRole")] + ["no JSON"]
        answer = self.logs.test_metric_filter(filterPattern="{ $.eventName = Console* }", logEventMessages=events)
        match = {
            "eventNumber": 1,
            "eventMessage": events[0],
            "extractedValues": {},
        }
        self.assertEqual(answer["matches"], [match])
        test = self.logs.test_metric_filter
        self.assertEqual(len(test(filterPattern="", logEventMessages=events)["matches"]), 3)
        self.refused("InvalidParameterException", test, filterPattern="{", logEventMessages=events)
        self.refused("NotImplemented", test, filterPattern="[a, b]", logEventMessages=events)
        self.refused("InvalidParameterException", test, filterPattern="", logEventMessages=events * 17)
        seed = {"filterPattern": "{ $.eventName = Console* }", "logEventMessages": events}
        self.assertEqual(self.seed("logs", "TestMetricFilter", **seed), {"matches": [match]})


class Snapshot(Case):
    def test_it_says_what_lasts(self):
        logs = self.client("logs", "eu-west-1")
        logs.create_log_group(logGroupName="trail", tags={"k": "v"})
        metric = {"logGroupName": "trail", "filterName": "f", "filterPattern": "x", "metricTransformations": [METRIC]}
        logs.put_metric_filter(**metric)
        taken = {
            "eu-west-1": {
                "trail": {
                    "retention": None,
                    "kms_key": None,
                    "tags": {"k": "v"},
                    "metric_filters": {"f": {"pattern": "x", "transformations": [METRIC]}},
                }
            }
        }
        self.assertEqual(self.snapshot()["logs"], taken)
        logs.put_metric_filter(**metric)
        self.client("logs").describe_log_groups()
        self.assertEqual(self.snapshot()["logs"], taken)
        logs.put_retention_policy(logGroupName="trail", retentionInDays=365)
        self.assertEqual(self.snapshot()["logs"]["eu-west-1"]["trail"]["retention"], 365)


class Access(Case):
    def test_records(self):
        logs = self.client("logs", "eu-west-1")
        logs.create_log_group(logGroupName="trail", tags={"k": "v"})
        self.refused("ResourceNotFoundException", logs.delete_metric_filter, logGroupName="trail", filterName="f")
        logs.test_metric_filter(filterPattern="", logEventMessages=["x"])
        self.assertEqual(
            [(r["service"], r["operation"], r["region"], r["mutating"], r["error"]) for r in self.requests()],
            [
                ("logs", "CreateLogGroup", "eu-west-1", True, None),
                ("logs", "DeleteMetricFilter", "eu-west-1", True, "ResourceNotFoundException"),
                ("logs", "TestMetricFilter", "eu-west-1", False, None),
            ],
        )
        self.assertEqual(self.requests()[0]["params"], {"logGroupName": "trail", "tags": {"k": "v"}})

    def test_denials(self):
        self.settings(denied_operations=["logs:TagResource", "logs:PutMetricFilter"])
        logs = self.client("logs")
        self.refused("AccessDeniedException", logs.create_log_group, logGroupName="g", tags={"k": "v"})
        logs.create_log_group(logGroupName="g")
        self.refused(
            "AccessDeniedException",
            logs.put_metric_filter,
            logGroupName="g",
            filterName="f",
            filterPattern="",
            metricTransformations=[METRIC],
        )

    def test_what_a_policy_names(self):
        """All operations but those of tags ask for what is below the group."""
        group = f"arn:aws:logs:us-east-1:{self.account}:log-group:g"
        key = self.reader(
            (["logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:DescribeMetricFilters"], f"{group}:*"),
            (["logs:DeleteLogGroup", "logs:ListTagsForResource", "logs:DescribeLogGroups"], group),
            ("logs:TestMetricFilter", "*"),
        )
        logs = self.client("logs", key=key)
        logs.create_log_group(logGroupName="g")
        logs.put_retention_policy(logGroupName="g", retentionInDays=1)
        logs.describe_metric_filters(logGroupName="g")
        logs.list_tags_for_resource(resourceArn=group)
        logs.test_metric_filter(filterPattern="", logEventMessages=["x"])
        for operation, params in (
            ("create_log_group", {"logGroupName": "g", "tags": {"k": "v"}}),
            ("create_log_group", {"logGroupName": "other"}),
            ("delete_log_group", {"logGroupName": "g"}),
            ("describe_log_groups", {"logGroupNamePrefix": "g"}),
            ("describe_metric_filters", {}),
        ):
            self.refused("AccessDeniedException", getattr(logs, operation), **params)
        everywhere = f"arn:aws:logs:us-east-1:{self.account}:log-group:*"
        text = identity_policy((["logs:DescribeLogGroups", "logs:DescribeMetricFilters"], everywhere))
        self.client("iam").put_user_policy(UserName="reader", PolicyName="all", PolicyDocument=text)
        logs.describe_log_groups(logGroupNamePrefix="g")
        logs.describe_metric_filters()
