"""An HTTP request understood as a call of an AWS API.

Who calls (account), where (region), what (service and operation as the AWS models spell them) and with which
parameters (under the models' own member names). Matching and parsing are moto's, driven by botocore's models; this
file only feeds them and takes out what is transport and not meaning.
"""

import base64
import io
import re
from dataclasses import dataclass, field
from datetime import datetime

import access_keys
import rpc_cbor

CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request")
# Where the name in the signature is not the name of the model.
MODEL_NAMES = {"monitoring": "cloudwatch", "cloudcontrolapi": "cloudcontrol", "es": "opensearch"}
# Members that say how a body travels, not what is asked.
TRANSPORT_MEMBER = re.compile(r"Checksum(?!Mode).*|ContentMD5|ContentLength|SdkChecksumAlgorithm")
READ_ONLY = re.compile(r"(Get|List|Describe|Head|Lookup|Test|Simulate|Select|Receive|BatchGet|AssumeRole|Decode)")


@dataclass
class AwsRequest:
    """One call of an AWS API."""

    environ: dict
    body: bytes
    access_key: str = ""
    account: str = ""
    region: str = "us-east-1"
    service: str = ""
    operation: str = ""
    protocol: str = "json"
    params: dict = field(default_factory=dict)
    # Set for the keys of the tests, which moto does not know.
    is_test_key: bool = False
    # Who signed it, once that is known: see callers.py.
    caller: object = None

    @property
    def mutating(self) -> bool:
        """Whether the operation, going by its name, changes something."""
        return not READ_ONLY.match(self.operation)

    @property
    def partition(self) -> str:
        """The partition of the region: aws, aws-cn, aws-us-gov, …"""
        from moto.utilities.utils import get_partition

        return get_partition(self.region)

    def header(self, name: str) -> str:
        """A request header, or an empty string."""
        return self.environ.get("HTTP_" + name.upper().replace("-", "_"), "")

    def fresh_environ(self, body: bytes = None) -> dict:
        """A copy of the environment whose body may be read (again), or one with another body."""
        body = self.body if body is None else body
        return {**self.environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}


def parse(environ: dict, body: bytes) -> "AwsRequest | None":
    """Reads a request; None if it is not signed."""
    credential = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if not credential:
        return None
    request = AwsRequest(environ, body)
    request.access_key, _, request.region, signing_name = credential.groups()
    request.service = MODEL_NAMES.get(signing_name, signing_name)
    request.account = access_keys.account_of(request.access_key)
    request.is_test_key = bool(access_keys.TEST_KEY.fullmatch(request.access_key))
    _understand(request)
    return request


def load_model(service: str) -> None:
    """Reads the model of a service, which takes up to half a second."""
    from moto.core.routing import get_service_router

    get_service_router(service)


def _understand(request: AwsRequest) -> None:
    """Fills in operation, protocol and parameters."""
    from botocore.exceptions import UnknownServiceError
    from moto.core.parse import PROTOCOL_PARSERS
    from moto.core.request import Request, determine_request_protocol
    from moto.core.routing import get_service_router
    from moto.core.utils import get_service_model
    from werkzeug.exceptions import NotFound

    if rpc_cbor.is_spoken(request.environ):
        request.protocol, request.operation = rpc_cbor.PROTOCOL, rpc_cbor.operation_of(request.environ)
        request.params = rpc_cbor.decode(request.body)
        return
    http = Request(request.fresh_environ())
    target = request.header("x-amz-target").rpartition(".")[2]
    try:
        model = get_service_model(request.service)
        request.protocol = determine_request_protocol(model, http.content_type)
        if target in model.operation_names:
            # SDKs differ in the words before the last dot (CloudTrail has two); the operation is all that counts.
            operation, uri_params = model.operation_model(target), {}
        else:
            operation, uri_params = get_service_router(request.service).match(http)
    except (UnknownServiceError, NotFound, NotImplementedError):
        request.operation = target or http.values.get("Action") or f"{http.method} {http.path}"
        return
    request.operation = operation.name
    parsed = PROTOCOL_PARSERS[request.protocol](operation).parse(
        {
            "method": http.method,
            "values": http.values,
            "headers": http.headers,
            "body": request.body,
            "url_path": http.path,
            "url_params": uri_params,
        }
    )
    request.params = {
        name: value for name, value in parsed.items() if value is not None and not TRANSPORT_MEMBER.fullmatch(name)
    }


def plain(value):
    """A value as JSON can carry it: blobs as text where they are text, times, all of which are UTC, in ISO 8601."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat() + "Z"
    if hasattr(value, "read"):
        return plain(value.read())
    return value
