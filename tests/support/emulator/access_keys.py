"""Access keys: whose they are.

The keys of the tests, AKIATEST and the account's twelve digits, belong to the account's administrator. All others were
made by moto, which writes the account into the id as AWS does: even a key that is deleted, or that another account
asks about, says where it comes from.
"""

import base64
import re

TEST_KEY = re.compile(r"AKIATEST(\d{12})")
MADE_KEY = re.compile(r"A[KS]IA([A-Z2-7]{8})([A-Z2-7])[A-Z2-7]{7}")
# An account for the records of keys that say nothing.
NOBODY = "123456789012"


def account_of(key_id: str) -> str:
    """The account that a key belongs, or belonged, to."""
    from moto.iam.utils import ACCOUNT_OFFSET, AWS_ROLE_ALPHABET

    test_key = TEST_KEY.fullmatch(key_id)
    if test_key:
        return test_key.group(1)
    made_key = MADE_KEY.fullmatch(key_id)
    if not made_key:
        return NOBODY
    half = int.from_bytes(base64.b32decode(made_key.group(1)), "big") - ACCOUNT_OFFSET
    number = 2 * half + (AWS_ROLE_ALPHABET.index(made_key.group(2)) >= 16)
    return f"{number:012}" if 0 <= number < 10**12 else NOBODY


def find(key_id: str, account: str, partition: str):
    """The key as moto keeps it, or None if there is no such key (any more)."""
    from moto.iam.models import iam_backends

    return iam_backends[account][partition].access_keys.get(key_id)


def secrets(account: str) -> dict:
    """The ids of all keys of the account's users, with their secrets."""
    from moto.iam.models import iam_backends

    keys = [key for backend in iam_backends[account].values() for key in backend.access_keys.values()]
    return {key.access_key_id: key.secret_access_key for key in keys}
