"""Trails that send their events to CloudWatch Logs, and which events they take."""

import json
import time

from selftests.harness import Case, identity_policy

HOME, AWAY = "eu-west-1", "us-west-2"
GROUP, ROLE = "InvalidCloudWatchLogsLogGroupArnException", "InvalidCloudWatchLogsRoleArnException"


class Logs(Case):
    def setUp(self):
        super().setUp()
        self.furnish()
        self.trails, self.iam = self.client("cloudtrail", HOME), self.client("iam")
        self.group = f"arn:aws:logs:{HOME}:{self.account}:log-group:trail:*"
        self.role = f"arn:aws:iam::{self.account}:role/logs"
        self.arns = {"CloudWatchLogsLogGroupArn": self.group, "CloudWatchLogsRoleArn": self.role}
        self.trust = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        streams = f"{self.group[:-2]}:log-stream:{self.account}_CloudTrail_{HOME}*"
        self.rights = (["logs:CreateLogStream", "logs:PutLogEvents"], streams)

    def make_group(self, name="trail", region=HOME):
        self.seed("logs", "CreateLogGroup", region, logGroupName=name)

    def make_role(self, trust=None, *rights, **params):
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust or self.trust]})
        self.iam.create_role(RoleName="logs", AssumeRolePolicyDocument=document, **params)
        self.put_policy(*(rights or [self.rights]))

    def put_policy(self, *rights):
        self.iam.put_role_policy(RoleName="logs", PolicyName="p", PolicyDocument=identity_policy(*rights))

    def create(self, **params):
        return self.trails.create_trail(Name="trail", S3BucketName=self.bucket, **params)

    def update(self, **params):
        return self.trails.update_trail(Name="trail", **params)

    def words(self, code, function, **params):
        return self.refused(code, function, **params)["Error"]["Message"]

    def test_both_are_kept_shown_and_detached(self):
        self.make_group()
        self.make_role()
        self.assertLessEqual(self.arns.items(), self.create(**self.arns).items())
        self.assertLessEqual(self.arns.items(), self.trails.describe_trails()["trailList"][0].items())
        self.assertLessEqual(self.arns.items(), self.snapshot()["cloudtrail"][HOME]["trail"].items())
        self.update(EnableLogFileValidation=True)
        self.assertLessEqual(self.arns.items(), self.trails.get_trail(Name="trail")["Trail"].items())
        self.update(**dict.fromkeys(self.arns, ""))
        trail = self.trails.get_trail(Name="trail")["Trail"]
        self.assertFalse(set(self.arns) & set(trail))
        self.assertLessEqual(self.arns.items(), self.update(**self.arns).items())
        # One empty ARN detaches both.
        for member in self.arns:
            self.update(**{member: ""})
            self.assertFalse(set(self.arns) & set(self.trails.get_trail(Name="trail")["Trail"]))
            self.update(**self.arns)

    def test_both_belong_together(self):
        self.make_group()
        self.make_role()
        for function in (self.create, self.update):
            self.refused(ROLE, function, CloudWatchLogsLogGroupArn=self.group)
            self.refused(GROUP, function, CloudWatchLogsRoleArn=self.role)
            if function == self.create:
                self.create(**dict.fromkeys(self.arns, ""))
                self.assertFalse(set(self.arns) & set(self.trails.get_trail(Name="trail")["Trail"]))
        for member in self.arns:
            self.refused(GROUP if "Group" in member else ROLE, self.update, **{**self.arns, member: ""})

    def test_the_group(self):
        self.make_role()
        self.make_group(region=AWAY)
        self.refused(GROUP, self.create, **self.arns)
        self.make_group()
        for arn in (
            self.group[:-2],
            self.group.replace(HOME, AWAY),
            self.group.replace(self.account, "123456789012"),
            self.group.replace("log-group:trail", "log-group:none"),
            "trail",
        ):
            self.refused(GROUP, self.create, **{**self.arns, "CloudWatchLogsLogGroupArn": arn})
        self.create(**self.arns)

    def test_the_role(self):
        self.make_group()
        self.assertIn("Access denied.", self.words(ROLE, self.create, **self.arns))
        self.refused(ROLE, self.create, **{**self.arns, "CloudWatchLogsRoleArn": "logs"})
        self.make_role({**self.trust, "Principal": {"Service": "config.amazonaws.com"}})
        self.assertIn("trust relationships", self.words(ROLE, self.create, **self.arns))
        source = {
            "aws:SourceArn": f"arn:aws:cloudtrail:{HOME}:{self.account}:trail/trail",
            "aws:SourceAccount": self.account,
        }
        conditions = [{"StringEquals": {key: value}} for key, value in source.items()]
        for statement in (
            *({**self.trust, "Condition": condition} for condition in conditions),
            {**self.trust, "Effect": "Deny"},
        ):
            self.retrust(statement)
            self.refused(ROLE, self.create, **self.arns)
        self.retrust(self.trust)
        self.create(**self.arns)

    def retrust(self, statement):
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.iam.update_assume_role_policy(RoleName="logs", PolicyDocument=document)

    def test_the_roles_policy(self):
        """That it is wrong is said of the group."""
        self.make_group()
        self.make_role(self.trust, ("logs:PutLogEvents", "*"))
        message = self.words(GROUP, self.create, **self.arns)
        self.assertEqual(message, "Access denied. Verify in IAM that the role has adequate permissions.")
        actions, streams = self.rights
        deny = {"Effect": "Deny", "Action": "logs:PutLogEvents", "Resource": self.group}
        for rights in (
            [(actions, self.group[:-2])],
            [(actions, streams.replace(HOME, AWAY))],
            # A busy trail fills several streams.
            [(actions, streams[:-1])],
            [("logs:CreateLogStream", streams)],
            [self.rights, deny],
        ):
            self.put_policy(*rights)
            self.refused(GROUP, self.create, **self.arns)
        self.put_policy((actions, self.group))
        self.create(**self.arns)
        self.iam.delete_role_policy(RoleName="logs", PolicyName="p")
        self.refused(GROUP, self.update, **self.arns)
        arn = "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess"
        self.iam.attach_role_policy(RoleName="logs", PolicyArn=arn)
        self.update(**self.arns)

    def test_a_role_takes_time_to_be_seen(self):
        self.settings(role_delay=2)
        self.make_group()
        self.make_role()
        self.refused(ROLE, self.create, **self.arns)
        time.sleep(2.1)
        self.create(**self.arns)
        self.put_policy(("logs:PutLogEvents", "*"))
        self.update(**self.arns)
        time.sleep(2.1)
        self.refused(GROUP, self.update, **self.arns)
        self.put_policy(self.rights)
        self.refused(GROUP, self.update, **self.arns)
        time.sleep(2.1)
        self.update(**self.arns)

    def test_whoever_passes_a_role_has_to_be_allowed_to(self):
        self.make_group()
        self.make_role()
        trails = self.client("cloudtrail", HOME, key=self.reader(("cloudtrail:*", "*")))
        create = {"Name": "trail", "S3BucketName": self.bucket}
        message = self.words("AccessDeniedException", trails.create_trail, **create, **self.arns)
        self.assertIn(f"is not authorized to perform: iam:PassRole on resource: {self.role}", message)
        trails.create_trail(**create)
        self.refused("AccessDeniedException", trails.update_trail, Name="trail", **self.arns)
        text = identity_policy(("iam:PassRole", self.role))
        self.client("iam").put_user_policy(UserName="reader", PolicyName="pass", PolicyDocument=text)
        trails.update_trail(Name="trail", **self.arns)
        self.client("iam").delete_user_policy(UserName="reader", PolicyName="pass")
        trails.update_trail(Name="trail", **dict.fromkeys(self.arns, ""))
        self.settings(denied_operations=["iam:PassRole"])
        message = self.words("AccessDeniedException", self.update, **self.arns)
        self.assertIn("is not authorized to perform: iam:PassRole", message)

    def test_delivery_to_the_group(self):
        self.create()
        fields = {"LatestCloudWatchLogsDeliveryTime": 1700000000, "LatestCloudWatchLogsDeliveryError": "AccessDenied"}
        self.assertFalse(set(fields) & set(self.trails.get_trail_status(Name="trail")))
        self.settings(delivery={HOME: fields})
        status = self.trails.get_trail_status(Name="trail")
        self.assertEqual(status["LatestCloudWatchLogsDeliveryTime"].timestamp(), 1700000000)
        self.assertEqual(status["LatestCloudWatchLogsDeliveryError"], "AccessDenied")

    def test_the_role_has_tags(self):
        tags = [{"Key": "k", "Value": "v"}]
        self.make_role(Tags=tags, Path="/ctadmin/")
        self.assertEqual(self.iam.list_role_tags(RoleName="logs")["Tags"], tags)
        self.iam.tag_role(RoleName="logs", Tags=[{"Key": "l", "Value": "w"}])
        self.iam.untag_role(RoleName="logs", TagKeys=["k"])
        role = self.snapshot()["iam"]["roles"]["logs"]
        self.assertEqual((role["tags"], role["path"]), ({"l": "w"}, "/ctadmin/"))


class Selectors(Case):
    def setUp(self):
        super().setUp()
        self.furnish()
        self.trails, self.away = self.client("cloudtrail", HOME), self.client("cloudtrail", AWAY)
        self.trails.create_trail(Name="trail", S3BucketName=self.bucket, IsMultiRegionTrail=True)
        self.arn = f"arn:aws:cloudtrail:{HOME}:{self.account}:trail/trail"

    def put(self, *selectors, name="trail", **advanced):
        selectors = {"EventSelectors": list(selectors)} if selectors else {}
        return self.trails.put_event_selectors(TrailName=name, **selectors, **advanced)

    def put_advanced(self, *fields):
        selectors = [{"Name": str(number), "FieldSelectors": f} for number, f in enumerate(fields)]
        return self.put(AdvancedEventSelectors=selectors)

    def get(self):
        answer = self.trails.get_event_selectors(TrailName="trail")
        self.assertEqual(answer.pop("TrailARN"), self.arn)
        answer.pop("ResponseMetadata")
        return answer

    def test_a_new_trail_takes_all_management_events(self):
        default = {
            "ReadWriteType": "All",
            "IncludeManagementEvents": True,
            "DataResources": [],
            "ExcludeManagementEventSources": [],
        }
        self.assertEqual(self.get(), {"EventSelectors": [default]})
        self.put({"ReadWriteType": "WriteOnly"})
        self.assertEqual(self.get(), {"EventSelectors": [{**default, "ReadWriteType": "WriteOnly"}]})
        self.assertEqual(self.snapshot()["cloudtrail"][HOME]["trail"]["EventSelectors"], self.get()["EventSelectors"])

    def test_by_name_and_arn_and_in_the_home_region(self):
        self.put({"ReadWriteType": "ReadOnly"}, name=self.arn)
        selectors = self.away.get_event_selectors(TrailName=self.arn)["EventSelectors"]
        self.assertEqual(selectors, self.get()["EventSelectors"])
        self.refused("TrailNotFoundException", self.away.get_event_selectors, TrailName="trail")
        for name in ("trail", self.arn):
            put = {"TrailName": name, "EventSelectors": [{"ReadWriteType": "All"}]}
            self.refused("InvalidHomeRegionException", self.away.put_event_selectors, **put)

    def test_one_kind_replaces_the_other(self):
        management = [{"Field": "eventCategory", "Equals": ["Management"]}]
        advanced = [{"Name": "0", "FieldSelectors": management}]
        answer = self.put_advanced(management)
        self.assertEqual((answer["TrailARN"], answer["AdvancedEventSelectors"]), (self.arn, advanced))
        self.assertEqual(self.get(), {"AdvancedEventSelectors": advanced})
        self.put({"ReadWriteType": "All"})
        self.assertEqual(list(self.get()), ["EventSelectors"])
        both = {"EventSelectors": [{"ReadWriteType": "All"}], "AdvancedEventSelectors": advanced}
        self.refused("InvalidEventSelectorsException", self.put, **both)
        self.refused("InvalidEventSelectorsException", self.put)
        self.refused("InvalidEventSelectorsException", self.put, EventSelectors=[])

    def test_a_seed_can_leave_none(self):
        self.seed("cloudtrail", "PutEventSelectors", HOME, TrailName="trail", EventSelectors=[])
        self.assertEqual(self.get(), {"EventSelectors": []})
        selector = {"Name": "n", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}
        self.seed("cloudtrail", "PutEventSelectors", HOME, TrailName="trail", AdvancedEventSelectors=[selector])
        self.assertEqual(self.get(), {"AdvancedEventSelectors": [selector]})

    def test_basic_selectors(self):
        def data(count, kind="AWS::S3::Object", value="arn:aws:s3:::b/{}"):
            return {"DataResources": [{"Type": kind, "Values": [value.format(n) for n in range(count)]}]}

        for selectors in (
            [{"ReadWriteType": "read-only"}],
            [{}] * 6,
            [data(251)],
            [data(125), data(126)],
            [data(0)],
            [data(1, "AWS::EC2::Instance")],
            [data(1, value="bucket")],
            [{"ExcludeManagementEventSources": ["s3.amazonaws.com"]}],
            [{"ExcludeManagementEventSources": ["kms.amazonaws.com"], "IncludeManagementEvents": False}],
        ):
            self.refused("InvalidEventSelectorsException", lambda many: self.put(*many), many=selectors)
        self.put({}, data(125), data(125), {"ExcludeManagementEventSources": ["kms.amazonaws.com"]}, {})
        self.assertEqual(len(self.get()["EventSelectors"]), 5)

    def test_advanced_selectors(self):
        def field(name, *values, operator="Equals"):
            return {"Field": name, operator: list(values)}

        management, data = field("eventCategory", "Management"), field("eventCategory", "Data")
        objects = field("resources.type", "AWS::S3::Object")
        for fields in (
            [field("readOnly", "true")],
            [field("eventCategory", "All")],
            [field("eventCategory", "Management", operator="NotEquals")],
            [management, management],
            [management, objects],
            [data],
            [management, field("colour", "red")],
            [management, {"Field": "readOnly"}],
            [data, objects, field("resources.ARN", *map(str, range(499)))],
        ):
            self.refused("InvalidEventSelectorsException", lambda f: self.put_advanced(f), f=fields)
        self.put_advanced([management, field("readOnly", "true")], [data, objects])
        self.assertEqual(len(self.get()["AdvancedEventSelectors"]), 2)

    def test_what_a_policy_names(self):
        trails = self.client("cloudtrail", HOME, key=self.reader(("cloudtrail:GetEventSelectors", self.arn)))
        trails.get_event_selectors(TrailName="trail")
        trails.get_event_selectors(TrailName=self.arn)
        put = {"TrailName": "trail", "EventSelectors": [{"ReadWriteType": "All"}]}
        self.refused("AccessDeniedException", trails.put_event_selectors, **put)
