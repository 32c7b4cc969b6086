"""Secrets in what tests can read of an account: a record or a snapshot has the hash of a token, never the token.

Two hashes are equal exactly if the tokens are, so a test can still see which token a request or a stream has.
"""

import hashlib

# Service -> the members of its requests that carry a secret.
MEMBERS = {
    "firehose": {"HECToken", "AccessKey", "Password", "PrivateKey", "KeyPassphrase"},
    "secretsmanager": {"SecretString", "SecretBinary"},
}


def hashed(secret: str) -> str:
    """What takes the place of a secret."""
    return "sha256:" + hashlib.sha256(secret.encode()).hexdigest()


def redacted(service: str, value):
    """Parameters, or a description, of a service, with its secrets replaced."""
    members = MEMBERS.get(service)
    return _redacted(value, members) if members else value


def _redacted(value, members: set):
    if isinstance(value, dict):
        return {
            name: hashed(item) if name in members and isinstance(item, str) else _redacted(item, members)
            for name, item in value.items()
        }
    return [_redacted(item, members) for item in value] if isinstance(value, list) else value
