"""Domains of OpenSearch Service: which are created and changed, in which states, with which access policies."""

import json

from botocore.exceptions import ClientError

from selftests.harness import Case, identity_policy
from selftests.test_firehose import trust

REGION = "eu-west-1"


class DomainCase(Case):
    """With what a domain is usually created with."""

    def setUp(self):
        super().setUp()
        self.opensearch = self.client("opensearch", REGION, parameter_validation=False)
        self.iam = self.client("iam")
        self.domain_arn = f"arn:aws:es:{REGION}:{self.account}:domain/logs"

    def role_named(self, name):
        self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust())
        return f"arn:aws:iam::{self.account}:role/{name}"

    def access(self, *principals, **more):
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": list(principals)},
            "Action": "es:ESHttp*",
            "Resource": f"{self.domain_arn}/*",
        }
        return json.dumps({"Version": "2012-10-17", "Statement": [statement | more]})

    def create_domain(self, name="logs", cluster=None, volumes=None, **more):
        cluster = {"InstanceType": "t3.small.search", "InstanceCount": 1} | (cluster or {})
        volumes = {"EBSEnabled": True, "VolumeType": "gp3", "VolumeSize": 10} if volumes is None else volumes
        params = {"EngineVersion": "OpenSearch_2.19", "ClusterConfig": cluster, "EBSOptions": volumes, **more}
        return self.opensearch.create_domain(DomainName=name, **params)["DomainStatus"]

    def describe_domain(self, name="logs"):
        return self.opensearch.describe_domain(DomainName=name)["DomainStatus"]

    def create_active_domain(self, **more):
        self.create_domain(**more)
        self.assertEqual([self.describe_domain()["DomainProcessingStatus"] for _ in range(2)], ["Creating", "Active"])

    def change_domain(self, **changes):
        return self.opensearch.update_domain_config(DomainName="logs", **changes)["DomainConfig"]

    def message(self, code, function, **params):
        return self.refused(code, function, **params)["Error"]["Message"]


class Domains(DomainCase):
    def test_a_domain_is_created_and_then_active(self):
        self.settings(domain_creation=0.2)
        self.refused("ResourceNotFoundException", self.describe_domain)
        created = self.create_domain(TagList=[{"Key": "team", "Value": "sec"}])
        self.assertEqual(created["ARN"], self.domain_arn)
        states = ("Created", "Deleted", "Processing", "DomainProcessingStatus")
        self.assertEqual([created[name] for name in states], [True, False, True, "Creating"])
        for _ in range(2):
            self.assertNotIn("Endpoint", self.describe_domain())
        self.refused("ResourceAlreadyExistsException", self.create_domain)
        while (domain := self.describe_domain())["Processing"]:
            pass
        self.assertEqual([domain[name] for name in states], [True, False, False, "Active"])
        self.assertRegex(domain["Endpoint"], rf"^search-logs-[0-9a-z]{{26}}\.{REGION}\.es\.amazonaws\.com$")
        self.assertEqual(domain["ClusterConfig"]["InstanceCount"], 1)
        self.assertFalse(domain["ClusterConfig"]["ZoneAwarenessEnabled"])
        self.assertEqual((domain["EBSOptions"]["Iops"], domain["EBSOptions"]["Throughput"]), (3000, 125))
        self.assertEqual(domain["DomainEndpointOptions"]["TLSSecurityPolicy"], "Policy-Min-TLS-1-2-2019-07")
        tags = self.opensearch.list_tags(ARN=self.domain_arn)["TagList"]
        self.assertEqual(tags, [{"Key": "team", "Value": "sec"}])
        kept = self.snapshot()["opensearch"][REGION]["logs"]
        self.assertEqual((kept["settings"]["EngineVersion"], kept["tags"]), ("OpenSearch_2.19", {"team": "sec"}))

    def test_one_change_at_a_time(self):
        self.create_domain()
        volumes = {"EBSEnabled": True, "VolumeType": "gp3", "VolumeSize": 20}
        text = self.message("ValidationException", self.change_domain, EBSOptions=volumes)
        self.assertIn("A change/update is in progress", text)
        self.describe_domain()
        self.describe_domain()
        answer = self.change_domain(EBSOptions={"VolumeSize": 20})
        self.assertEqual(answer["EBSOptions"]["Status"]["State"], "Processing")
        self.assertEqual(answer["ClusterConfig"]["Status"]["State"], "Active")
        self.assertEqual([p["Name"] for p in answer["ModifyingProperties"]], ["EBSOptions"])
        busy = self.describe_domain()
        self.assertEqual((busy["DomainProcessingStatus"], busy["Processing"]), ("Modifying", True))
        self.assertIn("Endpoint", busy)
        done = self.describe_domain()
        self.assertEqual((done["DomainProcessingStatus"], done["EBSOptions"]["VolumeSize"]), ("Active", 20))
        self.assertEqual(done["EBSOptions"]["VolumeType"], "gp3")

    def test_deletion(self):
        self.create_domain()
        deleted = self.opensearch.delete_domain(DomainName="logs")["DomainStatus"]
        self.assertEqual((deleted["Deleted"], deleted["Processing"]), (True, True))
        self.assertEqual(self.snapshot()["opensearch"], {})
        text = self.message("ValidationException", self.create_domain)
        self.assertEqual(text, "Domain is still being deleted")
        self.refused("ResourceNotFoundException", self.describe_domain)
        self.refused("ResourceNotFoundException", self.opensearch.delete_domain, DomainName="logs")
        self.create_domain()

    def test_settings(self):
        words = {
            "Invalid instance type: t3.large.search": {"cluster": {"InstanceType": "t3.large.search"}},
            "Invalid instance type: huge": {"cluster": {"InstanceType": "huge"}},
            "EBS storage must be selected for t3.small.search": {"volumes": {"EBSEnabled": False}},
            "EBS volume-types :[io1, gp3]": {
                "cluster": {"InstanceType": "m7g.large.search"},
                "volumes": {"EBSEnabled": True, "VolumeType": "gp2", "VolumeSize": 10},
            },
            "does not support EBS storage": {"cluster": {"InstanceType": "i4i.large.search"}},
            "NumberOfAvailabilityZones should be": {
                "cluster": {"ZoneAwarenessEnabled": True, "ZoneAwarenessConfig": {"AvailabilityZoneCount": 4}}
            },
            "an even number of data nodes": {"cluster": {"ZoneAwarenessEnabled": True, "InstanceCount": 3}},
            "a minimum of three data nodes": {
                "cluster": {
                    "InstanceCount": 2,
                    "ZoneAwarenessEnabled": True,
                    "ZoneAwarenessConfig": {"AvailabilityZoneCount": 3},
                }
            },
            "Invalid engine version": {"EngineVersion": "OpenSearch_9.99"},
            "Member must have length greater than or equal to 3": {"name": "ab"},
            "Member must satisfy regular expression pattern": {"name": "Logs"},
            "enum value set": {"DomainEndpointOptions": {"TLSSecurityPolicy": "none"}},
        }
        for text, more in words.items():
            with self.subTest(text):
                self.assertIn(text, self._refusal("ValidationException", more))
        volumes = {"EBSEnabled": True, "VolumeType": "gp3", "VolumeSize": 101}
        text = self._refusal("LimitExceededException", {"volumes": volumes})
        self.assertIn("Volume size must be between 10 and 100 for t3.small.search instance type", text)
        self.refused("NotImplemented", self.create_domain, LogPublishingOptions={})
        self.refused("NotImplemented", self.opensearch.list_versions)
        self.settings(domains_limit=0)
        self.refused("LimitExceededException", self.create_domain)

    def _refusal(self, code, more):
        with self.assertRaises(ClientError) as caught:
            self.create_domain(**more)
        error = caught.exception.response["Error"]
        self.assertEqual(error["Code"], code)
        return error["Message"]

    def test_zones_and_instance_stores(self):
        cluster = {"InstanceType": "r6gd.large.search", "InstanceCount": 4, "ZoneAwarenessEnabled": True}
        domain = self.create_domain(cluster=cluster, volumes={"EBSEnabled": False})
        self.assertEqual(domain["ClusterConfig"]["ZoneAwarenessConfig"], {"AvailabilityZoneCount": 2})
        self.assertFalse(domain["EBSOptions"]["EBSEnabled"])

    def test_encryption_stays_on(self):
        on = {"EncryptionAtRestOptions": {"Enabled": True}, "NodeToNodeEncryptionOptions": {"Enabled": True}}
        self.create_active_domain(**on)
        key = self.describe_domain()["EncryptionAtRestOptions"]["KmsKeyId"]
        self.assertTrue(key.startswith(f"arn:aws:kms:{REGION}:{self.account}:key/"), key)
        self.change_domain(**on)
        self.describe_domain()
        self.describe_domain()
        for name in on:
            self.refused("ValidationException", lambda n: self.change_domain(**{n: {"Enabled": False}}), n=name)

    def test_tags(self):
        self.create_domain()
        add, listed = self.opensearch.add_tags, self.opensearch.list_tags
        add(ARN=self.domain_arn, TagList=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
        add(ARN=self.domain_arn, TagList=[{"Key": "a", "Value": "3"}])
        self.opensearch.remove_tags(ARN=self.domain_arn, TagKeys=["b"])
        self.assertEqual(listed(ARN=self.domain_arn)["TagList"], [{"Key": "a", "Value": "3"}])
        many = [{"Key": str(number), "Value": ""} for number in range(10)]
        self.refused("LimitExceededException", add, ARN=self.domain_arn, TagList=many)
        self.refused("ResourceNotFoundException", listed, ARN=self.domain_arn + "x")
        self.refused("ValidationException", add, ARN=self.domain_arn + "x", TagList=many)


class AccessPolicies(DomainCase):
    def test_what_is_a_policy(self):
        role = self.role_named("writer")
        missing = role + "x"
        for text in (
            "none",
            "{}",
            json.dumps({"Statement": []}),
            json.dumps({"Statement": [{"Effect": "Allow", "Action": "es:*", "Resource": "*"}]}),
            self.access(missing),
            self.access(role, missing),
            self.access("AROAKSCDLFT9R5DQP782U"),
            self.access("arn:aws:iam::1:root"),
        ):
            with self.subTest(text):
                words = self.message("InvalidTypeException", self.create_domain, AccessPolicies=text)
                self.assertEqual(words, f"Error setting policy: [{text}]")
        words = self.message("ValidationException", self.create_domain, AccessPolicies=self.access("*", Principal="*"))
        self.assertIn("Enable fine-grained access control", words)
        self.create_active_domain(AccessPolicies=self.access(role, f"arn:aws:iam::{self.account}:root"))
        self.assertIn(role, self.describe_domain()["AccessPolicies"])
        words = self.message("ValidationException", self.change_domain, AccessPolicies=self.access("*", Principal="*"))
        self.assertEqual(words, "Apply a restrictive access policy to your domain")
        address = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
        self.change_domain(AccessPolicies=self.access("*", Principal={"AWS": "*"}, Condition=address))

    def test_a_role_made_a_moment_ago(self):
        self.settings(role_delay=30)
        role = self.role_named("late")
        self.refused("InvalidTypeException", self.create_domain, AccessPolicies=self.access(role))
        self.settings(role_delay=0)
        self.create_domain(AccessPolicies=self.access(role))

    def test_a_role_that_is_gone_has_its_unique_id(self):
        role = self.role_named("writer")
        unique_id = self.iam.get_role(RoleName="writer")["Role"]["RoleId"]
        self.create_active_domain(AccessPolicies=self.access(role))
        self.iam.delete_role(RoleName="writer")
        for _ in range(2):
            shown = self.describe_domain()["AccessPolicies"]
            self.assertEqual(json.loads(shown)["Statement"][0]["Principal"]["AWS"], [unique_id])
            self.refused("InvalidTypeException", self.change_domain, AccessPolicies=shown)
            if not self.iam.list_roles()["Roles"]:
                self.role_named("writer")
        self.change_domain(AccessPolicies=self.access(role))
        self.assertIn(role, self.describe_domain()["AccessPolicies"])


class Permissions(DomainCase):
    def test_actions_and_resources(self):
        key = self.reader(("es:CreateDomain", self.domain_arn), ("es:DescribeDomain", self.domain_arn))
        self.opensearch = self.client("opensearch", REGION, key=key)
        tags = [{"Key": "a", "Value": "b"}]
        self.assertIn("es:AddTags", self.message("AccessDeniedException", self.create_domain, TagList=tags))
        self.refused("AccessDeniedException", self.create_domain, name="other")
        self.create_domain()
        self.describe_domain()
        words = self.message("AccessDeniedException", self.opensearch.delete_domain, DomainName="logs")
        self.assertIn(f"es:DeleteDomain on resource: {self.domain_arn}", words)
        self.refused("AccessDeniedException", self.opensearch.list_tags, ARN=self.domain_arn)
        document = identity_policy(("es:ListTags", self.domain_arn))
        self.iam.put_user_policy(UserName="reader", PolicyName="more", PolicyDocument=document)
        self.assertEqual(self.opensearch.list_tags(ARN=self.domain_arn)["TagList"], [])

    def test_faults_and_records(self):
        self.faults({"action": "throttle", "match": {"service": "opensearch", "operation": "CreateDomain"}})
        self.refused("ThrottlingException", self.create_domain)
        self.faults({"action": "500-after", "match": {"operation": "CreateDomain"}})
        self.refused("InternalException", self.create_domain)
        self.faults({"action": "deny", "match": {"operation": "DescribeDomain"}})
        self.refused("AccessDeniedException", self.describe_domain)
        self.describe_domain()
        operations = [(r["service"], r["operation"], r["error"]) for r in self.requests()]
        self.assertEqual(operations[1], ("opensearch", "CreateDomain", "InternalException"))
        self.assertEqual(operations[-1], ("opensearch", "DescribeDomain", None))

    def test_copies(self):
        self.create_active_domain()
        copied = str(int(self.account) + 700000000000)
        self.control("POST", "copy", {"account": copied, "original": self.account})
        domain = self.client("opensearch", REGION, account=copied).describe_domain(DomainName="logs")["DomainStatus"]
        self.assertEqual(domain["ARN"], self.domain_arn.replace(self.account, copied))
