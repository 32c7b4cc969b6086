"""The way into moto.

Moto keeps its resources in plain dictionaries and is not safe for threads, so all its work happens under one lock.
Waiting never does: whoever holds the lock and has to wait uses `pause`. This file also mends what moto itself gets
wrong in ways that no layer in front of it could (see moto_repairs.py).
"""

import threading
import time

import rpc_cbor
from aws_errors import AwsError
from aws_request import AwsRequest
from http_server import Response

LOCK = threading.RLock()
_application = None


def application():
    """Moto's WSGI application, loaded when first needed."""
    global _application
    with LOCK:
        if _application is None:
            from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

            import moto_repairs

            moto_repairs.apply()
            _application = DomainDispatcherApplication(create_backend_app)
        return _application


def forward(request: AwsRequest, body: bytes = None) -> Response:
    """Lets moto answer a request, with another body if one is given."""
    if rpc_cbor.is_spoken(request.environ):
        return _forward_cbor(request)
    return _forward(request, request.fresh_environ(body))


def _forward_cbor(request: AwsRequest) -> Response:
    """Moto knows the services, but not this protocol."""
    environ, body = rpc_cbor.as_json(request.environ, request.body)
    response = _forward(request, AwsRequest(environ, body).fresh_environ())
    return rpc_cbor.from_json(response, request.service, rpc_cbor.operation_of(request.environ))


def _forward(request: AwsRequest, environ: dict) -> Response:
    # Moto knows neither the keys of the tests nor those that are deleted.
    environ["HTTP_X_MOTO_ACCOUNT_ID"] = request.account
    # Moto would read a region out of it.
    environ.pop("HTTP_USER_AGENT", None)
    response = Response(500)

    def start_response(status, headers, exc_info=None):
        response.status = int(status.split()[0])
        response.headers = dict(headers)

    with LOCK:
        try:
            chunks = application()(environ, start_response)
        except NotImplementedError as error:
            raise AwsError("NotImplemented", str(error), 501) from None
        try:
            response.body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
    return response


def pause(seconds: float) -> None:
    """Sleeps with the lock let go; to be called by a holder of exactly one hold on it."""
    LOCK.release()
    try:
        time.sleep(seconds)
    finally:
        LOCK.acquire()
