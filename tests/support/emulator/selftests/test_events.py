"""EventBridge: rules, their targets, and which events get into a log group."""

import json

from selftests.harness import Case

REGION = "eu-west-1"
GROUP = "/aws/events/findings"
PATTERN = {"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"]}


class EventsCase(Case):
    def setUp(self):
        super().setUp()
        self.events, self.logs = self.client("events", REGION), self.client("logs", REGION)
        self.group = f"arn:aws:logs:{REGION}:{self.account}:log-group:{GROUP}"
        self.rule = f"arn:aws:events:{REGION}:{self.account}:rule/findings"

    def put_rule(self, **more):
        return self.events.put_rule(Name="findings", EventPattern=json.dumps(PATTERN), **more)["RuleArn"]

    def put_targets(self, *ids, **more):
        targets = [{"Id": name, "Arn": self.group, **more} for name in ids]
        return self.events.put_targets(Rule="findings", Targets=targets)

    def targets(self):
        return [target["Id"] for target in self.events.list_targets_by_rule(Rule="findings")["Targets"]]


class Rules(EventsCase):
    def test_a_rule_is_replaced(self):
        self.assertEqual(self.put_rule(Description="d", Tags=[{"Key": "k", "Value": "v"}]), self.rule)
        self.put_targets("a")
        self.put_rule(State="DISABLED", Tags=[{"Key": "l", "Value": "w"}])
        rule = self.events.describe_rule(Name="findings")
        self.assertEqual((rule["State"], json.loads(rule["EventPattern"])), ("DISABLED", PATTERN))
        self.assertNotIn("Description", rule)
        self.assertEqual(self.targets(), ["a"])
        tags = self.events.list_tags_for_resource(ResourceARN=self.rule)["Tags"]
        self.assertEqual(tags, [{"Key": "k", "Value": "v"}])
        snapshot = self.snapshot()["events"][REGION]["findings"]
        self.assertEqual((snapshot["EventPattern"], list(snapshot["targets"])), (PATTERN, ["a"]))

    def test_what_is_refused(self):
        client = self.client("events", REGION, parameter_validation=False)
        self.refused("ValidationException", client.put_rule, Name="a b", EventPattern="{}")
        self.refused("InvalidEventPatternException", client.put_rule, Name="a", EventPattern="no")
        self.refused("ResourceNotFoundException", lambda: self.put_targets("a"))
        self.refused("ResourceNotFoundException", self.targets)
        self.put_rule()
        role = f"arn:aws:iam::{self.account}:role/r"
        self.refused("ValidationException", lambda: self.put_targets("a", RoleArn=role))
        self.refused("LimitExceededException", lambda: self.put_targets(*"abcdef"))
        self.refused("ValidationException", lambda: self.put_targets(*"abcdefghijk"))
        self.put_targets(*"abcde")
        self.refused("ValidationException", self.events.delete_rule, Name="findings")
        self.events.remove_targets(Rule="findings", Ids=list("abcde"))
        for _ in range(2):
            self.events.delete_rule(Name="findings")
        self.refused("ResourceNotFoundException", self.events.describe_rule, Name="findings")

    def test_targets_fail_in_an_answer_of_success(self):
        self.put_rule()
        self.settings(target_failures=1)
        answer = self.put_targets("a", "b")
        self.assertEqual(answer["FailedEntryCount"], 1)
        self.assertEqual(answer["FailedEntries"][0]["ErrorCode"], "ConcurrentModificationException")
        self.assertEqual(self.targets(), ["b"])
        self.settings(target_failures=1)
        self.assertEqual(self.events.remove_targets(Rule="findings", Ids=["b"])["FailedEntryCount"], 1)
        self.assertEqual(self.events.remove_targets(Rule="findings", Ids=["b"])["FailedEntryCount"], 0)
        self.assertEqual(self.targets(), [])

    def test_what_policies_name(self):
        events = self.client("events", REGION, key=self.reader(("events:PutRule", self.rule)))
        put = {"Name": "findings", "EventPattern": json.dumps(PATTERN)}
        events.put_rule(**put)
        tags = [{"Key": "k", "Value": "v"}]
        words = self.refused("AccessDeniedException", events.put_rule, **put, Tags=tags)["Error"]["Message"]
        self.assertIn(f"events:TagResource on resource: {self.rule}", words)
        words = self.refused("AccessDeniedException", events.list_rules)["Error"]["Message"]
        self.assertIn("resource: *", words)


class IntoLogGroups(EventsCase):
    def setUp(self):
        super().setUp()
        self.client("guardduty", REGION).create_detector(Enable=True)
        self.logs.create_log_group(logGroupName=GROUP)
        self.put_rule()
        self.put_targets("group")

    def let_in(self, principal=("events.amazonaws.com", "delivery.logs.amazonaws.com"), **condition):
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": list(principal)},
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"arn:aws:logs:{REGION}:{self.account}:log-group:/aws/events/*:*",
        }
        document = {"Version": "2012-10-17", "Statement": [statement | condition]}
        self.logs.put_resource_policy(policyName="p", policyDocument=json.dumps(document))

    def find(self, number, source="aws.guardduty"):
        event = {"region": REGION, "source": source, "type": "GuardDuty Finding", "detail": {"id": number}}
        self.control("POST", "event", event)

    def messages(self):
        events = self.seed("logs", "FilterLogEvents", REGION, logGroupName=GROUP)["events"]
        return [json.loads(event["message"]) for event in events]

    def lost(self):
        entries = self.control("GET", "delivered", account=self.account, timeout=1)["deliveries"]
        return [(entry["stream"], entry["error"]) for entry in entries]

    def test_a_finding_is_written(self):
        self.let_in()
        self.find(1)
        self.find(2, source="aws.other")
        (message,) = self.messages()
        self.assertRegex(message.pop("id"), "^[-0-9a-f]{36}$")
        self.assertRegex(message.pop("time"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        expected = {
            "version": "0",
            "detail-type": "GuardDuty Finding",
            "source": "aws.guardduty",
            "account": self.account,
            "region": REGION,
            "resources": [],
            "detail": {"id": 1},
        }
        self.assertEqual(message, expected)
        self.put_rule(State="DISABLED")
        self.find(3)
        self.assertEqual((len(self.messages()), self.lost()), (1, []))

    def test_what_is_not_let_in_is_lost(self):
        self.find(1)
        self.let_in(principal=["events.amazonaws.com"])
        self.find(2)
        by_rule = {"ArnEquals": {"aws:SourceArn": self.rule}}
        self.let_in(Condition=by_rule)
        self.find(3)
        self.let_in()
        self.logs.delete_log_group(logGroupName=GROUP)
        self.find(4)
        denied, missing = ("findings", "Events.AccessDenied"), ("findings", "Events.NoLogGroup")
        self.assertEqual(self.lost(), [denied] * 3 + [missing])

    def test_resource_policies(self):
        put = self.logs.put_resource_policy
        self.let_in()
        wrong = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "logs:*", "Resource": "*"}]}
        for text in ("no", "{}", json.dumps(wrong)):
            self.refused("InvalidParameterException", put, policyName="q", policyDocument=text)
        document = self.logs.describe_resource_policies()["resourcePolicies"][0]["policyDocument"]
        for number in range(9):
            put(policyName=str(number), policyDocument=document)
        self.refused("LimitExceededException", put, policyName="q", policyDocument=document)
        self.logs.delete_resource_policy(policyName="p")
        self.refused("ResourceNotFoundException", self.logs.delete_resource_policy, policyName="p")
        self.assertEqual(len(self.snapshot()["log_resource_policies"][REGION]), 9)
        copy = str(int(self.account) + 500_000_000_000)
        self.control("POST", "copy", {"account": copy, "original": self.account})
        rule = self.client("events", REGION, account=copy).describe_rule(Name="findings")
        self.assertEqual(rule["Arn"], self.rule.replace(self.account, copy))
