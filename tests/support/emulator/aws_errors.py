"""How AWS services say no.

Every protocol has its own envelope, and every service its own words for the same misfortune. Rules and faults raise
an `AwsError` with AWS's code; `render` wraps it as the service called would.
"""

import json
import re
import uuid
from xml.sax.saxutils import escape

import iam_actions
import rpc_cbor
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


# Services that moved from the query protocol to others, and still tell the old codes in a header.
ONCE_QUERY = {"sqs", "cloudwatch"}
# SQS has new names for its errors besides.
SQS_SHAPES = {
    "QueueAlreadyExists": "com.amazonaws.sqs#QueueNameExists",
    "AWS.SimpleQueueService.NonExistentQueue": "com.amazonaws.sqs#QueueDoesNotExist",
    "AWS.SimpleQueueService.QueueDeletedRecently": "com.amazonaws.sqs#QueueDeletedRecently",
    "AWS.SimpleQueueService.MessageNotInflight": "com.amazonaws.sqs#MessageNotInflight",
    "KMS.AccessDeniedException": "com.amazonaws.sqs#KmsAccessDenied",
    "AccessDenied": "com.amazon.coral.service#AccessDeniedException",
}

# What goes wrong -> service (or "" for the rest) -> code, status, message.
MISFORTUNES = {
    "500": {
        "s3": ("InternalError", 500, "We encountered an internal error. Please try again."),
        "account": ("InternalServerException", 500, "An internal error occurred."),
        "athena": ("InternalServerException", 500, "Internal server error."),
        "cloudwatch": ("InternalServiceError", 500, "Request processing has failed due to some unknown error."),
        "glue": ("InternalServiceException", 500, "Internal service error."),
        "guardduty": ("InternalServerErrorException", 500, "Internal server error."),
        "iam": ("ServiceFailure", 500, "The request processing has failed because of an unknown error."),
        "lambda": ("ServiceException", 500, "The Lambda service encountered an internal error."),
        "opensearch": ("InternalException", 500, "Internal error."),
        "organizations": ("ServiceException", 500, "AWS Organizations can't complete your request."),
        "": ("InternalFailure", 500, "The request processing has failed because of an unknown error."),
    },
    "503": {
        "s3": ("SlowDown", 503, "Please reduce your request rate."),
        "logs": ("ServiceUnavailableException", 503, "The service cannot complete the request."),
        "lambda": ("ServiceException", 503, "The Lambda service encountered an internal error."),
        "firehose": ("ServiceUnavailableException", 503, "Service is unavailable. Back off and retry the operation."),
        "": ("ServiceUnavailable", 503, "The request has failed due to a temporary failure of the server."),
    },
    "conflict": {
        "s3": (
            "ConditionalRequestConflict",
            409,
            "The conditional request cannot succeed due to a conflicting operation against this resource.",
        ),
    },
    "throttle": {
        "s3": ("SlowDown", 503, "Please reduce your request rate."),
        "sns": ("Throttling", 400, "Rate exceeded"),
        "sts": ("Throttling", 400, "Rate exceeded"),
        "iam": ("Throttling", 400, "Rate exceeded"),
        "cloudwatch": ("Throttling", 400, "Rate exceeded"),
        "sqs": ("RequestThrottled", 400, "The request was denied due to request throttling."),
        "kinesis": ("LimitExceededException", 400, "Rate exceeded for stream."),
        "account": ("TooManyRequestsException", 429, "Too many requests."),
        "guardduty": ("TooManyRequestsException", 429, "Too Many Requests"),
        "lambda": ("TooManyRequestsException", 429, "Rate exceeded"),
        "organizations": ("TooManyRequestsException", 400, "You have sent too many requests in too short a time."),
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
    "guardduty": ("AccessDeniedException", 403),
    "lambda": ("AccessDeniedException", 403),
    "opensearch": ("AccessDeniedException", 403),
    "": ("AccessDeniedException", 400),
}


def misfortune(kind: str, request: AwsRequest) -> AwsError:
    """The error of the service called for "500", "503", "throttle" or "conflict"."""
    table = MISFORTUNES[kind]
    code, status, message = table.get(request.service) or table[""]
    return AwsError(code, message, status)


def denial(
    request: AwsRequest,
    because: str = "no identity-based policy allows the {action} action",
    action: str = "",
    resource: str = "*",
) -> AwsError:
    """The service's refusal of a caller without the permission, in AWS's words."""
    action = action or iam_actions.action_of(request)
    code, status = DENIALS.get(request.service) or DENIALS[""]
    arn = request.caller.arn if request.caller else f"arn:{request.partition}:iam::{request.account}:user/tester"
    message = (
        f"User: {arn} is not authorized to perform: {action} "
        f"on resource: {resource} because {because.format(action=action)}"
    )
    return AwsError(code, message, status)


def invalid_token(request: AwsRequest) -> AwsError:
    """The service's refusal of a key that it does not know."""
    if request.service == "s3":
        message = "The AWS Access Key Id you provided does not exist in our records."
        return AwsError("InvalidAccessKeyId", message, 403)
    message = "The security token included in the request is invalid."
    if request.protocol == "rest-json" or (request.protocol == "json" and request.service not in ONCE_QUERY):
        return AwsError("UnrecognizedClientException", message, 403 if request.protocol == "rest-json" else 400)
    return AwsError("InvalidClientTokenId", message, 403)


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
    if request.protocol == rpc_cbor.PROTOCOL:
        headers |= rpc_cbor.error_headers(error.code, fault)
        return Response(error.status, headers, rpc_cbor.error(error.code, error.message))
    kind = error.code
    if request.service in ONCE_QUERY:
        kind = SQS_SHAPES.get(kind, f"com.amazonaws.{request.service}#{kind}")
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
