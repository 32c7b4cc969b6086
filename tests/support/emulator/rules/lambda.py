"""AWS Lambda: which functions it creates and changes, with which roles, and in which state.

The functions themselves are in lambda_functions.py; moto has no part in them. What feeds them is in event_sources.py.
"""

import base64
import binascii

import access
import model_constraints
from aws_errors import AwsError
from event_mappings import MAPPING, Mapping
from http_server import Response
from lambda_functions import FUNCTIONS, Function, is_zip, named, role_id
from rules import Call, guard, rule
from rules.event_sources import mapping_of
from rules.function_parts import answer, arn_of, check_tags, conflict, function_of, invalid
from rules.roles import seen

SERVICE = "lambda.amazonaws.com"
DEFAULTS = {"Timeout": 3, "MemorySize": 128, "Description": ""}
CONFIGURATION = ("Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize", "Environment")
EVENT_SOURCES = ("EventSourceMapping", "EventSourceMappings")
# What remains for functions without a reservation, or all of a lower limit: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
UNRESERVED = 100


@guard("lambda")
def constraints(call: Call):
    """What the model says of each parameter; the emulator has no operations but those below and of event sources."""
    if call.request.operation not in OPERATIONS and not call.request.operation.endswith(EVENT_SOURCES):
        raise AwsError("NotImplemented", f"The emulator's Lambda has no {call.request.operation}.", 501)
    text = model_constraints.violation("lambda", call.request.operation, call.params)
    if text:
        raise AwsError("ValidationException", text)


def _changeable(call: Call) -> Function:
    """The function that is to be changed, once it has been created and the change before is done."""
    function = function_of(call, call.params["FunctionName"])
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


@rule("lambda", "CreateFunction")
def create_function(call: Call):
    """A name that is free, a role that Lambda can assume, and code; Pending for a while (`function_creation`)."""
    params, name = call.params, call.params["FunctionName"]
    if named(call.request.account, call.region, name) is not None:
        raise conflict(f"Function already exist: {name}")
    if not params.get("Runtime") or not params.get("Handler"):
        raise invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.")
    code = _code(params["Code"].get("ZipFile"))
    check_tags(params.get("Tags") or {})
    decrypted_by = _role_id(call, params["Role"])
    given = {member: params[member] for member in CONFIGURATION if params.get(member) is not None}
    configuration = {"FunctionName": name} | DEFAULTS | given
    function = Function(arn_of(call, name), configuration, code, dict(params.get("Tags") or {}))
    function.decrypted_by = decrypted_by
    function.state.begin("Pending", "Active", call.account.settings["function_creation"])
    FUNCTIONS[call.request.account][call.region, name] = function
    return answer(call, function.described(), 201)


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
    return answer(call, function.described())


@rule("lambda", "PutFunctionConcurrency")
def put_function_concurrency(call: Call):
    """As long as enough is left for the functions without a reservation (`lambda_concurrency`)."""
    function, wanted = function_of(call, call.params["FunctionName"]), call.params["ReservedConcurrentExecutions"]
    limit, unreserved = _concurrency(call)
    least = min(UNRESERVED, limit)
    if unreserved + (function.concurrency or 0) - wanted < least:
        raise invalid(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
            f"below its minimum value of [{least}]."
        )
    function.concurrency = wanted
    return answer(call, {"ReservedConcurrentExecutions": wanted})


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
    return answer(call, {"AccountLimit": limits})


@rule("lambda", "GetFunction")
def get_function(call: Call):
    """With the tags, for those who may list them."""
    function = function_of(call, call.params["FunctionName"])
    found = {"Configuration": _looked_at(function), "Code": {"RepositoryType": "S3", "Location": "https://example.com"}}
    if function.concurrency is not None:
        found["Concurrency"] = {"ReservedConcurrentExecutions": function.concurrency}
    if function.tags and _may_list_tags(call, function.arn):
        found["Tags"] = function.tags
    return answer(call, found)


def _may_list_tags(call: Call, arn: str) -> bool:
    return access.refusal(call.request, "lambda:ListTags", arn) is None


@rule("lambda", "GetFunctionConfiguration")
def get_function_configuration(call: Call):
    """In the state that it is in by now."""
    return answer(call, _looked_at(function_of(call, call.params["FunctionName"])))


def _looked_at(function: Function) -> dict:
    function.state.look()
    function.update.look()
    return function.described()


def _tagged(call: Call) -> "Function | Mapping":
    """The function or event source mapping with tags."""
    arn = call.params["Resource"]
    return mapping_of(call, arn.rpartition(":")[2]) if MAPPING in arn else function_of(call, arn)


@rule("lambda", "ListTags")
def list_tags(call: Call):
    """Of a function or an event source mapping."""
    return answer(call, {"Tags": _tagged(call).tags})


@rule("lambda", "TagResource")
def tag_resource(call: Call):
    """At most 50 tags."""
    tagged = _tagged(call)
    tags = tagged.tags | call.params["Tags"]
    check_tags(tags)
    tagged.tags = tags
    return Response(204)


@rule("lambda", "DeleteFunction")
def delete_function(call: Call):
    """At once."""
    function_of(call, call.params["FunctionName"])
    name = call.params["FunctionName"].rpartition(":")[2]
    del FUNCTIONS[call.request.account][call.region, name]
    return Response(204)


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
