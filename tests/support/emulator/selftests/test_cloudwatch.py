"""CloudWatch, in each of the protocols that SDKs speak to it."""

import functools
import time
from datetime import datetime, timedelta, timezone

import botocore.session

from selftests.harness import Case

AGE = {
    "Namespace": "AWS/SQS",
    "MetricName": "ApproximateAgeOfOldestMessage",
    "Dimensions": [{"Name": "QueueName", "Value": "q"}],
}


def window(minutes=10):
    """The last minutes."""
    now = datetime.now(timezone.utc)
    return {"StartTime": now - timedelta(minutes=minutes), "EndTime": now}


@functools.cache
def session(protocol):
    """A session of botocore that knows CloudWatch in one protocol only."""
    made = botocore.session.Session()
    model = made.get_component("data_loader").load_service_model("cloudwatch", "service-2")
    model["metadata"] |= {"protocol": protocol, "protocols": [protocol]}
    return made


class Metrics:
    """What every protocol has to show."""

    protocol = ""

    def cloudwatch(self, region="us-east-1", **params):
        return self.client("cloudwatch", region, session=session(self.protocol), **params)

    def ages(self, region="us-east-1", **params):
        client = self.cloudwatch(region)
        answer = client.get_metric_statistics(**{**AGE, **window(), "Period": 60, "Statistics": ["Maximum"], **params})
        self.assertEqual(answer["Label"], "ApproximateAgeOfOldestMessage")
        return [(point["Maximum"], point["Unit"]) for point in answer["Datapoints"]]

    def test_a_queue_has_no_age_but_by_the_setting(self):
        self.assertEqual(self.ages(), [])
        self.settings(queue_age={"us-east-1/q": 86, "eu-west-1/other": 1})
        self.assertEqual(self.ages(), [(86.0, "Seconds")])
        self.assertEqual(self.ages("eu-west-1"), [])
        self.assertEqual(self.ages(Dimensions=[{"Name": "QueueName", "Value": "other"}]), [])
        self.assertEqual(self.ages(Namespace="AWS/SNS"), [])

    def test_the_datapoint_is_of_the_minute_before(self):
        self.settings(queue_age={"us-east-1/q": 86})
        client = self.cloudwatch()
        answer = client.get_metric_statistics(**AGE, **window(3), Period=60, Statistics=["Maximum"])
        stamp = answer["Datapoints"][0]["Timestamp"].timestamp()
        self.assertEqual(stamp % 60, 0)
        self.assertTrue(60 <= time.time() - stamp < 125)

    def test_metric_data(self):
        self.settings(queue_age={"us-east-1/q": 86})
        query = {"Id": "age", "MetricStat": {"Metric": AGE, "Period": 300, "Stat": "Maximum"}}
        answer = self.cloudwatch().get_metric_data(MetricDataQueries=[query], **window())
        self.assertEqual([(r["Id"], r["Values"]) for r in answer["MetricDataResults"]], [("age", [86.0])])
        self.assertEqual(len(answer["MetricDataResults"][0]["Timestamps"]), 1)

    def test_periods_and_numbers_of_datapoints(self):
        for period, minutes, code in (
            (59, 10, "InvalidParameterValue"),
            (90, 10, "InvalidParameterValue"),
            (60, 1441, "InvalidParameterCombination"),
        ):
            query = {**AGE, **window(minutes), "Period": period, "Statistics": ["Maximum"]}
            self.refused(code, self.cloudwatch().get_metric_statistics, **query)
        self.assertEqual(self.ages(**window(1440), Period=60), [])

    def test_seeds(self):
        self.seed("cloudwatch", "PutMetricData", Namespace="mine", MetricData=[{"MetricName": "m", "Value": 2.5}])
        answer = self.cloudwatch().list_metrics()["Metrics"]
        self.assertEqual([(m["Namespace"], m["MetricName"]) for m in answer], [("mine", "m")])
        end = (datetime.now(timezone.utc) + timedelta(minutes=1)).isoformat()
        answer = self.seed(
            "cloudwatch",
            "GetMetricStatistics",
            Namespace="mine",
            MetricName="m",
            StartTime="2024-02-29T00:00:00Z",
            EndTime=end,
            Period=86400,
            Statistics=["Sum"],
        )
        self.assertEqual(answer["Datapoints"][0]["Sum"], 2.5)

    def test_records(self):
        begin = datetime(2024, 2, 29, tzinfo=timezone.utc)
        when = {"StartTime": begin, "EndTime": begin + timedelta(hours=1)}
        self.cloudwatch("eu-west-1").get_metric_statistics(**AGE, **when, Period=60, Statistics=["Maximum"])
        record = self.requests()[0]
        self.assertEqual((record["service"], record["operation"]), ("cloudwatch", "GetMetricStatistics"))
        self.assertEqual((record["region"], record["mutating"], record["status"]), ("eu-west-1", False, 200))
        self.assertEqual((record["params"]["Dimensions"], record["params"]["Period"]), (AGE["Dimensions"], 60))
        self.assertTrue(record["params"]["StartTime"].startswith("2024-02-29T00:00:00"))

    def test_data_of_metrics(self):
        client = self.cloudwatch()
        begin = datetime(2024, 2, 29, tzinfo=timezone.utc)
        when = {"StartTime": begin, "EndTime": begin + timedelta(hours=1)}
        metric = {"Namespace": "AWS/Firehose", "MetricName": "ThrottledRecords"}

        def query(name="m0", period=300, stat="Sum"):
            return {"Id": name, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}}

        answer = client.get_metric_data(**when, MetricDataQueries=[query()])
        self.assertEqual([(r["Id"], r["Values"]) for r in answer["MetricDataResults"]], [("m0", [])])
        for bad in (query(name="M0"), query(period=61), query(stat="Mean")):
            self.refused("ValidationError", client.get_metric_data, **when, MetricDataQueries=[bad])
        same = {"StartTime": begin, "EndTime": begin}
        self.refused("ValidationError", client.get_metric_data, **same, MetricDataQueries=[query()])

    def test_errors_of_moto(self):
        client = self.cloudwatch()
        answer = self.refused(
            "InvalidParameterValue",
            client.get_metric_statistics,
            **{**AGE, **window(), "EndTime": 0},
            Period=60,
            Statistics=["Maximum"],
        )
        self.assertIn("StartTime", answer["Error"]["Message"])
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 400)
        self.assertEqual(self.requests()[0]["error"], "InvalidParameterValue")

    def test_refusals(self):
        self.refused("AccessDenied", self.cloudwatch(key=self.reader()).list_metrics)
        nobody = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "secret"}
        self.refused("InvalidClientTokenId", self.cloudwatch(key=nobody).list_metrics)
        codes = {
            "500": "InternalServiceError",
            "503": "ServiceUnavailable",
            "throttle": "Throttling",
            "deny": "AccessDenied",
        }
        for action, code in codes.items():
            self.faults({"action": action})
            answer = self.refused(code, self.cloudwatch().list_metrics)
            self.assertTrue(answer["ResponseMetadata"]["RequestId"])
            self.assertEqual(self.requests()[-1]["error"], code)


class Cbor(Metrics, Case):
    protocol = "smithy-rpc-v2-cbor"

    def test_it_is_cbor_indeed(self):
        self.cloudwatch().list_metrics()
        seen = []
        client = self.cloudwatch()
        client.meta.events.register("before-send", lambda request, **_: seen.append(request))
        client.list_metrics()
        self.assertTrue(seen[0].url.endswith("/service/GraniteServiceVersion20100801/operation/ListMetrics"))


class Json(Metrics, Case):
    protocol = "json"


class Query(Metrics, Case):
    protocol = "query"
