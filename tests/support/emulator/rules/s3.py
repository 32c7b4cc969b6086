"""S3: who owns a bucket, where it lives, and what its policy may say."""

import json
import re

import access
import iam_actions
from accounts import DEFAULT_ENABLED
from aws_errors import AwsError
from http_server import Response
from policy import as_list, names_deleted_principal
from rules import Call, guard, rule

NAME = re.compile(r"(?!\d+\.\d+\.\d+\.\d+$)(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]")
# How no bucket's name may end; -an is for buckets in the account's own namespace, of which the emulator knows nothing.
RESERVED = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an")
# The regions that answer 301 to a request for a bucket in another one; those that came later answer 400.
BEFORE_MARCH_2019 = frozenset(DEFAULT_ENABLED)
POLICY_LIMIT = 20 * 1024


def bucket_named(name: "str | None"):
    """The bucket of that name, whoever owns it, as moto keeps it; None if there is none."""
    from moto.s3.models import s3_backends

    if name not in s3_backends.bucket_accounts:
        return None
    partition, account = s3_backends.bucket_accounts[name]
    return s3_backends[account][partition].buckets.get(name)


def is_elsewhere(call: Call) -> bool:
    """Whether the request should have gone to another region; us-east-1 can say of all buckets where they are."""
    bucket = bucket_named(call.params.get("Bucket"))
    if bucket is None or (call.request.operation, call.region) == ("GetBucketLocation", "us-east-1"):
        return False
    return bucket.region_name != call.region


@guard("s3")
def home_and_owner(call: Call):
    """A bucket answers only in its own region, and here only to its owner."""
    bucket = bucket_named(call.params.get("Bucket"))
    if bucket is None or call.request.operation == "CreateBucket":
        return
    if is_elsewhere(call):
        if bucket.region_name not in BEFORE_MARCH_2019:
            raise AwsError(
                "AuthorizationHeaderMalformed",
                f"The authorization header is malformed; the region '{call.region}' is wrong; expecting "
                f"'{bucket.region_name}'",
                400,
                {"x-amz-bucket-region": bucket.region_name},
            )
        raise AwsError(
            "PermanentRedirect",
            "The bucket you are attempting to access must be addressed using the specified endpoint. "
            "Please send all future requests to this endpoint.",
            301,
            {"x-amz-bucket-region": bucket.region_name},
        )
    expected = call.params.get("ExpectedBucketOwner")
    if bucket.account_id != call.request.account or (expected and expected != bucket.account_id):
        raise AwsError("AccessDenied", "Access Denied", 403, {"x-amz-bucket-region": bucket.region_name})


@guard("s3")
def not_seen_yet(call: Call):
    """With `bucket_load`: an operation that does not see a new bucket yet."""
    operation = call.request.operation
    times = call.account.settings["bucket_load"].get(operation, 0)
    if call.account.is_loading(("bucket", call.params.get("Bucket")), operation, times):
        raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404)


@rule("s3", "CreateBucket")
def create_bucket(call: Call):
    """Name, location, and what happens if the bucket exists; a new one blocks public access."""
    name = call.params["Bucket"]
    if not NAME.fullmatch(name) or name.endswith(RESERVED):
        raise AwsError("InvalidBucketName", "The specified bucket is not valid.")
    location = (call.params.get("CreateBucketConfiguration") or {}).get("LocationConstraint")
    if call.region == "us-east-1" and location == "us-east-1":
        raise AwsError("InvalidLocationConstraint", "The specified location-constraint is not valid")
    if location != (None if call.region == "us-east-1" else call.region):
        raise AwsError(
            "IllegalLocationConstraintException",
            f"The {location or 'unspecified'} location constraint is incompatible for the region specific endpoint "
            "this request was sent to.",
        )
    existing = bucket_named(name)
    response = call.forward()
    if existing and response.status == 200:
        # Only in us-east-1: the answer is yes, and the bucket's ACL is as new.
        from moto.s3.models import get_canned_acl

        existing.acl = get_canned_acl(call.params.get("ACL", "private"))
    if not existing and response.status == 200:
        from moto.s3.models import PublicAccessBlock

        # Since April 2023.
        bucket_named(name).public_access_block = PublicAccessBlock(*["true"] * 4)
        call.account.changed_now(("bucket", name))
    return response


@rule("s3", "GetBucketEncryption")
def get_bucket_encryption(call: Call):
    """A bucket has S3's own encryption if it has no other."""
    bucket = bucket_named(call.params["Bucket"])
    if bucket is None or bucket.encryption:
        return call.forward()
    body = (
        '<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule>'
        "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>"
        "<BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>"
    )
    return Response(200, {"content-type": "application/xml"}, body.encode())


@rule("s3", "GetObject", "HeadObject")
def get_object(call: Call):
    """Who may not list a bucket does not learn which objects it lacks; who may not decrypt gets no plain text."""
    response, bucket = call.forward(), bucket_named(call.params["Bucket"])
    refusal = None
    if response.status == 404 and bucket is not None:
        refusal = access.refusal(call.request, "s3:ListBucket", bucket.arn)
    key = response.headers.get("x-amz-server-side-encryption-aws-kms-key-id")
    if key and call.request.operation == "GetObject":
        refusal = access.refusal(call.request, "kms:Decrypt", iam_actions.key_arn(call.request, key))
    if refusal:
        raise refusal
    return response


@rule("s3", "ListObjectsV2")
def list_objects(call: Call):
    """Only S3 makes continuation tokens."""
    from moto.s3.models import s3_backends

    token = call.params.get("ContinuationToken")
    if token and token not in s3_backends[call.request.account][call.request.partition]._pagination_tokens:
        raise AwsError("InvalidArgument", "The continuation token provided is incorrect")
    return call.forward()


@rule("s3", "PutBucketPolicy")
def put_bucket_policy(call: Call):
    """A policy is checked before it replaces the old one."""
    name, text = call.params["Bucket"], call.params.get("Policy", "")
    bucket = bucket_named(name)
    if bucket is None:
        return call.forward()
    if len(text.encode()) > POLICY_LIMIT:
        raise AwsError("PolicyTooLarge", "Policy exceeds the maximum allowed document size.")
    statements = _check_policy(text, f"arn:{call.request.partition}:s3:::{name}")
    block = bucket.public_access_block
    if block and str(block.block_public_policy).lower() == "true" and any(map(_is_public, statements)):
        raise AwsError("AccessDenied", "Access Denied: public policies are blocked by BlockPublicPolicy", 403)
    before = bucket.policy
    response = call.forward()
    call.account.policy_written(f"s3:{name}", before)
    # Moto answers 200 with the text "True".
    response.status, response.body = 204, b""
    return response


@rule("s3", "DeleteBucketPolicy")
def delete_bucket_policy(call: Call):
    """Deleting is a change that CloudTrail, too, sees late."""
    bucket = bucket_named(call.params["Bucket"])
    before = bucket.policy if bucket else None
    response = call.forward()
    call.account.policy_written(f"s3:{call.params['Bucket']}", before)
    return response


def _check_policy(text: str, bucket_arn: str) -> list:
    def malformed(why: str):
        return AwsError("MalformedPolicy", why)

    try:
        document = json.loads(text)
    except ValueError:
        raise malformed("This policy contains invalid Json") from None
    if not isinstance(document, dict) or not isinstance(document.get("Statement"), (list, dict)):
        raise malformed("Missing required field Statement")
    if document.get("Version", "2008-10-17") not in ("2008-10-17", "2012-10-17"):
        raise malformed("The policy must contain a valid version string")
    statements = as_list(document["Statement"])
    sids = [s["Sid"] for s in statements if isinstance(s, dict) and "Sid" in s]
    if not statements or len(sids) != len(set(sids)):
        raise malformed("Statement IDs (SID) in a single policy must be unique." if sids else "Policy is empty")
    for statement in statements:
        for field in ("Effect", "Principal", "Action", "Resource"):
            if not isinstance(statement, dict) or not (statement.get(field) or statement.get(f"Not{field}")):
                raise malformed(f"Missing required field {field}")
        if statement["Effect"] not in ("Allow", "Deny"):
            raise malformed(f"Invalid effect: {statement['Effect']}")
        if names_deleted_principal(statement):
            raise malformed("Invalid principal in policy")
        if not all(a == "*" or a.lower().startswith("s3:") for a in as_list(statement.get("Action"))):
            raise malformed("Policy has invalid action")
        for resource in as_list(statement.get("Resource")) + as_list(statement.get("NotResource")):
            if resource != bucket_arn and not resource.startswith(bucket_arn + "/"):
                raise malformed("Policy has invalid resource")
    return statements


def _is_public(statement: dict) -> bool:
    principal = statement.get("Principal")
    everybody = principal == "*" or (isinstance(principal, dict) and "*" in as_list(principal.get("AWS")))
    return statement["Effect"] == "Allow" and everybody and not statement.get("Condition")
