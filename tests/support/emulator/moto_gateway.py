"""The way into moto.

Moto keeps its resources in plain dictionaries and is not safe for threads, so all its work happens under one lock.
Waiting never does: whoever holds the lock and has to wait uses `pause`. This file also mends what moto itself gets
wrong in ways that no layer in front of it could (see moto_repairs.py).
"""

import functools
import threading
import time

import rpc_cbor
from aws_errors import AwsError
from aws_request import AwsRequest
from http_server import Response

LOCK = threading.RLock()


@functools.cache
def dispatcher():
    """What finds moto's backend for a request; to be loaded before others need it."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    import moto_repairs

    moto_repairs.apply()
    return DomainDispatcherApplication(create_backend_app)


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
    with LOCK:
        try:
            return _response(*_answer(environ))
        except NotImplementedError as error:
            raise AwsError("NotImplemented", str(error), 501) from None


def _answer(environ: dict) -> tuple:
    """Moto's answer: status, headers and content. Its web framework, which would take a fifth of the time, is left out."""
    from moto.core.request import Request
    from werkzeug.exceptions import HTTPException

    backend = dispatcher().get_application(environ)
    http = Request(environ)
    http.from_wsgi_server = True
    routes = backend.url_map.bind_to_environ(environ)
    try:
        endpoint, _ = routes.match()
        answer = backend.view_functions[endpoint].callback(http, http.raw_url, dict(http.headers))
    except HTTPException as error:
        answer = error.code, dict(error.get_headers()), error.get_body()
    return answer if len(answer) == 3 else (200, {}, answer)


def _response(status, headers: dict, content) -> Response:
    headers = {name.lower(): value for name, value in headers.items()}
    headers.setdefault("content-type", "text/html; charset=utf-8")
    if isinstance(content, str):
        content = content.encode()
    elif not isinstance(content, bytes):
        content = b"".join(content)
    return Response(int(status), headers, content)


def pause(seconds: float) -> None:
    """Sleeps with the lock let go; to be called by a holder of exactly one hold on it."""
    LOCK.release()
    try:
        time.sleep(seconds)
    finally:
        LOCK.acquire()
