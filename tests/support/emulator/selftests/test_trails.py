"""CloudTrail: what a trail needs, where it may be changed, and how it is shown."""

import copy
import json
import time

from selftests.harness import Case


class Creation(Case):
    def setUp(self):
        super().setUp()
        self.trails = self.client("cloudtrail")

    def create(self, name="trail", region="us-east-1", **params):
        return self.client("cloudtrail", region).create_trail(Name=name, S3BucketName=self.bucket, **params)

    def test_a_new_trail_does_not_log_and_leaves_traces(self):
        self.furnish()
        topic = self.topic()
        self.seed(
            "sqs",
            "CreateQueue",
            QueueName="q",
            Attributes={
                "Policy": json.dumps(
                    {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": "*",
                                "Action": "sqs:SendMessage",
                                "Resource": f"arn:aws:sqs:us-east-1:{self.account}:q",
                            }
                        ]
                    }
                )
            },
        )
        self.seed(
            "sns", "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{self.account}:q"
        )
        answer = self.create(SnsTopicName=topic)
        self.assertEqual(answer["SnsTopicARN"], topic)
        self.assertNotIn("SnsTopicName", answer)
        self.assertFalse(self.trails.get_trail_status(Name="trail")["IsLogging"])
        self.assertEqual(
            self.snapshot()["s3"][self.bucket]["objects"], [{"key": f"AWSLogs/{self.account}/CloudTrail/", "size": 0}]
        )
        url = self.client("sqs").get_queue_url(QueueName="q")["QueueUrl"]
        body = self.client("sqs").receive_message(QueueUrl=url)["Messages"][0]["Body"]
        self.assertEqual(json.loads(body)["Message"], "CloudTrail validation message.")

    def test_a_trail_is_not_loaded_at_once(self):
        self.furnish()
        self.settings(trail_load=1)
        self.create()
        selectors = [{"ReadWriteType": "All", "IncludeManagementEvents": True}]
        self.refused("ConflictException", self.trails.start_logging, Name="trail")
        self.refused("ConflictException", self.trails.update_trail, Name="trail")
        self.refused("ConflictException", self.trails.put_event_selectors, TrailName="trail", EventSelectors=selectors)
        self.trails.start_logging(Name="trail")

    def test_with_a_key_a_missing_policy_has_another_code(self):
        self.seed("s3", "CreateBucket", Bucket=self.bucket)
        self.refused("InsufficientS3BucketPolicyException", self.create)
        key = f"arn:aws:kms:us-east-1:{self.account}:key/k"
        self.refused("InsufficientEncryptionPolicyException", self.create, KmsKeyId=key)

    def test_names(self):
        self.furnish()
        for name in ("ab", "-abc", "abc-", "a--b", "a._b", "a b c", "x" * 129, "192.168.1.1"):
            self.refused("InvalidTrailNameException", self.create, name=name)
        self.create("a-b.c_d")
        self.refused("TrailAlreadyExistsException", self.create, name="a-b.c_d")

    def test_five_trails_a_region(self):
        self.furnish()
        for number in range(4):
            self.create(f"trail{number}")
        self.create("everywhere", "eu-west-1", IsMultiRegionTrail=True)
        self.refused("MaximumNumberOfTrailsExceededException", self.create, name="sixth")
        self.refused(
            "MaximumNumberOfTrailsExceededException",
            self.create,
            name="multi",
            region="us-west-2",
            IsMultiRegionTrail=True,
        )
        self.create("other", "us-west-2")

    def test_the_bucket_and_its_policy(self):
        self.refused("S3BucketDoesNotExistException", self.create)
        self.seed("s3", "CreateBucket", Bucket=self.bucket)
        good = self.bucket_policy(source="trail")

        def policy(change):
            document = copy.deepcopy(good)
            change(document["Statement"])
            self.seed("s3", "PutBucketPolicy", Bucket=self.bucket, Policy=json.dumps(document))

        tls = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{self.bucket}/*"}
        for change in (
            lambda s: s.pop(0),
            lambda s: s.pop(1),
            lambda s: s[0].update(Principal={"Service": "config.amazonaws.com"}),
            lambda s: s[1].update(Resource=f"arn:aws:s3:::{self.bucket}/prefix/AWSLogs/{self.account}/*"),
            lambda s: s[1]["Condition"]["StringEquals"].update({"s3:x-amz-acl": "private"}),
            lambda s: s[0]["Condition"]["StringLike"].update({"aws:SourceArn": "arn:aws:cloudtrail:*:1:trail/*"}),
            # StringEquals takes a wildcard for a star.
            lambda s: s[0].update(Condition={"StringEquals": s[0]["Condition"]["StringLike"]}),
            lambda s: s.append(tls),
        ):
            policy(change)
            self.refused("InsufficientS3BucketPolicyException", self.create)
        policy(lambda s: s.append({**tls, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}))
        self.refused("InsufficientS3BucketPolicyException", self.create, name="another")
        self.create()

    def test_a_prefix_is_part_of_the_policy(self):
        self.seed("s3", "CreateBucket", Bucket=self.bucket)
        self.seed("s3", "PutBucketPolicy", Bucket=self.bucket, Policy=json.dumps(self.bucket_policy("logs/")))
        self.refused("InsufficientS3BucketPolicyException", self.create)
        self.create(S3KeyPrefix="logs")

    def test_the_topic_and_its_policy(self):
        self.furnish()
        code = "InsufficientSnsTopicPolicyException"
        self.refused(code, self.create, SnsTopicName="none")
        elsewhere = self.topic("eu-west-1", "elsewhere")
        self.refused(code, self.create, SnsTopicName=elsewhere)
        self.refused(code, self.create, SnsTopicName="elsewhere")
        self.seed("sns", "CreateTopic", Name="plain")
        self.refused(code, self.create, SnsTopicName="plain")
        self.topic(name="good")
        self.assertEqual(self.create(SnsTopicName="good")["SnsTopicARN"], f"arn:aws:sns:us-east-1:{self.account}:good")

    def test_combinations(self):
        self.furnish()
        self.refused(
            "InvalidParameterCombinationException",
            self.create,
            IsMultiRegionTrail=True,
            IncludeGlobalServiceEvents=False,
        )
        self.refused(
            "InvalidCloudWatchLogsRoleArnException",
            self.create,
            CloudWatchLogsLogGroupArn="arn:aws:logs:us-east-1:1:log-group:g:*",
        )

    def test_the_key(self):
        self.furnish()
        kms = self.client("kms")
        for key in ("my-key", f"arn:aws:kms:eu-west-1:{self.account}:key/k"):
            self.refused("KmsKeyNotFoundException", self.create, KmsKeyId=key)
        self.refused("InsufficientEncryptionPolicyException", self.create, KmsKeyId="alias/mine")
        key = kms.create_key()["KeyMetadata"]
        kms.create_alias(AliasName="alias/mine", TargetKeyId=key["KeyId"])
        self.refused("InsufficientEncryptionPolicyException", self.create, KmsKeyId="alias/mine")
        trails = f"arn:aws:cloudtrail:*:{self.account}:trail/*"
        condition = {"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": trails, "aws:SourceArn": trails}}
        allow = {"Effect": "Allow", "Action": "kms:GenerateDataKey*", "Resource": "*", "Condition": condition}
        allow["Principal"] = {"Service": "cloudtrail.amazonaws.com"}
        kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=json.dumps({"Statement": [allow]}))
        self.assertEqual(self.create(KmsKeyId="alias/mine")["KmsKeyId"], key["Arn"])
        kms.disable_key(KeyId=key["KeyId"])
        self.refused("KmsException", self.trails.update_trail, Name="trail", KmsKeyId=key["Arn"])
        self.assertNotIn("KmsKeyId", self.trails.update_trail(Name="trail", KmsKeyId=""))

    def test_a_new_policy_takes_time_to_be_seen(self):
        self.settings(policy_delay=1.5)
        s3 = self.client("s3")
        s3.create_bucket(Bucket=self.bucket)
        s3.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps(self.bucket_policy()))
        self.refused("InsufficientS3BucketPolicyException", self.create)
        time.sleep(1.6)
        arn = f"arn:aws:sns:us-east-1:{self.account}:t"
        self.client("sns").create_topic(Name="t", Attributes={"Policy": json.dumps(self.topic_policy(arn))})
        self.refused("InsufficientSnsTopicPolicyException", self.create, SnsTopicName="t")
        time.sleep(1.6)
        self.create(SnsTopicName="t")

    def test_one_change_a_second(self):
        self.furnish()
        self.settings(cloudtrail_rate=True)
        self.create()
        self.refused("ThrottlingException", self.trails.start_logging, Name="trail")
        self.trails.describe_trails()
        time.sleep(1)
        self.trails.start_logging(Name="trail")


class Changes(Case):
    def setUp(self):
        super().setUp()
        self.furnish()
        self.home, self.away = self.client("cloudtrail", "eu-west-1"), self.client("cloudtrail", "us-west-2")
        self.arn = f"arn:aws:cloudtrail:eu-west-1:{self.account}:trail/trail"

    def create(self, **params):
        self.home.create_trail(Name="trail", S3BucketName=self.bucket, **params)

    def test_only_the_home_region_changes_a_trail(self):
        self.create(IsMultiRegionTrail=True)
        for operation in ("update_trail", "delete_trail", "start_logging", "stop_logging"):
            for name in ("trail", self.arn):
                self.refused("InvalidHomeRegionException", getattr(self.away, operation), Name=name)
        self.refused(
            "InvalidHomeRegionException",
            self.away.put_event_selectors,
            TrailName="trail",
            EventSelectors=[{"ReadWriteType": "All"}],
        )

    def test_a_missing_trail(self):
        self.create()
        for operation in ("update_trail", "delete_trail", "start_logging", "get_trail_status", "get_trail"):
            self.refused("TrailNotFoundException", getattr(self.home, operation), Name="none")
            self.refused("TrailNotFoundException", getattr(self.away, operation), Name="trail")

    def test_logging_by_name_and_arn(self):
        self.create()
        self.home.start_logging(Name=self.arn)
        self.assertTrue(self.home.get_trail_status(Name="trail")["IsLogging"])
        self.home.stop_logging(Name="trail")
        self.assertFalse(self.home.get_trail_status(Name=self.arn)["IsLogging"])

    def test_an_update_is_checked_and_keeps_what_is_not_given(self):
        self.topic("eu-west-1")
        self.create(S3KeyPrefix="", SnsTopicName="topic", EnableLogFileValidation=True)
        self.refused("S3BucketDoesNotExistException", self.home.update_trail, Name="trail", S3BucketName="none")
        self.refused("InsufficientS3BucketPolicyException", self.home.update_trail, Name="trail", S3KeyPrefix="p")
        self.refused(
            "InvalidParameterCombinationException",
            self.home.update_trail,
            Name="trail",
            IsMultiRegionTrail=True,
            IncludeGlobalServiceEvents=False,
        )
        self.home.update_trail(Name="trail", IsMultiRegionTrail=True)
        trail = self.home.get_trail(Name="trail")["Trail"]
        self.assertTrue(trail["IsMultiRegionTrail"] and trail["LogFileValidationEnabled"])
        self.assertEqual(trail["SnsTopicARN"], f"arn:aws:sns:eu-west-1:{self.account}:topic")
        self.home.update_trail(Name="trail", SnsTopicName="")
        self.assertNotIn("SnsTopicARN", self.home.get_trail(Name="trail")["Trail"])

    def test_tags_die_with_their_trail(self):
        self.create(TagsList=[{"Key": "k", "Value": "v"}])
        self.assertEqual(self.snapshot()["cloudtrail"]["eu-west-1"]["trail"]["Tags"], {"k": "v"})
        self.home.delete_trail(Name=self.arn)
        self.create()
        tags = self.home.list_tags(ResourceIdList=[self.arn])["ResourceTagList"][0]["TagsList"]
        self.assertEqual(tags, [])

    def test_describing_shadows(self):
        self.create(IsMultiRegionTrail=True)
        self.home.create_trail(Name="local", S3BucketName=self.bucket)

        def names(client, **params):
            return [t["Name"] for t in client.describe_trails(**params)["trailList"]]

        self.assertEqual(names(self.home), ["trail", "local"])
        self.assertEqual(names(self.away), ["trail"])
        self.assertEqual(self.away.describe_trails()["trailList"][0]["HomeRegion"], "eu-west-1")
        self.assertEqual(names(self.away, includeShadowTrails=False), [])
        self.assertEqual(names(self.away, trailNameList=["trail"]), [])
        self.assertEqual(names(self.away, trailNameList=[self.arn]), ["trail"])
        self.assertEqual(names(self.home, trailNameList=["local", "none"]), ["local"])
        self.refused("TrailNotFoundException", self.away.get_trail_status, Name="trail")
        self.away.get_trail_status(Name=self.arn)

    def test_delivery_is_what_the_test_says(self):
        self.create()
        self.home.start_logging(Name="trail")
        self.assertNotIn("LatestDeliveryTime", self.home.get_trail_status(Name="trail"))
        self.settings(delivery={"eu-west-1": {"LatestDeliveryTime": 1700000000, "LatestDeliveryError": "AccessDenied"}})
        status = self.home.get_trail_status(Name="trail")
        self.assertEqual(
            (int(status["LatestDeliveryTime"].timestamp()), status["LatestDeliveryError"]), (1700000000, "AccessDenied")
        )

    def test_selectors(self):
        self.create()
        self.assertEqual(len(self.home.get_event_selectors(TrailName="trail")["EventSelectors"]), 1)
        self.refused("InsightNotEnabledException", self.home.get_insight_selectors, TrailName="trail")
        self.home.put_insight_selectors(TrailName="trail", InsightSelectors=[{"InsightType": "ApiCallRateInsight"}])
        self.home.put_insight_selectors(TrailName="trail", InsightSelectors=[{"InsightType": "ApiErrorRateInsight"}])
        self.assertEqual(len(self.home.get_insight_selectors(TrailName="trail")["InsightSelectors"]), 1)

    def test_delivery_of_all_regions(self):
        self.create()
        fields = {
            "LatestDeliveryTime": 1700000000,
            "LatestNotificationTime": 1700000001.5,
            "LatestDigestDeliveryTime": 1700000002,
            "LatestCloudWatchLogsDeliveryTime": 1700000003,
        }
        errors = {"LatestDeliveryError": "AccessDenied", "LatestNotificationError": "", "LatestDigestDeliveryError": ""}
        self.settings(delivery={"*": fields | errors, "eu-west-1": {"LatestNotificationError": "NotFound"}})
        status = self.home.get_trail_status(Name="trail")
        self.assertEqual({name: status[name].timestamp() for name in fields}, fields)
        self.assertEqual({name: status[name] for name in errors}, errors | {"LatestNotificationError": "NotFound"})
