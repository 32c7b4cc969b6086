"""S3: versioning, lifecycle rules, Object Lock and access logs; keys of topics and queues."""

import json

from selftests.harness import Case

EXPIRE = {"Status": "Enabled", "Expiration": {"Days": 1}}


class Settings(Case):
    def setUp(self):
        super().setUp()
        self.s3 = self.client("s3")
        self.s3.create_bucket(Bucket=self.bucket)

    def put(self, *rules, **more):
        return self.s3.put_bucket_lifecycle_configuration(
            Bucket=self.bucket, LifecycleConfiguration={"Rules": list(rules)}, **more
        )

    def put_refused(self, code, *rules):
        self.refused(
            code,
            self.s3.put_bucket_lifecycle_configuration,
            Bucket=self.bucket,
            LifecycleConfiguration={"Rules": list(rules)},
        )

    def test_a_bucket_without_lifecycle_rules(self):
        read = self.s3.get_bucket_lifecycle_configuration
        self.refused("NoSuchLifecycleConfiguration", read, Bucket=self.bucket)
        self.put({"ID": "a", "Filter": {"Prefix": ""}, **EXPIRE})
        lifecycle = self.snapshot()["s3"][self.bucket]["lifecycle"]
        self.assertEqual([rule["ID"] for rule in lifecycle["rules"]], ["a"])
        rights = ("s3:PutLifecycleConfiguration", f"arn:aws:s3:::{self.bucket}")
        self.client("s3", key=self.reader(rights)).delete_bucket_lifecycle(Bucket=self.bucket)
        self.refused("NoSuchLifecycleConfiguration", read, Bucket=self.bucket)

    def test_lifecycle_rules_come_back_as_they_were_put(self):
        rules = [
            {"ID": "a", "Filter": {"And": {"Prefix": "p/", "ObjectSizeGreaterThan": 5}}, **EXPIRE},
            {
                "ID": "b",
                "Filter": {},
                "Status": "Disabled",
                "NoncurrentVersionExpiration": {"NoncurrentDays": 3, "NewerNoncurrentVersions": 2},
            },
        ]
        self.put(*rules, TransitionDefaultMinimumObjectSize="varies_by_storage_class")
        found = self.s3.get_bucket_lifecycle_configuration(Bucket=self.bucket)
        self.assertEqual(found["Rules"], rules)
        self.assertEqual(found["TransitionDefaultMinimumObjectSize"], "varies_by_storage_class")
        self.put(*rules)
        found = self.s3.get_bucket_lifecycle_configuration(Bucket=self.bucket)
        self.assertEqual(found["TransitionDefaultMinimumObjectSize"], "all_storage_classes_128K")

    def test_the_two_forms_of_rules_are_not_mixed(self):
        older, newer = {"ID": "a", "Prefix": "a/", **EXPIRE}, {"ID": "b", "Filter": {"Prefix": "b/"}, **EXPIRE}
        self.put_refused("InvalidRequest", older, newer)
        self.put_refused("InvalidRequest", newer, older)
        self.put(older, {**older, "ID": "c", "Prefix": "c/"})
        self.put_refused("InvalidRequest", older, {**older, "ID": "c", "Prefix": ""})
        self.put(newer, {**newer, "ID": "c", "Filter": {"Prefix": ""}})

    def test_rules_have_ids_of_their_own_and_something_to_do(self):
        rule = {"ID": "a", "Filter": {"Prefix": ""}, **EXPIRE}
        self.put_refused("InvalidArgument", rule, rule)
        self.put_refused("InvalidRequest", {"ID": "a", "Filter": {"Prefix": ""}, "Status": "Enabled"})
        self.put_refused("InvalidArgument", {**rule, "Expiration": {"Days": 0}})

    def test_object_lock_needs_versioning_and_keeps_it(self):
        def lock(**retention):
            return {
                "Bucket": self.bucket,
                "ObjectLockConfiguration": {
                    "ObjectLockEnabled": "Enabled",
                    "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", **retention}},
                },
            }

        self.refused("ObjectLockConfigurationNotFoundError", self.s3.get_object_lock_configuration, Bucket=self.bucket)
        self.refused("InvalidBucketState", self.s3.put_object_lock_configuration, **lock(Days=1))
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        self.s3.put_object(Bucket=self.bucket, Key="k", Body=b"")
        self.refused("MalformedXML", self.s3.put_object_lock_configuration, **lock(Days=1, Years=1))
        self.s3.put_object_lock_configuration(**lock(Days=1))
        found = self.s3.get_object_lock_configuration(Bucket=self.bucket)["ObjectLockConfiguration"]
        self.assertEqual(found["Rule"]["DefaultRetention"], {"Mode": "GOVERNANCE", "Days": 1})
        suspended = {"Status": "Suspended"}
        put = self.s3.put_bucket_versioning
        self.refused("InvalidBucketState", put, Bucket=self.bucket, VersioningConfiguration=suspended)

    def test_access_logs_go_to_a_bucket_that_is_there(self):
        status = {"LoggingEnabled": {"TargetBucket": "nowhere-" + self.account, "TargetPrefix": ""}}
        self.refused(
            "InvalidTargetBucketForLogging",
            self.s3.put_bucket_logging,
            Bucket=self.bucket,
            BucketLoggingStatus=status,
        )


class Keys(Case):
    def test_cloudtrail_publishes_only_with_a_key_that_lets_it(self):
        s3, sns = self.client("s3"), self.client("sns")
        s3.create_bucket(Bucket=self.bucket)
        s3.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps(self.bucket_policy()))
        topic = sns.create_topic(Name="topic")["TopicArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "SNS:Publish",
            "Resource": topic,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        kms = self.client("kms")
        closed = kms.create_key()["KeyMetadata"]["Arn"]
        trail = {"Name": "trail", "S3BucketName": self.bucket, "SnsTopicName": "topic"}
        create = self.client("cloudtrail").create_trail
        for key in ("alias/aws/sns", closed):
            sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue=key)
            self.refused("InsufficientSnsTopicPolicyException", create, **trail)
        opened = {**statement, "Action": ["kms:GenerateDataKey*", "kms:Decrypt"], "Resource": "*"}
        opened = json.dumps({"Version": "2012-10-17", "Statement": [opened]})
        kms.put_key_policy(KeyId=closed, PolicyName="default", Policy=opened)
        create(**trail)
