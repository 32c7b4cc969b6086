"""GuardDuty in an organization: the delegated administrator, and members that it need not invite."""

from selftests.harness import Case

REGION = "eu-west-1"


class Organizations(Case):
    def setUp(self):
        super().setUp()
        self.seed("organizations", "CreateOrganization", FeatureSet="ALL")
        self.central, self.member = [self.account_of(name) for name in ("central", "member")]
        self.management = self.client("guardduty", REGION)
        self.administrator = self.client("guardduty", REGION, account=self.central)

    def account_of(self, name):
        created = self.seed("organizations", "CreateAccount", AccountName=name, Email=f"{name}@example.com")
        return created["CreateAccountStatus"]["AccountId"]

    def appoint(self):
        """The detector that the account gets by its appointment."""
        self.management.enable_organization_admin_account(AdminAccountId=self.central)
        return self.administrator.list_detectors()["DetectorIds"][0]

    def test_only_the_management_account_appoints(self):
        enable = self.administrator.enable_organization_admin_account
        self.refused("BadRequestException", enable, AdminAccountId=self.central)
        enable = self.management.enable_organization_admin_account
        self.refused("BadRequestException", enable, AdminAccountId="999999999999")
        self.appoint()
        self.refused("BadRequestException", enable, AdminAccountId=self.member)

    def test_the_configuration_is_the_administrators(self):
        detector = self.administrator.create_detector(Enable=True)["DetectorId"]
        describe = self.administrator.describe_organization_configuration
        self.refused("BadRequestException", describe, DetectorId=detector)
        self.assertEqual(self.appoint(), detector)
        found = describe(DetectorId=detector)
        self.assertEqual((found["AutoEnable"], found["AutoEnableOrganizationMembers"]), (False, "NONE"))
        update = self.administrator.update_organization_configuration
        self.refused("BadRequestException", update, DetectorId=detector)
        update(DetectorId=detector, AutoEnable=True)
        self.assertEqual(describe(DetectorId=detector)["AutoEnableOrganizationMembers"], "NEW")

    def test_all_accounts_become_members(self):
        detector = self.appoint()
        update = self.administrator.update_organization_configuration
        update(DetectorId=detector, AutoEnableOrganizationMembers="ALL")
        members = self.administrator.list_members(DetectorId=detector)["Members"]
        self.assertIn((self.member, "Enabled"), [(it["AccountId"], it["RelationshipStatus"]) for it in members])
        client = self.client("guardduty", REGION, account=self.member)
        theirs = client.list_detectors()["DetectorIds"][0]
        found = client.get_administrator_account(DetectorId=theirs)["Administrator"]
        self.assertEqual(found["AccountId"], self.central)
        remove = self.administrator.disassociate_members
        self.refused("BadRequestException", remove, DetectorId=detector, AccountIds=[self.member])
        update(DetectorId=detector, AutoEnableOrganizationMembers="NONE")
        remove(DetectorId=detector, AccountIds=[self.member])
