"""S3 refuses a change of a bucket's settings while another one is going on, or has only just ended (`bucket_conflict`).

The change lasts from the request's arrival to its answer, latency included, as it would in AWS.
"""

import contextlib
import re
import time

from aws_errors import AwsError

SETTLING = 0.2
BUCKET_SETTING = re.compile(r"(Put|Delete)(Bucket.+|PublicAccessBlock)")


@contextlib.contextmanager
def change(request, account):
    """Goes around the work of a request; raises OperationAborted if it may not begin."""
    if request.service != "s3" or not BUCKET_SETTING.fullmatch(request.operation):
        yield
        return
    with account.changed:
        state = account.bucket_changes[request.params.get("Bucket")]
        if state[0] or time.monotonic() - state[1] < SETTLING:
            raise AwsError(
                "OperationAborted",
                "A conflicting conditional operation is currently in progress against this resource. Please try again.",
                409,
            )
        state[0] += 1
    try:
        yield
    finally:
        with account.changed:
            state[0] -= 1
            state[1] = time.monotonic()
