"""AWS Cloud Control API: requests to create, change and delete resources of AWS::EC2::FlowLog, and their progress;
reads of these and of AWS::EC2::VPC."""

import json
import time
import uuid
from collections import defaultdict

import access
import flow_logs
import model_constraints
from aws_errors import AwsError
from delivery_streams import Phase
from flow_logs import HandlerError
from http_server import Response
from rules import Call, guard, rule
from rules.pages import page

FLOW_LOG, VPC = "AWS::EC2::FlowLog", "AWS::EC2::VPC"
REQUIRED = ("ResourceType", "ResourceId", "TrafficType")
PROPERTIES = {
    *REQUIRED,
    *("DeliverLogsPermissionArn", "LogDestination", "LogDestinationType", "LogFormat", "LogGroupName"),
    *("MaxAggregationInterval", "Tags", "DestinationOptions"),
}
TRAFFIC = ("ACCEPT", "ALL", "REJECT")
# The codes of a handler that reads -> the errors of the API.
ERRORS = {"NotFound": "ResourceNotFoundException", "AccessDenied": "AccessDeniedException"}
TOKEN_SECONDS = 36 * 3600
# Account -> request token -> request.
REQUESTS: dict = defaultdict(dict)


class Request:
    """A request for a change of a resource, which takes time."""

    def __init__(self, call: Call, operation: str):
        self.region, self.given = call.region, call.params
        self.token, self.begun = str(uuid.uuid4()), time.time()
        self.event = {"TypeName": call.params["TypeName"], "Operation": operation}
        self.outcome: dict = {}
        self.status = Phase("IN_PROGRESS")
        self.until = 0.0

    def end(self, seconds: float, identifier: str, error: "HandlerError | None") -> None:
        """Says how it will end, and when."""
        self.outcome = {"Identifier": identifier} if identifier else {}
        if error:
            self.outcome |= {"ErrorCode": error.code, "StatusMessage": error.message}
        self.status.begin("IN_PROGRESS", "FAILED" if error else "SUCCESS", seconds)
        self.until = time.monotonic() + seconds

    def progress(self) -> dict:
        """The ProgressEvent by now."""
        status = self.status.look()
        event = {**self.event, "RequestToken": self.token, "OperationStatus": status, "EventTime": self.begun}
        return event | ({} if status == "IN_PROGRESS" else self.outcome)


@guard("cloudcontrol")
def constraints(call: Call):
    """What the model says of each parameter."""
    text = model_constraints.violation("cloudcontrol", call.request.operation, call.params)
    if text:
        raise AwsError("ValidationException", f"1 validation error detected: {text}")


def _check_type(call: Call, *types) -> None:
    if call.params["TypeName"] not in types or call.params.get("RoleArn"):
        operation = call.request.operation
        raise AwsError("NotImplemented", f"The emulator has no {operation} of that type, or with a role.", 501)


def _may(call: Call, action: str, resource: str = "*") -> None:
    """The handler asks EC2 in the name of the caller."""
    refusal = access.refusal(call.request, action, resource)
    if refusal:
        raise HandlerError("AccessDenied", f"You are not authorized to perform this operation. {refusal.message}")


def _arn(call: Call, resource: str) -> str:
    return f"arn:{call.request.partition}:ec2:{call.region}:{call.request.account}:{resource}"


def _begun(call: Call, operation: str, handler) -> Response:
    """Begins a request, unless its client token has begun it already."""
    known, params = REQUESTS[call.request.account], call.params
    token, identifier = params.get("ClientToken"), params.get("Identifier", "")
    for earlier in known.values() if token else ():
        is_valid = time.time() - earlier.begun < TOKEN_SECONDS and earlier.region == call.region
        if is_valid and earlier.given.get("ClientToken") == token:
            if earlier.given != params or earlier.event["Operation"] != operation:
                raise AwsError("ClientTokenConflictException", "The client token was used in another request.")
            return call.json({"ProgressEvent": earlier.progress()})
    mine = [other for other in known.values() if other.region == call.region and identifier]
    if any(other.given.get("Identifier") == identifier and time.monotonic() < other.until for other in mine):
        raise AwsError("ConcurrentOperationException", f"Another operation on {identifier} is in progress.")
    request, error = Request(call, operation), None
    try:
        identifier = handler() or identifier
    except HandlerError as raised:
        error = raised
    request.end(call.account.settings["resource_request"], identifier, error)
    known[request.token] = request
    return call.json({"ProgressEvent": request.progress()})


@rule("cloudcontrol", "CreateResource")
def create_resource(call: Call):
    """A flow log: the model is checked at once, all else by the handler."""
    _check_type(call, FLOW_LOG)
    model = _parsed(call.params["DesiredState"], dict)
    _check_model(model)

    def create():
        _may(call, "ec2:CreateFlowLogs", _arn(call, "vpc-flow-log/*"))
        _may(call, "ec2:CreateFlowLogs", _arn(call, f"vpc/{model['ResourceId']}"))
        if model.get("Tags"):
            _may(call, "ec2:CreateTags", _arn(call, "vpc-flow-log/*"))
        if model.get("DeliverLogsPermissionArn"):
            _may(call, "iam:PassRole", model["DeliverLogsPermissionArn"])
        identifier = flow_logs.create(call, model)
        _may(call, "ec2:DescribeFlowLogs")
        return identifier

    return _begun(call, "CREATE", create)


def _parsed(text: str, kind: type):
    """A document of JSON in a parameter."""
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, kind):
        raise AwsError("InvalidRequestException", "The document is no JSON of the right form.")
    return document


def _check_model(model: dict) -> None:
    """The model satisfies the schema of its type."""
    problems = [f"required key [{name}] not found" for name in REQUIRED if name not in model]
    problems += [f"extraneous key [{name}] is not permitted" for name in model if name not in PROPERTIES | {"Id"}]
    if model.get("TrafficType", "ALL") not in TRAFFIC:
        problems.append(f"{model['TrafficType']} is not a valid enum value")
    if problems:
        raise AwsError("ValidationException", f"Model validation failed (#: {problems[0]})")
    if "Id" in model:
        raise AwsError("ValidationException", "Encountered unsupported read-only properties: [/properties/Id]")
    if model["ResourceType"] != "VPC" or model.get("LogDestinationType", "cloud-watch-logs") != "cloud-watch-logs":
        raise AwsError("NotImplemented", "The emulator has flow logs of VPCs into log groups only.", 501)


@rule("cloudcontrol", "UpdateResource")
def update_resource(call: Call):
    """Only the tags of a flow log can change."""
    _check_type(call, FLOW_LOG)
    patches = _parsed(call.params["PatchDocument"], list)
    paths = [patch["path"] for patch in patches]
    fixed = [path for path in paths if path != "/Tags" and not path.startswith("/Tags/")]
    if fixed:
        raise AwsError("NotUpdatableException", f"Invalid patch update: createOnlyProperties {fixed} cannot be updated")
    if any(path != "/Tags" for path in paths):
        raise AwsError("NotImplemented", "The emulator patches all tags at once.", 501)

    def update():
        identifier = call.params["Identifier"]
        _may(call, "ec2:DescribeFlowLogs")
        model = flow_logs.found(call, identifier)
        for patch in patches:
            _may(call, "ec2:DeleteTags", _arn(call, f"vpc-flow-log/{identifier}"))
            if patch["op"] != "remove":
                _may(call, "ec2:CreateTags", _arn(call, f"vpc-flow-log/{identifier}"))
            model["Tags"] = patch.get("value", [])

    return _begun(call, "UPDATE", update)


@rule("cloudcontrol", "DeleteResource")
def delete_resource(call: Call):
    """A flow log that is not there makes the request fail, not the call."""
    _check_type(call, FLOW_LOG)

    def delete():
        identifier = call.params["Identifier"]
        _may(call, "ec2:DeleteFlowLogs", _arn(call, f"vpc-flow-log/{identifier}"))
        flow_logs.found(call, identifier)
        del flow_logs.of(call)[identifier]

    return _begun(call, "DELETE", delete)


@rule("cloudcontrol", "GetResourceRequestStatus")
def get_resource_request_status(call: Call):
    """How a request goes on, in the region where it was made."""
    request = REQUESTS[call.request.account].get(call.params["RequestToken"])
    if request is None or request.region != call.region:
        raise AwsError("RequestTokenNotFoundException", "There is no request with this token.")
    return call.json({"ProgressEvent": request.progress()})


def _read(call: Call, handler) -> "list | dict":
    """What a handler that reads finds; its failure is one of the call."""
    try:
        return handler()
    except HandlerError as error:
        words = f"{call.params['TypeName']} Handler returned status FAILED: {error.message}"
        detail = f"(HandlerErrorCode: {error.code}, RequestToken: {uuid.uuid4()})"
        raise AwsError(ERRORS[error.code], f"{words} {detail}") from error


def _models(call: Call) -> dict:
    """All resources of the type, by their identifiers."""
    if call.params["TypeName"] == VPC:
        _may(call, "ec2:DescribeVpcs")
        return {identifier: {"VpcId": identifier} for identifier in flow_logs.vpcs(call)}
    _may(call, "ec2:DescribeFlowLogs")
    return flow_logs.of(call)


def _described(identifier: str, model: dict) -> dict:
    return {"Identifier": identifier, "Properties": json.dumps(model)}


@rule("cloudcontrol", "GetResource")
def get_resource(call: Call):
    """One resource."""
    _check_type(call, FLOW_LOG, VPC)

    def get():
        models = _models(call)
        if call.params["Identifier"] not in models:
            raise HandlerError("NotFound", "null")
        return _described(call.params["Identifier"], models[call.params["Identifier"]])

    return call.json({"TypeName": call.params["TypeName"], "ResourceDescription": _read(call, get)})


@rule("cloudcontrol", "ListResources")
def list_resources(call: Call):
    """All resources of a type, page by page."""
    _check_type(call, FLOW_LOG, VPC)
    models = _read(call, lambda: _models(call))
    size = min(call.params.get("MaxResults") or 100, call.account.settings["resources_page"])
    found, token = page([_described(*item) for item in models.items()], size, call.params.get("NextToken"))
    answer = {"TypeName": call.params["TypeName"], "ResourceDescriptions": found}
    return call.json(answer | ({"NextToken": token} if token else {}))


@rule("cloudcontrol", "CancelResourceRequest", "ListResourceRequests")
def absent(call: Call):
    """Operations that the emulator lacks."""
    raise AwsError("NotImplemented", f"The emulator's Cloud Control API has no {call.request.operation}.", 501)
