"""Smithy's RPC v2 CBOR: how SDKs speak to CloudWatch by now, and what moto does not understand.

A request in it is read with botocore's models, handed to moto as AWS JSON, which means the same in other letters, and
the answer is turned back.
"""

import base64
import json
import re
from datetime import datetime

from http_server import Response

PROTOCOL = "smithy-rpc-v2-cbor"
HEADERS = {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
PATH = re.compile(r".*/service/([^/]+)/operation/([^/]+)")


def is_spoken(environ: dict) -> bool:
    """Whether a request is made in this protocol."""
    return environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor"


def operation_of(environ: dict) -> str:
    """The operation that a request names."""
    path = PATH.fullmatch(environ["PATH_INFO"])
    return path.group(2) if path else ""


def decode(body: bytes) -> dict:
    """The parameters in a request's body. Names are the models' own, so no model is needed."""
    from botocore.parsers import RpcV2CBORParser

    return RpcV2CBORParser()._initial_body_parse(body) or {}


def as_json(environ: dict, body: bytes) -> "tuple[dict, bytes]":
    """The same request in AWS JSON."""
    service, operation = PATH.fullmatch(environ["PATH_INFO"]).groups()
    changed = {
        "PATH_INFO": "/",
        "RAW_URI": "/",
        "REQUEST_URI": "/",
        "CONTENT_TYPE": "application/x-amz-json-1.0",
        "HTTP_X_AMZ_TARGET": f"{service}.{operation}",
    }
    return {**environ, **changed}, json.dumps(decode(body), default=_json_value).encode()


def _json_value(value):
    return value.timestamp() if isinstance(value, datetime) else base64.b64encode(value).decode()


def from_json(response: Response, service: str, operation: str) -> Response:
    """Moto's answer in AWS JSON turned into this protocol."""
    from botocore.serialize import RpcV2CBORSerializer
    from moto.core.utils import get_service_model

    answer = json.loads(response.body or b"{}")
    if response.status >= 300:
        given = {name.lower(): value for name, value in response.headers.items()}
        kind = answer["__type"].rpartition("#")[2]
        code = given.get("x-amzn-query-error", kind).split(";")[0]
        return Response(response.status, error_headers(code, "Sender"), error(kind, answer.get("message", "")))
    body = bytearray()
    shape = get_service_model(service).operation_model(operation).output_shape
    if shape is not None:
        RpcV2CBORSerializer()._serialize_data_item(body, answer, shape)
    return Response(200, HEADERS, bytes(body))


def error(code: str, message: str) -> bytes:
    """The body of an error: its type and message."""
    from botocore.serialize import RpcV2CBORSerializer

    body = bytearray(b"\xa2")
    for text in ("__type", code, "message", message):
        RpcV2CBORSerializer()._serialize_type_string(body, text, None, None)
    return bytes(body)


def error_headers(code: str, fault: str) -> dict:
    """The headers of an error; one keeps the code of the query protocol, by which SDKs go."""
    return {**HEADERS, "x-amzn-query-error": f"{code};{fault}"}
