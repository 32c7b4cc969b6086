"""Organizations: the accounts of an organization, page by page."""

from selftests.harness import Case


class Accounts(Case):
    def setUp(self):
        super().setUp()
        self.organizations = self.client("organizations")

    def furnish_organization(self, names):
        """An organization with these accounts besides the management account; their ids."""
        self.seed("organizations", "CreateOrganization", FeatureSet="ALL")
        return [
            self.seed("organizations", "CreateAccount", AccountName=name, Email=f"{number}@example.com")[
                "CreateAccountStatus"
            ]["AccountId"]
            for number, name in enumerate(names)
        ]

    def pages(self, **params):
        token, pages = {}, []
        while token is not None:
            answer = self.organizations.list_accounts(**params, **token)
            pages.append([(account["Id"], account["Name"]) for account in answer["Accounts"]])
            token = {"NextToken": answer["NextToken"]} if "NextToken" in answer else None
        return pages

    def test_no_organization(self):
        self.refused("AWSOrganizationsNotInUseException", self.organizations.list_accounts)
        self.refused("AWSOrganizationsNotInUseException", self.organizations.describe_organization)

    def test_a_member_may_not_list(self):
        member = self.furnish_organization(["one"])[0]
        self.refused("AccessDeniedException", self.client("organizations", account=member).list_accounts)
        self.organizations.describe_organization()

    def test_pages(self):
        names = [f'"{number}", ü' for number in range(24)]
        ids = self.furnish_organization(names)
        expected = [(self.account, "master"), *zip(ids, names, strict=True)]
        self.assertEqual(self.pages(), [expected[:20], expected[20:]])
        self.assertEqual([len(page) for page in self.pages(MaxResults=10)], [10, 10, 5])
        self.settings(accounts_page=5)
        self.assertEqual([len(page) for page in self.pages(MaxResults=20)], [5] * 5)
        self.refused("InvalidInputException", self.organizations.list_accounts, NextToken="else")
        client = self.client("organizations", parameter_validation=False)
        self.refused("InvalidInputException", client.list_accounts, MaxResults=21)
        record = self.requests()[0]
        self.assertEqual(
            (record["service"], record["operation"], record["mutating"]), ("organizations", "ListAccounts", False)
        )

    def test_what_an_account_looks_like(self):
        self.furnish_organization(["one"])
        account = self.organizations.list_accounts()["Accounts"][1]
        self.assertEqual((account["Name"], account["Status"], account["Email"]), ("one", "ACTIVE", "0@example.com"))
        self.seed("organizations", "CloseAccount", AccountId=account["Id"])
        self.assertEqual(self.organizations.list_accounts()["Accounts"][1]["Status"], "SUSPENDED")
