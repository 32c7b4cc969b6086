"""IAM: names, what has to be gone before a user or role can go, and the limits of policies and keys."""

import re
from xml.sax.saxutils import escape

import access_keys
from aws_errors import AwsError, denial
from http_server import Response
from rules import Call, guard, rule
from rules.iam_documents import ROLE_LIMIT, USER_LIMIT, check_identity_policy, check_trust_policy, size
from rules.roles import noted

# Parameter -> its longest length; all are made of the same characters.
NAMES = {"UserName": 64, "RoleName": 64, "GroupName": 128, "PolicyName": 128}
NAME = re.compile(r"[A-Za-z0-9_+=,.@-]+")
PATH = re.compile(r"/|/[!-\x7f]+/")
TAG = re.compile(r"[\w\s.:/=+@-]*")


def backend(call: Call):
    """Moto's IAM of the caller's account."""
    from moto.iam.models import iam_backends

    return iam_backends[call.request.account][call.request.partition]


@guard("iam")
def names_and_tags(call: Call):
    """The syntax of names, paths and tags."""
    for member, longest in NAMES.items():
        value = call.params.get(member)
        if value is not None and not (NAME.fullmatch(value) and len(value) <= longest):
            raise AwsError(
                "ValidationError",
                f"The specified value for {member[0].lower()}{member[1:]} is invalid. It must contain only "
                f"alphanumeric characters and/or the following: +=,.@_- and be at most {longest} characters long",
            )
    if not PATH.fullmatch(call.params.get("Path", "/")):
        raise AwsError("ValidationError", "The specified value for path is invalid.")
    tags = call.params.get("Tags") or []
    keys = [tag["Key"].lower() for tag in tags]
    if len(keys) != len(set(keys)):
        raise AwsError("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    for tag in tags:
        key, value = tag["Key"], tag.get("Value", "")
        if not 1 <= len(key) <= 128 or len(value) > 256 or not TAG.fullmatch(key) or not TAG.fullmatch(value):
            raise AwsError("ValidationError", f"1 validation error detected: tag {key} failed to satisfy constraint")
    if len(tags) > 50:
        raise AwsError("LimitExceeded", "The number of tags has reached the maximum limit.", 409)


@rule("iam", "CreateUser")
def create_user(call: Call):
    """Names that differ in case only are the same name."""
    name = call.params["UserName"]
    if name.lower() in map(str.lower, backend(call).users):
        raise AwsError("EntityAlreadyExists", f"User with name {name} already exists.", 409)
    return call.forward()


@rule("iam", "GetUser")
def get_user(call: Call):
    """Without a name: the caller, of whom moto only knows those it made itself."""
    caller = call.request.caller
    if call.params.get("UserName") or (caller.user_name and not call.request.is_test_key):
        return call.forward()
    if not caller.user_name:
        raise AwsError("ValidationError", "Must specify userName when calling with non-User credentials")
    body = (
        '<GetUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetUserResult><User>'
        f"<Path>/</Path><UserName>{caller.user_name}</UserName><UserId>AIDATESTER</UserId>"
        f"<Arn>{escape(caller.arn)}</Arn><CreateDate>2024-02-29T12:00:00Z</CreateDate></User></GetUserResult>"
        "<ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata>"
        "</GetUserResponse>"
    )
    return Response(200, {"content-type": "text/xml"}, body.encode())


@rule("iam", "DeleteUser")
def delete_user(call: Call):
    """A user goes last."""
    user = backend(call).users.get(call.params["UserName"])
    if user is not None:
        _must_be_gone(
            {
                "must delete access keys first": user.access_keys,
                "must delete policies first": user.policies,
                "must detach all policies first": user.managed_policies,
                "must remove users from group first": backend(call).get_groups_for_user(user.name),
                "must delete login profile first": user.password,
                "must delete MFA device first": user.mfa_devices,
            }
        )
    return call.forward()


def _must_be_gone(things: dict) -> None:
    for demand, thing in things.items():
        if thing:
            raise AwsError("DeleteConflict", f"Cannot delete entity, {demand}.", 409)


@rule("iam", "CreateAccessKey", "ListAccessKeys", "UpdateAccessKey", "DeleteAccessKey")
def access_key_of_a_user(call: Call):
    """Without a name the caller's own keys are meant; moto would take the user that the key belongs to."""
    caller, name = call.request.caller, call.params.get("UserName")
    if name is None:
        name = caller.user_name
        key = backend(call).access_keys.get(call.params.get("AccessKeyId"))
        if call.request.is_test_key or (key is not None and key.user_name != name):
            raise AwsError("NoSuchEntity", f"The user with name {name} cannot be found.", 404)
    if call.request.operation == "UpdateAccessKey" and call.params.get("Status") not in ("Active", "Inactive"):
        raise AwsError("ValidationError", "1 validation error detected: Value at 'status' failed to satisfy constraint")
    return call.forward()


@rule("iam", "GetAccessKeyLastUsed")
def get_access_key_last_used(call: Call):
    """Another account's keys are nobody's business; moto looks through all accounts."""
    if access_keys.account_of(call.params["AccessKeyId"]) != call.request.account:
        raise denial(call.request)
    return call.forward()


@rule("iam", "ListOrganizationsFeatures")
def list_organizations_features(_call: Call):
    """Moto does not have it. Nobody here has let IAM look into an organization."""
    raise AwsError("ServiceAccessNotEnabledException", "IAM has no trusted access to an organization.", 409)


@rule("iam", "PutUserPolicy")
def put_user_policy(call: Call):
    """A user's inline policies have a common limit."""
    check_identity_policy(call.params["PolicyDocument"])
    user = backend(call).users.get(call.params["UserName"])
    _check_sizes(call, user, "user", USER_LIMIT)
    return call.forward()


@rule("iam", "PutRolePolicy")
@noted
def put_role_policy(call: Call):
    """A role's inline policies have a common limit."""
    check_identity_policy(call.params["PolicyDocument"])
    _check_sizes(call, _role(call), "role", ROLE_LIMIT)
    return call.forward()


def _check_sizes(call: Call, holder, kind: str, limit: int) -> None:
    """All inline policies of a user or role together, with the new one in the place of the old."""
    if holder is None:
        return
    policies = {**holder.policies, call.params["PolicyName"]: call.params["PolicyDocument"]}
    if sum(map(size, policies.values())) > limit:
        raise AwsError("LimitExceeded", f"Maximum policy size of {limit} bytes exceeded for {kind} {holder.name}", 409)


def _role(call: Call):
    return next((role for role in backend(call).roles.values() if role.name == call.params["RoleName"]), None)


@rule("iam", "CreateRole")
@noted
def create_role(call: Call):
    """Moto does not look at the trust policy of a new role."""
    name = call.params["RoleName"]
    check_trust_policy(call.params["AssumeRolePolicyDocument"], call.request.partition)
    if name.lower() in [role.name.lower() for role in backend(call).roles.values()]:
        raise AwsError("EntityAlreadyExists", f"Role with name {name} already exists.", 409)
    return call.forward()


@rule("iam", "UpdateAssumeRolePolicy")
@noted
def update_assume_role_policy(call: Call):
    """Checked as for a new role."""
    check_trust_policy(call.params["PolicyDocument"], call.request.partition)
    return call.forward()


@rule("iam", "DeleteRole")
@noted
def delete_role(call: Call):
    """A role goes last, and nobody can assume it any more."""
    role = _role(call)
    response = call.forward()
    if response.status == 200:
        call.account.deleted_roles.add(role.arn)
    return response


@rule("iam", "DeleteRolePolicy", "AttachRolePolicy", "DetachRolePolicy")
@noted
def change_role_policies(call: Call):
    """Changes that other services, too, see late."""
    return call.forward()
