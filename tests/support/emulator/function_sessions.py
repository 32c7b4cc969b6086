"""What Lambda's runtime has beside a function's own variables: among it, a session of the function's role."""

import contextlib

import lambda_functions
import moto_gateway

# Where functions call AWS; set once the emulator listens.
endpoint = ""


class CannotDecrypt(Exception):
    """The role of the function is not the one that may decrypt the function's variables."""


@contextlib.contextmanager
def environment(account: str, partition: str, region: str, function):
    """The environment of an invocation, for as long as it lasts."""
    from moto.iam.models import iam_backends
    from moto.sts.models import sts_backends

    role = function.configuration["Role"]
    with moto_gateway.LOCK:
        is_decrypted = lambda_functions.role_id(account, partition, role) == function.decrypted_by
        if function.configuration.get("Environment", {}).get("Variables") and not is_decrypted:
            raise CannotDecrypt
        backend = sts_backends[account][partition]
        session = backend.assume_role(region, "function", role, "", 3600, "")
    try:
        yield {
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_ACCESS_KEY_ID": session.access_key_id,
            "AWS_SECRET_ACCESS_KEY": session.secret_access_key,
            "AWS_SESSION_TOKEN": session.session_token,
            "AWS_ENDPOINT_URL": endpoint,
        }
    finally:
        with moto_gateway.LOCK:
            backend.assumed_roles.remove(session)
            del iam_backends[account][partition].access_keys[session.access_key_id]
