"""Single log events: the exact documents of recorded messages of all kinds, and how each field comes about."""

import json
import unittest

import samples
from support import document, envelope, record, run

SHARED = '"owner":"111122223333","log_group":"%s","log_stream":"one","subscription_filters":["acme"],'
FINDINGS = "/aws/events/acme-central-guardduty"
START = '{"@timestamp":"%s","event_id":"' + "0" * 56 + '",' + SHARED


class ExactDocuments(unittest.TestCase):
    def check(self, message: str, moment: str, rest: str, group: str = "acme-app") -> None:
        got = run([record(envelope([message], logGroup=group))]).firehose.accepted
        self.assertEqual([data.decode() for data in got], [START % (moment, group) + rest + "}"])

    def test_a_call_in_cloudtrail(self) -> None:
        self.check(samples.CREATE_TRAIL, "2023-07-19T21:35:03.000Z", (
            '"region":"us-east-1","kind":"cloudtrail","cloudtrail":{"eventVersion":"1.09","userIdentity":{"type":'
            '"AssumedRole","principalId":"AROAEXAMPLE:alice","arn":"arn:aws:sts::111122223333:assumed-role/Admin/alice"'
            ',"accountId":"111122223333","accessKeyId":"ASIAEXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role",'
            '"principalId":"AROAEXAMPLE","userName":"Admin","arn":"arn:aws:iam::111122223333:role/Admin","accountId":'
            '"111122223333"},"attributes":{"creationDate":"2023-07-19T21:00:51Z","mfaAuthenticated":"false"}}},'
            '"eventTime":"2023-07-19T21:35:03Z","eventSource":"cloudtrail.amazonaws.com","eventName":"CreateTrail",'
            '"awsRegion":"us-east-1","sourceIPAddress":"205.251.233.182","userAgent":"aws-cli/2.13.0",'
            r'"requestParameters":"{\"name\":\"myTrail\",\"s3BucketName\":\"bucket\",\"isMultiRegionTrail\":true,'
            r'\"limit\":10}","responseElements":"{\"name\":\"myTrail\",\"trailARN\":\"arn:aws:cloudtrail:us-east-1:'
            r'111122223333:trail/myTrail\"}","requestID":"9d478fc1-4f10-490f-a26b-EXAMPLE0e932","eventID":'
            '"eae87c48-d421-4626-94f5-EXAMPLEac994","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,'
            '"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.2",'
            '"cipherSuite":"ECDHE-RSA-AES128-GCM-SHA256","clientProvidedHostHeader":'
            '"cloudtrail.us-east-1.amazonaws.com"},"sessionCredentialFromConsole":"true"}'))

    def test_a_login_in_cloudtrail(self) -> None:
        self.check(samples.console_login("No"), "2023-07-19T21:44:40.000Z", (
            '"region":"us-east-1","kind":"cloudtrail","cloudtrail":{"eventVersion":"1.08","userIdentity":{"type":'
            '"IAMUser","accountId":"111122223333","userName":"anaya"},"eventTime":"2023-07-19T21:44:40Z","eventSource":'
            '"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.0",'
            r'"userAgent":"Mozilla/5.0","responseElements":"{\"ConsoleLogin\":\"Success\"}","additionalEventData":'
            r'"{\"LoginTo\":\"https://console.aws.amazon.com/console/home\",\"MobileVersion\":\"No\",\"MFAUsed\":'
            r'\"No\"}","eventID":"fed06f42-cb12-4764-8c69-121063dc79b9","eventType":"AwsConsoleSignIn",'
            '"recipientAccountId":"111122223333"}'))

    def test_a_finding_of_guardduty(self) -> None:
        self.check(samples.FINDING, "2023-11-14T22:13:20.007Z", (
            '"region":"us-east-1","kind":"guardduty","guardduty":{"version":"0","id":'
            '"cd2d702e-ab31-411b-9344-793ce56b1bc7","detail-type":"GuardDuty Finding","source":"aws.guardduty",'
            '"account":"111122223333","time":"2018-10-02T02:27:30Z","region":"us-east-1","resources":[],"detail":'
            '{"schemaVersion":"2.0","accountId":"111122223333","region":"us-east-1","partition":"aws","id":'
            '"16afba5c5c43e07c9e3e5e2e544e95df","type":"UnauthorizedAccess:EC2/TorClient","severity":8,"arn":'
            '"arn:aws:guardduty:us-east-1:111122223333:detector/d1/finding/16afba5c5c43e07c9e3e5e2e544e95df",'
            '"resource":{"resourceType":"Instance","instanceDetails":{"instanceId":"i-99999999"}},"service":'
            '{"serviceName":"guardduty","detectorId":"d1","count":3,"archived":false,"resourceRole":"TARGET",'
            '"eventFirstSeen":"2018-10-02T01:27:30Z","eventLastSeen":"2018-10-02T02:27:30.500Z","action":'
            '{"actionType":"NETWORK_CONNECTION"}},"createdAt":"2018-10-02T02:20:30Z","updatedAt":'
            '"2018-10-02T02:27:30Z","title":"EC2 instance i-99999999 is communicating with a Tor entry node.",'
            '"description":"EC2 instance i-99999999 is communicating with an IP address of the Tor network."},'
            r'"unmapped":"{\"detail\":{\"resource\":{\"instanceDetails\":{\"imageId\":\"ami-1\"}},\"service\":'
            r'{\"action\":{\"networkConnectionAction\":{\"blocked\":false}}}}}"}'), FINDINGS)

    def test_flows(self) -> None:
        cases = {
            samples.FLOW_ACCEPTED: (
                '"version":2,"account_id":"123456789010","interface_id":"eni-1235b8ca123456789","srcaddr":'
                '"172.31.16.139","dstaddr":"172.31.16.21","srcport":20641,"dstport":22,"protocol":6,"packets":20,'
                '"bytes":4249,"start":1418530010,"end":1418530070,"action":"ACCEPT","log_status":"OK"'),
            samples.FLOW_REJECTED: (
                '"version":2,"account_id":"123456789010","interface_id":"eni-1235b8ca123456789","srcaddr":'
                '"2001:db8::1","dstaddr":"2001:db8::2","srcport":34892,"dstport":22,"protocol":6,"packets":54,'
                '"bytes":8855,"start":1477913708,"end":1477913820,"action":"REJECT","log_status":"OK"'),
            samples.FLOW_WITHOUT_DATA: (
                '"version":2,"account_id":"123456789010","interface_id":"eni-1235b8ca123456789","start":1431280876,'
                '"end":1431280934,"log_status":"NODATA"'),
            samples.FLOW_SKIPPED: (
                '"version":2,"account_id":"unknown","interface_id":"eni-11111111aaaaaaaaa","start":1431280876,'
                '"end":1431280934,"log_status":"SKIPDATA"'),
        }
        for message, fields in cases.items():
            self.check(message, "2023-11-14T22:13:20.007Z", f'"kind":"vpc_flow","vpc_flow":{{{fields}}}')

    def test_any_other_text(self) -> None:
        self.check('zwei\nü 𝄞 "x" \\', "2023-11-14T22:13:20.007Z", r'"kind":"other","message":"zwei\nü 𝄞 \"x\" \\"')

    def test_a_record_that_cannot_be_read(self) -> None:
        got = run([record(b"no gzip", 3)]).firehose.accepted
        self.assertEqual([data.decode() for data in got], [
            '{"@timestamp":"2023-11-14T22:15:00.123Z","event_id":"shardId-000000000000:4959033827149025660855969253836'
            '1571095921575989136588901","kind":"other","error":"NotGzip"}'])


class Kinds(unittest.TestCase):
    def test_texts_that_are_nearly_of_another_kind(self) -> None:
        flow = samples.FLOW_ACCEPTED
        texts = [samples.FLOW_OF_OTHER_FORMAT, flow + " x", " " + flow, flow + "\n", flow.replace(" OK", " FINE"),
                 flow.replace(" 22 ", " x "), flow.replace("172.31.16.21", "172.31.16.256"), flow.replace("2 1", "5 1"),
                 flow.replace(" 6 ", " -6 "), flow.replace("172.31.16.21", "fe80::1%eth0"), "2 ",
                 "", " ", "{", "{}", "[]", "[" + samples.CREATE_TRAIL + "]", "null", samples.CREATE_TRAIL + "x",
                 samples.call(eventVersion=1), samples.call(eventTime=None), samples.call(awsRegion=["x"])]
        for text in texts:
            got = document(text)
            self.assertEqual((got["kind"], got["message"]), ("other", text))

    def test_a_finding_is_one_only_in_a_log_group_of_eventbridge(self) -> None:
        self.assertEqual(document(samples.FINDING)["kind"], "other")
        other = samples.FINDING.replace("GuardDuty Finding", "GuardDuty Something")
        self.assertEqual(document(other, logGroup=FINDINGS)["kind"], "other")

    def test_cloudtrail_is_recognized_in_any_log_group(self) -> None:
        self.assertEqual(document("  " + samples.CREATE_TRAIL + "\n", logGroup=FINDINGS)["kind"], "cloudtrail")

    def test_insights_are_cloudtrail(self) -> None:
        insight = json.dumps({"eventVersion": "1.07", "eventTime": "2019-10-17T10:05:00Z", "awsRegion": "us-east-1",
                              "eventID": "i-1", "eventType": "AwsCloudTrailInsight", "eventCategory": "Insight",
                              "insightDetails": {"state": "Start", "insightContext": {"statistics": {"average": 0.5}}}})
        got = document(insight)["cloudtrail"]["insightDetails"]
        self.assertEqual(got, '{"state":"Start","insightContext":{"statistics":{"average":0.5}}}')


class CommonFields(unittest.TestCase):
    def test_the_time_of_a_cloudtrail_event_is_its_own(self) -> None:
        own = "2023-11-14T22:13:20.007Z"
        times = {"2024-02-29T23:59:59Z": "2024-02-29T23:59:59.000Z", "2024-01-02T03:04:05.6Z":
                 "2024-01-02T03:04:05.600Z", "2024-01-02T03:04:05.123456789Z": "2024-01-02T03:04:05.123Z",
                 "2023-02-29T00:00:00Z": own, "20240102T030405Z": own, "2024-01-02T03:04:05": own, "now": own, "": own,
                 "2024-01-02T24:00:00Z": own, "0000-01-01T00:00:00Z": own, "２024-01-02T03:04:05Z": own}
        for given, wanted in times.items():
            got = document(samples.call(eventTime=given))
            self.assertEqual(got["@timestamp"], wanted, given)
            self.assertEqual(got["cloudtrail"].get("eventTime"), None if wanted == own else given)

    def test_the_time_of_other_events_is_that_of_the_log_event(self) -> None:
        for milliseconds, wanted in ((0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"),
                                     (253_402_300_799_000, "9999-12-31T23:59:59.000Z")):
            events = [{"id": "1", "timestamp": milliseconds, "message": "x"}]
            self.assertEqual(document("x", logEvents=events)["@timestamp"], wanted)

    def test_the_filter_tells_the_region_of_what_has_none(self) -> None:
        cases = {"acme-cloudtrail-central-us-gov-west-1": "us-gov-west-1", "acme-cloudtrail-central-eu-west-1":
                 "eu-west-1", "111122223333-vpc-flow-central-me-central-1": "me-central-1",
                 "a-vpc-flow-central-b-cloudtrail-central-eusc-de-east-1": "eusc-de-east-1",
                 "acme-central-guardduty": None, "acme-cloudtrail-central-": None, "cloudtrail-central-eu-west-1": None,
                 "acme-vpc-flow-central-eu-west": None, "acme-vpc-flow-central-eu-west-1-x": None, "": None}
        for name, region in cases.items():
            for message in (samples.FLOW_ACCEPTED, "x"):
                self.assertEqual(document(message, subscriptionFilters=[name]).get("region"), region, name)

    def test_the_region_of_an_event_comes_before_that_of_the_filter(self) -> None:
        names = ["other", "acme-cloudtrail-central-eu-west-1"]
        self.assertEqual(document("x", subscriptionFilters=names)["region"], "eu-west-1")
        self.assertEqual(document(samples.CREATE_TRAIL, subscriptionFilters=names)["region"], "us-east-1")
        self.assertEqual(document(samples.FINDING, subscriptionFilters=names, logGroup=FINDINGS)["region"], "us-east-1")

    def test_each_event_keeps_its_id_and_what_its_envelope_says(self) -> None:
        first = envelope(["a", "b"], owner="1", logGroup="g", logStream="s", subscriptionFilters=["f", "g"])
        result = run([record(first), record(envelope(["c"]), 1)])
        self.assertEqual([item["event_id"] for item in result.documents], [f"{n:056}" for n in (0, 1, 0)])
        names = ("owner", "log_group", "log_stream", "subscription_filters", "message")
        self.assertEqual([result.documents[1][name] for name in names], ["1", "g", "s", ["f", "g"], "b"])


class Types(unittest.TestCase):
    def event(self, **changes) -> dict:
        return document(samples.call(**changes))["cloudtrail"]

    def test_free_form_fields_are_json_text_whatever_they_hold(self) -> None:
        for value, text in (({"a": [1, {"b": None}]}, '{"a":[1,{"b":null}]}'), ([1, "x"], '[1,"x"]'), ("x", "x"),
                            (3, "3"), (False, "false"), ({}, "{}"), ("", ""), ({"ü": "𝄞"}, '{"ü":"𝄞"}')):
            for name in ("requestParameters", "responseElements", "additionalEventData", "serviceEventDetails",
                         "insightDetails", "addendum", "edgeDeviceDetails", "eventContext"):
                self.assertEqual(self.event(**{name: value})[name], text)

    def test_null_is_left_out(self) -> None:
        got = self.event(requestParameters=None, errorCode=None, userIdentity={"type": "Root", "arn": None}, other=None)
        self.assertEqual((got["userIdentity"], "unmapped" in got), ({"type": "Root"}, False))
        self.assertFalse({"requestParameters", "errorCode"} & set(got))

    def test_what_is_unknown_is_one_text(self) -> None:
        got = self.event(newField={"a": 1}, another="x", unmapped={"b": 2}, userIdentity={"type": "Root", "new": [1]})
        self.assertEqual(json.loads(got["unmapped"]), {
            "newField": {"a": 1}, "another": "x", "unmapped": {"b": 2}, "userIdentity": {"new": [1]}})
        self.assertEqual(got["userIdentity"], {"type": "Root"})

    def test_what_has_another_type_is_in_that_text(self) -> None:
        wrong = {"readOnly": "true", "errorCode": 5, "userIdentity": "Root", "resources": [1], "tlsDetails": [[]],
                 "sourceIPAddress": {"a": 1}, "eventID": [1, "x"], "managementEvent": 1, "apiVersion": 2.5}
        got = self.event(**wrong)
        self.assertEqual(json.loads(got["unmapped"]), wrong)
        self.assertFalse(set(wrong) & set(got))

    def test_arrays_of_objects_are_divided_item_by_item(self) -> None:
        got = self.event(resources=[{"ARN": "arn:1", "type": "AWS::S3::Bucket"}, {"ARN": "arn:2", "new": 1}, {}])
        self.assertEqual(got["resources"], [{"ARN": "arn:1", "type": "AWS::S3::Bucket"}, {"ARN": "arn:2"}, {}])
        self.assertEqual(got["unmapped"], '{"resources":[{"new":1}]}')

    def test_a_number_of_a_finding_may_have_a_fraction(self) -> None:
        for severity, kept in (("8", True), ("7.5", True), ("1e300", False), ('"8"', False), ("true", False)):
            message = samples.FINDING.replace('"severity": 8', f'"severity": {severity}')
            detail = document(message, logGroup=FINDINGS)["guardduty"]["detail"]
            self.assertEqual(detail.get("severity"), json.loads(severity) if kept else None)
