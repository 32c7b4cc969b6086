"""How many calls a second AWS takes of an operation, in a region of an account, before it throttles (`rates`)."""

import time

from aws_errors import misfortune


def check(request, account) -> None:
    """Raises the service's throttling error for a call too many; with no rate for the operation there is none."""
    rate = account.settings["rates"].get(f"{request.service}:{request.operation}")
    if rate is None:
        return
    now = time.monotonic()
    with account.changed:
        calls = account.recent_calls[(request.region, request.service, request.operation)]
        calls[:] = [when for when in calls if now - when < 1]
        if len(calls) >= rate:
            raise misfortune("throttle", request)
        calls.append(now)
