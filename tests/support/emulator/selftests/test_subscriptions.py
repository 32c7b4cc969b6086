"""Subscriptions of e-mail addresses to topics, which have to be confirmed, and the topics of alarms."""

import json

from selftests.harness import Case

ADDRESS = "security@example.com"


class Mail(Case):
    def setUp(self):
        super().setUp()
        self.arn, self.sns = self.topic(), self.client("sns")
        self.mail = {"TopicArn": self.arn, "Protocol": "email", "Endpoint": ADDRESS}

    def listed(self):
        """(endpoint, ARN) of all that are subscribed to the topic."""
        found = self.sns.list_subscriptions_by_topic(TopicArn=self.arn)["Subscriptions"]
        return [(s["Endpoint"], s["SubscriptionArn"]) for s in found]

    def confirm(self, **params):
        self.control("POST", "confirm", {"topic": self.arn, "endpoint": ADDRESS, **params})

    def pending(self):
        return [s["pending"] for s in self.snapshot()["sns"][self.arn]["subscriptions"]]

    def test_an_address_is_pending_until_it_says_yes(self):
        self.assertEqual(self.sns.subscribe(**self.mail)["SubscriptionArn"], "pending confirmation")
        self.assertEqual(self.listed(), [(ADDRESS, "PendingConfirmation")])
        everywhere = self.sns.list_subscriptions()["Subscriptions"]
        self.assertEqual([s["SubscriptionArn"] for s in everywhere], ["PendingConfirmation"])
        self.assertEqual(self.pending(), [True])
        self.confirm()
        self.assertEqual(self.pending(), [False])
        arn = self.listed()[0][1]
        self.assertTrue(arn.startswith(self.arn + ":"))
        self.assertEqual(self.sns.subscribe(**self.mail)["SubscriptionArn"], arn)
        self.sns.unsubscribe(SubscriptionArn=arn)
        self.assertEqual(self.listed(), [])

    def test_asking_again_does_not_duplicate(self):
        for _ in range(2):
            self.assertEqual(self.sns.subscribe(**self.mail)["SubscriptionArn"], "pending confirmation")
        self.assertEqual(len(self.listed()), 1)
        self.sns.subscribe(**{**self.mail, "Endpoint": "other@example.com"})
        self.assertEqual(len(self.listed()), 2)

    def test_the_arn_of_a_pending_one_is_told_on_request(self):
        arn = self.sns.subscribe(**self.mail, ReturnSubscriptionArn=True)["SubscriptionArn"]
        attributes = self.sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        self.assertEqual((attributes["PendingConfirmation"], attributes["Endpoint"]), ("true", ADDRESS))
        self.refused("InvalidParameter", self.sns.unsubscribe, SubscriptionArn=arn)
        answer = self.refused("InvalidParameter", self.sns.unsubscribe, SubscriptionArn="PendingConfirmation")
        self.assertIn("SubscriptionArn Reason: An ARN must have at least 6 elements", answer["Error"]["Message"])
        self.sns.delete_topic(TopicArn=self.arn)
        self.assertEqual(self.sns.list_subscriptions()["Subscriptions"], [])

    def test_only_the_mail_knows_the_token(self):
        self.sns.subscribe(**self.mail)
        self.refused("InvalidParameter", self.sns.confirm_subscription, TopicArn=self.arn, Token="guessed")

    def test_addresses(self):
        for address in ("", "nobody", "a b@example.com", "a@b"):
            self.refused("InvalidParameter", self.sns.subscribe, **{**self.mail, "Endpoint": address})

    def test_seeds_have_said_yes(self):
        self.seed("sns", "Subscribe", **self.mail)
        self.assertEqual(self.pending(), [False])
        self.confirm(confirmed=False)
        self.assertEqual(self.listed(), [(ADDRESS, "PendingConfirmation")])

    def test_nobody_else_has_to_confirm(self):
        queue = f"arn:aws:sqs:us-east-1:{self.account}:q"
        arn = self.sns.subscribe(TopicArn=self.arn, Protocol="sqs", Endpoint=queue)["SubscriptionArn"]
        self.assertEqual(self.listed(), [(queue, arn)])
        with self.assertRaises(OSError):
            self.confirm()

    def test_a_topic_for_alarms(self):
        arn = f"arn:aws:sns:us-east-1:{self.account}:alerts"
        statement = {
            "Sid": "Alarms",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "SNS:Publish",
            "Resource": arn,
            "Condition": {"StringEquals": {"aws:SourceAccount": self.account}},
        }
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        self.sns.create_topic(Name="alerts", Attributes={"Policy": json.dumps(policy)})
        self.assertEqual(self.snapshot()["sns"][arn]["attributes"]["Policy"], policy)
