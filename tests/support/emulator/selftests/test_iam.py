"""IAM: users and roles, what is refused, and what they look like."""

import json

from selftests.harness import Case, identity_policy

READ = identity_policy(("s3:GetObject", "arn:aws:s3:::bucket/AWSLogs/*"))


def trust(principal, **statement):
    """A trust policy for one principal."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **statement}],
        }
    )


class Users(Case):
    def setUp(self):
        super().setUp()
        self.iam = self.client("iam")

    def status(self, code, function, **params):
        return self.refused(code, function, **params)["ResponseMetadata"]["HTTPStatusCode"]

    def test_a_user_as_it_is_made(self):
        tags = [{"Key": "ctadmin", "Value": "splunk"}]
        made = self.iam.create_user(UserName="reader", Path="/apps/", Tags=tags)["User"]
        self.assertEqual(made["Arn"], f"arn:aws:iam::{self.account}:user/apps/reader")
        user = self.iam.get_user(UserName="reader")["User"]
        self.assertEqual((user["Arn"], user["Tags"]), (made["Arn"], tags))
        self.assertEqual(self.iam.list_user_tags(UserName="reader")["Tags"], tags)
        self.assertEqual(self.status("EntityAlreadyExists", self.iam.create_user, UserName="Reader"), 409)
        self.iam.tag_user(UserName="reader", Tags=[{"Key": "more", "Value": ""}])
        self.assertEqual(self.snapshot()["iam"]["users"]["reader"]["tags"], {"ctadmin": "splunk", "more": ""})
        self.iam.delete_user(UserName="reader")
        for operation in ("get_user", "delete_user", "list_user_policies", "list_access_keys", "get_login_profile"):
            self.assertEqual(self.status("NoSuchEntity", getattr(self.iam, operation), UserName="reader"), 404)

    def test_the_secrets_of_its_keys_are_told_to_tests(self):
        self.iam.create_user(UserName="reader")
        key = self.iam.create_access_key(UserName="reader")["AccessKey"]
        told = self.control("GET", "secrets", account=self.account)
        self.assertEqual(told, {key["AccessKeyId"]: key["SecretAccessKey"]})

    def test_records(self):
        self.seed("iam", "CreateUser", UserName="seeded")
        self.iam.create_user(UserName="reader", Tags=[{"Key": "k", "Value": "v"}])
        self.iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=READ)
        for operation in ("get_user", "create_access_key", "list_access_keys"):
            getattr(self.iam, operation)(UserName="reader")
        self.assertEqual(
            [(r["operation"], r["mutating"], r["params"].get("UserName")) for r in self.requests()],
            [
                ("CreateUser", True, "reader"),
                ("PutUserPolicy", True, "reader"),
                ("GetUser", False, "reader"),
                ("CreateAccessKey", True, "reader"),
                ("ListAccessKeys", False, "reader"),
            ],
        )
        self.assertEqual(self.requests()[1]["params"]["PolicyDocument"], READ)
        self.assertEqual(sorted(self.snapshot()["iam"]["users"]), ["reader", "seeded"])

    def test_names_paths_and_tags(self):
        iam = self.client("iam", parameter_validation=False)
        for name in ("a b", "a/b", "ü", "x" * 65):
            self.assertEqual(self.status("ValidationError", iam.create_user, UserName=name), 400)
        self.refused("ValidationError", iam.create_user, UserName="u", Path="apps")
        twice = [{"Key": "k", "Value": "1"}, {"Key": "K", "Value": "2"}]
        self.refused("InvalidInput", iam.create_user, UserName="u", Tags=twice)
        self.refused("ValidationError", iam.create_user, UserName="u", Tags=[{"Key": "k!", "Value": "1"}])
        iam.create_user(UserName="a+=,.@_-1")

    def test_a_user_goes_last(self):
        self.iam.create_user(UserName="reader")
        key = self.iam.create_access_key(UserName="reader")["AccessKey"]["AccessKeyId"]
        self.iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=READ)
        arn = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
        self.iam.attach_user_policy(UserName="reader", PolicyArn=arn)
        self.iam.create_group(GroupName="g")
        self.iam.add_user_to_group(GroupName="g", UserName="reader")
        self.iam.create_login_profile(UserName="reader", Password="secret")
        self.assertEqual(
            self.iam.list_attached_user_policies(UserName="reader")["AttachedPolicies"],
            [{"PolicyName": "AmazonSQSFullAccess", "PolicyArn": arn}],
        )
        self.assertEqual(self.iam.list_groups_for_user(UserName="reader")["Groups"][0]["GroupName"], "g")
        user = self.snapshot()["iam"]["users"]["reader"]
        self.assertEqual((user["attached"], user["groups"], user["access_keys"]), ([arn], ["g"], ["Active"]))
        for undo, params in (
            ("delete_access_key", {"AccessKeyId": key}),
            ("delete_user_policy", {"PolicyName": "p"}),
            ("detach_user_policy", {"PolicyArn": arn}),
            ("remove_user_from_group", {"GroupName": "g"}),
            ("delete_login_profile", {}),
        ):
            self.assertEqual(self.status("DeleteConflict", self.iam.delete_user, UserName="reader"), 409)
            getattr(self.iam, undo)(UserName="reader", **params)
        self.iam.delete_user(UserName="reader")
        self.assertEqual(self.snapshot()["iam"]["users"], {})

    def test_who_am_i(self):
        self.assertEqual(self.iam.get_user()["User"]["UserName"], "tester")
        key = self.reader(("iam:GetUser", "*"))
        self.assertEqual(self.client("iam", key=key).get_user()["User"]["UserName"], "reader")

    def test_inline_policies(self):
        self.iam.create_user(UserName="reader")
        self.iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=READ)
        self.assertEqual(self.iam.list_user_policies(UserName="reader")["PolicyNames"], ["p"])
        raw = []
        self.iam.meta.events.register("before-parse.iam", lambda response_dict, **_: raw.append(response_dict["body"]))
        policy = self.iam.get_user_policy(UserName="reader", PolicyName="p")
        self.assertEqual(policy["PolicyDocument"], json.loads(READ))
        self.assertIn(b"arn%3Aaws%3As3%3A%3A%3Abucket%2FAWSLogs%2F%2A", raw[0])
        self.assertEqual(self.snapshot()["iam"]["users"]["reader"]["policies"], {"p": json.loads(READ)})
        self.assertEqual(self.snapshot(raw=1)["iam"]["users"]["reader"]["policies"], {"p": READ})
        for operation in ("get_user_policy", "delete_user_policy"):
            missing = {"UserName": "reader", "PolicyName": "none"}
            self.assertEqual(self.status("NoSuchEntity", getattr(self.iam, operation), **missing), 404)

    def test_malformed_policies(self):
        self.iam.create_user(UserName="reader")
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
        good = {"Version": "2012-10-17", "Statement": [statement]}
        for document in (
            "{",
            "[]",
            {"Statement": [statement]},
            {"Version": "2012-10-17"},
            {**good, "Statement": [{**statement, "Sid": "a"}, {**statement, "Sid": "a"}]},
            {**good, "Statement": [{**statement, "Sid": "no-dashes"}]},
            {**good, "Statement": [{**statement, "Principal": "*"}]},
            {**good, "Statement": [{**statement, "Resource": "bucket"}]},
            {**good, "Statement": [{"Effect": "Allow", "Action": "s3:GetObject"}]},
            {**good, "Statement": [{**statement, "Effect": "Maybe"}]},
        ):
            text = document if isinstance(document, str) else json.dumps(document)
            params = {"UserName": "reader", "PolicyName": "p", "PolicyDocument": text}
            self.assertEqual(self.status("MalformedPolicyDocument", self.iam.put_user_policy, **params), 400)
        self.iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=json.dumps(good))

    def test_a_users_policies_have_2048_bytes_in_all(self):
        self.iam.create_user(UserName="reader")

        def put(name, length):
            text = json.dumps(json.loads(identity_policy(("s3:GetObject", "arn:aws:s3:::" + "x" * length))), indent=4)
            self.iam.put_user_policy(UserName="reader", PolicyName=name, PolicyDocument=text)

        put("a", 900)
        put("b", 900)
        self.assertEqual(self.status("LimitExceeded", put, name="b", length=1100), 409)
        self.assertEqual(self.status("LimitExceeded", put, name="c", length=100), 409)


class Keys(Case):
    def setUp(self):
        super().setUp()
        self.iam = self.client("iam")
        self.iam.create_user(UserName="reader")

    def test_two_keys_a_user(self):
        keys = [self.iam.create_access_key(UserName="reader")["AccessKey"]["AccessKeyId"] for _ in range(2)]
        answer = self.refused("LimitExceeded", self.iam.create_access_key, UserName="reader")
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 409)
        self.iam.update_access_key(UserName="reader", AccessKeyId=keys[0], Status="Inactive")
        listed = self.iam.list_access_keys(UserName="reader")["AccessKeyMetadata"]
        self.assertEqual(
            [(k["AccessKeyId"], k["Status"]) for k in listed], [(keys[0], "Inactive"), (keys[1], "Active")]
        )
        self.assertEqual(self.snapshot()["iam"]["users"]["reader"]["access_keys"], ["Active", "Inactive"])
        self.iam.delete_access_key(UserName="reader", AccessKeyId=keys[0])
        self.refused("NoSuchEntity", self.iam.delete_access_key, UserName="reader", AccessKeyId=keys[0])
        self.iam.create_access_key(UserName="reader")

    def test_last_use(self):
        key = self.iam.create_access_key(UserName="reader")["AccessKey"]
        used = self.iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
        self.assertEqual((used["UserName"], used["AccessKeyLastUsed"]["ServiceName"]), ("reader", "N/A"))
        self.assertNotIn("LastUsedDate", used["AccessKeyLastUsed"])
        self.refused("AccessDeniedException", self.client("cloudtrail", "eu-west-1", key=key).describe_trails)
        used = self.iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]
        self.assertEqual((used["ServiceName"], used["Region"]), ("cloudtrail", "eu-west-1"))
        self.assertIn("LastUsedDate", used)
        other = self.client("iam", account="666666666666")
        self.refused("AccessDenied", other.get_access_key_last_used, AccessKeyId=key["AccessKeyId"])

    def test_keys_without_a_user_name_are_the_callers(self):
        for operation in ("list_access_keys", "create_access_key"):
            self.refused("NoSuchEntity", getattr(self.iam, operation))
        key = self.iam.create_access_key(UserName="reader")["AccessKey"]
        self.refused("NoSuchEntity", self.iam.delete_access_key, AccessKeyId=key["AccessKeyId"])
        document = identity_policy(("iam:*AccessKey*", f"arn:aws:iam::{self.account}:user/reader"))
        self.iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=document)
        own = self.client("iam", key=key)
        self.assertEqual(len(own.list_access_keys()["AccessKeyMetadata"]), 1)
        own.delete_access_key(AccessKeyId=key["AccessKeyId"])
        self.refused("InvalidClientTokenId", own.list_access_keys)


class Roles(Case):
    def setUp(self):
        super().setUp()
        self.iam = self.client("iam")
        self.root = {"AWS": f"arn:aws:iam::{self.account}:root"}

    def test_a_role_as_it_is_made(self):
        tags = [{"Key": "ctadmin", "Value": "splunk"}]
        document = trust(self.root)
        self.iam.create_role(RoleName="reader", AssumeRolePolicyDocument=document, Tags=tags, Description="d")
        role = self.iam.get_role(RoleName="reader")["Role"]
        self.assertEqual((role["AssumeRolePolicyDocument"], role["Tags"]), (json.loads(document), tags))
        self.refused("EntityAlreadyExists", self.iam.create_role, RoleName="READER", AssumeRolePolicyDocument=document)
        self.iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=READ)
        self.assertEqual(
            self.iam.get_role_policy(RoleName="reader", PolicyName="p")["PolicyDocument"], json.loads(READ)
        )
        snapshot = self.snapshot()["iam"]["roles"]["reader"]
        self.assertEqual((snapshot["trust"], snapshot["policies"]), (json.loads(document), {"p": json.loads(READ)}))
        self.assertEqual(snapshot["tags"], {"ctadmin": "splunk"})
        answer = self.refused("DeleteConflict", self.iam.delete_role, RoleName="reader")
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 409)
        self.iam.delete_role_policy(RoleName="reader", PolicyName="p")
        self.assertEqual(self.iam.list_role_policies(RoleName="reader")["PolicyNames"], [])
        self.iam.delete_role(RoleName="reader")
        answer = self.refused("NoSuchEntity", self.iam.get_role, RoleName="reader")
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 404)

    def test_malformed_trust_policies(self):
        for document in (
            "{",
            trust({}),
            trust({"AWS": "12345"}),
            trust({"AWS": f"arn:aws:iam::{self.account}:user/none"}),
            trust(self.root, Resource="*"),
            trust(self.root, Sid="a b"),
            trust(self.root, Action="s3:GetObject"),
        ):
            self.refused(
                "MalformedPolicyDocument", self.iam.create_role, RoleName="r", AssumeRolePolicyDocument=document
            )
        self.iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust({"AWS": "123456789012"}))
        self.refused("MalformedPolicyDocument", self.iam.update_assume_role_policy, RoleName="r", PolicyDocument="{")
        self.iam.update_assume_role_policy(RoleName="r", PolicyDocument=trust({"AWS": "*"}))
        self.assertEqual(self.snapshot()["iam"]["roles"]["r"]["trust"], json.loads(trust({"AWS": "*"})))

    def test_who_may_assume_a_role(self):
        stranger = self.client("sts", account="777777777777")
        condition = {"StringEquals": {"sts:ExternalId": "secret"}}
        document = trust({"AWS": "arn:aws:iam::777777777777:root"}, Condition=condition)
        self.iam.create_role(RoleName="reader", AssumeRolePolicyDocument=document)
        self.iam.put_role_policy(
            RoleName="reader", PolicyName="p", PolicyDocument=identity_policy(("sqs:ListQueues", "*"))
        )
        role = {"RoleArn": f"arn:aws:iam::{self.account}:role/reader", "RoleSessionName": "session"}
        self.refused("AccessDenied", stranger.assume_role, **role)
        self.refused("AccessDenied", stranger.assume_role, ExternalId="other", **role)
        self.refused("AccessDenied", self.client("sts").assume_role, ExternalId="secret", **role)
        session = stranger.assume_role(ExternalId="secret", **role)["Credentials"]
        self.client("sqs", key=session).list_queues()
        self.refused("AuthorizationError", self.client("sns", key=session).list_topics)
        identity = self.client("sts", key=session).get_caller_identity()
        self.assertEqual(identity["Arn"], f"arn:aws:sts::{self.account}:assumed-role/reader/session")
        self.iam.delete_role_policy(RoleName="reader", PolicyName="p")
        self.refused("AccessDenied", self.client("sqs", key=session).list_queues)
        self.iam.delete_role(RoleName="reader")
        self.refused("AccessDenied", stranger.assume_role, ExternalId="secret", **role)

    def test_a_user_assumes_a_role_of_its_own_account(self):
        key = self.reader()
        role = {"RoleArn": f"arn:aws:iam::{self.account}:role/r", "RoleSessionName": "session"}
        sts = self.client("sts", key=key)
        self.refused("AccessDenied", sts.assume_role, **role)
        self.iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust(self.root))
        self.refused("AccessDenied", sts.assume_role, **role)
        user = {"AWS": f"arn:aws:iam::{self.account}:user/reader"}
        self.iam.update_assume_role_policy(RoleName="r", PolicyDocument=trust(user))
        session = sts.assume_role(**role)["Credentials"]
        self.refused("ValidationError", self.with_policy(session).get_user)

    def with_policy(self, session):
        self.iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=identity_policy(("iam:GetUser", "*")))
        return self.client("iam", key=session)
