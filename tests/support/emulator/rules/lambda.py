"""AWS Lambda: which functions it creates and changes, with which roles, and in which state.

The functions themselves are in lambda_functions.py; moto has no part in them.
"""

import base64
import binascii

import access
import model_constraints
from aws_errors import AwsError
from http_server import Response
from lambda_functions import FUNCTIONS, Function, is_zip, named, role_id
from rules import Call, guard, rule
from rules.roles import seen

SERVICE = "lambda.amazonaws.com"
DEFAULTS = {"Timeout": 3, "MemorySize": 128, "Description": ""}
CONFIGURATION = ("Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize", "Environment")
# What remains for functions without a reservation, or all of a lower limit: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
UNRESERVED = 100
TAGS = 50


def invalid(message: str) -> AwsError:
    """Lambda's refusal of a parameter."""
    return AwsError("InvalidParameterValueException", message)


def conflict(message: str) -> AwsError:
    """Lambda's refusal while something else is so."""
    return AwsError("ResourceConflictException", message, 409)


@guard("lambda")
def constraints(call: Call):
    """What the model says of each parameter; the emulator has no other operations than those below."""
    if call.request.operation not in OPERATIONS:
        raise AwsError("NotImplemented", f"The emulator's Lambda has no {call.request.operation}.", 501)
    text = model_constraints.violation("lambda", call.request.operation, call.params)
    if text:
        raise AwsError("ValidationException", text)


def _arn(call: Call, name: str) -> str:
    return f"arn:{call.request.partition}:lambda:{call.region}:{call.request.account}:function:{name}"


def _function(call: Call, name: str) -> Function:
    function = named(call.request.account, call.region, name)
    if function is None:
        arn = name if name.startswith("arn:") else _arn(call, name)
        raise AwsError("ResourceNotFoundException", f"Function not found: {arn}", 404)
    return function


def _changeable(call: Call) -> Function:
    """The function that is to be changed, once it has been created and the change before is done."""
    function = _function(call, call.params["FunctionName"])
    if function.state.look() == "Pending":
        raise conflict(
            "The operation cannot be performed at this time. The function is currently in the following state: Pending"
        )
    if function.update.look() == "InProgress":
        raise conflict(
            f"The operation cannot be performed at this time. An update is in progress for resource: {function.arn}"
        )
    return function


def _role_id(call: Call, arn: str) -> str:
    """The id of a role that Lambda can assume."""
    role = seen(call, arn)
    if role is None or not role.trusts(SERVICE, {"aws:securetransport": "true"}):
        raise invalid("The role defined for the function cannot be assumed by Lambda.")
    return role_id(call.request.account, call.request.partition, arn)


def _code(text) -> bytes:
    try:
        code = text if isinstance(text, bytes) else base64.b64decode(text or "", validate=True)
    except (binascii.Error, ValueError):
        code = b""
    if not is_zip(code):
        raise invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
    return code


def _check_tags(tags: dict) -> None:
    if len(tags) > TAGS or any(not 1 <= len(key) <= 128 or len(value) > 256 for key, value in tags.items()):
        raise invalid("The tags are not valid.")


@rule("lambda", "CreateFunction")
def create_function(call: Call):
    """A name that is free, a role that Lambda can assume, and code; Pending for a while (`function_creation`)."""
    params, name = call.params, call.params["FunctionName"]
    if named(call.request.account, call.region, name) is not None:
        raise conflict(f"Function already exist: {name}")
    if not params.get("Runtime") or not params.get("Handler"):
        raise invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.")
    code = _code(params["Code"].get("ZipFile"))
    _check_tags(params.get("Tags") or {})
    decrypted_by = _role_id(call, params["Role"])
    given = {member: params[member] for member in CONFIGURATION if params.get(member) is not None}
    function = Function(_arn(call, name), {"FunctionName": name} | DEFAULTS | given, code, dict(params.get("Tags") or {}))
    function.decrypted_by = decrypted_by
    function.state.begin("Pending", "Active", call.account.settings["function_creation"])
    FUNCTIONS[call.request.account][call.region, name] = function
    return _answer(call, function.described(), 201)


@rule("lambda", "UpdateFunctionConfiguration")
def update_function_configuration(call: Call):
    """What is given replaces what was; in force after a while."""
    function = _changeable(call)
    given = {member: call.params[member] for member in CONFIGURATION if call.params.get(member) is not None}
    if "Role" in given:
        decrypted_by = _role_id(call, given["Role"])
        if given["Role"] != function.configuration["Role"]:
            function.decrypted_by = decrypted_by
    function.configuration |= given
    return _updated(call, function)


@rule("lambda", "UpdateFunctionCode")
def update_function_code(call: Call):
    """Other code; in force after a while."""
    function = _changeable(call)
    function.code = _code(call.params.get("ZipFile"))
    return _updated(call, function)


def _updated(call: Call, function: Function) -> Response:
    function.update.begin("InProgress", "Successful", call.account.settings["function_creation"])
    return _answer(call, function.described())


@rule("lambda", "PutFunctionConcurrency")
def put_function_concurrency(call: Call):
    """As long as enough is left for the functions without a reservation (`lambda_concurrency`)."""
    function, wanted = _function(call, call.params["FunctionName"]), call.params["ReservedConcurrentExecutions"]
    limit, unreserved = _concurrency(call)
    least = min(UNRESERVED, limit)
    if unreserved + (function.concurrency or 0) - wanted < least:
        raise invalid(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
            f"below its minimum value of [{least}]."
        )
    function.concurrency = wanted
    return _answer(call, {"ReservedConcurrentExecutions": wanted})


def _concurrency(call: Call) -> tuple:
    """The limit of the region, and what is not reserved."""
    functions = FUNCTIONS[call.request.account].items()
    limit = call.account.settings["lambda_concurrency"]
    return limit, limit - sum(it.concurrency or 0 for (region, _), it in functions if region == call.region)


@rule("lambda", "GetAccountSettings")
def get_account_settings(call: Call):
    """The limits of concurrency of the region."""
    limit, unreserved = _concurrency(call)
    limits = {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": unreserved}
    return _answer(call, {"AccountLimit": limits})


@rule("lambda", "GetFunction")
def get_function(call: Call):
    """With the tags, for those who may list them."""
    function = _function(call, call.params["FunctionName"])
    answer = {"Configuration": _looked_at(function), "Code": {"RepositoryType": "S3", "Location": "https://example.com"}}
    if function.concurrency is not None:
        answer["Concurrency"] = {"ReservedConcurrentExecutions": function.concurrency}
    if function.tags and _may_list_tags(call, function.arn):
        answer["Tags"] = function.tags
    return _answer(call, answer)


def _may_list_tags(call: Call, arn: str) -> bool:
    return access.refusal(call.request, "lambda:ListTags", arn) is None


@rule("lambda", "GetFunctionConfiguration")
def get_function_configuration(call: Call):
    """In the state that it is in by now."""
    return _answer(call, _looked_at(_function(call, call.params["FunctionName"])))


def _looked_at(function: Function) -> dict:
    function.state.look()
    function.update.look()
    return function.described()


@rule("lambda", "ListTags")
def list_tags(call: Call):
    """Of a function."""
    return _answer(call, {"Tags": _function(call, call.params["Resource"]).tags})


@rule("lambda", "TagResource")
def tag_resource(call: Call):
    """At most 50 tags."""
    function = _function(call, call.params["Resource"])
    tags = function.tags | call.params["Tags"]
    _check_tags(tags)
    function.tags = tags
    return Response(204)


@rule("lambda", "DeleteFunction")
def delete_function(call: Call):
    """At once."""
    _function(call, call.params["FunctionName"])
    name = call.params["FunctionName"].rpartition(":")[2]
    del FUNCTIONS[call.request.account][call.region, name]
    return Response(204)


def _answer(call: Call, value: dict, status: int = 200) -> Response:
    response = call.json(value)
    response.status = status
    return response


OPERATIONS = {
    "CreateFunction",
    "DeleteFunction",
    "GetAccountSettings",
    "GetFunction",
    "GetFunctionConfiguration",
    "ListTags",
    "PutFunctionConcurrency",
    "TagResource",
    "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
}
