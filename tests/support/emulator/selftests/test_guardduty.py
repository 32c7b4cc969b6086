"""GuardDuty: detectors, and members by invitation."""

import time

from selftests.harness import Case, identity_policy
from selftests.test_events import GROUP, EventsCase

REGION = "eu-west-1"
FREQUENCY = "FIFTEEN_MINUTES"


class Detectors(Case):
    def setUp(self):
        super().setUp()
        self.guardduty = self.client("guardduty", REGION)

    def create(self, **more):
        return self.guardduty.create_detector(Enable=True, **more)["DetectorId"]

    def features(self, detector):
        found = self.guardduty.get_detector(DetectorId=detector)["Features"]
        return {feature["Name"]: feature["Status"] for feature in found}

    def test_one_detector_a_region(self):
        self.assertEqual(self.guardduty.list_detectors()["DetectorIds"], [])
        detector = self.create(FindingPublishingFrequency=FREQUENCY, Tags={"k": "v"})
        words = self.refused("BadRequestException", self.create)["Error"]["Message"]
        self.assertIn("a detector already exists for the current account", words)
        self.assertEqual(self.guardduty.list_detectors()["DetectorIds"], [detector])
        found = self.guardduty.get_detector(DetectorId=detector)
        self.assertEqual((found["Status"], found["FindingPublishingFrequency"]), ("ENABLED", FREQUENCY))
        self.assertEqual(found["Tags"], {"k": "v"})
        self.assertEqual(self.client("guardduty", "us-west-2").list_detectors()["DetectorIds"], [])
        words = self.refused("BadRequestException", self.guardduty.get_detector, DetectorId="0" * 32)["Error"]["Message"]
        self.assertIn("the input detectorId is not owned by the current account", words)
        self.guardduty.delete_detector(DetectorId=detector)
        self.refused("BadRequestException", self.guardduty.delete_detector, DetectorId=detector)
        self.assertEqual(self.snapshot()["guardduty"], {})

    def test_a_request_with_the_same_token_is_the_same(self):
        detector = self.create(ClientToken="one")
        self.assertEqual(self.create(ClientToken="one"), detector)
        self.refused("BadRequestException", self.create, ClientToken="two")

    def test_features(self):
        off = [{"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}]
        detector = self.create(Features=off)
        features = self.features(detector)
        self.assertEqual((features["CLOUD_TRAIL"], features["S3_DATA_EVENTS"]), ("ENABLED", "DISABLED"))
        self.assertEqual((features["RDS_LOGIN_EVENTS"], features["RUNTIME_MONITORING"]), ("ENABLED", "DISABLED"))
        update = self.guardduty.update_detector
        update(DetectorId=detector, Features=[{"Name": "RDS_LOGIN_EVENTS", "Status": "DISABLED"}])
        both = [{"Name": f"{name}RUNTIME_MONITORING", "Status": "ENABLED"} for name in ("", "EKS_")]
        self.refused("BadRequestException", update, DetectorId=detector, Features=both)
        update(DetectorId=detector, Enable=False)
        self.assertEqual(self.features(detector), features | {"RDS_LOGIN_EVENTS": "DISABLED"})
        self.assertEqual(self.snapshot()["guardduty"][REGION]["status"], "DISABLED")
        client = self.client("guardduty", REGION, parameter_validation=False)
        self.refused("BadRequestException", client.update_detector, DetectorId=detector, FindingPublishingFrequency="NOW")

    def test_tags_copies_and_permissions(self):
        detector = self.create()
        arn = f"arn:aws:guardduty:{REGION}:{self.account}:detector/{detector}"
        self.guardduty.tag_resource(ResourceArn=arn, Tags={"k": "v", "l": "w"})
        self.guardduty.untag_resource(ResourceArn=arn, TagKeys=["l"])
        self.assertEqual(self.guardduty.list_tags_for_resource(ResourceArn=arn)["Tags"], {"k": "v"})
        many = {str(number): "" for number in range(50)}
        self.refused("BadRequestException", self.guardduty.tag_resource, ResourceArn=arn, Tags=many)
        self.refused("BadRequestException", self.guardduty.list_tags_for_resource, ResourceArn=arn[:-1] + "x")
        copy = str(int(self.account) + 500_000_000_000)
        self.control("POST", "copy", {"account": copy, "original": self.account})
        copied = self.client("guardduty", REGION, account=copy)
        self.assertEqual(copied.list_detectors()["DetectorIds"], [detector])
        reader = self.client("guardduty", REGION, key=self.reader(("guardduty:*", arn)))
        reader.get_detector(DetectorId=detector)
        self.refused("AccessDeniedException", reader.list_detectors)
        allowed = identity_policy(("guardduty:*", "*"))
        self.client("iam").put_user_policy(UserName="reader", PolicyName="inline", PolicyDocument=allowed)
        reader.list_detectors()


class Members(EventsCase):
    def setUp(self):
        super().setUp()
        self.member = str(int(self.account) + 400_000_000_000)
        self.ours, self.theirs = self.client("guardduty", REGION), self.client("guardduty", REGION, account=self.member)
        self.id = {"DetectorId": self.ours.create_detector(Enable=True)["DetectorId"]}
        self.their_id = {"DetectorId": self.theirs.create_detector(Enable=True)["DetectorId"]}
        self.all = {**self.id, "AccountIds": [self.member]}

    def create(self, account=None, email="m@example.com"):
        details = [{"AccountId": account or self.member, "Email": email}]
        return self.ours.create_members(**self.id, AccountDetails=details)["UnprocessedAccounts"]

    def status(self):
        return self.ours.get_members(**self.all)["Members"][0]["RelationshipStatus"]

    def invite(self):
        self.create()
        self.assertEqual(self.ours.invite_members(**self.all)["UnprocessedAccounts"], [])
        self.assertEqual([self.status(), self.status()], ["EmailVerificationInProgress", "Invited"])

    def accept(self):
        invitation = self.theirs.list_invitations()["Invitations"][0]
        params = {"AdministratorId": invitation["AccountId"], "InvitationId": invitation["InvitationId"]}
        self.theirs.accept_administrator_invitation(**self.their_id, **params)

    def result(self, answer):
        return answer["UnprocessedAccounts"][0]["Result"]

    def test_an_invitation(self):
        self.assertIn("not a member", self.result(self.ours.invite_members(**self.all)))
        self.assertIn("not a member", self.result(self.ours.get_members(**self.all)))
        self.assertEqual(self.create(), [])
        self.assertEqual(len(self.create()), 1)
        self.assertEqual(len(self.create(self.account)), 1)
        self.assertEqual(self.status(), "Created")
        self.assertEqual(self.theirs.list_invitations()["Invitations"], [])
        self.invite()
        self.assertIn("has already invited", self.result(self.ours.invite_members(**self.all)))
        wrong = {"AdministratorId": self.account, "InvitationId": "0" * 32}
        self.refused("BadRequestException", self.theirs.accept_administrator_invitation, **self.their_id, **wrong)
        self.assertNotIn("Administrator", self.theirs.get_administrator_account(**self.their_id))
        self.accept()
        self.assertEqual(self.status(), "Enabled")
        administrator = self.theirs.get_administrator_account(**self.their_id)["Administrator"]
        self.assertEqual((administrator["AccountId"], administrator["RelationshipStatus"]), (self.account, "Enabled"))
        self.refused("BadRequestException", self.accept)
        self.assertEqual(self.snapshot()["guardduty"][REGION]["members"], {self.member: ["m@example.com", "Enabled"]})

    def test_verification_takes_time_or_fails(self):
        self.settings(email_verification=1.5)
        self.control("POST", "settings", {"account": self.member, "invitation_delay": 3})
        self.create()
        self.ours.invite_members(**self.all)
        self.assertEqual([self.status(), self.status()], ["EmailVerificationInProgress"] * 2)
        time.sleep(1.6)
        self.assertEqual(self.status(), "Invited")
        self.assertEqual(self.theirs.list_invitations()["Invitations"], [])
        time.sleep(1.6)
        self.assertEqual(len(self.theirs.list_invitations()["Invitations"]), 1)
        self.ours.disassociate_members(**self.all)
        self.ours.delete_members(**self.all)
        self.settings(email_verification=0, wrong_emails=["wrong@example.com"])
        self.create(email="wrong@example.com")
        self.ours.invite_members(**self.all)
        self.assertEqual([self.status(), self.status()], ["EmailVerificationInProgress", "EmailVerificationFailed"])

    def test_the_end(self):
        self.invite()
        self.accept()
        words = self.refused("BadRequestException", self.ours.delete_detector, **self.id)["Error"]["Message"]
        self.assertIn("cannot delete detector while it has invited or associated members", words)
        self.assertEqual(len(self.ours.delete_members(**self.all)["UnprocessedAccounts"]), 1)
        self.ours.disassociate_members(**self.all)
        self.assertEqual(self.ours.list_members(**self.id)["Members"], [])
        listed = self.ours.list_members(**self.id, OnlyAssociated="false")["Members"]
        self.assertEqual([member["RelationshipStatus"] for member in listed], ["Removed"])
        self.refused("BadRequestException", self.theirs.disassociate_from_administrator_account, **self.their_id)
        self.ours.delete_members(**self.all)
        self.invite()
        self.accept()
        self.theirs.disassociate_from_administrator_account(**self.their_id)
        self.assertEqual(self.status(), "Resigned")
        self.ours.delete_detector(**self.id)

    def test_a_member_goes(self):
        self.invite()
        self.theirs.decline_invitations(AccountIds=[self.account])
        self.assertEqual(self.theirs.list_invitations()["Invitations"], [])
        self.assertEqual(len(self.theirs.delete_invitations(AccountIds=[self.account])["UnprocessedAccounts"]), 1)
        self.ours.invite_members(**self.all)
        self.assertEqual([self.status(), self.status()], ["EmailVerificationInProgress", "Invited"])
        self.accept()
        self.theirs.delete_detector(**self.their_id)
        self.assertEqual(self.status(), "Resigned")

    def test_findings_of_members_reach_the_administrator(self):
        self.logs.create_log_group(logGroupName=GROUP)
        self.put_rule()
        self.put_targets("group")
        finding = {"region": REGION, "source": "aws.guardduty", "type": "GuardDuty Finding", "detail": {}}

        def received():
            self.control("POST", "event", finding | {"account": self.member})
            entries = self.control("GET", "delivered", account=self.account, timeout=1)["deliveries"]
            return len(entries)

        self.assertEqual(received(), 0)
        self.invite()
        self.accept()
        self.assertEqual(received(), 1)
        self.theirs.update_detector(**self.their_id, Enable=False)
        self.assertEqual(received(), 1)
