"""Alarms and dashboards of CloudWatch, in each of the protocols that SDKs speak to it."""

import json

from selftests.harness import Case
from selftests.test_cloudwatch import session

BODY = {
    "widgets": [
        {
            "type": "alarm",
            "x": 0,
            "y": 0,
            "width": 24,
            "height": 3,
            "properties": {"alarms": ["arn:aws:cloudwatch:us-east-1:1:alarm:a"]},
        },
        {"type": "metric", "width": 12, "height": 6, "properties": {"region": "us-east-1", "metrics": [["n", "m"]]}},
        {"type": "text", "properties": {"markdown": "# Title"}},
    ]
}


class Speaking(Case):
    """A test that speaks one of the protocols."""

    protocol = "smithy-rpc-v2-cbor"

    def cloudwatch(self, region="us-east-1", **params):
        return self.client("cloudwatch", region, session=session(self.protocol), **params)

    def setUp(self):
        super().setUp()
        self.watch = self.cloudwatch()
        self.topic_arn = f"arn:aws:sns:us-east-1:{self.account}:alerts"
        self.alarm_arn = f"arn:aws:cloudwatch:us-east-1:{self.account}:alarm:a"

    def alarm(self, name="a", **params):
        """The parameters of an alarm."""
        params = {
            "AlarmName": name,
            "AlarmDescription": "somebody did it",
            "MetricName": "m",
            "Namespace": "n",
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 2,
            "DatapointsToAlarm": 1,
            "Threshold": 1.5,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [self.topic_arn],
            "OKActions": [self.topic_arn],
            **params,
        }
        return {member: value for member, value in params.items() if value is not None}

    def put(self, *args, **params):
        self.watch.put_metric_alarm(**self.alarm(*args, **params))

    def names(self, **params):
        return [alarm["AlarmName"] for alarm in self.watch.describe_alarms(**params)["MetricAlarms"]]


class Alarms:
    """What every protocol has to show of alarms."""

    def test_an_alarm_as_it_is_made(self):
        self.put(Unit="Count", Dimensions=[{"Name": "d", "Value": "v"}], Tags=[{"Key": "k", "Value": "v"}])
        alarm = self.watch.describe_alarms()["MetricAlarms"][0]
        wanted = self.alarm(Unit="Count", Dimensions=[{"Name": "d", "Value": "v"}])
        self.assertEqual({member: alarm[member] for member in wanted}, wanted)
        self.assertEqual((alarm["AlarmArn"], alarm["ActionsEnabled"]), (self.alarm_arn, True))
        self.assertEqual((alarm["StateValue"], alarm["InsufficientDataActions"]), ("INSUFFICIENT_DATA", []))
        self.assertEqual(self.cloudwatch("eu-west-1").describe_alarms()["MetricAlarms"], [])

    def test_putting_it_again_replaces_all_but_state_and_tags(self):
        tags = [{"Key": "k", "Value": "v"}]
        self.put(Tags=tags)
        self.watch.set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="test")
        self.put(Threshold=3, AlarmDescription=None, OKActions=None, Tags=[{"Key": "other", "Value": "v"}])
        alarm = self.watch.describe_alarms()["MetricAlarms"][0]
        self.assertEqual((alarm["StateValue"], alarm["StateReason"]), ("ALARM", "test"))
        self.assertEqual((alarm["Threshold"], alarm["OKActions"]), (3, []))
        self.assertNotIn("AlarmDescription", alarm)
        self.assertEqual(self.watch.list_tags_for_resource(ResourceARN=self.alarm_arn)["Tags"], tags)

    def test_lists_have_an_order_filters_and_pages(self):
        for name in ("c", "a-2", "b", "a-1"):
            self.put(name)
        self.put("d", AlarmActions=[self.topic_arn + "-2"])
        self.seed("cloudwatch", "SetAlarmState", AlarmName="c", StateValue="OK", StateReason="test")
        self.assertEqual(self.names(), ["a-1", "a-2", "b", "c", "d"])
        self.assertEqual(self.names(AlarmNames=["c", "a-1", "none"]), ["a-1", "c"])
        self.assertEqual(self.names(AlarmNamePrefix="a-"), ["a-1", "a-2"])
        self.assertEqual(self.names(StateValue="OK"), ["c"])
        self.assertEqual(self.names(ActionPrefix=self.topic_arn + "-"), ["d"])
        self.assertEqual(self.names(AlarmTypes=["CompositeAlarm"]), [])
        self.settings(alarms_page=3)
        first = self.watch.describe_alarms()
        second = self.watch.describe_alarms(NextToken=first["NextToken"])
        self.assertEqual((len(first["MetricAlarms"]), len(second["MetricAlarms"])), (3, 2))
        self.assertNotIn("NextToken", second)
        self.refused("InvalidNextToken", self.watch.describe_alarms, NextToken="x")

    def test_deleting_passes_over_what_is_not_there(self):
        for name in ("a", "b", "c"):
            self.put(name, Tags=[{"Key": "k", "Value": "v"}])
        self.watch.delete_alarms(AlarmNames=["a", "none", "c"])
        self.assertEqual(self.names(), ["b"])
        self.put()
        self.assertEqual(self.watch.list_tags_for_resource(ResourceARN=self.alarm_arn)["Tags"], [])

    def test_an_alarm_that_a_composite_alarm_uses_stays(self):
        for name in ("a", "b", "c"):
            self.put(name)
        rule = f'ALARM("b") AND NOT (OK(none) OR INSUFFICIENT_DATA({self.alarm_arn[:-1]}c))'
        both = {"AlarmName": "both", "AlarmActions": [self.topic_arn]}
        self.refused("ValidationError", self.watch.put_composite_alarm, AlarmRule=rule, **both)
        self.watch.put_composite_alarm(AlarmRule=rule.replace("none", "a"), **both)
        self.assertEqual(self.names(), ["a", "b", "c"])
        found = self.watch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
        self.assertEqual([(alarm["AlarmName"], alarm["AlarmRule"]) for alarm in found], [("both", rule.replace("none", "a"))])
        self.put("d")
        self.refused("ValidationError", self.watch.delete_alarms, AlarmNames=["d", "c", "a"])
        self.assertEqual(self.names(), ["a", "b", "c", "d"])
        self.watch.delete_alarms(AlarmNames=["both"])
        self.watch.delete_alarms(AlarmNames=["a", "b", "c", "d"])
        self.assertEqual(self.names(), [])

    def test_tags(self):
        self.put(Tags=[{"Key": "a", "Value": "1"}])
        self.watch.tag_resource(ResourceARN=self.alarm_arn, Tags=[{"Key": "b", "Value": "2"}])
        self.watch.untag_resource(ResourceARN=self.alarm_arn, TagKeys=["a"])
        tags = self.watch.list_tags_for_resource(ResourceARN=self.alarm_arn)["Tags"]
        self.assertEqual(tags, [{"Key": "b", "Value": "2"}])
        none = {"ResourceARN": self.alarm_arn + "-2"}
        self.refused("ResourceNotFoundException", self.watch.list_tags_for_resource, **none)
        self.refused("ResourceNotFoundException", self.watch.tag_resource, Tags=[{"Key": "b", "Value": "2"}], **none)

    def test_dashboards(self):
        text = json.dumps(BODY)
        tags = [{"Key": "k", "Value": "v"}]
        answer = self.watch.put_dashboard(DashboardName="d", DashboardBody=text, Tags=tags)
        self.assertEqual(answer.get("DashboardValidationMessages", []), [])
        # All regions show the same dashboards.
        other = self.cloudwatch("eu-west-1")
        found = other.get_dashboard(DashboardName="d")
        arn = f"arn:aws:cloudwatch::{self.account}:dashboard/d"
        # A body reads back without the white space between its tokens.
        compact = json.dumps(BODY, separators=(",", ":"))
        self.assertEqual((found["DashboardArn"], found["DashboardBody"]), (arn, compact))
        self.assertEqual(other.list_tags_for_resource(ResourceARN=arn)["Tags"], tags)
        other.put_dashboard(DashboardName="d", DashboardBody='{"widgets": []}', Tags=[{"Key": "no", "Value": "no"}])
        other.put_dashboard(DashboardName="e", DashboardBody='{"widgets": []}')
        self.assertEqual(self.watch.get_dashboard(DashboardName="d")["DashboardBody"], '{"widgets":[]}')
        self.assertEqual(self.watch.list_tags_for_resource(ResourceARN=arn)["Tags"], tags)
        names = [entry["DashboardName"] for entry in self.watch.list_dashboards()["DashboardEntries"]]
        self.assertEqual(names, ["d", "e"])
        names = self.watch.list_dashboards(DashboardNamePrefix="e")["DashboardEntries"]
        self.assertEqual([entry["DashboardName"] for entry in names], ["e"])
        self.watch.delete_dashboards(DashboardNames=["d"])
        answer = self.refused("ResourceNotFound", self.watch.get_dashboard, DashboardName="d")
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 404)
        self.watch.delete_dashboards(DashboardNames=["d", "e"])
        self.assertEqual(self.watch.list_dashboards()["DashboardEntries"], [])
        self.watch.put_dashboard(DashboardName="d", DashboardBody=text)
        self.assertEqual(self.watch.list_tags_for_resource(ResourceARN=arn)["Tags"], [])

    def test_bodies(self):
        def broken(body):
            put = self.watch.put_dashboard
            answer = self.refused("InvalidParameterInput", put, DashboardName="d", DashboardBody=body)
            return answer["Error"]["Message"]

        for body in ("{", "[]", "text"):
            self.assertIn("must be a valid JSON object", broken(body))
        self.assertIn("'widgets'", broken("{}"))
        good = {"type": "text", "properties": {"markdown": ""}}
        for widget, path in (
            ({"properties": {}}, "/widgets/1"),
            ({"type": "graph", "properties": {}}, "/widgets/1"),
            ({"type": "text"}, "/widgets/1"),
            ({"type": "text", "properties": {}}, "/widgets/1/properties"),
            ({"type": "metric", "properties": {"region": "us-east-1"}}, "/widgets/1/properties"),
            ({"type": "metric", "properties": {"metrics": [["n", "m"]]}}, "/widgets/1/properties"),
            (
                {"type": "metric", "properties": {"region": "us-east-1", "metrics": ["m"]}},
                "/widgets/1/properties/metrics/0",
            ),
            ({"type": "alarm", "properties": {"alarms": ["a"]}}, "/widgets/1/properties/alarms"),
            ({"type": "alarm", "properties": {"alarms": []}}, "/widgets/1/properties/alarms"),
            ({"type": "alarm", "properties": {"alarms": ["a:alarm:b"] * 101}}, "/widgets/1/properties/alarms"),
            (
                {"type": "metric", "properties": {"region": "us-east-1", "metrics": [["n", "m"]], "period": 20}},
                "/widgets/1/properties/period",
            ),
            ({**good, "width": 25}, "/widgets/1/width"),
            ({**good, "x": 24}, "/widgets/1/x"),
            ({**good, "height": 0}, "/widgets/1/height"),
        ):
            message = broken(json.dumps({"widgets": [good, widget]}))
            self.assertIn("The dashboard body is invalid, there are 1 validation errors:", message)
            self.assertIn(f'"dataPath": "{path}"', message)
        put = {"DashboardName": "a b", "DashboardBody": json.dumps(BODY)}
        self.refused("InvalidParameterValue", self.watch.put_dashboard, **put)


class Cbor(Alarms, Speaking):
    pass


class Json(Alarms, Speaking):
    protocol = "json"


class Query(Alarms, Speaking):
    protocol = "query"


class Rules(Speaking):
    """What does not depend on the protocol."""

    def test_what_an_alarm_must_say(self):
        for params in (
            {"AlarmName": "x" * 256},
            {"AlarmName": "a\nb"},
            {"AlarmDescription": "x" * 1025},
            {"MetricName": None},
            {"Namespace": None},
            {"Namespace": ":n"},
            {"Threshold": None},
            {"Period": None},
            {"Period": 45},
            {"Period": 90},
            {"EvaluationPeriods": None},
            {"EvaluationPeriods": 0},
            {"EvaluationPeriods": 289},
            {"Period": 3600, "EvaluationPeriods": 169},
            {"DatapointsToAlarm": 3},
            {"DatapointsToAlarm": 0},
            {"ComparisonOperator": "Equals"},
            {"ComparisonOperator": None},
            {"Statistic": None},
            {"Statistic": "Total"},
            {"ExtendedStatistic": "p99"},
            {"Unit": "Furlongs"},
            {"TreatMissingData": "notbreaching"},
            {"AlarmActions": ["topic"]},
            {"AlarmActions": [f"arn:aws:sns:eu-west-1:{self.account}:alerts"]},
            {"OKActions": [f"arn:aws-cn:sns:us-east-1:{self.account}:alerts"]},
            {"OKActions": [self.topic_arn] * 6},
            {"Dimensions": [{"Name": str(number), "Value": "v"} for number in range(31)]},
        ):
            put = self.cloudwatch(parameter_validation=False).put_metric_alarm
            with self.subTest(params):
                self.refused("ValidationError", put, **self.alarm(**params))
        self.put("longest", Period=3600, EvaluationPeriods=168)
        self.put("high resolution", Period=20, AlarmActions=[f"arn:aws:ssm:us-east-1:{self.account}:opsitem:1"])
        metric = {"Metric": {"Namespace": "n", "MetricName": "m"}, "Period": 60, "Stat": "Sum"}
        single = dict.fromkeys(("MetricName", "Namespace", "Period", "Statistic"))
        self.put("math", Metrics=[{"Id": "m", "MetricStat": metric}], **single)

    def test_how_lists_are_asked_for(self):
        watch = self.cloudwatch(parameter_validation=False)
        for params in (
            {"AlarmNames": ["a"], "AlarmNamePrefix": "a"},
            {"AlarmNames": ["a"] * 101},
            {"MaxRecords": 0},
            {"MaxRecords": 101},
            {"StateValue": "GOOD"},
        ):
            self.refused("ValidationError", watch.describe_alarms, **params)
        self.refused("ValidationError", watch.delete_alarms, AlarmNames=["a"] * 101)

    def test_pages_of_many(self):
        put = {"service": "cloudwatch", "operation": "PutMetricAlarm", "region": "us-east-1"}
        calls = [{**put, "params": self.alarm(f"a{number}")} for number in range(120)]
        self.control("POST", "calls", {"calls": calls})
        self.assertEqual(len(self.names()), 50)
        self.assertEqual(len(self.names(MaxRecords=100)), 100)
        self.assertEqual(len(self.names(AlarmNames=[f"a{number}" for number in range(100)])), 50)

    def test_the_snapshot(self):
        self.put(Tags=[{"Key": "k", "Value": "v"}])
        self.watch.put_dashboard(DashboardName="d", DashboardBody=json.dumps(BODY), Tags=[{"Key": "k", "Value": "v"}])
        taken = self.snapshot()["cloudwatch"]
        alarm = taken["alarms"]["us-east-1"]["a"]
        wanted = self.alarm(Tags={"k": "v"}, StateValue="INSUFFICIENT_DATA", ActionsEnabled=True)
        del wanted["AlarmName"]
        self.assertEqual({member: alarm[member] for member in wanted}, wanted)
        self.assertEqual(taken["dashboards"], {"d": {"body": BODY, "tags": {"k": "v"}}})
        compact = json.dumps(BODY, separators=(",", ":"))
        self.assertEqual(self.snapshot(raw=1)["cloudwatch"]["dashboards"]["d"]["body"], compact)
        self.cloudwatch("eu-west-1").list_metrics()
        self.assertEqual(self.snapshot()["cloudwatch"], taken)
        self.put()
        self.assertEqual(self.snapshot()["cloudwatch"], taken)

    def test_records_and_denials(self):
        self.put(Tags=[{"Key": "k", "Value": "v"}])
        record = self.requests()[0]
        self.assertEqual((record["service"], record["operation"]), ("cloudwatch", "PutMetricAlarm"))
        self.assertEqual((record["mutating"], record["params"]["Threshold"]), (True, 1.5))
        self.settings(denied_operations=["cloudwatch:TagResource"])
        self.refused("AccessDenied", self.put, Tags=[{"Key": "k", "Value": "v"}])
        self.put()

    def test_what_a_policy_names(self):
        """Alarms of a region, dashboards of the account; who lists alarms has to be allowed to see all."""
        alarms, dashboards = self.alarm_arn[:-1], f"arn:aws:cloudwatch::{self.account}:dashboard"
        key = self.reader(
            (["cloudwatch:*Alarm*"], f"{alarms}a*"), (["cloudwatch:*Dashboard*"], f"{dashboards}/d*"), name="one"
        )
        watch = self.cloudwatch(key=key)
        watch.put_metric_alarm(**self.alarm())
        watch.put_dashboard(DashboardName="d", DashboardBody=json.dumps(BODY))
        watch.get_dashboard(DashboardName="d")
        watch.delete_alarms(AlarmNames=["a", "ab"])
        for operation, params in (
            ("put_metric_alarm", self.alarm("b")),
            ("put_metric_alarm", self.alarm(Tags=[{"Key": "k", "Value": "v"}])),
            ("describe_alarms", {"AlarmNames": ["a"]}),
            ("delete_alarms", {"AlarmNames": ["a", "b"]}),
            ("put_dashboard", {"DashboardName": "e", "DashboardBody": json.dumps(BODY)}),
            ("delete_dashboards", {"DashboardNames": ["d", "e"]}),
            ("list_dashboards", {}),
        ):
            self.refused("AccessDenied", getattr(watch, operation), **params)
        key = self.reader(("cloudwatch:DescribeAlarms", f"{alarms}*"), ("cloudwatch:ListDashboards", "*"), name="two")
        self.cloudwatch(key=key).describe_alarms(AlarmNames=["a"])
        self.cloudwatch(key=key).list_dashboards()
