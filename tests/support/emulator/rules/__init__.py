"""What AWS demands and moto lets pass: a file or more a service, loaded when the service is first called.

A rule is a function for one or several operations. It may raise an AwsError, answer itself, or let moto answer with
`call.forward()` and change the answer. A guard sees every operation of its service first and only raises.
"""

import functools
import importlib.util
import json
from dataclasses import dataclass
from xml.sax.saxutils import escape

import access
import callers
import iam_actions
import moto_gateway
import rates
from accounts import Account
from aws_errors import denial, invalid_token
from aws_request import AwsRequest
from http_server import Response

_RULES: dict = {}
_GUARDS: dict = {}
# Services whose one endpoint serves all regions: a region switched off or denied does not concern them.
GLOBAL_SERVICES = {"account", "iam", "organizations", "sts"}
# Services with more rules than go into one file.
FURTHER_FILES = {
    "athena": ("query_executions",),
    "cloudtrail": ("event_selectors",),
    "cloudwatch": ("alarms", "dashboards"),
    "guardduty": ("guardduty_members", "guardduty_organizations"),
    "kinesis": ("kinesis_records",),
    "lambda": ("event_sources",),
    "logs": ("destinations", "metric_filters", "resource_policies", "subscription_filters"),
    "s3": ("bucket_settings",),
    "sns": ("subscriptions",),
    "sqs": ("messages",),
}


@dataclass
class Call:
    """A request about to be judged, and the account it belongs to."""

    request: AwsRequest
    account: Account

    @property
    def params(self) -> dict:
        """The parameters under AWS's member names."""
        return self.request.params

    @property
    def region(self) -> str:
        """The region that was called."""
        return self.request.region

    def forward(self, body: bytes = None) -> Response:
        """Lets moto do the work, with another body if one is given."""
        return moto_gateway.forward(self.request, body)

    def allowed(self, shape: str) -> list:
        """The values that AWS's model lets a shape have."""
        from moto.core.utils import get_service_model

        return get_service_model(self.request.service).shape_for(shape).enum

    def json(self, value: dict) -> Response:
        """An answer of the JSON protocols."""
        content_type = self.request.environ.get("CONTENT_TYPE", "application/json")
        return Response(200, {"content-type": content_type}, json.dumps(value).encode())

    def answer(self, value: dict) -> Response:
        """An answer whose members are texts, in the protocol of the request: older clients of SQS speak the query one."""
        if self.request.protocol != "query":
            return self.json(value)
        operation = self.request.operation
        members = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in value.items())
        body = f"<{operation}Response><{operation}Result>{members}</{operation}Result></{operation}Response>"
        return Response(200, {"content-type": "text/xml"}, body.encode())


def rule(service: str, *operations: str):
    """Makes a function the rule of these operations."""

    def register(function):
        _RULES.update({(service, operation): function for operation in operations})
        return function

    return register


def guard(service: str):
    """Makes a function a guard of all operations of a service."""

    def register(function):
        _GUARDS.setdefault(service, []).append(function)
        return function

    return register


@functools.cache
def load(service: str) -> None:
    """Loads the rules of a service, if there are any."""
    for name in (service, *FURTHER_FILES.get(service, ())):
        if name.isidentifier() and importlib.util.find_spec(f"rules.{name}"):
            importlib.import_module(f"rules.{name}")


def judge(request: AwsRequest, account: Account) -> Response:
    """The answer to a request, under the lock of moto's gateway."""
    load(request.service)
    call = Call(request, account)
    request.caller = callers.authenticate(request, account)
    _permissions(call)
    rates.check(request, account)
    for check in _GUARDS.get(request.service, ()):
        check(call)
    function = _RULES.get((request.service, request.operation))
    return function(call) if function else call.forward()


def _permissions(call: Call) -> None:
    """Denied operations, denied regions, regions that the account has not switched on, and the caller's policies."""
    request, settings = call.request, call.account.settings
    denied = set(settings["denied_operations"])
    actions = [action for action, _ in iam_actions.needed(request) if action in denied]
    if actions or f"{request.service}:{request.operation}" in denied:
        raise denial(request, action="".join(actions[:1]))
    if request.service not in GLOBAL_SERVICES:
        if request.region in settings["denied_regions"]:
            raise denial(request, "of an explicit deny in a service control policy")
        if request.region in settings["token_refused_regions"]:
            raise invalid_token(request)
        if settings["regions"].get(request.region) not in ("ENABLED", "ENABLED_BY_DEFAULT"):
            raise invalid_token(request)
    if not _is_elsewhere(call):
        access.authorize(request)


def _is_elsewhere(call: Call) -> bool:
    """S3 sends a caller to the bucket's own region before it asks what the caller may do."""
    if call.request.service != "s3":
        return False
    from rules.s3 import is_elsewhere

    return is_elsewhere(call)
