"""SNS and SQS: what is idempotent, what is refused, and which messages arrive."""

import json
import time

from selftests.harness import Case


class Topics(Case):
    def test_creating_a_topic_again(self):
        sns, arn = self.client("sns"), f"arn:aws:sns:us-east-1:{self.account}:t"
        attributes, tags = {"Policy": json.dumps(self.topic_policy(arn))}, [{"Key": "k", "Value": "v"}]
        sns.create_topic(Name="t", Attributes=attributes, Tags=tags)
        self.assertEqual(sns.create_topic(Name="t", Attributes=attributes, Tags=tags)["TopicArn"], arn)
        other = {"Policy": json.dumps(self.topic_policy(arn, "other"))}
        answer = self.refused("InvalidParameter", sns.create_topic, Name="t", Attributes=other)
        self.assertIn("Topic already exists with different attributes", answer["Error"]["Message"])
        answer = self.refused("InvalidParameter", sns.create_topic, Name="t", Tags=[{"Key": "k", "Value": "w"}])
        self.assertIn("Topic already exists with different tags", answer["Error"]["Message"])

    def test_subscribing_twice(self):
        arn, sns = self.topic(), self.client("sns")
        queue = f"arn:aws:sqs:us-east-1:{self.account}:q"
        first = sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue, ReturnSubscriptionArn=True)
        self.assertEqual(
            first["SubscriptionArn"], sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)["SubscriptionArn"]
        )
        self.refused(
            "InvalidParameter",
            sns.subscribe,
            TopicArn=arn,
            Protocol="sqs",
            Endpoint=queue,
            Attributes={"RawMessageDelivery": "true"},
        )
        self.assertEqual(len(self.snapshot()["sns"][arn]["subscriptions"]), 1)
        sns.delete_topic(TopicArn=arn)
        sns.delete_topic(TopicArn=arn)
        self.assertEqual(sns.list_subscriptions()["Subscriptions"], [])

    def test_a_missing_topic(self):
        arn, sns = f"arn:aws:sns:us-east-1:{self.account}:none", self.client("sns")
        self.refused("NotFound", sns.get_topic_attributes, TopicArn=arn)
        self.refused("NotFound", sns.subscribe, TopicArn=arn, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:1:q")
        self.refused("NotFound", sns.set_topic_attributes, TopicArn=arn, AttributeName="Policy", AttributeValue="{}")

    def test_topics_belong_to_a_region_and_an_account(self):
        arn = self.topic("eu-west-1")
        self.refused("InvalidParameter", self.client("sns").get_topic_attributes, TopicArn=arn)
        other = self.client("sns", "eu-west-1", account="444444444444")
        self.refused("AuthorizationError", other.get_topic_attributes, TopicArn=arn)

    def test_malformed_policies(self):
        arn, sns = self.topic(), self.client("sns")
        for policy in ("{", json.dumps(self.topic_policy(arn + "-2"))):
            self.refused(
                "InvalidParameter",
                sns.set_topic_attributes,
                TopicArn=arn,
                AttributeName="Policy",
                AttributeValue=policy,
            )


class Queues(Case):
    def test_creating_a_queue_again(self):
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "60"}, tags={"a": "b"})["QueueUrl"]
        self.assertTrue(url.endswith(f"/{self.account}/q"))
        self.assertEqual(sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "60"})["QueueUrl"], url)
        answer = self.refused(
            "QueueAlreadyExists", sqs.create_queue, QueueName="q", Attributes={"VisibilityTimeout": "61"}
        )
        self.assertEqual(answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-query-error"], "QueueAlreadyExists;Sender")
        queue = self.snapshot()["sqs"][f"arn:aws:sqs:us-east-1:{self.account}:q"]
        self.assertEqual((queue["attributes"]["VisibilityTimeout"], queue["tags"]), ("60", {"a": "b"}))

    def test_a_missing_queue(self):
        sqs = self.client("sqs")
        code = "AWS.SimpleQueueService.NonExistentQueue"
        answer = self.refused(code, sqs.get_queue_url, QueueName="none")
        self.assertEqual(answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-query-error"], f"{code};Sender")
        self.refused(code, sqs.get_queue_attributes, QueueUrl=f"http://x/{self.account}/none", AttributeNames=["All"])
        sqs.create_queue(QueueName="q")
        self.refused(code, sqs.delete_queue, QueueUrl="http://x/555555555555/q")

    def test_a_deleted_name_stays_blocked(self):
        self.settings(queue_delete_block=0.5)
        sqs = self.client("sqs")
        sqs.delete_queue(QueueUrl=sqs.create_queue(QueueName="q")["QueueUrl"])
        self.refused("AWS.SimpleQueueService.QueueDeletedRecently", sqs.create_queue, QueueName="q")
        time.sleep(0.5)
        sqs.create_queue(QueueName="q")

    def test_attributes_are_checked(self):
        sqs = self.client("sqs")
        policy = {"Statement": [{"Sid": "x" * 8192}]}
        for attributes in (
            {"VisibilityTimeout": "43201"},
            {"MessageRetentionPeriod": "59"},
            {"Policy": "{"},
            {"Policy": json.dumps(policy)},
            {"Policy": json.dumps({"Statement": [{}] * 21})},
        ):
            self.refused("InvalidAttributeValue", sqs.create_queue, QueueName="q", Attributes=attributes)
        self.refused("InvalidAttributeName", sqs.create_queue, QueueName="q", Attributes={"Colour": "red"})
        redrive = {"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{self.account}:dead", "maxReceiveCount": 5}
        self.refused(
            "InvalidParameterValue", sqs.create_queue, QueueName="q", Attributes={"RedrivePolicy": json.dumps(redrive)}
        )

    def test_setting_one_attribute_keeps_the_policy(self):
        sqs, policy = self.client("sqs"), json.dumps({"Statement": [{"Sid": "keep"}]})
        url = sqs.create_queue(QueueName="q", Attributes={"Policy": policy})["QueueUrl"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "9"})
        self.assertIn("keep", sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"])
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
        self.assertNotIn("Attributes", sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]))

    def test_long_polling_does_not_hold_others_up(self):
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        import threading

        threading.Timer(0.3, self.client("sqs").send_message, kwargs={"QueueUrl": url, "MessageBody": "m"}).start()
        begin = time.monotonic()
        messages = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=4)["Messages"]
        self.assertEqual(messages[0]["Body"], "m")
        self.assertLess(time.monotonic() - begin, 2)


class Delivery(Case):
    """Which messages get from a topic to a queue."""

    def delivered(self, principal, topic_region="us-east-1", queue_region="us-east-1", source=None, **attributes):
        topic = f"arn:aws:sns:{topic_region}:{self.account}:t"
        queue = f"arn:aws:sqs:{queue_region}:{self.account}:q"
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": principal},
            "Action": "sqs:SendMessage",
            "Resource": queue,
            "Condition": {"ArnLike": {"aws:SourceArn": source or f"arn:aws:sns:*:{self.account}:t"}},
        }
        sqs, sns = self.client("sqs", queue_region), self.client("sns", topic_region)
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        sqs.set_queue_attributes(
            QueueUrl=url, Attributes={"Policy": json.dumps({"Statement": [statement]}), **attributes}
        )
        sns.create_topic(Name="t")
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
        sns.publish(TopicArn=topic, Message="m")
        messages = sqs.receive_message(QueueUrl=url).get("Messages", [])
        sqs.delete_queue(QueueUrl=url)
        return len(messages) == 1

    def test_the_policy_has_to_name_service_and_topic(self):
        self.assertTrue(self.delivered("sns.amazonaws.com"))
        self.assertTrue(self.delivered("sns.amazonaws.com", "eu-west-1", "us-west-2"))
        self.assertFalse(self.delivered("events.amazonaws.com"))
        self.assertFalse(self.delivered("sns.amazonaws.com", source=f"arn:aws:sns:*:{self.account}:other"))

    def test_opt_in_regions_have_principals_of_their_own(self):
        self.settings(regions={"us-east-1": "ENABLED_BY_DEFAULT", "ap-east-1": "ENABLED"})
        for topic, queue in (("ap-east-1", "us-east-1"), ("us-east-1", "ap-east-1")):
            self.assertFalse(self.delivered("sns.amazonaws.com", topic, queue))
            self.assertTrue(self.delivered("sns.ap-east-1.amazonaws.com", topic, queue))

    def test_the_aws_managed_key_keeps_sns_out(self):
        self.assertFalse(self.delivered("sns.amazonaws.com", KmsMasterKeyId="alias/aws/sqs"))
        self.assertTrue(self.delivered("sns.amazonaws.com", SqsManagedSseEnabled="true"))
