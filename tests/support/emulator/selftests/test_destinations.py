"""Destinations of CloudWatch Logs: who may create and use one, and what arrives in the stream of another account."""

import json

from selftests.harness import identity_policy
from selftests.test_kinesis import REGION, KinesisCase

GROUP = "trail"
CANNOT_DELIVER = "Could not deliver test message to specified destination. Check if the destination is valid."


class DestinationCase(KinesisCase):
    """With a central account that has an active stream in another region, a role, and a second account that sends."""

    def setUp(self):
        super().setUp()
        self.create_active(mode="PROVISIONED", ShardCount=1)
        self.sender = str(int(self.account) + 400_000_000_000)
        self.region = "us-west-2"
        self.logs, self.iam = self.client("logs", self.region), self.client("iam")
        self.role = f"arn:aws:iam::{self.account}:role/to-kinesis"
        self.iam.create_role(RoleName="to-kinesis", AssumeRolePolicyDocument=self.trust(self.account, self.sender))
        self.allow(("kinesis:PutRecord", self.arn))
        self.destination = f"arn:aws:logs:{self.region}:{self.account}:destination:central"

    def trust(self, *accounts, service="logs.amazonaws.com"):
        source = {"StringLike": {"aws:SourceArn": [f"arn:aws:logs:*:{account}:*" for account in accounts]}}
        statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole", "Condition": source}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    def set_trust(self, *accounts, **more):
        self.iam.update_assume_role_policy(RoleName="to-kinesis", PolicyDocument=self.trust(*accounts, **more))

    def allow(self, *rights):
        self.iam.put_role_policy(RoleName="to-kinesis", PolicyName="p", PolicyDocument=identity_policy(*rights))

    def put(self, name="central", **more):
        params = {"targetArn": self.arn, "roleArn": self.role, **more}
        return self.logs.put_destination(destinationName=name, **params)["destination"]

    def policy(self, principal, **condition):
        statement = {"Effect": "Allow", "Principal": principal, "Action": "logs:PutSubscriptionFilter"}
        statement |= {"Resource": self.destination} | ({"Condition": condition} if condition else {})
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    def open(self, principal=None, force=False, **condition):
        document = self.policy(principal or {"AWS": [self.sender]}, **condition)
        self.logs.put_destination_policy(destinationName="central", accessPolicy=document, forceUpdate=force)

    def envelopes(self):
        """What CloudWatch Logs put into the stream."""
        records = self.control("GET", "records", account=self.account, region=REGION, stream="stream")
        return [record["envelope"] for record in records]


class Destinations(DestinationCase):
    def test_a_destination_is_created_and_replaced(self):
        destination = self.put()
        expected = {"destinationName": "central", "targetArn": self.arn, "roleArn": self.role, "arn": self.destination}
        self.assertEqual({name: v for name, v in destination.items() if name != "creationTime"}, expected)
        control = self.envelopes()[0]
        self.assertEqual((control["messageType"], control["owner"]), ("CONTROL_MESSAGE", "CloudwatchLogs"))
        self.assertIn("Checking health of destination Kinesis stream.", control["logEvents"][0]["message"])
        self.open()
        self.put()
        described = self.logs.describe_destinations()["destinations"]
        self.assertEqual(json.loads(described[0].pop("accessPolicy"))["Version"], "2012-10-17")
        self.assertEqual(described, [destination])
        self.assertEqual(self.snapshot()["log_destinations"][self.region]["central"]["targetArn"], self.arn)

    def test_what_is_not_created(self):
        def refused(**more):
            self.assertEqual(self.words("InvalidParameterException", self.put, **more), CANNOT_DELIVER)

        refused(targetArn=self.arn + "s")
        refused(roleArn=self.role + "s")
        refused(tags={"k": "v"})
        self.settings(destination_tags=True)
        self.put("tagged", tags={"k": "v"})
        self.allow(("kinesis:PutRecords", self.arn))
        refused()
        self.allow(("kinesis:PutRecord", self.arn))
        self.set_trust(self.sender)
        refused()
        self.set_trust(self.account, service="firehose.amazonaws.com")
        refused()
        self.set_trust(self.account, service=f"logs.{self.region}.amazonaws.com")
        self.put()
        self.create("new")
        refused(targetArn=self.arn.replace("stream/stream", "stream/new").replace(REGION, "eu-west-2"))
        refused(targetArn=self.arn.replace("stream/stream", "stream/new"))
        client = self.client("logs", self.region, parameter_validation=False)
        for name in ("a:b", "a*", ""):
            wrong = {"destinationName": name, "targetArn": self.arn, "roleArn": self.role}
            self.refused("InvalidParameterException", client.put_destination, **wrong)

    def test_an_own_key_and_a_new_role(self):
        key = {"EncryptionType": "KMS", "KeyId": "alias/own"}
        self.kinesis.start_stream_encryption(StreamName="stream", **key)
        self.refused("InvalidParameterException", self.put)
        arn = f"arn:aws:kms:{REGION}:{self.account}:alias/own"
        self.allow(("kinesis:PutRecord", self.arn), ("kms:GenerateDataKey", arn))
        self.put()
        self.settings(role_delay=30)
        self.iam.create_role(RoleName="new", AssumeRolePolicyDocument=self.trust(self.account))
        self.refused("InvalidParameterException", self.put, roleArn=self.role.replace("to-kinesis", "new"))

    def test_policies(self):
        put = self.logs.put_destination_policy
        good = self.policy({"AWS": self.sender})
        self.refused("InvalidParameterException", put, destinationName="central", accessPolicy=good)
        self.put()
        for text in ("no", "{}", '{"Statement": [{"Effect": "Allow"}]}', good + " " * 5120):
            self.refused("InvalidParameterException", put, destinationName="central", accessPolicy=text)
        self.open()
        organization = {"StringEquals": {"aws:PrincipalOrgID": ["o-1"]}}
        self.refused("InvalidParameterException", lambda: self.open("*", **organization))
        self.open("*", force=True, **organization)
        self.open("*", **organization)

    def test_lists_and_deletion(self):
        for name in ("b", "a", "other", "aa"):
            self.put(name)
        self.settings(logs_page=2)
        listed = self.logs.describe_destinations()
        self.assertEqual([d["destinationName"] for d in listed["destinations"]], ["a", "aa"])
        listed = self.logs.describe_destinations(nextToken=listed["nextToken"])
        self.assertEqual([d["destinationName"] for d in listed["destinations"]], ["b", "other"])
        self.assertNotIn("nextToken", listed)
        listed = self.logs.describe_destinations(DestinationNamePrefix="a")["destinations"]
        self.assertEqual([d["destinationName"] for d in listed], ["a", "aa"])
        arn = listed[0]["arn"]
        self.logs.tag_resource(resourceArn=arn, tags={"k": "v", "l": "w"})
        self.logs.untag_resource(resourceArn=arn, tagKeys=["l"])
        self.assertEqual(self.logs.list_tags_for_resource(resourceArn=arn)["tags"], {"k": "v"})
        self.logs.delete_destination(destinationName="a")
        self.refused("ResourceNotFoundException", self.logs.delete_destination, destinationName="a")
        self.refused("ResourceNotFoundException", self.logs.list_tags_for_resource, resourceArn=arn)
        self.put("a")
        self.assertEqual(self.logs.list_tags_for_resource(resourceArn=arn)["tags"], {})

    def test_what_policies_name(self):
        self.put()
        reader = self.client("logs", self.region, key=self.reader(("logs:PutDestination*", self.destination)))
        params = {"destinationName": "central", "targetArn": self.arn, "roleArn": self.role}
        self.assertIn("iam:PassRole", self.words("AccessDeniedException", reader.put_destination, **params))
        document = self.policy({"AWS": self.sender})
        reader.put_destination_policy(destinationName="central", accessPolicy=document)
        self.assertIn("resource: *", self.words("AccessDeniedException", reader.describe_destinations))


class Senders(DestinationCase):
    def setUp(self):
        super().setUp()
        self.put()
        self.theirs = self.client("logs", self.region, account=self.sender)
        self.theirs.create_log_group(logGroupName=GROUP)

    def subscribe(self, logs=None, **more):
        params = {"logGroupName": GROUP, "filterName": "f", "filterPattern": "", "destinationArn": self.destination}
        (logs or self.theirs).put_subscription_filter(**params | more)

    def send(self, *messages):
        events = {"account": self.sender, "region": self.region, "group": GROUP, "messages": list(messages)}
        self.control("POST", "events", events)

    def lost(self):
        found = self.control("GET", "delivered", account=self.sender, timeout=1)["deliveries"]
        return [(entry["stream"], entry["outcome"], entry["error"]) for entry in found]

    def test_events_arrive(self):
        refusal = (
            f"User with accountId: {self.sender} is not authorized to perform: logs:PutSubscriptionFilter on resource: "
            f"{self.destination}"
        )
        self.assertEqual(self.words("AccessDeniedException", self.subscribe), refusal)
        self.open({"AWS": "123456789012"})
        self.assertEqual(self.words("AccessDeniedException", self.subscribe), refusal)
        missing = self.destination + "s"
        self.refused("AccessDeniedException", self.subscribe, destinationArn=missing)
        self.open()
        self.subscribe(filterPattern="wanted", distribution="Random")
        self.send("a wanted line", "another")
        control, data = self.envelopes()[1:]
        self.assertEqual(control["messageType"], "CONTROL_MESSAGE")
        event = data["logEvents"].pop()
        expected = {
            "messageType": "DATA_MESSAGE",
            "owner": self.sender,
            "logGroup": GROUP,
            "logStream": "events",
            "subscriptionFilters": ["f"],
            "logEvents": [],
        }
        self.assertEqual((data, event["message"]), (expected, "a wanted line"))
        self.assertEqual(self.lost(), [])
        filters = self.theirs.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"]
        self.assertEqual([f["destinationArn"] for f in filters], [self.destination])

    def test_the_own_account(self):
        self.logs.create_log_group(logGroupName=GROUP)
        self.refused("AccessDeniedException", lambda: self.subscribe(self.logs))
        self.open({"AWS": self.account})
        self.subscribe(self.logs)

    def test_deliveries_do_not_move_the_stream(self):
        self.open()
        self.subscribe()
        self.kinesis.increase_stream_retention_period(StreamName="stream", RetentionPeriodHours=48)
        self.send("a")
        self.updated()
        self.assertEqual(self.lost(), [])

    def test_events_of_a_log_stream_stay_together(self):
        self.open()
        self.subscribe()
        self.send("a")
        self.send("b")
        records = self.control("GET", "records", account=self.account, region=REGION, stream="stream")[2:]
        self.assertEqual(len({record["partition_key"] for record in records}), 1)
        self.subscribe(distribution="Random")
        self.send("c")
        records = self.control("GET", "records", account=self.account, region=REGION, stream="stream")
        self.assertNotEqual(records[-1]["partition_key"], records[-3]["partition_key"])

    def test_the_role_must_trust_the_sender(self):
        self.open()
        self.set_trust(self.account)
        self.assertEqual(self.words("InvalidParameterException", self.subscribe), CANNOT_DELIVER)
        elsewhere = self.client("logs", "eu-west-2", account=self.sender)
        elsewhere.create_log_group(logGroupName=GROUP)
        self.refused("InvalidParameterException", lambda: self.subscribe(elsewhere))

    def test_what_is_lost(self):
        self.open()
        self.subscribe()
        self.set_trust(self.account)
        self.send("a")
        self.set_trust(self.account, self.sender)
        self.open({"AWS": "123456789012"})
        self.send("b")
        self.open()
        self.kinesis.delete_stream(StreamName="stream")
        self.send("c")
        self.logs.delete_destination(destinationName="central")
        self.send("d")
        reasons = ["AssumeRoleAccessDenied", "DestinationAccessDenied", "StreamNotActive", "DestinationNotFound"]
        self.assertEqual(self.lost(), [("central", "lost", f"Logs.{reason}") for reason in reasons])

    def test_the_caller_needs_both(self):
        self.open()
        group = f"arn:aws:logs:{self.region}:{self.sender}:log-group:{GROUP}:*"
        iam = self.client("iam", account=self.sender)
        iam.create_user(UserName="u")
        key = iam.create_access_key(UserName="u")["AccessKey"]
        logs = self.client("logs", self.region, account=self.sender, key=key)
        action = "logs:PutSubscriptionFilter"
        for resource, other in ((group, self.destination), (self.destination, group)):
            iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=identity_policy((action, resource)))
            words = self.words("AccessDeniedException", self.subscribe, logs=logs)
            self.assertIn(f"on resource: {other.removesuffix('*')}", words)
        both = identity_policy((action, group), (action, self.destination))
        iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=both)
        self.subscribe(logs)

    def test_an_organization(self):
        organization = self.seed("organizations", "CreateOrganization", FeatureSet="ALL")["Organization"]["Id"]
        member = self.seed("organizations", "CreateAccount", AccountName="m", Email="m@example.com")
        stranger, self.sender = self.theirs, member["CreateAccountStatus"]["AccountId"]
        self.theirs = self.client("logs", self.region, account=self.sender)
        self.theirs.create_log_group(logGroupName=GROUP)
        self.open("*", StringEquals={"aws:PrincipalOrgID": [organization]})
        trust = json.loads(self.trust())
        trust["Statement"][0]["Condition"] = {"StringEquals": {"aws:SourceOrgID": organization}}
        self.iam.update_assume_role_policy(RoleName="to-kinesis", PolicyDocument=json.dumps(trust))
        self.refused("AccessDeniedException", self.subscribe, logs=stranger)
        words = self.words("InvalidParameterException", self.subscribe)
        self.assertIn("Role ARN is required when creating subscription filter against destination", words)
        iam, role = self.client("iam", account=self.sender), f"arn:aws:iam::{self.sender}:role/to-central"
        plain = {"Effect": "Allow", "Principal": {"Service": "logs.amazonaws.com"}, "Action": "sts:AssumeRole"}
        iam.create_role(RoleName="to-central", AssumeRolePolicyDocument=json.dumps(trust | {"Statement": [plain]}))
        self.refused("ValidationException", self.subscribe, roleArn=role)
        rights = identity_policy(("logs:PutLogEvents", f"arn:aws:logs:{self.region}:{self.sender}:log-group:{GROUP}:*"))
        iam.put_role_policy(RoleName="to-central", PolicyName="p", PolicyDocument=rights)
        self.subscribe(roleArn=role)
        self.send("a")
        iam.delete_role_policy(RoleName="to-central", PolicyName="p")
        self.send("b")
        self.assertEqual([e["logEvents"][0]["message"] for e in self.envelopes()[2:]], ["a"])
        self.assertEqual(self.lost(), [("central", "lost", "Logs.DestinationAccessDenied")])
