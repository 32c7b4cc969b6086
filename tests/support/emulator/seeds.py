"""Seeds: calls of the AWS API that tests make to furnish an account before the product sees it.

They are made with botocore, for its knowledge of every operation, but go straight into moto: past records, faults and
rules, so that drifted and nonsensical states can be arranged too; what moto does not have, the rules answer. One client a
service does for all accounts and
regions, for both are written into the request at the last moment; nothing checks the signature.

Parameters are JSON, so that bytes which are no text, such as the gzipped body of an object, are given as
{"base64": "…"}, wherever they stand. What an answer has of them comes as plain base64.
"""

import base64
import functools
import threading
from urllib.parse import unquote_to_bytes, urlsplit

import aws_errors
import aws_request
from accounts import ACCOUNTS
from aws_errors import AwsError
from aws_request import AwsRequest, plain

# Services that the emulator makes up by itself.
NOT_IN_MOTO = {"athena", "cloudcontrol", "glue", "guardduty", "lambda", "opensearch"}

_local = threading.local()
_clients: dict = {}
_lock = threading.Lock()


def call(endpoint: str, account: str, service: str, operation: str, region: str = "us-east-1", params: dict = None):
    """Makes one call and returns its result, without the response metadata. An error is the caller's mistake."""
    from botocore import xform_name

    client = _client(endpoint, service)
    params = _binary(params or {})
    if operation == "ReceiveMessage":
        # Moto would wait with its lock held.
        params["WaitTimeSeconds"] = 0
    signing_name = client.meta.service_model.signing_name
    _local.credential = f"AKIATEST{account}/20250101/{region}/{signing_name}/aws4_request"
    _local.account, _local.region, _local.service = account, region, service
    result = getattr(client, xform_name(operation))(**params)
    result.pop("ResponseMetadata", None)
    return plain(result)


def _binary(value):
    """Parameters with every {"base64": "…"} in them turned into the bytes that it stands for."""
    if isinstance(value, dict):
        if list(value) == ["base64"]:
            return base64.b64decode(value["base64"])
        return {name: _binary(item) for name, item in value.items()}
    return [_binary(item) for item in value] if isinstance(value, list) else value


@functools.cache
def _session():
    """One for all clients: each would read the list of all endpoints anew."""
    import botocore.session

    return botocore.session.Session()


def _client(endpoint: str, service: str):
    with _lock:
        if service not in _clients:
            from botocore import UNSIGNED
            from botocore.config import Config

            config = Config(
                signature_version=UNSIGNED,
                s3={"addressing_style": "path"},
                retries={"total_max_attempts": 1},
                parameter_validation=False,
                user_agent="emulator",
            )
            client = _session().create_client(service, region_name="us-east-1", endpoint_url=endpoint, config=config)
            client.meta.events.register("before-send", _send_to_moto)
            _clients[service] = client
        return _clients[service]


def _send_to_moto(request, **_):
    """Takes the place of the HTTP transport of botocore's clients."""
    from botocore.awsrequest import AWSResponse

    import moto_gateway

    url = urlsplit(request.url)
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body.read() if hasattr(body, "read") else bytes(body)
    target = url.path + (f"?{url.query}" if url.query else "")
    environ = {
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.errors": None,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path or "/").decode("latin-1"),
        "QUERY_STRING": url.query,
        "RAW_URI": target,
        "REQUEST_URI": target,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": url.netloc,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key
        environ[key] = value.decode() if isinstance(value, bytes) else value
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["HTTP_AUTHORIZATION"] = f"AWS4-HMAC-SHA256 Credential={_local.credential}, SignedHeaders=host, Signature=0"
    if _local.service in NOT_IN_MOTO:
        response = _judged(environ, body)
    else:
        seed = AwsRequest(environ, body, account=_local.account, region=_local.region, service=_local.service)
        response = moto_gateway.forward(seed)
    return AWSResponse(request.url, response.status, response.headers, _Raw(response.body))


def _judged(environ, body):
    """The answer of the rules, which are all there is of these services."""
    import moto_gateway
    import rules

    seed = aws_request.parse(environ, body)
    account = ACCOUNTS[seed.account]
    with moto_gateway.LOCK:
        try:
            return rules.judge(seed, account)
        except AwsError as error:
            return aws_errors.render(seed, error)


class _Raw:
    """The body of an answer, in the shape that botocore expects of urllib3."""

    def __init__(self, body: bytes):
        self._body = body

    def stream(self, **_):
        """Yields the rest of the body."""
        body, self._body = self._body, b""
        yield body

    def read(self, amount: int = None):
        """Reads from the body."""
        amount = len(self._body) if amount is None else amount
        chunk, self._body = self._body[:amount], self._body[amount:]
        return chunk
