"""What Lambda's functions and event source mappings have in common: refusals, tags, and how answers are given."""

from aws_errors import AwsError
from http_server import Response
from lambda_functions import Function, named
from rules import Call

TAGS = 50


def invalid(message: str) -> AwsError:
    """Lambda's refusal of a parameter."""
    return AwsError("InvalidParameterValueException", message)


def conflict(message: str) -> AwsError:
    """Lambda's refusal while something else is so."""
    return AwsError("ResourceConflictException", message, 409)


def arn_of(call: Call, name: str) -> str:
    """The ARN of the function of that name in the region called."""
    return f"arn:{call.request.partition}:lambda:{call.region}:{call.request.account}:function:{name}"


def function_of(call: Call, name: str) -> Function:
    """The function of a name or ARN."""
    function = named(call.request.account, call.region, name)
    if function is None:
        arn = name if name.startswith("arn:") else arn_of(call, name)
        raise AwsError("ResourceNotFoundException", f"Function not found: {arn}", 404)
    return function


def check_tags(tags: dict) -> None:
    """Raises the refusal of tags."""
    if len(tags) > TAGS or any(not 1 <= len(key) <= 128 or len(value) > 256 for key, value in tags.items()):
        raise invalid("The tags are not valid.")


def answer(call: Call, value: dict, status: int = 200) -> Response:
    """An answer with an HTTP status of its own."""
    response = call.json(value)
    response.status = status
    return response
