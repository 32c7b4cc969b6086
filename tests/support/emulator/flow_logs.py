"""VPC flow logs as the emulator keeps them, and what EC2 says of them to the handlers of AWS::EC2::FlowLog.

Moto's EC2 is not used: it takes a second to load. The VPCs of an account are its setting `vpcs`.
"""

import functools
import secrets
from collections import defaultdict

from rules import roles

# Account -> region -> identifier -> the model of AWS::EC2::FlowLog.
FLOW_LOGS: dict = defaultdict(functools.partial(defaultdict, dict))
FORMAT = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} "
    "${bytes} ${start} ${end} ${action} ${log-status}"
)
INTERVALS = (60, 600)
SERVICE = "vpc-flow-logs.amazonaws.com"


class HandlerError(Exception):
    """What the handler of a type of resource answers when it fails: a HandlerErrorCode and words."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code, self.message = code, message


def of(call) -> dict:
    """The flow logs of the account in the region."""
    return FLOW_LOGS[call.request.account][call.region]


def vpcs(call) -> list:
    """The VPCs of the account in the region."""
    return sorted(call.account.settings["vpcs"].get(call.region, []))


def found(call, identifier: str) -> dict:
    """The flow log with that identifier."""
    if identifier not in of(call):
        raise HandlerError("NotFound", "null")
    return of(call)[identifier]


def create(call, given: dict) -> str:
    """Makes a flow log of a VPC into a log group; answers its identifier."""
    identifier = f"fl-0{secrets.token_hex(8)}"
    model = {
        "LogDestinationType": "cloud-watch-logs",
        "LogFormat": FORMAT,
        "MaxAggregationInterval": 600,
        "Tags": [],
        **given,
        "Id": identifier,
    }
    _check_parameters(model)
    if model["ResourceId"] not in vpcs(call):
        message = f"The vpc ID '{model['ResourceId']}' does not exist"
        raise HandlerError("GeneralServiceException", message)
    _check_role(call, model)
    if any(_configuration(other) == _configuration(model) for other in of(call).values()):
        message = "Error. There is an existing Flow Log with the same configuration and log destination."
        raise HandlerError("AlreadyExists", message)
    of(call)[identifier] = model
    return identifier


def _check_parameters(model: dict) -> None:
    for name, value in (
        ("LogDestination", model.get("LogGroupName") or model.get("LogDestination")),
        ("DeliverLogsPermissionArn", model.get("DeliverLogsPermissionArn")),
    ):
        if not value:
            message = f"{name} can't be empty if LogDestinationType is cloud-watch-logs."
            raise HandlerError("InvalidRequest", message)
    if model["MaxAggregationInterval"] not in INTERVALS:
        raise HandlerError("InvalidRequest", "Invalid Flow Log Max Aggregation Interval")


def _check_role(call, model: dict) -> None:
    """The role must trust the service, which tells for which account and flow log it asks."""
    request = call.request
    own = f"arn:{request.partition}:ec2:{call.region}:{request.account}:vpc-flow-log/{model['Id']}"
    role = roles.seen(call, model["DeliverLogsPermissionArn"])
    if not role or not role.trusts(SERVICE, {"aws:sourceaccount": request.account, "aws:sourcearn": own}):
        raise HandlerError("InvalidRequest", "Unable to assume given IAM role")


def _configuration(model: dict) -> tuple:
    """What no other flow log may have, with the log group by its name."""
    group = model.get("LogGroupName") or model["LogDestination"].removesuffix(":*").rpartition(":")[2]
    return (model["ResourceId"], model["TrafficType"], model["LogFormat"], model["MaxAggregationInterval"], group)
