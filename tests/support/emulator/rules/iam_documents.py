"""Policy documents as IAM takes them: what identity and trust policies may say, and how long they may be.

Moto has a thorough check of an identity's policy and applies it to most operations; here it is applied to all, with
what it lacks: statement ids, principals, sizes.
"""

import json
import re

from aws_errors import AwsError
from policy import as_list

USER_LIMIT, ROLE_LIMIT, TRUST_LIMIT = 2048, 10240, 2048
PRINCIPAL = re.compile(r"\*|\d{12}|arn:[^:]+:iam::(\d{12}):(root|user/.+|role/.+)|arn:[^:]+:sts::\d{12}:.+")


def size(text: str) -> int:
    """The length of a document without the white space around its tokens, which IAM does not count."""
    return len(json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False))


def check_identity_policy(text: str) -> None:
    """A policy of a user, group or role."""
    from moto.iam.policy_validation import IAMPolicyDocumentValidator

    for statement in _checked(text, IAMPolicyDocumentValidator):
        if "Principal" in statement or "NotPrincipal" in statement:
            raise malformed("Policy document should not specify a principal.")


def check_trust_policy(text: str, partition: str) -> None:
    """The policy that says who may assume a role."""
    from moto.iam.policy_validation import IAMTrustPolicyDocumentValidator

    for statement in _checked(text, IAMTrustPolicyDocumentValidator):
        if not statement.get("Principal"):
            raise malformed("Missing required field Principal")
        principal = statement["Principal"]
        for name in as_list(principal.get("AWS") if isinstance(principal, dict) else principal):
            if not _exists(name, partition):
                raise malformed(f'Invalid principal in policy: "AWS":"{name}"')
    if size(text) > TRUST_LIMIT:
        raise AwsError("LimitExceeded", f"Cannot exceed quota for ACLSizePerRole: {TRUST_LIMIT}", 409)


def malformed(why: str) -> AwsError:
    """The refusal of a document."""
    return AwsError("MalformedPolicyDocument", why)


def _checked(text: str, validator) -> list:
    """The statements of a document that moto's check and that of the statement ids let pass."""
    from moto.iam.exceptions import MalformedPolicyDocument

    try:
        validator(text).validate()
    except MalformedPolicyDocument as error:
        raise malformed(error.message) from None
    statements = as_list(json.loads(text)["Statement"])
    if not all(re.fullmatch(r"[0-9A-Za-z]*", statement.get("Sid", "")) for statement in statements):
        raise malformed(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            "[0-9A-Za-z]*"
        )
    return statements


def _exists(principal: str, partition: str) -> bool:
    """Whether a trust policy may name this principal: a user or role has to be there, an account is believed."""
    from moto.iam.models import iam_backends

    parts = PRINCIPAL.fullmatch(principal)
    if not parts or (principal.startswith("arn:") and principal.split(":")[1] != partition):
        return False
    if parts.group(2) in (None, "root", "user/tester"):
        return True
    backend = iam_backends[parts.group(1)][partition]
    return principal in [holder.arn for holder in (*backend.users.values(), *backend.roles.values())]
