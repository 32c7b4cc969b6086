"""How AWS services say no.

Every protocol has its own envelope, and every service its own words for the same misfortune. Rules and faults raise
an `AwsError` with AWS's code; `render` wraps it as the service called would.
"""

import json
import re
import uuid
from xml.sax.saxutils import escape

from aws_request import AwsRequest
from http_server import Response


class AwsError(Exception):
    """An error answer of an AWS service: its code as AWS documents it, words, and HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400, headers: dict = None):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.headers = headers or {}


# SQS moved from the query protocol to JSON: its shapes carry new names, a header carries the old codes.
SQS_SHAPES = {
    "QueueAlreadyExists": "com.amazonaws.sqs#QueueNameExists",
    "AWS.SimpleQueueService.NonExistentQueue": "com.amazonaws.sqs#QueueDoesNotExist",
    "AWS.SimpleQueueService.QueueDeletedRecently": "com.amazonaws.sqs#QueueDeletedRecently",
    "AccessDenied": "com.amazon.coral.service#AccessDeniedException",
}

# What goes wrong -> service (or "" for the rest) -> code, status, message.
MISFORTUNES = {
    "500": {
        "s3": ("InternalError", 500, "We encountered an internal error. Please try again."),
        "account": ("InternalServerException", 500, "An internal error occurred."),
        "": ("InternalFailure", 500, "The request processing has failed because of an unknown error."),
    },
    "503": {
        "s3": ("SlowDown", 503, "Please reduce your request rate."),
        "": ("ServiceUnavailable", 503, "The request has failed due to a temporary failure of the server."),
    },
    "throttle": {
        "s3": ("SlowDown", 503, "Please reduce your request rate."),
        "sns": ("Throttling", 400, "Rate exceeded"),
        "sts": ("Throttling", 400, "Rate exceeded"),
        "iam": ("Throttling", 400, "Rate exceeded"),
        "cloudwatch": ("Throttling", 400, "Rate exceeded"),
        "sqs": ("RequestThrottled", 400, "The request was denied due to request throttling."),
        "account": ("TooManyRequestsException", 429, "Too many requests."),
        "": ("ThrottlingException", 400, "Rate exceeded"),
    },
}
DENIALS = {
    "s3": ("AccessDenied", 403),
    "sns": ("AuthorizationError", 403),
    "sqs": ("AccessDenied", 403),
    "sts": ("AccessDenied", 403),
    "iam": ("AccessDenied", 403),
    "cloudwatch": ("AccessDenied", 403),
    "account": ("AccessDeniedException", 403),
    "": ("AccessDeniedException", 400),
}
# Operations whose IAM action is another word.
IAM_ACTIONS = {
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:DeleteBucketTagging": "s3:PutBucketTagging",
}


def misfortune(kind: str, request: AwsRequest) -> AwsError:
    """The error of the service called for "500", "503" or "throttle"."""
    table = MISFORTUNES[kind]
    code, status, message = table.get(request.service) or table[""]
    return AwsError(code, message, status)


def iam_action(request: AwsRequest) -> str:
    """The IAM action that a call needs, such as s3:ListBucket for HeadBucket."""
    action = f"{request.service}:{request.operation}"
    return IAM_ACTIONS.get(action, action)


def denial(request: AwsRequest, because: str = "no identity-based policy allows the {action} action") -> AwsError:
    """The service's refusal of a caller without the permission, in AWS's words."""
    action = iam_action(request)
    code, status = DENIALS.get(request.service) or DENIALS[""]
    message = (
        f"User: arn:{request.partition}:iam::{request.account}:user/tester is not authorized to perform: {action} "
        f"on resource: * because {because.format(action=action)}"
    )
    return AwsError(code, message, status)


def render(request: AwsRequest, error: AwsError) -> Response:
    """The answer that carries an error, in the envelope of the service called."""
    request_id = str(uuid.uuid4())
    if request.service == "s3":
        return _s3(request, error, request_id.replace("-", "")[:16].upper())
    headers = {"x-amzn-requestid": request_id, **error.headers}
    fault = "Sender" if error.status < 500 else "Receiver"
    if request.protocol in ("query", "ec2"):
        body = (
            f'<ErrorResponse xmlns="http://{request.service}.amazonaws.com/doc/"><Error><Type>{fault}</Type>'
            f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return Response(error.status, {**headers, "content-type": "text/xml"}, body.encode())
    if request.protocol == "rest-json":
        headers |= {"content-type": "application/json", "x-amzn-errortype": error.code}
        return Response(error.status, headers, json.dumps({"message": error.message}).encode())
    kind = error.code
    if request.service == "sqs":
        kind = SQS_SHAPES.get(kind, f"com.amazonaws.sqs#{kind}")
        headers["x-amzn-query-error"] = f"{error.code};{fault}"
    headers["content-type"] = request.environ.get("CONTENT_TYPE", "application/x-amz-json-1.1")
    return Response(error.status, headers, json.dumps({"__type": kind, "message": error.message}).encode())


def _s3(request: AwsRequest, error: AwsError, request_id: str) -> Response:
    bucket = request.params.get("Bucket", "")
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        f"<BucketName>{escape(bucket)}</BucketName><RequestId>{request_id}</RequestId><HostId>emulator</HostId></Error>"
    )
    headers = {"x-amz-request-id": request_id, "x-amz-id-2": "emulator", "content-type": "application/xml"}
    return Response(error.status, {**headers, **error.headers}, body.encode())


def code_of(request: AwsRequest, response: Response) -> "str | None":
    """The AWS error code in an answer; None if it is no error, or a HEAD answer, which has no body to say it in."""
    if response.status < 300:
        return None
    headers = {name.lower(): value for name, value in response.headers.items()}
    if "x-amzn-query-error" in headers:
        return headers["x-amzn-query-error"].split(";")[0]
    if "x-amzn-errortype" in headers:
        return headers["x-amzn-errortype"].split(":")[0].rpartition("#")[2]
    if request.environ["REQUEST_METHOD"] == "HEAD":
        return None
    text = response.body.decode("utf-8", "replace")
    found = re.search(r"<Code>([^<]*)</Code>", text) or re.search(r'"__type"\s*:\s*"(?:[^"#]*#)?([^"]*)"', text)
    return found.group(1) if found else str(response.status)
