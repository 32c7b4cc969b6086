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
        gone = self.topic_policy(arn)
        gone["Statement"][0]["Principal"] = {"AWS": "AIDAJQABLZS4A3QDU576Q"}
        for action in ("sns:*", "*", "sns:CreateTopic", "sqs:SendMessage"):
            with self.subTest(action):
                policy = self.topic_policy(arn)
                policy["Statement"][0]["Action"] = action
                change = {"TopicArn": arn, "AttributeName": "Policy", "AttributeValue": json.dumps(policy)}
                answer = self.refused("InvalidParameter", sns.set_topic_attributes, **change)
                self.assertIn("out of service scope", answer["Error"]["Message"])
        for policy in ("{", json.dumps(self.topic_policy(arn + "-2")), json.dumps(gone)):
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
        self.settings(queue_delete_block=1.5)
        sqs = self.client("sqs")
        sqs.delete_queue(QueueUrl=sqs.create_queue(QueueName="q")["QueueUrl"])
        self.refused("AWS.SimpleQueueService.QueueDeletedRecently", sqs.create_queue, QueueName="q")
        time.sleep(1.5)
        sqs.create_queue(QueueName="q")

    def test_a_deleted_queue_answers_every_other_time_for_a_while(self):
        self.settings(queue_ghost=1.5)
        sqs, code = self.client("sqs"), "AWS.SimpleQueueService.NonExistentQueue"
        url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
        sqs.delete_queue(QueueUrl=url)
        self.assertEqual(self.snapshot()["sqs"], {})
        ask = {"QueueUrl": url, "AttributeNames": ["All"]}
        for _ in range(2):
            self.assertEqual(sqs.get_queue_attributes(**ask)["Attributes"]["VisibilityTimeout"], "60")
            self.refused(code, sqs.get_queue_attributes, **ask)
        sqs.delete_queue(QueueUrl=url)
        self.refused(code, sqs.receive_message, QueueUrl=url)
        time.sleep(1.5)
        for _ in range(2):
            self.refused(code, sqs.get_queue_attributes, **ask)
        self.assertEqual(sqs.create_queue(QueueName="q")["QueueUrl"], url)
        sqs.get_queue_attributes(**ask)

    def test_attributes_are_checked(self):
        sqs = self.client("sqs")
        policy = {"Statement": [{"Sid": "x" * 8192}]}
        for attributes in (
            {"VisibilityTimeout": "43201"},
            {"MessageRetentionPeriod": "59"},
            {"Policy": "{"},
            {"Policy": json.dumps(policy)},
            {"Policy": json.dumps({"Statement": [{}] * 21})},
            {"Policy": json.dumps({"Statement": [{"Action": ["sqs:SendMessage"] * 8}]})},
            {"Policy": json.dumps({"Statement": [{"Principal": {"AWS": ["*"] * 51}}]})},
            {"Policy": json.dumps({"Statement": [{"Principal": {"AWS": "AROAKSCDLFT9R5DQP782U"}}]})},
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

    def test_into_an_opt_in_region_sns_delivers_as_the_queues_region(self):
        self.settings(regions={"eu-south-1": "ENABLED", "ap-east-1": "ENABLED"})
        for principal in ("sns.amazonaws.com", "sns.ap-east-1.amazonaws.com"):
            self.assertFalse(self.delivered(principal, "ap-east-1", "eu-south-1"))
        self.assertTrue(self.delivered("sns.eu-south-1.amazonaws.com", "ap-east-1", "eu-south-1"))

    def test_the_aws_managed_key_keeps_sns_out(self):
        self.assertFalse(self.delivered("sns.amazonaws.com", KmsMasterKeyId="alias/aws/sqs"))
        self.assertTrue(self.delivered("sns.amazonaws.com", SqsManagedSseEnabled="true"))

    def open(self, topic_region="eu-west-1", **attributes):
        """A queue that takes everything, subscribed to a topic in another region; the topic's ARN."""
        queue = f"arn:aws:sqs:us-east-1:{self.account}:q"
        statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": queue}
        policy = json.dumps({"Statement": [statement]})
        self.seed("sqs", "CreateQueue", QueueName="q", Attributes={"Policy": policy})
        arn = self.seed("sns", "CreateTopic", topic_region, Name="t")["TopicArn"]
        self.seed("sns", "Subscribe", topic_region, TopicArn=arn, Protocol="sqs", Endpoint=queue, Attributes=attributes)
        return arn

    def bodies(self):
        messages = self.control("GET", "messages", account=self.account, queue="q", region="us-east-1")
        return [message["body"] for message in messages]

    def test_the_envelope(self):
        arn = self.open(RawMessageDelivery="false")
        message = json.dumps({"s3Bucket": "b", "s3ObjectKey": ["AWSLogs/1/CloudTrail/log.json.gz"]})
        made = self.seed("sns", "Publish", "eu-west-1", TopicArn=arn, Message=message)
        self.seed("sns", "Publish", "eu-west-1", TopicArn=arn, Message="grüß dich", Subject="s")
        first, second = self.bodies()
        self.assertTrue(first.startswith('{\n  "Type" : "Notification",\n  "MessageId" : "'))
        self.assertIn("grüß", second)
        envelope = json.loads(first)
        self.assertEqual(
            list(envelope),
            "Type MessageId TopicArn Message Timestamp SignatureVersion Signature SigningCertURL UnsubscribeURL".split(),
        )
        self.assertEqual((envelope["Message"], envelope["TopicArn"]), (message, arn))
        self.assertEqual(envelope["MessageId"], made["MessageId"])
        self.assertRegex(envelope["Timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertIn("SubscriptionArn=" + arn, envelope["UnsubscribeURL"])
        self.assertEqual(json.loads(second)["Subject"], "s")

    def test_raw_delivery_has_no_envelope(self):
        arn = self.open(RawMessageDelivery="true")
        self.seed("sns", "Publish", "eu-west-1", TopicArn=arn, Message="m")
        self.client("sns", "eu-west-1").publish(TopicArn=arn, Message="n")
        self.assertEqual(self.bodies(), ["m", "n"])

    def test_a_queue_that_is_gone_loses_the_message(self):
        arn = self.open()
        self.seed("sqs", "DeleteQueue", QueueUrl=f"http://x/{self.account}/q")
        self.seed("sns", "Publish", "eu-west-1", TopicArn=arn, Message="m")


class Messages(Case):
    """Receiving, visibility, and the way to the dead letters."""

    def setUp(self):
        super().setUp()
        self.sqs = self.client("sqs")
        self.url = self.sqs.create_queue(QueueName="q")["QueueUrl"]
        self.dead = self.sqs.create_queue(QueueName="q-dlq")["QueueUrl"]

    def redrive(self, count=2):
        policy = {"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{self.account}:q-dlq", "maxReceiveCount": count}
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"RedrivePolicy": json.dumps(policy)})

    def receive(self, **params):
        return self.sqs.receive_message(QueueUrl=self.url, **params).get("Messages", [])

    def held(self, queue="q", region="us-east-1"):
        messages = self.control("GET", "messages", account=self.account, queue=queue, region=region)
        return [(m["body"], m["receive_count"], m["visible"]) for m in messages]

    def counts(self, url=None):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=url or self.url, AttributeNames=names)["Attributes"]
        return [int(attributes[name]) for name in names]

    def send(self, *bodies):
        for body in bodies:
            self.seed("sqs", "SendMessage", QueueUrl=self.url, MessageBody=body)

    def test_a_received_message_is_in_flight_until_its_time_is_over(self):
        self.send("a", "b")
        message = self.receive(VisibilityTimeout=1)[0]
        self.assertEqual(message["Body"], "a")
        self.assertEqual((self.held(), self.counts()), ([("a", 1, False), ("b", 0, True)], [1, 1]))
        self.assertEqual([m["Body"] for m in self.receive(VisibilityTimeout=0)], ["b"])
        time.sleep(1)
        self.assertEqual(self.held(), [("a", 1, True), ("b", 1, True)])
        self.assertEqual(self.counts(), [2, 0])
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        self.assertEqual(self.held(), [("b", 1, True)])
        self.assertEqual([r["mutating"] for r in self.requests()][-3:], [False, False, True])

    def test_system_attributes_by_either_name(self):
        self.send("a")
        for count, member in enumerate(("AttributeNames", "MessageSystemAttributeNames"), 1):
            names = ["ApproximateReceiveCount", "SentTimestamp"]
            attributes = self.receive(VisibilityTimeout=0, **{member: names})[0]["Attributes"]
            self.assertEqual(sorted(attributes), names)
            self.assertEqual(attributes["ApproximateReceiveCount"], str(count))
            self.assertLess(abs(int(attributes["SentTimestamp"]) / 1000 - time.time()), 60)
        self.assertNotIn("Attributes", self.receive()[0])

    def test_ten_messages_at_most(self):
        self.send(*"abcdefghijkl")
        self.refused("InvalidParameterValue", self.receive, MaxNumberOfMessages=11)
        self.assertEqual([len(self.receive(MaxNumberOfMessages=10)) for _ in range(3)], [10, 2, 0])

    def test_visibility_can_be_given_back(self):
        self.send("a", "b")
        handles = [m["ReceiptHandle"] for m in self.receive(MaxNumberOfMessages=2)]
        params = {"QueueUrl": self.url, "ReceiptHandle": handles[0], "VisibilityTimeout": 0}
        self.sqs.change_message_visibility(**params)
        self.assertEqual(self.held(), [("a", 1, True), ("b", 1, False)])
        code = "AWS.SimpleQueueService.MessageNotInflight"
        self.refused(code, self.sqs.change_message_visibility, **params)
        self.refused("ReceiptHandleIsInvalid", self.sqs.change_message_visibility, **{**params, "ReceiptHandle": "x"})
        entries = [{"Id": str(n), "ReceiptHandle": h, "VisibilityTimeout": 0} for n, h in enumerate(handles)]
        answer = self.sqs.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)
        self.assertEqual([entry["Id"] for entry in answer["Successful"]], ["1"])
        self.assertEqual([(entry["Id"], entry["Code"]) for entry in answer["Failed"]], [("0", code)])
        self.assertEqual(self.counts(), [2, 0])
        entries = [{"Id": str(n), "ReceiptHandle": h} for n, h in enumerate([*handles, "x"])]
        answer = self.sqs.delete_message_batch(QueueUrl=self.url, Entries=entries)
        self.assertEqual([entry["Id"] for entry in answer["Successful"]], ["0", "1"])
        self.assertEqual(self.held(), [])

    def test_the_receive_after_the_last_one_allowed_moves_to_the_dead_letters(self):
        self.redrive(2)
        self.send("a")
        for count in (1, 2):
            self.assertEqual(len(self.receive(VisibilityTimeout=0)), 1)
            self.assertEqual((self.held(), self.held("q-dlq")), ([("a", count, True)], []))
        self.assertEqual(self.receive(), [])
        self.assertEqual((self.held(), [m[0] for m in self.held("q-dlq")]), ([], ["a"]))
        self.assertEqual(self.counts(self.dead), [1, 0])

    def test_dead_letters_whose_queue_is_gone_stay(self):
        self.redrive(1)
        self.send("a")
        self.sqs.delete_queue(QueueUrl=self.dead)
        for _ in range(3):
            self.assertEqual(len(self.receive(VisibilityTimeout=0)), 1)
        self.sqs.create_queue(QueueName="q-dlq")
        self.assertEqual(self.receive(), [])
        self.assertEqual([m[0] for m in self.held("q-dlq")], ["a"])

    def test_the_redrive_policy_and_the_policy_keep_each_other(self):
        policy = json.dumps({"Statement": [{"Sid": "keep"}]})
        allow = json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": ["arn:aws:sqs:us-east-1:1:q"]})

        def attributes():
            return self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])["Attributes"]

        for attribute in ({"Policy": policy}, {"RedriveAllowPolicy": allow}):
            self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes=attribute)
        self.redrive(5)
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": policy, "VisibilityTimeout": "9"})
        self.assertIn("keep", attributes()["Policy"])
        self.assertEqual(json.loads(attributes()["RedrivePolicy"])["maxReceiveCount"], 5)
        self.assertEqual(attributes()["RedriveAllowPolicy"], allow)
        snapshot = self.snapshot()["sqs"][f"arn:aws:sqs:us-east-1:{self.account}:q"]["attributes"]
        self.assertEqual(snapshot["RedrivePolicy"]["maxReceiveCount"], 5)
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"RedrivePolicy": ""})
        self.assertNotIn("RedrivePolicy", attributes())
        self.assertIn("keep", attributes()["Policy"])

    def test_redrive_policies_are_checked(self):
        for text in ("{", "{}", "[]", '{"deadLetterTargetArn": "none", "maxReceiveCount": 5}'):
            attributes = {"RedrivePolicy": text}
            self.refused(
                "InvalidParameterValue", self.sqs.set_queue_attributes, QueueUrl=self.url, Attributes=attributes
            )
        for count in (0, 1001):
            self.refused("InvalidParameterValue", self.redrive, count=count)
        deny = {"RedriveAllowPolicy": '{"redrivePermission": "denyAll"}'}
        self.sqs.set_queue_attributes(QueueUrl=self.dead, Attributes=deny)
        self.refused("InvalidParameterValue", self.redrive)
        arn = f"arn:aws:sqs:us-east-1:{self.account}:"
        for allow in (
            {"redrivePermission": "perhaps"},
            {"redrivePermission": "byQueue"},
            {"redrivePermission": "byQueue", "sourceQueueArns": [arn + "q"] * 11},
            {"redrivePermission": "allowAll", "sourceQueueArns": [arn + "q"]},
        ):
            allow = {"RedriveAllowPolicy": json.dumps(allow)}
            self.refused("InvalidParameterValue", self.sqs.set_queue_attributes, QueueUrl=self.dead, Attributes=allow)
        for source, refused in (("other", True), ("q", False)):
            allow = json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [arn + source]})
            self.sqs.set_queue_attributes(QueueUrl=self.dead, Attributes={"RedriveAllowPolicy": allow})
            if refused:
                self.refused("InvalidParameterValue", self.redrive)
            else:
                self.redrive()
