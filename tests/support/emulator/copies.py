"""Copies of accounts: a new account that holds what another one holds, under its own id.

Many tests begin with the same resources. Copying an account costs a hundredth of what making them by requests does.
"""

import io
import pickle
import threading
from importlib import import_module

from accounts import Account
from data_catalog import DATABASES, WORK_GROUPS
from event_mappings import MAPPINGS
from flow_logs import FLOW_LOGS
from guardduty_detectors import DETECTORS
from lambda_functions import FUNCTIONS
from moto_gateway import LOCK
from search_domains import DOMAINS

SERVICES = "s3 sns sqs cloudtrail cloudwatch logs iam events firehose kinesis secretsmanager".split()

# What the emulator keeps itself.
OWN = (FUNCTIONS, DETECTORS, FLOW_LOGS, DOMAINS, MAPPINGS, DATABASES, WORK_GROUPS)


class _Pickler(pickle.Pickler):
    """Locks are not shared: each copy has its own."""

    def reducer_override(self, value):
        if isinstance(value, type(threading.RLock())):
            return threading.RLock, ()
        return NotImplemented


def copy(original: Account, account: Account) -> None:
    """Gives an account that holds nothing the settings and resources of the original.

    The id of the original gives way to the account's wherever it is written. To the copy, all changes are long past.
    """
    with LOCK:
        resources = {name: dict(_backends(name)[original.id]) for name in SERVICES}
        if any(backend.access_keys for backend in resources["iam"].values()):
            raise ValueError("an account with access keys cannot be copied: their ids encode the account's")
        pickled = io.BytesIO()
        own = [kept[original.id] for kept in OWN]
        _Pickler(pickled).dump((original.settings, resources, own))
        text = pickled.getvalue().replace(original.id.encode(), account.id.encode())
        account.settings, resources, own = pickle.loads(text)
        for kept, value in zip(OWN, own):
            kept[account.id] = value
        for name, backends in resources.items():
            _backends(name)[account.id].update(backends)
        # Names of buckets are unique among all accounts.
        for partition, backend in resources["s3"].items():
            for bucket in backend.buckets:
                _backends("s3").bucket_accounts[bucket] = (partition, account.id)


def _backends(service: str):
    return getattr(import_module(f"moto.{service}.models"), f"{service}_backends")
