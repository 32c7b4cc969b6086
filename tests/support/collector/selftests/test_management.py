"""The management API: tokens are created, changed and deleted as over Splunk's REST, and work at once."""

import base64
import unittest
import urllib.parse

from selftests.harness import Case, Reply, Running, call, running

BASE = "/servicesNS/nobody/splunk_httpinput/data/inputs/http"


class Management(Case):
    def rest(self, method, path="", password="changeme", output="json", base=BASE, **form) -> Reply:
        """A request of the management API over HTTPS."""
        basic = base64.b64encode(f"admin:{password}".encode()).decode()
        query = f"?output_mode={output}" if output else ""
        body = urllib.parse.urlencode(form).encode()
        headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
        context = running().trusting("ca.pem")
        return call(running().ports["management"], method, base + path + query, body, headers, context)

    def fails(self, status, text, reply):
        self.assertEqual((reply.status, reply.body), (status, {"messages": [{"type": "ERROR", "text": text}]}))

    def content(self, reply, status=200) -> dict:
        self.assertEqual(reply.status, status, reply.body)
        (entry,) = reply.body["entry"]
        return entry["content"]

    def create(self, **form) -> dict:
        return self.content(self.rest("POST", name=f"{self.name}-new", **form), 201)

    def test_a_token_that_is_created_works_at_once(self):
        stanza = self.create(index="aws", indexes="aws,main", sourcetype="aws:cloudtrail", useACK="1", disabled="0")
        self.assertEqual(
            (stanza["index"], stanza["indexes"], stanza["sourcetype"], stanza["useACK"], stanza["disabled"]),
            ("aws", ["aws", "main"], "aws:cloudtrail", "1", False),
        )
        reply = self.post("/raw", b"line", channel=self.channel, authorization=f"Splunk {stanza['token']}")
        self.assertEqual(reply.body, {"text": "Success", "code": 0, "ackId": 0})
        self.token = stanza["token"]
        (event,) = self.received()
        self.assertEqual((event["index"], event["sourcetype"]), ("aws", "aws:cloudtrail"))

    def test_the_name_of_an_entry_has_its_scheme_and_each_way_to_write_it_finds_it(self):
        stanza = self.create()
        encoded = urllib.parse.quote(f"http://{self.name}-new", safe="")
        for path in (f"/{self.name}-new", f"/{encoded}", f"/{encoded.replace('%2F', '%252F')}"):
            reply = self.rest("GET", path)
            self.assertEqual(reply.body["entry"][0]["name"], f"http://{self.name}-new")
            self.assertEqual(self.content(reply)["token"], stanza["token"])

    def test_other_namespaces_lead_to_the_same_stanzas(self):
        for base in ("/services/data/inputs/http", "/servicesNS/admin/splunk_httpinput/data/inputs/http"):
            self.assertEqual(self.content(self.rest("GET", f"/{self.name}", base=base))["token"], self.token)
        self.assertEqual(self.rest("GET", base="/services/data/inputs/tcp").status, 404)

    def test_a_token_value_can_be_given(self):
        value = "99999999-2222-3333-4444-555555555555"
        self.assertEqual(self.create(token=value)["token"], value)
        reply = self.rest("POST", name=f"{self.name}-again", token=value)
        self.assertEqual(reply.status, 409)

    def test_a_name_that_exists_is_a_conflict(self):
        reply = self.rest("POST", name=self.name)
        self.fails(409, f"An object with name=http://{self.name} already exists", reply)

    def test_a_wrong_password(self):
        reply = self.rest("GET", password="wrong")
        self.fails(401, "Unauthorized", reply)
        self.assertEqual(reply.headers["www-authenticate"], 'Basic realm="/splunk"')
        self.assertEqual(self.rest("POST", password="wrong", name="nothing").status, 401)

    def test_no_authorization(self):
        port, context = running().ports["management"], running().trusting("ca.pem")
        self.fails(401, "Unauthorized", call(port, "GET", f"{BASE}?output_mode=json", context=context))

    def test_a_stanza_that_is_not_there(self):
        self.fails(404, "Could not find object id=nothing", self.rest("GET", "/nothing"))
        self.fails(404, "Could not find object id=nothing", self.rest("DELETE", "/nothing"))

    def test_arguments_that_are_missing_or_wrong(self):
        self.assertEqual(self.rest("POST", index="main").status, 400)
        self.assertEqual(self.rest("POST", name="x", colour="red").status, 400)
        self.assertEqual(self.rest("POST", name="x", useACK="perhaps").status, 400)
        self.assertEqual(self.rest("GET", "/x").status, 404)

    def test_a_stanza_is_changed_and_keeps_its_token(self):
        content = self.content(self.rest("POST", f"/{self.name}", useACK="true", index="other"))
        self.assertEqual((content["useACK"], content["index"], content["token"]), ("1", "other", self.token))
        self.assertEqual(self.post("/raw", b"line").code, 10)

    def test_disable_and_enable(self):
        self.assertTrue(self.content(self.rest("POST", f"/{self.name}/disable"))["disabled"])
        self.assertEqual(self.post("/raw", b"line").code, 1)
        self.assertFalse(self.content(self.rest("POST", f"/{self.name}/enable"))["disabled"])
        self.assertEqual(self.post("/raw", b"line").code, 0)
        self.assertEqual(self.rest("POST", f"/{self.name}/explode").status, 404)

    def test_delete(self):
        self.assertEqual(self.rest("DELETE", f"/{self.name}").status, 200)
        self.assertEqual(self.post("/raw", b"line").code, 4)
        self.assertEqual(self.rest("GET", f"/{self.name}").status, 404)

    def test_the_list_has_the_tokens_and_not_the_global_stanza(self):
        reply = call_list(self, "&count=-1")
        self.assertEqual(call_list(self, "&count=0").body["entry"], reply.body["entry"])
        names = [entry["name"] for entry in reply.body["entry"]]
        self.assertIn(f"http://{self.name}", names)
        self.assertNotIn("http", names)
        self.assertEqual(reply.body["paging"]["total"], len(names))
        page = call_list(self, "&count=1&offset=1").body["entry"]
        self.assertEqual([entry["name"] for entry in page], names[1:2])

    def test_without_output_mode_the_answer_is_no_json(self):
        self.assertIn(b"<response>", self.rest("GET", output=None).body)


def call_list(case, query) -> Reply:
    """The list, with further arguments in the query."""
    return case.rest("GET", output=f"json{query}")


class Global(unittest.TestCase):
    """The global stanza belongs to the whole server, so these have one of their own, in plain HTTP."""

    @classmethod
    def setUpClass(cls):
        cls.running = Running(["--http", "--management", "--user", "me", "--password", "secret"])
        cls.addClassCleanup(cls.running.stop)

    def rest(self, method, path, body=b"", user="me:secret"):
        headers = {"Authorization": "Basic " + base64.b64encode(user.encode()).decode()}
        port = self.running.ports["management"]
        return call(port, method, f"{BASE}/http{path}?output_mode=json", body, headers)

    def health(self):
        return call(self.running.ports["http"], "GET", "/services/collector/health").code

    def test_plain_http_has_no_certificates(self):
        self.assertEqual((self.running.ports["https"], self.running.ports.get("ca")), ({}, None))

    def test_user_and_password_are_those_of_the_arguments(self):
        self.assertEqual(self.rest("GET", "").status, 200)
        self.assertEqual(self.rest("GET", "", user="admin:changeme").status, 401)

    def test_the_collector_listens_while_the_global_stanza_is_enabled(self):
        for off, on in (("/disable", "/enable"), (b"disabled=1", b"disabled=0")):
            for change, disabled in ((off, True), (on, False)):
                path, body = (change, b"") if isinstance(change, str) else ("", change)
                content = self.rest("POST", path, body).body["entry"][0]["content"]
                self.assertEqual(content["disabled"], disabled)
                if disabled:
                    self.assertRaises(ConnectionError, self.health)
                else:
                    self.assertEqual(self.health(), 17)

    def test_it_cannot_be_created_or_deleted(self):
        reply = call(
            self.running.ports["management"],
            "POST",
            f"{BASE}?output_mode=json",
            b"name=http",
            {"Authorization": "Basic " + base64.b64encode(b"me:secret").decode()},
        )
        self.assertEqual(reply.status, 409)
        self.assertEqual(self.rest("DELETE", "").status, 405)
