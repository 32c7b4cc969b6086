"""Event source mappings of Lambda for Kinesis data streams: which are created and changed, and in which states."""

import json

from selftests.harness import identity_policy
from selftests.test_firehose import REGION
from selftests.test_lambda import LambdaCase

READ = ("GetRecords", "GetShardIterator", "DescribeStream", "DescribeStreamSummary", "ListShards")


class MappingCase(LambdaCase):
    """With a function, a data stream, a queue and a role that may use both."""

    def setUp(self):
        super().setUp()
        self.kinesis, self.sqs = self.client("kinesis", REGION), self.client("sqs", REGION)
        self.source = f"arn:aws:kinesis:{REGION}:{self.account}:stream/data"
        self.queue = f"arn:aws:sqs:{REGION}:{self.account}:dead"
        self.sqs.create_queue(QueueName="dead")
        self.kinesis.create_stream(StreamName="data", ShardCount=1)
        self.kinesis.describe_stream_summary(StreamName="data")
        self.permit_function(*READ)
        self.create_function()
        self.configuration()

    def permit_function(self, *actions, queue=True, more=()):
        rights = [(f"kinesis:{action}", self.source) for action in actions]
        rights += [("sqs:SendMessage", self.queue)] if queue else []
        document = identity_policy(*rights, *more)
        self.iam.put_role_policy(RoleName="function", PolicyName="p", PolicyDocument=document)

    def create_mapping(self, **more):
        params = {
            "EventSourceArn": self.source,
            "FunctionName": "f",
            "StartingPosition": "TRIM_HORIZON",
            "DestinationConfig": {"OnFailure": {"Destination": self.queue}},
            **more,
        }
        params = {name: value for name, value in params.items() if value is not None}
        return self.functions.create_event_source_mapping(**params)

    def mapping(self, uuid):
        return self.functions.get_event_source_mapping(UUID=uuid)

    def create_enabled_mapping(self, **more):
        uuid = self.create_mapping(**more)["UUID"]
        self.assertEqual([self.mapping(uuid)["State"] for _ in range(2)], ["Creating", "Enabled"])
        return uuid

    def message(self, code, function, **params):
        return self.refused(code, function, **params)["Error"]["Message"]


class Mappings(MappingCase):
    def test_a_mapping_is_described_with_defaults(self):
        created = self.create_mapping(DestinationConfig=None, Tags={"team": "sec"})
        self.assertEqual(created["ResponseMetadata"]["HTTPStatusCode"], 202)
        expected = {
            "EventSourceArn": self.source,
            "FunctionArn": self.function_arn,
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": 100,
            "MaximumBatchingWindowInSeconds": 0,
            "ParallelizationFactor": 1,
            "DestinationConfig": {"OnFailure": {}},
            "MaximumRecordAgeInSeconds": -1,
            "BisectBatchOnFunctionError": False,
            "MaximumRetryAttempts": -1,
            "TumblingWindowInSeconds": 0,
            "FunctionResponseTypes": [],
            "State": "Creating",
            "StateTransitionReason": "User action",
            "LastProcessingResult": "No records processed",
        }
        self.assertEqual({name: created[name] for name in expected}, expected)
        arn = f"arn:aws:lambda:{REGION}:{self.account}:event-source-mapping:{created['UUID']}"
        self.assertEqual(created["EventSourceMappingArn"], arn)
        self.functions.tag_resource(Resource=arn, Tags={"a": "b"})
        self.assertEqual(self.functions.list_tags(Resource=arn)["Tags"], {"team": "sec", "a": "b"})
        kept = self.snapshot()["event_source_mappings"][REGION]
        self.assertEqual([(m["FunctionArn"], m["tags"]["team"]) for m in kept], [(self.function_arn, "sec")])

    def test_states(self):
        self.settings(mapping_change=0.2)
        uuid = self.create_mapping()["UUID"]
        update, delete = self.functions.update_event_source_mapping, self.functions.delete_event_source_mapping
        words = self.message("ResourceInUseException", delete, UUID=uuid)
        self.assertEqual(words, "Cannot delete the event source mapping because it is in use.")
        self.refused("ResourceInUseException", update, UUID=uuid, BatchSize=5)
        while self.mapping(uuid)["State"] == "Creating":
            pass
        self.settings(mapping_change=0)
        changed = update(UUID=uuid, BatchSize=5, FunctionResponseTypes=["ReportBatchItemFailures"])
        self.assertEqual((changed["State"], changed["BatchSize"]), ("Updating", 100))
        self.assertEqual(self.snapshot()["event_source_mappings"][REGION][0]["BatchSize"], 5)
        shown = [self.mapping(uuid) for _ in range(2)]
        self.assertEqual([(m["State"], m["BatchSize"]) for m in shown], [("Updating", 100), ("Enabled", 5)])
        self.assertEqual(self.mapping(uuid)["DestinationConfig"]["OnFailure"], {"Destination": self.queue})
        self.assertEqual(update(UUID=uuid, Enabled=False)["State"], "Disabling")
        self.assertEqual([self.mapping(uuid)["State"] for _ in range(2)], ["Disabling", "Disabled"])
        self.assertTrue(self.snapshot()["event_source_mappings"][REGION][0]["disabled"])
        self.assertEqual(update(UUID=uuid, Enabled=True)["State"], "Enabling")
        self.assertEqual([self.mapping(uuid)["State"] for _ in range(2)], ["Enabling", "Enabled"])
        self.assertEqual(delete(UUID=uuid)["State"], "Deleting")
        self.assertEqual(self.mapping(uuid)["State"], "Deleting")
        for call in (update, delete, self.functions.get_event_source_mapping):
            self.refused("ResourceNotFoundException", call, UUID=uuid)
        self.assertEqual(self.snapshot()["event_source_mappings"], {})

    def test_one_of_a_source_and_function(self):
        uuid = self.create_mapping()["UUID"]
        words = self.message("ResourceConflictException", self.create_mapping)
        self.assertIn(f"Please update or delete the existing mapping with UUID {uuid}", words)
        self.create_function(FunctionName="g")
        self.create_mapping(FunctionName="g")
        listed = self.functions.list_event_source_mappings
        found = listed(FunctionName="f", EventSourceArn=self.source)["EventSourceMappings"]
        self.assertEqual([mapping["UUID"] for mapping in found], [uuid])
        self.assertEqual(len(listed(EventSourceArn=self.source)["EventSourceMappings"]), 2)
        self.assertEqual(listed(EventSourceArn=self.source + "x")["EventSourceMappings"], [])
        self.refused("ResourceNotFoundException", listed, FunctionName="h")
        self.settings(mappings_page=1)
        pages = self.functions.get_paginator("list_event_source_mappings").paginate()
        self.assertEqual([len(page["EventSourceMappings"]) for page in pages], [1, 1])

    def test_parameters(self):
        for more in (
            {"FunctionName": "h"},
            {"EventSourceArn": None},
            {"StartingPosition": None},
            {"MaximumRecordAgeInSeconds": 59},
            {"EventSourceArn": self.source + "x"},
            {"DestinationConfig": {"OnFailure": {"Destination": self.queue + "x"}}},
            {"DestinationConfig": {"OnSuccess": {"Destination": self.queue}}},
        ):
            with self.subTest(**more):
                self.permit_function(*READ, more=[("*", "*")])
                self.refused("InvalidParameterValueException", lambda m: self.create_mapping(**m), m=more)
        self.refused("ValidationException", self.create_mapping, ParallelizationFactor=11)
        self.refused("ValidationException", self.create_mapping, BatchSize=10001)
        self.refused("NotImplemented", self.create_mapping, FilterCriteria={"Filters": []})
        self.create_mapping(DestinationConfig={"OnFailure": {}}, MaximumRecordAgeInSeconds=60)

    def test_the_role_of_the_function(self):
        for missing in READ[:3]:
            self.permit_function(*[action for action in READ if action != missing])
            words = self.message("InvalidParameterValueException", self.create_mapping)
            self.assertIn(f"Cannot access stream {self.source}. Please ensure the role can perform", words)
        self.permit_function(*READ, queue=False)
        words = self.message("InvalidParameterValueException", self.create_mapping)
        self.assertIn(f"execution role does not have permissions to call SendMessage on {self.queue}", words)
        uuid = self.create_enabled_mapping(DestinationConfig=None)
        update = self.functions.update_event_source_mapping
        destination = {"OnFailure": {"Destination": self.queue}}
        self.refused("InvalidParameterValueException", update, UUID=uuid, DestinationConfig=destination)
        self.settings(role_delay=30)
        self.permit_function(*READ)
        self.refused("InvalidParameterValueException", update, UUID=uuid, DestinationConfig=destination)
        self.settings(role_delay=0)
        update(UUID=uuid, DestinationConfig=destination)

    def test_permissions(self):
        uuid = self.create_enabled_mapping()
        mapping = f"arn:aws:lambda:{REGION}:{self.account}:event-source-mapping:*"
        only = {"ArnEquals": {"lambda:FunctionArn": self.function_arn}}
        allowed = {"Effect": "Allow", "Action": "lambda:*EventSourceMapping", "Resource": "*", "Condition": only}
        key = self.reader(("lambda:GetEventSourceMapping", mapping), allowed)
        self.functions = self.client("lambda", REGION, key=key)
        self.mapping(uuid)
        self.refused("AccessDeniedException", self.functions.list_event_source_mappings)
        self.refused("AccessDeniedException", self.create_mapping, FunctionName="g")
        self.refused("ResourceConflictException", self.create_mapping, FunctionName=self.function_arn)
        words = self.message("AccessDeniedException", self.create_mapping, Tags={"a": "b"})
        self.assertIn("lambda:TagResource", words)
        self.functions.delete_event_source_mapping(UUID=uuid)

    def test_faults_and_copies(self):
        self.faults({"action": "500-after", "match": {"operation": "CreateEventSourceMapping"}})
        self.refused("ServiceException", self.create_mapping)
        self.refused("ResourceConflictException", self.create_mapping)
        copied = str(int(self.account) + 700000000000)
        self.control("POST", "copy", {"account": copied, "original": self.account})
        text = json.dumps(self.control("GET", "snapshot", account=copied)["event_source_mappings"])
        self.assertEqual(text, json.dumps(self.snapshot()["event_source_mappings"]).replace(self.account, copied))
