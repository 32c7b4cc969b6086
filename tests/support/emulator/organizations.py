"""Which organization an account is in, as the policies of other accounts ask for it."""


def id_of(account: str, partition: str) -> str:
    """The id of the account's organization; an empty text without one."""
    from moto.organizations.models import organizations_backends

    master, place = organizations_backends.master_accounts.get(account, (account, partition))
    organization = organizations_backends[master][place].org
    return organization.id if organization else ""


def is_management(account: str, partition: str) -> bool:
    """Whether an account is the management account of its organization."""
    from moto.organizations.models import organizations_backends

    return organizations_backends[account][partition].org is not None


def accounts_of(organization: str) -> list:
    """The (id, email address) of an organization's accounts."""
    from moto.organizations.models import organizations_backends

    backends = [backend for places in list(organizations_backends.values()) for backend in list(places.values())]
    found = [backend for backend in backends if backend.org and backend.org.id == organization]
    return [(account.id, account.email) for backend in found for account in backend.accounts]
