"""Organizations: who may list the accounts, and in pages of what size."""

from aws_errors import AwsError
from rules import Call, rule
from rules.pages import page

LARGEST_PAGE = 20


@rule("organizations", "ListAccounts")
def list_accounts(call: Call):
    """Only the management account may. Moto lists nothing where there is no organization, and counts no pages."""
    from moto.organizations.models import organizations_backends

    account, size = call.request.account, call.params.get("MaxResults", LARGEST_PAGE)
    backend = organizations_backends[account][call.request.partition]
    if backend.org is None:
        if account in organizations_backends.master_accounts:
            raise AwsError("AccessDeniedException", "You don't have permissions to access this resource.")
        raise AwsError("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
    if not 1 <= size <= LARGEST_PAGE:
        raise AwsError("InvalidInputException", "You specified an invalid value.")
    size = min(size, call.account.settings["accounts_page"])
    try:
        accounts, following = page(backend.accounts, size, call.params.get("NextToken"))
    except ValueError:
        raise AwsError("InvalidInputException", "You provided an invalid NextToken.") from None
    answer = {"Accounts": [account.describe() for account in accounts]}
    return call.json(answer | ({"NextToken": following} if following else {}))
