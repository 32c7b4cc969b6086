"""Services that refuse a change of a thing while another one is going on, or has only just ended.

A change lasts from the request's arrival to its answer, latency included, as it would in AWS.
"""

import contextlib
import re
import time
from dataclasses import dataclass
from typing import Callable

from aws_errors import AwsError


@dataclass(frozen=True)
class Conflict:
    """What a setting of this name makes a service refuse, and how."""

    service: str
    operations: str
    # The thing that a request changes.
    thing: Callable
    # For how many seconds after a change the next one is refused.
    settling: float
    # The arguments of the AwsError.
    error: tuple


CONFLICTS = {
    # The settings of a bucket.
    "bucket_conflict": Conflict(
        "s3",
        r"(Put|Delete)(Bucket.+|PublicAccessBlock|ObjectLockConfiguration)",
        lambda request: request.params.get("Bucket"),
        0.2,
        (
            "OperationAborted",
            "A conflicting conditional operation is currently in progress against this resource. Please try again.",
            409,
        ),
    ),
    # The metric filters of a log group.
    "filter_conflict": Conflict(
        "logs",
        r"(Put|Delete)MetricFilter",
        lambda request: (request.region, request.params.get("logGroupName")),
        0,
        (
            "OperationAbortedException",
            "A conflicting operation is currently in progress against this resource. Please try again.",
        ),
    ),
}


@contextlib.contextmanager
def change(request, account):
    """Goes around the work of a request; raises what the service answers if it may not begin."""
    found = [
        (setting, conflict)
        for setting, conflict in CONFLICTS.items()
        if account.settings[setting]
        and request.service == conflict.service
        and re.fullmatch(conflict.operations, request.operation)
    ]
    if not found:
        yield
        return
    setting, conflict = found[0]
    with account.changed:
        state = account.changes_in_progress[setting, conflict.thing(request)]
        if state[0] or time.monotonic() - state[1] < conflict.settling:
            raise AwsError(*conflict.error)
        state[0] += 1
    try:
        yield
    finally:
        with account.changed:
            state[0] -= 1
            state[1] = time.monotonic()
