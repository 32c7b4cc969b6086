"""The index template and the saved searches: they load, name the fields that the function writes, and find what they
promise."""

import json
import unittest

import samples
from dql import parse
from mapping import TEMPLATE, fields, problems
from support import FOLDER, consumer, document, envelope, record, run

LINES = (FOLDER / "saved_searches.ndjson").read_text(encoding="utf-8").splitlines()
OBJECTS = [json.loads(line) for line in LINES]
SEARCHES = {item["id"]: item for item in OBJECTS if item["type"] == "search"}
FINDINGS = {"logGroup": "/aws/events/acme-central-guardduty"}
INVOKED = {"type": "Root", "invokedBy": "ec2.amazonaws.com"}


def written(table: dict, path: str = "") -> dict:
    """The type that each field of a table has in the template, by its path."""
    found = {}
    for name, kind in table.items():
        found.update(written(kind, f"{path}{name}.") if isinstance(kind, dict) else {path + name: kind})
    return {name: "text" if kind == "json" else kind for name, kind in found.items()}


def source(search: dict) -> dict:
    return json.loads(search["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])


class Template(unittest.TestCase):
    def test_it_has_the_form_of_a_composable_template(self) -> None:
        self.assertEqual(set(TEMPLATE), {"index_patterns", "priority", "template"})
        self.assertEqual(TEMPLATE["index_patterns"], ["BASE-*"])
        self.assertEqual(set(TEMPLATE["template"]), {"settings", "mappings"})
        self.assertEqual(TEMPLATE["template"]["settings"], {"index": {"number_of_shards": 1}})

    def test_the_placeholder_occurs_once(self) -> None:
        self.assertEqual((FOLDER / "index_template.json").read_text(encoding="utf-8").count("BASE"), 1)

    def test_unknown_texts_become_keywords(self) -> None:
        mappings = TEMPLATE["template"]["mappings"]
        rule = {"match_mapping_type": "string", "mapping": {"type": "keyword", "ignore_above": 8191}}
        self.assertEqual((mappings["dynamic_templates"], mappings["date_detection"]), ([{"strings": rule}], False))

    def test_it_has_exactly_the_fields_that_the_function_writes(self) -> None:
        common = dict.fromkeys(("event_id", "owner", "log_group", "log_stream", "subscription_filters", "region",
                                "kind", "error"), "keyword")
        unmapped = {"cloudtrail.unmapped": "text", "guardduty.unmapped": "text"}
        wanted = {"@timestamp": "date", "message": "text", "truncated": "boolean", **common, **unmapped,
                  **written(consumer.CLOUDTRAIL, "cloudtrail."), **written(consumer.GUARDDUTY, "guardduty."),
                  **written(consumer.FLOW, "vpc_flow.")}
        self.assertEqual(fields(), wanted)

    def test_recorded_documents_fit(self) -> None:
        messages = [samples.CREATE_TRAIL, samples.console_login("No"), samples.FINDING, samples.FLOW_ACCEPTED,
                    samples.FLOW_WITHOUT_DATA, "text"]
        result = run([record(envelope(messages, **FINDINGS)), record(b"")])
        self.assertEqual([document["kind"] for document in result.documents],
                         ["cloudtrail"] * 2 + ["guardduty"] + ["vpc_flow"] * 2 + ["other"] * 2)
        self.assertEqual([problems(document) for document in result.documents], [[]] * 7)

    def test_the_check_of_documents_finds_what_does_not_fit(self) -> None:
        good = document(samples.CREATE_TRAIL)
        for name, value in (("owner", 1), ("@timestamp", "today"), ("new", "x"), ("cloudtrail", "x"), ("kind", {})):
            self.assertEqual(len(problems({**good, name: value})), 1, name)
        self.assertEqual(len(problems({"vpc_flow": {"srcaddr": "x", "bytes": "1", "start": 1.5}})), 3)


class SavedSearches(unittest.TestCase):
    def test_they_have_the_form_of_saved_objects(self) -> None:
        pattern = OBJECTS[0]
        self.assertEqual((pattern["type"], pattern["attributes"]["title"]), ("index-pattern", "BASE-*"))
        self.assertEqual(fields()[pattern["attributes"]["timeFieldName"]], "date")
        self.assertEqual(len(SEARCHES), len(OBJECTS) - 1)
        for name, search in SEARCHES.items():
            reference = {"name": source(search)["indexRefName"], "type": "index-pattern", "id": pattern["id"]}
            self.assertEqual(search["references"], [reference], name)
            self.assertEqual(source(search)["query"]["language"], "kuery")
            self.assertTrue(name.startswith("BASE-"), "the name of each stack's objects is its own")

    def test_they_name_fields_that_the_function_writes(self) -> None:
        for name, search in SEARCHES.items():
            sorted_by = [field for field, _ in search["attributes"]["sort"]]
            for field in search["attributes"]["columns"] + sorted_by:
                self.assertIn(field, fields(), name)
            for field in sorted_by:
                self.assertIn(fields()[field], ("date", "float", "keyword"), "texts cannot be sorted")
            self.assertTrue(callable(parse(source(search)["query"]["query"])))  # Refuses unknown fields.

    def test_queries_with_unknown_fields_are_refused(self) -> None:
        for query in ("kinds: x", "cloudtrail.eventname: x", "kind: x and y"):
            with self.assertRaises(AssertionError):
                parse(query)

    def found(self, name: str, messages: list, **changes) -> list:
        """The numbers of the messages that a search finds."""
        query = parse(source(SEARCHES[f"BASE-{name}"])["query"]["query"])
        documents = run([record(envelope(messages, **changes))]).documents
        self.assertEqual(len(documents), len(messages))
        return [number for number, document in enumerate(documents) if query(document)]

    def test_denied_calls(self) -> None:
        codes = ["AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation", "NoSuchBucket", None]
        messages = [samples.call(errorCode=code) for code in codes]
        self.assertEqual(self.found("denied-calls", [*messages, "AccessDenied", samples.FLOW_REJECTED]), [0, 1, 2])

    def test_console_logins_without_mfa(self) -> None:
        messages = [samples.console_login("No"), samples.console_login("Yes"), samples.console_login("No", "Failure"),
                    samples.console_login("No", who="Root"), samples.console_login("No", who="AssumedRole"),
                    samples.call(eventName="ConsoleLogin")]
        self.assertEqual(self.found("logins-without-mfa", messages), [0, 3])

    def test_root_activity(self) -> None:
        messages = [samples.call(userIdentity={"type": "Root"}), samples.call(userIdentity=INVOKED),
                    samples.call(userIdentity={"type": "Root"}, eventType="AwsServiceEvent"), samples.call()]
        self.assertEqual(self.found("root-activity", messages), [0])

    def test_changes_of_cloudtrail(self) -> None:
        names = ["StopLogging", "DeleteTrail", "PutEventSelectors", "DescribeTrails"]
        messages = [samples.call(eventSource="cloudtrail.amazonaws.com", eventName=name) for name in names]
        messages += [samples.call(eventName="StopLogging"), samples.CREATE_TRAIL]
        self.assertEqual(self.found("cloudtrail-changes", messages), [0, 1, 2, 5])

    def test_findings_with_the_most_severe_first(self) -> None:
        self.assertEqual(self.found("guardduty-findings", [samples.FINDING, samples.CREATE_TRAIL], **FINDINGS), [0])
        first = SEARCHES["BASE-guardduty-findings"]["attributes"]["sort"][0]
        self.assertEqual(first, ["guardduty.detail.severity", "desc"])

    def test_rejected_flows(self) -> None:
        messages = [samples.FLOW_ACCEPTED, samples.FLOW_REJECTED, samples.FLOW_WITHOUT_DATA, "REJECT"]
        self.assertEqual(self.found("rejected-flows", messages), [1])
