"""Which organization an account is in, as the policies of other accounts ask for it."""


def id_of(account: str, partition: str) -> str:
    """The id of the account's organization; an empty text without one."""
    from moto.organizations.models import organizations_backends

    master, place = organizations_backends.master_accounts.get(account, (account, partition))
    organization = organizations_backends[master][place].org
    return organization.id if organization else ""
